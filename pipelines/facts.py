"""What a document says of itself: its signature, genre and number; and what its dates and damage make of it."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from pipelines.dates import dates, iso_date
from pipelines.script import fold

TAIL = 12  # lines in which a signature may stand, attachments and notes behind it included
UNIT_LENGTH = 40  # characters of the longest signing line met (two joint units)

_UNIT = re.compile(
    r"(?:协会|学会|科协|妇联|残联|侨联|文联|社科联|工商联|团委|工会|联合会|总会|商会|分会|委员会|党委|党组|党总支|支部|县委|市委|区委|省委|工委|纪委"
    r"|政府|办事处|办公室|[厅局处科室部委站所院馆园厂场社队组班办庭段台]|中心|大学|学校|小学|中学|高中|初中|学院|医院|银行|支行|公司|集团|管理区|基金会"
    r"|总站|街道|社区|居委会|村委会|[村镇乡县市区省]|书院|部队|支队|大队|中队|联社|信用社|分行|俱乐部|服务队|工作队|志愿者|理事会|专班|指挥部|会)$"
)
_LABEL = re.compile(
    r"^(?:述职(?:述廉)?(?:人|者)|汇报人|报告人|总结人|演讲人|撰稿人?|供稿人?|填报人|签名|署名|姓名|作者|单位|汇报单位|报告单位|落款)\s*[:]\s*"
)
_NAME = re.compile(r"[一-鿿·]{2,4}|[一-鿿]\s{1,3}[一-鿿]|[xX×*]{2,3}|[一-鿿][xX×某*]{1,2}")
_TITLED = re.compile(r"(?:主席|会长|[局院校部县市区镇乡处科]长|书记|主任|理事长|秘书长|经理)\s+[一-鿿]{2,4}$")
_SEAL = re.compile(r"\s{0,8}[(（]?(?:公章|盖章|代章|章)[)）]?$")
_MASKED_DATE = re.compile(
    r"(?:19|20)?[\dxX×*_○]{0,4}\s{0,8}年\s{0,8}[\dxX×*_○]{1,2}\s{0,8}月(?:\s{0,8}[\dxX×*_○]{1,2}\s{0,8}日)?"
)
_MASKED_AT_END = re.compile(rf"{_MASKED_DATE.pattern}$")
_DATE_LABEL = re.compile(r"^(?:日期|时间|报告日期|写于|于)\s*[:]?\s*")
_BEGINS_DATE = re.compile(r"[\d一二xX×*_○年\s]")  # of any form, masked or not
_BEHIND_DATE = re.compile(r"\s*(?:于.{2,6}|印发|[(]?(?:公?章|盖章|代章)[)]?)$")
_STRIPPED_DATE = re.compile(r"20\d{5,6}")
_NOTE = re.compile(
    r"^(?:附件|附表|附[:]|抄送|抄报|报送|主题词|印发|责任编辑|编辑|责编|审核|签发|校对|联系人|联系电话|电话|[(]?此件|打印)|^\d{1,2}[.、]|^《"
)
_NUMBERED = re.compile(
    r"^(?:[\d一二三四五六七八九十]{1,3}[、.]|[(][\d一二三四五六七八九十]{1,3}[)]|第[一二三四五六七八九十\d]+|[①-⑳])"
)
MAX_NUMBER_LINES = 12  # a number stands above the text, or in the index table above it
_NUMBER_FIELD = re.compile(r"^(?:发文字号|发文字號|文\s*号|文\s*號)\s*[:：]\s*")
_OWN_NUMBER = re.compile(
    r"^(?!根据|按照|依据|转发|见|附)[一-鿿]{1,12}\s*[〔\[(【]\s*(?:(?:19|20)\d\d|20[xX×*]{2}|[xX]{2,4})\s*[〕\])】]\s*第?\s*\d{1,4}\s*号$"
)

# Genres by the noun that heads a title: the last one (计划执行情况的汇报), unless it is only joined on (总结及计划).
_JOINED = re.compile("[及和与暨、—]|以及")
_GENRES = (
    ("述职", re.compile("述职|述廉|述学|履职报告")),
    ("总结", re.compile("总结|小结|回顾")),
    ("汇报", re.compile("汇报|情况报告")),
    ("计划", re.compile("计划(?!生育|财务|单列|经济)|要点|打算|规划(?![局馆]|建设局|和自然)|工作安排|工作思路")),
    ("体会", re.compile("体会|心得|感悟|感想|感言|观后感|读后感")),
    ("讲话", re.compile("讲话|致辞|发言|演讲|主持词")),
    ("方案", re.compile("方案")),
    ("通知", re.compile("通知|通报|请示|批复|公告|公示")),
)
_SAYS = (
    ("述职", re.compile("述职(?:述廉)?(?:报告)?如下|作述职|(?:述职|述廉)完毕|以上述职|^述职人", re.M)),
    ("总结", re.compile("(?:总结|回顾)如下|作(?:如下|一)总结|特此总结")),
    ("汇报", re.compile("汇报如下|报告如下|作(?:如下|一)?汇报|以上汇报|汇报完毕|特此汇报")),
    ("计划", re.compile("(?:计划|安排|打算|要点)如下|制定(?:本|如下)(?:工作)?计划|特制定")),
    ("体会", re.compile("(?:体会|感受|感想|感悟)如下|几点(?:体会|感受|感想)|我的体会")),
)


class Signature(NamedTuple):
    """Who signed, when (None where that is masked or missing), and the index of the signature's first line."""

    signed_by: str | None
    signed_on: str | None
    line: int


