"""The things that a text names and whose time is known: congresses, plans, counted days, campaigns, renamed offices.

Each is a bound: the text was not written before (hard), and hardly after the next of its series (soft, with a lag).
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple

from pipelines.facts.anchors import anchors, count, names_in
from pipelines.facts.bounds import Bound, later
from pipelines.facts.laws import laws
from pipelines.facts.plans import AHEAD, law_education, plans
from pipelines.facts.relative import REACH, month_of, only_month, years_ago
from pipelines.facts.years import LATEST

CENSUS = 90  # characters behind the name of a census that are about it; chosen
REMEMBERED = 12  # characters before a thing that say that it is remembered; chosen
BESIDE = 24  # characters before a thing that say how many years ago it was; chosen

_MEETINGS = ("plenum", "congress", "mentioned", "session")
_MARKS = re.compile("[“”\"'‘’〝〞、 　]")
# The patterns begin with a character that is rare, so that the search for it does most of the work.
_CONGRESS = re.compile(
    r"十(?:(?<=二十)大|[四五六七八九]大)(?<![一二三四五六七八九百第前]..大)(?<!团..大)(?<!团的..大)(?<!工会..大)(?<!工会的..大)(?<!苏共..大)(?<![省市县区州旗镇乡]..大)"
    r"|十(?:(?<=第二十)|(?<=第十)[四五六七八九])次全国代表大会(?<!团第..次全国代表大会)(?<!会第..次全国代表大会)(?<!女第..次全国代表大会)"
)
# What stands beside a congress, and not beside twenty big things.
_PARTY_BEFORE = re.compile(
    r"(?:党|党的|中共|共产党|[喜欢]?迎|接|彻|习|落实|领会|宣传|传达|会|神|和|及|与|从|自|以|,)第?$"
)
_PARTY_AFTER = re.compile(r"精神|报告|召开|代表|以来|胜利|主题|提出|指出|强调|[的和,]|会议|通过|确[定立]|作出|部署|$")
_PLENUM = re.compile(
    r"届(?:(?<=二十届)|(?<=十[四五六七八九]届))(?<![省市县区州旗镇乡地党]委..届)((?:[一二三四五六七]中?[,和及至]?){1,6})(?<=中)全会"
)
_DISCIPLINE = re.compile(
    r"(二十|十[七八九])届中(?:央)?纪委([一二三四五六七八])次全会|中(?:央)?纪委(二十|十[七八九])届([一二三四五六七八])次全会"
)
_SESSION = re.compile(
    r"届全国(?:人大|政协|人民代表大会)第?([一二三四五])次会议|全国(?:人大|政协)(十[一二三四]?|九)届([一二三四五])次会议"
)
# What some of the dear patterns cannot do without.
_NATIONAL = re.compile("全国(?:人大|政协|人民代表大会)")
_ASSEMBLED = re.compile("大(?:(?<=[一二三四五六七八九十]大)|(?<=全国代表大)会)")
_YEARS_AGO = re.compile("华诞|生日|年(?:(?<=周年)|(?<=[多余]年)(?=来|以来|间))")
_TERM = re.compile(r"(十[一二三四]?|九)$")
_AWAITED = re.compile(r"(?:迎接|喜迎|迎庆|欢庆|筹备|护航|服务保障|迎)(?:党的?|中共|中国共产党)?第?$")
_FOR = re.compile(r"(?:[向为])(?:党的?|中共|中国共产党)?第?$")
_GIFT = re.compile(r"(?:的?胜利)?(?:召开)?(?:营造|创造|提供|作出|献礼|保驾|贡献|奠定)")
_TO_BE_HELD = re.compile(r"(?:的?胜利)?(?:召开)?(?:之前|前(?!后)|前夕|在即|即将|将于|将要|将在)")
_HELD_IN = re.compile(r"(?:的?胜利)?(?:召开)(?:之年|的?一年|年)")
_FIRST_YEAR = re.compile(
    "精神?的?(?:开局|起步|开篇|开端)之?年|精神的?第一年|(?:胜利)?(?:召开)?(?:之|以)?后的?(?:第一年|开局之年)"
)
_DURING = re.compile("(?:胜利)?(?:召开)?期间|安保|维稳|保电|消防保卫|安全保卫")
_BEFOREHAND = re.compile("确保|保障|为了?|迎|将|全力|做好|备战")
_PROMPTLY = re.compile("(?:胜利)?(?:召开|闭幕)(?:以|之)?后,[^。;]{0,4}?(?:迅速|及时|立即|第一时间|马上|随即)")
_OTHER_GROUP = re.compile("[集社剧商兵旅乐财]$")  # 集团
_CONVENED = re.compile(r"的?(?:胜利|隆重)?(?:召开|闭幕|举行)(?!以来|后|之后)")
_THIS_YEAR = re.compile(r"今年[^。;\n]{0,30}$")
_EVER_SINCE = re.compile(r"(?:的?胜利)?(?:召开)?以来")
_GUIDED = re.compile(r"贯彻|落实|学习|指导|围绕|按照|宣传|宣讲|传达|精神")
_OLD = re.compile(
    r"(?:原|老|撤销|撤并|由|时任|曾任)[县市区省镇乡]?$|(?:取消|废[止除]|免[除征]|停征|告别|取代|代替|化解|清理)[^,。;]{0,4}$"
)
_GONE = re.compile(r"[^,。;]{0,6}(?:取消|停[征止]|免[除征]|废[止除]|更名|改[为称名]|撤并|撤销|并入|划转|历史)")
_OVER = re.compile(
    r",?(?:已|业已|已经|于.{0,12})?(?:圆满|胜利|顺利|成功)?(?:落幕|闭幕|结束|举办|举行|召开)(?!地|城市|之前|前)"
)
_WON = re.compile(r"(?:荣获|被评为|获评|蝉联|荣膺|获得)$")
_NEWS = re.compile(r"(?:近日|日前|刚刚|前不久|不久前)[^。;\n]{0,30}$")
_RESULT = re.compile("数据|公报|结果|显示|主要指标|统计")
_AID = re.compile("捐|支援|援建|驰援|重建|抗震救灾|灾区|赈灾|救助|受损|受灾|倒塌|救援")
_FRUIT = re.compile(".{0,8}(?:成果|经验|常态化|长效|回头看|整改)")
_BEGUN = re.compile(
    r"第一年|启动(?!前)|期间|开幕|闭幕|健儿|夺|首年|元年|以来|以后|[施开行]后|已|了|完成|平稳|顺利|圆满|成功"
)
_IN_FORCE = re.compile(r"(?:正式|颁布)?(?:实施|施行|生效)(?![前之]|在即|准备)")
_NOT_BEGUN = re.compile("将|迎(?!来)|申办|准备|筹备|前期|迎接|即将|拟")
# The count itself, and what is done with its figures: not before its day.
_REMEMBERED_BEFORE = re.compile(
    "(?:曾|当年|早在|记得|回忆|回想|想起|那年|那时|昔日|历史上|难忘|亲历|经历过|参加过|讲(?:述|起)?)[^,。;\n]{0,10}$"
)
_REMEMBERED_BEHIND = re.compile(
    '[”’"]?(?:那年|那时|年代|[^,。;\n]{0,10}(?:亲身|往事|故事|回忆|记忆))'
    "|[^,。;\n]{0,14}(?:建成|建设|修建|援建|建造|建|购置|购买|投入使用|开通|栽植|安装|遗留)的"
    "|[^。;\n]{0,16}(?:至今|仍在使用|还在使用|沿用)"
)
_PREPARED = re.compile("准备|筹备|前期|试点|清查|组建|摸底|选聘|底册")
_ENUMERATED = re.compile(
    r"登记(?:了|常住|法人|人口|个体|住户|农户|各类|对象|单位|\d|共)|零时为"
    r"|(?:入户|短表|长表|普查|正式|现场)登记[^,。;将]{0,8}(?:已|完成|结束|任务)"
    r"|(?:完成|结束)[^,。;将]{0,12}(?:登记|录入|汇总|普查任务)|(?:录入|汇总|复查|质量抽查)[^,。;将]{0,8}(?:已|完成|结束|通过)"
)
_DIGITS = {c: n for n, c in enumerate("一二三四五六七八九十", 1)}


def references(text: str) -> Iterator[Bound]:
    """All anchors of a folded text, years apart.

    They are sought in the text without quotation marks and gaps, whose damage is common.
    """
    pieces = _MARKS.split(text)
    bare = "".join(pieces)
    places = list(accumulate(map(len, pieces[:-1])))  # where a mark was taken out, in the shorter text
    for one in (
        *_party(bare),
        *_discipline(bare),
        *_assemblies(bare),
        *_sessions(bare),
        *_counted(bare),
        *_things(bare),
        *laws(bare),
    ):
        start, last = (at + bisect_right(places, at) for at in (one.start, one.end - 1))
        yield _of_its_time(bare, _from_here(bare, one))._replace(start=start, end=last + 1)
    for one in (*plans(text), *law_education(text)):
        yield _of_its_time(text, one)


def _of_its_time(text: str, one: Bound) -> Bound:
    """The bound, without its soft end where the thing is remembered, or what was built then is still in use."""
    if not one.until:
        return one
    before = text[max(0, one.start - REMEMBERED) : one.start]
    if _REMEMBERED_BEFORE.search(before) or _REMEMBERED_BEHIND.match(text, one.end):
        return one._replace(until="")
    return one


def _from_here(text: str, one: Bound) -> Bound:
    """The bound, closer where the text says how many years ago the thing was: 去年召开的十七届三中全会."""
    before = text[max(0, one.start - BESIDE) : one.start]
    if "年" not in before or not one.since or one.kind == "laws":  # `laws` has read its 去年
        return one
    year = int(one.since[:4])
    whole = one.kind in _MEETINGS or one.until == later(f"{year}-12") or len(one.since) > 7
    ago = years_ago(before, text[one.end : one.end + 8], 0 if whole else int(one.since[5:7] or 13))
    if ago is None:
        return one
    return one._replace(since=str(year + ago) if ago else one.since, until=later(f"{year + ago}-12"))


class _Meeting(NamedTuple):
    """A mention of a congress (plenum 0) or of the latest of some plenums."""

    month: str
    congress: int
    plenum: int
    start: int
    end: int
    state: str  # held | since | just held | awaited | this year | year after


def _party(text: str) -> Iterator[Bound]:
    """The latest congress or plenum that was held, up to the next; else the one that is awaited."""
    found = [*_congresses(text), *_plenums(text)]
    held = [one for one in found if one.state in ("held", "since", "just held")]
    for one in found:
        if one.state in ("this year", "just held"):
            since = one.month if one.state == "just held" else one.month[:4]
            yield Bound(since, later(f"{one.month[:4]}-12"), one.start, one.end, "congress")
        elif one.state == "year after":
            year = int(one.month[:4]) + 1
            yield Bound(str(year), later(f"{year}-12"), one.start, one.end, "congress")
        elif one.state == "awaited" and one.congress not in {other.congress for other in held}:
            since = f"{int(one.month[:4]) - 1}{one.month[4:]}"  # a year before it is on all lips; chosen
            yield Bound(since, later(one.month), one.start, one.end, "congress")
    if held:
        yield _latest(text, held)


def _congresses(text: str) -> Iterator[_Meeting]:
    for match in _CONGRESS.finditer(text) if "大" in text else ():
        at = match.start() - (text[match.start() - 1 : match.start()] == "二")
        number = _congress(text, match.start() + 1)
        state = _state(text, at, match.end())
        if state:
            yield _Meeting(anchors().congresses[number][0], number, 0, at, match.end(), state)


def _plenums(text: str) -> Iterator[_Meeting]:
    for match in _PLENUM.finditer(text) if "全会" in text else ():
        number = _congress(text, match.start())
        months = anchors().congresses[number]
        latest = max((_DIGITS[c] for c in match[1] if c in _DIGITS), default=len(months))
        if latest < len(months):
            state = "since" if _EVER_SINCE.match(text, match.end()) else "held"
            yield _Meeting(months[latest], number, latest, match.start() - 2, match.end(), state)


def _latest(text: str, held: list[_Meeting]) -> Bound:
    """The bound that the latest held congress or plenum makes."""
    latest = max(held)
    same = [one for one in held if one[:3] == latest[:3]]
    named = next((one for one in same if one.state != "since"), None)
    following = _next(latest.congress, latest.plenum)
    if named is None or not following:
        return Bound(latest.month, "", same[0].start, same[0].end, "congress")
    around = text[max(0, named.start - 40) : named.end + 20]
    series = "plenum" if named.plenum > 2 else "congress" if named.congress + 1 in anchors().congresses else "mentioned"
    kind = series if _GUIDED.search(around) else "mentioned"
    return Bound(named.month, later(following), named.start, named.end, kind)


def _next(congress: int, plenum: int) -> str | None:
    """After a congress, the next one; after a plenum, the next that was about policy (3 to 6), else the congress.

    After the last congress there is only such a plenum.
    """
    congresses = anchors().congresses
    plenums = congresses[congress]
    following = max(plenum + 1, 3)
    if (plenum or congress + 1 not in congresses) and following <= 6:
        return plenums[following] if following < len(plenums) else None
    return congresses[congress + 1][0] if congress + 1 in congresses else None


def _state(text: str, start: int, end: int) -> str:
    """Whether a congress was over when the text was written: held, just held, since, awaited … '' if it is none."""
    before, after = text[max(0, start - 12) : start], text[end : end + 12]
    if _FIRST_YEAR.match(text, end):
        return "year after"
    if _HELD_IN.match(after):
        return "this year"
    if _DURING.match(after):
        return "this year" if _BEFOREHAND.search(before) else "just held"
    if _AWAITED.search(before) or (_FOR.search(before) and _GIFT.match(after)) or _TO_BE_HELD.match(after):
        return "awaited"
    if not (text[end - 1] == "会" or _PARTY_BEFORE.search(before) or _PARTY_AFTER.match(after)):
        return ""
    nearby = text[max(0, start - 40) : start]
    if _PROMPTLY.match(after) or _NEWS.search(nearby) or (_CONVENED.match(after) and _THIS_YEAR.search(nearby)):
        return "just held"
    return "since" if _EVER_SINCE.match(after) else "held"


def _discipline(text: str) -> Iterator[Bound]:
    """The plenums of the Central Commission for Discipline Inspection, each up to the next."""
    for match in _DISCIPLINE.finditer(text) if "次全会" in text else ():
        months = anchors().discipline.get(20 if (name := match[1] or match[3]) == "二十" else count(name), ())
        number = _DIGITS[match[2] or match[4]]
        if number <= len(months):
            until = later(months[number]) if number < len(months) else ""
            yield Bound(months[number - 1], until, *match.span(), "session")


def _sessions(text: str) -> Iterator[Bound]:
    """The yearly sessions of the National People's Congress and the Political Consultative Conference."""
    for match in _SESSION.finditer(text) if _NATIONAL.search(text) else ():
        before = _TERM.search(text[max(0, match.start() - 2) : match.start()]) if match[1] else None
        term = match[2] or (before[1] if before else "")
        if first := anchors().sessions.get(count(term)):
            year = first + _DIGITS[match[1] or match[3]] - 1
            start = match.start() - (len(term) if before else 0)
            yield Bound(f"{year}-03", later(f"{year + 1}-03"), start, match.end(), "session")


