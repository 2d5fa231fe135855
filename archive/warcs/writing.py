"""How captures are written: WARC/1.1, one gzip member a record, so that a record is read by its offset alone.

An exchange is one `write()`, and one `fsync()` or a share in one. Bodies are kept as sent, after the transfer encoding;
header bytes are the crawler's rendering of what it received.
"""

import errno
import os
import re
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from math import inf
from pathlib import Path
from tempfile import TemporaryFile
from time import monotonic
from uuid import uuid4

from archive.warcs import cdxj
from archive.warcs.cdxj import FIELDS
from archive.warcs.gzips import GZIP
from archive.warcs.http import Headers, decoded, parse_head, stored_head
from archive.warcs.openness import OPEN, create, sync_directory
from archive.warcs.records import (
    NOT_MODIFIED,
    PROFILES,
    SAME_PAYLOAD,
    Capture,
    Exchange,
    Record,
    body_digest,
    digest,
)
from archive.warcs.sealing import finish, finish_open

MAX_HOURS = 24.0  # a file is closed when it is a day old: what is closed is indexed, listed and can be copied away
MAX_BYTES = 1 << 30  # a file is closed past 1 GiB, the size the web archives settled on
FORMAT = {
    "format": "WARC File Format 1.1",
    "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
}
RESPONSE, REQUEST = "application/http; msgtype=response", "application/http; msgtype=request"
_NO_NAME = re.compile(r"[^A-Za-z0-9.-]+")  # what a host's name in that of a file must not have
EMPTY = digest(b"")
LEVEL = 6  # of zlib: 9 takes a sixth more time for 0.2 % (measured on 33 real pages)


@dataclass(frozen=True, slots=True)
class _Part:
    """A record that is not written yet."""

    fields: dict[str, str]
    content_type: str
    block: bytes
    payload_digest: str

    @property
    def about(self) -> Headers:
        """Fields that follow from the rest."""
        return (("Content-Type", self.content_type), ("WARC-Payload-Digest", self.payload_digest))


