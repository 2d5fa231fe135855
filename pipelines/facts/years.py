"""The years and dates that a text names, and what each says of its time: reported, past, cited, planned.

Texts name years for many reasons. A day on which something was held was over when the text was written; 到2025年 was
not; what stands in 《》 was published; 2018年工作总结 says which year it reports, 截至2018年底 how far its figures go,
2015年被评为 only that it is later. A year that may be either counts as planned: it proves nothing.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from pipelines.facts.dates import ZERO, iso_date, number
from pipelines.facts.gaps import Closed
from pipelines.facts.reached import began, end_of, may_tell, reached, through_month, took

EARLIEST, LATEST = 1990, 2029  # years before say nothing of such a text's time, years after are goals; chosen
BEFORE, AFTER = 10, 26  # characters of its clause that tell what a year is for
REACH = 150  # characters from one month to the next that goes on from it; chosen
SENTENCE = 60  # characters back to the beginning of a sentence; chosen
OPENING = 60  # characters in which a text says what it reports; chosen
CHRONICLE = 2  # years more than which a text tells a history, whose last is not what it reports; chosen
TOLD = ("reported", "opening", "event", "past", "stated")  # kinds that may be what a text reports
HEADING = 30  # characters of a heading before the word that makes it one of plans; chosen
EARLY = 400  # characters in which it may still say so at the beginning of a line; chosen


def _of_years(form: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A pattern that begins with a year, once for each century: one that begins with plain digits is sought faster."""
    return re.compile(rf"(?P<y>199\d){form}"), re.compile(rf"(?P<y>20[0-4]\d){form}")


# Of the digits before a year, `_read` takes care: a pattern that looked behind itself first would be slow.
_DATE = _of_years(
    r"(?:\s?年(?:\s?(?P<m>1[0-2]|0?[1-9])\s?月(?:\s?(?P<d>3[01]|[12]\d|0?[1-9])\s?[日号])?)?"
    r"|\s?(?P<school>学年)|(?P<s>[-./])(?P<m2>1[0-2]|0?[1-9])(?P=s)(?P<d2>3[01]|[12]\d|0?[1-9])(?!\d))"
)
_HAN = re.compile(
    rf"年(?<=(?P<y>[一二][{ZERO}九][{ZERO}一二三四五六七八九][{ZERO}一二三四五六七八九])年)"
    r"(?:(?P<m>十[一二]?|元|[一二三四五六七八九])月(?:(?P<d>[一二三]?十?[一二三四五六七八九]?)[日号])?)?"
)
# 09年 is a year; 12年3月 is a date, 12年 alone may be a span of years.
_SHORT = re.compile(
    r"年(?<=(?<![\d.xX×*_第])(?P<y>[0129]\d)年)(?:(?P<m>1[0-2]|0?[1-9])月(?:(?P<d>3[01]|[12]\d|0?[1-9])[日号])?)?(?![级个])"
)
# A date that lost its marks, or has but month and year: only behind a word that says up to when figures go.
_DIGITS = (
    r"(?P<y>199\d|20[0-4]\d)(?:(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])?|[./-](?P<m2>1[0-2]|0?[1-9]))"
    r"(?P<d2>(?!))?(?![\d%]|[./-]\d|[万亿元吨亩公千米户人])"
)
_STRIPPED = (
    re.compile(rf"截[至止]到?{_DIGITS}"),
    re.compile(rf"[到至](?=[12])(?<![^。,;:\n(].){_DIGITS}(?=[日号]?[止底末]|,?(?:已|[全我]|共|累计))"),
)
# What holds a year in its name: it says nothing of the text's time.
_NO_YEAR = re.compile("问题(?!楼|村|校|金|学生|少年|企业|清单|线索|导向|整改)")
_GAMES_AHEAD = re.compile("申办|申奥|申博|争办|迎|备战|筹[办备]|倒计时|为$|[助献]")
_GAMES = re.compile(
    "[^,。;]{0,8}?(?:奥运|冬奥|世博|亚运|世界杯|青奥|大运会|全运会|世园会)(?!村|会?期间|会?以来|会?后|会?已)"
)
_RANGE = _of_years(r"\s?年?\s?[-—–~～至]{1,2}\s?(?P<y2>(?:199|20[0-4])\d)(?!\d)\s?(?:年度?|学年度?)?")
_MONTH = re.compile(r"(?<=[。,;:\n(])(?P<m>1[0-2]|[1-9])月(?:(?P<d>3[01]|[12]\d|[1-9])[日号])?(?![-—~至到份])")
_DONE = re.compile("[^,。;]{0,16}?(?:已|了)")
_WILL = re.compile("将|拟|计划|要|准备|打算|前|底")
_NUMBERED = _of_years(r"[〕\])】](?<=[〔\[(【].....)\s?第?\d{1,4}\s?号")
_BOOK = re.compile(r"《[^《》\n]{1,80}》")
_CLAUSE = re.compile(r"[。;\n!?]")
_STOP = re.compile(r"[。\n!?]")

