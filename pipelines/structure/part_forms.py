"""The forms in which compilations head their parts: `工作总结 篇1`, `【第一篇】`, `范文1`, `工作总结（2）` …

A form is a pattern for the part of a line up to its number; what follows the number is read by `own_title`. None of
them takes what numbers the paragraphs of one document: 一、 (一) 1、 第一章 一是.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from pipelines.framing.wordings import GENRES
from pipelines.lines import Line, squeeze

HEADING_LENGTH = 60  # characters

# A number; one that a year follows at once (篇12023年) ends before the year.
NUMBER = r"(?P<n>\d{1,3}(?=(?:19|20)\d\d(?!\d))|\d{1,3}(?!\d)|[一二三四五六七八九十百]{1,5}|[①-⑳Ⅰ-Ⅻ])"
_HAN_NUMBER = r"(?P<n>[一二三四五六七八九十]{1,3})"
_OPEN, _CLOSE = r"[【\[(《]?", r"\s*[】\])》]?"
_STEM = r"(?P<stem>[^,。;!?]{%d,40}?)"
_SAMPLES = "范文|样本|例文|模板|范例|示例|样例"  # words that a site has for a part
KINDS = rf"{_SAMPLES}|体会|致辞|心得|发言稿?|讲话稿?|演讲稿?"
GENRE = rf"(?:{GENRES}|小结|讲话|发言|方案|范文|心得|材料|要点|感悟|致辞|演讲)(?:范文|模板|材料|稿)?"

# Prefixes of a heading: something may follow the number. The others are whole lines.
_PREFIXES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("篇N", rf"^{_STEM % 0}\s*{_OPEN}篇\s*[(]?{NUMBER}{_CLOSE}"),
        ("第N篇", rf"^{_STEM % 0}\s*{_OPEN}第\s*{NUMBER}\s*篇(?![章幅目首])(?P<close>{_CLOSE})"),
        ("第N则", rf"^{_STEM % 0}\s*{_OPEN}第\s*{NUMBER}\s*[份则](?P<close>{_CLOSE})"),
        ("范文N", rf"^(?P<stem>.{{0,40}}?{_OPEN}(?:{KINDS}))\s*{NUMBER}{_CLOSE}"),
        ("【N】", rf"^{_STEM % 0}\s*[【\[]{NUMBER}(?P<close>[】\]])"),
    )
)
_WHOLE: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("N篇", rf"^{_STEM % 4}\s*{NUMBER}\s*篇$"),
        ("(N)", rf"^{_STEM % 2}\s*\(之?{NUMBER}\)$"),
        ("标题N", rf"^{_OPEN}(?P<stem>.{{2,40}}?\D)\s*(?P<n>\d{{1,2}}|[①-⑳Ⅰ-Ⅻ]){_CLOSE}[:、.]?$"),
        # The same title under each number: the items of a list differ.
        ("N标题", rf"^[(]?{NUMBER}[)]?[.、\s]*(?P<stem>[^,。;:!?]{{2,40}}{GENRE})$"),
        ("标题一", rf"^(?P<stem>.{{0,40}}?{GENRE})之?\s*{_HAN_NUMBER}:?$"),
        ("其N", rf"^(?P<stem>)(?:其|之){_HAN_NUMBER}:?$"),
    )
)
OF_COMPILATIONS = frozenset(("篇N", "第N篇"))
NAMES = re.compile(rf"{GENRE}[》)】\]]?$")  # ends as the name of a document
NAMED = re.compile(rf"^《|{NAMES.pattern}")
_KIND, _SAMPLE = (
    re.compile(rf"^(?:{KINDS})$"),
    re.compile(rf"(?:^|[【\[(《]|{GENRE}|优秀|优质|精选|通用|参考|最新)(?:{_SAMPLES})$"),
)
_DECORATION = "*#★☆◆◇■□●○▲△▼▽◎※♦►▶=~_-–—>·• "
_LAST_SAMPLE = re.compile(rf"(?:{_SAMPLES})$")
_NUMBERED = re.compile(r"^\d{1,3}[.、]\s*")
_HAS_NUMBER = re.compile("[0-9一二三四五六七八九十①-⑳Ⅰ-Ⅻ]")
# What a line of one of the forms has in it, or ends in: asked before eleven forms are. All that they take must pass.
_SIGN = re.compile(rf"[篇份则】\]]|(?:{KINDS})\s*[\d一二三四五六七八九十百①-⑳Ⅰ-Ⅻ]")
_ENDS = re.compile(rf"(?:[\s)》\d一二三四五六七八九十①-⑳Ⅰ-Ⅻ]|{GENRE})[:、.]?$")
_END = 6  # characters that hold all that it searches
_SEPARATOR = re.compile(r"^\s*(?:[:.、|]|-{1,2}|—{1,2})\s*|^\s+")
_LENGTH = re.compile(r"^\(?[约共]?\d{2,5}字\)?$")  # 篇1（800字）: what a site says of a part, no title
_TEXT = re.compile(r"[。;!?]|:$|,.*,")  # a title may have one comma
_SIGNS = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫ"
_DIGITS = {c: n for n, c in enumerate("一二三四五六七八九", 1)}


class Heading(NamedTuple):
    """A line that may head a part."""

    line: int  # index of the line
    form: str
    stem: str
    number: int
    own: str  # the part's own title behind the number, '' if none stands there

    @property
    def strong(self) -> bool:
        """Of a form that no section of a document has, with the name of a document in it."""
        return self.form in OF_COMPILATIONS and bool(NAMES.search(self.stem) or NAMED.search(self.own))

    @property
    def name(self) -> str:
        """What the heading says of the document: its stem without a site's word for a part (范文, 样本)."""
        return _LAST_SAMPLE.sub("", self.stem)

    @property
    def bare(self) -> bool:
        """Nothing but the number."""
        return not self.stem and not self.own

    def names_a_document(self, titles: Sequence[str]) -> bool:
        """Whether it says what a document is called, in a word of the page's `titles` where sections say such too."""
        if NAMED.search(self.own) or _SAMPLE.search(self.stem):
            return True
        name = NAMES.search(self.stem)
        word = name.group().strip("》)】]") if name else self.stem.strip("【[(")
        kind = name is not None or _KIND.search(word) is not None
        return kind and not self.own and any(word in title for title in titles)


