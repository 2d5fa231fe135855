"""Whether a text tells of work that is done or of work to do, by its words of time, its figures and its headings."""

import re
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pipelines.facts.cues import OPENING, Zone, any_of, each

LONG = 6000  # characters that are asked for their tense: a sample of the longer ones
LATE = 0.3  # share of a text behind which a plan for the time to come closes a review (chosen: plans open with theirs)
DONE, TO_DO = 0.4, 0.15  # words of the past for one of the future: from here on it is done, up to here to do
COUNTED_DONE = 1.5  # the same with what was counted: plans have 0.8 to 1.3 (their aims are counted), summaries 1.6 on
SPOKEN = 5  # words that tell the time of the work, fewer of which tell nothing
CLAUSES = 3  # marks of clauses that a text has and a list of titles has not
AT_WORK = 5.0  # of its words in 1,000 characters: in the sample all but reflections have more, news and essays less
FIGURES = 10.0  # counted things in 1,000 characters: units and their heads have more, reflections less (same texts)
PERSONAL = 5.0  # times 我 in 1,000 characters, our 我局 and 我们 aside: one person speaks (units have 3 at most)

_OURS = re.compile("我[们国党省市州县区旗镇乡街村社校院园馆站所局厅部委办会处科室队班组行司厂]")
# A span of work that a text looks back on, in its opening.
_SPAN = re.compile(
    r"[一二两三四五六七八九十半几\d](?:个(?:学期|月|季度)|年|学期|学年)(?:多)?来|以来|(?:20[\dx×*_]{2}|[x×*]{2,4}|[本今]|这一|过去的?一|刚刚过去的?一)学?(?:年|期)"
    r"|去年|全年|上半年|[一二三四]季度|\d月份,|转眼|时光|岁月|二[〇○零oO0][一二三四五六七八九〇○零]{2}年"
)
# Headings of a review, and those under which it looks ahead.
_REVIEW = re.compile(
    each("取得|主要|工作", "的?(?:成绩|成效|成果|做法|进展|亮点|经验|工作)")
    + "|"
    + each("工作|活动|完成|开展|落实|进展|执行|基本", "(?:开展|完成|进展|落实|推进)?的?(?:基本)?情况")
    + "|存在的?(?:主要)?(?:问题|不足|困难|差距)|"
    + each("问题|不足|困难|差距", "和|与|及|之处|、")
    + "|经验(?:和|与)?(?:体会|做法|启示)|工作(?:回顾|总结)"
)
_SHORTCOMING = re.compile(
    each("不足|问题|困难|差距", "是|有|之处|还是|主要|[,:]")
    + "|存在的?(?:突出|主要)?(?:问题|不足|困难)|取得了?[^。]{0,8}(?:成绩|成效)|"
    + each("与|离", "[^。]{0,12}差距")
    + "|"
    + each("还|仍", "不够|需")
)
_LOOKS_AHEAD = re.compile(
    each(
        r"下一?步|下一?阶段|下半年|下学期|下一?季度|下个?月|明年|来年|今后|未来|新的一年|20[\dx×*_]{2}年",
        ".{0,8}(?:打算|计划|安排|思路|设想|重点|措施|方向|建议|目标|任务)",
    )
    + "|努力的?方向|工作(?:打算|设想)|整改(?:措施|方向)"
)
_UNITS = (
    "[余多]?[万亿]?"
    "(?:[场次人份期篇元个%户亩家件名条项册台节块处幅只头辆盏张吨天所座起例笔宗批门位株本支部对套]|公里|平方)"
)
# Their last numeral alone: they are only counted, and a search skips to a class of plain characters, unless repeated.
_COUNTED = re.compile(rf"[0-9x×*_二三四五六七八九十百千两]{_UNITS}")
_FIGURES = re.compile(rf"[0-9]{_UNITS}")


class Told(NamedTuple):
    """How much speaks for one time of the work, and where the words stand that show it."""

    weight: float
    start: int
    end: int


