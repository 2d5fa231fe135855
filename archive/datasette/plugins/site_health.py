"""The health of the sites that are crawled (`/-/health/DATABASE`), and of one over time (`?site=…`).

For whoever may see the table of crawls: where others may read the archive, that is nobody.
"""

import sqlite3
from collections.abc import Awaitable, Callable
from urllib.parse import urlencode

from datasette import Request, Response, hookimpl
from datasette.app import Datasette
from markupsafe import Markup
from sqlite_utils import Database

from archive import crawls, health, hosts
from archive.health import Finding, Round
from archive.pages import health_view, interface
from archive.pages.browse import Reader, archive_name, path, reader
from archive.pages.interface import Words

HEALTH = "-/health"
SITES = 100  # listed, those crawled last first
REASONS = 3  # named in a row

Known = dict[str, tuple[Round, ...]]


@hookimpl  # type: ignore[untyped-decorator]
def register_routes() -> list[tuple[str, Callable[..., object]]]:
    """The page."""
    return [(rf"^/{HEALTH}/(?P<database>[^/.]+)/?$", page)]


@hookimpl  # type: ignore[untyped-decorator]
def menu_links(datasette: Datasette, request: Request | None) -> Callable[[], Awaitable[list[dict[str, str]]]]:
    """It stands in the menu of whoever may see it."""

    async def links() -> list[dict[str, str]]:
        name, t = archive_name(datasette), interface.words(request)
        actor = request.actor if request else None
        if not name or not await datasette.permission_allowed(actor, "view-table", (name, "crawls"), default=True):
            return []
        href = path(datasette, HEALTH, name).rstrip("/")
        return [{"href": href, "label": t("health.menu"), "about": t("health.intro")}]

    return links


async def page(request: Request, datasette: Datasette) -> Response:
    """All sites, or one."""
    reading = await reader(request, datasette)
    await datasette.ensure_permissions(request.actor, [("view-table", (reading.database, "crawls"))])
    if site := reading.arg("site"):
        known = await reading.work(lambda conn: health.rounds(_db(conn), site))
        return await (reading.page("health.html", _one(reading, site, known)) if known else reading.absent(site))
    sites, closed = await reading.work(lambda conn: _all(_db(conn)))
    listed = [_line(reading, site, known) for site, known in sites.items()]
    return await reading.page("health.html", {"sites": listed, "hosts": closed, "way": _way(reading)})


def _db(conn: sqlite3.Connection) -> Database:
    return Database(conn, execute_plugins=False)


def _all(db: Database) -> tuple[Known, list[hosts.Closed]]:
    names = list(dict.fromkeys(str(row["site"]) for row in crawls.listed(db)))[:SITES]
    return {name: health.rounds(db, name) for name in names}, list(hosts.closed(db))


def _line(reading: Reader, site: str, known: tuple[Round, ...]) -> dict[str, object]:
    """A site in the list."""
    last = known[-1]
    told = [_told(reading.t, finding) for finding in health.findings(known)]
    return {"site": site, "told": [*last.problems, *told], "rounds": len(known), **_row(reading, last),
            "href": _way(reading, site=site)}  # fmt: skip


def _one(reading: Reader, site: str, known: tuple[Round, ...]) -> dict[str, object]:
    """A site over time."""
    t, found = reading.t, health.findings(known)
    named = {name: t(f"health.{'part_' if name != 'known' else ''}{name}") for name in health_view.PARTS}
    links = {one.ids[0]: _crawl(reading, one) for one in known}
    says = t("health.plot", site=site)
    words = {**named, "unknown": t("health.unknown")}
    return {
        "site": site,
        "way": _way(reading),
        "told": [_told(t, finding) for finding in found],
        "problems": known[-1].problems,
        "parts": health_view.PARTS,
        "named": named,
        "says": says,
        "picture": Markup(health_view.plot(known, found, says=says, named=words, links=links)),  # escaped there
        "rounds": [_row(reading, one) for one in reversed(known)],
    }


def _row(reading: Reader, one: Round) -> dict[str, object]:
    rejected = {code: n for code, n in one.counts.get("rejected", {}).items() if code not in health.STRUCTURE}
    every = sorted({**rejected, **one.counts.get("failed", {})}.items(), key=lambda item: -item[1])
    return {
        "id": one.ids[0],
        "href": _crawl(reading, one),
        "began": one.began[:16].replace("T", " "),
        "reason": one.reason or reading.t("health.not_ended"),
        "reasons": ", ".join(f"{code} {n:,}" for code, n in every[:REASONS]),
        **{name: f"{getattr(one, name):,}" for name in ("answers", "documents", "new", "refused", "failed")},
    }


def _told(t: Words, finding: Finding) -> str:
    """A finding in the reader's language."""
    form = "{:,.0f}" if finding.what in ("documents", "new") else "{:.0%}"
    values = {"code": finding.code, "now": form.format(finding.now), "before": form.format(finding.before)}
    since = t("health.since", crawl=finding.since.ids[0], day=finding.since.began[:10])
    return f"{t(f'health.found_{finding.what}', **values)} {since}"


def _crawl(reading: Reader, one: Round) -> str:
    return f"{reading.datasette.urls.table(reading.database, 'crawls')}/{one.ids[0]}"


def _way(reading: Reader, **asked: str) -> str:
    here = reading.path(HEALTH).rstrip("/")
    return f"{here}?{urlencode(asked)}" if asked else here
