"""Line breaks inside a sentence: which are false, and which are meant.

Joining asks for the continuity of a sentence. What is meant to break never joins: headings, salutations, signatures,
lists, verse, table rows.
"""

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.document import Proposal
from pipelines.ledger import Draft
from pipelines.lines import Line, likeness
from pipelines.structure.passage import HAN, Passage

WRAP = 5  # lines of one length, from which a page is hard-wrapped
WRAP_FEW, WRAP_LEAST = 3, 24  # lines that tell it of a short document, none of which is longer; and its width
RUN = 60  # lines of a list that are looked at, each way
VERSE = 16  # characters of a line of verse, a slogan, a row of names
ITEM = 40  # characters of an item of a list that nothing announces
LONG = 40  # characters of a line that is no heading, though it has no full stop
ROWS = 3  # lines of one form (a name, a number) that are rows of a table, wherever they end
TORN = 3  # a page tears its sentences where one in so many of its lines without a full stop surely goes on

_MARKER = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}[、.是要]|[(][一二三四五六七八九十\d]{1,3}[)]|\d{1,2}(?:[、.)](?!\d)|、(?=(?:19|20)\d\d年))|第[一二三四五六七八九十\d]+[、,章节部条项]|"
    r"[①-⑳]|[-*·•●◆■—]|(?:首先|其次|再次|最后|此外|同时)[,,]?|附件|附[::]|[A-Za-z][.、)])"
)
_ENDED = re.compile(r"[。!?:…”』」》)\]】;]$|[。!?…][\"']$|(?<!\d)\.$")
_STOPPED = re.compile(r"[。!?:][”’」』)\"']?$|(?<!\d)\.$")
_LATIN = re.compile(r"[A-Za-z][,;.]?\n[A-Za-z]")
_INDENTS = ("\u3000\u3000", "  ", "\xa0\xa0", " \u3000", "\u3000 ")
_QUOTATION = re.compile(r"[“\"‘「『《〈【]")
_SPEAKER = re.compile(rf"[{HAN}]{{1,8}}:")
_DATE_LINE = re.compile(r"(?:20|19|二)[\d〇○零一二三四五六七八九xX*]{2,3}\s*年.{0,12}[日月号]?$|\d{4}[-/.]\d{1,2}")
_ENUMERATION = re.compile(r"([一二三四五六七八九十])是")
_NUMERALS = "一二三四五六七八九十"
# What a row is made of, run by run; prose has these forms too, but not three times in a row.
_HAN_RUN, _FIGURES, _LETTERS = re.compile(rf"[{HAN}]+"), re.compile(r"\d+(?:[.-]\d+)*"), re.compile("[A-Za-z]+")
_SPACES = re.compile(r"\s+")
_ROW_FORM = re.compile(r"9[)%]?$|\S [^,;、]+$")  # ends in a figure, or has columns
# Words that no sentence ends with, and marks and particles that none begins with.
_OPEN_END = frozenset("的和与及或在对把将为以从向于被让使由其该各每并而且但因所是有不")
_NO_BEGINNING = frozenset(",。、;:!?)]】》”’」』…%的了着过们")


def breaks(passage: Passage) -> list[Proposal]:
    """Line breaks inside a sentence. Leaves headings, salutations, lists, signatures, dates and table rows."""
    rows, draft = passage.rows, passage.draft
    wrapping = Wrapping.of(draft, rows)
    pages = [draft.view_at(at) for at in draft.source.starts[1:]]
    torn = _torn(passage)
    found = []
    paragraph = Paragraph()
    cut = 0  # characters of the line that stand on the page before
    for n, (line, after) in enumerate(itertools.pairwise(rows)):
        paragraph.add(line)
        turned = any(line.end <= at <= after.start for at in pages) if pages else False
        why = _over_page(line, after, paragraph.length) if turned else ""
        cut, carried = len(line.text) * bool(why), cut
        why = why or paragraph.goes_on(after) or _continues(line, after, rows, n, wrapping, carried) or torn.get(n, "")
        if why:
            between = " " if _LATIN.search(line.folded[-2:] + "\n" + after.folded[:1]) else ""
            found.append(Proposal(line.end, after.start, between, "false_break", why))
        else:
            paragraph = Paragraph()
    return found


def begins(line: Line) -> bool:
    """Whether a line begins something of its own: an item, a quotation, a speaker's words, a date line."""
    return any(form.match(line.folded) for form in (_MARKER, _QUOTATION, _SPEAKER, _DATE_LINE))


def is_ended(line: Line) -> bool:
    """Whether a line ends as sentences, items and quotations do. Only its last characters tell, and are searched."""
    return _ENDED.search(line.folded[-3:]) is not None


