"""What there is to vote on: the blocks of a page seen once by all voters, and what a vote is."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from lxml import html

from pipelines.document import Block, HostKnowledge
from pipelines.render import Rendering
from pipelines.script import fold

LINK_SHARE = 0.5  # of its characters, past which a block is a link

_PARAGRAPH = re.compile(r"[。；！？].*[。；！？]|.{30}.*[。；！？]$|[,，].*[。！？]")
# Where no article ever stands, however the page is made.
_EDGE = re.compile(
    r"(?:^|/)(?:nav|header|footer|select|menu)\b|[./_-](?:nav|menu|foot(?:er)?|copyright|crumb)(?:$|[/_-])", re.I
)


class Vote(NamedTuple):
    """What one voter says of one block: a weight for each of its characters, and why, where it objects to the block."""

    weight: float
    objection: str = ""


@dataclass(frozen=True)
class Ballot:
    """The blocks of a page and what is known of its host; what several voters need is worked out once."""

    rendering: Rendering
    tree: html.HtmlElement
    known: HostKnowledge

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks, in order."""
        return self.rendering.blocks

    @cached_property
    def lines(self) -> list[str]:
        """The text of each block."""
        text = self.rendering.text
        return [text[block.start : block.end] for block in self.blocks]

    @cached_property
    def folded(self) -> list[str]:
        """The same, Simplified and half width, as long as the lines."""
        text = fold(self.rendering.text)
        return [text[block.start : block.end] for block in self.blocks]

    @cached_property
    def paragraphs(self) -> list[int]:
        """The length of each block that is a paragraph of prose, 0 for any other."""
        return [
            len(line)
            if len(line) > 12 and block.link_chars <= len(line) * LINK_SHARE and _PARAGRAPH.search(line)
            else 0
            for block, line in zip(self.blocks, self.lines, strict=True)
        ]

    @cached_property
    def home_path(self) -> str:
        """The path at which most of the page's prose stands; '' where there is none."""
        sizes: Counter[str] = Counter()
        for block, size in zip(self.blocks, self.paragraphs, strict=True):
            if size:
                sizes[block.path] += size
        return max(sizes, key=sizes.__getitem__, default="")

    @cached_property
    def prose_before(self) -> list[int]:
        """Characters in paragraphs before each block, and before the end."""
        return [0, *accumulate(self.paragraphs)]

    @cached_property
    def links_before(self) -> list[int]:
        """Characters in links before each block, and before the end."""
        return [0, *accumulate(block.link_chars for block in self.blocks)]

    def links(self, first: int, last: int) -> int:
        """Characters in links of `blocks[first:last]`."""
        return self.links_before[last] - self.links_before[first]

    def text(self, first: int, last: int) -> int:
        """Characters of `blocks[first:last]`."""
        return self.blocks[last - 1].end - self.blocks[first].start if last > first else 0

    def prose(self, first: int, last: int) -> int:
        """Characters in paragraphs of `blocks[first:last]`."""
        return self.prose_before[last] - self.prose_before[first]


@dataclass(frozen=True, slots=True)
class Voter:
    """One kind of evidence. `votes` gives one vote a block, None where it has nothing to say of it."""

    name: str
    votes: Callable[[Ballot], Sequence[Vote | None]]


def is_edge(block: Block) -> bool:
    """Whether it stands where no article ever does, however the page is made."""
    return _EDGE.search(block.path) is not None
