"""What facts are read off, and how a fact carries its evidence. Readers know nothing else of a document."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple


class Clue(NamedTuple):
    """A fact, and the words that prove it: `where[start:end]`."""

    column: str  # of `Document`
    value: str
    where: str  # text | title | page_title | head | url; '' where it follows from other facts
    start: int  # in that string; in the source for `head`
    end: int
    evidence: str  # the words as they stand, and why they tell it where that is not plain


class Line(NamedTuple):
    """A folded line of a page's head or tail, and where it begins in the source."""

    start: int
    text: str
    shown: str = ""  # the same as published, as long; '' where nothing was folded


class Signature(NamedTuple):
    """Who signed, when (None where that is masked or missing), and the words that say so."""

    signed_by: str | None
    signed_on: str | None
    line: int  # index of its first line
    by: tuple[int, int] = (0, 0)  # span of the signer in the text; (0, 0) without one
    on: tuple[int, int] = (0, 0)  # span of the date, masked or not
    stripped: str = ""  # digits of a date that lost its marks, where they may be several dates


class Subject(NamedTuple):
    """One restored text, with all of its page that tells something of it."""

    url: str
    host: str
    page_title: str
    head: tuple[Line, ...]  # the page's lines above its first paragraph that are no document's own
    title: str  # its own title line, as published
    text: str  # as published, a paragraph a line
    folded: str  # `text` in half width and Simplified characters, as long as `text`
    part: int  # from 1
    parts: int
    signed: Signature | None  # what `pipelines.facts.signature` read
    tail: tuple[Line, ...] = ()  # the page's lines below its last document that are no document's own


class Facts:
    """The clues found so far, in order: the first clue of a column is its value."""

    def __init__(self, clues: Iterable[Clue] = ()) -> None:
        self._clues: dict[str, list[Clue]] = {}
        for clue in clues:
            self.add(clue)

    def __iter__(self) -> Iterator[Clue]:
        return (clue for found in self._clues.values() for clue in found)

    def add(self, clue: Clue) -> None:
        """Add one: it never changes a value that an earlier one gave."""
        self._clues.setdefault(clue.column, []).append(clue)

    def first(self, column: str) -> Clue | None:
        """The clue that a column's value rests on."""
        return self._clues.get(column, [None])[0]

    def get(self, column: str) -> str | None:
        """The value of a column; None where nothing tells it."""
        found = self.first(column)
        return found.value if found else None

    def number(self, column: str) -> int | None:
        """The value of a column of numbers."""
        found = self.get(column)
        return int(found) if found else None

    def all(self, column: str) -> tuple[str, ...]:
        """All values of a column that holds several, each once, in order."""
        return tuple(dict.fromkeys(clue.value for clue in self._clues.get(column, ())))