class WarcWriter:
    """Appends captures to files in one folder. The first record opens a file, so a run without one leaves none.

    A file is called PREFIX-TIME-SERIAL[-HOST].warc.gz, as web archives name theirs; it is closed, and the next one
    begun, when it is as large or as old as is told.
    """

    def __init__(
        self,
        directory: Path,
        name: str,
        info: dict[str, str],
        *,
        max_bytes: int = MAX_BYTES,
        max_hours: float = MAX_HOURS,
    ) -> None:
        self._directory = directory
        self._name = name
        self._info = {**info, **FORMAT}
        self._max_bytes = max_bytes
        self._max_seconds = max_hours * 3600 or inf
        self._serial = 0
        self._out: _File | None = None
        self._info_id = ""
        self._is_together = False
        directory.mkdir(parents=True, exist_ok=True)
        finish_open(directory)

    def exchange(self, exchange: Exchange) -> Capture:
        """Write a request and its response, tied together."""
        head = stored_head(exchange.response_head, len(exchange.body))
        fields = _fields("response", exchange) | {"WARC-Truncated": exchange.truncated}
        payload = digest(exchange.body)
        headers = parse_head(exchange.response_head)[1]
        return self._append(
            sha256(decoded(exchange.body, headers)).hexdigest(),
            _Part(fields, RESPONSE, head + exchange.body, payload),
            _request(exchange, fields["WARC-Record-ID"]),
        )

    def revisit(self, exchange: Exchange, original: Record, profile: str) -> Capture:
        """Write a request and an answer whose body is that of `original`, of which the head alone is kept.

        The digests of the capture are those of the original, for its body is the revisit's. The head of an answer 304
        stands in a record beside it: in the revisit's own block, players of web archives would show it for the page.
        """
        _fits(exchange, original, profile)
        is_same = profile == SAME_PAYLOAD
        fields = _fields("revisit", exchange) | {
            "WARC-Profile": profile,
            "WARC-Refers-To": original.record_id,
            "WARC-Refers-To-Target-URI": original.url,
            "WARC-Refers-To-Date": original.date,
            "WARC-Truncated": "length" if is_same else "",  # WARC/1.1, 6.7.2: the payload is left out
        }
        head = stored_head(exchange.response_head, len(exchange.body)) if is_same else b""
        told = () if is_same else (_told(exchange, fields["WARC-Record-ID"]),)
        return self._append(
            body_digest(original),
            _Part(fields, RESPONSE, head, original.payload_digest),
            _request(exchange, fields["WARC-Record-ID"]),
            *told,
        )

    def resource(self, url: str, content_type: str, body: bytes, *, date: str) -> Capture:
        """Write what did not come by HTTP, such as a file."""
        fields = {"WARC-Type": "resource", "WARC-Record-ID": _new_id(), "WARC-Target-URI": url, "WARC-Date": date}
        return self._append(sha256(body).hexdigest(), _Part(fields, content_type, body, digest(body)))

    @contextmanager
    def together(self) -> Iterator[None]:
        """Records that are written within are synced in one go: they are on disk when it ends, and not before."""
        self._is_together = True
        try:
            yield
        finally:
            self._is_together = False
        if self._out:
            self._out.sync()

    def close(self) -> None:
        """Index the file, note its digest, give it its final name. Writing again opens the next one."""
        if self._out:
            self._out.close()
            self._out = None

    def fileno(self) -> int:
        """The descriptor of the file that is open; -1 where none is."""
        return self._out.fd if self._out else -1

    def _append(self, body: str, *parts: _Part) -> Capture:
        """Write records in one go; the first is the capture, of a body with the digest `body`."""
        out = self._current()
        offset = out.size
        members = [self._member(part) for part in parts]
        fields = (*parts[0].fields.items(), *parts[0].about)
        line = cdxj.line(fields, parts[0].block, offset, len(members[0]), out.file)  # others are no captures
        out.write(b"".join(members), line)
        if not self._is_together:
            out.sync()
        capture = parts[0]
        return Capture(
            file=out.file,
            offset=offset,
            length=len(members[0]),
            record_id=capture.fields["WARC-Record-ID"],
            date=capture.fields["WARC-Date"],
            payload_digest=capture.payload_digest,
            body_digest=body,
        )

    def _current(self) -> "_File":
        """The file that is open, or the next one."""
        if self._out and (self._out.size >= self._max_bytes or self._out.seconds >= self._max_seconds):
            self.close()
        if not self._out:
            self._out = self._opened()
        return self._out

    def _opened(self) -> "_File":
        now = datetime.now(UTC)
        host = f"-{_NO_NAME.sub('-', self._info['hostname'])}" if self._info.get("hostname") else ""
        fd = None
        while fd is None:
            self._serial += 1
            file = f"{self._name}-{now:%Y%m%d%H%M%S}-{self._serial:05d}{host}.warc.gz"
            fd = create(self._directory, file)
        out = _File(self._directory, file, fd)
        self._info_id = _new_id()
        fields = {
            "WARC-Type": "warcinfo",
            "WARC-Record-ID": self._info_id,
            "WARC-Filename": file,
            "WARC-Date": f"{now:%Y-%m-%dT%H:%M:%SZ}",
        }
        block = "".join(f"{name}: {value}\r\n" for name, value in self._info.items() if value).encode()
        out.write(_packed(fields, FIELDS, block), b"")
        out.sync()
        sync_directory(self._directory)
        return out

    def _member(self, part: _Part) -> bytes:
        fields = {**part.fields, "WARC-Warcinfo-ID": self._info_id, "WARC-Payload-Digest": part.payload_digest}
        return _packed(fields, part.content_type, part.block)


