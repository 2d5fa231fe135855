"""The types that stages hand to each other, and what a document's columns are.

A type per state, all frozen: a stage that is called out of order does not type-check. `Document` is also
the declaration of the `documents` table: its fields, in order, are the columns (see `column`).
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from w3lib.url import canonicalize_url

SOFTWARE = "restorer 0.4.0"  # named in every document; raised when a rule changes what it yields
GENRES = ("总结", "汇报", "述职", "计划", "讲话", "心得", "方案", "通知", "信息", "报告", "其他")


def column(help: str, *, index: bool = False, facet: bool = False, default: Any = ...) -> Any:
    """A field of `Document` with what the table, the indexes, Datasette's facets and the docs say of it."""
    meta = {"help": help, "index": index, "facet": facet}
    return field(metadata=meta) if default is ... else field(metadata=meta, default=default)


class Rejected(Exception):
    """The page is no document. `str()` of it is the reason: a kebab-case code, a colon and what was seen."""

    def __init__(self, reason: str, source: "Source | None" = None) -> None:
        super().__init__(reason)
        self.source = source  # the visible text that was judged, where it came so far


@dataclass(frozen=True, slots=True)
class Page:
    """One fetched page: bytes as sent, transfer and content encodings undone."""

    url: str
    body: bytes
    content_type: str = ""  # the Content-Type header, as sent ('' if none)
    fetched_at: str = ""  # the WARC-Date, ISO 8601 in UTC
    fetch_id: int = 0  # row of `fetches`; 0 before it is stored
    missing: str = ""  # why this page of an article never came ('http-404'); then `body` is empty

    @property
    def host(self) -> str:
        """The host it was fetched from; '' for an ingested file."""
        return urlsplit(self.url).hostname or ""


