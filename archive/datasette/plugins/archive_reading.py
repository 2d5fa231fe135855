"""Where stock Datasette's pages lead to ours."""

import sqlite3

from datasette import Request, hookimpl
from datasette.app import Datasette
from datasette.utils import tilde_decode
from markupsafe import Markup

from archive.pages.browse import READ, path, shown
from archive.rows import Value

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
        path(datasette, READ, database, str(row[key])), shown(value or "(no title)")
    )


@hookimpl  # type: ignore[untyped-decorator]
def extra_template_vars(
    table: str | None, database: str | None, view_name: str, request: Request | None, datasette: Datasette
) -> dict[str, str]:
    """The page of a document's row says where its text is to be read."""
    if view_name != "row" or table != "documents" or not database or not request:
        return {}
    return {"read_at": path(datasette, READ, database, tilde_decode(request.url_vars["pks"]))}
