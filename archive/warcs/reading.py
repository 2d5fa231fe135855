"""How records are read back: one by its place, all of a file in order, past damage; a revisit with its original's body.

Files of other tools are read too: WARC/1.0, without compression, names of fields in any case, chunked bodies.
"""

import os
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from fastwarc import ArchiveIterator, WarcRecord

from archive.warcs.gzips import following, member
from archive.warcs.http import Headers, dechunked, decoded, header, parse_head
from archive.warcs.openness import existing
from archive.warcs.records import KINDS, Record, Reference, WarcError, body_digest


def read(directory: Path, file: str, offset: int) -> Record:
    """The record of a file in `directory` that begins at `offset`."""
    try:
        with existing(directory / file).open("rb") as stream:
            stream.seek(offset)
            data, length = member(stream)
    except (OSError, EOFError, zlib.error) as error:
        raise WarcError(f"{file}: no record at {offset} ({error})") from error
    return parsed(WarcRecord.from_bytes(data), offset, length)


def raw(directory: Path, file: str, offset: int) -> tuple[bytes, Record]:
    """The same as the gzip member that it is, byte for byte, beside what it holds."""
    record = read(directory, file, offset)
    with existing(directory / file).open("rb") as stream:
        stream.seek(offset)
        return stream.read(record.length), record


def resolved(revisit: Record, original: Record) -> Record:
    """A revisit as what the server would have sent: the original's body and what only its head says.

    Status and headers of an answer 304 are not those of a page: the original's stand in, the 304's own over them.
    """
    if original.kind not in ("response", "resource"):
        raise WarcError(f"{revisit.record_id} refers to a record of type {original.kind}, which has no body")
    known = {name.lower() for name, _ in revisit.headers}
    headers = (*(one for one in original.headers if one[0].lower() not in known), *revisit.headers)
    return replace(
        revisit,
        status=original.status if revisit.status in (0, 304) else revisit.status,
        headers=headers,
        content_type=header(revisit.headers, "Content-Type") or original.content_type,
        body=original.body,
        truncated=original.truncated,
    )


def is_of(directory: Path, row: Mapping[str, object]) -> bool:
    """Whether the record that a row of `fetches` names is what the row says."""
    try:
        record = read(directory, str(row["warc_file"]), int(str(row["warc_offset"] or 0)))
    except WarcError:
        return False
    said = record.payload_digest in ("", row["payload_digest"])
    return record.url == row["url"] and said and (record.kind == "revisit" or body_digest(record) == row["body_digest"])


def scan(path: Path) -> Iterator[Record]:
    """The responses, resources and revisits of a WARC file, compressed or not, in order.

    Behind damage it goes on at the next whole record; what was wrong is raised when all that is whole was given.
    """
    damage: OSError | None = None
    at: int | None = 0
    try:
        with path.open("rb") as stream:
            while at is not None:
                places = [at]
                stream.seek(at)
                try:
                    yield from _scanned(stream, path, places)
                except OSError as error:
                    damage = damage or error
                at = _behind(stream, places[-1])
        if damage:
            raise damage
    except OSError as error:
        raise WarcError(f"cannot read {path} as WARC: {error.strerror or error}") from error


def _behind(stream: BinaryIO, last: int) -> int | None:
    """Where whole records go on behind the last one that was read; None where nothing is left."""
    stream.seek(last)
    try:
        end = last + member(stream)[1]
    except (EOFError, zlib.error):
        end = last + 1
    return following(stream, end) if end < os.fstat(stream.fileno()).st_size else None


def _scanned(stream: BinaryIO, path: Path, places: list[int]) -> Iterator[Record]:
    """Each record is held back until the next one tells where it ends; what came before damage is not lost to it.

    `places` takes where each begins.
    """
    records = ArchiveIterator(stream, parse_http=False)
    found, previous, damage = 0, None, None
    while damage is None:
        try:
            record = next(records, None)
        except OSError as error:
            record, damage = None, error
        if previous:
            yield _with_end(previous, record.stream_pos if record else _end(stream, previous.offset))
        if record is None:
            break
        found += 1
        places.append(record.stream_pos)
        wanted = fields_of(record).get("warc-type") in KINDS
        previous = parsed(record, record.stream_pos, 0) if wanted else None
    if damage:
        raise damage
    if not found and not places[0]:
        raise WarcError(f"{path} holds no WARC record")


def _end(stream: BinaryIO, start: int) -> int:
    """Where the last record ends that was read."""
    stream.seek(start)
    try:
        return start + member(stream)[1]
    except (EOFError, zlib.error):  # a file without compression
        return os.fstat(stream.fileno()).st_size


def _with_end(record: Record, end: int) -> Record:
    return replace(record, length=end - record.offset)


def parsed(record: WarcRecord, offset: int, length: int) -> Record:
    """A record as its fields and its block say; `WarcError` where the block is not all there."""
    fields = fields_of(record)
    block = record.reader.read()
    if len(block) != record.content_length:
        raise WarcError(f"torn record at {offset}: {len(block)} of {record.content_length} bytes are there")
    http = is_http(fields)
    status, headers, body = _response(block) if http else (0, (), block)
    return Record(
        kind=fields.get("warc-type", ""),
        url=_address(fields.get("warc-target-uri", "")),
        date=fields.get("warc-date", ""),
        status=status,
        headers=headers,
        content_type=header(headers, "Content-Type") if http else fields.get("content-type", ""),
        body=body,
        record_id=fields.get("warc-record-id", ""),
        payload_digest=fields.get("warc-payload-digest", ""),
        offset=offset,
        length=length,
        refers_to=_reference(fields),
        truncated=fields.get("warc-truncated", ""),
    )


def _reference(fields: dict[str, str]) -> Reference:
    return Reference(
        fields.get("warc-profile", ""),
        fields.get("warc-refers-to", ""),
        _address(fields.get("warc-refers-to-target-uri", "")),
        fields.get("warc-refers-to-date", ""),
    )


def _address(value: str) -> str:
    return value.strip("<>")  # WARC/1.0 files may have it in angle brackets


def _response(block: bytes) -> tuple[int, Headers, bytes]:
    """An HTTP response's status, headers and body, encodings undone."""
    status, headers, start = parse_head(block)
    body = block[start:]
    if "chunked" in header(headers, "Transfer-Encoding").lower():
        body = dechunked(body)
    return status, headers, decoded(body, headers)


def is_http(fields: dict[str, str]) -> bool:
    """Whether a record's block is an HTTP message."""
    return fields.get("content-type", "").startswith("application/http")


def fields_of(record: WarcRecord) -> dict[str, str]:
    """A record's own header, names in lower case: tools differ in how they write them."""
    return {name.lower(): value for name, value in record.headers}
