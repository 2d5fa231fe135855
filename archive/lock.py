"""One crawl an archive: a lock beside the database, held by the crawl's process and lost with it, however it ends.

The kernel holds the lock (flock on `NAME.lock`), so a killed crawl leaves none behind. The file says who holds it, for
people; nothing is decided by what it says. Commands that write short transactions (ingest, rebuild) need no such lock:
SQLite orders them. Takedowns write captures anew, and have a lock of their own (`NAME.takedown.lock`), which an ingest
shares with others while it reads them.
"""

import errno
import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Self

from archive.errors import ArchiveError
from archive.store import now

CRAWL, TAKEDOWN = ".lock", ".takedown.lock"  # how the names of the files end
PATIENCE = 0.5  # seconds: who only looks whether the lock is held holds it for an instant


@dataclass(frozen=True, slots=True)
class Holder:
    """Who crawls an archive."""

    pid: int
    site: str
    since: str
    crawl: int = 0  # 0 until it has its row

    def __str__(self) -> str:
        crawl = f"crawl {self.crawl}" if self.crawl else "a crawl"
        return f"{crawl} of {self.site}, process {self.pid}, since {self.since}"


class CrawlLock:
    """The lock of one archive, held until `release` or the end of the process."""

    def __init__(self, file: int, holder: Holder) -> None:
        self._file = file
        self.holder = holder

    @classmethod
    def take(cls, archive: Path, site: str) -> Self:
        """The lock; `ArchiveError` says who holds it where another crawl does."""
        path = _path(archive)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)  # workers do not inherit it
        except OSError as error:
            raise ArchiveError(f"cannot lock the archive {archive}: {path}: {error.strerror}") from error
        try:
            _lock(file, archive, PATIENCE)
            lock = cls(file, Holder(os.getpid(), site, now()))
            lock._say()
        except BaseException:
            os.close(file)
            raise
        return lock

    def names(self, crawl: int) -> None:
        """Say which crawl holds it."""
        self.holder = replace(self.holder, crawl=crawl)
        self._say()

    def release(self) -> None:
        """Let the next crawl begin. The file stays: who removes it could remove the one that another just locked."""
        os.ftruncate(self._file, 0)
        os.close(self._file)

    def _say(self) -> None:
        """Write who holds it; a disk without room for that is no reason not to hold it."""
        said = json.dumps(asdict(self.holder), ensure_ascii=False).encode() + b"\n"
        try:
            os.ftruncate(self._file, 0)
            os.pwrite(self._file, said, 0)
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
                raise


def refuse_second(archive: Path) -> None:
    """Raise `ArchiveError` where a crawl holds the archive; nothing is made or written."""
    try:
        file = os.open(_path(archive), os.O_RDONLY)
    except OSError:  # no lock was ever taken, or `take` will say what is wrong
        return
    try:
        _lock(file, archive)
    finally:
        os.close(file)


def holder_of(archive: Path) -> Holder | None:
    """Who crawls the archive now, as far as the file tells; None where nobody does."""
    try:
        refuse_second(archive)
    except Held as held:
        return held.holder
    return None


@contextmanager
def alone_removing(archive: Path, waits: Callable[[], None] = lambda: None) -> Iterator[None]:
    """The one that takes things out of an archive. Waits for the end of what holds that off, and calls `waits` before.

    Another takedown does, and whoever is `taking_in`.
    """
    with _takedowns(archive, fcntl.LOCK_EX, waits):
        yield


@contextmanager
def taking_in(archive: Path) -> Iterator[None]:
    """No takedown is carried out meanwhile: it could not mask what was read from a capture, and has no row yet."""
    with _takedowns(archive, fcntl.LOCK_SH, lambda: None):
        yield


@contextmanager
def _takedowns(archive: Path, how: int, waits: Callable[[], None]) -> Iterator[None]:
    path = _path(archive, TAKEDOWN)
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise ArchiveError(f"cannot lock the archive {archive}: {path}: {error.strerror}") from error
    try:
        try:
            fcntl.flock(file, how | fcntl.LOCK_NB)
        except BlockingIOError:
            waits()
            fcntl.flock(file, how)
        except OSError as error:
            raise ArchiveError(f"cannot lock the archive {archive}: {path}: {error.strerror}") from error
        yield
    finally:
        os.close(file)


class Held(ArchiveError):
    """Another crawl holds the archive."""

    def __init__(self, archive: Path, holder: Holder | None) -> None:
        who = f" ({holder})" if holder else ""
        stop = f", or end that one (kill -INT {holder.pid})" if holder else ""
        super().__init__(
            f"the archive {archive} is being crawled already{who}; two crawls would ask the same addresses twice. "
            f"Wait for its end{stop}"
        )
        self.holder = holder


def _path(archive: Path, ending: str = CRAWL) -> Path:
    """Beside the file that a link leads to: an archive has one lock, however it is named."""
    real = archive.resolve()
    return real.with_name(real.name + ending)


def _lock(file: int, archive: Path, patience: float = 0.0) -> None:
    until = time.monotonic() + patience
    while True:
        try:
            return fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() >= until:
                raise Held(archive, _said(file)) from error
        except OSError as error:
            raise ArchiveError(f"cannot lock the archive {archive}: {error.strerror}") from error
        time.sleep(PATIENCE / 10)


def _said(file: int) -> Holder | None:
    """What the file says; None where its holder has not written it yet."""
    try:
        return Holder(**json.loads(os.pread(file, 1 << 16, 0)))
    except (ValueError, TypeError):
        return None
