"""Coming back: how a page is asked for again, and what an answer says of what is archived already.

Servers say "not modified" of pages that were: so one request in `SAMPLE` is made without conditions. Where such an
answer is another page under the same validators, its host's validators are not believed any more.
"""

import hashlib
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from scrapy.http import Response

from archive import captures, warc
from archive.captures import Known, Original
from archive.warcs.http import Headers
from crawler.extensions import Run

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

SAMPLE = 40  # one conditional request in so many is made without its conditions (chosen: 2.5 %)


def is_sampled(url: str, round_id: int) -> bool:
    """Whether a request is made without conditions: another sample each round, the same when it is resumed."""
    return int.from_bytes(hashlib.sha256(f"{round_id} {url}".encode()).digest()[:4]) % SAMPLE == 0


def conditions(original: Original) -> dict[str, str]:
    """The headers that ask for a page only if it is no longer that one (RFC 9110, 13.1)."""
    asked = {"If-None-Match": original.etag, "If-Modified-Since": original.last_modified}
    return {name: value for name, value in asked.items() if value}


def lied(original: Original, etag: str, last_modified: str, body_digest: str) -> bool:
    """Whether a server would have called another page "not modified": it has the validators of the one before."""
    same = etag == original.etag if original.etag else last_modified == original.last_modified
    return bool(original.etag or original.last_modified) and same and body_digest != original.body_digest


class Revisit:
    """Downloader middleware: answers from the archive what this round has, and makes other requests conditional.

    The spider says what is known of a request's address, as `known` in its meta.
    """

    def __init__(self, run: Run) -> None:
        self.run = run

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> Self:
        """As Scrapy builds it."""
        return cls(Run.of(crawler))

    async def process_request(self, request: "Request") -> Response | None:
        """Answer, or add the conditions."""
        known: Known = request.meta.get("known") or Known()
        distrusted = (urlsplit(request.url).hostname or "") in self.run.liars
        if known.here and not (known.not_modified and distrusted):
            return await self._archived(request, known.here, known.unchanged)
        if known.before and not distrusted and not is_sampled(request.url, self.run.round.id):
            asked = conditions(known.before)
            self.run.figures.conditional += bool(asked)
            request.headers.update(asked)
        return None

    async def _archived(self, request: "Request", original: Original, unchanged: bool) -> Response | None:
        """The capture as the response; None, which fetches it again, where it cannot be read."""
        try:
            record = await self.run.archivist.apart(captures.record_of, self.run.archivist.warc_dir, original)
        except warc.WarcError:
            return None
        request.meta.update(fetch_id=original.fetch_id, fetched_at=original.date, archived=True, unchanged=unchanged)
        if record.truncated == "length":
            request.meta["refused"] = "too-large: its capture was cut at MAX_BODY"
        return Response(request.url, record.status, headers=_by_name(record.headers), body=record.body, request=request)


def _by_name(headers: Headers) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in headers:
        found.setdefault(name, []).append(value)
    return found
