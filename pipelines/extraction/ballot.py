"""What there is to vote on: the blocks of a page seen once by all voters, and what a vote is."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from typing import NamedTuple

from lxml import html

from pipelines.document import Block, HostKnowledge
from pipelines.extraction import furniture
from pipelines.extraction.render import Rendering
from pipelines.script import fold

LINK_SHARE = 0.5  # of its characters, past which a block is a link
SHORT_LINE, LONG_LINE = 12, 30  # characters: no paragraph is as short, one sentence as long is one; chosen

_STOPS = "。;!?"  # folded
_NUMBER = re.compile(r"\d+")
_NO_WORD = re.compile(r"[\W\d_]+")


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
    def places(self) -> list[str]:
        """The path of each block without its numbers: what a script made one by one stands in one place."""
        bare = {path: _NUMBER.sub("#", path) for path in {block.path for block in self.blocks}}
        return [bare[block.path] for block in self.blocks]

    @cached_property
    def linked(self) -> list[float]:
        """The share of each block's words that are links: a day beside a linked title is no word of it."""
        return [
            _share(block.link_chars, line) if block.link_chars else 0.0
            for block, line in zip(self.blocks, self.lines, strict=True)
        ]

    @cached_property
    def named(self) -> list[bool]:
        """Whether each block stands in an element that is made or named for something else than an article."""
        return furniture.named(self.blocks)

    @cached_property
    def notices(self) -> list[bool]:
        """Whether each block speaks of the site's rights and numbers, below the last paragraph that does not."""
        return furniture.notices(self.blocks, self.folded, self.paragraphs)

    @cached_property
    def records(self) -> list[bool]:
        """Whether each block is a row of an office's record of the page, above the first paragraph."""
        return furniture.records(self.folded, self.paragraphs)

    @cached_property
    def teasers(self) -> list[bool]:
        """Whether each block is of a list of linked names with a text under each, in a place of its own."""
        linked = [share > LINK_SHARE for share in self.linked]
        if sum(this > following for this, following in pairwise(linked)) < furniture.LISTED:
            return [False] * len(linked)
        home = self.home_path()
        own = [n for n, size in enumerate(self.paragraphs) if size and self.blocks[n].path == home]
        small = ((a, b) for a, b, _ in self.rendering.spans if 2 <= b - a <= furniture.GAP)
        items = frozenset(n for a, b in small for n in range(a, b - 1))
        return furniture.teasers(self.blocks, self.folded, linked, own, items)

    @cached_property
    def contents(self) -> list[bool]:
        """Whether each block is of a list of the page's own headings that leads to them."""
        return furniture.contents(self.folded, self.rendering.inner)

    @cached_property
    def plain_before(self) -> list[int]:
        """Characters before each block, and before the end, in blocks that nothing speaks against."""
        return [
            0,
            *accumulate(
                0
                if block.kind == "alt" or share > LINK_SHARE or named or notice or record or teaser
                else block.end - block.start
                for block, share, named, notice, record, teaser in zip(
                    self.blocks, self.linked, self.named, self.notices, self.records, self.teasers, strict=True
                )
            ),
        ]

    def plain(self, first: int, last: int) -> int:
        """Characters of `blocks[first:last]` in blocks that nothing speaks against."""
        return self.plain_before[last] - self.plain_before[first]

    @cached_property
    def paragraphs(self) -> list[int]:
        """The length of each block that is a paragraph of prose, 0 for any other."""
        return [
            len(line) if block.link_chars <= len(line) * LINK_SHARE and _is_paragraph(line) else 0
            for block, line in zip(self.blocks, self.folded, strict=True)
        ]

    def home_path(self, first: int = 0, last: int | None = None) -> str:
        """The path at which most prose of `blocks[first:last]` stands; '' where there is none."""
        sizes: Counter[str] = Counter()
        for n in range(first, len(self.blocks) if last is None else last):
            if self.paragraphs[n] and not self.notices[n]:
                sizes[self.blocks[n].path] += self.paragraphs[n]
        return max(sizes, key=sizes.__getitem__, default="")

    def around(self, first: int, last: int) -> tuple[int, int]:
        """The smallest element that holds `blocks[first:last]`; all blocks if no single one does."""
        spans = ((a, b) for a, b, _ in self.rendering.spans if a <= first and last <= b)
        return min(spans, key=lambda span: span[1] - span[0], default=(0, len(self.blocks)))

    @cached_property
    def prose_before(self) -> list[int]:
        """Characters in paragraphs before each block, and before the end; the site's own notices do not count."""
        pairs = zip(self.paragraphs, self.notices, strict=True)
        return [0, *accumulate(0 if notice else size for size, notice in pairs)]

    def prose(self, first: int, last: int) -> int:
        """Characters in paragraphs of `blocks[first:last]`."""
        return self.prose_before[last] - self.prose_before[first]


@dataclass(frozen=True, slots=True)
class Voter:
    """One kind of evidence. `votes` gives one vote a block, None where it has nothing to say of it.

    A `dear` one takes longer than all others together: it is asked only where they are in doubt.
    """

    name: str
    votes: Callable[[Ballot], Sequence[Vote | None]]
    dear: bool = False


def _share(link_chars: int, line: str) -> float:
    """The share of a line's words that are links."""
    return 1.0 if link_chars >= len(line) else link_chars / max(link_chars, len(_NO_WORD.sub("", line)))


def _is_paragraph(line: str) -> bool:
    """Two clauses that end, or one that is long or has a comma: without `re`, which is slow on a line of a megabyte."""
    if len(line) <= SHORT_LINE:
        return False
    stops = sum(map(line.count, _STOPS))
    if stops != 1:
        return stops > 1
    at = max(map(line.rfind, _STOPS))
    return -1 < line.find(",") < at or (at >= LONG_LINE and at == len(line) - 1)
