"""The door between the crawler and the corridor: the one item, and the one item pipeline.

Pages are restored in worker processes, never on the reactor's thread, and stored on the archive's thread. A page that
kills its worker takes the pool with it: each page in flight then runs again alone, and one that kills its worker
twice is rejected as that.
"""

import asyncio
import os
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Self

from loky import ProcessPoolExecutor
from loky.process_executor import ShutdownExecutorError
from scrapy.exceptions import DropItem
from sqlite_utils import Database

from archive import frontier, store
from archive.errors import ArchiveError
from crawler.due import due
from crawler.extensions import Run
from crawler.leases import Lease
from pipelines import worker
from pipelines.document import Knowledge, Outcome, Page, PageRules

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

IDLE = 3600  # seconds a process waits for work: a slow site sends a page a minute, and starting costs two seconds
GROUP = 32  # items that are stored together: most of what more would save is saved (chosen)
HOLD = 1.0  # seconds that the first of them waits for the others, at most: restored again after a kill
AHEAD = 2  # articles handed to each process: one in work, one waiting

Work = Callable[[tuple[Page, ...], PageRules], Outcome]


@dataclass(frozen=True, slots=True)
class Article:
    """What the spider makes of what it fetched."""

    pages: tuple[Page, ...]
    rules: PageRules
    rejected: str = ""  # set where it never enters the corridor: 'list: 23 links', 'http-404'
    lease: Lease | None = None  # what it was asked for with; it settles when the last of its items is stored
    unchanged: bool = False  # each of its pages came as it was


class Workers:
    """Processes that restore articles. Its methods are called on the reactor's thread and never block it."""

    def __init__(self, knowledge: Knowledge, count: int, patience: float, work: Work = worker.work) -> None:
        self._knowledge = knowledge
        self._count = count
        self._patience = patience
        self._work = work
        self._alone = asyncio.Lock()
        self._room = asyncio.Semaphore(AHEAD * count)  # the patience is for a page's own time, not for its queue's
        self._pool: ProcessPoolExecutor | None = None

    async def restore(self, article: Article) -> Outcome:
        """The outcome of an article, whatever it does to the process that restores it."""
        async with self._room:
            pool = self._pool = self._pool or self._started(self._count)
            try:
                return await self._done(pool, article)
            except (TimeoutError, BrokenExecutor, ShutdownExecutorError):
                if self._pool is pool:  # the first of those in flight: the next article starts a new pool
                    self._pool = None
                    pool.shutdown(wait=False, kill_workers=True)
        async with self._alone:
            return await self._restored_alone(article)

    def close(self) -> None:
        """End the processes."""
        if self._pool:
            self._pool.shutdown(wait=False, kill_workers=True)

    async def _restored_alone(self, article: Article) -> Outcome:
        pool = self._started(1)
        try:
            return await self._done(pool, article)
        except TimeoutError:
            reason = f"timeout: not restored within {self._patience:g} s (retryable)"
        except BrokenExecutor:
            reason = "worker-killed: the page ended its worker process twice (retryable)"
        finally:
            pool.shutdown(wait=False, kill_workers=True)
        return Outcome(article.pages, self._knowledge.id, article.rules, rejected=reason)

    async def _done(self, pool: ProcessPoolExecutor, article: Article) -> Outcome:
        future = asyncio.wrap_future(pool.submit(worker.packed, self._work, article.pages, article.rules))
        return worker.unpacked(await asyncio.wait_for(future, self._patience), article.pages)

    def _started(self, count: int) -> ProcessPoolExecutor:
        known = (os.getpid(), self._knowledge.to_json())
        return ProcessPoolExecutor(count, timeout=IDLE, initializer=worker.begin, initargs=known)


