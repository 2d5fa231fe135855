"""The pages behind documents as WACZ 1.1.1: what a browser of web archives opens, with an index and a list of pages.

Records are copied byte for byte from the archive's WARC files, so that their digests stay true. A page of several
addresses comes with all of them, a revisit with what it revisits. The order is that of the index, which follows from
address and time alone.
"""

import gzip
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO
from typing import BinaryIO
from urllib.parse import quote, unquote_to_bytes, urlsplit
from uuid import NAMESPACE_URL, uuid5
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from archive import warc
from archive.errors import ArchiveError
from archive.exports import manifest
from archive.exports.corpus import Corpus
from archive.rows import Row, select
from pipelines.document import SOFTWARE

VERSION = "1.1.1"
WARC = "archive/pages.warc.gz"
INDEX = "indexes/index.cdx"
PAGES = "pages/pages.jsonl"
EPOCH = (1980, 1, 1, 0, 0, 0)  # the first time that a ZIP file can tell
NEVER = "1980-01-01T00:00:00Z"


@dataclass
class _Zip:
    """A ZIP file whose bytes follow from what is put in it, and the digests of that."""

    zip: ZipFile
    resources: list[dict[str, object]] = field(default_factory=list)

    def add(self, path: str, chunks: Iterable[bytes], how: int = ZIP_STORED) -> None:
        """A file of it, from its chunks."""
        info = ZipInfo(path, EPOCH)
        info.compress_type, info.external_attr = how, 0o644 << 16
        digest, size = sha256(), 0
        with self.zip.open(info, "w", force_zip64=True) as out:
            for chunk in chunks:
                out.write(chunk)
                digest.update(chunk)
                size += len(chunk)
        name = path.rsplit("/", 1)[-1]
        self.resources.append({"name": name, "path": path, "hash": f"sha256:{digest.hexdigest()}", "bytes": size})


def wacz(corpus: Corpus, out: BinaryIO) -> None:
    """One WACZ file."""
    if corpus.options.mask_pii:
        raise ArchiveError("--mask-pii masks documents, and WACZ holds their pages as they were captured.")
    pages = [*_pages(corpus)]
    captures = _captures(corpus)
    index: list[bytes] = []
    with ZipFile(out, "w", ZIP_STORED) as archive:
        made = _Zip(archive)
        made.add(WARC, _records(corpus, captures, index))
        made.add(INDEX, index, ZIP_DEFLATED)
        made.add(PAGES, pages, ZIP_DEFLATED)
        package = _json(_package(corpus, made.resources, captures))
        _write(archive, "datapackage.json", package)
        digest = {"path": "datapackage.json", "hash": f"sha256:{sha256(package).hexdigest()}"}
        _write(archive, "datapackage-digest.json", _json(digest))


def _write(archive: ZipFile, path: str, content: bytes) -> None:
    _Zip(archive).add(path, [content], ZIP_DEFLATED)


def _package(corpus: Corpus, resources: list[dict[str, object]], captures: list[Row]) -> dict[str, object]:
    last = max((str(row["fetched_at"]) for row in captures), default=NEVER)
    return {
        "profile": "data-package",
        "wacz_version": VERSION,
        "title": "Pages of Chinese work summaries",
        "description": manifest.citation(corpus),
        "software": SOFTWARE,
        "created": last,  # of the last capture: the file has no time of its own
        "resources": resources,
    }


def _pages(corpus: Corpus) -> Iterator[bytes]:
    """The list of pages: each address that a document stands on, once."""
    yield _json({"format": "json-pages-1.0", "id": "pages", "title": "Pages of documents"}, line=True)
    seen: set[str] = set()
    for row in corpus:
        key = str(row["article_id"])
        if key not in seen:
            seen.add(key)
            told = {"id": key, "url": row["url"], "ts": row["archived_at"], "title": row["title"]}
            yield _json(told, line=True)


