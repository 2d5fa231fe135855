"""What a page is, by what stands on it: a list, an article, or too little of either; and the links on it.

A page is judged by its text in sentences against its links, far more than by its address: every template site has its
own addresses, and all of them write articles in sentences.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from urllib.parse import urljoin, urlsplit

from lxml import html
from w3lib.url import safe_url_string

from pipelines.document import Block, Decoded
from pipelines.extraction.render import Rendering, parse, render
from pipelines.script import fold
from pipelines.strangers import stranger
from pipelines.structure.pagers import islands, pagers
from pipelines.structure.paging import TITLE, Link

# Characters of prose that make an article whatever else is on the page. The introductions of 20 category pages
# (phenomena, section 3) have under 120; an article page's shortest body has 142.
PROSE = 300
SHORT_PROSE = 120  # enough where the text outweighs the links
PER_TITLE = 25  # characters of prose that one link with a title weighs
INTRODUCTION = 800  # up to here a single paragraph above many links is a list's introduction
MANY_TITLES = 15
TITLES = 3  # links with a title that make a list
SENTENCE = 20  # characters of a line that can hold a sentence
LINK_SHARE = 0.3  # of a line's characters, past which it is no prose
EXCERPT = 300  # characters of prose under one link in a list: the longest that systems show is 250
TITLE_SHARE = 0.6  # of a line's characters, from which it is a link with its day
GUARD = 2000  # characters of a page that a guard may have written: more than `strangers.LONGEST_NOTICE` with its Latin
NAMED = 5  # characters of a link that is more than a menu's, which have four mostly (chosen)
REFRESH = 10  # seconds: a page that sends its reader on within them is a redirect

_SENTENCE_MARK = re.compile(r"[。！？；，]|[\u4e00-\u9fff][,;!?]")
_TEASER = re.compile(
    r"(?:\.{3}|…|。{3})\s*[\[(（【]?(?:(?:点击)?(?:详细|查看|更多|阅读|继续|全文|read more|continue|more).{0,10})?"
    r"[\])）】]?[\s>»→]*$",
    re.I,
)
_META_REFRESH = re.compile(r"^\s*(\d+)\s*[;,]\s*url\s*=\s*[\"']?([^\"'\s]+)", re.I)
_COMMENTS = re.compile(r"评论|評論|留言|回复|comments?\b", re.I)
_AGENT = re.compile(r"url\s*=\s*([^\s;\"']+)", re.I)
_WRITTEN = frozenset(["text", "search", "email", "tel", "url", "number"])  # types of fields


@dataclass(frozen=True, slots=True)
class View:
    """What a page is to the crawler."""

    kind: str  # article | list | thin: too little of either, left to the corridor to judge
    links: tuple[Link, ...]
    feeds: tuple[str, ...]  # RSS, Atom and sitemaps that it names
    refresh: str  # where it sends its reader at once, '' if it does not
    prose: int  # characters in sentences
    titles: int  # links with a title
    title: str = ""  # the <title>
    canonical: str = ""  # the address that it names as its own, absolute; '' where it names none
    editions: tuple[str, ...] = ()  # the addresses that it names as its other editions: mobile, AMP, MIP, desktop
    guard: str = ""  # what a guard says who stands before the site: "blocked: …"; '' where the site itself answers


def look(page: Decoded) -> View:
    """Judge a page. Raises `Rejected` where it cannot be parsed."""
    tree = parse(page.text)
    url = page.page.url
    links = tuple(_links(tree, page))
    titles = len({link.url for link in links if link.is_title})
    rendering = render(tree)
    lines = _prose_lines(rendering)
    prose = sum(map(len, lines))
    return View(
        kind=_kind(prose, titles, len(lines), _says_article(tree)),
        links=links,
        feeds=tuple(dict.fromkeys(_feeds(tree, url))),
        refresh=_refresh(tree, url) if prose < SHORT_PROSE else "",
        prose=prose,
        titles=titles,
        title=rendering.page_title,
        canonical=_absolute(url, rendering.canonical, page.charset),
        editions=tuple(dict.fromkeys(_editions(tree, url))),
        guard=_guard(tree, rendering) if _at_home(links, url) < TITLES else "",
    )


def _kind(prose: int, titles: int, paragraphs: int, says_article: bool) -> str:
    if prose < INTRODUCTION and paragraphs == 1 and titles >= MANY_TITLES and not says_article:
        return "list"
    if prose >= PROSE or (prose >= SHORT_PROSE and (says_article or prose >= PER_TITLE * titles)):
        return "article"
    return "list" if titles >= TITLES else "thin"


def _guard(tree: html.HtmlElement, rendering: Rendering) -> str:
    """What a captcha or a firewall says in the place of a page, as the gate says it of the page's text.

    Leaves what the site itself asks: its login, which wants a password, and its forms, which want more than a captcha.
    """
    if len(rendering.text) > GUARD or _COMMENTS.search(rendering.text) or _is_form(tree):
        return ""
    why = stranger(rendering.page_title, fold(rendering.text).split("\n"))
    return why if why.startswith("blocked:") else ""


def _is_form(tree: html.HtmlElement) -> bool:
    """Whether a page wants something written that no guard wants."""
    kinds = [(field.get("type") or "text").lower() for field in tree.iter("input")]
    return "password" in kinds or tree.find(".//textarea") is not None or sum(kind in _WRITTEN for kind in kinds) > 1


def _at_home(links: Sequence[Link], url: str) -> int:
    """Links to the site's own pages, with more words than a menu's: a guard leads nowhere but back."""
    host = urlsplit(url).hostname
    return sum(len(link.text) >= NAMED and urlsplit(link.url).hostname == host for link in links)


def _prose_lines(rendering: Rendering) -> list[str]:
    """The lines that run in sentences, without those that stand under the title of another page."""
    prose = [_prose(rendering, n) for n in range(len(rendering.blocks))]
    excerpts = _excerpts(rendering, prose)
    return [line for n, line in enumerate(prose) if line and n not in excerpts]


def _prose(rendering: Rendering, n: int) -> str:
    block = rendering.blocks[n]
    line = rendering.text[block.start : block.end]
    runs = (
        block.kind == "text"
        and len(line) >= SENTENCE
        and block.link_chars <= LINK_SHARE * len(line)
        and _SENTENCE_MARK.search(line)
        and not _TEASER.search(line)
    )
    return line if runs else ""


def _excerpts(rendering: Rendering, prose: Sequence[str]) -> set[int]:
    """Blocks in the items of a list of excerpts: siblings that hold a link with a title and a little prose each.

    Leaves an article with links between its paragraphs, which stand in no items, and one with an item or two.
    """
    titled = [0, *accumulate(_is_title(block) for block in rendering.blocks)]
    written = [0, *accumulate(map(len, prose))]
    items: dict[tuple[html.HtmlElement | None, str], list[tuple[int, int]]] = {}
    for first, last, element in rendering.spans:
        if titled[last] - titled[first] == 1 and 0 < written[last] - written[first] <= EXCERPT:
            items.setdefault((element.getparent(), str(element.tag)), []).append((first, last))
    return {n for spans in items.values() if len(spans) >= TITLES for span in spans for n in range(*span)}


def _is_title(block: Block) -> bool:
    return block.link_chars >= TITLE and block.link_chars >= TITLE_SHARE * (block.end - block.start)


def _says_article(tree: html.HtmlElement) -> bool:
    return any(
        "article" in (meta.get("content") or "").lower() for meta in tree.iterfind(".//meta[@property='og:type']")
    )


def _links(tree: html.HtmlElement, page: Decoded) -> Iterable[Link]:
    """All links to pages, in order, once each, with the longest words they have: scripts and islands of data too."""
    url, base = page.page.url, tree.find(".//base[@href]")
    origin = _joined(url, base.get("href")) or url if base is not None else url
    words: dict[str, str] = {}
    for href, said in _hrefs(tree, page.text, url):
        target, text = _absolute(origin, href, page.charset), " ".join(said.split())
        if target and len(text) >= len(words.get(target, "")):
            words[target] = text
    return (Link(target, text) for target, text in words.items())


def _hrefs(tree: html.HtmlElement, text: str, url: str) -> Iterable[tuple[str | None, str]]:
    """Where a page leads, as it is written, and the words there."""
    for element in tree.iter("a", "area"):
        yield element.get("href"), element.text_content() or element.get("title") or ""
    if markup := islands(text):
        for element in parse(markup).iter("a"):
            yield element.get("href"), element.text_content() or element.get("title") or ""
    yield from pagers(tree, text, url)


def _absolute(origin: str, href: str | None, charset: str) -> str:
    """An absolute address as a browser would ask for it, '' for what is no page."""
    href = (href or "").strip()
    if not href or href[0] == "#" or href.lower().startswith(("javascript:", "mailto:", "tel:", "data:")):
        return ""
    if href[0] == "/":  # the same from all pages of a host
        origin = "/".join(origin.split("/", 3)[:3])
    return _resolved(origin, href, charset)


@lru_cache(maxsize=10_000)  # menus and what is read most stand on all pages of a site
def _resolved(origin: str, href: str, charset: str) -> str:
    target = _joined(origin, href).split("#")[0]
    try:
        return safe_url_string(target, encoding=charset) if target else ""
    except (ValueError, LookupError):
        return ""


def _joined(origin: str, href: str | None) -> str:
    try:
        target = urljoin(origin, (href or "").strip())
        return target if urlsplit(target).scheme in ("http", "https") and urlsplit(target).hostname else ""
    except ValueError:  # such as a bracket in the host
        return ""


def _feeds(tree: html.HtmlElement, url: str) -> Iterable[str]:
    """Feeds and sitemaps that a page names, without those of comments: they lead to what is known already."""
    for link in tree.iter("link"):
        rel, kind = (link.get("rel") or "").lower(), (link.get("type") or "").lower()
        if rel == "sitemap" or ("alternate" in rel and ("rss" in kind or "atom" in kind)):
            target = _joined(url, link.get("href"))
            if target and not _COMMENTS.search(f"{link.get('title') or ''} {target}") and not _is_below(target, url):
                yield target


def _is_below(feed: str, url: str) -> bool:
    """The feed of one page's comments stands below that page's own address."""
    path = urlsplit(url).path.rstrip("/")
    return path.count("/") > 1 and feed.startswith(url.rstrip("/") + "/")


def _editions(tree: html.HtmlElement, url: str) -> Iterable[str]:
    """Other editions of the same page: `alternate` for a medium, AMP, MIP, and Baidu's `mobile-agent`."""
    for link in tree.iter("link"):
        rel, href = (link.get("rel") or "").lower().split(), link.get("href")
        if ("alternate" in rel and link.get("media")) or {"amphtml", "miphtml"} & set(rel):
            yield from filter(None, [_joined(url, href)])
    for meta in tree.iter("meta"):
        if (meta.get("http-equiv") or meta.get("name") or "").lower() == "mobile-agent":
            yield from filter(None, [_joined(url, found) for found in _AGENT.findall(meta.get("content") or "")])


def _refresh(tree: html.HtmlElement, url: str) -> str:
    for meta in tree.iter("meta"):
        found = _META_REFRESH.match(meta.get("content") or "")
        if (meta.get("http-equiv") or "").lower() == "refresh" and found and int(found[1]) <= REFRESH:
            return _joined(url, found[2])
    return ""
