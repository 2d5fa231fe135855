"""What there is to vote on: the blocks of a page seen once by all voters, and what a vote is."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, groupby
from typing import NamedTuple

from lxml import html

from pipelines.document import Block, HostKnowledge
from pipelines.render import Rendering
from pipelines.script import fold
from pipelines.wordings import COPYRIGHT

LINK_SHARE = 0.5  # of its characters, past which a block is a link

_PARAGRAPH = re.compile(r"[。；！？].*[。；！？]|.{30}.*[。；！？]$|[,，].*[。！？]")
_NO_WORD = re.compile(r"[\W\d_]+")
_CHROME = re.compile(
    r"(?:^|/)(?:nav|header|footer|aside|form|select|menu)\b"
    r"|[./_-](?:nav|menu|footer|foot|copyright|sidebar|side|breadcrumb|crumb|related|recommend|hot|comment|share|toolbar|"
    r"pager|prevnext|rank|login|search|tags?|ad|ads|banner)(?:$|[/_-])",
    re.I,
)
# `发布机构:` and what stands behind it; two of them may share a row. A document has such lines too (时间, 地点): only
# an office's record of a page has an index number, a class, a way of publication.
_FIELD = re.compile(r"^[\u4e00-\u9fff ]{2,10}\s*:\s*[^。;]{0,60}$")
_RECORD = re.compile(
    r"^(?:索\s*引\s*号|信息(?:分类|名称|来源)|(?:发布|发文|制发|公开)(?:机构|机关|单位)"
    r"|公开(?:方式|范围|类别|形式)|主\s*题\s*词|组配分类)"
)
# Words of a site's foot that a document may have too: they count only where no paragraph of it stands.
_FOOT = re.compile(
    r"凡.{0,4}本[网站]|[不勿]得?.{0,4}转载|许可证|举报|备案|技术支持|主办(?:单位)?:|网站标识|浏览器|分辨率"
    r"|powered by",
    re.I,
)
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
    def linked(self) -> list[float]:
        """The share of each block's words that are links: a day beside a linked title is no word of it."""
        return [
            block.link_chars / max(block.link_chars, len(_NO_WORD.sub("", line))) if block.link_chars else 0.0
            for block, line in zip(self.blocks, self.lines, strict=True)
        ]

    @cached_property
    def named(self) -> list[bool]:
        """Whether each block stands in an element that is made or named for something else than an article."""
        paths = {path: _CHROME.search(path) is not None for path in {block.path for block in self.blocks}}
        return [paths[block.path] for block in self.blocks]

    @cached_property
    def notices(self) -> list[bool]:
        """Whether each block speaks of the site's rights and numbers, below the last paragraph that does not."""
        found = [False] * len(self.blocks)
        home = self.home_path()
        for n in range(len(found) - 1, -1, -1):
            line = self.folded[n]
            foot = self.blocks[n].path != home and _FOOT.search(line)
            found[n] = bool(foot or COPYRIGHT.search(line))
            if self.paragraphs[n] and not found[n]:
                break
        return found

    @cached_property
    def records(self) -> list[bool]:
        """Whether each block is a row of an office's record of the page, above the first paragraph."""
        found = [False] * len(self.blocks)
        head = next((n for n, size in enumerate(self.paragraphs) if size), 0)
        for is_field, run in groupby(range(head), key=lambda n: _FIELD.match(self.folded[n]) is not None):
            lines = list(run)
            if is_field and len(lines) > 1 and any(_RECORD.search(self.folded[n]) for n in lines):
                for n in lines:
                    found[n] = True
        return found

    @cached_property
    def plain_before(self) -> list[int]:
        """Characters before each block, and before the end, in blocks that nothing speaks against."""
        return [
            0,
            *accumulate(
                0 if block.kind == "alt" or share > LINK_SHARE or named or notice or record else block.end - block.start
                for block, share, named, notice, record in zip(
                    self.blocks, self.linked, self.named, self.notices, self.records, strict=True
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
            len(line)
            if len(line) > 12 and block.link_chars <= len(line) * LINK_SHARE and _PARAGRAPH.search(line)
            else 0
            for block, line in zip(self.blocks, self.lines, strict=True)
        ]

    def home_path(self, first: int = 0, last: int | None = None) -> str:
        """The path at which most prose of `blocks[first:last]` stands; '' where there is none."""
        sizes: Counter[str] = Counter()
        for block, size in zip(self.blocks[first:last], self.paragraphs[first:last], strict=True):
            if size:
                sizes[block.path] += size
        return max(sizes, key=sizes.__getitem__, default="")

    def around(self, first: int, last: int) -> tuple[int, int]:
        """The smallest element that holds `blocks[first:last]`; all blocks if no single one does."""
        spans = ((a, b) for a, b, _ in self.rendering.spans if a <= first and last <= b)
        return min(spans, key=lambda span: span[1] - span[0], default=(0, len(self.blocks)))

    @cached_property
    def prose_before(self) -> list[int]:
        """Characters in paragraphs before each block, and before the end."""
        return [0, *accumulate(self.paragraphs)]

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


def is_edge(block: Block) -> bool:
    """Whether it stands where no article ever does, however the page is made."""
    return _EDGE.search(block.path) is not None
