"""Paragraphs as the unit wrote them: glued headings on their own lines, false breaks joined, no indents.

Joining asks for the continuity of a sentence and never touches what is meant to break: headings, salutations,
signatures, lists, table rows.
"""

import itertools
import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipelines.document import Proposal
from pipelines.ledger import Draft
from pipelines.lines import Line, likeness, lines
from pipelines.states import Cleaned, Flowed

WRAP = 5  # lines of one length, from which a page is hard-wrapped
PAGE = (150, 3000)  # characters between two footers, at least and at most
RHYTHM = 0.25  # of a page's text, by which the footer of a later page may be off its place
RUN = 60  # lines of a list that are looked at, each way
VERSE = 16  # characters of a line of verse, a slogan, a row of names
ITEM = 40  # characters of an item of a list that nothing announces
CHUNK = (150, 400)  # characters between the chunk numbers that a preview inserts (phenomena, row CHUNK)
SPACED = (6, 0.08)  # spaces between characters, and their share of all borders: OCR leaves one at about every tenth

_HAN = "\\u3400-\\u4dbf\\u4e00-\\u9fff"
_MARKER = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}[、.是要]|[(][一二三四五六七八九十\d]{1,3}[)]|\d{1,2}(?:[、.)](?!\d)|、(?=(?:19|20)\d\d年))|第[一二三四五六七八九十\d]+[、,章节部条项]|"
    r"[①-⑳]|[-*·•●◆■—]|(?:首先|其次|再次|最后|此外|同时)[,,]?|附件|附[::]|[A-Za-z][.、)])"
)
_ENDED = re.compile(r"[。!?:…”』」》)\]】;]$|(?<!\d)\.$")
_STOPPED = re.compile(r"[。!?:][”’」』)]?$|(?<!\d)\.$")
_LATIN = re.compile(r"[A-Za-z][,;.]?\n[A-Za-z]")
_INDENTS = ("\u3000\u3000", "  ", "\xa0\xa0", " \u3000", "\u3000 ")
_QUOTATION = re.compile(r"^[“\"‘「『《〈【]")
_SPEAKER = re.compile(rf"^[{_HAN}]{{1,8}}:")
_SPACED = re.compile(rf"(?<=[{_HAN}，。；：、！？“”（）《》]) +(?=[{_HAN}，。；：、！？“”（）《》])")
_BORDER = re.compile(rf"(?<=[{_HAN}])[ \u3000]*(?=[{_HAN}])")
# Words of two or three characters that spaces set apart: a few are no evidence of OCR, many are a list.
_APART = rf"(?<![{_HAN}])[{_HAN}]{{2,3}}(?: +[{_HAN}]{{2,3}}){{%d,}}(?![{_HAN}])"
_NAMES, _SOME_NAMES = re.compile(_APART % 4), re.compile(_APART % 1)
_DATE_LINE = re.compile(r"^(?:20|19|二)[\d〇○零一二三四五六七八九xX*]{2,3}\s*年.{0,12}[日月号]?$|^\d{4}[-/.]\d{1,2}")
# What a count counts, or a range goes on with.
_CLASSIFIER = (
    "项个家名人次年月日号条部份种类届级期册场户村亩元万亿千百十余多倍成分轮批篇座所台辆支组班天周季页章节款度米公里吨斤"
    "克升岁时点例起件处口栋套间幅面张本只头艘架棵株至到"
)
_INNER_NUMBER = re.compile(
    rf"(?<=[{_HAN}])(?<![第年月前后近约共有达至到了以和与及按每满超])\s?(\d{{1,2}})\s?(?=[{_HAN}])"
)
_PAGE_NUMBER = re.compile(r"^(?:[-—]\s*)?第?\s?(?P<n>\d{1,3})(?:\s*页)?(?:\s*[/共]\s*\d{1,3}\s*页?)?(?:\s*[-—])?$")
_PAGE_OF_PAGES = re.compile(r"第\s?(?P<n>\d{1,3})\s?页\s?,?\s?共\s?\d{1,3}\s?页")


def reflow(cleaned: Cleaned) -> Flowed:
    """Page numbers, chunk numbers, spaces and false breaks out; then white space made canonical."""
    draft = cleaned.draft
    for part in cleaned.parts:
        for step in (chunk_numbers, page_numbers, inner_page_numbers, spaces, breaks, tidy):
            start, end = draft.view_at(part.start), draft.view_at(part.end)
            draft = draft.edited("reflow", step(draft, start, end))
    return Flowed(draft, cleaned.gaps, cleaned.parts)


