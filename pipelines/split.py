"""A compilation is several documents glued into one page: where each begins.

The form of the headings is learned from the page itself: lines of one form, counting up, with the same words around
the number. A form that only compilations have proves itself (`工作总结 篇2`, `第2篇：某某汇报`); one that numbers the
sections of a document as well (`【2】`, `主要做法（2）`) needs the page's title: it promises several, or it is what the
headings say. What numbers the paragraphs of one document (一、 (一) 1、 第一章) is never a heading.
"""

import itertools
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pipelines import rules
from pipelines.document import Gap, Part, Proposal
from pipelines.ledger import Draft
from pipelines.lines import Line, likeness, lines, squeeze, without_site
from pipelines.states import Divided, Framed
from pipelines.wordings import GENRES

HEADING_LENGTH = 60  # characters
TEXT = 30  # Han characters that a part holds at least, if it is more than a heading
TITLES = 6  # short lines above the first heading that may be the page's title
ALIKE = 0.6  # likeness from which the words of a heading are the page's title
MOST = 200  # parts that a title may promise: a larger number counts something else

_N = r"(?P<n>\d{1,3}|[一二三四五六七八九十百]{1,4})"
_OWN = r"(?:\s*[:.、\s]\s*(?P<own>.{0,50}))?"
_KINDS = "范文|样本|例文|模板|体会|致辞"
_GENRE = rf"(?:{GENRES}|小结|讲话|发言|方案|范文|心得|材料|要点|感悟)(?:范文|模板|材料|稿)?"
_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("篇N", rf"^(?P<stem>.{{0,40}}?)\s*[【\[(]?篇\s*{_N}[】\])]?{_OWN}$"),
        ("第N篇", rf"^(?P<stem>.{{0,40}}?)\s*[【\[(]?第\s*{_N}\s*篇[】\])]?(?:\s*[:.、\s]?\s*(?P<own>.{{0,50}}))?$"),
        ("N篇", rf"^(?P<stem>.{{4,40}}?)\s*{_N}\s*篇$"),
        ("范文N", rf"^(?P<stem>.{{0,40}}?\s*[【\[(]?(?:{_KINDS}))\s*{_N}[】\])]?{_OWN}$"),
        ("【N】", rf"^(?P<stem>.{{0,40}}?)\s*[【\[]{_N}[】\]]\s*(?P<own>.{{0,50}})$"),
        ("(N)", rf"^(?P<stem>.{{4,40}}?)\s*\({_N}\)$"),
        ("标题N", r"^(?P<stem>.{3,40}?\D)\s*(?P<n>\d{1,2}):?$"),
        ("标题一", rf"^(?P<stem>.{{2,40}}?{_GENRE})(?P<n>[一二三四五六七八九十]{{1,3}}):?$"),
    )
)
_OF_COMPILATIONS = frozenset(("篇N", "第N篇"))
_NAMES = re.compile(rf"{_GENRE}[》)】\]]?$")  # ends as the name of a document
_NAMED = re.compile(rf"^《|{_NAMES.pattern}")
_DECORATION = "*#★☆◆◇■□●○▲△※=~_ "
_DIGITS = {c: n for n, c in enumerate("一二三四五六七八九", 1)}
_NUMBERED = re.compile(r"^\d{1,3}[.、]\s*")
_PROMISE = re.compile(r"(?<!第)(?<![\d一二三四五六七八九十])(\d{1,3}|[一二三四五六七八九十]{1,3})\s*[篇份则]")
_SITE = re.compile(r"(?:网站?|之家|文库|吧)$")
_COLLECTION = re.compile(r"大全|合集|集锦|锦集|精选|集合|荟萃|[多几]篇|优秀篇|系列范文")


class Heading(NamedTuple):
    """A line that may head a part."""

    line: int  # index of the line
    form: str
    stem: str
    number: int
    strong: bool  # of a form that no section of a document has


