"""WARC files of a merge: what each is called in the merged archive, and how it comes there.

The same name with the same bytes is one file. The same name with other bytes is as many files, each called by its
digest as well (`NAME-0123456789ab.warc.gz`, as an ingest calls what it takes in): no file takes another's place. Two
workers that start in the same second on one machine give their files the same name. Where a file is not there, rows
tell: what stands in one place of one file is one record.
"""

import os
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from itertools import zip_longest
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from archive.errors import ArchiveError
from archive.merging.sources import Source
from archive.progress import Progress
from archive.removing import warc_tombstones
from archive.removing.warc_tombstones import Raw
from archive.rows import to_json
from archive.warcs import cdxj, fixity, sealing
from archive.warcs.gzips import whole
from archive.warcs.openness import OPEN, exists, sync_directory

PART = ".part"  # of a file that is being copied

Names = dict[tuple[int, str], str]  # source, its name there -> its name in the merged archive


@dataclass(slots=True)
class Placed:
    """What became of WARC files."""

    linked: int = 0
    copied: int = 0
    kept: int = 0  # were there already


def names(db: Database, sources: Sequence[Source], warc_dir: Path) -> Names:
    """What each WARC file is called in `warc_dir`. `db` is for what is compared meanwhile."""
    found: dict[str, list[int]] = defaultdict(list)
    for n, source in enumerate(sources):
        for (name,) in source.rows("SELECT DISTINCT warc_file FROM fetches WHERE warc_file <> '' ORDER BY 1"):
            found[str(name)].append(n)
    lacking = {
        name for name, having in found.items() if len(having) > 1 and not all(sources[n].file(name) for n in having)
    }
    mixed = _mixed(db, sources, lacking) if lacking else {}
    called: Names = {}
    for name, having in found.items():
        some = [sources[n] for n in having]
        apart = name in mixed or (len(some) > 1 and _differ(some, name)) or _is_taken(warc_dir / name, some, name)
        for n in having:
            digest = (sources[n].digest(name) or mixed.get(name, {}).get(n, "")) if apart else ""
            called[n, name] = _by_digest(name, digest) if digest else name
    return called


PLACES = "CREATE TEMP TABLE places(source INTEGER, file TEXT, start INTEGER, stop INTEGER, at TEXT)"
MIXED = """
    SELECT DISTINCT file FROM (
        SELECT file, start, lag(stop) OVER (PARTITION BY file ORDER BY start, stop) AS before
        FROM (SELECT DISTINCT file, start, stop, at FROM temp.places)
    ) WHERE start < before ORDER BY file
"""


def _mixed(db: Database, sources: Sequence[Source], wanted: set[str]) -> dict[str, dict[int, str]]:
    """The names of which rows say that they are of several files, with a digest of what each source says of its own."""
    sql = (
        "SELECT warc_file, warc_offset, warc_offset + max(coalesce(warc_length, 0), 1), fetched_at FROM fetches"
        " WHERE warc_file <> '' AND taken_down IS NULL AND redacted IS NULL"  # what was treated has another length
    )
    db.conn.execute(PLACES)
    for n, source in enumerate(sources):
        db.conn.executemany(
            "INSERT INTO temp.places VALUES (?, ?, ?, ?, ?)",
            ((n, *row) for row in source.rows(sql) if row[0] in wanted),
        )
    found: dict[str, dict[int, str]] = {}
    for (name,) in db.conn.execute(MIXED).fetchall():
        said: dict[int, Any] = defaultdict(sha256)
        own = "SELECT source, start, stop, at FROM temp.places WHERE file = ? ORDER BY 1, 2, 3, 4"
        for n, *row in db.conn.execute(own, (name,)):
            said[n].update(to_json(row).encode())
        found[name] = {n: told.hexdigest() for n, told in said.items()}
    db.conn.execute("DROP TABLE temp.places")
    return found


