"""Who wrote, edited and released a document, where a primary source names them; and who only put it on a site.

A template site shows the nickname of an account where a newspaper shows an author. What a name is follows from its
label (通讯员 is a writer, 上传者 is none), from its shape (cwl2 is nobody's name), else from what the page says of its
site; where nothing says it, both stay unknown. 来源 and 稿源 are no persons.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from pipelines.facts.names import NAME, is_name, is_post_and_name, without_gap
from pipelines.facts.signer import is_unit
from pipelines.facts.subject import Clue, Facts, Line, Subject
from pipelines.lines import site_names
from pipelines.script import fold

FIRST, LAST = 4, 4  # lines of a text in which its people may be named, at either end
SHORT = 90  # characters of such a line
OPENING = 60  # characters of a first paragraph in which a newspaper names its writers
NICKNAME = 14  # characters of the longest nickname met

# Each label with its column; `?` marks those that sites use for the names of accounts as well.
_LABELS = {
    "author": r"(?:本报|本网|本刊|特约|实习|见习|首席)?(?:通讯员|记者)|撰\s?稿人?|供\s?稿(?:人|单位)?|执\s?笔人?"
    r"|编撰人?|撰写人?|撰文|起草人?|拟稿人?|投稿人|信息员|采写|图文",
    "author?": r"(?<![工合协写创操])作\s{0,8}者|(?<![一-鿿])文(?=\s?[:/])",
    "editor": r"责任编辑|责\s?编|本期编辑|网络编辑|编校|编审|副?主编|总编辑?",
    "editor?": r"(?<![一-鿿小])编\s{0,8}辑人?",
    "auditor": r"(?<![一-鿿])(?:审\s{0,8}核人?|审\s?稿人?|签\s{0,8}发人?|[一二三初复终]\s?审人?|审定人?|审签人?"
    r"|核稿人?|审校人?|监审|审阅人?|核发人?)",
    "uploader": r"上传(?:者|人|用户|会员)|贡献者|分享[者人]|发帖人|发表者|楼主|(?:热心)?网友|会员(?:名|昵称)?|用户名?",
    "uploader?": r"发布[者人]|发表人|整理人?|小\s{0,4}编",
}
_KEYS = tuple(_LABELS)
_LABEL = re.compile("|".join(rf"(?P<l{n}>{pattern})" for n, pattern in enumerate(_LABELS.values())))
_COLON = re.compile(r"\s{0,6}[:/]\s{0,8}|\s{1,8}")
_CUE = re.compile(
    r"者|稿|编|审|签发|通讯员|执笔|撰|文[:/]|信息员|采写|起草|上传|会员|网友|楼主|分享|发布人|发表人|用户|整理|小\s?编"
)
# Every form of `_SHARED` has one of these, which few lines have.
_SHARED_SIGN = re.compile(r"会员|网友|用户|分享(?:\s{1,6}时间|于)|上传于|发[表布]于")
_SIGN = re.compile(rf"{_CUE.pattern}|{_SHARED_SIGN.pattern}|\(")  # of a line that may name somebody
_TOKEN = re.compile(r"[^\s、,;|/()\[\]【】<>&]+")
_GAP = re.compile(r"[\s、,&]{1,8}")
_NICK = re.compile(r"(?=.*[\dA-Za-z])[\w一-鿿.@·-]{2,14}")
_PLAIN_NICK = re.compile(rf"{_NICK.pattern}|[一-鿿\w·]{{2,8}}")
_NOBODY = re.compile(
    r"(?:admin\w*|editor|system|webmaster|root|test|user|未知|不详|佚名|匿名|网络|互联网|原创|本站.*|转载|整理|暂无|无|管理员|小编|编辑\w?|系统管理员|超级管理员|网站编辑|网友|会员|用户"
    r"|[xX*×]+|\d+|.*(?:网|来源|时间|日期|字体|浏览|点击|阅读|发布|更新|人气|评论|收藏|范文|总结))",
    re.I,
)
_DATE = re.compile(r"\d{2,4}[-/.年]|\d{1,2}:\d\d")
_REMARK = re.compile("[完略等]$")  # (全文完)
_IN_BRACKETS = re.compile(r"[(]\s{0,8}([^()]{2,40}?)\s{0,8}[)]")
_SHARED = re.compile(
    r"(?P<a>[^\s:|]{2,14}+)\s{1,6}分享\s{1,6}时间\s?:|(?:会员|网友|用户)\s?[“\"「『【'](?P<b>[^”\"」』】']{1,14})[”\"」』】']"
    r"|由(?:本站)?(?:会员|网友|用户)\s?(?P<c>[^\s“\"《》,。]{2,14}?)\s?(?:整理|分享|上传|发布|贡献|投稿|提供)|(?P<d>[^\s:|]{2,14}+)\s{1,6}(?:上传于|发表于|发布于|分享于)(?=\s?:?\d|$)"
)
_FARM = re.compile(
    r"收藏本文|我要投稿|人气|下载(?:本文|文档|地址|此文)|点击下载|推荐度|网友投稿|VIP会员|范文|作文网|文库|文秘|公文网|论文网|文档(?:编号|格式|大小|页数)|格式:\s?docx?|页数:"
    r"|精选\d|来源:(?:网友|网络|互联网|本站|原创|未知|转载|整理)",
    re.I,
)
_FARM_HOST = re.compile(r"fanwen|wenku|wenmi|wendang|zuowen|gongwen|zongjie|lunwen|mishu|doc(?:s|in|\d)?\.|xuexi|baike")
_SOURCE = re.compile(
    r"(?:来源|稿源|信息来源|稿件来源|供稿单位|发布机构|发布单位|主办单位|主办)\s{0,4}:?\s{0,4}(?P<who>[^\s:|,)]{2,24})"
)
_PRESS = re.compile(
    r"(?:日报|晚报|时报|早报|晨报|商报|周报|周刊|报|杂志|电视台|广播电台|发布|新闻网|政府网?|在线|融媒体中心|传媒)$|^(?:今日|新华)"
)
_OWNER = re.compile(r"(?:人民政府|科协|协会|教育局|委员会|日报|晚报|新闻)(?:门户|官方)?(?:网站|网)?$")
_PRIMARY_HOST = re.compile(r"\.(?:gov|edu|mil)\.cn$|^(?:\w+\.)*gov\.cn$|(?:^|\.)kexie|(?:^|[.\-])gov[.\-]")
# What a unit's own site shows above its documents: an index of files, and its menu.
_INDEX = re.compile(
    r"索\s?引\s?号|发文字号|信息分类|公开方式|主题分类|成文日期|政务公开|信息公开|政务服务|办事服务|机构职能|机构设置|领导信息|通知公告|政策法规|工作动态|部门动态"
)


class _Line(NamedTuple):
    where: str
    start: int  # in the text or the source
    shown: str
    folded: str


class _Named(NamedTuple):
    """A value behind a label: `line[start:end]`."""

    start: int
    end: int
    certain: bool  # by its shape a person or a unit
    several: bool  # more than a nickname could be: two names, or a name behind its unit's


def people(subject: Subject, _: Facts) -> Iterator[Clue]:
    """Author, editor, auditor and uploader, each with the words that name them."""
    site: list[str] = []  # asked once, and only where a label leaves it open
    for line in _lines(subject):
        yield from _shared(line)
        found = list(_labelled(line))
        reviewed = any(key == "auditor" for key, _ in found)
        for key, named in found:
            if key != "author" and not site:
                site = [_site(subject)]
            if column := _column(line, key, named, site[0] if site else "", reviewed=reviewed):
                yield _clue(column, line, named.start, named.end)
        yield from _bracketed(line)
    yield from _in_paragraphs(subject)


def _column(line: _Line, key: str, named: _Named, site: str, *, reviewed: bool) -> str:
    """What a labelled value is; '' where nothing says it. `reviewed`: who audited it stands in the same line."""
    value, column = line.folded[named.start : named.end], key.rstrip("?")
    of_shape = named.certain or is_name(value)
    if column == "uploader":
        return "" if site == "primary" or (key.endswith("?") and site != "farm" and is_name(value)) else column
    if _NICK.fullmatch(value) and not named.certain:
        return "uploader" if key.endswith("?") or site == "farm" else ""
    if site == "farm" and key in ("author?", "editor", "editor?") and line.where == "head" and not reviewed:
        return "uploader" if key.endswith("?") and not named.several else ""
    if key.endswith("?") and not (named.several or site == "primary" or reviewed):
        return ""
    return column if of_shape else ""


def _lines(subject: Subject) -> Iterator[_Line]:
    """What may name somebody of the page's head, the text's first and last lines, and the page's tail."""
    if subject.part == 1:
        yield from _beside(subject.head)
    yield from _ends(subject)
    if subject.part == subject.parts:
        yield from _beside(subject.tail)


