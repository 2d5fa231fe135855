"""Gzip files of many members, one a record: where each begins and ends, and whether it is whole."""

import os
import zlib
from collections.abc import Iterator
from contextlib import suppress
from typing import BinaryIO

CHUNK = 1 << 16
GZIP = 31  # zlib's wbits for one gzip member with its header and checksum
MAGIC = b"\x1f\x8b\x08"


def member(stream: BinaryIO) -> tuple[bytes, int]:
    """The gzip member that begins here, unpacked, and its packed length. EOFError where the file ends inside it."""
    unpack = zlib.decompressobj(GZIP)
    pieces, taken = [], 0
    while not unpack.eof:
        chunk = stream.read(CHUNK)
        if not chunk:
            raise EOFError(f"the file ends after {taken} bytes of it")
        taken += len(chunk)
        pieces.append(unpack.decompress(chunk))
    return b"".join(pieces), taken - len(unpack.unused_data)


def members(stream: BinaryIO) -> Iterator[tuple[int, int, bytes]]:
    """The members of a file that can be read: where each begins, its packed length, and what it holds."""
    offset: int | None = 0
    while offset is not None and offset < os.fstat(stream.fileno()).st_size:
        stream.seek(offset)
        try:
            data, length = member(stream)
        except (EOFError, zlib.error):
            offset = following(stream, offset)
            continue
        yield offset, length, data
        offset += length


def whole(stream: BinaryIO) -> int:
    """Where the last whole member of a file ends."""
    end = stream.seek(0)
    while True:
        try:
            end += member(stream)[1]
        except (EOFError, zlib.error):
            return end
        stream.seek(end)


def following(stream: BinaryIO, start: int, head: bytes = b"WARC/") -> int | None:
    """Where the next whole member that holds `head` first begins behind damage at `start`; None where there is none."""
    at = start + 1
    while (at := _magic(stream, at)) >= 0:
        stream.seek(at)
        with suppress(EOFError, zlib.error):
            if member(stream)[0].startswith(head):  # not one that a page's own body is
                return at
        at += 1
    return None


def _magic(stream: BinaryIO, start: int) -> int:
    """Where the first bytes of a member stand next; -1 where they do not."""
    stream.seek(start)
    before = b""
    at = start
    while chunk := stream.read(CHUNK):
        found = (before + chunk).find(MAGIC)
        if found >= 0:
            return at - len(before) + found
        at += len(chunk)
        before = (before + chunk)[-len(MAGIC) + 1 :]
    return -1
