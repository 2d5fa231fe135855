"""A concordance: every occurrence of a word with its context, in an order that shows patterns.

    >>> from archive.counting.concordance import Concordance, Layout
    >>> from archive.counting.occurrences import words
    >>> lines = Concordance(db, words(["总结"]), layout=Layout(sort="right", limit=20))
    >>> for line in lines:
    ...     print(line.left, line.node, line.right)
    >>> lines.hits, lines.documents

One pass over the texts finds and counts all occurrences; a line is made only for what is shown. Memory holds the
numbers of the documents that may have the word, whatever the number of hits.
"""

import heapq
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from hashlib import blake2b
from typing import NamedTuple

from rich.cells import cell_len
from sqlite_utils import Database

from archive.condition import EVERYTHING, Condition
from archive.counting import population
from archive.counting.occurrences import Word, spans
from archive.pages.safe_html import UNSEEN
from archive.searching.words import folded

SORTS = ("archive", "left", "right", "date", "site", "random")
ORDERS = {  # of documents; occurrences of one follow each other in its text
    "date": "coalesce(signed_on, era_from) IS NULL, coalesce(signed_on, era_from), n",
    "site": "(SELECT host FROM pages WHERE pages.id = article_id), n",
}
KEY = 24  # characters of context that lines are sorted by; chosen: longer ones that agree are copies
LONGEST = 1_000  # characters of a sentence or paragraph that is shown on one side; chosen
SENTENCE, PARAGRAPH = "。！？!?；;…\n", "\n"
_LINE_ENDS = str.maketrans({"\n": "⏎", "\r": "⏎", "\t": " ", "\x0b": "⏎", "\x0c": "⏎"})
_DETAILS = (
    "documents.rowid, id, title, (SELECT host FROM pages WHERE pages.id = article_id),"
    " signed_on, era_from, era_to, text"
)


class Line(NamedTuple):
    """An occurrence: `text[start:end]` of a document, and what stands on either side."""

    word: str  # as it was asked for
    left: str
    node: str
    right: str
    document: str
    title: str
    site: str
    date: str  # the signature's, or the era's bounds as FROM..TO, or ''
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Layout:
    """How a concordance is shown."""

    sort: str = "archive"  # one of SORTS
    width: int = 40  # columns of a terminal on each side; a Chinese character takes two
    expand: str = ""  # 'sentence' or 'paragraph': the context goes as far, whatever the width
    limit: int | None = None  # lines; everything is counted all the same
    seed: int = 0  # of the random order, and of the draw
    most: int | None = None  # documents that are looked through; where more may have the word, so many are drawn


class _Place(NamedTuple):
    """Where an occurrence stands, and by what it is sorted."""

    key: str
    row: int
    start: int
    end: int
    word: int


class Concordance:
    """Go through it once, then ask how many occurrences there are."""

    def __init__(
        self, db: Database, wanted: Sequence[Word], where: Condition = EVERYTHING, layout: Layout | None = None
    ) -> None:
        self.wanted = wanted
        self.layout = layout or Layout()
        self.hits = self.documents = 0
        self.candidates = self.looked = 0  # documents that may have the word, and those that were looked through
        self._db, self._where = db, where
        self._each = [0] * len(wanted)

    def __iter__(self) -> Iterator[Line]:
        """The lines in their order, `layout.limit` of them."""
        with population.snapshot(self._db):
            found = population.candidates(self._db, self.wanted, self._where, ORDERS.get(self.layout.sort, "n"))
            self.candidates = len(found)
            if self.layout.most is not None:
                found = population.draw(found, self.layout.most, self.layout.seed)
            yield from self._lines(self._ordered(self._places(found)))

    def by_word(self) -> dict[str, int]:
        """Hits of each word."""
        return {word.asked: n for word, n in zip(self.wanted, self._each, strict=True)}

    def _places(self, rows: Sequence[int]) -> Iterator[_Place]:
        """All occurrences, counted as they go by."""
        key = _KEYS.get(self.layout.sort)
        for row, text, hans in population.texts(self._db, rows, self.wanted):
            found = spans(text, self.wanted, hans)
            self.looked += 1
            self.documents += bool(found)
            self.hits += len(found)
            view = folded(text) if key and found else ""
            for span in found:
                self._each[span.word] += 1
                sorted_by = key(view, span.start, span.end, f"{self.layout.seed}:{row}") if key else ""
                yield _Place(sorted_by, row, span.start, span.end, span.word)

    def _ordered(self, places: Iterator[_Place]) -> Iterator[_Place]:
        limit = self.layout.limit
        if self.layout.sort in _KEYS:
            yield from heapq.nsmallest(limit, places) if limit is not None else _spilled(places)
            return
        for n, place in enumerate(places):
            if limit is None or n < limit:
                yield place

    def _lines(self, places: Iterable[_Place]) -> Iterator[Line]:
        at, details = -1, ("", "", "", "", "")
        for place in places:
            if place.row != at:
                at, details = place.row, self._details(place.row)
            document, title, site, date, text = details
            left, right = contexts(text, place.start, place.end, self.layout)
            node, asked = text[place.start : place.end], self.wanted[place.word].asked
            yield Line(asked, left, node, right, document, title, site, date, place.start, place.end)

    def _details(self, row: int) -> tuple[str, str, str, str, str]:
        (found,) = population.read(self._db, [row], _DETAILS)
        _, document, title, site, signed, first, last, text = (str(value or "") for value in found)
        return document, title, site, signed or (f"{first}..{last}" if first or last else ""), text


