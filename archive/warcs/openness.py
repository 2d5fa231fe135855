"""Which file a writer holds: it is named `….open` and locked until it is closed."""

import fcntl
import os
from pathlib import Path

OPEN = ".open"  # suffix of a file that a writer still holds


def existing(path: Path) -> Path:
    """`path`, or what it is called while its writer holds it."""
    still_open = path.with_name(path.name + OPEN)
    return still_open if not path.exists() and still_open.exists() else path


def exists(directory: Path, file: str) -> bool:
    """Whether a file is there, finished or not."""
    return existing(directory / file).exists()


def is_held(path: Path) -> bool:
    """Whether a running writer holds a file. Asking never disturbs another who asks."""
    if not path.name.endswith(OPEN):
        return False
    with path.open("rb") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def create(directory: Path, file: str) -> int | None:
    """A new file for writing, locked; None where there is one of that name."""
    path = directory / (file + OPEN)
    if (directory / file).exists():
        return None
    try:
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o644)
    except FileExistsError:
        return None
    fcntl.flock(fd, fcntl.LOCK_EX)
    if path.exists():
        return fd
    os.close(fd)  # another run took it for a crashed one's before it was locked
    return None


def sync_directory(directory: Path) -> None:
    """Put the names in a folder on disk."""
    fd = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
