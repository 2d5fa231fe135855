"""What the crawler goes by for a host, from one crawl to the next: paused or blocked by hand, resting after failures.

A crawl reads these rows again every few seconds, so that what an operator says of a host is obeyed while it runs.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlite_utils import Database

from archive.rows import Row, select
from archive.store import now, transaction

STATES = ("open", "paused", "blocked")


@dataclass(frozen=True, slots=True)
class Closed:
    """Why a host is not asked now."""

    host: str
    state: str  # paused, blocked, resting
    until: str  # ISO 8601 in UTC; '' for ever
    why: str

    @property
    def reason(self) -> str:
        """As `links` and the log have it, code first."""
        until = f" until {self.until}" if self.until else ""
        return f"host-{self.state}{until}" + (f": {self.why}" if self.why else "")


def set_state(db: Database, host: str, state: str, *, until: str = "", why: str = "") -> None:
    """Open, pause or block a host. Opening one also ends its rest after failures."""
    if state not in STATES:
        raise ValueError(f"{state} is none of {', '.join(STATES)}")
    with transaction(db):
        db.conn.execute(
            "INSERT INTO hosts(host, state, until, why, updated_at) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT(host) DO UPDATE SET state = excluded.state, until = excluded.until, why = excluded.why,"
            " updated_at = excluded.updated_at",
            (host.lower(), state, until or None, why, now()),
        )
        if state == "open":
            db.conn.execute("UPDATE hosts SET not_before = NULL, failures = 0 WHERE host = ?", (host.lower(),))


def rest(db: Database, host: str, until: str, failures: int) -> None:
    """Note that a host failed so often in a row, and is to be asked nothing before `until` ('' where it may be)."""
    with transaction(db):
        db.conn.execute(
            "INSERT INTO hosts(host, not_before, failures, updated_at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT(host) DO UPDATE SET not_before = excluded.not_before, failures = excluded.failures,"
            " updated_at = excluded.updated_at",
            (host, until or None, failures, now()),
        )


def distrust(db: Database, host: str) -> None:
    """Note that a host's ETag or Last-Modified stayed while a page changed: they are not asked for again."""
    with transaction(db):
        db.conn.execute(
            "INSERT INTO hosts(host, validators, updated_at) VALUES (?, 'lie', ?)"
            " ON CONFLICT(host) DO UPDATE SET validators = 'lie', updated_at = excluded.updated_at",
            (host, now()),
        )


def liars(db: Database) -> set[str]:
    """The hosts whose validators are not believed."""
    return {host for (host,) in db.conn.execute("SELECT host FROM hosts WHERE validators = 'lie'")}


def closed(db: Database) -> Iterator[Closed]:
    """The hosts that are asked nothing now: paused and blocked ones, and those that rest."""
    for host, state, until, why, not_before in db.conn.execute(
        "SELECT host, state, until, why, not_before FROM hosts WHERE state = 'blocked'"
        " OR (state = 'paused' AND (until IS NULL OR until > ?1)) OR not_before > ?1 ORDER BY host",
        (now(),),
    ):
        if state == "blocked" or (state == "paused" and (until is None or until > now())):
            yield Closed(host, state, until or "", why)
        else:
            yield Closed(host, "resting", not_before, "it failed or asked for rest")


def all_of(db: Database) -> tuple[Row, ...]:
    """The rows of all hosts, by name."""
    return select(db, "SELECT * FROM hosts ORDER BY host")
