"""WARC files: how captures are written, read back and checked. The only module that knows the format.

WARC/1.1, one gzip member a record, so that a record is read by its offset alone. An exchange is one `write()` and
one `fsync()`; a file is named `….open` until it is closed, and one left by a crash is finished by the next writer.
Bodies are kept as sent, after the transfer encoding; header bytes are the crawler's rendering of what it received.
"""

import fcntl
import os
import zlib
from base64 import b32encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha1, sha256
from io import BytesIO
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from fastwarc import ArchiveIterator, WarcRecord
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive.errors import ArchiveError
from archive.warcs.gzips import following, member, whole
from archive.warcs.http import Headers, dechunked, decoded, header, parse_head, stored_head

OPEN = ".open"  # suffix of a file that a writer still holds
MAX_BYTES = 1 << 30  # a file is closed past 1 GiB, the size the web archives settled on
FORMAT = {
    "format": "WARC File Format 1.1",
    "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
}
KINDS = ("response", "resource", "revisit")  # what `scan` gives


class WarcError(ArchiveError):
    """A WARC file cannot be read. `str()` of it is shown as it is."""


_Parts = tuple[dict[str, str], str, bytes, bytes]  # a record: its fields, content type, head and payload


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its response."""

    url: str
    date: str  # ISO 8601 in UTC
    request_head: bytes
    request_body: bytes
    response_head: bytes
    body: bytes  # as sent, the transfer encoding undone
    ip: str = ""  # of the server
    truncated: str = ""  # why the body is not whole, as WARC-Truncated has it: length, time, disconnect


@dataclass(frozen=True, slots=True)
class Capture:
    """Where an exchange stands, and the digests of what came."""

    file: str  # relative to the WARC folder, without '.open'
    offset: int
    length: int
    record_id: str
    date: str
    payload_digest: str  # 'sha1:BASE32' of the body as sent
    body_digest: str  # SHA-256, in hex, of the body with its content encoding undone


@dataclass(frozen=True, slots=True)
class Record:
    """A response, a resource or a revisit, read back."""

    kind: str
    url: str
    date: str
    status: int  # 0 for what is no HTTP response
    headers: Headers
    content_type: str
    body: bytes  # transfer and content encodings undone
    record_id: str
    payload_digest: str  # as the record names it; '' if it does not
    offset: int
    length: int

    def header(self, name: str) -> str:
        """The last value of an HTTP header; '' if it is not there."""
        return header(self.headers, name)


class WarcWriter:
    """Appends captures to files in one folder. The first record opens a file, so a run without one leaves none."""

    def __init__(self, directory: Path, name: str, info: dict[str, str], *, max_bytes: int = MAX_BYTES) -> None:
        self._directory = directory
        self._name = name
        self._info = {**info, **FORMAT}
        self._max_bytes = max_bytes
        self._fd = -1
        self._file = ""
        self._size = 0
        self._info_id = ""
        directory.mkdir(parents=True, exist_ok=True)
        finish_open(directory)

    def exchange(self, exchange: Exchange) -> Capture:
        """Write a request and its response, tied together."""
        head = stored_head(exchange.response_head, len(exchange.body))
        common = {"WARC-Target-URI": exchange.url, "WARC-Date": exchange.date, "WARC-IP-Address": exchange.ip}
        response = {
            **common,
            "WARC-Type": "response",
            "WARC-Record-ID": _new_id(),
            "WARC-Truncated": exchange.truncated,
        }
        request = {**common, "WARC-Type": "request", "WARC-Concurrent-To": response["WARC-Record-ID"]}
        members = (
            (response, "application/http; msgtype=response", head, exchange.body),
            (request, "application/http; msgtype=request", exchange.request_head, exchange.request_body),
        )
        return self._append(members, parse_head(exchange.response_head)[1])

    def resource(self, url: str, content_type: str, body: bytes, *, date: str) -> Capture:
        """Write what did not come by HTTP, such as a file."""
        fields = {"WARC-Type": "resource", "WARC-Target-URI": url, "WARC-Date": date, "WARC-Record-ID": _new_id()}
        return self._append(((fields, content_type, b"", body),), ())

    def close(self) -> None:
        """Give the file its final name. Writing again opens the next one."""
        if self._fd < 0:
            return
        path = self._directory / self._file
        (path.parent / (path.name + OPEN)).rename(path)
        os.close(self._fd)  # after the rename: the lock is what keeps others from finishing the file
        self._fd = -1
        _sync_directory(self._directory)

    def _append(self, records: Sequence[_Parts], headers: Headers) -> Capture:
        """Write records in one go; the first is the capture."""
        if self._fd >= 0 and self._size >= self._max_bytes:
            self.close()
        if self._fd < 0:
            self._open()
        offset = self._size
        members = [self._record(*parts) for parts in records]
        self._write(b"".join(members))
        fields, _, _, body = records[0]
        return Capture(
            file=self._file,
            offset=offset,
            length=len(members[0]),
            record_id=fields["WARC-Record-ID"],
            date=fields["WARC-Date"],
            payload_digest=_digest(body),
            body_digest=sha256(decoded(body, headers)).hexdigest(),
        )

    def _open(self) -> None:
        self._fd, self._file = _create(self._directory, self._name)
        self._size = 0
        self._info_id = ""
        builder = WARCWriter(BytesIO(), gzip=True, warc_version="WARC/1.1")
        info = builder.create_warcinfo_record(self._file, self._info)
        builder.write_record(info)
        self._info_id = info.rec_headers.get_header("WARC-Record-ID")
        self._write(builder.out.getvalue())
        _sync_directory(self._directory)

    def _record(self, fields: dict[str, str], content_type: str, head: bytes, payload: bytes) -> bytes:
        """One record as a gzip member. Its block is written as it is: warcio would parse and render a head anew."""
        block = head + payload
        fields = {
            "WARC-Record-ID": _new_id(),
            **fields,
            "WARC-Warcinfo-ID": self._info_id,
            "WARC-Payload-Digest": _digest(payload),
            "WARC-Block-Digest": _digest(block),
        }
        headers = StatusAndHeaders("", [field for field in fields.items() if field[1]], protocol="WARC/1.1")
        record = ArcWarcRecord("warc", fields["WARC-Type"], headers, BytesIO(block), None, content_type, len(block))
        out = BytesIO()
        WARCWriter(out, gzip=True, warc_version="WARC/1.1").write_record(record)
        return out.getvalue()

    def _write(self, data: bytes) -> None:
        written = os.write(self._fd, data)
        if written != len(data):  # a full disk: nothing may follow a torn member
            os.ftruncate(self._fd, self._size)
            raise OSError(f"only {written} of {len(data)} bytes written to {self._file}")
        os.fsync(self._fd)
        self._size += written


def finish_open(directory: Path) -> list[str]:
    """Finish the files that a crash left open: cut off a torn tail, give the final name. Returns their names.

    A file that a running writer holds is locked, and is left alone.
    """
    finished = []
    for path in sorted(directory.glob("*" + OPEN)):
        with path.open("r+b") as stream:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            end = whole(stream)
            if following(stream, end) is None:  # else it is damage, and what is whole behind it stays
                stream.truncate(end)
            os.fsync(stream.fileno())
            if not path.exists():  # its writer closed it between the listing and the lock
                continue
            path.rename(path.with_suffix(""))
            finished.append(path.stem)
    if finished:
        _sync_directory(directory)
    return finished


def exists(directory: Path, file: str) -> bool:
    """Whether a file is there, finished or not."""
    return existing(directory / file).exists()


def read(directory: Path, file: str, offset: int) -> Record:
    """The record of a file in `directory` that begins at `offset`."""
    try:
        with existing(directory / file).open("rb") as stream:
            stream.seek(offset)
            data, length = member(stream)
    except (OSError, EOFError, zlib.error) as error:
        raise WarcError(f"{file}: no record at {offset} ({error})") from error
    return _parsed(WarcRecord.from_bytes(data), offset, length)


def raw(directory: Path, file: str, offset: int) -> tuple[bytes, Record]:
    """The same as the gzip member that it is, byte for byte, beside what it holds."""
    record = read(directory, file, offset)
    with existing(directory / file).open("rb") as stream:
        stream.seek(offset)
        return stream.read(record.length), record


def is_of(directory: Path, row: Mapping[str, object]) -> bool:
    """Whether the record that a row of `fetches` names is what the row says."""
    try:
        record = read(directory, str(row["warc_file"]), int(str(row["warc_offset"] or 0)))
    except WarcError:
        return False
    said = record.payload_digest in ("", row["payload_digest"])
    return record.url == row["url"] and said and (record.kind == "revisit" or body_digest(record) == row["body_digest"])


def body_digest(record: Record) -> str:
    """SHA-256 of a record's body, content encoding undone."""
    return sha256(record.body).hexdigest()


