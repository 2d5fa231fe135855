"""The signature (落款) in a document's last lines: who signed it, and when."""

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
