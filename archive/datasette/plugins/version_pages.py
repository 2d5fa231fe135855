"""The page of a document's versions: why each came, what changed, and any two compared."""

import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from datasette import Request, Response, hookimpl
from datasette.app import Datasette
from sqlite_utils import Database

from archive.errors import ArchiveError
from archive.pages.browse import VERSIONS, Reader, reader
from archive.versioning import history
from archive.versioning.history import Difference, History, Version


@hookimpl  # type: ignore[untyped-decorator]
def register_routes() -> list[tuple[str, Callable[..., object]]]:
    """A page of our own."""
    return [(rf"^/{VERSIONS}/(?P<database>[^/]+)/(?P<id>[^/]+)$", versions)]


@dataclass(frozen=True, slots=True)
class _Compared:
    """Two versions, and what sets the second apart from the first."""

    first: Version
    second: Version
    change: Difference


async def versions(request: Request, datasette: Datasette) -> Response:
    """The history of a document, and what differs between two of its versions (`?from=1&to=2`)."""
    reading = await reader(request, datasette)
    try:
        found, compared = await reading.work(lambda conn: _found(conn, reading))
    except ArchiveError:
        return await reading.absent(reading.t("base.no_document", id=reading.id))
    context = {
        "title": found.title or reading.t("document.untitled"),
        "history": found,
        "listed": found.versions[::-1],
        "compared": compared,
        "shown_value": shown_value,
    }
    return await reading.page("versions.html", context)


def _found(conn: sqlite3.Connection, reading: Reader) -> tuple[History, _Compared | None]:
    (found,) = history.histories(Database(conn, execute_plugins=False), reading.id)
    if len(found.versions) < 2:
        return found, None
    by_number = {str(version.number): version for version in found.versions}
    second = by_number.get(reading.arg("to"), found.versions[-1])
    before = [version for version in found.versions if version.number < second.number]
    first = by_number.get(reading.arg("from"), (before or found.versions)[-1])
    if first is second:
        return found, None
    change = second.change if before and first is before[-1] else None  # its neighbour's has the rules, too
    return found, _Compared(first, second, change or history.compare(first.document, second.document))


def shown_value(value: object) -> str:
    """A value of a column in words."""
    if value in (None, "", []):
        return "–"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (list, dict)) else str(value)
