"""A capture as its WARC record has it, for whoever shows it: its head, never more, however large the record is.

Nothing here trusts a row: a file outside the WARC folder is not opened, and a record that is torn or gone is a
sentence, not a failure.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from sqlite_utils import Database

from archive import warc
from archive.pages import inert
from archive.rows import Row, select
from archive.warcs import http
from archive.warcs.gzips import CHUNK, GZIP
from archive.warcs.revisits import JOINED, ORIGINAL
from pipelines.decode import decode
from pipelines.document import Page

HEAD = 4 << 20  # bytes of a record that are read to be shown; no real page here has more
OTHERS = 200  # captures of an article's addresses that are listed
ONE = f"SELECT f.*, {ORIGINAL} FROM {JOINED} WHERE f.id = ?"
OF_ARTICLE = f"""
    SELECT f.*, {ORIGINAL}, a.n AS page, a.fetch_id = f.id AS used
    FROM article_pages a JOIN fetches f ON f.url = a.url OR f.id = a.fetch_id LEFT JOIN fetches o ON o.id = f.revisit_of
    WHERE a.article_id = ? ORDER BY a.n, f.fetched_at, f.id LIMIT {OTHERS}
"""


@dataclass(frozen=True, slots=True)
class Captured:
    """The beginning of a record."""

    kind: str  # response, resource, revisit …
    fields: http.Headers  # of the record itself
    status: int  # 0 for what is no HTTP response
    headers: http.Headers
    content_type: str
    body: bytes  # encodings undone
    length: int  # bytes of the record's block, as its header says
    is_cut: bool  # whether the body goes on


def of_article(db: Database, article_id: str) -> tuple[Row, ...]:
    """The captures of an article's addresses, by page and date; `used` names those that its text is from."""
    return select(db, OF_ARTICLE, article_id)


def read(warc_dir: Path, fetch: Row) -> Captured:
    """The head of a capture's record, of a revisit with its original's body. `WarcError` where it cannot be read."""
    found = _read(warc_dir, str(fetch["warc_file"] or ""), int(fetch["warc_offset"] or 0))
    if found.kind != "revisit" or not fetch["original_file"]:
        return found
    original = _read(warc_dir, str(fetch["original_file"]), int(fetch["original_offset"] or 0))
    return replace(
        original,
        kind=found.kind,
        fields=found.fields,
        headers=found.headers or original.headers,
        content_type=found.content_type or original.content_type,
    )


def _read(warc_dir: Path, file: str, offset: int) -> Captured:
    path = _place(warc_dir, file)
    try:
        with path.open("rb") as stream:
            stream.seek(offset)
            data, is_whole = _unpacked(iter(lambda: stream.read(CHUNK), b""))
    except (OSError, zlib.error) as error:
        raise warc.WarcError(f"{path.name}: no record at {offset} ({error})") from error
    return _parsed(data, is_whole, f"{path.name}, {offset}")


def member(warc_dir: Path, fetch: Row) -> tuple[Path, int, int]:
    """Where a capture's record stands as it was packed: file, offset and length."""
    path = _place(warc_dir, str(fetch["warc_file"] or ""))
    return path, int(fetch["warc_offset"] or 0), int(fetch["warc_length"] or 0)


def shown(captured: Captured, url: str, cut: str) -> str:
    """A capture as HTML that can do nothing; `cut` stands above what ends early. `Rejected` where it is no text."""
    decoded = decode(Page(url, captured.body, captured.content_type))
    return (inert.inert if decoded.html else inert.plain)(decoded.text, captured.is_cut, cut)


def _place(warc_dir: Path, name: str) -> Path:
    if not name:
        raise warc.WarcError("this capture has no WARC record: it came with an export")
    path = warc.existing(warc_dir / name)
    if not path.resolve().is_relative_to(warc_dir.resolve()):
        raise warc.WarcError(f"{name} lies outside the folder of captures")
    if not path.is_file():
        raise warc.WarcError(f"{name} is missing from the folder of captures")
    return path


def _unpacked(pieces: Iterator[bytes]) -> tuple[bytes, bool]:
    """The beginning of a gzip member, and whether it is all of it."""
    unpack, out = zlib.decompressobj(GZIP), bytearray()
    for piece in pieces:
        out += unpack.decompress(piece, HEAD - len(out))
        if unpack.eof or len(out) >= HEAD:
            break
    return bytes(out), unpack.eof


def _parsed(data: bytes, is_whole: bool, where: str) -> Captured:
    if not data.startswith(b"WARC/"):
        raise warc.WarcError(f"{where}: this is no WARC record")
    _, fields, start = http.parse_head(data)
    length = int(http.header(fields, "Content-Length") or 0)
    block = data[start : start + length]
    if is_whole and len(block) < length:
        raise warc.WarcError(f"{where}: torn, {len(block)} of {length} bytes are there")
    known = (http.header(fields, "WARC-Type"), fields)
    if not http.header(fields, "Content-Type").startswith("application/http"):
        kind = http.header(fields, "Content-Type")
        return Captured(*known, 0, (), kind, block, length, not is_whole)
    status, headers, body_at = http.parse_head(block)
    body = block[body_at:]
    if "chunked" in http.header(headers, "Transfer-Encoding").lower():
        body = http.dechunked(body)
    body = http.decoded(body, headers)
    kind = http.header(headers, "Content-Type")
    return Captured(*known, status, headers, kind, body[:HEAD], length, len(body) > HEAD or not is_whole)
