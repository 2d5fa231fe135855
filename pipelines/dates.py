"""Five kinds of date, each read where it stands: in a text, an address, a page's head, a title, between the lines.

All are ISO 8601, partial where only that is known (2018-05). A masked date (20xx年x月x日) is no date, an impossible one
(2月30日) neither. Nothing here knows today: a date in the future is for the caller to doubt.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from urllib.parse import urlsplit

from pipelines.era import era as era
from pipelines.script import fold

_ZERO = "〇零○ＯＯOo0"
_NUMERALS = {**dict.fromkeys(_ZERO, 0), **{c: n for n, c in enumerate("一二三四五六七八九", 1)}, "两": 2, "元": 1}
_Y = r"(?<![\d.])(?P<y>(?:19|20)\d\d)"
_M, _D = r"(?P<m>1[0-2]|0?[1-9])", r"(?P<d>3[01]|[12]\d|0?[1-9])"
_HAN_YEAR = rf"(?P<y>[一二][{_ZERO}一二三四五六七八九]{{3}})"
_HAN_MONTH, _HAN_DAY = (
    r"(?P<m>十[一二]?|元|[一二三四五六七八九])",
    r"(?P<d>(?:[二三]?十|廿)[一二三四五六七八九]?|卅|初?[一二三四五六七八九])",
)
# The day is what makes a date; without one, the month; a bare year needs its 年.
_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"{_Y}\s*年\s*{_M}\s*月\s*{_D}\s*(?:[日号]|(?!\d))",
        rf"{_Y}\s*(?P<s>[-/.—])\s*{_M}\s*(?P=s)\s*{_D}(?!\d)",
        rf"{_HAN_YEAR}\s*年\s*{_HAN_MONTH}\s*月\s*{_HAN_DAY}\s*[日号]",
        rf"{_Y}\s*年\s*{_M}\s*月(?!\s*\d)",
        rf"{_Y}[-/.]{_M}(?![\d.\-/]|\s*[%万亿元])",
        rf"{_HAN_YEAR}\s*年\s*{_HAN_MONTH}\s*月",
        rf"{_Y}\s*年(?!\s*\d{{1,2}}\s*月)",
        rf"{_HAN_YEAR}\s*年",
    )
)
_LABEL = re.compile(
    r"(?P<what>发布|发表|发稿|刊发|更新|上传|创建|录入|添加|编辑|整理)(?:时间|日期|于)?\s*[:\]】]?\s*$|(?:时间|日期)\s*[:\]】]\s*$"
)
# What follows a date that a page sets over its text: a time, a source, counters; or a newspaper's 报道.
_STAMP = re.compile(
    r"\s{0,8}\d{1,2}:\d\d(?!\d{0,4}\s{0,8}[—~至到在])|\s{0,8}[|\s]\s{0,8}(?:来源|作者|稿源|浏览|点击|阅读|编辑|字号|字体)|(?:报道|讯)[】\])]"
)
# What follows the time of an event, which a plan gives in the same words as a page its date.
_EVENT = re.compile(
    r"\s{0,8}(?:\d{1,2}[::]\d\d)?\s{0,8}[(（]?(?:上午|下午|晚上?|全天|星期|周[一二三四五六日]|[-—~至到]|开始|在|地点)"
)
_HAN = re.compile("[一-鿿]")
_AT_START = re.compile(r"^[\[【(]?\s*$")
# A year in a title is one of the document unless it counts something or numbers a document.
_TITLE_YEAR = re.compile(
    r"(?<![\d〔\[(（])((?:19[89]|20[0-4])\d)(?![\d〕\]xX]|\s*(?:字|篇|份|人|名|元|万|亿|个|号|余|多|米|户|亩|册|次|届|期|强|里|公里))"
)
_TITLE_HAN_YEAR = re.compile(rf"([一二][{_ZERO}一二三四五六七八九]{{3}})\s*年")
_CUE = re.compile(r"年|\d\s*[-/.—－／．]")  # every form of date has one of the two, folded or not
EARLIEST_PAGE, LATEST_PAGE = 1995, 2039  # years that an address may hold: the web in China, and a bound for ids


@dataclass(frozen=True, slots=True)
class Found:
    """A date in a text: `text[start:end]` says `iso`."""

    start: int
    end: int
    iso: str


def dates(text: str) -> list[Found]:
    """All dates of a text in order, each as exact as it is written; overlapping readings count once."""
    if not _CUE.search(text):
        return []
    folded = fold(text)
    found: list[Found] = []
    taken = bytearray(len(folded))
    for form in _FORMS:
        for match in form.finditer(folded):
            parts = [_number(match[name]) for name in ("y", "m", "d") if name in form.groupindex]
            iso = iso_date(*parts)
            start, end = match.span()
            if iso and not any(taken[start:end]):
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


def page_date(lines: Sequence[str]) -> str | None:
    """The date that a page shows in its head: behind a label (发布时间:), or at the start of a short line.

    Leaves the time of an event (时间:9月20日 上午9:30), empty labels, 24小时内, and dates inside sentences.
    """
    best: dict[int, str] = {}
    folded = [fold(line).strip() for line in lines]
    for n, (line, following) in enumerate(zip_longest(folded, folded[1:], fillvalue="")):
        for rank, iso in _shown(line, following, n):
            best.setdefault(rank, iso)
    return best[min(best)] if best else None


def url_date(url: str) -> str | None:
    """The date in an address: /art/2008/11/7/, /2023/0417/, /201806/, t20250519_, /2024032878087.html."""
    path = urlsplit(url).path
    found = [iso for pattern, whole in _URL_FORMS for match in pattern.finditer(path) if (iso := whole(match))]
    return max(found, key=len) if found else None


def title_year(title: str) -> int | None:
    """The first year that a title names. Leaves counts (2000字), document numbers (〔2018〕3号), masks (20xx)."""
    folded = fold(title)
    if match := _TITLE_YEAR.search(folded):
        return int(match[1])
    if match := _TITLE_HAN_YEAR.search(folded):
        year = _number(match[1])
        return year if 1980 <= year <= 2049 else None
    return None


def _shown(line: str, following: str, n: int) -> Iterator[tuple[int, str]]:
    """Page dates of one line, each with its rank: 0 published, 1 dated, 2 updated, 3 a stamp without label."""
    own = dates(line)
    for found in own:
        if len(found.iso) < 10 or "。" in line or _EVENT.match(line, found.end) or following.startswith("地点"):
            continue
        before = line[: found.start]
        if label := _LABEL.search(before):
            yield {None: 1, "更新": 2, "编辑": 2, "整理": 2}.get(label["what"], 0), found.iso
        elif (_AT_START.match(before) and _is_bare(line, found, n)) or _is_stamp(line, found):
            yield 3, found.iso
    if n and not own and _LABEL.fullmatch(line):
        stamps = dates(following)
        if stamps and stamps[0].start == 0 and len(stamps[0].iso) == 10:
            yield 1, stamps[0].iso


def _is_stamp(line: str, found: Found) -> bool:
    """Whether a time, a source or counters follow the date. Leaves lists of titles with dates behind them."""
    return bool(_STAMP.match(line, found.end)) and len(line) <= 90 and len(_HAN.findall(line[: found.start])) <= 12


def _is_bare(line: str, found: Found, n: int) -> bool:
    """Whether a date that opens a line is the page's: a stamp (2024-09-22 10:00), or alone on an early line."""
    rest = line[found.end :]
    if "年" in line[found.start : found.end]:
        return n < 15 and len(rest) <= 2
    return len(rest) <= 60 and "," not in rest[:20]


