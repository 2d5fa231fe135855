"""Records of WARC files replaced where they stand: no other record moves.

What is put in a record's place is packed to the very length that it had (a gzip member may carry a comment of any
length), so that every offset in `fetches`, in indexes and in other people's notes stays true. A file is written anew
beside itself and then takes its name: a kill leaves the old one or the new one, whole.
"""

import gzip
import json
import os
import shutil
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from archive.warcs import fixity
from archive.warcs.gzips import member
from archive.warcs.http import dechunked, decoded, header, parse_head
from archive.warcs.openness import sync_directory
from archive.warcs.records import WarcError, digest

TORN = ".torn"  # suffix of what was cut from a torn file
ANEW = ".rewritten"  # suffix of a file that is being written anew
MARK = "X-Archive-Redacted"  # field of a record whose body was masked; its value says since when
TYPE = "application/warc-fields"
GZIP = b"\x1f\x8b"
COMMENTED, PLAIN = b"\x1f\x8b\x08\x10" + bytes(4) + b"\x02\xff", b"\x1f\x8b\x08\x00" + bytes(4) + b"\x02\xff"
DROPPED = ("content-encoding", "transfer-encoding", "content-length", "content-md5", "digest")


@dataclass(frozen=True, slots=True)
class Raw:
    """A record as it stands in a file."""

    fields: tuple[tuple[str, str], ...]
    block: bytes
    offset: int = 0
    length: int = 0  # packed

    def field(self, name: str) -> str:
        """A field of its header; '' if it has none of that name."""
        return header(self.fields, name)

    @property
    def kind(self) -> str:
        """response, request, revisit …"""
        return self.field("WARC-Type")

    @property
    def url(self) -> str:
        """What it is a capture of."""
        return self.field("WARC-Target-URI").strip("<>")

    @property
    def is_http(self) -> bool:
        """Whether its block is an HTTP message."""
        return self.field("Content-Type").startswith("application/http")

    @property
    def takedown(self) -> dict[str, object] | None:
        """What the tombstone says that stands here; None where another record does."""
        if self.kind != "metadata" or self.field("Content-Type") != TYPE:
            return None
        told = next((line[10:] for line in self.block.split(b"\r\n") if line.startswith(b"takedown: ")), b"")
        try:
            found = json.loads(told) if told else None
        except ValueError:
            return None
        return found if isinstance(found, dict) else None


Ready = Callable[[Path], None]  # what is done with a file that is about to take another's place
Change = Callable[[Raw], Iterator[Raw] | None]  # what may stand in a record's place; None where it stays


def tombstone(raw: Raw, url: str, told: Mapping[str, object]) -> Iterator[Raw]:
    """What stands where a record was: address and date, its digest, and the takedown; then shorter ones."""
    kept = (("WARC-Type", "metadata"), ("WARC-Record-ID", raw.field("WARC-Record-ID")))
    dated = (*kept, ("WARC-Date", raw.field("WARC-Date")))
    named = (*dated, ("WARC-Target-URI", url), ("Content-Type", TYPE))
    fields = {"takedown": json.dumps(told, ensure_ascii=True), "wasType": raw.kind}
    if digest := raw.field("WARC-Payload-Digest"):
        fields["payloadDigest"] = digest
    whole = "".join(f"{name}: {value}\r\n" for name, value in fields.items()).encode()
    yield Raw(named, whole)
    yield Raw(named, whole.split(b"\r\n")[0] + b"\r\n")
    short = json.dumps({name: told[name] for name in ("takedown", "scope") if name in told})
    yield Raw(named, f"takedown: {short}\r\n".encode())
    yield Raw(dated, b"")
    yield Raw(kept[:1], b"")


def with_body(raw: Raw, body: bytes, since: str) -> Iterator[Raw]:
    """A record with another body: its encodings undone, and what its head says of them under another name."""
    block = body
    if raw.is_http:
        status, *lines = raw.block[: parse_head(raw.block)[2]].rstrip(b"\r\n").split(b"\r\n")
        told = [b"X-Archive-Orig-" + line if _name(line) in DROPPED else line for line in lines]
        block = b"\r\n".join([status, *told, b"Content-Length: %d" % len(body)]) + b"\r\n\r\n" + body
    fits = {"WARC-Payload-Digest": digest(body), "WARC-Block-Digest": digest(block)}
    kept = tuple((name, fits.get(name, value)) for name, value in raw.fields if name != MARK)
    yield Raw((*kept, (MARK, since)), block)
    yield Raw(kept, block)  # in a tight place without the mark: `fetches.redacted` has it


def body_of(raw: Raw) -> bytes:
    """A record's body with transfer and content encodings undone."""
    if not raw.is_http:
        return raw.block
    _, headers, start = parse_head(raw.block)
    body = raw.block[start:]
    if "chunked" in header(headers, "Transfer-Encoding").lower():
        body = dechunked(body)
    return decoded(body, headers)


def content_type(raw: Raw) -> str:
    """What a record's body is said to be."""
    return header(parse_head(raw.block)[1], "Content-Type") if raw.is_http else raw.field("Content-Type")


def rewrite(path: Path, change: Change, ready: Ready = lambda anew: None) -> int:
    """Put other records in the place of those for which `change` has some; how many were replaced.

    Of several that it gives the first that fits is taken. `ready` is given the new file before it takes its name.
    """
    if _is_whole(path):
        return _rewrite_whole(path, change, ready)
    with path.open("rb") as stream:
        patches = list(_patches(stream, change, packed=stream.read(2) == GZIP))
    if patches:
        with _anew(path, ready) as out:
            with path.open("rb") as stream:
                shutil.copyfileobj(stream, out)
            for offset, data in patches:
                out.seek(offset)
                out.write(data)
    return len(patches)


