"""Documents as files that other tools read: one function a format, in `archive/exports/`, and a manifest beside each.

A file or folder is written beside its final name and moved there when it is whole, so a reader never meets half an
export. What is no regular file (a device, a pipe) is written straight to. All is read in one transaction: a crawl that
runs beside it changes nothing of it.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from typing import BinaryIO

from sqlite_utils import Database

from archive.condition import Filters
from archive.errors import ArchiveError
from archive.exports import manifest, packages, parquet, tables, tei, texts, tokens, wacz
from archive.exports.corpus import Corpus, Options
from archive.progress import Progress

ARCHIVE_FILES = ("", "-wal", "-shm", "-journal")  # what SQLite keeps beside a database, by the end of the name


@dataclass(frozen=True, slots=True)
class Format:
    """A format that is one file, or a folder, or either."""

    file: Callable[[Corpus, BinaryIO], None] | None = None
    folder: Callable[[Corpus, Path], None] | None = None
    notes: Callable[[Corpus], dict[str, object]] | None = None  # what its manifest says beside the usual
    manifest: str = manifest.NAME  # of a folder
    suffix: str = ""  # by which a target is told to be the file, where there is a folder too


FORMATS: dict[str, Format] = {
    "jsonl": Format(tables.jsonl),
    "csv": Format(tables.table),
    "parquet": Format(parquet.parquet, parquet.partitioned, parquet.notes, manifest.HIDDEN),
    "text": Format(folder=texts.text),
    "tei": Format(tei.corpus_file, tei.corpus_folder, suffix=".xml"),
    "vertical": Format(tokens.vertical, notes=tokens.notes),
    "huggingface": Format(folder=packages.huggingface),
    "frictionless": Format(folder=packages.frictionless),
    "wacz": Format(wacz.wacz),
    "conllu": Format(tokens.conllu, notes=tokens.notes),
}


def export(db: Database, warc_dir: Path, form: str, target: Path, options: Options, progress: Progress) -> int:
    """Write the documents that the options choose to `target`, and a manifest; how many there were."""
    with _snapshot(db):
        corpus = Corpus(db, warc_dir, options, progress)
        if _is_folder(form, options, target):
            _save_folder(target, lambda folder: _folder(corpus, form, folder))
            return corpus.documents
        write = FORMATS[form].file
        assert write
        save(target, lambda out: write(corpus, out))
        if target.is_file():
            beside = target.with_name(f"{target.name}.{manifest.NAME}")
            text = _manifest(corpus, form, [target], target.parent)
            save(beside, lambda out: out.write(text))
    return corpus.documents


def write(db: Database, warc_dir: Path, form: str, out: BinaryIO, options: Options) -> None:
    """The same to an open stream, without a manifest."""
    found = FORMATS[form].file
    if not found or options.partition:
        raise ArchiveError(f"{form} is a folder of files. Name one with -o.")
    with _snapshot(db):
        found(Corpus(db, warc_dir, options, Progress()), out)
    out.flush()


def _is_folder(form: str, options: Options, target: Path) -> bool:
    if options.partition and form != "parquet":
        raise ArchiveError(f"--partition divides Parquet, not {form}.")
    if options.everything and not (options.partition and options.filters == Filters() and not options.mask_pii):
        raise ArchiveError(
            "--everything takes all documents, as they stand, in Parquet: --format parquet --partition host,month"
        )
    named = FORMATS[form].suffix
    return FORMATS[form].file is None or bool(options.partition or (named and target.suffix != named))


@contextmanager
def _snapshot(db: Database) -> Iterator[None]:
    """All that is read is of one moment."""
    db.conn.execute("BEGIN")
    try:
        yield
    finally:
        db.conn.execute("ROLLBACK")


def _folder(corpus: Corpus, form: str, folder: Path) -> None:
    """All files of an export that is a folder."""
    fill = FORMATS[form].folder
    assert fill
    fill(corpus, folder)
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    (folder / FORMATS[form].manifest).write_bytes(_manifest(corpus, form, paths, folder))


def _manifest(corpus: Corpus, form: str, paths: list[Path], root: Path) -> bytes:
    tell = FORMATS[form].notes
    files = [_file(path, root) for path in paths]
    return f"{manifest.manifest(corpus, form, files, tell(corpus) if tell else {})}\n".encode()


def _file(path: Path, root: Path) -> manifest.File:
    with path.open("rb") as stream:
        digest = file_digest(stream, "sha256").hexdigest()
    return manifest.File(path.relative_to(root).as_posix(), path.stat().st_size, digest)


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


def _save_folder(target: Path, fill: Callable[[Path], None]) -> None:
    """What `fill` puts in a folder, as the folder `target`: all of it, or nothing under that name."""
    try:
        place = target.resolve()
        if place.exists() and not _may_replace(place):
            raise ArchiveError(f"{target} is there, and no export made it. Choose another folder to export to.")
        partial = place.with_name(f".{place.name}.{os.getpid()}.part")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir()
        try:
            fill(partial)
            shutil.rmtree(place, ignore_errors=True)
            partial.replace(place)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    except OSError as error:
        raise ArchiveError(f"cannot write {target}: {error.strerror or error}") from error


def _may_replace(place: Path) -> bool:
    return place.is_dir() and (manifest.is_export(place) or not any(place.iterdir()))


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
