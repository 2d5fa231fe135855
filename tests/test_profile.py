"""A site's file says only what is known, and is told in one line what it must not say."""

import re
from dataclasses import fields
from pathlib import Path
from textwrap import dedent

import pytest

from crawler import cms
from crawler.plan import PlanError, check, plan, user_agent
from crawler.profile import SITES, Expect, Met, Profile, ProfileError, Rights, load, names
from pipelines.document import PageRules

PAGE = (Path(__file__).parent.parent / "docs" / "profiles.md").read_text("utf-8")
START = 'start_urls = ["http://a.test/"]\n'


def write(folder: Path, text: str) -> Path:
    (folder / "a.toml").write_text(text, "utf-8")
    return folder


def test_every_site_of_the_project_loads() -> None:
    assert names()
    for name in names():
        assert load(name).name == name


def told(section: str) -> set[str]:
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
    assert told(section) == declared


def test_every_system_is_told() -> None:
    known = re.findall(r"`(\w+)`", between("\nKnown: ", "\n"))
    assert known == cms.names()


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


def test_a_whole_profile(tmp_path: Path) -> None:
    text = START + (
        'hosts = ["b.test"]\nlist_urls = ["/list"]\narticle_urls = ["\\\\d+\\\\.html$"]\ndeny_urls = ["/print"]\n'
        'article = "#content"\ndrop = [".ad", "div.share"]\ndelay = 0.5\nsitemaps = false\n'
        "[expect]\ndocuments = 10\npages = 12\nrejected_share = 0.5\nfailed_share = 0.1\n"
    )
    site = load("a", write(tmp_path, text))
    assert site.rules == PageRules("#content", (".ad", "div.share"))
    assert (site.kind_of("http://a.test/1.html"), site.kind_of("http://a.test/list"), site.kind_of("x")) == (
        "article",
        "list",
        "",
    )
    assert site.names_links and site.is_denied("http://a.test/print/1.html") and not site.sitemaps
    assert site.expect == Expect(10, 12, 0.5, 0.1)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (START + "titel = 'x'", "a.toml: unknown key 'titel'. Known keys: start_urls, hosts,"),
        (START + "[expect]\ndocument = 3", "a.toml, [expect]: unknown key 'document'. Known keys: documents, pages"),
        (START + "delay = 'fast'", "a.toml: delay: must be a number from 0, not 'fast'"),
        (START + "delay = -1", "a.toml: delay: must be a number"),
        (START + "hosts = 'b.test'", "a.toml: hosts: must be a list of strings"),
        (START + "list_urls = ['(']", "a.toml: list_urls: '(' is no regular expression"),
        (START + "article = '#['", "a.toml: article: '#[' is no CSS selector"),
        (START + "sitemaps = 1", "a.toml: sitemaps: must be true or false"),
        (START + "expect = 3", "a.toml, [expect]: must be a table"),
        (START + "[expect]\ndocuments = 1.5", "a.toml, [expect]: documents: must be a whole number"),
        ("start_urls = ['a.test']", "a.toml: start_urls: 'a.test' is no http address"),
        ("delay = 1", "a.toml: start_urls is missing"),
        ("start_urls = [", "a.toml: "),
    ],
)
def test_what_is_wrong_is_said_in_one_line(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(ProfileError) as caught:
        load("a", write(tmp_path, text))
    assert str(caught.value).startswith(says) and "\n" not in str(caught.value)


def test_an_unknown_site_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match=r"no site named 'b'\. Known sites: a"):
        load("b", write(tmp_path, START))
    with pytest.raises(ProfileError, match=r"no site named '\.\./a'"):
        load("../a", write(tmp_path, START) / "x")


def test_a_profile_may_stand_anywhere(tmp_path: Path) -> None:
    file = str(write(tmp_path, START) / "a.toml")
    assert load(file) == load("a", tmp_path)
    with pytest.raises(ProfileError, match=r"cannot read none\.toml: No such file"):
        load("none.toml")


def test_a_crawl_is_held_to_what_is_expected() -> None:
    expect = Expect(documents=10, pages=20, rejected_share=0.5, failed_share=0.1)
    assert expect.unmet(Met(10, 20, 10, came=18, failed=2)) == [] == Expect().unmet(Met())
    assert Expect().unmet(Met(failed=3)) == [] and Expect(failed_share=0.5).unmet(Met()) == []
    assert expect.unmet(Met(9, 19, 15, came=15, failed=5)) == [
        "9 documents, expected at least 10",
        "19 pages, expected at least 20",
        "79% of pages rejected, expected at most 50%",
        "25% of addresses failed, expected at most 10%",
    ]


def test_a_plan_is_a_site_or_addresses_or_a_file(tmp_path: Path) -> None:
    file = tmp_path / "urls.txt"
    file.write_text("# mine\nhttp://a.test/\n\n http://b.test/x \nhttp://a.test/\n", "utf-8")
    assert plan(urls_file=str(file)).start_urls == ("http://a.test/", "http://b.test/x")
    assert plan(urls="http://a.test/, http://b.test/").start_urls == ("http://a.test/", "http://b.test/")
    assert plan(site=names()[0]).profile == load(names()[0], SITES)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({}, "say what to crawl"),
        ({"site": "a", "urls": "http://a.test/"}, "one of them, not site and urls"),
        ({"urls": "a.test"}, "'a.test' is no http address; write it as http://"),
        ({"urls": "file:///etc/passwd"}, "no http address"),
        ({"urls": " , "}, "there is no address in it"),
        ({"urls_file": "/nowhere/x"}, "cannot read urls_file /nowhere/x: No such file"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_in_one_line(arguments: dict[str, str], says: str) -> None:
    with pytest.raises(PlanError) as caught:
        plan(**arguments)
    assert says in str(caught.value) and "\n" not in str(caught.value)


def test_public_hosts_need_a_contact_and_private_ones_leave() -> None:
    def refused(url: str, *, contact: str = "", private: bool = False) -> str:
        try:
            check(plan(urls=url), contact, {"*.test": "127.0.0.1"}, private)
        except PlanError as error:
            return str(error)
        return ""

    assert "set CONTACT" in refused("https://www.example.org/")
    assert not refused("https://www.example.org/", contact="me@example.org")
    assert "set CONTACT" in refused("https://www.example.org/", private=True)
    for url in ("http://127.0.0.1/", "http://[::1]/", "http://10.1.2.3:8/", "http://a.test/", "http://localhost/"):
        assert "is a private address" in refused(url, contact="me@example.org")
        assert not refused(url, private=True)


def test_the_user_agent_names_the_contact() -> None:
    assert user_agent("me@example.org").endswith("(+me@example.org)")
    assert Profile().rules == PageRules()
