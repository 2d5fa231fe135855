"""What kind of document a text is, by its body: its formulas, its headings, who speaks in it and of what time.

The title is the worst witness of a page that sells texts (a notice as a report, a plan among summaries). It only
decides between genres that the body leaves open: what was done is a 总结 unless a formula or the title calls it 汇报
or 报告, and what shall be done is a 计划 unless they call it 方案.
"""

import re
import tomllib
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from pipelines.script import fold
from pipelines.subject import Clue, Facts, Subject

GENRES = ("总结", "汇报", "述职", "计划", "讲话", "心得", "方案", "通知", "信息", "报告", "其他")
OPENING, CLOSING = 600, 300  # characters: where formulas stand, behind the salutation and the reason of the text
HEAD = 28  # characters of a line in which its heading stands
LONG = 6000  # characters that are asked for their tense: a sample of the longer ones
ENOUGH = 3.5  # weight from which a genre counts as proven: more than one weak cue (chosen)
MARGIN = 1.0  # by which the second one must weigh less, else the title decides (chosen)
TITLE = 2.0  # weight of the noun at the title's end: less than any formula

FORMULA = 4.0  # weight from which cues name a genre, and do not only point to it
LATE = 0.3  # share of a text behind which a plan for the time to come closes a review (chosen: plans open with theirs)

POINTER = 3.0  # weight from which one cue is taken for the genre of a text that neither says nor is called what it is

_DONE, _TO_DO = ("总结", "报告", "汇报", "述职"), ("计划", "方案")
_OURS = re.compile("我[们国党省市州县区旗镇乡街村社校院园馆站所局厅部委办会处科室队班组行司厂]")
_JOINED = re.compile("[及和与暨、—]|以及")
_TITLES = (
    ("述职", re.compile("述职|述廉|述学|履职报告")),
    ("总结", re.compile("总结|小结|回顾")),
    ("汇报", re.compile("汇报")),
    ("计划", re.compile("计划(?!生育|财务|单列|经济)|要点|打算|规划(?![局馆]|建设局|和自然)|工作安排|工作思路")),
    ("心得", re.compile("体会|心得|感悟|感想|感言|观后感|读后感")),
    ("讲话", re.compile("讲话|致辞|发言|演讲|主持词")),
    ("方案", re.compile("方案")),
    ("通知", re.compile("通知|通报|公告|公示|通告")),
    ("信息", re.compile("简报|信息|动态|快讯")),
    ("报告", re.compile("(?<!工作)(?<!总结)报告")),  # one to a congress says so, others are summaries
    ("其他", re.compile("请示|批复|倡议书|申请书|纪要|制度|办法|规定|章程|公约|决定")),
)
# A span of work that a text looks back on, in its opening.
_SPAN = re.compile(
    r"[一二两三四五六七八九十半几\d](?:个(?:学期|月|季度)|年|学期|学年)(?:多)?来|以来|(?:20[\dx×*_]{2}|[x×*]{2,4}|[本今]|这一|过去的?一|刚刚过去的?一)学?(?:年|期)"
    r"|去年|全年|上半年|[一二三四]季度|转眼|时光|岁月|二[〇○零oO0][一二三四五六七八九〇○零]{2}年"
)
# Headings of a review, and those under which it looks ahead.
_REVIEW = re.compile(
    r"(?:取得|主要|工作)的?(?:成绩|成效|成果|做法|进展|亮点|经验|工作)|(?:工作|活动|完成|开展|落实|进展|执行|基本)(?:开展|完成|进展|落实|推进)?的?(?:基本)?情况"
    r"|存在的?(?:主要)?(?:问题|不足|困难|差距)|(?:问题|不足|困难|差距)(?:和|与|及|之处|、)|经验(?:和|与)?(?:体会|做法|启示)|工作(?:回顾|总结)"
)
_LOOKS_AHEAD = re.compile(
    r"(?:下一?步|下一?阶段|下半年|下学期|下一?季度|下个?月|明年|来年|今后|未来|新的一年|20[\dx×*_]{2}年).{0,8}(?:打算|计划|安排|思路|设想|重点|措施|方向|建议|目标|任务)"
    r"|努力的?方向|工作(?:打算|设想)|整改(?:措施|方向)"
)
_COUNTED = re.compile(r"[\dx×*]+[余多]?万?(?:场|次|人|份|期|篇|元|个|%|户|亩|家|件|名|条|项|册|台|节|块|处|幅)")
# Words of work that is done and of work to do, without the longer words that they are part of. Together they tell the
# tense of a text, not of a sentence: in 68 texts written for the sample, plans have at most 0.2 of the former for one
# of the latter, summaries 0.2 to 2.6.
_PAST = (
    *(
        "了",
        "已",
        "先后",
        "累计",
        "获",
        "被",
        "截至",
        "同比",
        "增长",
        "比上年",
        "比去年",
        "去年",
        "以来",
        "年来",
        "受到",
    ),
    *("得到", "查处", "率先", "提前", "成立"),
)
_NOT_PAST = ("为了", "了解", "除了", "获得感", "被动")
_FUTURE = (
    *(
        "进一步",
        "力争",
        "争取",
        "确保",
        "继续",
        "努力",
        "切实",
        "加大",
        "加强",
        "拟",
        "将",
        "要",
        "应",
        "须",
        "各",
        "由",
    ),
    *("不低于", "不少于", "不超过", "底前", "前完成", "每月", "每季", "每周", "年内", "负责", "责任人", "计划", "目标"),
    *("控制在", "以内", "新建", "举办", "做好"),
)
_NOT_FUTURE = (
    "主要",
    "重要",
    "需要",
    "要求",
    "纲要",
    "必要",
    "只要",
    "要素",
    "摘要",
    "由于",
    "理由",
    "适应",
    "响应",
    "供应",
)
DONE, TO_DO = 0.4, 0.15  # words of the past for one of the future: from here on it is done, up to here to do
SPOKEN = 5  # words that tell the time of the work, fewer of which tell nothing
# Words of the work of units and schools: prose of other kinds has few of them.
_WORK = (
    *(
        "工作",
        "开展",
        "活动",
        "宣传",
        "培训",
        "建设",
        "服务",
        "组织",
        "干部",
        "群众",
        "落实",
        "举办",
        "管理",
        "教学",
        "学生",
    ),
    *("全县", "全市", "全区", "全镇", "全校", "全年", "全乡", "全村", "全局", "全院", "全所", "全街"),
)
CLAUSES = 3  # marks of clauses that a text has and a list of titles has not
AT_WORK = 5.0  # of them in 1,000 characters: all but reflections have more in the sample's texts, news and essays less
FIGURES = 10.0  # counted things in 1,000 characters: units and their heads have more, reflections less (same texts)
PERSONAL = 5.0  # times 我 in 1,000 characters, our 我局 and 我们 aside: one person speaks (units have 3 at most)