def page_numbers(draft: Draft, start: int, end: int) -> list[Proposal]:
    """`第2页共5页`, and lone numbers between two halves of a sentence. Leaves counts in cells, votes, marks."""
    rows = lines(draft, start, end)
    alone = [line for line in rows if _PAGE_OF_PAGES.fullmatch(line.folded)]
    found = [line.cut("page_number", "a line that is page of pages") for line in alone]
    return _lone_numbers(rows) + _pages_in_sentences(rows) + found


def _lone_numbers(rows: Sequence[Line]) -> list[Proposal]:
    """Numbers that have a line to themselves and tear a sentence: `第2页`, or several that count up."""
    torn = [
        (before, number, after)
        for before, line, after in zip(rows, rows[1:], rows[2:], strict=False)
        if (number := _PAGE_NUMBER.search(line.folded)) and _halves(before, after)
    ]
    counted = _count_up([int(number["n"]) for _, number, _ in torn])
    return [
        Proposal(before.end, after.start, "", "page_number", f"a number inside a sentence, one of {len(torn)}")
        for before, number, after in torn
        if counted or "第" in number.group()
    ]


def _halves(before: Line, after: Line) -> bool:
    """Whether two lines are halves of one sentence: neither ends, heads, lists or tabulates anything."""
    cells = "\t" in before.text or "\t" in after.text
    ends = len(before.text) < 15 or _ENDED.search(before.folded) or _PAGE_NUMBER.search(after.folded)
    return not cells and not ends and not _begins(after)


def _begins(line: Line) -> bool:
    """Whether a line begins something of its own: an item, a quotation, a speaker's words, a date line."""
    return any(form.search(line.folded) for form in (_MARKER, _QUOTATION, _SPEAKER, _DATE_LINE))


def _pages_in_sentences(rows: Sequence[Line]) -> list[Proposal]:
    """`活动第2页共5页取得`, where several count up over the text. Leaves one that a sentence speaks of."""
    found = [
        (line, match)
        for line in rows
        for match in _PAGE_OF_PAGES.finditer(line.folded)
        if len(match.group()) < len(line.text)
    ]
    if not _count_up([int(match["n"]) for _, match in found]):
        return []
    evidence = f"page of pages, one of {len(found)}"
    spans = [(line, *_with_spaces(line.text, *match.span())) for line, match in found]
    return [Proposal(line.start + a, line.start + b, "", "page_number", evidence) for line, a, b in spans]


def _with_spaces(text: str, start: int, end: int) -> tuple[int, int]:
    """A span with the white space around it, which was set around the number."""
    return len(text[:start].rstrip()), len(text) - len(text[end:].lstrip())


def _count_up(numbers: Sequence[int]) -> bool:
    return len(numbers) > 1 and all(a < b for a, b in itertools.pairwise(numbers))


def inner_page_numbers(draft: Draft, start: int, end: int) -> list[Proposal]:
    """`科普活2动`: footers 1, 2, 3 … between characters, each a page apart, on every page. Leaves counts (抓好1项)."""
    text = draft.view[start:end]
    numbers: dict[int, list[re.Match[str]]] = defaultdict(list)
    for match in _INNER_NUMBER.finditer(text):
        numbers[int(match[1])].append(match)
    chains = (_footers(numbers, first, len(text)) for first in numbers[1] if PAGE[0] <= first.start() <= PAGE[1])
    chain = max(chains, key=len, default=[])
    return [
        Proposal(start + m.start(), start + m.end(), "", "page_number", f"footer {m[1]} of {len(chain)}, a page apart")
        for m in chain
    ]


def _footers(numbers: Mapping[int, Sequence[re.Match[str]]], first: re.Match[str], length: int) -> list[re.Match[str]]:
    """The footers of all pages if `first` is page 1's; [] where a page has none, or most of them count something."""
    page = first.start()
    chain = [first]
    while (len(chain) + 1 + RHYTHM) * page <= length or len(chain) < 2:
        wanted = len(chain) + 1
        found = numbers.get(wanted, ())
        near = bisect_left(found, (wanted - RHYTHM) * page, key=lambda m: m.start())
        if near == len(found) or found[near].start() > (wanted + RHYTHM) * page:
            return []
        chain.append(found[near])
    counts = sum(re.match(f"[{_CLASSIFIER}]", m.string[m.end() : m.end() + 1]) is not None for m in chain)
    return chain if counts * 2 <= len(chain) else []


