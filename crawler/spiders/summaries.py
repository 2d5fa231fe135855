"""The one spider: list pages -> article pages -> chains of paged articles -> `Article`.

Whatever was fetched becomes an item: an article for the corridor, or a page that never enters it, with the reason.
What a page is, `crawler.discovery` says; what is followed, `crawler.frontier`; what a site declares, its profile.
What a response is, what follows from its links and what from the pages before it is told by `crawler.answers`,
`crawler.onward` and `crawler.chains`.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from scrapy import Request, Spider, signals
from scrapy.robotstxt import ProtegoRobotParser

from archive.captures import Known
from archive.errors import ArchiveError
from archive.frontier import LinkRow
from crawler import backoff, discovery, sitemaps
from crawler.answers import NO_VIEW, headers_of, is_cut, may_be_guard, not_text, page_of, plain, reason_of
from crawler.backoff import BLOCKED, CUT, Backoff, Wait
from crawler.chains import Chains
from crawler.discovery import Link, View
from crawler.due import telling
from crawler.editions import Editions
from crawler.extensions import Run
from crawler.feeds import Feeds
from crawler.frontier import Limits, Policy
from crawler.leases import Lease
from crawler.onward import Onward, digest
from crawler.plan import Plan, check, plan, user_agent
from crawler.robots import target_of
from crawler.transport import HostRests
from crawler.visits import ARTICLE, CHAIN, LIST, Found, Visit, nothing
from pipelines.decode import decode
from pipelines.document import Page, Rejected
from pipelines.items import Article

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.robotstxt import RobotParser
    from twisted.python.failure import Failure

MAX_REDIRECTS = 5


class SummariesSpider(Spider):
    """Collects published work summaries."""

    name = "summaries"

    def __init__(self, wanted: Plan, policy: Policy, max_pages: int, retries: Backoff) -> None:
        super().__init__(self.name)
        self.backoff = retries
        self.plan = wanted
        self.policy = policy
        self.max_pages = max_pages
        self.feeds = Feeds(wanted.profile.sitemaps)
        self.editions = Editions(self)
        self.chains = Chains(self)
        self.links = Onward(self)

    @classmethod
    def from_crawler(cls, crawler: "Crawler", *args: Any, **kwargs: Any) -> Self:
        """As Scrapy builds it, from `-a site=…`, `-a urls=…` or `-a urls_file=…`."""
        settings = crawler.settings
        wanted = plan(**kwargs)
        addresses, private = settings.getdict("HOST_ADDRESSES"), settings.getbool("ALLOW_PRIVATE_ADDRESSES")
        check(wanted, settings["CONTACT"], addresses, private)
        settings.set("USER_AGENT", user_agent(settings["CONTACT"]), priority="spider")
        if wanted.profile.delay and (settings.getpriority("DOWNLOAD_DELAY") or 0) < 40:  # 40: said on the command line
            settings.set("DOWNLOAD_DELAY", wanted.profile.delay, priority="spider")
        limits = Limits(settings.getint("MAX_DEPTH"), settings.getint("MAX_PAGES_PER_HOST"))
        retries = Backoff(
            settings.getint("RETRY_TIMES"), settings.getfloat("BACKOFF_FIRST"), settings.getfloat("BACKOFF_MAX"),
            settings.getint("HOST_FAILURES"),
        )  # fmt: skip
        policy = Policy(wanted.start_urls, wanted.profile, limits)
        spider = cls(wanted, policy, settings.getint("MAX_ARTICLE_PAGES"), retries)
        spider._set_crawler(crawler)
        crawler.signals.connect(spider.robots_parsed, signal=signals.robots_parsed)
        crawler.signals.connect(spider.broken, signal=signals.spider_error)
        crawler.signals.connect(spider.broken_item, signal=signals.item_error)
        return spider

    @property
    def run(self) -> Run:
        """The run that this spider works for."""
        return Run.of(self.crawler)

    async def start(self) -> AsyncIterator[Request]:
        """What the frontier has waiting. The start addresses are asked for in every round, whatever their shape."""
        fresh = await self.run.unknown(self.plan.start_urls, wake="all")
        await self.run.note(
            *(LinkRow(url, "start", "new", priority=LIST) for url in self.plan.start_urls if url in fresh)
        )
        for host, count in (await self.run.frontier.begin()).items():
            self.policy.met(host, count)
        async for lease in self.run.leases.all():
            yield await self.request(lease.url, lease, Visit.of(lease), ARTICLE)

    def robots_parsed(self, robotparser: "RobotParser", request: Request) -> None:
        """Keep the sitemaps that a robots.txt names until a list page shows that the whole host is wanted."""
        if isinstance(robotparser, ProtegoRobotParser):
            self.feeds.name(request.url, robotparser.rp.sitemaps)

    def broken(self, failure: "Failure", response: "Response | None", spider: Spider) -> None:
        """An error that nobody foresaw in a callback: it costs this page only."""
        if response is not None and response.request and (lease := response.request.cb_kwargs.get("lease")):
            self.run.give_up(lease, f"spider-error: {type(failure.value).__name__}: {failure.value}")

    def broken_item(self, item: Article, failure: "Failure", response: "Response | None", spider: Spider) -> None:
        """The same in the item pipeline."""
        if item.lease:
            self.run.give_up(item.lease, f"item-error: {type(failure.value).__name__}: {failure.value}")

    async def request(self, url: str, lease: Lease, visit: Visit, priority: int, *, asks: bool = False) -> Request:
        """A request; failures come back to `failed`, redirects to `parse`. One that `asks` is not answered from what
        this round has of its address."""
        known = lease.known if url == lease.url else None
        if asks:
            known = replace(known or (await self.run.known(url))[0], here=None)
        return Request(
            url,
            callback=self.parse,
            errback=self.failed,
            priority=priority - visit.depth,
            dont_filter=True,
            meta={"dont_redirect": True, "known": known or (await self.run.known(url))[0]},
            cb_kwargs={"lease": lease, "visit": visit},
        )

    async def parse(self, response: "Response", lease: Lease, visit: Visit) -> Found:
        """Whatever came back."""
        with suppress(ArchiveError):  # the crawl is ending for it
            async for result in self._read(response, lease, visit):
                yield result

    async def _read(self, response: "Response", lease: Lease, visit: Visit) -> Found:
        self.run.leases.came(lease)
        if await self._is_put_back(response, lease):
            return
        page = page_of(response)
        is_feed = sitemaps.is_sitemap(page.content_type, page.body, asked=visit.kind == "feed")
        refused = response.meta.get("refused", "") or not_text(page)
        is_read = may_be_guard(response.status) and not (is_feed or refused or is_cut(response))
        text, view = self._seen(page) if is_read else ("", NO_VIEW)
        failure: int | str = BLOCKED if view.guard else CUT if is_cut(response) else ""
        if backoff.counts(response.status):
            failure = response.status
        if "archived" in response.meta:
            if failure == BLOCKED:  # no answer to go by: it is asked for again
                self.run.leases.asks(lease)
                yield await self.request(page.url, lease, visit, ARTICLE, asks=True)
                return
        elif await self._again_after(failure, response, lease):
            return
        if failure in (BLOCKED, CUT):
            async for result in self._kept_back(response, page, lease, visit, view.guard):
                yield result
            return
        if page.url != lease.url:
            lease.links.append(LinkRow(page.url, visit.kind, "done", "", visit.depth, visit.found_on))
        if response.status in (301, 302, 303, 307, 308) and response.headers.get("Location"):
            results = self.redirect(response, page, lease, visit)
        elif response.status != 200:
            why = f"http-{response.status}"
            results = self.chains.missing(page, lease, visit, f"no-sitemap: {why}" if visit.kind == "feed" else why)
        elif is_feed:
            results = self.feed(page, visit)
        elif refused:
            results = self.chains.missing(page, lease, visit, refused)
        else:
            if text:
                self.policy.systems.see(page.url, text)
            results = self.text(page, view, lease, visit, unchanged=bool(response.meta.get("unchanged")))
        async for result in self._until_done(results, lease):
            yield result

    async def _is_put_back(self, response: "Response", lease: Lease) -> bool:
        """Whether the visit of a page begins anew: its host called it unchanged, and is known by now to say so of pages
        that are not. It was asked before that was known."""
        lease.not_modified = lease.not_modified or response.meta.get("not_modified", False)
        doubted = lease.not_modified and lease.host in self.run.liars and "archived" not in response.meta
        if doubted and not lease.waits:
            await self.run.put_back(lease, "", Wait())
        return lease.waits

    async def _until_done(self, results: Found, lease: Lease) -> Found:
        """What a page led to; where it does not go on to another one, its lease is closed."""
        goes_on = False
        lease.reading += 1
        async for result in results:
            if isinstance(result, Request):
                goes_on = True
            else:
                result = replace(result, lease=lease)
                lease.items += 1
            yield result
        lease.reading -= 1
        lease.closed = lease.closed or not goes_on
        if lease.is_done:
            await self.run.settle(lease)

    async def _again_after(self, failure: int | str, response: "Response", lease: Lease) -> bool:
        """Whether an answer was none, and its address is asked for again later."""
        if not failure:
            await self.run.host_came(urlsplit(response.url).hostname or "")
            return False
        return await self._again(response.url, lease, failure, headers_of(response))

    async def _again(self, url: str, lease: Lease, failure: int | str, headers: dict[str, str]) -> bool:
        """Decide on a failure: whether the lease goes back to the frontier."""
        host = urlsplit(url).hostname or ""
        self.run.failures[host] += backoff.counts(failure)
        failures = self.run.failures[host]  # before others that are on their way are counted
        before = await self.run.frontier.attempts(url)
        wait = self.backoff.after(failure, before + 1, failures, url, headers, datetime.now(UTC))
        if failure == BLOCKED and not wait.rests:  # what waits in the downloader saw only its status
            self.run.rests[host] = time.monotonic() + wait.seconds
        await self.run.host_failed(host, wait)
        if wait.give_up:
            return False
        await self.run.put_back(lease, url, wait)
        return True

    @staticmethod
    def _seen(page: Page) -> tuple[str, View]:
        """The text of a page, and what it is."""
        try:
            decoded = decode(page)
            return decoded.text, discovery.look(decoded) if decoded.html else plain(decoded)
        except Rejected:  # the corridor will say why, as it does for a file
            return "", NO_VIEW

    async def text(self, page: Page, view: View, lease: Lease, visit: Visit, *, unchanged: bool) -> Found:
        """A page that can be read: a list, an article, or a page of one."""
        if view.refresh and view.refresh != page.url and not visit.chain:
            yield self.article((page,), f"redirect: by a meta tag to {view.refresh}")
            await self.links.follow([Link(view.refresh, "")], visit, "redirect")
            return
        kind = self.plan.profile.kind_of(page.url) or view.kind
        await self.editions.refuse(page, view, visit.depth)
        if kind == "thin" and visit.kind == "list" and view.links:  # the last page of a list has a link or two
            kind = "list"
        if visit.guessed and kind == "list":
            yield self.article(visit.chain)
            visit = replace(visit, kind="list", chain=(), guessed="")
        if kind == "list" and not visit.chain:
            lease.signature = digest([link for link in view.links if link.is_title])
            yield self.article((page,), f"list: {view.titles} links with titles, {view.prose} characters of sentences")
            await self.links.from_page(page, view, visit, "list")
            return
        if visit.guessed and not discovery.same_title(visit.guessed, view.title):
            yield self.article(visit.chain)  # the link's words lied: this is another article
            visit = replace(visit, kind="article", chain=(), last=1, form=(), guessed="", unchanged=True)
        first = discovery.first_page(page.url, view.links)
        if first and not visit.chain and self.policy.in_scope(first):
            yield self.article((page,), f"page-of: {first}")
            await self.links.meet(
                [Link(first, "")], replace(visit, found_on=page.fetch_id, redirects=()), "article", ARTICLE
            )
        elif kind == "article" and not visit.chain and (other := await self.editions.other(page, view, lease)):
            if other.is_waited_for:
                return
            yield self.article((page,), f"mirror: {other.reason}")
        else:
            visit = replace(visit, unchanged=visit.unchanged and unchanged)
            async for result in self.chains.page(page, view, lease, visit):
                yield result
        if not visit.chain and visit.kind != "start":  # whoever names an article wants it, not the site around it
            await self.links.from_page(page, view, visit, "article")

    async def redirect(self, response: "Response", page: Page, lease: Lease, visit: Visit) -> Found:
        """Record the step, and take it where it leads to somewhere new."""
        location = response.headers.get("Location") or b""
        target = target_of(page.url, location)
        path = (*visit.redirects, page.url)
        reason = f"redirect: to {target}"
        if not target:
            reason = f"redirect: to no address: {location[:100]!a}"
        elif target in path:
            reason = f"redirect-loop: back to {target} after {len(path)} steps"
        elif len(path) > MAX_REDIRECTS:
            reason = f"redirect-limit: {len(path)} steps"
        elif not self.policy.in_scope(target):
            reason = f"redirect: off-site to {target}"
        elif visit.chain or await self._is_redirected(target, page):
            await self.run.note(LinkRow(target, "redirect", "asked", "", visit.depth, page.fetch_id))
            yield self.article((page,), reason)
            yield await self.request(target, lease, replace(visit, redirects=path), CHAIN)
            return
        if visit.chain:
            async for result in self.chains.gap(page.url, lease, visit, reason):
                yield result
        yield self.article((page,), reason)

    async def _is_redirected(self, target: str, page: Page) -> bool:
        """Whether nothing has led there but, in a visit that is made again, this very redirect."""
        return bool(await self.run.unknown([target])) or await self.run.frontier.follows(target, page.url)

    async def feed(self, page: Page, visit: Visit) -> Found:
        """A sitemap or a feed: follow what it names; what it should not name is told in one line."""
        named = await asyncio.to_thread(sitemaps.read, page.body, page.url)
        found, refused = named.sifted(lambda url: self.policy.shape(url, visit.depth, "feed"))
        said = f"sitemap: {len(found.pages)} pages, {len(found.sitemaps)} sitemaps"
        yield self.article((page,), said + "".join(f"; {n} {why}" for why, n in sorted(refused.items())))
        await self.run.changed(telling({one.url: one.modified for one in (*found.entries, *found.indexed)}))
        here = replace(visit, found_on=page.fetch_id)
        await self.links.follow([Link(url, "") for url in found.sitemaps], replace(here, depth=visit.depth + 1), "feed")
        await self.links.follow([Link(url, "") for url in found.pages], here, "article")

    async def failed(self, failure: "Failure") -> Found:
        """A request without a response."""
        with suppress(ArchiveError):
            async for result in self._missed(failure):
                yield result

    async def _missed(self, failure: "Failure") -> Found:
        request: Request = failure.request  # type: ignore[attr-defined]
        lease: Lease = request.cb_kwargs["lease"]
        visit: Visit = request.cb_kwargs["visit"]
        self.run.leases.came(lease)
        reason, refused = reason_of(failure)
        if self.run.problems or lease.waits:  # the crawl is ending for it, or its visit has begun anew
            return
        if isinstance(failure.value, HostRests):  # it was never sent: its turn comes when the host's rest is over
            wait = Wait(failure.value.seconds, host=True, reason=reason)
            if wait.seconds:  # else all of it is known
                await self.run.host_failed(urlsplit(request.url).hostname or "", wait)
            await self.run.put_back(lease, "", wait)
            return
        if not refused and await self._again(request.url, lease, reason.split(":")[0], {}):
            return
        await self._lost(request.url, lease, visit, reason, "refused" if refused else "failed")
        rest = self.chains.gap(request.url, lease, visit, reason) if visit.chain else nothing()
        async for result in self._until_done(rest, lease):
            yield result

    async def _kept_back(self, response: "Response", page: Page, lease: Lease, visit: Visit, guard: str) -> Found:
        """A page that broke off, or in whose place a guard stood, at each attempt: failed, so that the next crawl asks
        again, and what came of it is rejected. A first page that came in an earlier crawl stays what it was; a later
        page is a gap."""
        came = f"after {len(page.body)} bytes"
        why = guard or f"{CUT}: the connection ended {came}"
        reason = guard or f"truncated: disconnect, {came}"
        await self._lost(page.url, lease, visit, why, "failed")
        known: Known = response.meta.get("known") or Known()
        if not known.before:
            rest = self.chains.missing(page, lease, visit, reason)
        else:
            rest = self.chains.gap(page.url, lease, visit, reason) if visit.chain else nothing()
        async for result in self._until_done(rest, lease):
            yield result

    async def _lost(self, url: str, lease: Lease, visit: Visit, reason: str, state: str) -> None:
        """Write that an address did not come. The article of a page that may come later is due at once."""
        await self.run.failed(LinkRow(url, visit.kind, state, reason, visit.depth, visit.found_on, ends=True))
        lease.again = lease.again or (state == "failed" and bool(visit.chain))
        if url == lease.url:
            lease.links = []

    def article(self, pages: tuple[Page, ...], rejected: str = "", *, unchanged: bool = False) -> Article:
        """The item for some pages."""
        return Article(pages, self.plan.profile.rules, rejected, unchanged=unchanged)
