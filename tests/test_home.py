"""The home page's figures: right, and counted no oftener than the archive changes."""

import asyncio
import sqlite3
from pathlib import Path

import pytest
from archive_cases import outcome, rejected

from archive.pages import home
from archive.pages.home import Counting, Home
from archive.store import Fetch, add, add_fetch, begin_crawl, open_archive


@pytest.fixture
def path(tmp_path: Path) -> Path:
    at = tmp_path / "a.db"
    db = open_archive(at)
    crawl = begin_crawl(db, "test", "{}")
    add_fetch(db, Fetch(crawl, "http://a.test/1", 200, "2026-01-01T00:00:00Z", "", "", "a.warc.gz", 1, 1))
    add(db, outcome("甲", url="http://a.test/1", title_year=2024, genre="总结", organisation="某局", org_field="科协"))
    late = {"signed_on": None, "era_from": "2002", "era_to": "2019", "title_year": 2015}
    add(db, outcome("乙", url="http://b.test/1", genre="计划", **late))
    add(db, rejected("list: 3 links", url="http://b.test/2"))
    db.close()
    return at


def counted(path: Path) -> Home:
    with sqlite3.connect(path) as conn:
        return home.home(conn)


def test_the_figures_are_those_of_the_tables(path: Path) -> None:
    found = counted(path)
    named = {name: found.figures[name] for name in ("documents", "texts", "hosts", "rejected", "signed", "dated")}
    assert named == {"documents": 2, "texts": 2, "hosts": 2, "rejected": 1, "signed": 1, "dated": 1}
    assert (found.first, found.last) == ("2026-01-01", "2026-01-01")
    assert found.plots["genres"] == {"总结": 1, "计划": 1} and found.plots["fields"] == {"科协": 1}
    assert found.plots["hosts"] == {"a.test": 1, "b.test": 1}
    assert found.plots["years"] == {"2002": 1, "2019": 1}
    assert found.plots["damage"] == {"numbers_lost": 2, "pinyin": 2}
    assert found.share("signed") == "1 (50%)"
    assert found.crawl and found.crawl["site"] == "test" and found.crawl["ended_at"] is None


def test_a_claim_within_the_era_is_not_too_young(path: Path) -> None:
    assert counted(path).plots["claims"] == {"5": 1}, "2024 against a signature of 2019; 2015 lies within 2002 to 2019"


def test_an_empty_archive_has_figures_too(tmp_path: Path) -> None:
    open_archive(tmp_path / "e.db").close()
    found = counted(tmp_path / "e.db")
    assert found.figures["documents"] == 0 and found.share("signed") == "0" and found.crawl is None


def test_no_figure_reads_the_rows_with_their_texts(path: Path) -> None:
    """Of 200,000 documents they are gigabytes: everything is counted from indexes."""
    with sqlite3.connect(path) as conn:
        for sql in (home._DOCUMENTS, home._PAGES, home._SPAN, *home._PLOTS.values()):
            plan = [str(row[3]) for row in conn.execute(f"EXPLAIN QUERY PLAN {sql}")]
            read = [step for step in plan if step.startswith(("SCAN", "SEARCH")) and "VIRTUAL TABLE" not in step]
            whole = [
                step for step in read if "COVERING INDEX" not in step and step.split()[1] in ("documents", "pages")
            ]
            assert whole == [], sql


def test_facets_read_the_index_made_for_them(path: Path) -> None:
    from archive.serve import described

    tables = described("a")["databases"]["a"]["tables"]  # type: ignore[index]
    with sqlite3.connect(path) as conn:
        for facet in tables["documents"]["facets"]:
            (column,) = facet.values()
            sql = f"SELECT {column}, count(*) FROM (SELECT * FROM documents) GROUP BY 1"
            plan = " ".join(str(row[3]) for row in conn.execute(f"EXPLAIN QUERY PLAN {sql}"))
            assert "COVERING INDEX" in plan, column


def test_figures_are_counted_once_for_each_state(path: Path) -> None:
    counts = 0

    async def count() -> Home:
        nonlocal counts
        counts += 1
        return counted(path)

    async def ask() -> None:
        counting = Counting(path, count)
        for _ in range(3):
            known, fresh = await counting.get()
            assert known and fresh
        assert counts == 1
        db = open_archive(path)
        add(db, outcome("丙", url="http://c.test/1"))
        db.close()
        counting.ended = float("-inf")  # as if the rest after a count were over
        known, fresh = await counting.get()
        assert known and known.figures["documents"] == 3 and fresh and counts == 2

    asyncio.run(ask())


def test_the_figures_of_before_are_shown_while_it_is_too_early_to_count_again(path: Path) -> None:
    async def count() -> Home:
        return counted(path)

    async def ask() -> None:
        counting = Counting(path, count)
        await counting.get()
        counting.cost = 1e6
        path.touch()
        known, fresh = await counting.get()
        assert known and not fresh and counting.task is None

    asyncio.run(ask())


def test_what_cannot_be_counted_leaves_the_page_as_it_is(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async def count() -> Home:
        raise sqlite3.DatabaseError("database disk image is malformed")

    async def ask() -> None:
        assert await Counting(path, count).get() == (None, False)

    asyncio.run(ask())
    assert "malformed" in capsys.readouterr().err
