"""China's provinces, prefectures and counties, as each was named and numbered (GB/T 2260) in each year since 1980."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain
from pathlib import Path
from typing import NamedTuple

LONGEST = 6  # characters of the longest common names: 石嘴山区, 井陉矿区, 克拉玛依区
LONGEST_BANNER = 9  # 达尔罕茂明安联合旗
LONGEST_OF_ALL = 15  # 积石山保安族东乡族撒拉族自治县
STILL = 9999  # the last year of what still exists
MUNICIPALITIES = ("11", "12", "31", "50")

_DATA = Path(__file__).with_name("divisions.csv")
_WORDS = Path(__file__).with_name("place_words.toml")
_PEOPLES = (
    "(?:(?:藏|回|彝|苗|壮|满|侗|瑶|白|傣|黎|畲|水|土|羌|怒|京)族|(?:维吾尔|布依|朝鲜|土家|哈尼"
    "|哈萨克|傈僳|佤|拉祜|东乡|纳西|景颇|柯尔克孜|达斡尔|仫佬|布朗|撒拉"
    "|毛南|仡佬|锡伯|阿昌|普米|塔吉克|乌孜别克|俄罗斯|鄂温克|德昂|保安|裕固|独龙|鄂伦春|赫哲"
    "|门巴|珞巴|基诺|蒙古|各)族?)"
)
_AUTONOMOUS = re.compile(rf"(?<=..){_PEOPLES}{{1,4}}自治([区州县旗])$")
_SUFFIX = re.compile(r"(?<=..)(?:特别行政区|自治[区州县旗]|地区|林区|特区|新区|矿区|[省市县区旗州盟])$")
# Characters behind a name's last one that make it another word: 义乌市场, 港北区域, 通州区位 …
_OTHER_WORD = {
    "市": "场值价售容话",
    "区": "域间块分划",
    "省": "略心力时钱事得却亲悟视",
    "旗": "帜舰下袍手开",
    "盟": "友员约主军誓国",
    "县": "",
    "州": "",
}
_BORDER = re.compile(r"(?:^|[^一-鿿]|[在对向为由被使令致]|中共|共青团|政协|年来|以来|[年月日是])$")
_OFFICE = re.compile(
    "(?:[市县区]?委(?![托派])|委员会|人民|政府|人大|政协|纪委|法院|检察院|总工会|团委|妇联"
    "|科协|残联|文联|红十字|工商联|[一-鿿]{1,8}?[局院])"
)


class Division(NamedTuple):
    """A province, prefecture or county, under one name and code."""

    code: str
    name: str
    since: int  # the first year at whose end it had both
    until: int  # the last one; STILL where it has them

    def years_from(self, year: int) -> int:
        """How far `year` lies outside its years: 0 within them."""
        return max(self.since - year, year - self.until, 0)

    @property
    def parents(self) -> tuple[str, ...]:
        """The codes of the prefecture and the province that its code lies in, finest first."""
        above = (self.code[:4] + "00", self.code[:2] + "0000")
        return tuple(dict.fromkeys(code for code in above if code != self.code))

    def within(self, other: "Division") -> bool:
        """Whether it is the other one or lies in it, by their codes."""
        return self.code.startswith(other.code[:2] if other.code[2:] == "0000" else _stem(other.code))


class Place(NamedTuple):
    """Where a unit is, in standard names."""

    code: str  # of the finest level
    province: str
    prefecture: str | None  # None where the county lies in no prefecture (municipalities, 仙桃市, 石河子市)
    county: str | None
    name: str  # all of them in one


class Mention(NamedTuple):
    """A name of the table at `text[start:end]`."""

    start: int
    end: int
    name: str


def named(name: str) -> tuple[Division, ...]:
    """All that ever bore a name, in full or as one says it: 恩施州, 长阳县."""
    return _names().get(name, ())


def called(short: str) -> tuple[Division, ...]:
    """All whose name without its last word is `short`: 丹江口, 广西. Empty for names of one character."""
    return short_names().get(short, ())


def at(code: str, year: int) -> Division | None:
    """What had a code in a year, or in the nearest one."""
    return min(_codes().get(code, ()), key=lambda one: one.years_from(year), default=None)


def place_of(division: Division, year: int) -> Place:
    """A division's place with all that it lay in. The name decides: a year in which it had another is set right."""
    year = min(max(year, division.since), division.until)
    above = [found for code in division.parents if (found := at(code, year))]
    province = division if division.code.endswith("0000") else above[-1]
    county = None if division.code.endswith("00") else division.name
    prefecture = next((one.name for one in (division, *above) if _is_prefecture(one.code)), None)
    name = "".join(dict.fromkeys(one for one in (province.name, prefecture, county) if one))
    return Place(division.code, province.name, prefecture, county, name)


