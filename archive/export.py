"""Documents as files that other tools read: one function a format, columns in the order of `Document`.

A file is written beside its final name and moved there when it is whole, so a reader never meets half an export.
What is no regular file (a device, a pipe) is written straight to.
"""

import csv
import io
import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from sqlite_utils import Database

from archive.condition import EVERYTHING, Condition
from archive.errors import ArchiveError
from archive.rows import Row
from archive.show import as_object
from pipelines.document import COLUMNS

NAMES = tuple(column.name for column in COLUMNS)
ARCHIVE_FILES = ("", "-wal", "-shm", "-journal")  # what SQLite keeps beside a database, by the end of the name


def jsonl(documents: Iterable[Row], out: BinaryIO) -> None:
    """One JSON object a line, in UTF-8, `damage` as a list, `quality_parts` as an object."""
    for row in documents:
        out.write(json.dumps(as_object(row), ensure_ascii=False).encode() + b"\n")


def table(documents: Iterable[Row], out: BinaryIO) -> None:
    """CSV as RFC 4180 has it, in UTF-8 with a byte order mark: without one, Excel takes Chinese for another charset.

    Texts are not altered: a cell may begin with '=', and Excel shows no more than 32,767 characters of one.
    """
    text = io.TextIOWrapper(out, "utf-8-sig", newline="", write_through=True)
    writer = csv.DictWriter(text, NAMES, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(documents)
    text.detach()


FORMATS: dict[str, Callable[[Iterable[Row], BinaryIO], None]] = {"jsonl": jsonl, "csv": table}


def export(db: Database, form: str, target: Path, where: Condition = EVERYTHING) -> int:
    """Write the documents that fulfil `where` to `target`; how many there were."""
    rows = _Counted(documents(db, where))
    save(target, lambda out: FORMATS[form](rows, out))
    return rows.count


def save(target: Path, write: Callable[[BinaryIO], object]) -> None:
    """What `write` writes, as the file `target`: all of it, or no file under that name."""
    try:
        if target.exists() and not target.is_file():
            with target.open("wb") as out:
                write(out)
        else:
            _whole(target.resolve(), write)
    except OSError as error:
        raise ArchiveError(f"cannot write {target}: {error.strerror or error}") from error


def refuse(target: Path, archive: Path, warc_dir: Path) -> None:
    """Raise `ArchiveError` where `target` is, or lies among, what an archive consists of."""
    place = target.resolve()
    own = [archive.resolve().with_name(archive.resolve().name + suffix) for suffix in ARCHIVE_FILES]
    if place in own or any(place.exists() and path.exists() and place.samefile(path) for path in own):
        raise ArchiveError(f"{target} is the archive itself. Choose another file to export to.")
    if place.is_relative_to(warc_dir.resolve()):
        raise ArchiveError(f"{target} lies among the captures, in {warc_dir}. Choose another file to export to.")


def _whole(target: Path, write: Callable[[BinaryIO], object]) -> None:
    """Never a half file under the final name."""
    partial = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with partial.open("wb") as out:
            write(out)
            out.flush()
            os.fsync(out.fileno())
        partial.replace(target)
    finally:
        with suppress(OSError):
            partial.unlink()


def write(db: Database, form: str, out: BinaryIO, where: Condition = EVERYTHING) -> None:
    """The same to an open stream."""
    FORMATS[form](documents(db, where), out)
    out.flush()


class _Counted:
    """Rows that are counted as they go by."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self._rows = rows
        self.count = 0

    def __iter__(self) -> Iterator[Row]:
        for row in self._rows:
            self.count += 1
            yield row


def documents(db: Database, where: Condition = EVERYTHING) -> Iterator[Row]:
    """The documents that fulfil `where`, in the order of their ids, one at a time."""
    names = ", ".join(f'"{name}"' for name in NAMES)
    try:
        cursor = db.conn.execute(f"SELECT {names} FROM documents WHERE {where.sql} ORDER BY id", where.values)
    except sqlite3.OperationalError as error:
        raise ArchiveError(f"--where is no condition: {error}. Example: signed_on >= '2019'") from error
    for row in cursor:
        yield dict(zip(NAMES, row, strict=True))
