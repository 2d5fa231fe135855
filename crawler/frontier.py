"""Which links to follow: whose hosts, how deep, how many, and which are traps. Policy only; the rows are
`archive/frontier.py`.

Every refusal has a reason, a code and what was seen, that the operator finds in `links`.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

import tldextract

from crawler.cms import Systems
from crawler.discovery import Link
from crawler.profile import Profile
from pipelines.structure.paging import thread_page

MAX_URL = 500  # characters; the longest article address of 306 hosts has 140
MAX_SEGMENTS = 10  # levels of a path; the deepest of 306 hosts has 6
MAX_REPEATS = 3  # the same segment so often in one path is a link that leads into itself
MAX_PARAMETERS = 6
MAX_VARIANTS = 300  # addresses of one host that differ in their query's values only

_MIRROR = re.compile(r"^(?:www|wap|m|mip|amp|3g|4g|h5|mobile)\d?\.")
_CALENDAR = re.compile(r"(?:^|[/_-])(?:calendar|rili|riqi|event-?calendar)(?:$|[/._-])", re.I)
_DATE_KEY = frozenset(["month", "day", "date", "week", "mon", "cal", "calendar", "ym", "ymd", "yearmonth"])
_SEARCH = re.compile(r"/(?:search|so|sou|query)(?:$|[/.?_])", re.I)
_SEARCH_KEY = frozenset(["q", "wd", "keyword", "keywords", "kw", "query", "search", "searchword"])
_ACTION = re.compile(
    r"/(?:login|logon|logout|register|signup|signin|passport|cart|pay|vote|digg|comment|feedback|report|print|share|"
    r"download|down|wp-admin|wp-login|cgi-bin)(?:$|[/.?_])",
    re.I,
)
_FILE = re.compile(
    r"\.(?:jpe?g|png|gif|webp|bmp|ico|svg|css|js|json|zip|rar|7z|gz|tar|exe|apk|ipa|dmg|iso|mp[34]|avi|flv|wmv|mov|wav|"
    r"pdf|docx?|xlsx?|pptx?|wps|et|ofd|epub|swf|woff2?|ttf)$",
    re.I,
)
# Keys of a query that number articles and pages (tid, ArticleID, PageNo): of these there may be many. Not a session's.
_NUMBERS = re.compile(r"(?!\w*sess|sid$)\w*(?:id|page\w*)", re.I)
_SESSION_PATH = re.compile(r";jsessionid=[^?#/;]*", re.I)
_SESSION_KEY = re.compile(
    r"(?<=[?&])(?:(?:jsessionid|phpsessid|aspsessionid[a-z]*|session_?id)=[^&#]*|sid=[0-9a-f]{16,64})(?:&|(?=#|$))",
    re.I,
)
_SESSION_AT_END = re.compile(r"[?&](?=#|$)")  # what is left where it was the last
_suffixes = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)  # the list in the package: no request


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a crawl goes."""

    depth: int = 8  # links from a start address; pages of a list count as one
    pages_per_host: int = 20_000


def family(host: str) -> str:
    """The name that a host and its mobile mirrors share: www.x.cn and m.x.cn are x.cn, but www.gov.cn is itself."""
    bare = _MIRROR.sub("", host)
    found = _suffixes(bare)
    is_suffix = not found.domain and bool(found.suffix)
    return host if is_suffix or "." not in bare else bare


def without_session(url: str) -> str:
    """An address without the name that a server gave to this visit: with it, each visit would find every page anew.

    Leaves `sid=12`, which is a story's or a section's number; what a session is called is long, and no number.
    """
    if "sess" not in url.lower() and "sid=" not in url.lower():
        return url
    return _SESSION_AT_END.sub("", _SESSION_KEY.sub("", _SESSION_PATH.sub("", url)))


