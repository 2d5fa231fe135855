"""A document's own number (文号), apart from the numbers that it cites.

Its own stands on a line by itself above the text, in a field (发文字号), or in brackets behind its title; whatever
stands in a sentence, behind 《…》 or in a list is cited.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipelines.facts.subject import Clue, Facts, Line, Subject
from pipelines.script import fold

NEAR_TOP = 12  # lines in which a number stands above the text, or in the index table above it
NEAR_HEAD = 40  # lines of a page's head in which its index table may stand, menus below it included
LONG = 8  # characters from which an office's name may stand before its code (国务院办公厅国办发); codes met have 2 to 8

_MASK = r"xX×*_○"
_YEAR = rf"(?:(?:19|20)\d\d|(?:19|20)[{_MASK}]{{1,4}}|[{_MASK}]{{2,4}}|\d\d|20\d[{_MASK}])"
_SERIAL = rf"(?:第\s?)?[\d{_MASK}]{{1,4}}(?:[、-]\d{{1,4}})?"
# What follows the code: the year in brackets of any kind (or lost in them), and the serial number.
_YEAR_AND_SERIAL = rf"(?P<open>[〔\[【(﹝<〈])\s?(?P<year>{_YEAR}|)\s?年?\s?[〕\]】)﹞>〉]\s?{_SERIAL}"
_BARE_YEAR_AND_SERIAL = rf"(?:19|20)\d\d\s?[\d{_MASK}]{{1,4}}"  # the brackets are lost: 安委20215号
_CITED = re.compile(rf"{_YEAR_AND_SERIAL}\s?号")
# What must not stand before the year is looked for behind its first half: so a search skips to plain characters.
_CITED_BARE = re.compile(rf"(?:19|20)(?<![\d{_MASK}]\d\d)\d\d\s?[\d{_MASK}]{{1,4}}\s?号(?=\)|文)")
_CODE_CHARS = rf"[一-鿿{_MASK}A-Z]"
_CODE_BEFORE = re.compile(rf"{_CODE_CHARS}{{1,28}}(?=\s{{0,2}}$)")
# Last characters of codes. In round brackets, or without any, only these make a number: 会议(2018)3号 is none.
_CODE_END = re.compile(r"[发函办字通文政委报规令告议纪电党组团联协教科工宣财人会综]$")
_NO_CODE = re.compile(
    r"(?:合同|协议|编号|证书?|许可|备案|注册|批准文号|索引|工单|案|专利|标准|刊号|执照|[卡账帐房楼座室车栋幢]|发票|大街|路|街|巷|弄|客服|电话|热线|分机|门牌|学号|工号|型号)$"
)
# A code does not begin before these words.
_BEFORE_CODE = re.compile(
    r".*(?:根据|按照|依据|依照|遵照|落实|贯彻|执行|印发|转发|下发|制定|出台|参照|参见|详见|见|关于|文件|学习|收到|通过|以及|以|的|了|与|及|由|据|按|第|号|会议|规定|要求|下达"
    r"|发布|公布|废止|代替|对|将|在|为|引用|精神|要点|方案|[和即](?=国|中|省|市|县|区|教|某|[xX×*]))(?=.{2})"
)
_OFFICE = re.compile(r".{2,}(?:办公室|办公厅|人民政府|委员会|协会|[厅局部])(?=.{2,8}$)")
_OWN = re.compile(
    rf"[(（]?\s?(?P<number>(?P<code>{_CODE_CHARS}{{2,14}})\s{{0,2}}(?:{_YEAR_AND_SERIAL}\s?(?P<mark>号)?|(?P<bare>{_BARE_YEAR_AND_SERIAL})\s?号))\s?[)）]?"
    r"(?:文件|档案)?(?:\s{1,40}签发人?\s{0,4}:.{0,12})?"
)
_FIELD = re.compile(r"(?:发\s?文|公\s?文|文\s?件)?\s?(?:字\s{0,8}号|文\s{0,8}号)|文件编号|公文编号|文件号|编\s?号")
_AFTER_FIELD = re.compile(r"[\])】]?\s{0,4}[:|]?\s{0,8}")
_LETTERHEAD = re.compile(r"\s{0,20}(?:[^\s。,:]{3,30}文件\s{0,20})?")  # 云陂县科学技术协会文件
_HEADS_TITLE = re.compile(r"\s{0,4}关于.{4,80}(?:通知|总结|报告|意见|函|通报|汇报|计划|方案|要点|决定|请示|批复)$")
_BEHIND_TITLE = re.compile(r"(?<!》)(?:[(]|\s)([^()\s]{4,30})[)]?\s{0,4}$")
_INTRODUCES = re.compile(r"[:]\s*$|依据|目录")


class Number(NamedTuple):
    """A number that `text[start:end]` writes."""

    start: int
    end: int


def numbers(subject: Subject, _: Facts) -> Iterator[Clue]:
    """The document's own number, and all that it cites, in order."""
    own = own_number(subject.folded.split("\n")[:NEAR_TOP])
    if own:
        yield _clue("document_number", subject.text, "text", own)
    elif above := _above(subject):
        yield above
    for cited in cited_numbers(subject.folded):
        if not own or cited.end <= own.start or cited.start >= own.end:
            yield _clue("cited_numbers", subject.text, "text", cited)


