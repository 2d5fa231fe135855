"""docs/profiles.md names every key of a profile and of a system, and no other; its example loads."""

import re
from dataclasses import fields
from pathlib import Path
from textwrap import dedent

import pytest

from crawler import cms
from crawler.profile import Expect, Profile, Rights, load

PAGE = (Path(__file__).parent.parent / "docs" / "profiles.md").read_text("utf-8")


def keys(section: str) -> set[str]:
    """The first cells of a section's tables."""
    return set(re.findall(r"^\| `(\w+)` \|", section, re.M))


def between(start: str, end: str) -> str:
    return PAGE.partition(start)[2].partition(end)[0]


@pytest.mark.parametrize(
    ("section", "table"),
    [
        (between("## The keys", "`[expect]` is"), Profile),
        (between("`[expect]` is", "`[rights]` is"), Expect),
        (between("`[rights]` is", "## Systems"), Rights),
        (between("## Systems", "\0"), cms.System),
    ],
)
def test_every_key_is_told_and_no_other(section: str, table: type) -> None:
    declared = {field.name for field in fields(table)} - {"name", "expect", "rights"}
    assert keys(section) == declared


def test_every_system_is_told() -> None:
    told = re.findall(r"`(\w+)`", between("\nKnown: ", "\n"))
    assert told == cms.names()


def test_the_example_loads(tmp_path: Path) -> None:
    (tmp_path / "example.toml").write_text(dedent(between("## An example\n", "## The keys")), "utf-8")
    site = load(str(tmp_path / "example.toml"))
    used = {
        name
        for name in ("cms", "article_urls", "list_urls", "deny_urls", "article", "drop", "delay")
        if getattr(site, name)
    }
    assert len(used) == 7 and site.expect != Expect() and site.rights.stated()
    assert site.kind_of("https://www.example.gov.cn/gzzj/201901/t20190110_5120.html") == "article"