def _captures(corpus: Corpus) -> list[Row]:
    """The captures of the selection's pages, and what they revisit, in the order of the index."""
    sql = f"""
        WITH chosen(article_id) AS (SELECT DISTINCT article_id FROM documents WHERE {corpus.where.sql}),
        wanted(id) AS (
            SELECT fetch_id FROM documents WHERE article_id IN chosen UNION
            SELECT fetch_id FROM article_pages WHERE article_id IN chosen AND fetch_id IS NOT NULL
        ),
        closed(id) AS (SELECT id FROM wanted UNION
            SELECT f.revisit_of FROM fetches AS f JOIN closed USING (id) WHERE f.revisit_of IS NOT NULL)
        SELECT id, url, fetched_at, warc_file, warc_offset FROM fetches JOIN closed USING (id)
        WHERE warc_file <> '' AND taken_down IS NULL
    """
    found = select(corpus.db, sql, *corpus.where.values)
    return sorted(found, key=lambda row: (surt(str(row["url"])), str(row["fetched_at"]), int(row["id"] or 0)))


def _records(corpus: Corpus, captures: list[Row], index: list[bytes]) -> Iterator[bytes]:
    """The WARC file, member by member; its index is filled as it goes."""
    info = _warcinfo(corpus)
    yield info
    offset = len(info)
    for row in captures:
        file, at = str(row["warc_file"]), int(row["warc_offset"] or 0)
        packed, record = warc.raw(corpus.warc_dir, file, at)
        index.append(_index_line(record, offset, len(packed)))
        offset += len(packed)
        yield packed


def _index_line(record: warc.Record, offset: int, length: int) -> bytes:
    """A line of CDXJ."""
    stamp = re.sub(r"\D", "", record.date)[:14]
    kinds = {"revisit": "warc/revisit"}
    mime = kinds.get(record.kind) or record.content_type.partition(";")[0].strip() or "unk"
    told = {
        "url": record.url,
        "mime": mime,
        "status": str(record.status) if record.status else "",
        "digest": record.payload_digest,
        "length": str(length),
        "offset": str(offset),
        "filename": WARC.rsplit("/", 1)[-1],
    }
    known = {name: value for name, value in told.items() if value}
    return f"{surt(record.url)} {stamp} ".encode() + _json(known, line=True)


def _warcinfo(corpus: Corpus) -> bytes:
    """The first record: what made the file, and of what. Its id follows from the selection."""
    fields = f"software: {SOFTWARE}\r\nformat: WARC File Format 1.1\r\ndescription: {manifest.citation(corpus)}\r\n"
    block = fields.encode()
    head = (
        "WARC/1.1\r\nWARC-Type: warcinfo\r\n"
        f"WARC-Record-ID: <urn:uuid:{uuid5(NAMESPACE_URL, corpus.digest)}>\r\nWARC-Date: {NEVER}\r\n"
        f"WARC-Filename: {WARC.rsplit('/', 1)[-1]}\r\n"
        f"Content-Type: application/warc-fields\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    packed = BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0, filename="") as out:
        out.write(head.encode() + block + b"\r\n\r\n")
    return packed.getvalue()


def surt(url: str) -> str:
    """The key of an address in an index: host reversed, all in lower case, query sorted (as IIPC's `surt` makes it)."""
    found = urlsplit(url)
    if found.scheme not in ("http", "https") or not found.hostname:
        return url.lower()
    host = re.sub(r"^www\d*\.", "", found.hostname)
    port = found.port if found.port not in (None, 80 if found.scheme == "http" else 443) else None
    named = ",".join(reversed(host.split("."))) + (f":{port}" if port else "")
    path = re.sub(r"/{2,}", "/", found.path) or "/"
    query = "&".join(sorted(found.query.split("&"))) if found.query else ""
    return f"{named}){_quoted(path)}{'?' + _quoted(query) if query else ''}".lower()


def _quoted(text: str) -> str:
    return quote(unquote_to_bytes(text), safe="/:@!$&'()*+,;=-._~?[]|")


def _json(value: object, *, line: bool = False) -> bytes:
    text = json.dumps(value, ensure_ascii=False, indent=None if line else 2)
    return f"{text}\n".encode()
