"""Verified pairs of documents, kept as documents come and go.

Who is compared follows from tables alone (`archive.copies.neighbours`), who is a pair from alignment
(`copies.kinship`): the pairs are a function of the set of documents: the order in which they came decides nothing.
Documents whose family has to be looked at again stand in `unsettled`, which outlives a crawl that is killed.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from sqlite_utils import Database

from archive.copies import neighbours
from archive.copies.addresses import address_keys
from archive.copies.groups import Link
from archive.copies.neighbours import Couple, Keys
from archive.progress import Progress
from archive.rows import Row, Stored
from pipelines.copies.alignment import Grams
from pipelines.copies.kinship import grams, kinship, likeness
from pipelines.fingerprint import bones, keys

PAIR = (
    "INSERT OR REPLACE INTO pairs(a, b, kind, matched, coverage_a, coverage_b, start_a, end_a, start_b, end_b)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def begin(db: Database, old: Stored, new: Stored) -> list[Row]:
    """Before an article's rows are written: forget what changes or goes; the documents to `record` afterwards."""
    moved = old.page.get("canonical") != new.page.get("canonical")
    before = {str(row["id"]): row for row in old.documents}
    kept = {
        str(row["id"])
        for row in new.documents
        if not moved and before.get(str(row["id"]), {}).get("text_hans") == row["text_hans"]
    }
    forget(db, sorted(before.keys() - kept))
    _unsettle(db.conn, sorted(kept))
    return [row for row in new.documents if row["id"] not in kept]


def forget(db: Database, ids: Iterable[str]) -> None:
    """Take documents out of the tables, before they change or go; who were neighbours across them are compared."""
    joined: set[Couple] = set()
    for id in ids:
        known = _sketch(db.conn, "id", id)
        if known:
            joined |= neighbours.leave(db.conn, known.place, known.keys)
            _unsettle(db.conn, kin(db.conn, [id]))
            db.conn.execute("DELETE FROM pairs WHERE a = ?1 OR b = ?1", (id,))
            db.conn.execute("DELETE FROM sketches WHERE id = ?", (id,))
    _compare(db.conn, joined)


def record(db: Database, documents: Iterable[Row], canonical_link: str = "") -> None:
    """Find the pairs of documents that are new, or have a new text. `canonical_link` is what their page names."""
    for row in documents:
        id = str(row["id"])
        found, bone = _keys(id, str(row["url"]), str(row["text_hans"]), canonical_link)
        place = neighbours.place_of(id)
        met = neighbours.enter(db.conn, place, found)
        db.conn.execute("INSERT INTO sketches(id, place, keys) VALUES (?, ?, ?)", (id, place, neighbours.stored(found)))
        db.conn.execute("UPDATE documents SET reading = NULL WHERE id = ? AND reading IS NOT NULL", (id,))
        db.conn.execute("DELETE FROM fills WHERE document_id = ?", (id,))  # they were of the text before
        _unsettle(db.conn, [id])
        _part(db.conn, met.parted)
        here = _Sketch(id, place, found, grams(bone))
        for other in sorted(met.near):
            if there := _sketch(db.conn, "place", other):
                _judge(db.conn, here, there)


def _keys(id: str, url: str, text: str, canonical_link: str) -> tuple[Keys, str]:
    """What a document is found by, and its bones."""
    bone = bones(text)
    return np.append(keys(bone), address_keys(id, url, canonical_link)), bone


@dataclass(slots=True)
class _Sketch:
    """What is known of a document for comparison; the grams of its bones are made when they are asked for."""

    id: str
    place: int
    keys: Keys
    known: Grams | None = None

    def grams(self, conn: sqlite3.Connection) -> Grams:
        if self.known is None:
            row = conn.execute("SELECT text_hans FROM documents WHERE id = ?", (self.id,)).fetchone()
            self.known = grams(bones(str(row[0])) if row else "")
        return self.known


def _sketch(conn: sqlite3.Connection, column: str, value: str | int) -> _Sketch | None:
    row = conn.execute(f"SELECT id, place, keys FROM sketches WHERE {column} = ?", (value,)).fetchone()
    return _Sketch(row[0], row[1], neighbours.read(row[2])) if row else None


def _judge(conn: sqlite3.Connection, one: _Sketch, other: _Sketch) -> None:
    """Keep two neighbours as a pair, if they are one."""
    how = neighbours.alike(one.keys, other.keys)
    if not how:
        return
    a, b = (one, other) if one.id < other.id else (other, one)
    found = likeness(a.grams(conn), b.grams(conn))
    kind = kinship(found, one_address=how == "address")
    if kind:
        shares = round(found.coverage_a, 4), round(found.coverage_b, 4)
        conn.execute(PAIR, (a.id, b.id, kind, found.matched, *shares, *found.span_a, *found.span_b))
        _unsettle(conn, (a.id, b.id))


def _compare(conn: sqlite3.Connection, couples: Iterable[Couple]) -> None:
    for couple in sorted(couples):
        one, other = (_sketch(conn, "place", place) for place in couple)
        if one and other and not _paired(conn, one.id, other.id) and _near(conn, one, other):
            _judge(conn, one, other)


