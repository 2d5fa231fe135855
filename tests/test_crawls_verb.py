"""`crawls` and `hosts`: what an operator reads of the ledger, and says of a host."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from archive import crawls, health, hosts
from archive.__main__ import main
from archive.crawls import Tally
from archive.lock import CrawlLock
from archive.store import Added, begin_crawl, end_crawl, now, open_archive

SETTINGS = json.dumps({"settings": {"MAX_DEPTH": 8}, "overridden": {"MAX_DEPTH": "8"}, "versions": {"scrapy": "2.19"}})


def run(archive: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["--archive", str(archive), *words])


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Three crawls of a site that turns us away at last, one of another, one that runs."""
    path = tmp_path / "archive.db"
    db = open_archive(path)
    for number, code in ((1, ""), (2, ""), (3, "http-403: turned away"), (4, "")):
        crawl_id = begin_crawl(db, "b.test" if number == 4 else "a.test", SETTINGS)
        db.conn.execute("UPDATE crawls SET round = id WHERE id = ?", (crawl_id,))
        tally = Tally()
        for page in range(40):
            url = f"http://www.a.test/{page}"
            tally.answered(url, 403 if code else 200)
            tally.stored(url, Added() if code else Added(new=1), code)
        end_crawl(db, crawl_id, "finished", '{"downloader/request_count": 40}')
        problems = ["0 documents, expected at least 30"] if code else []
        health.close_books(db, crawl_id, tally, {"documents": 30}, problems)
    begin_crawl(db, "a.test", SETTINGS)
    db.close()
    return path


def test_crawls_are_listed_with_what_they_met_and_fell_short_of(archive: Path) -> None:
    done = run(archive, "crawls")
    lines = done.output.splitlines()
    assert [line.split()[0] for line in lines if line[:5].strip()] == ["5", "4", "3", "2", "1"]
    assert "a.test  finished, 0 s: 40 answers, 40 documents (40 new)" in lines[-1]
    (third,) = [at for at, line in enumerate(lines) if line.startswith("    3 ")]
    assert "40 answers, 0 documents (0 new), 40 rejected" in lines[third]
    assert lines[third + 1].strip() == "problem: 0 documents, expected at least 30"
    assert (
        lines[third + 2]
        .strip()
        .startswith("warning: http-403: 100% of article pages rejected, 0% before, since crawl 3")
    )
    assert "not ended, so far: not counted" in lines[0]


def test_a_running_crawl_is_known_by_its_lock(archive: Path) -> None:
    lock = CrawlLock.take(archive, "a.test")
    lock.names(5)
    assert "a.test  running, so far" in run(archive, "crawls").output
    lock.release()


def test_one_crawl_is_told_in_full(archive: Path) -> None:
    said = run(archive, "crawls", "3").output
    for words in ("set to       MAX_DEPTH=8", "scrapy 2.19", "expected     documents 30", "www.a.test",
                  "answer     40: 403 40", "rejected   40: http-403 40"):  # fmt: skip
        assert words in said
    facts = json.loads(run(archive, "crawls", "3", "--json").output)
    assert (
        facts["hosts"]["www.a.test"]["rejected"] == {"http-403": 40} and facts["settings"]["settings"]["MAX_DEPTH"] == 8
    )
    assert facts["stats"] == {"downloader/request_count": 40} and facts["problems"] and facts["seconds"] == 0
    none = run(archive, "crawls", "99")
    assert none.exit_code == 1 and "there is no crawl 99" in none.output


def test_json_is_a_crawl_a_line(archive: Path) -> None:
    told = [json.loads(line) for line in run(archive, "crawls", "--json", "--site", "a.test").output.splitlines()]
    assert [one["crawl"] for one in told] == [5, 3, 2, 1]


def test_health_says_what_is_worse_and_since_when_and_by_its_status(archive: Path) -> None:
    done = run(archive, "crawls", "--health")
    assert done.exit_code == 1
    assert "http-403: 100% of article pages rejected, 0% before, since crawl 3" in done.output
    well = run(archive, "crawls", "--health", "--site", "b.test")
    assert well.exit_code == 0 and well.output.startswith("b.test  well, 1 crawls")
    told = json.loads(run(archive, "crawls", "--health", "--json", "--site", "a.test").output)
    assert told["worse"] and told["rounds"] == 4
    assert run(archive, "crawls", "--health", "--site", "c.test").exit_code == 1


def test_a_clock_that_was_set_back_is_no_negative_duration(archive: Path) -> None:
    db = open_archive(archive)
    db.conn.execute("UPDATE crawls SET started_at = '2099-01-01T00:00:00Z' WHERE id = 1")
    db.close()
    assert "of a length that the clock does not tell" in run(archive, "crawls", "1").output


def test_hosts_are_paused_blocked_and_opened(archive: Path) -> None:
    assert (
        "www.a.test is paused until 2"
        in run(archive, "hosts", "pause", "WWW.a.test", "--for", "2d", "--why", "asked").output
    )
    db = open_archive(archive)
    (closed,) = hosts.closed(db)
    assert (closed.state, closed.why) == ("paused", "asked") and now() < closed.until < "2100"
    assert "www.a.test  paused until" in run(archive, "hosts").output
    assert run(archive, "hosts", "block", "www.a.test").exit_code == 0
    assert [one.state for one in hosts.closed(db)] == ["blocked"]
    assert run(archive, "hosts", "open", "www.a.test").exit_code == 0 and not list(hosts.closed(db))
    hosts.rest(db, "b.test", "2099-01-01T00:00:00Z", 3)
    hosts.distrust(db, "b.test")
    said = run(archive, "hosts").output
    assert "rests        until 2099-01-01T00:00:00Z, after 3 failures" in said and "not believed" in said
    rows = [json.loads(line) for line in run(archive, "hosts", "--json").output.splitlines()]
    assert [row["host"] for row in rows] == ["b.test", "www.a.test"]
    run(archive, "hosts", "pause", "c.test", "--until", "2099-02-10")
    assert "until 2099-02-10T00:00:00Z" in run(archive, "hosts").output
    db.conn.execute("UPDATE hosts SET until = '2020-01-01T00:00:00Z' WHERE host = 'c.test'")
    assert "that is over" in run(archive, "hosts").output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["pause"], "name a host"),
        (["pause", "http://a.test/"], "without http://"),
        (["pause", "a.test", "--for", "soon"], "a number with m, h, d or w"),
        (["pause", "a.test", "--for", "2d", "--until", "2099-01-01"], "say the same"),
        (["pause", "a.test", "--until", "2020-01-01"], "is past"),
        (["pause", "a.test", "--until", "20990101"], "a date is wanted"),
        (["pause", "a.test", "--until", "2099-13-01"], "a date is wanted"),
        (["block", "a.test", "--for", "2d"], "are for a pause"),
        (["stop", "a.test"], "'stop' is not one of"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_said_in_one_line(archive: Path, words: list[str], said: str) -> None:
    done = run(archive, "hosts", *words)
    assert done.exit_code and said in done.output and "Traceback" not in done.output
    db = open_archive(archive)
    assert not hosts.all_of(db)


def test_codes_of_a_reason_are_what_stands_before_its_colon() -> None:
    assert crawls.code_of("http-404: x: y") == "http-404" and crawls.code_of("robots") == "robots"
