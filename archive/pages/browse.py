"""What the pages of our own in Datasette share: a request for something of one database, ways, the answers.

A page is a route of a plugin (`archive/datasette/plugins/`) that asks `reader` who reads what, reads rows, and
answers with a template. Heavy work goes on a thread of the database (`Reader.work`), never on the event loop.
"""

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from datasette import NotFound, Request, Response
from datasette.app import Datasette
from datasette.utils import tilde_decode, tilde_encode
from markupsafe import Markup
from sqlite_utils import Database

from archive.pages import safe_html
from archive.pages.interface import Words, words
from archive.removing import tombstones
from archive.rows import Row, Value

READ, LEDGER, FAMILY, VERSIONS, ORIGINAL = "-/read", "-/ledger", "-/family", "-/versions", "-/original"
WAYS = {
    "read": READ,
    "ledger": LEDGER,
    "family": FAMILY,
    "versions_at": VERSIONS,
    "original": ORIGINAL,
}  # by their names in templates

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reader:
    """One request for something of one database; `id` is '' where the route has none."""

    datasette: Datasette
    request: Request
    database: str
    id: str
    t: Words

    async def all(self, sql: str, *values: Value) -> list[Row]:
        """Rows of a query."""
        result = await self.datasette.get_database(self.database).execute(sql, values)
        return [dict(row) for row in result.rows]

    async def one(self, sql: str, *values: Value) -> Row | None:
        """Its first row."""
        return next(iter(await self.all(sql, *values)), None)

    async def work(self, does: Callable[[sqlite3.Connection], T]) -> T:
        """What a function makes of a connection, on a thread of the database."""
        made: T = await self.datasette.get_database(self.database).execute_fn(does)
        return made

    def arg(self, name: str, default: str = "") -> str:
        """A word of the query string."""
        return str(self.request.args.get(name) or default)

    def path(self, way: str, key: str = "") -> str:
        """The address of one of our pages."""
        return path(self.datasette, way, self.database, key)

    async def page(self, template: str, context: Mapping[str, object], status: int = 200) -> Response:
        """The answer: a template, which has the ways of `WAYS`, `t` and what stands in `context`."""
        ways = {name: self.path(way) for name, way in WAYS.items()}
        shared = {"database": self.database, "id": self.id, **ways}
        html = await self.datasette.render_template(template, {**shared, **context}, request=self.request)
        return Response.html(html, status=status)

    async def absent(self, message: str) -> Response:
        """The answer where there is nothing, or no longer. (Datasette prints a traceback for its own NotFound.)"""
        if self.id and (
            gone := await self.work(lambda conn: tombstones.of(Database(conn, execute_plugins=False), self.id))
        ):
            said = {
                "id": self.id,
                "on": str(gone["requested_at"])[:10],
                "number": gone["id"],
                "why": gone["reason"] or "—",
            }
            context = {"title": self.t("base.taken_down"), "error": self.t("base.taken_down_on", **said), "status": 410}
            return await self.page("error.html", context, status=410)
        context = {"title": self.t("base.not_found"), "error": message, "status": 404}
        return await self.page("error.html", context, status=404)


async def reader(request: Request, datasette: Datasette) -> Reader:
    """Who reads what, if he may: of the route's `database` and `id`."""
    database = tilde_decode(request.url_vars["database"])
    if database not in datasette.databases:
        raise NotFound(f"There is no database {database}")
    await datasette.ensure_permissions(
        request.actor, [("view-table", (database, "documents")), ("view-database", database), "view-instance"]
    )
    return Reader(datasette, request, database, request.url_vars.get("id", ""), words(request))


def path(datasette: Datasette, way: str, database: str, key: str = "") -> str:
    """The address of one of our pages: `/-/read/DATABASE/KEY`."""
    return str(datasette.urls.path(f"/{way}/{tilde_encode(database)}/{key}"))


def archive_name(datasette: Datasette) -> str:
    """The database that is the archive: the first that is served."""
    return next((str(name) for name in datasette.databases if not name.startswith("_")), "")


def shown(value: object) -> Markup:
    """Stored text as HTML: escaped, and characters that nobody sees or that turn the text shown by their numbers."""
    return Markup(safe_html.text("" if value is None else str(value)))
