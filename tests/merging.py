"""Small archives for tests of merging, made by real ingests of WARC files, and what an archive holds, as a digest."""

import gzip
import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from functools import cache
from pathlib import Path

from archive_files import DATE, clean, html, response

from archive import takedown
from archive.ingest import ingest
from archive.merging.tables import NUMBERED
from archive.progress import Progress
from archive.removing.takedown_plan import Wanted, plan
from archive.store import open_archive

Capture = tuple[int, int]  # which address, what stands there
Rounds = tuple[tuple[int, tuple[Capture, ...]], ...]  # a day, and what was captured then

URLS = ("http://x.test/1.html", "http://x.test/2.html", "http://x.test/3.html", "http://y.test/1.html")
GONE = 5  # what stands there: nothing
FIRST, SECOND = ((1, ((0, 0), (1, 1))),), ((2, ((0, 2), (3, 3))),)  # what two crawls of them found


def page(number: int) -> bytes:
    """Pages 0 and 1 are copies of one text."""
    if number != 1:
        return html(f"a{number + 1:02}")
    title, _ = clean("a01")
    body = html("a01").decode()
    return body.replace(title, f"{title}（转）").encode()


def warc(path: Path, day: int, captures: Sequence[Capture]) -> Path:
    """A WARC file of one day."""
    records = [
        response(
            URLS[url], *((b"<p>Not Found</p>", "404 Not Found") if what == GONE else (page(what),)),
            number=1000 * day + 10 * url + what,
        ).replace(DATE.encode(), f"2024-03-{day:02}T06:07:{url:02}Z".encode())
        for url, what in captures
    ]  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(map(gzip.compress, records)))
    return path


@cache
def archive(folder: Path, rounds: Rounds) -> Path:
    """An archive of these captures, a crawl a day."""
    place = folder / f"{abs(hash(rounds)):x}"
    db = open_archive(place / "archive.db")
    with closing(db.conn):
        for day, captures in rounds:
            ingest(db, place / "warc", (str(warc(place / "in" / f"day-{day}.warc.gz", day, captures)),), Progress())
    return place / "archive.db"


def take_down(archive: Path, url: str = URLS[0]) -> None:
    """Take a page out of an archive."""
    db, wanted = open_archive(archive), Wanted(url, copies=False)
    with closing(db.conn):
        takedown.begin(db, wanted, plan(db, wanted))
        takedown.complete(db, archive, archive.parent / "warc")


def tables(conn: sqlite3.Connection) -> list[str]:
    """All tables that hold rows of the archive's own."""
    sql = (
        "SELECT name FROM pragma_table_list WHERE type = 'table' AND schema = 'main' AND name NOT LIKE 'sqlite_%'"
        " ORDER BY name"
    )
    return [name for (name,) in conn.execute(sql)]


def contents(path: Path) -> dict[str, list[str]]:
    """All rows of all tables."""
    with closing(sqlite3.connect(path)) as conn:
        return {
            name: sorted(map(repr, conn.execute(f"SELECT * FROM {name}")))
            for name in tables(conn)
            if name != "_sqlite_migrations"
        }


def meaning(path: Path) -> dict[str, list[str]]:
    """The same, where a row that is referred to by number is named by what it says."""
    with closing(sqlite3.connect(path)) as conn:
        said = {(table, None): None for table in NUMBERED}
        for table in NUMBERED:
            for row in conn.execute(f"SELECT * FROM {table}"):
                said[table, row[0]] = repr((row[11:13] or row[1:]) if table == "fetches" else row[1:9])
        found = {}
        for table in tables(conn):
            if table == "_sqlite_migrations":
                continue
            columns = [name for (name,) in conn.execute("SELECT name FROM pragma_table_info(?)", (table,))]
            of = dict(conn.execute('SELECT "from", "table" FROM pragma_foreign_key_list(?)', (table,)))
            rows = []
            for row in conn.execute(f"SELECT * FROM {table}"):
                named = dict(zip(columns, row, strict=True))
                if table in NUMBERED:
                    del named["id"]
                for column, other in of.items():
                    if other in NUMBERED:
                        named[column] = said[other, named[column]]
                if table == "document_versions":
                    document = json.loads(named["document"])
                    named["document"] = {**document, "fetch_id": said["fetches", document["fetch_id"]]}
                rows.append(repr(named))
            found[table] = sorted(rows)
        return found
