"""The tail of a page: where, below the last paragraph, the document ends and the site speaks again.

No single line proves it. A tail begins at a line that a rule takes, and holds only frame: most of its lines by a
rule of their own, none of them a paragraph or a signature's date.
"""

import re
from collections.abc import Sequence
from itertools import accumulate

from pipelines import rules
from pipelines.document import Proposal
from pipelines.lines import Line

TITLE_LENGTH = 60  # characters: longer lines are no titles
LINKED = 0.5  # share of a line's characters, past which it is a link
LIST = 40  # titles that a list of other articles has at most

_SIGNED = re.compile(r"^[(]?(?:20|19|二[〇○0零])[\d〇○零一二三四五六七八九xX*]{2}\s*年.{1,12}[日号][)]?$")
# `3、某某局工作总结`, a document's name in a list of others.
NAMED = re.compile(r"^(?:\d{1,2}[、.]|[·•●◆])?.*(?:总结|汇报|报告|计划|体会|述职|范文)(?:\(.*\))?$")
# What numbers the paragraphs of a document, and what introduces a list of its own.
NUMBERED = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}[、.]|[(][一二三四五六七八九十\d]{1,3}[)]|\d{1,2}[、.)]|第[一二三四五六七八九十]+[章节部])"
)
_INTRODUCES = re.compile(r"[:]$|附件|^附|目录|如下")
_ATTACHED = re.compile(r"^附\s*(?:件|表|图|录|:)|\.(?:docx?|xlsx?|pptx?|pdf|rar|zip|wps|et)\b", re.I)
_SITE_ACT = re.compile(r"本站|本网|转载|版权|下载|上传|搜索|检索|查找|关注|存储|收集|投稿|浏览")
_UNKNOWN = "tail_block"

Why = tuple[str, str]  # rule and evidence
_UNKNOWN_WHY: Why = (_UNKNOWN, "between lines of the page's tail")


def tail(found: Sequence[Line], names: frozenset[str] = frozenset()) -> list[Proposal]:
    """What stands below the last paragraph and is not the document's. `names`: what the site calls itself."""
    whys = [_why(line, names) for line in found]
    _distrust_teasers(found, whys)
    floor = _floor(found, whys)
    cuts: list[Proposal] = []
    end = len(found)
    # Without what was cut, the lines above it may be a tail in their turn.
    while (start := _start(found, whys, floor, end)) < end:
        cuts += [line.cut(*why) for line, why in zip(found[start:end], whys[start:end], strict=True)]
        end = start
    return cuts


def _distrust_teasers(found: Sequence[Line], whys: list[Why]) -> None:
    """A paragraph that ends in dots is another article's beginning only below the heading of a list of articles."""
    listed = -LIST
    for n, line in enumerate(found):
        if whys[n][0] == "related":
            listed = n
        elif whys[n][0] == "teaser" and n - listed > LIST and line.link_share <= LINKED:
            whys[n] = _UNKNOWN_WHY


def is_signed(line: Line) -> bool:
    """A line that is nothing but a date with a day: below it a document may end, above it none does."""
    return _SIGNED.search(line.folded) is not None


def _floor(found: Sequence[Line], whys: Sequence[Why]) -> int:
    """The last line that is surely the document's."""
    first = next((n for n, line in enumerate(found) if line.is_prose), 0)
    own = [
        n
        for n, (line, (rule, _)) in enumerate(zip(found, whys, strict=True))
        if is_signed(line) or _ATTACHED.search(line.folded) or (rule == _UNKNOWN and line.is_prose)
    ]
    return max([first, *own[-1:]])


def _start(found: Sequence[Line], whys: Sequence[Why], floor: int, end: int) -> int:
    """The first line of the longest tail that ends at `end`; `end` where there is none."""
    known = [rule != _UNKNOWN for rule, _ in whys[:end]]
    behind = [*accumulate(reversed(known), initial=0)][::-1]  # how many lines from n on are known
    for n in range(floor + 1, end):
        if (rules.related_head(found[n]) and _heads_a_list(found, n, end, known)) or _is_title_list(
            found, n, end, known
        ):
            return n
        if not known[n] or behind[n] * 2 < end - n:
            continue
        if not rules.dated_title(found[n]) or _all_dated(found[n : min(n + 3, end)]):
            return n
    return end


def _heads_a_list(found: Sequence[Line], start: int, end: int, known: Sequence[bool]) -> bool:
    """Below the heading of a list of articles stand titles and frame, or nothing: a document's own list is neither."""
    rest = range(start + 1, end)
    frame = sum(known[n] or NAMED.search(found[n].folded) is not None for n in rest)
    return frame * 2 >= len(rest)


def _all_dated(some: Sequence[Line]) -> bool:
    """A title with a day alone may be a line of a document; three in a row are not."""
    return len(some) == 3 and all(rules.dated_title(line) for line in some)


def _is_title_list(found: Sequence[Line], start: int, end: int, known: Sequence[bool]) -> bool:
    """Three or more titles of other documents, one a line, and nothing but the page's frame after them."""
    above = found[start - 1] if start else None
    if above and (_INTRODUCES.search(above.folded) or (NUMBERED.search(above.folded) and not above.is_prose)):
        return False
    rest = found[start : min(end, start + LIST)]
    titles = 0
    while titles < len(rest) and rest[titles].folded.startswith(f"{titles + 1}、") and not rest[titles].is_prose:
        titles += 1
    if not titles:
        while titles < len(rest) and NAMED.search(rest[titles].folded) and len(rest[titles].text) <= TITLE_LENGTH:
            titles += 1
    named = sum(NAMED.search(line.folded) is not None for line in rest[:titles])
    after = start + titles
    return titles >= 3 and named * 2 > titles and (after >= end or known[after])


def _why(line: Line, names: frozenset[str]) -> Why:
    """The rule that takes a line below the document, and its evidence."""
    if head := rules.related_head(line):
        return "related", head + ", below the document"
    rule, evidence = rules.first_evidence(rules.TAIL, line)
    if rule:
        return rule, evidence + ", below the document"
    if evidence := rules.teaser(line):
        return "teaser", evidence + ", below the document"
    if line.link_share > LINKED and not _ATTACHED.search(line.folded):
        return "links", "a link, below the document"
    if any(name in line.folded for name in names) and (not line.is_prose or _SITE_ACT.search(line.folded)):
        return "site_voice", "speaks of the site, below the document"
    return _UNKNOWN_WHY
