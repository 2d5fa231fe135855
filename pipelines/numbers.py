"""Numbers and names that a page no longer tells truly: masked, masked by a blind replace, lost, or overwritten.

Only what the text itself shows. Plausible false numbers (2023户) cannot be told from true ones: for those a host has
`HostKnowledge.numbers_untrusted`. Nothing is repaired here, and no masked year is ever a year.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.script import fold

# What counts or measures something, where a number must stand before it; not the first half of 个人, 名单, 人民, 号召 …
_UNIT = (
    r"(?:万|亿|元|人次|人(?![民大才员们口生物力事类文])|名(?![单称字誉校师优])|份|个(?![人别性体])|件|场|次|期(?![间末中望刊])|户|亩|吨"
    r"|年(?![轻级纪])|月|日(?![常益报])|%|公里|千米|米|篇|家(?![庭长人属])|所(?![有以谓在])|台(?![账风])|册|项(?!目)|天|届|块|位(?!于))"
)
_MASK = r"(?:[xX×*○]{1,4}|_{1,2}(?!_))"  # ____ is a blank to fill in
_NOT_LATIN = r"(?<![A-Za-z\d.×*_])"

_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "numbers_half_masked",
        re.compile(r"\d{0,8}20(?:[xX]{2}|__|\*\*|××)\d{1,8}(?![\d.]*年)|\[20\]20号|\d[xX_]{4}(?=米|元|人|亩)"),
    ),
    (
        "numbers_half_masked",
        re.compile(r"20(?:[xX]{2}|__|\*\*|××)(?=[余多]?(?:份|人次|亩|米|册|人|名|户|元|本)|[余多]个)"),
    ),
    ("numbers_masked", re.compile(rf"(?<!\d)(?:19|20)\d?(?:{_MASK}|某{{1,2}})(?!\d)")),
    ("numbers_masked", re.compile(rf"{_NOT_LATIN}{_MASK}(?=[余多]?{_UNIT})")),
    (
        "numbers_masked",
        re.compile(
            r"(?<![A-Za-z])[\dxX]{0,8}[xX]\.[xX]{1,8}(?![A-Za-z])|(?<![A-Za-z\d])\d{1,3}[xX]{2,4}(?=[余多]?(?:万|亿|元|人|名|个|份))"
        ),
    ),
    (
        "names_masked",
        re.compile(
            rf"{_NOT_LATIN}(?:[xX×*○]{{1,4}}|某某)(?=省|市|县|区|镇|乡|街道|村|社区|局|学校|中学|小学|同志|总书记|公司|单位|科协|党委|部门)"
        ),
    ),
    ("names_masked", re.compile(r"党的(?:[xX×*_]{1,3}|__)大|(?<=十)[*xX_]大|\*{3}(?=新时代|总书记)")),
    # Lost: what must follow a number follows none.
    ("numbers_lost", re.compile(r"(?<=[达占为增长降高低到至率约了])[%‰]|(?<=[一-鿿])%(?=[,。;、以])")),
    (
        "numbers_lost",
        re.compile(
            r"(?:共|约|产值|投资|收入|资金|总额|同比增长)(?:达到?|为|共|约)?(?:亿元|万元|亿|公斤|万吨|万亩)(?=[,。;、])"
        ),
    ),
    ("numbers_lost", re.compile(r"(?:群众|人员|党员|资料|图书|学生|农户|专家)余(?:人次|人|名|份|本|册|户)")),
    (
        "numbers_lost",
        re.compile(
            r"(?:截止|截至|自|从|到|于)年(?=1?\d月)|(?<!\d)20\d月\d{1,2}日|占[^,。;\n]{1,8}的\d{1,2}(?=[,。;](?!\d))"
        ),
    ),
    ("numbers_lost", re.compile(r"(?:\A|(?<=[。!?…]\n))[,、](?=[一-鿿])|^[^\S\n]{0,8}20\d{5}[^\S\n]{0,8}$", re.M)),
    # Overwritten: a year written over part of another number.
    (
        "numbers_corrupt",
        re.compile(r"(?<!\d)20\d{3,4}年|(?<![\d.])20[012]\d0?%|(?<!\d)20[12]\d{3}(?=床|个村|个乡|所学校|个百分点)"),
    ),
)
# Bold marks of generated pages (**个人总结**), not masks.
_BOLD = re.compile(r"\*\*(?=[^*\n]{2,60}\*\*)|(?<=[^*\n])\*\*(?=$)", re.M)


@dataclass(frozen=True, slots=True)
class Damaged:
    """One spot where a number or name is not what the unit wrote: `text[start:end]`."""

    start: int
    end: int
    kind: str


def damage_kinds(text: str) -> set[str]:
    """Which kinds of damage to numbers and names a text shows."""
    return {damaged.kind for damaged in damaged_numbers(text)}


def damaged_numbers(text: str) -> Iterator[Damaged]:
    """Every spot, once, kind by kind. Leaves 10×10, X光, xx网, D座, blank forms (____) and bold marks."""
    folded = _BOLD.sub("  ", fold(text))
    taken = bytearray(len(folded))
    for kind, pattern in _KINDS:
        for start, end in [match.span() for match in pattern.finditer(folded)]:
            if not any(taken[start:end]):
                taken[start:end] = b"\1" * (end - start)
                yield Damaged(start, end, kind)
