"""Archives in memory that hold bare texts: what counting needs, and nothing that proves them."""

from sqlite_utils import Database

from archive.rows import Value, insert
from archive.schema import migrate
from archive.searching.fulltext import register
from pipelines.document import COLUMNS

_EMPTY = {column.name: "" if column.type is str else 0 for column in COLUMNS if column.type in (str, int, float)}


def bare_archive(*texts: str) -> Database:
    """An archive with these texts, as rows 1, 2, 3 …"""
    db = Database(memory=True)
    register(db.conn)
    migrate(db)
    for text in texts:
        put(db, text)
    return db


def put(db: Database, text: str, **columns: Value) -> None:
    """One more text, with what else is known of it."""
    (n,) = db.conn.execute("SELECT count(*) FROM documents").fetchone()
    insert(db, "documents", {**_EMPTY, "id": f"{n + 1:04}", "damage": "[]", "text": text, **columns})
