"""Count words and measures that stand without their number: 查处起, 修路公里, 慰问余名, 资助名学生.

A count word ends many words (一起, 国家), and official prose is full of phrases with one (按户, 首次). `counts.toml`
says which characters make a word with it and what it counts; here is what that proves.
"""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pipelines.facts.cues import any_of

_COUNTS = tomllib.loads(Path(__file__).with_name("counts.toml").read_text(encoding="utf-8"))
NUMERALS: str = _COUNTS["numerals"]  # characters that stand in a number's place
_NUMERALS = frozenset(NUMERALS)
_MEASURES = frozenset(_COUNTS["measures"])
_UNCERTAIN = frozenset(_COUNTS["uncertain"])
_NOT_MEASURED = frozenset(_COUNTS["not_measured"])
_TOTALS = tuple(_COUNTS["totals"])
_TOTAL_WORDS = frozenset(_COUNTS["total_words"])
_WORDS: dict[str, str] = _COUNTS["words"]
_COUNTED: dict[str, tuple[str, ...]] = {unit: tuple(words) for unit, words in _COUNTS["counted"].items()}
_SUFFIXES: dict[str, str] = _COUNTS["suffixes"]
_BEGINS: dict[str, str] = _COUNTS["begins"]

_SINGLE = frozenset("".join((*_WORDS, *_COUNTED)))
_OTHER_WORDS = frozenset("部间门台头口起场位处本所家")  # 公共部, 共处, 约定处
_BEFORE_ANOTHER = frozenset({"件", "户", "起", "批", "例", "条", "人次", "处", "座", "所", "家"})
_PLAIN = frozenset("0123456789一二三四五六七八九十百千万亿几数两半")
_AMBIGUOUS = frozenset("户场期篇")  # 困难职工户, 招聘会场, 培训期, 报告篇: what they count makes a word with them too
_CLAUSE = re.compile("[,。;:、\n]")
_DOES = any_of(_COUNTS["verbs"])
_VERBS = tuple(_COUNTS["verbs"])
_UNITS = sorted({*_MEASURES, *_WORDS, *_COUNTED}, key=lambda unit: (-len(unit), unit))
_ANY_UNIT = "|".join(_UNITS)
_HAN = "[一-鿿]"
_LAST = "".join(sorted({unit[-1] for unit in _UNITS}))
# What stands behind a number and its count word: a clause's end, 以上, 提高到; 的.
_CHANGES = (
    "提高|增加|上升|下降|增长|减少|扩大|缩短|发展|分流|压缩|精简|缩减|上调|下调|调整|跃升|降低|延长|压减|[增升降涨跌掉]"
)
_ENDS = f"(?=(?:以上|以下|以内|左右|上下)?[,。;、(]|处(?=[,。;、])|(?:{_CHANGES})[到至为])"
# Patterns begin with a plain character: Python searches for one many times as fast as for alternatives. What must stand
# before it is looked behind for.
_BEFORE_OF = "".join(sorted({unit[-1] for unit in (*_MEASURES, *_WORDS, "天", "度", "米")}))
_AT_END = re.compile(
    f"[{_LAST}](?<=[一-鿿)”》].)(?<![一二三四五六七八九十几两每各].)(?:{_ENDS}|(?<=[{_BEFORE_OF}])(?=的))"
)
_BY_LAST = {last: tuple(unit for unit in _UNITS if unit[-1] == last) for last in _LAST}

# 余 and 多 stand behind a number, or behind its 万: 慰问职工余名, 投资多万元, 投资亿多元.
_MORE = (
    re.compile(f"余[万亿]?(?!对|方)(?:元|{_ANY_UNIT})"),
    re.compile(
        f"多(?:[万亿](?:元|{_ANY_UNIT})|{'|'.join(sorted(_MEASURES - _UNCERTAIN))}|(?<=[万亿]多)(?:元|{_ANY_UNIT}))"
    ),
)
_NOT_LEFT = frozenset("其剩业盈结富残之年月日天岁许尚所有留空劳很个老小")  # 其余, 剩余, 业余, 很多 …
_SEVERAL = re.compile(f"多(?:[份名户米方亩吨元人处]{_ENDS})")
_FEW = frozenset("许很更不最诸好太大至繁增颇偏较过居甚")  # 众多, 大多, 增多