def mentions(text: str) -> Iterator[Mention]:
    """The full names in a folded text, longest first where they end on one character."""
    names = _names()
    last = -1
    for match in _last_letters().finditer(text):
        end = match.end()
        if text[end : end + 1] in _OTHER_WORD.get(match[0], "") and end < len(text):
            continue
        for start in range(max(end - _longest(text, end), 0), end - 1):
            if text[start:end] in names:
                if _stands(text, start, end, last):
                    last = end
                    yield Mention(start, end, text[start:end])
                break


def _stands(text: str, start: int, end: int, last: int) -> bool:
    """Whether a name that may be a word, or the end of one, is a name here; `last` is where the name before it ends."""
    name = text[start:end]
    if last == start or (end - start > 2 and name not in words("full")):
        return True
    border = name not in words("never_alone") and _BORDER.search(text, max(0, start - 3), start)
    return bool(border and (name not in words("full") or _OFFICE.match(text, end)))


def name_ending(text: str, end: int) -> str | None:
    """The full name that ends at `text[:end]`."""
    if text[end - 2 : end] not in _last_two():
        return None
    for start in range(max(end - _longest(text, end), 0), end - 1):
        if text[start:end] in _names():
            return text[start:end]
    return None


def short_name_ending(text: str, end: int) -> str | None:
    """The longest short name that ends at `text[:end]`."""
    return next((text[end - n : end] for n in (5, 4, 3, 2) if n <= end and text[end - n : end] in short_names()), None)


def _longest(text: str, end: int) -> int:
    """How many characters a name may have that ends at `text[:end]`."""
    if text[end - 2 : end - 1] in ("治", "政"):
        return LONGEST_OF_ALL
    return LONGEST_BANNER if text[end - 1] == "旗" else LONGEST


def _stem(code: str) -> str:
    return code[:4] if code.endswith("00") else code


def _is_prefecture(code: str) -> bool:
    return code.endswith("00") and not code.endswith("0000") and code[:2] not in MUNICIPALITIES


@cache
def words(kind: str) -> frozenset[str]:
    """Names that are also words of every day, of one kind of `place_words.toml`."""
    return frozenset(tomllib.loads(_WORDS.read_text(encoding="utf-8"))[kind].split())


@cache
def all_divisions() -> tuple[Division, ...]:
    """The whole table."""
    rows = [line.split(",") for line in _DATA.read_text(encoding="utf-8").splitlines() if line[0].isdigit()]
    return tuple(Division(code, name, int(since), int(until or STILL)) for code, name, since, until in rows)


@cache
def _codes() -> dict[str, tuple[Division, ...]]:
    return _grouped((one.code, one) for one in all_divisions())


@cache
def _names() -> dict[str, tuple[Division, ...]]:
    full = ((one.name, one) for one in all_divisions())
    peoples = [one for one in all_divisions() if _AUTONOMOUS.search(one.name) and one.name[-1] != "区"]
    said = ((_AUTONOMOUS.sub(form, one.name), one) for one in peoples for form in (r"\1", r"自治\1"))
    return _grouped(chain(full, said))


@cache
def _last_two() -> frozenset[str]:
    """The last two characters of all names: what ends otherwise is none, and most words do."""
    return frozenset(name[-2:] for name in _names())


@cache
def _last_letters() -> re.Pattern[str]:
    """A name's last character behind one that a name has there: most words end otherwise (全市, 我县)."""
    before: dict[str, list[str]] = {}
    for two in sorted(_last_two()):
        before.setdefault(two[1], []).append(two[0])
    ends = "|".join(f"[{''.join(ones)}]{last}" for last, ones in before.items())
    return re.compile(f"[{''.join(before)}](?<={ends})")


@cache
def short_names() -> dict[str, tuple[Division, ...]]:
    """What each name without its last word means."""
    stripped = ((_SUFFIX.sub("", _AUTONOMOUS.sub("", one.name)), one) for one in all_divisions())
    return _grouped((short, one) for short, one in stripped if short != one.name and len(short) > 1)


def _grouped(pairs: Iterable[tuple[str, Division]]) -> dict[str, tuple[Division, ...]]:
    found: dict[str, list[Division]] = {}
    for key, one in pairs:
        found.setdefault(key, []).append(one)
    return {key: tuple(ones) for key, ones in found.items()}
