"""The rest of an archive beside its documents in Parquet: every table that does not follow from others, a file each.

    FOLDER/host=example.org/month=2024-05/part-0.parquet   documents
    FOLDER/_archive/TABLE.pq                               everything else, rows as they stand
    FOLDER/_manifest.json                                  what each file is, and its digest

Readers that take all files of a folder pass over `_archive`; those that take `**/*.parquet` pass over its files, whose
names end otherwise. Captures stay what they are: WARC files, which are copied beside it.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from sqlite_utils import Database

from archive.copies import neighbours
from archive.errors import ArchiveError
from archive.rows import Value
from archive.schema import migrations

if TYPE_CHECKING:
    import pyarrow
    from pyarrow.parquet import ParquetFile

FOLDER = "_archive"
SUFFIX = ".pq"
ROW_GROUP = 1_000  # rows; source texts have some 10 KB each
GROUP_BYTES = 8 << 20  # of rows that are read at once, whatever their number
MADE_ANEW = ("documents", "family_keys")  # of other files
SAME_SINCE = "m0015_ledger"  # rows written under this migration or a later one say what they say here; a test holds it
FILE_OWN = ("_sqlite_migrations", "documents_fts", "documents_fts_pairs")


def tables(db: Database) -> list[str]:
    """The tables that are written, in an order in which what is referred to comes first, as far as that is possible."""
    rows = db.conn.execute("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' ORDER BY name")
    return [name for (name,) in rows if not name.startswith("sqlite_") and name not in (*MADE_ANEW, *FILE_OWN)]


def notes(db: Database) -> dict[str, object]:
    """What a manifest says of them."""
    count = {table: db.conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables(db)}
    return {"schema": _newest(db), "tables": count}


def _newest(db: Database) -> str:
    """The schema of an archive, by its last migration."""
    return max(one.name for one in migrations.applied(db))


def write(db: Database, folder: Path) -> None:
    """All tables of `tables`."""
    place = folder / FOLDER
    place.mkdir()
    for table in tables(db):
        _write(db, table, place / f"{table}{SUFFIX}")


def _write(db: Database, table: str, path: Path) -> None:
    from pyarrow.parquet import ParquetWriter

    kinds = _schema(db, table)
    with ParquetWriter(path, kinds, compression="zstd", compression_level=1) as writer, ThreadPoolExecutor(1) as beside:
        before: Future[None] | None = None
        for batch in _batches(db, table, kinds):
            if before:
                before.result()
            before = beside.submit(writer.write_batch, batch)
        if before:
            before.result()


def _columns(db: Database, table: str) -> list[tuple[str, str]]:
    """Names and types."""
    return list(db.conn.execute("SELECT name, type FROM pragma_table_info(?)", (table,)))


def _schema(db: Database, table: str) -> "pyarrow.Schema":
    import pyarrow as pa

    plain = {"TEXT": pa.string(), "INTEGER": pa.int64(), "REAL": pa.float64(), "BLOB": pa.binary()}
    return pa.schema([(name, plain[kind]) for name, kind in _columns(db, table)])


def _batches(db: Database, table: str, kinds: "pyarrow.Schema") -> "Iterator[pyarrow.RecordBatch]":
    """Rows in the order in which they were written, or of their keys; text as SQLite keeps it."""
    import pyarrow as pa

    names = ", ".join(f'"{name}"' for name in kinds.names)
    cursor = db.conn.execute(f"SELECT {names} FROM {table} ORDER BY {_order(db, table)}")
    while rows := _fetched(cursor):
        arrays = []
        for values, field in zip(zip(*rows, strict=True), kinds, strict=True):
            found = pa.array(values, pa.binary() if field.type == pa.string() else field.type)
            arrays.append(
                pa.Array.from_buffers(field.type, len(found), found.buffers()) if field.type == pa.string() else found
            )
        yield pa.RecordBatch.from_arrays(arrays, schema=kinds)


def _order(db: Database, table: str) -> str:
    sql = "SELECT wr FROM pragma_table_list WHERE name = ? AND schema = 'main'"
    if not db.conn.execute(sql, (table,)).fetchone()[0]:
        return "rowid"
    keys = db.conn.execute("SELECT name FROM pragma_table_info(?) WHERE pk ORDER BY pk", (table,))
    return ", ".join(f'"{name}"' for (name,) in keys)


def _fetched(cursor: sqlite3.Cursor) -> list[tuple[Value, ...]]:
    """The next rows: fewer where they are long."""
    cursor.connection.text_factory = bytes
    found: list[tuple[Value, ...]] = []
    size = 0
    try:
        while len(found) < ROW_GROUP and size < GROUP_BYTES and (row := cursor.fetchone()):
            found.append(row)
            size += sum(len(value) for value in row if isinstance(value, (bytes, str)))
    finally:
        cursor.connection.text_factory = str
    return found


def is_there(folder: Path) -> bool:
    """Whether an export has more than documents."""
    return (folder / FOLDER).is_dir()


def files(folder: Path) -> list[Path]:
    """The files of all tables but documents."""
    return sorted((folder / FOLDER).glob(f"*{SUFFIX}"))


def read(db: Database, folder: Path, told: Mapping[str, object], step: Callable[[int], None]) -> None:
    """All rows of all tables but documents into an archive that is new; references may lead to rows that come later.
    `told` is the manifest's. Columns that came since are as in an archive that was brought up to date: empty."""
    _refuse(db, folder, str(told.get("schema", "")))
    db.conn.execute("PRAGMA defer_foreign_keys = ON")
    known = tables(db)
    for path in files(folder):
        if path.stem not in known:
            raise ArchiveError(f"{path.name} is of no table. A newer release may have made this export")
        _read(db, path, step)
    _keys(db)


