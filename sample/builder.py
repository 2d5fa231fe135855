"""The workbench of a site module: planned articles, addresses, list pages, gold, and what every host has."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from html import escape
from random import Random

from sample.fold import fold
from sample.markup import Dom, document, meta
from sample.model import Gold, Response, Site, Text
from sample.texts import redate, sentences
from sample.wordings import Voice


@dataclass(frozen=True, slots=True)
class Brief:
    """What a site is made from: nothing else decides its pages."""

    seed: int
    port: int
    kind: str
    name: str
    host: str
    texts: tuple[Text, ...]
    sister: Site | None = None  # the site that a mobile mirror copies
    strange: bool = False  # it speaks in words that no rule knows


@dataclass(frozen=True, slots=True)
class Entry:
    """An article before it is rendered."""

    text: Text
    target: str
    title: str  # as the site shows it
    shown: date  # the date the site gives it
    redated: bool = False


class Builder:
    """Collects one site. Every page has its own random source, so that a changed page changes no other."""

    def __init__(self, brief: Brief) -> None:
        self.brief = brief
        self.site = Site(brief.host, brief.name, brief.kind)
        self.rng = self.rng_for("site")
        self.dom = Dom(self.rng)
        self.voice = Voice(brief.seed, brief.name, self.rng, strange=brief.strange)
        self.lang = "zh-CN"
        self.encoding = "utf-8"
        self.head = meta("utf-8")

    def rng_for(self, key: str) -> Random:
        """The random source of one page or one decision."""
        return Random(f"{self.brief.seed}/{self.brief.kind}/{key}")

    def voice_for(self, target: str) -> Voice:
        """The wordings of one page."""
        return Voice(self.brief.seed, self.brief.name, self.rng_for(target + "#voice"), strange=self.brief.strange)

    def url(self, target: str) -> str:
        """The full address of a path and query of this host."""
        return f"http://{self.brief.host}:{self.brief.port}{target}"

    def add(self, target: str, response: Response) -> str:
        """A page of the site; its full address."""
        self.site.pages[target] = response
        return self.url(target)

    def add_html(self, target: str, html: str, *, modified: str = "", content_type: str | None = None) -> str:
        """A page in the site's encoding and with the headers that it sends."""
        body = html.encode(self.encoding, "xmlcharrefreplace")
        kind = f"text/html; charset={self.encoding}" if content_type is None else content_type
        return self.add(target, Response(body, content_type=kind, last_modified=modified))

    def page(self, target: str, title: str, inner: str, *, modified: str = "") -> str:
        """A page with the site's ordinary head."""
        return self.add_html(target, document(title, inner, head=self.head, lang=self.lang), modified=modified)

    # -- gold ------------------------------------------------------------------------------------------------

    def gold(self, entry: Entry, urls: Sequence[str], noise: Iterable[str], **other: object) -> Gold:
        """The gold of an article that holds one document; `other` replaces fields."""
        text = entry.text
        gold = Gold(
            urls=tuple(urls), part=1, parts=1, title=text.title, also_titled=(entry.title,), text=text.body,
            optional=(), signed_by=text.signed_by, signed_on=text.signed_on, published_on=entry.shown.isoformat(),
            url_date="", must_not_survive=tuple(noise), must_survive=text.keep, script="hans", status="complete",
            damage=(), text_key=text.key, edited=text.edited, redated=entry.redated,
        )  # fmt: skip
        gold = replace(gold, **other)  # type: ignore[arg-type]
        gold = replace(
            gold,
            must_not_survive=telling(gold.must_not_survive, gold),
            must_survive=tuple(k for k in gold.must_survive if k in gold.text),
        )
        self.site.gold.append(gold)
        return gold

    # -- list pages ------------------------------------------------------------------------------------------

    def lists(self, entries: Sequence[Entry], first: str, rest: str, *, size: int, heading: str) -> list[str]:
        """Paged lists of the entries, at `first` and at `rest` with its {n} from 2. Their targets."""
        pages = [entries[i : i + size] for i in range(0, len(entries), size)] or [[]]
        targets = [first] + [rest.replace("{n}", str(n)) for n in range(2, len(pages) + 1)]
        for n, (rows, here) in enumerate(zip(pages, targets, strict=True), 1):
            self.page(here, f"{heading}_{self.brief.name}", self._list_page(rows, targets, n, heading))
            self.site.non_documents.append(here)
        return targets

    def _list_page(self, rows: Sequence[Entry], targets: list[str], n: int, heading: str) -> str:
        items = "".join(
            f'<li><a href="{escape(e.target)}">{escape(e.title, quote=False)}</a><span>{e.shown}</span></li>\n'
            for e in rows
        )
        inner = f'<a href="/">首页</a> &gt; {escape(heading)}'
        turn = [f'<a href="{escape(t)}">{i}</a>' for i, t in enumerate(targets, 1)]
        if n < len(targets):
            turn.append(f'<a href="{escape(targets[n])}">下一页</a>')
        return (
            self.dom.box("crumb", inner)
            + self.dom.box("list", items, tag="ul")
            + self.dom.box("pages", " ".join(turn) + f" 共{len(targets)}页")
        )

    def home(
        self, title: str, entries: Sequence[Entry], links: Iterable[tuple[str, str]], *, target: str = "/"
    ) -> None:
        """The start page: newest articles and links to sections and odd corners."""
        items = "".join(f'<li><a href="{escape(e.target)}">{escape(e.title, quote=False)}</a></li>\n' for e in entries)
        menu = " ".join(f'<a href="{escape(url)}">{escape(text)}</a>' for text, url in links)
        inner = self.dom.box("head", f'<a href="/">{escape(self.brief.name)}</a> {menu}')
        self.page(target, title, inner + self.dom.box("list", items, tag="ul"))
        self.site.non_documents.append(target)
        self.site.starts.append(target)

    def robots(self, *, disallow: Iterable[str] = (), sitemap: str = "") -> None:
        """robots.txt; says where the sitemap is, when there is one."""
        lines = ["User-agent: *", *(f"Disallow: {path}" for path in disallow), "Crawl-delay: 0"]
        lines += [f"Sitemap: {self.url(sitemap)}"] if sitemap else []
        self.add("/robots.txt", Response("\n".join(lines).encode() + b"\n", content_type="text/plain"))

    def sitemap(self, entries: Iterable[Entry], *, target: str = "/sitemap.xml") -> None:
        """A sitemap of the entries."""
        rows = "".join(
            f"<url><loc>{escape(self.url(e.target))}</loc><lastmod>{e.shown}</lastmod></url>" for e in entries
        )
        xml = f'<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'
        self.add(target, Response(xml.encode(), content_type="application/xml"))


