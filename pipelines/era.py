"""What a text's own references tell of its time: congresses and plenums, five-year plans, campaigns, numbered days.

The latest of a series that a text names is its lower bound; the next of that series, which it does not name, the soft
upper bound. Months where they are known.
"""

import re
from collections.abc import Iterator

from pipelines.script import fold

_DIGITS = {c: n for n, c in enumerate("一二三四五六七八九十", 1)}
# Congress number -> month of the congress, then of its plenums 1 to 7 (to 2025).
CONGRESSES: dict[int, tuple[str, ...]] = {
    14: ("1992-10", "1992-10", "1993-03", "1993-11", "1994-09", "1995-09", "1996-10", "1997-09"),
    15: ("1997-09", "1997-09", "1998-02", "1998-10", "1999-09", "2000-10", "2001-09", "2002-11"),
    16: ("2002-11", "2002-11", "2003-02", "2003-10", "2004-09", "2005-10", "2006-10", "2007-10"),
    17: ("2007-10", "2007-10", "2008-02", "2008-10", "2009-09", "2010-10", "2011-10", "2012-11"),
    18: ("2012-11", "2012-11", "2013-02", "2013-11", "2014-10", "2015-10", "2016-10", "2017-10"),
    19: ("2017-10", "2017-10", "2018-01", "2018-02", "2019-10", "2020-10", "2021-11", "2022-10"),
    20: ("2022-10", "2022-10", "2023-02", "2024-07", "2025-10"),
}
# Five-year plan -> its first and last year. Plans are spoken of from the year before to the year after.
PLANS = {
    "九五": (1996, 2000),
    "十五": (2001, 2005),
    "十一五": (2006, 2010),
    "十二五": (2011, 2015),
    "十三五": (2016, 2020),
    "十四五": (2021, 2025),
    "十五五": (2026, 2030),
}
# What a text cannot name before it began, and hardly names as current after the second month (None: it lasted).
CAMPAIGNS: tuple[tuple[str, str, str | None], ...] = (
    ("三个代表", "2000-02", None),
    ("科学发展观", "2003-07", None),
    ("非典", "2003-03", None),
    ("先进性教育", "2005-01", "2006-12"),
    ("八荣八耻|社会主义荣辱观", "2006-03", "2009-12"),
    ("和谐社会", "2004-09", None),
    ("汶川", "2008-05", None),
    ("学习实践科学发展观活动", "2008-09", "2010-12"),
    ("甲型H1N1|甲流", "2009-04", "2010-12"),
    ("创先争优", "2010-04", "2013-06"),
    ("八项规定", "2012-12", None),
    ("中国梦", "2012-11", None),
    ("群众路线教育", "2013-06", "2015-06"),
    ("精准扶贫", "2013-11", None),
    ("三严三实", "2014-03", "2016-12"),
    ("两学一做", "2016-02", "2019-06"),
    ("新时代中国特色社会主义思想|乡村振兴战略", "2017-10", None),
    ("扫黑除恶", "2018-01", None),
    ("不忘初心.{0,1}牢记使命.{0,1}主题教育", "2019-05", "2020-12"),
    ("新冠|新型冠状病毒|健康码|方舱", "2020-01", None),
    ("党史学习教育", "2021-02", "2022-12"),
    ("两个确立", "2021-11", None),
    ("新质生产力", "2023-09", None),
    ("党纪学习教育", "2024-04", "2025-03"),
)
# Numbered days: the year of the one before the first.
NUMBERED = {
    "学雷锋纪念日": 1963,
    "世界无烟日": 1987,
    "教师节": 1984,
    "全国助残日": 1990,
    "国家宪法日": 2013,
    "全国土地日": 1990,
}

