"""Fifty who read while one writes: no answer fails, nobody waits for a lock, and the log of changes stays short."""

import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from archive_cases import outcome
from browser import NAME, serving

from archive import families, store
from archive.store import Fetch, add, add_fetch, begin_crawl, open_archive
from pipelines.document import article_id

READERS, EACH = 50, 6
TEXT = "镇文化站第{}年的安排围绕三个村的露天书场展开，每逢集日由退休教师轮流讲古，讲的是本地修渠筑路的旧事，共讲{}场。"
PATHS: tuple[Callable[[int], str], ...] = (
    lambda n: f"/{NAME}/documents?_search=书场&_size=10",
    lambda n: f"/-/read/{NAME}/{article_id(address(n % 20))}-0",
    lambda n: f"/{NAME}/search?q=露天书场",
    lambda n: f"/{NAME}/documents?genre=总结",
    lambda n: f"/-/original/{NAME}/{article_id(address(n % 20))}-0",
    lambda n: "/",
)


def address(number: int) -> str:
    return f"http://www.example.test/{number}.html"


def put(path: Path, numbers: range, stop: threading.Event | None = None) -> int:
    """Articles into the archive as a crawl does it, one transaction each, until told to stop."""
    db, done = open_archive(path), 0
    for number in numbers:
        if stop and stop.is_set():
            break
        fetch = add_fetch(db, Fetch(1, address(number), 200, "2026-01-01T00:00:00Z", "", "", "", 0, 0))
        add(db, outcome(TEXT.format(number, number * 7) * 20, url=address(number), fetch_id=min(fetch, 9)))
        done += 1
        if number % 50 == 49:
            families.settle(db)
    db.close()
    return done


def test_fifty_read_while_a_crawl_writes(tmp_path: Path) -> None:
    path = tmp_path / f"{NAME}.db"
    db = open_archive(path)
    begin_crawl(db, "test", "{}")
    db.close()
    put(path, range(20))
    stop = threading.Event()
    with serving(path) as served, ThreadPoolExecutor(READERS + 1) as pool:
        writer = pool.submit(put, path, range(20, 100_000), stop)

        def read(reader: int) -> list[tuple[int, str]]:
            asked = [PATHS[(reader + turn) % len(PATHS)](reader + turn) for turn in range(EACH)]
            return [(served.get(one)[0], one) for one in asked]

        answers = [answer for found in pool.map(read, range(READERS)) for answer in found]
        stop.set()
        written = writer.result()
    assert Counter(status for status, _ in answers) == {200: READERS * EACH}, [one for one in answers if one[0] != 200]
    assert written > 0
    told = next(tmp_path.glob("serve-*.log")).read_text("utf-8")
    assert "locked" not in told and "Traceback" not in told, told[-2000:]


def reading(path: Path, stop: threading.Event) -> None:
    """A reader who has always just begun: of two of them, one is there at any time."""
    conn = sqlite3.connect(path)
    while not stop.is_set():
        conn.execute("BEGIN")
        conn.execute("SELECT count(*) FROM crawls").fetchone()
        time.sleep(0.03)
        conn.execute("COMMIT")
    conn.close()


def written(path: Path, times: int) -> int:
    """The longest that the log was, while rows of 20 kB came in."""
    db, longest = open_archive(path), 0
    for _ in range(times):
        begin_crawl(db, "x" * 20_000, "{}")
        longest = max(longest, path.with_name(path.name + "-wal").stat().st_size)
    db.close()
    return longest


def test_readers_without_a_gap_do_not_let_the_log_grow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "LOG", 5_000_000)
    stop, path = threading.Event(), tmp_path / "a.db"
    open_archive(path).close()
    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(reading, path, stop) for _ in range(4)]
        longest = written(path, 1000)
        stop.set()
    assert [reader.result() for reader in readers] == [None] * 4
    assert 4_000_000 < longest < 13_000_000, "29 MB where it is not begun anew"


def test_a_reader_who_never_ends_stops_no_writer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "LOG", 1_000_000)
    monkeypatch.setattr(store, "TURN", 0.01)
    path = tmp_path / "a.db"
    open_archive(path).close()
    conn = sqlite3.connect(path, isolation_level=None)
    conn.execute("BEGIN")
    conn.execute("SELECT count(*) FROM crawls").fetchone()
    tried = []
    monkeypatch.setattr(store.Writing, "trim", lambda db, trim=store.Writing.trim: (trim(db), tried.append(db.most)))
    assert written(path, 300) > 5_000_000, "what it reads is kept"
    assert len(set(tried)) < 9, "it is asked seldom"
    conn.close()
    assert written(path, 100) < 2_000_000


def test_a_question_that_is_not_read_to_its_end_stops_no_writer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "LOG", 100_000)
    db = open_archive(tmp_path / "a.db")
    for _ in range(3):
        begin_crawl(db, "x" * 20_000, "{}")
    rows = db.conn.execute("SELECT id FROM crawls")
    next(rows)
    for _ in range(10):
        begin_crawl(db, "x" * 20_000, "{}")
    assert len(list(rows)) >= 2
