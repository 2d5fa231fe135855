"""What the home page says of an archive, counted once for each state of its file.

Every figure comes from the indexes `documents_times` and `pages_rejected`, never from the rows with their texts: of
200,000 documents that is some 60 MB instead of 5 GB. They are counted on a thread of the database, at most once at a
time and for a small share of the time; meanwhile the page shows the figures of before, and says so.
"""

import asyncio
import sqlite3
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sqlite_utils import Database

from archive.rows import Row, select

MOST = 12  # rows of a plot (chosen: a screen holds four of them)
FIRST_YEAR, LAST_YEAR = 1949, 2100  # what a year may be
PATIENCE = 1.0  # seconds that a page waits for figures (chosen: a small archive is counted in far less)
REST = 10  # a count that took n seconds is not begun again within 10 n: a crawl changes the file all the time

_DOCUMENTS = """
    SELECT count(*) AS documents, count(DISTINCT family_id) + sum(family_id IS NULL) AS texts,
           sum(canonical = 0) AS copies, count(signed_on) AS signed,
           sum(signed_on IS NULL AND era_from IS NOT NULL) AS dated,
           sum(signed_on IS NULL AND era_from IS NULL) AS undated, sum(redated) AS redated,
           sum(status = 'partial') AS partial, count(organisation) AS issued, count(province) AS placed
    FROM documents
"""
_PAGES = """
    SELECT (SELECT count(DISTINCT host) FROM pages WHERE host <> '') AS hosts,
           (SELECT count(*) FROM pages WHERE rejected IS NOT NULL) AS rejected
"""
_SPAN = "SELECT min(archived_at), max(archived_at) FROM documents"
_EARLIEST = "CAST(substr(coalesce(signed_on, era_from), 1, 4) AS INTEGER)"
_LATEST = "CAST(substr(coalesce(signed_on, era_to), 1, 4) AS INTEGER)"  # era_from proves nothing against a later year
_CLAIMED = "coalesce(title_year, CAST(substr(published_on, 1, 4) AS INTEGER))"
_PLOTS = {
    "genres": "SELECT genre, count(*) AS n FROM documents GROUP BY 1 ORDER BY n DESC, 1",
    "fields": (
        "SELECT org_field, count(*) AS n FROM documents WHERE org_field IS NOT NULL GROUP BY 1 ORDER BY n DESC, 1"
    ),
    "units": (
        "SELECT organisation, count(*) AS n FROM documents WHERE organisation IS NOT NULL"
        " GROUP BY 1 ORDER BY n DESC, 1 LIMIT 40"
    ),
    "places": "SELECT province, count(*) AS n FROM documents WHERE province IS NOT NULL GROUP BY 1 ORDER BY n DESC, 1",
    "damage": (
        "SELECT e.value, count(*) AS n FROM documents, json_each(documents.damage) AS e GROUP BY 1 ORDER BY n DESC, 1"
    ),
    "hosts": (  # restored pages: to count documents of a host would take a look at each of its pages
        "SELECT host, h.n - coalesce(r.n, 0) AS n FROM (SELECT host, count(*) AS n FROM pages GROUP BY 1) AS h"
        " LEFT JOIN (SELECT host, count(*) AS n FROM pages INDEXED BY pages_rejected"
        " WHERE rejected IS NOT NULL GROUP BY 1) AS r USING (host)"
        " WHERE host <> '' AND h.n > coalesce(r.n, 0) ORDER BY n DESC, 1"
    ),
    "years": (
        f"SELECT {_EARLIEST} AS year, count(*) FROM documents WHERE year BETWEEN {FIRST_YEAR} AND {LAST_YEAR}"
        " GROUP BY 1 ORDER BY 1"
    ),
    "claims": (
        f"SELECT min({_CLAIMED} - {_LATEST}, 10) AS late, count(*) FROM documents"
        f" WHERE {_LATEST} BETWEEN {FIRST_YEAR} AND {LAST_YEAR} AND {_CLAIMED} BETWEEN {FIRST_YEAR} AND {LAST_YEAR}"
        " AND late >= 0 GROUP BY 1 ORDER BY 1"
    ),
}


@dataclass(frozen=True, slots=True)
class Home:
    """The figures, and the counts behind the plots, by name."""

    figures: Mapping[str, int]
    first: str  # days of the first and the last capture, '' where there is none
    last: str
    plots: Mapping[str, Mapping[str, int]]
    crawl: Row | None
    counted_at: str

    def share(self, name: str) -> str:
        """A figure with its share of all documents."""
        n, of = self.figures[name], self.figures["documents"]
        return f"{n:,} ({n / of:.0%})" if of else "0"


def home(conn: sqlite3.Connection) -> Home:
    """Counted now."""
    db = Database(conn, execute_plugins=False)
    figures = {name: int(n or 0) for name, n in {**_row(db, _DOCUMENTS), **_row(db, _PAGES)}.items()}
    first, last = (str(day or "")[:10] for day in conn.execute(_SPAN).fetchone())
    plots = {name: {str(key): int(n) for key, n in conn.execute(sql)} for name, sql in _PLOTS.items()}
    crawl = next(iter(select(db, "SELECT site, started_at, ended_at FROM crawls ORDER BY id DESC LIMIT 1")), None)
    return Home(figures, first, last, plots, crawl, time.strftime("%Y-%m-%d %H:%M", time.gmtime()))


def _row(db: Database, sql: str) -> Row:
    return select(db, sql)[0]


State = tuple[tuple[int, int], ...]


def state(path: Path) -> State:
    """What changes whenever the archive does: size and time of its file and of its write-ahead log."""
    stats = [at.stat() for at in (path, path.with_name(path.name + "-wal")) if at.exists()]
    return tuple((stat.st_mtime_ns, stat.st_size) for stat in stats if stat.st_size)  # readers make an empty log


@dataclass(slots=True)
class Counting:
    """The latest figures of one archive, and the count that is under way."""

    path: Path
    count: Callable[[], Awaitable[Home]]
    known: Home | None = None
    of: State = ()
    cost: float = 0.0
    ended: float = field(default=float("-inf"))
    task: "asyncio.Task[None] | None" = None

    async def get(self) -> tuple[Home | None, bool]:
        """The figures, and whether they are of the archive as it stands; None where the first count still runs."""
        now = state(self.path)
        if self.known and self.of == now:
            return self.known, True
        if self.task is None and time.monotonic() - self.ended > REST * self.cost:
            self.task = asyncio.create_task(self._run(now))
        if self.task is not None:
            await asyncio.wait({self.task}, timeout=PATIENCE if self.known is None else PATIENCE / 4)
        return self.known, self.of == now

    async def _run(self, now: State) -> None:
        begun = time.monotonic()
        try:
            self.known, self.of = await self.count(), now
        except sqlite3.Error as error:  # a damaged page: what else can be read stays readable
            print(f"The figures of {self.path.name} cannot be counted: {error}", file=sys.stderr)
        finally:
            self.ended = time.monotonic()
            self.cost, self.task = self.ended - begun, None
