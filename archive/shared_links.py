"""The links of a crawl whose frontier is elsewhere: several processes share that, and each writes in its own archive
what it met and did (`crawler/shared.py`).

What waits, and who may ask for it, is said there; here stands what one archive needs to join in, and what it knows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from archive.frontier import OWN, Leased, LinkRow, Round
from archive.store import now, transaction


@dataclass(frozen=True, slots=True)
class History:
    """What is known of a link's visits."""

    visits: int = 0
    changes: int = 0
    visited_at: str = ""
    due_at: str = ""
    signature: str = ""
    attempts: int = 0


def join(db: Database, crawl_id: int, site: str, first: str) -> Round:
    """Go through a round whose links wait elsewhere. `first` is the crawl that began it here, as `named` has it; where
    this archive has no such crawl (it is new, or another one by now), this one begins it."""
    with transaction(db):
        sql = f"SELECT id FROM crawls WHERE site = ? AND {_NAMED} = ?"
        (current,) = db.conn.execute(sql, (site, first)).fetchone() or (crawl_id,)
        db.conn.execute("UPDATE crawls SET round = ? WHERE id = ?", (current, crawl_id))
        db.conn.execute(f"UPDATE links SET state = 'new' WHERE site = ? AND state = 'asked' AND {OWN}", (site,))
    return Round(current, site)


_NAMED = "id || ' of ' || started_at"


def named(db: Database, crawl_id: int) -> str:
    """What tells a crawl from those that other archives have under its number."""
    return str(db.conn.execute(f"SELECT {_NAMED} FROM crawls WHERE id = ?", (crawl_id,)).fetchone()[0])


def adopt(db: Database, current: Round, links: Iterable[tuple[Leased, History]]) -> None:
    """Write links that were leased elsewhere, with what is known there of their visits."""
    rows = [
        (one.url, one.host, one.kind, one.depth, current.id, now(), current.site, one.priority, one.visit,
         past.visited_at or None, past.visits, past.changes, past.due_at or None, past.signature, past.attempts)
        for one, past in links
    ]  # fmt: skip
    with transaction(db):
        db.conn.executemany(
            "INSERT INTO links(url, host, kind, state, reason, depth, crawl_id, updated_at, site, priority, visit,"
            " visited_at, visits, changes, due_at, signature, attempts)"
            " VALUES (?, ?, ?, 'asked', '', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(url) DO UPDATE SET"
            " kind = excluded.kind, state = 'asked', reason = '', crawl_id = excluded.crawl_id,"
            " updated_at = excluded.updated_at, site = excluded.site, priority = excluded.priority,"
            " visit = excluded.visit, visited_at = excluded.visited_at, visits = excluded.visits,"
            " changes = excluded.changes, due_at = excluded.due_at, signature = excluded.signature,"
            " attempts = excluded.attempts, not_before = NULL, depth = min(links.depth, excluded.depth)",
            rows,
        )


def histories(db: Database, urls: Sequence[str]) -> dict[str, History]:
    """What is known of the visits of links."""
    sql = "SELECT url, visits, changes, visited_at, due_at, signature, attempts FROM links WHERE url = ?"
    rows = [db.conn.execute(sql, (url,)).fetchone() for url in urls]
    return {
        row[0]: History(row[1], row[2], row[3] or "", row[4] or "", row[5] or "", row[6])
        for row in rows
        if row is not None
    }


def found_on(db: Database, links: Iterable[LinkRow]) -> dict[str, str]:
    """Of pages that the visit of another link went on to: the address of the page that did."""
    sql = "SELECT url FROM fetches WHERE id = ?"
    pages = {link.url: link.found_on for link in links if link.found_on and link.kind in ("next", "redirect")}
    rows = ((url, db.conn.execute(sql, (page,)).fetchone()) for url, page in pages.items())
    return {url: str(row[0]) for url, row in rows if row}


def digest_of(db: Database, fetch_id: int) -> str:
    """The digest of a fetch's body."""
    row = db.conn.execute("SELECT body_digest FROM fetches WHERE id = ?", (fetch_id,)).fetchone()
    return str(row[0] or "") if row else ""


def unmet(db: Database, current: Round, urls: Sequence[str]) -> list[str]:
    """Which addresses this archive has not met in a round; another may have. What waits may have been forgotten where
    it does."""
    sql = "SELECT 1 FROM links WHERE url = ? AND crawl_id = ? AND state <> 'new'"
    return [url for url in urls if db.conn.execute(sql, (url, current.id)).fetchone() is None]