def _refuse(db: Database, folder: Path, schema: str) -> None:
    """Raise `ArchiveError` where a migration between the export and this release has changed what rows say, or may
    have: rows of before it would not be what they seem, even where they fit."""
    known = {one.name for one in migrations.applied(db)}
    if schema in known and schema >= SAME_SINCE:
        return
    newer = schema not in known and schema > max(known)
    raise ArchiveError(
        f"{folder} was exported by another release (tables of {schema or 'no schema'}; here they are of {max(known)}). "
        + ("Update this one" if newer else "Export it again with this one: it brings an older archive up to date")
    )


def opened(path: Path) -> "ParquetFile":
    """A Parquet file to be read batch by batch. Arrow, left to itself, reads ahead and keeps all that it has read."""
    from pyarrow.parquet import ParquetFile

    return ParquetFile(path, pre_buffer=False)


def _read(db: Database, path: Path, step: Callable[[int], None]) -> None:
    with opened(path) as file:
        names = list(file.schema_arrow.names)
        if unknown := sorted({*names} - {name for name, _ in _columns(db, path.stem)}):
            raise ArchiveError(f"{path.name} has a column {unknown[0]!r}. A newer release may have made this export")
        columns, marks = ", ".join(f'"{name}"' for name in names), ", ".join("?" * len(names))
        for batch in file.iter_batches(batch_size=ROW_GROUP):
            rows = zip(*(column.to_pylist() for column in batch.columns), strict=True)
            db.conn.executemany(f"INSERT OR REPLACE INTO {path.stem}({columns}) VALUES ({marks})", rows)
            step(len(batch))


def _keys(db: Database) -> None:
    """The order of keys, from what each document is compared by."""
    sketches: Iterator[Sequence[int | bytes]] = db.conn.execute("SELECT place, keys FROM sketches ORDER BY place")
    db.conn.execute("CREATE TEMP TABLE new_keys(key INTEGER, follow INTEGER, place INTEGER)")
    for place, keys in sketches:
        assert isinstance(place, int) and isinstance(keys, bytes)
        entries = neighbours.entries(neighbours.read(keys), place)
        db.conn.executemany("INSERT INTO new_keys VALUES (?, ?, ?)", ((key, *entry) for key, entry in entries))
    db.conn.execute("INSERT INTO family_keys SELECT key, follow, place FROM new_keys ORDER BY 1, 2, 3")
    db.conn.execute("DROP TABLE new_keys")
