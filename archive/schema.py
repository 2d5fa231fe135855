"""The archive's tables: those declared here, `documents` from the fields of `Document`, and how old files catch up.

A new nullable column comes from its declaration alone (`_undeclared`); any other change is a numbered
migration at the end of this file. Released migrations are never edited: tests upgrade the schema of every release.
"""

import sqlite3
import types
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field
from typing import Any, Union, get_args, get_origin

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from archive.errors import ArchiveError
from archive.searching.fulltext import FIRST_INDEX, INDEX, OF_PAIRS, ORDER, PAIRS, UNINDEX, WORDS, register, reindex
from pipelines.document import COLUMNS, Knowledge, article_id

SQL_TYPES = {str: "TEXT", int: "INTEGER", float: "REAL", tuple: "TEXT", Mapping: "TEXT"}  # as JSON

REFERENCES = {"fetch_id": "fetches(id)", "article_id": "pages(id)", "knowledge_id": "knowledge(id)"}

TABLES = """
CREATE TABLE crawls (            -- a run of the crawler or of `ingest`
    id INTEGER PRIMARY KEY,
    site TEXT NOT NULL,          -- profile, or what was asked for
    settings TEXT NOT NULL,      -- as JSON
    software TEXT NOT NULL,
    started_at TEXT NOT NULL,
    ended_at TEXT,               -- NULL while it runs, or where it was killed
    reason TEXT,                 -- why it ended
    stats TEXT                   -- as JSON
);
CREATE TABLE fetches (           -- one exchange, and where its WARC record stands
    id INTEGER PRIMARY KEY,
    crawl_id INTEGER REFERENCES crawls(id),
    url TEXT NOT NULL,
    path TEXT NOT NULL DEFAULT '',           -- of an ingested file, relative to the argument
    status INTEGER NOT NULL,
    fetched_at TEXT NOT NULL,                -- the WARC-Date
    content_type TEXT NOT NULL DEFAULT '',
    etag TEXT NOT NULL DEFAULT '',
    last_modified TEXT NOT NULL DEFAULT '',
    payload_digest TEXT NOT NULL,            -- of the body as sent, as the WARC record names it
    body_digest TEXT NOT NULL,               -- SHA-256 of the body, content encoding undone
    warc_file TEXT NOT NULL DEFAULT '',      -- relative to the WARC folder
    warc_offset INTEGER NOT NULL DEFAULT 0,
    warc_length INTEGER NOT NULL DEFAULT 0,
    revisit_of INTEGER REFERENCES fetches(id)
);
CREATE INDEX fetches_url ON fetches(url);
CREATE INDEX fetches_crawl_id ON fetches(crawl_id);
CREATE INDEX fetches_body_digest ON fetches(body_digest);
CREATE INDEX fetches_path ON fetches(path) WHERE path <> '';
CREATE UNIQUE INDEX fetches_record ON fetches(warc_file, warc_offset) WHERE warc_file <> '';
CREATE TABLE knowledge (         -- what was learned of the hosts, by digest
    id TEXT PRIMARY KEY,
    json TEXT NOT NULL,
    created_at TEXT NOT NULL,
    in_force INTEGER NOT NULL DEFAULT 0      -- 1 for the one that the next crawl starts with
);
CREATE TABLE pages (             -- one article (a page, or a chain of pages), restored or rejected
    id TEXT PRIMARY KEY,         -- 12 hex digits of SHA-256 of the canonical URL of its first page
    url TEXT NOT NULL,
    host TEXT NOT NULL,
    fetch_id INTEGER REFERENCES fetches(id), -- of its first page; NULL where it was never fetched
    charset TEXT,
    page_title TEXT,
    source_text TEXT,            -- the visible text that all offsets point into (code points)
    hidden_text TEXT,
    rules TEXT NOT NULL,         -- what the site's profile said of it, as JSON
    knowledge_id TEXT REFERENCES knowledge(id), -- NULL where it never entered the corridor
    rejected TEXT,               -- the reason, code first; NULL where it was restored
    gone TEXT                    -- what a later capture found in its place; its documents stay
);
CREATE INDEX pages_host ON pages(host);
CREATE INDEX pages_fetch_id ON pages(fetch_id);
CREATE TABLE article_pages (     -- the pages of an article, in order
    article_id TEXT NOT NULL REFERENCES pages(id),
    n INTEGER NOT NULL,          -- from 1
    url TEXT NOT NULL,
    fetch_id INTEGER REFERENCES fetches(id),
    start INTEGER,               -- where its text begins in the source text
    missing TEXT NOT NULL DEFAULT '', -- why it never came
    PRIMARY KEY (article_id, n)
);
CREATE INDEX article_pages_fetch_id ON article_pages(fetch_id);
CREATE TABLE edits (             -- the ledger: source_text[start:end] reads replacement in the document
    article_id TEXT NOT NULL REFERENCES pages(id),
    n INTEGER NOT NULL,          -- from 1, in order of start
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    replacement TEXT NOT NULL,   -- '' for a cut
    rule TEXT NOT NULL,          -- of the last step
    steps TEXT NOT NULL,         -- [{round, rule, before, after, evidence}] as JSON
    PRIMARY KEY (article_id, n)
);
CREATE INDEX edits_rule ON edits(rule);
CREATE TABLE gaps (              -- what the document had and the page has not
    article_id TEXT NOT NULL REFERENCES pages(id),
    n INTEGER NOT NULL,
    part INTEGER NOT NULL,       -- 0: the whole article
    start INTEGER NOT NULL,
    kind TEXT NOT NULL,
    missing INTEGER,
    evidence TEXT NOT NULL,
    PRIMARY KEY (article_id, n)
);
CREATE TABLE document_versions ( -- documents as they were before they were restored differently
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    cause TEXT NOT NULL,         -- why it was replaced: capture (the page changed) or rules
    replaced_at TEXT NOT NULL,
    source_digest TEXT NOT NULL, -- SHA-256 of the source text it was restored from
    content_digest TEXT NOT NULL,
    title TEXT NOT NULL,
    document TEXT NOT NULL,      -- the whole row of documents, as JSON
    ledger TEXT NOT NULL,        -- its edits and gaps, as JSON
    PRIMARY KEY (id, version)
);
CREATE TABLE document_ids (      -- ids that vanished when a page was split differently
    id TEXT PRIMARY KEY,
    article_id TEXT NOT NULL,
    retired_at TEXT NOT NULL,
    replaced_by TEXT             -- the document that holds most of its text now
);
CREATE INDEX document_ids_article_id ON document_ids(article_id);
CREATE TABLE families (          -- groups of near-duplicates
    id TEXT PRIMARY KEY,         -- the smallest member's id
    merged_into TEXT REFERENCES families(id)
);
CREATE TABLE links (             -- addresses that the crawler knows of
    url TEXT PRIMARY KEY,
    host TEXT NOT NULL,
    found_on INTEGER REFERENCES fetches(id),
    kind TEXT NOT NULL,          -- article, list, next, other
    state TEXT NOT NULL,         -- new, done, failed, refused
    reason TEXT NOT NULL DEFAULT '',
    depth INTEGER NOT NULL DEFAULT 0,
    crawl_id INTEGER REFERENCES crawls(id),
    updated_at TEXT NOT NULL
);
CREATE INDEX links_state ON links(state, host);
CREATE INDEX links_crawl_id ON links(crawl_id);
CREATE TABLE takedowns (         -- what must not be shown, and who asked
    id INTEGER PRIMARY KEY,
    url TEXT NOT NULL,
    document_id TEXT,
    reason TEXT NOT NULL,
    requested_at TEXT NOT NULL
);
"""

