"""Whether the archive still says what its captures say: each check yields a sentence for everything that is wrong.

Verifying reads every byte of every WARC file and every page's ledger; it writes nothing.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlite_utils import Database

from archive import families
from archive.checking import captures, damage, orphans
from archive.checking.captures import COMPLETE
from archive.copies import pairs
from archive.errors import ArchiveError
from archive.progress import Progress
from archive.rebuild import unfinished
from archive.removing.takedown_plan import documents_of, whole
from archive.rows import Row, edit_of, select
from archive.schema import fresh
from archive.searching import fulltext
from archive.store import is_read_only
from archive.warcs.unrestored import left_behind
from pipelines.document import Edit, article_id
from pipelines.fingerprint import content_digest
from pipelines.ledger import flaw, replay

Problems = Iterator[str]
NAMED = 5  # rows that are named for a reference that leads nowhere


def verify(db: Database, warc_dir: Path, progress: Progress | None = None) -> Problems:
    """Everything that is wrong, in sentences: what it is of and its id, a colon, what is wrong."""
    shown = progress or Progress()
    with damage.leniently(db) as reading:
        yield from _guarded("database", _database(db))
        yield from _guarded("database", _schema(db))
        yield from _guarded("index", index_flaws(db))
        yield from _guarded("crawls", _unrestored(db, warc_dir))
        yield from _guarded("knowledge", _knowledge(db))
        yield from _guarded("rebuild", _rebuilds(db))
        yield from _guarded("takedown", _takedowns(db))
        yield from _guarded("database", orphans.flaws(db))
        yield from _guarded("document", _versions(db))
        yield from _guarded("families", families.flaws(db))
        yield from _guarded("families", _each(db, pairs.COMPARED, "families", shown, pairs.flaws))
        files = Counter(str(row["warc_file"]) for row in damage.survivors(db.conn, "fetches", []))
        yield from captures.files(db, files, warc_dir, shown)
        absent = yield from captures.absent(files, warc_dir)
        yield from _survivors(
            db,
            "fetches",
            "captures",
            shown,
            lambda row: _unless(absent, row, lambda: captures.capture(db, warc_dir, row)),
        )
        yield from _survivors(db, "pages", "pages", shown, lambda row: page_flaws(db, row, reading))
    shown.stop()


def _guarded(what: str, problems: Problems) -> Problems:
    """A check that goes on to the next where SQLite gives up: what can be read is checked."""
    try:
        yield from problems
    except sqlite3.DatabaseError as error:
        yield f"{what}: cannot be checked to its end: {error}"


def _unless(absent: set[str], row: Row, check: Callable[[], Problems]) -> Iterable[str]:
    """The check of a capture, if its file is there."""
    return check() if row["warc_file"] and row["warc_file"] not in absent else ()


def _survivors(
    db: Database, table: str, label: str, progress: Progress, check: Callable[[Row], Iterable[str]]
) -> Problems:
    """A check of every row that can be read; what cannot be read is named where the database is checked."""
    total = next(iter(_counted(db, table)), 0)
    progress.start(label, total)
    for row in damage.survivors(db.conn, table, []):
        yield from _guarded(label.removesuffix("s"), iter(check(row)))
        progress.step()
    progress.stop()


def _counted(db: Database, table: str) -> Iterator[int]:
    with suppress(sqlite3.DatabaseError):
        yield int(db.conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def _unrestored(db: Database, warc_dir: Path) -> Problems:
    """Pages that were captured, and of which nothing became."""
    for crawl, pages, named in left_behind(db):
        places = " ".join(str(warc_dir / name) for name in named)
        yield (
            f"crawl {crawl}: broken off before {pages:,} pages that it had captured were restored (or it still runs). "
            f"Crawl again, or: python -m archive ingest {places}"
        )


def _knowledge(db: Database) -> Problems:
    """That what was learned is what its digest says, and that something is in force."""
    for key, text in db.conn.execute("SELECT id, json FROM knowledge WHERE json <> '' ORDER BY id"):
        if sha256(text.encode()).hexdigest()[: len(key)] != key:
            yield f"knowledge {key}: it has another digest than its id says"
    if not db.conn.execute("SELECT 1 FROM knowledge WHERE in_force").fetchone():
        yield "knowledge: none is in force. Learn it anew: python -m archive rebuild --learn"


def _rebuilds(db: Database) -> Problems:
    """Rebuilds that were broken off: some documents are of newer rules than others."""
    for number, _, pages in unfinished(db):
        yield f"rebuild {number}: broken off after {pages:,} pages (or it still runs). Go on: python -m archive rebuild"


def _takedowns(db: Database) -> Problems:
    """That every takedown was carried out, and that nothing stands under its tombstones."""
    for number, stage in db.conn.execute("SELECT id, stage FROM takedowns WHERE stage <> 'done' ORDER BY id"):
        left = "its text may stand in free pages still" if stage == "removed" else "what it is to remove is still there"
        yield f"takedown {number}: it was broken off: {left}. {COMPLETE}"
    known = "SELECT d.id, s.takedown_id FROM tombstones s JOIN documents d ON d.id = s.key WHERE s.kind = 'document'"
    there = dict(db.conn.execute(f"{known} ORDER BY 1").fetchall())
    for row in select(db, "SELECT * FROM takedowns WHERE stage = 'done' ORDER BY id"):
        there |= {one["id"]: row["id"] for one in documents_of(db, "article_id", sorted(whole(db, row)))}
    for id, number in sorted(there.items()):
        yield f"document {id}: takedown {number} removed it, and it is there. Take it down again"


def _database(db: Database) -> Problems:
    """The file itself, and that every reference leads somewhere."""
    found = list(_integrity(db, "integrity_check"))
    if found:
        named = [line for table in _all_tables(db) for line in _integrity(db, f"integrity_check([{table}])", table)]
        yield from named or found
        yield from (line for line in found if named and ("freelist" in line or "never used" in line))
        yield from (damage.told(db.conn, hole) for hole in damage.unreadable(db.conn))
    yield from _references(db)


def _schema(db: Database) -> Problems:
    """Indexes and triggers that a new archive has."""
    have = {name for (name,) in db.conn.execute("SELECT name FROM sqlite_schema")}
    yield from (f"database: {name} is missing" for name, _ in fresh() if name not in have)


def is_sound(db: Database) -> bool:
    """Whether SQLite finds nothing wrong with the file."""
    return next(_integrity(db, "integrity_check"), None) is None


def _all_tables(db: Database) -> list[str]:
    sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage ORDER BY name"
    return [name for (name,) in db.conn.execute(sql)]


def _integrity(db: Database, pragma: str, table: str = "") -> Problems:
    """What SQLite finds wrong with the file, or with one table of it, a line each."""
    try:
        for (message,) in db.conn.execute(f"PRAGMA {pragma}"):
            lines = [line for line in str(message).splitlines() if line != "ok" and not line.startswith("***")]
            yield from (f"database: {table}{': ' if table else ''}{line}" for line in lines)
    except sqlite3.DatabaseError as error:
        yield f"database: {table}{': ' if table else ''}{error}"


def _versions(db: Database) -> Problems:
    """That earlier versions are what their digests say."""
    for row in damage.survivors(db.conn, "document_versions", []):
        where = f"document {row['id']}: its version {row['version']}"
        try:
            document = json.loads(str(row["document"]))
            digest = content_digest(str(document["title"]), str(document["text"]))
        except (ValueError, KeyError, TypeError):
            yield f"{where} cannot be read"
            continue
        if digest != row["content_digest"]:
            yield f"{where} has another title or text than its digest says"


def _references(db: Database) -> Problems:
    """Rows that refer to what is not there, a line for each table and what it refers to."""
    missing: dict[tuple[str, str], list[int]] = {}
    for table, rowid, parent, _ in db.conn.execute("PRAGMA foreign_key_check"):
        missing.setdefault((table, parent), []).append(rowid)
    for (table, parent), rowids in sorted(missing.items()):
        some = ", ".join(str(rowid) for rowid in rowids[:NAMED] if rowid is not None)
        named = f" (row {some}{' …' if len(rowids) > NAMED else ''})" if some else ""
        yield f"database: {table}: {len(rowids):,} rows refer to rows of {parent} that are not there{named}"


def index_flaws(db: Database) -> Problems:
    """That the index holds just what the documents hold."""
    sqlite3.enable_callback_tracebacks(False)  # a text with a broken byte is named where its document is
    with TemporaryDirectory() as folder:
        conn = _writable(db, Path(folder, "copy.db")) if is_read_only(db) else db.conn
        try:
            fulltext.check(conn)
        except ArchiveError as error:
            yield f"index: {error}"


def _writable(db: Database, path: Path) -> sqlite3.Connection:
    """A copy: SQLite checks an index by a statement that it takes for writing."""
    conn = sqlite3.connect(path, isolation_level=None)
    fulltext.register(conn)
    db.conn.backup(conn)
    return conn


def _each(db: Database, sql: str, label: str, progress: Progress, check: Callable[[Row], Iterable[str]]) -> Problems:
    (total,) = db.conn.execute(f"SELECT count(*) FROM ({sql})").fetchone()
    cursor = db.conn.execute(sql)
    names = [column[0] for column in cursor.description]
    progress.start(label, total)
    for row in cursor:
        yield from check(dict(zip(names, row, strict=True)))
        progress.step()
    progress.stop()


def page_flaws(db: Database, page: Row, reading: damage.Lenient) -> Problems:
    """What is wrong with a page, its documents and its ledger."""
    before = reading.broken
    yield from _page(db, page)
    if reading.broken > before:
        yield f"page {page['id']}: its rows hold bytes that are no text"


def _page(db: Database, page: Row) -> Problems:
    """The law of the ledger: every edit in its place, every document what its edits make of the source."""
    where, key = f"page {page['id']}", str(page["id"])
    documents = select(db, "SELECT * FROM documents WHERE article_id = ? ORDER BY part", key)
    if page["rejected"] is None and not documents:
        yield f"{where}: neither documents nor a rejection"
    if page["rejected"] is not None and documents:
        yield f"{where}: rejected, but it has {len(documents)} documents"
    if page["source_text"] is None:
        return
    yield from (f"{where}: {problem}" for problem in _identity(page, documents))
    source = str(page["source_text"])
    rows = select(db, "SELECT * FROM edits WHERE article_id = ? ORDER BY n", key)
    try:
        edits = list(map(edit_of, rows))
    except ArchiveError as error:
        yield f"{where}: {error}"
        return
    yield from (f"{where}: {problem}" for problem in _credited(rows, edits))
    if wrong := flaw(source, edits):
        yield f"{where}: {wrong}"
        return
    removed = _taken_down(db, key) if documents else 0
    for document in documents:
        if replay(source, edits, _at(document, "source_start"), _at(document, "source_end")) != document["text"]:
            yield f"document {document['id']}: its edits do not make its text of the source"
        if document["parts"] != len(documents) + removed:
            yield f"document {document['id']}: one of {document['parts']}, but its page has {len(documents)}"
    marks = select(db, "SELECT * FROM marks WHERE article_id = ? ORDER BY n", key)
    yield from (f"{where}: {problem}" for problem in _misplaced(marks, documents))
    facts = select(db, "SELECT * FROM facts WHERE article_id = ? ORDER BY n", key)
    yield from (f"{where}: {problem}" for problem in _unproven(facts, documents))
    if documents:
        yield from (f"{where}: {problem}" for problem in _silent(source, edits, documents))


def _taken_down(db: Database, page: str) -> int:
    """How many documents of a page were taken down."""
    sql = "SELECT count(*) FROM tombstones WHERE kind = 'document' AND key GLOB ? || '-*'"
    return int(db.conn.execute(sql, (page,)).fetchone()[0])


def _identity(page: Row, documents: tuple[Row, ...]) -> Problems:
    """What follows from address and text: ids, and the digest of title and text."""
    if page["id"] != article_id(str(page["url"])):
        yield f"its id is not that of its address {page['url']}"
    for row in documents:
        if str(row["id"]).partition("-")[0] != page["id"]:
            yield f"document {row['id']}: its id is not that of its page"
        if row["content_digest"] != content_digest(str(row["title"]), str(row["text"])):
            yield f"document {row['id']}: its title or text has another digest than its row says"


def _credited(rows: tuple[Row, ...], edits: list[Edit]) -> Problems:
    """That every edit is counted under the rule of its last step."""
    for row, edit in zip(rows, edits, strict=True):
        last = edit.steps[-1].rule if edit.steps else ""
        if row["rule"] != last:
            yield f"edit {row['n']} is counted under {row['rule']}, but its last step is of {last}"


def _silent(source: str, edits: list[Edit], documents: tuple[Row, ...]) -> Problems:
    """Characters outside the documents that no cut covers: what disappeared without a line."""
    spans = [(edit.start, edit.end) for edit in edits if not edit.replacement]
    spans += [(_at(row, "source_start"), _at(row, "source_end")) for row in documents]
    at = 0
    for start, end in [*sorted(spans), (len(source), len(source))]:
        if source[at:start].strip():
            yield f"{source[at:start].strip()[:30]!r} at {at} is in no document and no rule names why"
        at = max(at, end)


def _misplaced(marks: tuple[Row, ...], documents: tuple[Row, ...]) -> Problems:
    """Marks that stand in no document, or of which their document says nothing."""
    parts = {row["part"]: row for row in documents}
    for mark in marks:
        row, start, end = parts.get(mark["part"]), _at(mark, "start"), _at(mark, "end")
        if row is None or not _at(row, "source_start") <= start < end <= _at(row, "source_end"):
            yield f"mark {mark['n']} ({mark['kind']} at {start}) stands in no document"
        elif f'"{mark["kind"]}"' not in str(row["damage"]):
            yield f"mark {mark['n']}: its document {row['id']} names no damage of its kind {mark['kind']}"


def _unproven(facts: tuple[Row, ...], documents: tuple[Row, ...]) -> Problems:
    """Facts that no document has, or whose words stand outside their document."""
    parts = {row["part"]: row for row in documents}
    for fact in facts:
        row, what = parts.get(fact["part"]), f"fact {fact['n']} ({fact['name']}: {fact['value']})"
        if row is None or row.get(str(fact["name"])) in (None, ""):
            yield f"{what} is of no document"
        elif fact["where"] != "text" or fact["start"] is None:
            continue
        elif not _at(row, "source_start") <= _at(fact, "start") < _at(fact, "end") <= _at(row, "source_end"):
            yield f"{what} has its words outside {row['id']}"


def _at(row: Row, name: str) -> int:
    return int(row[name] or 0)