def _differ(sources: Sequence[Source], name: str) -> bool:
    """Whether files of one name are several. One from which something was taken down has kept its length."""
    paths = [path for source in sources if (path := source.file(name))]
    if len({(path.stat().st_dev, path.stat().st_ino) for path in paths}) < 2:
        return False
    if len({source.digest(name) for source in sources} - {""}) < 2:
        return False
    return not (len({path.stat().st_size for path in paths}) == 1 and any(one.is_treated(name) for one in sources))


def _is_taken(target: Path, sources: Iterable[Source], name: str) -> bool:
    """Whether another file has that name already, of which no archive knows."""
    paths = {path: source for source in sources if (path := source.file(name))}
    if not target.exists() or any(target.samefile(path) for path in paths):
        return False
    return all(not _is_same(target, path, source, name) for path, source in paths.items()) and bool(paths)


def _is_same(target: Path, path: Path, source: Source, name: str) -> bool:
    """Whether a file is that of a source, which may have taken something out of it."""
    if target.stat().st_size != path.stat().st_size:
        return False
    return source.is_treated(name) or fixity.digest_of(target) == source.digest(name)


def _by_digest(name: str, digest: str) -> str:
    end = next((end for end in sealing.SEALED if name.endswith(end)), "")
    stem = name.removesuffix(end)
    return name if stem.endswith(f"-{digest[:12]}") else f"{stem}-{digest[:12]}{end}"


def needed(db: Database) -> list[str]:
    """The files that the captures of an archive stand in."""
    return [
        name for (name,) in db.conn.execute("SELECT DISTINCT warc_file FROM fetches WHERE warc_file <> '' ORDER BY 1")
    ]


def gather(called: Names, sources: Sequence[Source], wanted: Iterable[str], folder: Path) -> dict[str, tuple[int, str]]:
    """Make a folder in which the wanted files can be read by their new names; from where each of them comes."""
    origins: dict[str, tuple[int, str]] = {}
    of: dict[str, tuple[int, str]] = {}
    for (n, old), name in sorted(called.items(), key=lambda one: not sources[one[0][0]].is_treated(one[0][1])):
        if sources[n].file(old):
            of.setdefault(name, (n, old))
    folder.mkdir(parents=True, exist_ok=True)
    for name in wanted:
        if name in of:
            n, old = of[name]
            path = sources[n].file(old)
            assert path
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).symlink_to(path.resolve())
            origins[name] = of[name]
    return origins


def own(called: Names, target: int, warc_dir: Path) -> set[str]:
    """What those files are called that the merged archive had before: names that may be new, for files that may lack
    from now on what another archive took down."""
    return {new for (n, old), new in called.items() if n == target and exists(warc_dir, old)}


def place(
    origins: Mapping[str, tuple[int, str]], sources: Sequence[Source], warc_dir: Path, how: str, progress: Progress
) -> Placed:
    """Put the files in the merged archive's folder, each with its index and its line in the manifest."""
    done = Placed()
    warc_dir.mkdir(parents=True, exist_ok=True)
    progress.start("captures", len(origins))
    there: dict[int, list[Path]] = defaultdict(list)
    for one in (warc_dir / name for name in sealing.closed(warc_dir)):
        there[one.stat().st_size].append(one)
    for name, (n, old) in origins.items():
        if (path := sources[n].file(old)) and sources[n].is_treated(old):
            _treat(sources[n], old, there[path.stat().st_size], warc_dir)
        _place(name, sources[n], old, warc_dir, how, done)
        progress.step()
    progress.stop()
    sync_directory(warc_dir)
    return done