MARKS = """
CREATE TABLE marks (             -- damage that is kept as it stands: source_text[start:end]
    article_id TEXT NOT NULL REFERENCES pages(id),
    n INTEGER NOT NULL,          -- from 1, in order of start
    part INTEGER NOT NULL,       -- the document's number on the page
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    kind TEXT NOT NULL,          -- as in documents.damage
    rule TEXT NOT NULL,
    evidence TEXT NOT NULL,
    PRIMARY KEY (article_id, n)
);
CREATE INDEX marks_kind ON marks(kind);
CREATE INDEX marks_rule ON marks(rule);
"""

FACTS = """
CREATE TABLE facts (             -- what is known of a document, with the words that prove it
    article_id TEXT NOT NULL REFERENCES pages(id),
    n INTEGER NOT NULL,          -- from 1, by document, in the order in which they were found
    part INTEGER NOT NULL,       -- the document's number on the page
    name TEXT NOT NULL,          -- the column of documents that it tells; several may tell one
    value TEXT NOT NULL,
    "where" TEXT NOT NULL,       -- text, head (source_text[start:end]), title, page_title, url; '' from other facts
    start INTEGER,
    "end" INTEGER,
    evidence TEXT NOT NULL,
    PRIMARY KEY (article_id, n)
);
CREATE INDEX facts_name ON facts(name, value);
"""

