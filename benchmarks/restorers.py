"""Who is measured: the corridor of this project, and the peers with the settings they are given.

A peer is given text that `decode` decoded for it (guessing the charset costs trafilatura 0.1 of F1), this project the
bytes as sent. A peer that is not installed is left out; one that fails on a page has found nothing there.
"""

import logging
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from typing import NamedTuple

from benchmarks.pages import Case
from pipelines.decode import decode
from pipelines.document import SOFTWARE, Knowledge, Outcome, PageRules
from pipelines.extract import extract
from pipelines.extraction.voters import VOTERS, Voter
from pipelines.learn import SourceText, learn
from pipelines.process import restore
from pipelines.script import to_hans

OURS, FIRST_SIGHT, YARDSTICK = "this project", "this project, first sight", "trafilatura"


class Part(NamedTuple):
    """One document of an output: as published, and in Simplified characters where the restorer has that too."""

    published: str
    hans: str
    title: str = ""


Reader = Callable[[Case], Sequence[Part]]


@dataclass(frozen=True, slots=True)
class Restorer:
    """One row of the tables."""

    name: str
    version: str
    read: Reader


# -- this project ------------------------------------------------------------------------------------------------


def ours(knowledge: Knowledge, name: str = OURS, voters: tuple[Voter, ...] = VOTERS) -> Restorer:
    """The whole corridor, from bytes to documents, with what was learned of the hosts before."""

    def read(case: Case) -> list[Part]:
        documents = restore(case.pages, knowledge, PageRules(), voters).documents
        return [Part(document.text, document.text_hans, document.title) for document in documents]

    return Restorer(name, SOFTWARE, read)


def blocks(knowledge: Knowledge, voters: tuple[Voter, ...] = VOTERS) -> Restorer:
    """The vote alone: the blocks that it keeps, before any rule."""

    def read(case: Case) -> list[Part]:
        known = knowledge.of(case.pages[0].host)
        extracts = [extract(decode(page), known, PageRules(), voters) for page in case.pages]
        kept = "\n".join(
            one.text[block.start : block.end]
            for one in extracts
            for block, verdict in zip(one.blocks, one.verdicts, strict=True)
            if verdict.keep
        )
        return [Part(kept, to_hans(kept))]

    return Restorer("the vote alone", SOFTWARE, read)


def learned(cases: Sequence[Case]) -> Knowledge:
    """What a crawl of these pages knows of their hosts when it closes."""
    outcomes: list[Outcome] = [restore(case.pages, Knowledge(), PageRules()) for case in cases]
    return learn(
        SourceText(outcome.source.host, outcome.source.page_title, outcome.source.text)
        for outcome in outcomes
        if outcome.source
    )


def forget() -> None:
    """Empty the project's bounded memos, so that a page that comes again is no faster. Tables built once stay."""
    for name, module in list(sys.modules.items()):
        if name.startswith("pipelines."):
            for member in vars(module).values():
                parameters = getattr(member, "cache_parameters", None)
                if parameters and parameters()["maxsize"] is not None:
                    member.cache_clear()


# -- the peers ---------------------------------------------------------------------------------------------------

Extractor = Callable[[str], str]


def _trafilatura(*, fast: bool = False, favor_precision: bool = False) -> Extractor:
    import trafilatura

    return lambda page: trafilatura.extract(page, fast=fast, favor_precision=favor_precision) or ""


def _justext(low: int, high: int) -> Extractor:
    """jusText without a stop list (it looks for words between spaces): lengths of paragraphs decide."""
    import justext

    options = {"stoplist": frozenset(), "stopwords_low": 0, "stopwords_high": 0}

    def extract(page: str) -> str:
        paragraphs = justext.justext(page, length_low=low, length_high=high, **options)
        return "\n".join(paragraph.text for paragraph in paragraphs if not paragraph.is_boilerplate)

    return extract


def _readability() -> Extractor:
    from lxml import html
    from readability import Document

    logging.getLogger("readability.readability").setLevel(logging.ERROR)

    def extract(page: str) -> str:
        tree = html.fromstring(Document(page).summary())
        for element in tree.iter("p", "br", "div", "li", "tr", "h1", "h2", "h3"):  # a line each, as it is read
            element.tail = "\n" + (element.tail or "")
        return str(tree.text_content())

    return extract


def _resiliparse() -> Extractor:
    from resiliparse.extract.html2text import extract_plain_text

    return lambda page: str(extract_plain_text(page, main_content=True, alt_texts=False, list_bullets=False))


def _boilerpy3() -> Extractor:
    from boilerpy3 import extractors

    logging.getLogger("boilerpy3").setLevel(logging.CRITICAL)
    extractor = extractors.ArticleExtractor(raise_on_failure=False)
    return lambda page: str(extractor.get_content(page))


def _gne() -> Extractor:
    from gne import GeneralNewsExtractor

    return lambda page: str(GeneralNewsExtractor().extract(page)["content"])


def _goose3() -> Extractor:
    import jieba
    from goose3 import Goose
    from goose3.text import StopWordsChinese

    jieba.setLogLevel(logging.ERROR)
    jieba.dt.tmp_dir = sys.prefix  # where it keeps its dictionary, ready to load
    goose = Goose({"stopwords_class": StopWordsChinese, "use_meta_language": False, "target_language": "zh"})
    return lambda page: str(goose.extract(raw_html=page).cleaned_text)


@dataclass(frozen=True, slots=True)
class Peer:
    """A row of the tables before it is known whether its package is installed."""

    name: str
    package: str
    make: Callable[[], Extractor]


# jusText's own lengths, 70 and 200, are for letters; a Chinese character says as much as three. Those lengths reproduce
# the figure that the bench data gives for it. The shorter ones were its best of 15 pairs on the real pages.
PEERS = (
    Peer(YARDSTICK, "trafilatura", _trafilatura),
    Peer("trafilatura, fast", "trafilatura", partial(_trafilatura, fast=True)),
    Peer("trafilatura, precision", "trafilatura", partial(_trafilatura, favor_precision=True)),
    Peer("jusText, 23/67", "jusText", partial(_justext, 23, 67)),
    Peer("jusText, 15/30", "jusText", partial(_justext, 15, 30)),
    Peer("readability-lxml", "readability-lxml", _readability),
    Peer("resiliparse", "Resiliparse", _resiliparse),
    Peer("boilerpy3", "boilerpy3", _boilerpy3),
    Peer("GNE", "gne", _gne),
    Peer("goose3", "goose3", _goose3),
)


def peers() -> tuple[list[Restorer], list[str]]:
    """The peers that are installed, and the packages that are not."""
    found, missing = [], []
    for peer in PEERS:
        try:
            number = version(peer.package)
            found.append(Restorer(peer.name, f"{peer.package} {number}", _reader(peer.make())))
        except (PackageNotFoundError, ImportError):
            missing.append(peer.package)
    return found, list(dict.fromkeys(missing))


def _reader(extract: Extractor) -> Reader:
    def read(case: Case) -> list[Part]:
        text = "\n".join(_tried(extract, page) for page in case.html)
        return [Part(text, text)]

    return read


def _tried(extract: Extractor, page: str) -> str:
    try:
        return extract(page)
    except Exception:  # whatever a peer raises, its user has no text
        return ""
