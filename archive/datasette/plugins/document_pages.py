"""Pages of documents: to read one, and to compare its copies."""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from datasette import Request, Response, hookimpl
from datasette.app import Datasette
from sqlite_utils import Database

from archive import lookup
from archive.copies import lineage
from archive.errors import ArchiveError
from archive.exports import cite
from archive.pages import document_view
from archive.pages.browse import FAMILY, READ, Reader, reader
from archive.pages.document_view import TextMap
from archive.pages.interface import Words
from archive.rows import Row, select
from pipelines.document import COLUMNS

SWAPPED = frozenset({"place", "year", "number"})  # kinds of which `lineage.summary` names the words
MEMBERS = """
    SELECT d.id, d.title, coalesce(nullif(p.host, ''), '(file)') AS host, d.published_on, d.signed_on, d.status,
           d.quality, d.canonical, length(d.text) AS characters, k.kind,
           round(100 * iif(k.a = ?1, k.coverage_a, k.coverage_b)) AS share
    FROM documents d JOIN pages p ON p.id = d.article_id
    LEFT JOIN pairs k ON k.a = min(d.id, ?1) AND k.b = max(d.id, ?1)
    WHERE d.family_id = ?2 ORDER BY d.canonical DESC, share DESC, d.id LIMIT 200
"""
COPIES = """
    SELECT count(*) AS n, count(DISTINCT p.host) AS hosts
    FROM documents d JOIN pages p ON p.id = d.article_id WHERE d.family_id = ? AND d.id <> ?
"""
CAPTURE = """
    SELECT f.*, p.host, p.charset, p.canonical AS canonical_url, p.gone FROM pages p
    LEFT JOIN fetches f ON f.id = ?2 WHERE p.id = ?1
"""


@hookimpl  # type: ignore[untyped-decorator]
def register_routes() -> list[tuple[str, Callable[..., object]]]:
    """Pages of our own."""
    return [
        (rf"^/{READ}/(?P<database>[^/]+)/(?P<id>[^/]+)$", read),
        (rf"^/{FAMILY}/(?P<database>[^/]+)/(?P<id>[^/]+)$", family),
    ]


@dataclass(frozen=True, slots=True)
class _Kept:
    """A document as it is or was, with what its page says of it."""

    document: Row
    note: str  # '' for the present text of a present id; else why it is shown
    old: Row | None  # the row of document_versions, of an earlier version
    marks: tuple[Row, ...]
    gaps: tuple[Row, ...]
    edits: tuple[Row, ...]
    facts: tuple[Row, ...]
    fills: tuple[Row, ...]


async def read(request: Request, datasette: Datasette) -> Response:
    """A document: its text with damage and gaps in their places, what is known of it, and where its proof is."""
    reading = await reader(request, datasette)
    if moved := await _moved(reading):
        return Response.redirect(reading.path(READ, moved))
    try:
        kept, around = await reading.work(lambda conn: _all(conn, reading))
    except ArchiveError:
        return await reading.absent(reading.t("base.no_document", id=reading.id))
    return await reading.page("read.html", {**_text(reading, kept), **around})


async def _moved(reading: Reader) -> str:
    """Where the text of a retired id stands now; '' where it stands where it did, or nowhere."""
    sql = "SELECT replaced_by FROM document_ids WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM documents WHERE id = ?1)"
    row = await reading.one(sql, reading.id)
    return str(row["replaced_by"]) if row and row["replaced_by"] and not reading.arg("version") else ""


def _all(conn: sqlite3.Connection, reading: Reader) -> tuple[_Kept, dict[str, object]]:
    """All rows that the page of a document needs."""
    db = Database(conn, execute_plugins=False)
    kept = _kept(db, reading.id, reading.arg("version"))
    document = kept.document
    article, key = document["article_id"], document["id"]
    around = {
        "capture": next(iter(select(db, CAPTURE, article, document["fetch_id"])), {}),
        "pages": select(db, "SELECT * FROM article_pages WHERE article_id = ? ORDER BY n", article),
        "siblings": select(db, "SELECT id, part, title FROM documents WHERE article_id = ? ORDER BY part", article),
        "copies": select(db, COPIES, document["family_id"], key)[0],
        "versions": select(db, "SELECT version FROM document_versions WHERE id = ? ORDER BY 1", key),
        "citation": cite.citation(document),
        "plain_citation": cite.gbt7714(document),
        "bibtex": cite.bibtex(document),
        "csl": cite.csl_json([document]),
    }
    return kept, around