class Gate:
    """Holds back what is to be stored until some of it can be stored in one transaction, and never for long.

    A crawl that is killed meanwhile has the captures, and no lease of them is done: they are restored again.
    """

    def __init__(self) -> None:
        self._coming = 0  # items that are still to come to the gate
        self._waiting: list[asyncio.Future[None]] = []
        self._opens: asyncio.TimerHandle | None = None

    @contextmanager
    def coming(self) -> Iterator[None]:
        """An item is on its way; it comes to the gate when this ends."""
        self._coming += 1
        try:
            yield
        finally:
            self._coming -= 1
            self._look()

    async def passed(self) -> None:
        """Wait until it opens: where nothing else is coming, at once."""
        loop = asyncio.get_running_loop()
        self._waiting.append(loop.create_future())
        self._opens = self._opens or loop.call_later(HOLD, self._open)
        waiting = self._waiting[-1]
        self._look()
        await waiting

    def _look(self) -> None:
        if not self._coming or len(self._waiting) >= GROUP:
            self._open()

    def _open(self) -> None:
        if self._opens:
            self._opens.cancel()
            self._opens = None
        waiting, self._waiting = self._waiting, []
        for one in waiting:
            if not one.done():
                one.set_result(None)


class ArchivePipeline:
    """Restores each article and stores what became of it, each in a transaction or a part of one."""

    def __init__(self, run: Run, workers: Workers) -> None:
        self.run = run
        self.workers = workers
        self._gate = Gate()

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> Self:
        """As Scrapy builds it."""
        run = Run.of(crawler)
        count = crawler.settings.getint("WORKERS") or max(1, (os.cpu_count() or 1) - 1)  # the crawl itself is busy, too
        return cls(run, Workers(run.knowledge, count, crawler.settings.getfloat("RESTORE_TIMEOUT")))

    async def process_item(self, item: Article) -> Article:
        """Take one article through the corridor into the archive."""
        if item.unchanged and (held := await self.run.do(store.held, item.pages, item.rules)):
            documents, rejected = held
            if item.lease:
                item.lease.documents += documents
            await self._stored(item, None)
            self.run.count(item.pages[0].url, store.Added(unchanged=documents), rejected)
            return item
        with self._gate.coming():
            outcome = await self._outcome(item)
        await self._gate.passed()
        added = await self._stored(item, outcome)
        self.run.count(outcome.article[0].url, added, outcome.rejected)
        return item

    async def _outcome(self, item: Article) -> Outcome:
        if item.rejected:
            return Outcome(item.pages, "", item.rules, rejected=item.rejected)  # no knowledge was used
        return await self.workers.restore(item)

    async def _stored(self, item: Article, outcome: Outcome | None) -> store.Added:
        """Store what became of an item (None: it is as it was); with the last one of its lease, that this is done."""
        lease, settles = item.lease, False
        if lease:
            settles = lease.ends_with(1)
            lease.documents += len(outcome.documents) if outcome else 0
            if outcome and outcome.documents and outcome.article[0].url == lease.links[0].url:
                lease.signature = _signature(outcome)
        try:
            added = await self.run.do(self._write, outcome, lease, settles)
        except ArchiveError as error:
            if lease:
                lease.broken = True
                self.run.leases.ended(lease)
            raise DropItem(str(error)) from error
        if lease:
            await self._is_stored(lease, settles=settles)
        return added

    async def _is_stored(self, lease: Lease, *, settles: bool) -> None:
        """An item of a lease is stored; where it `settles` the lease, that is written already."""
        lease.items -= 1
        if settles and not lease.waits:
            with suppress(ArchiveError):  # the crawl is ending for it
                await self.run.frontier.settled(lease)
            self.run.leases.ended(lease)
        elif lease.is_done:  # the other items of it were stored at the same time, or its page was still being read
            await self.run.settle(lease)

    def _write(self, db: Database, outcome: Outcome | None, lease: Lease | None, settles: bool) -> store.Added:
        """On the archive's thread: one transaction, or a part of one."""
        with store.transaction(db):
            added = store.add(db, outcome) if outcome else store.Added()
            if lease and settles:
                frontier.settle(db, self.run.round, lease.visited(), due)
        return added

    async def close_spider(self) -> None:
        """The last item is in."""
        self.workers.close()


def _signature(outcome: Outcome) -> str:
    """What an article says, whatever stands around it."""
    return sha256("".join(document.content_digest for document in outcome.documents).encode()).hexdigest()[:16]
