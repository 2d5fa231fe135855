"""One article, one document: what a crawl does with a page that calls another address its own, or has a twin.

The page at the other address decides. Where the archive has it as the same article, the edition is a mirror; where it
still waits, the edition waits for it; where it never comes, or is another article, the edition is all there is.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from archive.frontier import LinkRow
from crawler import mirrors
from crawler.backoff import Wait
from crawler.discovery import Link, View
from crawler.leases import Lease
from pipelines.document import Page

if TYPE_CHECKING:
    from crawler.spiders.summaries import SummariesSpider

PATIENCE = 5.0  # seconds until an edition looks again whether the article that it names has come; then three times that
LOOKS = 4  # so often, over three minutes; a host may rest for a day
FIRST = 30  # priority of the other address: it comes before any new article


@dataclass(frozen=True, slots=True)
class Other:
    """Another address of an article."""

    reason: str = ""
    is_waited_for: bool = False


class Editions:
    """Decides on the editions that a spider meets."""

    def __init__(self, spider: "SummariesSpider") -> None:
        self.spider = spider
        self.starts = frozenset(urlsplit(url).hostname or "" for url in spider.plan.start_urls)

    async def refuse(self, page: Page, view: View, depth: int) -> None:
        """Note the editions that a page names of itself: they are not asked for."""
        if named := mirrors.editions(page.url, view, self.starts):
            run = self.spider.run
            fresh = await run.unknown(named)
            reason = f"mirror: an edition of {page.url}"
            await run.note(
                *(LinkRow(url, "article", "refused", reason, depth, page.fetch_id) for url in named if url in fresh)
            )

    async def other(self, page: Page, view: View, lease: Lease) -> Other | None:
        """The address under which the article of a page is kept, or will be; None where the page is kept itself."""
        links = self.spider.run.frontier
        if twin := await links.same_bytes(page.url, page.fetch_id):
            return Other(f"the same bytes as {twin}")
        own = mirrors.original(page.url, view, self.starts)
        if not own or self.spider.policy.shape(own, lease.depth):
            return None
        if await links.kept_as(own, view.title):
            return Other(f"of {own}")
        if await self._waits(own, page, lease):
            return Other(is_waited_for=True)
        # It may have been stored, and so be open no more, after it was first asked for.
        return Other(f"of {own}") if await links.kept_as(own, view.title) else None

    async def _waits(self, own: str, page: Page, lease: Lease) -> bool:
        """Put an edition back until the address that it names has come, which is asked for next."""
        run = self.spider.run
        looks = await run.frontier.attempts(lease.url)
        if looks >= LOOKS or not await self._may_come(own, page, lease):
            return False
        await run.put_back(lease, lease.url, Wait(PATIENCE * 3**looks))
        return True

    async def _may_come(self, own: str, page: Page, lease: Lease) -> bool:
        run = self.spider.run
        if await run.unknown([own]):
            if self.spider.policy.refusal(Link(own, ""), lease.depth):
                return False
            await run.note(LinkRow(own, "article", "new", "", lease.depth, page.fetch_id, FIRST - lease.depth))
            return True
        return await run.frontier.is_open(own)
