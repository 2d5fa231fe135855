"""Which documents may be copies of each other, from two tables and in milliseconds, however large the archive is.

Every document has keys: hashes of some runs of its bones (`pipelines.fingerprint.keys`), and of the addresses that
mirrors share. The documents that have a key stand in its row, in the order of their places (a hash of their id). Two
documents are neighbours where at most WINDOW steps lie between them in some row, so that a phrase that half of the
archive has costs no more than one that two documents have, and a family of thousands is held together as a chain.

Being neighbours is a property of the set of documents, whatever order they came in: a document that steps between two
others parts them (`Met.parted`), and one that leaves brings others together (`left`).
"""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

WINDOW = 3  # steps in the row of a key, either way; 2 held every made family together, 3 is chosen
SHARED = 2  # keys that two texts have in common before they are aligned: unrelated ones of the sample had 0, rarely 1
SHARED_AT_ONE_ADDRESS = 1  # where their addresses say that they are one article

Keys = NDArray[np.int64]
Couple = tuple[int, int]  # the places of two documents, the smaller first


@dataclass(slots=True)
class Met:
    """What a document that came, or left, changed among its neighbours."""

    near: set[int] = field(default_factory=set)  # places of the document's own neighbours
    parted: set[Couple] = field(default_factory=set)  # others that may be neighbours no longer


def place_of(id: str) -> int:
    """Where a document stands in every row: 63 bits of SHA-256 of its id."""
    return int.from_bytes(sha256(id.encode()).digest()[:8]) >> 1


def stored(keys: Keys) -> bytes:
    """Keys as they are kept."""
    return keys.astype("<i8").tobytes()


def read(blob: bytes) -> Keys:
    """What `stored` wrote."""
    return np.frombuffer(blob, "<i8").astype(np.int64)


def shared(one: Keys, other: Keys) -> Keys:
    """The keys that two documents have in common."""
    return np.intersect1d(one, other, assume_unique=True)


def enter(conn: sqlite3.Connection, place: int, keys: Keys) -> Met:
    """Put a document in the rows of its keys."""
    met = Met()
    for key in keys.tolist():
        before, after = _around(conn, key, place)
        met.near.update(before, after)
        met.parted.update(_astride(before, after))
        conn.execute("INSERT OR IGNORE INTO family_keys(key, place) VALUES (?, ?)", (key, place))
    return met


def leave(conn: sqlite3.Connection, place: int, keys: Keys) -> set[Couple]:
    """Take a document out of the rows of its keys; who are neighbours now."""
    joined: set[Couple] = set()
    for key in keys.tolist():
        joined.update(_astride(*_around(conn, key, place)))
        conn.execute("DELETE FROM family_keys WHERE key = ? AND place = ?", (key, place))
    return joined


def near(conn: sqlite3.Connection, couple: Couple, keys: Keys) -> bool:
    """Whether two documents with these keys in common are neighbours in the row of one."""
    return any(_steps(conn, key, couple) <= WINDOW for key in keys.tolist())


def everywhere(conn: sqlite3.Connection) -> Iterator[Couple]:
    """All neighbours, key by key; the same two may come again."""
    row: list[int] = []
    last = None
    for key, place in conn.execute("SELECT key, place FROM family_keys ORDER BY key, place"):
        if key != last:
            row, last = [], key
        yield from ((other, place) for other in row)
        row = [*row, place][-WINDOW:]


def _around(conn: sqlite3.Connection, key: int, place: int) -> tuple[list[int], list[int]]:
    """The places on either side, nearest first."""
    before = "SELECT place FROM family_keys WHERE key = ? AND place < ? ORDER BY place DESC LIMIT ?"
    after = "SELECT place FROM family_keys WHERE key = ? AND place > ? ORDER BY place LIMIT ?"
    return _places(conn.execute(before, (key, place, WINDOW))), _places(conn.execute(after, (key, place, WINDOW)))


def _places(rows: Iterable[tuple[int]]) -> list[int]:
    return [place for (place,) in rows]


def _astride(before: list[int], after: list[int]) -> Iterator[Couple]:
    """Those on either side of a document that are WINDOW steps apart without it, and one more with it."""
    for steps, one in enumerate(before, 1):
        if WINDOW - steps < len(after) and steps <= WINDOW:
            yield one, after[WINDOW - steps]


def _steps(conn: sqlite3.Connection, key: int, couple: Couple) -> int:
    """From one to the other in a row: 1 for those that stand side by side; no more than one above WINDOW is counted."""
    sql = "SELECT count(*) FROM (SELECT 1 FROM family_keys WHERE key = ? AND place > ? AND place <= ? LIMIT ?)"
    (steps,) = conn.execute(sql, (key, *couple, WINDOW + 1)).fetchone()
    return int(steps)
