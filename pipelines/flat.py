"""Headings that were glued to the text get their line break back: those of sections and those of parts.

A flattened page has lost all its line breaks. What proves that a mark inside a line began one is that it counts on
from the mark before it (一、 then 二、), and stands where a sentence ends. Where a heading without a full stop ends
cannot be told, so only the break in front of it comes back.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipelines.document import Proposal
from pipelines.ledger import Draft
from pipelines.lines import Line, lines, squeeze
from pipelines.script import fold
from pipelines.split import numbers_anew, part_headings, promised, titles_above
from pipelines.states import Lined, Repaired
from pipelines.structure.part_forms import GENRE, KINDS, NAMES, value

FLAT = 400  # characters of a line, past which headings inside it were glued to the text
ALONE, ALONE_SERIES = 0.75, 3  # share of a page's sentences in one line, and marks in it, that prove it flat; chosen
CERTAIN = 600  # characters of a line without a break: a page that has lost them (phenomena, row FLAT)
STEM = 40  # characters in front of a part's number, and of an own title behind it

_HAN = "\\u3400-\\u4dbf\\u4e00-\\u9fff"
_N = "[一二三四五六七八九十]{1,3}"
# 一、二、三等奖, 一、二期工程, 三、四月份 count things; 三、四大举措 and 一、一年来 are headings.
_COUNTS = r"(?![一二三四五六七八九十]{1,2}(?:[、等期级季月线类层号楼组队班车产审次度]|$))"
_MARKS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (level, re.compile(pattern))
    for level, pattern in (
        ("一、", rf"(?P<n>[一二三四五六七八九十]{{1,3}})、{_COUNTS}"),
        ("(一)", rf"[(](?P<n>{_N})[)](?![至、和与及项款条])"),
        ("1.", r"(?P<n>\d{1,2})[.、](?!、)"),
        ("第一,", rf"第(?P<n>{_N})[,、](?!第?{_N})"),
    )
)
_IS_HAN = re.compile(f"[{_HAN}]")
_DEEP = frozenset(("1.", "第一,"))  # levels that a paragraph may hold: only where the page is flat for certain

_CHINESE = "[一二三四五六七八九十百]{1,5}"
# One group a form; each begins where a sentence does, with the name of a document in front of it or nothing.
_PART = re.compile(
    rf"[【\[(]?第\s*(?P<a>\d{{1,3}}|{_CHINESE})\s*篇(?![章幅目首])"
    rf"|[【\[(]?篇\s*(?P<b>\d{{1,7}}|{_CHINESE})"
    rf"|[【\[]\s*(?P<c>\d{{1,3}}|{_CHINESE})\s*(?=[】\]])"
    rf"|(?:{KINDS}|{GENRE})\s*(?:(?P<d>\d{{1,3}}|{_CHINESE})\s*篇|[(](?P<e>\d{{1,3}}|{_CHINESE})(?=[)])"
    rf"|之?(?P<f>\d{{1,7}}|{_CHINESE}))"
)
# Whether one of them can be found, and the next: characters that both have, and patterns that are searched fast.
_LAST = "结告报划会职文本板辞例得话言讲稿案料点悟"  # the last characters of KINDS and GENRE
_WORD = f"[{_LAST}]"
# What a line has that has a mark of a part in it; each alternative begins with a character, to which a search skips.
_MARKED = re.compile("|".join((r"篇|【|\[", *(rf"{c}\s*[之(]?\s*[\d一二三四五六七八九十百]" for c in _LAST))))
_HINTS: tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (signs, re.compile(first), re.compile(second))
    for signs, first, second in (
        ("篇", r"篇\s?[\d一二三四五六七八九十]", "篇"),
        ("篇", r"[1一]\s?篇", r"[2二]\s?篇"),
        ("篇", r"第\s?[\d一二三四五六七八九十]{1,3}\s?篇", "篇"),
        ("【[", r"[【\[]\s?[1一]\s?[】\]]", r"[【\[]\s?[2二]\s?[】\]]"),
        ("1一", rf"{_WORD}\s?[之(]?\s?[1一]", rf"{_WORD}\s?[之(]?\s?[2二]"),
    )
)
# What a number counts: 工作总结3份, 体会一是
_COUNTED = re.compile(r"[个名年月日项份件次期条部期万亿%元篇人场是、.]")
_YEAR = re.compile(r"(?:19|20)\d\d")
_CLOSE = re.compile(r"\s*(?:篇\s*)?[】\])]|\s*篇")
_OWN = re.compile(
    rf"《[^》]{{2,{STEM}}}》|[^,。:;!?]{{2,{STEM}}}?{NAMES.pattern[:-1]}(?!如下|如次|报告|体会|生育|总结|[中里会为以了的是和与及暨,、])"
)
# How documents open: to whom, of when, on whose orders, who speaks.
_OPENING = re.compile(
    r"尊敬的|各位|同志们|大家好|(?:19|20)[\dx]{2}年|[一两半这本近]年|今年|本人|我[是叫于在校局县镇市区院社所站村乡处中单部]|时光|光阴|岁月|转眼|不知不觉"
    r"|回顾|过去|随着|自从?|近年|根据|按照|遵照|为了?[^,]{2,30},|在[^,。]{2,40}(?:下|中|之际|以来),|[^,。]{2,12}以来,"
)
_SAYS = re.compile(r"^(?:现将|现就|下面|根据|按照|为了?)")
_SEPARATOR = re.compile(r"[:.、]?\s*")


def unflatten(repaired: Repaired) -> Lined:
    """Glued headings get their line break back: only where they count on from one another."""
    draft = repaired.draft
    for step in (glued_part_headings, glued_headings):
        if found := step(draft):
            draft = draft.edited("unflatten", found)
    return Lined(draft, repaired.gaps)


class Mark(NamedTuple):
    """A mark that numbers a section."""

    row: int
    at: int  # in the row's text
    number: int


def glued_headings(draft: Draft, start: int = 0, end: int | None = None) -> list[Proposal]:
    """`。一、` becomes a break before 一, when 一、 and 二、 follow in order. Leaves 一、二、三等奖."""
    view = draft.view[start:end]
    if max(map(len, view.split("\n"))) < FLAT // 4:
        return []
    rows = lines(draft, start, end)
    flat: set[int] = {n for n, line in enumerate(rows) if len(line.text) >= CERTAIN}
    alone = _alone(rows)
    found: list[Proposal] = []
    for level, pattern in _MARKS:
        if level in _DEEP and not flat:
            continue
        inner = list(_inner(rows, level, pattern))
        if not any(mark.at for mark in inner):
            continue  # no mark is glued to what stands before it
        for series in _series(sorted([*inner, *_first(rows, pattern)])):
            inside = any(mark.at == 0 for mark in series)
            for mark in series:
                line = rows[mark.row]
                long = len(line.text) >= FLAT or (inside and line.folded[mark.at - 1] == "。")
                long = long or (mark.row == alone and len(series) >= ALONE_SERIES)
                if mark.at == 0 or not (mark.row in flat if level in _DEEP else long):
                    continue
                flat.add(mark.row)
                found.append(_break(line, mark.at, f"one of {len(series)} marks {level} that count up"))
    return found


def _alone(rows: Sequence[Line]) -> int:
    """The line that holds nearly all sentences of a text, as in a short document without breaks; -1 if none does."""
    prose = {n: len(line.text) for n, line in enumerate(rows) if "。" in line.folded}
    longest = max(prose, key=prose.__getitem__, default=-1)
    return longest if prose and prose[longest] >= ALONE * sum(prose.values()) else -1


def _first(rows: Sequence[Line], pattern: re.Pattern[str]) -> Iterator[Mark]:
    """The marks that short lines begin with."""
    for n, line in enumerate(rows):
        if len(line.text) < FLAT // 4 and (first := pattern.match(line.folded)):
            yield Mark(n, 0, value(first["n"]))


def _inner(rows: Sequence[Line], level: str, pattern: re.Pattern[str]) -> Iterator[Mark]:
    """The marks in long lines, where sentences begin."""
    for n, line in enumerate(rows):
        for match in pattern.finditer(line.folded) if len(line.text) >= FLAT // 4 else ():
            number = value(match["n"])
            if number and _begins(line, match, level, number):
                yield Mark(n, match.start(), number)


def _begins(line: Line, mark: re.Match[str], level: str, number: int) -> bool:
    """Whether a mark stands where a sentence ends; the first of a series may follow its heading, which has no stop."""
    text, at = line.folded, mark.start()
    after = text[mark.end() : mark.end() + 1]
    if level == "1." and after.isdigit() and line.text[mark.end() - 1] != "．":  # 1.5万, but 1．12月底前
        return False
    before = text[at - 1] if at else ""
    if not before or before in ("。!?" if level in _DEEP else "。:;!?"):
        return True
    if before in "”』」)":
        return text[at - 2 : at - 1] in ("。", "!", "?")
    return (
        number == 1
        and level in ("(一)", "1.")
        and bool(_IS_HAN.match(before) and (_IS_HAN.match(after) or after.isdigit()))
    )


def _series(marks: Sequence[Mark]) -> list[list[Mark]]:
    """The stretches of at least two marks that count up from 1."""
    found: list[list[Mark]] = []
    for mark in marks:
        if found and mark.number == found[-1][-1].number + 1:
            found[-1].append(mark)
        elif mark.number == 1:
            found.append([mark])
    return [series for series in found if len(series) > 1]


def _break(line: Line, at: int, evidence: str, rule: str = "glued_heading") -> Proposal:
    """A line break in front of a character: an edit replaces the character, for none is zero-width."""
    return Proposal(line.start + at, line.start + at + 1, "\n" + line.text[at], rule, evidence)


class Glued(NamedTuple):
    """A part's heading inside a line: `line.text[start:end]`, with text before or behind it."""

    line: Line
    start: int
    end: int
    form: str
    doubtful: bool  # 第一篇研究…, 【1】强化学习…: the number may be the sentence's own, or a section's


