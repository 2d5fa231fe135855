"""WARC files in which an archive knows no capture, and that are no find all the same.

A merge gives a file a second name, and leaves the first to whoever reads it. Archives that stand side by side may have
their captures in one folder.
"""

import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing, suppress
from pathlib import Path

from sqlite_utils import Database

from archive.rows import select
from archive.store import read_only
from archive.warcs import cdxj
from archive.warcs.reading import is_of
from archive.warcs.sealing import SEALED

FIRST = """
    SELECT min(id) AS id, warc_file, warc_offset, url, payload_digest, body_digest FROM fetches
    WHERE warc_file = ? AND taken_down IS NULL AND redacted IS NULL
"""


def accounted(db: Database, warc_dir: Path, unknown: Collection[str], known: Collection[str]) -> set[str]:
    """Those of the unknown files that are known ones under a second name, or another archive's beside this one."""
    found = set(second_names(warc_dir, unknown, known))
    for path in _beside(db, warc_dir) if set(unknown) - found else ():
        found.update(_of(path, warc_dir, set(unknown) - found))
    return found


def second_names(warc_dir: Path, unknown: Collection[str], known: Collection[str]) -> Iterator[str]:
    """Those of the unknown files that are known ones; by the records, not the bytes: what a takedown puts in their
    place may say another time in each."""
    sizes: dict[int, list[Path]] = {}
    for path in (warc_dir / name for name in known if name.endswith(SEALED)):
        if path.is_file():
            sizes.setdefault(path.stat().st_size, []).append(path)
    for name in unknown:
        path = warc_dir / name
        alike = sizes.get(path.stat().st_size, []) if name.endswith(SEALED) else []
        if any(path.samefile(other) for other in alike) or (alike and _records(path) in map(_records, alike)):
            yield name


def _records(path: Path) -> bytes:
    return cdxj.index(cdxj.lines(path, ""))


def _beside(db: Database, warc_dir: Path) -> list[Path]:
    """Other databases in the folder of this one, and in that of the captures."""
    own = Path(next(row[2] for row in db.conn.execute("PRAGMA database_list") if row[1] == "main"))
    found = (path for folder in (own.parent, warc_dir.parent) for path in folder.glob("*.db"))
    return sorted({path.resolve() for path in found} - {own.resolve()})


def _of(archive: Path, warc_dir: Path, names: Collection[str]) -> Iterator[str]:
    """Those files in which the first capture of an archive stands as it says. What cannot be read has none."""
    with suppress(sqlite3.Error, OSError), closing(read_only(archive)[0]) as conn:
        for name in sorted(names):
            (first,) = select(Database(conn), FIRST, name)
            if first["id"] is not None and is_of(warc_dir, first):
                yield name
