"""What broke at a site and since when: told where it is, and not where a site only varies or is asked less."""

import json
from collections.abc import Mapping

import pytest
from sqlite_utils import Database

from archive import crawls, health
from archive.crawls import Tally
from archive.health import Finding, Round
from archive.store import Added, begin_crawl, end_crawl, open_archive

Met = Mapping[str, Mapping[str, int]]


def one(number: int, met: Met, *, full: bool = True, reason: str = "finished") -> Round:
    counts = {what: dict(codes) for what, codes in met.items()}
    return Round((number,), "a.test", f"2026-01-{number:02d}T00:00:00Z", None, reason, full, counts)


def well(number: int, **more: Mapping[str, int]) -> Round:
    """A round as a healthy site gives it, a little different each time."""
    met = {"answer": {"200": 100 + number}, "document": {"new": 2, "unchanged": 76 + number % 3},
           "rejected": {"list": 15, "http-404": 3 + number % 2}, "failed": {"timeout": number % 2}}  # fmt: skip
    return one(number, {**met, **more})


def told(*rounds: Round) -> list[tuple[str, str, int]]:
    return [(finding.what, finding.code, finding.since.ids[0]) for finding in health.findings(rounds)]


FORBIDDEN = {"rejected": {"list": 1, "http-403": 70}, "document": {"unchanged": 10}}


def test_a_site_that_only_varies_is_healthy() -> None:
    assert told(*map(well, range(1, 12))) == []
    assert told(well(1)) == told() == []


def test_a_break_is_told_with_the_crawl_that_it_began_with() -> None:
    rounds = [*map(well, (1, 2, 3)), well(4, **FORBIDDEN), well(5, **FORBIDDEN), well(6, **FORBIDDEN)]
    assert told(*rounds[:4]) == [("rejected", "http-403", 4), ("documents", "", 4)]
    assert told(*rounds) == [("rejected", "http-403", 4), ("documents", "", 4)]  # it is no new habit
    said = str(health.findings(rounds)[0])
    assert said == "http-403: 88% of article pages rejected, 0% before, since crawl 4 (2026-01-04)"
    assert health.began_with(rounds) == () and len(health.began_with(rounds[:4])) == 2


def test_what_is_mended_is_told_no_more_and_what_breaks_again_is_dated_anew() -> None:
    rounds = [well(1), well(2), well(3, **FORBIDDEN), well(4)]
    assert told(*rounds) == []
    assert told(*rounds, well(5, **FORBIDDEN)) == [("rejected", "http-403", 5), ("documents", "", 5)]


def test_hosts_that_fail_and_documents_that_go_are_told() -> None:
    assert told(well(1), well(2, failed={"timeout": 60})) == [("failed", "timeout", 2)]
    assert told(well(1), well(2, gone={"http-404": 40})) == [("gone", "", 2)]


@pytest.mark.parametrize(
    "last",
    [
        well(3, failed={"timeout": 2}),
        well(3, rejected={"list": 60, "http-404": 3}),  # pages that are meant to give no document
        one(3, {"answer": {"200": 2, "304": 9}, "document": {"unchanged": 2}, "rejected": {"list": 9}}, full=False),
        one(3, {"answer": {"200": 3}, "rejected": {"http-404": 3}}, full=False),  # too few to say anything
        well(3, document={"unchanged": 5}, rejected={}).__class__(
            (3,), "a.test", "2026-01-03T00:00:00Z", None, "shutdown", True, {"document": {"unchanged": 5}}
        ),  # it was stopped: what it did not reach is not missing
    ],
)
def test_what_says_nothing_against_a_site(last: Round) -> None:
    assert told(well(1), well(2), last) == []


def test_lists_that_give_nothing_new_for_longer_than_ever_are_told() -> None:
    dry = {"document": {"unchanged": 78}}
    lively = [*map(well, range(1, 6)), well(6, **dry), well(7)]
    assert told(*lively, *(well(n, **dry) for n in range(8, 12))) == []
    assert told(*lively, *(well(n, **dry) for n in range(8, 13))) == [("new", "", 8)]
    seldom = [well(n, **dry) if n % 4 else well(n) for n in range(1, 20)]
    assert told(*seldom) == []


