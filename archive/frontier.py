"""The frontier: every link that crawls have met, whether it waits, is asked for, came, failed or was refused, and when
it is due again. A crawl that is killed goes on from these rows.

One row an address. `asked` is a lease of the process that crawls: where that is gone, the next one takes it back. A
link is `done` in the transaction in which the last of what its page led to is stored, never before. The policy, which
links to follow and when to come back, is the crawler's.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from sqlite_utils import Database

from archive.store import now, transaction

STATES = ("new", "asked", "done", "failed", "refused")
KILLED = "killed"  # as the next crawl has written it
STOPPED = "finished"  # the reason of a crawl that had nothing left to ask; any other was stopped before its end
OWN = "kind NOT IN ('next', 'redirect')"  # not asked for in the visit of another link
AT_ONCE = 500  # addresses in one question: SQLite takes 32,766 values


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link's state in one round."""

    url: str
    kind: str  # start, article, list, feed, redirect; next: a page of an article, asked for with its first one
    state: str
    reason: str = ""  # why it failed or was refused, code first
    depth: int = 0
    found_on: int | None = None  # the fetch it was found in; None for a start address
    priority: int = 0
    visit: str = ""  # what else its request must know, as JSON
    ends: bool = False  # its own visit, or that of the page before it, came to this


@dataclass(frozen=True, slots=True)
class Leased:
    """A link that this process is to ask for."""

    url: str
    host: str
    kind: str
    depth: int
    found_on: int
    priority: int
    visit: str


