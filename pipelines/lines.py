"""The lines of a draft as rules see them: folded to one script and width, with what the page's markup said."""

import re
from bisect import bisect_right
from dataclasses import dataclass

from pipelines.document import Block, Proposal
from pipelines.ledger import Draft
from pipelines.script import fold

PROSE = re.compile(r"[。;!?…][”』」）)]*")
_SPACE = " \t\u3000\xa0\ufeff\u200b"
# What template sites sell is in their names, and a name ends as names of sites do.
_TRADE = re.compile(r"范文|文秘|秘书(?![处长])|公文|笔杆|笔头|文库|文档|简历|作文|论文|写作|无忧|[网站吧库]$|之家$")
# A unit's own site is named after the unit, or after its work; a channel is named after a genre.
_UNIT = re.compile(
    r"[省市县区镇乡村校园院局委办]|政府|协会|中心|联合会|公司|街道|社[区工]|科普|教育|政务|党建|志愿|农业|卫生|文明|机关"
)
_CHANNEL = re.compile(r"(?:总结|汇报|报告|计划|体会|述职|方案|讲话|小结|材料|大全|精选)$")
_SITE = re.compile(r"\s*[_|｜]\s*|\s+[-–—]+\s+|\s*--\s*|-(?=[^-]{2,12}$)")
_GENRE_AT_END = re.compile(r"(?:总结|汇报|报告|计划|体会|述职|方案|讲话|小结)(?:[(].*[)])?$")


@dataclass(frozen=True, slots=True)
class Line:
    """One non-blank line: `view[start:end]` without the white space around it."""

    start: int
    end: int
    stop: int  # where the next line begins
    text: str
    folded: str  # the same, Simplified and half width: as long as `text`
    link_share: float = 0.0
    heading: bool = False

    @property
    def is_prose(self) -> bool:
        """A line with at least one finished sentence."""
        return len(self.text) > 12 and PROSE.search(self.folded) is not None

    def cut(self, rule: str, evidence: str) -> Proposal:
        """This line gone, with the line break behind it."""
        return Proposal(self.start, self.stop, "", rule, evidence)


def lines(draft: Draft, start: int = 0, end: int | None = None) -> list[Line]:
    """The non-blank lines of `draft.view[start:end]`."""
    end = len(draft.view) if end is None else end
    folded = fold(draft.view[start:end])
    blocks = draft.source.blocks
    begins = [block.start for block in blocks]
    found, at = [], start
    for raw in re.split(r"(?<=\n)", folded):
        text = raw.strip("\n" + _SPACE)
        if text:
            a = at + raw.index(text[0])
            block = _block(draft, a, blocks, begins)
            share = block.link_chars / max(1, block.end - block.start) if block else 0.0
            heading = block is not None and block.kind == "heading"
            found.append(Line(a, a + len(text), at + len(raw), draft.view[a : a + len(text)], text, share, heading))
        at += len(raw)
    return found


def _block(draft: Draft, at: int, blocks: tuple[Block, ...], begins: list[int]) -> Block | None:
    n = bisect_right(begins, draft.source_at(at)) - 1
    return blocks[n] if n >= 0 else None


def squeeze(text: str) -> str:
    """Folded, without white space: for comparing lines."""
    return "".join(fold(text).split())


def without_site(page_title: str) -> str:
    """A `<title>` without the site's name and the channel: its first piece that names a genre, else its longest."""
    names = site_names(page_title)
    pieces = [piece for raw in _SITE.split(page_title) if (piece := raw.strip()) and fold(piece) not in names]
    named = (piece for piece in pieces if _GENRE_AT_END.search(fold(piece)) and len(piece) >= 4)
    return next(named, max(pieces, key=len, default=""))


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
