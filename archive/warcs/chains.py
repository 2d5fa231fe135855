"""Which captures of a WARC file are pages of one article: what a crawl decides while it fetches, decided afterwards.

The rules are the crawler's (`pipelines.view`, `structure.paging`). A page that an article's links name and that was
not captured is a page that is missing: its document is partial, and says so.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from pipelines.decode import decode
from pipelines.document import Page, Rejected
from pipelines.structure import paging
from pipelines.structure.paging import Link
from pipelines.view import View, look

MAX_PAGES = 50  # of one article, as in a crawl: a chain that is longer does not end (the longest real one: 29)
MAX_REDIRECTS = 5
NOT_CAPTURED = "not in the WARC"


@dataclass(frozen=True, slots=True)
class Seen:
    """What is remembered of a capture: enough to tell what leads where."""

    url: str
    offset: int
    unfit: str = ""  # why no article can have it as a page: 'http-404', 'not text: image/png'
    location: str = ""  # where a redirect leads
    skipped: bool = False  # no page at all: it is counted, not rejected
    cut: bool = False  # its body broke off
    alone: bool = False  # a file: whole by itself, whatever stands on it
    digest: str = ""  # of the body
    kind: str = "thin"
    refused: str = ""  # why it never enters the corridor
    titles: int = 0
    prose: int = 0
    linked: bool = False  # it has links
    title: str = ""
    following: str = ""
    guess: str = ""  # the next page by a link's words alone
    first: str = ""  # where the article begins, if its pager says that it is not here
    last: int = 1  # the highest page number that is shown
    pager: tuple[Link, ...] = ()  # links to other pages of the same
    more: tuple[str, ...] = ()  # the other pages of a list, if this is one of its pages

    @property
    def came(self) -> bool:
        """Whether it is an answer of its address: a page, or where that is now."""
        return bool(self.location) or not self.unfit


@dataclass(frozen=True, slots=True)
class Member:
    """A page of an article: a capture, or one that never came."""

    url: str
    offset: int = -1
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """The pages of one article, in order; `refused` where they never enter the corridor."""

    members: tuple[Member, ...]
    refused: str = ""
    outdone: bool = False  # it broke off, and its address came whole


def seen(page: Page, offset: int, digest: str) -> Seen:
    """What is remembered of a capture that may be a page of an article."""
    try:
        decoded = decode(page)
        view = look(decoded) if decoded.html else View("thin", (), (), "", 0, 0)
    except Rejected:  # the corridor will say why
        view = View("thin", (), (), "", 0, 0)
    following = paging.next_page(page.url, view.links)
    return Seen(
        page.url,
        offset,
        digest=digest,
        kind=view.kind,
        refused=_refused(page.url, view),
        titles=view.titles,
        prose=view.prose,
        linked=bool(view.links),
        title=view.title,
        following=following,
        guess="" if following or not view.title else paging.maybe_next(page.url, view.links),
        first=paging.first_page(page.url, view.links),
        last=paging.last_page(page.url, view.links),
        pager=tuple(link for link in view.links if paging.same_article(page.url, link)),
        more=tuple(link.url for link in view.links if paging.is_list_page_of(page.url, link)),
    )


def groups(captures: Iterable[Seen]) -> Iterator[Group]:
    """All captures, each in one article or by itself with the reason."""
    return _Groups(_with_last_pages(list(captures))).all()


def _refused(url: str, view: View) -> str:
    if view.refresh and view.refresh != url:
        return f"redirect: by a meta tag to {view.refresh}"
    return _list(view.titles, view.prose) if view.kind == "list" else ""


def _list(titles: int, prose: int) -> str:
    return f"list: {titles} links with titles, {prose} characters of sentences"


def _with_last_pages(captures: list[Seen]) -> list[Seen]:
    """The last page of a list has a link or two: it is a list because a list's pager leads to it."""
    at = {one.url: one for one in (*(one for one in captures if one.cut), *(one for one in captures if not one.cut))}
    lists = [one for one in captures if one.kind == "list"]
    for one in lists:  # grows
        for url in one.more:
            page = at.get(url)
            if page and page.kind == "thin" and page.linked and not page.refused:
                at[url] = replace(page, kind="list", refused=_list(page.titles, page.prose))
                lists.append(at[url])
    return [
        replace(one, kind=at[one.url].kind, refused=at[one.url].refused)
        if one.kind == "thin" and one.linked and at[one.url].kind == "list"
        else one
        for one in captures
    ]


