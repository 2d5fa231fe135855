"""Names of places that masking left in a document, short ones, in words that only the place's own unit would use."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import chain
from typing import NamedTuple

from pipelines.facts.divisions import called, short_name_ending, short_names, words

MOTTO = "motto"
OURS = "says it is its own"
PRESS = "press of the place"
PRIZE = "prize or event of the province"
NUMBER = "follows the province's number"
OF_PROVINCES = (PRIZE, NUMBER)

_MOTTO = re.compile(
    "热爱|建设好?|打造|谱写|奉献|构建|振兴|魅力|和美|大美|富美|秀美|最美|美丽|幸福|富裕|文明|活力|绿色|宜居|法治|诚信|健康|智慧"
    "|书香|爱我|平安|和谐|富强|实力|数字|信用|创新|开放|繁荣"
)
_WORD_END = re.compile(
    '[,。;:、!?”"』」》)\n—]|$|[的作做而建创发奋奉贡多出献和与行杯网工增添默努积再谱汇注凝加提挥助争共]|人(?!民)'
)
_PROVINCES = (
    "河北|山西|内蒙古|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|广西|海南|四川|贵州|云南|西藏"
    "|陕西|甘肃|青海|宁夏|新疆"
)
PROVINCE_NAMES = frozenset(_PROVINCES.split("|")) - {"海南", "河北", "吉林"}  # those no other place is called
_PRIZE = re.compile(
    rf"({_PROVINCES})(?:省|(?:壮族|回族|维吾尔)?自治区)?[一-鿿]{{0,12}}?(?:奖|巡展|先进(?:集体|个人|单位)|示范[县市区])"
)
_EVENT = re.compile(
    rf"第[一二三四五六七八九十百\d]{{1,4}}届({_PROVINCES})(?:省|(?:壮族|回族|维吾尔)?自治区)?[一-鿿]{{2,12}}(?:赛|奖|活动|博览会)"
)
_WON = re.compile("获|评为|授予|创建|申报|推荐|参加|参赛|参评|命名|申请|争创|巡展|评选|选送")
_OURS = re.compile("我[省市县区州][(]([一-鿿]{2,4})[)]")
_PRESS = re.compile("(?:日报|晚报|晨报|广播电视台|电视台|电台|新闻网|政府网|政务网)")
# The signs of provinces in their papers' numbers, but for those that a city shares (宁 is 宁夏 and 南京).
_SIGNS = dict(zip(
    "冀辽皖闽赣鲁豫鄂湘粤琼黔滇陕桂浙川甘",
    "河北 辽宁 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南 贵州 云南 陕西 广西 浙江 四川 甘肃".split(" "),  # noqa: SIM905
    strict=True,
))  # fmt: skip
_OFFICES = "科协|政|委|教|卫|农|财|民|人社|发改|办|妇|残|司|林|水|环|国土|建|安|组|宣"
_NUMBER = re.compile(rf"([{''.join(_SIGNS)}])(?<![一-鿿].)(?:{_OFFICES})[一-鿿]{{0,4}}[〔\[(【]\d{{4}}")
_FOREIGN = re.compile(
    "赴|前往|来自|考察|参观|取经|对口|支援|援|帮扶|借鉴|邀请|举办的?$|[到去从与和同跟向]$|学习$|籍|全国|毕业|等地"
)
_AIDED = re.compile("[^。\n]{0,20}?(?:对口|援[建疆藏青]|支教|考察)")


class Residue(NamedTuple):
    """A short name at `text[start:end]` within the words that prove it."""

    name: str
    start: int
    end: int
    why: str


def residues(text: str) -> Iterator[Residue]:
    """Short names in mottoes (建设和美新象州), prizes (陕西青年科技奖), papers' numbers; words of every day apart."""
    found = chain(_mottoes(text), _press(text), _of_provinces(text))
    for left in found:
        before = re.split("[。;,\n]", text[max(0, left.start - 30) : left.start])[-1]
        if not _FOREIGN.search(before) and not _AIDED.match(text, left.end):
            yield left


def _mottoes(text: str) -> Iterator[Residue]:
    for match in _OURS.finditer(text):
        yield Residue(match[1], match.start(), match.end(), OURS)
    for match in _MOTTO.finditer(text):
        at = match.end() + (text[match.end() : match.end() + 1] in ("、", "的"))
        found = _name_at(text, at) or (_name_at(text, at + 1) if text.startswith("新", at) else None)
        if found:
            yield Residue(found[0], match.start(), found[1], MOTTO)


def _press(text: str) -> Iterator[Residue]:
    for match in _PRESS.finditer(text):
        at = match.start()
        name = short_name_ending(text[max(0, at - 5) : at], min(at, 5))
        if name and name not in words("short") and name != "北京":
            yield Residue(name, at - len(name), match.end(), PRESS)


def _of_provinces(text: str) -> Iterator[Residue]:
    for match in chain(_PRIZE.finditer(text), _EVENT.finditer(text)):
        before = re.split("[。;,\n]", text[max(0, match.start() - 30) : match.start()])[-1]
        if _WON.search(before + match[0]):
            yield Residue(match[1], match.start(), match.end(), PRIZE)
    for match in _NUMBER.finditer(text):
        yield Residue(_SIGNS[match[1]], match.start(), match.end(), NUMBER)


def _name_at(text: str, at: int) -> tuple[str, int] | None:
    """The short name that begins at `at` and ends where a word ends, and its end; of a longer one two characters do."""
    if text[at : at + 2] not in _first_two():
        return None
    for n in (4, 3, 2):
        name, end = text[at : at + n], at + n
        if name in PROVINCE_NAMES and text[end : end + 1] not in ("湖", "大"):
            return name, end
        if len(name) == n and name not in words("short") and _WORD_END.match(text, end):
            if called(name):
                return name, end
            if n == 2 and name in _beginnings():
                return _beginnings()[name], end
    return None


@cache
def _first_two() -> frozenset[str]:
    """The first two characters of all short names: most words begin otherwise."""
    return frozenset(name[:2] for name in (*short_names(), *PROVINCE_NAMES))


@cache
def _beginnings() -> dict[str, str]:
    """The longer short name that alone begins with two characters: 丹江, 丹江口."""
    found: dict[str, set[str]] = {}
    for name in short_names():
        if len(name) == 3:
            found.setdefault(name[:2], set()).add(name)
    return {two: next(iter(names)) for two, names in found.items() if len(names) == 1 and two not in words("short")}
