"""What is known of each host: what was taken, what its robots.txt said, on what basis, and whether it opted out."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from sqlite_utils import Database

from archive import warc
from archive.rows import Row, insert, select
from archive.store import now, transaction

ALLOWS = {"all": "allows all", "part": "allows a part", "none": "forbids all", "unknown": "could not be read"}


def note_rights(db: Database, crawl_id: int, stated: Mapping[str, str]) -> None:
    """Keep on what basis a crawl takes what it takes; nothing where its profile says nothing."""
    if stated:
        with transaction(db):
            insert(db, "rights", {"crawl_id": crawl_id, **stated})


def note_robots(db: Database, crawl_id: int, fetch_id: int, url: str, verdict: str) -> None:
    """Keep which capture is the robots.txt that a crawl went by, and what it allows."""
    with transaction(db):
        db.conn.execute(
            "INSERT OR IGNORE INTO robots(host, crawl_id, fetch_id, verdict) VALUES (?, ?, ?, ?)",
            (urlsplit(url).hostname or "", crawl_id, fetch_id, verdict),
        )


@dataclass(frozen=True, slots=True)
class Robots:
    """The last capture of a robots.txt that was an answer, as its WARC record has it."""

    fetch_id: int
    status: int
    fetched_at: str
    location: str  # of a redirect
    body: bytes


def captured_robots(db: Database, warc_dir: Path, url: str) -> Robots | None:
    """The last answer that the archive has for the address of a robots.txt; None where it has none, or cannot read it.

    A server's error is no answer, nor is what broke off. Of a revisit, the record that it refers to is read.
    """
    row = db.conn.execute(
        "SELECT f.id, o.status, f.fetched_at, o.warc_file, o.warc_offset FROM fetches f"
        " JOIN fetches o ON o.id = coalesce(f.revisit_of, f.id)"
        " WHERE f.url = ? AND o.status BETWEEN 200 AND 499 AND o.status <> 429 AND o.warc_file <> ''"
        " AND o.taken_down IS NULL AND o.truncated <> 'disconnect' ORDER BY f.fetched_at DESC, f.id DESC LIMIT 1",
        (url,),
    ).fetchone()
    if row is None:
        return None
    try:
        record = warc.read(warc_dir, row[3], row[4])
    except warc.WarcError:  # a folder of captures that was moved away: the host is asked again
        return None
    return Robots(row[0], row[1], row[2], record.header("location"), record.body)


def robots_lost(db: Database, origin: str, why: str) -> str:
    """Note that a robots.txt could not be read again; gives since when that is so."""
    with transaction(db):
        db.conn.execute(
            "INSERT INTO robots_lost(origin, since, last, why) VALUES (?, ?2, ?2, ?3)"
            " ON CONFLICT(origin) DO UPDATE SET last = excluded.last, why = excluded.why",
            (origin, now(), why),
        )
    (since,) = db.conn.execute("SELECT since FROM robots_lost WHERE origin = ?", (origin,)).fetchone()
    return str(since)


def robots_found(db: Database, origin: str) -> None:
    """Note that a robots.txt can be read."""
    with transaction(db):
        db.conn.execute("DELETE FROM robots_lost WHERE origin = ?", (origin,))


def sites(db: Database) -> tuple[Row, ...]:
    """Every host, those with most documents first."""
    return select(db, "SELECT * FROM sites ORDER BY documents DESC, host")


def told(db: Database, hosts: Mapping[str, int]) -> dict[str, Row]:
    """Of the hosts of an export: the robots.txt that was in force, and the rights, where either is known."""
    known = "SELECT EXISTS (SELECT 1 FROM robots) OR EXISTS (SELECT 1 FROM rights)"
    if not db.conn.execute(known).fetchone()[0]:  # the view looks at every page
        return {}
    names = ("robots_on", "robots_allows", "robots_digest", "rights_basis", "rights_contact", "licence", "rights_note")
    rows = {str(row["host"]): row for row in select(db, "SELECT * FROM sites ORDER BY host") if row["host"] in hosts}
    found = {host: {name: row[name] for name in names if row[name]} for host, row in rows.items()}
    return {host: row for host, row in found.items() if row}