def _counted(text: str) -> Iterator[Bound]:
    """Numbered days and editions, and anniversaries: of one year, up to the next; censuses: from their announcement."""
    table = anchors()
    for match in table.yearly_form.finditer(text) if "第" in text else ():
        edition, number = table.yearly[match[2]], count(match[1])
        if edition.first <= number <= edition.last:
            yield from _of_year(edition.base + number, text, match)
    for match in table.anniversary_form.finditer(text) if _YEARS_AGO.search(text) else ():
        yield from _of_year(table.anniversaries[match[1]] + count(match[2]), text, match)
    for match in table.count_form.finditer(text) if "第" in text else ():
        since, until = table.counts[match[2]].get(count(match[1]), ("", ""))
        if since:
            begun = table.enumerations.get(match[2], {}).get(count(match[1]), "")
            if begun and _is_counted(text, match):
                since = begun
            quoted = _RESULT.match(text, match.end())
            over = _OVER.match(text, match.end()) or _WON.search(text[max(0, match.start() - 8) : match.start()])
            yield Bound(until if over else since, "" if quoted else later(until), *match.span(), "counted")


def _is_counted(text: str, match: re.Match[str]) -> bool:
    """Whether the households or firms of a census were registered, by what stands behind its name."""
    found = _ENUMERATED.search(text, match.end(), match.end() + CENSUS)
    return found is not None and not _PREPARED.search(text, max(0, match.start() - 8), found.start())


