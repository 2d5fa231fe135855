"""What `verify --repair` does: everything that follows from something sound is made again from it, and no more.

In this order: captures (torn tails), the database file, its schema, rows without what they belong to, captures' rows,
what was learned, pages (from their captures), retired ids, the index, families. Each repair is a sentence; what is
left is what `verify` still says afterwards.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path

from sqlite_utils import Database

from archive import families, warc
from archive.checking import damage, orphans, shared
from archive.copies import pairs
from archive.errors import ArchiveError
from archive.pool import Job, restored
from archive.progress import Progress
from archive.rebuild import captured, entered, known_as, learned
from archive.rows import Row, Value, insert, is_of, load, select
from archive.schema import fresh
from archive.searching import fulltext
from archive.store import Fetch, knowledge, mend, save_knowledge, transaction
from archive.verify import index_flaws, is_sound, page_flaws
from archive.warc import Capture
from archive.warcs import sealing, torn
from pipelines.document import Knowledge, Page, PageRules

Repairs = Iterator[str]


LOST = "lost"  # why a crawl ended of which nothing else is known
SALVAGE = "the rows that can be read make a new archive: python -m archive verify --salvage NEW.db"


class Irreparable(ArchiveError):
    """The database cannot be repaired where it is."""


def repair(db: Database, warc_dir: Path, progress: Progress) -> Repairs:
    """Repair what can be proved; a sentence for each repair, as it is done."""
    yield from _captures(warc_dir)
    with damage.leniently(db) as reading:
        yield from _file(db)
        yield from _schema(db)
        yield from orphans.take_out(db)
        yield from _lost_fetches(db, warc_dir)
        yield from _lost_crawls(db)
        yield from _fetches(db, warc_dir)
        yield from _knowledge(db)
        yield from _pages(db, warc_dir, progress, reading)
        yield from orphans.mend_ids(db)
        yield from _index(db)
        yield from _families(db, progress)


def _captures(warc_dir: Path) -> Repairs:
    """Torn tails cut and kept aside; files of dead crawls closed; what is whole indexed and listed."""
    for path in sorted(warc_dir.glob("**/*.warc.gz*")):
        if path.name.endswith((".warc.gz", warc.OPEN)) and (done := torn.cut(path, warc_dir)):
            yield f"WARC: {done}"
    for folder in sorted({path.parent for path in torn.left_open(warc_dir)}):
        yield from (f"WARC: {name}: closed; its crawl is dead" for name in warc.finish_open(folder))
    for name in sealing.closed(warc_dir):
        if not warc.check(warc_dir / name) and sealing.reindex(warc_dir, name):
            yield f"WARC: {name}: indexed and listed"


def _file(db: Database) -> Repairs:
    """A file whose rows can all be read is written anew: that mends indexes and the list of free pages."""
    if is_sound(db):
        return
    if next(damage.unreadable(db.conn), None):
        raise Irreparable(f"the database cannot be repaired where it is; {SALVAGE}")
    try:
        try:
            db.conn.execute("VACUUM")
        except sqlite3.DatabaseError:
            others = db.conn.execute(
                "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql <> ''"
            ).fetchall()
            forget_indexes(db.conn)
            db.conn.execute("VACUUM")
            list(_schema(db))
            have = {name for (name,) in db.conn.execute("SELECT name FROM sqlite_schema")}
            for sql in (sql for name, sql in others if name not in have):  # that the owner of the archive has made
                db.conn.execute(sql)
            fulltext.reindex(db.conn)
    except sqlite3.DatabaseError as error:
        raise Irreparable(f"the database cannot be repaired where it is ({error}); {SALVAGE}") from error
    if not is_sound(db):
        raise Irreparable(f"the database cannot be repaired where it is; {SALVAGE}")
    yield "database: written anew from its rows; indexes and the list of free pages are sound"


def forget_indexes(conn: sqlite3.Connection) -> None:
    """Take what follows from tables out of the schema, unread: a broken tree of pages cannot be deleted in order.

    The pages belong to nobody then, and are gone with the next VACUUM. A kill before the indexes are made again leaves
    an archive without them, which is what `_schema` makes good.
    """
    conn.execute("PRAGMA writable_schema = ON")
    try:
        conn.execute(
            "DELETE FROM sqlite_schema WHERE (type = 'index' AND sql IS NOT NULL) OR name LIKE 'documents_fts%'"
        )
    finally:
        conn.execute("PRAGMA writable_schema = RESET")


def _schema(db: Database) -> Repairs:
    """Indexes, the text index and triggers that are missing."""
    have = {name for (name,) in db.conn.execute("SELECT name FROM sqlite_schema")}
    for name, sql in fresh():
        if name not in have:
            db.conn.execute(sql)
            yield f"database: {name} was missing, and was made"


def _fetches(db: Database, warc_dir: Path) -> Repairs:
    """Captures whose row says another place, or another digest, than the one record that can be theirs."""
    wrong = [
        row
        for row in select(db, "SELECT * FROM fetches WHERE warc_file <> '' AND revisit_of IS NULL ORDER BY id")
        if warc.exists(warc_dir, str(row["warc_file"])) and not warc.is_of(warc_dir, row)
    ]
    taken = "SELECT 1 FROM fetches WHERE warc_file = ? AND warc_offset = ? AND id <> ?"
    for file in sorted({str(row["warc_file"]) for row in wrong}):
        found: dict[tuple[str, str], list[Capture]] = {}
        for url, capture in warc.captures(warc_dir, file):
            found.setdefault((url, capture.date), []).append(capture)
        for row in (row for row in wrong if row["warc_file"] == file):
            fitting = found.get((str(row["url"]), str(row["fetched_at"])), [])
            if len(fitting) == 1 and not db.conn.execute(taken, (file, fitting[0].offset, row["id"])).fetchone():
                yield from _refitted(db, row, fitting[0])


def _lost_fetches(db: Database, warc_dir: Path) -> Repairs:
    """Rows of captures that are gone, and that pages name: made again from the one record that can be theirs."""
    lost = select(
        db,
        "SELECT a.fetch_id AS id, a.url, (SELECT d.archived_at FROM documents d WHERE d.article_id = a.article_id"
        " AND d.fetch_id = a.fetch_id) AS date FROM article_pages a WHERE a.fetch_id IS NOT NULL"
        " AND a.fetch_id NOT IN (SELECT id FROM fetches) GROUP BY 1 HAVING count(DISTINCT a.url) = 1 ORDER BY 1",
    )
    known = set(db.conn.execute("SELECT warc_file, warc_offset FROM fetches"))
    files = {file for file, _ in known}
    there = sorted(str(path.relative_to(warc_dir)) for path in warc_dir.glob("**/*.warc.gz")) if lost else []
    again = {*shared.second_names(warc_dir, {*there} - files, files)}
    found: dict[str, list[Capture]] = {}
    for file in (file for file in there if file not in again):
        for url, capture in warc.captures(warc_dir, file):
            if (file, capture.offset) not in known:
                found.setdefault(url, []).append(capture)
    for row in lost:
        fitting = [one for one in found.get(str(row["url"]), []) if row["date"] in (None, one.date)]
        if len(fitting) == 1:
            one = fitting[0]
            record = warc.read(warc_dir, one.file, one.offset)
            fetch = Fetch(
                None, record.url, record.status or 200, one.date, one.payload_digest, one.body_digest, one.file,
                one.offset, one.length, record.content_type, record.header("ETag"), record.header("Last-Modified"),
            )  # fmt: skip
            with transaction(db):
                insert(db, "fetches", {"id": row["id"], **asdict(fetch)})
            yield f"capture {row['id']} ({row['url']}): its row was gone, and was made again from its record"


def _lost_crawls(db: Database) -> Repairs:
    """Rows of crawls that are gone: one that says so stands for each, with the time that its captures took."""
    lost = db.conn.execute(
        "SELECT crawl_id, min(fetched_at), max(fetched_at) FROM fetches"
        " WHERE crawl_id IS NOT NULL AND crawl_id NOT IN (SELECT id FROM crawls) GROUP BY 1 ORDER BY 1"
    ).fetchall()
    for id, first, last in lost:
        with transaction(db):
            known: Row = {"id": id, "site": "", "settings": "{}", "software": "", "reason": LOST}
            insert(db, "crawls", {**known, "started_at": first, "ended_at": last})
        yield f"crawl {id}: its row was gone; one that says so stands for it"


def _refitted(db: Database, row: Row, capture: Capture) -> Repairs:
    known: Row = {
        "warc_offset": capture.offset,
        "warc_length": capture.length,
        "payload_digest": capture.payload_digest or row["payload_digest"],
        "body_digest": capture.body_digest,
    }
    wrong = {name: value for name, value in known.items() if row[name] != value}
    with transaction(db):
        sets = ", ".join(f"{name} = ?" for name in wrong)
        db.conn.execute(f"UPDATE fetches SET {sets} WHERE id = ?", (*wrong.values(), row["id"]))
    yield f"capture {row['id']} ({row['url']}): {', '.join(wrong)} as its record says"


def _knowledge(db: Database) -> Repairs:
    """What was learned is learned again where the pages still teach it; where none is in force, what they teach is."""
    taught: Knowledge | None = None
    for key, text in db.conn.execute("SELECT id, json FROM knowledge WHERE json <> '' ORDER BY id").fetchall():
        if not _is_of(key, text):
            taught = taught or learned(db)
            if taught.id == key:
                with transaction(db):
                    db.conn.execute("UPDATE knowledge SET json = ? WHERE id = ?", (taught.to_json(), key))
                yield f"knowledge {key}: learned again from the pages"
    if not db.conn.execute("SELECT 1 FROM knowledge WHERE in_force").fetchone():
        save_knowledge(db, taught or learned(db))
        yield "knowledge: what the pages teach is in force again"


def _is_of(key: str, text: str) -> bool:
    try:
        return Knowledge.from_json(text).id == key
    except (ValueError, TypeError, KeyError):
        return False


def _pages(db: Database, warc_dir: Path, progress: Progress, reading: damage.Lenient) -> Repairs:
    """Pages that do not keep the law of the ledger are restored again from their captures."""
    yield from _lost_pages(db)
    jobs: dict[str, Job] = {}
    for page in list(_broken(db, progress, reading)):
        with suppress(ArchiveError, ValueError, KeyError):  # what is missing is what `verify` goes on to say of it
            article = tuple(captured(db, warc_dir, str(page["id"])))
            known = known_as(db, str(page["knowledge_id"]))
            jobs[str(page["id"])] = Job(article, known, PageRules.from_json(str(page["rules"])))
    for key, outcome in zip(jobs, restored(iter(jobs.values())), strict=True):
        if outcome.article_id == key:
            with _unindexed(db):
                old = load(db, key)
                if old and not is_of(db, old, outcome):  # a crawl or a takedown has changed it meanwhile
                    continue
                done = mend(db, outcome)
            kept = done.changed + done.retired
            how = f"{kept} of their earlier versions kept" if kept else "none is another than before"
            yield f"page {key}: restored again from its capture; documents: {len(outcome.documents)}, {how}"


@contextmanager
def _unindexed(db: Database) -> Iterator[None]:
    """A transaction in which the index is left as it is: it cannot forget texts that are not what it was given."""
    triggers = "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'documents'"
    with transaction(db):
        made = db.conn.execute(triggers).fetchall()
        for name, _ in made:
            db.conn.execute(f"DROP TRIGGER [{name}]")
        yield
        for _, sql in made:
            db.conn.execute(sql)


def _broken(db: Database, progress: Progress, reading: damage.Lenient) -> Iterator[Row]:
    """Pages of which `verify` has something to say."""
    pages = entered(db)
    progress.start("pages", len(pages))
    for one in pages:
        for page in select(db, "SELECT * FROM pages WHERE id = ?", one["id"]):
            if next(page_flaws(db, page, reading), None):
                yield page
        progress.step()
    progress.stop()


def _lost_pages(db: Database) -> Repairs:
    """Rows of pages that are gone, where captures and documents of theirs are there: stubs, to be restored again.

    What the site's profile said is taken from the other pages of its host, if they agree.
    """
    lost = select(
        db,
        "SELECT a.article_id AS id, a.url, a.fetch_id, (SELECT min(d.knowledge_id) FROM documents d"
        " WHERE d.article_id = a.article_id) AS knowledge_id FROM article_pages a"
        " WHERE a.n = 1 AND a.fetch_id IS NOT NULL AND a.article_id NOT IN (SELECT id FROM pages) ORDER BY 1",
    )
    for row in lost:
        page = Page(str(row["url"]), b"")
        rules = [rules for (rules,) in db.conn.execute("SELECT DISTINCT rules FROM pages WHERE host = ?", (page.host,))]
        if len(rules) > 1:
            continue
        stub: dict[str, Value] = {**row, "host": page.host, "rules": (rules or [PageRules().to_json()])[0]}
        with transaction(db):
            insert(db, "pages", {**stub, "knowledge_id": row["knowledge_id"] or knowledge(db).id})
        yield f"page {row['id']}: its row was gone, and was made again by what its host's pages say"


def _index(db: Database) -> Repairs:
    if next(index_flaws(db), None):
        fulltext.reindex(db.conn)
        yield "index: made anew from the documents"


def _families(db: Database, progress: Progress) -> Repairs:
    """Families that do not follow from their documents are settled; compared anew if that is not enough."""
    if not next(_family_flaws(db), None):
        return
    families.settle(db, progress)
    if next(_family_flaws(db), None):
        families.rebuild(db, progress)
        yield "families: all documents were compared anew"
    else:
        yield "families: settled"


def _family_flaws(db: Database) -> Iterator[str]:
    yield from families.flaws(db)
    for row in select(db, pairs.COMPARED):
        yield from pairs.flaws(row)
    yield from (line for line in orphans.flaws(db) if line.startswith("families"))
