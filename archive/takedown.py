"""A takedown: what was published of a person or a unit leaves the archive for good, and stays away.

In an order that survives a kill: the tombstone first, so that nothing comes back; then captures, logs, and last the
tables, which until then hold what is looked for; then SQLite's own left-overs. A takedown that was broken off is
completed by the next one. What other documents hold too stays: it is theirs.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from secrets import token_hex
from urllib.parse import unquote

from sqlite_utils import Database

from archive import warc
from archive.copies.addresses import domain
from archive.errors import ArchiveError
from archive.lock import alone_removing
from archive.progress import Progress
from archive.removing import beside, captures, removal, tombstones, warc_tombstones
from archive.removing.captures import Rewritten
from archive.removing.runs import Runs
from archive.removing.takedown_plan import Plan, Wanted, addresses_of, documents_of, pages_of_host, plan, whole
from archive.removing.tombstones import URN, twins
from archive.rows import Row, insert, select
from archive.store import now, transaction
from pipelines.document import article_id

COLUMNS = ("title", "text", "signed_by", "organisation", "author", "editor", "auditor", "uploader")  # a document's own
AGAIN = "Run it again: python -m archive takedown"


@dataclass(slots=True)
class Done:
    """What was removed."""

    takedowns: list[int] = field(default_factory=list)
    documents: int = 0
    captures: Rewritten = field(default_factory=Rewritten)
    quotations: int = 0  # values of tables in which others quoted it
    files: list[str] = field(default_factory=list)  # logs and reports that were masked
    left: list[str] = field(default_factory=list)  # files beside the archive that hold it, and are not the archive's


def begin(db: Database, wanted: Wanted, shown: Plan) -> int:
    """Put up the tombstone: from now on nothing of it is fetched or stored. Returns the takedown's number.

    What came since the plan was shown goes with it: a crawl may have stored more while somebody read and decided.
    """
    with transaction(db):
        salt = str((db.conn.execute("SELECT salt FROM takedowns WHERE salt <> '' LIMIT 1").fetchone() or ("",))[0])
        salt = salt or token_hex(16)
        planned = plan(db, replace(wanted, name=shown.document) if shown.document else wanted)
        number = insert(
            db,
            "takedowns",
            {
                "url": planned.name if planned.scope == "url" else "",
                "document_id": planned.document or None,
                "reason": wanted.reason,
                "requested_at": now(),
                "scope": planned.scope,
                "copies": int(wanted.copies),
                "salt": salt,
            },
        )
        _put_up(db, number, planned)
        for row in planned.documents:
            _refuse_text(db, number, row, everywhere=wanted.copies, salt=salt)
    return number


def _put_up(db: Database, number: int, planned: Plan) -> None:
    """The tombstones of addresses, documents and a host; those of texts follow."""
    keys = {("host", planned.name)} if planned.scope == "host" else set()
    keys |= _addresses(planned.addresses) | {("document", str(row["id"])) for row in planned.documents}
    for page in planned.pages:
        keys |= {
            ("document", id) for (id,) in db.conn.execute("SELECT id FROM document_ids WHERE article_id = ?", (page,))
        }
    # What stands under a tombstone of before goes by this takedown: that one was done, and is not done again.
    there = _addresses(addresses_of(db, sorted({str(row["article_id"]) for row in planned.documents})))
    there |= {("document", str(row["id"])) for row in planned.documents}
    db.conn.executemany(
        "INSERT OR IGNORE INTO tombstones(kind, key, takedown_id) VALUES (?, ?, ?)",
        [(*key, number) for key in sorted(keys)],
    )
    db.conn.executemany(
        "UPDATE tombstones SET takedown_id = ? WHERE kind = ? AND key = ?", [(number, *key) for key in sorted(there)]
    )


def _addresses(urls: Iterable[str]) -> set[tuple[str, str]]:
    return {("address", article_id(twin)) for url in urls for twin in twins(url)}


def _refuse_text(db: Database, number: int, row: Row, *, everywhere: bool, salt: str) -> None:
    text, host = db.conn.execute(
        "SELECT d.text_hans, p.host FROM documents d JOIN pages p ON p.id = d.article_id WHERE d.id = ?", (row["id"],)
    ).fetchone()
    tombstones.note_text(db, number, text, "*" if everywhere else domain(host), salt)


def respected(db: Database, path: Path) -> int:
    """Put tombstones in a WARC file that others wrote, for what was taken down here; take over those that it has."""
    known = tombstones.load(db)
    told = {int(row["id"] or 0): row for row in select(db, "SELECT * FROM takedowns")}
    removal = captures.Removal(known, Runs({}), _told(list(told.values())))
    for raw in warc_tombstones.records(path):
        if (found := raw.takedown) and isinstance(key := found.get("key"), str):
            _take_over(db, str(found.get("kind")), key, raw.url, found)
    return captures.tombstones_in(db, path, removal) if known else 0


def _take_over(db: Database, kind: str, key: str, url: str, told: dict[str, object]) -> None:
    """A takedown of the archive that a WARC file comes from."""
    if (
        kind not in ("address", "host")
        or db.conn.execute("SELECT 1 FROM tombstones WHERE kind = ? AND key = ?", (kind, key)).fetchone()
    ):
        return
    row: Row = {name: str(told.get(name) or "") for name in ("reason", "requested_at")}
    with transaction(db):
        named = {"url": url if kind == "address" else "", "scope": "host" if kind == "host" else "url"}
        number = insert(db, "takedowns", {**row, **named, "stage": "done", "finished_at": now()})
        db.conn.execute(
            "INSERT OR IGNORE INTO tombstones(kind, key, takedown_id) VALUES (?, ?, ?)", (kind, key, number)
        )


def place_of(db: Database) -> Path:
    """The archive's own file."""
    return Path(next(row[2] for row in db.conn.execute("PRAGMA database_list") if row[1] == "main"))


