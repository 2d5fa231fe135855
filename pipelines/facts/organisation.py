"""The unit that issued a document: the signature's, else that by which the text speaks of itself, else the title's."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from pipelines.facts.names import NAME, POST, is_name
from pipelines.facts.signer import is_unit
from pipelines.facts.subject import Clue, Facts, Subject
from pipelines.facts.units import Unit, units_in, whole
from pipelines.script import fold

OPENING = 400  # characters of a document in which it names its unit (chosen: the first paragraph and a half)
SIGNED = "signed: "  # begins the evidence of a unit that signed

# What a unit does that its document speaks for; it stands behind its name.
_ACTS = re.compile(
    "(?:机关)?(?:全体(?:干部|职工|同志|教职工|党员|人员)?)?(?:始终|一直|紧紧|紧扣|为(?!了)|依托|依靠|牢牢|积极"
    "|主动|认真|坚持|坚决|坚定|围绕|以|在|按照|根据|全面|深入|深化|切实|高度|立足|结合|把|将"
    "|严格|不断"
    "|着力|充分|聚焦|贯彻|落实|加强|大力|努力|着眼|扎实|继续|共(?=[^同产青])|工作|于|狠抓|突出"
    "|强化|创新|抓住|抢抓|依托|发挥|履行|团结|带领|统筹|学习|组织|开展|严守|锚定|深刻|自觉"
    "|稳步|有序|勇|勤|秉|奋"
    "|20|(?:一年来|今年|去年|本年|上半年|下半年|近年|[\\dxX*]{2,4}年))"
)
_IN_TITLE = re.compile(
    "(?!年会|培训|学习考察|会议|精神|讲话|章程|文件|主办|杯)"
    "(?:$|[^\n]{0,40}?(?:总结|汇报|报告|计划|要点|述职|述廉|小结|思路|安排|材料|规划|方案|意见|通知|情况)|[(\\d])"
)
_HOLDER = re.compile(rf"{POST}?(?:\s{{0,6}}:\s{{0,6}}|\s{{1,8}}){NAME}$|{POST}{NAME}$")
_SOURCE = re.compile(
    r"(?:来源|稿源|发布机构|发布单位|供稿单位|供稿|报送单位|信息提供|作者单位)\s{0,2}:\s{0,4}([^\s:]{4,30})"
)
_NEWS = re.compile("报社|电视台|电台|融媒体|新闻|信息中心|广电")
_HAS_COUNTIES = re.compile(
    r"(?:各|全市|[\d一二三四五六七八九十两]{1,3}个)(?:县[(]?市|县、?区|区、?县|市、?县|旗、?县"
    r"|县(?:级|委|科协|教育局|妇联))|县[(]市、?区[)]|县、市、区|区[(]县、?市?[)]|县市区"
)
_WE = re.compile("我(校|院|局|镇|乡|村|行|所|站|馆|社区|街道|公司|支队|大队|园)(?!子)")
_WE_ARE = {
    "校": ("教育", "高校", "党校"),
    "院": ("卫生", "法院", "检察", "高校", "科技"),
    "园": ("教育",),
    "行": ("银行",),
}
_UNDER, _LEADS = re.compile("在[^,。]{0,12}$"), re.compile("[^,。]{0,12}(?:领导|指导|支持|关心)")
_SUPERIORS = ("党委", "政府", "人大", "政协")  # 县政府高度重视 stands in the documents of every office


class Told(NamedTuple):
    """A unit, as published, and where and why it is the issuing one."""

    unit: Unit
    name: str
    where: str
    start: int
    end: int
    why: str


def organisation(subject: Subject, known: Facts) -> Iterator[Clue]:
    """The issuing unit with its level and its field. Masks stay in its name; 我局 and a person's name are none."""
    told = _signed(subject, known) or _spoken(subject) or _source(subject)
    if told:
        for column, value in (
            ("organisation", told.name),
            ("org_level", told.unit.level or _city_level(told.unit, subject.folded)),
            ("org_field", told.unit.field),
        ):
            if value:
                yield Clue(column, value, told.where, told.start, told.end, told.why + told.name)


def unit_told(known: Facts) -> tuple[Clue, Unit] | None:
    """The unit that `organisation` found, taken apart again, and the clue that tells it."""
    clue = known.first("organisation")
    return (clue, whole(_first(clue.value))) if clue else None


