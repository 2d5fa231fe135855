"""python -m benchmarks.crawl_runs KIND …: one crawl of a simulated site in this process; its figures as JSON.

bare: a Scrapy spider as its tutorial has it, which extracts and follows the same links and keeps nothing.
fetching: this project's crawl with captures and rows, and every article rejected before it is restored.
whole: this project's crawl.
"""

import asyncio
import json
import os
import resource
import sys
import time
from array import array
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import TextResponse
from scrapy.utils.project import get_project_settings

from archive import rebuild
from pipelines import items
from pipelines.document import Outcome

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response

TICK = 0.01  # seconds between two looks at the clock: what comes later than that is the reactor's lag
WARM = 400  # pages before the figures begin: workers take seconds to start
LOOK_EVERY = 1000  # pages between two looks at memory
WATCH = "benchmarks.crawl_runs.Watch"
NOISE = {"LOG_LEVEL": "WARNING", "TELNETCONSOLE_ENABLED": False, "REMOTE_CONTROL_ENABLED": False}
FAST = {  # the same for both: no delays, no robots.txt, as many connections
    "DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": False, "CONCURRENT_REQUESTS": 16,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 16, "ROBOTSTXT_OBEY": False,
}  # fmt: skip


class Bare(Spider):
    """Follows every link of its hosts."""

    name = "bare"

    def __init__(self, urls: str) -> None:
        super().__init__()
        self.urls = urls.split(",")

    async def start(self) -> AsyncIterator[Request]:
        """The front pages."""
        for url in self.urls:
            yield Request(url)

    def parse(self, response: "Response", **_: Any) -> Iterator[Request]:
        """All links of a page."""
        assert isinstance(response, TextResponse)
        yield from response.follow_all(css="a", callback=self.parse)


class Watch:
    """An extension: counts pages, and sees how late the reactor's clock is and how much memory there is."""

    figures: ClassVar[dict[str, Any]] = {}

    def __init__(self, crawler: "Crawler") -> None:
        self.pages = 0
        self.first = self.last = self.cpu = self.workers = 0.0
        self.lags = array("d")  # a hundred a second, for hours: as a list they would be the growth that is looked for
        self.memory: list[tuple[int, float]] = []
        crawler.signals.connect(self.opened, signals.spider_opened)
        crawler.signals.connect(self.came, signals.response_received)
        crawler.signals.connect(self.idle, signals.spider_idle)

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> Self:
        """As Scrapy builds it."""
        return cls(crawler)

    def opened(self) -> None:
        """Begin to look at the clock."""
        self.task = asyncio.get_running_loop().create_task(self.look())

    async def look(self) -> None:
        """How much later than asked for the loop comes back."""
        while True:
            begun = time.perf_counter()
            await asyncio.sleep(TICK)
            self.lags.append(time.perf_counter() - begun - TICK)

    def came(self) -> None:
        """A page. What came before the first `WARM` is left out: modules are loaded, processes started."""
        self.last = time.perf_counter()
        self.pages += 1
        if self.pages == WARM:
            self.first, self.cpu, self.workers = self.last, time.process_time(), _of_workers()
            self.lags = array("d")
        if self.pages % LOOK_EVERY == 0:
            self.memory.append((self.pages, _resident()))

    def idle(self) -> None:
        """The last page is in and stored; processes that restore are still there."""
        lags = sorted(self.lags)
        Watch.figures = {
            "pages": self.pages - WARM,
            "seconds": self.last - self.first,
            "own_cpu": time.process_time() - self.cpu,
            "workers_cpu": _of_workers() - self.workers,
            "lag_p50": lags[len(lags) // 2],
            "lag_p99": lags[len(lags) * 99 // 100],
            "lag_max": lags[-1],
            "memory": self.memory,
        }


def _of_workers() -> float:
    """Seconds of the processor that processes under this one have had so far."""
    spent = 0.0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has just ended
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[1]) == os.getpid():
                spent += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return spent


def _resident() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


async def _rejected(self: items.Workers, article: items.Article) -> Outcome:
    """In the place of `Workers.restore`: nothing is restored, and the page gets its row."""
    return Outcome(article.pages, "", article.rules, rejected="bench: not restored")


def leave_out(*, restoring: bool) -> None:
    """Learning restores pages a second time, after the crawl; `restoring`: they are not restored the first time."""
    rebuild.relearn = lambda *_: 0
    if restoring:
        items.Workers.restore = _rejected  # type: ignore[method-assign]


def main() -> None:
    """Crawl, then print."""
    kind, folder, urls = sys.argv[1], sys.argv[2], sys.argv[3]
    more = json.loads(sys.argv[4]) if len(sys.argv) > 4 else {}
    if kind == "bare":
        resolver = {"HOST_ADDRESSES": {"*.test": "127.0.0.1"}, "ALLOW_PRIVATE_ADDRESSES": True,
                    "TWISTED_DNS_RESOLVER": "crawler.guards.GuardedResolver"}  # fmt: skip
        process = AsyncCrawlerProcess(NOISE | FAST | resolver | {"EXTENSIONS": {WATCH: 0}} | more)
        process.crawl(Bare, urls=urls)
    else:
        own = {"ARCHIVE": f"{folder}/archive.db", "ALLOW_PRIVATE_ADDRESSES": True, "EXPECT_NOTHING": True,
               "MAX_PAGES_PER_HOST": 10**9}  # fmt: skip
        settings = get_project_settings()
        settings.update(NOISE | FAST | own | more, "cmdline")
        settings["EXTENSIONS"][WATCH] = 1
        leave_out(restoring=kind == "fetching")
        process = AsyncCrawlerProcess(settings)
        process.crawl("summaries", urls=urls)
    process.start()
    used = resource.getrusage(resource.RUSAGE_SELF)
    print("\n" + json.dumps(Watch.figures | {"peak": used.ru_maxrss / 1024}))


if __name__ == "__main__":
    from benchmarks import crawl_runs  # the module that Scrapy finds by its name, not this one

    crawl_runs.main()
