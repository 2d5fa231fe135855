"""An article that stands at several addresses is kept once: mobile and desktop editions, AMP, canonical links, twins.

What a page says of itself is a claim. It is believed where the addresses agree that it is one article, and acted on
where the article at the other address is in the archive under the same title. An edition that was asked for by its
own start address is kept: whoever names it wants it.
"""

import re
from collections.abc import Collection
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from sqlite_utils import Database

from archive.rows import select
from crawler.frontier import family
from pipelines.document import article_id
from pipelines.structure.paging import same_title
from pipelines.view import View

_ENDING = re.compile(r"\.\w{2,5}$")
_NUMBER = re.compile(r"\d{3,}")  # the number of an article; shorter ones number pages and sections
_LONG = re.compile(r"\d{4,}")  # the number of an article beyond doubt
_PAGE = re.compile(r"(?:[_,-]|/p?)\d{1,2}(?:\.\w{2,5})?/?$")
_EDITION = re.compile(r"^/?(?:amp|mip|wap|mobile|print|embed|feed)?/?$")
_MEANINGLESS = re.compile(
    r"utm_\w+|replytocom|share|from|spm|isappinstalled|bd_vid|fbclid|gclid|\w*sess(?:ion)?_?id", re.I
)
_SITE = re.compile(r"\s*[_|–—-]\s*[^_|–—-]{1,40}$")  # the site's name behind a title


def original(url: str, view: View, starts: Collection[str] = ()) -> str:
    """The address of the same article that a page calls its own; '' where it names none that can be believed.

    Not believed: a front page (many sites name it on all of their pages), another site, another article's number, the
    first page of an article on its later pages. `starts`: hosts that were asked for by name, whose pages are kept.
    """
    named = view.canonical
    here, there = urlsplit(url), urlsplit(named)
    if not named or _bare(url) == _bare(named) or not there.path.strip("/") or (here.hostname or "") in starts:
        return ""
    if family(here.hostname or "") != family(there.hostname or ""):
        return ""
    if _PAGE.search(here.path) and not _PAGE.search(there.path):
        return ""
    if here.netloc == there.netloc and here.scheme == there.scheme:
        return named if _is_variant(url, named) or _is_rewritten(url, named) else ""
    return named if _identity(url) == _identity(named) else ""


def editions(url: str, view: View, starts: Collection[str] = ()) -> tuple[str, ...]:
    """The addresses at which a page names itself in other editions, which need not be asked for."""
    here = urlsplit(url)
    return tuple(
        edition
        for edition in view.editions
        if (at := urlsplit(edition)).hostname not in starts
        and family(at.hostname or "") == family(here.hostname or "")
        and _bare(edition) != _bare(url)
        and (_identity(edition) == _identity(url) or (not at.path.strip("/") and not here.path.strip("/")))
    )


def twins(url: str) -> tuple[str, ...]:
    """The same address by the other scheme, and with or without www."""
    parts = urlsplit(url)
    bare = parts.netloc.removeprefix("www.")
    hosts = (bare, f"www.{bare}") if bare.count(".") else (parts.netloc,)
    found = (urlunsplit((scheme, host, *parts[2:])) for scheme in ("http", "https") for host in hosts)
    return tuple(twin for twin in found if twin != url)


def kept_as(db: Database, url: str, title: str) -> str:
    """The address of the article that was restored from `url` under the same title; '' where none was."""
    sql = "SELECT page_title FROM pages WHERE id = ? AND rejected IS NULL AND gone IS NULL"
    titles = [str(row["page_title"] or "") for row in select(db, sql, article_id(url))]
    return url if any(same_article(title, other) for other in titles) else ""


def same_article(title: str, other: str) -> bool:
    """Whether two pages have the same title but for the names of their sites."""
    return same_title(_own(title), _own(other))


def shown_by(db: Database, url: str) -> tuple[str, str]:
    """The title of the article that was restored from an address, and the digest of its first page; or nothing."""
    sql = (
        "SELECT p.page_title, f.body_digest FROM pages p JOIN article_pages a ON a.article_id = p.id AND a.n = 1"
        " JOIN fetches f ON f.id = a.fetch_id WHERE p.id = ? AND p.rejected IS NULL AND p.gone IS NULL"
    )
    row = next(iter(select(db, sql, article_id(url))), None)
    return (str(row["page_title"] or ""), str(row["body_digest"] or "")) if row else ("", "")


def same_bytes(db: Database, url: str, fetch_id: int) -> str:
    """The twin of an address that answered with the very same bytes before, and is not rejected; '' where none did.

    What was kept under its own address in an earlier crawl stays there.
    """
    if select(db, "SELECT 1 FROM pages WHERE id = ? AND rejected IS NULL", article_id(url)):
        return ""
    sql = (
        "SELECT 1 FROM fetches mine JOIN fetches other ON other.body_digest = mine.body_digest AND other.id < mine.id"
        " WHERE mine.id = ? AND other.url = ?"
        " AND NOT EXISTS (SELECT 1 FROM pages WHERE id = ? AND rejected IS NOT NULL) LIMIT 1"
    )
    return next((twin for twin in twins(url) if select(db, sql, fetch_id, twin, article_id(twin))), "")


def _bare(url: str) -> str:
    return url.partition("#")[0].rstrip("/")


def _own(title: str) -> str:
    """A title without the name of its site, which differs from edition to edition."""
    return _SITE.sub("", title, count=1).strip()


def _is_variant(url: str, named: str) -> bool:
    """On the same host: the named address without parameters of no meaning, or without the name of an edition."""
    here, there = urlsplit(url), urlsplit(named)
    if here.path.rstrip("/") == there.path.rstrip("/"):
        return set(parse_qsl(there.query)) < set(parse_qsl(here.query)) and not _NUMBER.search(_dropped(url, named))
    below = here.path.removeprefix(there.path.rstrip("/"))
    return below != here.path and bool(_EDITION.match(below)) and not there.query


def _is_rewritten(url: str, named: str) -> bool:
    """On the same host: a script with an article's number, and the address that the server rewrites to it."""
    number = _identity(url)
    asks = [bool(urlsplit(one).query) for one in (url, named)]
    return asks == [True, False] and bool(_LONG.fullmatch(number)) and number in _LONG.findall(urlsplit(named).path)


def _dropped(url: str, named: str) -> str:
    """The parameters that the named address leaves out and that may have a meaning: an article's number has one."""
    kept = dict(parse_qsl(urlsplit(named).query))
    asked = parse_qsl(urlsplit(url).query)
    return " ".join(value for key, value in asked if key not in kept and not _MEANINGLESS.fullmatch(key))


def _identity(url: str) -> str:
    """What of an address names the article: its last number, or its last word."""
    parts = urlsplit(url)
    asked = [value for _, value in parse_qsl(parts.query) if _NUMBER.fullmatch(value)]
    numbers = _NUMBER.findall(parts.path)
    word = _ENDING.sub("", parts.path.rstrip("/").rpartition("/")[2])
    return (asked or numbers or [word])[-1]