_TO_COME = re.compile(
    r"(?:(?:争取|力争|确保|计划|预计|预期|有望)[于在到]?|拟[于在]?|定于|将[于在]|展望|面向|迎接|迈向|来年|下一?年度?|截止(?:时间|日期):?"
    r"|有效期|期限|准备[于在]?|打算[于在]?|力求|谋划|制定|编制|提出|启动|期待|原定于?|(?:时间|日期)[:])[(,:]?$"
)
_AIMED_AT = re.compile("[^,。;]{0,40}为总?目标")
_NEXT, _LAST, _THIS = (
    re.compile(r"明年[(,]?$"),
    re.compile(r"(?:去年|上年|上一年)度?[(,]?$"),
    re.compile(r"(?:今年|本年)度?[(,]?$"),
)
_INTO = re.compile("[跨迈步][入进向越](?:了|新的)?$")  # 安全跨入2000年: said on its eve as well as in it
_PLANNED = re.compile(
    r"(?:年?度|的)?(?:上半年|下半年|第[一二三四]季度)?[^,印制出编完落按照根实]{0,6}?(?:主要|重点)?(?:工作|活动)?[^,印制出编完落按照根]{0,2}?"
    r"(?:计划|打算|安排|思路|设想|规划|展望|要点|目标|方案|预算(?![内外收支执单编总]))"
)
# Words that turn the rest of their sentence to what is still to be done.
_HENCEFORTH = re.compile("下一步|下一?阶段|接下来|今后")
_AHEAD = re.compile(
    r"(?:年?底|末)?(?:之前|以前|前(?![三四五六十列茅]))"
    r"|.{0,12}?(?:我们|[我全本][县市区局校院会乡镇省]|县|市|区|局|学校|科协)?,?(?:将(?:于|在|要|会|继续|进一步|以|全面|围绕|重点|按照|认真|着力|切实|从|举办|召开|开展|组织|迎来|是|达|超|突破|实现|完成|建|新增|形成|进入|为|承办|主办|参加|启动|开工|竣工|投产|开放|投入|全部|推出|增加|扩大|成为|实施|陆续|正式|承接|举行|结束|届满|到期|交付|搬迁|打造|开通|通车|覆盖|推进)|可达|有望|力争|拟于?|争取|确保|预计|打算|准备|计划|想|考虑|怎么|如何)"
    r"|,?(?:我们|[我全本][县市区局校院会乡镇省]|各[县市区局校院会乡镇]{1,2}|还|也|必须){0,2}要(?!求|点|素|闻|情)"
    r"|.{0,12}(?:全面建成|基本实现|基本建成|如期实现|远景)|[^,]{0,3}起(?:正式)?(?:施行|实施|执行|生效)"
)
_HISTORY = re.compile(
    r",[^,。]{0,10}?(?:成立|落成|建成|竣工|合并|被|荣获|评为|当选|调|列为|命名|遭遇|遭受)|[^,。]{0,10}?(?:成立|落成|建校|创办|创建于|始建|建成|毕业|参加工作|入党|出生|任职|任|调入|调到|荣获|获得|获|被|当选|评为|授予|命名|起|(?<![日号月])开始|以来|至今|竣工|投产|挂牌|颁布|修订|出台)"
)
_REPORTED = re.compile(
    r"(?:年?度(?!计划)|上半年|下半年|第?[一二三四]季度|全年|来,|的?(?:主要|各项)?工作(?:总结|情况|汇报|报告|回顾|完成|开展|取得|的?主要)?(?!计划|打算|安排|思路|要点)|一年|是.{2,30}之?年)"
    r"|,?[^,。]{0,14},?[^,。]{0,12}?(?:领导下|指导下|紧紧围绕|扎实|认真(?:贯彻|学习|履行|落实)|为指导|为中心|总体要求)"
    r"|,?(?:我们|全[县市区校院镇乡局]|我[县市区局校院会镇乡])?[^,。]{0,4}共(?![产青和同建])"
)
_OWN = re.compile(
    r",?(?:是(?!.{0,8}(?:成立|第一次))|适逢|恰逢|正值|时值|(?:的|度|全年)?.{0,8}(?:履职|履责|述职|落实|完成|执行|开展|工作|廉政).{0,8}(?:情况|总结|回顾|汇报|报告))"
)
_TELLS = re.compile(r"(?:现就|现将|现把|下面就|就|将|把)$")
# What was before the year of the text: 在2014年通过复审的基础上,今年…
_SINCE_THEN = re.compile(
    "[^。;]{0,20}?(?:的?基础上|,[^,。;]{0,6}(?:今年|本年|现在|现已|目前|如今|至今))"
    "|末?的[\\d.一二两三四五六七八九十]{1,6}[^,。;\\d]{0,3}(?:倍|(?<=%)(?:提高|增加|上升|增长|扩大|下降|减少|降低)[到至为](?!(?:19|20)\\d\\d年))"
    "|[^,。;]{0,6}(?:引[进入]|购[进置买]|建[成设]|修建|[开创]办|试点|[种栽]植|签订|入[职藏选]|招[聘收]|出台|制定|[印颁]发|颁布|发布"
    "|立项|批准|认定|获批|验收|承包|流转)的"
)
_HISTORY_BEFORE = re.compile(
    r"(?:自|从|较|比|同|与|和|相比|自从|(?:成立|始建|建成|落成|建|创办|创建|设立|组建|毕业|出生|生|入党|工作|退休|始)于)$"
)
# Papers and finds of that year, which are kept for good: 征集1998年抗洪档案.
_KEPT = re.compile(r"(?:征集|接收|收集|整理|抢救|修复|移交|鉴定|编纂|录入|数字化)[了完到]?(?:\d+[卷件份])?$")
_PAPERS = re.compile("[^,。;]{0,10}?(?:档案|文物|史料|照片|史志|资料|文献|遗址|旧址|年鉴)")
_HELD = re.compile(
    r"[^,。;]?,?[^,。;]{0,16}?(?:举办|召开|开展|组织|举行|启动|印发|下发|印制|慰问|走访|邀请|承办|参加了|开通|揭牌|发放)"
)
_LINE = re.compile(r"(?:^|\n)[ \t]*(?:[(]?[一二三四五六七八九十\d]{1,3}[)、.,]{1,2})?[ \t]*$")
# A heading under which everything is still to be done.
_PLANS = re.compile(
    r"^(?!.{0,30}(?:总结|回顾|完成|落实|执行|情况|制定|制订|拟定|按照|根据|围绕|编制|实施))[^。,:\n]{0,20}?"
    r"(?:(?:工作|学习|来年|明年|下半年|下年度?|今后|下一?(?:步|阶段|年)|\d年度?)(?:的|主要|重点|工作|学习|科普|总体|基本|发展){0,3}"
    r"(?:计划|打算|安排|思路|设想|措施|要点|目标|任务|努力方向|方向)|(?:下一步|今后)的?(?:工作|努力)?|努力方向|展望|打算|设想)(?:[:。]|$)",
    re.M,
)
_WORD_OF_PLAN = re.compile("计划|打算|安排|思路|设想|下一步|展望|方向|要点|目标|今后")
_SPRING = re.compile("度?[(]?(?:第二|第2|下|春季)学期")
_LONG_PLAN = re.compile(r"规划|纲要|计划|目标|行动|方案|要点")
_OVER = re.compile(r"以来|期间|总结|回顾|共|累计|先后|连续|被|获|完成|实现|[一二两三四五六七八九十]年[来间]")
_AGREED = re.compile("协议|合同|聘期|任期|供货|期限|租|将|拟|力争|计划")