def _beside(lines: Iterable[Line]) -> Iterator[_Line]:
    for line in lines:
        if _SIGN.search(line.text):
            yield _Line("head", line.start, line.shown or line.text, line.text)


def _ends(subject: Subject) -> Iterator[_Line]:
    at = 0
    lines = subject.folded.split("\n")
    for n, folded in enumerate(lines):
        if (
            (n < FIRST or n >= len(lines) - LAST)
            and len(folded) <= SHORT
            and "。" not in folded
            and _SIGN.search(folded)
        ):
            yield _Line("text", at, subject.text[at : at + len(folded)], folded)
        at += len(folded) + 1


def _labelled(line: _Line) -> Iterator[tuple[str, _Named]]:
    """Each label of a line with what stands behind it. Leaves empty labels, and those inside sentences."""
    if len(line.folded) > SHORT or "。" in line.folded or not _CUE.search(line.folded):
        return
    for label in _LABEL.finditer(line.folded):
        key = _KEYS[int((label.lastgroup or "l0")[1:])]
        gap = _COLON.match(line.folded, label.end())
        colon = gap is not None and ("：" in gap.group() or ":" in gap.group() or "/" in gap.group())
        if not colon and (key.endswith("?") or key == "uploader"):
            continue
        found = _value(line.folded, gap.end() if gap else label.end(), key, colon=colon)
        if found:
            yield key, found


