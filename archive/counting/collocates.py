"""Which words stand near a word more often than elsewhere: collocates, by log-likelihood and logDice.

    >>> from archive.counting.collocates import collocates
    >>> from archive.counting.occurrences import word
    >>> for one in collocates(db, word("群众")).words[:10]:
    ...     print(one.word, one.near, round(one.likelihood, 1))

Texts are cut into words by jieba, folded, so that both scripts are one. The comparison is within the documents that
have the word: what is near it against all of their text. So a topic does not make a collocate, and one pass over those
documents is enough. Copies repeat what they say: count families once, and see how many documents say it.

A window of five words on each side does not reach across the end of a sentence. What jieba takes for one word together
with the word that was asked for is no collocate of it.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log, log2
from typing import NamedTuple

from sqlite_utils import Database

from archive.condition import EVERYTHING, Condition
from archive.counting import population
from archive.counting.occurrences import Word, spans
from archive.exports.tokens import cutter
from archive.searching.words import folded

ENDS = frozenset("。！？!?；;…\n")
WINDOW = 5  # words on each side: what most of the literature takes
LEAST = 5  # times that a collocate stands near the word; fewer are chance
MOST = 1_000  # documents that are cut into words: jieba needs 9 ms for one of 1,600 characters


class Collocate(NamedTuple):
    """A word that stands near another."""

    word: str  # folded
    near: int  # how often it stands in a window
    left: int  # of these before the word
    right: int
    documents: int  # in which it stands near
    everywhere: int  # how often it stands in the documents that were cut
    log_dice: float  # 14 and less (Rychlý 2008): comparable between corpora of any size
    likelihood: float  # Dunning's G2 (1993): how sure it is; 10.83 is p < 0.001 for one word looked at


@dataclass(frozen=True, slots=True)
class Collocates:
    """What was counted."""

    words: tuple[Collocate, ...]  # the surest first
    hits: int  # of the word
    tokens: int  # words of the documents that were cut
    documents: int  # that were cut
    candidates: int  # documents that may have the word; where more than were cut, those are a draw


@dataclass(frozen=True, slots=True)
class Near:
    """What counts as near, and as often."""

    window: int = WINDOW
    least: int = LEAST
    most: int = MOST
    seed: int = 0


def collocates(db: Database, wanted: Word, where: Condition = EVERYTHING, near: Near | None = None) -> Collocates:
    """The words that stand near `wanted` more often than elsewhere in the same documents."""
    near = near or Near()
    everywhere, left, right, said_in = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    hits = documents = 0
    with population.snapshot(db):
        candidates = population.candidates(db, [wanted], where)
        rows = population.draw(candidates, near.most, near.seed)
        for _, text, hans in population.texts(db, rows, [wanted]):
            found = [(span.start, span.end) for span in spans(text, [wanted], hans)]
            if not found:
                continue
            hits, documents = hits + len(found), documents + 1
            tokens = [*_tokens(folded(text))]
            everywhere.update(token for _, _, token in tokens if _is_word(token))
            here = [*_windows(tokens, found, near.window)]
            left.update(token for side, token in here if side < 0)
            right.update(token for side, token in here if side > 0)
            said_in.update({token for _, token in here})
    size, window = everywhere.total(), left.total() + right.total()
    listed = (
        _collocate(token, (left[token], right[token], said_in[token], everywhere[token]), (hits, window, size))
        for token in left | right
        if left[token] + right[token] >= near.least
    )
    surest = sorted((one for one in listed if one.likelihood > 0), key=lambda one: (-one.likelihood, one.word))
    return Collocates(tuple(surest), hits, size, documents, len(candidates))


def _tokens(view: str) -> Iterator[tuple[int, int, str]]:
    """Words and signs of a folded text, with their places."""
    at = 0
    for piece in cutter("jieba")(view):
        yield at, at + len(piece), piece
        at += len(piece)


def _is_word(token: str) -> bool:
    return any(map(str.isalpha, token))


def _windows(
    tokens: Sequence[tuple[int, int, str]], found: Sequence[tuple[int, int]], width: int
) -> Iterator[tuple[int, str]]:
    """Words near any of the places, each once, with the side on which it stands: what overlaps a place is none."""
    inside, sides = set[int](), dict[int, int]()
    at = 0
    for start, end in found:
        while at < len(tokens) and tokens[at][1] <= start:
            at += 1
        last = at
        while last < len(tokens) and tokens[last][0] < end:
            inside.add(last)
            last += 1
        for places, side in ((range(at - 1, -1, -1), -1), (range(last, len(tokens)), 1)):
            for place in _until(tokens, places, width):
                sides.setdefault(place, side)
    yield from ((side, tokens[place][2]) for place, side in sides.items() if place not in inside)


def _until(tokens: Sequence[tuple[int, int, str]], places: range, width: int) -> Iterator[int]:
    """The first words of a direction, to the end of the sentence."""
    for place in places:
        token = tokens[place][2]
        if not width or not ENDS.isdisjoint(token):
            return
        if _is_word(token):
            width -= 1
            yield place


def _collocate(token: str, counts: tuple[int, int, int, int], of: tuple[int, int, int]) -> Collocate:
    left, right, documents, everywhere = counts
    hits, window, size = of
    near = left + right
    table = (near, window - near, everywhere - near, size - window - everywhere + near)
    surplus = near * size > everywhere * window
    dice = 14 + log2(2 * near / (hits + everywhere))
    return Collocate(token, near, left, right, documents, everywhere, dice, likelihood(*table) if surplus else 0.0)


def likelihood(near: int, others_near: int, elsewhere: int, others_elsewhere: int) -> float:
    """Dunning's G2 of a table of two by two."""
    rows = near + others_near, elsewhere + others_elsewhere
    columns = near + elsewhere, others_near + others_elsewhere
    size = sum(rows)
    cells = ((near, 0, 0), (others_near, 0, 1), (elsewhere, 1, 0), (others_elsewhere, 1, 1))
    return 2 * sum(n * log(n * size / (rows[row] * columns[column])) for n, row, column in cells if n)
