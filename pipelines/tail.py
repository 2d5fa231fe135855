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
LIST = 40  # titles that a list of other articles has at most

_SIGNED = re.compile(r"^[(]?(?:20|19|二[〇○0零])[\d〇○零一二三四五六七八九xX*]{2}\s*年.{1,12}[日号][)]?$")
# `3、某某局工作总结`, a document's name in a list of others.
NAMED = re.compile(r"^(?:\d{1,2}[、.]|[·•●◆])?.*(?:总结|汇报|报告|计划|体会|述职|范文)(?:\(.*\))?$")
_UNKNOWN = "tail_block"

Why = tuple[str, str]  # rule and evidence


def tail(found: Sequence[Line], names: frozenset[str] = frozenset()) -> list[Proposal]:
    """What stands below the last paragraph and is not the document's. `names`: what the site calls itself."""
    whys = [_why(line, names) for line in found]
    floor = _floor(found, whys)
    cuts: list[Proposal] = []
    end = len(found)
    # Without what was cut, the lines above it may be a tail in their turn.
    while (start := _start(found, whys, floor, end)) < end:
        cuts += [line.cut(*why) for line, why in zip(found[start:end], whys[start:end], strict=True)]
        end = start
    return cuts


def is_signed(line: Line) -> bool:
    """A line that is nothing but a date with a day: below it a document may end, above it none does."""
    return _SIGNED.search(line.folded) is not None


def _floor(found: Sequence[Line], whys: Sequence[Why]) -> int:
    """The last line that is surely the document's."""
    first = next((n for n, line in enumerate(found) if line.is_prose), 0)
    own = [
        n
        for n, (line, (rule, _)) in enumerate(zip(found, whys, strict=True))
        if is_signed(line) or (rule == _UNKNOWN and line.is_prose)
    ]
    return max([first, *own[-1:]])


def _start(found: Sequence[Line], whys: Sequence[Why], floor: int, end: int) -> int:
    """The first line of the longest tail that ends at `end`; `end` where there is none."""
    known = [rule != _UNKNOWN for rule, _ in whys[:end]]
    behind = [*accumulate(reversed(known), initial=0)][::-1]  # how many lines from n on are known
    for n in range(floor + 1, end):
        if rules.related_head(found[n]) or _is_title_list(found, n, end, known):
            return n
        if not known[n] or behind[n] * 2 < end - n:
            continue
        if not rules.dated_title(found[n]) or _all_dated(found[n : min(n + 3, end)]):
            return n
    return end


def _all_dated(some: Sequence[Line]) -> bool:
    """A title with a day alone may be a line of a document; three in a row are not."""
    return len(some) == 3 and all(rules.dated_title(line) for line in some)


def _is_title_list(found: Sequence[Line], start: int, end: int, known: Sequence[bool]) -> bool:
    """Three or more titles of other documents, one a line, and nothing but the page's frame after them."""
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
    if line.link_share > 0.5:
        return "links", "a link, below the document"
    if any(name in line.folded for name in names):
        return "site_voice", "speaks of the site, below the document"
    return _UNKNOWN, "between lines of the page's tail"
