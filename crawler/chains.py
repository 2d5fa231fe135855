"""Articles of several pages: which page comes next, what stands for one that never came, and when there is no more."""

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from scrapy import Request

from archive.frontier import LinkRow
from crawler import discovery
from crawler.discovery import View
from crawler.leases import Lease
from crawler.visits import CHAIN, Found, Visit
from pipelines.document import Page

if TYPE_CHECKING:
    from crawler.spiders.summaries import SummariesSpider


class Chains:
    """Follows the pages of the articles that a spider meets."""

    def __init__(self, spider: "SummariesSpider") -> None:
        self.spider = spider

    async def page(self, page: Page, view: View, lease: Lease, visit: Visit) -> Found:
        """An article's page: ask for the next one, or hand over what there is."""
        if any(_same(page, before) for before in visit.chain):  # many sites answer any number with their last page
            yield self.spider.article((page,), f"repeated: a page of {visit.chain[0].url}")
            yield self.spider.article(visit.chain)
            return
        following = discovery.next_page(page.url, view.links)
        guess = "" if following else await self._guess(page, view)
        visit = replace(
            visit,
            chain=(*visit.chain, page),
            last=max(visit.last, discovery.last_page(page.url, view.links)),
            form=view.links or visit.form,
            guessed=view.title if guess else "",
        )
        if self._continues(following or guess, visit.chain):
            yield await self.next(following or guess, lease, visit)
        else:
            yield self.spider.article(visit.chain, unchanged=visit.unchanged)

    async def _guess(self, page: Page, view: View) -> str:
        """An address that may be the next page, by its words only, and that nothing else has led to yet."""
        guess = discovery.maybe_next(page.url, view.links) if view.title else ""
        return guess if guess and await self.is_ours(guess, page.url) else ""

    async def is_ours(self, guess: str, before: str) -> bool:
        """Whether nothing has led to it but, in a visit that is made again, the page before."""
        return bool(await self.spider.run.unknown([guess])) or await self.spider.run.frontier.follows(guess, before)

    async def next(self, url: str, lease: Lease, visit: Visit) -> Request:
        """The request for an article's next page."""
        found_on = visit.chain[-1].fetch_id
        await self.spider.run.note(LinkRow(url, "next", "asked", "", visit.depth, found_on))
        return await self.spider.request(url, lease, replace(visit, kind="next", found_on=found_on), CHAIN)

    async def missing(self, page: Page, lease: Lease, visit: Visit, reason: str) -> Found:
        """A page that is none: rejected by itself, a gap where it belongs to an article."""
        yield (
            self.spider.article((page,), reason)
            if not visit.chain
            else self.spider.article((page,), f"{reason}: a page of {visit.chain[0].url}")
        )
        if visit.chain:
            async for result in self.gap(page.url, lease, visit, reason):
                yield result

    async def gap(self, url: str, lease: Lease, visit: Visit, reason: str) -> Found:
        """A page of an article never came: note that, and go on to the one after it where its links showed more."""
        chain = (*visit.chain, Page(url, b"", missing=reason))
        number = len(chain) + 1
        following = discovery.numbered(visit.chain[0].url, visit.form, number) if number <= visit.last else ""
        if self._continues(following, chain):
            yield await self.next(following, lease, replace(visit, chain=chain))
        else:
            yield self.spider.article(chain)

    def _continues(self, following: str, chain: tuple[Page, ...]) -> bool:
        return (
            bool(following)
            and self.spider.policy.in_scope(following)
            and following not in {page.url for page in chain}
            and len(chain) < self.spider.max_pages
        )


def _same(page: Page, other: Page) -> bool:
    return hashlib.sha256(page.body).digest() == hashlib.sha256(other.body).digest()
