"""Scrapy's HTTP client, with an end to a response's head, and a last look before anything is sent.

Requests wait in the downloader for their turn. When a host asks for rest, those that wait there are sent back to the
frontier: nothing else sees them between the answer and the next request.

Twisted collects header lines for as long as they come. Each line is limited there (16 KiB), their number is not: a
server that sends nothing else fills the memory until the request times out. The parser is chosen deep inside Scrapy, by
classes that it keeps to itself; this module is the one place that knows their names, and its test breaks where they
change.
"""

import time
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy import signals
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from scrapy.exceptions import IgnoreRequest

from crawler import backoff, robots
from crawler.backoff import Backoff
from crawler.extensions import Run

if TYPE_CHECKING:
    import scrapy
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.internet.defer import Deferred
    from twisted.internet.interfaces import IAddress
    from twisted.web._newclient import HTTP11ClientProtocol, Request
    from twisted.web.iweb import IResponse

HEAD = 256 * 1024  # bytes of status line and headers; browsers end at 256 KiB (Chromium) or before


class HeadTooLarge(ValueError):
    """A response's head that does not end."""


class HostRests(IgnoreRequest):
    """A request that was not sent, because its host had just asked for rest, or rests until the next crawl."""

    def __init__(self, host: str, seconds: float = 0.0) -> None:
        long = f"for {seconds:.0f} s" if seconds else "until the next crawl"
        super().__init__(f"{backoff.RESTING}: {host} is left alone {long}")
        self.seconds = seconds


class _CappedParser(_LenientHTTPClientParser):
    """Counts the bytes of the head. The count begins with the parser, which is made anew for each request."""

    head = 0

    def lineReceived(self, line: bytes) -> None:
        self.head += len(line) + 1
        if self.head > HEAD:
            raise HeadTooLarge(f"more than {HEAD} bytes of headers")
        super().lineReceived(line)


class _CappedProtocol(_LenientHTTP11ClientProtocol):
    """Puts the parser in the place of Scrapy's own, as that puts its own in the place of Twisted's."""

    def request(self, request: "Request") -> "Deferred[IResponse]":
        answer: Deferred[IResponse] = super().request(request)
        self._parser.__class__ = _CappedParser
        return answer


class _CappedFactory(_LenientHTTP11ClientFactory):
    """Makes such connections."""

    def buildProtocol(self, addr: "IAddress | None") -> "HTTP11ClientProtocol":
        return _CappedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class CappedHandler(HTTP11DownloadHandler):
    """Download handler of http and https."""

    def __init__(self, crawler: "Crawler") -> None:
        super().__init__(crawler)
        self._crawler = crawler
        self._pool._factory = _CappedFactory
        settings = crawler.settings
        self._waits = Backoff(first=settings.getfloat("BACKOFF_FIRST"), longest=settings.getfloat("BACKOFF_MAX"))
        self._failures: Counter[str] = Counter()  # of each host, in a row
        self._rests: dict[str, float] = {}  # until when, on the monotonic clock
        crawler.signals.connect(self._downloaded, signal=signals.response_downloaded)

    async def download_request(self, request: "scrapy.Request") -> "Response":
        """Send a request, unless its host has asked for rest since it was queued."""
        host = urlsplit(request.url).hostname or ""
        run = self._crawler.get_extension(Run)
        if run and host in run.leases.resting:
            raise HostRests(host)
        rests = max(self._rests.get(host, 0.0), run.rests.get(host, 0.0) if run else 0.0)
        if (left := rests - time.monotonic()) > 0:
            raise HostRests(host, left)
        if (shared := run.shared if run else None) is None:
            return await super().download_request(request)
        slot = shared.slot(request)
        flight = await shared.turn(host, slot.delay, slot.concurrency)
        if flight.rests:
            raise HostRests(host, flight.rests)
        try:
            response = await super().download_request(request)
            flight.came(self._rest(response, request, flight.failures + 1))
        finally:
            await shared.landed(flight)
        return response

    def _downloaded(self, response: "Response", request: "scrapy.Request") -> None:
        """Note a rest at once: the next request of the host is sent as soon as this returns."""
        host = urlsplit(request.url).hostname or ""
        rest = self._rest(response, request, self._failures[host] + 1)
        if rest > 0:
            self._failures[host] += 1
            self._rests[host] = time.monotonic() + rest
        elif not request.meta.get(robots.ASKS):
            self._failures.pop(host, None)
            self._rests.pop(host, None)

    def _rest(self, response: "Response", request: "scrapy.Request", failures: int) -> float:
        """The seconds of rest that an answer asks for, or shows that its host needs; 0 where it may be asked again.

        What a robots.txt that fails means for its pages, `crawler.manners` knows: an older copy may allow them.
        """
        said = (response.headers.get("Retry-After") or b"").decode("latin-1")
        asked = backoff.asked_for(response.status, said, datetime.now(UTC))
        if asked or request.meta.get(robots.ASKS) or response.status not in backoff.HOST_STATUSES:
            return asked
        return self._waits.doubled(failures)
