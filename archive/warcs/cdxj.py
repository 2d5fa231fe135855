"""The index of a WARC file as CDXJ: a line a capture, sorted, with its key, its time and where it stands.

Lines are those of cdxj-indexer, byte for byte, so that pywb and what else reads CDXJ finds captures by them. The index
of FILE.warc.gz is FILE.cdxj beside it.
"""

import json
import re
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path

from fastwarc import ArchiveIterator

from archive.warcs.gzips import members
from archive.warcs.http import Headers, header, parse_head
from archive.warcs.records import digest
from archive.warcs.surts import surt

SUFFIX = ".cdxj"
FIELDS = "application/warc-fields"  # of records that tell of others: no captures
END = b"\r\n\r\n"  # of a record without compression: no part of its length in an index
INDEXED = ("response", "revisit", "resource", "metadata")
_NO_DIGIT = re.compile(r"\D")
_MIME_END = re.compile(r"[;\s]")


def path_of(path: Path) -> Path:
    """Where the index of a WARC file stands: beside it, as cdxj-indexer calls it."""
    return path.with_name(path.name.removesuffix(".warc.gz") + SUFFIX)


def line(fields: Headers, block: bytes, offset: int, length: int, file: str) -> bytes:
    """A record's line; b'' for one that is no capture."""
    kind, url = header(fields, "WARC-Type"), header(fields, "WARC-Target-URI").strip("<>")
    content_type = header(fields, "Content-Type")
    if kind not in INDEXED or not url or (kind in ("resource", "metadata") and content_type == FIELDS):
        return b""
    told = {"url": url, **_of_block(kind, content_type, block)}
    told["digest"] = header(fields, "WARC-Payload-Digest") or digest(_payload(content_type, block))
    told |= {"length": str(length), "offset": str(offset), "filename": file.rsplit("/", 1)[-1]}
    return f"{surt(url)} {stamp(header(fields, 'WARC-Date'))} {json.dumps(told)}\n".encode()


def stamp(date: str) -> str:
    """A time as indexes have it: 14 digits."""
    return _NO_DIGIT.sub("", date)[:14]


def lines(path: Path, file: str) -> Iterator[bytes]:
    """The lines of a file called `file`, in the order of its records; past damage too."""
    for offset, length, data in _records(path):
        fields, start = _fields(data)
        size = header(fields, "Content-Length")
        block = data[start : start + int(size)] if size.isdigit() else data[start:]
        if found := line(fields, block, offset, length, file):
            yield found


def index(found: Iterable[bytes]) -> bytes:
    """An index of its lines."""
    return b"".join(sorted(found))


def _fields(data: bytes) -> tuple[Headers, int]:
    """A record's own header, which is UTF-8, unlike one of HTTP; and where its block begins."""
    _, headers, start = parse_head(data)
    return tuple((name, value.encode("latin-1").decode("utf-8", "replace")) for name, value in headers), start


def _records(path: Path) -> Iterator[tuple[int, int, bytes]]:
    """Records as they stand, with their places."""
    with path.open("rb") as stream:
        if stream.read(2) == b"\x1f\x8b":
            yield from members(stream)
            return
        stream.seek(0)
        before: tuple[int, bytes] | None = None
        for record in ArchiveIterator(stream, parse_http=False):
            if before:
                yield before[0], record.stream_pos - before[0] - len(END), before[1]
            whole = BytesIO()
            record.write(whole)
            before = record.stream_pos, whole.getvalue()
        if before:
            yield before[0], path.stat().st_size - before[0] - len(END), before[1]


def _of_block(kind: str, content_type: str, block: bytes) -> dict[str, str]:
    """What the index says of what was captured: its type and its status."""
    if kind == "resource" or kind == "metadata":
        return {"mime": _mime(content_type)} if content_type else {}
    status, headers, _ = parse_head(block) if content_type.startswith("application/http") else (0, (), 0)
    has_type = any(name.lower() == "content-type" for name, _ in headers)
    told = {"mime": _mime(header(headers, "Content-Type"))} if kind == "response" and has_type else {}
    if kind == "revisit":
        told["mime"] = "warc/revisit"
    return told | ({"status": str(status)} if status else {})


def _mime(content_type: str) -> str:
    return _MIME_END.split(content_type, maxsplit=1)[0].strip()


def _payload(content_type: str, block: bytes) -> bytes:
    return block[parse_head(block)[2] :] if content_type.startswith("application/http") else block