def split(framed: Framed) -> Divided:
    """The documents on the page, as spans that cover the source; one part where no form of heading proves more."""
    draft = framed.draft
    length = len(draft.source.text)
    found = lines(draft)
    headings = part_headings(found, draft.source.page_title)
    if not headings:
        return Divided(draft, framed.gaps, (Part(1, 0, length, ""),))
    before = found[: headings[0].line]
    shown = _shown(headings, found)
    gaps = _missing(draft, [(h.number, draft.source_at(found[h.line].start)) for h in shown])
    heads = [found[heading.line] for heading in shown]
    # A preface that stays is a part of its own; one that is cut belongs to the first part's span.
    own = any(_is_own(line, heads) for line in before)
    begins = [(0, "")] * own + [(draft.source_at(line.start), line.text) for line in heads]
    empty = [found[heading.line] for heading in headings if heading not in shown]
    draft = draft.edited("split", [*([] if own else _preface(before, len(shown))), *_empty(empty)])
    starts = [0, *(start for start, _ in begins[1:])]
    ends = [*starts[1:], length]
    parts = tuple(
        Part(n, start, end, title)
        for n, (start, end, (_, title)) in enumerate(zip(starts, ends, begins, strict=True), 1)
    )
    return Divided(draft, (*framed.gaps, *gaps), parts)


def part_headings(found: Sequence[Line], page_title: str | None = None) -> list[Heading]:
    """The headings of the form that divides the page best; [] where none is proven.

    Without a `page_title` every form is taken that the page's title could prove.
    """
    groups: dict[tuple[str, str], list[Heading]] = defaultdict(list)
    for n, line in enumerate(found):
        for heading in _readings(n, line):
            groups[heading.form, heading.stem].append(heading)
            if heading.form in _OF_COMPILATIONS:
                groups[heading.form, "*"].append(heading)
    chains = [chain for group in groups.values() for chain in _chains(group, found)]
    proven = [chain for chain in chains if page_title is None or _is_proven(chain, found, page_title)]
    return max(proven, key=lambda chain: (_is_strong(chain), len(chain), chain[0].line), default=[])


def _readings(n: int, line: Line) -> list[Heading]:
    plain = line.folded.strip(_DECORATION)
    text = _NUMBERED.sub("", plain)
    if len(text) > HEADING_LENGTH or plain.endswith(("。", ";", ",")):
        return []
    found = []
    for form, pattern in _FORMS:
        match = pattern.match(text) or (pattern.match(plain) if text != plain else None)
        if match and (number := _value(match["n"])):
            own = match.groupdict().get("own") or ""
            strong = form in _OF_COMPILATIONS and bool(_NAMES.search(match["stem"].strip()) or _NAMED.search(own))
            found.append(Heading(n, form, squeeze(match["stem"]), number, strong))
    return found


def _chains(group: Sequence[Heading], found: Sequence[Line]) -> list[list[Heading]]:
    """The stretches of a group that count up, from each 1 on: a list of contents counts as its parts do."""
    runs: list[list[Heading]] = []
    for heading in group:
        if heading.number == 1 or not runs:
            runs.append([])
        runs[-1].append(heading)
    chains = [_rising(run) for run in runs]
    return [chain for chain in chains if _counts(chain) and _has_text(chain, found)]


def _rising(run: Sequence[Heading]) -> list[Heading]:
    """The longest rising subsequence; of two headings of one number the first."""
    tails: list[int] = []  # the smallest last number of a sequence of each length
    ends: list[tuple[Heading, int]] = []  # each heading, with the place in `ends` of the one before it
    last: list[int] = []  # the place in `ends` of each of `tails`
    for heading in run:
        at = bisect_left(tails, heading.number)
        if at < len(tails) and tails[at] == heading.number:
            continue
        ends.append((heading, last[at - 1] if at else -1))
        tails[at : at + 1] = [heading.number]
        last[at : at + 1] = [len(ends) - 1]
    chain: list[Heading] = []
    place = last[-1] if last else -1
    while place >= 0:
        heading, place = ends[place]
        chain.append(heading)
    return chain[::-1]


def _counts(chain: Sequence[Heading]) -> bool:
    """Two that follow one another, and no more numbers between first and last that are not there than are."""
    numbers = [heading.number for heading in chain]
    pairs = any(b == a + 1 for a, b in itertools.pairwise(numbers))
    return pairs and numbers[-1] - numbers[0] + 1 <= 2 * len(numbers)


