"""The full-text index: what it holds, how it is kept, and what a connection must know to use it.

The index is given tokens (`archive.searching.words`) with a space between, of the title and text as published and,
where a page was put into other words (資訊 for 信息), of their Simplified forms as well: a word is found in either.
It reads the documents through a view, so there is no second copy of the text; triggers keep it. The comment in its
declaration is what Datasette and sqlite-utils look for when they ask whether a table can be searched.

Beside it stands the index of pairs (`archive.searching.pairs`): which documents have a pair of characters, without the
places. It is kept in the same way, under a name that begins with that of the first.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from archive.errors import ArchiveError
from archive.progress import Progress
from archive.searching import pairs
from archive.searching.words import differing, segment

BATCH = 500  # documents between two steps of the progress
MERGE = 8  # segments of one size that FTS5 makes one of, instead of 4: measured, a crawl's archive costs 0.4 ms a page
# less; 16 saves as much again, but then merges a whole size at once, which for a large archive takes minutes

INDEX = """
CREATE VIEW documents_segmented AS
    SELECT rowid, segment(title) AS title, segment(text) AS text,
           segment_unlike(title_hans, title) AS title_hans, segment_unlike(text_hans, text) AS text_hans
    FROM documents;
CREATE VIRTUAL TABLE documents_fts USING fts5 /* content="documents" */ (
    title, text, title_hans, text_hans, content='documents_segmented', content_rowid='rowid', tokenize='ascii'
);
CREATE TRIGGER documents_fts_insert AFTER INSERT ON documents BEGIN
    INSERT INTO documents_fts(rowid, title, text, title_hans, text_hans)
        VALUES (new.rowid, segment(new.title), segment(new.text),
                segment_unlike(new.title_hans, new.title), segment_unlike(new.text_hans, new.text));
END;
CREATE TRIGGER documents_fts_delete AFTER DELETE ON documents BEGIN
    INSERT INTO documents_fts(documents_fts, rowid, title, text, title_hans, text_hans)
        VALUES ('delete', old.rowid, segment(old.title), segment(old.text),
                segment_unlike(old.title_hans, old.title), segment_unlike(old.text_hans, old.text));
END;
CREATE TRIGGER documents_fts_update AFTER UPDATE OF title, text, title_hans, text_hans ON documents BEGIN
    INSERT INTO documents_fts(documents_fts, rowid, title, text, title_hans, text_hans)
        VALUES ('delete', old.rowid, segment(old.title), segment(old.text),
                segment_unlike(old.title_hans, old.title), segment_unlike(old.text_hans, old.text));
    INSERT INTO documents_fts(rowid, title, text, title_hans, text_hans)
        VALUES (new.rowid, segment(new.title), segment(new.text),
                segment_unlike(new.title_hans, new.title), segment_unlike(new.text_hans, new.text));
END;
"""

PAIRS = """
CREATE VIEW documents_paired AS
    SELECT rowid, segment_pairs(title, text, title_hans, text_hans) AS pairs FROM documents;
CREATE VIRTUAL TABLE documents_fts_pairs USING fts5(
    pairs, content='documents_paired', content_rowid='rowid', tokenize='ascii', detail=none, columnsize=0
);
CREATE TRIGGER documents_fts_pairs_insert AFTER INSERT ON documents BEGIN
    INSERT INTO documents_fts_pairs(rowid, pairs)
        VALUES (new.rowid, segment_pairs(new.title, new.text, new.title_hans, new.text_hans));
END;
CREATE TRIGGER documents_fts_pairs_delete AFTER DELETE ON documents BEGIN
    INSERT INTO documents_fts_pairs(documents_fts_pairs, rowid, pairs)
        VALUES ('delete', old.rowid, segment_pairs(old.title, old.text, old.title_hans, old.text_hans));
