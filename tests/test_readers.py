"""Fifty who read while one writes: no answer fails, and nobody waits for a lock."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from archive_cases import outcome
from browser import NAME, serving

from archive import families
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