class Expected(NamedTuple):
    """What a title calls its text: that leaves less doubt where the text agrees."""

    done: bool
    to_do: bool


class _Words(NamedTuple):
    tense: re.Pattern[str]
    of: dict[str, str]  # word -> past, future or neither
    work: re.Pattern[str]


def tense(zones: dict[str, Zone], expected: Expected) -> tuple[Told | None, Told | None]:
    """What speaks for work that is done, and what for work to do. Leaves prose that is about no work."""
    whole, heads = zones["whole"].text[:LONG], zones["heads"]
    figures = len(_COUNTED.findall(whole))
    if not _is_of_work(whole, figures, expected):
        return None, None
    ahead = _LOOKS_AHEAD.search(heads.text)
    turn = heads.place(ahead.start()) if ahead else 0
    is_late = turn > LATE * len(zones["whole"].text)
    past, future = _count(whole[:turn] if is_late else whole)
    counts_ahead = past + figures < COUNTED_DONE * future
    leans = past + future >= SPOKEN and past <= TO_DO * future
    if counts_ahead and (leans or (expected.to_do and future > past)):
        return None, Told(2.5, turn, turn + len(ahead[0])) if ahead else Told(2.5, 0, _first_line(whole))
    least = SPOKEN / 2 if expected.done else SPOKEN
    weight = 0.0
    if past + figures >= least and (past >= DONE * future or not counts_ahead):
        weight = 3.0 if past >= 2 * DONE * future else 2.0
    return _review(zones, weight + is_late, expected), None


def _is_of_work(whole: str, figures: int, expected: Expected) -> bool:
    """Whether a text is of the work of a unit or a person, by its words or its figures."""
    if whole.count(",") + whole.count("。") < CLAUSES:
        return False
    if figures >= CLAUSES and _density(whole, figures) >= FIGURES:
        return True
    least = AT_WORK / 2 if expected.done or expected.to_do else AT_WORK
    if _density(whole, len(_words().work.findall(whole))) >= least:
        return True
    return expected.done and _SHORTCOMING.search(whole) is not None


def _review(zones: dict[str, Zone], weight: float, expected: Expected) -> Told | None:
    """Work that is done, with what else a review has: a span in its opening, its headings, what fell short."""
    whole, heads = zones["whole"].text[:LONG], zones["heads"]
    span, review = _SPAN.search(zones["opening"].text), _REVIEW.search(heads.text)
    weight += 1.5 * bool(span) + 1.5 * bool(review) + bool(_SHORTCOMING.search(whole))
    if not expected.done and not review and _is_narrative(whole):
        weight /= 2  # what one person went through
    if not weight:
        return None
    if review:
        start = heads.place(review.start())
        return Told(weight, start, start + len(review[0]))
    return Told(weight, *span.span()) if span else Told(weight, 0, _first_line(whole))


def _count(text: str) -> tuple[int, int]:
    """How many words of the past and of the future a text has."""
    words = _words()
    counts = Counter(map(words.of.get, words.tense.findall(text)))
    return counts["past"], counts["future"]


def _first_line(text: str) -> int:
    """Where it ends."""
    return min(OPENING, len(text.split("\n", 1)[0]))


def _density(text: str, count: int) -> float:
    """How many there are in 1,000 characters."""
    return count * 1000 / max(1, len(text))


def _is_narrative(folded: str) -> bool:
    """Whether one person speaks, and of few figures."""
    own = folded.count("我") - len(_OURS.findall(folded)) + folded.count("本人")
    return _density(folded, own) >= PERSONAL and _density(folded, len(_FIGURES.findall(folded))) < FIGURES


@cache
def _words() -> _Words:
    """The words of `tense.toml`."""
    data = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    of = {word: name for name in ("past", "future", "neither") for word in data[name]}
    return _Words(any_of(of), of, any_of(data["work"]))