def own_number(lines: Sequence[str]) -> Number | None:
    """The number in folded lines near a document's top: a line of its own, or a field. Leaves lists of numbers."""
    at = 0
    alone: list[tuple[int, Number]] = []
    introduced = False
    for n, line in enumerate(lines):
        if "。" in line:
            break
        if found := _in_field(line, lines[n + 1] if n + 1 < len(lines) else ""):
            return Number(at + found.start, at + found.end)
        if found := _alone(line):
            if not introduced:
                alone.append((n, Number(at + found.start, at + found.end)))
        elif line.strip():
            introduced = _INTRODUCES.search(line) is not None
        at += len(line) + 1
    listed = len(alone) > 1 and alone[1][0] - alone[0][0] == 1
    return alone[0][1] if alone and not listed else None


def cited_numbers(folded: str) -> list[Number]:
    """All numbers in a folded text, in order. Leaves ordinals (第36号), contracts, and a year without a code."""
    found = [_with_code(folded, match) for match in _CITED.finditer(folded)] if "号" in folded else []
    if "号" in folded:
        found += [_with_code(folded, match) for match in _CITED_BARE.finditer(folded)]
    return sorted(one for one in found if one)


def _with_code(folded: str, match: re.Match[str]) -> Number | None:
    """The number whose year and serial were found, with the code before them; None where there is none."""
    run = _CODE_BEFORE.search(folded, max(0, match.start() - 30), match.start())
    if not run:
        return None
    code = run.group()
    if trimmed := _BEFORE_CODE.match(code):
        code = code[trimmed.end() :].removeprefix("和") if len(code) - trimmed.end() > 2 else code[trimmed.end() :]
    if len(code) > LONG and (office := _OFFICE.match(code)):
        code = code[office.end() :]
    return Number(run.end() - len(code), match.end()) if _is_code(code, match) else None


def _is_code(code: str, match: re.Match[str]) -> bool:
    groups = match.groupdict()
    certain = groups.get("open") not in (None, "(", "<") and groups.get("year")
    return 2 <= len(code) <= 14 and not _NO_CODE.search(code) and bool(certain or _CODE_END.search(code))


def _alone(line: str) -> Number | None:
    """The number that a line consists of, or begins with before a title. Its 号 may be lost, or its brackets."""
    letterhead = _LETTERHEAD.match(line)
    match = _OWN.match(line, letterhead.end() if letterhead else 0)
    if not match:
        return None
    rest = line[match.end() :].strip()
    if (rest and not (match["mark"] and _HEADS_TITLE.match(rest))) or not _is_code(match["code"], match):
        return None
    if _BEFORE_CODE.match(match["code"]) or (match["bare"] and not _CODE_END.search(match["code"])):
        return None
    return Number(*match.span("number"))


def _in_field(line: str, below: str) -> Number | None:
    """The number in a field of an index table (发文字号：…); its value may stand in the next line."""
    field = _FIELD.search(line) if "号" in line else None
    while field:
        value = _AFTER_FIELD.match(line, field.end())
        match = _OWN.match(line, value.end()) if value else None
        if match and _is_code(match["code"], match):
            return Number(*match.span("number"))
        if value and value.end() == len(line) and (found := _alone(below)):
            return Number(len(line) + 1 + found.start, len(line) + 1 + found.end)
        field = _FIELD.search(line, field.end())
    return None


def _above(subject: Subject) -> Clue | None:
    """The own number in the page's head, or in brackets behind the title. Leaves that of a title in 《…》."""
    lines = subject.head[-NEAR_HEAD:] if subject.part == 1 else ()
    for n, line in enumerate(lines):
        below = lines[n + 1] if n + 1 < len(lines) else None
        for at, found in (
            (line, _in_field(line.text, "")),
            (line, _alone(line.text)),
            (below, _below_field(line, below)),
        ):
            if at and found:
                words = (at.shown or at.text)[found.start : found.end]
                return Clue("document_number", words, "head", at.start + found.start, at.start + found.end, words)
    return _in_title(subject)


def _in_title(subject: Subject) -> Clue | None:
    """The number that begins a title, or ends it in brackets or behind a gap."""
    title = fold(subject.title)
    behind = _BEHIND_TITLE.search(title)
    found = _alone(behind[1]) if behind else None
    if behind and found:
        number = Number(behind.start(1) + found.start, behind.start(1) + found.end)
        return _clue("document_number", subject.title, "title", number)
    opening = _alone(title)
    return _clue("document_number", subject.title, "title", opening) if opening else None


def _below_field(line: Line, below: Line | None) -> Number | None:
    """The number in the line below a field's bare name."""
    named = below and _FIELD.fullmatch(line.text.rstrip(": "))
    return _alone(below.text) if below and named else None


def _clue(column: str, text: str, where: str, number: Number) -> Clue:
    words = text[number.start : number.end]
    return Clue(column, words, where, number.start, number.end, words)
