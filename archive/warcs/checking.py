"""Whether a WARC file is whole: its gzip members, the lengths and the digests of its records."""

import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from fastwarc import ArchiveIterator, WarcRecord

from archive.warcs.gzips import following, member, members
from archive.warcs.http import parse_head
from archive.warcs.openness import existing
from archive.warcs.reading import fields_of, is_http, parsed
from archive.warcs.records import Capture, body_digest, digest, normal


def check(path: Path) -> list[str]:
    """What is wrong with a WARC file: torn or damaged gzip members, lengths and digests that do not fit."""
    try:
        with path.open("rb") as stream:
            records = _members(stream) if stream.read(2) == b"\x1f\x8b" else _plain(stream)
            return [f"{path.name}: {problem}" for problem in records]
    except OSError as error:
        return [f"{path.name}: cannot be read: {error.strerror or error}"]


def captures(directory: Path, file: str) -> Iterator[tuple[str, Capture]]:
    """The responses and resources of a file that can be read and whose digests fit, by address; past damage too."""
    with existing(directory / file).open("rb") as stream:
        for offset, length, data in members(stream):
            if not any(_flaws(WarcRecord.from_bytes(data))):
                record = parsed(WarcRecord.from_bytes(data), offset, length)
                place = (file, offset, length, record.record_id, record.date, record.payload_digest)
                if record.kind in ("response", "resource"):
                    yield record.url, Capture(*place, body_digest(record))


def _members(stream: BinaryIO) -> Iterator[str]:
    """Problems of a compressed file. Behind a damaged member the scan goes on where the next whole one begins."""
    offset = stream.seek(0)
    size = os.fstat(stream.fileno()).st_size
    while offset < size:
        stream.seek(offset)
        try:
            data, length = member(stream)
        except (EOFError, zlib.error) as error:
            after = following(stream, offset)
            rest = "to its end" if after is None else f"to {after}, where whole records go on"
            yield f"damaged record at {offset}: {error}; {(after or size) - offset} bytes are lost, {rest}"
            offset = after or size
            continue
        yield from (f"record at {offset}: {problem}" for problem in _flaws(WarcRecord.from_bytes(data)))
        offset += length


def _plain(stream: BinaryIO) -> Iterator[str]:
    """Problems of a file without compression."""
    stream.seek(0)
    found = False
    for record in ArchiveIterator(stream, parse_http=False):
        found = True
        yield from (f"record at {record.stream_pos}: {problem}" for problem in _flaws(record))
    if not found:
        yield "holds no WARC record"


def _flaws(record: WarcRecord) -> Iterator[str]:
    block = record.reader.read()
    fields = fields_of(record)
    if len(block) != record.content_length:
        yield f"{len(block)} of {record.content_length} bytes are there"
    for name, content in _digested(fields, block).items():
        said = normal(fields.get(name.lower(), ""))
        if said.startswith("sha1:") and said != digest(content):
            yield f"{name} does not fit: it says {said}, the bytes say {digest(content)}"


def _digested(fields: dict[str, str], block: bytes) -> dict[str, bytes]:
    """What the digests of a record are of. The payload of a revisit stands in another record."""
    if fields.get("warc-type") == "revisit":
        return {"WARC-Block-Digest": block}
    payload = block[parse_head(block)[2] :] if is_http(fields) else block
    return {"WARC-Block-Digest": block, "WARC-Payload-Digest": payload}