class _Groups:
    """The captures of one file, by address."""

    def __init__(self, captures: list[Seen]) -> None:
        self._captures = captures
        self._at: dict[str, list[Seen]] = {}
        for one in captures:
            self._at.setdefault(one.url, []).append(one)
        self._taken: set[int] = set()
        self._inside: dict[str, str] = {}  # address of a later page -> of its article's first one

    def all(self) -> Iterator[Group]:
        """Articles from their first pages on; then what no first page led to."""
        single = [one for one in self._captures if one.alone or one.unfit]
        yield from (replace(_single(one), outdone=self._came_whole(one)) for one in single if not one.skipped)
        pages = [one for one in self._captures if not one.alone and not one.unfit]
        later = {target.offset for one in pages if not one.refused and (target := self._next(one))}
        for one in pages:
            if one.offset not in later and not one.refused and not self._begins_elsewhere(one):
                yield from self._article(one)
        for one in pages:  # pages that only lead to each other, and those that no chain took
            if one.offset in self._taken:
                continue
            begins = self._inside.get(one.url) or (one.first if self._begins_elsewhere(one) else "")
            if one.refused or begins:
                yield _single(one, one.refused or f"page-of: {begins}")
            else:
                yield from self._article(one)

    def _article(self, head: Seen) -> Iterator[Group]:
        """The article that begins here."""
        chain, form, last = [Member(head.url, head.offset)], head.pager, head.last
        self._taken.add(head.offset)
        digests, here, target = {head.digest}, head, self._following(head)
        while target and target not in {member.url for member in chain} and len(chain) < MAX_PAGES:
            found = self._capture(target, here.offset)
            if found and not found.unfit:
                if found.digest in digests:  # many sites answer any number with their last page
                    yield from self._repeated(found, head)
                    break
                chain.append(Member(found.url, found.offset))
                self._taken.add(found.offset)
                self._inside[found.url] = head.url
                digests.add(found.digest)
                here, form, last = found, found.pager or form, max(last, found.last)
                target = self._following(found)
            else:
                chain.append(Member(target, missing=found.unfit.partition(":")[0] if found else NOT_CAPTURED))
                number = len(chain) + 1
                target = paging.numbered(head.url, form, number) if number <= last else ""
        yield Group(tuple(chain))

    def _repeated(self, found: Seen, head: Seen) -> Iterator[Group]:
        if found.offset not in self._taken:
            self._taken.add(found.offset)
            yield _single(found, f"repeated: a page of {head.url}")

    def _following(self, page: Seen) -> str:
        """The address of the next page; '' where there is none that a crawl would ask for."""
        if page.following:
            near = urlsplit(page.following).hostname == urlsplit(page.url).hostname
            return page.following if near or page.following in self._at else ""
        guessed = self._next(page)
        return guessed.url if guessed else ""

    def _next(self, page: Seen) -> Seen | None:
        """The capture of the next page; one that only words lead to must have the title."""
        if page.following:
            return self._capture(page.following, page.offset)
        found = self._capture(page.guess, page.offset) if page.guess else None
        if not found or found.unfit or found.kind == "list" or found.offset in self._taken:
            return None
        return found if paging.same_title(page.title, found.title) else None

    def _capture(self, url: str, after: int) -> Seen | None:
        """The capture of an address, where its redirects lead: the first one after `after`, else the last.

        As in a crawl, what broke off or was an error counts where nothing else came.
        """
        for _ in range(MAX_REDIRECTS + 1):
            captures = self._at.get(url, [])
            captures = [one for one in captures if one.came] or captures
            if not captures:
                return None
            found = next((one for one in captures if one.offset > after), captures[-1])
            if not found.location:
                return found
            url = found.location
        return None

    def _came_whole(self, page: Seen) -> bool:
        """Whether a page that broke off was asked for again, and came."""
        return page.cut and any(one.came for one in self._at[page.url])

    def _begins_elsewhere(self, page: Seen) -> bool:
        """Its pager names a first page, and that is here."""
        first = self._capture(page.first, page.offset) if page.first else None
        return first is not None and not first.unfit and not first.refused


def _single(one: Seen, refused: str = "") -> Group:
    return Group((Member(one.url, one.offset),), refused or one.unfit)
