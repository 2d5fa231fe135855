"""Spans of time as texts write them: 2023年上半年, 1—6月, 2022—2023学年度第一学期, 任现职以来, 十四五时期, 一年来."""

import re
from typing import NamedTuple

from pipelines.facts.anchors import anchors

_DIGITS = {**dict.fromkeys("〇○零oO0", 0), **{c: n for n, c in enumerate("一二三四五六七八九", 1)}}
_MONTHS = {**{c: n for n, c in enumerate("一二三四五六七八九十", 1)}, "十一": 11, "十二": 12, "元": 1}
YEAR = r"(?<![\d.])(?P<y>(?:19|20)\d\d|(?:19|20)[x×*_]{2}|[x×*_]{2,4}|[一二][〇○零oO0一二三四五六七八九]{3})"
_M = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_TO = r"\s{0,2}(?:[-—–~至到]|--|——)\s{0,2}"


OPEN = -1  # years of a span of which the text does not say when it ends


class Reading(NamedTuple):
    """What a stretch of text says of a span, `piece[start:end]`; months are 0 where it means whole years."""

    kind: str
    year: int | None  # None where it is masked or not said
    first: int  # month of that year
    last: int
    years: int  # how many years later it ends
    start: int
    end: int


def read(piece: str, at: int = 0) -> Reading | None:
    """The first span that a folded piece of text names behind `at`, the most exact of those that begin there."""
    behind = piece[at:]
    found = [reading for form in _READERS if (reading := form(behind))]
    first = min(found, key=lambda one: (one.start, -one.end), default=None)
    return first._replace(start=first.start + at, end=first.end + at) if first else None


_HALF = re.compile(rf"(?:{YEAR}\s?年?度?|今年|本年度?)?(?P<half>[上下])半年(?!来)")
_QUARTER = re.compile(rf"(?:{YEAR}\s?年?度?|今年)?(?P<to>前)?第?(?P<q>[一二三四1-4])个?季度")
_SCHOOL = re.compile(
    rf"{YEAR}\s?年?{_TO}(?P<z>(?:20)?\d\d|20[x×*_]{{2}}|[x×*_]{{2,4}})\s?学?年?(?:学年)?度?\s?(?P<term>第?[一二上下]学期|[春秋]季?学期)?"
)
_TERM = re.compile(rf"(?:{YEAR}\s?年?)?(?P<season>[春秋])季?学期|(?:[本这上下]|第[一二]|一个?|新)学期")
_YEAR_OF_SCHOOL = re.compile(r"(?:[本这]|一个?|全)学年|学年度")
# What these forms have at their end: a search skips to it, and finds it in few texts.
_TO_MONTH = re.compile(rf"[-—–~至到]\s{{0,2}}{_M}月")
_BEHIND_MONTH = r"(?:份)?(?=工作|的|[^\d\s]{0,8}(?:总结|小结|汇报|计划|安排)|,)"
_MONTH_END = re.compile(f"月{_BEHIND_MONTH}")
_TO_YEAR = re.compile(r"[-—–~至到]\s{0,2}20\d\d\s?年")
_SPAN_OF_MONTHS = re.compile(rf"(?:{YEAR}\s?年\s?)?(?P<a>{_M})月?(?:份)?{_TO}(?P<b>{_M})月(?!\d)")
_MONTH = re.compile(rf"(?:{YEAR}\s?年\s?|^|今年|本年)(?P<a>{_M})月{_BEHIND_MONTH}")
_OFFICES = re.compile("[任届履选产会聘]")
_OFFICE = r"(?:任现职|任职|担任|接任|就任|上任|到任|当选|选举产生|产生|换届|大会|履职|履新)[^。]{0,24}?以来"
_TENURE_FROM = re.compile(rf"{YEAR}\s?年(?:\s?(?P<a>{_M})月)?份?(?:\d{{1,2}}日)?[^。,\d]{{0,16}}{_OFFICE}")
_LASTED = re.compile("[^。]{0,16}?(?:届满|历时|走过)[^。,]{0,6}?(?P<n>[三四五])个?年")
_TENURE = re.compile(
    rf"{_OFFICE}|任期内?|聘期内?|(?:[本上]|第[一二三四五六七八九十]{{1,3}})届[^。,]{{0,12}}(?:工作|任期|期间)"
)
_SINCE = re.compile(rf"自?{YEAR}\s?年(?:\s?(?P<a>{_M})月)?份?以来")
_FIVE = re.compile(
    r"(?:过去的?|近|今后|未来)?(?:五|5)年(?=来|工作|的|以来|,|规划|发展)|[“\"]?(?P<plan>十[一二三四]五|十五五)[”\"]?(?:期间|时期|规划|工作|以来|$)"
)
_RANGE = re.compile(rf"{YEAR}\s?年?{_TO}(?P<z>20\d\d)\s?年(?!\s?\d)")
_WHOLE_YEAR = re.compile(
    rf"{YEAR}\s?(?:年度|年)(?![—\-至到~]|\s?\d{{1,2}}\s?月|初|底|末|前|[十一二三四五六七八九]{{1,2}}月)|一年(?:以?来|中|里|的工作|工作)|全年|过去的?一年|这一年|年[度终]"
)


