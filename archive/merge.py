"""One archive from many: a function of the set of archives, whatever their order and however often one is named.

The merged archive is made beside its place and put there when it is whole: a merge that is killed leaves the target as
it was. Sources are read, each as one moment of it. What was taken down in one of them is taken down in all of them.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlite_utils import Database

from archive import families, rebuild
from archive.errors import ArchiveError, meaning
from archive.lock import CrawlLock
from archive.merging import articles, captures, cleaning, numbers, tables
from archive.merging.numbers import Numbers
from archive.merging.sources import Source, opened
from archive.merging.tables import Copying
from archive.progress import Progress
from archive.rows import Value
from archive.searching import fulltext
from archive.store import MUCH, open_archive, transaction
from pipelines.document import Knowledge

WORK = ".merge"  # ends the name of the folder beside the target in which it is made
WARCS = ("link", "copy", "none")


@dataclass(slots=True)
class Merged:
    """What a merge did."""

    sources: int
    documents: int = 0
    pages: int = 0
    shared: int = 0  # pages that several sources have
    fetches: int = 0
    versions: int = 0
    restored: int = 0  # pages that were restored again, since more is known of their host
    families: int = 0
    cleaned: int = 0  # sources that held what another one took down
    files: captures.Placed = field(default_factory=captures.Placed)
    problems: list[str] = field(default_factory=list)


def merge(
    target: Path,
    paths: Sequence[Path],
    warc_dir: Path,
    progress: Progress | None = None,
    *,
    warcs: str = "link",
    folders: Sequence[tuple[Path, Path]] = (),
) -> Merged:
    """Make `target` the archive of all that it and the archives at `paths` hold. `folders` says of archives where
    their WARC files are, where that is not beside them."""
    refuse(target, paths, folders)
    shown, lock = progress or Progress(), CrawlLock.take(target, "merge")
    work = target.resolve().with_name(f".{target.name}{WORK}")
    shutil.rmtree(work, ignore_errors=True)  # of one that was killed
    try:
        with _told(target):
            work.mkdir()
            return _merge(target, _Read(paths, folders), warc_dir, shown, work, warcs)
    finally:
        shown.stop()
        shutil.rmtree(work, ignore_errors=True)
        lock.release()


@dataclass(frozen=True, slots=True)
class _Read:
    """What is read."""

    paths: Sequence[Path]
    folders: Sequence[tuple[Path, Path]]

    def opened(self, target: Path | None, work: Path, warc_dir: Path) -> list[Source]:
        """Each archive once, however often it is named."""
        everything = {path.resolve(): path for path in (*self.paths, *([target] if target else []))}
        own = {path.resolve(): folder for path, folder in self.folders}
        found = [opened(path, work, warc_dir, own.get(key)) for key, path in everything.items()]
        if target:
            found[-1].folders, found[-1].shared = (*found[-1].folders, warc_dir), None
        return found


def refuse(target: Path, paths: Sequence[Path], folders: Sequence[tuple[Path, Path]] = ()) -> None:
    """Raise `ArchiveError` where a source is the target, or no file, or its WARC files are said to be in no folder."""
    known = {path.resolve() for path in paths}
    for path, folder in folders:
        if path.resolve() not in known:
            raise ArchiveError(f"--captures-of {path}: no such archive is merged. Name it as one of them, too")
        if not folder.is_dir():
            raise ArchiveError(f"--captures-of {path}: no folder at {folder}")
    for path in paths:
        if not path.is_file():
            raise ArchiveError(f"no archive at {path}. A merge takes archives: A.db B.db …")
        if target.exists() and path.samefile(target):
            raise ArchiveError(f"{path} is the archive that the others are merged into: name only the others")


@contextmanager
def _told(target: Path) -> Iterator[None]:
    """What ends the writing, in one sentence."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        left = "it is as it was" if target.exists() else "there is none"
        raise ArchiveError(f"cannot make the archive {target}: {meaning(error)}; {left}") from error


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the merged archive is to stand."""

    path: Path
    had: bool  # there was one
    guard: sqlite3.Connection  # to it; to nothing where there is none
    changes: int  # another number says that somebody else has written to it

    @classmethod
    def of(cls, path: Path, guard: sqlite3.Connection, *, had: bool) -> "_Place":
        return cls(path, had, guard, _changes(guard))

    def check(self) -> None:
        """Raise `ArchiveError` where the archive is not what was read, or was not there."""
        done = "written to" if self.had else "made"
        if _changes(self.guard) != self.changes or (self.path.exists() and not self.had):
            raise ArchiveError(f"the archive {self.path} was {done} meanwhile, and is left as it is. Merge again")


def _merge(target: Path, read: _Read, warc_dir: Path, progress: Progress, work: Path, warcs: str) -> Merged:
    had, part = target.exists(), work / target.name
    with closing(sqlite3.connect(target if had else ":memory:", isolation_level=None)) as guard:
        place = _Place.of(target, guard, had=had)
        done = _beside(place, read, warc_dir, progress, part, warcs)
        place.check()
        if had:  # in one transaction, whoever reads it
            with closing(sqlite3.connect(part)) as new:
                new.backup(guard)
        else:
            _put(part, target)
    return done


def _put(part: Path, target: Path) -> None:
    """Give a new archive its name. The log of one that was thrown away must not be read into it."""
    _sync(part)
    for ending in ("-wal", "-shm", "-journal"):
        target.with_name(target.name + ending).unlink(missing_ok=True)
    part.replace(target)


def _beside(place: _Place, read: _Read, warc_dir: Path, progress: Progress, part: Path, warcs: str) -> Merged:
    """The merged archive, beside its place, and its captures where they belong."""
    work = part.parent
    sources = read.opened(place.path if place.had else None, work, warc_dir)
    try:
        sources = cleaning.clean(sources, work, progress)
        db = _new(part)
        with closing(db.conn):
            called = captures.names(db, sources, warc_dir)
            done, origins = _fill(db, sources, called, work / "warc", progress)
        if warcs == "none":
            own = captures.own(called, len(sources) - 1, warc_dir) if place.had else set()
            origins = {name: of for name, of in origins.items() if name in own}
        place.check()  # before captures are written: what was taken down goes from the archive's own, too
        if warcs != "none" or origins:
            done.files = captures.place(origins, sources, warc_dir, warcs, progress)
    finally:
        for source in sources:
            source.db.conn.close()
    return done


def _new(part: Path) -> Database:
    """An archive of nothing. What goes wrong is told of the target."""
    try:
        return open_archive(part)
    except ArchiveError as error:
        raise error.__cause__ or error from None


def _fill(
    db: Database, sources: Sequence[Source], called: captures.Names, folder: Path, progress: Progress
) -> tuple[Merged, dict[str, tuple[int, str]]]:
    """Everything that the sources hold, in an archive that is new; and where its WARC files come from."""
    conn = db.conn
    for pragma in ("foreign_keys = OFF", "journal_mode = OFF", "synchronous = OFF", f"cache_size = -{MUCH >> 10}"):
        conn.execute(f"PRAGMA {pragma}")  # nobody reads it yet, and it is thrown away where it is not finished
    done = Merged(len(sources), cleaned=sum(source.is_cleaned for source in sources))
    with transaction(db), fulltext.deferred(conn, progress):
        _copy(db, sources, called, done, progress)
    origins = captures.gather(called, sources, captures.needed(db), folder)
    done.problems += [
        f"captures stand in {name}, and no archive has that file. Where is it? --captures-of ARCHIVE FOLDER"
        for name in captures.needed(db)
        if name not in origins
    ]
    in_force = {id for source in sources for (id,) in source.rows("SELECT id FROM knowledge WHERE in_force")}
    done.restored = _relearn(db, folder, progress, in_force)
    done.families = families.rebuild(db, progress).families
    _lead(db)
    count = conn.execute
    done.documents, done.pages, done.fetches, done.versions = (
        int(count(f"SELECT count(*) FROM {table}").fetchone()[0])
        for table in ("documents", "pages", "fetches", "document_versions")
    )
    conn.execute("PRAGMA synchronous = FULL")
    conn.execute("PRAGMA journal_mode = WAL")
    return done, origins


def _copy(db: Database, sources: Sequence[Source], called: captures.Names, done: Merged, progress: Progress) -> None:
    """All rows."""
    known = Numbers()
    copying = Copying(db, sources, known, {})
    steps = len(tables.NUMBERED) + len(tables.ARTICLES) + len(tables.HISTORY) + len(tables.UNITED) + 1
    progress.start("tables", steps)
    _number(copying, "takedowns", "requested_at", progress)
    _number(copying, "crawls", "started_at", progress)
    numbers.stage_captures(db, sources, called, known)
    tables.write_captures(copying, called)
    progress.step()
    for table in tables.UNITED:
        tables.write_united(copying, table)
        progress.step()
    _number(copying, "rebuilds", "started_at", progress)
    copying.resolved = _resolved(db, sources, known)
    done.shared = len(copying.resolved)
    progress.step()
    for table in tables.ARTICLES:
        tables.write_articles(copying, table)
        progress.step()
    for table in tables.HISTORY:
        tables.write_history(copying, table)
        progress.step()
    _heard(db)
    db.conn.execute("DROP TABLE captures")
    progress.stop()


def _number(copying: Copying, table: str, at: str, progress: Progress) -> None:
    """A table whose rows get new numbers."""
    key, best = KEYS[table]
    known, chosen = numbers.numbered(copying.sources, table, at, key, best)
    copying.numbers.small[table] = known
    tables.write_numbered(copying, table, chosen)
    progress.step()


KEYS = {  # by what rows are the same, and which of those is taken
    "takedowns": (numbers.anonymous, lambda row: [row["stage"] == "done", row["finished_at"] or ""]),
    "crawls": (lambda row: numbers.but(row, "round"), lambda row: []),
    "rebuilds": (lambda row: numbers.but(row), lambda row: []),
}


def _resolved(db: Database, sources: Sequence[Source], known: Numbers) -> dict[str, articles.Resolved]:
    """What becomes of the articles that several sources have."""
    db.conn.execute("CREATE TEMP TABLE held(id TEXT, source INTEGER)")
    for n, source in enumerate(sources):
        rows = source.rows("SELECT id FROM pages")
        db.conn.executemany("INSERT INTO held VALUES (?, ?)", ((*row, n) for row in rows))
    sql = "SELECT id, json_group_array(source) FROM temp.held GROUP BY id HAVING count(*) > 1 ORDER BY id"
    found = {}
    for key, having in db.conn.execute(sql):
        states = [articles.load(n, sources[n], known, key) for n in sorted(map(int, having.strip("[]").split(",")))]
        found[key] = articles.resolve([state for state in states if state])
    db.conn.execute("DROP TABLE temp.held")
    return found


def _heard(db: Database) -> None:
    """A robots.txt that could not be read by one crawl and was read later by another is lost no more."""
    db.conn.execute(
        "DELETE FROM robots_lost WHERE EXISTS (SELECT 1 FROM robots r JOIN fetches f ON f.id = r.fetch_id"
        " WHERE f.fetched_at > robots_lost.last AND (substr(origin, instr(origin, '://') + 3) = r.host"
        " OR substr(origin, instr(origin, '://') + 3) LIKE r.host || ':%'))"
    )


def _relearn(db: Database, folder: Path, progress: Progress, in_force: set[Value]) -> int:
    """What all source texts teach, and pages restored again for it; as if it had been learned with the last capture."""
    conn = db.conn
    (last,) = conn.execute("SELECT coalesce(max(fetched_at), '') FROM fetches").fetchone()
    before = conn.execute("SELECT coalesce(max(rowid), 0) FROM document_versions").fetchone()
    retired = {id for (id,) in conn.execute("SELECT id FROM document_ids")}
    learned = {id for (id,) in conn.execute("SELECT id FROM knowledge")}
    known = rebuild.learned(db)
    conn.execute("UPDATE knowledge SET in_force = id = ?", (known.id if known.id in learned else Knowledge().id,))
    done = rebuild.relearn(db, folder, progress)
    if known.id not in in_force:
        _credit(db, known)
    conn.execute("UPDATE document_versions SET replaced_at = ? WHERE rowid > ?", (last, *before))
    for table, column, old in (("document_ids", "retired_at", retired), ("knowledge", "created_at", learned)):
        for (id,) in conn.execute(f"SELECT id FROM {table}").fetchall():
            if id not in old:
                conn.execute(f"UPDATE {table} SET {column} = ? WHERE id = ?", (last, id))
    return done


def _credit(db: Database, known: Knowledge) -> None:
    """Where all sources together say of a host what one of them said, its pages are as if restored by all of it."""
    rows = db.conn.execute("SELECT id, json FROM knowledge WHERE json <> ''").fetchall()
    held = {id: {one.host: one for one in Knowledge.from_json(text).hosts} for id, text in rows}
    pages = "SELECT id, host, knowledge_id FROM pages WHERE knowledge_id IS NOT NULL AND knowledge_id <> ?"
    for page, host, key in db.conn.execute(pages, (known.id,)).fetchall():
        if (told := held.get(key, {}).get(host)) and told == held[known.id].get(host):
            db.conn.execute("UPDATE pages SET knowledge_id = ? WHERE id = ?", (known.id, page))
            db.conn.execute("UPDATE documents SET knowledge_id = ? WHERE article_id = ?", (known.id, page))


def _lead(db: Database) -> None:
    """Ids of families that are none now lead to where the document went that they were named by."""
    db.conn.execute(
        "UPDATE families SET merged_into = (SELECT d.family_id FROM documents d WHERE d.id = families.id"
        " AND d.family_id <> families.id) WHERE merged_into IS NULL AND id NOT IN"
        " (SELECT family_id FROM documents WHERE family_id IS NOT NULL GROUP BY 1 HAVING count(*) > 1)"
    )


def _changes(guard: sqlite3.Connection) -> int:
    """Another number than before says that somebody else has written to the target."""
    return int(guard.execute("PRAGMA data_version").fetchone()[0])


def _sync(path: Path) -> None:
    with path.open("rb") as stream:
        os.fsync(stream.fileno())
