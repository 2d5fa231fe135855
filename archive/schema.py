"""The archive's schema: its tables, and how files of every release catch up.

A new nullable column comes from its declaration alone (`_undeclared`); any other change is a numbered
migration at the end of this file. Released migrations are never edited: tests upgrade the schema of every release.
"""

import sqlite3
from collections.abc import Iterator

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from archive.errors import ArchiveError
from archive.schemas.columns import column_kind, column_sql, documents_sql, index_sql
from archive.schemas.tables import (
    CUT_OFF,
    FACTS,
    FAMILIES,
    FILLS,
    FRONTIER,
    LEDGER,
    MARKS,
    REBUILDS,
    ROBOTS,
    SITES,
    TABLES,
    TIMES,
    TOMBSTONES,
)
from archive.searching.fulltext import (
    FIRST_INDEX,
    INDEX,
    OF_PAIRS,
    ORDER,
    PAIRS,
    UNINDEX,
    WORDS,
    let_wait,
    merge_seldom,
    register,
    reindex,
)
from pipelines.document import COLUMNS, Knowledge, article_id

migrations = Migrations("archive")


def migrate(db: Database) -> None:
    """Bring a file of any release, or an empty one, to the present schema."""
    refuse_newer(db)
    if migrations.pending(db) or _undeclared(db):
        db.conn.execute("BEGIN IMMEDIATE")  # two processes may open a new archive at once
        try:
            migrations.apply(db)
            for statement in _undeclared(db):
                db.conn.execute(statement)
        except BaseException:
            db.rollback()
            raise
        db.commit()


def fresh() -> Iterator[tuple[str, str]]:
    """The views, indexes, index tables and triggers of a new archive, in the order in which they are made."""
    conn = sqlite3.connect(":memory:", isolation_level=None)
    try:
        register(conn)
        migrate(Database(conn))
        yield from conn.execute(
            "SELECT name, sql FROM sqlite_schema WHERE sql LIKE 'CREATE VIRTUAL TABLE%' OR (type <> 'table' AND sql"
            " IS NOT NULL) ORDER BY type = 'trigger', type = 'table'"
        )
    finally:
        conn.close()


def check_current(db: Database) -> None:
    """Raise `ArchiveError` for a file that would have to be brought to the present schema, and cannot be written."""
    refuse_newer(db)
    if not is_current(db):
        raise ArchiveError("it was made by an older release, and cannot be brought up to date: no permission to write")


def is_current(db: Database) -> bool:
    """Whether a file has the present schema."""
    return not (migrations.pending(db) or _undeclared(db))


def refuse_newer(db: Database) -> None:
    """Raise `ArchiveError` for a file that a newer release made."""
    known = {migration.name for migration in migrations.pending(Database(memory=True))}
    if unknown := {migration.name for migration in migrations.applied(db)} - known:
        raise ArchiveError(f"it was made by a newer release (migration {min(unknown)}); update this software")


def _undeclared(db: Database) -> list[str]:
    """What adds the nullable columns and the indexes that `Document` declares and this file has not."""
    present = {name for (name,) in db.conn.execute("SELECT name FROM pragma_table_info('documents')")}
    indexes = {name for (name,) in db.conn.execute("SELECT name FROM pragma_index_list('documents')")}
    absent = [column for column in COLUMNS if present and column.name not in present]
    if rigid := [column.name for column in absent if not column_kind(column.type)[1]]:
        raise ArchiveError(f"documents.{rigid[0]} is declared not nullable: it needs a numbered migration")
    columns = [f"ALTER TABLE documents ADD COLUMN {column_sql(column)}" for column in absent]
    indexed = [column for column in COLUMNS if present and column.metadata["index"]]
    return columns + [index_sql(column) for column in indexed if f"documents_{column.name}" not in indexes]