def chunk_numbers(draft: Draft, start: int, end: int) -> list[Proposal]:
    """`3、` that a preview put every so many characters, mid-sentence. Leaves real lists: text stands before them."""
    rows = lines(draft, start, end)
    chunks: list[tuple[Line, Line | None]] = []  # a numbered line and the line before it
    for before, line in zip([None, *rows], rows, strict=False):
        if line.folded.startswith(f"{len(chunks) + 1}、") and (chunks or before is None):
            chunks.append((line, before))
    lengths = [b.start - a.start for (a, _), (b, _) in itertools.pairwise(chunks)]
    torn = [before for _, before in chunks if before and not _ENDED.search(before.folded)]
    if not torn or len(torn) * 2 < len(chunks) or not all(CHUNK[0] <= length <= CHUNK[1] for length in lengths):
        return []  # a list of which one item or the other lost its full stop is still a list
    found = []
    for n, (line, before) in enumerate(chunks, 1):
        begin = before.end if before and before in torn else line.start
        evidence = (
            f"number {n} of {len(chunks)}, every {min(lengths)} to {max(lengths)} characters, {len(torn)} mid-sentence"
        )
        found.append(Proposal(begin, line.start + len(f"{n}、"), "", "chunk_number", evidence))
    return found


def spaces(draft: Draft, start: int, end: int) -> list[Proposal]:
    """Spaces of a text layer or OCR. Leaves lists of names, headings in clauses, and `，␣字` as it was printed."""
    rows = lines(draft, start, end)
    prose = [line for line in rows if line.is_prose or len(line.text) > 40]
    everywhere = _is_spaced_out(prose)
    found = []
    for line in prose:
        evidence = _space_evidence(line.folded, everywhere)
        inside = _SPACED.finditer(_without_names(line.text)) if evidence else ()
        found += [Proposal(line.start + m.start(), line.start + m.end(), "", "inner_space", evidence) for m in inside]
    return found


def _borders(text: str) -> tuple[int, int]:
    """How many borders between Chinese characters a text has, and how many of them carry spaces."""
    found = [len(match.group()) for match in _BORDER.finditer(text)]
    return len(found), sum(length > 0 for length in found)


def _space_evidence(text: str, everywhere: str) -> str:
    borders, spaced = _borders(text)
    if borders >= 6 and spaced * 2 > borders:
        return f"{spaced} of {borders} borders between characters of the line carry spaces"
    return everywhere if spaced else ""


def _is_spaced_out(prose: Sequence[Line]) -> str:
    """The evidence that spaces fall anywhere in the text: many, in most lines, beside the marks of its clauses."""
    counts = [_borders(_SOME_NAMES.sub("-", line.folded)) for line in prose]
    borders, spaced = sum(n for n, _ in counts), sum(n for _, n in counts)
    carrying = sum(n > 0 for _, n in counts)
    marks = sum(len(re.findall("[,;:、。]", line.folded)) for line in prose)
    if spaced < SPACED[0] or spaced < borders * SPACED[1] or carrying * 2 < len(prose) or marks * 40 < borders:
        return ""
    return f"{spaced} of {borders} borders between characters of the text carry spaces"


def _without_names(text: str) -> str:
    """The line, as long as it is, without words of two or three characters set apart: 王丽 李伟 张强 刘洋."""
    return _NAMES.sub(lambda match: "-" * len(match.group()), text)


def breaks(draft: Draft, start: int, end: int) -> list[Proposal]:
    """Line breaks inside a sentence. Leaves headings, salutations, lists, signatures, dates and table rows."""
    rows = lines(draft, start, end)
    page = Wrapping.of(draft, rows)
    found = []
    pages = [draft.view_at(at) for at in draft.source.starts[1:]]
    paragraph = rows[0].folded if rows else ""
    for n, (line, after) in enumerate(itertools.pairwise(rows)):
        turned = any(line.end <= at <= after.start for at in pages)
        why = _over_page(line, after) if turned else ""
        why = why or _goes_on(paragraph, after) or _continues(line, after, rows, n, page)
        if why:
            between = " " if _LATIN.search(line.folded[-2:] + "\n" + after.folded[:1]) else ""
            found.append(Proposal(line.end, after.start, between, "false_break", why))
        paragraph = paragraph + after.folded if why else after.folded
    return found


