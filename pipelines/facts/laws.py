"""Laws and policies that came into force this year, or whose nth year or anniversary it is, as a text says.

今年7月1日，《行政许可法》正式施行 was written in 2004, 全面两孩政策实施的第一年 in 2016.
A law that was revised may be meant in any of its forms: only the month, or 新 before its name, tells which.
实施情况 and 贯彻实施《…法》 tell nothing.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from pipelines.facts.anchors import anchors, count
from pipelines.facts.bounds import Bound, later
from pipelines.facts.dates import number

SENTENCE = 60  # characters back to 今年 in the sentence; chosen
NAME = 34  # characters in which the name stands before the word that says it is in force; chosen

_CUE = re.compile("实施|施行|生效|落地")
_NTH = re.compile(
    "的?(?:(?P<first>第一个?年|首年|元年|开局之?年|起步之?年|之年)(?!度)|第(?P<nth>[二三四五2-5])个?年(?!度)"
    "|(?P<days>[一二三四五六七八九十两]{1,3}|\\d{1,2})(?P<what>周年|年(?:多?来|以来)))"
)
_MONTH = r"(?P<month>1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月"
_YEAR = re.compile(rf"(?P<year>今年|本年度?|明年|去年)(?!以来)(?:{_MONTH})?")
_AGO = {"明": -1, "去": 1}
_OF_LAW = re.compile(rf"(?P<year>今年|本年度?)(?:{_MONTH})?(?:\d{{1,2}}日)?起?(?:正式|新|颁布|开始){{0,2}}$")
_TODAY = re.compile(
    "之?前|以前|情况|细则|办法|条例|方案|意见|工作|力度|过程|效果|[周一二三四五六七八九十两几数多\\d]{1,3}年|的?《|水平|步伐|纲要|主体"
)
_LATER_ON = re.compile("的?(?:以来|以后|之后|后|的?背景|的?要求)")
_TO_COME = re.compile("将|拟")
_LAST_YEAR = re.compile("(?:去年|上年)[^,。;]{0,6}$")
_AHEAD = re.compile("明年|来年|迎接|喜迎|即将")
_BETWEEN = (
    r"(?:\([^()]{0,10}\))?》?(?:[(<]?以下简称[^()》]{0,12}[)》]{0,2})?"
    r"(?:政策|制度|改革)?(?:[也将已](?!经营)|即将|已经|于|自|从|起|(?:今年|本年)?(?:\d{1,2}月)?(?:\d{1,2}日)?起?|正式|全面|开始|颁布|公布|贯彻|在全国|的){0,6}$"
)


class Law(NamedTuple):
    """A law that a text names, and the months from which its forms are in force; several if any may be meant."""

    months: tuple[str, ...]
    start: int
    between: str  # what stands from its name on


def laws(text: str) -> Iterator[Bound]:
    """The bounds of what came into force, by the words that say how long ago."""
    for cue in _CUE.finditer(text) if "年" in text else ():
        if text.startswith("的", cue.end()) and (this := _OF_LAW.search(text[max(0, cue.start() - 16) : cue.start()])):
            yield from _named_behind(text, this, cue)
            continue
        nth = _NTH.match(text, cue.end())
        sentence = _sentence(text, cue.start())
        this = None if nth else _this_year(text, sentence, cue)
        if not nth and not this:
            continue
        law = _law(text, cue.start())
        if not law:
            continue
        if nth:
            if len(law.months) == 1:
                yield _of_nth(text, law, nth, cue)
        elif this:
            yield from _of_this_year(law, this, cue)


def _named_behind(text: str, this: re.Match[str], cue: re.Match[str]) -> Iterator[Bound]:
    """The bound of 今年施行的《个人信息保护法》."""
    found = anchors().law_form.match(text, cue.end() + 1)
    if found:
        months = anchors().laws[found["name"]]
        months = months[1:] if found["new"] else months
        yield from _of_this_year(Law(months, found.start(), ""), this, cue)


def _this_year(text: str, sentence: str, cue: re.Match[str]) -> re.Match[str] | None:
    """今年 in the sentence before, where what follows speaks of the day: a law's application goes on for years."""
    found = _YEAR.search(sentence) if "年" in sentence else None
    if not found or _TODAY.match(text, cue.end()):
        return None
    if found["year"] == "明年" and "将" not in sentence and "即将" not in sentence:
        return None
    return None if _LATER_ON.match(text, cue.end()) and not found["month"] else found


def _of_this_year(law: Law, this: re.Match[str], cue: re.Match[str]) -> Iterator[Bound]:
    """Of the year in which the law came into force, in the month that is named."""
    months = [one for one in law.months if not this["month"] or int(one[5:]) == number(this["month"])]
    if len(months) == 1:
        ago = _AGO.get(this["year"][0], 0)
        year = int(months[0][:4]) + ago
        since = str(year) if ago or _TO_COME.search(law.between) else months[0]
        yield Bound(since, later(f"{year}-12"), law.start, cue.end(), "laws")


def _of_nth(text: str, law: Law, nth: re.Match[str], cue: re.Match[str]) -> Bound:
    """Of the first or nth year of a law, or its anniversary."""
    year, month = int(law.months[0][:4]), int(law.months[0][5:])
    before = text[max(0, law.start - 12) : law.start]
    if nth["days"]:
        years = count(nth["days"].replace("两", "二"))
        since = str(year + years)
        if nth["what"] != "周年":  # 一年来 may be said in the tenth month
            at = year * 12 + month - 1 + years * 12 - 2
            since = f"{at // 12}-{at % 12 + 1:02}"
        elif _AHEAD.search(before):
            since = str(year + years - 1)
        return Bound(since, later(f"{year + years}-12"), law.start, nth.end(), "laws")
    late = int(month > 9)  # the first year of what began in the autumn may be the next
    ago = count(nth["nth"]) - 1 if nth["nth"] else 0
    ago += bool(_LAST_YEAR.search(before))
    since = law.months[0] if not ago else str(year + ago)
    return Bound(since, later(f"{year + ago + late}-12"), law.start, nth.end(), "laws")


def _sentence(text: str, at: int) -> str:
    before = text[max(0, at - SENTENCE) : at]
    return re.split(r"[。;\n!?]", before)[-1]


def _law(text: str, at: int) -> Law | None:
    """The law whose name ends shortly before a place."""
    begin = max(0, at - NAME)
    found = max(anchors().law_form.finditer(text[begin:at]), key=re.Match.start, default=None)
    if not found or not re.match(_BETWEEN, text[begin + found.end() : at]):
        return None
    row = anchors().laws[found["name"]]
    revised = found["new"] or text.startswith("(修订", begin + found.end())
    months = row[1:] if revised else row
    return Law(months or row, begin + found.start(), text[begin + found.end() : at]) if months or not revised else None
