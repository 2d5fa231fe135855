"""An export becomes an archive again: documents as they were, without the captures and ledgers that prove them.

What is known of a document's page is its address and the time of its capture, so that is what its rows say: a page
without a source text, a capture without a WARC record, knowledge without its content. Such documents are searched,
shown, cited and exported like any other; `explain` and `rebuild` have nothing to work on. Exporting them again gives
the same bytes.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from hashlib import file_digest
from itertools import compress, islice
from pathlib import Path
from types import NoneType
from urllib.parse import urlsplit

from sqlite_utils import Database

from archive.errors import ArchiveError
from archive.exports import exchange, manifest, parquet
from archive.progress import Progress
from archive.removing import tombstones
from archive.rows import Value, to_json
from archive.schemas.columns import JSON_COLUMNS, SQL_TYPES, column_kind
from archive.searching import fulltext
from archive.store import begin_crawl, end_crawl, much_in_memory, transaction
from pipelines.document import COLUMNS
from pipelines.fingerprint import content_digest

TYPES: dict[str, set[type]] = {"TEXT": {str}, "INTEGER": {int}, "REAL": {float, int}}
BATCH = 1_000  # documents that are checked and written at a time; chosen

Columns = dict[str, list[Value]]


def import_(db: Database, path: Path, progress: Progress) -> int:
    """Put what an export holds (JSON Lines, Parquet, or a folder of Parquet) in an archive that holds no documents; how
    many there were."""
    try:
        (_folder_fits if path.is_dir() else _fits_manifest)(path)
        with much_in_memory(db), transaction(db):
            _must_be_new(db)
            with fulltext.deferred(db.conn, progress):
                return _all(db, path, progress)
    except (OSError, UnicodeDecodeError) as error:
        raise ArchiveError(f"cannot read {path}: {getattr(error, 'strerror', None) or error}") from error
    except sqlite3.IntegrityError as error:
        raise ArchiveError(f"{path.name} is no export: {error}") from error
    finally:
        progress.stop()


def _must_be_new(db: Database) -> None:
    """Raise `ArchiveError` where an archive holds something. Asked in the transaction: another import may wait, too."""
    if db.conn.execute("SELECT EXISTS (SELECT 1 FROM documents) OR EXISTS (SELECT 1 FROM fetches)").fetchone()[0]:
        raise ArchiveError("an export is imported into a new archive only. Name one: python -m archive --archive NEW …")


def _all(db: Database, path: Path, progress: Progress) -> int:
    if path.is_dir() and exchange.is_there(path):
        return _everything(db, path, progress)
    crawl = begin_crawl(db, f"import of {path.name}", to_json({"path": path.name}))
    read = _folder if path.is_dir() else _parquet if path.suffix == ".parquet" else _jsonl
    known, done, refused = tombstones.load(db), 0, 0
    for batch in read(path, progress):
        try:
            documents = _checked(batch)
        except _Unfit as unfit:
            raise ArchiveError(f"{path.name}, document {done + refused + unfit.place + 1}: {unfit}") from unfit
        size = len(documents["id"])
        if known:
            documents = _allowed(db, known, documents)
        _add(db, documents, crawl)
        done += len(documents["id"])
        refused += size - len(documents["id"])
        progress.step(size)
    end_crawl(db, crawl, "finished", to_json({"documents": done, "taken_down": refused}))
    return done


def _everything(db: Database, folder: Path, progress: Progress) -> int:
    """All tables as they stood."""
    if db.conn.execute("SELECT EXISTS (SELECT 1 FROM takedowns) OR EXISTS (SELECT 1 FROM crawls)").fetchone()[0]:
        raise ArchiveError("an export is imported into a new archive only. Name one: python -m archive --archive NEW …")
    exchange.read(db, folder, json.loads(_manifest(folder).read_text("utf-8")), lambda count: None)
    done = 0
    for batch in _folder(folder, progress):
        try:
            documents = _checked(batch)
        except _Unfit as unfit:
            raise ArchiveError(f"{folder.name}, document {done + unfit.place + 1}: {unfit}") from unfit
        _insert(db, "documents", documents, how="ABORT")
        done += len(documents["id"])
        progress.step(len(documents["id"]))
    return done


def _folder(folder: Path, progress: Progress) -> Iterator[Columns]:
    """The documents of a folder, part after part, without the columns that its folders are named by."""
    from pyarrow.parquet import read_metadata

    paths = _parts(folder)
    progress.start("documents", sum(read_metadata(path).num_rows for path in paths))
    for path in paths:
        try:
            with exchange.opened(path) as file:
                yield from map(parquet.columns, file.iter_batches(batch_size=BATCH))
        except ValueError as error:
            raise ArchiveError(f"{path.relative_to(folder)} is no export in Parquet: {error}") from error


def _parts(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.parquet") if path.is_file())


def _folder_fits(folder: Path) -> None:
    """Raise `ArchiveError` where a folder is not, file by file, what its manifest says."""
    if not manifest.is_export(folder):
        raise ArchiveError(f"{folder} is no export: it has no manifest")
    beside = _manifest(folder)
    told = {str(file["path"]): file["sha256"] for file in json.loads(beside.read_text("utf-8")).get("files", ())}
    there = {path.relative_to(folder).as_posix(): path for path in (*_parts(folder), *exchange.files(folder))}
    if unlike := sorted({name for name in told if name.endswith((".parquet", exchange.SUFFIX))} ^ there.keys()):
        raise ArchiveError(f"{folder} is not what {beside.name} tells of: {unlike[0]} is missing or was added")
    for name, path in there.items():
        with path.open("rb") as stream:
            if file_digest(stream, "sha256").hexdigest() != told[name]:
                raise ArchiveError(f"{path} is not the file that {beside.name} tells of: it has another digest")


def _manifest(folder: Path) -> Path:
    return next(folder / name for name in (manifest.HIDDEN, manifest.NAME) if (folder / name).is_file())


def _allowed(db: Database, known: tombstones.Tombstones, documents: Columns) -> Columns:
    """Without those that this archive was told never to hold."""
    kept = [
        not (known.refusal(url) or tombstones.same_text(db, text, urlsplit(url).hostname or ""))
        for url, text in zip(map(str, documents["url"]), map(str, documents["text_hans"]), strict=True)
    ]
    return {name: [*compress(values, kept)] for name, values in documents.items()}


def _jsonl(path: Path, progress: Progress) -> Iterator[Columns]:
    with path.open("rb") as lines:
        progress.start("documents", sum(chunk.count(b"\n") for chunk in iter(lambda: lines.read(1 << 20), b"")))
        lines.seek(0)
        numbered = enumerate(lines, 1)
        while batch := [_object(path, number, line) for number, line in islice(numbered, BATCH)]:
            names = dict.fromkeys(name for row in batch for name in row)
            yield {name: [_stored(name, row.get(name)) for row in batch] for name in names}


def _object(path: Path, number: int, line: bytes) -> dict[str, object]:
    try:
        found = json.loads(line)
    except ValueError as error:
        raise ArchiveError(f"{path.name}, line {number} is no JSON: {error}") from error
    if not isinstance(found, dict):
        raise ArchiveError(f"{path.name}, line {number} is no JSON object")
    return found


def _stored(name: str, value: object) -> Value:
    """A value of JSON as the table has it."""
    return to_json(value) if name in JSON_COLUMNS and value is not None else value  # type: ignore[return-value]


def _parquet(path: Path, progress: Progress) -> Iterator[Columns]:
    try:
        with exchange.opened(path) as file:
            progress.start("documents", file.metadata.num_rows)
            yield from map(parquet.columns, file.iter_batches(batch_size=BATCH))
    except ValueError as error:
        raise ArchiveError(f"{path.name} is no export in Parquet: {error}") from error


class _Unfit(ValueError):
    """What is no document of an export, and which of a batch."""

    def __init__(self, place: int, why: str) -> None:
        super().__init__(why)
        self.place = place


def _checked(batch: Columns) -> Columns:
    """All columns of documents. Raises `_Unfit` for what is no document of an export."""
    columns = {column.name: _types(column.type, column.name) for column in COLUMNS}
    if unknown := batch.keys() - columns.keys():
        name = min(unknown)
        first = next((n for n, value in enumerate(batch[name]) if value is not None), 0)
        raise _Unfit(first, f"there is no column {name!r}. A newer release may have made this export")
    size = len(next(iter(batch.values()), ()))
    documents = {name: batch.get(name) or [None] * size for name in columns}
    unfit = [flaw for name, types in columns.items() if (flaw := _flaw(name, documents[name], types))]
    if unfit:
        raise min(unfit, key=lambda flaw: flaw.place)
    told = (map(str, documents[name]) for name in ("title", "text", "content_digest"))
    for n, (title, text, digest) in enumerate(zip(*told, strict=True)):
        if digest != content_digest(title, text):
            raise _Unfit(n, "its title or text has another digest than its content_digest says")
    return documents


def _flaw(name: str, values: Sequence[Value], types: frozenset[type]) -> _Unfit | None:
    """The first value that a column cannot hold."""
    if {*map(type, values)} <= types:
        return None
    n, value = next((n, value) for n, value in enumerate(values) if type(value) not in types)
    return _Unfit(n, f"it has no {name}" if value is None else f"its {name} is {value!r}")


def _types(declared: object, name: str) -> frozenset[type]:
    """What a value of a column may be in Python."""
    kind, nullable = column_kind(declared)
    types = TYPES["TEXT" if name in JSON_COLUMNS else SQL_TYPES[kind]]
    return frozenset(types | {NoneType} if nullable else types)


def _add(db: Database, documents: Columns, crawl: int) -> None:
    """Documents, and the rows that they refer to: several may refer to one."""
    size, url, key, capture = (
        len(documents["id"]), documents["url"], documents["article_id"], documents["fetch_id"]
    )  # fmt: skip
    host: list[Value] = [urlsplit(str(one)).hostname or "" for one in url]
    empty: list[Value] = [""] * size
    fetch: Columns = {"id": capture, "crawl_id": [crawl] * size, "url": url, "status": [0] * size}
    fetch |= {"fetched_at": documents["archived_at"], "payload_digest": empty, "body_digest": empty}
    page: Columns = {"id": key, "url": url, "host": host, "fetch_id": capture, "rules": ["{}"] * size}
    known = [*dict.fromkeys(documents["knowledge_id"])]
    _insert(db, "knowledge", {"id": known, "json": [""] * len(known), "created_at": [""] * len(known)})
    _insert(db, "families", {"id": _families(documents)})
    _insert(db, "fetches", fetch)
    _insert(db, "pages", page)
    _insert(db, "article_pages", {"article_id": key, "n": [1] * size, "url": url, "fetch_id": capture})
    _insert(db, "documents", documents, how="ABORT")


def _families(documents: Columns) -> list[Value]:
    """The families that are told of by a document that is not the one they are named after."""
    named = zip(documents["family_id"], documents["id"], strict=True)
    return [*dict.fromkeys(family for family, id in named if family and family != id)]


def _insert(db: Database, table: str, columns: Columns, how: str = "IGNORE") -> None:
    """Rows, of which some may be there already."""
    names, marks = ", ".join(f'"{name}"' for name in columns), ", ".join("?" * len(columns))
    rows = zip(*columns.values(), strict=True)
    db.conn.executemany(f"INSERT OR {how} INTO {table}({names}) VALUES ({marks})", rows)


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
