"""What sitemaps claim of pages that a round would ask for again: those that did not change since their last visit rest.

Claims lie, so that every tenth is asked for all the same: another tenth in each round.
"""

from collections.abc import Iterable

from sqlite_utils import Database

from archive.frontier import Round
from archive.store import transaction

SAMPLED = 10  # of so many claims one is not believed, in turn; chosen
FIRST = 40  # priority of feeds that are asked for again: what they claim is known before the pages are asked for


def feeds_first(db: Database, current: Round) -> None:
    """Sitemaps and feeds of earlier rounds come before the pages that they speak of."""
    with transaction(db):
        db.conn.execute(
            "UPDATE links SET priority = ? WHERE site = ? AND state = 'new' AND kind = 'feed' AND visits > 0",
            (FIRST, current.site),
        )


def rest(db: Database, current: Round, claims: Iterable[tuple[str, str]]) -> int:
    """Let pages rest that were visited after the time (ISO 8601, UTC) at which a sitemap says that they last changed.
    How many."""
    with transaction(db):
        return sum(
            db.conn.execute(
                "UPDATE links SET state = 'done' WHERE url = ?1 AND site = ?2 AND state = 'new' AND visits > 0"
                f" AND visited_at > ?3 AND (rowid + ?4) % {SAMPLED} <> 0",
                (url, current.site, modified, current.id),
            ).rowcount
            for url, modified in claims
            if modified
        )
