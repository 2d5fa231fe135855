"""A crawl as one run: its archive, its row in `crawls`, what people see of it, and what it must come up to.

Other components ask Scrapy for it: `Run.of(crawler)`.
"""

import asyncio
import gc
import json
import logging
import os
import sqlite3
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Protocol, Self, TypeVar, cast

from scrapy import signals
from scrapy.utils.asyncio import create_looping_call
from scrapy.utils.datatypes import LocalCache
from sqlite_utils import Database

from archive import captures, families, frontier, health, hosts, rebuild, store
from archive.captures import Known, Original
from archive.crawls import Tally
from archive.errors import ArchiveError, meaning
from archive.frontier import STOPPED, LinkRow, Resting
from archive.warc import Exchange
from crawler import options
from crawler.archivist import Archivist, Begin, Captured
from crawler.backoff import HOST_STATUSES, PAGE_STATUSES, Wait
from crawler.budget import Budget
from crawler.frontiers import Embedded, Frontier
from crawler.leases import AHEAD, IN_WORK, Lease, Leases
from crawler.live import HostLine, Screen, host_lines
from crawler.plan import BOT, Plan, user_agent
from crawler.profile import Met
from crawler.show import Figures, Places, log_lines_of, summary

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.settings import BaseSettings

    from crawler.shared import Shared

logger = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

TRANSIENT = HOST_STATUSES | PAGE_STATUSES  # statuses that are no answer: the address is asked for again
MET = 20_000  # addresses in memory (some 4 MB): menus and what is read most stand on all pages of a site
GARBAGE = 10_000  # objects between two looks for garbage: by default 700, and a tenth of the time goes there
SHOW_EVERY = 0.5  # seconds between two looks at the figures
GRACE = 30.0  # seconds from the summary to the end of the process: it takes one, unless a thread is stuck


class Planned(Protocol):
    """A spider that knows what its run was asked to do."""

    plan: Plan


def not_written(why: str) -> str:
    """What an operator is told where the archive cannot be written to."""
    return f"archive-write-failed: {why}; what was kept before is whole. Mend it and crawl again"