def captures(directory: Path, file: str) -> Iterator[tuple[str, Capture]]:
    """The responses and resources of a file that can be read and whose digests fit, by address; past damage too."""
    with existing(directory / file).open("rb") as stream:
        offset: int | None = 0
        while offset is not None and offset < os.fstat(stream.fileno()).st_size:
            stream.seek(offset)
            try:
                data, length = member(stream)
            except (EOFError, zlib.error):
                offset = following(stream, offset)
                continue
            if not any(_flaws(WarcRecord.from_bytes(data))):
                record = _parsed(WarcRecord.from_bytes(data), offset, length)
                place = (file, offset, length, record.record_id, record.date, record.payload_digest)
                if record.kind in ("response", "resource"):
                    yield record.url, Capture(*place, body_digest(record))
            offset += length


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


def check(path: Path) -> list[str]:
    """What is wrong with a WARC file: torn or damaged gzip members, lengths and digests that do not fit."""
    try:
        with path.open("rb") as stream:
            records = _members(stream) if stream.read(2) == b"\x1f\x8b" else _plain(stream)
            return [f"{path.name}: {problem}" for problem in records]
    except OSError as error:
        return [f"{path.name}: cannot be read: {error.strerror or error}"]


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
        wanted = _fields(record).get("warc-type") in KINDS
        previous = _parsed(record, record.stream_pos, 0) if wanted else None
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


