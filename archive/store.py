"""The archive as one place: how it is opened, and how an article's outcome goes in, in one transaction.

Adding is idempotent. An article that comes out as it stands in the archive changes nothing; one that comes out
differently replaces what stood there, and the old document goes to `document_versions` with its ledger. A page
that is found gone keeps its documents: an archive outlives what it archives.
"""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from dataclasses import astuple, dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from sqlite_utils import Database

from archive import rows
from archive.copies import pairs
from archive.counts import Counts, counts
from archive.errors import ArchiveError
from archive.removing import tombstones
from archive.rows import Stored
from archive.schema import check_current, migrate
from archive.searching import fulltext
from archive.searching.fulltext import Waiting
from archive.versioning.versions import Change, change
from pipelines.document import SOFTWARE, Knowledge, Outcome, Page, PageRules, article_id

__all__ = [
    "Added",
    "ArchiveError",
    "Counts",
    "Fetch",
    "add",
    "add_fetch",
    "begin_crawl",
    "counts",
    "end_crawl",
    "held",
    "is_immutable",
    "is_read_only",
    "knowledge",
    "mend",
    "much_in_memory",
    "open_archive",
    "read_only",
    "recognise",
    "save_knowledge",
    "would_add",
]

WAIT = 30.0  # seconds for another writer (a crawl beside an ingest) to finish its transaction
LOG = 64 << 20  # bytes of the log of changes (-wal) past which readers are waited for, so that it can begin anew
TURN = 4.0  # seconds to wait for them: a question in Datasette is stopped after three
OFTEN = 4_000  # pages of that log (16 MB) after which they go to the file, where SQLite has 1,000: a crawl writes the
# same pages again and again, and each goes there once
CACHE = 32 << 20  # bytes of the file in memory, where SQLite has 2 MB: an index of words is written all over
MUCH = 128 << 20  # the same where a whole archive is written: the indexes of 200,000 documents take 110 MB


@dataclass(frozen=True, slots=True)
class Fetch:
    """One exchange: a row of `fetches`."""

    crawl_id: int | None
    url: str
    status: int
    fetched_at: str
    payload_digest: str
    body_digest: str
    warc_file: str
    warc_offset: int
    warc_length: int
    content_type: str = ""
    etag: str = ""
    last_modified: str = ""
    path: str = ""
    revisit_of: int | None = None
    truncated: str = ""  # why the body is not whole, as WARC-Truncated says it


@dataclass(frozen=True, slots=True)
class Added:
    """What adding did: counts of documents."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    retired: int = 0

    def __add__(self, other: "Added") -> "Added":
        return Added(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))


def open_archive(path: Path | str, *, create: bool = True) -> Database:
    """The archive at `path`, brought to the present schema; `ArchiveError` where there is none or it is broken."""
    path = Path(path)
    if not create and not path.is_file():
        raise ArchiveError(f"no archive at {path}. Make one: python -m archive --archive {path} ingest PATH")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            recognise(path, create)
            if not (_may_write(path) and _may_write(path.parent)):
                return _reading(path)
        return _connect(path)
    except (sqlite3.Error, OSError) as error:
        raise ArchiveError(f"cannot open the archive {path}: {error}") from error
    except ArchiveError as error:
        raise ArchiveError(f"cannot open the archive {path}: {error}") from error


class ReadOnly(Database):
    """An archive that was opened without permission to write."""

    def __init__(self, conn: sqlite3.Connection, *, immutable: bool) -> None:
        super().__init__(conn)
        self.immutable = immutable


class Writing(Database):
    """An archive that is written to. Readers who never leave a gap between them would let its log grow without end."""

    def __init__(self, conn: sqlite3.Connection, path: Path, waiting: Waiting) -> None:
        super().__init__(conn)
        self.waiting = waiting  # for the index
        self.log = path.with_name(path.name + "-wal")
        self.most = LOG  # bytes; more after a reader who did not end, so that not every transaction waits for it
        self.gathers = False  # transactions are left open: `gathered` ends them

    def trim(self) -> None:
        """Begin the log anew where it is too long."""
        size = self.log.stat().st_size if self.log.exists() else 0
        if size <= self.most:
            return
        self.conn.execute(f"PRAGMA busy_timeout = {int(TURN * 1000)}")
        try:
            (blocked, *_) = self.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.OperationalError:  # a question on this connection is not read to its end
            blocked = 1
        self.conn.execute(f"PRAGMA busy_timeout = {int(WAIT * 1000)}")
        self.most = size * 3 // 2 if blocked else LOG


def is_read_only(db: Database) -> bool:
    """Whether the archive was opened without permission to write."""
    return isinstance(db, ReadOnly)


def is_immutable(db: Database) -> bool:
    """Whether it was opened as a file that nobody changes: SQLite could make no file beside it."""
    return isinstance(db, ReadOnly) and db.immutable


def recognise(path: Path, create: bool) -> None:
    """Raise `ArchiveError` for another program's database, before anything is written to it."""
    with closing(read_only(path)[0]) as conn:
        tables = {name for (name,) in conn.execute("SELECT name FROM sqlite_master")}
        ours = (
            "_sqlite_migrations" in tables
            and conn.execute("SELECT 1 FROM _sqlite_migrations WHERE migration_set = 'archive'").fetchone()
        )
        (mark,) = conn.execute("PRAGMA application_id").fetchone()
    if not ours and (tables or mark):
        raise ArchiveError("it is another program's database, and was left as it is. Name another: --archive PATH")
    if not ours and not create:
        raise ArchiveError(f"it is empty. Make it an archive: python -m archive --archive {path} ingest PATH")


