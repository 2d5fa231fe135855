"""docs/operating.md is true: its commands are the project's, as are the settings, files, units and words it names."""

import itertools
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest

from archive.__main__ import main
from archive.errors import WRITING, meaning
from archive.verbs import NAMES, load
from crawler import metrics, options, settings
from crawler.metrics import Snapshot
from crawler.profile import load as load_profile
from crawler.profile import names

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs" / "operating.md").read_text("utf-8")
COMMANDS = [line[2:] for block in re.findall(r"```console\n(.*?)```", TEXT, re.S) for line in block.splitlines()]
TICKED = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", TEXT, flags=re.S))


def parsed(words: list[str]) -> str:
    """The verb of a command of the archive, whose words it takes; raises where it does not."""
    with main.make_context("archive", list(words), resilient_parsing=True) as context:
        rest = [*context._protected_args, *context.args]
        verb = load(rest[0])
        if "--help" not in rest:  # a context of its own would make the verb forget -h: click keeps its help option
            verb.make_context(rest[0], rest[1:], parent=click.Context(main, **main.context_settings))
    return rest[0]


@pytest.mark.parametrize("command", [one for one in COMMANDS if "archive " in one])
def test_a_command_of_the_archive_is_taken(command: str) -> None:
    words = shlex.split(command)
    assert words[:3] == ["python", "-m", "archive"] and parsed(words[3:]) in NAMES


def test_words_that_no_command_takes_would_be_seen() -> None:
    for words in (["backup"], ["hosts", "stop", "a.test"], ["crawls", "--wealth"], ["nothing"]):
        with pytest.raises((click.ClickException, ModuleNotFoundError, KeyError)):
            parsed(words)


@pytest.mark.parametrize("command", [one for one in COMMANDS if one.startswith("scrapy")])
def test_a_crawl_is_one_of_this_project(command: str) -> None:
    words = shlex.split(command)
    assert (ROOT / "crawler" / "commands" / f"{words[1]}.py").exists()
    for name in [word.split("=")[0] for flag, word in itertools.pairwise(words) if flag == "-s"]:
        assert name in options.DEFAULTS
    for site in re.findall(r"site=(\S+)", command):
        assert site in names()


def test_every_command_is_one_that_is_checked() -> None:
    rest = [one for one in COMMANDS if "archive " not in one and not one.startswith(("scrapy ", "export "))]
    assert len(COMMANDS) > 20 and rest == []


@pytest.mark.parametrize("name", sorted({word for word in TICKED if re.fullmatch(r"[A-Z][A-Z_]{3,}", word)}))
def test_a_setting_is_declared(name: str) -> None:
    assert hasattr(settings, name)


@pytest.mark.parametrize("path", sorted(set(re.findall(r"\]\(((?!http|#)[^)#]+)\)", TEXT))))
def test_a_linked_file_is_there(path: str) -> None:
    assert (ROOT / "docs" / path).exists()


def test_what_it_names_of_deploy_is_there() -> None:
    named = set(re.findall(r"(?:deploy/)?(worksummaries[\w@.-]*\.(?:service|timer))", TEXT))
    assert {name for name in named if name != "worksummaries@sample-gov.timer"} <= {
        path.name for path in (ROOT / "deploy").iterdir()
    }
    for name in re.findall(r"deploy/(\w[\w.]*)", TEXT):
        assert (ROOT / "deploy" / name).exists(), name


def test_links_within_it_lead_somewhere() -> None:
    heads = {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in re.findall(r"^#+ (.*)$", TEXT, re.M)}
    assert set(re.findall(r"\]\(#([^)]+)\)", TEXT)) <= heads


def test_the_profile_that_it_shows_is_one(tmp_path: Path) -> None:
    (shown,) = re.findall(r"```toml\n(.*?)```", TEXT, re.S)
    tomllib.loads(shown)
    (tmp_path / "mine.toml").write_text(shown, "utf-8")
    assert load_profile(str(tmp_path / "mine.toml")).expect.documents == 400


def test_metrics_that_it_names_are_written() -> None:
    whole = metrics.text(Snapshot("a", 1, 0, 0, True, {}, 1, 1, 1, 1.0, {"archive": 1}, 1))
    for name in set(re.findall(r"worksummary_\w+", TEXT)):
        assert f"{name}{{" in whole


def test_what_a_crawl_says_when_something_breaks_is_what_the_table_says() -> None:
    assert "archive-write-failed: the disk is full" in TEXT
    for number, words in WRITING.items():
        assert meaning(OSError(number, "no")).startswith(words)
    source = "".join(path.read_text("utf-8") for path in (ROOT / "crawler").rglob("*.py"))
    source += (ROOT / "archive" / "lock.py").read_text("utf-8")
    for said in (
        "disk-floor: ",
        "archive-write-failed: ",
        "cannot be written to",
        "cannot write LOG_FILE",
        "is being crawled already",
        "was killed",
    ):
        assert said in source and said.strip() in TEXT


def test_a_crawl_without_a_contact_is_refused_as_it_says() -> None:
    command = [
        sys.executable,
        "-m",
        "scrapy",
        "crawl",
        "summaries",
        "-a",
        "urls=https://www.example.org/gzzj/",
        "--nolog",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"})
    assert done.returncode == 2 and "CONTACT" in done.stderr