FAMILIES = """
ALTER TABLE pages ADD COLUMN canonical TEXT; -- the address that the page names as its own (rel=canonical)
CREATE TABLE sketches (          -- what a document is compared by
    id TEXT PRIMARY KEY REFERENCES documents(id) ON DELETE CASCADE,
    place INTEGER NOT NULL UNIQUE, -- where it stands in the rows of its keys: 63 bits of SHA-256 of its id
    keys BLOB NOT NULL           -- its keys, 8 bytes each, in the order of its text
);
CREATE TABLE family_keys (       -- the documents that have a key, in order of how their texts go on
    key INTEGER NOT NULL,        -- of a run of characters; negative: of an address
    follow INTEGER NOT NULL,     -- hash of the two keys that follow in the text
    place INTEGER NOT NULL,
    PRIMARY KEY (key, follow, place)
) WITHOUT ROWID;
CREATE TABLE pairs (             -- documents that alignment has found to be copies, a before b
    a TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    b TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    kind TEXT NOT NULL,          -- copy, part (one stands in the other), mirror (one article by their addresses)
    matched INTEGER NOT NULL,    -- characters that align, of their bones (hanzi and letters, no numbers, no places)
    coverage_a REAL NOT NULL,    -- share of a that b has
    coverage_b REAL NOT NULL,
    start_a INTEGER NOT NULL,    -- where in the bones of a the common passage stands
    end_a INTEGER NOT NULL,
    start_b INTEGER NOT NULL,
    end_b INTEGER NOT NULL,
    PRIMARY KEY (a, b)
) WITHOUT ROWID;
CREATE INDEX pairs_b ON pairs(b);
CREATE TABLE unsettled (         -- documents whose family is to be looked at when a crawl closes
    id TEXT PRIMARY KEY
) WITHOUT ROWID;
"""

FILLS = """
CREATE TABLE fills (             -- the restored reading of a canonical copy: text[start:end] reads after in it
    document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    n INTEGER NOT NULL,          -- from 1, in order of start
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    kinds TEXT NOT NULL,         -- of the marks that it fills, as in documents.damage, joined by +
    from_document TEXT NOT NULL, -- the copy that it was taken from
    agreeing INTEGER NOT NULL,   -- how many copies have it; none has another
    hosts INTEGER NOT NULL,      -- on how many registered domains
    PRIMARY KEY (document_id, n)
);
"""

