"""The door between the crawler and the corridor: the one item, and the one item pipeline.

Pages are restored in worker processes, never on the reactor's thread, and stored on the archive's thread. A page that
kills its worker takes the pool with it: each page in flight then runs again alone, and one that kills its worker
twice is rejected as that.
"""

import asyncio
import os
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from loky import ProcessPoolExecutor, get_reusable_executor

from archive import store
from crawler.extensions import Run
from pipelines import worker
from pipelines.document import Knowledge, Outcome, Page, PageRules

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


@dataclass(frozen=True, slots=True)
class Article:
    """What the spider makes of what it fetched."""

    pages: tuple[Page, ...]
    rules: PageRules
    rejected: str = ""  # set where it never enters the corridor: 'list: 23 links', 'http-404'


class Workers:
    """Processes that restore articles. Its methods are called on the reactor's thread and never block it."""

    def __init__(self, knowledge: Knowledge, count: int, patience: float) -> None:
        self._knowledge = knowledge
        self._count = count
        self._patience = patience
        self._alone = asyncio.Lock()

    async def restore(self, article: Article) -> Outcome:
        """The outcome of an article, whatever it does to the process that restores it."""
        pool = self._pool()
        future = pool.submit(worker.work, article.pages, article.rules)
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), self._patience)
        except TimeoutError:
            pool.shutdown(wait=False, kill_workers=True)
        except BrokenProcessPool:
            pass
        async with self._alone:
            return await self._restore_alone(article)

    def close(self) -> None:
        """End the processes."""
        self._pool().shutdown(wait=False, kill_workers=True)

    def _pool(self) -> "ProcessPoolExecutor":
        """The pool, started anew where it broke. Idle processes stay: a slow site sends a page a minute."""
        return get_reusable_executor(
            max_workers=self._count,
            timeout=3600,
            initializer=worker.begin,
            initargs=(self._knowledge.to_json(),),
            reuse=True,
        )

    async def _restore_alone(self, article: Article) -> Outcome:
        pool = ProcessPoolExecutor(1, initializer=worker.begin, initargs=(self._knowledge.to_json(),))
        future = pool.submit(worker.work, article.pages, article.rules)
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), self._patience)
        except TimeoutError:
            reason = f"timeout: not restored within {self._patience:g} s (retryable)"
        except BrokenProcessPool:
            reason = "worker-killed: the page ended its worker process twice (retryable)"
        finally:
            pool.shutdown(wait=False, kill_workers=True)
        return Outcome(article.pages, self._knowledge.id, article.rules, rejected=reason)


class ArchivePipeline:
    """Restores each article and stores what became of it, in one transaction."""

    def __init__(self, run: Run, workers: Workers) -> None:
        self.run = run
        self.workers = workers

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> Self:
        """As Scrapy builds it."""
        run = Run.of(crawler)
        count = crawler.settings.getint("WORKERS") or os.cpu_count() or 1
        return cls(run, Workers(run.knowledge, count, crawler.settings.getfloat("RESTORE_TIMEOUT")))

    async def process_item(self, item: Article) -> Article:
        """Take one article through the corridor into the archive."""
        if item.rejected:
            outcome = Outcome(item.pages, self.run.knowledge.id, item.rules, rejected=item.rejected)
        else:
            outcome = await self.workers.restore(item)
        added = await self.run.archivist.do(store.add, outcome)
        self.run.count(outcome, added)
        return item

    async def close_spider(self) -> None:
        """The last item is in."""
        self.workers.close()