END;
CREATE TRIGGER documents_fts_pairs_update AFTER UPDATE OF title, text, title_hans, text_hans ON documents BEGIN
    INSERT INTO documents_fts_pairs(documents_fts_pairs, rowid, pairs)
        VALUES ('delete', old.rowid, segment_pairs(old.title, old.text, old.title_hans, old.text_hans));
    INSERT INTO documents_fts_pairs(rowid, pairs)
        VALUES (new.rowid, segment_pairs(new.title, new.text, new.title_hans, new.text_hans));
END;
"""

# What the order of a frequent word's hits and the filters beside it are read from: a row of `documents` lies on several
# pages of the file, with its text before most of its columns.
ORDER = """
CREATE INDEX documents_best ON documents(
    quality DESC, signed_on DESC, genre, status, canonical, script, era_from, era_to, article_id, family_id,
    organisation, damage
);
"""

# How archives of releases 0.1 and 0.2 were indexed, and what undoes it.
FIRST_INDEX = """
CREATE VIEW documents_segmented AS
    SELECT rowid, segment(title) AS title, segment(text) AS text FROM documents;
CREATE VIRTUAL TABLE documents_fts USING fts5 /* content="documents" */ (
    title, text, content='documents_segmented', content_rowid='rowid', tokenize='unicode61 remove_diacritics 2'
);
CREATE TRIGGER documents_fts_insert AFTER INSERT ON documents BEGIN
    INSERT INTO documents_fts(rowid, title, text) VALUES (new.rowid, segment(new.title), segment(new.text));
END;
CREATE TRIGGER documents_fts_delete AFTER DELETE ON documents BEGIN
    INSERT INTO documents_fts(documents_fts, rowid, title, text)
        VALUES ('delete', old.rowid, segment(old.title), segment(old.text));
END;
CREATE TRIGGER documents_fts_update AFTER UPDATE OF title, text ON documents BEGIN
    INSERT INTO documents_fts(documents_fts, rowid, title, text)
        VALUES ('delete', old.rowid, segment(old.title), segment(old.text));
    INSERT INTO documents_fts(rowid, title, text) VALUES (new.rowid, segment(new.title), segment(new.text));
