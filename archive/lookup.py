"""What a reader may call a document: its id, a version of it, an id it once had, a page's address, a file's path."""

import json
import re
from dataclasses import dataclass

from sqlite_utils import Database

from archive.errors import ArchiveError
from archive.removing import tombstones
from archive.rows import Row, Value, select
from pipelines.document import article_id

PAGE_ID = re.compile(r"[0-9a-f]{12}")
PREFIX = re.compile(r"[0-9a-f]{4,12}(?:-[0-9a-z]*)?")  # shorter ones are rarely alone
VERSION = re.compile(r"(?P<id>[0-9a-f]{4,12}(?:-[0-9a-z.]*)?)@(?P<version>.*)", re.S)
KNOWN = "SELECT 1 FROM documents WHERE id = ?1 UNION ALL SELECT 1 FROM document_ids WHERE id = ?1"
CAUSES = {  # why a version came in the place of another
    "capture": "the page changed",
    "rules": "the rules changed",
    "repair": "it was damaged",
}
SHOWN = 10  # candidates named for an ambiguous prefix


@dataclass(frozen=True, slots=True)
class Answer:
    """Documents by the columns of `documents`, and what is to be said of how they were found."""

    documents: tuple[Row, ...]
    note: str = ""


def documents(db: Database, name: str) -> Answer:
    """The documents that `name` means. Raises `ArchiveError` where there is none, or too many."""
    if old := version(db, name):
        return _version(db, *old)
    if rows := _rows(db, "id = ?", name):
        return Answer(rows)
    page = article(db, name)
    if not page or not _rows(db, "article_id = ?", page):
        tombstones.check(db, name)
    if retired := _retired(db, name):
        return retired
    if page:
        return _of_page(db, page)
    if len(ids := _starting(db, name)) == 1:
        return documents(db, ids[0])
    raise _unknown(name, ids)


def _unknown(name: str, ids: list[str]) -> ArchiveError:
    if ids:
        return ArchiveError(f"{name} is the beginning of {len(ids)} ids: {', '.join(ids[:SHOWN])}. Give more of it.")
    return ArchiveError(f"nothing in the archive is called {name!r}. Find a document: python -m archive search WORDS")


def version(db: Database, name: str) -> tuple[str, int] | None:
    """The id and the number, where `name` means a version: ID@1."""
    match = VERSION.fullmatch(name)
    if not match:
        return None
    if not re.fullmatch(r"[0-9]{1,9}", match["version"]):
        raise ArchiveError(f"{match['version']!r} is no version; give a number, such as {match['id']}@1")
    ids = [match["id"]] if _exists(db, KNOWN, match["id"]) else _starting(db, match["id"])
    if len(ids) != 1:
        tombstones.check(db, name)
        raise _unknown(name, ids)
    return ids[0], int(match["version"])


def ids(db: Database, name: str) -> list[str]:
    """The ids of documents that `name` means, a retired one as itself. Raises `ArchiveError` where there is none."""
    if old := version(db, name):
        return [old[0]]
    if _exists(db, KNOWN, name):
        return [name]
    if page := article(db, name):
        on_page = "SELECT id, part FROM documents WHERE article_id = ?1"
        retired = "SELECT id, 1e9 FROM document_ids WHERE article_id = ?1"
        found = [key for key, _ in db.conn.execute(f"{on_page} UNION ALL {retired} ORDER BY 2, 1", (page,))]
        if found:
            return found
        tombstones.check(db, name)
        return [str(row["id"]) for row in _of_page(db, page).documents]  # which says why there is none
    if len(found := _starting(db, name)) == 1:
        return found
    tombstones.check(db, name)
    raise _unknown(name, found)


def article(db: Database, name: str) -> str:
    """The page that `name` means: by its id, an address, an ingested file's path, or a document on it; '' if none."""
    if PAGE_ID.fullmatch(name) and _exists(db, "SELECT 1 FROM pages WHERE id = ?", name):
        return name
    for sql, value in (
        ("SELECT id FROM pages WHERE id = ?", article_id(name) if ":" in name else ""),
        ("SELECT article_id FROM article_pages WHERE url = ?", name),
        (
            "SELECT a.article_id FROM fetches f JOIN article_pages a ON a.fetch_id = f.id"
            " WHERE f.path = ? AND f.path <> ''",
            name,
        ),
        ("SELECT article_id FROM documents WHERE id = ?", name),
        ("SELECT article_id FROM document_ids WHERE id = ?", name),
    ):
        if row := db.conn.execute(sql, (value,)).fetchone():
            return str(row[0])
    pages = {key[:12] for key in _starting(db, name)}
    return pages.pop() if len(pages) == 1 and len(name) <= 12 else ""