@dataclass(frozen=True, slots=True)
class PageRules:
    """What a site's profile may say of its pages. Empty: the heuristics decide."""

    article: str = ""  # CSS selector of the element that holds the article
    drop: tuple[str, ...] = ()  # CSS selectors of what is never the article

    def to_json(self) -> str:
        """In one spelling, as it is stored."""
        return _json(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "PageRules":
        """What `to_json` wrote."""
        data = json.loads(text or "{}")
        return cls(data.get("article", ""), tuple(data.get("drop", ())))


@dataclass(frozen=True, slots=True)
class HostKnowledge:
    """What the stored pages of one host have in common."""

    host: str
    repeated: tuple[str, ...] = ()  # folded lines that stand on many of its pages, sorted
    watermarks: tuple[str, ...] = ()  # folded tokens that it injects in sentences, longest first
    numbers_untrusted: bool = False


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Whatever was learned before a restoration: passed in, never looked up, named by its digest."""

    hosts: tuple[HostKnowledge, ...] = ()  # sorted by host

    @property
    def id(self) -> str:
        """The first 16 hex digits of the SHA-256 of `to_json()`."""
        return sha256(self.to_json().encode()).hexdigest()[:16]

    def of(self, host: str) -> HostKnowledge:
        """What is known of one host: nothing, where nothing was learned."""
        return next((known for known in self.hosts if known.host == host), HostKnowledge(host))

    def to_json(self) -> str:
        """In one spelling, as it is stored."""
        return _json([asdict(known) for known in self.hosts])

    @classmethod
    def from_json(cls, text: str) -> "Knowledge":
        """What `to_json` wrote."""
        return cls(
            tuple(
                HostKnowledge(row["host"], tuple(row["repeated"]), tuple(row["watermarks"]), row["numbers_untrusted"])
                for row in json.loads(text)
            )
        )


@dataclass(frozen=True, slots=True)
class Decoded:
    """A page as characters. An undecodable byte b is U+F700 + b."""

    page: Page
    text: str
    charset: str  # the one that was used, as Python names it
    html: bool


class Block(NamedTuple):
    """One line of a page's visible text, `text[start:end]`, and where it stood."""

    start: int
    end: int
    path: str  # tags from body down, with class or id, e.g. 'div.main/p'
    group: int  # blocks with the same number stand in the same block-level element
    link_chars: int  # how many of its characters stand in links
    kind: str = "text"  # text | alt (an image's alternative text) | heading


class Verdict(NamedTuple):
    """Who keeps or cuts a block, and on what evidence."""

    keep: bool
    voter: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Extract:
    """A page's whole visible text, and which blocks of it are the article."""

    page: Page
    charset: str
    text: str
    blocks: tuple[Block, ...]
    verdicts: tuple[Verdict, ...]  # one a block
    hidden_text: str
    page_title: str  # the <title>, white space collapsed
    html: bool
    canonical: str = ""  # the address that the page names as its own (rel=canonical); '' if it names none


@dataclass(frozen=True, slots=True)
class Source:
    """The text that all offsets of an article point into: its pages' texts in order. It never changes."""

    url: str
    text: str
    starts: tuple[int, ...]  # where each page's text begins
    page_title: str
    hidden_text: str
    charset: str
    html: bool
    blocks: tuple[Block, ...] = ()  # of all pages, offsets into `text`
    canonical: str = ""  # the address that its first page names as its own

    @property
    def host(self) -> str:
        """The host it was fetched from; '' for an ingested file."""
        return urlsplit(self.url).hostname or ""


class Step(NamedTuple):
    """Why an edit is what it is: one decision of one rule in one round."""

    round: str
    rule: str
    before: str
    after: str
    evidence: str


class Edit(NamedTuple):
    """`source[start:end]` reads `replacement` in the document. Never zero-width; a cut has an empty replacement."""

    start: int
    end: int
    replacement: str
    steps: tuple[Step, ...]


class Proposal(NamedTuple):
    """What a rule wants changed in the current view: `view[start:end]` becomes `replacement`."""

    start: int
    end: int
    replacement: str
    rule: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that the document had and this page has not."""

    part: int  # 1-based; 0 when it concerns the whole article
    start: int  # offset in the source text
    kind: str  # page | part | hole | preview | head | tail
    missing: int | None  # characters (kind hole, preview), else a page or part number, where known
    evidence: str


@dataclass(frozen=True, slots=True)
class Spot:
    """What a marking rule sees in a document's text: `text[start:end]` is damaged in this way."""

    start: int
    end: int
    kind: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Mark:
    """Damage that is kept as it stands, since nothing on the page proves what it was: `source[start:end]`."""

    part: int  # 1-based
    start: int  # offset in the source text; never zero-width
    end: int
    kind: str  # as in `Document.damage`: numbers_masked, censored, spun, off_topic …
    rule: str  # the function that found it
    evidence: str


@dataclass(frozen=True, slots=True)
class Fact:
    """Something known of a document, with the words that prove it: a row of `facts`."""

    part: int  # 1-based
    name: str  # the column of `Document` that it tells
    value: str
    where: str  # text | head (then `source[start:end]`) | title | page_title | url | '' (follows from other facts)
    start: int | None  # offsets in the source text; None where the words stand elsewhere
    end: int | None
    evidence: str


class Heading(NamedTuple):
    """A numbered heading of a document's outline."""

    level: int  # from 1, the outermost that the document has
    number: str  # as published, e.g. 一、 or （三）
    text: str
    start: int  # offset in the document's text


@dataclass(frozen=True, slots=True)
class Part:
    """One document of the article: `source[start:end]` after its edits."""

    number: int  # 1-based, in order on the page
    start: int
    end: int
    title: str


@dataclass(frozen=True, slots=True)
class Document:
    """One restored document: a row of `documents`."""

    id: str = column("12 hex digits of the page, - and 6 of the part (or 0): follows from the capture alone")
    url: str = column("address of the page it stands on", index=True)
    part: int = column("its number on the page, from 1")
    parts: int = column("how many documents the page holds")
    title: str = column("its own title line, as published")
    title_hans: str = column("the title in Simplified characters")
    text: str = column("the restored text, as published, one paragraph a line")
    text_hans: str = column("the text in Simplified characters, for search and comparison")
    genre: str = column(
        "总结, 汇报, 述职, 计划, 讲话, 心得, 方案, 通知, 信息 or 报告 by the body; 其他 where it proves none",
        facet=True,
    )
    script: str = column("hans, hant or mixed", facet=True)
    published_on: str | None = column("the date that the page shows")
    url_date: str | None = column("the date in the address")
    title_year: int | None = column("the year in the title", facet=True)
    document_number: str | None = column("the document's own number (文号), as published")
    signed_by: str | None = column("the signature's unit or person (落款)", index=True, facet=True)
    signed_on: str | None = column("the signature's date", index=True)
    era_from: str | None = column("earliest date that the text's own references allow (hard)")
    era_to: str | None = column("latest date that they suggest (soft)")
    redated: int = column("1 where title or page date contradict the text")
    status: str = column("complete, or partial where something is known to be missing", facet=True)
    damage: tuple[str, ...] = column("kinds of damage found in the text, repaired or not, as JSON", facet=True)
    quality: float = column("0 to 1: the product of `quality_parts`; more damage never raises it")
    content_digest: str = column("SHA-256 of title and text", index=True)
    knowledge_id: str = column("what was known of the hosts when it was restored")
    software: str = column("name and version of the restorer")
    fetch_id: int = column("capture it was restored from", index=True)
    archived_at: str = column("when that page was captured (WARC-Date)")
    article_id: str = column("the page (or chain of pages) it stands on", index=True)
    source_start: int = column("where it begins in the page's source text (code points)")
    source_end: int = column("where it ends in the page's source text")
    family_id: str | None = column("smallest id of its near-duplicates", index=True, default=None)
    canonical: int = column("1 for the member of its family that stands for it", default=1)
    version: int = column("1, and one more each time it was restored differently", default=1)
    quality_parts: Mapping[str, float] | None = column(
        "what `quality` is made of, as a JSON object: a share from 0 to 1 for each named part", default=None
    )
    language: str | None = column("language of the text (ISO 639), NULL where it cannot be told", default=None)
    period: str | None = column("what span it reports: 年度, 上半年, 季度, 月, 学年, 任期 …", default=None)
    period_from: str | None = column("first month or year of that span", default=None)
    period_to: str | None = column("last month or year of that span", default=None)
    organisation: str | None = column("unit that issued it, as published", index=True, default=None)
    org_level: str | None = column("its level: 国家, 省, 市, 县, 乡, 村, 单位", facet=True, default=None)
    org_field: str | None = column("its field: 科协, 教育, 卫生 …", facet=True, default=None)
    place: str | None = column("place of the unit, in full, as it was named then", default=None)
    place_code: str | None = column(
        "its GB/T 2260 code of the document's year; NULL where only what the place lies in is known",
        index=True,
        default=None,
    )
    province: str | None = column("province of the place", facet=True, default=None)
    prefecture: str | None = column("prefecture of the place", default=None)
    county: str | None = column("county of the place", default=None)
    author: str | None = column("who wrote it, where a primary source names one", default=None)
    editor: str | None = column("who edited it, where a primary source names one", default=None)
    auditor: str | None = column("who audited or released it (审核, 签发)", default=None)
    uploader: str | None = column("nickname of whoever put it on the site: no author", default=None)
    cited_numbers: tuple[str, ...] | None = column("document numbers that it cites, as JSON", default=None)
    outline: tuple[Heading, ...] | None = column(
        "its numbered headings, as JSON: [level, number, text, offset in `text`]", default=None
    )
    reading: str | None = column(
        "the text with masked or lost words filled from its copies; NULL where none is", default=None
    )


COLUMNS = fields(Document)


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that one article became: documents, or a rejection, and the evidence for either."""

    article: tuple[Page, ...]
    knowledge_id: str
    rules: PageRules
    source: Source | None = None
    documents: tuple[Document, ...] = ()
    edits: tuple[Edit, ...] = ()
    gaps: tuple[Gap, ...] = ()
    marks: tuple[Mark, ...] = ()
    facts: tuple[Fact, ...] = ()
    rejected: str = ""  # the reason, '' when it was restored

    @property
    def article_id(self) -> str:
        """The id of its first page."""
        return article_id(self.article[0].url)


@lru_cache(maxsize=1_000)  # several stages and tables ask for a page's, of a crawl's pages in turn
def canonical_url(url: str) -> str:
    """The address in its one spelling: host in lower case, query sorted, no fragment."""
    return url if url.startswith("urn:") else canonicalize_url(url)


def article_id(url: str) -> str:
    """The first 12 hex digits of the SHA-256 of the canonical URL of an article's first page."""
    return sha256(canonical_url(url).encode()).hexdigest()[:12]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
