"""What 今年, 去年 and a month before a thing whose own time is known tell of a text's time.

去年召开的十七届三中全会: written in 2009. 9月中旬开展主题教育: that campaign had but one September.
"""

import re
from typing import NamedTuple

from pipelines.facts.dates import number

REACH = 60  # characters before a campaign in which its sentence names the month; chosen
SHORT = 23  # months that a campaign may have gone on, so that it has few months of one name

_AGO = {"今年": 0, "本年": 0, "去年": 1, "上年": 1, "前年": 2}
_MONTH = r"(?P<month>1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月"
_PART = r"(?:[份底初末]|[上中下]旬|(?:3[01]|[12]\d|[1-9])日)?"
_BESIDE = re.compile(
    rf"(?P<year>今年|本年|去年|上年|前年)(?:{_MONTH}{_PART}|[上下]半年|[春夏秋冬]季?|年?[底初末])?"
    r"(?:胜利|隆重)?(?:召开|举行|举办|闭幕|结束|参加|发生|爆发)?了?的?(?:党的?|中共|中国共产党|在.{1,6}举办的)?第?$"
)
_EARLIER = re.compile(rf"(?P<year>今年|本年|去年|上年|前年)(?:{_MONTH}{_PART})?,[^。;\n]{{0,12}}$")
_TOOK_PLACE = re.compile("(?:胜利|隆重|在.{1,6})?(?:召开|举行|举办|闭幕|开幕|发生|爆发)(?!地)")
_BEHIND = re.compile(
    rf"[^。;\n将拟]{{0,12}}?[从自于](?P<year>今年|本年|去年|上年)?{_MONTH}{_PART}(?:正式|全面)?(?:开始|启动|开展|起|至|到)"
)
_SENTENCE = re.compile(rf"(?:(?P<year>今年|本年|去年|上年)|(?<![年至到\d-])){_MONTH}{_PART}(?!前)[^。;\n将拟]{{0,50}}$")


class Placed(NamedTuple):
    """The month in which a thing was, and how many years ago that is; None where the text does not say."""

    month: int
    ago: int | None


def years_ago(before: str, after: str, month: int = 0) -> int | None:
    """How many years ago a thing was that is named between these words; None if they do not say.

    `month`: only if it is that month of which they speak.
    """
    found = _BESIDE.search(before) or (_EARLIER.search(before) if _TOOK_PLACE.match(after) else None)
    if not found or (month and (not found["month"] or number(found["month"]) != month)):
        return None
    return _AGO[found["year"]]


def month_of(before: str, after: str) -> Placed | None:
    """The month in which what is named between these words began, as its sentence says."""
    found = _SENTENCE.search(before) if "月" in before else None
    found = found or (_BEHIND.match(after) if "月" in after else None)
    if not found:
        return None
    return Placed(number(found["month"]), _AGO[found["year"]] if found["year"] else None)


def only_month(month: int, since: str, until: str) -> str:
    """The one month of that name between two, as 2005-07; '' if there is none or another."""
    first, last = (int(one[:4]) * 12 + int(one[5:7] or 1) - 1 for one in (since, until))
    if last - first > SHORT:
        return ""
    found = [at for at in range(first, last + 1) if at % 12 == month - 1]
    return f"{found[0] // 12}-{month:02}" if len(found) == 1 else ""
