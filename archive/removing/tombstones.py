"""What was taken down stays away: the keys by which a takedown is recognised, and none that would give it back.

An address is known by the id of its page, a text by salted digests of a few long runs of it. Digests of *all* its
short runs would find every quotation, and would give the text back to anybody with a word list, run by run: they are
not kept.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from urllib.parse import urlsplit, urlunsplit

import numpy as np
from sqlite_utils import Database

from archive.copies.addresses import domain
from archive.errors import ArchiveError
from archive.removing.runs import windows
from archive.rows import Row, insert, select
from pipelines.document import Outcome, article_id
from pipelines.fingerprint import bones

CODE = "taken-down"  # of the reason for which a page or a link is refused
URN = "urn:x-taken-down:"  # stands for an address that spells what was removed
PIECE = 16  # bones of a run: some 70 bits of Chinese, more than can be tried out; a run of 8 could be guessed
ONE_IN, FEW, MOST = 32, 24, 4000  # of its runs so many are taken: as of the keys that copies are found by
FEWEST = 4  # runs that two texts must share
SHARE = 0.5  # of the runs of either: copies with every tenth character changed share about that; chosen
PAGE_ID = re.compile(r"[0-9a-f]{12}")


class TakenDown(ArchiveError):
    """What was asked for was taken down. `str()` of it says when and why."""


@dataclass(frozen=True, slots=True)
class Tombstones:
    """The addresses that are refused: read once, for a crawl or an ingest."""

    addresses: dict[str, str] = field(default_factory=dict)  # id of a page -> reason
    hosts: dict[str, str] = field(default_factory=dict)
    named: dict[str, str] = field(default_factory=dict)  # id of a page -> what to call it, where its address tells

    def __bool__(self) -> bool:
        return bool(self.addresses or self.hosts)

    def refusal(self, url: str) -> str:
        """Why an address is not to be fetched or kept; '' where it may be."""
        if not self:
            return ""
        return self.of_host(urlsplit(url).hostname or "") or self.addresses.get(article_id(url), "")

    def of_host(self, host: str) -> str:
        """Why nothing of a host is to be kept: its own name, or that of a host above it, was taken down."""
        parts = host.lower().split(".") if self.hosts else []
        return next((why for n in range(len(parts)) if (why := self.hosts.get(".".join(parts[n:])))), "")

    def name_of(self, url: str) -> str:
        """What a refused address is called in tables and logs: it may spell a title that was removed."""
        return self.named.get(article_id(url), url) if self.named else url


def load(db: Database) -> Tombstones:
    """The addresses that takedowns of this archive refuse."""
    addresses: dict[str, str] = {}
    hosts: dict[str, str] = {}
    named: dict[str, str] = {}
    for kind, key, number, at, url in db.conn.execute(
        "SELECT s.kind, s.key, t.id, t.requested_at, coalesce(p.url, t.url) FROM tombstones s"
        " JOIN takedowns t ON t.id = s.takedown_id LEFT JOIN pages p ON s.kind = 'address' AND p.id = s.key"
        " WHERE s.kind IN ('address', 'host')"
    ):
        (addresses if kind == "address" else hosts)[key] = reason(number, at)
        if url.startswith(URN):
            named[key] = URN + key
    return Tombstones(addresses, hosts, named)


def reason(number: int, requested_at: str) -> str:
    """Why something is refused, code first, as `links` and `pages.rejected` have it."""
    return f"{CODE}: {requested_at[:10]}, takedown {number}"


def twins(url: str) -> tuple[str, ...]:
    """An address and the same one by http or https: sites answer to both."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        return (url,)
    other = "https" if parts.scheme == "http" else "http"
    return url, urlunsplit(parts._replace(scheme=other))


def of(db: Database, name: str) -> Row | None:
    """The takedown that removed what is called so: an id, the beginning of one, a version, an address, a host."""
    plain = name.partition("@")[0] if ":" not in name else name
    page = article_id(name) if ":" in name else plain[:12]
    for kind, key in (("document", plain), ("address", page), ("host", name.lower())):
        if (kind != "address" or PAGE_ID.fullmatch(key)) and (row := _takedown(db, "s.key = ?", kind, key)):
            return row
    if ":" in name and (why := load(db).of_host(urlsplit(name).hostname or "")):
        return takedown(db, int(why.rpartition(" ")[2]))
    if re.fullmatch(r"[0-9a-f]{4,12}(?:-[0-9a-z.]*)?", plain):
        for kind in ("document", "address"):
            if row := _takedown(db, "s.key >= ?1 AND s.key < ?1 || '~'", kind, plain):
                return row
    return None


def takedown(db: Database, number: int) -> Row | None:
    """A takedown by its number."""
    return next(iter(select(db, "SELECT * FROM takedowns WHERE id = ?", number)), None)


def carried_out(db: Database) -> int:
    """How many takedowns have masked what quoted them."""
    return int(db.conn.execute("SELECT count(*) FROM takedowns WHERE stage <> 'begun'").fetchone()[0])


