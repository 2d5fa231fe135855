"""Downloader middlewares: what was taken down is never asked for, robots.txt comes first, and its delay is kept."""

import asyncio
import logging
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from OpenSSL import SSL
from scrapy import Request, exceptions, signals
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import ProtegoRobotParser
from scrapy.utils.datatypes import LocalCache
from twisted.internet.error import ConnectError, ConnectionClosed

from archive import sites
from archive.errors import ArchiveError
from crawler import backoff, optout, robots
from crawler.extensions import Run
from crawler.frontiers import LOOK_EVERY
from crawler.optout import OptOut, OptOutError
from crawler.robots import Rules

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.robotstxt import RobotParser

logger = logging.getLogger(__name__)

FIRST = 1000  # priority of such a request: all others of its host wait for it
ORIGINS = 5000  # whose rules are in memory; those of others are read from the archive again
UNREACHABLE = (
    exceptions.CannotResolveHostError, exceptions.DownloadCancelledError, exceptions.DownloadConnectionRefusedError,
    exceptions.DownloadFailedError, exceptions.DownloadTimeoutError, exceptions.ResponseDataLossError,
    exceptions.UnsupportedURLSchemeError, ConnectError, ConnectionClosed, SSL.Error, OSError, ValueError,
)  # fmt: skip

LONGEST = 60.0  # seconds; some hosts ask for a day, and mean that they want no crawler at all


class OptedOut:
    """Refuses what its owner, or the operator, does not want asked for: the opt-out list and hosts that are blocked.

    The frontier leases nothing of a blocked host; this is for redirects and the pages of an article that lead there.
    """

    def __init__(self, run: Run, path: Path | None) -> None:
        self.run = run
        self.path = path
        self.list = optout.read(path) if path else OptOut()
        self._changed_at = self._when()
        self._looked = time.monotonic()

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> Self:
        """As Scrapy builds it."""
        return cls(Run.of(crawler), Path(crawler.settings["OPT_OUT"]) if crawler.settings["OPT_OUT"] else None)

    def process_request(self, request: Request) -> None:
        """Refuse it, before its robots.txt is asked for."""
        self._look()
        if why := self.list.refusal(request.url):
            raise IgnoreRequest(why)
        closed = self.run.leases.closed_hosts.get(urlsplit(request.url).hostname or "")
        if closed and closed.state == "blocked":
            raise IgnoreRequest(closed.reason)

    def _look(self) -> None:
        """Read the list again where it changed. One that cannot be read leaves the last in force, and is said."""
        if not self.path or time.monotonic() - self._looked < LOOK_EVERY:
            return
        self._looked = time.monotonic()
        if (changed := self._when()) == self._changed_at:
            return
        self._changed_at = changed
        try:
            self.list = optout.read(self.path)
            logger.info("the opt-out list was read again: %d hosts", len(self.list.hosts))
        except OptOutError as error:
            logger.error("%s; what it said before is kept to", error)

    def _when(self) -> float:
        try:
            return self.path.stat().st_mtime if self.path else 0.0
        except OSError:
            return -1.0


