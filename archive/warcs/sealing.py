"""What is done when a WARC file is closed: its index is written, its digest is noted. Also for files that are there.

Before the file has its final name: a kill in between leaves it open, and the next start does it again. Whatever has
its final name was sealed.
"""

import fcntl
import os
from collections.abc import Iterable
from pathlib import Path

from archive.warcs import cdxj, fixity
from archive.warcs.gzips import following, whole
from archive.warcs.openness import OPEN, sync_directory

SEALED = (".warc.gz", ".warc")


def seal(directory: Path, file: str, source: Path | None = None) -> None:
    """Index and digest of a file of the folder, read from `source` where it has not its name yet."""
    path = source or directory / file
    finish(directory, file, cdxj.lines(path, file), fixity.digest_of(path))


def finish(directory: Path, file: str, lines: Iterable[bytes], digest: str) -> None:
    """The same of what is known already."""
    fixity.put(cdxj.path_of(directory / file), cdxj.index(lines))
    fixity.note(directory, file, digest)


def reindex(directory: Path, file: str) -> bool:
    """Write a file's index where it is not there or of something else, list the file where it is not; if it was so.

    A digest that is listed stays: what does not fit it was damaged, and must not be called whole.
    """
    path = directory / file
    is_listed, indexed = file in fixity.listed(directory), is_indexed(path)
    if not indexed:
        fixity.put(cdxj.path_of(path), cdxj.index(cdxj.lines(path, file)))
    if not is_listed:
        fixity.note(directory, file, fixity.digest_of(path))
    return not (is_listed and indexed)


def is_indexed(path: Path) -> bool:
    """Whether the index beside a file is of it."""
    try:
        return cdxj.path_of(path).read_bytes() == cdxj.index(cdxj.lines(path, path.name))
    except FileNotFoundError:
        return False


def closed(directory: Path) -> list[str]:
    """The files of a folder that have their final name, in order."""
    found = (path for path in directory.glob("**/*") if path.name.endswith(SEALED) and path.is_file())
    return sorted(str(path.relative_to(directory)) for path in found)


def finish_open(directory: Path) -> list[str]:
    """Finish the files that a crash left open: cut off a torn tail, seal, give the final name. Returns their names.

    A file that a running writer holds is locked, and is left alone.
    """
    finished = []
    for path in sorted(directory.glob("*" + OPEN)):
        with path.open("r+b") as stream:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            end = whole(stream)
            if following(stream, end) is None:  # else it is damage, and what is whole behind it stays
                stream.truncate(end)
            os.fsync(stream.fileno())
            if not path.exists():  # its writer closed it between the listing and the lock
                continue
            if not os.fstat(stream.fileno()).st_size:  # killed before the first record
                path.unlink()
                continue
            seal(directory, path.stem, path)
            path.rename(path.with_suffix(""))
            finished.append(path.stem)
    if finished:
        sync_directory(directory)
    return finished