_PLENUM = re.compile(
    r"(二十|十[四五六七八九])届(?<![省市县区州旗镇乡地]委..届)((?:[一二三四五六七]中?[、,和及]?){1,4})(?<=中)全会"
)
_CONGRESS = re.compile(r"(二十|十[四五六七八九])大(?<![一二三四五六七八九第]..大)(?![类项户盘型量板件民亩行产军工])")
_AWAITED = re.compile("迎接|喜迎|迎庆|献礼|筹备|即将召开")
_PLAN = re.compile(
    r"[“\"‘'](十?[一二三四五九]?五)[”\"’']|(十[一二三四]五|十五五)(?=规划|时期|期间|末|开局|收官|计划|发展)"
)
_OPENING, _CLOSING = re.compile("开局之年|第一年|起步之年"), re.compile("收官之年|最后一年|完成之年")
_NUMBERED = re.compile(
    "第([\\d一二三四五六七八九十]{1,4})个(?:全国)?(" + "|".join(NUMBERED).replace("全国", "(?:全国)?") + ")"
)


def era(text: str) -> tuple[str | None, str | None]:
    """The earliest date that the text's references allow, and the latest that they suggest."""
    folded = fold(text)
    bounds = [*_party(folded), *_plans(folded), *_campaigns(folded), *_numbered(folded)]
    if not bounds:
        return None, None
    earliest = max(lower for lower, _ in bounds)
    latest = [upper for _, upper in bounds if upper and upper >= earliest]
    return earliest, min(latest, default=None)


def _party(text: str) -> Iterator[tuple[str, str | None]]:
    """The latest congress or plenum, up to the next one that texts would name."""
    named: set[tuple[int, int]] = set()
    awaited: set[tuple[int, int]] = set()
    for match in _CONGRESS.finditer(text):
        ahead = _AWAITED.search(text[max(0, match.start() - 10) : match.start()])
        (awaited if ahead else named).add((_congress(match[1]), 0))
    for congress, _ in awaited - named:
        held_on = CONGRESSES[congress][0]
        yield held_on[:4], held_on
    for match in _PLENUM.finditer(text):
        named |= {(_congress(match[1]), _DIGITS[c]) for c in match[2] if c in _DIGITS}
    held = [(n, plenum) for n, plenum in named if n in CONGRESSES and plenum < len(CONGRESSES[n])]
    if held:
        latest = max(held, key=lambda one: (CONGRESSES[one[0]][one[1]], one))
        yield CONGRESSES[latest[0]][latest[1]], _next(*latest)


def _next(congress: int, plenum: int) -> str | None:
    """After a congress, the next one; after a plenum, the next that was about policy (3 to 6), else the congress."""
    plenums = CONGRESSES[congress]
    following = max(plenum + 1, 3)
    if plenum and following <= 6:
        return plenums[following] if following < len(plenums) else None
    return CONGRESSES[congress + 1][0] if congress + 1 in CONGRESSES else None


def _plans(text: str) -> Iterator[tuple[str, str | None]]:
    named = [(PLANS[name], match) for match in _PLAN.finditer(text) if (name := match[1] or match[2]) in PLANS]
    if not named:
        return
    (first, last), match = max(named, key=lambda one: one[0])
    around = text[match.start() : match.end() + 12]
    if _OPENING.search(around):
        yield str(first), str(first + 1)
    elif _CLOSING.search(around):
        yield str(last), str(last + 1)
    else:
        yield str(first - 1), str(last + 1)


def _campaigns(text: str) -> Iterator[tuple[str, str | None]]:
    return ((lower, upper) for words, lower, upper in CAMPAIGNS if re.search(words, text))


def _numbered(text: str) -> Iterator[tuple[str, str | None]]:
    for match in _NUMBERED.finditer(text):
        day = next(name for name in NUMBERED if name.removeprefix("全国") in match[2])
        number = int(match[1]) if match[1].isdigit() else _han(match[1])
        if 0 < number < 120:
            yield str(NUMBERED[day] + number), None


def _congress(name: str) -> int:
    return 20 if name == "二十" else 10 + _DIGITS[name[1]]


def _han(text: str) -> int:
    tens, ten, ones = text.rpartition("十")
    return (_DIGITS.get(tens, 1) * 10 if ten else 0) + _DIGITS.get(ones, 0)
