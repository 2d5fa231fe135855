"""What kind of document a text is, by its body: its formulas, its headings, who speaks in it and of what time.

The title is the worst witness of a page that sells texts (a notice as a report, a plan among summaries). It only
decides between genres that the body leaves open: what was done is a 总结 unless a formula or the title calls it 汇报
or 报告, and what shall be done is a 计划 unless they call it 方案.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from pipelines.document import GENRES
from pipelines.facts.cues import Zone, cues, zones_of
from pipelines.facts.subject import Clue, Facts, Subject
from pipelines.facts.tense import Expected, Told, tense
from pipelines.script import fold

ENOUGH = 3.5  # weight from which a genre counts as proven: more than one weak cue (chosen)
UNNAMED = 4.5  # the same where the text does not say what it is, and its title calls it otherwise or nothing (chosen)
MARGIN = 1.0  # by which the second one must weigh less (chosen)
TITLE = 2.0  # weight of the noun at the title's end: less than any formula
FORMULA = 4.0  # weight from which cues name a genre, and do not only point to it
POINTER = 3.0  # weight from which one cue is taken for the genre of a text that neither says nor is called what it is

_DONE, _TO_DO = ("总结", "报告", "汇报", "述职"), ("计划", "方案")
_JOINED = re.compile("[及和与暨、—]|以及")
_TITLES = (
    ("述职", re.compile("述职|述廉|述学|履职报告")),
    ("总结", re.compile("总结|小结|回顾")),
    ("汇报", re.compile("汇报")),
    ("计划", re.compile("计划(?!生育|财务|单列|经济)|要点|打算|规划(?![局馆]|建设局|和自然)|工作安排|工作思路")),
    ("心得", re.compile("体会|心得|感悟|感想|感言|观后感|读后感|有感|反思|随笔|启示")),
    ("讲话", re.compile("讲话|致辞|发言|演讲|主持词")),
    ("方案", re.compile("方案|预案")),
    ("通知", re.compile("通知|通报|公告|公示|通告")),
    ("信息", re.compile("简报|信息|动态|快讯")),
    ("报告", re.compile("(?<!工作)(?<!总结)报告")),  # one to a congress says so, others are summaries
    (
        "其他",
        re.compile(
            "请示|批复|倡议|申请|纪要|制度|办法|规定|章程|公约|决定|函$|提案|事迹|承诺|教案|合同|协议|简[历介]|概况|启事|检讨|[书信]$"
        ),
    ),
)
# A title with no genre in it is a headline (气象局多措并举做好“三夏”服务), unless a paper has it (2018年工作情况).
_HEADLINE = re.compile(r"(?!.*(?:工作|年度|情况|材料|意见|记录)).{7,40}")
# What a text of the genre that its title names has at least, though it proves nothing alone.
_AGREES = {
    "心得": re.compile("我(?!们)|体会|感受|感触|感悟|启发|收获|反思|心情|震撼|想到|想起|懂得|敬意"),
    "讲话": re.compile("同志们|大家|各位|我们要|希望|谢谢"),
    "述职": re.compile("我(?![们国省市县区镇乡村校院])|本人"),
    "计划": re.compile("目标|措施|每[周月天日季]|要|确保|争取|做到|底前"),
    "其他": re.compile(r"\S+"),
    "通知": re.compile("请各|请[^。]{0,20}前|务必|各(?:单位|部门|科室|村|社区|学校|乡镇|班|支部)|不得"),
    "方案": re.compile("领导小组|第[一二三]阶段|阶段[(:]|活动(?:时间|地点|主题|内容)|参加人员|制定"),
    "信息": re.compile(r"[^。]*。"),
}
_OF_THE_UNIT = re.compile("我(?!国|省|市|州|县|区|旗|镇|乡|村)|本[局校院站所会科]")


@dataclass(slots=True)
class Vote:
    """What speaks for each genre: its weight, and its strongest cue."""

    weights: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    strongest: dict[str, Told] = field(default_factory=dict)
    said: set[str] = field(default_factory=set)  # the genres that the text calls itself

    def add(self, genre: str, weight: float, start: int, end: int) -> None:
        """Count one cue."""
        self.weights[genre] += weight
        best = self.strongest.get(genre)
        if best is None or weight > best[0]:
            self.strongest[genre] = Told(weight, start, end)


def genre(subject: Subject, _: Facts) -> Iterator[Clue]:
    """The genre of a text with the words that prove it best; nothing where too little does."""
    found = told(subject.title, subject.folded)
    if found:
        name, start, end = found
        yield Clue("genre", name, "text", start, end, subject.text[start:end])


def told(title: str, folded: str) -> tuple[str, int, int] | None:
    """The genre that a folded text proves, and where; None where it proves none, or two alike."""
    zones = zones_of(folded)
    vote = Vote()
    for cue in (cue for zone in zones for cue in cues()[zone].in_question(zones[zone].text)):
        zone = zones[cue.zone]
        if found := cue.pattern.search(zone.text):
            start = zone.place(found.start())
            vote.add(cue.genre, cue.weight, start, min(start + len(found[0]), len(folded)))
            if cue.weight >= FORMULA:
                vote.said.add(cue.genre)
    named = _named(title)
    _count_time(vote, zones, named)
    if named in _AGREES and (found := _AGREES[named].search(folded)) and not _speaks_otherwise(named, folded, vote):
        vote.add(named, TITLE, *found.span())
    return _winner(vote, named)


def _speaks_otherwise(named: str, folded: str, vote: Vote) -> bool:
    """Whether a text says that it is something else; news tell what was done and by others, plans do not."""
    if vote.said - {named}:
        return True
    if named in _TO_DO:
        return any(vote.weights[name] >= FORMULA / 2 for name in _DONE)
    if named == "信息":
        tells = any(vote.weights[name] for name in ("信息", *_DONE))
        return not tells or _OF_THE_UNIT.search(folded) is not None
    return False


def _winner(vote: Vote, named: str | None) -> tuple[str, int, int] | None:
    """The genre with most weight, if it is enough and the next has less. The title helps what the body speaks for."""
    weights = {name: weight + TITLE * (name == named) for name, weight in vote.weights.items() if weight}
    if not weights:
        return None
    first, *others = sorted(weights, key=lambda name: (-weights[name], GENRES.index(name)))
    _, start, end = vote.strongest[first]
    enough = ENOUGH if first == named or first in vote.said else UNNAMED
    if weights[first] < enough or (others and weights[first] - weights[others[0]] < MARGIN):
        return None
    return first, start, end


def _named(title: str) -> str | None:
    """The genre by the noun that heads a title: the last (计划执行情况的汇报), unless it is joined on (总结及计划)."""
    folded = fold(title)
    nouns = sorted((m.start(), m.end(), name) for name, words in _TITLES for m in words.finditer(folded))
    if not nouns:
        return "信息" if _HEADLINE.fullmatch(folded) else None
    head = nouns[0]
    for noun in nouns[1:]:
        if noun[2] == "述职" or (head[2] != "述职" and not _JOINED.search(folded[head[1] : noun[0]])):
            head = noun
    return head[2]


def _count_time(vote: Vote, zones: dict[str, Zone], named: str | None) -> None:
    """Count what is told of work done, or of work to do, for the genre of that time which is proven or named."""
    done, to_do = tense(zones, Expected(named in _DONE, named in _TO_DO))
    if done:
        best = _of_that_time(vote, _DONE, named)
        spoken = vote.weights["讲话"] > 0 and vote.weights[best] <= FORMULA and best != named
        vote.add(best, done.weight / 2 if spoken else done.weight, done.start, done.end)
    if to_do:
        vote.add(_of_that_time(vote, _TO_DO, named), *to_do)


def _of_that_time(vote: Vote, genres: tuple[str, ...], named: str | None) -> str:
    """Which of some genres a text is: by its formula, else its title, else what points to one; else the first."""

    def rank(name: str) -> tuple[float, bool, float]:
        weight = vote.weights[name]
        return weight if weight > FORMULA else 0.0, name == named, weight if weight >= POINTER else 0.0

    return max(genres, key=rank)