class Cue(NamedTuple):
    """One thing that points to a genre; `genre.toml` says what its parts mean."""

    genre: str
    weight: float
    zone: str
    keys: tuple[str, ...]
    pattern: re.Pattern[str]


class Zone(NamedTuple):
    """A stretch of a text: where each of its lines begins in the text."""

    text: str
    begins: tuple[int, ...]  # in `text`
    places: tuple[int, ...]  # in the document

    def place(self, at: int) -> int:
        """Where a character of the zone stands in the document."""
        n = bisect_right(self.begins, at) - 1
        return self.places[n] + at - self.begins[n]


@dataclass(slots=True)
class Vote:
    """What speaks for each genre: its weight, and its strongest cue as (weight, start, end)."""

    weights: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    strongest: dict[str, tuple[float, int, int]] = field(default_factory=dict)

    def add(self, genre: str, weight: float, start: int, end: int) -> None:
        """Count one cue."""
        self.weights[genre] += weight
        best = self.strongest.get(genre)
        if best is None or weight > best[0]:
            self.strongest[genre] = (weight, start, end)


def genre(subject: Subject, _: Facts) -> Iterator[Clue]:
    """The genre of a text with the words that prove it best; nothing where too little does."""
    found = told(subject.title, subject.folded)
    if found:
        name, start, end = found
        yield Clue("genre", name, "text", start, end, subject.text[start:end])


def told(title: str, folded: str) -> tuple[str, int, int] | None:
    """The genre that a folded text proves, and where; None where it proves none, or two alike."""
    zones = _zones(folded)
    vote = Vote()
    for cue in _cues():
        zone = zones[cue.zone]
        if any(map(zone.text.__contains__, cue.keys)) and (found := cue.pattern.search(zone.text)):
            start = zone.place(found.start())
            vote.add(cue.genre, cue.weight, start, min(start + len(found[0]), len(folded)))
    named = _named(title)
    _count_time(vote, zones, named)
    if named == "心得" and _is_personal(folded):
        vote.add("心得", TITLE, folded.find("我"), folded.find("我") + 1)
    return _winner(vote, named)


def _winner(vote: Vote, named: str | None) -> tuple[str, int, int] | None:
    """The genre with most weight, if it is enough and the next has less. The title helps what the body speaks for."""
    weights = {name: weight + TITLE * (name == named) for name, weight in vote.weights.items()}
    if not weights:
        return None
    first, *others = sorted(weights, key=lambda name: (-weights[name], GENRES.index(name)))
    if weights[first] < ENOUGH or (others and weights[first] - weights[others[0]] < MARGIN):
        return None
    _, start, end = vote.strongest[first]
    return first, start, end