def contexts(text: str, start: int, end: int, layout: Layout) -> tuple[str, str]:
    """What stands before and after `text[start:end]`, as it was published."""
    if layout.expand:
        ends = PARAGRAPH if layout.expand == "paragraph" else SENTENCE
        return _before(text, start, ends), _after(text, end, ends)
    return cut_left(text[max(0, start - layout.width) : start], layout.width), cut_right(
        text[end : end + layout.width], layout.width
    )


def _before(text: str, start: int, ends: str) -> str:
    first = max(0, start - LONGEST)
    return text[max(first, *(text.rfind(one, first, start) + 1 for one in ends)) : start]


def _after(text: str, end: int, ends: str) -> str:
    last = min(len(text), end + LONGEST)
    stops = (text.find(one, end, last) for one in ends)
    stop = min((at + (one != "\n") for at, one in zip(stops, ends, strict=True) if at >= 0), default=last)
    return text[end:stop]


def shown(text: str) -> str:
    """A text in one line, character for character: line ends as ⏎, what would not be seen, or obeyed, as U+FFFD."""
    return UNSEEN.sub("\ufffd", text.translate(_LINE_ENDS))


def cut_left(text: str, width: int) -> str:
    """The end of `text` that fits so many columns."""
    over = cell_len(shown(text)) - width
    at = 0
    while over > 0:
        over -= cell_len(shown(text[at]))
        at += 1
    return text[at:]


def cut_right(text: str, width: int) -> str:
    """The beginning of `text` that fits so many columns."""
    over = cell_len(shown(text)) - width
    at = len(text)
    while over > 0:
        at -= 1
        over -= cell_len(shown(text[at]))
    return text[:at]


def padded(text: str, width: int, *, right: bool = False) -> str:
    """`text` as it is shown, filled up with spaces to so many columns."""
    line = shown(text)
    space = " " * max(0, width - cell_len(line))
    return space + line if right else line + space


def _left_key(view: str, start: int, end: int, _: str) -> str:
    """The characters before an occurrence, the nearest first."""
    return view[max(0, start - KEY) : start][::-1]


def _right_key(view: str, start: int, end: int, _: str) -> str:
    return view[end : end + KEY]


def _random_key(view: str, start: int, end: int, salt: str) -> str:
    return blake2b(f"{salt}:{start}".encode(), digest_size=8).hexdigest()


_KEYS = {"left": _left_key, "right": _right_key, "random": _random_key}


def _spilled(places: Iterator[_Place]) -> Iterator[_Place]:
    """Sorted on the disk: a frequent word has more occurrences than memory should hold."""
    with closing(sqlite3.connect("")) as conn:  # a nameless file that SQLite removes
        conn.execute('CREATE TABLE places ("key", row, start, "end", word)')
        conn.executemany("INSERT INTO places VALUES (?, ?, ?, ?, ?)", places)
        yield from map(_Place._make, conn.execute("SELECT * FROM places ORDER BY 1, 2, 3, 4, 5"))
