"""Exchanges that come at the same time: written and synced together, whole, and each with its own row."""

import asyncio
import os
import threading
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from scrapy import Request
from sqlite_utils import Database

from archive import captures, warc
from archive.captures import Known
from archive.store import open_archive
from archive.warc import Exchange
from crawler.archivist import Archivist, Begin, Captured
from crawler.extensions import Run
from crawler.revisit import Revisit

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"


def exchange(n: int) -> Exchange:
    asked = f"GET /{n} HTTP/1.1\r\nHost: a.test\r\n\r\n".encode()
    return Exchange(f"http://a.test/{n}", "2026-01-01T00:00:00Z", asked, b"", HEAD, b"page %d" % n, "127.0.0.1")


@pytest.fixture
def archivist(tmp_path: Path) -> Archivist:
    made = Archivist(tmp_path / "archive.db", tmp_path / "warc")
    made.open(Begin("crawl", {}, "a.test", "{}", {}))
    return made


async def kept(archivist: Archivist, *numbers: int) -> list[Captured | BaseException]:
    return await asyncio.gather(*(archivist.keep(exchange(n)) for n in numbers), return_exceptions=True)


def test_what_comes_while_the_disk_syncs_is_synced_together(
    archivist: Archivist, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced, fsync = [], os.fsync
    monkeypatch.setattr(os, "fsync", lambda fd: (synced.append(fd), fsync(fd))[1])

    async def go() -> list[Captured | BaseException]:
        found = await kept(archivist, *range(30))
        await archivist.close()
        return found

    found = asyncio.run(go())
    assert [one.body for one in found if isinstance(one, Captured)] == [b"page %d" % n for n in range(30)]
    assert len(synced) < 10
    rows = [dict(row) for row in open_archive(tmp_path / "archive.db")["fetches"].rows]
    assert [row["url"] for row in rows] == [f"http://a.test/{n}" for n in range(30)]
    assert all(warc.is_of(tmp_path / "warc", row) for row in rows)


def test_a_full_disk_fails_all_that_wait_and_leaves_no_torn_member(
    archivist: Archivist, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written, write = [], os.write

    def full(fd: int, data: bytes) -> int:
        written.append(data)
        return write(fd, data[:100] if len(written) == 3 else data)

    async def go() -> tuple[list[Captured | BaseException], list[Captured | BaseException]]:
        await kept(archivist, 0)
        with monkeypatch.context() as patched:
            patched.setattr(os, "write", full)
            failed = await kept(archivist, *range(1, 6))
        after = await kept(archivist, 6)
        await archivist.close()
        return failed, after

    failed, after = asyncio.run(go())
    assert any(isinstance(one, OSError) for one in failed)
    assert all(isinstance(one, Captured | OSError) for one in failed) and isinstance(after[0], Captured)
    (file,) = (tmp_path / "warc").glob("*.warc.gz")
    assert warc.check(file) == []
    rows = [dict(row) for row in open_archive(tmp_path / "archive.db")["fetches"].rows]
    assert len(rows) == sum(isinstance(one, Captured) for one in failed) + 2
    assert all(warc.is_of(tmp_path / "warc", row) for row in rows)


def test_rows_that_another_s_failure_undid_are_made_again_and_nothing_is_written_twice(
    archivist: Archivist, tmp_path: Path
) -> None:
    def failing(db: Database) -> None:
        raise ValueError("broken off")

    said: list[str] = []
    begun, free = threading.Event(), threading.Event()

    def hold(db: Database) -> None:
        db.conn.set_trace_callback(said.append)
        begun.set()
        free.wait()

    async def handed(count: int) -> None:
        while len(archivist._jobs) < count:
            await asyncio.sleep(0)

    async def go() -> list[Captured | BaseException | None]:
        held = asyncio.create_task(archivist.do(hold))  # so that what follows waits together
        await asyncio.to_thread(begun.wait)
        kept = asyncio.create_task(archivist.keep(exchange(1)))
        await handed(1)
        failed = asyncio.create_task(archivist.together(failing))
        await handed(2)
        free.set()
        found = await asyncio.gather(held, kept, failed, return_exceptions=True)
        await archivist.close()
        return found

    _, kept, failed = asyncio.run(go())
    assert isinstance(kept, Captured) and isinstance(failed, ValueError)
    assert sum(sql.startswith("INSERT INTO fetches") for sql in said) == 2
    (file,) = (tmp_path / "warc").glob("*.warc.gz")
    written = [record.url for record in warc.scan(file)]
    rows = [dict(row) for row in open_archive(tmp_path / "archive.db")["fetches"].rows]
    assert written == [row["url"] for row in rows] == ["http://a.test/1"]
    assert warc.is_of(tmp_path / "warc", rows[0])


@pytest.mark.parametrize("truncated", ["disconnect", "length"])
def test_nothing_is_asked_after_by_a_capture_that_is_not_whole(archivist: Archivist, truncated: str) -> None:
    async def go() -> Known:
        one = replace(exchange(1), truncated=truncated)
        await archivist.keep(one)
        known = await archivist.do(captures.known, archivist.round.id + 1, one.url)
        again = await archivist.keep(one, known.before)
        await archivist.close()
        assert not again.unchanged
        return known

    assert asyncio.run(go()) == Known()


@pytest.mark.parametrize(("truncated", "refused"), [("", ""), ("length", "too-large")])
def test_a_capture_that_was_cut_is_as_unfit_when_it_is_answered_from_the_archive(
    archivist: Archivist, truncated: str, refused: str
) -> None:
    async def go() -> Request:
        one = replace(exchange(1), truncated=truncated)
        await archivist.keep(one)
        known = await archivist.do(captures.known, archivist.round.id, one.url)
        request = Request(one.url, meta={"known": known})
        run = cast(Run, SimpleNamespace(archivist=archivist, liars=set(), round=archivist.round))
        answer = await Revisit(run).process_request(request)
        await archivist.close()
        assert answer is not None and answer.body == b"page 1"
        return request

    request = asyncio.run(go())
    assert request.meta["archived"] and str(request.meta.get("refused", "")).partition(":")[0] == refused
