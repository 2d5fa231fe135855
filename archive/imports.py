"""An export becomes an archive again: documents as they were, without the captures and ledgers that prove them.

What is known of a document's page is its address and the time of its capture, so that is what its rows say: a page
without a source text, a capture without a WARC record, knowledge without its content. Such documents are searched,
shown, cited and exported like any other; `explain` and `rebuild` have nothing to work on. Exporting them again gives
the same bytes.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from urllib.parse import urlsplit

from sqlite_utils import Database

from archive.errors import ArchiveError
from archive.exports import manifest, parquet
from archive.exports.corpus import NAMES
from archive.progress import Progress
from archive.removing import tombstones
from archive.rows import Row, Value, insert, to_json
from archive.schema import JSON_COLUMNS, SQL_TYPES, column_kind
from archive.searching import fulltext
from archive.store import begin_crawl, end_crawl, transaction
from pipelines.document import COLUMNS
from pipelines.fingerprint import content_digest

TYPES = {"TEXT": (str,), "INTEGER": (int,), "REAL": (float, int)}


@dataclass(frozen=True, slots=True)
class _Column:
    types: tuple[type, ...]
    nullable: bool


def import_(db: Database, path: Path, progress: Progress) -> int:
    """Put the documents of an export (JSON Lines or Parquet) in an archive that holds none; how many there were."""
    if db.conn.execute("SELECT EXISTS (SELECT 1 FROM documents) OR EXISTS (SELECT 1 FROM fetches)").fetchone()[0]:
        raise ArchiveError("an export is imported into a new archive only. Name one: python -m archive --archive NEW …")
    try:
        _fits_manifest(path)
        with transaction(db), fulltext.deferred(db.conn, progress):
            return _all(db, path, progress)
    except (OSError, UnicodeDecodeError) as error:
        raise ArchiveError(f"cannot read {path}: {getattr(error, 'strerror', None) or error}") from error
    finally:
        progress.stop()


def _all(db: Database, path: Path, progress: Progress) -> int:
    columns = {column.name: _column(column.type, column.name) for column in COLUMNS}
    crawl = begin_crawl(db, f"import of {path.name}", to_json({"path": path.name}))
    read = _parquet if path.suffix == ".parquet" else _jsonl
    known, done, refused = tombstones.load(db), 0, 0
    seen: set[Value] = set()
    for number, row in enumerate(read(path, progress), 1):
        try:
            _check(row, columns)
        except ValueError as error:
            raise ArchiveError(f"{path.name}, document {number}: {error}") from error
        if known and _is_taken_down(db, known, row):
            refused += 1
        else:
            _add(db, row, crawl, seen)
            done += 1
        progress.step()
    end_crawl(db, crawl, "finished", to_json({"documents": done, "taken_down": refused}))
    return done


def _is_taken_down(db: Database, known: tombstones.Tombstones, row: Row) -> bool:
    """Whether this archive was told never to hold it."""
    url = str(row["url"])
    return bool(known.refusal(url) or tombstones.same_text(db, str(row["text_hans"]), urlsplit(url).hostname or ""))


def _jsonl(path: Path, progress: Progress) -> Iterator[Row]:
    with path.open("rb") as lines:
        progress.start("documents", sum(chunk.count(b"\n") for chunk in iter(lambda: lines.read(1 << 20), b"")))
        lines.seek(0)
        for number, line in enumerate(lines, 1):
            try:
                found = json.loads(line)
            except ValueError as error:
                raise ArchiveError(f"{path.name}, line {number} is no JSON: {error}") from error
            if not isinstance(found, dict):
                raise ArchiveError(f"{path.name}, line {number} is no JSON object")
            yield {name: _stored(name, value) for name, value in found.items()}


def _stored(name: str, value: object) -> str | int | float | None:
    """A value of JSON as the table has it."""
    return to_json(value) if name in JSON_COLUMNS and value is not None else value  # type: ignore[return-value]


def _parquet(path: Path, progress: Progress) -> Iterator[Row]:
    from pyarrow import ArrowInvalid
    from pyarrow.parquet import ParquetFile

    try:
        with ParquetFile(path) as file:
            progress.start("documents", file.metadata.num_rows)
            for batch in file.iter_batches(batch_size=parquet.ROW_GROUP):
                yield from map(parquet.row, batch.to_pylist())
    except (ArrowInvalid, KeyError) as error:
        raise ArchiveError(f"{path.name} is no export in Parquet: {error}") from error


def _column(declared: object, name: str) -> _Column:
    kind, nullable = column_kind(declared)
    return _Column((str,) if name in JSON_COLUMNS else TYPES[SQL_TYPES[kind]], nullable)


def _check(row: Row, columns: dict[str, _Column]) -> None:
    """Raise `ValueError` for what is no document of an export."""
    if unknown := row.keys() - columns.keys():
        raise ValueError(f"there is no column {min(unknown)!r}. A newer release may have made this export")
    for name, column in columns.items():
        value = row.get(name)
        if value is None and not column.nullable:
            raise ValueError(f"it has no {name}")
        if value is not None and (not isinstance(value, column.types) or isinstance(value, bool)):
            raise ValueError(f"its {name} is {value!r}")
    if row["content_digest"] != content_digest(str(row["title"]), str(row["text"])):
        raise ValueError("its title or text has another digest than its content_digest says")


def _add(db: Database, row: Row, crawl: int, seen: set[Value]) -> None:
    """A document, and the rows that it refers to; `seen`: the knowledge and the families that are there."""
    url, key, capture = str(row["url"]), row["article_id"], row["fetch_id"]
    known: Row = {"id": row["knowledge_id"], "json": "", "created_at": ""}
    fetch: Row = {"id": capture, "crawl_id": crawl, "url": url, "status": 0, "fetched_at": row["archived_at"]}
    page: Row = {"id": key, "url": url, "host": urlsplit(url).hostname or "", "fetch_id": capture, "rules": "{}"}
    place: Row = {"article_id": key, "n": 1, "url": url, "fetch_id": capture}
    if row["knowledge_id"] not in seen:
        _once(db, "knowledge", known)
    _once(db, "fetches", {**fetch, "payload_digest": "", "body_digest": ""})
    _once(db, "pages", page)
    _once(db, "article_pages", place)
    if row.get("family_id") and row["family_id"] not in seen:
        _once(db, "families", {"id": row["family_id"]})
    seen |= {row["knowledge_id"], row.get("family_id")}
    insert(db, "documents", {name: row.get(name) for name in NAMES})


def _once(db: Database, table: str, row: Row) -> None:
    """A row that may be there already: several documents stand on one page."""
    names, marks = ", ".join(f'"{name}"' for name in row), ", ".join("?" * len(row))
    db.conn.execute(f"INSERT OR IGNORE INTO {table}({names}) VALUES ({marks})", tuple(row.values()))


def _fits_manifest(path: Path) -> None:
    """Raise `ArchiveError` where the manifest beside an export knows it with other bytes."""
    beside = path.with_name(f"{path.name}.{manifest.NAME}")
    if not beside.exists():
        return
    told = {str(file["path"]): file["sha256"] for file in json.loads(beside.read_text("utf-8")).get("files", ())}
    with path.open("rb") as stream:
        digest = file_digest(stream, "sha256").hexdigest()
    if told.get(path.name, digest) != digest:
        raise ArchiveError(f"{path} is not the file that {beside.name} tells of: it has another digest")