class TakenDown:
    """Refuses an address or a host that was taken down, before its robots.txt is asked for."""

    def __init__(self, run: Run) -> None:
        self.run = run

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> Self:
        """As Scrapy builds it."""
        return cls(Run.of(crawler))

    def process_request(self, request: "Request") -> None:
        """Refuse what must not come back."""
        if why := self.run.tombstones.refusal(request.url):
            raise IgnoreRequest(why)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came for a robots.txt, redirects followed."""

    fetch_id: int
    status: int  # 0: nothing came
    body: bytes = b""
    fetched_at: str = ""
    why: str = ""  # of status 0, code first


class RobotsTxt:
    """Asks for the robots.txt of each origin before anything else, and obeys it as RFC 9309 has it.

    The last capture is the cache, so that it outlives the process. What `robots_parsed` hears is the same whether the
    rules came from the host or from the archive.
    """

    def __init__(self, crawler: "Crawler", run: Run) -> None:
        settings = crawler.settings
        if not settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        self.crawler = crawler
        self.run = run
        self.pause = timedelta(seconds=settings.getfloat("BACKOFF_FIRST"))  # between two questions to a host in trouble
        self._known: LocalCache[str, Rules] = LocalCache(ORIGINS)
        self._reading: dict[str, asyncio.Task[Rules]] = {}

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> Self:
        """As Scrapy builds it."""
        return cls(crawler, Run.of(crawler))

    async def process_request(self, request: Request) -> None:
        """Refuse what is forbidden, or cannot be known to be allowed."""
        if request.meta.get(robots.ASKS):
            return
        try:
            rules = await self._rules(request)
        except ArchiveError as error:  # the crawl is ending for it
            raise IgnoreRequest(str(error)) from error
        if why := rules.refusal(request.url):
            raise IgnoreRequest(why)

    async def _rules(self, request: Request) -> Rules:
        """The rules of a request's origin: read once, whoever asks for them meanwhile."""
        origin = robots.origin(request.url)
        known = self._known.get(origin)
        if known and datetime.now(UTC) < known.until:
            return known
        if origin not in self._reading:
            self._reading[origin] = asyncio.ensure_future(self._read(origin, request))
            self._reading[origin].add_done_callback(lambda _: self._reading.pop(origin))
        return await self._reading[origin]

    async def _read(self, origin: str, request: Request) -> Rules:
        answer = await self._kept(origin, robots.FRESH)
        if not answer:
            answer = await self._asked(origin + robots.PATH)
            if robots.is_no_answer(answer.status):
                return await self._without(origin, request, answer)
            await self.run.do(sites.robots_found, origin)
        return await self._in_force(origin, request, answer)

    async def _in_force(self, origin: str, request: Request, answer: Answer, until: datetime | None = None) -> Rules:
        """Go by an answer: note that its capture is what this crawl obeys, and tell who listens what it says."""
        read = robots.read(answer.status, answer.body, answer.fetch_id, _time(answer.fetched_at))
        rules = Rules(until, read.parsed, "", read.fetch_id) if until else read
        self._known[origin] = rules
        verdict = robots.verdict(origin, answer.status, answer.body)
        crawl_id = self.run.archivist.crawl_id
        await self.run.do(sites.note_robots, crawl_id, answer.fetch_id, origin + robots.PATH, verdict)
        if rules.parsed is not None:
            parser = ProtegoRobotParser(b"", self.crawler.spider)
            parser.rp = rules.parsed
            await self.crawler.signals.send_catch_log_async(
                signal=signals.robots_parsed, robotparser=parser, request=request
            )
        return rules

    async def _without(self, origin: str, request: Request, answer: Answer) -> Rules:
        """No answer came: an old copy stays in force while it lasts; without one nothing may be asked for."""
        why = answer.why or f"http-{answer.status}"
        since = _time(await self.run.do(sites.robots_lost, origin, why))
        now = datetime.now(UTC)
        if old := await self._kept(origin, None):
            return await self._in_force(origin, request, old, now + robots.RECHECK)
        self._known[origin] = rules = robots.unread(why, since, now, self.pause)
        return rules

    async def _kept(self, origin: str, fresh: timedelta | None) -> Answer | None:
        """What the archive has for an origin: no older than `fresh`, where that is said."""
        url = origin + robots.PATH
        found = None
        for _ in range(robots.STEPS + 1):
            found = await self.run.do(sites.captured_robots, self.run.archivist.warc_dir, url)
            if not found or (fresh and datetime.now(UTC) - _time(found.fetched_at) >= fresh):
                return None
            target = robots.target_of(url, found.location.encode("latin-1", "replace"))
            if not (300 <= found.status < 400 and target) or target == url:
                return Answer(found.fetch_id, found.status, found.body, found.fetched_at)
            url = target
        return Answer(found.fetch_id, 404, b"", found.fetched_at) if found else None

    async def _asked(self, url: str) -> Answer:
        """What the host answers. After too many redirects it is as if there were no such file (RFC 9309, 2.3.1.2).

        What our own guards refuse at its very address, they refuse of the whole host: that is for the request to say.
        """
        for step in range(robots.STEPS + 1):
            try:
                # Half a robots.txt is none, and must not be taken for the last one that came.
                meta = {robots.ASKS: True, "dont_redirect": True, "download_fail_on_dataloss": True}
                asked = Request(url, priority=FIRST, meta=meta, callback=NO_CALLBACK)
                response: Response = await self.crawler.engine.download_async(asked)
            except IgnoreRequest as error:
                if not step:
                    raise
                return Answer(0, 0, why=str(error))
            except UNREACHABLE as error:
                return Answer(0, 0, why=f"{backoff.code(error)}: {' '.join(str(error).split())[:200]}")
            target = robots.target_of(url, response.headers.get("Location") or b"")
            said = (int(asked.meta["fetch_id"]), response.status, response.body, str(asked.meta["fetched_at"]))
            if not (300 <= response.status < 400 and target) or target == url:
                return Answer(*said)
            url = target
        return Answer(said[0], 404, b"", said[3])


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


class CrawlDelay:
    """A host that asks for more rest than our own delay gets it, without the throttle's changes."""

    def __init__(self, crawler: "Crawler", agent: str, least: float) -> None:
        self.crawler = crawler
        self.agent = agent
        self.least = least
        self.asked: dict[str, float] = {}  # by host

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> Self:
        """As Scrapy builds it."""
        settings = crawler.settings
        made = cls(crawler, settings["ROBOTSTXT_USER_AGENT"], settings.getfloat("DOWNLOAD_DELAY"))
        crawler.signals.connect(made.robots_parsed, signal=signals.robots_parsed)
        return made

    def robots_parsed(self, robotparser: "RobotParser", request: "Request") -> None:
        """Remember what a host asks for, and hold to it from the next request on."""
        delay = min(robotparser.crawl_delay(self.agent) or 0.0, LONGEST)
        host = urlsplit(request.url).hostname or ""
        if delay <= max(self.least, self.asked.get(host, 0.0)):
            return
        self.asked[host] = delay
        downloader = self.crawler.engine.downloader
        downloader.per_slot_settings[host] = {"delay": delay, "jitter": 0.0}
        if slot := downloader.slots.get(host):  # made for robots.txt itself
            slot.delay, slot.jitter = delay, 0.0

    def process_request(self, request: "Request") -> None:
        """Keep the throttle from changing a delay that was asked for."""
        if (urlsplit(request.url).hostname or "") in self.asked:
            request.meta["autothrottle_dont_adjust_delay"] = True
