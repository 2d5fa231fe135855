"""Dates in running text: every form in which Chinese documents write one.

All are ISO 8601, partial where only that is known (2018-05). A masked date (20xx年x月x日) is no date, an impossible one
(2月30日) neither, nor one of the lunar calendar. Nothing here knows today: a date in the future is for the caller to
doubt.
"""

import re
from dataclasses import dataclass
from datetime import date

from pipelines.script import fold

ZERO = "〇零○ＯＯOo0"
_NUMERALS = {**dict.fromkeys(ZERO, 0), **{c: n for n, c in enumerate("一二三四五六七八九", 1)}, "两": 2, "元": 1}
_Y = r"(?P<y>(?:19|20)\d\d)(?<![\d.]....)"  # the look behind comes second: a search begins with 1 or 2
_M, _D = r"(?P<m>1[0-2]|0?[1-9])", r"(?P<d>3[01]|[12]\d|0?[1-9])"
_HAN_YEAR = rf"(?P<y>[一二][{ZERO}一二三四五六七八九]{{3}})"
_HAN_MONTH, _HAN_DAY = (
    r"(?P<m>十[一二]?|元|[一二三四五六七八九])",
    r"(?P<d>(?:[二三]?十|廿)[一二三四五六七八九]?|卅|初?[一二三四五六七八九])",
)
# The day is what makes a date; without one, the month; a bare year needs its 年. Each with what it cannot do without.
_YEAR, _MARK, _HAN = (
    re.compile(r"\d\s*年"),
    re.compile(r"\d\s*[-/.—]\s*\d"),
    re.compile(rf"[{ZERO}一二三四五六七八九]\s*年"),
)
_FORMS = tuple(
    (needs, re.compile(form))
    for needs, form in (
        (_YEAR, rf"{_Y}\s*年\s*{_M}\s*月\s*{_D}\s*(?:[日号]|(?!\d))"),
        (_MARK, rf"{_Y}\s*(?P<s>[-/.—])\s*{_M}\s*(?P=s)\s*{_D}(?!\d)"),
        (_HAN, rf"{_HAN_YEAR}\s*年\s*{_HAN_MONTH}\s*月\s*{_HAN_DAY}\s*[日号]"),
        (_YEAR, rf"{_Y}\s*年\s*{_M}\s*月(?!\s*\d)"),
        (_MARK, rf"{_Y}[-/.]{_M}(?![\d.\-/]|\s*[%万亿元])"),
        (_HAN, rf"{_HAN_YEAR}\s*年\s*{_HAN_MONTH}\s*月"),
        (_YEAR, rf"{_Y}\s*年(?!\s*\d{{1,2}}\s*月)"),
        (_HAN, rf"{_HAN_YEAR}\s*年"),
    )
)
_CUE = re.compile(r"年|\d\s*[-/.—－／．]")  # every form of date has one of the two, folded or not
_LUNAR = ("农历", "阴历", "旧历")


@dataclass(frozen=True, slots=True)
class Found:
    """A date in a text: `text[start:end]` says `iso`."""

    start: int
    end: int
    iso: str


def dates(text: str) -> list[Found]:
    """All dates of a text in order, each as exact as it is written; overlapping readings count once."""
    return dates_of(fold(text)) if _CUE.search(text) else []


def dates_of(folded: str) -> list[Found]:
    """The same of a folded text."""
    if "年" not in folded and "20" not in folded and "19" not in folded:
        return []
    signs = (_YEAR, _MARK, _HAN) if "年" in folded else (_MARK,)
    present = {sign for sign in signs if sign.search(folded)}
    if not present:
        return []
    found: list[Found] = []
    taken = bytearray(len(folded))
    for needs, form in _FORMS:
        for match in form.finditer(folded) if needs in present else ():
            parts = [number(match[name]) for name in ("y", "m", "d") if name in form.groupindex]
            iso = iso_date(*parts)
            start, end = match.span()
            if iso and not any(taken[start:end]) and not folded.endswith(_LUNAR, 0, start):
                taken[start:end] = b"\1" * (end - start)
                found.append(Found(start, end, iso))
    return sorted(found, key=lambda one: one.start)


def parse(text: str) -> str | None:
    """The first date of a text."""
    found = dates(text)
    return found[0].iso if found else None


def iso_date(year: int, month: int = 0, day: int = 0) -> str | None:
    """The date in ISO 8601, partial without day or month; None where the calendar has none."""
    if not 1900 <= year <= 2099:
        return None
    if not month:
        return f"{year:04}"
    if not day:
        return f"{year:04}-{month:02}" if month <= 12 else None
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def number(text: str) -> int:
    """A year digit by digit, a month or day in numerals of either kind."""
    if text.isascii() and text.isdigit():
        return int(text)
    if len(text) == 4:
        return int("".join(str(_NUMERALS[c]) for c in text))
    text = text.replace("廿", "二十").replace("卅", "三十").lstrip("初")
    tens, ten, ones = text.rpartition("十")
    return (_NUMERALS.get(tens, 1) * 10 if ten else 0) + _NUMERALS.get(ones, 0)