def pending(db: Database) -> list[Row]:
    """Takedowns that were broken off."""
    return list(select(db, "SELECT * FROM takedowns WHERE stage <> 'done' ORDER BY id"))


def complete(
    db: Database,
    archive: Path,
    warc_dir: Path,
    progress: Progress | None = None,
    waits: Callable[[], None] = lambda: None,
) -> Done:
    """Carry out every takedown that was begun. Calls `waits` where another process does so and is waited for."""
    if not pending(db):
        return Done()
    with alone_removing(archive, waits):
        waiting = pending(db)  # again: the other may have carried them out
        return _completed(db, archive, warc_dir, waiting, progress or Progress()) if waiting else Done()


def _completed(db: Database, archive: Path, warc_dir: Path, waiting: list[Row], progress: Progress) -> Done:
    """These takedowns, and none that is begun meanwhile: that one waits for the end of this."""
    _undisturbed(warc_dir)
    done = Done([int(row["id"] or 0) for row in waiting])
    if begun := [row for row in waiting if row["stage"] == "begun"]:
        _remove(db, archive, warc_dir, begun, done, progress)
    _compact(db, progress)
    with transaction(db):
        for number in done.takedowns:
            db.conn.execute("UPDATE takedowns SET stage = 'done', finished_at = ? WHERE id = ?", (now(), number))
    _checkpoint(db)
    return done


def _remove(db: Database, archive: Path, warc_dir: Path, begun: list[Row], done: Done, progress: Progress) -> None:
    """Captures, files and rows of the takedowns that were begun."""
    db.conn.execute("PRAGMA secure_delete = ON")
    going = _Going.of(db, begun)
    runs = Runs.of(removal.texts(db, [str(row["id"]) for row in going.documents], going.pages))
    progress.start("comparing with what stays", _count(db))
    runs = runs.without(_kept_texts(db, going, progress))
    progress.stop()
    done.captures = captures.rewrite(db, warc_dir, captures.Removal(tombstones.load(db), runs, _told(begun)), progress)
    done.files, done.left = beside.mask(archive, warc_dir, runs, progress)
    with transaction(db):
        for page in going.pages:
            number = going.number(db, page)
            removal.remove_page(db, page, tombstones.reason(number, _at(begun, number)), _named(db, page, runs))
        for row in going.parts:
            removal.remove_part(db, row, going.number(db, str(row["article_id"])))
        _links(db, going, runs)
        done.documents = len(going.documents)
        done.quotations = removal.sweep(db, runs, progress)
        _own_addresses(db, begun, runs)
        for row in begun:
            db.conn.execute("UPDATE takedowns SET stage = 'removed' WHERE id = ?", (row["id"],))


@dataclass(frozen=True, slots=True)
class _Going:
    """What the tombstones of some takedowns name, of all that is still there."""

    documents: list[Row]
    pages: list[str]
    parts: list[Row]
    copies: bool
    owners: dict[str, int]  # page -> takedown

    @classmethod
    def of(cls, db: Database, begun: list[Row]) -> "_Going":
        numbers = [int(row["id"] or 0) for row in begun]
        marks = ", ".join("?" * len(numbers))
        keys = select(db, f"SELECT kind, key, takedown_id FROM tombstones WHERE takedown_id IN ({marks})", *numbers)
        hosts = {str(row["key"]): row["takedown_id"] for row in keys if row["kind"] == "host"}
        owners: dict[str, int] = {
            str(row["key"]): int(row["takedown_id"] or 0) for row in keys if row["kind"] == "address"
        }
        for host, number in hosts.items():
            owners |= dict.fromkeys(pages_of_host(db, host), int(number or 0))
        named = {str(row["key"]) for row in keys if row["kind"] == "document"}
        there = [
            page for page in sorted(owners) if db.conn.execute("SELECT 1 FROM pages WHERE id = ?", (page,)).fetchone()
        ]
        all_of, gone_whole = documents_of(db, "article_id", there), {page for row in begun for page in whole(db, row)}
        going = [row for row in all_of if row["id"] in named or row["article_id"] in gone_whole]
        left = {str(row["id"]) for row in all_of} - {str(row["id"]) for row in going}
        parts_of = {str(row["article_id"]) for row in all_of if row["id"] in left}
        pages = [page for page in there if page not in parts_of]
        return cls(going, pages, [row for row in going if row["article_id"] in parts_of],
                   any(row["copies"] for row in begun), owners)  # fmt: skip

    def number(self, db: Database, page: str) -> int:
        """The takedown that a page goes by."""
        return self.owners[page]


