"""What re-users do to a document they copy, one pure function a way: (text, random source) -> copy.

The forms are those that copies of real documents were met in: other places and years, clauses replaced or dropped,
characters and words changed, another script, readings in brackets, masks.
"""

import re
from collections.abc import Callable, Sequence
from random import Random

from sample import damage

Way = Callable[[str, Random], str]

PLACES = (
    "临江",
    "石泉",
    "平阳",
    "宁远",
    "永安",
    "长岭",
    "安化",
    "东湖",
    "南山",
    "新河",
    "白云",
    "丰城",
    "青田",
    "龙门",
)
MASKS = ("xx", "XX", "××", "某某", "**")
WORDS = (
    "推进落实加强完善组织开展服务建设发展管理工作活动宣传教育培训检查整改群众干部学校乡镇社区企业项目资金制度机制情况问题措施"
    "任务目标重点基础质量效果水平能力思想意识责任安全环境文化科技农业工业经济社会生活健康法律政策信息材料会议报告计划总结经验"
)
_CLAUSE = re.compile(r"[^，。；！？\n]+[，。；！？\n]?")
_PLACE = re.compile(r"[\u4e00-\u9fff]{2}(?=[市县区镇乡村])")
_YEAR = re.compile(r"(?:19|20)\d{2}(?=年)")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_HAN = re.compile("[\u4e00-\u9fff]")


def places_and_years(text: str, rng: Random) -> str:
    """Another place in the place of each, and other years and numbers."""
    names = sorted(set(_PLACE.findall(text)))
    swap = {name: rng.choice(PLACES) for name in names}
    shift = rng.choice((-6, -3, 2, 4, 7))
    text = _PLACE.sub(lambda match: swap[match.group()], text)
    text = _YEAR.sub(lambda match: str(int(match.group()) + shift), text)
    return _NUMBER.sub(lambda match: match.group() if rng.random() < 0.5 else str(rng.randint(2, 900)), text)


def clauses(text: str, rng: Random, share: float, others: Sequence[str]) -> str:
    """A share of the clauses dropped, or replaced by clauses of other documents."""
    kept = []
    for clause in _CLAUSE.findall(text):
        if rng.random() >= share:
            kept.append(clause)
        elif rng.random() < 0.5:
            kept.append(rng.choice(others))
    return "".join(kept)


def characters(text: str, rng: Random, share: float = 0.1) -> str:
    """A share of the hanzi changed into others."""
    return _HAN.sub(lambda match: rng.choice(WORDS) if rng.random() < share else match.group(), text)


def words(text: str, rng: Random, share: float = 0.2) -> str:
    """A share of the words (here: of two characters) changed, as spinning programs do."""

    def changed(match: "re.Match[str]") -> str:
        at = 2 * rng.randrange(len(WORDS) // 2)
        return WORDS[at : at + 2] if rng.random() < share else match.group()

    return re.sub("[\u4e00-\u9fff]{2}", changed, text)


def traditional(text: str, rng: Random) -> str:
    """The text on a Taiwan-style mirror."""
    return damage.taiwan(text)


def annotated(text: str, rng: Random) -> str:
    """The text on a mirror that puts readings behind its characters."""
    return damage.annotate(damage.hant_by_character(text), damage.reading_table(rng), spaced=rng.random() < 0.5)


def masked(text: str, rng: Random) -> str:
    """Places, years and numbers masked."""
    mask = rng.choice(MASKS)
    text = _PLACE.sub(mask, text)
    text = _YEAR.sub("20xx", text)
    return _NUMBER.sub(lambda match: match.group() if rng.random() < 0.3 else mask, text)


def clauses_of(texts: Sequence[str]) -> list[str]:
    """All clauses of some texts, as material for replacements."""
    return [clause for text in texts for clause in _CLAUSE.findall(text)]


def ways(others: Sequence[str]) -> dict[str, Way]:
    """Every way by its name in the table."""
    return {
        "places, years and numbers swapped": places_and_years,
        "5 % of clauses replaced or dropped": lambda text, rng: clauses(text, rng, 0.05, others),
        "15 % of clauses": lambda text, rng: clauses(text, rng, 0.15, others),
        "30 % of clauses": lambda text, rng: clauses(text, rng, 0.30, others),
        "10 % of characters changed": characters,
        "20 % of words changed": words,
        "Traditional script, Taiwan words": traditional,
        "Traditional script, readings": annotated,
        "masked": masked,
    }
