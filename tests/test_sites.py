"""What is known of hosts: robots.txt, rights, and whether they were taken down."""

import json
from pathlib import Path

import pytest
from archive_cases import outcome
from click.testing import CliRunner
from sqlite_utils import Database

from archive import sites, takedown
from archive.__main__ import main
from archive.removing.takedown_plan import Wanted, plan
from archive.store import Fetch, add, add_fetch, begin_crawl, open_archive
from crawler.profile import ProfileError, load
from crawler.robots import robots_verdict

URL = "http://www.example.test/a/1.html"


@pytest.fixture
def db(tmp_path: Path) -> Database:
    made = open_archive(tmp_path / "archive.db")
    crawl = begin_crawl(made, "test", "{}")
    robots = Fetch(
        crawl, "http://www.example.test/robots.txt", 200, "2026-01-01T00:00:00Z", "", "abc", "a.warc.gz", 5, 1
    )
    page = Fetch(crawl, URL, 200, "2026-01-02T00:00:00Z", "", "", "a.warc.gz", 9, 1)
    sites.note_robots(made, crawl, add_fetch(made, robots), robots.url, "part")
    sites.note_rights(made, crawl, {"basis": "by permission", "licence": "CC BY 4.0"})
    add(made, outcome("工作总结的正文。" * 9, fetch_id=add_fetch(made, page)))
    return made


@pytest.mark.parametrize(
    ("status", "body", "verdict"),
    [
        (200, "User-agent: *\nDisallow:", "all"),
        (200, "", "all"),
        (404, "<h1>Not Found</h1>", "all"),
        (200, "User-agent: *\nDisallow: /private/", "part"),
        (200, "User-agent: *\nDisallow: /", "none"),
        (200, "User-agent: worksummary-archive\nDisallow: /\nUser-agent: *\nAllow: /", "none"),
        (503, "", "unknown"),
        (301, "", ""),
    ],
)
def test_what_a_robots_txt_allows(status: int, body: str, verdict: str) -> None:
    assert robots_verdict("http://www.example.test/robots.txt", status, body.encode()) == verdict
    assert robots_verdict("http://www.example.test/a.html", status, body.encode()) == ""


def test_a_host_in_a_row(db: Database, tmp_path: Path) -> None:
    (row,) = sites.sites(db)
    assert (row["host"], row["documents"], row["robots_allows"], row["robots_digest"]) == (
        "www.example.test",
        1,
        "part",
        "abc",
    )
    assert (row["rights_basis"], row["licence"], row["taken_down_on"]) == ("by permission", "CC BY 4.0", None)
    assert sites.told(db, {"www.example.test": 1})["www.example.test"]["robots_allows"] == "part"
    assert sites.told(db, {"other.test": 1}) == {}
    db.close()
    said = CliRunner().invoke(main, ["--archive", str(tmp_path / "archive.db"), "sites"]).output
    assert "allows a part; 2026-01-01, status 200, abc, a.warc.gz at 5" in said and "by permission; CC BY 4.0" in said
    told = CliRunner().invoke(main, ["--archive", str(tmp_path / "archive.db"), "sites", "--json"]).output
    assert json.loads(told)["robots_offset"] == 5


def test_a_host_that_was_taken_down_says_so(db: Database, tmp_path: Path) -> None:
    wanted = Wanted(host="example.test")
    takedown.begin(db, wanted, plan(db, wanted))
    takedown.complete(db, tmp_path / "archive.db", tmp_path / "warc")
    (row,) = sites.sites(db)
    assert row["documents"] == 0 and row["taken_down_on"]


def test_an_export_tells_rights_and_robots(db: Database, tmp_path: Path) -> None:
    db.close()
    words = ["--archive", str(tmp_path / "archive.db"), "export", "--format", "jsonl", "-o", str(tmp_path / "x.jsonl")]
    assert CliRunner().invoke(main, words).exit_code == 0
    told = json.loads((tmp_path / "x.jsonl.manifest.json").read_text("utf-8"))["sites"]
    assert told["www.example.test"]["rights_basis"] == "by permission"


def test_a_profile_states_rights(tmp_path: Path) -> None:
    path = tmp_path / "one.toml"
    path.write_text('start_urls = ["http://a.test/"]\n[rights]\nbasis = "law"\nnote = "x"\n', "utf-8")
    assert load(str(path)).rights.stated() == {"basis": "law", "note": "x"}
    path.write_text('start_urls = ["http://a.test/"]\n[rights]\nowner = "law"\n', "utf-8")
    with pytest.raises(ProfileError, match="unknown key 'owner'"):
        load(str(path))
