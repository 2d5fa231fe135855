"""A copy of an archive that is written to, in which every row has its capture.

The order makes it so. A capture is on disk before its row is written, and nothing but a takedown rewrites a WARC file.
So the database is copied first, as one moment of it (SQLite's own online backup, in one reading transaction: writers
neither wait nor make it begin anew), then the WARC files, which hold at least what that moment names. A takedown in
between is found and the copying begun again. What a crawl had captured after that moment is in the WARC files alone;
the copy is then as the archive of a crawl that was killed, which the next crawl finishes.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from archive import lock
from archive.errors import ArchiveError
from archive.progress import Progress
from archive.warc import OPEN
from archive.warcs.fixity import ANEW

PAGES = 2_000  # database pages (8 MB) between two looks at the progress
PART = ".part"  # of a file that is being copied
TRIES = 3  # a takedown runs seldom, and not for long


@dataclass(frozen=True, slots=True)
class Report:
    """What was copied."""

    database: int  # bytes
    copied: int  # WARC files (and what stands beside them)
    bytes: int
    kept: int  # files that were there already
    extra: tuple[str, ...]  # files of the copy that the archive has no more


def backup(archive: Path, warc_dir: Path, folder: Path, progress: Progress, *, prune: bool = False) -> Report:
    """Copy an archive and its captures to `folder`, over an older copy of it if there is one."""
    target, captures = folder / archive.name, folder / "warc"
    _refuse(archive, warc_dir, folder)
    captures.mkdir(parents=True, exist_ok=True)
    for _ in range(TRIES):
        taken_down = _takedowns(archive)
        _database(archive, target.with_name(target.name + PART), progress)
        copied, size, kept = _files(warc_dir, captures, progress)
        if _takedowns(archive) == taken_down:
            break
    else:
        raise ArchiveError("takedowns rewrote captures each time they were copied: make the backup when they are done")
    _check(target.with_name(target.name + PART), captures)
    _put(target)
    extra = tuple(_extra(warc_dir, captures, remove=prune))
    return Report(target.stat().st_size, copied, size, kept, extra)


def _refuse(archive: Path, warc_dir: Path, folder: Path) -> None:
    """Raise where a copy would stand in what is copied, or over another archive."""
    here = folder.resolve()
    if here == archive.resolve().parent or here.is_relative_to(warc_dir.resolve()):
        raise ArchiveError(f"{folder} is the archive's own place; a copy belongs elsewhere, best on another disk")
    if folder.exists() and not folder.is_dir():
        raise ArchiveError(f"{folder} is no folder")
    endings = ("", PART, "-wal", "-shm", "-journal", PART + "-journal", lock.CRAWL, lock.TAKEDOWN)
    known = {archive.name + ending for ending in endings}
    if strange := sorted(path.name for path in _listed(folder) if path.name not in known | {"warc", "lost+found"}):
        raise ArchiveError(f"{folder} holds something else ({strange[0]}); name a folder for the copies of one archive")


def _listed(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []


def _database(archive: Path, target: Path, progress: Progress) -> None:
    """One moment of the database."""
    for leftover in (target, target.with_name(target.name + "-journal")):
        leftover.unlink(missing_ok=True)
    with closing(sqlite3.connect(archive, isolation_level=None)) as source, closing(sqlite3.connect(target)) as copy:
        source.execute("BEGIN")
        (size,) = source.execute("SELECT page_count FROM pragma_page_count").fetchone()  # the moment begins here
        progress.start("database", size)
        done = 0

        def step(_: int, left: int, total: int) -> None:
            nonlocal done
            progress.step(total - left - done)
            done = total - left

        source.backup(copy, pages=PAGES, progress=step)
        source.execute("ROLLBACK")
    progress.stop()
    _sync(target)


def _files(warc_dir: Path, captures: Path, progress: Progress) -> tuple[int, int, int]:
    """Copy what is not there yet: files copied, their bytes, files that were there."""
    wanted = [path for path in _under(warc_dir) if not _is_there(path, captures / path.relative_to(warc_dir))]
    everything = len(_under(warc_dir))
    progress.start("captures", len(wanted))
    size = 0
    for path in wanted:
        size += _copy(path, captures / path.relative_to(warc_dir))
        progress.step()
    progress.stop()
    return len(wanted), size, everything - len(wanted)


def _under(folder: Path) -> list[Path]:
    """Files below a folder, those that are being copied left out. Indexes and the manifest first: what they name is
    closed, and so it is in the WARC files that are copied after them."""
    found = (path for path in folder.glob("**/*") if path.is_file() and not path.name.endswith((PART, ANEW)))
    return sorted(found, key=lambda path: (".warc" in path.name and not path.name.endswith(".cdxj"), path))


def _is_there(path: Path, copy: Path) -> bool:
    """Whether a file was copied as it is: the same length and time. One that is written to never is."""
    if path.name.endswith(OPEN) or not copy.is_file():
        return False
    ours, theirs = path.stat(), copy.stat()
    return (ours.st_size, ours.st_mtime_ns) == (theirs.st_size, theirs.st_mtime_ns)


def _copy(path: Path, copy: Path) -> int:
    """Copy a file as long as it is now, whole or not at all. A crawl may close it, and so rename it, meanwhile: in the
    copy it stays open, for its index and its line in the manifest are not there."""
    copy.parent.mkdir(parents=True, exist_ok=True)
    part = copy.with_name(copy.name + PART)
    try:
        stream = path.open("rb")
    except FileNotFoundError:
        stream = _closed(path).open("rb")
    with stream, part.open("wb") as out:
        known = os.fstat(stream.fileno())
        shutil.copyfileobj(stream, out, 1 << 20)
        out.flush()
        os.fsync(out.fileno())
    os.utime(part, ns=(known.st_atime_ns, known.st_mtime_ns))
    part.replace(copy)
    if not copy.name.endswith(OPEN):
        copy.with_name(copy.name + OPEN).unlink(missing_ok=True)  # of the copy before, when it was not closed yet
    return copy.stat().st_size


def _closed(path: Path) -> Path:
    return path.with_name(path.name.removesuffix(OPEN))


def _check(copy: Path, captures: Path) -> None:
    """Raise where the copy is no sound database, or names a capture that is not in the copied files."""
    with closing(sqlite3.connect(copy)) as conn:
        flaw = conn.execute("PRAGMA quick_check(1)").fetchone()[0]
        if flaw != "ok":
            raise ArchiveError(f"the archive is damaged, and was not copied: {flaw}. Look: python -m archive verify")
        ends = conn.execute(
            "SELECT warc_file, max(warc_offset + warc_length) FROM fetches WHERE warc_file <> '' GROUP BY 1"
        ).fetchall()
    for name, end in ends:
        found = [path for path in (captures / name, captures / (name + OPEN)) if path.is_file()]
        if not found:
            raise ArchiveError(f"captures stand in {name}, and the archive has no such file: python -m archive verify")
        if max(path.stat().st_size for path in found) < end:
            raise ArchiveError(f"captures stand behind the end of {name}: python -m archive verify")


def _put(target: Path) -> None:
    """Let the new copy take the place of the one before; a log of the old one must not be read into the new."""
    for ending in ("-wal", "-shm"):
        target.with_name(target.name + ending).unlink(missing_ok=True)
    target.with_name(target.name + PART).replace(target)
    _sync(target.parent)


def _extra(warc_dir: Path, captures: Path, *, remove: bool) -> Iterator[str]:
    """Files of the copy that the archive has no more: closed since, removed, or lost."""
    there = {path.relative_to(warc_dir) for path in _under(warc_dir)}
    for path in _under(captures):
        name = path.relative_to(captures)
        is_open = path.name.endswith(OPEN)
        if name not in there:
            if is_open and not _closed(path).exists() and _closed(name) in there:
                continue  # closed meanwhile: the next copy has it as that
            if remove or (is_open and _closed(path).exists()):
                path.unlink()
            else:
                yield str(name)


def _takedowns(archive: Path) -> object:
    """What tells that a takedown ran, or runs."""
    with closing(sqlite3.connect(archive)) as conn:
        return conn.execute("SELECT max(id), sum(stage = 'done') FROM takedowns").fetchone()


def _sync(path: Path) -> None:
    file = os.open(path, os.O_RDONLY)
    try:
        with suppress(OSError):  # not every file system lets a folder be synced
            os.fsync(file)
    finally:
        os.close(file)
