"""The pages that are measured on: real ones beside the project, where they are there, and the sample web."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal

from opencc import OpenCC

from benchmarks.fact_pages import FOLDER
from pipelines.decode import decode
from pipelines.document import Page, Rejected
from sample.fold import fold
from sample.model import Gold, Web
from sample.texts import load
from sample.web import PORT, build

SHARED = Path(__file__).parent.parent.parent / "shared"
SEEDS = (1, 2)  # of the sample web: other texts on other sites, other markup, other wordings

Kind = Literal["real", "plain", "paged", "localised", "readings", "compilation", "clean"]
KINDS: dict[Kind, str] = {
    "plain": "Simplified, one page",
    "paged": "Simplified, several pages",
    "localised": "Traditional by machine, words and all",
    "readings": "Traditional, readings and lost bytes",
    "compilation": "compilations",
}


@dataclass(frozen=True, slots=True)
class Truth:
    """One document as a person, or the sample before its damage, says it is."""

    text: str
    optional: frozenset[str] = frozenset()  # lines that count neither way, folded
    must_survive: tuple[str, ...] = ()  # look-alikes of noise
    must_not_survive: tuple[str, ...] = ()

    def lines(self, text: str) -> list[str]:
        """The lines of a text that count, folded."""
        return [line for line in map(fold, text.split("\n")) if line and line not in self.optional]


@dataclass(frozen=True, slots=True)
class Case:
    """One article: its pages in order, as bytes and decoded for those who cannot, and the documents it holds."""

    name: str
    kind: Kind
    pages: tuple[Page, ...]
    html: tuple[str, ...]
    truths: tuple[Truth, ...]


REAL = SHARED / "bench" / "real-zh"


class PagesError(Exception):
    """A folder of pages cannot be read; str() says why."""


def real_cases(folder: Path = REAL) -> list[Case]:
    """Real pages with hand-made gold: `gold.jsonl` has a line with `file` and `text` for each. None where none are."""
    if not (folder / "gold.jsonl").is_file():
        return []
    try:
        rows = [json.loads(line) for line in (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines()]
        return [_real(folder / row["file"], row["text"]) for row in rows]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PagesError(
            f"{folder}: gold.jsonl or a page that it names cannot be read ({type(error).__name__}: {error})"
        ) from error


def _real(path: Path, text: str) -> Case:
    page = Page(f"http://{path.stem}.example/", path.read_bytes(), "text/html")
    return _case(path.name, "real", (page,), (Truth(text),))


def sample_cases(seed: int, *, strange: bool = False) -> list[Case]:
    """Every article of a sample web that holds a document, or several; `strange`: sites speak in words nobody knows."""
    web = build(seed, PORT, strange=strange)
    articles: dict[tuple[str, ...], list[Gold]] = {}
    for gold in web.gold:
        articles.setdefault(gold.urls, []).append(gold)
    return [_sampled(web, urls, golds) for urls, golds in articles.items()]


def _sampled(web: Web, urls: tuple[str, ...], golds: list[Gold]) -> Case:
    pages = tuple(Page(url, web.pages[url].body, web.pages[url].content_type) for url in urls)
    truths = tuple(
        Truth(g.text, frozenset(map(fold, g.optional)), g.must_survive, g.must_not_survive)
        for g in sorted(golds, key=lambda gold: gold.part)
    )
    return _case(urls[0], _kind(golds[0]), pages, truths)


def _kind(gold: Gold) -> Kind:
    if gold.parts > 1:
        return "compilation"
    if "s2twp" in gold.damage:
        return "localised"
    if "hant-table" in gold.damage:
        return "readings"
    return "paged" if len(gold.urls) > 1 else "plain"


def bare(name: str, title: str, text: str) -> Case:
    """A page with nothing on it but a document: what a restorer must leave as it is."""
    lines = "".join(f"<p>{_escaped(line)}</p>\n" for line in text.split("\n"))
    html = f"<html><head><title>{_escaped(title)}</title></head><body><h1>{_escaped(title)}</h1>\n{lines}</body></html>"
    page = Page("http://clean.example/1.html", html.encode(), "text/html; charset=utf-8")
    return _case(name, "clean", (page,), (Truth(text),))


def clean_cases() -> list[Case]:
    """The sample's originals, each on a bare page: as written, and in Traditional characters."""
    texts, convert = load(), OpenCC("s2t").convert
    simplified = [bare(text.key, text.title, text.body) for text in texts]
    return simplified + [bare(f"{text.key} s2t", convert(text.title), convert(text.body)) for text in texts]


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _case(name: str, kind: Kind, pages: tuple[Page, ...], truths: tuple[Truth, ...]) -> Case:
    return Case(name, kind, pages, tuple(map(_decoded, pages)), truths)


def _decoded(page: Page) -> str:
    try:
        return decode(page).text
    except Rejected:
        return ""


def digest() -> str:
    """The SHA-256 of the sample's pages and gold, of both seeds, and of the facts' pages: what the floors stand on."""
    whole = sha256()
    for path in sorted(FOLDER.glob("*.toml")):
        whole.update(path.read_bytes())
    for seed in SEEDS:
        web = build(seed, PORT)
        for url in sorted(web.pages):
            page = web.pages[url]
            whole.update(f"{url}\n{page.status} {page.content_type}\n{len(page.body)}\n".encode() + page.body)
        for gold in web.gold:
            whole.update(gold.to_json().encode())
    return whole.hexdigest()


def seeds() -> Iterator[Page]:
    """The five seed pages, as the text they came as."""
    for path in sorted((SHARED / "seeds").glob("*.txt")):
        yield Page(f"urn:seed:{path.name[:3]}", path.read_bytes(), "text/plain")