REBUILDS = """
CREATE TABLE rebuilds (          -- runs of `rebuild`: one that was broken off goes on where it was
    id INTEGER PRIMARY KEY,
    options TEXT NOT NULL,       -- what it takes, as JSON: a slice of the pages, whether it learned anew
    rules TEXT NOT NULL,         -- digest of the restorer's files: under others a rebuild begins anew
    software TEXT NOT NULL,
    knowledge_id TEXT REFERENCES knowledge(id), -- what it learned; NULL where each page has its recorded one
    started_at TEXT NOT NULL,
    ended_at TEXT,               -- NULL while it runs, or where it was broken off
    done TEXT NOT NULL DEFAULT '', -- the last page that was restored again, in order of ids
    summary TEXT NOT NULL DEFAULT '' -- what changed so far, by rule and column, as JSON
);
"""

TOMBSTONES = """
ALTER TABLE takedowns ADD COLUMN scope TEXT NOT NULL DEFAULT 'url'; -- url, host, document; text: seen again since
ALTER TABLE takedowns ADD COLUMN copies INTEGER NOT NULL DEFAULT 0; -- 1: the copies that other pages had of it too
ALTER TABLE takedowns ADD COLUMN stage TEXT NOT NULL DEFAULT 'begun'; -- begun, removed (of the tables), done
ALTER TABLE takedowns ADD COLUMN finished_at TEXT;
ALTER TABLE takedowns ADD COLUMN salt TEXT NOT NULL DEFAULT ''; -- of the digests in tombstones, one an archive
CREATE TABLE tombstones (        -- what a takedown refuses for ever; none can be turned back into what was removed
    kind TEXT NOT NULL,          -- address, host, document, text
    key TEXT NOT NULL,           -- id of a page; a host; id of a document; salted digest of a run of its text
    site TEXT NOT NULL DEFAULT '', -- of a text: the registered domain where it is refused; '*' everywhere
    takedown_id INTEGER NOT NULL REFERENCES takedowns(id),
    PRIMARY KEY (kind, key, site)
) WITHOUT ROWID;
CREATE INDEX tombstones_takedown_id ON tombstones(takedown_id);
ALTER TABLE fetches ADD COLUMN taken_down INTEGER REFERENCES takedowns(id); -- a tombstone stands where its record was
ALTER TABLE fetches ADD COLUMN redacted INTEGER REFERENCES takedowns(id); -- its body is masked where it quoted that
"""

TIMES = """
CREATE INDEX documents_times ON documents( -- for counts: what dates, filters and facets ask for; how long a text is
    signed_on, era_from, era_to, period_from, period_to, title_year, published_on, genre, status, canonical, quality,
    script, family_id, article_id, organisation, damage, id, length(text),
    signed_by, org_level, org_field, province, redated, archived_at
);
"""

SITES = """
CREATE TABLE robots (            -- each robots.txt that a crawl went by
    host TEXT NOT NULL,
    crawl_id INTEGER NOT NULL REFERENCES crawls(id),
    fetch_id INTEGER NOT NULL REFERENCES fetches(id), -- its capture
    verdict TEXT NOT NULL,       -- what it allows this crawler: all, part, none; unknown where the host did not say
    PRIMARY KEY (host, crawl_id, fetch_id)
) WITHOUT ROWID;
CREATE TABLE rights (            -- on what basis a crawl took what it took, as the site's profile said then
    crawl_id INTEGER PRIMARY KEY REFERENCES crawls(id),
    basis TEXT NOT NULL DEFAULT '',
    contact TEXT NOT NULL DEFAULT '',
    licence TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT ''
);
CREATE VIEW sites AS
    WITH hosts AS (
        SELECT p.host, count(*) AS pages, sum(coalesce(d.n, 0)) AS documents,
               min(f.fetched_at) AS first_capture, max(f.fetched_at) AS last_capture,
               max(g.crawl_id) AS rights_crawl
        FROM pages p
        LEFT JOIN (SELECT article_id, count(*) AS n FROM documents GROUP BY article_id) d ON d.article_id = p.id
        LEFT JOIN fetches f ON f.id = p.fetch_id
        LEFT JOIN rights g ON g.crawl_id = f.crawl_id
        WHERE p.host <> '' GROUP BY p.host
    ),
    known AS (
        SELECT h.*, (SELECT r.fetch_id FROM robots r WHERE r.host = h.host ORDER BY r.fetch_id DESC LIMIT 1) AS seen,
               (SELECT min(s.takedown_id) FROM tombstones s
                WHERE s.kind = 'host' AND (s.key = h.host OR h.host LIKE '%.' || s.key)) AS takedown
        FROM hosts h
    )
    SELECT k.host, k.documents, k.pages, k.first_capture, k.last_capture,
           f.fetched_at AS robots_on, (SELECT r.verdict FROM robots r WHERE r.fetch_id = f.id) AS robots_allows,
           f.status AS robots_status, f.body_digest AS robots_digest, f.id AS robots_fetch,
           f.warc_file AS robots_file, f.warc_offset AS robots_offset,
           g.basis AS rights_basis, g.contact AS rights_contact, g.licence, g.note AS rights_note,
           t.requested_at AS taken_down_on
    FROM known k LEFT JOIN fetches f ON f.id = k.seen LEFT JOIN rights g ON g.crawl_id = k.rights_crawl
    LEFT JOIN takedowns t ON t.id = k.takedown;
"""