@dataclass(frozen=True, slots=True)
class Wrapping:
    """How a text is hard-wrapped: the width (0: it is not), and the lines whose indent says that they begin one."""

    width: int
    indented: frozenset[int]  # starts of lines; empty where indents tell nothing

    @classmethod
    def of(cls, draft: Draft, rows: Sequence[Line]) -> "Wrapping":
        """The wrapping that a text's own lines show."""
        indented = {line.start for line in rows if draft.view[max(0, line.start - 2) : line.start] in _INDENTS}
        told = 0 < len(indented) * 10 <= len(rows) * 6  # where nearly every line is indented, it is the page's style
        return cls(_wrap_width(rows), frozenset(indented if told else ()))

    def joins(self, line: Line, after: Line, *, last: bool) -> bool:
        """Whether `line` was broken at the width and `after` is the rest of its paragraph."""
        if not self.width or not self.width - 3 <= len(line.text) <= self.width + 3 or after.start in self.indented:
            return False
        if not _STOPPED.search(line.folded):
            return not last or len(after.text) >= 20 or bool(_STOPPED.search(after.folded))
        # A paragraph may end at the width as well: only the indents, or the full width, tell that it goes on.
        if (last and len(after.text) < 20) or _QUOTATION.search(after.folded) or _SPEAKER.search(after.folded):
            return False
        full = len(line.text) >= self.width and not line.folded.endswith(":")
        return bool(self.indented) or full


def _continues(line: Line, after: Line, rows: Sequence[Line], n: int, page: Wrapping) -> str:
    if _MARKER.search(after.folded) or "\t" in line.text or "\t" in after.text or _DATE_LINE.search(after.folded):
        return ""
    if line.folded.endswith((",", "、")) and len(line.text) > 8 and (page.width or not _is_verse(rows, n)):
        return "the line ends in a comma"
    if line.folded.endswith(";") and len(after.text) > 8 and not _in_list(rows, n):
        return "the line ends in a semicolon and the next is no item of a list"
    if page.joins(line, after, last=n + 2 >= len(rows) - 1):
        return f"the page is wrapped at {page.width} characters"
    clauses = re.search("[,;:、]", line.folded) and not _ENDED.search(line.folded)
    if clauses and len(line.text) > 40 and after.is_prose and not _begins(after):
        return "the sentence goes on in the next line"
    return ""


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


def _over_page(line: Line, after: Line) -> str:
    """A page of the article may end anywhere: in a sentence if nothing ends there and nothing begins on the next."""
    torn = not _ENDED.search(line.folded) and not _MARKER.search(after.folded) and not _DATE_LINE.search(after.folded)
    return "the sentence goes on over the page" if torn and len(line.text) > 12 else ""


def _goes_on(paragraph: str, after: Line) -> str:
    """`…难处：一是…；` and then `二是…`: an enumeration in a paragraph. Leaves one whose first item begins a line."""
    item = re.match(r"([二三四五六七八九十])是", after.folded)
    before = "一二三四五六七八九十"["二三四五六七八九十".index(item[1])] + "是" if item else ""
    inside = before and paragraph.endswith(";") and paragraph.find(before) > 0
    return "the enumeration began in the middle of the paragraph above" if inside else ""


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


def _wrap_width(rows: Sequence[Line]) -> int:
    """The length at which the page is hard-wrapped, 0 if it is not."""
    torn = [len(line.text) for line in rows if not _STOPPED.search(line.folded) and len(line.text) >= 16]
    if not torn:
        return 0
    width, _ = max(Counter(torn).items(), key=lambda item: (item[1], item[0]))
    near = sum(abs(length - width) <= 3 for length in torn)
    longer = sum(
        len(line.text) > width + 3 for line in rows
    )  # nothing is longer than the width that a page is wrapped at
    return width if near >= WRAP and near * 10 >= len(torn) * 6 and longer * 10 <= len(rows) else 0


def tidy(draft: Draft, start: int, end: int) -> list[Proposal]:
    """One line break between paragraphs, no indents, no trailing white space, nothing before or after the text."""
    found = []
    text = draft.view[start:end]
    for match in re.finditer(r"\s+", text):  # a run is met once: at `\s*\n` each of its characters would look for one
        edge = match.start() == 0 or match.end() == len(text)
        if not edge and "\n" not in match.group():
            continue
        wanted = "" if edge else "\n"
        if match.group() != wanted:
            a, b = start + match.start(), start + match.end()
            # The break itself stays untouched where there is one: only what surrounds it is cut.
            found += _around(match.group(), a, b, edge)
    return found


def _around(white: str, start: int, end: int, edge: bool) -> list[Proposal]:
    if edge:
        return [Proposal(start, end, "", "indent", "white space at the edge of the text")]
    at = start + white.index("\n")
    pieces = [(start, at), (at + 1, end)]
    return [Proposal(a, b, "", "indent", "white space around a paragraph") for a, b in pieces if a < b]