def _has_text(chain: Sequence[Heading], found: Sequence[Line]) -> bool:
    """Most parts hold text, two at least: a list of numbered lines is no compilation."""
    full = sum(any(line.is_prose for line in under) or sum(map(_han, under)) >= TEXT for under in _under(chain, found))
    return full >= 2 and full * 2 > len(chain)


def _under(chain: Sequence[Heading], found: Sequence[Line]) -> list[Sequence[Line]]:
    """The lines under each heading."""
    ends = [*(heading.line for heading in chain[1:]), len(found)]
    return [found[heading.line + 1 : end] for heading, end in zip(chain, ends, strict=True)]


def _shown(chain: Sequence[Heading], found: Sequence[Line]) -> list[Heading]:
    """The headings with a line under them."""
    return [heading for heading, under in zip(chain, _under(chain, found), strict=True) if under]


def _is_strong(chain: Sequence[Heading]) -> bool:
    return sum(heading.strong for heading in chain) * 2 > len(chain)


def _is_proven(chain: Sequence[Heading], found: Sequence[Line], page_title: str) -> bool:
    """A strong form proves itself. A weak one must begin at 1 and have the page's title on its side."""
    if _is_strong(chain):
        return True
    before = found[: chain[0].line]
    titles = [_own_title(page_title)] + [x.text for x in before if not x.is_prose and len(x.text) < HEADING_LENGTH]
    folded = [squeeze(title) for title in titles[: TITLES + 1]]
    if chain[0].number != 1:
        return False
    if any(_PROMISE.search(title) or _COLLECTION.search(title) for title in folded):
        return True
    whole = chain[-1].number == len(chain)
    return whole and _is_title(chain[0], folded) and not any(_is_own(line) for line in before)


def _own_title(page_title: str) -> str:
    """A `<title>` without the site: its first piece, where the longest is a site's name (and promises 大全)."""
    own = without_site(page_title)
    return page_title.split("_")[0].split("-")[0] if _SITE.search(own) else own


def _is_title(heading: Heading, titles: Iterable[str]) -> bool:
    """The heading says what the page is called, and that is the name of a document."""
    stem = heading.stem
    if not _NAMES.search(stem):
        return False
    return any(likeness(stem, title) >= ALIKE or (len(stem) >= 4 and title.endswith(stem)) for title in titles)


def _is_own(line: Line, heads: Sequence[Line] = ()) -> bool:
    """A paragraph above the first heading that may be a document's: no lead-in, definition or list of the headings."""
    if not line.is_prose or rules.lead_in(line) or rules.definition(line):
        return False
    return sum(head.folded in line.folded for head in heads) < 2


def _preface(before: Sequence[Line], parts: int) -> list[Proposal]:
    return [line.cut("preface", f"above part 1 of {parts}") for line in before]


def _empty(headings: Sequence[Line]) -> list[Proposal]:
    return [line.cut("empty_part", "a part's heading, and the next directly under it") for line in headings]


def _missing(draft: Draft, shown: Sequence[tuple[int, int]]) -> list[Gap]:
    """The parts that are not there: `shown` are the numbers of those that are, and where they begin."""
    gaps = []
    last = 0
    for number, start in shown:
        evidence = f"part {number} follows on {last}" if last else f"the first part is number {number}"
        gaps += [Gap(0, start, "part", n, evidence) for n in range(last + 1, number)]
        last = number
    promise = _PROMISE.search(draft.source.page_title)
    promised = _value(promise[1]) if promise else 0
    if promised > MOST:
        return gaps
    end = len(draft.source.text)
    return gaps + [Gap(0, end, "part", n, f"the title promises {promised}") for n in range(last + 1, promised + 1)]


def _han(line: Line) -> int:
    return sum("\u3400" <= c <= "\u9fff" for c in line.text)


def _value(text: str) -> int:
    if text.isdigit():
        return int(text)
    if text == "十":
        return 10
    head, ten, tail = text.partition("十")
    if not ten:
        return _DIGITS.get(text, 0)
    return 10 * (_DIGITS.get(head, 0) if head else 1) + (_DIGITS.get(tail, 0) if tail else 0)
