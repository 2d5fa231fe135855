"""Torn and damaged WARC files: where whole records go on behind damage, and a torn tail cut off and kept aside.

A tail is torn where the file ends inside its last record. It is cut only if no whole record follows it: then nothing
that can be read is touched, and what is cut stands in FILE.torn.
"""

import fcntl
import os
import zlib
from pathlib import Path
from typing import BinaryIO

from archive.removing.warc_tombstones import TORN
from archive.warcs.gzips import following, member, whole
from archive.warcs.openness import OPEN, is_held
from archive.warcs.sealing import seal


def cut(path: Path, warc_dir: Path) -> str:
    """Cut the torn tail of a file, and list it anew; what was done, in words.

    '' where there is no tail, or a writer holds the file.
    """
    with path.open("r+b") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return ""
        end, size = whole(stream), os.fstat(stream.fileno()).st_size
        if end == size or not _ends_inside(stream, end) or following(stream, end) is not None:
            return ""
        aside = _free(path)
        stream.seek(end)
        _keep(aside, stream.read())
        stream.truncate(end)
        os.fsync(stream.fileno())
        if not path.name.endswith(OPEN):
            seal(warc_dir, str(path.relative_to(warc_dir)))
    return f"{path.name}: its torn tail, {size - end:,} bytes from {end}, was cut and stands in {aside.name}"


def left_open(warc_dir: Path) -> list[Path]:
    """Files that a crash left open."""
    return [path for path in sorted(warc_dir.glob("**/*" + OPEN)) if not is_held(path)]


def _ends_inside(stream: BinaryIO, at: int) -> bool:
    stream.seek(at)
    try:
        member(stream)
    except EOFError:
        return True
    except zlib.error:
        return False
    return False


def _keep(path: Path, data: bytes) -> None:
    with path.open("xb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())


def _free(path: Path) -> Path:
    """FILE.torn, or the first FILE.n.torn that is not there."""
    name = path.name.removesuffix(OPEN)
    found, number = path.with_name(name + TORN), 1
    while found.exists():
        number += 1
        found = path.with_name(f"{name}.{number}{TORN}")
    return found
