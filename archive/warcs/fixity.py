"""The fixity manifest of a folder of WARC files: `manifest-sha256.txt`, as BagIt and `sha256sum --check` have it.

A file is listed when it is closed, with the digest of what was written, not of what is read back: so that damage of
the disk is seen from the first day. A digest changes only where this project changes the file, as a takedown does.
"""

import fcntl
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import file_digest
from pathlib import Path

from archive.warcs.openness import sync_directory

MANIFEST = "manifest-sha256.txt"
ANEW = ".anew"  # suffix of a file that is about to take another's place
_LINE = re.compile(r"([0-9a-fA-F]{64}) [ *](.+)")


def listed(directory: Path) -> dict[str, str]:
    """The digests of the files that the manifest lists, by their names relative to its folder."""
    try:
        text = (directory / MANIFEST).read_text("utf-8", errors="surrogateescape")
    except FileNotFoundError:
        return {}
    return {match[2]: match[1].lower() for line in text.splitlines() if (match := _LINE.fullmatch(line))}


def note(directory: Path, file: str, digest: str) -> None:
    """List a file with its digest; on disk when this returns."""
    with _alone(directory):
        known = listed(directory)
        if known.get(file) != digest:
            _list(directory, known | {file: digest})


def forget(directory: Path, file: str) -> None:
    """List a file no more."""
    with _alone(directory):
        known = listed(directory)
        if known.pop(file, None):
            _list(directory, known)


def _list(directory: Path, known: Mapping[str, str]) -> None:
    text = "".join(f"{digest}  {name}\n" for name, digest in sorted(known.items()))
    put(directory / MANIFEST, text.encode("utf-8", errors="surrogateescape"))


def digest_of(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()


def put(path: Path, content: bytes) -> None:
    """A file of this content, whole or not at all."""
    anew = path.with_name(path.name + ANEW)
    with anew.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    anew.replace(path)
    sync_directory(path.parent)


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    """While nobody else changes the manifest: a crawl and an ingest may close files at the same time."""
    fd = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)
