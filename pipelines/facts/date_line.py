"""The date of a signature in all its forms: spaced, in numerals of either kind, stripped of its marks, masked.

Reads one folded line, and only dates that fill it, begin it or end it: what stands inside a sentence is `dates`'
business. A masked or impossible date is one as well: it says where the signature is, and not when it was signed.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from pipelines.facts.dates import iso_date

_ZERO = "〇零○◯OoΟοОо0"
_HAN = "一二三四五六七八九"
_S = r"\s{0,8}"
_ARABIC_YEAR = r"(?:1\s?9|2\s?[0Oo])\s?\d\s?\d"
_HAN_YEAR = rf"[一二]\s?[{_ZERO}九]\s?[{_ZERO}{_HAN}\d]\s?[{_ZERO}{_HAN}\d]"
_MONTH = rf"(?:1\s?[0-2]|0?\s?[1-9]|十\s?[一二]?|[{_ZERO}]?[{_HAN}]|元)"
_DAY = rf"(?:3\s?[01]|[12]\s?\d|0?\s?[1-9]|(?:[一二三]?\s?十|廿|卅)\s?[{_HAN}]?|[初{_ZERO}]?[{_HAN}]|[一二三][{_ZERO}])"
_M = r"[\dxX×*_○〇□△▲#?某Nn—-]"  # what a mask is made of, digits that it left included
_WRITTEN = (
    rf"(?P<y>{_ARABIC_YEAR}|{_HAN_YEAR}){_S}年?{_S}(?P<m>{_MONTH}){_S}月(?:{_S}(?P<d>{_DAY}){_S}[日号曰]?(?!\d))?(?:[上中下]旬|[初底末])?"
    r"(?:\s{0,4}[(]?(?:星期|周)[一二三四五六日天][)]?)?"
)
_DOTTED = (
    rf"(?P<y>{_ARABIC_YEAR}){_S}(?P<s>[-/.—、·]|(?=\s)){_S}(?P<m>1[0-2]|0?[1-9])"
    rf"{_S}(?P=s){_S}(?P<d>3[01]|[12]\d|0?[1-9])[日号]?(?!\d)"
)
_BRIEF = (
    rf"(?P<y>{_ARABIC_YEAR}|{_HAN_YEAR})"
    rf"(?:{_S}年(?:度|[春夏秋冬]季?|岁[末首]|年?[初终末底])?|[-/.](?P<m>1[0-2]|0?[1-9]))(?!\d)"
)
_STRIPPED = r"(?<!\d)(?P<n>(?:19|20)\d\d年?\d{2,4})日?(?!\d)"
_MASKED = (
    rf"{_M}{{0,6}}{_S}年{_S}{_M}{{0,4}}{_S}月(?:{_S}{_M}{{0,4}}{_S}日)?|(?=.{{0,9}}[xX×*_]){_M}{{4}}{_S}[-/.]{_S}{_M}{{1,2}}(?:{_S}[-/.]{_S}{_M}{{1,2}})?"
    rf"|\d{{2,3}}年?\d{{1,2}}月\d{{1,2}}日|[{_HAN}{_ZERO}xX×*]{{2,4}}{_S}年{_S}[{_HAN}十xX×*{_ZERO}]{{1,2}}{_S}月(?:{_S}[{_HAN}十廿xX×*{_ZERO}]{{1,3}}{_S}日)?"
)
_SHORT = rf"['’]?(?P<n>\d\d年{_S}(?:1[0-2]|0?[1-9])月(?:{_S}(?:3[01]|[12]\d|0?[1-9])[日号]?)?)"  # 09年12月5日
_FORMS = (_WRITTEN, _DOTTED, _STRIPPED, _BRIEF, _SHORT, _MASKED)
_WHOLE = tuple(re.compile(form) for form in _FORMS)
_AT_END = tuple(re.compile(rf"(?<![\d.])(?:{form})$") for form in _FORMS)
_CUE = re.compile(r"年|月|(?:19|20)\d\d\s\d|\d[-/.—、·]\s{0,8}\d|(?:19|20)\d{4}|[xX×*_][-/.]")  # every form has one
LONGEST = 40  # characters of a date with its spaces, and what is set around it (chosen)
_LABEL = re.compile(
    r"(?:公元(?=\d)|(?:(?:报告|填报|述职|汇报|报送|成文|落款|签署|签名|撰写|写作|完成|总结)?(?:日\s{0,4}期|时间))\s{0,4}[:]|(?:写|作|草|定稿|成稿)?于(?=[\d二一]))\s{0,4}"
)
_BEHIND = re.compile(
    r"\s{0,8}(?:于[^,。;:]{2,8}|[(]?(?:公?章|盖章|代章)[)]?|[(]?(?:第?[一二三]|初|修改|定|完|草)?稿[)]?|修改|修订|完成|撰写|[深]?夜|晚|凌晨|晨)$"
)
_OPENS, _CLOSES = "([【〔 —-–―", ")]】〕 "


class Dated(NamedTuple):
    """A date that `line[start:end]` writes."""

    start: int
    end: int
    iso: str  # '' where it is masked, stripped or impossible
    brief: bool = False  # a year or a month in figures, which other things look like
    stripped: str = ""  # a date without its marks, or its century, as it stands
    plain: bool = False  # in the form of computers (2024-06-25), in which pages date themselves too


def has_date_sign(folded: str) -> bool:
    """Whether a folded line may hold a date: without such a sign it has none."""
    return _CUE.search(folded) is not None


def date_line(folded: str) -> Dated | None:
    """The date that a folded line consists of; None where it is no date line. Leaves ranges, and times of events."""
    if len(folded) > LONGEST * 2 or not _CUE.search(folded):
        return None
    start, end = _trimmed(folded, 0, len(folded))
    if label := _LABEL.match(folded, start, end):
        start = label.end()
    if behind := _BEHIND.search(folded, start, end):
        start, end = _trimmed(folded, start, behind.start())
    for form in _WHOLE:
        if found := form.fullmatch(folded, start, end):
            return _read(found)
    return None


def date_at_end(folded: str) -> Dated | None:
    """The date that ends a folded line, with something before it. Leaves years and months without a day in figures."""
    end = len(folded.rstrip(") "))
    if behind := _BEHIND.search(folded, max(0, end - LONGEST), end):
        end = behind.start()
    start = max(0, end - LONGEST)
    piece = folded[start:end]
    if not (piece and (piece[-1] in "日号曰月旬初底末xX×*_" or piece[-1].isdecimal()) and _CUE.search(piece)):
        return None
    for form in (_AT_END[0], _AT_END[1], _AT_END[4], _AT_END[5]):
        if found := form.search(piece):
            return _moved(_read(found), start)
    return None


def date_at_start(folded: str) -> Dated | None:
    """The date that begins a folded line, brackets and dashes apart."""
    if not _CUE.search(folded[:LONGEST]):
        return None
    start, _ = _trimmed(folded, 0, len(folded))
    for form in _WHOLE[:2]:
        if found := form.match(folded, start, start + LONGEST):
            return _read(found)
    return None


def candidates(digits: str) -> Iterator[str]:
    """The dates that a date may have been: 2022111 is 11 January or 1 November, 09年12月 of this century."""
    if digits[2] == "年":
        iso = iso_date(*(2000 * (not n) + int(part) for n, part in enumerate(re.findall(r"\d+", digits))))
        yield from [iso] if iso else []
        return
    year, rest = int(digits[:4]), digits[4:].lstrip("年")
    for cut in (1, 2):
        month, day = rest[:cut], rest[cut:]
        if day and len(day) <= 2 and not day.startswith("0") | (len(rest) < 4 and month.startswith("0")):
            iso = iso_date(year, int(month), int(day)) if 1 <= int(month) <= 12 else None
            if iso:
                yield iso
    if len(rest) == 2 and "年" not in digits and 10 <= int(rest) <= 12:
        yield f"{year:04}-{rest}"


def _read(found: re.Match[str]) -> Dated:
    groups = found.groupdict()
    start, end = found.span()
    if digits := groups.get("n"):
        if len(digits) == 8 and digits.isdecimal():
            return Dated(start, end, iso_date(*map(int, (digits[:4], digits[4:6], digits[6:]))) or "")
        return Dated(start, end, "", stripped=digits)
    if not groups.get("y"):
        return Dated(start, end, "")
    numbers = [_number(groups[name]) if groups.get(name) else 0 for name in ("y", "m", "d") if name in groups]
    iso = iso_date(*numbers) or ""
    return Dated(start, end, iso, brief="d" not in groups, plain="s" in groups and groups["s"] in ("-", "/", ""))


def _number(text: str) -> int:
    """A year digit by digit, a month or day in numerals of either kind."""
    text = "".join(text.split())
    digits = "".join("0" if c in _ZERO else str(_HAN.index(c) + 1) if c in _HAN else c for c in text.lstrip("初"))
    digits = digits.replace("元", "1").replace("廿", "2十").replace("卅", "3十")
    tens, ten, ones = digits.rpartition("十")
    return int(tens or 1) * 10 + int(ones or 0) if ten else int(digits)


def _moved(dated: Dated, by: int) -> Dated:
    return dated._replace(start=dated.start + by, end=dated.end + by)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """A span without brackets, dashes and white space at its ends."""
    while start < end and text[start] in _OPENS:
        start += 1
    while start < end and text[end - 1] in _CLOSES:
        end -= 1
    return start, end