def path(db: Database, fetch_id: Value) -> str:
    """The file that a capture was ingested from; '' for a page of a crawl."""
    row = db.conn.execute("SELECT path FROM fetches WHERE id = ?", (fetch_id,)).fetchone()
    return str(row[0]) if row else ""


def counterpart(db: Database, document: Row) -> Row:
    """The copy to compare a document with: the one that stands for its family, or of that one its nearest copy."""
    sql = (
        "SELECT d.* FROM documents d LEFT JOIN pairs p ON p.a = min(d.id, ?1) AND p.b = max(d.id, ?1)"
        " WHERE d.family_id = ?2 AND d.id <> ?1 ORDER BY d.canonical DESC, p.matched DESC, d.id LIMIT 1"
    )
    rows = select(db, sql, str(document["id"]), document["family_id"])
    if not rows:
        version = int(document["version"] or 1)
        earlier = f", or its version before: --diff @{version - 1}" if version > 1 else ""
        raise ArchiveError(f"{document['id']} has no copy in the archive. Name another document: --diff ID{earlier}")
    return rows[0]


def _version(db: Database, key: str, version: int) -> Answer:
    if rows := _rows(db, "id = ? AND version = ?", key, version):
        return Answer(rows)
    old = select(
        db, "SELECT document, cause, replaced_at FROM document_versions WHERE id = ? AND version = ?", key, version
    )
    if not old:
        have = [n for (n,) in db.conn.execute("SELECT version FROM document_versions WHERE id = ? ORDER BY 1", (key,))]
        have += [row["version"] for row in _rows(db, "id = ?", key)]
        raise ArchiveError(f"there is no version {version} of {key}; there is {', '.join(map(str, have)) or 'none'}")
    why = CAUSES.get(str(old[0]["cause"]), str(old[0]["cause"]))
    return Answer(
        (json.loads(str(old[0]["document"])),), f"{key}@{version} was replaced {old[0]['replaced_at']}: {why}"
    )


def _retired(db: Database, key: str) -> Answer | None:
    """The document that holds now what stood under a retired id; where none does, its last version."""
    seen: list[str] = []
    while key not in seen and (row := _one(db, "SELECT retired_at, replaced_by FROM document_ids WHERE id = ?", key)):
        seen.append(key)
        if row["replaced_by"] is None or not _exists(db, KNOWN, str(row["replaced_by"])):
            (last,) = db.conn.execute("SELECT max(version) FROM document_versions WHERE id = ?", (key,)).fetchone()
            return Answer(
                _version(db, key, last).documents, f"{seen[0]} was retired {row['retired_at']}: this is its last text"
            )
        key = str(row["replaced_by"])
    if not seen:
        return None
    return Answer(_rows(db, "id = ?", key), f"{seen[0]} is now part of {key}: the page was split differently")


def _of_page(db: Database, page: str) -> Answer:
    if rows := _rows(db, "article_id = ?", page):
        return Answer(rows)
    row = _one(db, "SELECT url, rejected FROM pages WHERE id = ?", page) or {}
    raise ArchiveError(f"the page {row.get('url')} holds no document: {row.get('rejected')}")


def _starting(db: Database, prefix: str) -> list[str]:
    """The ids, of now and of before, that begin so."""
    if not PREFIX.fullmatch(prefix):
        return []
    here = "WHERE id >= ?1 AND id < ?2"
    sql = f"SELECT id FROM documents {here} UNION SELECT id FROM document_ids {here} ORDER BY 1"
    return [key for (key,) in db.conn.execute(sql, (prefix, prefix + "\x7f"))]


def _rows(db: Database, condition: str, *values: str | int) -> tuple[Row, ...]:
    return select(db, f"SELECT * FROM documents WHERE {condition} ORDER BY url, part", *values)


def _one(db: Database, sql: str, *values: str) -> Row | None:
    return next(iter(select(db, sql, *values)), None)


def _exists(db: Database, sql: str, *values: str) -> bool:
    return db.conn.execute(sql, values).fetchone() is not None


def facts(db: Database, document: Row) -> tuple[Row, ...]:
    """What is known of a document, with its evidence: of an old version, what was known then."""
    old = db.conn.execute(
        "SELECT ledger ->> 'facts' FROM document_versions WHERE id = ? AND version = ? AND NOT EXISTS"
        " (SELECT 1 FROM documents WHERE id = document_versions.id AND version = document_versions.version)",
        (document["id"], document["version"]),
    ).fetchone()
    if old:
        return tuple(json.loads(old[0] or "[]"))
    sql = "SELECT * FROM facts WHERE article_id = ? AND part = ? ORDER BY n"
    return select(db, sql, document["article_id"], document["part"])
