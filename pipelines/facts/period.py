"""Which span of work a text reports or plans: its kind, and its first and last month or year where they are certain.

Asked in this order: the sentence in which the text says what it is (现将2023年上半年工作总结如下), its opening, its
title, its headings. A title's year counts only where the body names it too, or the signature fits: template sites
renew it every year. Terms and school years are given by their years: no text says in which month they begin.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from pipelines.facts.cues import each
from pipelines.facts.spans import OPEN, YEAR, Reading, read, tenure_from, year_of
from pipelines.facts.subject import Clue, Facts, Subject
from pipelines.script import fold

TO_DO = frozenset(["计划"])
ACCOUNTS = frozenset(["总结", "汇报", "报告", "述职"]) | TO_DO  # genres that are about a span of work
OPENING, BEGINNING = 600, 160  # characters: where a text says what it is, and where it says of when it speaks
PARAGRAPH, GREETING = 15, 40  # characters that a paragraph has at least, and a greeting at most (chosen)
LONGEST = 20  # years that a tenure may last (chosen)
SOFT = 1  # years by which the soft end of an era may be wrong (as redating has it)
AT_HEAD = 8  # characters before the span that a text is about from its first words on
HEAD = 30  # characters of a line in which its heading stands
TITLE = 60

_SELF_NAMED = re.compile(
    each("总结|小结|汇报|报告|述职|回顾|计划|安排|打算|要点|规划|思路", "(?:汇报|报告)?(?:如下|,请|[:]$)")
    + "|"
    + each("作|做", ".{0,12}(?:总结|小结|汇报|述职|报告)")
    + "|"
    + each("制|拟|编", "[定订制].{0,30}(?:计划|要点|规划)")
    + "|向.{0,30}(?:汇报|述职|报告工作)|将.{0,30}(?:总结|汇报|报告|述职)",
    re.M,
)
# What a plan speaks of stands before its own noun: 2018年完成了任务，现将2019年工作计划如下.
_PLAN = re.compile(r"计划|安排|打算|要点|规划|思路|将")
# A year in a title of one event is no year of work.
_EVENT = re.compile(
    r"活动(?!中心|室)|科普[日周月]|[周节](?:活动|总结|汇报|小结)|宣传[周月日]|安全[生产]{0,2}月|比赛|竞赛|大赛|运动会|会议|培训班|实习|实训|军训|夏令营|支教|[寒暑]假|暑期|春运"
    r"|[春夏秋冬]季(?!学期)|汛期|夏粮|三[夏秋]|迎峰|[春夏秋冬][防播种收耕训]|防汛|抗洪|抗旱|高考|中考|会考|考试|演练|调研|换届|普查|专项|整治|攻坚|战役|征兵|招生|迎检|试用期|转正|见习|挂职|考察|参观|义诊|招聘会|艺术节|晚会"
)


_EXACTER = {
    "五年": ("任期",),
    "年度": ("学年", "学期", "上半年", "下半年", "第一季度", "第二季度", "第三季度", "第四季度", "月"),
}
_BARE_YEAR = re.compile(r"(?:过去的?)?一年(?:以?来|中|里|的工作)|全年|这一年")
_BARE = frozenset(["一年来", "一年以来", "一年中", "一年里", "全年", "这一年", "过去的一年", "过去一年"])
_BEGAN = re.compile(r"(?:成立|建|创|始|起|毕业|参加|开始|入|被|获|由|从|竣工|投入|退休|调|考)")
_BEFORE = re.compile(
    "[^《由从比按根较自于]{0,12}"
)  # a year behind these words is that of a paper, or one to compare with
_HEADINGS = ("回顾", "下半年", "下学期", "下学年", "明年", "来年", "年工作", "年度工作", "年主要")
_LOOKS_BACK = re.compile(
    r"(?:年|季度|学期|月份?)度?.{0,8}(?:回顾|总结|工作情况|完成情况|开展情况|主要工作|所做|成效|成绩)"
)
_LOOKS_AHEAD = re.compile(
    rf"(?:{YEAR}年|今年)?(?:(?P<half>下半年)|(?P<school>下学[期年])|明年|来年|(?<=年))度?.{{0,8}}(?:计划|打算|安排|思路|设想|重点|任务)"
)


class Found(NamedTuple):
    """A reading, and the string that it was read in."""

    reading: Reading
    where: str
    at: int  # where the stretch begins in that string


def period(subject: Subject, known: Facts) -> Iterator[Clue]:
    """The span that a summary, report or plan is about. Leaves single events, and what is no account of a span."""
    genre = known.get("genre")
    readings = _readings(subject, genre in TO_DO) if genre in ACCOUNTS or not genre else iter(())
    first = next(readings, None)
    if not first:
        return
    told = [first] if first.where == "text" and first.reading.year and genre else [first, *readings]
    best = next((one for one in told if _is_better(one.reading, first.reading)), first)
    same = [one for one in told if _is_same(one.reading, best.reading)]
    if not genre and {one.where for one in same} != {"text", "title"}:
        return
    if best.reading.kind:
        yield Clue("period", best.reading.kind, *_words(best, subject))
    dated = next((one for one in same if one.reading.year and _is_borne_out(one, same, subject, known)), None)
    if dated:
        yield from _of_year(dated, subject)
    elif not any(one.reading.year for one in same if one.where == "text"):
        yield from _of_signature(best.reading, known.get("signed_on"), genre in TO_DO)


def _words(found: Found, subject: Subject) -> tuple[str, int, int, str]:
    """Where a span was read, and its words."""
    start, end = found.at + found.reading.start, found.at + found.reading.end
    return found.where, start, end, (subject.text if found.where == "text" else subject.title)[start:end]


def _is_same(one: Reading, other: Reading) -> bool:
    """Whether two readings can be of one span."""
    return (one.kind, one.first, one.last) == (other.kind, other.first, other.last) or (
        one.kind == other.kind == "任期"
    )


def _is_better(reading: Reading, first: Reading) -> bool:
    """Whether a span says more exactly what another means: 任期 of 五年 that are past, a 学年 of 这一年."""
    return not first.year and reading.kind in _EXACTER.get(first.kind, ())


def _readings(subject: Subject, to_do: bool) -> Iterator[Found]:
    """What is said of the span, the surest first."""
    text, title = subject.folded, fold(subject.title)
    opening = text[:OPENING]
    for at, sentence in _self_named(opening):
        if reading := _last(sentence) if to_do else read(sentence):
            yield Found(reading, "text", at)
    at = _begins(text)
    if not to_do and (reading := _opening(text[at : at + BEGINNING].split("\n")[0])):
        yield Found(reading, "text", at)
    if len(title) <= TITLE and (reading := _of_title(title, to_do)):
        yield Found(reading, "title", 0)
    if reading := tenure_from(opening):
        yield Found(reading, "text", 0)
    if not to_do:
        for at, line in _headings(text):
            if reading := _of_heading(line):
                yield Found(reading, "text", at)


def _self_named(opening: str) -> Iterator[tuple[int, str]]:
    """The sentences in which a text says what it is, and where each begins."""
    for found in _SELF_NAMED.finditer(opening):
        start = max(opening.rfind(mark, 0, found.start()) for mark in "。!\n") + 1
        yield start, opening[start : found.end()]


def _begins(text: str) -> int:
    """Where the first paragraph begins: behind the lines that greet or name those who are spoken to."""
    at = 0
    for line in text[:OPENING].split("\n"):
        if len(line) >= PARAGRAPH and not (len(line) <= GREETING and line.endswith((":", "!", ","))):
            return at
        at += len(line) + 1
    return 0


def _headings(text: str) -> Iterator[tuple[int, str]]:
    """The beginnings of the lines in which a word of headings stands, and where each begins."""
    for word in _HEADINGS:
        at = text.find(word)
        while at >= 0:
            start = text.rfind("\n", 0, at) + 1
            if at - start < HEAD:
                yield start, text[start : start + HEAD].split("\n")[0]
            at = text.find(word, at + 1)


def _opening(piece: str) -> Reading | None:
    """The span of which a first paragraph speaks. Leaves years in which something began."""
    reading = read(piece)
    if reading and reading.kind == "五年" and (reading.start > AT_HEAD or piece.startswith("规划", reading.end - 2)):
        reading = read(piece, reading.end)  # a plan that is only mentioned
    if reading and reading.kind == "年度" and piece[reading.start : reading.end] not in _BARE:
        at_head = _BEFORE.fullmatch(piece, 0, reading.start) and not _BEGAN.match(piece, reading.end)
        return reading if at_head else _bare_year(piece)
    return reading


def _bare_year(piece: str) -> Reading | None:
    """一年来: a year that is meant, whichever it is."""
    found = _BARE_YEAR.search(piece)
    return Reading("年度", None, 0, 0, 0, *found.span()) if found else None


def _of_title(title: str, to_do: bool) -> Reading | None:
    """The span that a title names. Leaves the year of a single event."""
    reading = _last(title) if to_do else read(title)
    if reading and reading.kind == "年度" and _EVENT.search(title):
        return None
    return reading


def _of_heading(line: str) -> Reading | None:
    """The span of a heading: of what it looks back on, or the one before what it looks ahead to."""
    if _LOOKS_BACK.search(line):
        return read(line)
    found = _LOOKS_AHEAD.search(line)
    if not found:
        return None
    if found["half"]:
        return Reading("上半年", year_of(found["y"]), 1, 6, 0, *found.span())
    if found["school"]:
        return Reading("学年" if "年" in found["school"] else "学期", None, 0, 0, 0, *found.span())
    year = year_of(found["y"])
    return Reading("年度", year - 1 if year else None, 0, 0, 0, *found.span())


# --- in which year ----------------------------------------------------------------------------------------------


def _is_borne_out(found: Found, same: list[Found], subject: Subject, known: Facts) -> bool:
    """Whether a year may be believed: nothing contradicts it, and the text names or dates one of the title.

    A half-year or quarter that title and text have in common was not put there by a site, which renews bare years.
    """
    year = found.reading.year
    years = LONGEST if found.reading.years == OPEN else found.reading.years
    if year is None or _is_contradicted(year, year + years, known):
        return False
    if found.where == "text" or known.get("signed_on") or re.search(rf"(?<!\d){year}(?!\d)", subject.folded):
        return True
    earliest, latest = _year(known.get("era_from")), _year(known.get("era_to"))
    told_too = found.reading.kind != "年度" and any(one.where == "text" for one in same)
    return told_too or (earliest > 0 and earliest <= year <= latest <= earliest + 1)


def _is_contradicted(first: int, last: int, known: Facts) -> bool:
    """Whether the signature, or what the text refers to, is of another time."""
    signed, earliest, latest = (_year(known.get(name)) for name in ("signed_on", "era_from", "era_to"))
    if signed:
        return not first - 1 <= signed <= last + 1
    return bool((earliest and earliest > last + 1) or (latest and latest + SOFT < first))


def _year(iso: str | None) -> int:
    return int(iso[:4]) if iso else 0


def _of_year(found: Found, subject: Subject) -> Iterator[Clue]:
    for column, value in zip(("period_from", "period_to"), _ends(found.reading), strict=True):
        if value:
            yield Clue(column, value, *_words(found, subject))


def _of_signature(reading: Reading, signed: str | None, to_do: bool) -> Iterator[Clue]:
    """The dates of a span whose year only the signature tells: a half-year's summary is signed as it ends."""
    year = _year_by(reading, int(signed[:4]), int(signed[5:7]), to_do) if signed and len(signed) > 4 else None
    if year:
        for column, value in zip(("period_from", "period_to"), _ends(reading._replace(year=year)), strict=True):
            if value:
                yield Clue(column, value, "", 0, 0, f"{reading.kind}, signed {signed}")


