"""Names of units in folded text: what they are made of, and the level and field that they tell.

A name is read from its last word back: a word that names units (`fields.toml`), and before it a place, a mask or a
level. What stands before that must be a border; so 上级科协, 各县科协 and 市县科协 are no names, and 我局 never is.
"""

import re
import tomllib
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from pipelines.facts.divisions import MUNICIPALITIES, called, name_ending, named, short_name_ending

REACH = 16  # characters in which a name's place stands before its word
FREE = ("协会", "社区", "其他")  # fields whose units have names of their own before their word, as institutions have

Fit = Callable[[str, int], bool]

_DATA = Path(__file__).with_name("fields.toml")
_MASK = "(?:[xX×*_○△□某]{1,5}|某某)"
_MASKED = re.compile(
    rf"{_MASK}(?:自治区|[省市县区旗州盟镇乡村]|街道|社区|大学|中学|学校)?(?:{_MASK}(?:[县区镇乡村]|街道|社区))?$"
)
_SOCIETIES = ("学会", "协会", "研究会", "促进会", "商会", "联谊会")  # 图书馆学会 is no library
_HEADMASTER = re.compile("学校长")  # 第三中学校长 is of 第三中学, no 学校
_LARGER = ("市", "县", "区", "旗", "州", "镇", "乡", "街道")
MASKS = "xX×*_○△□某"
_BEHIND_MASKS = "局厅校院所站"  # words of one character that name a unit only behind a mask: XX局
_ANY_MASK = re.compile(f"[{MASKS}]")
# A level alone, or a place that need not be known: 县, 桃溪镇, 云陂县.
_LOCAL = re.compile("([一-鿿]{0,4}?)(?:自治[区县州旗]|街道|社区|林区|[省市县区州旗盟镇乡村])$")
_NO_LOCAL = re.compile(
    "^(?:全|各|我|本|该|其|外|每|兄弟|先进|有关|相关|基层|贫困|周边|上级|所在|偏远|农村|城市"
    "|整个|两|几|多|部分|乡|市|县|进)|[在到与的年月]"
)
_NATIONAL = (
    "中国共产党", "中共", "中国共产主义青年团", "共青团", "中国人民政治协商会议", "政协", "民革", "民盟",
    "民建", "民进", "农工党", "致公党", "九三学社", "国家税务总局", "国家统计局", "中国人民银行", "人民银行",
    "工商银行", "农业银行", "建设银行", "交通银行", "中国银行", "邮政储蓄银行", "农业发展银行", "中国人寿",
    "中国移动", "中国电信", "中国联通", "国网", "中国邮政", "中国", "全国", "中华", "国家", "中央",
)  # fmt: skip
_HEADS = (
    ("共青团", "中国共产主义青年团"),
    ("政协", "中国人民政治协商会议"),
)  # the first word tells the field, by its first name
_OFFICE = re.compile(
    "(?:机关党委|党组(?!织)|党委|党总支|党支部|办公[室厅]|秘书处|理事会|机关工会|工会|领导班子(?=$"
    "|[0-9述年]))(?![员长书])"
)
_SECTION = re.compile("[一-鿿]{2,8}?(?:[部处科室组馆]|分会|团委|学生会)(?=$|[\\s(\\d]|年|[述关第]|工作|个人)")
_BRANCH = re.compile("(?:股份有限公司)?[^,。;\n]{1,10}?[支分]行")
_COMPLETE = re.compile("团[省市县区州旗]委")  # words that have their level in them
_OWN_WORDS = re.compile(  # what a school's or an office's name has between its place and its word
    "(?:第[一二三四五六七八九十百]{1,3}|人民|实验|中心|附属|直属|职业|高级|初级|城关|外国语"
    "|师范|民族|希望|县直|市直|机关|老年|青年)$"
)
_OWN_ENDS = tuple("一二三四五六七八九十百民验心属业级关语范族望直年")
_FREE_NAME = re.compile("[一-鿿]{2,12}$")
_NO_FREE_NAME = re.compile(
    "[我本的在是了和与为对各全某及或于]|学期|学年|年度|教师|老师|学生|语文|数学|英语|班主任"
    "|个人|优秀|工作|会计|员工|销售|业务|保险|物业|房地产|建筑|医药|贸易|国有|上级|下属|所属"
    "|农村|乡村|规模|乡镇|城市|民办|公办"
    "|实习|财务|人事|行政|安全|新|有关|相关|每|该|我们|参加|参观|赴|通过|组织|以|将|把|从|到|由"
)
# Where a name may begin.
_BORDER = re.compile(
    r"(?:^|[\s,。;:、!?()《》\"“”—·\-\d]|[年月日度季]|[以年]来|半年|期间|现将|现把|下面|关于"
    r"|我是|我任|担任|时任)$"
)
_LEVELS = {"省": "省", "市": "市", "县": "县", "区": "县", "旗": "县", "州": "市", "盟": "市"}
_LOW = (
    ("街道", "乡"),
    ("社区", "村"),
    ("镇", "乡"),
    ("乡", "乡"),
    ("村", "村"),
    ("居委会", "村"),
    ("居民委员会", "村"),
)
_LOW_WORD = re.compile("(?:街道办事处|街道办|社区|村委会|村民委员会|居委会|居民委员会)(?:$|[^一-鿿])")
_HEAD = re.compile("(?:中共|共青团|政协)?(?:[一-鿿xX×*_○△□]{1,6}?(?:省|自治区|市|州|盟|县|区|旗|镇|乡|街道)){1,4}")


