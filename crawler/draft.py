"""A first profile of a site, from what an archive has of it: each line with the evidence for it, for a person to check.

Whatever is proposed was tried on the captures: the patterns against the addresses that were no articles, the selectors
by restoring the articles with them. What does not hold is not proposed.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from protego import Protego
from sqlite_utils import Database

from archive import store, warc
from archive.errors import ArchiveError
from archive.rebuild import captured
from archive.rows import select
from crawler import cms
from crawler.elements import HELD, Selectors, selectors
from crawler.robots import AGENT
from crawler.shapes import Shape, shapes
from pipelines.decode import decode
from pipelines.document import Knowledge, Page

SAMPLE = 20  # articles that are restored again to try a selector
SAFE = 0.85  # of what was found is expected of a healthy crawl: 10 to 20 % under the known figure
SHOWN = 8  # watermarks that are told
LEAST_FAILED = 0.1  # of a site's addresses, that may always fail: a network has bad days (as `archive.health.SHARE`)


@dataclass(frozen=True, slots=True)
class Site:
    """What an archive has of a host."""

    host: str
    documents: int
    came: int  # addresses that a crawl asked for and that answered; of captures alone nobody knows
    failed: int
    starts: tuple[str, ...]
    articles: tuple[str, ...]  # addresses of restored articles' first pages
    ways: tuple[str, ...]  # that led to one: redirects, later pages
    lists: tuple[str, ...]
    feeds: tuple[str, ...]
    others: tuple[str, ...]  # rejected for another reason

    @property
    def pages(self) -> tuple[str, ...]:
        """All addresses."""
        return (*self.articles, *self.ways, *self.lists, *self.feeds, *self.others)


def hosts(db: Database) -> dict[str, int]:
    """The hosts of an archive with the number of their restored articles, most first."""
    sql = "SELECT host, sum(rejected IS NULL) AS n FROM pages WHERE host <> '' GROUP BY host ORDER BY n DESC, host"
    return {str(row["host"]): int(row["n"] or 0) for row in select(db, sql)}


def survey(db: Database, host: str) -> Site:
    """What the archive has of a host. Raises `ArchiveError` where that is no document."""
    rows = select(db, "SELECT url, rejected FROM pages WHERE host = ? ORDER BY url", host)
    articles = [str(row["url"]) for row in rows if row["rejected"] is None]
    if not articles:
        known = ", ".join(name for name, count in hosts(db).items() if count) or "none"
        raise ArchiveError(f"no document of {host!r} is in the archive. Hosts with documents: {known}")
    said = {str(row["url"]): str(row["rejected"]) for row in rows if row["rejected"]}
    lists = [url for url, why in said.items() if why.startswith("list:")]
    feeds = [url for url, why in said.items() if why.startswith("sitemap:")]
    ways = _ways(said, {*articles, *lists})
    others = [url for url in said if url not in {*lists, *feeds, *ways}]
    (count,) = select(
        db, "SELECT count(*) AS n FROM documents d JOIN pages p ON p.id = d.article_id WHERE p.host = ?", host
    )
    starts = _starts(db, host) or [_root(articles[0])]
    found = [tuple(urls) for urls in (starts, articles, ways, lists, feeds, others)]
    (asked,) = select(
        db, "SELECT sum(state = 'done') AS came, sum(state = 'failed') AS failed FROM links WHERE host = ?", host
    )
    return Site(host, int(count["n"] or 0), int(asked["came"] or 0), int(asked["failed"] or 0), *found)


def _ways(said: dict[str, str], wanted: set[str]) -> list[str]:
    """Addresses that led to an article or a list, in as many steps as it took."""
    steps = {url: why.rpartition(" ")[2] for url, why in said.items() if why.startswith(("redirect: ", "page-of: "))}
    found: list[str] = []
    while fresh := [url for url, target in steps.items() if target in wanted and url not in found]:
        found += fresh
        wanted = wanted | set(fresh)
    return found


def _starts(db: Database, host: str) -> list[str]:
    sql = "SELECT url FROM links WHERE kind = 'start' AND host = ? ORDER BY url"
    return [str(row["url"]) for row in select(db, sql, host)]


def _root(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/"


def articles(db: Database, warc_dir: Path, host: str) -> Iterator[tuple[Page, ...]]:
    """Some of a host's restored articles, evenly from all of them, as they were captured."""
    sql = "SELECT id FROM pages WHERE host = ? AND rejected IS NULL ORDER BY url"
    ids = [str(row["id"]) for row in select(db, sql, host)]
    for id in ids[:: max(1, len(ids) // SAMPLE)][:SAMPLE]:
        yield tuple(captured(db, warc_dir, id))


def system(sampled: Sequence[tuple[Page, ...]]) -> tuple[str, str]:
    """The system that the articles' pages show, and the words that show it; '' where they show none."""
    seen: Counter[str] = Counter()
    words: dict[str, str] = {}
    for pages in sampled:
        found, evidence = cms.recognise(decode(pages[0]).text)
        if found.name:
            seen[found.name] += 1
            words.setdefault(found.name, evidence[0])
    for name, count in seen.most_common(1):
        if count >= HELD * len(sampled):
            return name, f"{json.dumps(words[name], ensure_ascii=False)} on {count} of {len(sampled)} articles"
    return "", ""


def asked_delay(db: Database, warc_dir: Path, host: str) -> float:
    """The rest between requests that the host's robots.txt asks for; 0 where it asks for none."""
    sql = (
        "SELECT warc_file, warc_offset FROM fetches"
        " WHERE url LIKE ? AND status = 200 AND warc_file <> '' ORDER BY id DESC LIMIT 1"
    )
    for row in select(db, sql, f"%//{host}%/robots.txt"):
        record = warc.read(warc_dir, str(row["warc_file"]), int(row["warc_offset"] or 0))
        return float(Protego.parse(record.body.decode("utf-8", "replace")).crawl_delay(AGENT) or 0.0)
    return 0.0


def draft(db: Database, warc_dir: Path, host: str, came_from: str) -> str:
    """The profile of a host as TOML. Raises `ArchiveError` where the archive has no document of it."""
    site, known = survey(db, host), store.knowledge(db)
    sampled = list(articles(db, warc_dir, host))
    found = shapes([*site.articles, *(url for url in site.ways)], [*site.lists, *site.others])
    listed = shapes([*site.lists, *site.starts, *site.feeds], [*site.articles, *site.others])
    return "\n".join(
        [
            *_head(site, came_from),
            *_system(sampled),
            *_patterns("article_urls", "Addresses of articles", found, "lists or no documents"),
            *_patterns("list_urls", "Addresses of lists and feeds", listed, "no lists"),
            *_elements(selectors(sampled, known)),
            *_watermarks(known, host),
            *_delay(asked_delay(db, warc_dir, host)),
            *_expected(site, found, listed),
        ]
    )


def _head(site: Site, came_from: str) -> list[str]:
    return [
        f"# A draft of a profile for {site.host}, from {came_from}:",
        f"# {len(site.pages)} pages, {len(site.articles)} of them articles, with {site.documents} documents.",
        "# Every line says what it rests on. Check it, and delete what you know better: whatever is left out, the",
        "# heuristics decide. All keys: docs/profiles.md",
        "",
        _list("start_urls", site.starts),
        "",
    ]


def _system(sampled: Sequence[tuple[Page, ...]]) -> list[str]:
    name, evidence = system(sampled)
    if not name:
        return ["# No known system shows on its pages.", f"# cms = {_text(cms.names()[0])}", ""]
    return [f"# The system it runs on, by {evidence}.", f"cms = {_text(name)}", ""]


def _patterns(key: str, what: str, found: Sequence[Shape], wrong: str) -> list[str]:
    lines = [
        f"# {what}, searched in the whole address. With these, no address of another form is asked for.",
        f"{key} = [",
    ]
    for shape in found:
        also = f"; also {len(shape.others)} that are {wrong}, such as {shape.others[0]}" if shape.others else ""
        lines.append(f"    {_text(shape.pattern)},  # {len(shape.matched)}, such as {shape.matched[0]}{also}")
    return [*lines, "]", ""]


def _elements(found: Selectors) -> list[str]:
    if not found.rules.article:
        tried = f"# Of {found.tried} articles tried, no one element holds all in such a way that their documents stay"
        return [tried, "# the same: the heuristics decide.", '# article = "#content"', ""]
    drops = [
        f"#   {selector}: on {count} of {found.tried} articles, and nothing of it in a document"
        for selector, count in found.drops.items()
    ]
    return [
        f"# Where the article stands: {found.same} of {found.tried} articles, restored with this, are as without it.",
        f"article = {_text(found.rules.article)}",
        *(["# What stands in it and is none of it:", *drops, _list("drop", found.rules.drop)] if drops else []),
        "",
    ]


def _watermarks(known: Knowledge, host: str) -> list[str]:
    marks = known.of(host).watermarks
    if not marks:
        return []
    told = ", ".join(json.dumps(mark, ensure_ascii=False) for mark in marks[:SHOWN])
    more = f" and {len(marks) - SHOWN} more" if len(marks) > SHOWN else ""
    return [f"# Watermarks that the archive learned of this host and cuts by itself: {told}{more}", ""]


def _delay(asked: float) -> list[str]:
    if not asked:
        return [
            "# Seconds between requests; the crawler's own delay where it is left out. Its robots.txt asks for none.",
            "# delay = 2.0",
            "",
        ]
    return [f"# Seconds between requests: its robots.txt asks for {asked:g}.", f"delay = {asked:g}", ""]


def _expected(site: Site, found: Sequence[Shape], listed: Sequence[Shape]) -> list[str]:
    followed = [url for url in site.pages if any(re.search(shape.pattern, url) for shape in (*found, *listed))]
    rejected = len(followed) - len(site.articles)
    share = min(1.0, math.ceil(20 * rejected / max(1, len(followed)) / SAFE) / 20)
    return [
        "# What a healthy crawl finds, 15 % under what was found. A crawl that finds less ends as a failure.",
        "[expect]",
        f"documents = {math.floor(site.documents * SAFE)}  # {site.documents} were found",
        f"pages = {math.floor(len(followed) * SAFE)}  # {len(followed)} of these forms were fetched",
        f"rejected_share = {share:g}  # {rejected} of them were lists, feeds, redirects or no documents",
        *_failed(site),
        "",
        "# On what basis the site is archived: kept with every crawl.",
        "# [rights]",
        '# basis = ""',
        '# contact = ""',
        "",
    ]


def _failed(site: Site) -> list[str]:
    """Of a site that failed for nobody a share of a tenth, as `archive.health` sees one."""
    if not site.came:
        return ["# failed_share = 0.1  # captures do not say what failed"]
    asked = site.came + site.failed
    share = min(1.0, max(LEAST_FAILED, math.ceil(20 * site.failed / asked / SAFE) / 20))
    return [f"failed_share = {share:g}  # {site.failed} of {asked} addresses that were asked for"]


def _list(key: str, values: Sequence[str]) -> str:
    return f"{key} = [{', '.join(map(_text, values))}]"


def _text(value: str) -> str:
    """A string of TOML: literal where it can be, so that patterns stay readable."""
    return f"'{value}'" if "'" not in value and value.isprintable() else json.dumps(value, ensure_ascii=False)
