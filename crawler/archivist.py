"""The one thread that a crawl's archive is written on: its database and its WARC file.

SQLite connections belong to one thread, and a disk that syncs must not hold up the reactor. So whatever touches
either is handed to this thread and awaited.
"""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from sqlite_utils import Database

from archive import crawls, sites, store, takedown
from archive.errors import ArchiveError
from archive.lock import CrawlLock
from archive.removing import tombstones
from archive.removing.tombstones import Tombstones
from archive.store import Fetch
from archive.warc import Exchange, WarcWriter
from archive.warcs.http import decoded, parse_head
from crawler.robots import robots_verdict
from pipelines.document import Knowledge

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Captured:
    """An exchange that is safe: its row, and the body as the corridor wants it."""

    fetch_id: int
    body: bytes


class Archivist:
    """Owner of a crawl's archive. Methods are called on the reactor's thread; what they wrap runs on its own."""

    def __init__(self, archive: Path, warc_dir: Path) -> None:
        self.archive = archive
        self.warc_dir = warc_dir
        self.crawl_id = 0
        self.tombstones = Tombstones()
        self.killed: list[int] = []  # crawls whose end was never written
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="archive")
        self._db: Database | None = None
        self._warc: WarcWriter | None = None
        self._lock: CrawlLock | None = None

    def open(self, name: str, info: dict[str, str], site: str, settings: str, rights: Mapping[str, str]) -> Knowledge:
        """Open or make the archive, begin the crawl's row, and give what is known of the hosts."""
        return self._thread.submit(self._open, name, info, site, settings, rights).result()

    async def do(self, work: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`work(db, …)` on the archive's thread."""
        return await asyncio.get_running_loop().run_in_executor(
            self._thread, lambda: work(self._database(), *args, **kwargs)
        )

    async def close(self) -> None:
        """Finish the files."""
        await self.do(self._close)
        self._thread.shutdown()

    def abandon(self) -> None:
        """Close what a crawl that never began has opened."""
        self._thread.submit(self._close, self._database()).result()
        self._thread.shutdown()

    def _database(self) -> Database:
        if self._db is None:
            raise RuntimeError("the archive is not open")
        return self._db

    def _open(self, name: str, info: dict[str, str], site: str, settings: str, rights: Mapping[str, str]) -> Knowledge:
        self._lock = CrawlLock.take(self.archive, site)  # before anything is written
        self._db = store.open_archive(self.archive)
        self.crawl_id = store.begin_crawl(self._db, site, settings)
        self._lock.names(self.crawl_id)
        sites.note_rights(self._db, self.crawl_id, rights)
        self._warc = WarcWriter(self.warc_dir, f"{name}-{self.crawl_id}", info)  # finishes files of killed crawls
        self.tombstones = tombstones.load(self._db)
        self.killed = crawls.settle_killed(self._db, self.crawl_id, self.warc_dir)
        return store.knowledge(self._db)

    def capture(self, db: Database, exchange: Exchange) -> Captured:
        """Write an exchange to WARC and then its row; when this returns, both are on disk. For `do`."""
        if self._warc is None:
            raise RuntimeError("the archive is not open")
        status, headers, _ = parse_head(exchange.response_head)
        capture = self._warc.exchange(exchange)
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
        )
        fetch_id, body = store.add_fetch(db, fetch), decoded(exchange.body, headers)
        if verdict := robots_verdict(exchange.url, status, body):
            sites.note_robots(db, self.crawl_id, fetch_id, exchange.url, verdict)
        return Captured(fetch_id, body)

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