def is_stopped(line: Line) -> bool:
    """Whether a line ends as a sentence does."""
    return _STOPPED.search(line.folded[-3:]) is not None


class Paragraph:
    """The lines that were joined so far, and the items (一是 …) that an enumeration inside them has reached."""

    __slots__ = ("items", "length", "stops_short")

    def __init__(self) -> None:
        self.items: set[str] = set()
        self.length = 0
        self.stops_short = False  # ends in a semicolon

    def add(self, line: Line) -> None:
        """One more line of the paragraph."""
        if "是" in line.folded:
            self.items |= {m[1] for m in _ENUMERATION.finditer(line.folded) if self.length or m.start()}
        self.length += len(line.text)
        self.stops_short = line.folded.endswith(";")

    def goes_on(self, after: Line) -> str:
        """`…一是…；` and then `二是…`: an enumeration in a paragraph. Leaves one whose first item begins a line."""
        item = _ENUMERATION.match(after.folded) if self.stops_short else None
        before = _NUMERALS.find(item[1]) - 1 if item else -1
        inside = before >= 0 and _NUMERALS[before] in self.items
        return "the enumeration began in the middle of the paragraph above" if inside else ""


@dataclass(frozen=True, slots=True)
class Wrapping:
    """How a text is hard-wrapped: the width (0: it is not), and the lines whose indent says that they begin one."""

    width: int
    indented: frozenset[int]  # starts of lines; empty where indents tell nothing
    rows: frozenset[int] = frozenset()  # starts of lines that are rows of a table without its markup
    few: bool = False  # told by a few lines: not enough to say that a sentence which ends at the width has one after it

    @classmethod
    def of(cls, draft: Draft, rows: Sequence[Line]) -> "Wrapping":
        """The wrapping that a text's own lines show."""
        width = _wrap_width(rows)
        table = _table_rows(rows) if width else frozenset()
        width = _wrap_width([line for line in rows if line.start not in table]) if table else width
        if not width:
            return cls(0, frozenset())
        indented = {line.start for line in rows if draft.view[max(0, line.start - 2) : line.start] in _INDENTS}
        told = 0 < len(indented) * 10 <= len(rows) * 6  # where nearly every line is indented, it is the page's style
        torn = sum(len(line.text) >= 16 and not is_stopped(line) for line in rows)
        return cls(width, frozenset(indented if told else ()), table, torn < WRAP)

    def joins(self, line: Line, after: Line, length: int, *, last: bool) -> bool:
        """Whether `line`, `length` characters with what a page before has of it, was broken at the width."""
        if not self.width or not self.width - 3 <= length <= self.width + 3 or after.start in self.indented:
            return False
        if line.start in self.rows or after.start in self.rows:
            return False
        if not is_stopped(line):
            return not last or len(after.text) >= 20 or is_stopped(after)
        if self.few and not self.indented:
            return False
        # A paragraph may end at the width as well: only the indents, or the full width, tell that it goes on.
        if (last and len(after.text) < 20) or _QUOTATION.match(after.folded) or _SPEAKER.match(after.folded):
            return False
        full = length >= self.width and not line.folded.endswith(":")
        return bool(self.indented) or full


def _continues(line: Line, after: Line, rows: Sequence[Line], n: int, wrapping: Wrapping, carried: int) -> str:
    end = line.folded[-1]
    if not (wrapping.width or end in ",、;") or "\t" in line.text or "\t" in after.text:
        return ""
    if _MARKER.match(after.folded) or _DATE_LINE.match(after.folded):
        return ""
    if end in ",、" and len(line.text) > 8 and (wrapping.width or not _is_verse(rows, n)):
        return "the line ends in a comma"
    if end == ";" and len(after.text) > 8 and not _in_list(rows, n):
        return "the line ends in a semicolon and the next is no item of a list"
    if wrapping.joins(line, after, carried + len(line.text), last=n + 2 >= len(rows) - 1):
        return f"the page is wrapped at {wrapping.width} characters"
    return ""


def _torn(passage: Passage) -> dict[int, str]:
    """Long lines without a full stop whose sentence goes on in the next: all of them, where the page tears sentences.

    Leaves a paragraph that lost its full stop: nothing shows that its sentence goes on.
    """
    rows = passage.rows
    able = [n for n, (line, after) in enumerate(itertools.pairwise(rows)) if _may_go_on(line, after)]
    text = "\n".join(line.folded for line in rows) if able else ""
    surely = [n for n in able if _surely_goes_on(rows[n], rows[n + 1], text)]
    chosen = able if len(surely) * TORN >= len(able) else surely
    evidence = f"the sentence goes on in the next line, as in {len(surely)} of {len(able)} such lines for certain"
    return dict.fromkeys(chosen, evidence)


