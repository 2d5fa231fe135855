"""What is asked for each page must not go through a table: it would take the longer, the more the archive holds."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from archive_cases import URL, outcome
from archive_files import html
from sqlite_utils import Database

from archive import captures, frontier, ingest, rebuild
from archive.frontier import LinkRow, Round, Visited
from archive.merging import older
from archive.progress import Progress
from archive.rows import load
from archive.store import Fetch, add, add_fetch, begin_crawl, open_archive
from archive.warcs import revisits

SCANNED = re.compile(r"SCAN ([^\s(]\S*)")
SHORT = {
    "knowledge": "one row a crawl that learned something",
    "tombstones": "whether there is any",
    "hosts": "a row a host, the rows of a recursion that names each once",
    "constant": "no table",
}
Work = Callable[[Database, Path], object]


@contextmanager
def statements(db: Database) -> Iterator[list[str]]:
    """All that is asked meanwhile, once each."""
    found: dict[str, None] = {}
    db.conn.set_trace_callback(lambda sql: found.setdefault(sql))
    asked: list[str] = []
    yield asked
    db.conn.set_trace_callback(None)
    asked += found


def scans(db: Database, sql: str) -> set[str]:
    """The tables that a statement goes through, by the names that it gives them; not what a sub-query has found."""
    if not sql.lstrip().startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")):
        return set()
    plan = db.conn.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()
    return {found[1] for *_, detail in plan if (found := SCANNED.match(detail)) and "VIRTUAL TABLE" not in detail}


def document(db: Database, at: Path) -> object:
    """A new document, and another in its place."""
    add(db, outcome("全年工作总结如下，共办理来信一百二十件。", url="http://b.test/2.html"))
    return add(db, outcome("全年工作总结如下，共办理来信一百三十件。", url="http://b.test/2.html"))


def capture(db: Database, at: Path) -> object:
    """An exchange, and what there is of its address."""
    number = add_fetch(db, Fetch(1, URL, 200, "2026-01-01T00:00:00Z", "", "", "z.warc.gz", 9, 1))
    return captures.known(db, 1, URL), number


def again(db: Database, at: Path) -> object:
    """The captures of an article, as `rebuild` reads them, and what there is of it."""
    (page, fetch) = db.conn.execute("SELECT id, fetch_id FROM pages WHERE id > '' LIMIT 1").fetchone()
    assert [*rebuild.captured(db, at / "warc", page)]
    return load(db, page), revisits.captured(db, at / "warc", fetch)


def earlier(db: Database, at: Path) -> object:
    """What was captured before what there is of its page."""
    now = add_fetch(db, Fetch(1, URL, 200, "2026-02-01T00:00:00Z", "", "", "z.warc.gz", 1, 1))
    add(db, outcome("全年工作总结如下，共办理来信一百二十件。", url=URL, fetch_id=now))
    before = outcome("全年工作总结如下，共办理来信一百三十件。", url=URL)
    assert older.add_in_time(db, before, "2026-01-01T00:00:00Z", 1)[1] == 1
    return older.add_in_time(db, before, "2026-03-01T00:00:00Z", 1)


def links(db: Database, at: Path) -> object:
    """Links met, leased, put back, and done."""
    current = Round(begin_crawl(db, "b.test", "{}"), "b.test")
    one = LinkRow("http://b.test/9.html", "article", "new")
    frontier.record(db, current, [one])
    assert frontier.unknown(db, current, ["http://b.test/8.html"])
    (leased,) = frontier.take(db, current, lambda host: 2, 2)
    frontier.give_back(db, leased.url, failed=leased.url, not_before="", why="timeout")
    frontier.take(db, current, lambda host: 2, 2)
    return frontier.settle(db, current, Visited((one,), "s"), lambda past: "2027-01-01T00:00:00Z")


@pytest.fixture
def archive(tmp_path: Path) -> Database:
    (tmp_path / "in").mkdir()
    for name in ("a01", "a02", "a03"):
        (tmp_path / "in" / f"{name}.html").write_bytes(html(name))
    db = open_archive(tmp_path / "archive.db")
    ingest.ingest(db, tmp_path / "warc", (str(tmp_path / "in"),), Progress())
    return db


@pytest.mark.parametrize("work", [document, capture, again, earlier, links])
def test_no_statement_of_a_page_goes_through_a_table(work: Work, archive: Database, tmp_path: Path) -> None:
    with statements(archive) as asked:
        work(archive, tmp_path)
    assert len(asked) > 2
    found = {sql: names for sql in asked if (names := scans(archive, sql) - SHORT.keys())}
    assert found == {}
