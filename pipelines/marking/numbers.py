"""Numbers that a page no longer tells truly: lost, or overwritten.

Only what the text itself shows. Plausible false numbers (2023户) cannot be told from true ones: for those a host has
`HostKnowledge.numbers_untrusted`. Nothing is repaired here.

What proves a loss is grammar: 第, 百分之, % and a measure stand beside a number, a count word behind one. What a count
word is, and which words only end like one, is in `counts.toml`.
"""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pipelines.document import Spot
from pipelines.facts.cues import any_of
from pipelines.marking.masks import UNIT

BARE = 2  # losses, of any kind, in a text where a bare count is believed: one alone may be an elliptic phrase (chosen)
EVERY = 1000  # characters to each loss, in such a text (chosen)
DENSE = 400  # characters to each certain loss, in a text where 多份 has lost its number too (chosen)

_COUNTS = tomllib.loads(Path(__file__).with_name("counts.toml").read_text(encoding="utf-8"))
_NUMERALS = frozenset(_COUNTS["numerals"])
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
_AMBIGUOUS = frozenset("户场期")  # 困难职工户, 招聘会场, 培训期: what they count makes a word with them too
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

# A word that nothing but a number can follow.
_ORDINAL = re.compile(
    f"第(?![一二三四五六七八九十百千零〇○两几某])(?<![门及次府落品科等印]第)(?={_HAN}|[,。;])(?!纳尔|比利|聂伯|宅|安)"
)
_HUNDREDTH = re.compile("百分之(?![一二三四五六七八九十百千零〇○两几多点若])(?=[一-鿿,。;、])")
_RATIO = re.compile(r":(?<=\d:)(?=[,。;、])")
_OF_RATIO = re.compile(r"比(?:例|率)?(?:为|达到?|约)?\d{1,3}:$")

_BEFORE_PERCENT = re.compile(r"[达占为增长降高低到至率约了由从]$|占[^,。;\n]{1,8}的$")
_NOT_OF_PERCENT = frozenset("号写用以叫读")
_AROUND = re.compile("(?:占|达到?|约占|仅占|在)(?:以上|以下|左右)$")  # 参合率达以上
_ANY_AROUND = (re.compile("以[上下](?=[,。;])"), re.compile("左右(?=[,。;])"))
# A clause that ends before the number it was going to tell: 占总数的, 产值达, 完成计划的.
_BREAKS_OFF = re.compile(
    r"的(?=[,。;])(?:(?<=数的)|(?<=口的)|(?<=量的)|(?<=划的)|(?<=务的)|(?<=标的)|(?<=算的)|(?<=积的)|(?<=额的)|(?<=值的))"
)
_OF_SHARE = re.compile(r"(?:占|完成|为)[^,。;\n]{1,14}的$")
_TELLS = (re.compile("达(?=[,。;])(?<=[额值量数率积]达)"), re.compile("为(?=[,。;])(?<=[额值量数率积]为)"))
_BROKEN = re.compile(
    r"\.(?:(?<=[一-鿿]\.)\d{1,4}(?=[%‰万亿元])|(?<=\d\.)(?=[%‰万亿元])"
    r"|(?<=[一-鿿]\.)(?:[%‰]|[万亿](?:亩|吨|美?元|人次|人|户|公里|[立平]方米)?|元|公里))"
)
_SHARE = re.compile(r"占[^,。;\n]{1,8}的\d{1,2}(?:\.\d{1,2})?(?=[,。;](?!\d))")


