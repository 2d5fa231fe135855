"""Files beside the database: logs and reports are masked, what others put there is only named."""

import gzip
import os
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from archive.exports.exchange import opened
from archive.exports.manifest import is_export
from archive.progress import Progress
from archive.removing.redact import holds
from archive.removing.runs import Runs

OURS = (".log", "report.html", "start_urls.txt")  # how the names of files end that crawls and reports leave
LARGEST = 1 << 30  # bytes of a file that is looked into
PIECE = 1 << 22  # bytes that are looked at in one go
OVERLAP = 256  # bytes of one piece that are looked at again with the next
MASKED = ".masked"


def mask(archive: Path, warc_dir: Path, runs: Runs, progress: Progress) -> tuple[list[str], list[str]]:
    """Mask the runs in logs and reports; the files that were masked, and those that hold them still."""
    masked, left = [], []
    paths = list(_files(archive, warc_dir)) if runs else []
    progress.start("files beside the archive", len(paths))
    for path in paths:
        if _holds(path, runs):
            if _is_ours(path):
                _mask(path, runs)
                masked.append(str(path))
            else:
                left.append(str(path))
        progress.step()
    progress.stop()
    return masked, left


def _files(archive: Path, warc_dir: Path) -> Iterator[Path]:
    """The files in the archive's folder, and in the exports beside it."""
    database = {archive.name + end for end in ("", "-wal", "-shm", "-journal")}
    for path in sorted(archive.parent.iterdir()):
        if path.is_dir() and path.resolve() != warc_dir.resolve() and is_export(path):
            yield from sorted(one for one in path.glob("**/*") if one.is_file())
        elif path.is_file() and path.name not in database and path.stat().st_size <= LARGEST:
            yield path


def _is_ours(path: Path) -> bool:
    return path.name.endswith(OURS) or ".log." in path.name


def _mask(path: Path, runs: Runs) -> None:
    """The file again, line by line; it takes the place of the old one when it is on disk."""
    anew = path.with_name(path.name + MASKED)
    with (
        path.open(encoding="utf-8", errors="surrogateescape", newline="") as lines,
        anew.open("w", encoding="utf-8", errors="surrogateescape", newline="") as out,
    ):
        for line in lines:
            new = runs.mask(line)
            out.write("(a line that was taken down)\n" if holds(runs, new) else new)
        out.flush()
        os.fsync(out.fileno())
    anew.replace(path)


def _holds(path: Path, runs: Runs) -> bool:
    try:
        return any(holds(runs, text) for text in _texts(path))
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile):
        return False


def _texts(path: Path) -> Iterator[str]:
    """What a file says, as far as that can be read: as it is, unpacked, the cells of a table."""
    with path.open("rb") as stream:
        magic = stream.read(4)
        stream.seek(0)
        if magic.startswith(b"PK"):
            with zipfile.ZipFile(path) as inside:
                for name in inside.namelist():
                    data = inside.read(name)
                    yield from _decoded(gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data)
        elif magic == b"PAR1":
            yield from _cells(path)
        else:
            with gzip.open(path) if magic.startswith(b"\x1f\x8b") else path.open("rb") as content:
                tail = b""
                while piece := content.read(PIECE):
                    yield from _decoded(tail + piece)
                    tail = piece[-OVERLAP:]


def _cells(path: Path) -> Iterator[str]:
    from pyarrow import ArrowInvalid

    try:
        with opened(path) as file:
            for batch in file.iter_batches(batch_size=500):
                yield "\0".join(str(value) for row in batch.to_pylist() for value in row.values())
    except ArrowInvalid:
        return


def _decoded(data: bytes) -> Iterator[str]:
    text = data.decode("utf-8", "ignore")
    yield text
    if not text.isascii() or b"\x00" in data:
        yield data.decode("gb18030", "ignore")
    if b"\x00" in data:
        yield data.decode("utf-16-le", "ignore")
