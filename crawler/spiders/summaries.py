"""The one spider: list pages -> article pages -> chains of paged articles -> `Article`.

Whatever was fetched becomes an item: an article for the corridor, or a page that never enters it, with the reason.
What a page is, `crawler.discovery` says; what is followed, `crawler.frontier`; what a site declares, its profile.
"""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from scrapy import Request, Spider, signals
from scrapy.exceptions import IgnoreRequest
from scrapy.robotstxt import ProtegoRobotParser

from archive import claims, frontier
from archive.errors import ArchiveError
from archive.frontier import LinkRow
from crawler import backoff, discovery, sitemaps
from crawler.backoff import Backoff, Wait
from crawler.discovery import Link, View
from crawler.due import telling
from crawler.editions import Editions
from crawler.extensions import TRANSIENT, Run
from crawler.feeds import Feeds
from crawler.frontier import Limits, Policy, without_session
from crawler.leases import Lease
from crawler.plan import Plan, check, plan, user_agent
from crawler.robots import target_of
from crawler.transport import HostRests
from pipelines.decode import decode
from pipelines.document import Decoded, Page, Rejected
from pipelines.extraction.render import MAX_CHARACTERS
from pipelines.items import Article

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.robotstxt import RobotParser
    from twisted.python.failure import Failure

CHAIN, ARTICLE, LIST, FEED = 30, 20, 10, 5  # priorities: finish what was begun, then articles, then more lists
MAX_REDIRECTS = 5
MOST = 4 * MAX_CHARACTERS  # bytes: no encoding needs more for a character
MAX_DRY = 10  # a sitemap may have named all that a list has: its pages then name nothing new, and yet end

Found = AsyncIterator[Request | Article]