def trap(url: str) -> str:
    """Why an address looks as if it led nowhere or on for ever; '' if it does not."""
    parts = urlsplit(url)
    segments = [segment for segment in parts.path.split("/") if segment]
    query = [key.lower() for key, _ in parse_qsl(parts.query, keep_blank_values=True)]
    often = Counter(segments).most_common(1)
    if len(url) > MAX_URL:
        return f"trap: an address of {len(url)} characters"
    if len(segments) > MAX_SEGMENTS:
        return f"trap: {len(segments)} levels deep"
    if often and often[0][1] >= MAX_REPEATS:
        return f"trap: {often[0][0]} {often[0][1]} times in one path"
    if len(query) > MAX_PARAMETERS and not parts.path.endswith("/dataproxy.jsp"):  # a pager of 大汉 takes eleven
        return f"trap: {len(query)} parameters"
    if _CALENDAR.search(parts.path) or _DATE_KEY & set(query):
        return "trap: a calendar has no end"
    return ""


def no_page(url: str) -> str:
    """Why an address is none of a page to read; '' if it may be one."""
    parts = urlsplit(url)
    if file := _FILE.search(parts.path):
        return f"file: {file.group()[1:].lower()}"
    if _SEARCH.search(parts.path) or _SEARCH_KEY & {key.lower() for key, _ in parse_qsl(parts.query)}:
        return "search: results of a search have no end"
    if action := _ACTION.search(parts.path):
        return f"action: {action.group().strip('/.?_')}"
    return ""


@dataclass(slots=True)
class Policy:
    """Decides on links as a crawl finds them; it knows what was asked for, and what it let through so far."""

    starts: tuple[str, ...]
    profile: Profile
    limits: Limits
    systems: Systems = field(default_factory=Systems)  # that its hosts run on, as their pages show
    _per_host: Counter[str] = field(default_factory=Counter)
    _variants: Counter[str] = field(default_factory=Counter)
    _families: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        hosts = [urlsplit(url).hostname or "" for url in self.starts]
        self._families = frozenset(map(family, hosts)) | frozenset(self.profile.hosts)

    def in_scope(self, url: str) -> bool:
        """Its host is a start address's, of the same family, or in the profile."""
        host = urlsplit(url).hostname or ""
        return any(host == name or host.endswith("." + name) for name in self._families)

    def refusal(self, link: Link, depth: int, kind: str = "") -> str:
        """Why not to follow a link; '' to follow it, which counts against the limits."""
        return self.shape(link.url, depth, kind) or self._count(link.url)

    def met(self, host: str, count: int) -> None:
        """Count what a round that goes on has met before."""
        self._per_host[host] += count

    def shape(self, url: str, depth: int, kind: str = "") -> str:
        """Why an address is not asked for whatever was asked for before; '' for one that may be."""
        if not self.in_scope(url):
            return f"off-site: {urlsplit(url).hostname}"
        if self.profile.is_denied(url):
            return "denied: by the profile"
        if (page := thread_page(url)) > 1:
            return f"replies: page {page} of a thread"
        if self.profile.names_links and kind != "feed":
            return "" if self.profile.kind_of(url) else "not-listed: the profile names no such address"
        if depth > self.limits.depth:
            return f"too-deep: {depth} links from the start"
        return trap(url) or no_page(url) or self.systems.refusal(url)

    def _count(self, url: str) -> str:
        parts = urlsplit(url)
        if self._per_host[parts.hostname or ""] >= self.limits.pages_per_host:
            return f"page-limit: {self.limits.pages_per_host} pages of this host"
        pairs = parse_qsl(parts.query, keep_blank_values=True)
        keys = "&".join(sorted(f"{key}={value}" if _NUMBERS.fullmatch(key) else key for key, value in pairs))
        variant = f"{parts.netloc}{parts.path}?{keys}"
        if keys and self._variants[variant] >= MAX_VARIANTS:
            return f"trap: {MAX_VARIANTS} addresses that differ in their query only"
        self._per_host[parts.hostname or ""] += 1
        self._variants[variant] += 1
        return ""