def glued_part_headings(draft: Draft) -> list[Proposal]:
    """`…贡献。工作总结篇2一年来，…`: breaks around the headings of parts, where with them the page is a compilation."""
    view = fold(draft.view)
    hints = (hint for hint in _HINTS if any(sign in view for sign in hint[0]))
    if not any(first.search(view) and second.search(view) for _, first, second in hints):
        return []
    found = lines(draft)
    glued = list(_glued(found))
    trials = [[heading for heading in glued if heading.form == form] for form in "abcdef"]
    return max((_proven(draft, found, trial) for trial in trials if trial), key=len, default=[])


def _proven(draft: Draft, found: Sequence[Line], glued: Sequence[Glued]) -> list[Proposal]:
    """The breaks around these headings, where with them the page is a compilation that they head the parts of."""
    title = draft.source.page_title
    doubtful = sum(heading.doubtful for heading in glued) * 2 > len(glued)
    trial = lines(draft.edited("trial", [proposal for heading in glued for proposal in _breaks(heading, 0)]))
    chain = part_headings(trial, title)
    if doubtful and promised(titles_above(found[:1], title)) != len(chain) and not numbers_anew(chain, trial):
        return []
    heads = {squeeze(trial[heading.line].text) for heading in chain}
    kept = [heading for heading in glued if squeeze(heading.line.text[heading.start : heading.end]) in heads]
    return [proposal for heading in kept for proposal in _breaks(heading, len(kept))]