def _parsed(record: WarcRecord, offset: int, length: int) -> Record:
    fields = _fields(record)
    block = record.reader.read()
    if len(block) != record.content_length:
        raise WarcError(f"torn record at {offset}: {len(block)} of {record.content_length} bytes are there")
    http = _is_http(fields)
    status, headers, body = _response(block) if http else (0, (), block)
    return Record(
        kind=fields.get("warc-type", ""),
        url=fields.get("warc-target-uri", "").strip("<>"),  # WARC/1.0 files may have it in angle brackets
        date=fields.get("warc-date", ""),
        status=status,
        headers=headers,
        content_type=header(headers, "Content-Type") if http else fields.get("content-type", ""),
        body=body,
        record_id=fields.get("warc-record-id", ""),
        payload_digest=fields.get("warc-payload-digest", ""),
        offset=offset,
        length=length,
    )


def _response(block: bytes) -> tuple[int, Headers, bytes]:
    """An HTTP response's status, headers and body, encodings undone."""
    status, headers, start = parse_head(block)
    body = block[start:]
    if "chunked" in header(headers, "Transfer-Encoding").lower():
        body = dechunked(body)
    return status, headers, decoded(body, headers)


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
    fields = _fields(record)
    if len(block) != record.content_length:
        yield f"{len(block)} of {record.content_length} bytes are there"
    for name, content in (("WARC-Block-Digest", block), ("WARC-Payload-Digest", _payload(fields, block))):
        said = fields.get(name.lower(), "")
        if said.startswith("sha1:") and said != _digest(content):
            yield f"{name} does not fit: it says {said}, the bytes say {_digest(content)}"


def _payload(fields: dict[str, str], block: bytes) -> bytes:
    return block[parse_head(block)[2] :] if _is_http(fields) else block


def _is_http(fields: dict[str, str]) -> bool:
    return fields.get("content-type", "").startswith("application/http")


def _fields(record: WarcRecord) -> dict[str, str]:
    """A record's own header, names in lower case: tools differ in how they write them."""
    return {name.lower(): value for name, value in record.headers}


def _create(directory: Path, name: str) -> tuple[int, str]:
    """A new file for writing, locked, under the first number that is free."""
    number = 0
    while True:
        number += 1
        file = f"{name}-{number:05d}.warc.gz"
        path = directory / (file + OPEN)
        if (directory / file).exists():
            continue
        try:
            fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o644)
        except FileExistsError:
            continue
        fcntl.flock(fd, fcntl.LOCK_EX)
        if path.exists():
            return fd, file
        os.close(fd)  # another run took it for a crashed one's before it was locked


def existing(path: Path) -> Path:
    """`path`, or what it is called while its writer holds it."""
    still_open = path.with_name(path.name + OPEN)
    return still_open if not path.exists() and still_open.exists() else path


def _sync_directory(directory: Path) -> None:
    fd = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _new_id() -> str:
    return f"<urn:uuid:{uuid4()}>"


def _digest(data: bytes) -> str:
    return "sha1:" + b32encode(sha1(data, usedforsecurity=False).digest()).decode()
