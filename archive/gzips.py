"""Gzip files of many members, one a record: where each begins and ends, and whether it is whole."""

import zlib
from typing import BinaryIO

CHUNK = 1 << 16
GZIP = 31  # zlib's wbits for one gzip member with its header and checksum


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


def whole(stream: BinaryIO) -> int:
    """Where the last whole member of a file ends."""
    end = stream.seek(0)
    while True:
        try:
            end += member(stream)[1]
        except (EOFError, zlib.error):
            return end
        stream.seek(end)
