"""Which documents may be copies of each other, from two tables and in milliseconds, however large the archive is.

Every document has keys: hashes of some runs of its bones (`pipelines.fingerprint.keys`), and of the addresses that
mirrors share. The documents that have a key stand in its row, ordered by the two keys that follow it in their texts,
then by their place (a hash of their id). Two documents are neighbours where at most WINDOW steps lie between them in
some row. A row of more than CROWD is that of a formula, or of a large family; there only those are neighbours whose
texts go on alike, which after a formula hardly any do. So a phrase that half of the archive has costs no more than one
that two documents have, and a family of thousands is held together as a chain.

Being neighbours is a property of the set of documents, whatever order they came in: a document that steps between two
others parts them (`Met.parted`), and one that leaves may bring others together (`leave`).
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import groupby
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

WINDOW = 2  # steps in a row, either way (1 left 1 of 20 made families in two pieces, 2 none)
CROWD = 16  # documents in a row, past which it says little by itself (chosen: most families are smaller)
SHARED = 2  # keys that two texts have in common before they are aligned: unrelated ones of the sample had 0 or 1
SHARE = 0.25  # of the smaller number of keys that both may have; copies that lost 20 % of their words had 0.29 and more
AT_ONE_ADDRESS = 1  # keys in common where their addresses say that two pages are one article

AROUND = """
    SELECT * FROM (SELECT follow, place FROM family_keys WHERE key = ?1 AND (follow, place) < (?2, ?3)
                   ORDER BY follow DESC, place DESC LIMIT ?4)
    UNION ALL
    SELECT * FROM (SELECT follow, place FROM family_keys WHERE key = ?1 AND (follow, place) > (?2, ?3)
                   ORDER BY follow, place LIMIT ?4)
"""

Keys = NDArray[np.int64]
Alike = Literal["", "text", "address"]
Couple = tuple[int, int]  # the places of two documents, the smaller first


class Entry(NamedTuple):
    """A document in the row of a key."""

    follow: int  # hash of the keys that follow
    place: int


@dataclass(slots=True)
class Met:
    """What a document that came changed among its neighbours."""

    near: set[int] = field(default_factory=set)  # places of the document's own neighbours
    parted: set[Couple] = field(default_factory=set)  # others that may be neighbours no longer


def place_of(id: str) -> int:
    """Where a document stands in rows: 63 bits of SHA-256 of its id."""
    return int.from_bytes(sha256(id.encode()).digest()[:8]) >> 1


def stored(keys: Keys) -> bytes:
    """Keys as they are kept."""
    return keys.astype("<i8").tobytes()


def read(blob: bytes) -> Keys:
    """What `stored` wrote."""
    return np.frombuffer(blob, "<i8").astype(np.int64)


def entries(keys: Keys, place: int) -> Iterator[tuple[int, Entry]]:
    """The rows that a document stands in, and as what; its keys in the order of its text."""
    texts = keys[keys >= 0]
    after = np.append(texts, (0, 0)).astype(np.uint64)
    follows = (after[1:-1] * np.uint64(0x9E3779B97F4A7C15) + after[2:] * np.uint64(0xC2B2AE3D27D4EB4F)) >> np.uint64(17)
    for key, follow in zip(texts.tolist(), follows.tolist(), strict=True):
        yield key, Entry(follow, place)
    for key in keys[keys < 0].tolist():
        yield key, Entry(0, place)


def alike(one: Keys, other: Keys) -> Alike:
    """Whether two documents have enough in common to be compared, by their texts or by their addresses.

    A short text has higher keys than a long one; only those count that both would have.
    """
    first, second = one[one >= 0], other[other >= 0]
    if not len(first) or not len(second):
        return ""
    highest = min(first.max(), second.max())
    first, second = first[first <= highest], second[second <= highest]
    texts = len(np.intersect1d(first, second, assume_unique=True))
    if set(one[one < 0].tolist()) & set(other[other < 0].tolist()):
        return "address" if texts >= AT_ONE_ADDRESS else ""
    return "text" if texts >= max(SHARED, SHARE * min(len(first), len(second))) else ""


def enter(conn: sqlite3.Connection, place: int, keys: Keys) -> Met:
    """Put a document in the rows of its keys."""
    met, found = Met(), [*entries(keys, place)]
    known = _known(conn, found)
    conn.executemany(
        "INSERT OR IGNORE INTO family_keys(key, follow, place) VALUES (?, ?, ?)",
        [(key, *entry) for key, entry in found if key not in known],
    )
    for key, entry in found:
        if key not in known:  # most keys of a text that has no copies: nobody is there to be met
            continue
        around = _Around.of(conn, key, entry)
        met.near.update(around.near())
        met.parted.update(around.astride())
        if around.others == CROWD:
            met.parted.update(_within(_row(conn, key)))
        conn.execute("INSERT OR IGNORE INTO family_keys(key, follow, place) VALUES (?, ?, ?)", (key, *entry))
    return met


def _known(conn: sqlite3.Connection, found: Sequence[tuple[int, Entry]]) -> set[int]:
    """The keys that have a row already, or come more than once: in one question, for there are fifty of a text."""
    often = {key for key, times in Counter(key for key, _ in found).items() if times > 1}
    sql = "SELECT value FROM json_each(?) WHERE EXISTS (SELECT 1 FROM family_keys WHERE key = value)"
    return often | {key for (key,) in conn.execute(sql, (json.dumps([key for key, _ in found]),))}


def leave(conn: sqlite3.Connection, place: int, keys: Keys) -> set[Couple]:
    """Take a document out of the rows of its keys; who may be neighbours now."""
    joined: set[Couple] = set()
    for key, entry in entries(keys, place):
        conn.execute("DELETE FROM family_keys WHERE key = ? AND follow = ? AND place = ?", (key, *entry))
        around = _Around.of(conn, key, entry)
        joined.update(around.astride())
        if around.others == CROWD:
            joined.update(_within(_row(conn, key)))
    return joined


def near(conn: sqlite3.Connection, one: Keys, other: Keys, couple: Couple) -> bool:
    """Whether two documents with these keys are neighbours in some row."""
    first, second = (dict(entries(keys, place)) for keys, place in zip((one, other), couple, strict=True))
    return any(_are_near(conn, key, first[key], second[key]) for key in first.keys() & second.keys())


def everywhere(conn: sqlite3.Connection) -> Iterator[Couple]:
    """All neighbours, key by key; the same two may come again."""
    rows = conn.execute("SELECT key, follow, place FROM family_keys ORDER BY key, follow, place")
    for _, row in groupby(rows, key=lambda one: one[0]):
        yield from _couples([Entry(follow, place) for _, follow, place in row])


@dataclass(frozen=True, slots=True)
class _Around:
    """What stands in a row on either side of where a document stands, or stood, nearest first."""

    entry: Entry
    before: Sequence[Entry]
    after: Sequence[Entry]
    others: int  # documents in the row beside it; no more than one past CROWD are counted

    @classmethod
    def of(cls, conn: sqlite3.Connection, key: int, entry: Entry) -> "_Around":
        rows = [Entry(*row) for row in conn.execute(AROUND, (key, *entry, WINDOW))]
        found = [one for one in rows if one < entry], [one for one in rows if one > entry]
        few = len(found[0]) < WINDOW and len(found[1]) < WINDOW
        return cls(entry, *found, len(rows) if few else _size(conn, key))

    def near(self) -> Iterator[int]:
        """The document's own neighbours."""
        alone = self.others + 1 > CROWD
        return (one.place for one in (*self.before, *self.after) if not alone or one.follow == self.entry.follow)

    def astride(self) -> Iterator[Couple]:
        """Those on either side that are WINDOW steps apart without the document, and one more with it."""
        for steps, one in enumerate(self.before, 1):
            if WINDOW - steps < len(self.after):
                yield _couple(one.place, self.after[WINDOW - steps].place)


