"""Scrapy's HTTP client with an end to a response's head: Twisted collects header lines for as long as they come.

Each line is limited there (16 KiB), their number is not: a server that sends nothing else fills the memory until the
request times out. The parser is chosen deep inside Scrapy, by classes that it keeps to itself; this module is the one
place that knows their names, and its test breaks where they change.
"""

from typing import TYPE_CHECKING

from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from twisted.internet.defer import Deferred
    from twisted.internet.interfaces import IAddress
    from twisted.web._newclient import HTTP11ClientProtocol, Request
    from twisted.web.iweb import IResponse

HEAD = 256 * 1024  # bytes of status line and headers; browsers end at 256 KiB (Chromium) or before


class HeadTooLarge(ValueError):
    """A response's head that does not end."""


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
        self._pool._factory = _CappedFactory
