"""Whether one page is the next page of another: what its address says, and where that is not enough, what a link says.

Pure functions on addresses and the words of links; the crawler asks them before it fetches, an ingest of what others
fetched asks them afterwards.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

TITLE = 6  # characters of a link that make it a title

_AROUND = " \u3000[]【】()（）<>‹›«»|·•←→◄►"  # what a pager's words stand between
_ONWARD = re.compile(
    r"^(?:下一?[页頁]|后一?页|後一?頁|next(?: page)?|older (?:posts|entries)|较旧的?文章|[>›»→►]+$|余下全文|餘下全文"
    r"|第?\s*\d{1,3}\s*[页頁]?(?:$|[:：]))",
    re.I,
)
_NEXT_ARTICLE = re.compile(r"[上下前后後][一1]?(?:篇|条|條|章|则)")
_PAGER = re.compile(
    r"^(?:[首尾末上下前后後]一?[页頁]|(?:第|最[后後末])一?[页頁]|[上下前后後][\d一二三五十]{1,2}[页頁]|第?\s*\d{1,4}\s*[页頁]?"
    r"|(?:next|prev(?:ious)?)(?: page)?|(?:older|newer) (?:posts|entries)|较[旧新]的?文章|[<>‹›«»←→◄►|]+|\.{2,3}|…)$",
    re.I,
)
_FIRST = re.compile(r"^(?:第?\s*1\s*[页頁]?|[上前]一?[页頁]|第一[页頁])$")
_PAGE_MARK = re.compile(
    r"[（(\[](?:\d{1,3}|第[\d一二三四五六七八九十]+[页頁])[）)\]]|[-_]?第[\d一二三四五六七八九十]+[页頁]|[-_]\d{1,2}(?=$|[-_|])|\s+"
)
_DIGITS = re.compile(r"\d")
_NUMBER = re.compile(r"(?<!\d)\d{1,4}(?!\d)")

_BARE = re.compile(r"(?:\.\w{2,5})?/?$")

BARE = 2  # stems that `_page_of` gives for an address without a number, before those with one

# How a page number stands in an address: (pattern, whether a link's words must say that it leads to a page). The
# forms and where they were met: phenomena, section 3. '-2.html' is as often a serial number of articles.
_END = r"(?P<z>(?:\.\w{2,5})?/?)$"
_QUERY = r"[?&](?:\w*page\w*|pg|pn?)="
_NUMBERED: tuple[tuple[re.Pattern[str], bool], ...] = (
    (re.compile(r"^(?P<a>.*[^/_])_(?P<n>\d{1,3})" + _END), False),
    (re.compile(r"^(?P<a>.*[^/,-])[,-](?P<n>\d{1,2})" + _END), True),
    (re.compile(rf"^(?P<a>.*{_QUERY})(?P<n>\d{{1,3}})(?P<z>(?:&.*)?)$", re.I), False),
    (re.compile(r"^(?P<a>.*/\w+)/p?(?P<n>\d{1,2})" + _END), True),
    (re.compile(r"^(?P<a>.*[^/_,-])[_,-](?:p|pg|page)[_-]?(?P<n>\d{1,3})" + _END, re.I), False),
    (re.compile(r"^(?P<a>.*)/page/(?P<n>\d{1,3})(?P<z>/?)$"), False),
)
# A thread of a forum: its later pages hold what others replied. (Discuz, phpwind, Discuz without rewriting, vBulletin.)
_THREAD = re.compile(
    r"/thread-\d+-(?P<a>\d+)-\d+\.html$|/read-htm-tid-\d+(?:[-\w]*?-page-(?P<b>\d+))?[-\w]*\.html$"
    r"|/(?:forum\.php\?(?:.*&)?mod=viewthread&|viewthread\.php\?|read\.php\?|showthread\.php\?)(?=.*\bt(?:id)?=\d)"
    r"(?:(?=.*[?&]page=(?P<c>\d+)))?"
)


@dataclass(frozen=True, slots=True)
class Link:
    """A link as its page has it."""

    url: str
    text: str

    @property
    def said(self) -> str:
        """Its words without the arrows and brackets around them; these, where it has no other."""
        return self.text.strip(_AROUND) or self.text.strip()

    @property
    def is_title(self) -> bool:
        """Its words may be an article's title."""
        return len(self.text) >= TITLE and not _PAGER.match(self.said)

    @property
    def is_next(self) -> bool:
        """Its words say that it leads one page on. (A bare number may be a day of a calendar.)"""
        return bool(_ONWARD.match(self.said)) and not _DIGITS.search(self.said)

    @property
    def is_pager(self) -> bool:
        """Its words say that it leads to another page of the same thing."""
        return bool(_PAGER.match(self.said))


def next_page(url: str, links: Sequence[Link]) -> str:
    """The next page of the article at `url`, '' if no link leads to one by its address."""
    if thread_page(url):
        return ""
    pages, before = _page_of(url), _before_first(url, links)
    for n, (stem, number) in enumerate(pages):
        wanted = number + 1 - (before if n < BARE else 0)
        for link in links:
            if link.url != url and (stem, wanted) in _numbers(link, url):
                return link.url
    return ""