def sentence(row: Row, name: str) -> str:
    """What a reader is told who asks for it."""
    why = f": {row['reason']}" if row["reason"] else ""
    copies = " with its copies" if row["copies"] else ""
    return (
        f"{name} was taken down on {str(row['requested_at'])[:10]}{copies} (takedown {row['id']}){why.rstrip('.')}. "
        "Its text, the evidence and the captures were removed for good"
    )


def check(db: Database, name: str) -> None:
    """Raise `TakenDown` where what is called so was removed."""
    if row := of(db, name):
        raise TakenDown(sentence(row, name))


def refusal(db: Database, outcome: Outcome) -> str:
    """Why an article must not be stored: its address or its host was taken down, or a text that it holds."""
    if db.conn.execute("SELECT 1 FROM tombstones LIMIT 1").fetchone() is None:
        return ""
    page = outcome.article[0]
    known = load(db)
    return next(filter(None, (known.refusal(one.url) for one in outcome.article)), "") or next(
        (why for one in outcome.documents if (why := same_text(db, one.text_hans, page.host))), ""
    )


def same_text(db: Database, text_hans: str, host: str) -> str:
    """Why a text must not be stored on a host: it is one that was taken down there, or everywhere; '' if it is not."""
    salts = db.conn.execute(  # one an archive: several in one that was merged from several
        "SELECT DISTINCT salt FROM takedowns WHERE id IN (SELECT takedown_id FROM tombstones WHERE kind = 'text')"
        " ORDER BY 1"
    ).fetchall()
    return next(filter(None, (_salted(db, pieces(text_hans, salt), host) for (salt,) in salts)), "")


def _salted(db: Database, digests: list[str], host: str) -> str:
    """The same of the digests of a text under one salt."""
    marks = ", ".join("?" * len(digests))
    found = db.conn.execute(
        "SELECT s.takedown_id, count(DISTINCT s.key), (SELECT count(DISTINCT key) FROM tombstones a"
        " WHERE a.kind = 'text' AND a.takedown_id = s.takedown_id) FROM tombstones s"
        f" WHERE s.kind = 'text' AND s.key IN ({marks}) AND s.site IN ('*', ?) GROUP BY 1 ORDER BY 1",
        (*digests, domain(host)),
    ).fetchall()
    for number, shared, whole in found:
        if shared >= min(FEWEST, whole) and shared >= SHARE * min(len(digests), whole):
            row = takedown(db, number) or {}
            return f"{reason(number, str(row.get('requested_at') or ''))}, of the same text"
    return ""


def seen_again(db: Database, outcome: Outcome, why: str) -> None:
    """Note captures of what was taken down before: the takedown of them is completed when the crawl has ended."""
    number = int(why.partition("takedown ")[2].partition(",")[0])
    (before,) = db.conn.execute("SELECT requested_at FROM takedowns WHERE id = ?", (number,)).fetchone()
    for page in outcome.article:
        if (
            not page.body
            or db.conn.execute(
                "SELECT 1 FROM takedowns WHERE scope = 'text' AND url = ? AND stage <> 'done'", (page.url,)
            ).fetchone()
        ):
            continue
        row: Row = {"url": page.url, "reason": f"what takedown {number} removed, met again", "requested_at": before}
        again = insert(db, "takedowns", {**row, "scope": "text"})
        for twin in twins(page.url):
            db.conn.execute(
                "INSERT OR IGNORE INTO tombstones(kind, key, takedown_id) VALUES ('address', ?, ?)",
                (article_id(twin), again),
            )


def pieces(text_hans: str, salt: str) -> list[str]:
    """Salted digests of a few long runs of a text: which runs follows from the text alone, as keys of copies do."""
    return sorted({blake2b(run.encode(), key=salt.encode(), digest_size=12).hexdigest() for run in _runs(text_hans)})


def _runs(text_hans: str) -> Iterator[str]:
    """Runs of `PIECE` bones: those whose first six hash lowest, so that copies choose the same."""
    bone = bones(text_hans)
    if len(bone) < 2 * PIECE:
        yield bone
        return
    hashes = windows(bone[: len(bone) - PIECE + 6], 6)
    limit = max(np.uint64(2**64 // ONE_IN), np.partition(hashes, min(FEW, len(hashes) - 1))[min(FEW, len(hashes) - 1)])
    for at in np.flatnonzero(hashes <= limit)[:MOST].tolist():
        yield bone[at : at + PIECE]


def note_text(db: Database, number: int, text_hans: str, site: str, salt: str) -> None:
    """Refuse a text from now on: on a registered domain, or everywhere ('*')."""
    db.conn.executemany(
        "INSERT OR IGNORE INTO tombstones(kind, key, site, takedown_id) VALUES ('text', ?, ?, ?)",
        [(key, site, number) for key in pieces(text_hans, salt)],
    )


def _takedown(db: Database, condition: str, kind: str, key: str) -> Row | None:
    sql = f"SELECT t.* FROM tombstones s JOIN takedowns t ON t.id = s.takedown_id WHERE {condition} AND s.kind = ?2"
    return next(iter(select(db, f"{sql} ORDER BY t.id LIMIT 1", key, kind)), None)
