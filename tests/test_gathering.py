"""What waits for the archive's thread is written together: one transaction, and each part may fail by itself."""

import asyncio
import sqlite3
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from archive import store
from crawler.archivist import Archivist, Begin
from pipelines.items import GROUP, Gate


class Commits:
    """The archive's thread with a crawl open, and the statements that reached SQLite."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "archive.db"
        self.archivist = Archivist(self.path, folder / "warc")
        self.archivist.open(Begin("test", {}, "test", "{}", {}))
        self.said: list[str] = []
        trace = self.archivist._database().conn.set_trace_callback
        self.archivist._thread.submit(trace, self.said.append).result()

    def run(self, *works: Callable[[Database], Any]) -> list[Any]:
        """Hand works in at once, and what became of each."""

        async def go() -> list[Any]:
            try:
                handed = [self.archivist.together(work) for work in works]
                return await asyncio.gather(*handed, return_exceptions=True)
            finally:
                await self.archivist.close()

        return asyncio.run(go())

    def hosts(self) -> list[str]:
        """What another process finds in the file."""
        return [host for (host,) in sqlite3.connect(self.path).execute("SELECT host FROM hosts ORDER BY host")]


@pytest.fixture
def commits(tmp_path: Path) -> Commits:
    return Commits(tmp_path)


def noting(host: str) -> Callable[[Database], str]:
    """Work that writes a row in a transaction."""

    def work(db: Database) -> str:
        with store.transaction(db):
            db.conn.execute("INSERT INTO hosts(host, updated_at) VALUES (?, '2026-01-01')", (host,))
        return host

    return work


def failing(db: Database) -> None:
    """Work that writes a row and then breaks off."""
    with store.transaction(db):
        db.conn.execute("INSERT INTO hosts(host, updated_at) VALUES ('broken.test', '2026-01-01')")
        raise ValueError("broken off")


def test_what_waits_together_is_one_transaction(commits: Commits) -> None:
    names = [f"{n}.test" for n in range(5)]
    assert commits.run(*map(noting, names)) == names
    assert commits.hosts() == names
    begun = commits.said.index("BEGIN IMMEDIATE")
    assert commits.said[begun:].count("COMMIT") <= 2, commits.said  # the first may be taken before the others come
    assert not [said for said in commits.said if said.startswith("SAVEPOINT")]  # at each one FTS5 writes a segment


def test_work_that_fails_takes_nothing_of_the_others_with_it(commits: Commits) -> None:
    results = commits.run(noting("a.test"), noting("b.test"), failing, noting("c.test"))
    assert results[:2] + results[3:] == ["a.test", "b.test", "c.test"]
    assert isinstance(results[2], ValueError)
    assert commits.hosts() == ["a.test", "b.test", "c.test"]


def test_an_error_that_undoes_the_whole_is_told_to_all_whose_rows_it_took(commits: Commits) -> None:
    """SQLite does so when the disk is full: nobody may be told that their row is kept."""

    def undone(db: Database) -> None:
        db.conn.execute("ROLLBACK")
        raise sqlite3.OperationalError("database or disk is full")

    results = commits.run(lambda db: None, noting("a.test"), noting("b.test"), undone, noting("c.test"))
    kept = commits.hosts()
    told = [host for host in results if isinstance(host, str)]
    assert told == kept and isinstance(results[3], sqlite3.OperationalError)


def test_a_database_that_another_process_holds_is_waited_for_once(commits: Commits) -> None:
    commits.archivist._thread.submit(commits.archivist._database().execute, "PRAGMA busy_timeout = 200").result()
    other = sqlite3.connect(commits.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    results = commits.run(lambda db: None, *(noting(f"{n}.test") for n in range(5)))
    other.close()
    assert all(isinstance(result, sqlite3.OperationalError) for result in results[1:])
    assert commits.said.count("BEGIN IMMEDIATE") <= 2, commits.said  # the first may be taken before the others come


def test_a_commit_that_fails_is_told_to_all_of_its_transaction(commits: Commits) -> None:
    def early(db: Database) -> None:
        with store.transaction(db):
            db.conn.execute("PRAGMA defer_foreign_keys = ON")
            db.conn.execute("INSERT INTO edits(article_id, n, start, end, replacement, rule, steps)"
                            " VALUES ('nobody', 1, 0, 1, '', '', '[]')")  # fmt: skip

    results = commits.run(lambda db: None, noting("a.test"), early)
    assert isinstance(results[2], sqlite3.IntegrityError)
    assert [host for host in results if isinstance(host, str)] == commits.hosts()


def passing(go: Callable[[Gate], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(asyncio.wait_for(go(Gate()), 10))


def test_the_gate_is_open_where_nothing_else_is_coming(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.items.HOLD", 60)  # longer than the patience of `passing`

    async def go(gate: Gate) -> None:
        with gate.coming():
            pass
        await gate.passed()

    passing(go)


def test_the_gate_opens_for_a_group_and_when_the_last_has_come() -> None:
    async def go(gate: Gate) -> None:
        through: list[int] = []

        async def item(number: int) -> None:
            await gate.passed()
            through.append(number)

        with gate.coming():
            tasks = [asyncio.create_task(item(n)) for n in range(GROUP - 1)]
            await asyncio.sleep(0)
            assert not through
            tasks.append(asyncio.create_task(item(GROUP - 1)))
            await asyncio.gather(*tasks)
            assert sorted(through) == [*range(GROUP)]
            late = asyncio.create_task(item(GROUP))
            await asyncio.sleep(0)
        await late

    passing(go)


def test_the_gate_opens_in_time_for_whoever_waits_alone() -> None:
    async def go(gate: Gate) -> None:
        with gate.coming():  # a page that takes long
            await gate.passed()

    passing(go)