def _number(text: str) -> int:
    """A year digit by digit, a month or day in numerals of either kind."""
    if text.isascii() and text.isdigit():
        return int(text)
    if len(text) == 4:
        return int("".join(str(_NUMERALS[c]) for c in text))
    text = text.replace("廿", "二十").replace("卅", "三十").lstrip("初")
    tens, ten, ones = text.rpartition("十")
    return (_NUMERALS.get(tens, 1) * 10 if ten else 0) + _NUMERALS.get(ones, 0)


def _stamp(match: re.Match[str]) -> str | None:
    """yyyymmdd at the start of a run of digits: alone, or with a time or a long serial number behind it."""
    digits = match[1]
    rest = digits[8:]
    if len(digits) in (9, 11) or (len(digits) in (10, 12, 14) and not _is_time(rest)):
        return None
    return _of_web(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))


def _is_time(digits: str) -> bool:
    limits = (24, 60, 60)
    return all(int(digits[n : n + 2]) < limits[n // 2] for n in range(0, len(digits), 2))


def _of_web(year: int, month: int = 0, day: int = 0) -> str | None:
    return iso_date(year, month, day) if EARLIEST_PAGE <= year <= LATEST_PAGE else None


_URL_FORMS = (
    (re.compile(r"(?<!\d)((?:19|20)\d{6,14})(?!\d)"), _stamp),
    (
        re.compile(r"/((?:19|20)\d\d)(?:[/-](\d\d?)[/-](\d\d?)(?=[/_.-])|/(\d\d)(\d\d)(?=/))"),
        lambda m: _of_web(*(int(part) for part in m.groups() if part)),
    ),
    (re.compile(r"/((?:19|20)\d\d)-?(\d\d)/"), lambda m: _of_web(int(m[1]), int(m[2])) if int(m[2]) else None),
    (re.compile(r"/((?:19|20)\d\d)/(\d\d?)/"), lambda m: _of_web(int(m[1]), int(m[2])) if int(m[2]) else None),
    (re.compile(r"/((?:19|20)\d\d)/"), lambda m: _of_web(int(m[1]))),
)
