"""Downloader middleware next to the network: every exchange is on disk before anybody reads it.

At 950 it sees redirects, retries and robots.txt, with the body as sent. A failed write fails the request, and ends
the crawl: what cannot be kept must not be fetched.
"""

from datetime import UTC, datetime
from http.client import responses
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from scrapy.exceptions import IgnoreRequest

from archive.captures import Known, Original
from archive.errors import ArchiveError
from archive.warc import Exchange
from crawler.archivist import Captured
from crawler.extensions import Run
from crawler.revisit import lied

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

TRUNCATED = {"download_stopped": "length", "dataloss": "disconnect"}  # Scrapy's flags -> WARC-Truncated


class WarcCapture:
    """Writes each exchange, and hands on the response with its content encoding undone.

    The archive's own decoder does that, in place of Scrapy's: the crawl and the replay must see the same bytes.
    """

    def __init__(self, run: Run) -> None:
        self.run = run

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> Self:
        """As Scrapy builds it."""
        return cls(Run.of(crawler))

    async def process_response(self, request: "Request", response: "Response") -> "Response":
        """Capture, then set `fetch_id` and `fetched_at` in the request's meta: those of the body that is handed on."""
        if "archived" in request.meta:  # it comes from the archive
            return response
        exchange = exchange_of(request, response)  # heads are serialised at once: later middlewares change them
        known: Known = request.meta.get("known") or Known()
        try:
            captured = await self.run.keep(exchange, known.before)
        except ArchiveError as error:
            raise IgnoreRequest(str(error)) from error
        request.meta.update(fetch_id=captured.fetch_id, fetched_at=captured.date, unchanged=captured.unchanged)
        asked_if = b"If-None-Match" in request.headers or b"If-Modified-Since" in request.headers
        request.meta["not_modified"] = response.status == 304 and asked_if
        self.run.budget.count(urlsplit(request.url).hostname or "")
        self.run.figures.unchanged += captured.unchanged
        if captured.unchanged:
            headers = {**response.headers, "Content-Type": captured.content_type}
            return response.replace(status=200, headers=headers, body=captured.body)
        if known.before and response.status == 200 and not exchange.truncated:
            await self._believe(request, response, known.before, captured)
        return response.replace(body=captured.body)

    async def _believe(self, request: "Request", response: "Response", before: Original, now: Captured) -> None:
        """Look whether another page came under the validators of the one before."""
        etag, modified = ((response.headers.get(name) or b"").decode("latin-1") for name in ("ETag", "Last-Modified"))
        host = urlsplit(request.url).hostname or ""
        if lied(before, etag, modified, now.body_digest) and host not in self.run.liars:
            await self.run.distrust(host, request.url)


def exchange_of(request: "Request", response: "Response") -> Exchange:
    """What was asked and answered, as WARC wants it."""
    return Exchange(
        url=request.url,
        date=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        request_head=_request_head(request),
        request_body=request.body,
        response_head=_response_head(response),
        body=response.body,
        ip=str(response.ip_address or ""),
        truncated=next((why for flag, why in TRUNCATED.items() if flag in response.flags), ""),
    )


def _request_head(request: "Request") -> bytes:
    parts = urlsplit(request.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    host = b"" if b"Host" in request.headers else f"Host: {parts.netloc.rpartition('@')[2]}\r\n".encode()
    return f"{request.method} {target} HTTP/1.1\r\n".encode() + host + _lines(request.headers.to_string())


def _response_head(response: "Response") -> bytes:
    """Scrapy does not keep the reason phrase; the standard one stands in for it."""
    status = f"{response.protocol or 'HTTP/1.1'} {response.status} {responses.get(response.status, '')}\r\n"
    return status.encode() + _lines(response.headers.to_string())


def _lines(headers: bytes) -> bytes:
    return headers.rstrip(b"\r\n") + (b"\r\n" if headers.strip() else b"") + b"\r\n"