def signature(lines: Sequence[str]) -> Signature | None:
    """The signature in a document's last lines: a unit or person, a date, or both, in either order or on one line.

    Attachments and notes may follow it. Leaves last list items, names in tables, and dates inside sentences. Of several
    (a forwarded notice), the last.
    """
    filled = [n for n, line in enumerate(lines) if line.strip()]
    folded = _Folded(lines)
    for n in reversed(filled[-TAIL:]):
        found = _signed_at(lines, folded, n, filled)
        if found:
            return found
        if not _may_follow(folded[n]):
            return None
    return None


class _Folded(dict[int, str]):
    """Lines by number, each folded when it is first asked for."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines

    def __missing__(self, n: int) -> str:
        self[n] = fold(self.lines[n]).strip()
        return self[n]


def genre(title: str, text: str) -> str:
    """总结, 汇报, 述职, 计划, 体会, 讲话, 方案, 通知, 报告, or 其他: by the title, else by what the text says."""
    folded = fold(title)
    named = sorted((m.start(), m.end(), name) for name, words in _GENRES for m in words.finditer(folded))
    if named:
        head = named[0]
        for noun in named[1:]:
            if noun[2] == "述职" or (head[2] != "述职" and not _JOINED.search(folded[head[1] : noun[0]])):
                head = noun
        return head[2]
    opening = fold(text[:600] + "\n" + text[-200:])
    said = [(found.start(), name) for name, words in _SAYS if (found := words.search(opening))]
    return min(said)[1] if said else "报告" if "报告" in folded else "其他"


def document_number(lines: Sequence[str]) -> str | None:
    """The document's own number (科普函〔2018〕3号), as published: a line or field of its own, never a cited one."""
    for line in lines[:MAX_NUMBER_LINES]:
        bare = _NUMBER_FIELD.sub("", line.strip())
        if bare.endswith(("号", "號")) and _OWN_NUMBER.match(fold(bare)):
            return bare
    return None


def redated(year: int | None, published: str | None, signed_on: str | None, era: tuple[str | None, str | None]) -> bool:
    """Whether the title's year or the page's date contradict the text's signature or its references.

    A summary is signed in its year or the next, a plan in the one before; a page may follow its text by a year.
    """
    signed, shown = _year(signed_on), _year(published)
    earliest, latest = _year(era[0]), _year(era[1])
    if signed is not None:
        return (year is not None and abs(year - signed) > 1) or (shown is not None and not -1 < shown - signed <= 1)
    for claimed in (year, shown):
        if claimed is not None and latest is not None and claimed > latest + 1:
            return True
    return year is not None and earliest is not None and year < earliest - 1