# A year whose number is gone, by what stands before it and behind it. Leaves 自年初, 由于年久.
_WHEN = tuple(
    (tuple(before.split("|")), re.compile(behind))
    for before, behind in (
        ("\n|,|。|;|:|(", r"1?\d月|,|[至—-](?:年|\d)|以来|[上下]半年|[全我共]|完成"),
        ("\n—|\n-|,—|,-|。—|。-", ""),
        ("自|截止|截至|较|自从|比较", "(?![初底末终中内前会关度薪货龄级轻长幼少老迈均产复满久纪月日])"),
        ("比", "[增减下提上净同少降翻]"),
        ("从|到", r"1?\d月|[,至—-]|开始|[全实]"),
        ("建于|立于", r"1?\d月|[,。;至]"),
        ("于", r"1?\d月|[,至]|[建成正投启竣]"),
    )
)
_YEAR = re.compile(r"年(?<![\d〇○一二三四五六七八九十今去每本当xX×*某]年)")
_BARE_DAYS = (
    re.compile(
        r"月日(?:(?<=[,。;\n]月日)(?=[,上下晚召举开至我全县市区局校大起到、在])|(?<=[\d十]月日)(?![均常报历])|(?<=[于自从至]月日))"
    ),
    re.compile(r"年月(?:(?<=\d年月)日?(?![均份])|(?<=[于自从至止]年月)日?(?=[召开举行至到起,、在]))"),
    *(
        re.compile(f"{unit}(?<=[一-鿿,。;\n]{unit})(?<![{_COUNTS['numerals']}个]{unit})(?=后|内|以内)")
        for unit in ("小时", "分钟", "个月")
    ),
    re.compile(r"月(?<=[,。;\n]月)(?=[上中下]旬)"),
    *(re.compile(rf"{unit}(?<=[,。;\n]{unit})(?=时间)") for unit in "年天"),
)
_HALF_YEAR = re.compile(r"20\d月\d{1,2}日")
_HEADLESS = re.compile(r"\n[,、](?=[一-鿿])")
_STRIPPED = re.compile(r"20\d{5}(?=\s{0,8}(?:\n|\Z))")

_LONG_YEAR = re.compile(
    r"20[012]\d(?:20[012]\d|0\d\d)年|20[012]\d(?!00)\d{1,2}年(?!以?前|历史|左右)|20[012]\d(?:\d{1,4}(?:\.\d{1,4})?)?%"
    r"|20[12]\d{3}(?=床|个村|个乡|所学校|个百分点)|20[12]\d(?=月|个月)"
)
_LONG_AGE = re.compile(r"年(?<=[1-9]20[012]\d年)")  # 12023年的历史
_SHARE_OF_YEAR = re.compile(r"(20[12]\d)\.\d{1,4}%")  # 2023.4%: believed, unless the year stands in other numbers
_SWALLOWED = re.compile(rf"(20[12]\d)(?P<more>\d{{0,4}})(?:\.\d{{1,4}})?(?=[余多]?{UNIT})(?![年月日号时点至到~—%‰-])")


# What a sign of loss proves: a loss, one beside others, one among many.
ALONE, BESIDE, AMONG = 3, 2, 1


class _Loss(NamedTuple):
    """`text[start:end]` is what is left of a number."""

    start: int
    end: int
    what: str
    proof: int = ALONE


def lost_number(text: str) -> Iterator[Spot]:
    """What follows a number follows none: `同比增长%`, `修渠公里，`, `第届`. Leaves 产值达亿元企业, 名师, 每户, 其余.

    A count word that stands behind a noun is believed bare where the text has lost others; one that ends many words,
    and 多份, where it has lost many.
    """
    losses = [*_shares(text), *_halves(text), *_broken_off(text), *_more(text), *_counts(text), *_behind_verbs(text)]
    believed = ALONE
    if sum(loss.proof >= BESIDE for loss in losses) >= max(BARE, len(text) / EVERY):
        believed = BESIDE
    if sum(1 if loss.proof == ALONE else 0.5 for loss in losses if loss.proof > AMONG) >= max(BARE, len(text) / DENSE):
        believed = AMONG
        losses += _among_many(text)
    done = 0
    for start, end, what, proof in sorted(losses, key=lambda loss: (loss.start, -loss.end)):
        if proof >= believed and start >= done:
            done = end
            yield Spot(start, end, "numbers_lost", f"{what} without its number: {_around(text, start, end)}")


