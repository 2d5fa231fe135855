"""What names a person by a number or an address, masked sign by sign: identity, mobile and bank numbers, e-mail …

A number is masked where its own check proves it, or where its form and the words around it do. What could as well be a
statistic (a unit follows), a date, or the number of a document, a licence or an order (a word says so) stays as it is:
masking a figure falsifies a text, and nobody would see it. Every mask has the length of what it covers, so that all
offsets hold, and a sign that template sites do not use.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from archive.rows import Row
from pipelines.fingerprint import content_digest
from pipelines.script import fold

SIGN = "█"  # U+2588; sites mask with *, × and ○
BEFORE, BEHIND = 12, 8  # characters in which words say what a number is; chosen
NEXT = 2  # characters between two figures of a row; chosen
# Columns in which people may be named. Never masked: addresses, dates, document numbers, digests, codes.
TEXTS = ("title", "title_hans", "text", "text_hans", "reading", "signed_by", "organisation", "author", "editor",
         "auditor", "uploader")  # fmt: skip
COUNTED = ("title", "text")  # the others repeat what stands in these


class Found(NamedTuple):
    """Where something stands that names a person: `text[start:end]`."""

    start: int
    end: int
    kind: str


def found(text: str) -> list[Found]:
    """All of them, in order, none overlapping; the kind that is proven best comes first."""
    if not _MAYBE.search(text):
        return []
    view = fold(text)
    taken: list[Found] = []
    for find in (_email, _identity, _bank, _mobile, _plate):
        taken += [one for one in find(view) if all(one.end <= two.start or two.end <= one.start for two in taken)]
    return sorted(taken)


def mask(text: str, counts: Counter[str] | None = None) -> str:
    """`text` with each of them masked; how many of which kind is added to `counts`."""
    spans = found(text)
    for one in reversed(spans):
        text = text[: one.start] + SIGN * (one.end - one.start) + text[one.end :]
    if counts is not None:
        counts.update(one.kind for one in spans)
    return text


def mask_row(row: Row, counts: Counter[str]) -> Row:
    """A document, masked. Its content digest is that of the masked text: the old one would let a number be guessed."""
    masked = dict(row)
    for name in TEXTS:
        value = row[name]
        if isinstance(value, str) and value:
            masked[name] = mask(value, counts if name in COUNTED else None)
    if isinstance(row["outline"], str):
        masked["outline"] = _outline(row["outline"])
    if (masked["title"], masked["text"]) != (row["title"], row["text"]):
        masked["content_digest"] = content_digest(str(masked["title"]), str(masked["text"]))
        counts["documents"] += 1
    return masked


def _outline(value: str) -> str:
    headings = [[level, number, mask(text), start] for level, number, text, start in json.loads(value)]
    return json.dumps(headings, ensure_ascii=False, separators=(",", ":"))


def _email(view: str) -> Iterator[Found]:
    for match in EMAIL.finditer(view):
        yield Found(*match.span(), "email")


def _identity(view: str) -> Iterator[Found]:
    """Eighteen signs with province, birthday and the check sign of GB 11643; fifteen digits behind a word for it."""
    for match in IDENTITY.finditer(view):
        if _checked(match[0].upper()):
            yield Found(*match.span(), "identity")
    for match in GROUPED_IDENTITY.finditer(view):
        if _checked(GAP.sub("", match[0]).upper()) and _near(IDENTITY_WORD, view, match.start()):
            yield Found(*match.span(), "identity")
    for match in OLD_IDENTITY.finditer(view):
        if IDENTITY_WORD.search(view, max(0, match.start() - BEFORE), match.start()):
            yield Found(*match.span(), "identity")


def _checked(number: str) -> bool:
    """ISO 7064, MOD 11-2, as GB 11643 has it."""
    total = sum(int(digit) * weight for digit, weight in zip(number, WEIGHTS, strict=False))
    return number[-1] == "10X98765432"[total % 11]


def _bank(view: str) -> Iterator[Found]:
    """Sixteen to nineteen digits of a bank that deals in China, with the check digit of ISO/IEC 7812.

    In groups only behind a word for it: a row of a table is groups of digits too.
    """
    for match in BANK.finditer(view):
        digits = GAP.sub("", match[0])
        known = len(digits) == len(match[0]) or _near(PERSONAL, view, match.start())
        if 16 <= len(digits) <= 19 and _luhn(digits) and known and not _is_figure(view, *match.span()):
            yield Found(*match.span(), "bank")


def _luhn(digits: str) -> bool:
    doubled = (int(digit) * (1 + n % 2) for n, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _mobile(view: str) -> Iterator[Found]:
    """Eleven digits of a mobile network; in groups other than 138-0013-8000 only behind a word for it."""
    figure = -BEFORE  # where the last figure ended: those that follow it in a row are figures too
    for match in MOBILE.finditer(view):
        start, end = match.span()
        known = match["one"] or match["gap"] == "-" or _near(PERSONAL, view, start)
        if known and (_is_figure(view, start, end) or 0 <= start - figure <= NEXT):
            figure = end
        elif known:
            yield Found(start, end, "mobile")


def _is_figure(view: str, start: int, end: int) -> bool:
    """Whether what stands around a number says that it counts something, or numbers a thing."""
    label = LABEL.search(view[max(0, start - BEFORE) : start])
    if label and label["sign"]:
        return False
    if not label and FIGURE_WORD.search(view[max(0, start - BEFORE) : start]):
        return True
    return bool(UNIT.match(view, end) or (not label and CODE_WORD.search(view[max(0, start - BEFORE) : start])))


def _near(words: re.Pattern[str], view: str, start: int) -> bool:
    return words.search(view, max(0, start - BEFORE), start) is not None


def _plate(view: str) -> Iterator[Found]:
    """A plate where a dot, a word of vehicles, a sign that only plates have or another plate says that it is one."""
    matches = list(PLATE.finditer(view))
    rows = {at for one, two in pairwise(matches) if two.start() - one.end() <= 2 for at in (one.start(), two.start())}
    for match in matches:
        start, end = match.span()
        near = view[max(0, start - BEFORE) : start] + "\n" + view[end : end + BEHIND]
        if VEHICLE.search(near) or (not match["apart"] and (match["dot"] or match["kind"] or start in rows)):
            yield Found(start, end, "plate")


_MAYBE = re.compile(r"[@＠]|[0-9０-９](?:[ 　.-]?[0-9０-９]){4}|[A-Za-zＡ-Ｚａ-ｚ][0-9A-Za-z０-９Ａ-Ｚａ-ｚ·・•. ]{4}")
EMAIL = re.compile(
    r"(?<![\w.%+-])[A-Za-z0-9][\w.%+-]{0,63} ?@ ?(?:[A-Za-z0-9-]{1,63}\.){1,5}[A-Za-z]{2,18}(?![A-Za-z0-9-])", re.A
)
# The first two digits of GB/T 2260, and 81 to 83 of the residence permits of Hong Kong, Macao and Taiwan.
PROVINCE = r"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|91)"
BIRTHDAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
IDENTITY = re.compile(rf"(?<![0-9A-Za-z._-]){PROVINCE}\d{{4}}(?:19|20)\d\d{BIRTHDAY}\d{{3}}[\dXx](?![0-9A-Za-z])")
OLD_IDENTITY = re.compile(rf"(?<![0-9A-Za-z._-]){PROVINCE}\d{{6}}{BIRTHDAY}\d{{3}}(?![0-9A-Za-z])")
GROUPED_IDENTITY = re.compile(
    rf"(?<![0-9A-Za-z._-]){PROVINCE}\d{{4}}([ -])(?:19|20)\d\d{BIRTHDAY}\1\d{{3}}[\dXx](?![0-9A-Za-z])"
)
IDENTITY_WORD = re.compile(r"身份证|居民证|证件号")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
GAP = re.compile(r"[ -]")
# UnionPay (62), the debit cards before it (9558, 9559, 103), Visa (4), Mastercard (51 to 55), JCB (35).
BANK = re.compile(
    r"(?<![0-9A-Za-z._-])(?:62|60|9558|9559|103|4|5[1-5]|35)\d{0,17}(?:[ -]\d{4}){0,4}(?:[ -]\d{1,3})?"
    r"(?![0-9A-Za-z]|\.\d)"
)
MOBILE = re.compile(
    r"(?:(?<![0-9A-Za-z._/+-])|(?<=\d/)|(?<=[Tt][Ee][Ll])|(?<=[Qq][Qq]))(?:\+?86[ -]?|0086[ -]?|0(?=1[3-9]))?"
    r"(?P<number>1[3-9]\d(?:(?P<one>\d{8})|(?P<gap>[ .-])\d{4}(?P=gap)\d{4}|[ -]\d{8}|\d{4}[ -]\d{4}))"
    r"(?![0-9A-Za-z]|-\d|\.\w)"
)
# What follows a figure: a measure, a share, a number word; or 号, which follows what is numbered.
UNIT = re.compile(
    r" ?(?:[%‰℃°㎡号件元万亿千百余多人名户个家项次吨克斤米里亩升度伏瓦页册张篇条台辆份株棵头只羽尾座栋套袋箱桶瓶支"
    r"位例起场期班课时天年月日分秒字节平立公毫厘股笔单票]|[美港欧]元|[kmc]?[wgm]\b|m[²³23])",
    re.I,
)
# What stands right before a figure whose unit is told elsewhere, in a heading or a column.
FIGURE_WORD = re.compile(
    r"(?:总[产资收支投人户数量额值计和]|产值|增加值|收入|支出|[合累小共总]计|金额|余额|资金|资产|原值|净值|投资|投入|存款|贷款|税收|税额"
    r"|利润|预算|决算|人口|户数|人数|件数|面积|产量|销量|销售额|交易额|成交额|GDP|人民币|[美港欧日]元|数据)[^,;。，；\n\d]{0,4}$",
    re.I,
)
# What stands before the number of a thing.
CODE_WORD = re.compile(
    r"(?:文号|编号|单号|订单|序列号|物料号|准考证|学籍|图号|批号|批次|证号|字号|序号|代码|编码|条码|刊号|书号|案号|税号|学号|工号|货号|型号|流水|凭证|发票|合同"
    r"|许可|备案|注册|登记|ISBN|ISSN|ICP备?|NO\.?|№|第|[〔\[(]\d{4}[〕\])])[^,;。，；\n]{0,4}$",
    re.I,
)
_WORDS = r"手机|电话|小灵通|联系方式|热线|短信|微信|致电|TEL|PHONE|MOBILE|QQ|卡号|账号|帐号|银行卡|储蓄卡|信用卡|借记卡"
LABEL = re.compile(rf"(?:{_WORDS})(?P<sign>号码?|[:：])*\s?$", re.I)  # right before the number of a person
PERSONAL = re.compile(_WORDS, re.I)
PLATE = re.compile(
    r"(?<![A-Za-z0-9更创全最革刷翻])(?<!图号)(?<!编号)"
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼](?P<apart> ?)[A-HJ-NP-Z]"
    r"(?P<dot>[·・•])?[ -]?(?:[A-HJ-NP-Z0-9]{5,6}|[A-HJ-NP-Z0-9]{4}(?P<kind>[挂学警港澳领试超]))(?![A-Za-z0-9])"
)
VEHICLE = re.compile(r"[车牌驾]")