FRONTIER = """
ALTER TABLE crawls ADD COLUMN round INTEGER REFERENCES crawls(id); -- the first of a line of crawls, each of which goes
                                                                   -- on where the one before was stopped or killed
ALTER TABLE links ADD COLUMN site TEXT NOT NULL DEFAULT ''; -- as in crawls: the run that it is asked for in
ALTER TABLE links ADD COLUMN priority INTEGER NOT NULL DEFAULT 0;
ALTER TABLE links ADD COLUMN visit TEXT NOT NULL DEFAULT ''; -- what else its request must know, as JSON
ALTER TABLE links ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0; -- that failed since it last came
ALTER TABLE links ADD COLUMN not_before TEXT; -- after a failure
ALTER TABLE links ADD COLUMN visited_at TEXT; -- when it last came, changed or not
ALTER TABLE links ADD COLUMN visits INTEGER NOT NULL DEFAULT 0;
ALTER TABLE links ADD COLUMN changes INTEGER NOT NULL DEFAULT 0; -- visits that found other content than the one before
ALTER TABLE links ADD COLUMN due_at TEXT; -- when a crawl of its site asks for it again
ALTER TABLE links ADD COLUMN signature TEXT NOT NULL DEFAULT ''; -- digest of what its page says, without chrome
DROP INDEX links_state;
CREATE INDEX links_state ON links(site, state, host, priority DESC);
CREATE TABLE hosts (             -- what the crawler goes by, from one crawl to the next
    host TEXT PRIMARY KEY,
    state TEXT NOT NULL DEFAULT 'open', -- open, paused, blocked
    until TEXT,                  -- end of a pause
    why TEXT NOT NULL DEFAULT '',
    not_before TEXT,             -- back-off: no request before
    failures INTEGER NOT NULL DEFAULT 0, -- in a row
    validators TEXT NOT NULL DEFAULT 'trusted', -- trusted; lie: a page changed and its ETag or Last-Modified did not
    visits INTEGER NOT NULL DEFAULT 0, -- of pages that had come before
    changes INTEGER NOT NULL DEFAULT 0, -- such visits that found something else
    updated_at TEXT NOT NULL
);
"""

ROBOTS = """
CREATE TABLE robots_lost (       -- each origin whose robots.txt cannot be read: nothing of it may be asked for
    origin TEXT PRIMARY KEY,     -- scheme, host and port
    since TEXT NOT NULL,         -- the first attempt of an unbroken row of failures
    last TEXT NOT NULL,          -- the last of them
    why TEXT NOT NULL            -- code first
) WITHOUT ROWID;
"""