def _shares(text: str) -> Iterator[_Loss]:
    for sign in "%‰℃":
        for match in re.finditer(sign, text) if sign in text else ():
            before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
            alone = "一" <= before <= "鿿" and before not in _NOT_OF_PERCENT and after != "" and after in ",。;、以和"
            if text.endswith(("单位为", "单位是", "单位"), 0, match.start()):
                continue  # 比重单位为%
            listed = before in ("、", "和", "与") or (before == "的" and after in ("上", "提", "下", "增", "降"))
            if match.start() and (
                alone or listed or _BEFORE_PERCENT.search(text, max(0, match.start() - 10), match.start())
            ):
                yield _Loss(*match.span(), "a share")
    for match in _HUNDREDTH.finditer(text) if "百分之" in text else ():
        yield _Loss(*match.span(), "a share")
    for match in (found for form in _ANY_AROUND for found in form.finditer(text)):
        if found := _AROUND.search(text, max(0, match.start() - 2), match.end()):
            yield _Loss(match.start(), match.end(), f"{found[0]}")


def _halves(text: str) -> Iterator[_Loss]:
    """Half of a number, or of what tells one: 产量.万吨, 占总人口的5, 1:。"""
    for match in _BROKEN.finditer(text) if "." in text else ():
        yield _Loss(_digits_before(text, match.start()), match.end(), "a half of a number")
    for match in _SHARE.finditer(text) if "占" in text else ():
        yield _Loss(*match.span(), "a share without its sign, or")
    for match in _RATIO.finditer(text) if ":" in text else ():
        if _OF_RATIO.search(text, max(0, match.start() - 8), match.end()):
            yield _Loss(_digits_before(text, match.start()), match.end(), "a ratio")


def _broken_off(text: str) -> Iterator[_Loss]:
    """What wants a number behind it, and has none."""
    for match in _BREAKS_OFF.finditer(text):
        if _OF_SHARE.search(text, max(0, match.start() - 16), match.end()):
            yield _Loss(*match.span(), "a clause")
    for match in (found for form in _TELLS for found in form.finditer(text)):
        yield _Loss(*match.span(), "a clause")
    for match in _ORDINAL.finditer(text):
        alone = text[match.end()] in ",。;"
        yield _Loss(match.start() + (not alone), match.end() + (not alone), "第")


def _more(text: str) -> Iterator[_Loss]:
    for match in (found for form in _MORE for found in form.finditer(text)):
        start = match.start() - (text[match.start() - 1 : match.start()] in ("万", "亿"))
        before = text[start - 1 : start]
        if _is_free(before) and before not in _NOT_LEFT:
            yield _Loss(start, match.end(), "余 or 多")


def _counts(text: str) -> Iterator[_Loss]:
    """Counts and measures at a clause's end."""
    for match in _AT_END.finditer(text):
        start, unit = _unit_before(text, match.end())
        proof = _proof(text, start, unit) if unit else 0
        if proof or unit == "人":  # two in one place: 救助件人
            other, one = _unit_before(text, start)
            if one != unit and one in _BEFORE_ANOTHER and (also := _proof(text, other, one)):
                yield _Loss(other, start, "a count", also)
                proof = max(proof, also)
        if proof:
            yield _Loss(start, match.end(), "a count", proof)
    for match in (found for form in _ANYWHERE for found in form.finditer(text)):
        if _is_free(text[match.start() - 1 : match.start()]):
            yield _Loss(*match.span(), "a measure")
    for match in _FROM.finditer(text):
        yield _Loss(*match.span(1), "a count")
    for match in (found for form in _LASTS for found in form.finditer(text)):
        yield _Loss(*match.span(), "a time")


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
    named = unit in _BEGINS and unit not in _AMBIGUOUS and text.endswith(_VERBS, 0, start)  # 刊发篇
    if named or before not in _WORDS.get(unit, before):
        return BESIDE
    return AMONG if before not in _SUFFIXES.get(unit, before) or before in ("”", "》") else 0


def _behind_verbs(text: str) -> Iterator[_Loss]:
    """Counts between a verb and what is counted: 资助名学生, 辖个乡镇."""
    for match in _VERB.finditer(text):
        if text[match.end()] not in _BEGINS[match[1]]:
            yield _Loss(*match.span(1), "a count", BESIDE)
    for match in (*_AREAS.finditer(text), *_SCHOOLS.finditer(text), *_DONE.finditer(text)):
        yield _Loss(match.end() - len(match[0].lstrip("了")), match.end(), "a count")


