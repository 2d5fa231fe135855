"""The types of the sample web: what a site is told, what it serves, and the gold behind each document."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Text:
    """One clean original, as its unit wrote it."""

    key: str  # file name without suffix, e.g. 'a01'
    title: str
    genre: str
    signed_by: str
    signed_on: str  # ISO, '' when unsigned
    keep: tuple[str, ...]  # look-alikes of noise that belong to the document
    paragraphs: tuple[str, ...]
    edited: float = 0.0  # share of sentences that differ from the original, for a near-duplicate

    @property
    def body(self) -> str:
        """The paragraphs, one a line."""
        return "\n".join(self.paragraphs)

    @property
    def signature(self) -> tuple[str, ...]:
        """The signature and date lines, or nothing."""
        return self.paragraphs[-2:] if self.signed_by and self.signed_on else ()

    @property
    def unsigned(self) -> tuple[str, ...]:
        """The paragraphs before the signature."""
        return self.paragraphs[: len(self.paragraphs) - len(self.signature)]

    def with_paragraphs(self, paragraphs: tuple[str, ...], edited: float = 0.0) -> "Text":
        """The same document with another wording; keeps only the look-alikes that are still in it."""
        body = "\n".join(paragraphs)
        return replace(self, paragraphs=paragraphs, keep=tuple(k for k in self.keep if k in body), edited=edited)


@dataclass(frozen=True, slots=True)
class Gold:
    """What a restorer should make of one document of one article."""

    urls: tuple[str, ...]  # the pages of its article, in order
    part: int
    parts: int
    title: str
    also_titled: tuple[str, ...]  # other lines on the page that may rightly be taken for its title
    text: str
    optional: tuple[str, ...]  # lines that a restorer may keep or cut: a document number, an attachment list
    signed_by: str
    signed_on: str
    published_on: str  # the date that the page shows, '' when it shows none
    url_date: str
    must_not_survive: tuple[str, ...]
    must_survive: tuple[str, ...]
    script: str
    status: str
    damage: tuple[str, ...]  # the mechanisms that were put on the page
    text_key: str
    edited: float = 0.0
    redated: bool = False  # the title's year or the page's date contradicts the text
    copy_of: str = ""  # 'url#part' of the first appearance of the same text, '' for that itself

    @property
    def id(self) -> str:
        """The address of its first page, and its part."""
        return f"{self.urls[0]}#{self.part}"

    def to_json(self) -> str:
        """One line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Response:
    """What the server answers for one address."""

    body: bytes = b""
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    location: str = ""
    etag: str | None = None  # None: the digest of the body; '' for none; else sent as it stands
    last_modified: str = ""  # ISO date, '' for no such header


NOT_FOUND = Response(b"<html><head><title>404 Not Found</title></head><body><h1>404 Not Found</h1></body></html>", 404)

Handler = Callable[[str], Response]  # target (path and query) -> answer, for addresses without end


@dataclass(slots=True)
class Site:
    """One host: its pages by target, and what is behind them."""

    host: str
    name: str
    kind: str
    pages: dict[str, Response] = field(default_factory=dict)
    gold: list[Gold] = field(default_factory=list)
    starts: list[str] = field(default_factory=list)
    disallowed: list[str] = field(default_factory=list)
    non_documents: list[str] = field(default_factory=list)
    traps: dict[str, Handler] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Web:
    """All sites of one seed. Addresses carry the port; `pages` holds every address that has an end."""

    seed: int
    port: int
    hosts: tuple[str, ...]
    pages: dict[str, Response]
    traps: dict[str, Handler]  # address prefix -> what makes its pages
    gold: list[Gold]
    seeds: list[str]  # start addresses
    disallowed: tuple[str, ...]  # addresses that robots.txt forbids and lists link to
    non_documents: tuple[str, ...]  # addresses that must not become documents

    @property
    def trap_prefixes(self) -> tuple[str, ...]:
        """Where the addresses of endless pages begin."""
        return tuple(self.traps)

    def respond(self, host: str, target: str) -> Response:
        """The answer of a host for a path and query; 404 for what is not there."""
        url = f"http://{host.split(':')[0].lower()}:{self.port}{target}"
        if url in self.pages:
            return self.pages[url]
        for prefix, handler in self.traps.items():
            if url.startswith(prefix):
                return handler(target)
        return NOT_FOUND