def _couples(row: Sequence[Entry]) -> Iterator[Couple]:
    """The neighbours in a whole row."""
    if len(row) <= CROWD:
        yield from _within(row)
        return
    for _, alike in groupby(row, key=lambda entry: entry.follow):
        yield from _within(list(alike))


def _within(row: Sequence[Entry]) -> Iterator[Couple]:
    """Those that are no more than WINDOW steps apart."""
    for steps in range(1, WINDOW + 1):
        for one, other in zip(row, row[steps:], strict=False):
            yield _couple(one.place, other.place)


def _are_near(conn: sqlite3.Connection, key: int, one: Entry, other: Entry) -> bool:
    """Whether these two are neighbours in the row of a key."""
    if _size(conn, key) <= CROWD:
        return _couple(one.place, other.place) in _within(_row(conn, key))
    if one.follow != other.follow:
        return False
    sql = "SELECT place FROM family_keys WHERE key = ? AND follow = ? AND place BETWEEN ? AND ? ORDER BY place LIMIT ?"
    couple = _couple(one.place, other.place)
    return couple[1] in [place for (place,) in conn.execute(sql, (key, one.follow, *couple, WINDOW + 1))]


def _row(conn: sqlite3.Connection, key: int) -> list[Entry]:
    sql = "SELECT follow, place FROM family_keys WHERE key = ? ORDER BY follow, place LIMIT ?"
    return list(map(Entry._make, conn.execute(sql, (key, CROWD + 1))))


def _size(conn: sqlite3.Connection, key: int) -> int:
    sql = f"SELECT count(*) FROM (SELECT 1 FROM family_keys WHERE key = ? LIMIT {CROWD + 1})"
    (size,) = conn.execute(sql, (key,)).fetchone()
    return int(size)


def _couple(one: int, other: int) -> Couple:
    return (one, other) if one < other else (other, one)
