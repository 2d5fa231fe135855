"""The lines of a draft as rules see them: folded to one script and width, with what the page's markup said."""

import re
from bisect import bisect_right
from functools import lru_cache
from typing import NamedTuple

from pipelines.document import Block, Proposal
from pipelines.ledger import Draft
from pipelines.script import fold

PROSE = re.compile(r"[。;!?…][”』」）)]*")
# All white space but the line break: indents are em spaces (&emsp;) as often as ideographic ones.
SPACE = "".join(c for c in map(chr, range(0x3001)) if c.isspace() and c != "\n") + "\ufeff\u200b"
# What template sites sell is in their names, and a name ends as names of sites do.
_TRADE = re.compile(r"范文|文秘|秘书(?![处长])|公文|笔杆|笔头|文库|文档|简历|作文|论文|写作|无忧|[网站吧库]$|之家$")
# A unit's own site is named after the unit, or after its work; a channel is named after a genre.
_UNIT = re.compile(
    r"[省市县区镇乡村校园院局委办]|政府|协会|中心|联合会|公司|街道|社[区工]|科普|教育|政务|党建|志愿|农业|卫生|文明|机关"
)
_CHANNEL = re.compile(r"(?:总结|汇报|报告|计划|体会|述职|方案|讲话|小结|材料|大全|精选)$")
_SITE = re.compile(r"\s{0,8}[_|｜]\s{0,8}|\s{1,8}[-–—]{1,8}\s{1,8}|\s{0,8}--\s{0,8}|-(?=[^-]{2,12}$)")
_GENRE_AT_END = re.compile(r"(?:总结|汇报|报告|计划|体会|述职|方案|讲话|小结)(?:[(].*[)])?$")


class Line(NamedTuple):
    """One non-blank line: `view[start:end]` without the white space around it."""

    start: int
    end: int
    stop: int  # where the next line begins
    text: str
    folded: str  # the same, Simplified and half width: as long as `text`
    is_prose: bool  # it has at least one finished sentence
    link_share: float = 0.0
    heading: bool = False

    def piece(self, start: int, end: int | None = None) -> "Line":
        """A stretch of this line, as a line of its own."""
        folded = self.folded[start:end]
        return self._replace(text=self.text[start:end], folded=folded, is_prose=is_prose(folded))

    def cut(self, rule: str, evidence: str) -> Proposal:
        """This line gone, with the line break behind it."""
        return Proposal(self.start, self.stop, "", rule, evidence)


def is_prose(folded: str) -> bool:
    """Whether a folded line has at least one finished sentence."""
    return len(folded) > 12 and PROSE.search(folded) is not None


def lines(draft: Draft, start: int = 0, end: int | None = None) -> list[Line]:
    """The non-blank lines of `draft.view[start:end]`."""
    whole = len(draft.view)
    end = whole if end is None else end
    found = _lines(draft)
    if (start, end) == (0, whole):
        return list(found)
    inside = (_within(line, start, end) for line in found if line.end > start and line.start < end)
    return [line for line in inside if line.text]


@lru_cache(maxsize=4)  # of the last drafts: several rules ask for the same one's lines
def _lines(draft: Draft) -> tuple[Line, ...]:
    view, folded, blocks = draft.view, fold(draft.view), draft.source.blocks
    begins = [block.start for block in blocks]
    found, at = [], 0
    for raw in folded.split("\n"):
        text = raw.strip(SPACE)
        stop = min(at + len(raw) + 1, len(view))
        if text:
            a = at + raw.index(text[0])
            n = bisect_right(begins, draft.source_at(a)) - 1
            share, heading = _markup(blocks[n]) if n >= 0 else (0.0, False)
            found.append(Line(a, a + len(text), stop, view[a : a + len(text)], text, is_prose(text), share, heading))
        at = stop
    return tuple(found)


def _markup(block: Block) -> tuple[float, bool]:
    """The share of a block that is links, and whether it is a heading."""
    return block.link_chars / max(1, block.end - block.start), block.kind == "heading"


def _within(line: Line, start: int, end: int) -> Line:
    """The part of a line that stands between two borders."""
    if start <= line.start and line.stop <= end:
        return line
    folded = line.folded[max(0, start - line.start) : end - line.start]
    text = folded.strip(SPACE)
    a = max(start, line.start) + len(folded) - len(folded.lstrip(SPACE)) - line.start
    return line.piece(a, a + len(text))._replace(
        start=line.start + a, end=line.start + a + len(text), stop=min(line.stop, end)
    )


def squeeze(text: str) -> str:
    """Folded, without white space: for comparing lines."""
    return "".join(fold(text).split())


@lru_cache(maxsize=16)  # several stages ask of the same title
def without_site(page_title: str) -> str:
    """A `<title>` without the site's name and the channel: its first piece that names a genre, else its longest."""
    names = site_names(page_title)
    pieces = [piece for raw in _SITE.split(page_title) if (piece := raw.strip()) and fold(piece) not in names]
    named = (piece for piece in pieces if _GENRE_AT_END.search(fold(piece)) and len(piece) >= 4)
    return next(named, max(pieces, key=len, default=""))


@lru_cache(maxsize=16)
def site_names(page_title: str) -> frozenset[str]:
    """What the site calls itself: the last piece of a `<title>`, folded, where it looks like a template site's name.

    Leaves names of units and of channels: a unit's own site is named after the unit, and its documents are full of it.
    """
    pieces = [piece.strip() for piece in _SITE.split(fold(page_title)) if piece.strip()]
    name = pieces[-1] if len(pieces) > 1 else ""
    named = 3 <= len(name) <= 12 and _TRADE.search(name)
    return frozenset([name] if named and not _UNIT.search(name) and not _CHANNEL.search(name) else [])


def likeness(a: str, b: str) -> float:
    """Dice coefficient of the character pairs of two squeezed lines: 1 for equal ones, 0 where they share nothing."""
    pairs_a, pairs_b = _pairs(a), _pairs(b)
    if not pairs_a or not pairs_b:
        return float(a == b)
    return 2 * len(pairs_a & pairs_b) / (len(pairs_a) + len(pairs_b))


def _pairs(text: str) -> set[str]:
    return {text[n : n + 2] for n in range(len(text) - 1)}