def _kept_texts(db: Database, going: _Going, progress: Progress) -> Iterator[str]:
    """What stays, and whose words are no longer only the removed document's."""
    gone = {row["id"] for row in going.documents}
    names = ", ".join(COLUMNS)
    for id, url, script, title_hans, text_hans, *values in db.conn.execute(
        f"SELECT id, url, script, title_hans, text_hans, {names} FROM documents"
    ):
        if id not in gone:
            yield from filter(None, values)
            if script != "hans":
                yield from (title_hans, text_hans)
            if "%" in url:
                yield unquote(url)
        progress.step()
    if not going.copies:
        pages = set(going.pages)
        for id, document in db.conn.execute("SELECT id, document FROM document_versions"):
            if id not in gone and id[:12] not in pages:
                yield removal.unescaped(document)
    yield from _neighbours_of_empty(db, going)


def _neighbours_of_empty(db: Database, going: _Going) -> Iterator[str]:
    """Where a page without a document goes, what other pages of its host show too stays: menus, not its own."""
    pages = set(going.pages)
    empty = {
        host
        for page in going.pages
        for (host,) in db.conn.execute(
            "SELECT host FROM pages WHERE id = ?1 AND source_text IS NOT NULL"
            " AND NOT EXISTS (SELECT 1 FROM documents WHERE article_id = ?1)",
            (page,),
        )
    }
    for host in sorted(empty):
        for page, source in db.conn.execute(
            "SELECT id, source_text FROM pages WHERE host = ? AND source_text IS NOT NULL", (host,)
        ):
            if page not in pages:
                yield source


def _links(db: Database, going: _Going, runs: Runs) -> None:
    """Addresses that are refused now, as the next crawl would note them."""
    known = tombstones.load(db)
    for url, host in db.conn.execute("SELECT url, host FROM links").fetchall() if known.hosts else ():
        if why := known.of_host(host):
            db.conn.execute("UPDATE links SET state = 'refused', reason = ? WHERE url = ?", (why, url))
    for page in [*going.pages, *(str(row["article_id"]) for row in going.parts)]:
        for url in addresses_of(db, [page]):
            db.conn.execute("UPDATE links SET state = 'refused', reason = ? WHERE url = ?", (known.refusal(url), url))


def _named(db: Database, page: str, runs: Runs) -> str:
    """What a page is called from now on; '' where its address says nothing of what was removed."""
    (url,) = db.conn.execute("SELECT url FROM pages WHERE id = ?", (page,)).fetchone()
    return URN + page if captures.spells(runs, url) else ""


def _own_addresses(db: Database, begun: list[Row], runs: Runs) -> None:
    """The address by which it was asked for, where that spells what was removed."""
    for row in begun:
        if row["url"] and captures.spells(runs, url := str(row["url"])):
            db.conn.execute("UPDATE takedowns SET url = ? WHERE id = ?", (URN + article_id(url), row["id"]))


def _told(begun: list[Row]) -> dict[int, dict[str, object]]:
    """What the tombstones in WARC files say of each takedown: enough for a new archive made of them."""
    names = ("scope", "requested_at", "reason", "copies")
    return {int(row["id"] or 0): {"takedown": row["id"], **{name: row[name] for name in names}} for row in begun}


def _undisturbed(warc_dir: Path) -> None:
    """Raise `ArchiveError` while a crawl or an ingest writes captures."""
    if not warc_dir.is_dir():
        return
    warc.finish_open(warc_dir)
    if held := sorted(warc_dir.glob("*" + warc.OPEN)):
        raise ArchiveError(f"{held[0].name} is being written by a crawl. Takedowns go on when it has ended. {AGAIN}")


def _compact(db: Database, progress: Progress) -> None:
    """The index without what was deleted from it, the file without free pages, and no write-ahead log."""
    progress.start("compacting the database", 2)
    for (name,) in db.conn.execute(
        "SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%fts5%'"
    ).fetchall():
        db.conn.execute(f"INSERT INTO {name}({name}) VALUES ('optimize')")
    progress.step()
    try:
        db.conn.execute("VACUUM")
    except sqlite3.OperationalError as error:
        if "locked" not in str(error) and "busy" not in str(error):
            raise
        raise ArchiveError(f"another program uses the archive, and its file cannot be compacted. {AGAIN}") from error
    finally:
        progress.stop()
    _checkpoint(db)


def _checkpoint(db: Database) -> None:
    """Empty the write-ahead log; raise `ArchiveError` where a reader holds on to what it was."""
    (busy, *_) = db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise ArchiveError(f"a reader of the archive (serve?) holds on to its old state. End it. {AGAIN}")


def _count(db: Database) -> int:
    return int(db.conn.execute("SELECT count(*) FROM documents").fetchone()[0])


def _at(begun: list[Row], number: int) -> str:
    return next((str(row["requested_at"]) for row in begun if row["id"] == number), "")