class _File:
    """A file that is being written: whole records only, which are on disk when `sync` returns."""

    def __init__(self, directory: Path, file: str, fd: int) -> None:
        self.file = file
        self.size = 0
        self._directory = directory
        self.fd = fd
        self._began = monotonic()
        self._digest = sha256()
        # Lines of the index, in a file without a name: a gigabyte of captures has 30 MB of them.
        self._lines = TemporaryFile(dir=directory)  # noqa: SIM115 - closed with this file
        self._is_indexed = True
        self._is_synced = True

    @property
    def seconds(self) -> float:
        """How long it has been open."""
        return monotonic() - self._began

    def write(self, data: bytes, lines: bytes) -> None:
        """Records, and their lines in the index."""
        try:
            written = os.write(self.fd, data)
            if written != len(data):
                raise OSError(errno.ENOSPC, f"only {written} of {len(data)} bytes written to {self.file}")
        except OSError:
            with suppress(OSError):  # a full disk: nothing may follow a torn member
                os.ftruncate(self.fd, self.size)
            raise
        self.size += len(data)
        self._is_synced = False
        self._digest.update(data)
        try:
            self._lines.write(lines)
        except OSError:  # the capture is safe: the index is made of the file
            self._is_indexed = False

    def sync(self) -> None:
        """Wait until what was written is on disk."""
        if not self._is_synced:
            os.fsync(self.fd)
            self._is_synced = True

    def close(self) -> None:
        """Seal it and give it its final name."""
        self.sync()
        path = self._directory / self.file
        still_open = path.with_name(path.name + OPEN)
        try:
            self._lines.seek(0)
        except OSError:
            self._is_indexed = False
        lines = self._lines if self._is_indexed else cdxj.lines(still_open, self.file)
        finish(self._directory, self.file, lines, self._digest.hexdigest())
        still_open.rename(path)
        os.close(self.fd)  # after the rename: the lock is what keeps others from finishing the file
        self._lines.close()
        sync_directory(self._directory)


def _fields(kind: str, exchange: Exchange) -> dict[str, str]:
    return {
        "WARC-Type": kind,
        "WARC-Record-ID": _new_id(),
        "WARC-Target-URI": exchange.url,
        "WARC-Date": exchange.date,
        "WARC-IP-Address": exchange.ip,
    }


def _request(exchange: Exchange, answered_by: str) -> _Part:
    """The request, tied to the record of its answer."""
    fields = _fields("request", exchange) | {"WARC-Concurrent-To": answered_by}
    return _Part(
        fields,
        REQUEST,
        exchange.request_head + exchange.request_body,
        digest(exchange.request_body) if exchange.request_body else EMPTY,
    )


def _fits(exchange: Exchange, original: Record, profile: str) -> None:
    """Raise `ValueError` for a revisit that would say what is not so."""
    if profile not in PROFILES:
        raise ValueError(f"no profile of revisits: {profile}")
    if original.kind == "revisit":
        raise ValueError("a revisit refers to the record that has the body, not to another revisit")
    if profile == SAME_PAYLOAD and digest(exchange.body) != original.payload_digest:
        raise ValueError(f"the body is not that of {original.record_id}: {digest(exchange.body)}")
    if profile == NOT_MODIFIED and exchange.body:
        raise ValueError("an answer 304 has no body")


def _told(exchange: Exchange, revisit: str) -> _Part:
    """What a server said with an answer 304, line by line."""
    first, *lines = (line for line in exchange.response_head.split(b"\r\n") if line)
    block = b"".join([b"http-status-line: %b\r\n" % first, *(b"http-header-%b\r\n" % line for line in lines)])
    fields = _fields("metadata", exchange) | {"WARC-Concurrent-To": revisit}
    return _Part(fields, FIELDS, block, "")


def _packed(fields: Mapping[str, str], content_type: str, block: bytes) -> bytes:
    """A record as a gzip member."""
    fields = {**fields, "WARC-Block-Digest": digest(block), "Content-Type": content_type}
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value)
    pack = zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP)
    head = f"WARC/1.1\r\n{lines}Content-Length: {len(block)}\r\n\r\n".encode()
    return pack.compress(head + block + b"\r\n\r\n") + pack.flush()


def _new_id() -> str:
    return f"<urn:uuid:{uuid4()}>"