def _year_by(reading: Reading, year: int, month: int, to_do: bool) -> int | None:
    """The year of a span that is reported, or planned, in a month of `year`; None where two years are possible."""
    if reading.kind in ("学期", "学年", "五年", "任期", "") or (reading.kind == "月" and not reading.first):
        return None
    last = reading.last or 12
    if to_do:
        first = reading.first or 1
        return year if first - 2 <= month <= first + 3 else year + 1 if month >= 11 and first <= 2 else None
    return year if last - 1 <= month <= last + 3 else year - 1 if month <= 3 and last >= 11 else None


def _ends(reading: Reading) -> tuple[str | None, str | None]:
    """The first and the last month, or year, in ISO 8601."""
    year = reading.year or 0
    if reading.years == OPEN:
        return f"{year}-{reading.first:02}" if reading.first else f"{year}", None
    if reading.first:
        return f"{year}-{reading.first:02}", f"{year + reading.years}-{reading.last:02}"
    return f"{year}", f"{year + reading.years}"


# --- the forms --------------------------------------------------------------------------------------------------


def _last(piece: str) -> Reading | None:
    """The span that stands right before the noun of a plan."""
    nouns = [m.start() for m in _PLAN.finditer(piece)]
    start, best = 0, None
    while nouns and (reading := read(piece[: nouns[-1]], start)):
        best, start = reading, reading.end
    return best
