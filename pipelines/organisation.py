"""The unit that issued a document: what a unit's name is made of, and where a document names its own.

A name is read from its last word back: a word that names units (`fields.toml`), and before it a place, a mask or a
level. What stands before that must be a border; so 上级科协, 各县科协 and 市县科协 are no names, and 我局 never is.
"""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pipelines.divisions import MUNICIPALITIES, name_ending, named, short_name_ending
from pipelines.script import fold
from pipelines.subject import Clue, Facts, Subject

OPENING = 400  # characters of a document in which it names its unit (chosen: the first paragraph and a half)
LONGEST_WORD = 14  # characters of the longest words of `fields.toml`
REACH = 30  # characters in which a name's place stands before its word

_DATA = Path(__file__).with_name("fields.toml")
_MASK = "(?:[xX*_○某]{1,5}|某某)"
_MASKED = re.compile(
    rf"{_MASK}(?:自治区|[省市县区旗州盟镇乡村]|街道|社区|大学|中学|学校)?(?:{_MASK}(?:[县区镇乡村]|街道|社区))?$"
)
_BARE = re.compile("(?:自治区|街道|社区|[省市县区州旗镇乡村])$")
_TOWN = re.compile("[一-鿿]{2,3}(?:街道|社区|[镇乡村])$")
_NATIONAL = re.compile(
    "(?:中国共产党|中共|中国共产主义青年团|共青团|中国人民政治协商会议|政协|民革|民盟|民建"
    "|民进|农工党|致公党|九三学社|国家税务总局|国家统计局|中国人民银行|人民银行"
    "|(?:中国)?(?:工商|农业|建设|交通|邮政储蓄|农业发展)银行|中国银行|中国人寿|中国移动|中国电信"
    "|中国联通|国网|中国邮政|中国|全国|中华全国|中华|国家)$"
)
# The fields that a name's first word tells.
_HEADS = {
    "共青团": "共青团",
    "中国共产主义青年团": "共青团",
    "政协": "政协",
    "中国人民政治协商会议": "政协",
}
_OFFICE = re.compile(
    "(?:机关党委|党组(?!织)|党委|党总支|党支部|办公[室厅]|秘书处|理事会|机关工会|工会|领导班子(?=$"
    "|[0-9述年]))(?![员长书])"
)
_BRANCH = re.compile("(?:股份有限公司)?[^,。;\n]{1,10}?[支分]行")
_COMPLETE = re.compile("团[省市县区州旗]委")  # words that have their level in them
_OWN_WORDS = re.compile(  # what a school's or an office's name has between its place and its word
    "(?:第[一二三四五六七八九十百]{1,3}|人民|实验|中心|附属|直属|职业|高级|初级|城关|外国语"
    "|师范|民族|希望|县直|市直|机关|中国|国家)$"
)
_SCHOOL_NAME = re.compile("[一-鿿]{2,4}$")
# Where a name may begin in running text, in a title, in a signature.
_BORDER = re.compile(r"(?:^|[\s,。;:、!?()《》\"“”—·\-\d]|[年月日度季]|以来|半年|期间|现将|现把|下面|关于)$")
# What a unit does that its document speaks for; it stands behind its name.
_ACTS = re.compile(
    "(?:机关)?(?:全体(?:干部|职工|同志|教职工|党员|人员)?)?(?:始终|一直|紧紧|紧扣|牢牢|积极"
    "|主动|认真|坚持|坚决|坚定|围绕|以|在|按照|根据|全面|深入|深化|切实|高度|立足|结合|把|将"
    "|严格|不断"
    "|着力|充分|聚焦|贯彻|落实|加强|大力|努力|着眼|扎实|继续|共(?=[^同产青])|工作|于|狠抓|突出"
    "|强化|创新|抓住|抢抓|依托|发挥|履行|团结|带领|统筹|学习|组织|开展|严守|锚定|深刻|自觉"
    "|稳步|有序|勇|勤|秉|奋"
    "|20|(?:一年来|今年|去年|本年|上半年|下半年|近年|[\\dxX*]{2,4}年))"
)
_IN_TITLE = re.compile(
    r"(?:$|[\s(（《:：—·\-\d“]|[xX*_○]{2}|[一二]〇|年|上半年|下半年|第|工作|述职|总结|汇报|党建"
    r"|科普|关于|个人|开展|半年|季度|领导|班子|党委|思想|安全|创建|宣传|履职|教育|综合|计划"
    r"|情况|全民|妇女|科技|学雷锋|学习|活动|“)"
)
_PERSON = re.compile(
    r"(?:(?<=[局院校部县市区镇乡处科])长|书记|主任|主席|会长|秘书长|经理|院长|所长|园长)?[\s:]+[一-鿿]\s?[一-鿿]{1,3}$"
)
_POST = re.compile(
    "(?:副?(?:局长|院长|校长|部长|县长|市长|区长|镇长|乡长|处长|科长|书记|主任|主席|会长|秘书长|经理|所长|园长))$"
)
_SEAL = re.compile(r"\s*[(（]?(?:公章|盖章|代章|章)[)）]?$")
_LEVELS = {"省": "省", "市": "市", "县": "县", "区": "县", "旗": "县", "州": "市", "盟": "市"}
_LOW = (("街道", "乡"), ("社区", "村"), ("镇", "乡"), ("乡", "乡"), ("村", "村"))


