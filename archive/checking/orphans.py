"""Rows without what they belong to, beyond the references that SQLite knows: found, and taken out where they derive.

A row of a derived table whose page or document is gone says nothing to anybody. What may still lead somewhere (an old
version, a retired id, a document) is named and stays.
"""

from collections.abc import Iterator

from sqlite_utils import Database

from archive.store import transaction

PAGE = "article_id NOT IN (SELECT id FROM pages)"
# Derived tables, and which of their rows are of nothing; in the order in which they are taken out.
DERIVED = (
    ("edits", PAGE),
    ("gaps", PAGE),
    ("marks", PAGE),
    ("facts", PAGE),
    ("sketches", "id NOT IN (SELECT id FROM documents)"),
    ("family_keys", "place NOT IN (SELECT place FROM sketches)"),
    ("pairs", "a NOT IN (SELECT id FROM documents) OR b NOT IN (SELECT id FROM documents)"),
    ("fills", "document_id NOT IN (SELECT id FROM documents)"),
)
KNOWN_ID = "SELECT id FROM documents UNION ALL SELECT id FROM document_ids"
ANEW = "Compare all: python -m archive families --rebuild"


def flaws(db: Database) -> Iterator[str]:
    """What leads nowhere and is no reference that SQLite checks."""
    kept, wanted = db.conn.execute(
        "SELECT (SELECT count(*) FROM family_keys), (SELECT coalesce(sum(length(keys) / 8), 0) FROM sketches)"
    ).fetchone()
    if kept != wanted:
        yield f"families: there are {kept:,} keys, and {wanted:,} in what documents are compared by. {ANEW}"
    lost = db.conn.execute(
        f"SELECT DISTINCT id FROM document_versions WHERE id NOT IN ({KNOWN_ID}) ORDER BY id"
    ).fetchall()
    yield from (
        f"document {id}: its earlier versions are kept, and neither it nor what replaced it is there" for (id,) in lost
    )
    yield from (f"document {id}: retired, and {to}, which replaced it, is not there" for id, to in _dead_ends(db))


def take_out(db: Database) -> Iterator[str]:
    """Delete what is of nothing, in derived tables; a line for each table."""
    for table, condition in DERIVED:
        with transaction(db):
            count = db.conn.execute(f"DELETE FROM {table} WHERE {condition}").rowcount
        if count:
            yield f"{table}: {count:,} rows without what they belong to were taken out"


def mend_ids(db: Database) -> Iterator[str]:
    """Retired ids whose successor is gone lead to their last text again."""
    for id, to in _dead_ends(db):
        kept = db.conn.execute("SELECT 1 FROM document_versions WHERE id = ?", (id,)).fetchone()
        if kept:
            with transaction(db):
                db.conn.execute("UPDATE document_ids SET replaced_by = NULL WHERE id = ?", (id,))
            yield f"document {id}: leads to its last text; {to}, which replaced it, is not there"


def _dead_ends(db: Database) -> list[tuple[str, str]]:
    return db.conn.execute(
        f"SELECT id, replaced_by FROM document_ids WHERE replaced_by NOT IN ({KNOWN_ID}) ORDER BY id"
    ).fetchall()