class Mention(NamedTuple):
    """A year or date in a text, `text[start:end]`, and what it proves."""

    start: int
    end: int
    since: str  # the text was not written before; '' where it proves nothing
    # reported | opening (among the first words) | stated (figures go up to it) | event (held that day) | past | history
    kind: str  # | cited | planned
    year: int  # that is named


class _Spans:
    """Stretches of a text, in order and apart."""

    def __init__(self, spans: list[tuple[int, int]]) -> None:
        self._starts = [start for start, _ in spans]
        self._ends = [end for _, end in spans]

    def end_at(self, place: int) -> int:
        """Where the stretch ends that holds a place; 0 where none does."""
        n = bisect_right(self._starts, place) - 1
        return self._ends[n] if n >= 0 and place < self._ends[n] else 0


def mentions(text: str, planning: bool = False, over: frozenset[int] = frozenset()) -> list[Mention]:
    """The years of a folded text in order; `planning`: it is a plan, and only years `over` are not to come."""
    if "年" not in text and "20" not in text and "19" not in text:
        return []
    closed = Closed(text)
    found = _mentions(closed.text, planning, over)
    return [one._replace(start=start, end=end) for one in found for start, end in [closed.span(one.start, one.end)]]


def _mentions(text: str, planning: bool, over: frozenset[int]) -> list[Mention]:
    """The same of a text without gaps in its dates."""
    books = _Spans([match.span() for match in _BOOK.finditer(text)] if "《" in text else [])
    limit = 0 if planning else _first_plan(text)
    found = [*_ranges(text, books)]
    taken = _Spans([(one.start, one.end) for one in found])
    if "号" in text:
        found += [
            Mention(match.start() - 1, match.end(), match["y"], "cited", int(match["y"]))
            for match in _each(_NUMBERED, text)
            if int(match["y"]) <= LATEST
        ]
    for match in (*_each(_DATE, text), *_HAN.finditer(text), *_SHORT.finditer(text), *_stripped(text)):
        if not taken.end_at(match.start("y")) and not _digit_before(text, match):
            ahead = match.start() >= limit and not (planning and _year(match) in over)
            found += _read(text, match, books, ahead)
    found = _turned(_after_plans(sorted(found), text), text)
    return sorted([*found, *_months_after(text, found, limit), *_went_on(text, found)])


