"""The documents that are counted, as one condition: filters, copies once, a draw; and how large they are together.

Numerator and denominator of a frequency must be of the same documents. Both ask this module, with one `Condition`.
"""

from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from sqlite_utils import Database

from archive.condition import EVERYTHING, Condition
from archive.counting.occurrences import Word, expression

BATCH = 256  # documents read at once: half a megabyte of text
FEW = 1_000  # documents that are asked one by one whether they fulfil a condition; chosen: a tenth of a second
DOCUMENTS = "documents INDEXED BY documents_times"  # it has the length of each text: whoever counts reads no text
SPREAD = 2654435761  # multiplicative hashing (Knuth, vol. 3, 6.4) spreads rows that follow each other evenly
_FAMILY_ONCE = """id IN (SELECT id FROM (
    SELECT id, row_number() OVER (PARTITION BY coalesce(family_id, id) ORDER BY canonical DESC, quality DESC, id) AS nth
    FROM documents INDEXED BY documents_times
    WHERE {where}) WHERE nth = 1)"""
_LISTED = "(SELECT value AS n FROM json_each(?)) CROSS JOIN documents ON documents.rowid = n"

Text = tuple[Any, ...]  # row, text, Simplified form, other columns


class Size(NamedTuple):
    """How much text there is: code points of `documents.text`, its spaces and signs included."""

    documents: int
    characters: int

    def per_million(self, hits: int) -> float | None:
        """`hits` in a million characters; None where there are none."""
        return 1_000_000 * hits / self.characters if self.characters else None


def once(where: Condition) -> Condition:
    """Of the documents that fulfil `where`, of each family one: the canonical one, or the best of those that do."""
    return Condition(_FAMILY_ONCE.format(where=where.sql), where.values)


def thinned(where: Condition, share: float, seed: int = 0) -> Condition:
    """A share of the documents that fulfil `where`, spread evenly over the archive; the same for the same seed."""
    drawn = f"((documents.rowid + ?) * {SPREAD}) % {2**32} < ?"
    return Condition(f"({where.sql}) AND {drawn}", (*where.values, seed, int(share * 2**32)))


def size(db: Database, where: Condition = EVERYTHING) -> Size:
    """How large a population is."""
    sql = f"SELECT count(*), coalesce(sum(length(text)), 0) FROM {DOCUMENTS} WHERE {where.sql}"
    return Size(*db.conn.execute(sql, where.values).fetchone())


def sizes(db: Database, where: Condition, *columns: str) -> Iterator[tuple[Any, ...]]:
    """Characters and more columns of each document. (A GROUP BY would read the texts: SQLite sorts them first.)"""
    yield from db.conn.execute(
        f"SELECT {', '.join(('length(text)', *columns))} FROM {DOCUMENTS} WHERE {where.sql}", where.values
    )


@contextmanager
def snapshot(db: Database) -> Iterator[None]:
    """The archive as it is now, whatever is written meanwhile: numerator and denominator are of the same documents."""
    if db.conn.in_transaction:
        yield
        return
    db.conn.execute("BEGIN")
    try:
        yield
    finally:
        if db.conn.in_transaction:
            db.conn.execute("ROLLBACK")  # nothing was written


def candidates(db: Database, wanted: Sequence[Word], where: Condition = EVERYTHING, order: str = "n") -> "array[int]":
    """Rows of the documents that may have one of the words, in an order (SQL over columns of documents, and `n`)."""
    match = expression(wanted)
    source = "documents_fts WHERE documents_fts MATCH ? ORDER BY rowid" if match else "documents ORDER BY rowid"
    found = array("q", (n for (n,) in db.conn.execute(f"SELECT rowid FROM {source}", (match,) if match else ())))
    if where == EVERYTHING and order == "n":
        return found
    if len(found) <= FEW:
        sql = f"SELECT n FROM {_LISTED} WHERE {where.sql} ORDER BY {order}"
        return array("q", (n for (n,) in db.conn.execute(sql, (_json(found), *where.values))))
    sql = f"SELECT rowid AS n FROM documents WHERE {where.sql} ORDER BY {order}"
    kept = set(found)
    return array("q", (n for (n,) in db.conn.execute(sql, where.values) if n in kept))


def draw(rows: "array[int]", most: int, seed: int = 0) -> "array[int]":
    """At most so many of them, spread evenly, in their order; the same for the same seed."""
    if len(rows) <= most:
        return rows
    kept = set(sorted(rows, key=lambda row: ((row + seed) * SPREAD) % 2**32)[:most])
    return array("q", (row for row in rows if row in kept))


def texts(db: Database, rows: Sequence[int], wanted: Sequence[Word], *columns: str) -> Iterator[Text]:
    """Row, text, Simplified form and more columns of documents, in the order of `rows`; memory stays flat.

    The Simplified form is '' where it has none of the words that the text has not.
    """
    other = _otherwise(db, wanted)
    for row, text, *more in read(db, rows, ", ".join(("documents.rowid", "text", *columns))):
        hans = next(read(db, [row], "text_hans"))[0] if row in other else ""
        yield row, text, hans, *more


def _otherwise(db: Database, wanted: Sequence[Word]) -> set[int]:
    """Rows whose Simplified form has one of the words, and other words than the text."""
    match = expression([one for one in wanted if one.tokens], "text_hans")
    if not match or not any(one.tokens for one in wanted):
        return set()
    return {n for (n,) in db.conn.execute("SELECT rowid FROM documents_fts WHERE documents_fts MATCH ?", (match,))}


def read(db: Database, rows: Sequence[int], columns: str) -> Iterator[tuple[Any, ...]]:
    """Columns of documents by their rows, in that order, a batch at a time."""
    for at in range(0, len(rows), BATCH):
        yield from db.conn.execute(f"SELECT {columns} FROM {_LISTED}", (_json(rows[at : at + BATCH]),))


def _json(rows: Sequence[int]) -> str:
    return f"[{','.join(map(str, rows))}]"
