"""What a viewer or a printer put in the text: page numbers, footers, and the chunk numbers of a preview.

None is known by its look alone, for the text counts and numbers things too. A page number counts up and stands a page
apart, or tears a sentence; a chunk number stands every so many characters, in the middle of words.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipelines.document import Proposal
from pipelines.lines import Line
from pipelines.structure.breaks import begins, is_ended
from pipelines.structure.passage import HAN, Passage

PAGE = (150, 3000)  # characters between two footers, at least and at most
RHYTHM = 0.25  # of a page's text, by which the footer of a later page may be off its place
CHUNK = (150, 400)  # characters between the chunk numbers that a preview inserts (phenomena, row CHUNK)
ABOVE = 5  # lines that may stand above the first chunk: a title, a banner

# What a count counts, or a range goes on with.
_CLASSIFIER = frozenset(
    "项个家名人次年月日号条部份种类届级期册场户村亩元万亿千百十余多倍成分轮批篇座所台辆支组班天周季页章节款度米公里吨斤"
    "克升岁时点例起件处口栋套间幅面张本只头艘架棵株至到"
)
_COUNTS_BEFORE = frozenset("第年月前后近约共有达至到了以和与及按每满超")  # in front of a number that counts
_IS_HAN = re.compile(rf"[{HAN}]")
_PAGE_NUMBER = re.compile(r"(?:[-—]\s*)?第?\s?(?P<n>\d{1,3})(?:\s*页)?(?:\s*[/共]\s*\d{1,3}\s*页?)?(?:\s*[-—])?$")
_PAGE_OF_PAGES = re.compile(r"第\s?(?P<n>\d{0,3})\s?页\s?,?\s?共\s?\d{0,3}\s?页")
FARM = "精品文档"
_FARM = re.compile(rf"\d{{1,3}}\s?/\s?\d{{1,3}}\s*{FARM}|{FARM}\s*\d{{1,3}}\s?/\s?\d{{1,3}}")  # a farm's footer
_FORM_FEED = re.compile(rf"f(?=[{HAN}])")  # \\f, of which a converter left the letter


def page_numbers(passage: Passage) -> list[Proposal]:
    """`第2页共5页`, and lone numbers between two halves of a sentence. Leaves counts in cells, votes, marks."""
    rows = passage.rows
    alone = [
        line
        for line in rows
        if ("页" in line.folded and _PAGE_OF_PAGES.fullmatch(line.folded))
        or (FARM in line.folded and _FARM.fullmatch(line.folded))
    ]
    found = [line.cut("page_number", "a line that is page of pages") for line in alone]
    return _lone_numbers(rows) + _pages_in_sentences(rows) + _farm_footers(rows) + found


def _lone_numbers(rows: Sequence[Line]) -> list[Proposal]:
    """Numbers that have a line to themselves and tear a sentence: `第2页`, or several that count up."""
    alone = [
        (n, int(number["n"]), "第" in number.group())
        for n, line in enumerate(rows)
        if len(line.text) <= 20 and (number := _PAGE_NUMBER.match(line.folded)) and 0 < n < len(rows) - 1
    ]
    torn = [page for page in alone if _halves(rows[page[0] - 1], rows[page[0] + 1])]
    if not torn:
        return []  # headings of sections may be numbers too
    counted = _count_up([number for _, number, _ in torn])
    evidence = f"a number inside a sentence, one of {len(torn)}"
    found = []
    for n, _, named in torn:
        fed = _FORM_FEED.match(rows[n + 1].folded)
        if counted or named or fed:
            end = rows[n + 1].start + (fed.end() if fed else 0)
            found.append(Proposal(rows[n - 1].end, end, "", "page_number", evidence))
    whole = _numbers_between(rows, alone) if counted else []
    return found + [cut for cut in whole if not any(p.start <= cut.start < p.end for p in found)]


def _numbers_between(rows: Sequence[Line], alone: Sequence[tuple[int, int, bool]]) -> list[Proposal]:
    """Lone numbers of every page, 1, 2, 3 …, of which some stand where a page ends with a paragraph."""
    numbers = [number for _, number, _ in alone]
    apart = [rows[b].start - rows[a].start for (a, _, _), (b, _, _) in itertools.pairwise(alone)]
    counted = len(alone) > 2 and all(b == a + 1 for a, b in itertools.pairwise(numbers))
    if not counted or not all(PAGE[0] <= gap <= PAGE[1] for gap in apart):
        return []
    evidence = f"one of {len(alone)} lone numbers that count up, a page apart"
    return [rows[n].cut("page_number", evidence) for n, _, _ in alone]


def _halves(before: Line, after: Line) -> bool:
    """Whether two lines are halves of one sentence: neither ends, heads, lists or tabulates anything."""
    cells = "\t" in before.text or "\t" in after.text
    ends = len(before.text) < 15 or is_ended(before) or _PAGE_NUMBER.match(after.folded)
    return not cells and not ends and not begins(after)


def _pages_in_sentences(rows: Sequence[Line]) -> list[Proposal]:
    """`活动第2页共5页取得`, where several count up, or `第页共页`. Leaves one that a sentence speaks of."""
    found = [
        (line, match)
        for line in rows
        if "页" in line.folded
        for match in _PAGE_OF_PAGES.finditer(line.folded)
        if len(match.group()) < len(line.text)
    ]
    blank = [(line, match) for line, match in found if not any(map(str.isdigit, match.group()))]
    numbered = [(line, match) for line, match in found if match["n"]]
    pages = numbered if _count_up([int(match["n"]) for _, match in numbered]) else []
    spans = [(line, *_with_spaces(line.text, *match.span())) for line, match in [*pages, *blank]]
    evidence = f"page of pages, one of {len(found)}"
    return [Proposal(line.start + a, line.start + b, "", "page_number", evidence) for line, a, b in spans]


def _farm_footers(rows: Sequence[Line]) -> list[Proposal]:
    """`活动6/6精品文档、召开`: the footer that a document farm printed on its pages."""
    return [
        Proposal(line.start + match.start(), line.start + match.end(), "", "page_number", "a document farm's footer")
        for line in rows
        if FARM in line.folded and not _FARM.fullmatch(line.folded)
        for match in _FARM.finditer(line.folded)
    ]


def _with_spaces(text: str, start: int, end: int) -> tuple[int, int]:
    """A span with the white space around it, which was set around the number."""
    return len(text[:start].rstrip()), len(text) - len(text[end:].lstrip())


def _count_up(numbers: Sequence[int]) -> bool:
    return len(numbers) > 1 and all(a < b for a, b in itertools.pairwise(numbers))


class _Footer(NamedTuple):
    """A number between characters that may be a page's."""

    start: int
    end: int
    counts: bool  # what follows is what a count counts