def _each(forms: tuple[re.Pattern[str], re.Pattern[str]], text: str) -> Iterator[re.Match[str]]:
    """All that forms `_of_years` find, in order."""
    last, this = forms
    found = this.finditer(text)
    if "199" not in text:
        return found
    return iter(sorted((*last.finditer(text), *found), key=lambda match: match.start()))


def _stripped(text: str) -> Iterator[re.Match[str]]:
    """Dates without their marks: 截至20171231, 截至2017.12."""
    for form in _STRIPPED:
        yield from form.finditer(text)


def _after_plans(found: list[Mention], text: str) -> list[Mention]:
    """The mentions, those made planned that go on in the sentence of a plan: 将于2022年3月动工,2023年底完成."""
    turned: list[Mention] = []
    for one in found:
        before = turned[-1] if turned else None
        if before and before.kind == "planned" and one.kind in (*TOLD, "history") and one.year >= before.year:
            between = text[before.end : one.start]
            if len(between) <= SENTENCE and not _STOP.search(between) and not _DONE.match(text, one.end):
                one = one._replace(since="", kind="planned")
        turned.append(one)
    return turned


def _went_on(text: str, found: list[Mention]) -> Iterator[Mention]:
    """How long the work took that began in a year: 自2021年起,历时一年半."""
    for one in found if may_tell(text) else ():
        if (
            one.since
            and one.kind in ("past", "history", "event", "reported", "opening")
            and began(text, one.start, one.end)
        ):
            took_until = took(text, one.end, int(one.since[:4]))
            if took_until and one.year < took_until.year <= LATEST:
                yield Mention(one.start, took_until.end, str(took_until.year), "past", took_until.year)


