"""The one thread that a crawl's archive is written on: its database and its WARC file.

SQLite connections belong to one thread, and a disk that syncs must not hold up the reactor. So whatever touches
either is handed to this thread and awaited; what was handed to it while it worked is written in one transaction.
"""

import asyncio
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlite_utils import Database

from archive import crawls, frontier, hosts, shared_links, sites, store, takedown
from archive.captures import Original, record_of
from archive.errors import ArchiveError
from archive.frontier import Round
from archive.lock import CrawlLock
from archive.removing import tombstones
from archive.removing.tombstones import Tombstones
from archive.store import Fetch
from archive.warc import (
    MAX_BYTES,
    MAX_HOURS,
    NOT_MODIFIED,
    SAME_PAYLOAD,
    Capture,
    Exchange,
    Record,
    WarcError,
    WarcWriter,
)
from archive.warcs.http import decoded, parse_head
from archive.warcs.records import digest
from crawler.robots import robots_verdict
from pipelines.document import Knowledge

PACE = 0.02  # seconds from one transaction to the next, at least: many small ones cost more than one (0.5 ms a page)

P = ParamSpec("P")
T = TypeVar("T")

_Member = tuple[Capture, Record | None]  # where an exchange was written; the record that it repeats, if it does


@dataclass(frozen=True, slots=True)
class Captured:
    """An exchange that is safe: its row, and the body as the corridor wants it.

    A revisit has the row and the body of the capture that it repeats.
    """

    fetch_id: int
    body: bytes
    content_type: str = ""
    date: str = ""
    unchanged: bool = False
    body_digest: str = ""


@dataclass(frozen=True, slots=True)
class _Waiting:
    """An exchange that is to be written."""

    exchange: Exchange
    before: Original | None
    kept: "asyncio.Future[Captured]"


@dataclass(frozen=True, slots=True)
class _Job:
    """What the archive's thread is to do for whoever awaits it."""

    work: Callable[[Database], Any]
    done: "asyncio.Future[Any]"
    alone: bool  # it has transactions of its own


@dataclass(frozen=True, slots=True)
class Begin:
    """What a run is begun with."""

    name: str  # of its WARC files
    info: Mapping[str, str]  # for their warcinfo records
    site: str
    settings: str
    rights: Mapping[str, str]
    wake: str = "due"  # which links of earlier rounds are asked for again: due, all, never
    resume: bool = True
    max_bytes: int = MAX_BYTES  # of a WARC file, and how old it may become
    max_hours: float = MAX_HOURS
    join: Callable[[], str] | None = None  # a frontier elsewhere: its round's first crawl in this archive, if any