END;
"""

UNINDEX = """
DROP TRIGGER IF EXISTS documents_fts_insert;
DROP TRIGGER IF EXISTS documents_fts_delete;
DROP TRIGGER IF EXISTS documents_fts_update;
DROP TABLE IF EXISTS documents_fts;
DROP VIEW IF EXISTS documents_segmented;
"""


@dataclass(frozen=True, slots=True)
class Index:
    """An index of documents, and the view that says what it is given."""

    name: str
    view: str
    columns: tuple[str, ...]


WORDS = Index("documents_fts", "documents_segmented", ("title", "text", "title_hans", "text_hans"))
OF_PAIRS = Index("documents_fts_pairs", "documents_paired", ("pairs",))
INDEXES = (WORDS, OF_PAIRS)


class Waiting:
    """Documents of one transaction that are indexed together at its end.

    FTS5 writes a segment of its index at the end of every statement of a transaction, and merges them for ever after.
    """

    def __init__(self) -> None:
        self._rows: set[int] | None = None  # None: each is indexed at once

    def begin(self) -> None:
        """From now on new documents wait."""
        self._rows = set()

    def end(self) -> None:
        """From now on each is indexed at once. What waits still was undone with its transaction."""
        self._rows = None

    def holds(self, row: int, is_new: int) -> bool:
        """Whether the index does not have a document yet; asked by the triggers."""
        if self._rows is not None and is_new:
            self._rows.add(row)
        return self._rows is not None and row in self._rows

    def index(self, conn: sqlite3.Connection) -> None:
        """Index what waits, as it is now: what was deleted meanwhile is not there any more."""
        if not self._rows:
            return
        for index in INDEXES:
            names = ", ".join(index.columns)
            rows = f"SELECT rowid, {names} FROM {index.view} WHERE rowid IN (SELECT value FROM json_each(?))"
            conn.execute(f"INSERT INTO {index.name}(rowid, {names}) {rows} ORDER BY rowid", (str(sorted(self._rows)),))
        self._rows.clear()


def let_wait(conn: sqlite3.Connection) -> None:
    """Let the triggers pass over documents that wait."""
    for name in (f"{index.name}_{what}" for index in INDEXES for what in ("insert", "delete", "update")):
        (made,) = conn.execute("SELECT sql FROM sqlite_master WHERE name = ?", (name,)).fetchone()
        asked = "new.rowid, 1" if name.endswith("insert") else "old.rowid, 0"
        conn.execute(f"DROP TRIGGER {name}")
        conn.execute(made.replace(" ON documents BEGIN", f" ON documents WHEN NOT index_waits({asked}) BEGIN"))


def register(conn: sqlite3.Connection, waiting: Waiting | None = None) -> None:
    """Teach a connection what the index needs; without it, it can read documents but not write them."""
    conn.create_function("index_waits", 2, (waiting or Waiting()).holds)
    conn.create_function("segment", 1, segment, deterministic=True)
    conn.create_function("segment_unlike", 2, differing, deterministic=True)
    conn.create_function("segment_pairs", 4, pairs.held, deterministic=True)


def merge_seldom(conn: sqlite3.Connection, indexes: Sequence[Index] = INDEXES) -> None:
    """Let the indexes of this file have more segments before they are merged."""
    for index in indexes:
        conn.execute(f"INSERT INTO {index.name}({index.name}, rank) VALUES ('automerge', {MERGE})")


def reindex(conn: sqlite3.Connection, progress: Progress | None = None, indexes: Sequence[Index] = INDEXES) -> None:
    """Make the indexes anew from the documents."""
    for index in indexes:
        conn.execute(f"INSERT INTO {index.name}({index.name}) VALUES ('delete-all')")
    merge_seldom(conn, indexes)
    _fill(conn, 0, progress or Progress(), indexes)


@contextmanager
def deferred(conn: sqlite3.Connection, progress: Progress) -> Iterator[None]:
    """Documents that are inserted meanwhile are indexed at the end, all in one transaction of the caller's."""
    triggers = [f"{index.name}_insert" for index in INDEXES]
    kept = [conn.execute("SELECT sql FROM sqlite_master WHERE name = ?", (name,)).fetchone()[0] for name in triggers]
    (last,) = conn.execute("SELECT coalesce(max(rowid), 0) FROM documents").fetchone()
    for name in triggers:
        conn.execute(f"DROP TRIGGER {name}")
    yield
    for trigger in kept:
        conn.execute(trigger)
    _fill(conn, last, progress, INDEXES)


def _fill(conn: sqlite3.Connection, last: int, progress: Progress, indexes: Sequence[Index]) -> None:
    """Index the documents after that row."""
    progress.start("index", conn.execute("SELECT count(*) FROM documents WHERE rowid > ?", (last,)).fetchone()[0])
    batch = (
        f"SELECT count(*), max(rowid) FROM (SELECT rowid FROM documents WHERE rowid > ? ORDER BY rowid LIMIT {BATCH})"
    )
    while (found := conn.execute(batch, (last,)).fetchone())[0]:
        done, end = found
        for index in indexes:
            names = ", ".join(index.columns)
            rows = f"SELECT rowid, {names} FROM {index.view} WHERE rowid > ? AND rowid <= ? ORDER BY rowid"
            conn.execute(f"INSERT INTO {index.name}(rowid, {names}) {rows}", (last, end))
        last = end
        progress.step(done)
    progress.stop()


def check(conn: sqlite3.Connection) -> None:
    """Raise `ArchiveError` where the index does not hold just what the documents hold. SQLite takes it for writing."""
    try:
        for index in INDEXES:
            conn.execute(f"INSERT INTO {index.name}({index.name}, rank) VALUES ('integrity-check', 1)")
    except sqlite3.DatabaseError as error:
        raise ArchiveError("it does not fit the documents. Make it anew: python -m archive reindex") from error
