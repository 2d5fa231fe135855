"""A draft of a profile loads, says its evidence, and a crawl with it finds what the crawl without it found."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from loopback import PATIENCE, free_port

from crawler.profile import load
from sample.model import Web
from sample.server import Server
from sample.web import build

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Crawled:
    folder: Path
    web: Web
    host: str

    @property
    def warcs(self) -> str:
        return str(self.folder / "warc")


def run(*words: str) -> "subprocess.CompletedProcess[str]":
    environment = {name: value for name, value in os.environ.items() if name != "CRAWL_CONTACT"}
    return subprocess.run(
        [sys.executable, "-m", "scrapy", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env=environment,
    )


def crawl(folder: Path, what: str) -> "subprocess.CompletedProcess[str]":
    settings = [
        f"ARCHIVE={folder / 'archive.db'}", "ALLOW_PRIVATE_ADDRESSES=1", "DOWNLOAD_DELAY=0", "AUTOTHROTTLE_ENABLED=0",
        "WORKERS=1",
    ]  # fmt: skip
    return run("crawl", "summaries", "-a", what, *(word for setting in settings for word in ("-s", setting)))


def documents(folder: Path) -> set[tuple[str, str, str]]:
    db = sqlite3.connect(folder / "archive.db")
    return set(db.execute("SELECT p.url, d.title, d.text FROM documents d JOIN pages p ON p.id = d.article_id"))


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    """The template site of the sample: articles that stand in the sitemap only, old addresses, corners."""
    folder = tmp_path_factory.mktemp("draft")
    port = free_port()
    web = build(1, port)
    host = web.hosts[0]
    with Server(replace(web), None):
        done = crawl(folder, f"urls=http://{host}:{port}/")
        assert done.returncode == 0, done.stderr + done.stdout
        yield Crawled(folder, web, host)


@pytest.fixture(scope="module")
def drafted(crawled: Crawled) -> Path:
    file = crawled.folder / "site.toml"
    done = run("draft", crawled.host, "-s", f"ARCHIVE={crawled.folder / 'archive.db'}", "-o", str(file))
    assert done.returncode == 0 and not done.stdout, done.stderr
    return file


def test_a_draft_loads_and_says_its_evidence(crawled: Crawled, drafted: Path) -> None:
    site, text = load(str(drafted)), drafted.read_text("utf-8")
    gold = {gold.urls[0] for gold in crawled.web.gold if crawled.host in gold.urls[0]}
    asked = {url for url in gold if url not in crawled.web.disallowed}
    assert {site.kind_of(url) for url in asked} == {"article"}
    assert site.start_urls == (f"http://{crawled.host}:{crawled.web.port}/",)
    assert 0.8 * len(asked) <= site.expect.documents <= 0.9 * len(asked) and 0 < site.expect.rejected_share < 1
    assert site.expect.failed_share == 0.1
    for key in ("article_urls", "list_urls", "[expect]"):
        assert text.partition(key)[0].rstrip().rpartition("\n")[2].startswith("#"), key


def test_a_crawl_with_the_draft_finds_what_the_crawl_without_it_found(crawled: Crawled, drafted: Path) -> None:
    again = crawled.folder / "again"
    again.mkdir()
    done = crawl(again, f"site={drafted}")
    assert done.returncode == 0, done.stderr + done.stdout
    assert documents(again) == documents(crawled.folder) != set()
    pages = "SELECT count(*) FROM pages"
    counts = [sqlite3.connect(at / "archive.db").execute(pages).fetchone()[0] for at in (again, crawled.folder)]
    assert counts[0] < counts[1]  # and asks for less


def test_captures_alone_are_enough(crawled: Crawled, drafted: Path) -> None:
    done = run("draft", "--warc", crawled.warcs)
    assert done.returncode == 0, done.stderr
    (crawled.folder / "warcs.toml").write_text(done.stdout)
    assert "# failed_share = 0.1  # captures do not say what failed" in done.stdout
    site, known = load(str(crawled.folder / "warcs.toml")), load(str(drafted))
    found = {url for url, _, _ in documents(crawled.folder)}
    assert {site.kind_of(url) for url in found} == {"article"} == {known.kind_of(url) for url in found}


def test_nothing_is_written_over(crawled: Crawled, drafted: Path) -> None:
    before = drafted.read_text()
    done = run("draft", crawled.host, "-s", f"ARCHIVE={crawled.folder / 'archive.db'}", "-o", str(drafted))
    assert done.returncode == 2 and "is there already" in done.stderr and drafted.read_text() == before


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["nowhere.test"], "no document of nowhere.test is in"),
        (["a.test", "b.test"], "one host at a time"),
        (["--warc", "none.warc.gz"], "there is no none.warc.gz"),
        (["-s", "ARCHIVE=none.db"], "there is no archive none.db; crawl it first: scrapy crawl summaries -a urls=http://HOST/"),
        (["-o", "/nowhere/x.toml"], "cannot write /nowhere/x.toml"),
    ],
)  # fmt: skip
def test_what_cannot_be_drafted_is_said_in_one_line(crawled: Crawled, words: list[str], says: str) -> None:
    archive = [] if "-s" in words else ["-s", f"ARCHIVE={crawled.folder / 'archive.db'}"]
    done = run("draft", *words, *archive)
    assert done.returncode == 2 and says in done.stderr and done.stderr.count("\n") == 1, done.stderr
