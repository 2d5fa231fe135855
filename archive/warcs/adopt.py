"""WARC files that others wrote become files of the archive: whole, under a name that follows from their bytes.

A file whose records are gzip members of their own is copied byte for byte. Any other (no compression, or one
member for all) is packed anew, record by record, so that a record can be read by its offset.
"""

import gzip
import os
import shutil
import zlib
from collections.abc import Callable
from contextlib import suppress
from hashlib import file_digest
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from fastwarc import ArchiveIterator

from archive.warc import OPEN, WarcError, finish_open, read, scan

GZIP = b"\x1f\x8b"


def adopt(path: Path, warc_dir: Path, respect: Callable[[Path], object] = lambda path: None) -> str:
    """The name, relative to `warc_dir`, under which the records of `path` can be read for ever.

    `respect` takes out of the copy what must not be kept, before it has its name.
    """
    if path.resolve().is_relative_to(warc_dir.resolve()) and _is_random_access(path):
        return str(path.resolve().relative_to(warc_dir.resolve()))
    with path.open("rb") as stream:
        digest = file_digest(stream, "sha256").hexdigest()
    stem = path.name.removesuffix(OPEN).removesuffix(".gz").removesuffix(".warc")
    target = warc_dir / f"{stem}-{digest[:12]}.warc.gz"
    if not target.exists():
        if next(scan(path), None) is None:
            raise WarcError(f"{path} holds no page")
        warc_dir.mkdir(parents=True, exist_ok=True)
        _whole(target, lambda out: _copy(path, out) if _is_random_access(path) else _pack(path, out), respect)
    else:
        respect(target)
    return target.name


def _is_random_access(path: Path) -> bool:
    """Whether a record past the first can be read by its offset."""
    with path.open("rb") as stream:
        if stream.read(2) != GZIP:
            return False
    try:
        second = next((record for record in scan(path) if record.offset), None)
        return second is None or read(path.parent, path.name, second.offset).record_id == second.record_id
    except WarcError:
        return False


def _copy(path: Path, out: BinaryIO) -> None:
    with path.open("rb") as stream:
        shutil.copyfileobj(stream, out)


def _pack(path: Path, out: BinaryIO) -> None:
    with path.open("rb") as stream:
        packed = stream.read(2) == GZIP
    # A torn file gives what is whole; `check` names what is not.
    with gzip.open(path) if packed else path.open("rb") as stream, suppress(EOFError, zlib.error):
        for record in ArchiveIterator(stream, parse_http=False):
            block = BytesIO()
            record.write(block)
            out.write(gzip.compress(block.getvalue(), mtime=0))


def _whole(target: Path, write: Callable[[BinaryIO], None], respect: Callable[[Path], object]) -> None:
    """Never a half file under the final name, nor a half record in it: a torn tail stays behind."""
    partial = target.with_name(target.name + ".part")
    try:
        with partial.open("wb") as out:
            write(out)
            out.flush()
            os.fsync(out.fileno())
        respect(partial)
        partial.replace(target.with_name(target.name + OPEN))
    finally:
        partial.unlink(missing_ok=True)
    finish_open(target.parent)