class Unit(NamedTuple):
    """A unit's name at `text[start:end]`."""

    start: int
    end: int
    name: str
    head: str  # its place, mask or level: what stands before its word
    field: str | None
    institution: bool

    @property
    def level(self) -> str | None:
        """国家 … 村, 单位; None where a mask, 市 alone or a name of its own does not tell it."""
        if self.institution:
            return "单位"
        if named(self.head):
            return _level_of_place(self.head)
        local = self.name if _LOW_WORD.search(self.name) else self.head
        low = [(local.rfind(word), level) for word, level in _LOW if word in local]
        return max(low)[1] if low else _level_of_place(self.head)


def units_in(text: str, fits: Fit = lambda text, end: True) -> Iterator[Unit]:
    """Names of units in a short folded text, in order; of those that end on one word, the longest.

    `fits` is asked first whether a name may end where a word ends.
    """
    reached = 0
    for match in _last_letters().finditer(text):
        end = match.end()
        for word in _words_by_end().get(text[end - 2 : end], ()):
            begin = end - len(word)
            if begin < reached or not text.startswith(word, begin):
                continue
            unit = _unit(text, begin, end, reached, fits)
            if unit and not _goes_on(text, begin, end):
                reached = unit.end
                yield unit
                break


@lru_cache(maxsize=4)  # `place` asks several times what `organisation` found
def whole(name: str) -> Unit:
    """A folded name taken as one unit's, whatever its word: level and place by how it begins."""
    unit = next(units_in(name), None)
    if unit and unit.start == 0:
        return unit
    head = _HEAD.match(name)
    field = unit.field if unit else None
    return Unit(0, len(name), name, head[0] if head else name, field, bool(unit and unit.institution))


def _unit(text: str, begin: int, end: int, floor: int, fits: Fit) -> Unit | None:
    """The unit whose word is `text[begin:end]`, with the office or section of it that follows."""
    word = text[begin:end]
    field, institution = _words().get(word, ("其他", word in "校院"))
    more = _OFFICE.match(text, end) or (_SECTION.match(text, end) if institution else None)
    end = more.end() if more else end
    if not fits(text, end):
        return None
    start = _begin(text, begin, floor, free=institution or field in FREE)
    if start is None or (start == begin and len(word) < 5 and not _COMPLETE.match(word)):
        return None
    head = text[start:begin]
    told = next((names[0] for names in _HEADS if head.startswith(names)), field)
    return Unit(start, end, text[start:end], head or word[1:2], told if told != "其他" else None, institution)


def _goes_on(text: str, begin: int, end: int) -> bool:
    """Whether a longer word goes on where this one ends: 县委 in 县委组织部, 工会 in 工会联合会."""
    if text.startswith("银行", end - 2) and _BRANCH.match(text, end):
        return True
    if (text[end - 1] != "会" and text.startswith(_SOCIETIES, end)) or text.startswith("附属", end):
        return True
    if _HEADMASTER.match(text, end - 2):
        return True
    if text.startswith("校长", end):
        return False
    return any(
        text.startswith(word, at) and at + len(word) > end
        for at in range(begin, end)
        for word in _words_by_beginning().get(text[at : at + 2], ())
    )