def _assemblies(text: str) -> Iterator[Bound]:
    """National congresses of other bodies than the Party (中国妇女第十三次全国代表大会), each up to the next."""
    if not _ASSEMBLED.search(text):
        return
    for match in anchors().assembly_form.finditer(text):
        months, number = anchors().assemblies[match[1]], count(match[2] or match[3])
        before = text[max(0, match.start() - 8) : match.start()]
        if number in months and not (_AWAITED.search(before) or (match[1] == "团" and _OTHER_GROUP.search(before))):
            news = _NEWS.search(text[max(0, match.start() - 40) : match.start()])
            end = months[number] if news else months.get(number + 1, "")
            yield Bound(months[number], later(end) if end else "", *match.span(), "congress")


def _of_year(year: int, text: str, match: re.Match[str]) -> Iterator[Bound]:
    """A thing of one year; what is awaited may be spoken of in the year before."""
    if not 1980 <= year <= LATEST:
        return
    ahead = AHEAD.search(text[max(0, match.start() - 8) : match.start()])
    goes_on = _EVER_SINCE.match(text, match.end()) or match[0].endswith(("多年", "余年"))
    until = "" if goes_on else later(f"{year}-12")
    yield Bound(str(year - 1 if ahead else year), until, *match.span(), "counted")


