"""A damaged database: which rows of which table can still be read, and a new archive of those that can.

SQLite gives up a whole statement at the first page that makes no sense. Here a table is gone through by rowid: where a
row cannot be read, the next one that can is looked for, so that one page costs the rows that stood on it and no more.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from sqlite_utils import Database

from archive.errors import ArchiveError
from archive.progress import Progress
from archive.rows import Row
from archive.store import open_archive

NAMED = 5  # ids that are named for a stretch of lost rows
BEYOND = 1000  # rowids that are tried behind the last one that can be read, where nothing tells which is the last
# Follow from the rest: `families --rebuild` makes them anew.
DERIVED = frozenset({"pairs", "sketches", "family_keys", "unsettled", "fills"})


@dataclass(slots=True)
class Lost:
    """Rows of a table that cannot be read: rowids, first and last."""

    table: str
    first: int
    last: int
    why: str
    has_end: bool = True  # whether a row behind them, or an index, tells where they end

    def __str__(self) -> str:
        rows = f"row {self.first}" if self.first == self.last else f"rows {self.first} to {self.last}"
        if not self.has_end:
            rows = f"rows from {self.first} on"
        return f"database: {self.table}: {rows} cannot be read ({self.why})"


def tables(conn: sqlite3.Connection) -> dict[str, bool]:
    """The tables that are the archive's own, and whether their rows have numbers."""
    found = conn.execute(
        "SELECT name, wr FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
        " AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'documents_fts%' ORDER BY name"
    )
    return {name: not without for name, without in found}


def survivors(conn: sqlite3.Connection, table: str, lost: list[Lost]) -> Iterator[Row]:
    """The rows of a table that can be read, in order of rowid; the others are noted in `lost`."""
    at, last = -(2**63), None
    while True:
        try:
            cursor = conn.execute(
                f"SELECT rowid AS _at, * FROM {table} NOT INDEXED WHERE rowid > ? ORDER BY rowid", (at,)
            )
            names = [column[0] for column in cursor.description]
            for row in cursor:
                at = row[0]
                yield dict(zip(names[1:], row[1:], strict=True))
            return
        except sqlite3.DatabaseError as error:
            known = _last(conn, table) if last is None else last
            last = known if known is not None else max(at, 0) + BEYOND
            hole = Lost(table, max(at, 0) + 1, last, str(error))
            at = _next(conn, table, hole.first, last) - 1
            hole.last, hole.has_end = at, known is not None or at < last
            if lost and (lost[-1].table, lost[-1].last + 1) == (table, hole.first):
                lost[-1].last, lost[-1].has_end = hole.last, hole.has_end
            else:
                lost.append(hole)
            if at >= last:
                return


def _next(conn: sqlite3.Connection, table: str, first: int, last: int) -> int:
    """The first rowid from `first` whose row can be read, or is not there; past `last`, if there is none."""
    for rowid in range(first + 1, last + 1):
        try:
            conn.execute(f"SELECT * FROM {table} NOT INDEXED WHERE rowid = ?", (rowid,)).fetchone()
        except sqlite3.DatabaseError:
            continue
        return rowid
    return last + 1


def _last(conn: sqlite3.Connection, table: str) -> int | None:
    """The last rowid of a table, from its end or from an index; None where neither can be read."""
    indexes = [name for (name,) in conn.execute("SELECT name FROM pragma_index_list(?)", (table,))]
    for how in ("NOT INDEXED", *(f"INDEXED BY {name}" for name in indexes)):
        with suppress(sqlite3.DatabaseError):
            (rowid,) = conn.execute(f"SELECT max(rowid) FROM {table} {how}").fetchone()
            return int(rowid or 0)
    return None


def ids(conn: sqlite3.Connection, hole: Lost) -> list[str]:
    """The ids of lost rows, where an index still has them."""
    if hole.table not in ("documents", "pages", "knowledge", "families"):
        return []
    sql = f"SELECT id FROM {hole.table} INDEXED BY sqlite_autoindex_{hole.table}_1 WHERE rowid BETWEEN ? AND ? LIMIT ?"
    try:
        return [id for (id,) in conn.execute(sql, (hole.first, hole.last, NAMED + 1))]
    except sqlite3.DatabaseError:
        return []


def unreadable(conn: sqlite3.Connection) -> Iterator[Lost]:
    """Stretches of rows that cannot be read, of all tables. Reads every row."""
    for table, numbered in tables(conn).items():
        lost: list[Lost] = []
        for _ in survivors(conn, table, lost) if numbered else _both_ends(conn, table, lost):
            pass
        yield from lost


