"""The links that crawls have met, and what became of each: so that an operator sees what was found, refused, failed.

The policy, which links to follow, is `crawler/frontier.py`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlite_utils import Database

from archive.store import now, transaction

STATES = ("new", "done", "failed", "refused")


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link's state in one crawl."""

    url: str
    kind: str  # article, list, next, feed, other
    state: str
    reason: str = ""  # why it failed or was refused, code first
    depth: int = 0
    found_on: int | None = None  # the fetch it was found in; None for a start address


def record(db: Database, crawl_id: int, links: Iterable[LinkRow]) -> None:
    """Note what became of links. A link that was fetched once stays done, whatever a later page says of it."""
    with transaction(db):
        db.conn.executemany(
            "INSERT INTO links(url, host, found_on, kind, state, reason, depth, crawl_id, updated_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT(url) DO UPDATE SET kind = excluded.kind, state = excluded.state, reason = excluded.reason,"
            " crawl_id = excluded.crawl_id, updated_at = excluded.updated_at,"
            " found_on = coalesce(links.found_on, excluded.found_on), depth = min(links.depth, excluded.depth)"
            " WHERE excluded.state = 'done' OR links.state <> 'done' OR links.crawl_id <> excluded.crawl_id",
            [
                (
                    link.url,
                    urlsplit(link.url).hostname or "",
                    link.found_on or None,
                    link.kind,
                    link.state,
                    link.reason,
                    link.depth,
                    crawl_id,
                    now(),
                )
                for link in links
            ],
        )


def summary(db: Database, crawl_id: int) -> dict[str, dict[str, int]]:
    """How many links of a crawl are in each state, by the code of the reason, most first."""
    found: dict[str, dict[str, int]] = {state: {} for state in STATES}
    rows = db.conn.execute(
        "SELECT state, substr(reason || ':', 1, instr(reason || ':', ':') - 1) AS code, count(*) AS n"
        " FROM links WHERE crawl_id = ? GROUP BY state, code ORDER BY n DESC, code",
        (crawl_id,),
    )
    for state, code, count in rows:
        found[state][code] = count
    return found


def failures(db: Database, crawl_id: int) -> Iterator[tuple[str, str]]:
    """The addresses that a crawl asked for in vain, with the reason; start addresses also where they were refused."""
    yield from db.conn.execute(
        "SELECT url, reason FROM links WHERE crawl_id = ?"
        " AND (state = 'failed' OR (state = 'refused' AND kind = 'start')) ORDER BY kind <> 'start', url",
        (crawl_id,),
    )