def readings(n: int, line: Line) -> list[Heading]:
    """What line `n` heads, in each form that it may have."""
    if len(line.text) > HEADING_LENGTH * 2:
        return []  # no decoration is that long
    return [heading._replace(line=n) for heading in _read(line.folded)]


@lru_cache(maxsize=512)  # of the last page's lines: each round asks for the headings among those that are left
def _read(folded: str) -> tuple[Heading, ...]:
    return tuple(_readings(folded))


def _readings(folded: str) -> Iterator[Heading]:
    plain = folded.strip(_DECORATION)
    if len(plain) > HEADING_LENGTH or not plain or plain.endswith(("。", ";", ",")):
        return
    if not _HAS_NUMBER.search(plain) or not (_ENDS.search(plain[-_END:]) or _SIGN.search(plain)):
        return
    texts = [text for text in dict.fromkeys((_NUMBERED.sub("", plain), plain)) if text]
    for form, pattern in _PREFIXES:
        for text in texts:
            match = pattern.match(text)
            own = own_title(text, match) if match else None
            if match and own is not None and (number := value(match["n"])):
                yield Heading(0, form, squeeze(match["stem"]), number, own)
                break
    for form, pattern in _WHOLE:
        match = next(filter(None, map(pattern.match, texts)), None)
        if match and (number := value(match["n"])):
            yield Heading(0, form, squeeze(match["stem"]), number, "")


def own_title(text: str, match: re.Match[str]) -> str | None:
    """The part's own title behind the number that `match` ends with; None where what follows is text."""
    rest = text[match.end() :]
    if _LENGTH.search(rest.strip()) or not rest.strip(" :"):
        return ""
    separator = _SEPARATOR.search(rest)
    own = rest[separator.end() :] if separator else rest
    if _TEXT.search(own):
        return None
    closed = match.groupdict().get("close") is not None
    return own if separator or closed or NAMED.search(own) or own[0] in "(《“" else None


def value(text: str) -> int:
    """The number that digits, or Chinese numerals up to 199, write; 0 for what writes none."""
    if text.isdecimal():
        return int(text)
    if len(text) == 1 and text in _SIGNS:
        return _SIGNS.index(text) % 20 + 1
    hundred, mark, rest = text.rpartition("百")
    if mark:
        return 100 * (_DIGITS.get(hundred, 0) == 1) + (value(rest) if rest else 0) if hundred == "一" else 0
    head, ten, tail = rest.partition("十")
    if not ten:
        return _DIGITS.get(rest, 0)
    if (head and head not in _DIGITS) or (tail and tail not in _DIGITS):
        return 0
    return 10 * _DIGITS.get(head, 1) + _DIGITS.get(tail, 0)
