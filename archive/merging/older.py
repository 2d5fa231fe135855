"""An article from a capture that is older than what is here: files of an earlier crawl, or in another order than time.

What came last stays current, as in a merge: what the older capture says otherwise becomes a version at its place in
time, and those behind it are numbered anew. What is known already changes nothing.
"""

import json

from sqlite_utils import Database

from archive import rows
from archive.merging.articles import CAME, said
from archive.removing import tombstones
from archive.rows import Row, Stored, Value
from archive.store import Added, add, transaction
from archive.versioning.rebuilt import WAITING
from archive.versioning.versions import successors
from archive.warcs.unrestored import LEFT
from pipelines.document import Outcome

SECOND = len("2026-01-01T00:00:00")  # what two dates are compared by: some tools write fractions

OWN = "(SELECT fetch_id FROM pages WHERE id = :article)"  # the capture that the article is from


def add_in_time(db: Database, outcome: Outcome, date: str, crawl_id: int) -> tuple[Added, int]:
    """Put an outcome in the archive as of when its first page was captured: what adding did, and how many documents
    became versions of before what is here."""
    with transaction(db):
        if _is_answered(db, outcome, date, crawl_id, f"({CAME} OR f.id = {OWN})"):
            return _add_older(db, outcome)
        found = db.conn.execute("SELECT gone FROM pages WHERE id = ?", (outcome.article_id,)).fetchone()
        added = add(db, outcome)
        if found and found[0] and _is_answered(db, outcome, date, crawl_id, "TRUE"):
            _is_gone(db, outcome, found[0])
        return added, 0


def _is_answered(db: Database, outcome: Outcome, date: str, crawl_id: int, how: str) -> bool:
    """Whether the first page was answered later, and whole. What a killed crawl captured and nobody restored does not
    count; a capture without a date is older than none."""
    sql = f"""SELECT 1 FROM fetches f LEFT JOIN crawls c ON c.id = f.crawl_id
              WHERE (f.url = :url OR f.id = {OWN}) AND substr(f.fetched_at, 1, {SECOND}) > :date
              AND {how} AND f.truncated = '' AND NOT (c.id IS NOT NULL AND c.id <> :crawl AND {LEFT}) LIMIT 1"""
    known = {"article": outcome.article_id, "url": outcome.article[0].url, "date": date[:SECOND], "crawl": crawl_id}
    return bool(date) and db.conn.execute(sql, known).fetchone() is not None


def _is_gone(db: Database, outcome: Outcome, why: Value) -> None:
    db.conn.execute("UPDATE pages SET gone = ? WHERE id = ?", (why, outcome.article_id))


def _add_older(db: Database, outcome: Outcome) -> tuple[Added, int]:
    old = rows.load(db, outcome.article_id)
    if not old or tombstones.refusal(db, outcome):
        return add(db, outcome), 0
    if not outcome.documents or str(old.page["rejected"] or "").startswith(WAITING):
        return Added(), 0
    if not old.documents:  # what came later is no document
        added = add(db, outcome)
        _is_gone(db, outcome, old.page["rejected"])
        return added, 0
    new = rows.of(outcome)
    return Added(), sum(_keep(db, old, new, row) for row in new.documents)


def _keep(db: Database, old: Stored, new: Stored, row: Row) -> bool:
    """Make a document of before a version, unless it says what is known."""
    current = next((one for one in old.documents if one["id"] == row["id"]), None)
    sql = "SELECT version, document FROM document_versions WHERE id = ? ORDER BY version"
    versions = [(int(n), json.loads(document)) for n, document in db.conn.execute(sql, (row["id"],))]
    if said(row) in {said(one) for one in (*(one for _, one in versions), *([current] if current else []))}:
        return False
    later = [(n, one) for n, one in versions if str(one["archived_at"]) > str(row["archived_at"])]
    number = later[0][0] if later else max((n for n, _ in versions), default=0) + 1
    follower = later[0][1] if later else current or old.documents[0]
    _make_room(db, later, current)
    until = max(str(follower["archived_at"]), str(row["archived_at"]))
    kept = {**row, "version": number, "family_id": row["id"]}
    rows.insert(
        db,
        "document_versions",
        {
            "id": row["id"],
            "version": number,
            "cause": "capture",
            "replaced_at": until,
            "source_digest": new.source_digest,
            "content_digest": row["content_digest"],
            "title": row["title"],
            "document": rows.to_json(kept),
            "ledger": rows.ledger_of(new, row),
        },
    )
    if not current:
        _retire(db, old, new, row, until)
    return True


def _make_room(db: Database, later: list[tuple[int, Row]], current: Row | None) -> None:
    """Number what came later anew, the last first: no two have one number meanwhile."""
    if current:
        db.conn.execute("UPDATE documents SET version = version + 1 WHERE id = ?", (current["id"],))
    for n, document in reversed(later):
        db.conn.execute(
            "UPDATE document_versions SET version = ?, document = ? WHERE id = ? AND version = ?",
            (n + 1, rows.to_json({**document, "version": n + 1}), document["id"], n),
        )


def _retire(db: Database, old: Stored, new: Stored, row: Row, at: str) -> None:
    """An id that no document has now leads to the one that holds most of its text."""
    same_source = old.page["source_text"] == new.page["source_text"]
    db.conn.execute(
        "INSERT OR IGNORE INTO document_ids(id, article_id, retired_at, replaced_by) VALUES (?, ?, ?, ?)",
        (row["id"], row["article_id"], at, successors((row,), old.documents, same_source).get(str(row["id"]))),
    )