LEDGER = """
ALTER TABLE crawls ADD COLUMN expected TEXT; -- what the site's profile expected of it, as JSON
ALTER TABLE crawls ADD COLUMN problems TEXT; -- why it was no success, as JSON: sentences; NULL where nobody judged it
ALTER TABLE crawls ADD COLUMN warnings TEXT; -- what changed against the crawls before it, as JSON: sentences
CREATE TABLE crawl_counts (      -- what a crawl met, by host; a crawl that is killed has those of its last seconds not
    crawl_id INTEGER NOT NULL REFERENCES crawls(id),
    host TEXT NOT NULL,
    what TEXT NOT NULL,          -- answer, document, rejected, gone, failed, refused
    code TEXT NOT NULL,          -- an HTTP status; new, changed, unchanged, retired; the code of a reason
    n INTEGER NOT NULL,
    PRIMARY KEY (crawl_id, host, what, code)
) WITHOUT ROWID;
"""

migrations = Migrations("archive")


def migrate(db: Database) -> None:
    """Bring a file of any release, or an empty one, to the present schema."""
    _refuse_newer(db)
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
    _refuse_newer(db)
    if migrations.pending(db) or _undeclared(db):
        raise ArchiveError("it was made by an older release, and cannot be brought up to date: no permission to write")


def _refuse_newer(db: Database) -> None:
    known = {migration.name for migration in migrations.pending(Database(memory=True))}
    if unknown := {migration.name for migration in migrations.applied(db)} - known:
        raise ArchiveError(f"it was made by a newer release (migration {min(unknown)}); update this software")


def column_sql(column: "Field[Any]") -> str:
    """One line of CREATE TABLE documents, from a field of `Document`."""
    kind, nullable = column_kind(column.type)
    words = [f'"{column.name}"', SQL_TYPES[kind]]
    if column.name == "id":
        words.append("PRIMARY KEY")
    if not nullable:
        words.append("NOT NULL")
    if column.default is not MISSING and column.default is not None:
        words.append(f"DEFAULT {column.default}")
    if column.name in REFERENCES:
        words.append(f"REFERENCES {REFERENCES[column.name]}")
    return " ".join(words)


def documents_sql() -> str:
    """CREATE TABLE documents and its indexes, from the fields of `Document`."""
    lines = ",\n    ".join(map(column_sql, COLUMNS))
    table = f"CREATE TABLE documents (\n    {lines}\n);"
    return "\n".join([table, *(_index_sql(column) for column in COLUMNS if column.metadata["index"])])


def _index_sql(column: "Field[Any]") -> str:
    return f'CREATE INDEX documents_{column.name} ON documents("{column.name}");'


def column_kind(declared: Any) -> tuple[type, bool]:
    """The Python type of a column, and whether it may be NULL."""
    nullable = get_origin(declared) in (Union, types.UnionType)
    kind = next(arg for arg in get_args(declared) if arg is not types.NoneType) if nullable else declared
    return get_origin(kind) or kind, nullable


JSON_COLUMNS = frozenset(column.name for column in COLUMNS if column_kind(column.type)[0] in (tuple, Mapping))


def _undeclared(db: Database) -> list[str]:
    """What adds the nullable columns and the indexes that `Document` declares and this file has not."""
    present = {name for (name,) in db.conn.execute("SELECT name FROM pragma_table_info('documents')")}
    indexes = {name for (name,) in db.conn.execute("SELECT name FROM pragma_index_list('documents')")}
    absent = [column for column in COLUMNS if present and column.name not in present]
    if rigid := [column.name for column in absent if not column_kind(column.type)[1]]:
        raise ArchiveError(f"documents.{rigid[0]} is declared not nullable: it needs a numbered migration")
    columns = [f"ALTER TABLE documents ADD COLUMN {column_sql(column)}" for column in absent]
    indexed = [column for column in COLUMNS if present and column.metadata["index"]]
    return columns + [_index_sql(column) for column in indexed if f"documents_{column.name}" not in indexes]


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
