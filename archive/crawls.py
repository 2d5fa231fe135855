"""The ledger of crawls: what each one was set to, met, fell short of, and how it ended.

Counts are kept by crawl and host when they happen (`crawl_counts`): what the tables of documents and pages hold says
how things stand now, and no more what a crawl saw. Crawls that were killed never wrote how they ended; the next does.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from sqlite_utils import Database

from archive.rows import Row, select
from archive.store import Added, transaction

KILLED = "killed"
INGEST = "ingest"  # the site of runs that crawled nothing
WHATS = ("answer", "document", "rejected", "gone", "failed", "refused")

Counts = dict[str, dict[str, int]]  # by what and code


@dataclass(slots=True)
class Tally:
    """What a running crawl has met so far, by host, what and code."""

    met: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def answered(self, url: str, status: int) -> None:
        """A host answered."""
        self.met[_host(url), "answer", str(status)] += 1

    def stored(self, url: str, added: Added, rejected: str) -> None:
        """An article was restored or rejected."""
        host = _host(url)
        if not rejected:
            for code, n in (("new", added.new), ("changed", added.changed), ("unchanged", added.unchanged)):
                self.met[host, "document", code] += n
        else:
            self.met[host, "rejected", code_of(rejected)] += 1
            if added.unchanged:  # documents that stay although their page is none any more
                self.met[host, "gone", code_of(rejected)] += 1
        if added.retired:
            self.met[host, "document", "retired"] += added.retired

    def met_link(self, url: str, state: str, reason: str) -> None:
        """A link was refused, or failed for good."""
        if state in ("failed", "refused"):
            self.met[_host(url), state, code_of(reason)] += 1

    def counts(self, host: str | None = None) -> Counts:
        """The same by what and code, of one host or of all."""
        found: Counts = {}
        for (of, what, code), n in self.met.items():
            if n and host in (None, of):
                codes = found.setdefault(what, {})
                codes[code] = codes.get(code, 0) + n
        return found


def save(db: Database, crawl_id: int, met: Mapping[tuple[str, str, str], int]) -> None:
    """Write what a crawl has met until now over what was written before."""
    with transaction(db):
        db.conn.executemany(
            "INSERT INTO crawl_counts(crawl_id, host, what, code, n) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET n = excluded.n",
            [(crawl_id, *key, n) for key, n in met.items() if n],
        )


def judge(db: Database, crawl_id: int, expected: Mapping[str, object], problems: Iterable[str]) -> None:
    """Write what was expected of a crawl, and what it fell short of."""
    with transaction(db):
        db.conn.execute(
            "UPDATE crawls SET expected = ?, problems = ? WHERE id = ?",
            (_json(dict(expected)), _json(list(problems)), crawl_id),
        )


def warn(db: Database, crawl_id: int, warnings: Iterable[str]) -> None:
    """Write what changed against the crawls before."""
    with transaction(db):
        db.conn.execute("UPDATE crawls SET warnings = ? WHERE id = ?", (_json(list(warnings)), crawl_id))


def counted(db: Database, crawl_ids: Iterable[int], host: str | None = None) -> Counts:
    """What crawls met together, by what and code, most first."""
    found: Counts = {}
    for what, code, n in db.conn.execute(
        "SELECT what, code, sum(n) AS n FROM crawl_counts WHERE crawl_id IN (SELECT value FROM json_each(?1))"
        " AND (?2 IS NULL OR host = ?2) GROUP BY what, code ORDER BY n DESC, what, code",
        (_json(list(crawl_ids)), host),
    ):
        found.setdefault(what, {})[code] = n
    return found


def by_host(db: Database, crawl_id: int) -> dict[str, Counts]:
    """What one crawl met at each host."""
    hosts = db.conn.execute("SELECT DISTINCT host FROM crawl_counts WHERE crawl_id = ? ORDER BY host", (crawl_id,))
    return {host: counted(db, [crawl_id], host) for (host,) in hosts.fetchall()}


def listed(db: Database, *, site: str | None = None, most: int | None = None) -> tuple[Row, ...]:
    """The crawls, the last first."""
    return select(
        db,
        "SELECT * FROM crawls WHERE site <> ? AND (? IS NULL OR site = ?) ORDER BY id DESC LIMIT ?",
        INGEST,
        site,
        site,
        -1 if most is None else most,
    )


def crawl(db: Database, crawl_id: int) -> Row | None:
    """One crawl, or an ingest."""
    return next(iter(select(db, "SELECT * FROM crawls WHERE id = ?", crawl_id)), None)


def code_of(reason: str) -> str:
    """The code that a reason begins with."""
    return reason.split(":", 1)[0]


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def settle_killed(db: Database, crawl_id: int, warc_dir: Path) -> list[int]:
    """Close the rows of crawls before `crawl_id` whose process is gone, with the time of their last fetch. Their ids.

    The WARC file of a crawl that runs has its final name only when it is closed, so call this when the files that
    nobody holds are finished (`WarcWriter`). A crawl that only begins, or is between two files, writes its own end
    over what is written here.
    """
    rows = db.conn.execute(
        "SELECT c.id, coalesce(f.fetched_at, c.started_at), f.warc_file FROM crawls c"
        " LEFT JOIN fetches f ON f.id = (SELECT max(id) FROM fetches WHERE crawl_id = c.id)"
        " WHERE c.ended_at IS NULL AND c.id < ? AND c.site <> 'ingest' ORDER BY c.id",
        (crawl_id,),
    ).fetchall()
    gone = [(known, last) for known, last, file in rows if not file or (warc_dir / file).exists()]
    with transaction(db):
        for known, last in gone:
            db.conn.execute("UPDATE crawls SET reason = ?, ended_at = ? WHERE id = ?", (KILLED, last, known))
    return [known for known, _ in gone]