class Unit(NamedTuple):
    """A unit's name at `text[start:end]`."""

    start: int
    end: int
    name: str
    head: str  # its place, mask or level: what stands before its word
    field: str
    institution: bool

    @property
    def level(self) -> str | None:
        """国家 … 村, 单位; None where a mask or 市 alone does not tell it."""
        if self.institution:
            return "单位"
        low = next((level for word, level in _LOW if word in self.head[-4:] and not named(self.head)), None)
        return low or _level_of_place(self.head, self.name)


def organisation(subject: Subject, _: Facts) -> Iterator[Clue]:
    """Signature first, then the name by which the text speaks of itself, then the title's."""
    if not (told := _told(subject)):
        return
    where, unit, why = told
    name = (subject.title if where == "title" else subject.text)[unit.start : unit.end]
    for column, value in (("organisation", name), ("org_level", unit.level), ("org_field", unit.field)):
        if value:
            yield Clue(column, value, where, unit.start, unit.end, why + name)


def signed_unit(subject: Subject) -> Unit | None:
    """The unit of the signature, a joint one's first."""
    signed = subject.signed.signed_by if subject.signed else None
    start = subject.text.rfind(signed.split("、")[0]) if signed else -1
    if not signed or start < 0:
        return None
    first = fold(_SEAL.sub("", signed.split("、")[0]))
    first = _POST.sub("", _PERSON.sub("", first))
    units = [one for one in units_in(first) if one.end == len(first)]
    if units:
        return units[0]._replace(start=start + units[0].start, end=start + len(first))
    return None


def opening_unit(subject: Subject) -> Unit | None:
    """The unit that the first paragraphs speak for: a name at a border, and behind it what such a unit does."""
    text = subject.folded[:OPENING]
    for unit in units_in(text):
        behind = text[unit.end : unit.end + 12]
        line = not behind or behind[0] == "\n"
        if (_ACTS.match(behind) and not line) or (line and _line_alone(text, unit)):
            return unit
    return None


def title_unit(subject: Subject) -> Unit | None:
    """The unit that the title names."""
    title = fold(subject.title)
    unit = next((one for one in units_in(title) if _IN_TITLE.match(title, one.end)), None)
    # A compilation's headings repeat the page's title: its 县科协 is no part's.
    return None if unit and subject.parts > 1 and len(unit.head) == 1 else unit


def units_in(text: str) -> Iterator[Unit]:
    """Names of units in a short folded text, in order; of those that end on one word, the longest."""
    words = _words()
    reached = 0
    for match in _last_letters().finditer(text):
        end = match.end()
        for begin in range(max(end - LONGEST_WORD, reached), end):
            word = text[begin:end]
            if word not in words or _goes_on(text, begin, end):
                continue
            start = _begin(text, begin, reached)
            if start is not None and (start < begin or len(word) > 4 or _COMPLETE.match(word)):
                office = _OFFICE.match(text, end)
                reached = office.end() if office else end
                yield _unit(text, start, begin, reached, words[word])
                break


