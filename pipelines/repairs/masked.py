"""What filters forced writers to spell otherwise, and look-alike characters: closed lists, nothing is guessed.

A mask that stands for one thing only (`***新时代中国特色社会主义思想`) is filled; every other one stays and is marked.
Zeros in Chinese years (二0一一年, 二oo九年) are how many authors write them and stay; dates are read from them.
"""

import re
import unicodedata

from pipelines.document import Proposal
from pipelines.script import script_of

_GAP = "[ \\xa0\\u3000]"
# More words that filters look for and no writer takes apart (chosen); 政-企, 产-学-研 and 长-吉 join two names.
FILTERED = 2  # of them on a page
_FILTERED = re.compile(
    "学-习|學-習|领-导|領-導|政-府|中-央|书-记|書-記|警-察|选-举|選-舉|改-革|腐-败|腐-敗|群-众|群-眾|干-部|幹-部|宣-传|宣-傳"
    "|培-训|培-訓|考-试|考-試|毕-业|畢-業|论-文|論-文|工-作|要-求|违-法|違-法|犯-罪"
)
_HYPHEN = re.compile("-(?<=[\u4e00-\u9fff]-)(?=[\u4e00-\u9fff])")
# With characters of which a page that needs the pattern has one.
_WORDS: tuple[tuple[str, re.Pattern[str], str], ...] = (
    (  # not 维生素D建议, 小D委托, D座, D组
        "DdＤ",
        re.compile(
            r"[DdＤ](?:(?<![A-Za-z0-9小阿素座].)(?:(?=建(?![筑材立设议造成构])|支部|总支|员干部|组织(?:建设|生活|关系)|风廉政"
            r"|中央|的(?:十[一二三四五六七八九]|二十)大|史学习|章[,，党]|課|课(?!程))"
            r")|(?<=[\u4e00-\u9fff][DＤ])(?<![小阿素座].)(?=委(?![\d托派])|[员員](?![\d工]))|(?<=入[DＤ])(?=申请|积极分子))"
        ),
        "党",
    ),
    ("共", re.compile(rf"共({_GAP}|[-.·*])[产產]\1[党黨]"), ""),
    ("-", re.compile("消-防(?:-[队隊])?(?:-[员員])?|办-理|辦-理|读-书|讀-書|修-养|修-養"), ""),
    ("髙", re.compile("髙"), "高"),
)
# Forms of characters that OCR and Japanese fonts leave in a Simplified text, where they are no one's spelling.
_VARIANTS = {"査": "查", "戸": "户", "歩": "步", "黒": "黑", "毎": "每", "収": "收", "対": "对", "経": "经", "済": "济"}
_VARIANTS |= {"検": "检", "験": "验", "県": "县", "軽": "轻", "権": "权", "労": "劳", "営": "营"}
_VARIANT = re.compile(f"[{''.join(_VARIANTS)}](?<=[\\u4e00-\\u9fff].)")
# Radicals and compatibility forms, which PDF text layers have for the character itself (⼯作); the second block of
# radicals is mapped by hand, Unicode gives only two of them.
_RADICALS = dict(
    zip(
        "⻋⻓⻔⻅⻆⻉⻚⻛⻜⻝⻢⻥⻦⻨⻩⻬⻮⻰⻳⻄⺟⺠⻘⻤⻣⻁⻒",
        "车长门见角贝页风飞食马鱼鸟麦黄齐齿龙龟西母民青鬼骨虎镸",
        strict=True,
    )
)
_COMPATIBLE = re.compile("[\\u2e80-\\u2fd5\\uf900-\\ufad9]")
_MASKS = "*＊×xX_"
_FORMULA = re.compile(f"[{_MASKS}]{{2,4}}(?=(?:新[时時]代中[国國]特色社[会會]主[义義]|生[态態]文明)思想)")


def masked_words(text: str) -> list[Proposal]:
    """`D建` is 党建, `共 产 党` is 共产党, `消-防-队` is 消防队. Leaves D级, 维生素D, A组 and hyphens in names."""
    return [
        Proposal(match.start(), match.end(), right or _joined(match.group()), "masked_word", "a closed list of words")
        for probes, pattern, right in _WORDS
        if any(probe in text for probe in probes)
        for match in pattern.finditer(text)
    ] + _hyphened(text)


def _hyphened(text: str) -> list[Proposal]:
    """Words taken apart by a filter, which meets several on a page: one alone may join two words (手工-作坊)."""
    found = list(_FILTERED.finditer(text)) if _HYPHEN.search(text) else []
    if len({match.group() for match in found}) < FILTERED:
        return []
    evidence = f"one of {len(found)} words of a closed list that a hyphen parts"
    return [Proposal(match.start() + 1, match.end() - 1, "", "masked_word", evidence) for match in found]


def _joined(word: str) -> str:
    return re.sub(rf"{_GAP}|[-.·*]", "", word)


def homoglyphs(text: str) -> list[Proposal]:
    """`⼯作` is 工作, `検査` in a Simplified text 检查: the same character in another form of it."""
    found = [(m, _RADICALS.get(m.group()) or _unified(m.group())) for m in _COMPATIBLE.finditer(text)]
    variants = list(_VARIANT.finditer(text)) if any(variant in text for variant in _VARIANTS) else []
    if variants and script_of(_VARIANT.sub("", text)) == "hans":
        found += [(m, _VARIANTS[m.group()]) for m in variants]
    return [
        Proposal(m.start(), m.end(), plain, "homoglyph", f"U+{ord(m.group()):04X} is a form of {plain}")
        for m, plain in found
        if plain != m.group()
    ]


def _unified(character: str) -> str:
    """The character that Unicode holds a compatibility form equal to; itself where there is none."""
    plain = unicodedata.normalize("NFKC", character)
    return plain if len(plain) == 1 and "\u3400" <= plain <= "\u9fff" else character


def formulas(text: str) -> list[Proposal]:
    """`以***新时代中国特色社会主义思想` names one person only. Leaves `***总书记`, `***同志` and all other masks."""
    return [
        Proposal(m.start(), m.end(), _name(text, m.end()), "masked_formula", "a closed list of formulas")
        for m in (_FORMULA.finditer(text) if any(mask in text for mask in _MASKS) else ())
    ]


def _name(text: str, at: int) -> str:
    return "習近平" if re.match("新時|生態", text[at : at + 2]) else "习近平"
