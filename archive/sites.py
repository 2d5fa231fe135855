"""What is known of each host: what was taken, what its robots.txt said, on what basis, and whether it opted out."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from sqlite_utils import Database

from archive.rows import Row, insert, select
from archive.store import transaction

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