def records(path: Path) -> Iterator[Raw]:
    """The records of a file, in order; those before damage are not lost to it."""
    if _is_whole(path):
        with gzip.open(path) as inside:
            yield from _records(cast("BinaryIO", inside), packed=False)
        return
    with path.open("rb") as stream:
        yield from _records(stream, packed=stream.read(2) == GZIP)


def _rewrite_whole(path: Path, change: Change, ready: Ready) -> int:
    """The same for a file that is one gzip member: no record of it is found by its offset, so each may move."""
    found = [(raw, next(iter(wanted)) if (wanted := change(raw)) else None) for raw in records(path)]
    replaced = sum(new is not None for _, new in found)
    if replaced:
        with _anew(path, ready) as out:
            for raw, new in found:
                out.write(gzip.compress(_serialised(new or raw), mtime=0))
    return replaced


@contextmanager
def _anew(path: Path, ready: Ready) -> Iterator[BinaryIO]:
    """A file that takes the place of `path` when it is on disk."""
    anew = path.with_name(path.name + ANEW)
    with anew.open("wb") as out:
        yield out
        out.flush()
        os.fsync(out.fileno())
    ready(anew)
    anew.replace(path)
    sync_directory(path.parent)


def _is_whole(path: Path) -> bool:
    """Whether a file is one gzip member with several records in it."""
    with path.open("rb") as stream:
        if stream.read(2) != GZIP:
            return False
        stream.seek(0)
        try:
            data, length = member(stream)
        except (EOFError, zlib.error):
            return False
        return length == path.stat().st_size and len(data) > len(_serialised(_parsed(data, 0, 0))) + 64


def left_behind(warc_dir: Path) -> list[Path]:
    """Half files of a takedown or an ingest that was killed: nothing stands in them that is not elsewhere.

    And torn tails that a repair kept aside: half a record cannot be searched for what must go.
    """
    return sorted(path for path in warc_dir.glob("**/*") if path.name.endswith((ANEW, fixity.ANEW, ".part", TORN)))


def _patches(stream: BinaryIO, change: Change, packed: bool) -> Iterator[tuple[int, bytes]]:
    for raw in _records(stream, packed):
        wanted = change(raw)
        if wanted is None:
            continue
        data = next((made for one in wanted if (made := _fitted(one, raw.length, packed)) is not None), None)
        if data is None:
            raise WarcError(f"the record at {raw.offset} is too short for a tombstone in its place")
        yield raw.offset, data


def _records(stream: BinaryIO, packed: bool) -> Iterator[Raw]:
    """Damage ends the reading: where the next record begins is not known."""
    offset = 0
    while True:
        stream.seek(offset)
        try:
            data, length = member(stream) if packed else _plain(stream)
        except (EOFError, zlib.error):
            return
        if not data.strip():
            return
        yield _parsed(data, offset, length)
        offset += length


def _plain(stream: BinaryIO) -> tuple[bytes, int]:
    """The record of a file without compression that begins here."""
    start, head = stream.tell(), b""
    while not head.endswith(b"\r\n\r\n"):
        line = stream.readline()
        if not line:
            raise EOFError
        head += line
    size = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    data = head + stream.read(size + 4)
    return data, stream.tell() - start


def _parsed(data: bytes, offset: int, length: int) -> Raw:
    head, _, block = data.partition(b"\r\n\r\n")
    lines = [line.partition(":") for line in head.decode("utf-8", "surrogateescape").split("\r\n")[1:]]
    fields = tuple((name.strip(), value.strip()) for name, _, value in lines if name)
    said = header(fields, "Content-Length")
    return Raw(fields, block[: int(said)] if said.isdigit() else block, offset, length)


def _fitted(raw: Raw, length: int, packed: bool) -> bytes | None:
    """A record in so many bytes; None where it has more."""
    if packed:
        return _packed(_serialised(raw), length)
    gap = length - len(_serialised(raw))
    if gap and gap < 10:
        return None
    filled = Raw((*raw.fields, ("X-Filler", "." * (gap - 12))), raw.block) if gap else raw
    data = _serialised(filled)
    return data if len(data) == length else None


def _serialised(raw: Raw) -> bytes:
    kept = [f"{name}: {value}" for name, value in raw.fields if name.lower() != "content-length" and value]
    head = "\r\n".join(["WARC/1.1", *kept, f"Content-Length: {len(raw.block)}"])
    return head.encode("utf-8", "surrogateescape") + b"\r\n\r\n" + raw.block + b"\r\n\r\n"


def _packed(data: bytes, length: int) -> bytes | None:
    """`data` as a gzip member of just that length: a comment in its header fills it."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = packer.compress(data) + packer.flush()
    tail = zlib.crc32(data).to_bytes(4, "little") + (len(data) & 0xFFFFFFFF).to_bytes(4, "little")
    gap = length - len(PLAIN) - len(body) - len(tail)
    if gap < 0:
        return None
    return (COMMENTED + b"." * (gap - 1) + b"\0" if gap else PLAIN) + body + tail


def _name(line: bytes) -> str:
    return line.partition(b":")[0].strip().lower().decode("latin-1")
