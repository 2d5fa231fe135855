"""A text whose figures are compared with one year, 比2011年增长7.8%, and names no later one, is of the years after.

Round years are no proof: plans and censuses are compared with their base for five years and more. A history compares
with a year long past; what has doubled may have taken decades.
"""

import re

from pipelines.facts.years import Mention

GOES_ON = 2  # years after it in which a year is still the one to compare with; chosen

_COMPARED = re.compile(
    r"[比较与同]\s?(?P<y>(?:199|20[0-2])\d)\s?年(?:同期|末|底|度)?(?:的?\d[\d.,]{0,9}[^\d,。;%]{1,4})?(?:相比)?,?[^\d,。;比]{0,8}?"
    r"(?:增长|增加|增产|增收|提高|提升|上升|下降|减少|降低|增|减|降|升)了?\s?(?:\d[\d.]{0,9}[^\d,。;%]{1,4},?[增降减]幅?长?(?:[为达]|下降)?)?(?P<n>\d{1,3})(?:\.\d+)?(?:%|个百分点)"
)
_HISTORY = re.compile("年均|翻番|翻了|倍|[三四五六七八九十几多\\d]年[来间]|以来|期间|五年规划|规划|开始|任期")
_LITTLE = 60  # per cent that a figure may grow in two years without a history behind it; chosen


def compared(text: str, dated: list[Mention]) -> tuple[int, int, int] | None:
    """The last year in which a text of comparisons with one year was written, and the span of the first; None if none.

    `dated` are the years that the text names: another, later or planned, leaves the time open.
    """
    found = [*_COMPARED.finditer(text)] if "比" in text or "较" in text or "与" in text or "同" in text else []
    if not found or any(int(match["n"]) > _LITTLE for match in found) or _HISTORY.search(text):
        return None
    year = int(found[0]["y"])
    if year % 5 == 0 or any(one.year != year for one in dated):
        return None
    return year + GOES_ON, *found[0].span()