def opening_unit(subject: Subject) -> Unit | None:
    """The unit that the first paragraphs speak for: a name at a border, and behind it what such a unit does."""
    text = subject.folded[:OPENING]
    found = units_in(text, lambda text, end: bool(_ACTS.match(text, end)) or text[end : end + 1] in ("", "\n"))
    return next((one for one in found if _speaks(text, one) and _is_we(one, subject.folded)), None)


def title_unit(subject: Subject) -> Unit | None:
    """The unit that the title names."""
    unit = _titled(subject.title)
    # A compilation's headings repeat the page's title: its 县科协 is no part's.
    return None if unit and subject.parts > 1 and len(unit.head) == 1 else unit


@lru_cache(maxsize=4)  # `place` asks again
def _titled(title: str) -> Unit | None:
    return next(units_in(fold(title), lambda text, end: bool(_IN_TITLE.match(text, end))), None)


def _signed(subject: Subject, known: Facts) -> Told | None:
    """The signature's unit, all joint ones in its name; the holder of a post is cut off."""
    clue = known.first("signed_by")
    if not clue or is_name(fold(clue.value)):
        return None
    name = clue.value
    if holder := _HOLDER.search(fold(name)):
        name = name[: holder.start()]
    bare = fold(name)
    unit = whole(_first(name))
    if len(bare) < 3 or not (unit.field or is_unit(bare, dated=True)):
        return None
    shown = subject.text[clue.start : clue.end] if clue.where == "text" else ""
    start = clue.start + max(shown.find(name), 0)
    return Told(unit, name, clue.where, start, start + len(name) if name in shown else clue.end, SIGNED)


def _spoken(subject: Subject) -> Told | None:
    """The unit by which text or title speak of themselves; the title's, where the text only has its bare end."""
    spoken, titled = opening_unit(subject), title_unit(subject)
    if titled and (not spoken or _tells_more(titled, spoken, subject.folded)):
        name = subject.title[titled.start : titled.end]
        return Told(titled, name, "title", titled.start, titled.end, "title: ")
    if spoken:
        name = subject.text[spoken.start : spoken.end]
        return Told(spoken, name, "text", spoken.start, spoken.end, "speaks for itself: ")
    return None


def _tells_more(titled: Unit, spoken: Unit, text: str) -> bool:
    """Whether the title has the text's unit with its place, or the text names one only after its first sentence."""
    bare = len(spoken.head) == 1 and spoken.field == titled.field
    return titled.name.endswith(spoken.name) or bare or (len(titled.head) > 1 and "。" in text[: spoken.start])


def _is_we(unit: Unit, text: str) -> bool:
    """Whether a unit can be the one that says 我校 or 我局 of itself; one that leads it is not."""
    if _is_led_by(unit.name, text[:OPENING]):
        return False
    we = {match[1] for match in _WE.finditer(text)}
    return not we or any(word in unit.name or (unit.institution and unit.field in _WE_ARE.get(word, ())) for word in we)


def _is_led_by(name: str, text: str) -> bool:
    """Whether a text says that a unit led, guided or supported its own."""
    at = text.find(name)
    while at >= 0:
        if _UNDER.search(text, max(0, at - 13), at) and _LEADS.match(text, at + len(name)):
            return True
        at = text.find(name, at + 1)
    return False


def _city_level(unit: Unit, text: str) -> str | None:
    """市 for a city that has counties: then it is a prefecture, and no county itself."""
    return "市" if unit.head.endswith("市") and "县" in text and _HAS_COUNTIES.search(text) else None


def _first(name: str) -> str:
    """The first of joint units, folded."""
    return re.split("[、\n]", fold(name))[0]


def _source(subject: Subject) -> Told | None:
    """The unit that the page's head names as its source, where that is an office and not the press."""
    for line in subject.head if subject.parts == 1 else ():
        for match in _SOURCE.finditer(line.text):
            unit = next(units_in(match[1]), None)
            if unit and unit.start == 0 and len(unit.head) > 1 and not _NEWS.search(unit.name):
                at = line.start + match.start(1)
                return Told(unit, unit.name, "head", at, at + unit.end, "source: ")
    return None


def _speaks(text: str, unit: Unit) -> bool:
    if len(unit.head) == 1 and unit.field in _SUPERIORS:
        return False
    alone = text[unit.end : unit.end + 1] in ("", "\n") and not text[: unit.start].rsplit("\n", 1)[-1].strip(" (")
    return bool(_ACTS.match(text, unit.end)) or (alone and len(unit.name) >= 4)