def _named(title: str) -> str | None:
    """The genre by the noun that heads a title: the last (计划执行情况的汇报), unless it is joined on (总结及计划)."""
    folded = fold(title)
    nouns = sorted((m.start(), m.end(), name) for name, words in _TITLES for m in words.finditer(folded))
    if not nouns:
        return None
    head = nouns[0]
    for noun in nouns[1:]:
        if noun[2] == "述职" or (head[2] != "述职" and not _JOINED.search(folded[head[1] : noun[0]])):
            head = noun
    return head[2]


def _count_time(vote: Vote, zones: dict[str, Zone], named: str | None) -> None:
    """Count what is told of work done, or of work to do, for the genre of that time which is proven or named."""
    done, to_do = _time(zones)
    if done:
        vote.add(_of_that_time(vote, _DONE, named), *done)
    if to_do:
        vote.add(_of_that_time(vote, _TO_DO, named), *to_do)


def _of_that_time(vote: Vote, genres: tuple[str, ...], named: str | None) -> str:
    """Which of some genres a text is: by its formula, else its title, else what points to one; else the first."""

    def rank(name: str) -> tuple[float, bool, float]:
        weight = vote.weights[name]
        return weight if weight >= FORMULA else 0.0, name == named, weight if weight >= POINTER else 0.0

    return max(genres, key=rank)


def _time(zones: dict[str, Zone]) -> tuple[tuple[float, int, int] | None, tuple[float, int, int] | None]:
    """What speaks for work that is done, and for work to do: its weight, and the words that show it."""
    whole, heads = zones["whole"].text, zones["heads"]
    if whole.count(",") + whole.count("。") < CLAUSES or _density(whole, _count(whole, _WORK)) < AT_WORK:
        return None, None
    ahead = _LOOKS_AHEAD.search(heads.text)
    turn = heads.place(ahead.start()) if ahead else 0
    is_late = turn > LATE * len(whole)
    looked_at = whole[: turn if is_late else LONG][:LONG]
    past, future = _count(looked_at, _PAST, _NOT_PAST), _count(looked_at, _FUTURE, _NOT_FUTURE)
    if past + future >= SPOKEN and past <= TO_DO * future:
        return None, (2.5, turn, turn + len(ahead[0])) if ahead else (2.5, 0, min(OPENING, len(whole.split("\n")[0])))
    span, review = _SPAN.search(zones["opening"].text), _REVIEW.search(heads.text)
    weight = 1.5 * bool(span) + 1.5 * bool(review) + is_late
    if past >= SPOKEN and past >= DONE * future:
        weight += 2.0 + (past >= 2 * DONE * future)
    if not review and _is_personal(whole) and _density(whole, len(_COUNTED.findall(whole))) < FIGURES:
        weight /= 2  # what one person went through
    if not weight:
        return None, None
    start, length = (heads.place(review.start()), len(review[0])) if review else (0, 0)
    if span and not review:
        start, length = span.start(), len(span[0])
    return (weight, start, start + length), None


def _density(text: str, count: int) -> float:
    """How many there are in 1,000 characters."""
    return count * 1000 / max(1, len(text))


def _count(text: str, words: tuple[str, ...], parts: tuple[str, ...] = ()) -> int:
    return sum(map(text.count, words)) - sum(map(text.count, parts))


def _is_personal(folded: str) -> bool:
    """Whether one person speaks."""
    own = folded.count("我") - len(_OURS.findall(folded)) + folded.count("本人")
    return _density(folded, own) >= PERSONAL


def _zones(folded: str) -> dict[str, Zone]:
    """The stretches in which cues count."""
    lines = folded.split("\n")
    starts = tuple(accumulate((len(line) + 1 for line in lines[:-1]), initial=0))
    heads = [line[:HEAD] for line in lines]
    begins = tuple(accumulate((len(head) + 1 for head in heads[:-1]), initial=0))
    tail = max(0, len(folded) - CLOSING)
    return {
        "opening": Zone(folded[:OPENING], (0,), (0,)),
        "closing": Zone(folded[tail:], (0,), (tail,)),
        "heads": Zone("\n".join(heads), begins, starts),
        "whole": Zone(folded, (0,), (0,)),
    }


@cache
def _cues() -> tuple[Cue, ...]:
    """The cues of `genre.toml`."""
    data = tomllib.loads(Path(__file__).with_name("genre.toml").read_text(encoding="utf-8"))
    cues = []
    for row in data["cue"]:
        pattern = row["pattern"]
        for word, stands_for in data["words"].items():
            pattern = pattern.replace(word, stands_for)
        cues.append(Cue(row["genre"], row["weight"], row["zone"], tuple(row["keys"]), re.compile(pattern, re.M)))
    return tuple(cues)
