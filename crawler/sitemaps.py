"""Addresses from sitemaps and feeds, and when their pages changed: sitemap, index, gzip, plain list, RSS, Atom.

What a sitemap says is a claim. A time is read as the latest moment that it can mean, so that a page is left out only
where it surely did not change; `changefreq` and `priority` are wishes, and not read.
"""

import re
import zlib
from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from io import BytesIO
from urllib.parse import urljoin

from lxml import etree

from archive.warcs.http import DECODED_LIMIT

LIMIT = 50_000  # addresses a file may have, by the sitemap protocol
SNIFFED = 4096  # bytes in which a file shows its root
FIRST_YEAR = 1995  # before it no page of a Chinese site was written: the zero of some clock
PLACES = ("/sitemap.xml",)  # where to look on a host whose robots.txt names no sitemap

_URL = re.compile(r"https?://[^\s<>\"']+", re.I)
_ROOT = re.compile(rb"<(?:\w+:)?(?:urlset|sitemapindex|rss|feed|rdf)[\s>]", re.I)
_PAGES = ("{*}url", "{*}item", "{*}entry")  # of a sitemap, of RSS, of Atom
_MODIFIED = frozenset(["lastmod", "updated", "modified"])
_PUBLISHED = frozenset(["pubdate", "published", "issued", "date", "created"])
_DAY = re.compile(
    r"(?P<y>\d{4})(?:[-/.年](?P<m>\d{1,2})(?:[-/.月](?P<d>\d{1,2})日?)?)?"
    r"(?:[T\s]+(?P<h>\d{1,2}):(?P<mi>\d{1,2})(?::(?P<s>\d{1,2})(?:[.,]\d+)?)?\s*(?P<zone>Z|[+-]\d\d:?\d\d)?)?",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """An address that a sitemap or feed names. Times are ISO 8601 in UTC, '' where it says none."""

    url: str
    modified: str = ""  # the page is not newer than this
    published: str = ""  # says nothing of later corrections

    def unchanged_since(self, visited_at: str) -> bool:
        """It says that the page was last changed before a visit, so that it need not be asked again."""
        return bool(self.modified and visited_at) and self.modified < visited_at


@dataclass(frozen=True, slots=True)
class Sitemap:
    """What a sitemap or feed names, each address once."""

    entries: tuple[Entry, ...] = ()
    indexed: tuple[Entry, ...] = ()  # other sitemaps, with when they changed

    @property
    def pages(self) -> tuple[str, ...]:
        """The addresses of pages."""
        return tuple(entry.url for entry in self.entries)

    @property
    def sitemaps(self) -> tuple[str, ...]:
        """The addresses of other sitemaps."""
        return tuple(entry.url for entry in self.indexed)

    def sifted(self, refusal: Callable[[str], str]) -> tuple["Sitemap", Counter[str]]:
        """What is worth asking for, and how many are not, by the code of the reason.

        A sitemap that lies names another host's pages by the thousand, or files: one line tells of all of them.
        """
        refused: Counter[str] = Counter()
        kept: dict[bool, list[Entry]] = {True: [], False: []}
        for is_page, entry in [*((True, e) for e in self.entries), *((False, e) for e in self.indexed)]:
            if why := refusal(entry.url):
                refused[why.partition(":")[0]] += 1
            else:
                kept[is_page].append(entry)
        return Sitemap(tuple(kept[True]), tuple(kept[False])), refused


def is_sitemap(content_type: str, body: bytes, *, asked: bool = False) -> bool:
    """Whether a response is a sitemap or a feed: XML whose root is one of theirs.

    What was `asked` for as one is, unless it is a page: a map for readers, or an error that says 200.
    """
    head = _unpacked(body[:SNIFFED]) if _is_gzip(body) else body[:SNIFFED]
    return (asked or bool(_ROOT.search(head))) and b"<html" not in head.lower()


def read(body: bytes, url: str = "") -> Sitemap:
    """The addresses in the sitemap or feed at `url`. One that is broken gives those before the break."""
    body = _unpacked(body) if _is_gzip(body) else body
    body = body.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not body.startswith((b"<", b"\xff\xfe", b"\xfe\xff")):
        return Sitemap(_once(Entry(found) for found in _URL.findall(body.decode("utf-8", "replace"))))
    pages: list[Entry] = []
    indexed: list[Entry] = []
    with suppress(etree.XMLSyntaxError):
        for kind, entry in _entries(body, url):
            (indexed if kind == "sitemap" else pages).append(entry)
            if len(pages) + len(indexed) >= LIMIT:
                break
    return Sitemap(_once(pages), _once(indexed))


def moment(text: str) -> str:
    """The latest moment that a date can mean, as ISO 8601 in UTC; '' where it is none.

    '2024' may mean its last second. A time without a zone is read as UTC, which in China is eight hours late.
    """
    text = text.strip()
    found = _DAY.fullmatch(text)
    try:
        time = _latest(found) if found else parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return ""
    time = time.astimezone(UTC) if time.tzinfo else time
    return f"{time:%Y-%m-%dT%H:%M:%SZ}" if time.year >= FIRST_YEAR else ""


def _latest(found: re.Match[str]) -> datetime:
    year, month = int(found["y"]), int(found["m"] or 12)
    day = int(found["d"] or monthrange(year, month)[1])
    clock = (int(found["h"]), int(found["mi"]), int(found["s"] or 59)) if found["h"] else (23, 59, 59)
    return datetime(year, month, day, *clock, tzinfo=UTC) - _offset(found["zone"] or "")


def _offset(zone: str) -> timedelta:
    """How far a zone such as +08:00 is before UTC."""
    hours, minutes = (int(zone[1:3]), int(zone[-2:])) if len(zone) > 1 else (0, 0)
    return timedelta(hours=hours, minutes=minutes) * (-1 if zone.startswith("-") else 1)


def _entries(body: bytes, url: str) -> Iterator[tuple[str, Entry]]:
    """(sitemap or page, entry), in their order; the tree is forgotten as it is read, so that a large one is flat."""
    found = etree.iterparse(
        BytesIO(body), tag=(*_PAGES, "{*}sitemap"), recover=True, resolve_entities=False, no_network=True,
        huge_tree=False, load_dtd=False,
    )  # fmt: skip
    for _, element in found:
        if entry := _entry(element, url):
            yield _name(element), entry
        element.clear()
        while (before := element.getprevious()) is not None and (parent := element.getparent()) is not None:
            parent.remove(before)


def _entry(element: etree._Element, url: str) -> Entry | None:
    """An entry by its own children: an image, a video or a translation in it has an address of its own."""
    address, guid = "", ""
    times = {"modified": "", "published": ""}
    for child in element.iterchildren(tag=etree.Element):
        name, text = _name(child), (child.text or "").strip()
        if name == "loc" or (name == "link" and _is_page(child, element)):
            address = address or _address(text or child.get("href") or "", url)
        elif name == "guid" and child.get("isPermaLink", "true") == "true":
            guid = _address(text, url)
        elif name in _MODIFIED:
            times["modified"] = times["modified"] or moment(text)
        elif name in _PUBLISHED:
            times["published"] = times["published"] or moment(text)
    return Entry(address or guid, **times) if address or guid else None


def _name(element: etree._Element) -> str:
    """Its name without a namespace, in small letters."""
    return str(element.tag).rpartition("}")[2].lower()


def _is_page(link: etree._Element, entry: etree._Element) -> bool:
    """A link is its entry's page, and no edition, comment or enclosure of it. (A sitemap's are other editions.)"""
    return link.get("rel", "alternate") == "alternate" and _name(entry) != "url"


def _address(text: str, url: str) -> str:
    """An absolute address, '' where it is none."""
    try:
        found = urljoin(url, text.strip()).split("#")[0] if text.strip() else ""
    except ValueError:
        return ""
    return found if _URL.fullmatch(found) else ""


def _once(entries: Iterator[Entry] | list[Entry]) -> tuple[Entry, ...]:
    found: dict[str, Entry] = {}
    for entry in entries:
        if len(found) >= LIMIT:
            break
        found.setdefault(entry.url, entry)
    return tuple(found.values())


def _is_gzip(body: bytes) -> bool:
    return body[:2] == b"\x1f\x8b"


def _unpacked(body: bytes) -> bytes:
    try:
        return zlib.decompressobj(47).decompress(body, DECODED_LIMIT)
    except zlib.error:
        return b""