def inner_page_numbers(passage: Passage) -> list[Proposal]:
    """`科普活2动`: footers 1, 2, 3 … between characters, each a page apart, on every page. Leaves counts (抓好1项)."""
    text = passage.text
    chains = (_footers(text, first) for first in _numbers(text, 1, PAGE[0], PAGE[1]))
    chain = max(chains, key=len, default=[])
    return [
        Proposal(
            passage.start + footer.start,
            passage.start + footer.end,
            "",
            "page_number",
            f"footer {n} of {len(chain)}, a page apart",
        )
        for n, footer in enumerate(chain, 1)
    ]


def _numbers(text: str, number: int, start: int, end: int) -> Iterator[_Footer]:
    """Where `number` stands between two Chinese characters (a space may part it), of which the first makes no count."""
    digits = str(number)
    at = text.find(digits, start)
    while 0 < at <= end:
        after = at + len(digits)
        a, b = at - (text[at - 1] == " "), after + (text[after : after + 1] == " ")
        if text[a - 1] not in _COUNTS_BEFORE and _IS_HAN.match(text, a - 1) and _IS_HAN.match(text, b):
            yield _Footer(a, b, text[b] in _CLASSIFIER)
        at = text.find(digits, after)


def _footers(text: str, first: _Footer) -> list[_Footer]:
    """The footers of all pages if `first` is page 1's; [] where a page has none, or most of them count something."""
    page = first.start
    chain = [first]
    while (len(chain) + 1 + RHYTHM) * page <= len(text) or len(chain) < 2:
        wanted = len(chain) + 1
        nearest = _numbers(text, wanted, int((wanted - RHYTHM) * page), int((wanted + RHYTHM) * page))
        found = next(nearest, None)
        if found is None:
            return []
        chain.append(found)
    return chain if sum(footer.counts for footer in chain) * 2 <= len(chain) else []


def chunk_numbers(passage: Passage) -> list[Proposal]:
    """`3、` that a preview put every so many characters, mid-sentence. Leaves real lists: their items end."""
    rows = passage.rows
    chunks: list[int] = []
    for n, line in enumerate(rows):
        if line.folded.startswith(f"{len(chunks) + 1}、") and (
            CHUNK[0] <= line.start - rows[chunks[-1]].start <= CHUNK[1] if chunks else n <= ABOVE
        ):
            chunks.append(n)
    lengths = [rows[b].start - rows[a].start for a, b in itertools.pairwise(chunks)]
    torn = [n for n in chunks[1:] if not is_ended(rows[n - 1])]
    if not torn or len(torn) * 2 < len(chunks):
        return []  # a list of which one item or the other lost its full stop is still a list
    shape = f"every {min(lengths)} to {max(lengths)} characters, {len(torn)} mid-sentence"
    return [
        Proposal(
            rows[n - 1].end if n in torn else rows[n].start,
            rows[n].start + len(f"{number}、"),
            "",
            "chunk_number",
            f"number {number} of {len(chunks)}, {shape}",
        )
        for number, n in enumerate(chunks, 1)
    ]