def _value(folded: str, at: int, key: str, *, colon: bool) -> _Named | None:
    """The names from `at` on: as many tokens as are names, without their unit; a nickname behind a colon."""
    begin, end, n, unit = at, at, 0, False
    while token := _TOKEN.match(folded, at):
        word = token.group()
        spaced = re.compile(NAME).match(folded, at)
        if len(word) == 1 and spaced and is_name(spaced.group()) and spaced.end() > token.end():
            begin, end = at if n == unit else begin, spaced.end()
        elif _is_person(word):
            begin, end = at if n == unit else begin, token.end()
        elif is_unit(word) and key.startswith(("author", "auditor")) and n == 0:
            end, unit = token.end(), True
        else:
            break
        n += 1
        gap = _GAP.match(folded, end)
        at = gap.end() if gap else end
        if not gap:
            break
    if n:
        return _Named(begin, end, certain=n > 1 or unit or not key.endswith("?"), several=n > 1)
    word = token.group() if token else ""
    nick = colon and not _NOBODY.fullmatch(word) and not _DATE.match(word) and ":" not in word
    if token and nick and (_PLAIN_NICK if key.endswith("?") or key == "uploader" else _NICK).fullmatch(word):
        return _Named(begin, token.end(), certain=False, several=False)
    return None


def _is_person(word: str) -> bool:
    return is_name(word) or is_post_and_name(word)


def _shared(line: _Line) -> Iterator[Clue]:
    """`好学生 分享 时间:`, 由会员“哎哎”分享: who put it on a site."""
    if _SHARED_SIGN.search(line.folded):
        for found in _SHARED.finditer(line.folded):
            start, end = found.span(found.lastgroup or 0)
            if not _NOBODY.fullmatch(line.folded[start:end]):
                yield _clue("uploader", line, start, end)


def _bracketed(line: _Line) -> Iterator[Clue]:
    """`(县统计局 陈杰贤)`, `(杜一)` on a line of its own: a unit and a name, or names."""
    found = _IN_BRACKETS.fullmatch(line.folded.strip()) if "(" in line.folded[:4] else None
    if found:
        start = line.folded.index(found[1])
        if named := _names_only(found[1]):
            yield _clue("author", line, start + named.start, start + named.end)


def _names_only(inside: str) -> _Named | None:
    """The names of persons that words in brackets are, the unit of the first in front; None for other words."""
    found = _value(inside, 0, "author", colon=False)
    whole = found and not inside[found.end :].strip() and not is_unit(inside) and not _REMARK.search(inside)
    return found if whole else None


def _in_paragraphs(subject: Subject) -> Iterator[Clue]:
    """`(记者 王强 通讯员 李慧娟)` in the first paragraph's opening, `。(杜一)` behind the last one's end."""
    folded = subject.folded
    last = _IN_BRACKETS.search(folded, max(0, len(folded.rstrip()) - 48), len(folded.rstrip()))
    opening = _IN_BRACKETS.search(folded, 0, OPENING)
    for found, ends in ((opening, False), (last, True)):
        if not found or (ends and (found.end() != len(folded.rstrip()) or folded[found.start() - 1] not in "。!?”")):
            continue
        line = _Line("text", found.start(1), subject.text[found.start(1) : found.end(1)], found[1])
        named = list(_labelled(line))
        for key, one in named:
            if one.certain and not key.startswith("uploader"):
                yield _clue(key.rstrip("?"), line, one.start, one.end)
        if ends and not named and (alone := _names_only(found[1])):
            yield _clue("author", line, alone.start, alone.end)


def _site(subject: Subject) -> str:
    """'farm' for a template site, 'primary' for a unit's own or a newspaper's, '' where nothing says it."""
    head = "\n".join(line.text for line in chain(subject.head, subject.tail))
    title = fold(subject.page_title)
    if _PRIMARY_HOST.search(subject.host):
        return "primary"
    if _FARM.search(head) or _FARM.search(title) or _FARM_HOST.search(subject.host):
        return "farm"
    owner = re.split(r"\s?[_|-]\s?", title)[-1].strip()
    named = (found["who"] for found in _SOURCE.finditer(head))
    if _INDEX.search(head) or is_unit(owner) or _OWNER.search(owner):
        return "primary"
    if any(is_unit(who) or _PRESS.search(who) for who in named):
        return "primary"
    return "farm" if site_names(subject.page_title) else ""


def _clue(column: str, line: _Line, start: int, end: int) -> Clue:
    words = line.shown[start:end]
    value = without_gap(words) if is_name(line.folded[start:end]) else words
    label = line.shown[max(0, start - 8) : end].strip()
    return Clue(column, value, line.where, line.start + start, line.start + end, label)
