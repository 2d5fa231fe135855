"""What `ingest` finds under a path: which files, in which order, and what each one holds."""

import os
import re
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from archive.warcs import cdxj, fixity
from archive.warcs.reading import scan
from archive.warcs.records import WarcError

MAX_FILE = 32 << 20  # bytes of a page saved as a file; the largest of the real pages has 0.6 MB
HEAD = 4096  # bytes that are looked at for a type

TEXT_SUFFIXES = (".txt", ".text", ".md")
HTML_SUFFIXES = (".html", ".htm", ".shtml", ".xhtml", ".mhtml")
HTML_SMELL = re.compile(rb"<(?:!doctype\s+html|html|head|body|title|meta|div|table|p|br)\b", re.IGNORECASE)

WARC = (".warc", ".warc.gz", ".warc.gz.open")  # the last: of a crawl that runs, or was killed
# Beside WARC files: one that is being copied, indexes, the manifest, torn tails that a repair kept.
BESIDE = (".warc.gz.part", cdxj.SUFFIX, fixity.MANIFEST, fixity.ANEW, ".torn")

WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")  # UTF-16, where NUL bytes are text
MAGIC = {
    b"%PDF-": "PDF",
    b"PK\x03\x04": "ZIP or Office file",
    b"\xd0\xcf\x11\xe0": "old Office file",
    b"\x89PNG": "PNG image",
    b"\xff\xd8\xff": "JPEG image",
    b"GIF8": "GIF image",
    b"\x1f\x8b": "gzip file",
    b"SQLite format 3": "SQLite database",
}
CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
# Share of control bytes past which bytes are no text. Random bytes have 0.1; damaged GBK pages stay under 0.001.
CONTROL_SHARE = 0.01


@dataclass(frozen=True, slots=True)
class Found:
    """A file to ingest. `name` is its path relative to the argument."""

    path: Path
    name: str

    @property
    def is_warc(self) -> bool:
        """Whether its name says that it holds WARC records."""
        return self.path.name.lower().endswith(WARC)


@dataclass(frozen=True, slots=True)
class Unfit:
    """A path that cannot be ingested, and why."""

    path: str
    why: str

    def __str__(self) -> str:
        return self.why if self.path in self.why else f"{self.path}: {self.why}"


def found(arguments: tuple[str, ...]) -> Iterator[Found | Unfit]:
    """The files that the arguments name, folders in full, each in the order of their names."""
    for argument in arguments:
        path = Path(argument)
        try:
            mode = path.stat().st_mode
        except OSError as error:
            yield Unfit(argument, error.strerror or str(error))
            continue
        if stat.S_ISDIR(mode):
            yield from _under(path)
        else:
            yield _checked(path, path.name)


def in_time(some: Iterable[Found | Unfit]) -> list[Found | Unfit]:
    """The same, WARC files by when their first captures were made: `crawl-10-…` would come before `crawl-9-…`."""
    return sorted(some, key=lambda one: _began(one.path) if isinstance(one, Found) and one.is_warc else "")


def _began(path: Path) -> str:
    """When the first capture of a WARC file was made; '' where there is none, or it cannot be read."""
    with suppress(OSError, WarcError):
        if first := next(scan(path), None):
            return first.date
    return ""


def _under(folder: Path) -> Iterator[Found | Unfit]:
    """The files of a folder. Links are not followed: they may lead in a circle, or out of what was meant."""
    unreadable: list[OSError] = []
    for at, folders, names in os.walk(folder, onerror=unreadable.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(name for name in names if not name.startswith(".") and not name.endswith(BESIDE)):
            path = Path(at, name)
            if path.is_symlink() and not path.exists():
                yield Unfit(str(path), f"leads nowhere: {path.readlink()}")
            elif not path.is_symlink():
                yield _checked(path, str(path.relative_to(folder)))
        yield from (Unfit(str(error.filename), error.strerror or str(error)) for error in unreadable)
        unreadable.clear()


def _checked(path: Path, name: str) -> Found | Unfit:
    try:
        status = path.stat()
    except OSError as error:
        return Unfit(str(path), error.strerror or str(error))
    found = Found(path, os.fsencode(name).decode("utf-8", "replace"))
    if not stat.S_ISREG(status.st_mode):
        return Unfit(str(path), "is neither a file nor a folder")
    if status.st_size > MAX_FILE and not found.is_warc:
        return Unfit(str(path), f"has {status.st_size:,} bytes, more than the {MAX_FILE:,} of a page")
    return found


def content_type(name: str, body: bytes) -> str:
    """What a file's name says that it is; where that says nothing, what its beginning smells of."""
    suffix = Path(name).suffix.lower()
    if suffix in TEXT_SUFFIXES:
        return "text/plain"
    if suffix in HTML_SUFFIXES or HTML_SMELL.search(body[:HEAD]):
        return "text/html"
    return "text/plain"


def binary(body: bytes) -> str:
    """What kind of file it is, if it is no text; else ''."""
    for magic, kind in MAGIC.items():
        if body.startswith(magic):
            return kind
    if not body or body.startswith(WIDE_MARKS):
        return ""
    share = len(CONTROL.findall(body)) / len(body)
    return f"{share:.0%} control bytes" if share > CONTROL_SHARE else ""