def _begin(text: str, begin: int, floor: int, *, free: bool) -> int | None:
    """Where the name begins whose word begins at `begin`; None where no border stands before it."""
    for first in (_piece, _local):  # 安陵县 ends like 陵县
        at: int | None = begin
        end = begin
        while at is not None and at > floor:
            end, at = at, (first if at == begin else _piece)(text, at, floor)
        end = end if at is None else at
        if _is_border(text, end, floor):
            return end
    return _free_name(text, begin, floor) if free or begin <= REACH else None


def _piece(text: str, at: int, floor: int) -> int | None:
    """Where the part of a name begins that ends at `at`: a place, a mask, a level, a national word."""
    window = text[max(floor, at - REACH) : at]
    if name := name_ending(window, len(window)):
        return at - len(name)
    if _ANY_MASK.search(window) and (match := _MASKED.search(window)):
        return at - len(window) + match.start()
    if window.endswith(_NATIONAL):
        return at - max(len(word) for word in _NATIONAL if window.endswith(word))
    if window.endswith(_OWN_ENDS) and (match := _OWN_WORDS.search(window)):
        return at - len(window) + match.start()
    short = short_name_ending(window, len(window))
    if short and _is_border(text, at - len(short), floor):
        return at - len(short)
    return _local(text, at, floor)


def _local(text: str, at: int, floor: int) -> int | None:
    """Where a town's or an unknown county's name, or a bare level begins: at a border, or behind a larger one's."""
    match = _LOCAL.search(text, max(floor, at - REACH), at)
    if not match:
        return None
    for start in range(match.end(1), match.start() - 1, -1):
        name = text[start : match.end(1)]
        if len(name) == 1 or _NO_LOCAL.search(name):
            continue
        before = text[max(floor, start - REACH) : start]
        if _is_border(text, start, floor) or before.endswith(_NATIONAL) or (name and before.endswith(_LARGER)):
            return start
    return None


def _free_name(text: str, at: int, floor: int) -> int | None:
    """Where a unit's own name begins, whatever it is: behind the last border in the characters before `at`."""
    match = _FREE_NAME.search(text, max(floor, at - REACH), at)
    starts = range(match.start(), at - 1) if match else ()
    start = next((start for start in reversed(starts) if _is_border(text, start, floor)), None)
    return start if start is not None and not _NO_FREE_NAME.search(text, start, at) else None


def _is_border(text: str, at: int, floor: int) -> bool:
    return at == 0 or _BORDER.search(text, max(floor, at - 4), at) is not None


def _level_of_place(head: str) -> str | None:
    place = name_ending(head, len(head))
    ones = named(place) if place else called(head)
    codes = {one.code for one in ones if not place or one is ones[0]}
    if len({level_of_code(code) for code in codes}) == 1:
        return level_of_code(codes.pop())
    if head.endswith("市"):
        return None  # a city may be a prefecture or a county
    return _LEVELS.get(head[-1:]) or ("国家" if re.match("中国|中华|全国|国家|中央", head) else None)


def level_of_code(code: str) -> str:
    """省, 市 or 县, by a code alone: the districts of municipalities are 县."""
    if code.endswith("0000"):
        return "省"
    return "市" if code.endswith("00") and code[:2] not in MUNICIPALITIES else "县"


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
    return _grouped(slice(None, 2))


@cache
def _words_by_end() -> dict[str, list[str]]:
    """Words by their last two characters, the longest first; 委, of one character, stands behind a level."""
    found = _grouped(slice(-2, None))
    for level in "省市县区州旗盟":
        found.setdefault(level + "委", []).append("委")
    for mask in MASKS:
        found.update({mask + word: [word] for word in _BEHIND_MASKS})
    return found


def _grouped(part: slice) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for word in sorted(_words(), key=len, reverse=True):
        found.setdefault(word[part], []).append(word)
    return found


@cache
def _last_letters() -> re.Pattern[str]:
    return re.compile(f"[{''.join(sorted({word[-1] for word in _words()} | set(_BEHIND_MASKS)))}]")
