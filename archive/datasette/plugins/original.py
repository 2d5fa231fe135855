"""The page as it was: its whole text with every cut and repair, and what was captured, shown inertly."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from datasette import Request, Response, hookimpl
from datasette.app import Datasette
from datasette.utils import tilde_decode
from markupsafe import Markup
from sqlite_utils import Database

from archive import explain, lookup, warc
from archive.errors import ArchiveError
from archive.pages import explain_html, inert, policy
from archive.pages.browse import LEDGER, ORIGINAL, READ, Reader, reader
from archive.rows import Row, select
from archive.warcs import captured
from pipelines.document import Rejected

CAPTURE, RECORD = "-/capture", "-/record"
PIECE = 1 << 18  # bytes of a record that are sent at once


@hookimpl  # type: ignore[untyped-decorator]
def register_routes() -> list[tuple[str, Callable[..., object]]]:
    """Pages of our own."""
    return [
        (rf"^/{ORIGINAL}/(?P<database>[^/]+)/(?P<id>[^/]+)$", original),
        (rf"^/{LEDGER}/(?P<database>[^/]+)/(?P<id>[^/]+)$", ledger),
        (rf"^/{CAPTURE}/(?P<database>[^/]+)/(?P<id>[0-9]+)$", capture),
        (rf"^/{RECORD}/(?P<database>[^/]+)/(?P<id>[0-9]+)$", record),
    ]


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is told of a capture: its row, and its record or why it cannot be read."""

    row: Row
    record: captured.Captured | None
    problem: str


async def ledger(request: Request, datasette: Datasette) -> Response:
    """Where the ledger stood once."""
    reading = await reader(request, datasette)
    return Response.redirect(reading.path(ORIGINAL, reading.id))


async def original(request: Request, datasette: Datasette) -> Response:
    """A page: what it said with every edit (`?view=edits`), or what was captured (`?view=capture&fetch=ID`)."""
    reading = await reader(request, datasette)
    folder = _warc_dir(datasette, reading)
    view = "capture" if reading.arg("view") == "capture" else "edits"
    try:
        context = await reading.work(
            lambda conn: _context(Database(conn, execute_plugins=False), reading, folder, view)
        )
    except ArchiveError as error:
        return await reading.absent(str(error))
    return await reading.page("original.html", {**context, "view": view})


def _context(db: Database, reading: Reader, folder: Path, view: str) -> dict[str, object]:
    """All that the page shows."""
    name = tilde_decode(reading.id)
    version = lookup.version(db, name)
    article = lookup.article(db, version[0] if version else name)
    if not article:
        raise ArchiveError(reading.t("original.none", id=name))
    (page,) = select(db, "SELECT * FROM pages WHERE id = ?", article)
    captures = captured.of_article(db, article)
    shared: dict[str, object] = {
        "page": page,
        "title": page["page_title"] or page["url"],
        "documents": select(db, "SELECT id, title, part FROM documents WHERE article_id = ? ORDER BY part", article),
        "captures": captures,
        "capture": reading.path(CAPTURE),
        "record": reading.path(RECORD),
    }
    if view == "capture":
        return {**shared, "seen": _seen(captures, reading.arg("fetch"), folder)}
    try:
        found = explain.ledger(db, name)
    except ArchiveError as error:
        return {**shared, "problem": str(error)}
    html = "\n".join(explain_html.inner(found, reading.path(READ), reading.t, "div"))
    return {**shared, **_sizes(found), "edits": Markup(html)}  # escaped where it was written


def _sizes(found: explain.Ledger) -> dict[str, int]:
    """How much a page said, and how much of it was cut."""
    cut = sum(int(row["end"] or 0) - int(row["start"] or 0) for row in found.edits if not row["replacement"])
    return {"characters": len(str(found.page["source_text"])), "cut": cut, "changes": len(found.edits)}


def _seen(captures: tuple[Row, ...], wanted: str, folder: Path) -> _Seen | None:
    """The capture that is asked for, or the first that the text is from."""
    ranked = sorted(captures, key=lambda row: (str(row["id"]) != wanted, not row["used"]))
    if not ranked:
        return None
    try:
        return _Seen(ranked[0], captured.read(folder, ranked[0]), "")
    except warc.WarcError as error:
        return _Seen(ranked[0], None, str(error))


async def capture(request: Request, datasette: Datasette) -> Response:
    """What was captured, as HTML that can do nothing: for the frame in the page, and nowhere else."""
    reading = await reader(request, datasette)
    folder = _warc_dir(datasette, reading)

    def made(fetch: Row) -> str:
        found = captured.read(folder, fetch)
        return captured.shown(found, str(fetch["url"]), reading.t("original.cut"))

    fetch = await reading.one(captured.ONE, int(reading.id))
    try:
        html = await reading.work(lambda _: made(fetch)) if fetch else ""
    except (ArchiveError, Rejected) as error:
        html = inert.sentence(str(error))
    if not fetch:
        return await reading.absent(reading.t("original.no_capture"))
    # May stand in a frame of ours; everything else is forbidden to it.
    return Response.html(html, headers={"Content-Security-Policy": policy.CAPTURED, "X-Frame-Options": "SAMEORIGIN"})


async def record(request: Request, datasette: Datasette) -> Response:
    """The record itself, byte for byte: a WARC file of one gzip member."""
    reading = await reader(request, datasette)
    fetch = await reading.one("SELECT * FROM fetches WHERE id = ?", int(reading.id))
    if not fetch:
        return await reading.absent(reading.t("original.no_capture"))
    try:
        file, offset, length = captured.member(_warc_dir(datasette, reading), fetch)
    except ArchiveError as error:
        return await reading.absent(str(error))
    headers = {
        "Content-Disposition": f'attachment; filename="capture-{reading.id}.warc.gz"',
        "Content-Length": str(length),
    }
    return _Stretch(file, offset, length, headers)


class _Stretch(Response):  # type: ignore[misc]
    """A stretch of a file, sent in pieces: a record may be larger than what one likes to hold."""

    def __init__(self, file: Path, offset: int, length: int, headers: dict[str, str]) -> None:
        super().__init__(b"", headers=headers, content_type="application/warc")
        self._file, self._offset, self._length = file, offset, length

    async def asgi_send(self, send: policy.Send) -> None:
        """Head and pieces."""
        headers = {**self.headers, "content-type": self.content_type}
        fields = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": self.status, "headers": fields})
        with self._file.open("rb") as stream:
            stream.seek(self._offset)
            left = self._length
            while left > 0 and (piece := await asyncio.to_thread(stream.read, min(left, PIECE))):
                await send({"type": "http.response.body", "body": piece, "more_body": True})
                left -= len(piece)
        await send({"type": "http.response.body", "body": b""})


def _warc_dir(datasette: Datasette, reading: Reader) -> Path:
    """The folder of captures: what `serve` was told, else the one beside the archive."""
    told = (datasette.plugin_config("archive") or {}).get("warc")
    return Path(str(told)) if told else Path(str(datasette.get_database(reading.database).path)).parent / "warc"
