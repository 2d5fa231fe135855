"""How far a text says that things have come: figures up to a day (截至2018年10月底), work that took years (历时两年).

截至 and 到 before a date may close what has been reached, or set the day by which a thing is due: the words behind it
tell. A report was written after the day up to which its figures go, and hardly a year later: there are newer ones then.
"""

import re
from typing import Literal, NamedTuple

from pipelines.facts.cues import each
from pipelines.facts.dates import number

YEARS = "一二三四五六七八九十两"
BETWEEN = 60  # characters of a sentence from the year in which work began to how long it took; chosen

ENDINGS = tuple("至止到于")  # what a date up to which something goes stands behind

_UP_TO = re.compile("截[至止][到至于]?$")
_BY = re.compile("(?<!增加)(?<!增长)(?<!提高)(?<!上升)(?<!下降)(?<!降低)(?<!减少)(?<!扩大)(?<!发展)(?<!提升)[到至]$")
_CALL = re.compile(each("报名|申报|报送|上报|征[集稿文]|投稿|受理|提交|交稿|缴费|时间|日期|期限|有效期", "[^,]{0,6}$"))
_DUE = re.compile(
    r"(?:[上中下]旬|[年月]?[底末]|[上下]午|\d{1,2}(?:时|点|:\d\d)|\([^()]{0,20}\))*"
    r"(?:之前|以前|前|,?(?:我们|[全我各][县市区局校院会乡镇省村])?(?:请|务必|逾期|不再|报名|上报|报送|提交|申报|停止|受理|结束|须|应|将|要|拟|力争|计划|确保|争取|预计|力求))"
)
_AIM = re.compile("将(?!近)|力争|计划(?!的|任务|数)|确保|争取|预计|拟|务必|必须|使|让|可[达望]")
_STATE = re.compile("已|了|止|完成|实现|共|累计|达|参加|成|有|为|占|增|新|发|办|收|支|落实|未|无|存|在册|登记|[0-9]")
_REACHED = re.compile("[年月]?[底末]?,?[^,。;]{0,24}?(?:已(?!故)|止|(?<!为)了(?!解))")
_END = re.compile(
    r"(?P<year>年?[底末])|(?:前|第)?(?P<quarter>[一二三四1-4])个?季度|(?P<half>上半年)"
    r"|[1-9](?:月份?)?[-—~～至到]{1,2}(?P<month>1[0-2]|[1-9])月"
)
_QUARTERS = {"一": 3, "二": 6, "三": 9, "四": 12, "1": 3, "2": 6, "3": 9, "4": 12}
_MONTH = "1[0-2]|[1-9]|十[一二]?|[元一二三四五六七八九]"
_THROUGH = re.compile(rf"(?:(?P<first>{_MONTH})(?:月份?)?|份)?[-—~～至到]{{1,2}}(?P<last>{_MONTH})月(?!\d)(?!前|底前)")
_COUNTS = {**{str(n): n for n in range(10)}, **{c: n for n, c in enumerate(YEARS[:-1], 1)}, "两": 2}
_TOOK = re.compile(
    rf"(?:历时|历经|经过)[^,。;\n]{{0,2}}?(?<![\d十])(?P<n>[{YEARS}]|\d)个?年(?!级)(?P<more>[半多])?|(?P<next>。\n?)?(?P<m>[{YEARS}])年多?(?:来|[中间里],)"
)
_BEGAN = re.compile(
    "[^。;\n]{0,12}?(?:起|以来|任(?![期务])|当选|上任|到任|接过|接任|成立|启动|开工|开始|实施|进驻|入驻|派驻|创办|组建|承担|试点)"
)
_NOT_YET = re.compile("将|计划|预计|拟|力争|用")


class Took(NamedTuple):
    """Work that went on for years: until when at least, `text[start:end]` says it."""

    year: int
    start: int
    end: int


def reached(before: str, after: str) -> Literal["stated", "due", ""]:
    """Whether a date between these words is one up to which figures go, or one by which a thing is due; '' if neither.

    A clause of aims turns both: 到2020年底，将建成 is due.
    """
    if before[-1:] not in ENDINGS:
        return ""
    firm = _UP_TO.search(before)
    if not firm and not _BY.search(before):
        return ""
    if _CALL.search(before[: firm.start() if firm else -1]) or _DUE.match(after):
        return "due"
    if firm:
        return "stated" if _STATE.search(after) else "due" if firm[0] == "截止" else ""
    return "stated" if _REACHED.match(after) and not _AIM.search(before + after) else "due"


def end_of(year: int, after: str) -> str:
    """The month that ends the part of a year which the words behind it name, as 2018-09; the year alone if none."""
    found = _END.match(after)
    if not found:
        return str(year)
    month = (
        12 if found["year"] else 6 if found["half"] else _QUARTERS.get(found["quarter"] or "") or int(found["month"])
    )
    return f"{year}-{month:02}"


def through_month(iso: str, after: str) -> str:
    """The last month of a span that begins with a date of its year: 2018年3月至11月; '' where there is none."""
    found = _THROUGH.match(after)
    if not found or len(iso) > 7:
        return ""
    first, last = number(found["first"] or iso[5:7] or "12"), number(found["last"])
    return f"{iso[:4]}-{last:02}" if first < last <= 12 else ""


def may_tell(text: str) -> bool:
    """Whether a text may say how long work took: what `took` cannot do without."""
    return any(word in text for word in ("历时", "历经", "经过", "年来", "年多来", "年中,", "年间,", "年里,"))


def began(text: str, start: int, end: int) -> bool:
    """Whether something began at the date that stands there: one of its end, 2018年10月竣工, tells nothing here."""
    return text.endswith(("自", "从"), 0, start) or _BEGAN.match(text, end) is not None


def took(text: str, start: int, year: int) -> Took | None:
    """How long what began in a year took, where the sentence says so: at least up to that year.

    Two years may be those two in which work was done: 2021年起,历时两年 ends in 2022; one year and a half is more.
    """
    found = _TOOK.search(text, start, start + BETWEEN)
    if not found or "。" in (between := text[start : found.start()]) or "\n" in between or _NOT_YET.search(between):
        return None
    years = _COUNTS[found["n"] or found["m"]]
    return Took(year + years - (0 if found["more"] else 1), found.start(), found.end())
