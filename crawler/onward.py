"""The links of a page on their way to the frontier: which are new, which are worth asking for, and why not the others.

What is worth it, `crawler.frontier` decides; this knows in what order and as what they are written.
"""

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from archive.frontier import LinkRow
from crawler import discovery
from crawler.discovery import Link, View
from crawler.frontier import without_session
from crawler.visits import ARTICLE, FEED, LIST, Visit
from pipelines.document import Page

if TYPE_CHECKING:
    from crawler.spiders.summaries import SummariesSpider

MAX_DRY = 10  # a sitemap may have named all that a list has: its pages then name nothing new, and yet end


class Onward:
    """Writes the links that a spider meets."""

    def __init__(self, spider: "SummariesSpider") -> None:
        self.spider = spider

    async def from_page(self, page: Page, view: View, visit: Visit, kind: str) -> None:
        """Meet the links on a page."""
        links = [link for link in view.links if kind == "list" or not discovery.same_article(page.url, link)]
        pager = [link for link in links if kind == "list" and discovery.is_list_page_of(page.url, link)]
        others = [link for link in links if link not in pager]
        here = replace(visit, kind=kind, found_on=page.fetch_id, redirects=())
        found = await self.follow(others, replace(here, depth=visit.depth + 1, dry=0, shown=""), "article")
        here = replace(here, dry=0 if found else visit.dry + 1, shown=digest(others))
        if reason := _endless(visit, here):
            fresh = await self.spider.run.unknown([link.url for link in pager])
            await self.spider.run.note(*(_refused(link, reason, here) for link in pager if link.url in fresh))
        else:
            await self.follow([link for link in pager if link.is_next], here, "list")
            await self.follow(pager, replace(here, depth=visit.depth + 1), "list")
        feeds = [Link(url, "") for url in view.feeds] if self.spider.plan.profile.sitemaps else []
        feeds += self.spider.feeds.of(page.url) if kind == "list" else []
        await self.follow(feeds, here, "feed")

    async def follow(self, links: list[Link], visit: Visit, kind: str) -> int:
        """Write the links that are new to this round: those worth it to be asked for, the others with the reason.
        How many are to be asked for."""
        priority = {"feed": FEED, "list": LIST}.get(kind, ARTICLE)
        links = [_without_session(link) for link in links]
        by_url = {link.url: link for link in reversed(links)}
        fresh = await self.spider.run.unknown([*by_url]) if by_url else set()
        order = dict.fromkeys(link.url for link in links)
        rows = [self._row(by_url[url], visit, kind, priority) for url in order if url in fresh]
        await self.spider.run.note(*rows)
        return sum(row.state == "new" for row in rows)

    def _row(self, link: Link, visit: Visit, kind: str, priority: int) -> LinkRow:
        """A link as it is met."""
        if reason := self.spider.policy.refusal(link, visit.depth, kind):
            return _refused(link, reason, visit)
        declared = self.spider.plan.profile.kind_of(link.url) if kind == "article" else ""
        weight = priority if link.is_title or kind != "article" else LIST
        return LinkRow(
            link.url, declared or kind, "new", "", visit.depth, visit.found_on, weight - visit.depth, visit.state()
        )

    async def meet(self, links: list[Link], visit: Visit, kind: str, priority: int) -> None:
        """Write links that a page of an article names, where they are new: they are of it, whatever their shape."""
        fresh = await self.spider.run.unknown([link.url for link in links])
        await self.spider.run.note(
            *(LinkRow(link.url, kind, "new", "", visit.depth, visit.found_on, priority - visit.depth)
              for link in links if link.url in fresh)
        )  # fmt: skip


def _without_session(link: Link) -> Link:
    url = without_session(link.url)
    return link if url == link.url else replace(link, url=url)


def digest(links: list[Link]) -> str:
    """What tells one page of a list from the next, and a visit from the one before: the addresses that it names."""
    return hashlib.sha256("\n".join(sorted(link.url for link in links)).encode()).hexdigest()


def _endless(before: Visit, here: Visit) -> str:
    """Why not to page on through a list: it has no end where its pages are the same, or name nothing new for long."""
    if before.shown == here.shown:
        return "trap: a list page that is the same as the one before"
    return f"trap: {here.dry} pages of a list that name nothing new" if here.dry >= MAX_DRY else ""


def _refused(link: Link, reason: str, visit: Visit) -> LinkRow:
    return LinkRow(link.url, visit.kind, "refused", reason, visit.depth, visit.found_on)
