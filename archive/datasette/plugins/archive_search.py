"""Search in Datasette: its own search box reads queries as `python -m archive search` does, and a page has snippets."""

import sqlite3
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qsl, urlencode

from datasette import NotFound, Request, Response, hookimpl
from datasette.app import Datasette
from datasette.filters import FilterArguments
from datasette.utils import tilde_decode, tilde_encode
from markupsafe import Markup, escape
from sqlite_utils import Database

from archive import search
from archive.errors import ArchiveError

PAGE = 20
NOTHING = '""'  # a phrase that nothing holds; an empty string would be a syntax error


class _NoQuery(Exception):
    """What stands in a search box is no query. `str()` says why; '' where it is empty."""


@hookimpl(trylast=True)  # type: ignore[untyped-decorator]  # after Datasette's own functions, whose escape_fts this one replaces
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Teach a connection the index's words, so that the search box finds what `python -m archive search` finds."""
    search.register(conn)
    conn.create_function("escape_fts", 1, _escaped, deterministic=True)


def _escaped(text: str | None) -> str:
    try:
        return search.expression(text or "")
    except ArchiveError:
        return NOTHING


@hookimpl  # type: ignore[untyped-decorator]
def filters_from_request(request: Request) -> Callable[[], Awaitable[FilterArguments | None]]:
    """What is no query is told in a line; without this, a table would have no rows and not say why."""

    async def checked() -> FilterArguments | None:
        asked = [request.args[name] for name in request.args if name.startswith("_search") and name != "_searchmode"]
        if asked and not any(map(str.strip, asked)):
            raise _NoQuery
        try:
            for text in asked:
                search.parse(text)
        except ArchiveError as error:
            raise _NoQuery(str(error)) from error
        return None

    return checked


@hookimpl  # type: ignore[untyped-decorator]
def handle_exception(
    request: Request, exception: Exception, datasette: Datasette
) -> Callable[[], Awaitable[Response]] | None:
    """Who searches a table for nothing sees all of it; for what is no query, he reads why."""

    async def answer() -> Response:
        told = str(exception)
        if not told:
            kept = [(key, value) for key, value in parse_qsl(request.query_string) if not key.startswith("_search")]
            return Response.redirect(f"{request.path}?{urlencode(kept)}")
        if request.path.endswith(".json"):
            return Response.json({"ok": False, "error": told, "status": 400, "title": None}, status=400)
        database = tilde_decode(request.path.split("/")[1])
        return await _page(datasette, request, database, request.args.get("_search") or "", told=told)

    return answer if isinstance(exception, _NoQuery) else None


@hookimpl  # type: ignore[untyped-decorator]
def register_routes() -> list[tuple[str, Callable[..., object]]]:
    """Pages of our own."""
    return [(r"^/(?P<database>[^/.]+)/search$", found)]


async def found(request: Request, datasette: Datasette) -> Response:
    """A page of results: with snippets, title hits first."""
    database = tilde_decode(request.url_vars["database"])
    if database not in datasette.databases:
        raise NotFound(f"There is no database {database}")
    await datasette.ensure_permissions(
        request.actor, [("view-table", (database, "documents")), ("view-database", database), "view-instance"]
    )
    asked = request.args.get("q") or ""
    if not asked.strip():
        return await _page(datasette, request, database, "")

    def work(conn: sqlite3.Connection) -> search.Found:
        return search.search(Database(conn, execute_plugins=False), asked, PAGE, rank="rank" in request.args)

    try:
        result = await datasette.get_database(database).execute_fn(work)
    except ArchiveError as error:
        return await _page(datasette, request, database, asked, told=str(error))
    return await _page(datasette, request, database, asked, result)


async def _page(
    datasette: Datasette,
    request: Request,
    database: str,
    asked: str,
    result: search.Found | None = None,
    told: str = "",
) -> Response:
    context = {
        "asked": asked,
        "found": result,
        "told": told,
        "marked": marked,
        "way": datasette.urls.path(f"/{tilde_encode(database)}/search"),
        "read": datasette.urls.path(f"/-/read/{tilde_encode(database)}/"),
    }
    html = await datasette.render_template("search.html", context, request=request)
    return Response.html(html, status=400 if told else 200)


def marked(text: str) -> Markup:
    """Hits between the signs of `search`, as HTML."""
    html = str(escape(text)).replace(search.OPEN, "<mark>").replace(search.CLOSE, "</mark>")
    return Markup(html)  # escaped above