def _turned(found: list[Mention], text: str) -> list[Mention]:
    """The mentions, those of the next year made planned where the text, having reported one, turns to it at its end."""
    proving = [one for one in found if one.kind in TOLD and one.since]
    last = max((one.year for one in proving), default=0)
    late = [one for one in proving if one.year == last]
    before = [one for one in proving if one.year == last - 1]
    if not before or any(len(one.since) > 4 for one in late) or late[0].start < max(before[0].end, len(text) // 2):
        return found
    turned = set(late)
    return [one._replace(since="", kind="planned") if one in turned else one for one in found]


def _months_after(text: str, found: list[Mention], limit: int) -> Iterator[Mention]:
    """Months without a year that go on from a dated one: 2022年3月停课,4月返校. Each within reach of the one before."""
    for n, one in enumerate(found):
        if one.kind not in ("past", "event") or len(one.since) < 7 or one.start >= limit:
            continue
        month, at = int(one.since[5:7]), one.end
        stop = min(found[n + 1].start if n + 1 < len(found) else len(text), limit)
        while match := _MONTH.search(text, at, min(at + REACH, stop)):
            at = match.end()
            after = _CLAUSE.split(text[at : at + AFTER], maxsplit=1)[0]
            iso = iso_date(one.year, int(match["m"]), int(match["d"] or 0))
            before = _CLAUSE.split(text[match.start() - BEFORE : match.start()])[-1]
            if iso and month < int(match["m"]) and not _WILL.search(after) and not _TO_COME.search(before):
                month = int(match["m"])
                yield Mention(match.start(), match.end(), iso, "past", one.year)


def _first_plan(text: str) -> int:
    """Where the text turns to what is still to be done: a heading of plans behind its first quarter, else its end."""
    quarter = len(text) // 4
    for match in _WORD_OF_PLAN.finditer(text, quarter):
        begin = text.rfind("\n", 0, match.start()) + 1
        if begin > quarter and match.start() - begin <= HEADING and _PLANS.match(text, begin):
            return begin
    return len(text)


def _read(text: str, match: re.Match[str], books: "_Spans", ahead: bool) -> Iterator[Mention]:
    """What one date says. None where the calendar has no such date."""
    groups = match.groupdict()
    month, day = groups["m"] or groups.get("m2"), groups["d"] or groups.get("d2")
    year = _year(match)
    iso = iso_date(year, number(month) if month else 0, number(day) if day else 0)
    if iso is None or not EARLIEST <= year <= 2049:
        return
    if groups.get("school") and not ahead:
        since = str(year + 1) if _SPRING.match(text, match.end()) else iso
        yield Mention(match.start("y"), match.end(), since, "reported", min(year + 1, LATEST))
        return
    since, kind = _proof(text, match, iso, year, books)
    if year > LATEST or (ahead and kind in (*TOLD, "history") and not _LAST.search(text[: match.start("y")][-BEFORE:])):
        since, kind = "", "planned"
    yield Mention(match.start("y"), match.end(), since, kind, max(year, int(since[:4] or 0)))


def _year(match: re.Match[str]) -> int:
    """The year that a date names, also by its last two digits; 0 where these may count years."""
    year = number(match["y"])
    if year >= 100:
        return year
    if year >= 10 and not match["m"]:
        return 0
    return year + (1900 if year > LATEST - 2000 else 2000)


def _digit_before(text: str, match: re.Match[str]) -> bool:
    """Whether the year is the end of a longer number (12018年)."""
    at = match.start("y")
    return text[at - 1 : at].isdigit()


def _proof(text: str, match: re.Match[str], iso: str, year: int, books: "_Spans") -> tuple[str, str]:
    """From when on the text can have been written, by this date, and what kind of proof it is."""
    start, end = match.start("y"), match.end()
    if closes := books.end_at(start):
        planned = _LONG_PLAN.search(text[start:closes])
        return str(year - 1 if planned else year), "cited"
    before = _CLAUSE.split(text[max(0, start - BEFORE) : start])[-1]
    after = _CLAUSE.split(text[end : end + AFTER], maxsplit=1)[0]
    if _is_name(iso, before, after):
        return "", "planned"
    if _LAST.search(before):
        return str(year + 1), "reported"
    if _NEXT.search(before) or (_INTO.search(before) and not after.startswith("以来")):
        return str(year - 1), "planned"
    if stands := _up_to(iso, year, before, after):
        return stands
    if before.endswith("以") and _AIMED_AT.match(text, end):
        return "", "planned"
    if _TO_COME.search(before) or _AHEAD.match(after) or (len(iso) == 4 and _PLANNED.match(after)):
        return "", "planned"
    if _HENCEFORTH.search(_CLAUSE.split(text[max(0, start - SENTENCE) : start])[-1]):
        return "", "planned"
    kind = _kind(text, start, before, after, exact=len(iso) > 4)
    through = through_month(iso, after) if kind in TOLD else ""
    return (through, "stated" if start < OPENING else "past") if through else (iso, kind)


def _is_name(iso: str, before: str, after: str) -> bool:
    """Whether a year is part of a name and says nothing of its time: 2000年问题, games that are still to come."""
    if len(iso) > 4:
        return False
    if iso == "2000" and _NO_YEAR.match(after):
        return True
    return bool(_GAMES.match(after) and (_GAMES_AHEAD.search(before) or _GAMES_AHEAD.search(after)))


def _up_to(iso: str, year: int, before: str, after: str) -> tuple[str, str] | None:
    """A date up to which figures go, or by which a thing is due; None where it is neither."""
    how = reached(before, after)
    if how == "stated":
        iso = iso if len(iso) > 4 else end_of(year, after)
        return iso, "stated" if len(iso) > 4 else "past"
    return ("", "planned") if how else None


def _kind(text: str, start: int, before: str, after: str, *, exact: bool) -> str:
    """Whether a past year is the one that the text reports, or one of its history."""
    if _THIS.search(before) or _OWN.match(after) or _TELLS.search(before):
        return "past" if exact else "reported"
    begins = start < EARLY and bool(_LINE.search(text[max(0, start - 12) : start]))
    if (
        _HISTORY_BEFORE.search(before)
        or (_KEPT.search(before) and _PAPERS.match(after))
        or _SINCE_THEN.match(after)
        or (_HISTORY.match(after) and not after.startswith(("以来", "度")))
    ):
        return "history"
    if after.startswith("以来"):  # of that year, or of several: either
        return "past"
    if exact:
        return "event" if _HELD.match(after) else "past"
    if begins or _REPORTED.match(after):
        return "reported"
    return "opening" if start < OPENING else "past"


def _ranges(text: str, books: "_Spans") -> Iterator[Mention]:
    """Spans of years: a school year is reported; of a plan, the first is cited; what is over, proves its last."""
    for match in _each(_RANGE, text):
        if _digit_before(text, match):
            continue
        first, last = int(match["y"]), int(match["y2"])
        after = text[match.end() : match.end() + 12]
        in_title = bool(books.end_at(match.start()))
        if "学年" in match[0]:
            if last == first + 1 and last <= LATEST:
                spring = _SPRING.match(after)
                yield Mention(*match.span(), str(last if spring else first), "reported", last)
            else:
                yield Mention(*match.span(), "", "planned", last)
        elif in_title or _LONG_PLAN.search(after[:8]):
            yield Mention(*match.span(), str(first - 1) if in_title else "", "cited" if in_title else "planned", first)
        elif _OVER.search(after) and first < last <= LATEST and not _AGREED.search(after):
            yield Mention(*match.span(), str(last), "past", last)
        else:
            yield Mention(*match.span(), "", "planned", last)
