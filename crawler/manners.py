"""Downloader middlewares: what was taken down is never asked for, and the Crawl-delay of a robots.txt is kept."""

from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from scrapy import signals
from scrapy.exceptions import IgnoreRequest

from crawler.extensions import Run

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.robotstxt import RobotParser

LONGEST = 60.0  # seconds; some hosts ask for a day, and mean that they want no crawler at all


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