@dataclass(frozen=True, slots=True)
class Visit:
    """Why a request is made."""

    kind: str  # start, article, list, next, feed, redirect
    depth: int = 0
    found_on: int = 0  # the fetch whose page had the link
    chain: tuple[Page, ...] = ()  # the pages of this article that came before
    last: int = 1  # the highest page number that the article's links showed
    form: tuple[Link, ...] = ()  # links to its pages, to know the form of their addresses
    guessed: str = ""  # the title that this page must have to be of the article: only a link's words led here
    redirects: tuple[str, ...] = ()
    dry: int = 0  # pages of this list, one after the other, that named nothing new
    shown: str = ""  # digest of the links on the list's page before
    unchanged: bool = True  # of the pages in `chain`: each came as it was

    @classmethod
    def of(cls, lease: Lease) -> "Visit":
        """The visit that a link asks for."""
        state = lease.visit
        return cls(
            lease.kind, lease.depth, lease.found_on, dry=int(state.get("dry", 0)), shown=str(state.get("shown", ""))
        )

    def state(self) -> str:
        """What `of` needs of it, as JSON."""
        return json.dumps({"dry": self.dry, "shown": self.shown}) if self.shown else ""


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
        await self.run.do(claims.feeds_first, self.run.round)
        for host, count in await self.run.do(lambda db: list(frontier.met(db, self.run.round))):
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

    async def request(self, url: str, lease: Lease, visit: Visit, priority: int) -> Request:
        """A request; failures come back to `failed`, redirects to `parse`."""
        return Request(
            url,
            callback=self.parse,
            errback=self.failed,
            priority=priority - visit.depth,
            dont_filter=True,
            meta={"dont_redirect": True, "known": await self.run.known(url)},
            cb_kwargs={"lease": lease, "visit": visit},
        )

    async def parse(self, response: "Response", lease: Lease, visit: Visit) -> Found:
        """Whatever came back."""
        with suppress(ArchiveError):  # the crawl is ending for it
            async for result in self._read(response, lease, visit):
                yield result

    async def _read(self, response: "Response", lease: Lease, visit: Visit) -> Found:
        self.run.leases.came(lease)
        if "archived" not in response.meta and await self._transient(response, lease):
            return
        page = _page(response)
        if page.url != lease.url:
            lease.links.append(LinkRow(page.url, visit.kind, "done", "", visit.depth, visit.found_on))
        if response.status in (301, 302, 303, 307, 308) and response.headers.get("Location"):
            results = self.redirect(response, page, lease, visit)
        elif response.status != 200:
            why = f"http-{response.status}"
            results = self.missing(page, lease, visit, f"no-sitemap: {why}" if visit.kind == "feed" else why)
        elif sitemaps.is_sitemap(page.content_type, page.body, asked=visit.kind == "feed"):
            results = self.feed(page, visit)
        elif reason := response.meta.get("refused", "") or not_text(page):
            results = self.missing(page, lease, visit, reason)
        else:
            results = self.text(page, lease, visit, unchanged=bool(response.meta.get("unchanged")))
        async for result in self._until_done(results, lease):
            yield result

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
        if lease.is_done and not lease.waits:
            await self.run.settle(lease)

    async def _transient(self, response: "Response", lease: Lease) -> bool:
        """Whether an answer was none, and its address is asked for again later."""
        host = urlsplit(response.url).hostname or ""
        if response.status not in TRANSIENT and not backoff.counts(response.status):
            await self.run.host_came(host)
            return False
        return await self._again(response.url, lease, response.status, _headers(response))

    async def _again(self, url: str, lease: Lease, failure: int | str, headers: dict[str, str]) -> bool:
        """Decide on a failure: whether the lease goes back to the frontier."""
        host = urlsplit(url).hostname or ""
        self.run.failures[host] += backoff.counts(failure)
        before = await self.run.do(frontier.attempts, url)
        wait = self.backoff.after(failure, before + 1, self.run.failures[host], url, headers, datetime.now(UTC))
        await self.run.host_failed(host, wait)
        if wait.give_up:
            return False
        await self.run.put_back(lease, url, wait)
        return True

    async def text(self, page: Page, lease: Lease, visit: Visit, *, unchanged: bool) -> Found:
        """A page that can be read: a list, an article, or a page of one."""
        try:
            decoded = decode(page)
            view = discovery.look(decoded) if decoded.html else _plain(decoded)
            self.policy.systems.see(page.url, decoded.text)
        except Rejected:  # the corridor will say why, as it does for a file
            view = View("thin", (), (), "", 0, 0)
        if view.refresh and view.refresh != page.url and not visit.chain:
            yield self.article((page,), f"redirect: by a meta tag to {view.refresh}")
            await self.follow([Link(view.refresh, "")], visit, "redirect")
            return
        kind = self.plan.profile.kind_of(page.url) or view.kind
        await self.editions.refuse(page, view, visit.depth)
        if kind == "thin" and visit.kind == "list" and view.links:  # the last page of a list has a link or two
            kind = "list"
        if visit.guessed and kind == "list":
            yield self.article(visit.chain)
            visit = replace(visit, kind="list", chain=(), guessed="")
        if kind == "list" and not visit.chain:
            lease.signature = _digest([link for link in view.links if link.is_title])
            yield self.article((page,), f"list: {view.titles} links with titles, {view.prose} characters of sentences")
            await self.onward(page, view, visit, "list")
            return
        if visit.guessed and not discovery.same_title(visit.guessed, view.title):
            yield self.article(visit.chain)  # the link's words lied: this is another article
            visit = replace(visit, kind="article", chain=(), last=1, form=(), guessed="", unchanged=True)
        first = discovery.first_page(page.url, view.links)
        if first and not visit.chain and self.policy.in_scope(first):
            yield self.article((page,), f"page-of: {first}")
            await self.meet([Link(first, "")], replace(visit, found_on=page.fetch_id, redirects=()), "article", ARTICLE)
        elif kind == "article" and not visit.chain and (other := await self.editions.other(page, view, lease)):
            if other.is_waited_for:
                return
            yield self.article((page,), f"mirror: {other.reason}")
        else:
            visit = replace(visit, unchanged=visit.unchanged and unchanged)
            async for result in self.chained(page, view, lease, visit):
                yield result
        if not visit.chain and visit.kind != "start":  # whoever names an article wants it, not the site around it
            await self.onward(page, view, visit, "article")

    async def chained(self, page: Page, view: View, lease: Lease, visit: Visit) -> Found:
        """An article's page: ask for the next one, or hand over what there is."""
        if any(_same(page, before) for before in visit.chain):  # many sites answer any number with their last page
            yield self.article((page,), f"repeated: a page of {visit.chain[0].url}")
            yield self.article(visit.chain)
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
            yield self.article(visit.chain, unchanged=visit.unchanged)

    async def _guess(self, page: Page, view: View) -> str:
        """An address that may be the next page, by its words only, and that nothing else has led to yet."""
        guess = discovery.maybe_next(page.url, view.links) if view.title else ""
        return guess if guess and await self._is_ours(guess, page.url) else ""

    async def _is_ours(self, guess: str, before: str) -> bool:
        """Whether nothing has led to it but, in a visit that is made again, the page before."""
        return bool(await self.run.unknown([guess])) or await self.run.do(frontier.follows, guess, before)

    async def next(self, url: str, lease: Lease, visit: Visit) -> Request:
        """The request for an article's next page."""
        found_on = visit.chain[-1].fetch_id
        await self.run.note(LinkRow(url, "next", "asked", "", visit.depth, found_on))
        return await self.request(url, lease, replace(visit, kind="next", found_on=found_on), CHAIN)

    async def missing(self, page: Page, lease: Lease, visit: Visit, reason: str) -> Found:
        """A page that is none: rejected by itself, a gap where it belongs to an article."""
        yield (
            self.article((page,), reason)
            if not visit.chain
            else self.article((page,), f"{reason}: a page of {visit.chain[0].url}")
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
            yield self.article(chain)

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
            async for result in self.gap(page.url, lease, visit, reason):
                yield result
        yield self.article((page,), reason)

    async def _is_redirected(self, target: str, page: Page) -> bool:
        """Whether nothing has led there but, in a visit that is made again, this very redirect."""
        return bool(await self.run.unknown([target])) or await self.run.do(frontier.follows, target, page.url)

    async def feed(self, page: Page, visit: Visit) -> Found:
        """A sitemap or a feed: follow what it names; what it should not name is told in one line."""
        named = await asyncio.to_thread(sitemaps.read, page.body, page.url)
        found, refused = named.sifted(lambda url: self.policy.shape(url, visit.depth, "feed"))
        said = f"sitemap: {len(found.pages)} pages, {len(found.sitemaps)} sitemaps"
        yield self.article((page,), said + "".join(f"; {n} {why}" for why, n in sorted(refused.items())))
        await self.run.changed(telling({one.url: one.modified for one in (*found.entries, *found.indexed)}))
        here = replace(visit, found_on=page.fetch_id)
        await self.follow([Link(url, "") for url in found.sitemaps], replace(here, depth=visit.depth + 1), "feed")
        await self.follow([Link(url, "") for url in found.pages], here, "article")

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
        reason, refused = _why(failure)
        if self.run.problems:  # the crawl is ending for it: the lease is taken back by the next one
            return
        if isinstance(failure.value, HostRests):  # it was never sent: its turn comes when the host's rest is over
            wait = Wait(failure.value.seconds, host=True, reason=reason)
            await self.run.host_failed(urlsplit(request.url).hostname or "", wait)
            await self.run.put_back(lease, "", wait)
            return
        if not refused and await self._again(request.url, lease, reason.split(":")[0], {}):
            return
        row = LinkRow(request.url, visit.kind, "refused" if refused else "failed", reason, visit.depth, visit.found_on)
        await self.run.failed(row)
        if request.url == lease.url:
            lease.links = []
        rest = self.gap(request.url, lease, visit, reason) if visit.chain else _nothing()
        async for result in self._until_done(rest, lease):
            yield result

    async def onward(self, page: Page, view: View, visit: Visit, kind: str) -> None:
        """Meet the links on a page."""
        links = [link for link in view.links if kind == "list" or not discovery.same_article(page.url, link)]
        pager = [link for link in links if kind == "list" and discovery.is_list_page_of(page.url, link)]
        others = [link for link in links if link not in pager]
        here = replace(visit, kind=kind, found_on=page.fetch_id, redirects=())
        found = await self.follow(others, replace(here, depth=visit.depth + 1, dry=0, shown=""), "article")
        here = replace(here, dry=0 if found else visit.dry + 1, shown=_digest(others))
        if reason := _endless(visit, here):
            fresh = await self.run.unknown([link.url for link in pager])
            await self.run.note(*(_refused(link, reason, here) for link in pager if link.url in fresh))
        else:
            await self.follow([link for link in pager if link.is_next], here, "list")
            await self.follow(pager, replace(here, depth=visit.depth + 1), "list")
        feeds = [Link(url, "") for url in view.feeds] if self.plan.profile.sitemaps else []
        feeds += self.feeds.of(page.url) if kind == "list" else []
        await self.follow(feeds, here, "feed")

    async def follow(self, links: list[Link], visit: Visit, kind: str) -> int:
        """Write the links that are new to this round: those worth it to be asked for, the others with the reason.
        How many are to be asked for."""
        priority = {"feed": FEED, "list": LIST}.get(kind, ARTICLE)
        links = [replace(link, url=without_session(link.url)) for link in links]
        by_url = {link.url: link for link in reversed(links)}
        fresh = await self.run.unknown([*by_url]) if by_url else set()
        order = dict.fromkeys(link.url for link in links)
        rows = [self._row(by_url[url], visit, kind, priority) for url in order if url in fresh]
        await self.run.note(*rows)
        return sum(row.state == "new" for row in rows)

    def _row(self, link: Link, visit: Visit, kind: str, priority: int) -> LinkRow:
        """A link as it is met."""
        if reason := self.policy.refusal(link, visit.depth, kind):
            return _refused(link, reason, visit)
        declared = self.plan.profile.kind_of(link.url) if kind == "article" else ""
        weight = priority if link.is_title or kind != "article" else LIST
        return LinkRow(
            link.url, declared or kind, "new", "", visit.depth, visit.found_on, weight - visit.depth, visit.state()
        )

    async def meet(self, links: list[Link], visit: Visit, kind: str, priority: int) -> None:
        """Write links that a page of an article names, where they are new: they are of it, whatever their shape."""
        fresh = await self.run.unknown([link.url for link in links])
        await self.run.note(
            *(LinkRow(link.url, kind, "new", "", visit.depth, visit.found_on, priority - visit.depth)
              for link in links if link.url in fresh)
        )  # fmt: skip

    def article(self, pages: tuple[Page, ...], rejected: str = "", *, unchanged: bool = False) -> Article:
        """The item for some pages."""
        return Article(pages, self.plan.profile.rules, rejected, unchanged=unchanged)

    def _continues(self, following: str, chain: tuple[Page, ...]) -> bool:
        return (
            bool(following)
            and self.policy.in_scope(following)
            and following not in {page.url for page in chain}
            and len(chain) < self.max_pages
        )


def not_text(page: Page) -> str:
    """Why a response is said to be no text; '' if it may be one: what the bytes really are, the corridor finds out."""
    kind = page.content_type.split(";")[0].strip().lower()
    readable = not kind or kind.startswith("text/") or any(word in kind for word in ("html", "xml", "octet-stream"))
    if len(page.body) > MOST:  # known before it is decoded, which would hold up every other request
        return f"too-large: {len(page.body)} bytes unpacked"
    return "" if readable else f"not-text: {kind}"


def _page(response: "Response") -> Page:
    meta = response.meta
    content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
    return Page(response.url, response.body, content_type, meta["fetched_at"], meta["fetch_id"])


async def _nothing() -> Found:
    return
    yield


def _headers(response: "Response") -> dict[str, str]:
    return {str(name).lower(): value for name, value in response.headers.to_unicode_dict().items()}


def _plain(decoded: Decoded) -> View:
    """A plain text has no links to judge it by."""
    return View("thin", (), (), "", len(decoded.text), 0)


def _same(page: Page, other: Page) -> bool:
    return hashlib.sha256(page.body).digest() == hashlib.sha256(other.body).digest()


def _digest(links: list[Link]) -> str:
    return hashlib.sha256("\n".join(sorted(link.url for link in links)).encode()).hexdigest()


def _endless(before: Visit, here: Visit) -> str:
    """Why not to page on through a list: it has no end where its pages are the same, or name nothing new for long."""
    if before.shown == here.shown:
        return "trap: a list page that is the same as the one before"
    return f"trap: {here.dry} pages of a list that name nothing new" if here.dry >= MAX_DRY else ""


def _refused(link: Link, reason: str, visit: Visit) -> LinkRow:
    return LinkRow(link.url, visit.kind, "refused", reason, visit.depth, visit.found_on)


def _why(failure: "Failure") -> tuple[str, bool]:
    """Why there is no response, code first; and whether it was this crawler that refused."""
    error = failure.value
    text = str(error).strip().splitlines()[0][:300] if str(error).strip() else type(error).__name__
    if isinstance(error, IgnoreRequest):
        return text, not text.startswith(backoff.ROBOTS)  # the host may answer later
    return f"{_code(error)}: {text}", False


def _code(error: BaseException | None) -> str:
    """A kebab-case name for an exception: CannotResolveHostError -> cannot-resolve-host."""
    name = type(error).__name__.removesuffix("Error").removeprefix("Download")
    return "".join(f"-{c.lower()}" if c.isupper() else c for c in name).strip("-") or "failed"