def test_crawls_that_nobody_counted_are_no_measure() -> None:
    assert told(one(1, {}), one(2, {}), well(3, **FORBIDDEN)) == []


# --- in the archive ---------------------------------------------------------------------------------------------


def crawled(db: Database, met: Met, *, site: str = "a.test", round: int | None = None, settings: str = "{}") -> int:
    crawl_id = begin_crawl(db, site, settings)
    db.conn.execute("UPDATE crawls SET round = ? WHERE id = ?", (round or crawl_id, crawl_id))
    crawls.save(
        db, crawl_id, {("www.a.test", what, code): n for what, codes in met.items() for code, n in codes.items()}
    )
    end_crawl(db, crawl_id, "finished", "{}")
    return crawl_id


def test_parts_of_a_round_are_one(tmp_path: object) -> None:
    db = open_archive(f"{tmp_path}/archive.db")
    first = crawled(db, {"answer": {"200": 3}, "document": {"new": 2}})
    crawled(db, {"answer": {"200": 9}}, site="b.test")
    crawled(db, {"answer": {"200": 4, "404": 1}, "document": {"new": 3}}, round=first)
    begin_crawl(db, "ingest", "{}")
    later = crawled(db, {"answer": {"200": 1}}, settings=json.dumps({"settings": {"REVISIT": "due"}}))
    known = health.rounds(db, "a.test")
    assert [one.ids for one in known] == [(first, 3), (later,)]
    assert known[0].counts["answer"] == {"200": 7, "404": 1} and (known[0].documents, known[0].answers) == (5, 8)
    assert known[0].full and not known[1].full
    assert [row["id"] for row in crawls.listed(db)] == [later, 3, 2, 1]


def test_counts_are_kept_by_host_and_written_again_without_harm(tmp_path: object) -> None:
    db, tally = open_archive(f"{tmp_path}/archive.db"), Tally()
    crawl_id = begin_crawl(db, "a.test", "{}")
    tally.answered("http://www.a.test:81/x", 200)
    tally.answered("http://www.a.test/y", 503)
    tally.stored("http://www.a.test/x", Added(new=1, unchanged=2), "")
    tally.stored("http://m.a.test/z", Added(unchanged=3), "http-404: gone")
    tally.met_link("http://www.a.test/q", "failed", "timeout: 60 s")
    tally.met_link("http://www.a.test/r", "done", "")
    for _ in range(2):
        crawls.save(db, crawl_id, tally.met)
    assert crawls.by_host(db, crawl_id) == {
        "m.a.test": {"gone": {"http-404": 1}, "rejected": {"http-404": 1}},
        "www.a.test": {
            "answer": {"200": 1, "503": 1},
            "document": {"unchanged": 2, "new": 1},
            "failed": {"timeout": 1},
        },
    }
    assert tally.counts("m.a.test") == {"rejected": {"http-404": 1}, "gone": {"http-404": 1}}
    assert tally.counts()["answer"] == {"200": 1, "503": 1}


def test_a_finding_reads_as_a_sentence() -> None:
    since = well(3)
    assert str(Finding("documents", "", 12, 90, since)) == "12 documents, 90 before, since crawl 3 (2026-01-03)"
    assert "4 crawls without a new document, at most 1 before" in str(Finding("new", "", 4, 1, since))


def test_the_books_of_a_crawl_hold_what_it_fell_short_of_and_what_broke_with_it(tmp_path: object) -> None:
    db = open_archive(f"{tmp_path}/archive.db")
    for _ in range(3):
        crawled(db, well(1).counts)
    tally = Tally()
    for n in range(40):
        tally.stored(f"http://a.test/{n}", Added(), "http-403")
    crawl_id = begin_crawl(db, "a.test", "{}")
    db.conn.execute("UPDATE crawls SET round = id WHERE id = ?", (crawl_id,))
    warnings = health.close_books(db, crawl_id, tally, {"documents": 50}, ["0 documents, expected at least 50"])
    assert len(warnings) == 1 and warnings[0].startswith("http-403: 100% of article pages rejected, 0% before")
    row = crawls.crawl(db, crawl_id)
    assert row and json.loads(str(row["expected"])) == {"documents": 50}
    assert json.loads(str(row["problems"])) == ["0 documents, expected at least 50"]
    assert json.loads(str(row["warnings"])) == warnings