def _things(text: str) -> Iterator[Bound]:
    """Campaigns, formulas, events, laws, offices by name: each once."""
    table, seen, last = anchors(), set(), 0
    for start, name in names_in(text):
        if start < last:  # within a longer name
            continue
        last = start + len(name)
        if name in seen:
            continue
        seen.add(name)
        span = table.named[name]
        near = text[max(0, start - 12) : last + 18] if span.aid or span.begun else ""
        since = span.begun if span.begun and _has_begun(near, name, span.table) else span.since
        end = span.aid if span.aid and _AID.search(near) else span.until
        goes_on = span.table != "campaigns" and "以来" in text[last : last + 10]
        until = later(end) if end and not goes_on and not _is_over(text, start, last) else ""
        if since or until:
            bound = Bound(since, until, start, last, span.table)
            yield _in_its_month(text, bound, span.until) if span.table == "campaigns" else bound


def _has_begun(near: str, name: str, table: str) -> bool:
    """Whether what was announced before is spoken of as done; a law, as in force."""
    if table == "works":
        return bool(_IN_FORCE.match(near, near.find(name) + len(name)))
    return bool(_BEGUN.search(near) and not _NOT_BEGUN.search(near))


def _in_its_month(text: str, one: Bound, end: str) -> Bound:
    """The bound of a campaign, closer where its sentence says in which month it was: there may be but one."""
    before, after = text[max(0, one.start - REACH) : one.start], text[one.end : one.end + REACH // 2]
    placed = month_of(before, after) if one.since and end else None
    month = only_month(placed.month, one.since, end) if placed else ""
    if not placed or not month:
        return one
    if placed.ago is None:
        return one._replace(since=month)
    year = int(month[:4]) + placed.ago
    return one._replace(since=str(year) if placed.ago else month, until=later(f"{year}-12"))


def _is_over(text: str, start: int, end: int) -> bool:
    """Whether a thing is spoken of as one of the past: its fruit, its name before it was renamed."""
    before = text[max(0, start - 8) : start]
    return bool(_FRUIT.match(text, end) or _GONE.match(text, end) or _OLD.search(before))


def _congress(text: str, end: int) -> int:
    """The number that ends there: 二十, or 十 with a digit before or behind that place."""
    if text[end - 2 : end] == "二十":
        return 20
    return count(text[end - 1 : end + 1] if text[end - 1 : end] == "十" else text[end - 2 : end])