def _may_go_on(line: Line, after: Line) -> bool:
    if len(line.text) <= LONG or is_ended(line) or "\t" in line.text or "\t" in after.text:
        return False
    prose = after.is_prose or is_stopped(after)
    return prose and not begins(after) and re.search("[,;:、]", line.folded) is not None


def _surely_goes_on(line: Line, after: Line, text: str) -> bool:
    """Whether no sentence ends or begins so, or the torn word is one of the text's own pairs of characters."""
    last, first = line.folded[-1], after.folded[0]
    if last in _OPEN_END or first in _NO_BEGINNING or (last.isdigit() and first in "年月日个人项%万元次"):
        return True
    if last.isascii() and first.isascii():
        return last.isalpha() and first.isalpha()
    return last + first in text


def _run(rows: Sequence[Line], n: int, end: str) -> tuple[int, int]:
    """The lines around `n` that end in one of the marks `end`, and the line after them: `rows[first:last]`."""
    first = last = n
    while 0 < first > n - RUN and rows[first - 1].folded[-1] in end:
        first -= 1
    while last + 1 < min(len(rows), n + RUN) and rows[last].folded[-1] in end:
        last += 1
    return first, last + 1


def _is_verse(rows: Sequence[Line], n: int) -> bool:
    """Whether the lines that end in commas around `n` are verse, slogans or names: three or more, all short."""
    first, last = _run(rows, n, ",、")
    return last - first > 2 and all(len(line.text) <= VERSE for line in rows[first:last])


def _over_page(line: Line, after: Line, length: int) -> str:
    """A page of the article may end anywhere: in a sentence if nothing ends there and nothing begins on the next."""
    torn = not is_ended(line) and not _MARKER.match(after.folded) and not _DATE_LINE.match(after.folded)
    return "the sentence goes on over the page" if torn and length > 12 else ""


def _in_list(rows: Sequence[Line], n: int) -> bool:
    """Whether the lines that end in a semicolon around `n` are a list: announced, or short and built alike."""
    first, last = _run(rows, n, ";")
    if first > 0 and rows[first - 1].folded.endswith(":"):
        return True
    items = [line.folded for line in rows[first:last]]
    short = all(len(item) <= ITEM and "。" not in item[:-1] for item in items)
    alike = sum(_alike(a, b) for a, b in itertools.pairwise(items))
    return len(items) > 2 and short and alike * 2 >= len(items) - 1


def _alike(a: str, b: str) -> bool:
    return a[:2] == b[:2] or a[-3:-1] == b[-3:-1] or likeness(a, b) >= 0.3


def _table_rows(rows: Sequence[Line]) -> frozenset[int]:
    """The starts of lines that say things in one form, one below the other: `张小明(东门社区) 0771-5880001`."""
    found: list[int] = []
    for form, run in itertools.groupby(rows, key=_form):
        alike = [line.start for line in run]
        found += alike if len(alike) >= ROWS and _ROW_FORM.search(form) else []
    return frozenset(found)


def _form(line: Line) -> str:
    """A line's characters by kind, runs as one: 汉(汉) 9. Empty for a sentence, which is no row."""
    if is_stopped(line):
        return ""
    return _LETTERS.sub("A", _FIGURES.sub("9", _HAN_RUN.sub("汉", _SPACES.sub(" ", line.folded))))


def _wrap_width(rows: Sequence[Line]) -> int:
    """The length at which the page is hard-wrapped, 0 if it is not."""
    torn = [len(line.text) for line in rows if len(line.text) >= 16 and not is_stopped(line)]
    if len(torn) < WRAP_FEW:
        return 0
    width, _ = max(Counter(torn).items(), key=lambda item: (item[1], item[0]))
    near = sum(abs(length - width) <= 3 for length in torn)
    longer = sum(len(line.text) > width + 3 for line in rows)  # nothing is longer than the width of a wrapped page
    if len(torn) < WRAP:  # a short document: no exception, and sentences that end in the line below
        ended = sum(is_stopped(b) for a, b in itertools.pairwise(rows) if not is_stopped(a))
        whole = near == len(torn) and all(len(line.text) <= width + 2 for line in rows)
        return width if whole and width >= WRAP_LEAST and ended >= WRAP_FEW - 1 else 0
    return width if near >= WRAP and near * 10 >= len(torn) * 6 and longer * 10 <= len(rows) else 0