def _breaks(heading: Glued, count: int) -> Iterator[Proposal]:
    evidence = f"one of {count} headings of parts that were glued to the text"
    if heading.start:
        yield _break(heading.line, heading.start, evidence, "glued_part_heading")
    if heading.end < len(heading.line.text):
        yield _break(heading.line, heading.end, evidence, "glued_part_heading")


def _glued(found: Sequence[Line]) -> Iterator[Glued]:
    """What may be glued headings of parts: of each form those that count up."""
    wanted = dict.fromkeys("abcdef", 1)
    for line in found:
        done = 0
        for mark in _PART.finditer(line.folded) if _MARKED.search(line.folded) else ():
            form = str(mark.lastgroup)
            number, length = _number(mark[form], wanted[form])
            if not number or mark.start() < done or _counts(mark, length):
                continue
            if heading := _heading(line, mark, mark.start(form) + length):
                wanted[form] = number + 1
                done = heading.end
                if heading.start or heading.end < len(line.text):
                    yield heading


def _counts(mark: re.Match[str], length: int) -> bool:
    """Whether the number, or what is left of its digits, counts something."""
    form = str(mark.lastgroup)
    rest = mark[form][length:]
    if rest and rest[0].isdigit():
        return not _YEAR.match(rest)
    return form == "f" and not rest and _COUNTED.match(mark.string, mark.end()) is not None


def _heading(line: Line, mark: re.Match[str], end: int) -> Glued | None:
    """The heading around a mark whose number ends at `end`, if it begins a sentence and is no sentence itself."""
    text, form = line.folded, str(mark.lastgroup)
    start = _sentence_start(text, mark.start())
    stem = text[start : mark.start(form)].strip("*#-~【[(第篇之: ")
    if start < 0 or len(stem) > STEM or re.search("[,:]", stem) or (stem and not NAMES.search(stem)):
        return None
    closed = _CLOSE.match(text, end)
    end = closed.end() if closed else end
    if len(text) - end <= STEM and not re.search("[,。;!?]|:$", text[end:]):
        return Glued(line, start, len(text), form, False)  # the line ends with the heading
    separator = _SEPARATOR.match(text, end)
    after = separator.end() if separator else end
    own = _OWN.match(text, after)
    if own and not _SAYS.search(own.group()):
        return Glued(line, start, own.end(), form, False)
    return Glued(line, start, after, form, form in "ac" and not stem and not _OPENING.match(text, after))


def _number(text: str, wanted: int) -> tuple[int, int]:
    """The number that begins `text`, and how many characters write it: what follows may count on (篇二一年来)."""
    able = [(value(text[:n]), n) for n in range(len(text), 0, -1) if value(text[:n])]
    fits = [reading for reading in able if reading[0] in (wanted, 1)]
    return (fits or able or [(0, 0)])[0]


def _sentence_start(text: str, at: int) -> int:
    """Where the sentence that holds `at` begins; -1 if that is farther away than any heading is long."""
    low = max(0, at - STEM - 8)
    start = max(text.rfind(stop, low, at) for stop in "。!?;…") + 1
    if not start and low:
        return -1
    while start < at and text[start] in "”』」) ":
        start += 1
    return start
