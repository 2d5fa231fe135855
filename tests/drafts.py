"""Small helpers for tests of stages: a text as the state that a stage takes."""

from pipelines.document import Block, Part, Source
from pipelines.extraction.render import render_text
from pipelines.ledger import begin
from pipelines.states import Cleaned, Divided, Framed, Lined, Repaired


def source(text: str, title: str = "", url: str = "http://www.example.test/1.html") -> Source:
    blocks: tuple[Block, ...] = render_text(text).blocks
    return Source(url, text, (0,), title, "", "utf-8", False, blocks)


def lined(text: str, title: str = "") -> Lined:
    return Lined(begin(source(text, title)), ())


def repaired(text: str) -> Repaired:
    return Repaired(begin(source(text)), ())


def framed(text: str, title: str = "") -> Framed:
    return Framed(begin(source(text, title)), ())


def divided(text: str, title: str = "") -> Divided:
    return Divided(begin(source(text, title)), (), (Part(1, 0, len(text), ""),))


def cleaned(text: str) -> Cleaned:
    return Cleaned(begin(source(text)), (), (Part(1, 0, len(text), ""),))