@dataclass(frozen=True, slots=True)
class Round:
    """What a crawl goes through: all that its site has waiting. Several crawls may share one, each from where the one
    before was stopped."""

    id: int  # the first crawl of the line
    site: str
    resumed: int = 0  # links that waited when it was gone on with; 0 for a new round
    woken: int = 0  # links of earlier rounds that are due
    resting: int = 0  # links of earlier rounds that came and are not due yet


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of a link's visits, and of its host's, when its next one is decided on."""

    kind: str
    visits: int  # this one counted
    changes: int
    changed: bool
    visited_at: str  # the visit before; '' where there was none
    due_at: str  # as it was decided on then
    host_visits: int  # of pages of its host that had come before
    host_changes: int


Due = Callable[[Past], str]  # -> ISO 8601 in UTC: when to ask again


@dataclass(frozen=True, slots=True)
class Visited:
    """Links whose pages came, and what they said."""

    links: tuple[LinkRow, ...] = ()
    signature: str = ""  # of what the first of them says; '' where it is as it was
    again: bool = False  # something of the first did not come: it is due at once


def begin(db: Database, crawl_id: int, site: str, *, wake: str = "due", resume: bool = True) -> Round:
    """Begin a round, or go on with the site's last one where that was stopped before its end.

    `wake` says which links of earlier rounds are asked for again: those that are due, all or never any.
    """
    with transaction(db):
        old = _unfinished(db, crawl_id, site) if resume else 0
        current = old or crawl_id
        db.conn.execute("UPDATE crawls SET round = ? WHERE id = ?", (current, crawl_id))
        db.conn.execute(f"UPDATE links SET state = 'new' WHERE site = ? AND state = 'asked' AND {OWN}", (site,))
        if old:
            (waiting,) = db.conn.execute(
                "SELECT count(*) FROM links WHERE site = ? AND state = 'new'", (site,)
            ).fetchone()
            return Round(current, site, resumed=waiting)
        db.conn.execute("UPDATE links SET crawl_id = ? WHERE site = ? AND state = 'new'", (current, site))
        due = {"due": "(due_at IS NULL OR due_at <= ?3)", "all": "?3 <> ''", "never": "?3 = ''"}[wake]
        woken = db.conn.execute(
            "UPDATE links SET state = 'new', crawl_id = ?1, attempts = 0, not_before = NULL, reason = ''"
            f" WHERE site = ?2 AND state IN ('done', 'failed') AND {OWN} AND {due}",
            (current, site, now()),
        ).rowcount
        (resting,) = db.conn.execute(
            "SELECT count(*) FROM links WHERE site = ? AND state = 'done' AND kind <> 'next'", (site,)
        ).fetchone()
        return Round(current, site, woken=woken, resting=resting)


def refused(link: LinkRow, reason: str) -> LinkRow:
    """A link that is not asked for after all."""
    return replace(link, state="refused", reason=reason)


def _unfinished(db: Database, crawl_id: int, site: str) -> int:
    """The round of the site's last crawl, where that was stopped before its end and has links left; 0 otherwise.

    One that was killed is gone on with when it has none left, too: what follows the last page was not done yet.
    """
    last = db.conn.execute(
        "SELECT round, reason FROM crawls WHERE site = ? AND id < ? AND round IS NOT NULL ORDER BY id DESC LIMIT 1",
        (site, crawl_id),  # one without a round ended before it had begun
    ).fetchone()
    if last is None or last[1] == STOPPED:
        return 0
    left = db.conn.execute(
        f"SELECT 1 FROM links WHERE site = ? AND state IN ('new', 'asked') AND {OWN} LIMIT 1", (site,)
    ).fetchone()
    return int(last[0]) if left or last[1] == KILLED else 0


@dataclass(frozen=True, slots=True)
class Planned:
    """A link that the next crawl of its site would ask for."""

    url: str
    host: str
    kind: str
    why: str
    resumes: bool = False  # the crawl would go on where the last one was stopped


def planned(db: Database, site: str, *, wake: str = "due", resume: bool = True) -> Iterator[Planned]:
    """What the next crawl of a site has waiting, in the order in which it asks; nothing is written."""
    (last,) = db.conn.execute("SELECT coalesce(max(id), 0) + 1 FROM crawls").fetchone()
    resumes = bool(resume and _unfinished(db, last, site))
    due = {"due": "(l.due_at IS NULL OR l.due_at <= ?2)", "all": "1", "never": "0"}[wake]
    again = f"OR (l.state IN ('done', 'failed') AND {due})" if not resumes else ""
    rows = db.conn.execute(
        "SELECT l.url, l.host, l.kind, l.state, l.due_at, l.visits, l.changes, l.attempts, f.url FROM links l"
        f" LEFT JOIN fetches f ON f.id = l.found_on WHERE l.site = ?1 AND ?2 <> '' AND l.{OWN}"
        f" AND (l.state IN ('new', 'asked') {again}) ORDER BY l.host, l.priority DESC, l.rowid",
        (site, now()),
    )
    for url, host, kind, state, due_at, visits, changes, failed, found_on in rows:
        if state in ("new", "asked"):
            why = f"found on {found_on}" if found_on else "start address"
            why += f", failed {failed} times" if failed else ", left by the crawl before" if resumes else ""
        else:
            why = f"due since {due_at[:10]}" if due_at and due_at <= now() else "known"
            why += f", changed in {changes} of {visits} visits" if visits else ", failed before"
        yield Planned(url, host, kind, why, resumes)


def unknown(db: Database, current: Round, urls: Sequence[str], *, wake: str = "due") -> set[str]:
    """Which addresses this round has not met, and may ask for: new ones, and those of earlier rounds that are due."""
    met: set[str] = set()
    due = {"due": "AND (due_at > ?1 AND state = 'done')", "all": "AND 0", "never": "AND state = 'done'"}[wake]
    for first in range(0, len(urls), AT_ONCE):
        some = urls[first : first + AT_ONCE]
        marks = ", ".join(f"?{n}" for n in range(3, len(some) + 3))
        rows = db.conn.execute(
            f"SELECT url FROM links WHERE url IN ({marks}) AND (crawl_id = ?2 OR (?1 <> '' {due}))",
            (now(), current.id, *some),
        )
        met.update(url for (url,) in rows)
    return set(urls) - met


def record(db: Database, current: Round, links: Iterable[LinkRow]) -> None:
    """Write links as a crawl meets them, refuses them or fails to get them; what a round has met before as `_STANDS`
    has it."""
    rows = [
        (one.url, urlsplit(one.url).hostname or "", one.found_on or None, one.kind, one.state, one.reason, one.depth,
         current.id, now(), current.site, one.priority, one.visit, one.ends)
        for one in links
    ]  # fmt: skip
    with transaction(db):
        db.conn.executemany(
            "INSERT INTO links(url, host, found_on, kind, state, reason, depth, crawl_id, updated_at, site, priority,"
            " visit) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"
            " ON CONFLICT(url) DO UPDATE SET kind = excluded.kind, state = excluded.state, reason = excluded.reason,"
            " crawl_id = excluded.crawl_id, updated_at = excluded.updated_at, site = excluded.site,"
            " priority = excluded.priority, visit = excluded.visit, not_before = NULL,"
            " attempts = CASE WHEN links.crawl_id = excluded.crawl_id THEN links.attempts ELSE 0 END,"
            " found_on = CASE excluded.state WHEN 'asked' THEN coalesce(excluded.found_on, links.found_on)"
            " ELSE coalesce(links.found_on, excluded.found_on) END, depth = min(links.depth, excluded.depth)"
            f" WHERE links.crawl_id <> excluded.crawl_id OR NOT ({_STANDS})",
            rows,
        )


# Two pages that name a link may both have found it unknown, and the second writes it when the first one's is in the
# queue, or leased. What came stays done. What was met does not wait anew. What waits or is leased by itself is not
# refused, but by the visit that it was leased for (`ends`), nor taken over by the page before it.
_STANDS = (
    "links.state = 'done' OR excluded.state = 'new'"
    " OR excluded.state = 'refused' AND links.state IN ('new', 'asked') AND NOT ?13"
    f" OR excluded.state = 'asked' AND links.state = 'asked' AND links.{OWN}"
)


def take(db: Database, current: Round, room: Callable[[str], int], most: int, after: str = "") -> list[Leased]:
    """Lease up to `most` links, of each host as many as it has room for, hosts in turn from the one `after`."""
    found: list[Leased] = []
    hosts = _hosts(db, current.site)
    turn = [host for host in hosts if host > after] + [host for host in hosts if host <= after]
    with transaction(db):
        for host in turn:
            if (free := min(room(host), most - len(found))) > 0:
                found += [
                    Leased(url, host, kind, depth, found_on or 0, priority, visit)
                    for url, kind, depth, found_on, priority, visit in db.conn.execute(
                        "UPDATE links SET state = 'asked', crawl_id = ?4, updated_at = ?3 WHERE rowid IN (SELECT rowid"
                        " FROM links WHERE site = ?1 AND state = 'new' AND host = ?2 AND (not_before IS NULL OR"
                        " not_before <= ?3) ORDER BY priority DESC, rowid LIMIT ?5)"
                        " RETURNING url, kind, depth, found_on, priority, visit",
                        (current.site, host, now(), current.id, free),
                    ).fetchall()
                ]
    return sorted(found, key=lambda link: -link.priority)


def _hosts(db: Database, site: str) -> list[str]:
    """The hosts with links that wait, by name: a step of the index each, however many links they have."""
    rows = db.conn.execute(
        "WITH RECURSIVE hosts(host) AS ("
        " SELECT min(host) FROM links WHERE site = ?1 AND state = 'new' UNION ALL"
        " SELECT (SELECT min(host) FROM links WHERE site = ?1 AND state = 'new' AND host > hosts.host)"
        " FROM hosts WHERE host IS NOT NULL) SELECT host FROM hosts WHERE host IS NOT NULL",
        (site,),
    )
    return [host for (host,) in rows]


def waiting(db: Database, current: Round) -> dict[str, str]:
    """The hosts that a round has links of left, each with when the first of them may be asked for ('' for now)."""
    sql = "SELECT host, min(coalesce(not_before, '')) FROM links WHERE site = ? AND state = 'new' GROUP BY host"
    return dict(db.conn.execute(sql, (current.site,)).fetchall())


def left(db: Database, site: str) -> dict[str, int]:
    """How many links of a site wait, by host."""
    sql = "SELECT host, count(*) FROM links WHERE site = ? AND state = 'new' GROUP BY host"
    return dict(db.conn.execute(sql, (site,)).fetchall())


def give_back(db: Database, url: str, *, failed: str, not_before: str, why: str = "") -> int:
    """Put a leased link back, to be asked for again; `failed` is the address that did not come (itself, or a page that
    its visit went on to). Returns how often that one failed."""
    with transaction(db):
        db.conn.execute(
            "UPDATE links SET state = 'new', reason = ?, not_before = ?, updated_at = ? WHERE url = ?",
            (why, not_before or None, now(), url),
        )
        row = db.conn.execute(
            "UPDATE links SET attempts = attempts + 1 WHERE url = ? RETURNING attempts", (failed,)
        ).fetchone()
    return int(row[0]) if row else 0


def attempts(db: Database, url: str) -> int:
    """How often an address failed since it last came."""
    row = db.conn.execute("SELECT attempts FROM links WHERE url = ?", (url,)).fetchone()
    return int(row[0]) if row else 0


def settle(db: Database, current: Round, visited: Visited, due: Due) -> bool | None:
    """Note that links' pages came and that all they led to is stored. Whether what the first says has changed; None
    where it came for the first time. To be called in the transaction that stores the last of it."""
    changed: bool | None = None
    with transaction(db):
        for n, link in enumerate(visited.links):
            before = db.conn.execute(
                "SELECT l.visits, l.changes, l.visited_at, l.due_at, l.signature, h.visits, h.changes FROM links l"
                " LEFT JOIN hosts h ON h.host = l.host WHERE l.url = ?",
                (link.url,),
            ).fetchone() or (0, 0, None, None, "", 0, 0)
            visits, changes, visited_at, due_at, signature, host_visits, host_changes = before
            new = visited.signature if n == 0 and visited.signature else signature
            this = new != signature if visits else None
            changed = this if n == 0 else changed
            past = Past(link.kind, visits + 1, changes + bool(this), bool(this), visited_at or "", due_at or "",
                        host_visits or 0, host_changes or 0)  # fmt: skip
            _came(db, current, link, past, now() if visited.again and n == 0 else due(past), new)
            if this is not None and n == 0:
                _count(db, urlsplit(link.url).hostname or "", this)
    return changed


def _came(db: Database, current: Round, link: LinkRow, past: Past, due_at: str, signature: str) -> None:
    at = now()
    db.conn.execute(
        "INSERT INTO links(url, host, found_on, kind, state, reason, depth, crawl_id, updated_at, site, priority,"
        " visit, visited_at, visits, changes, due_at, signature)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?9, ?13, ?14, ?15, ?16)"
        " ON CONFLICT(url) DO UPDATE SET kind = excluded.kind, state = excluded.state, reason = excluded.reason,"
        " crawl_id = excluded.crawl_id, updated_at = excluded.updated_at, visited_at = excluded.visited_at,"
        " visits = excluded.visits, changes = excluded.changes, due_at = excluded.due_at,"
        " signature = excluded.signature, attempts = 0, not_before = NULL,"
        " found_on = coalesce(links.found_on, excluded.found_on), depth = min(links.depth, excluded.depth)",
        (
            link.url, urlsplit(link.url).hostname or "", link.found_on or None, link.kind, link.state, link.reason,
            link.depth, current.id, at, current.site, link.priority, link.visit, past.visits, past.changes, due_at,
            signature,
        ),
    )  # fmt: skip


def _count(db: Database, host: str, changed: bool) -> None:
    db.conn.execute(
        "INSERT INTO hosts(host, visits, changes, updated_at) VALUES (?, 1, ?, ?) ON CONFLICT(host) DO UPDATE SET"
        " visits = visits + 1, changes = changes + excluded.changes",
        (host, int(changed), now()),
    )


def wake(db: Database, current: Round, modified: Mapping[str, str]) -> int:
    """Ask for known links that are not due, where their page was changed after their last visit. How many."""
    with transaction(db):
        return db.conn.executemany(
            "UPDATE links SET state = 'new', crawl_id = ?, site = ?, attempts = 0 WHERE url = ? AND crawl_id <> ?"
            f" AND state = 'done' AND {OWN} AND visited_at < ?",
            [(current.id, current.site, url, current.id, at) for url, at in modified.items() if at],
        ).rowcount


def called_unchanged(db: Database, current: Round, host: str) -> list[str]:
    """The links of a host that it called unchanged in this round."""
    rows = db.conn.execute(
        f"SELECT url FROM links WHERE crawl_id = ?1 AND host = ?2 AND state = 'done' AND {OWN} AND url IN"
        " (SELECT f.url FROM fetches f JOIN crawls c ON c.id = f.crawl_id WHERE c.round = ?1 AND f.status = 304)",
        (current.id, host),
    )
    return [url for (url,) in rows]


def ask_again(db: Database, current: Round, host: str) -> None:
    """Put these back."""
    with transaction(db):
        db.conn.executemany(
            "UPDATE links SET state = 'new', updated_at = ? WHERE url = ?",
            [(now(), url) for url in called_unchanged(db, current, host)],
        )


def is_open(db: Database, url: str) -> bool:
    """Whether a link still waits, or is in work."""
    row = db.conn.execute("SELECT 1 FROM links WHERE url = ? AND state IN ('new', 'asked')", (url,)).fetchone()
    return row is not None


def follows(db: Database, url: str, before: str) -> bool:
    """Whether an address is known of a page that went on to it, and of nothing else."""
    sql = (
        "SELECT 1 FROM links l JOIN fetches f ON f.id = l.found_on WHERE l.url = ? AND f.url = ?"
        " AND l.kind IN ('next', 'redirect')"
    )
    return db.conn.execute(sql, (url, before)).fetchone() is not None


def met(db: Database, current: Round) -> Iterator[tuple[str, int]]:
    """The addresses with a query that a round has met, and of each host how many: what its limits count."""
    yield from db.conn.execute(
        "SELECT host, count(*) FROM links WHERE crawl_id = ? AND state <> 'refused' GROUP BY host", (current.id,)
    )


@dataclass(frozen=True, slots=True)
class Resting:
    """What a site has in the archive that a round did not ask for, since it is not due."""

    links: int
    documents: int
    earliest: str  # when the first of them is due


def resting(db: Database, current: Round) -> Resting:
    """The site's links that came in earlier rounds only, and the documents of those that are not gone."""
    (links, earliest), (documents,) = (
        db.conn.execute(sql, (current.site, current.id)).fetchone()
        for sql in (
            f"SELECT count(*), min(due_at) FROM links WHERE site = ? AND crawl_id <> ? AND state = 'done' AND {OWN}",
            "SELECT count(*) FROM links l JOIN pages p ON p.url = l.url JOIN documents d ON d.article_id = p.id"
            " WHERE l.site = ? AND l.crawl_id <> ? AND l.state = 'done' AND p.gone IS NULL",
        )
    )
    return Resting(links, documents, earliest or "")


def visit_of(link: Leased) -> dict[str, str | int]:
    """What its request must know."""
    return dict(json.loads(link.visit)) if link.visit else {}


def summary(db: Database, crawl_id: int) -> dict[str, dict[str, int]]:
    """How many links of a crawl's round are in each state, by the code of the reason, most first."""
    found: dict[str, dict[str, int]] = {state: {} for state in STATES}
    rows = db.conn.execute(
        "SELECT state, substr(reason || ':', 1, instr(reason || ':', ':') - 1) AS code, count(*) AS n"
        " FROM links WHERE crawl_id = (SELECT round FROM crawls WHERE id = ?) GROUP BY state, code"
        " ORDER BY n DESC, code",
        (crawl_id,),
    )
    for state, code, count in rows:
        found[state][code] = count
    return found


def failures(db: Database, crawl_id: int) -> Iterator[tuple[str, str]]:
    """The addresses that a round asked for in vain, with the reason; start addresses also where they were refused."""
    yield from db.conn.execute(
        "SELECT url, reason FROM links WHERE crawl_id = (SELECT round FROM crawls WHERE id = ?)"
        " AND (state = 'failed' OR (state = 'refused' AND kind = 'start')) ORDER BY kind <> 'start', url",
        (crawl_id,),
    )