class Run:
    """The run. Made before the first request; closed after the last item."""

    def __init__(self, crawler: "Crawler", plan: Plan) -> None:
        settings = crawler.settings
        self.crawler = crawler
        self.plan = plan
        self.problems: list[str] = []  # what makes the exit status non-zero, in sentences
        self.warnings: list[str] = []  # what is worse than in the crawls before
        self.figures = Figures()
        self.tally = Tally()
        self.archivist = Archivist(Path(settings["ARCHIVE"]), options.warc_dir(settings))
        self.shared = _shared(self, settings) if settings["SHARED_FRONTIER"] else None
        self.frontier: Frontier = self.shared or Embedded(self)
        self.knowledge = self.archivist.open(
            Begin(
                "crawl", _warcinfo(crawler, plan), plan.site, options.record(settings), plan.profile.rights.stated(),
                settings["REVISIT"], settings.getbool("RESUME"),
                settings.getint("WARC_MAX_BYTES"), settings.getfloat("WARC_MAX_HOURS"),
                self.shared.join if self.shared else None,
            )
        )  # fmt: skip
        self.tombstones = self.archivist.tombstones
        self.round, self.liars = self.archivist.round, self.archivist.liars
        self.budget = Budget.of(settings)
        self.ending = ""  # why the crawl asks for nothing more, though something is left
        self.leases = _leases(self, settings)
        self.waiting: dict[str, int] | None = None  # links that are known and wait, by host, when last looked
        self._screen = Screen()
        self.failures: Counter[str] = Counter()  # of each host, in a row
        self.rests: dict[str, float] = {}  # hosts behind a guard: until when, on the monotonic clock
        self._met: LocalCache[str, None] = LocalCache(MET)  # of what this round has met: what this crawl has written
        self._tasks: set[asyncio.Task[None]] = set()
        self._looks = create_looping_call(lambda: self._screen.show(self.figures, self.hosts))

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> Self:
        """As Scrapy builds it; the spider is there already."""
        run = cls(crawler, cast("Planned", crawler.spider).plan)
        for handler, signal in (
            (run.opened, signals.spider_opened),
            (run.closed, signals.spider_closed),
            (run.scheduled, signals.request_scheduled),
            (run.downloaded, signals.response_downloaded),
        ):
            crawler.signals.connect(handler, signal=signal)
        return run

    @classmethod
    def of(cls, crawler: "Crawler") -> Self:
        """The run of a crawler."""
        run: Self | None = crawler.get_extension(cls)
        if run is None:
            raise RuntimeError("crawler.extensions.Run must be in EXTENSIONS")
        return run

    def opened(self, spider: "Spider") -> None:
        """Begin to show progress."""
        gc.freeze()  # what is loaded by now stays: it need not be gone through again
        gc.set_threshold(GARBAGE)
        self._screen.begin(self.plan.site)
        self._looks.start(SHOW_EVERY, now=False)
        said = options.overridden(self.crawler.settings)
        if "LOG_FORMAT" not in said:
            log_lines_of(self.archivist.crawl_id)
        logger.info("%s begins, %s", self.plan.site, " ".join(f"{k}={v}" for k, v in said.items()) or "all defaults")
        for crawl_id in self.archivist.killed:
            logger.warning("crawl %d was killed; what it had is kept", crawl_id)
        if self.shared:
            logger.info(self.shared.said)
            self._screen.say(self.shared.said)
        elif self.round.resumed:
            logger.info("goes on with round %d: %d links wait", self.round.id, self.round.resumed)
            self._screen.say(f"going on where crawl {self.round.id} was: {self.round.resumed} links wait")
        elif self.round.woken or self.round.resting:
            logger.info("%d known links are due, %d are not", self.round.woken, self.round.resting)

    def say(self, words: str) -> None:
        """Tell the log, and who watches."""
        logger.info(words)
        self._screen.say(words)

    def hosts(self) -> list[HostLine]:
        """What each host is doing."""
        closed = {host: one.reason for host, one in self.leases.closed_hosts.items()} | self.leases.resting
        return host_lines(self.tally, self.leases.asked, closed, self.waiting)

    def scheduled(self, request: "Request", spider: "Spider") -> None:
        """Count what is asked for."""
        self.figures.asked += 1

    def downloaded(self, response: "Response", request: "Request", spider: "Spider") -> None:
        """Count what came."""
        self.figures.fetched += 1
        self.tally.answered(request.url, response.status)

    def count(self, url: str, added: store.Added, rejected: str) -> None:
        """Count what became of an article, and log it."""
        self.figures.added += added
        self.tally.stored(url, added, rejected)
        self.figures.articles += 1
        if rejected:
            self.figures.rejected += 1
            logger.info("rejected %s: %s", url, rejected)
        else:
            how = f"{added.new} new, {added.changed} changed, {added.unchanged} as they were"
            logger.info("stored %s: documents %d (%s)", url, added.new + added.changed + added.unchanged, how)

    async def note(self, *links: LinkRow) -> None:
        """Write links at once: a crawl that is killed knows what it had met."""
        for link in links:
            self.tally.met_link(link.url, link.state, link.reason)
        if links:
            with suppress(ArchiveError):  # the crawl is ending for it
                await self.frontier.record(links)
                for link in links:
                    self._met[link.url] = None
                self.leases.wake()

    def forget_met(self) -> None:
        """What this crawl has written of links may have been lost where the frontier is."""
        self._met.clear()

    async def unknown(self, urls: Sequence[str], *, wake: str = "") -> set[str]:
        """Which addresses this round has not met yet."""
        urls = [url for url in urls if url not in self._met]
        return await self.frontier.unknown(urls, wake or self.crawler.settings["REVISIT"]) if urls else set()

    async def changed(self, modified: Mapping[str, str]) -> None:
        """A sitemap or feed says when pages were changed: those not visited since are asked for again, others rest."""
        if self.crawler.settings["REVISIT"] == "due" and await self.frontier.changed(modified):
            self.leases.wake()

    async def known(self, *urls: str) -> list[Known]:
        """What the archive has of each address."""
        return await self.do(lambda db: [captures.known(db, self.round.id, url, TRANSIENT) for url in urls])

    async def failed(self, link: LinkRow) -> None:
        """Report a failure, once and in one line."""
        link = replace(link, url=self.tombstones.name_of(link.url))
        level = logging.WARNING if link.state == "failed" else logging.INFO
        logger.log(level, "%s %s: %s", link.state, link.url, link.reason)
        await self.note(link)

    async def settle(self, lease: Lease) -> None:
        """Write that a lease is done, where its last item was stored before it was closed."""
        with suppress(ArchiveError):
            await self.frontier.settle(lease)
        self.leases.ended(lease)

    def give_up(self, lease: Lease, why: str) -> None:
        """A lease that broke something of ours fails by itself."""
        lease.broken = True
        link = LinkRow(lease.url, lease.kind, "failed", why[:300], lease.depth, lease.found_on, ends=True)
        self._later(self._gave_up(lease, link))
        self.leases.ended(lease)

    async def _gave_up(self, lease: Lease, link: LinkRow) -> None:
        await self.failed(link)
        with suppress(ArchiveError):
            await self.frontier.gave_up(lease)

    async def put_back(self, lease: Lease, failed: str, wait: Wait) -> None:
        """Ask for a lease again later: a page of it did not come."""
        lease.waits = True
        until = _after(wait.seconds)
        with suppress(ArchiveError):
            not_before = "" if wait.host else until
            await self.frontier.give_back(lease.url, failed, not_before, wait.reason)
        self.leases.ended(lease)

    async def host_failed(self, host: str, wait: Wait) -> None:
        """Leave a host alone for a while, or for the rest of this crawl."""
        if wait.rests and host not in self.leases.resting:
            self.leases.resting[host] = wait.reason
            logger.warning("%s: %s", host, wait.reason)
        with suppress(ArchiveError):
            await self.frontier.host_failed(host, wait, _after(wait.seconds), self.failures[host])
        if wait.host:
            self.leases.look()

    async def host_came(self, host: str) -> None:
        """A host answered: what it failed before does not count any more."""
        self.rests.pop(host, None)
        if self.failures.pop(host, 0):
            with suppress(ArchiveError):
                await self.frontier.host_came(host)

    async def distrust(self, host: str, url: str) -> None:
        """A page changed and its validators did not: ask for what the host called unchanged, without conditions."""
        self.liars.add(host)
        logger.warning("%s: %s changed under the same validators; they are not believed any more", host, url)
        await self.do(hosts.distrust, host)
        for lease in [one for one in self.leases.open.values() if one.host == host and one.not_modified]:
            await self.put_back(lease, "", Wait())
        await self.frontier.ask_again(host)
        self.leases.wake()

    def end(self, why: str) -> None:
        """End the crawl in order, and not as a failure; the next one goes on where it was."""
        if not self.ending:
            self.ending = why
            self.crawler.stats.set_value("ending", why)
            logger.info("ends: %s", why)
            self._close_spider(why.split(":")[0])

    def stop(self, problem: str) -> None:
        """End the crawl early, as a failure."""
        if problem not in self.problems:
            self.problems.append(problem)
            logger.error(problem)
        self.ending = self.ending or problem
        self._close_spider(problem.split(":")[0])

    def _close_spider(self, reason: str) -> None:
        self._later(self.crawler.engine.close_spider_async(reason=reason))

    def _later(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)  # the loop itself keeps no reference
        task.add_done_callback(self._tasks.discard)

    async def do(self, work: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`work(db, …)` on the archive's thread. Where it fails the crawl ends: what cannot be kept is not fetched."""
        return await self._or_end(self.archivist.together(work, *args, **kwargs))

    async def keep(self, exchange: Exchange, before: Original | None) -> Captured:
        """Write an exchange and its row; the same holds."""
        return await self._or_end(self.archivist.keep(exchange, before))

    async def _or_end(self, writing: Awaitable[T]) -> T:
        try:
            return await writing
        except (OSError, sqlite3.Error) as error:
            self.stop(not_written(meaning(error)))
            raise ArchiveError(f"archive-write-failed: {meaning(error)}") from error

    async def closed(self, spider: "Spider", reason: str) -> None:
        """Learn from what was stored, close the books, and say how it went."""
        self._looks.stop()
        said = ""
        if self.shared:
            logger.info(await self.shared.leave(finished=reason == STOPPED and not self.ending))
        try:
            said = await self._settled(reason)
        except (OSError, sqlite3.Error, ArchiveError) as error:
            why = str(error) if isinstance(error, ArchiveError) else meaning(error)
            self.problems = self.problems or [not_written(why)]
        finally:
            if self.shared:
                await self.shared.server.close()
            if not said and not self.problems:  # an error that nobody foresaw: Scrapy logs it and goes on
                self.problems = [
                    f"the end of the crawl failed; {self.crawler.settings['LOG_FILE'] or 'the log'} says why"
                ]
            try:
                await self.archivist.close()
            except OSError as error:  # as on a full disk: the next crawl finishes the files
                logger.error("the files of captures are not finished: %s", meaning(error))
                self.problems = self.problems or [
                    f"archive-write-failed: {meaning(error)}; crawl again when it is mended"
                ]
            self._screen.end()
        print(said, flush=True)
        _leave_in_time(1 if self.problems else 0)

    async def _settled(self, reason: str) -> str:
        """Write what is left, and read the summary off the archive."""
        do, crawl_id = self.archivist.do, self.archivist.crawl_id
        if self.figures.added.new or self.figures.added.changed or self.archivist.killed:  # the killed did not learn
            self._screen.say("learning what the hosts repeat")
            self.figures.restored_again = await do(rebuild.relearn, self.archivist.warc_dir)
            self._screen.say("settling families of copies")
            await do(families.settle)
        counts = await do(store.counts, crawl_id)
        links = await do(frontier.summary, crawl_id)
        failures = await do(lambda db: list(frontier.failures(db, crawl_id)))
        resting, left = await do(frontier.resting, self.round), await self.frontier.waiting()
        lost = Met(came=sum(links["done"].values()), failed=sum(links["failed"].values()) + await self._left_behind())
        shortfalls = self._shortfalls(reason, counts, failures, resting, lost)
        self.problems += shortfalls
        for problem in shortfalls:
            logger.error(problem)
        logger.info("ended (%s) after %.0f s: %s", reason, self.figures.seconds, self.figures.line())
        stats = {key: str(value) for key, value in self.crawler.stats.get_stats().items()}
        await do(store.end_crawl, crawl_id, reason, json.dumps(stats, ensure_ascii=False, sort_keys=True))
        expected = asdict(self.plan.profile.expect)
        self.warnings = await do(health.close_books, crawl_id, self.tally, expected, self.problems)
        for warning in self.warnings:
            logger.warning("%s: %s", self.plan.site, warning)
        log = self.crawler.settings["LOG_FILE"]
        places = Places(self.archivist.archive, self.archivist.warc_dir, Path(log) if log else None)
        self.figures.ended = self.ending
        return summary(self.plan.site, self.figures, counts, links, failures, places, resting, left)

    async def _left_behind(self) -> int:
        """Links that nobody asked for because their hosts failed too often, or asked for a rest."""
        if self.shared:  # it counts for all workers
            return 0
        closed = {one.host for one in await self.frontier.closed_hosts() if one.state == "resting"}
        left = await self.frontier.left()
        return sum(count for host, count in left.items() if host in closed or host in self.leases.resting)

    def _shortfalls(
        self, reason: str, counts: store.Counts, failures: list[tuple[str, str]], resting: Resting, lost: Met
    ) -> list[str]:
        """Why the run is no success."""
        if reason == "shutdown":
            return ["stopped before its end; what it had is kept, and the same command goes on where it was"]
        if self.ending:
            return []
        if self.shared:
            unmet = [] if self.crawler.settings.getbool("EXPECT_NOTHING") else self.shared.unmet()
            return [f"{self.plan.site}: {sentence}, by all workers" for sentence in unmet]
        goes_on = self.round.id != self.archivist.crawl_id
        if not self.figures.articles and not self.round.resting and not goes_on:
            why = f": {failures[0][0]} ({failures[0][1]})" if failures else ""
            return [f"nothing was fetched{why}"]
        if self.crawler.settings.getbool("EXPECT_NOTHING"):
            return []
        documents, pages = counts.documents + resting.documents, counts.pages + resting.links
        came = lost.came + resting.links  # else those that fail, and are asked again each time, would soon be all
        met = replace(lost, came=came, documents=documents, pages=pages, rejected=sum(counts.rejected.values()))
        return [f"{self.plan.site}: {sentence}" for sentence in self.plan.profile.expect.unmet(met)]


def _shared(run: Run, settings: "BaseSettings") -> "Shared":
    from crawler.shared import Shared  # Redis and scrapy-redis, which a crawl by itself does not need

    return Shared(run, settings)


def _leases(run: Run, settings: "BaseSettings") -> Leases:
    at_once = settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN")
    return Leases(
        run,
        AHEAD * at_once,
        IN_WORK * settings.getint("CONCURRENT_REQUESTS"),
        settings.getfloat("PATIENCE"),
        run.budget,
        settings.getbool("WAIT_FOR_HOURS"),
    )


def _after(seconds: float) -> str:
    """A time from now, as rows have it: whole seconds, never fewer than were asked for."""
    return (datetime.now(UTC) + timedelta(seconds=ceil(seconds) if seconds >= 1 else 0)).strftime("%Y-%m-%dT%H:%M:%SZ")


def _leave_in_time(status: int) -> None:
    """End this process if it does not end by itself: all is written; a scheduler must not wait for a stuck thread."""
    timer = threading.Timer(GRACE, os._exit, [status])
    timer.daemon = True
    timer.start()


def _warcinfo(crawler: "Crawler", plan: Plan) -> dict[str, str]:
    """What the warcinfo record says of the run."""
    settings = crawler.settings
    return {
        "software": BOT,
        "operator": settings["CONTACT"],
        "hostname": settings["WARC_HOSTNAME"],
        "isPartOf": plan.site,
        "description": f"Work summaries of {plan.site}, with all that was asked on the way to them",
        "http-header-user-agent": user_agent(settings["CONTACT"]),
        "robots": "obey (RFC 9309)" if settings.getbool("ROBOTSTXT_OBEY") else "ignore",
    }