def _half(piece: str) -> Reading | None:
    found = _HALF.search(piece) if "半年" in piece else None
    if not found:
        return None
    first = 1 if found["half"] == "上" else 7
    return Reading(f"{found['half']}半年", year_of(found["y"]), first, first + 5, 0, *found.span())


def _quarter(piece: str) -> Reading | None:
    found = _QUARTER.search(piece) if "季度" in piece else None
    if not found:
        return None
    n = int(found["q"]) if found["q"].isdigit() else "一二三四".index(found["q"]) + 1
    if found["to"]:
        return Reading("", year_of(found["y"]), 1, 3 * n, 0, *found.span())
    return Reading(f"第{'一二三四'[n - 1]}季度", year_of(found["y"]), 3 * n - 2, 3 * n, 0, *found.span())


def _school(piece: str) -> Reading | None:
    """2022—2023学年度第一学期, and its parts."""
    if "学期" not in piece and "学年" not in piece:
        return None
    found = _SCHOOL.search(piece)
    if found and "学" in found[0]:
        year, term = year_of(found["y"]), found["term"] or ""
        second = any(sign in term for sign in "二下春")
        later = year + 1 if year and second else year
        return Reading("学期" if term else "学年", later, 0, 0, 0 if second else 1, *found.span())
    if found := _TERM.search(piece):
        autumn = found["season"] == "秋"
        return Reading("学期", year_of(found["y"]), 0, 0, int(autumn), *found.span())
    found = _YEAR_OF_SCHOOL.search(piece)
    return Reading("学年", None, 0, 0, 1, *found.span()) if found else None


def _months(piece: str) -> Reading | None:
    """1—6月 is 上半年; a span of months that has no name has no kind."""
    if "月" not in piece:
        return None
    if _TO_MONTH.search(piece) and (found := _SPAN_OF_MONTHS.search(piece)):
        first, last = _month(found["a"]), _month(found["b"])
        if first >= last:
            return None
        return Reading(_NAMED.get((first, last), ""), year_of(found["y"]), first, last, 0, *found.span())
    if _MONTH_END.search(piece) and (found := _MONTH.search(piece)):
        return Reading("月", year_of(found["y"]), _month(found["a"]), _month(found["a"]), 0, *found.span())
    at = piece.find("月度")
    return Reading("月", None, 0, 0, 0, at, at + 2) if at >= 0 else None


def _tenure(piece: str) -> Reading | None:
    found = tenure_from(piece)
    if found or not _OFFICES.search(piece):
        return found
    bare = _TENURE.search(piece)
    return Reading("任期", None, 0, 0, OPEN, *bare.span()) if bare else None


def tenure_from(piece: str) -> Reading | None:
    """自2010年11月选举产生以来，已届满五年: when a tenure began, and when it ended if that is said."""
    found = _TENURE_FROM.search(piece) if "以来" in piece else None
    if not found:
        return None
    lasted = _LASTED.match(piece, found.end())
    month = _month(found["a"] or "")
    years = _MONTHS[lasted["n"]] if lasted else OPEN
    return Reading("任期", year_of(found["y"]), month, month if lasted else 0, years, *found.span())


def _since(piece: str) -> Reading | None:
    """2014年以来: a span that has no name, and no end."""
    found = _SINCE.search(piece) if "以来" in piece else None
    return Reading("", year_of(found["y"]), _month(found["a"] or ""), 0, OPEN, *found.span()) if found else None


def _five(piece: str) -> Reading | None:
    found = _FIVE.search(piece) if "五" in piece or "5年" in piece else None
    if not found:
        return None
    plan = anchors().plans.get(found["plan"] or "")
    return Reading("五年", plan[0] if plan else None, 0, 0, 4, *found.span())


def _whole_year(piece: str) -> Reading | None:
    found = _WHOLE_YEAR.search(piece) if "年" in piece else None
    return Reading("年度", year_of(found["y"]), 0, 0, 0, *found.span()) if found else None


def _range(piece: str) -> Reading | None:
    """2021—2025年: five years have a name, others have none."""
    found = _RANGE.search(piece) if _TO_YEAR.search(piece) else None
    year = year_of(found["y"]) if found else None
    if not found or not year or not 0 < int(found["z"]) - year < 10:
        return None
    years = int(found["z"]) - year
    return Reading("五年" if years == 4 else "", year, 0, 0, years, *found.span())


def year_of(written: str | None) -> int | None:
    """A year in digits of either kind; None where it is masked, and out of this archive's time."""
    if not written or re.search(r"[x×*_]", written):
        return None
    year = int("".join(str(_DIGITS.get(c, c)) for c in written))
    return year if 1949 <= year <= 2049 else None


def _month(written: str) -> int:
    return int(written) if written.isdigit() else _MONTHS.get(written, 0)


_NAMED = {
    (1, 6): "上半年",
    (7, 12): "下半年",
    (1, 3): "第一季度",
    (4, 6): "第二季度",
    (7, 9): "第三季度",
    (10, 12): "第四季度",
    (1, 12): "年度",
}
_READERS = (_half, _quarter, _school, _months, _tenure, _since, _five, _range, _whole_year)