def _unit(text: str, start: int, begin: int, end: int, told: tuple[str, bool]) -> Unit:
    head = text[start:begin]
    first = next((field for word, field in _HEADS.items() if head.startswith(word)), told[0])
    return Unit(start, end, text[start:end], head or text[begin + 1 : begin + 2], first, told[1])


def _told(subject: Subject) -> tuple[str, Unit, str] | None:
    """Where the unit is named, as what, and why it is the issuing one."""
    if unit := signed_unit(subject):
        return "text", unit, "signed: "
    spoken, titled = opening_unit(subject), title_unit(subject)
    if titled and (not spoken or titled.name.endswith(spoken.name)):
        return "title", titled, "title: "
    return ("text", spoken, "speaks for itself: ") if spoken else None


def _goes_on(text: str, begin: int, end: int) -> bool:
    """Whether a longer word goes on where this one ends: 县委 in 县委组织部, 工会 in 工会联合会."""
    if text.startswith("银行", end - 2) and _BRANCH.match(text, end):
        return True
    return any(
        text.startswith(word, at) and at + len(word) > end
        for at in range(begin, end)
        for word in _words_by_beginning().get(text[at : at + 2], ())
    )


def _begin(text: str, begin: int, floor: int) -> int | None:
    """Where the name begins whose word begins at `begin`; None where no border stands before it."""
    at = begin
    while at > floor:
        piece = _piece(text, at, floor)
        if piece is None:
            break
        at = piece
    return at if _BORDER.search(text, max(floor, at - 4), at) or at == 0 else None


def _piece(text: str, at: int, floor: int) -> int | None:
    """Where the part of a name begins that ends at `at`: a place, a mask, a level, a town, a national word."""
    window = text[max(floor, at - REACH) : at]
    base = at - len(window)
    name = name_ending(window, len(window))
    if name:
        return at - len(name)
    for pattern in (_MASKED, _NATIONAL, _OWN_WORDS):
        if match := pattern.search(window):
            return base + match.start()
    short = short_name_ending(window, len(window))
    if short and _BORDER.search(text, max(floor, at - len(short) - 4), at - len(short)):
        return at - len(short)
    return _town(window, base, text, floor)


def _town(window: str, base: int, text: str, floor: int) -> int | None:
    for pattern in (_TOWN, _BARE):
        match = pattern.search(window)
        starts = range(match.start(), match.end() - 1) if match else ()
        for start in starts if pattern is _TOWN else [match.start()] if match else []:
            before = base + start
            if before == 0 or _BORDER.search(text, max(floor, before - 4), before) or name_ending(text, before):
                return before
    return None


def _line_alone(text: str, unit: Unit) -> bool:
    """Whether it fills a line under the title."""
    return text[: unit.start].rsplit("\n", 1)[-1].strip(" (") == "" and len(unit.name) >= 4


def _level_of_place(head: str, name: str) -> str | None:
    if re.match("(?:中国|中华|全国|国家|中央)", head or name) and not name_ending(head, len(head)):
        return "国家" if not re.search("[省市县区州旗]", head) else _LEVELS.get(head[-1])
    if place := name_ending(head, len(head)):
        code = named(place)[0].code
        if code.endswith("0000"):
            return "省"
        return "市" if code.endswith("00") and code[:2] not in MUNICIPALITIES else "县"
    return None if head.endswith("市") else _LEVELS.get(head[-1:])  # a city may be a prefecture or a county


@cache
def _words() -> dict[str, tuple[str, bool]]:
    """Every word that names units, with its field and whether its units are institutions."""
    fields = tomllib.loads(_DATA.read_text(encoding="utf-8"))
    words: dict[str, tuple[str, bool]] = {}
    for field, kinds in fields.items():
        for kind in ("institutions", "units"):
            words.update((word, (field, kind == "institutions")) for word in kinds.get(kind, ()))
    return words


@cache
def _words_by_beginning() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for word in _words():
        found.setdefault(word[:2], []).append(word)
    return found


@cache
def _last_letters() -> re.Pattern[str]:
    return re.compile(f"[{''.join(sorted({word[-1] for word in _words()}))}]")