def _kept(db: Database, key: str, wanted: str) -> _Kept:
    """The document, or the version of it that is wanted."""
    now = select(db, "SELECT * FROM documents WHERE id = ?", key)
    if now and wanted in ("", str(now[0]["version"])):
        document = now[0]
        article, part = document["article_id"], document["part"]
        of_page = "WHERE article_id = ? AND part = ? ORDER BY n"
        return _Kept(
            document,
            "",
            None,
            select(db, f"SELECT * FROM marks {of_page}", article, part),
            select(db, "SELECT * FROM gaps WHERE article_id = ? AND part IN (0, ?) ORDER BY n", article, part),
            select(db, 'SELECT start, "end", replacement FROM edits WHERE article_id = ? ORDER BY n', article),
            select(db, f"SELECT * FROM facts {of_page}", article, part),
            select(db, "SELECT * FROM fills WHERE document_id = ? ORDER BY n", key),
        )
    answer = lookup.documents(db, f"{key}@{wanted}" if wanted else key)
    document = answer.documents[0]
    (old,) = select(
        db, "SELECT * FROM document_versions WHERE id = ? AND version = ?", document["id"], document["version"]
    )
    ledger = json.loads(str(old["ledger"]))
    rows = {name: tuple(ledger.get(name) or ()) for name in ("marks", "gaps", "edits", "facts")}
    return _Kept({column.name: document.get(column.name) for column in COLUMNS}, answer.note, old, **rows, fills=())


def _text(reading: Reader, kept: _Kept) -> dict[str, object]:
    """The text of the page, in the form that is asked for."""
    document = kept.document
    hans, filled = reading.arg("hans") == "1", reading.arg("reading") == "1" and bool(kept.fills)
    places = TextMap.of(document, kept.edits)
    spans = document_view.spans(kept.marks, places)
    text = str(document["text_hans" if hans else "text"])
    outline = json.loads(str(document["outline"] or "[]"))
    shown_spans, shown_outline = spans, outline
    signed = document_view.signatures(kept.facts, places)
    if filled:
        text, shown_spans = document_view.filled(str(document["text"]), kept.fills)
        shown_outline, signed = [], ()  # their offsets are the published text's
    elif hans and len(text) != len(str(document["text"])):
        shown_spans, shown_outline, signed = (), [], ()  # words of Taiwan have other lengths
    gaps = [(places.at(int(row["start"] or 0)), row) for row in kept.gaps]
    return {
        "document": document,
        "old": kept.old,
        "title": document["title_hans" if hans else "title"] or reading.t("document.untitled"),
        "paragraphs": document_view.paragraphs(text, shown_outline, shown_spans, gaps, signed),
        "outline": shown_outline,
        "hans": hans,
        "filled": filled,
        "facts": document_view.facts(document, kept.facts),
        "redated": next((row["evidence"] for row in kept.facts if row["name"] == "redated"), ""),
        "damages": document_view.damages(document, spans),
        "marked": bool(shown_spans) and not filled,
        "quality": document_view.quality(document),
        "has_reading": bool(kept.fills),
        "has_source": bool(kept.edits),
    }


async def family(request: Request, datasette: Datasette) -> Response:
    """A document's copies, and what differs between it and one of them (`?with=ID`)."""
    reading = await reader(request, datasette)
    document = await reading.one("SELECT * FROM documents WHERE id = ?", reading.id)
    if document is None:
        return await reading.absent(reading.t("base.no_document", id=reading.id))
    members = await reading.all(MEMBERS, reading.id, document["family_id"])
    wanted = reading.arg("with") or next((row["id"] for row in members if row["id"] != reading.id), None)
    other = await reading.one("SELECT * FROM documents WHERE id = ?", wanted)
    pieces: list[lineage.Piece] = []
    if other:
        texts = str(document["text_hans"]), str(other["text_hans"])
        pieces = await reading.work(lambda _: lineage.pieces(*texts))  # some milliseconds, of long texts more
    context = {
        "title": document["title"] or reading.t("document.untitled"),
        "document": document,
        "other": other,
        "members": members,
        "pieces": pieces,
        "summary": _told(reading.t, pieces),
        "fills": await reading.all("SELECT * FROM fills WHERE document_id = ? ORDER BY n", reading.id),
    }
    return await reading.page("family.html", context)


def _told(t: Words, pieces: list[lineage.Piece]) -> list[tuple[str, str]]:
    """What the changes come to, by kind: what was exchanged for what, or how many characters."""
    counts = Counter(piece.kind for piece in pieces)
    sizes: Counter[str] = Counter()
    for piece in pieces:
        sizes[piece.kind] += max(len(piece.before), len(piece.after))
    return [
        (kind, told if kind in SWAPPED else t("document.told", n=counts[kind], size=sizes[kind]))
        for kind, told in lineage.summary(pieces).items()
    ]