class Archivist:
    """Owner of a crawl's archive. Methods are called on the reactor's thread; what they wrap runs on its own."""

    def __init__(self, archive: Path, warc_dir: Path) -> None:
        self.archive = archive
        self.warc_dir = warc_dir
        self.crawl_id = 0
        self.tombstones = Tombstones()
        self.killed: list[int] = []  # crawls whose end was never written
        self.round = Round(0, "")
        self.liars: set[str] = set()  # hosts whose validators are not believed
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="archive")
        self._db: Database | None = None
        self._warc: WarcWriter | None = None
        self._lock: CrawlLock | None = None
        self._jobs: deque[_Job] = deque()  # that were handed to the thread
        self._works = False  # the thread is at them, or about to be
        self._desk = threading.Lock()  # of the two above
        self._next = 0.0  # when it may begin again, on the loop's clock
        self._waiting: list[_Waiting] = []  # exchanges that came while others were written
        self._is_keeping = False
        self._keeping: asyncio.Task[None] | None = None  # the loop itself keeps no reference

    def open(self, begin: Begin) -> Knowledge:
        """Open or make the archive, begin the crawl's row, and give what is known of the hosts."""
        return self._thread.submit(self._open, begin).result()

    async def do(self, work: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`work(db, …)` on the archive's thread, in transactions of its own."""
        return await self._handed(lambda db: work(db, *args, **kwargs), alone=True)

    async def together(self, work: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The same for what is short: in one transaction with what else waits. When this returns, that is committed."""
        return await self._handed(lambda db: work(db, *args, **kwargs), alone=False)

    async def keep(self, exchange: Exchange, before: Original | None = None) -> Captured:
        """Write an exchange to WARC, and then its row; when this returns, both are on disk.

        What comes while the disk syncs is written and synced together, and its rows are one transaction. `before` is
        the last whole capture of its address: an answer with the same body becomes a revisit of it.
        """
        waiting = _Waiting(exchange, before, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if not self._is_keeping:
            self._is_keeping = True
            self._keeping = asyncio.get_running_loop().create_task(self._keep())
        return await waiting.kept

    async def apart(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`work(…)` on another thread: what only reads captures need not wait for what is written."""
        return await asyncio.to_thread(work, *args, **kwargs)

    async def close(self) -> None:
        """Finish the files."""
        try:
            await self.do(self._close)
        finally:
            self._thread.shutdown()

    def abandon(self) -> None:
        """Close what a crawl that never began has opened."""
        self._thread.submit(self._close, self._database()).result()
        self._thread.shutdown()

    async def _keep(self) -> None:
        """Write what waits, until nothing does."""
        while self._waiting:
            some, self._waiting = self._waiting, []
            work = self.together(self._captured, [(one.exchange, one.before) for one in some], [])
            (kept,) = await asyncio.gather(work, return_exceptions=True)
            for number, one in enumerate(some):
                _settle(one.kept, kept if isinstance(kept, BaseException) else kept[number])
        self._is_keeping = False

    async def _handed(self, work: Callable[[Database], T], *, alone: bool) -> T:
        """Hand it to the thread. One call of the thread serves all that waits: waking it costs more than most work."""
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        with self._desk:
            self._jobs.append(_Job(work, done, alone))
            begins, self._works = not self._works, True
        if begins:
            self._begin(asyncio.get_running_loop())
        return await done

    def _begin(self, loop: asyncio.AbstractEventLoop) -> None:
        """Set the thread to work: at once where it was idle, else `PACE` after it last began."""
        loop.call_at(max(loop.time(), self._next), self._thread.submit, self._work_off, loop)

    def _work_off(self, loop: asyncio.AbstractEventLoop) -> None:
        """On the thread: do what waits."""
        with self._desk:
            some = [*self._jobs]
            self._jobs.clear()
        self._next = loop.time() + PACE
        for jobs in _groups(some):
            told = zip(jobs, self._done(jobs), strict=True)
            with suppress(RuntimeError):  # the loop was closed: nobody waits any more
                loop.call_soon_threadsafe(_tell, [*told])
        with self._desk:
            goes_on = self._works = bool(self._jobs)
        if goes_on:
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(self._begin, loop)

    def _done(self, jobs: Sequence[_Job]) -> Sequence[object]:
        """What became of each job. Where one of several fails, all of them are undone, and each is done by itself."""
        if len(jobs) > 1:
            try:
                db = self._database()
                with store.gathered(db):
                    return [job.work(db) for job in jobs]
            except BaseException as error:  # it comes again for the job whose it is
                if _is_busy(error):  # for each of them, and each would wait as long
                    return [error] * len(jobs)
        return [self._result(job) for job in jobs]

    def _result(self, job: _Job) -> object:
        """What a job gives by itself, or its error."""
        try:
            db = self._database()
            with nullcontext() if job.alone else store.gathered(db):
                return job.work(db)
        except BaseException as error:  # whoever waits for it gets it
            return error

    def _database(self) -> Database:
        if self._db is None:
            raise RuntimeError("the archive is not open")
        return self._db

    def _open(self, begin: Begin) -> Knowledge:
        self._lock = CrawlLock.take(self.archive, begin.site)  # before anything is written
        self._db = db = store.open_archive(self.archive)
        first = self._joined(db, begin)
        self.crawl_id = store.begin_crawl(db, begin.site, begin.settings)
        self._lock.names(self.crawl_id)
        sites.note_rights(db, self.crawl_id, begin.rights)
        # The writer first: it finishes files of killed crawls, and that is how a killed crawl is known.
        name, info = f"{begin.name}-{self.crawl_id}", dict(begin.info)
        self._warc = WarcWriter(self.warc_dir, name, info, max_bytes=begin.max_bytes, max_hours=begin.max_hours)
        self.tombstones = tombstones.load(db)
        self.killed = crawls.settle_killed(db, self.crawl_id, self.warc_dir)
        if first is None:
            self.round = frontier.begin(db, self.crawl_id, begin.site, wake=begin.wake, resume=begin.resume)
        else:
            self.round = shared_links.join(db, self.crawl_id, begin.site, first)
        self.liars = hosts.liars(db)
        return store.knowledge(db)

    def _joined(self, db: Database, begin: Begin) -> str | None:
        """Join a frontier that is elsewhere, before anything is written. None where links are in the archive."""
        try:
            return begin.join() if begin.join else None
        except ArchiveError:
            db.close()
            if self._lock:
                self._lock.release()
            raise

    def capture(self, db: Database, exchange: Exchange, before: Original | None = None) -> Captured:
        """The same for one exchange, on the archive's thread."""
        return self._captured(db, [(exchange, before)], [])[0]

    def _captured(
        self, db: Database, exchanges: Sequence[tuple[Exchange, Original | None]], written: list[_Member]
    ) -> list[Captured]:
        """The order that a crash must find: members, their sync, then their rows.

        `written` gets the members, and has them where only the rows were undone.
        """
        if self._warc is None:
            raise RuntimeError("the archive is not open")
        if not written:
            with self._warc.together():
                members = [self._written(self._warc, exchange, before) for exchange, before in exchanges]
            written += members
        with store.transaction(db):
            return [
                self._rowed(db, exchange, before, *member)
                for (exchange, before), member in zip(exchanges, written, strict=True)
            ]

    def _rowed(
        self, db: Database, exchange: Exchange, before: Original | None, capture: Capture, record: Record | None
    ) -> Captured:
        """The row of an exchange that is in the WARC; where it repeats one, `record` is that one's."""
        status, headers, _ = parse_head(exchange.response_head)
        value = {key.lower(): text for key, text in headers}
        fetch = Fetch(
            crawl_id=self.crawl_id,
            url=exchange.url,
            status=status,
            fetched_at=capture.date,
            payload_digest=capture.payload_digest,
            body_digest=capture.body_digest,
            warc_file=capture.file,
            warc_offset=capture.offset,
            warc_length=capture.length,
            content_type=value.get("content-type", ""),
            etag=value.get("etag", ""),
            last_modified=value.get("last-modified", ""),
            revisit_of=before.fetch_id if before and record else None,
            truncated=exchange.truncated,
        )
        fetch_id = store.add_fetch(db, fetch)
        if before and record:
            return Captured(before.fetch_id, record.body, record.content_type, before.date, True, capture.body_digest)
        body = decoded(exchange.body, headers)
        if verdict := robots_verdict(exchange.url, status, body):
            sites.note_robots(db, self.crawl_id, fetch_id, exchange.url, verdict)
        same = before and status == 200 and capture.body_digest == before.body_digest and not exchange.truncated
        if before and same:  # packed anew by the server
            return Captured(before.fetch_id, body, fetch.content_type, before.date, True, capture.body_digest)
        return Captured(fetch_id, body, fetch.content_type, capture.date, False, capture.body_digest)

    def _written(self, out: WarcWriter, exchange: Exchange, before: Original | None) -> _Member:
        """The capture in the WARC; where it repeats one, the record of that."""
        status = parse_head(exchange.response_head)[0]
        same = status == 200 and before is not None and digest(exchange.body) == before.payload_digest
        if before and (same or status == 304) and not exchange.truncated:
            with suppress(WarcError):  # what it repeats cannot be read: then it is kept whole
                record = record_of(self.warc_dir, before)
                return out.revisit(exchange, record, SAME_PAYLOAD if same else NOT_MODIFIED), record
        return out.exchange(exchange), None

    def _close(self, db: Database) -> None:
        try:
            if self._warc:
                self._warc.close()
            if takedown.pending(db):  # what was taken down stood at another address, or one was broken off
                with suppress(ArchiveError):  # another crawl may write captures: the next one completes it
                    takedown.complete(db, self.archive, self.warc_dir)
        finally:
            db.close()
            if self._lock:
                self._lock.release()


def _is_busy(error: BaseException) -> bool:
    """Whether another process has held the database for longer than is waited for."""
    code = getattr(error, "sqlite_errorcode", None) or 0  # only errors of SQLite itself have one
    return bool(code & 0xFF == sqlite3.SQLITE_BUSY)


def _groups(jobs: Sequence[_Job]) -> Iterator[list[_Job]]:
    """Jobs in their order, those together that may be."""
    group: list[_Job] = []
    for job in jobs:
        if group and (job.alone or group[0].alone):
            yield group
            group = []
        group.append(job)
    if group:
        yield group


def _tell(told: Sequence[tuple[_Job, object]]) -> None:
    for job, result in told:
        _settle(job.done, result)


def _settle(waited: asyncio.Future[Any], result: object) -> None:
    """Tell who waits, if anybody still does."""
    if waited.done():
        return
    if isinstance(result, BaseException):
        waited.set_exception(result)
    else:
        waited.set_result(result)