def _may_write(path: Path) -> bool:
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def read_only(path: Path) -> tuple[sqlite3.Connection, bool]:
    """A connection that cannot write; True with one that takes the file for immutable: none may be made beside it."""
    address = f"file:{quote(str(path.resolve()))}?mode=ro"
    conn = sqlite3.connect(address, uri=True, timeout=WAIT, isolation_level=None)
    try:
        conn.execute("SELECT 1 FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        conn.close()
        log = path.with_name(path.name + "-wal")
        if log.exists() and log.stat().st_size:  # what is in it would be missing, silently
            raise
        return sqlite3.connect(address + "&immutable=1", uri=True, isolation_level=None), True
    return conn, False


def _reading(path: Path) -> Database:
    """The archive of somebody else: read, and never written to."""
    conn, immutable = read_only(path)
    try:
        fulltext.register(conn)
        db = ReadOnly(conn, immutable=immutable)
        check_current(db)
    except BaseException:
        conn.close()
        raise
    return db


def _connect(path: Path) -> Database:
    conn = sqlite3.connect(path, timeout=WAIT, isolation_level=None)  # transactions are begun by `transaction` only
    waiting = Waiting()
    try:
        fulltext.register(conn, waiting)
        conn.execute("PRAGMA journal_mode = WAL")
        conn.execute(f"PRAGMA wal_autocheckpoint = {OFTEN}")
        conn.execute(f"PRAGMA cache_size = -{CACHE >> 10}")
        conn.execute("PRAGMA synchronous = NORMAL")  # a power cut may lose the last commits, never the file
        db = Writing(conn, path, waiting)
        migrate(db)
        conn.execute("PRAGMA foreign_keys = ON")
    except BaseException:
        conn.close()
        raise
    return db


@contextmanager
def much_in_memory(db: Database) -> Iterator[None]:
    """Meanwhile SQLite keeps all indexes in memory: a document has its place in a dozen of them."""
    (usual,) = db.conn.execute("PRAGMA cache_size").fetchone()
    db.conn.execute(f"PRAGMA cache_size = -{MUCH >> 10}")
    try:
        yield
    finally:
        db.conn.execute(f"PRAGMA cache_size = {usual}")


@contextmanager
def transaction(db: Database) -> Iterator[None]:
    """All or nothing. Takes the write lock at once: a read that turns into a write would fail beside another writer.

    One within another is a part of it, and may fail by itself; but of what is `gathered` no part can.
    """
    gathers = isinstance(db, Writing) and db.gathers
    if db.conn.in_transaction:
        with nullcontext() if gathers else _part(db.conn):
            yield
        return
    db.conn.execute("BEGIN IMMEDIATE")
    try:
        yield
        if not gathers:
            db.conn.execute("COMMIT")
    except BaseException:
        db.rollback()
        raise
    if not gathers and isinstance(db, Writing):
        db.trim()


@contextmanager
def _part(conn: sqlite3.Connection) -> Iterator[None]:
    conn.execute("SAVEPOINT part")
    try:
        yield
    except BaseException:
        if conn.in_transaction:  # some errors have undone the whole of it, such as that of a full disk
            conn.execute("ROLLBACK TO part")
            conn.execute("RELEASE part")
        raise
    conn.execute("RELEASE part")


@contextmanager
def gathered(db: Database) -> Iterator[None]:
    """The transactions within are one, which is begun by the first of them: nothing of them is kept before this ends,
    and nothing at all where one fails.

    Many small ones cost far more than one: each writes the same pages of the file again, and a segment of the index.
    FTS5 writes one at every savepoint, too, so that the parts of this have none, and new documents are indexed last.
    """
    if not isinstance(db, Writing) or db.conn.in_transaction:
        yield
        return
    db.gathers = True
    db.waiting.begin()
    try:
        yield
        if db.conn.in_transaction:
            db.waiting.index(db.conn)
            db.conn.execute("COMMIT")
    except BaseException:
        db.rollback()
        raise
    finally:
        db.gathers = False
        db.waiting.end()
    db.trim()


def now() -> str:
    """The time, as WARC-Date has it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def begin_crawl(db: Database, site: str, settings: str) -> int:
    """Open a row of `crawls`; returns its id."""
    with transaction(db):
        return rows.insert(
            db, "crawls", {"site": site, "settings": settings, "software": SOFTWARE, "started_at": now()}
        )


def end_crawl(db: Database, crawl_id: int, reason: str, stats: str) -> None:
    """Close a row of `crawls`."""
    with transaction(db):
        db.conn.execute(
            "UPDATE crawls SET ended_at = ?, reason = ?, stats = ? WHERE id = ?", (now(), reason, stats, crawl_id)
        )


def add_fetch(db: Database, fetch: Fetch) -> int:
    """The id of an exchange's row; the same WARC record twice is the same row."""
    with transaction(db):
        known = db.conn.execute(
            "SELECT id FROM fetches WHERE warc_file = ? AND warc_offset = ? AND warc_file <> ''",
            (fetch.warc_file, fetch.warc_offset),
        ).fetchone()
        if known:
            return int(known[0])
        return rows.insert(db, "fetches", {name.name: getattr(fetch, name.name) for name in fields(Fetch)})


def held(db: Database, pages: Sequence[Page], rules: PageRules) -> tuple[int, str] | None:
    """How many documents an article has, and why it was rejected, where it is archived from these very captures under
    these rules; None where it is not."""
    key = article_id(pages[0].url)
    page = db.conn.execute("SELECT rules, rejected FROM pages WHERE id = ? AND gone IS NULL", (key,)).fetchone()
    captures = db.conn.execute(
        "SELECT coalesce(fetch_id, 0) FROM article_pages WHERE article_id = ? ORDER BY n", (key,)
    ).fetchall()
    if page is None or page[0] != rules.to_json() or [n for (n,) in captures] != [one.fetch_id for one in pages]:
        return None
    (count,) = db.conn.execute("SELECT count(*) FROM documents WHERE article_id = ?", (key,)).fetchone()
    return int(count), str(page[1] or "")


def add(db: Database, outcome: Outcome, *, cause: str = "capture") -> Added:
    """Put an article's outcome in the archive; `cause` (capture, rules) is kept with every version it replaces."""
    with transaction(db):
        if refused := tombstones.refusal(db, outcome):
            return _refuse(db, outcome, refused)
        old = rows.load(db, outcome.article_id)
        if old and old.documents and outcome.rejected and cause == "capture":
            db.conn.execute("UPDATE pages SET gone = ? WHERE id = ?", (outcome.rejected, outcome.article_id))
            return Added(unchanged=len(old.documents))
        new = rows.of(outcome)
        if old and cause != "capture":
            new.page["gone"] = old.page["gone"]  # what only a capture can tell
        if old and rows.same(old, new):
            db.conn.execute("UPDATE pages SET gone = ? WHERE id = ?", (new.page["gone"], outcome.article_id))
            return Added(unchanged=len(new.documents))
        return _replace(db, old or Stored.nothing(), new, cause)


def mend(db: Database, outcome: Outcome) -> Added:
    """Put an outcome in the place of damaged rows. Only what was stored as something else is kept as a version.

    Where the digest of title and text is that of the restored ones, those were damaged after they were stored: a
    version that is kept for the sake of its other columns gets them back.
    """
    with transaction(db):
        if tombstones.refusal(db, outcome):
            return Added()
        old, new = rows.load(db, outcome.article_id) or Stored.nothing(), rows.of(outcome)
        new.page["gone"] = old.page.get("gone")
        what, after = change(db, old, new), {row["id"]: row for row in new.documents}
        same: dict[rows.Value, rows.Value] = {}
        for row in (*what.changed, *what.retired):
            sound = rows.undamaged(row, after[row["id"]]) if row["id"] in after else row
            if row["id"] in after and rows.same_version(sound, after[row["id"]]):
                same[row["id"]] = row["version"]
            else:
                _keep(db, old, sound, "repair")
        documents = tuple({**row, "version": same.get(row["id"], row["version"])} for row in what.documents)
        _retire(db, what)
        compared = pairs.begin(db, old, new)
        rows.write(db, old, replace(new, documents=documents))
        pairs.record(db, compared, str(new.page["canonical"] or ""))
        return Added(len(what.new), len(what.changed) - len(same), len(what.unchanged) + len(same), len(what.retired))


def would_add(db: Database, outcome: Outcome) -> Added:
    """What `add` with cause `rules` would do; nothing is written."""
    if tombstones.refusal(db, outcome):
        return Added()
    old, new = rows.load(db, outcome.article_id) or Stored.nothing(), rows.of(outcome)
    if old.page:
        new.page["gone"] = old.page["gone"]
    if old.page and rows.same(old, new):
        return Added(unchanged=len(new.documents))
    what = change(db, old, new)
    return Added(len(what.new), len(what.changed), len(what.unchanged), len(what.retired))


def _refuse(db: Database, outcome: Outcome, why: str) -> Added:
    """Of what was taken down only the reason is stored; where it was captured again, that is to go too."""
    known = db.conn.execute("SELECT rejected FROM pages WHERE id = ?", (outcome.article_id,)).fetchone()
    if known is None or not str(known[0] or "").startswith(tombstones.CODE):
        bare = Outcome(outcome.article, "", PageRules(), rejected=why)
        old = rows.load(db, outcome.article_id)
        if not old or not old.documents:
            rows.write(db, old or Stored.nothing(), rows.of(bare))
    tombstones.seen_again(db, outcome, why)
    return Added()


def _replace(db: Database, old: Stored, new: Stored, cause: str) -> Added:
    """Write `new` where `old` stood, and keep what changed."""
    what = change(db, old, new)
    for row in (*what.changed, *what.retired):
        _keep(db, old, row, cause)
    _retire(db, what)
    compared = pairs.begin(db, old, new)
    rows.write(db, old, what.documents_in(new))
    pairs.record(db, compared, str(new.page["canonical"] or ""))
    return Added(len(what.new), len(what.changed), len(what.unchanged), len(what.retired))


def _keep(db: Database, old: Stored, row: rows.Row, cause: str) -> None:
    """An old document's whole row, its ledger and the digest of its source."""
    rows.insert(
        db,
        "document_versions",
        {
            "id": row["id"],
            "version": row["version"],
            "cause": cause,
            "replaced_at": now(),
            "source_digest": old.source_digest,
            "content_digest": row["content_digest"],
            "title": row["title"],
            "document": rows.to_json(row),
            "ledger": rows.ledger_of(old, row),
        },
    )


def _retire(db: Database, what: Change) -> None:
    """Vanished ids are kept for ever; one that comes back is no longer retired."""
    for row in (*what.new, *what.changed, *what.unchanged):
        db.conn.execute("DELETE FROM document_ids WHERE id = ?", (row["id"],))
    for row in what.retired:
        rows.insert(
            db,
            "document_ids",
            {
                "id": row["id"],
                "article_id": row["article_id"],
                "retired_at": now(),
                "replaced_by": what.successors.get(str(row["id"])),
            },
        )


def knowledge(db: Database) -> Knowledge:
    """What is known of the hosts now: what the next crawl starts with."""
    row = db.conn.execute("SELECT json FROM knowledge WHERE in_force").fetchone()
    if row is None:
        raise ArchiveError(
            "the archive has lost what it had learned of its hosts. Learn it anew: python -m archive rebuild --learn"
        )
    return Knowledge.from_json(str(row[0]))


def save_knowledge(db: Database, known: Knowledge) -> None:
    """Put `known` in force; what was in force before stays, for the documents that name it."""
    with transaction(db):
        db.conn.execute("UPDATE knowledge SET in_force = 0")
        db.conn.execute(
            "INSERT INTO knowledge(id, json, created_at, in_force) VALUES (?, ?, ?, 1)"
            " ON CONFLICT(id) DO UPDATE SET in_force = 1",
            (known.id, known.to_json(), now()),
        )
