"""Five-year plans and plans of law education: the years in which a text can speak of one, and of which of its years."""

import re
from collections.abc import Iterator

from pipelines.facts.anchors import anchors, count
from pipelines.facts.bounds import Bound, later

AHEAD = re.compile("明年|来年|迎接|喜迎|即将|筹备|庆祝.{0,2}即将")
_PLAN = re.compile(
    r"五(?:(?<=[“\"‘'][八九]五)|(?<=[“\"‘']十五)|(?<=[“\"‘']十[一二三四五]五))[”\"’'](?!普法|依法治|法治宣传|法制宣传)"
    r"|五(?<=十[一二三四五]五)(?<![一二三四五六七八九十第]...)(?=规划|时期|期间|末|开局|收官|计划|发展|目标|纲要|以来|建设|圆满)"
)
_LAW_EDUCATION = re.compile(r"五(?<=[三四五六七八]五)(?<![一二三四五六七八九十第]..)[”\"’']?(?:普法|法治宣传|法制宣传)")
_YEAR_OF_PLAN = re.compile(
    "(?:开局|起步|启动|开启|首)之?年|第(?P<n>[一二三四五])年"
    "|(?P<last>(?:收官|完成|收尾|终结|总结验收|检查验收|验收|决胜)之?年|最后一年|圆满收官)"
)
_THIS_ONE = re.compile(
    r"(?:今年|本年度?|[\d〇○零一二三四五六七八九]年|这一年|一年,?)[^,。;]{0,4}(?:是|为|系|作为|正值|恰逢|适逢)[^,。;]{0,8}$"
)
_NEXT_YEAR = re.compile("[明来下]年")
_COMPARED = re.compile("(?:比|较|与|同|跟|从|由)[“‘\"']?$")
_UP_TO = re.compile("截[至止]到?[“‘\"']?$")
_AT_ITS_END = re.compile("[”’\"']?(?:时?期)?末(?![^。;\n]{0,20}(?:将|要|力争|实现|确保|目标|达到))")
_DRAWN_UP = re.compile(".{0,6}(?:谋划|编制|起草|前期研究|着手制定|制定)")


def plans(text: str) -> Iterator[Bound]:
    """The latest five-year plan that is named: spoken of from the year before to the year after."""
    return _latest_plan(
        text,
        [
            (anchors().plans[text[begin : match.start() + 1]], begin, match.end())
            for match in (_PLAN.finditer(text) if "五" in text else ())
            for begin in [match.start() - (2 if text[match.start() - 2] == "十" else 1)]
        ],
        early=1,
    )


def law_education(text: str) -> Iterator[Bound]:
    """The latest plan of law education (七五普法), which is no five-year plan."""
    return _latest_plan(
        text,
        [
            (anchors().law_education[text[match.start() - 1 : match.start() + 1]], match.start() - 1, match.end())
            for match in (_LAW_EDUCATION.finditer(text) if "五" in text else ())
        ],
        early=0,
    )


def _latest_plan(text: str, named: list[tuple[tuple[int, int], int, int]], early: int) -> Iterator[Bound]:
    """The bounds of the years of plans that the text names as its own; else of the latest plan.

    A text of its last year may name the next plan, which is being drawn up: only 今年是 then makes the year its own.
    """
    latest = max((plan for plan, _, _ in named), default=None)
    own = [
        (plan, bound)
        for plan, start, end in named
        if (bound := _year_of_plan(text, plan, start, end))
        and (plan == latest or _THIS_ONE.search(text, max(0, start - 24), start))
    ]
    yield from (bound for _, bound in own)
    if latest not in {plan for plan, _ in own}:
        first = [one for one in named if one[0] == latest][:1]
        yield from (_plan_bound(text, *one, early) for one in first)


def _year_of_plan(text: str, plan: tuple[int, int], start: int, end: int) -> Bound | None:
    """The bound where the text is of one year of a plan: 开局之年, 第三年, 收官之年."""
    after, before = text[end : end + 12], text[max(0, start - 7) : start]
    found = _YEAR_OF_PLAN.search(after)
    if not found:
        return None
    nth = count(found["n"]) - 1 if found["n"] else plan[1] - plan[0] if found["last"] else 0
    year = plan[0] + nth
    last = year - 1 if _NEXT_YEAR.search(before) else year
    return Bound(str(year - 1 if AHEAD.search(before) else year), later(f"{last}-12"), start, end, "plan")


def _plan_bound(text: str, plan: tuple[int, int], start: int, end: int, early: int) -> Bound:
    """Spoken of from the year before on; narrower while the plan is being drawn up."""
    first, last = plan
    after, before = text[end : end + 12], text[max(0, start - 8) : start]
    if _AT_ITS_END.match(text, end):
        stated = _UP_TO.search(before)
        return Bound(str(last), f"{last + 1}-12" if stated else "", start, end, "plan")
    if _COMPARED.search(before):
        return Bound(str(first), "", start, end, "plan")
    if after.startswith("以来"):  # of the plan that is under way, or of all the years since
        return Bound(str(first), "", start, end, "plan")
    drawn_up = early and (_DRAWN_UP.search(before) or _DRAWN_UP.match(after))
    return Bound(str(first - early), later(f"{first if drawn_up else last}-12"), start, end, "plan")