def _part(conn: sqlite3.Connection, couples: Iterable[Couple]) -> None:
    """Drop the pairs of those that are neighbours no longer."""
    for couple in sorted(couples):
        one, other = (_sketch(conn, "place", place) for place in couple)
        if not one or not other or not _paired(conn, one.id, other.id):
            continue
        if not _near(conn, one, other):
            conn.execute("DELETE FROM pairs WHERE a = ? AND b = ?", tuple(sorted((one.id, other.id))))
            _unsettle(conn, (one.id, other.id))


def _near(conn: sqlite3.Connection, one: _Sketch, other: _Sketch) -> bool:
    return neighbours.near(conn, one.keys, other.keys, (one.place, other.place))


def _paired(conn: sqlite3.Connection, one: str, other: str) -> bool:
    couple = tuple(sorted((one, other)))
    return conn.execute("SELECT 1 FROM pairs WHERE a = ? AND b = ?", couple).fetchone() is not None


def _unsettle(conn: sqlite3.Connection, ids: Iterable[str]) -> None:
    """Note documents whose family, or whose rank in it, has to be looked at again."""
    conn.executemany("INSERT OR IGNORE INTO unsettled(id) VALUES (?)", ((id,) for id in ids))


def kin(conn: sqlite3.Connection, ids: Sequence[str]) -> list[str]:
    """The documents that are paired with these."""
    sql = "SELECT b FROM pairs WHERE a = ?1 UNION SELECT a FROM pairs WHERE b = ?1"
    return [other for id in ids for (other,) in conn.execute(sql, (id,))]


def sketch_all(db: Database, progress: Progress) -> None:
    """The keys of every document, into empty tables; SQLite sorts them: memory does not grow with the archive."""
    conn = db.conn
    (count,) = conn.execute("SELECT count(*) FROM documents").fetchone()
    progress.start("reading", count)
    conn.execute("CREATE TEMP TABLE IF NOT EXISTS new_keys(key INTEGER, follow INTEGER, place INTEGER)")
    conn.execute("DELETE FROM new_keys")
    rows = conn.execute(
        "SELECT d.id, d.url, d.text_hans, coalesce(p.canonical, '')"
        " FROM documents d JOIN pages p ON p.id = d.article_id"
    )
    for id, url, text, link in rows:
        found, _ = _keys(id, url, text, link)
        place = neighbours.place_of(id)
        conn.execute("INSERT INTO sketches(id, place, keys) VALUES (?, ?, ?)", (id, place, neighbours.stored(found)))
        conn.executemany(
            "INSERT INTO new_keys VALUES (?, ?, ?)", ((key, *entry) for key, entry in neighbours.entries(found, place))
        )
        progress.step()
    conn.execute("INSERT INTO family_keys SELECT key, follow, place FROM new_keys ORDER BY 1, 2, 3")
    conn.execute("DROP TABLE new_keys")
    progress.stop()


def pair_all(db: Database, progress: Progress) -> None:
    """The pairs of all documents, whose keys are in the tables."""
    conn = db.conn
    conn.execute("CREATE TEMP TABLE IF NOT EXISTS couples(a INTEGER, b INTEGER, PRIMARY KEY (a, b)) WITHOUT ROWID")
    conn.execute("DELETE FROM couples")
    conn.executemany("INSERT OR IGNORE INTO couples VALUES (?, ?)", neighbours.everywhere(conn))
    (count,) = conn.execute("SELECT count(*) FROM couples").fetchone()
    progress.start("aligning", count)
    one: _Sketch | None = None
    for a, b in conn.execute("SELECT a, b FROM couples ORDER BY a, b"):
        if one is None or one.place != a:
            one = _sketch(conn, "place", a)
        other = _sketch(conn, "place", b)
        if one and other:
            _judge(conn, one, other)
        progress.step()
    conn.execute("DROP TABLE couples")
    progress.stop()


COMPARED = (
    "SELECT d.id, d.url, d.text_hans, coalesce(p.canonical, '') AS canonical, s.keys"
    " FROM documents d JOIN pages p ON p.id = d.article_id LEFT JOIN sketches s ON s.id = d.id ORDER BY d.id"
)


def flaws(row: Row) -> Iterator[str]:
    """Whether a document of `COMPARED` was compared as the text that it has."""
    id, known = str(row["id"]), cast("bytes | None", row["keys"])
    if known is None:
        yield f"families: document {id} was never compared. Compare it: python -m archive families"
    elif known != neighbours.stored(_keys(id, str(row["url"]), str(row["text_hans"]), str(row["canonical"]))[0]):
        yield f"families: document {id} was compared as another text. Compare all: python -m archive families --rebuild"


def links(conn: sqlite3.Connection, ids: Iterable[str]) -> Iterator[Link]:
    """The pairs of these documents."""
    sql = "SELECT a, b, kind, coverage_a >= coverage_b, start_a, end_a, start_b, end_b FROM pairs WHERE a = ?"
    for id in sorted(ids):
        for a, b, kind, a_is_shorter, *spans in conn.execute(sql, (id,)):
            inner, outer, span = (a, b, spans[2:]) if a_is_shorter else (b, a, spans[:2])
            yield Link(inner, outer, kind == "part", span[0], span[1])