_VERB = re.compile(f"(?:{_DOES.pattern})了?({'|'.join(sorted(_BEGINS, reverse=True))})(?={_HAN})")
_FROM = re.compile(f"由({_ANY_UNIT})(?=(?:{_CHANGES})[到至为])")
_DURING = ("提前", "推迟", "历时", "耗时", "用时", "仅用", "只用", "长达", "连续", "缩短", "延长", "停产")
_LASTS = tuple(
    re.compile(f"{unit}(?<={f'{unit}|'.join(_DURING)}{unit})(?![空气候亮真才然上下])")
    for unit in ("天", "分钟", "小时", "个月", "昼夜")
)
_ANYWHERE = tuple(
    map(
        re.compile,
        (
            "个工作日",
            "个百分点",
            "万人次",
            "万美元",
            "万(?<=人口万)(?=[,。;])",
            "岁(?=以[上下])(?<![周足]岁)",
            "元(?<=每.元)(?<!每[一单]元)",
        ),
    )
)
# Count words that begin few words, and others before what they count.
_INSIDE = re.compile(
    f"(?:[个名条座份亩辆项块]|万元|平方公里|公里|平方米)(?={_HAN})"
    f"|{'|'.join(f'{unit}(?={nouns})' for unit, nouns in _COUNTS['nouns'].items())}"
)
_SCHOOLS = re.compile(
    "所(?=学校|小学|中学|幼儿园|医院|高校|院校)(?<=(?:走进|新建|改建|覆盖|拥有|现有|共有|建成|惠及|扶持)所)"
)
_AREAS = re.compile("个(?=乡|镇|行政村|自然村|村民小组|社区|街道)(?<=[辖设有、及]个)")
_DONE = re.compile(f"了[万亿]?(?:亩|吨|公里|公斤|平方米|万元|立方米)(?={_HAN})")

# What a sign of loss proves: a loss, one beside others, one among many.
ALONE, BESIDE, AMONG = 3, 2, 1


class Loss(NamedTuple):
    """`text[start:end]` is what is left of a number."""

    start: int
    end: int
    what: str
    proof: int = ALONE


def bare_counts(text: str) -> Iterator[Loss]:
    """Counts and measures without their number. Leaves 18台件, 每户, 按件, 其余, 困难职工户 and the ends of words."""
    yield from _more(text)
    yield from _at_ends(text)
    yield from _behind_verbs(text)


def _more(text: str) -> Iterator[Loss]:
    for match in (found for form in _MORE for found in form.finditer(text)):
        start = match.start() - (text[match.start() - 1 : match.start()] in ("万", "亿"))
        before = text[start - 1 : start]
        if _is_free(before) and before not in _NOT_LEFT:
            yield Loss(start, match.end(), "余 or 多")


def _at_ends(text: str) -> Iterator[Loss]:
    """Counts and measures at a clause's end."""
    for match in _AT_END.finditer(text):
        start, unit = _unit_before(text, match.end())
        proof = _proof(text, start, unit) if unit else 0
        if proof or unit == "人":  # two in one place: 救助件人
            other, one = _unit_before(text, start)
            if one != unit and one in _BEFORE_ANOTHER and (also := _proof(text, other, one)):
                yield Loss(other, start, "a count", also)
                proof = max(proof, also)
        if proof:
            yield Loss(start, match.end(), "a count", proof)
    for match in (found for form in _ANYWHERE for found in form.finditer(text)):
        if _is_free(text[match.start() - 1 : match.start()]):
            yield Loss(*match.span(), "a measure")
    for match in _FROM.finditer(text):
        yield Loss(*match.span(1), "a count")
    for match in (found for form in _LASTS for found in form.finditer(text)):
        yield Loss(*match.span(), "a time")