def _signed_at(lines: Sequence[str], folded: dict[int, str], n: int, filled: list[int]) -> Signature | None:
    """The signature whose lowest line is `n`."""
    line = folded[n]
    dated = _date_line(line)
    above = [m for m in filled if m < n][-2:][::-1]
    if dated is not None:
        return _above_date(lines, folded, above, n, dated)
    if (cut := _date_at_end(line)) and (by := _signer(lines[n], line[:cut])):
        return Signature(by, dates(line)[-1].iso if dates(line) else None, n)
    by = _signer(lines[n], line)
    if by and above and (over := _date_line(folded[above[0]])) is not None:
        return Signature(by, over or None, above[0])
    if by and (_LABEL.match(line) or _closes(folded, above)):
        return Signature(by, None, n)
    return None


def _above_date(lines: Sequence[str], folded: dict[int, str], above: list[int], n: int, dated: str) -> Signature | None:
    """The unit or person over a date line; two lines of joint units count as one."""
    if not above or _NUMBERED.match(folded[n]):
        return Signature(None, dated or None, n)
    first = above[0]
    by = _signer(lines[first], folded[first], under_date=True)
    if not by:
        return Signature(None, dated or None, n)
    joint = above[1] if len(above) > 1 else -1
    if joint >= 0 and _UNIT.search(folded[first]) and _UNIT.search(folded[joint]):
        upper = _signer(lines[joint], folded[joint])
        if upper:
            return Signature(f"{upper}、{by}", dated or None, joint)
    return Signature(by, dated or None, first)


def _date_line(line: str) -> str | None:
    """The date that a line consists of; '' where it is masked or garbled; None where it is no date line."""
    bare = _DATE_LABEL.sub("", line.strip("()[]【】 "))
    if not _BEGINS_DATE.match(bare):
        return None
    bare = _BEHIND_DATE.sub("", bare)
    found = dates(bare)
    if len(found) == 1 and found[0].start == 0 and found[0].end == len(bare) and len(found[0].iso) > 4:
        return found[0].iso
    if _STRIPPED_DATE.fullmatch(bare):
        return iso_date(int(bare[:4]), int(bare[4:6]), int(bare[6:])) or "" if len(bare) == 8 else ""
    return "" if _MASKED_DATE.fullmatch(bare) else None


def _date_at_end(line: str) -> int:
    """Where the date begins that ends a line with something before it; 0 where there is none."""
    end = line.rstrip(" )")[-1:]
    found = dates(line) if end.isdecimal() or end.isspace() or end in "日号" else []
    if found and found[-1].end >= len(line.rstrip(" )")) and len(found[-1].iso) > 7:
        return len(line[: found[-1].start].rstrip(" (:"))
    masked = _MASKED_AT_END.search(line) if line.endswith(("月", "日")) else None
    return len(line[: masked.start()].rstrip()) if masked else 0


def _signer(line: str, folded: str, *, under_date: bool = False) -> str | None:
    """The unit or person that a line consists of, as published, without its label and the gap in a short name."""
    at = len(line) - len(line.lstrip())
    text = _SEAL.sub("", line[at : at + len(folded)].strip(" 　()（）"))
    bare = fold(text)
    label = _LABEL.match(bare)
    if label:
        text, bare = text[label.end() :].strip(), bare[label.end() :].strip()
    if not bare or len(bare) > UNIT_LENGTH or re.search(r"[。,;!?:%“”…]", bare) or _NUMBERED.match(bare):
        return None
    if _NAME.fullmatch(bare) and (label or under_date):
        return "".join(text.split())
    unit = re.split(r"\s{1,4}(?=[一-鿿]{2,4}$)", bare)[0]
    is_unit = bool(_UNIT.search(unit)) and len(unit) >= 3
    if is_unit or _TITLED.search(bare) or (label and len(bare) <= 20):
        return text
    return None


def _closes(folded: dict[int, str], above: list[int]) -> bool:
    """Whether what stands over a unit alone at the end is a finished sentence, and not a list of units."""
    return bool(above) and folded[above[0]].endswith(("。", "!", "?", "…", "”", ")"))


def _may_follow(line: str) -> bool:
    """Whether a line may stand under a signature: an attachment, a note, the scrap of a page (`");`)."""
    if not re.search("[一-鿿]", line):
        return True
    return bool(_NOTE.match(line)) or (len(line) <= 20 and not re.search("[。;,]", line) and not _UNIT.search(line))


def _year(iso: str | None) -> int | None:
    return int(iso[:4]) if iso else None
