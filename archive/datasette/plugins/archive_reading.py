"""What stock Datasette lacks here: pages to read a document, its ledger and its family on."""

import json
import sqlite3
from collections.abc import Callable, Iterator

from datasette import Request, Response, hookimpl
from datasette.app import Datasette
from datasette.utils import tilde_decode
from markupsafe import Markup

from archive import lineage, safe_html
from archive.browse import FAMILY, READ, path, reader
from archive.rows import Row, Value
from pipelines.document import COLUMNS

MEMBERS = """
    SELECT d.id, d.title, coalesce(nullif(p.host, ''), '(file)') AS host, d.published_on, d.signed_on, d.status,
           d.quality, d.canonical, length(d.text) AS characters, k.kind,
           round(100 * iif(k.a = ?1, k.coverage_a, k.coverage_b)) AS share
    FROM documents d JOIN pages p ON p.id = d.article_id
    LEFT JOIN pairs k ON k.a = min(d.id, ?1) AND k.b = max(d.id, ?1)
    WHERE d.family_id = ?2 ORDER BY d.canonical DESC, share DESC, d.id LIMIT 200
"""
KEYS = {"documents": "id", None: "document"}  # the column with a document's id: in the table, in queries


@hookimpl  # type: ignore[untyped-decorator]
def render_cell(
    row: sqlite3.Row, value: Value, column: str, table: str | None, database: str, datasette: Datasette
) -> Markup | None:
    """Titles lead to the text."""
    key = KEYS.get(table, "")
    if column != "title" or key not in row.keys():  # noqa: SIM118 (a sqlite3.Row)
        return None
    return Markup('<a class="document" href="{}">{}</a>').format(
        path(datasette, READ, database, str(row[key])), Markup(safe_html.text(str(value or "(no title)")))
    )


@hookimpl  # type: ignore[untyped-decorator]
def extra_template_vars(
    table: str | None, database: str | None, view_name: str, request: Request | None, datasette: Datasette
) -> dict[str, str]:
    """The page of a document's row says where its text is to be read."""
    if view_name != "row" or table != "documents" or not database or not request:
        return {}
    return {"read_at": path(datasette, READ, database, tilde_decode(request.url_vars["pks"]))}


@hookimpl  # type: ignore[untyped-decorator]
def register_routes() -> list[tuple[str, Callable[..., object]]]:
    """Pages of our own."""
    return [
        (rf"^/{READ}/(?P<database>[^/]+)/(?P<id>[^/]+)$", read),
        (rf"^/{FAMILY}/(?P<database>[^/]+)/(?P<id>[^/]+)$", family),
    ]


async def read(request: Request, datasette: Datasette) -> Response:
    """A document: its text in paragraphs, what is known of it, what is missing, and where its proof is."""
    reading = await reader(request, datasette)
    document = await reading.one("SELECT * FROM documents WHERE id = ?", reading.id)
    if document is None:
        moved = await reading.one("SELECT replaced_by FROM document_ids WHERE id = ?", reading.id)
        if moved and moved["replaced_by"]:
            return Response.redirect(path(datasette, READ, reading.database, str(moved["replaced_by"])))
        return await reading.absent(reading.t("base.no_document", id=reading.id))
    article, hans = document["article_id"], request.args.get("hans") == "1"
    suffix = "_hans" if hans else ""
    filled = document["reading"] if request.args.get("reading") == "1" else None
    context = {
        "document": document,
        "title": document[f"title{suffix}"] or "(no title)",
        "paragraphs": str(filled or document[f"text{suffix}"]).split("\n"),
        "hans": hans,
        "is_reading": filled is not None,
        "copies": await reading.all(
            "SELECT id FROM documents WHERE family_id = ? AND id <> ? LIMIT 1", document["family_id"], reading.id
        ),
        "facts": _facts(document),
        "origin": [document[name] for name in ("signed_by", "signed_on") if document[name]],
        "path": (await reading.one("SELECT path FROM fetches WHERE id = ?", document["fetch_id"]) or {}).get("path"),
        "siblings": await reading.all(
            "SELECT id, part, title FROM documents WHERE article_id = ? ORDER BY part", article
        ),
        "gaps": await reading.all(
            "SELECT * FROM gaps WHERE article_id = ? AND part IN (0, ?) ORDER BY n", article, document["part"]
        ),
        "versions": await reading.all("SELECT version FROM document_versions WHERE id = ? ORDER BY 1", reading.id),
    }
    return await reading.page("read.html", context)


async def family(request: Request, datasette: Datasette) -> Response:
    """A document's copies, and what differs between it and one of them (`?with=ID`)."""
    reading = await reader(request, datasette)
    document = await reading.one("SELECT * FROM documents WHERE id = ?", reading.id)
    if document is None:
        return await reading.absent(reading.t("base.no_document", id=reading.id))
    members = await reading.all(MEMBERS, reading.id, document["family_id"])
    wanted = request.args.get("with") or next((row["id"] for row in members if row["id"] != reading.id), None)
    other = await reading.one("SELECT * FROM documents WHERE id = ?", wanted)
    pieces: list[lineage.Piece] = []
    if other:
        texts = str(document["text_hans"]), str(other["text_hans"])
        pieces = await reading.work(lambda _: lineage.pieces(*texts))  # some milliseconds, of long texts more
    context = {
        "title": document["title"] or "(no title)",
        "document": document,
        "other": other,
        "members": members,
        "pieces": pieces,
        "summary": [(lineage.NAMES[kind], told) for kind, told in lineage.summary(pieces).items()],
        "fills": await reading.all("SELECT * FROM fills WHERE document_id = ? ORDER BY n", reading.id),
    }
    return await reading.page("family.html", context)


def _facts(document: Row) -> Iterator[tuple[str, Value, str]]:
    """What is known of a document: column, value, what the column means."""
    for column in COLUMNS:
        value = document[column.name]
        if column.name not in ("title", "title_hans", "text", "text_hans") and value not in (None, "", "[]"):
            shown = "、".join(json.loads(str(value))) if column.name == "damage" else value
            yield column.name, shown, column.metadata["help"]
