"""A compilation is several documents glued into one page: where each begins.

The form of the headings is learned from the page itself: lines of one form, counting from 1 without a hole, with the
same words around the number. What numbers the paragraphs of one document (一、 (一) 1、 第一章) is never a heading.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from pipelines.document import Gap, Part, Proposal
from pipelines.lines import Line, lines, squeeze
from pipelines.states import Divided, Framed

HEADING_LENGTH = 60  # characters
LONG_PREFACE = 400  # characters before part 1, past which they may be a document of their own

_N = r"(?P<n>\d{1,3}|[一二三四五六七八九十百]{1,4})"
_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("篇N", rf"^(?P<stem>.{{0,40}}?)\s*[【\[(]?篇\s*{_N}[】\])]?(?:\s*[::.、\s]\s*(?P<own>.{{0,50}}))?$"),
        ("第N篇", rf"^(?P<stem>.{{0,40}}?)\s*[【\[(]?第\s*{_N}\s*篇[】\])]?(?:\s*[::.、\s]?\s*(?P<own>.{{0,50}}))?$"),
        ("N篇", rf"^(?P<stem>.{{4,40}}?)\s*{_N}\s*篇$"),
        (
            "范文N",
            rf"^(?P<stem>.{{0,40}}?)\s*[【\[(]?(?:范文|样本|例文|模板|体会|致辞)\s*{_N}[】\])]?(?:\s*[::.、\s]\s*(?P<own>.{{0,50}}))?$",
        ),
        ("【N】", rf"^(?P<stem>.{{0,40}}?)\s*[【\[]{_N}[】\]]\s*(?P<own>.{{0,50}})$"),
        ("(N)", rf"^(?P<stem>.{{4,40}}?)\s*\({_N}\)$"),
        ("标题N", r"^(?P<stem>.{4,40}?\D)\s*(?P<n>\d{1,2})$"),
        (
            "标题一",
            r"^(?P<stem>.{4,40}?(?:总结|汇报|报告|计划|体会|述职|讲话|方案|发言))(?P<n>[一二三四五六七八九十]{1,3})$",
        ),
    )
)
_DIGITS = {c: n for n, c in enumerate("一二三四五六七八九", 1)}
_NUMBERED = re.compile(r"^\d{1,3}[.、]\s*")
_PROMISE = re.compile(r"(\d{1,3}|[一二三四五六七八九十]{1,3})\s*[篇份则]")


class Heading(NamedTuple):
    """A line that may head a part."""

    line: int  # index of the line
    form: str
    stem: str
    number: int


def split(framed: Framed) -> Divided:
    """The documents on the page, as spans that cover the source; one part where no form of heading proves more."""
    draft = framed.draft
    length = len(draft.source.text)
    found = lines(draft)
    headings = part_headings(found)
    if not headings:
        return Divided(draft, framed.gaps, (Part(1, 0, length, ""),))
    before = found[: headings[0].line]
    first = [(0, "")]
    if sum(len(line.text) for line in before if line.is_prose) < LONG_PREFACE:
        draft = draft.edited("split", _preface(before, len(headings)))
        first = []
    heads = [found[heading.line] for heading in headings]
    # A preface that stays is a part of its own; one that is cut belongs to the first part's span.
    begins = first + [(framed.draft.source_at(line.start), line.text) for line in heads]
    starts = [0, *(start for start, _ in begins[1:])]
    ends = [*starts[1:], length]
    parts = tuple(
        Part(n, start, end, title)
        for n, (start, end, (_, title)) in enumerate(zip(starts, ends, begins, strict=True), 1)
    )
    return Divided(draft, (*framed.gaps, *_missing(draft.source.page_title, headings, length)), parts)


def part_headings(found: Sequence[Line]) -> list[Heading]:
    """The headings of the form that divides the page best; [] where none is proven."""
    groups: dict[tuple[str, str], list[Heading]] = defaultdict(list)
    for n, line in enumerate(found):
        for heading in _readings(n, line):
            groups[heading.form, heading.stem].append(heading)
            if heading.form in ("篇N", "第N篇"):
                groups[heading.form, "*"].append(heading)
    chains = [_chain(group, found) for group in groups.values()]
    return max(chains, key=len, default=[])


def _readings(n: int, line: Line) -> list[Heading]:
    text = _NUMBERED.sub("", line.folded)
    if len(text) > HEADING_LENGTH or line.folded.endswith(("。", ";", ",")):
        return []
    found = []
    for form, pattern in _FORMS:
        match = pattern.match(text) or (pattern.match(line.folded) if text != line.folded else None)
        if match and (number := _value(match["n"])):
            found.append(Heading(n, form, squeeze(match["stem"]), number))
    return found


def _chain(group: Sequence[Heading], found: Sequence[Line]) -> list[Heading]:
    """The headings of a group that count 1, 2, 3 …, each with text under it; [] if they prove nothing."""
    chain: list[Heading] = []
    for heading in group:
        if heading.number == len(chain) + 1 and (not chain or heading.line > chain[-1].line + 1):
            chain.append(heading)
        elif heading.number == 1:
            chain = [heading]
    chain = _with_text(chain, found)
    return chain if len(chain) >= 2 else []


def _with_text(chain: Sequence[Heading], found: Sequence[Line]) -> list[Heading]:
    """Every part must hold a paragraph: a list of numbered lines is no compilation."""
    ends = [*(heading.line for heading in chain[1:]), len(found)][: len(chain)]
    for heading, end in zip(chain, ends, strict=True):
        if not any(line.is_prose for line in found[heading.line + 1 : end]):
            return []
    return list(chain)


def _preface(before: Sequence[Line], parts: int) -> list[Proposal]:
    return [line.cut("preface", f"above part 1 of {parts}") for line in before]


def _missing(page_title: str, headings: Sequence[Heading], end: int) -> list[Gap]:
    """The part that the page's title promises and does not show."""
    promise = _PROMISE.search(page_title)
    promised = _value(promise[1]) if promise else 0
    if not headings or promised <= len(headings) or promised > 200:
        return []
    return [Gap(0, end, "part", n, f"the title promises {promised}") for n in range(len(headings) + 1, promised + 1)]


def _value(text: str) -> int:
    if text.isdigit():
        return int(text)
    if text == "十":
        return 10
    head, ten, tail = text.partition("十")
    if not ten:
        return _DIGITS.get(text, 0)
    return 10 * (_DIGITS.get(head, 0) if head else 1) + (_DIGITS.get(tail, 0) if tail else 0)