def _among_many(text: str) -> Iterator[_Loss]:
    """What proves nothing but in a text of many losses: 多份, and counts inside phrases (为名女生检查)."""
    for match in _SEVERAL.finditer(text):
        if _of_noun(text, match.start()):
            yield _Loss(*match.span(), "a count", AMONG)
    for match in _INSIDE.finditer(text):
        unit, before = match[0], text[match.start() - 1 : match.start()]
        words = _WORDS.get(unit) or _SUFFIXES.get(unit, "有这那的是")
        joined = before in _SINGLE and text[match.start() - 2 : match.start() - 1] in _PLAIN  # 18台件
        if before not in words and text[match.end()] not in _BEGINS.get(unit, "") and _is_free(before) and not joined:
            yield _Loss(*match.span(), "a count", AMONG)


def _of_noun(text: str, start: int) -> bool:
    """Whether 多 at `start` is what is left of 120多, not of 众多."""
    before = text[start - 1 : start]
    if before == "众":
        return text[start - 2 : start] in ("群众", "观众", "听众")
    return "一" <= before <= "鿿" and before not in _NUMERALS and before not in _FEW


def lost_date(text: str) -> Iterator[Spot]:
    """A date without its year or its signs: `截止年9月30日`, `205月7日`, `2022211`. Leaves 今年10月, 出生年月日."""
    lines = f"\n{text}"  # so that the first line begins like the others
    found = [*_years(lines)]
    found += (match.span() for pattern in _BARE_DAYS for match in pattern.finditer(lines))
    found = [(start - 1, end - 1) for start, end in found]
    for match in _HALF_YEAR.finditer(text):
        if not text[match.start() - 1 : match.start()].isdigit():
            found.append(match.span())
    for match in _HEADLESS.finditer(text):
        if match.start() and text[match.start() - 1] in "。!?…":
            found.append((match.end() - 1, match.end()))
    for match in _STRIPPED.finditer(text):
        if not text[text.rfind("\n", 0, match.start()) + 1 : match.start()].strip():
            found.append(match.span())
    for start, end in found:
        yield Spot(start, end, "numbers_lost", f"a date without its numbers: {_around(text, start, end)}")


def _years(text: str) -> Iterator[tuple[int, int]]:
    for match in _YEAR.finditer(text):
        for before, behind in _WHEN:
            if text.endswith(before, 0, match.start()) and behind.match(text, match.end()):
                yield match.start() - (text[match.start() - 1] in "—-"), match.end()
                break


def false_number(text: str) -> Iterator[Spot]:
    """A year written over part of another number: `202223年`, `20230%`, and several of one year (`20230万`, `12023户`).

    Leaves a single amount that happens to hold a year (20230万元), and 20000年前.
    """
    if "20" not in text:
        return
    impossible: set[str] = set()
    for match in _LONG_YEAR.finditer(text):
        if text[match.start() - 1 : match.start()] not in "0123456789." or not match.start():
            impossible.add(match[0][:4])
            yield Spot(*match.span(), "numbers_corrupt", f"no such year, share or count: {match.group()}")
    for match in _LONG_AGE.finditer(text):
        start = _digits_before(text, match.start())
        impossible.add(text[match.start() - 4 : match.start()])
        yield Spot(start, match.end(), "numbers_corrupt", f"no such year: {text[start : match.end()]}")
    swallowed: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for match in _SWALLOWED.finditer(text):
        start = _digits_before(text, match.start())
        if match.end("more") - start > 4 and text[start - 1 : start] not in (".", "第"):
            swallowed[match[1]].append((start, match.end()))
    for match in _SHARE_OF_YEAR.finditer(text) if swallowed or impossible else ():
        if not text[match.start() - 1 : match.start()].isdigit():
            swallowed[match[1]].append(match.span())
    for year, found in swallowed.items():
        if len({text[start:end] for start, end in found}) > 1 or year in impossible:
            evidence = f"{year} stands inside {len(found)} numbers of the text"
            yield from (Spot(start, end, "numbers_corrupt", evidence) for start, end in found)


RULES = (lost_number, lost_date, false_number)


def _digits_before(text: str, at: int) -> int:
    """Where the digits begin that stand directly before `at`."""
    while at > 0 and "0" <= text[at - 1] <= "9":
        at -= 1
    return at


def _around(text: str, start: int, end: int) -> str:
    return text[max(0, start - 6) : end + 4].replace("\n", "⏎")
