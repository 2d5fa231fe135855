"""Archives that are read for a merge: each as one moment of it, never written to, of the present schema.

Who writes to a source meanwhile (a crawl) is not disturbed and changes nothing of what is read. One of an older release
is brought up to date in a copy.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlite_utils import Database

from archive import warc
from archive.errors import ArchiveError
from archive.rows import Row, Value
from archive.schema import is_current, refuse_newer
from archive.searching import fulltext
from archive.store import open_archive, read_only, recognise
from archive.warcs import fixity
from archive.warcs.openness import existing

AT_ONCE = 1_000  # rows that are read before they are written


@dataclass(slots=True)
class Source:
    """An archive, and where its captures are."""

    path: Path  # as it was named
    db: Database
    folders: tuple[Path, ...]  # in which its WARC files stand
    shared: Path | None = None  # in which those of others stand, too: a file of the same name may be another one
    is_cleaned: bool = False  # a copy, from which was taken what another source took down
    _files: dict[str, Path | None] = field(default_factory=dict)
    _digests: dict[str, str] = field(default_factory=dict)
    _treated: set[str] | None = None
    _firsts: dict[str, Row] | None = None

    def file(self, name: str) -> Path | None:
        """A WARC file of it, finished or not; None where it is in none of the folders."""
        if name not in self._files:
            found = (existing(folder / name) for folder in self.folders)
            own = next((path for path in found if path.is_file()), None)
            self._files[name] = own or self._among_others(name)
        return self._files[name]

    def _among_others(self, name: str) -> Path | None:
        """The file of that name in the shared folder, where the first of its captures stands in it."""
        if self.shared is None or not (path := existing(self.shared / name)).is_file():
            return None
        if self._firsts is None:
            rows = self.select(
                "SELECT min(id), warc_file, warc_offset, url, payload_digest, body_digest FROM fetches"
                " WHERE warc_file <> '' AND taken_down IS NULL AND redacted IS NULL GROUP BY warc_file"
            )
            self._firsts = {str(row["warc_file"]): row for row in rows}
        first = self._firsts.get(name)
        return path if first is None or warc.is_of(self.shared, first) else None

    def digest(self, name: str) -> str:
        """SHA-256 of a WARC file, as the manifest beside it says; '' where it is not there."""
        if name not in self._digests:
            path = self.file(name)
            listed = "" if path is None or path.name != Path(name).name else _listed(path, name)
            self._digests[name] = listed or (fixity.digest_of(path) if path else "")
        return self._digests[name]

    def is_treated(self, name: str) -> bool:
        """Whether something was taken out of a WARC file of it."""
        if self._treated is None:
            sql = "SELECT DISTINCT warc_file FROM fetches WHERE taken_down IS NOT NULL OR redacted IS NOT NULL"
            self._treated = {str(one) for (one,) in self.rows(sql)}
        return name in self._treated

    def treated_places(self, name: str) -> set[Value]:
        """Where in it that was."""
        treated = "(taken_down IS NOT NULL OR redacted IS NOT NULL)"
        return {at for (at,) in self.rows(f"SELECT warc_offset FROM fetches WHERE warc_file = ? AND {treated}", name)}

    def rows(self, sql: str, *values: Value) -> Iterator[tuple[Value, ...]]:
        """Rows of a query. `ArchiveError` where they cannot be read."""
        with self.reading():
            cursor = self.db.conn.execute(sql, values)
        while batch := self._next(cursor):
            yield from batch

    def select(self, sql: str, *values: Value) -> list[Row]:
        """The same by column name."""
        with self.reading():
            cursor = self.db.conn.execute(sql, values)
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor]

    @contextmanager
    def reading(self) -> Iterator[None]:
        """What goes wrong meanwhile is told of this source."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            raise ArchiveError(
                f"cannot read {self.path}: {error}. Look: python -m archive --archive {self.path} verify"
            ) from error

    def _next(self, cursor: sqlite3.Cursor) -> list[tuple[Value, ...]]:
        with self.reading():
            return cursor.fetchmany(AT_ONCE)


def _listed(path: Path, name: str) -> str:
    folder = path.parents[len(Path(name).parts) - 1]
    return fixity.listed(folder).get(name, "")


def opened(path: Path, work: Path, captures: Path, own: Path | None = None) -> Source:
    """A source as it is at this moment. `work` takes a copy of one of an older release; in `captures` stand those of
    the merged archive, for a source that shares them; in `own` its own, where that is not beside it."""
    if not path.is_file():
        raise ArchiveError(f"no archive at {path}. A merge takes archives: A.db B.db …")
    try:
        recognise(path, create=False)
        conn, _ = read_only(path)
        db = Database(conn)
        refuse_newer(db)
        if not is_current(db):
            with closing(conn):
                db = _upgraded(conn, work)
        fulltext.register(db.conn)
        db.conn.execute("BEGIN")
        db.conn.execute("SELECT count(*) FROM crawls").fetchone()  # the moment begins with the first reading
    except (sqlite3.Error, OSError, ArchiveError) as error:
        raise ArchiveError(f"cannot read the archive {path}: {error}") from error
    beside = (path.parent / "warc", path.resolve().parent / "warc")  # of a link, and of what it leads to
    folders = (own,) if own else tuple(dict.fromkeys(beside))
    return Source(path, db, folders, captures)


def _upgraded(conn: sqlite3.Connection, work: Path) -> Database:
    copy = work / f"older-{len(list(work.glob('older-*.db')))}.db"
    with closing(sqlite3.connect(copy)) as target:
        conn.backup(target)
    return open_archive(copy)
