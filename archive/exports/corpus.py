"""The documents of a selection as they go by: in a fixed order, masked on request, counted, and digested.

The digest of a selection is the SHA-256 of a line `id SP version SP content_digest LF` for each document, in the order
of their ids. It names the selection whatever the format, and needs no more than those three columns to be checked.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from archive import coverage
from archive.condition import EVERYTHING, Condition, Filters
from archive.errors import ArchiveError
from archive.exports import pii
from archive.progress import Progress
from archive.rows import Row, Value
from pipelines.document import COLUMNS

Part = tuple[str | None, ...]  # what the documents of a part have in common: one value for each key

NAMES = tuple(column.name for column in COLUMNS)
Columns = Mapping[str, Sequence[Value | bytes]]

_COLUMNS = ", ".join(f'"{name}"' for name in NAMES)
DIGESTED = ("id", "version", "content_digest")
PARTITIONS = {  # by what an export may be divided; SQL over the columns of a document
    "host": "(SELECT nullif(host, '') FROM pages WHERE pages.id = article_id)",
    "year": "substr(signed_on, 1, 4)",
    "month": "substr(archived_at, 1, 7)",
}


@dataclass(frozen=True, slots=True)
class Options:
    """What is to be written, and how."""

    filters: Filters = field(default_factory=Filters)
    partition: tuple[str, ...] = ()  # of Parquet, from PARTITIONS
    tokens: str = "jieba"  # of vertical and CoNLL-U: jieba or character
    mask_pii: bool = False
    everything: bool = False  # all tables beside the documents, in Parquet
    raw_cells: bool = False  # CSV whose cells may be formulas
    archive_id: str = "localhost"  # how a citation names the archive, a domain name

    def given(self) -> dict[str, object]:
        """What differs from the usual, apart from the filters, as a manifest tells it."""
        found: dict[str, object] = {
            "partition": list(self.partition), "everything": self.everything, "raw_cells": self.raw_cells
        }  # fmt: skip
        return {name: value for name, value in found.items() if value}


def parts(names: str) -> tuple[str, ...]:
    """The keys of a partition, from `host,month`."""
    found = tuple(filter(None, names.split(",")))
    if unknown := [name for name in found if name not in PARTITIONS]:
        raise ArchiveError(f"--partition: there is no key {unknown[0]!r}. There are: {', '.join(PARTITIONS)}")
    return found


class Corpus:
    """What an export is made of: go through it once, then ask for what went by."""

    def __init__(self, db: Database, warc_dir: Path, options: Options, progress: Progress) -> None:
        self.db = db
        self.warc_dir = warc_dir
        self.options = options
        self.where = options.filters.condition()
        self.expected = _count(db, self.where)
        self.documents = self.characters = 0
        self.masked: Counter[str] = Counter()
        self._remade: dict[str, Value] = {}  # content digests of documents in which something was masked
        self._digest = sha256()
        self._progress = progress

    def __iter__(self) -> Iterator[Row]:
        """The documents in the order of their ids."""
        self._progress.start("documents", self.expected)
        try:
            for row in map(self._passed, _selected(self.db, self.where)):
                self._digest.update(_line(row["id"], row["version"], row["content_digest"]))
                yield row
        finally:
            self._progress.stop()

    def batches(self, size: int) -> Iterator[Columns]:
        """The same in columns, so many documents at a time; all that is text as UTF-8, where nothing has to read it."""
        if self.options.mask_pii:
            yield from in_columns(self, size)
            return
        sql = f"SELECT {_COLUMNS} FROM documents WHERE {self.where.sql} ORDER BY id"
        cursor = self.db.conn.execute(sql, self.where.values)
        self.characters += _characters(self.db, self.where)
        self._progress.start("documents", self.expected)
        try:
            while batch := _as_bytes(cursor, size):
                columns: Columns = dict(zip(NAMES, zip(*batch, strict=True), strict=True))
                self._digest.update(b"".join(map(_raw_line, *(columns[name] for name in DIGESTED))))
                self.documents += len(batch)
                yield columns
                self._progress.step(len(batch))
        finally:
            self._progress.stop()

    def parts(self) -> Iterator[tuple[Part, Iterator[Row]]]:
        """One part of the selection after the other, each in the order of its ids."""
        self._progress.start("documents", self.expected)
        try:
            for key, rowids in _parts(self.db, self.where, self.options.partition).items():
                yield key, map(self._passed, _rows(self.db, rowids))
        finally:
            self._progress.stop()
        for name, version, content in _lines(self.db, self.where):
            self._digest.update(_line(name, version, self._remade.get(str(name), content)))

    @cached_property
    def figures(self) -> coverage.Figures:
        """Of the whole archive: counted once, since each of them reads every document."""
        return coverage.figures(self.db, self._hosts if self.where == EVERYTHING else None)

    @cached_property
    def _hosts(self) -> dict[str, int]:
        return coverage.by_host(self.db, self.where)

    @property
    def sources(self) -> dict[str, int]:
        """How many documents of the selection each host gave."""
        return {host or "(files)": n for host, n in self._hosts.items()}

    @property
    def is_whole(self) -> bool:
        """Whether it is every document, as it stands in the archive."""
        return self.where == EVERYTHING and not self.options.mask_pii

    @property
    def digest(self) -> str:
        """Of what went by."""
        return f"sha256:{self._digest.hexdigest()}"

    def _passed(self, row: Row) -> Row:
        """A document as it is written, counted."""
        if self.options.mask_pii:
            before = row["content_digest"]
            row = pii.mask_row(row, self.masked)
            if row["content_digest"] != before:
                self._remade[str(row["id"])] = row["content_digest"]
        self.documents += 1
        self.characters += len(str(row["text"]))
        self._progress.step()
        return row


def in_columns(rows: Iterable[Row], size: int) -> Iterator[Columns]:
    """Rows in columns, so many at a time."""
    stream = iter(rows)
    while batch := [*islice(stream, size)]:
        yield {name: [row[name] for row in batch] for name in NAMES}


def _as_bytes(cursor: sqlite3.Cursor, size: int) -> list[tuple[Any, ...]]:
    """The next rows, their text as SQLite keeps it: to make `str` of it and UTF-8 again would take half the time."""
    cursor.connection.text_factory = bytes
    try:
        return cursor.fetchmany(size)
    finally:
        cursor.connection.text_factory = str


def _characters(db: Database, where: Condition) -> int:
    """Of all texts, without reading them: the index knows how long each is."""
    sql = f"SELECT sum(length(text)) FROM documents INDEXED BY documents_times WHERE {where.sql}"
    return int(db.conn.execute(sql, where.values).fetchone()[0] or 0)


def archive_digest(db: Database) -> str:
    """The digest of all documents."""
    digest = sha256()
    for key, version, content in _lines(db, EVERYTHING):
        digest.update(_line(key, version, content))
    return f"sha256:{digest.hexdigest()}"


def _line(key: object, version: object, digest: object) -> bytes:
    return f"{key} {version} {digest}\n".encode()


def _raw_line(key: Any, version: Any, digest: Any) -> bytes:
    return b"%b %d %b\n" % (key, version, digest)


def _lines(db: Database, where: Condition) -> Iterator[tuple[Value, Value, Value]]:
    sql = f"SELECT id, version, content_digest FROM documents WHERE {where.sql} ORDER BY id"
    yield from db.conn.execute(sql, where.values)


def _count(db: Database, where: Condition) -> int:
    try:
        return int(db.conn.execute(f"SELECT count(*) FROM documents WHERE {where.sql}", where.values).fetchone()[0])
    except sqlite3.OperationalError as error:
        raise ArchiveError(f"--where is no condition: {error}. Example: signed_on >= '2019'") from error


def _selected(db: Database, where: Condition) -> Iterator[Row]:
    for row in db.conn.execute(f"SELECT {_COLUMNS} FROM documents WHERE {where.sql} ORDER BY id", where.values):
        yield dict(zip(NAMES, row, strict=True))


def _parts(db: Database, where: Condition, names: Sequence[str]) -> dict[Part, list[int]]:
    """The rowids of each part: sorting those costs little memory, sorting whole documents would cost much."""
    keys = ", ".join(PARTITIONS[name] for name in names)
    order = ", ".join(str(number) for number in range(2, len(names) + 2))
    sql = f"SELECT rowid, {keys} FROM documents WHERE {where.sql} ORDER BY {order}, id"
    found: dict[Part, list[int]] = {}
    for rowid, *key in db.conn.execute(sql, where.values):
        found.setdefault(tuple(key), []).append(rowid)
    return found


def _rows(db: Database, rowids: Iterable[int]) -> Iterator[Row]:
    for rowid in rowids:
        (row,) = db.conn.execute(f"SELECT {_COLUMNS} FROM documents WHERE rowid = ?", (rowid,))
        yield dict(zip(NAMES, row, strict=True))
