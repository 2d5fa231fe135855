"""HTTP messages as bytes: heads, and the encodings of bodies.

One decoder serves the crawl and the replay, so that both hand the same bytes to the corridor. It never fails: what
a broken server sent is given back as far as it can be read.
"""

import re
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO

from fastwarc.stream_io import BrotliReader, ZstdReader

Headers = tuple[tuple[str, str], ...]

DECODED_LIMIT = 64 << 20  # bytes; a body that unpacks to more is cut there (a page of 64 MiB is no page)
CODINGS = 5  # in one another, as curl has it; more is a bomb, and stays as it is
GZIP_OR_ZLIB = 47  # zlib's wbits: either header
RAW_DEFLATE = -15  # what some servers call deflate
CHUNK = 1 << 12  # small, for a damaged body is kept up to the last whole piece

_LINE_END = re.compile(rb"\r?\n")
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_STATUS = re.compile(rb"HTTP/\S+ +(\d{3})")
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})[^\r\n]*\r?\n")


def parse_head(message: bytes) -> tuple[int, Headers, int]:
    """A message's status (0 if none), its headers, and where its body begins."""
    end = _HEAD_END.search(message)
    first, *lines = _LINE_END.split(message[: end.start() if end else len(message)])
    status = _STATUS.match(first)
    headers = tuple(_header(line) for line in lines if b":" in line)
    return int(status[1]) if status else 0, headers, end.end() if end else len(message)


def header(headers: Headers, name: str) -> str:
    """The last value of a header; '' if it is not there."""
    return next((value for key, value in reversed(headers) if key.lower() == name.lower()), "")


def stored_head(head: bytes, length: int) -> bytes:
    """A response's head as the WARC record keeps it: true of the bytes that follow it.

    The transfer encoding is undone, and a truncated body is shorter than was said: such a line keeps its text under
    the name X-Archive-Orig-…, and Content-Length is put right.
    """
    lines = [_renamed(line, length) for line in _LINE_END.split(head.rstrip(b"\r\n"))]
    if any(line.lower().startswith(b"x-archive-orig-content-length:") for line in lines):
        lines.append(b"Content-Length: %d" % length)
    return b"\r\n".join(lines) + b"\r\n\r\n"


def decoded(body: bytes, headers: Headers) -> bytes:
    """`body` with its content encodings undone. One that is wrong or unknown leaves it as it is."""
    codings = ",".join(value for key, value in headers if key.lower() == "content-encoding").split(",")
    for coding in reversed([word.strip().lower() for word in codings] if len(codings) <= CODINGS else []):
        unpack = _DECODERS.get(coding)
        body = (unpack(body) or body) if unpack else body
    return body


def dechunked(body: bytes) -> bytes:
    """`body` without its chunk sizes; as it is where it has none (many tools store it so)."""
    pieces, at = [], 0
    while size := _CHUNK_SIZE.match(body, at):
        length = int(size[1], 16)
        pieces.append(body[size.end() : size.end() + length])
        at = size.end() + length
        if length == 0:
            return b"".join(pieces)
        at += 2 if body[at : at + 2] == b"\r\n" else 1
    return b"".join(pieces) if at >= len(body) > 0 and pieces else body


def _header(line: bytes) -> tuple[str, str]:
    name, _, value = line.partition(b":")
    return name.decode("latin-1").strip(), value.decode("latin-1").strip()


def _renamed(line: bytes, length: int) -> bytes:
    name, _, value = line.partition(b":")
    untrue = name.lower() == b"content-length" and value.strip() != str(length).encode()
    return b"X-Archive-Orig-" + line if untrue or name.lower() == b"transfer-encoding" else line


def _inflated(body: bytes) -> bytes:
    """What gzip or deflate packed; '' if it is neither."""
    return _unzipped(body) or _raw_inflated(body)


def _unzipped(body: bytes) -> bytes:
    """All members of a gzip or zlib body, as far as they can be read."""
    out = bytearray()
    rest, before = body, -1
    while rest and before < len(out) < DECODED_LIMIT:
        before = len(out)
        unpack = zlib.decompressobj(GZIP_OR_ZLIB)
        try:
            for start in range(0, len(rest), CHUNK):
                out += unpack.decompress(rest[start : start + CHUNK], DECODED_LIMIT - len(out))
                if unpack.eof or len(out) >= DECODED_LIMIT:
                    break
        except zlib.error:
            break
        rest = unpack.unused_data + rest[start + CHUNK :]
    return bytes(out)


def _raw_inflated(body: bytes) -> bytes:
    """A deflate stream without header: it has no mark of its own, so only one that ends well is believed."""
    unpack = zlib.decompressobj(RAW_DEFLATE)
    try:
        out = unpack.decompress(body, DECODED_LIMIT)
    except zlib.error:
        return b""
    return out if unpack.eof else b""


def _read(pieces: Iterator[bytes]) -> bytes:
    out = bytearray()
    try:
        for piece in pieces:
            out += piece
            if len(out) >= DECODED_LIMIT:
                break
    except (OSError, ValueError):
        pass  # damaged from here on: what came before is kept
    return bytes(out[:DECODED_LIMIT])


def _unbrotli(body: bytes) -> bytes:
    reader = BrotliReader(BytesIO(body))
    return _read(iter(lambda: reader.read(CHUNK), b""))


def _unzstd(body: bytes) -> bytes:
    reader = ZstdReader(BytesIO(body))
    return _read(iter(lambda: reader.read(CHUNK), b""))


_DECODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": _inflated,
    "x-gzip": _inflated,
    "deflate": _inflated,
    "br": _unbrotli,
    "zstd": _unzstd,
}
