"""Who votes on the blocks of a page, each on one kind of evidence, and what its vote weighs.

A voter sees the whole page (`Ballot`) and says of each block how much it looks like an article's; one that speaks
against a block says why. `VOTERS` is the registry: the extraction runs with any part of it, so that a benchmark can
show what each is worth.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import trafilatura
from lxml import html

from pipelines.document import Block, HostKnowledge
from pipelines.render import Rendering
from pipelines.script import fold

# Weights, chosen by reasoning as a set and then measured (`make bench`), not fitted; do not tune one alone.
SENTENCE = 0.8  # has the punctuation of prose
TRAFILATURA = 0.7  # it keeps the block, or (minus) leaves it out
LINKS = 1.6  # more than half of it is links
REPEATED = 3.0  # other pages of the host have it too
CHROME = 1.2  # it stands in an element that is named or made for something else

LINK_SHARE = 0.5  # of its characters, past which a block is a link

_ATTACHMENT = re.compile(r"附\s*件|\.(?:docx?|xlsx?|pptx?|pdf|rar|zip|wps|et)\b", re.I)
_PROSE = re.compile(r"[，。；！？、]|[\u4e00-\u9fff][,;!?:]")
_CHROME_TAG = re.compile(r"(?:^|/)(?:nav|header|footer|aside|form|select|menu)\b")
_CHROME_NAME = re.compile(
    r"[./_-](?:nav|menu|footer|foot|copyright|sidebar|side|breadcrumb|crumb|related|recommend|hot|comment|share|toolbar|"
    r"pager|prevnext|rank|login|search|tags?|ad|ads|banner)(?:$|[/_-])",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Ballot:
    """What there is to vote on: the blocks of a page, and what is known of its host."""

    rendering: Rendering
    tree: html.HtmlElement
    known: HostKnowledge

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks, in order."""
        return self.rendering.blocks

    def line(self, n: int) -> str:
        """The text of block `n`."""
        return self.rendering.text[self.blocks[n].start : self.blocks[n].end]

    @property
    def lines(self) -> list[str]:
        """The text of each block."""
        return [self.rendering.text[block.start : block.end] for block in self.blocks]


class Vote(NamedTuple):
    """What one voter says of one block: a weight for each of its characters, and why, where it objects to the block."""

    weight: float
    objection: str = ""


@dataclass(frozen=True, slots=True)
class Voter:
    """One kind of evidence. `votes` gives one vote a block, None where it has nothing to say of it."""

    name: str
    votes: Callable[[Ballot], Sequence[Vote | None]]


def image_alt(ballot: Ballot) -> list[Vote | None]:
    """Alternative texts of images: on template sites the page's title again."""
    return [Vote(0.0, "alternative text of an image") if block.kind == "alt" else None for block in ballot.blocks]


def repeated(ballot: Ballot) -> list[Vote | None]:
    """Lines that other pages of the host have too."""
    known = frozenset(ballot.known.repeated)
    if not known:
        return [None] * len(ballot.blocks)
    why = Vote(-REPEATED, f"stands on other pages of {ballot.known.host}")
    return [why if fold(line).strip() in known else None for line in ballot.lines]


def links(ballot: Ballot) -> list[Vote | None]:
    """Blocks that are links for the most part. Leaves attachments."""
    votes: list[Vote | None] = []
    for block, line in zip(ballot.blocks, ballot.lines, strict=True):
        share = block.link_chars / len(line)
        is_link = share > LINK_SHARE and not _ATTACHMENT.search(line)
        votes.append(Vote(-LINKS, f"{share:.0%} of it is links") if is_link else None)
    return votes


def markup(ballot: Ballot) -> list[Vote | None]:
    """Blocks in an element that is made or named for something else than an article."""
    return [
        Vote(-CHROME, f"in {block.path}") if _CHROME_TAG.search(block.path) or _CHROME_NAME.search(block.path) else None
        for block in ballot.blocks
    ]


def prose(ballot: Ballot) -> list[Vote | None]:
    """Blocks with the punctuation of sentences."""
    return [Vote(SENTENCE) if _PROSE.search(line) else None for line in ballot.lines]


def by_trafilatura(ballot: Ballot) -> list[Vote | None]:
    """What trafilatura keeps and what it leaves out; nothing where it finds no article at all."""
    text = trafilatura.extract(ballot.tree, include_comments=False, deduplicate=False) or ""
    lines = {_squeeze(line) for line in text.split("\n")}
    whole = _squeeze(text)
    if not whole:
        return [None] * len(ballot.blocks)
    votes: list[Vote | None] = []
    for shown in ballot.lines:
        line = _squeeze(shown)
        # A short line may occur in the article by chance: it must be a line of it.
        kept = line in lines or (len(line) > 15 and line in whole)
        votes.append(Vote(TRAFILATURA if kept else -TRAFILATURA))
    return votes


# In the order in which their objections are named: of several that object to a block, the first.
VOTERS: tuple[Voter, ...] = (
    Voter("image-alt", image_alt),
    Voter("repeated", repeated),
    Voter("links", links),
    Voter("markup", markup),
    Voter("prose", prose),
    Voter("trafilatura", by_trafilatura),
)


def _squeeze(text: str) -> str:
    return "".join(text.split())
