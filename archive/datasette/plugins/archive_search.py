"""Search in Datasette: its own search box reads queries as `python -m archive search` does, and a page has snippets."""

import re
import sqlite3
from collections.abc import Callable
from contextvars import ContextVar
from urllib.parse import parse_qsl, unquote, urlencode

from datasette import Request, Response, hookimpl
from datasette.app import Datasette
from datasette.utils import sqlite_timelimit
from markupsafe import Markup
from sqlite_utils import Database

from archive import search
from archive.condition import DAMAGE, Filters
from archive.errors import ArchiveError
from archive.pages import safe_html
from archive.pages.browse import READ, Reader, path, reader
from archive.pages.interface import App, Receive, Scope, Send
from archive.rows import Value
from pipelines.document import GENRES

PAGE = 20
LAST = 500  # pages: to find the hundred thousandth answer takes seconds, and nobody reads on to there
LOOK = 20_000  # characters of a text in which a cell looks for a hit (chosen: 10 ms; the longest texts take seconds)
NOTHING = '""'  # a phrase that nothing holds; an empty string would be a syntax error
MARKS = re.compile(f"([{search.OPEN}{search.CLOSE}])")
TEXTS = ("era", "family")  # fields of the form that take what they say
LISTS = ("genre", "site", "organisation", "damage")
FLAGS = ("canonical", "complete")
ASKED: ContextVar[search.Query | None] = ContextVar("asked", default=None)  # of the request: cells are told no more
COLUMNS = ("id", "url", "title", "genre", "script", "signed_by", "signed_on", "status", "quality")


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
def asgi_wrapper() -> Callable[[App], App]:
    """Who searches a table for nothing sees all of it; for what is no query, he reads why, and not that none was found.

    Before Datasette has the request: what it is told by an exception, it prints with a traceback.
    """

    def wrapper(app: App) -> App:
        async def checked(scope: Scope, receive: Receive, send: Send) -> None:
            scope = _redirected(scope) if scope["type"] == "http" else scope
            asked = ASKED.set(_query(scope))
            try:
                await app(scope, receive, send)
            finally:
                ASKED.reset(asked)

        return checked

    return wrapper


def _redirected(scope: Scope) -> Scope:
    """Where a request for a table's rows goes that says in its search box what is no query."""
    pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    asked = [text for name, text in pairs if name.startswith("_search") and name != "_searchmode"]
    if not asked:
        return scope
    if not any(map(str.strip, asked)):
        kept = [(name, text) for name, text in pairs if not name.startswith("_search")]
        return {**scope, "query_string": urlencode(kept).encode()}
    try:
        for text in asked:
            search.parse(text)
    except ArchiveError:
        database = (scope.get("raw_path") or scope["path"].encode()).split(b"/")[1]
        path = b"/%s/search%s" % (database, b".json" if scope["path"].endswith(".json") else b"")
        query = urlencode([("q", text)]).encode()  # the page of results says what is wrong with it
        return {**scope, "path": unquote(path.decode()), "raw_path": path, "query_string": query}
    return scope


def _query(scope: Scope) -> search.Query | None:
    """What the search box of a table asks for."""
    pairs = parse_qsl(scope["query_string"].decode("latin-1")) if scope["type"] == "http" else ()
    try:
        return next((search.parse(text) for name, text in pairs if re.match("_search(?!mode$)", name)), None)
    except ArchiveError:  # a search of a table that has no such box
        return None


@hookimpl(tryfirst=True)  # type: ignore[untyped-decorator]  # before the links to documents, which mark nothing
def render_cell(
    row: sqlite3.Row, value: Value, column: str, table: str | None, database: str, datasette: Datasette
) -> Markup | None:
    """In a table that was searched, titles have their hits marked, and texts are snippets."""
    query = ASKED.get()
    if query is None or table != "documents" or column not in ("title", "text", "text_hans") or not value:
        return None
    found = search.marked(str(value)[:LOOK], query)
    if column != "title":
        return marked(search.snippet(found)) if search.OPEN in found else None
    if search.OPEN not in found or "id" not in row.keys():  # noqa: SIM118 (a sqlite3.Row)
        return None
    link = Markup('<a class="document" href="{}">{}</a>')
    return link.format(path(datasette, READ, database, str(row["id"])), marked(found))


@hookimpl  # type: ignore[untyped-decorator]
def register_routes() -> list[tuple[str, Callable[..., object]]]:
    """The page of results, and the same for programs, where the query `search` would be."""
    return [(r"^/(?P<database>[^/.]+)/search(?P<json>\.json)?$", results)]