def _both_ends(conn: sqlite3.Connection, table: str, lost: list[Lost]) -> Iterator[Row]:
    """The rows of a table without rowids: from its beginning to the first damage, then from its end to the last."""
    seen: set[tuple[object, ...]] = set()
    keys = [name for (name,) in conn.execute("SELECT name FROM pragma_table_info(?) WHERE pk ORDER BY pk", (table,))]
    for direction in ("", " DESC"):
        order = ", ".join(f'"{key}"{direction}' for key in keys)
        try:
            cursor = conn.execute(f"SELECT * FROM {table} ORDER BY {order}")
            names = [column[0] for column in cursor.description]
            for row in cursor:
                if not direction or row not in seen:
                    seen.add(row)
                    yield dict(zip(names, row, strict=True))
            return
        except sqlite3.DatabaseError as error:
            if not direction:
                lost.append(Lost(table, 0, 0, str(error)))


def told(conn: sqlite3.Connection, hole: Lost) -> str:
    """A stretch of lost rows in a sentence, with the ids of what stood there."""
    if not hole.first:
        return f"database: {hole.table}: some rows cannot be read ({hole.why})"
    named = ids(conn, hole)
    more = " …" if len(named) > NAMED else ""
    return f"{hole}" + (f": {', '.join(named[:NAMED])}{more}" if named else "")


def is_damage(error: sqlite3.DatabaseError) -> bool:
    """Whether SQLite gave up over the file, not over a lock or a statement."""
    return any(word in str(error) for word in ("malformed", "Could not decode", "not a database"))


def opened(path: Path) -> Database:
    """A damaged archive, to be read: nothing of it is checked or brought up to date."""
    if not path.is_file():
        raise ArchiveError(f"no archive at {path}")
    return Database(sqlite3.connect(f"file:{quote(str(path.resolve()))}?mode=ro", uri=True, isolation_level=None))


def salvage(db: Database, target: Path, progress: Progress) -> Iterator[str]:
    """A new archive of all rows that can be read; a sentence for what was lost, and one for what was copied."""
    if target.exists():
        raise ArchiveError(f"{target} is there already. Name a file that is not: verify --salvage NEW.db")
    db.conn.text_factory = Lenient()
    new = open_archive(target)
    new.conn.execute("PRAGMA foreign_keys = OFF")
    lost: list[Lost] = []
    copied = 0
    new.conn.execute("BEGIN IMMEDIATE")
    new.conn.execute("DELETE FROM knowledge")
    numbered = tables(db.conn)
    wanted = [table for table in tables(new.conn) if table in numbered and not table.startswith("_")]
    progress.start("tables", len(wanted))
    for table in wanted:
        if table not in DERIVED:
            read = survivors if numbered[table] else _both_ends
            copied += _copy(new, table, read(db.conn, table, lost))
        progress.step()
    progress.stop()
    new.conn.execute("COMMIT")
    new.close()
    yield from (told(db.conn, hole) for hole in lost)
    yield f"{copied:,} rows copied to {target}"


def _copy(new: Database, table: str, rows: Iterator[Row]) -> int:
    known = {name for (name,) in new.conn.execute("SELECT name FROM pragma_table_info(?)", (table,))}
    copied = 0
    for row in rows:
        kept = {name: value for name, value in row.items() if name in known}
        names = ", ".join(f'"{name}"' for name in kept)
        marks = ", ".join("?" * len(kept))
        sql = f"INSERT OR IGNORE INTO {table}({names}) VALUES ({marks})"
        copied += new.conn.execute(sql, tuple(kept.values())).rowcount
    return copied


class Lenient:
    """Reads texts as SQLite has them: bytes that are none become U+FFFD, where a strict reading gives up the row."""

    def __init__(self) -> None:
        self.broken = 0  # texts in which such bytes stood

    def __call__(self, raw: bytes) -> str:
        """The text, as `sqlite3.Connection.text_factory` makes it."""
        try:
            return raw.decode()
        except UnicodeDecodeError:
            self.broken += 1
            return raw.decode("utf-8", "replace")


@contextmanager
def leniently(db: Database) -> Iterator[Lenient]:
    """Read texts so for a while."""
    reading = Lenient()
    db.conn.text_factory = reading
    try:
        yield reading
    finally:
        db.conn.text_factory = str
