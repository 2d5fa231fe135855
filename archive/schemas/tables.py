"""The tables as each release added them, in SQL. What is released is never edited: migrations change it."""

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

CUT_OFF = """
ALTER TABLE fetches ADD COLUMN truncated TEXT NOT NULL DEFAULT ''; -- WARC-Truncated: why the body is not whole
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
