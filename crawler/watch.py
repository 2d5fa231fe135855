"""What looks after a crawl while it runs: room on the disk, its counts in the ledger, figures for Prometheus.

A crawl that ends for want of room ends in order: what it has is kept, and the same command goes on when there is room
again. A file for Prometheus that cannot be written is no reason to end.
"""

import asyncio
import logging
import os
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Self

from scrapy import signals
from scrapy.utils.log import get_scrapy_root_handler
from sqlite_utils import Database

from archive import crawls
from archive.errors import ArchiveError
from archive.pages.safe_html import seen
from crawler import logs, metrics, options
from crawler.extensions import Run
from crawler.metrics import Snapshot

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

EVERY = 5.0  # seconds between two looks; chosen: a disk fills by 50 MB meanwhile at most
KEEP_EVERY = 30.0  # seconds between two savings of the counts: what a killed crawl loses of them


class Watch:
    """The looks."""

    def __init__(self, crawler: "Crawler") -> None:
        settings = crawler.settings
        self._crawler = crawler
        self._floor, self._is_full = settings.getint("MIN_FREE_BYTES"), False
        self._places = places(Path(settings["ARCHIVE"]), options.warc_dir(settings))
        self._file = Path(settings["METRICS_FILE"]) if settings["METRICS_FILE"] else None
        self._began, self._kept = time.time(), time.monotonic()
        self._success: float | None = None
        self._task: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> Self:
        """As Scrapy builds it."""
        watch = cls(crawler)
        crawler.signals.connect(watch.opened, signal=signals.spider_opened)
        crawler.signals.connect(watch.closed, signal=signals.spider_closed)
        crawler.signals.connect(watch.ended, signal=signals.engine_stopped)
        return watch

    @property
    def run(self) -> Run:
        """The run that it looks after."""
        return Run.of(self._crawler)

    async def opened(self, spider: "Spider") -> None:
        """Begin to look."""
        self._success = await self.run.archivist.do(last_success, self.run.plan.site)
        self._task = asyncio.get_running_loop().create_task(self._watch())

    def closed(self, spider: "Spider") -> None:
        """The books are being closed."""
        if self._task:
            self._task.cancel()

    def ended(self) -> None:
        """The last figures: the books are closed."""
        if not self.run.problems:
            self._success = time.time()
        self._write(running=False)

    async def _watch(self) -> None:
        while True:
            await self._look()
            await asyncio.sleep(EVERY)

    async def _look(self) -> None:
        if logs.follow(get_scrapy_root_handler()):
            logger.info("%s goes on here: the log before was moved", self.run.plan.site)
        if not self._is_full and (problem := full(self._places, self._floor)):
            self._is_full = True
            self.run.stop(problem)
        if time.monotonic() - self._kept >= KEEP_EVERY:
            self._kept = time.monotonic()
            with suppress(ArchiveError):  # the crawl is ending for it
                await self.run.do(crawls.save, self.run.archivist.crawl_id, dict(self.run.tally.met))
        with suppress(ArchiveError):
            self.run.waiting = await self.run.frontier.left()
        self._write(running=True)

    def _write(self, *, running: bool) -> None:
        if self._file:
            try:
                metrics.write(self._file, metrics.text(self._snapshot(running)))
            except OSError as error:
                logger.warning("METRICS_FILE %s: %s", self._file, error.strerror)
                self._file = None  # once is enough

    def _snapshot(self, running: bool) -> Snapshot:
        run = self.run
        return Snapshot(
            site=seen(run.plan.site),
            crawl=run.archivist.crawl_id,
            began=self._began,
            now=time.time(),
            running=running,
            met=run.tally.met,
            waiting=None if run.waiting is None else sum(run.waiting.values()),
            problems=len(run.problems),
            warnings=len(run.warnings),
            success=self._success,
            free={place: free(path) for place, path in self._places.items()},
            size=run.archivist.archive.stat().st_size if run.archivist.archive.exists() else 0,
        )


def places(archive: Path, warc_dir: Path) -> dict[str, Path]:
    """What needs room, by name."""
    return {"archive": archive.absolute().parent, "captures": warc_dir.absolute()}


def free(path: Path) -> int:
    """Bytes that this user may still write at a place; of a folder that is not there yet, where it will be."""
    while not path.exists():
        path = path.parent
    room = os.statvfs(path)
    return room.f_bavail * room.f_frsize


def full(where: dict[str, Path], floor: int) -> str:
    """What is said where there is less room than the floor; '' where there is enough, or no floor."""
    for place, path in where.items():
        if (left := free(path)) < floor:
            return (
                f"disk-floor: {left / 1e6:,.0f} MB are free for the {place} in {path}, less than"
                f" MIN_FREE_BYTES={floor} ({floor / 1e6:,.0f} MB); what there is is kept, and the same command goes on"
            )
    return ""


def last_success(db: Database, site: str) -> float | None:
    """When the last crawl of a site ended that had no problems."""
    (ended,) = db.conn.execute(
        "SELECT max(ended_at) FROM crawls WHERE site = ? AND problems = '[]' AND reason = 'finished'", (site,)
    ).fetchone()
    return datetime.fromisoformat(ended).timestamp() if ended else None