def _run(db: Database, script: str) -> None:
    """`script`, a statement at a time: `executescript` would commit the migration's transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            db.conn.execute(statement)
            statement = ""


@migrations()
def m0001_first_release(db: Database) -> None:
    """All tables of the first release, the index, and the empty knowledge that every archive begins with."""
    _run(db, TABLES + documents_sql() + FIRST_INDEX)
    empty = Knowledge()
    db.conn.execute(
        "INSERT INTO knowledge(id, json, created_at, in_force) VALUES (?, ?, '', 1)", (empty.id, empty.to_json())
    )


@migrations()
def m0002_marks(db: Database) -> None:
    """Typed spans of damage. Articles restored before have none until they are restored again (`rebuild`)."""
    _run(db, MARKS)


@migrations()
def m0003_facts(db: Database) -> None:
    """The evidence of facts. Articles restored before have none until they are restored again (`rebuild`)."""
    _run(db, FACTS)


@migrations()
def m0004_families(db: Database) -> None:
    """Pairs and what they are found by. Documents of before are compared when families are settled next."""
    _run(db, FAMILIES)


@migrations()
def m0005_fills(db: Database) -> None:
    """What copies prove of masked and lost words. Families of before are filled when they are settled next."""
    _run(db, FILLS)


@migrations()
def m0006_tombstones(db: Database) -> None:
    """What takedowns refuse, by keys that say nothing of what was removed. Requests noted before count from now on."""
    _run(db, TOMBSTONES)
    for number, url in db.conn.execute("SELECT id, url FROM takedowns WHERE url <> ''").fetchall():
        db.conn.execute("INSERT OR IGNORE INTO tombstones VALUES ('address', ?, '', ?)", (article_id(str(url)), number))


@migrations()
def m0007_search(db: Database) -> None:
    """An index of tokens that are cut here, of published words and of Simplified ones; the order of frequent hits."""
    for statement in _undeclared(db):
        db.conn.execute(statement)
    _run(db, UNINDEX + INDEX + ORDER)
    reindex(db.conn, indexes=(WORDS,))


@migrations()
def m0008_rebuilds(db: Database) -> None:
    """What a rebuild has done, so that a killed one goes on and its summary is kept."""
    _run(db, REBUILDS)


@migrations()
def m0009_times(db: Database) -> None:
    """An index that tells how much text there is of which time, without reading it."""
    _run(db, TIMES)


@migrations()
def m0010_rejections(db: Database) -> None:
    """An index that counts what was rejected without the pages' texts."""
    db.conn.execute("CREATE INDEX pages_rejected ON pages(rejected, host) WHERE rejected IS NOT NULL")


@migrations()
def m0011_sites(db: Database) -> None:
    """The robots.txt that was in force and the rights basis, by host. Of crawls before, neither was noted."""
    _run(db, SITES)


@migrations()
def m0012_frontier(db: Database) -> None:
    """What a crawl needs to go on where it was and to come back in time. Links of before are asked for again."""
    _run(db, FRONTIER)
    db.conn.execute("UPDATE crawls SET round = id")
    db.conn.execute("UPDATE links SET site = coalesce((SELECT site FROM crawls WHERE id = links.crawl_id), '')")
    db.conn.execute("UPDATE links SET visited_at = updated_at, due_at = updated_at, visits = 1 WHERE state = 'done'")


@migrations()
def m0014_robots(db: Database) -> None:
    """Since when a robots.txt cannot be read, for the 30 days of RFC 9309."""
    _run(db, ROBOTS)


@migrations()
def m0015_ledger(db: Database) -> None:
    """What each crawl met, expected and fell short of. Of crawls before, nobody knows by host."""
    _run(db, LEDGER)


@migrations()
def m0016_pairs(db: Database) -> None:
    """An index of pairs of characters, so that a rare word is looked up in the few documents that may have it."""
    _run(db, PAIRS)
    reindex(db.conn, indexes=(OF_PAIRS,))


@migrations()
def m0017_index_together(db: Database) -> None:
    """A crawl's new documents are indexed together, where their transaction ends."""
    let_wait(db.conn)


@migrations()
def m0018_truncated(db: Database) -> None:
    """A capture whose body is not whole says so: nothing is asked after by it, and it is no page."""
    _run(db, CUT_OFF)


@migrations()
def m0019_merge_seldom(db: Database) -> None:
    """The indexes' segments are merged half as often."""
    merge_seldom(db.conn)