def _unit_before(text: str, end: int) -> tuple[int, str]:
    """The count word that ends at `end`, and where it begins with its 万; "" where none does."""
    unit = next((unit for unit in _BY_LAST.get(text[end - 1 : end], ()) if text.endswith(unit, 0, end)), "")
    begin = end - len(unit)
    return begin - (text[begin - 1 : begin] in ("万", "亿")), unit


def _is_free(before: str) -> bool:
    """Whether a number may have stood behind this character: a word's end, no numeral."""
    return before != "" and before not in _NUMERALS and ("一" <= before <= "鿿" or before in (")", "”", "》"))


def _proof(text: str, start: int, unit: str) -> int:
    """What a count at a clause's end proves; 0 where it is a word's end."""
    before, scaled = text[start - 1 : start], text[start] in "万亿" and unit[0] not in "万亿"
    counted = unit in _COUNTED and text.endswith(_COUNTED[unit], 0, start)
    if not (counted or scaled) and before in _WORDS.get(unit, ""):
        return 0
    if before in _SINGLE and text[start - 2 : start - 1] in _PLAIN:
        return 0  # 18台件, 400人份
    total = not scaled and text.endswith(_TOTALS, 0, start) and before + unit not in _TOTAL_WORDS
    total = total and not (unit in _OTHER_WORDS and before in "达共约仅")
    if not (counted or total or _is_free(before)):
        return 0
    if unit in _MEASURES or scaled:
        phrase = (before in _NOT_MEASURED and unit[-1] != "次") or text[start - 1 : start + 2] == "家万户"
        return 0 if phrase else BESIDE if unit in _UNCERTAIN else ALONE
    if counted and unit in _AMBIGUOUS:
        return BESIDE if _DOES.search(_CLAUSE.split(text[max(0, start - 16) : start])[-1]) else 0
    if counted or total:
        return ALONE
    named = unit in _BEGINS and (unit == "篇" or unit not in _AMBIGUOUS) and text.endswith(_VERBS, 0, start)  # 刊发篇
    if named or before not in _WORDS.get(unit, before):
        return BESIDE
    return AMONG if before not in _SUFFIXES.get(unit, before) or before in ("”", "》") else 0


def _behind_verbs(text: str) -> Iterator[Loss]:
    """Counts between a verb and what is counted: 资助名学生, 辖个乡镇."""
    for match in _VERB.finditer(text):
        if text[match.end()] not in _BEGINS[match[1]]:
            yield Loss(*match.span(1), "a count", BESIDE)
    for match in (*_AREAS.finditer(text), *_SCHOOLS.finditer(text), *_DONE.finditer(text)):
        yield Loss(match.end() - len(match[0].lstrip("了")), match.end(), "a count")


def among_many(text: str) -> Iterator[Loss]:
    """What proves nothing but in a text of many losses: 多份, and counts inside phrases (为名女生检查)."""
    for match in _SEVERAL.finditer(text):
        if _of_noun(text, match.start()):
            yield Loss(*match.span(), "a count", AMONG)
    for match in _INSIDE.finditer(text):
        unit, before = match[0], text[match.start() - 1 : match.start()]
        words = _WORDS.get(unit) or _SUFFIXES.get(unit, "有这那的是")
        joined = before in _SINGLE and text[match.start() - 2 : match.start() - 1] in _PLAIN  # 18台件
        if before not in words and text[match.end()] not in _BEGINS.get(unit, "") and _is_free(before) and not joined:
            yield Loss(*match.span(), "a count", AMONG)


def _of_noun(text: str, start: int) -> bool:
    """Whether 多 at `start` is what is left of 120多, not of 众多."""
    before = text[start - 1 : start]
    if before == "众":
        return text[start - 2 : start] in ("群众", "观众", "听众")
    return "一" <= before <= "鿿" and before not in _NUMERALS and before not in _FEW