def telling(noise: Iterable[str], gold: Gold) -> tuple[str, ...]:
    """The noise strings that prove something: four characters or more, and no part of the document itself."""
    own = fold("\n".join((gold.text, *gold.optional)))
    strings = dict.fromkeys(piece.strip() for text in noise for piece in sentences(text))
    return tuple(s for s in strings if len(fold(s)) >= 4 and fold(s) not in own)


def written(text: Text) -> date:
    """The day a text was finished: its signature's, else the end of the year in its title or body."""
    if text.signed_on:
        return date.fromisoformat(text.signed_on)
    year = re.search(r"20[0-2]\d", text.title) or re.search(r"20[0-2]\d(?=年)", text.body)
    return date(int(year[0]) if year else 2015, 12, 20)


def after(text: Text, rng: Random, low: int, high: int) -> date:
    """A day between `low` and `high` days after the text was written, not after 2025."""
    return min(
        written(text) + timedelta(days=rng.randint(low, high)), date(2025, 9, 1) - timedelta(days=rng.randint(0, 90))
    )


def retitled(text: Text, shown: date, rng: Random) -> tuple[str, bool]:
    """The title a farm gives it: sometimes with the year of the re-publication."""
    other = redate(text.title, shown.year)
    return (other, True) if other and other != text.title and rng.random() < 0.5 else (text.title, False)