def maybe_next(url: str, links: Sequence[Link]) -> str:
    """Where a link's words alone say that the next page is: whether it is, its title must show."""
    return next((link.url for link in links if link.is_next and link.url != url and not thread_page(url)), "")


def thread_page(url: str) -> int:
    """Which page of a forum's thread `url` is, 0 where it is none: what follows page 1 are replies, no article."""
    found = _THREAD.search(url)
    return int(next(filter(None, found.groups()), "1")) if found else 0


def same_title(one: str, other: str) -> bool:
    """Two pages' titles are one but for a page number: '…总结(2)', '…总结_第2页'."""
    first, second = (_PAGE_MARK.sub("", title) for title in (one, other))
    return bool(first) and first == second


def last_page(url: str, links: Sequence[Link]) -> int:
    """The highest page number that the links of an article's page show."""
    stems, before = {stem for stem, _ in _page_of(url)}, _before_first(url, links)
    return max((n + before for link in links for stem, n in _numbers(link, url) if stem in stems), default=1)


def numbered(url: str, links: Sequence[Link], number: int) -> str:
    """The address of page `number` of the article at `url`, in the form that its links show; '' if they show none."""
    stems, before = {stem for stem, _ in _page_of(url)}, _before_first(url, links)
    for link in links:
        for pattern, _ in _NUMBERED:
            found = pattern.match(link.url)
            if found and _stem(found) in stems and link.url != url:
                return f"{_before(found)}{number - before}{found['z']}"
    return ""


def first_page(url: str, links: Sequence[Link]) -> str:
    """Where the article begins whose later page is `url`; '' if its pager shows none: then `url` is the first."""
    for stem, number in _page_of(url):
        for link in links:
            leads = link.url == stem or (number >= 2 and (stem, 1) in _numbers(link, url))
            if leads and link.url != url and _FIRST.match(link.said):
                return link.url
    return ""


def same_article(url: str, link: Link) -> bool:
    """The link leads to another page of what is at `url`."""
    numbers = _numbers(link, url)
    return bool(numbers) and not {stem for stem, _ in _page_of(url)}.isdisjoint(stem for stem, _ in numbers)


def is_list_page_of(url: str, link: Link) -> bool:
    """A link on a list page leads to another page of the same list."""
    return link.is_pager or same_article(url, link)


def _before_first(url: str, links: Sequence[Link]) -> int:
    """1 where pages are numbered from 0, so that the second is '_1' (TRS): a link's words count one more. Else 0."""
    stems = {stem for stem, _ in _page_of(url)}
    for link in links:
        numbers = _numbers(link, url)
        said = _NUMBER.search(link.said) if numbers else None
        for stem, n in numbers:
            if stem in stems and n and (int(said[0]) == n + 1 if said else n == 1 and link.is_next and stem == url):
                return 1
    return 0


@lru_cache(maxsize=100)  # asked for each link of a page
def _page_of(url: str) -> tuple[tuple[str, int], ...]:
    """What `url` may be a page of, and which: it is page 1 of itself, with or without its ending."""
    return (url, 1), (_BARE.sub("", url), 1), *((stem, number) for stem, number, _ in _forms(url))


@lru_cache(maxsize=2_000)  # one page's links: each is asked about five times
def _numbers(link: Link, url: str) -> tuple[tuple[str, int], ...]:
    """The pages that a link on the page `url` may lead to, by its address and where that is not enough by its words.

    '/show_13.html' is page 13 of '/show.html' only if that is where the link is, or its words are a pager's: else it
    is the neighbour of '/show_12.html'.
    """
    found = _forms(link.url)
    if not found or _NEXT_ARTICLE.search(link.text):
        return ()
    said = link.said
    if _ONWARD.match(said) or _PAGER.match(said):
        return tuple((stem, number) for stem, number, _ in found)
    here = [stem for stem, _ in _page_of(url)[:BARE]]
    return tuple((stem, number) for stem, number, needs_words in found if stem in here and not needs_words)


@lru_cache(maxsize=10_000)  # most links of a page stand on all pages of a site
def _forms(url: str) -> tuple[tuple[str, int, bool], ...]:
    """How an address may be read as a later page of another: that one, which page, whether words must say so too."""
    return tuple(
        (_stem(match), int(match["n"]), needs_words)
        for pattern, needs_words in _NUMBERED
        if (match := pattern.match(url))
    )


def _stem(found: re.Match[str]) -> str:
    """The address of the whole article: its page's address without the number."""
    before = found["a"]
    if before.endswith("="):
        name_at = max(before.rfind("?"), before.rfind("&"))
        return before[:name_at] + (found["z"] if before[name_at] == "&" else found["z"].replace("&", "?", 1))
    if found.re is _NUMBERED[3][0]:
        return before
    return before + found["z"]


def _before(found: re.Match[str]) -> str:
    return found.string[: found.start("n")]