def _place(name: str, source: Source, old: str, warc_dir: Path, how: str, done: Placed) -> None:
    path, target = source.file(old), warc_dir / name
    assert path
    if target.exists() and (target.samefile(path) or fixity.digest_of(target) == source.digest(old)):
        done.kept += 1
    elif target.exists() and source.is_treated(old) and _is_same_file(target, path):
        done.kept += 1  # without what was taken down: `_treat`
        sealing.reindex(warc_dir, name)
        return
    elif target.exists():
        raise ArchiveError(f"{target} is there, and is another file than {path}. Name another folder: --warc-dir NEW")
    elif path.name.endswith(OPEN):
        if target.with_name(target.name + OPEN).exists():
            return  # the archive's own, which a crawl writes or the next one finishes
        _copy(path, target, finished=False)
        done.copied += 1
    elif (how == "link" or _is_own(path, warc_dir)) and not path.is_symlink() and _linked(path, target):
        done.linked += 1
    else:
        _copy(path.resolve(), target, finished=True)
        done.copied += 1
    _seal(source, old, path, warc_dir, name)


def _treat(source: Source, name: str, alike: Iterable[Path], warc_dir: Path) -> None:
    """Take what is gone from a file out of the same file in the folder, under whatever names that stands there. Record
    by record: another archive may have taken something else out of it."""
    path, places = source.file(name), source.treated_places(name)
    assert path
    gone = {raw.offset: raw for raw in warc_tombstones.records(path) if _is_gone(raw) or raw.offset in places}

    def change(raw: Raw) -> Iterator[Raw] | None:
        new = gone.get(raw.offset)
        return iter([new]) if new and raw.block != new.block and not _is_tombstone(raw) else None

    for one in alike:
        if not one.samefile(path) and _is_same_file(one, path):
            warc_tombstones.rewrite(one, change, partial(sealing.seal, warc_dir, str(one.relative_to(warc_dir))))


def _is_gone(raw: Raw) -> bool:
    """Whether another record stood there before a takedown."""
    return _is_tombstone(raw) or bool(raw.field(warc_tombstones.MARK))


def _is_tombstone(raw: Raw) -> bool:
    return raw.kind == "metadata" and (raw.takedown is not None or not raw.block)


def _is_same_file(one: Path, other: Path) -> bool:
    """Whether two files are one, from which something may have been taken: all records stand where they stood."""
    if one.stat().st_size != other.stat().st_size:
        return False
    pairs = [*zip_longest(_places(one), _places(other))]
    return bool(pairs) and all(a and b and _is_same_place(a, b) for a, b in pairs)


Record = tuple[int, int, str]  # where it stands, how long it is, and of when


def _places(path: Path) -> Iterator[Record]:
    for raw in warc_tombstones.records(path):
        yield raw.offset, raw.length, raw.field("WARC-Date")


def _is_same_place(one: Record, other: Record) -> bool:
    """A short tombstone has no date."""
    return one[:2] == other[:2] and (one[2] == other[2] or "" in (one[2], other[2]))


def _is_own(path: Path, warc_dir: Path) -> bool:
    """Whether a file stands in the folder already, by another name. That stays: others may read it by it."""
    return path.resolve().is_relative_to(warc_dir.resolve())


def _linked(path: Path, target: Path) -> bool:
    """Whether the file could be given a second name; between two disks it cannot."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with suppress(OSError):
        os.link(path, target)
        return True
    return False


def _copy(path: Path, target: Path, *, finished: bool) -> None:
    """Copy a file, whole or not at all; of one that is being written what is whole in it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + PART)
    try:
        with path.open("rb") as stream, part.open("w+b") as out:
            shutil.copyfileobj(stream, out, 1 << 20)
            if not finished:
                out.truncate(whole(out))
            out.flush()
            os.fsync(out.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _seal(source: Source, old: str, path: Path, warc_dir: Path, name: str) -> None:
    """The index and the digest: as they were beside the source's file, where it is that file."""
    target = warc_dir / name
    if name in fixity.listed(warc_dir) and cdxj.path_of(target).exists():
        return
    index = cdxj.path_of(path)
    if path.name.endswith(OPEN) or name != old or not index.is_file():
        sealing.seal(warc_dir, name)
        return
    if not cdxj.path_of(target).exists():
        fixity.put(cdxj.path_of(target), index.read_bytes())
    fixity.note(warc_dir, name, source.digest(old))
