"""How often words are written in the texts of each year, beside how much text of that year there is.

    >>> from archive.counting.trends import trend
    >>> from archive.counting.occurrences import words
    >>> found = trend(db, words(["科普", "互联网"]))
    >>> [(bin.name, bin.size.characters, bin.per_million(0)) for bin in found.bins]

What year a text is of is decided by what is known of it (`TIMES`), never by what is likely: a document of which only a
span is known counts in a bin that holds the whole span, or among the undated, which are told apart. Wider bins (`step`)
date more documents. Numerator and denominator are always of the same documents.
"""

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from sqlite_utils import Database

from archive.condition import EVERYTHING, Condition
from archive.counting import population
from archive.counting.occurrences import Word, spans
from archive.counting.population import Size
from archive.errors import ArchiveError
from archive.rows import Value

FIRST_YEAR, LAST_YEAR = 1900, 2100  # what a year may be; others were misread
SMALL = Size(10, 20_000)  # below it a figure says little: one document, or one hit (50 in a million), makes it. Chosen


class Time(NamedTuple):
    """What a text is dated by: SQL for the first and the last day that it may be of."""

    first: str
    last: str
    help: str


TIMES = {
    "proven": Time(
        "coalesce(signed_on, era_from)",
        "coalesce(signed_on, era_to)",
        "the signature's date, else the era that the text proves",
    ),
    "signed": Time("signed_on", "signed_on", "the signature's date"),
    "era": Time("era_from", "era_to", "the era that the text itself proves, whatever was signed"),
    "period": Time("period_from", "period_to", "the span that it reports on"),
    "title-year": Time("title_year", "title_year", "the year in the title: claimed, often falsely"),
    "published": Time("published_on", "published_on", "the date that the page shows: claimed"),
}


class Count(NamedTuple):
    """How often a word was found, and in how many documents."""

    hits: int = 0
    documents: int = 0


@dataclass(frozen=True, slots=True)
class Bin:
    """The documents of some years, and how often each word is in them."""

    first: int  # year
    last: int
    size: Size
    counts: tuple[Count, ...]  # one a word

    @property
    def name(self) -> str:
        """The year, or the first and the last."""
        return str(self.first) if self.first == self.last else f"{self.first}–{self.last}"

    @property
    def is_small(self) -> bool:
        """Whether there is so little text that the figures say little."""
        return self.size.documents < SMALL.documents or self.size.characters < SMALL.characters

    def per_million(self, word: int) -> float | None:
        """Hits of that word in a million characters; None where there is no text."""
        return self.size.per_million(self.counts[word].hits)


@dataclass(frozen=True, slots=True)
class Trend:
    """What was counted, in the order of years; years without any text between others are there too."""

    words: tuple[str, ...]
    by: str  # one of TIMES
    bins: tuple[Bin, ...]
    undated: Bin  # the documents that no bin holds; its years are 0
    share: float = 1.0  # of the documents, where only some were drawn

    @property
    def total(self) -> Bin:
        """Dated and undated together."""
        every = (*self.bins, self.undated)
        size = Size(*map(sum, zip(*(bin.size for bin in every), strict=True)))
        counts = (
            Count(*map(sum, zip(*of_word, strict=True))) for of_word in zip(*(b.counts for b in every), strict=True)
        )
        return Bin(0, 0, size, tuple(counts))

    @property
    def small(self) -> tuple[Bin, ...]:
        """Bins with so little text that their figures say little."""
        return tuple(bin for bin in self.bins if bin.is_small and bin.size.documents)


class _Tally:
    """What is counted of a bin while the texts go by."""

    def __init__(self, words: int) -> None:
        self.documents = self.characters = 0
        self.hits, self.found = [0] * words, [0] * words

    def add(self, text: str, hans: str, wanted: Sequence[Word]) -> None:
        """A text whose size is counted already."""
        found = Counter(span.word for span in spans(text, wanted, hans))
        for n, hits in found.items():
            self.hits[n] += hits
            self.found[n] += 1

    def bin(self, first: int, last: int) -> Bin:
        """The sum."""
        return Bin(first, last, Size(self.documents, self.characters), tuple(map(Count, self.hits, self.found)))


@dataclass(frozen=True, slots=True)
class Way:
    """How words are counted."""

    by: str = "proven"  # one of TIMES
    step: int = 1  # years that a bin holds
    most: int | None = None  # texts that are read; where more may have a word, a share of all documents is drawn


def trend(db: Database, wanted: Sequence[Word], where: Condition = EVERYTHING, way: Way | None = None) -> Trend:
    """Count words over time in the documents that fulfil `where`."""
    way = way or Way()
    if way.by not in TIMES:
        raise ArchiveError(f"there is no time {way.by!r} to count by. There are: {', '.join(TIMES)}")
    with population.snapshot(db):
        rows, share = population.candidates(db, wanted, where), 1.0
        if way.most is not None and len(rows) > way.most:
            share = way.most / len(rows)
            where = population.thinned(where, share)
            rows = population.candidates(db, wanted, where)
        tallies = _tallies(db, wanted, where, rows, way)
    undated = tallies.pop(0, _Tally(len(wanted))).bin(0, 0)
    span = range(min(tallies), max(tallies) + 1, way.step) if tallies else ()
    bins = tuple(tallies[year].bin(year, year + way.step - 1) for year in span)
    return Trend(tuple(one.asked for one in wanted), way.by, bins, undated, share)


def _tallies(
    db: Database, wanted: Sequence[Word], where: Condition, rows: Sequence[int], way: Way
) -> defaultdict[int, _Tally]:
    """What is counted of each bin, by its first year; 0 for the undated."""
    tallies: defaultdict[int, _Tally] = defaultdict(lambda: _Tally(len(wanted)))
    years = array("h", bytes(2 * (max(rows, default=0) + 1)))  # of each row that may have a word
    first, last = (f"substr({one}, 1, 4)" for one in TIMES[way.by][:2])
    for characters, row, low, high in population.sizes(db, where, "rowid", first, last):
        year = bin_of(low, high, way.step) or 0
        tally = tallies[year]
        tally.documents += 1
        tally.characters += characters
        if row < len(years):
            years[row] = year
    for row, text, hans in population.texts(db, rows, wanted):
        tallies[years[row]].add(text, hans, wanted)
    return tallies


@lru_cache(maxsize=4096)  # of years there are few
def bin_of(first: Value, last: Value, step: int) -> int | None:
    """The first year of the bin that holds both years; None where none does. Bins of five are those of the plans."""
    low, high = _year(first), _year(last)
    if low is None or high is None or (low - 1) // step != (high - 1) // step:
        return None
    return (low - 1) // step * step + 1


def _year(value: Value) -> int | None:
    text = str(value)
    return int(text) if text.isdecimal() and FIRST_YEAR <= int(text) <= LAST_YEAR else None


class Row(NamedTuple):
    """A word in a bin; the undated have no years."""

    word: str
    first_year: int | None
    last_year: int | None
    documents: int  # of the bin
    characters: int
    hits: int
    found_in: int  # documents of the bin that have the word
    per_million: float | None
    small: int  # 1: so little text that the figure says little


def table_of(found: Trend) -> Iterator[Row]:
    """All figures, a row a word and bin, the undated after the bins of their word."""
    for n, word in enumerate(found.words):
        for bin in (*found.bins, found.undated):
            first, last = (bin.first, bin.last) if bin.first else (None, None)
            rate = bin.per_million(n)
            told = None if rate is None else round(rate, 3)
            yield Row(word, first, last, *bin.size, *bin.counts[n], told, int(bin.is_small))