async def results(request: Request, datasette: Datasette) -> Response:
    """Answers with snippets, title hits first; filtered as `python -m archive search` filters."""
    reading = await reader(request, datasette)
    asked, programs = reading.arg("q").strip(), bool(request.url_vars.get("json"))
    number = int(text) if (text := reading.arg("page")).isdecimal() and len(text) < 9 else 1
    number = min(max(1, number), LAST)

    def work(conn: sqlite3.Connection) -> search.Found:
        where, ranked = _filters(reading).condition(), reading.arg("rank") != ""
        skip = PAGE * (number - 1)
        with sqlite_timelimit(conn, datasette.setting("sql_time_limit_ms")):
            return search.search(Database(conn, execute_plugins=False), asked, PAGE, where, rank=ranked, skip=skip)

    if not asked:
        return _json(_object("", None), 200) if programs else await _page(reading, "")
    try:
        found = await reading.work(work)
    except (ArchiveError, sqlite3.OperationalError) as error:
        told = _told(reading, error)
        if programs:
            return _json({"ok": False, "error": told, "status": 400, "title": None}, 400)
        return await _page(reading, asked, told=told)
    return _json(_object(asked, found), 200) if programs else await _page(reading, asked, found, number)


def _told(reading: Reader, error: ArchiveError | sqlite3.OperationalError) -> str:
    """What is wrong, in the reader's language where the interface has it."""
    if isinstance(error, search.QueryError):
        return reading.t(f"search.error_{error.code}", **error.values)
    if isinstance(error, sqlite3.OperationalError):
        if str(error) != "interrupted":
            raise error
        return reading.t("base.too_long")
    return str(error).removeprefix("--")


def _filters(reading: Reader) -> Filters:
    """What the form's fields ask for; empty ones ask for nothing."""
    least = reading.arg("min_quality")
    try:
        quality = float(least) if least else None
    except ValueError as error:
        raise ArchiveError(f"quality is a number from 0 to 1, not {least!r}") from error
    lists = {name: tuple(filter(None, reading.request.args.getlist(name))) for name in LISTS}
    texts = {name: reading.arg(name) or None for name in TEXTS}
    flags = {name: reading.arg(name) != "" for name in FLAGS}
    return Filters(min_quality=quality, **lists, **texts, **flags)  # type: ignore[arg-type]


async def _page(
    reading: Reader, asked: str, found: search.Found | None = None, number: int = 1, told: str = ""
) -> Response:
    """The form, and what was found or what is wrong."""
    pairs = [(key, value) for key, value in parse_qsl(reading.request.query_string) if key not in ("page", "rank", "q")]
    more = found and found.total > PAGE * number and number < LAST
    context = {
        "asked": asked,
        "search": asked,
        "found": found,
        "number": number,
        "told": told,
        "marked": marked,
        "way": reading.datasette.urls.query(reading.database, "search"),
        "kept": {name: reading.request.args.getlist(name) for name in (*TEXTS, *LISTS, *FLAGS, "min_quality")},
        "filtered": any(value for key, value in pairs if not key.startswith("_")),
        "by_rank": urlencode([("q", asked), *pairs, ("rank", "1")]),
        "by_quality": urlencode([("q", asked), *pairs]),
        "before": _turned(reading, number - 1) if number > 1 else "",
        "after": _turned(reading, number + 1) if more else "",
        "genres": GENRES,
        "damages": sorted(DAMAGE),
    }
    return await reading.page("search.html", context, status=400 if told else 200)


def _turned(reading: Reader, number: int) -> str:
    """The query string of another page."""
    pairs = [(key, value) for key, value in parse_qsl(reading.request.query_string) if key != "page"]
    return urlencode([*pairs, ("page", str(number))])


def _object(asked: str, found: search.Found | None) -> dict[str, object]:
    """A page of results for programs; hits stand in 【】, as the command line shows them."""
    hits = found.hits if found else ()
    marks = str.maketrans({search.OPEN: "【", search.CLOSE: "】"})
    return {
        "ok": True,
        "query": asked,
        "total": found.total if found else 0,
        "at_least": bool(found and found.at_least),
        "frequent": bool(found and found.frequent),
        "ranked": bool(found and found.ranked),
        "hits": [
            {**{name: hit.document[name] for name in COLUMNS}, "snippet": hit.snippet.translate(marks)} for hit in hits
        ],
    }


def _json(value: dict[str, object], status: int) -> Response:
    return Response.json(value, status=status)


def marked(text: str) -> Markup:
    """Stored text as HTML, its hits between the signs of `search` marked."""
    tags = {search.OPEN: "<mark>", search.CLOSE: "</mark>"}
    return Markup("".join(tags.get(piece) or safe_html.text(piece) for piece in MARKS.split(text)))  # escaped by `text`
