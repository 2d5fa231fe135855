"""What a takedown takes out of the tables: whole pages, parts of pages, and every quotation of them elsewhere.

All of it in one transaction: a reader sees the archive as it was, or without. Rows that stay for others keep their
lengths: what is masked in a source text is masked character by character, so that every offset and ledger holds.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import unquote

import numpy as np
from sqlite_utils import Database

from archive import families
from archive.copies import pairs
from archive.progress import Progress
from archive.removing.captures import masked_knowledge
from archive.removing.runs import Places, Runs, masked, together
from archive.removing.tombstones import URN
from archive.rows import Row, Value, edit_of, select, to_json
from pipelines.document import Knowledge, article_id
from pipelines.fingerprint import content_digest

LEDGER = ("edits", "gaps", "marks", "facts")
ADDRESSES = frozenset({("pages", "url"), ("article_pages", "url"), ("fetches", "url"), ("fetches", "path")})
OURS = frozenset({"takedowns", "tombstones", "_sqlite_migrations", "documents", "knowledge"})  # not swept as they stand
SKIPPED = frozenset({"source_text"})  # of pages: swept with an eye on what its documents keep
BATCH = 2000  # values that are looked at in one go
RULE = "taken_down"


def remove_page(db: Database, page: str, why: str, named: str) -> None:
    """A page, its documents with all their versions, and their evidence. The page's row says why it is empty."""
    ids = [str(row["id"]) for row in select(db, "SELECT id FROM documents WHERE article_id = ?", page)]
    _forget(db, ids)
    db.conn.execute("DELETE FROM document_versions WHERE id GLOB ? || '-*'", (page,))
    db.conn.execute("DELETE FROM document_ids WHERE article_id = ?", (page,))
    for table in LEDGER:
        db.conn.execute(f"DELETE FROM {table} WHERE article_id = ?", (page,))
    db.conn.execute(
        "UPDATE pages SET charset = NULL, page_title = NULL, source_text = NULL, hidden_text = NULL, canonical = NULL,"
        " rules = '{}', knowledge_id = NULL, rejected = ?, gone = NULL WHERE id = ?",
        (why, page),
    )
    db.conn.execute("UPDATE article_pages SET start = NULL WHERE article_id = ?", (page,))
    if named:
        db.conn.execute("UPDATE pages SET url = ? WHERE id = ?", (named, page))


def remove_part(db: Database, document: Row, number: int) -> None:
    """One document of a page that holds others, whose text, ledger and offsets stay."""
    key, page, part = str(document["id"]), str(document["article_id"]), document["part"]
    start, end = int(document["source_start"] or 0), int(document["source_end"] or 0)
    _forget(db, [key])
    db.conn.execute("DELETE FROM document_versions WHERE id = ?", (key,))
    db.conn.execute("DELETE FROM document_ids WHERE id = ?", (key,))
    for table in ("gaps", "marks", "facts"):
        db.conn.execute(f"DELETE FROM {table} WHERE article_id = ? AND part = ?", (page, part))
    edits = select(db, "SELECT * FROM edits WHERE article_id = ? ORDER BY n", page)
    kept = [row for row in edits if not start <= int(row["start"] or 0) <= int(row["end"] or 0) <= end]
    step = {"round": "takedown", "rule": RULE, "before": "", "after": "", "evidence": f"takedown {number}"}
    if start < end:
        kept.append(
            {"article_id": page, "start": start, "end": end, "replacement": "", "rule": RULE, "steps": to_json([step])}
        )
    _write_edits(db, page, kept)
    (source,) = db.conn.execute("SELECT source_text FROM pages WHERE id = ?", (page,)).fetchone()
    if source is not None:
        places = np.array([at for at in range(start, min(end, len(source))) if not source[at].isspace()], np.int64)
        db.conn.execute("UPDATE pages SET source_text = ? WHERE id = ?", (masked(source, places), page))


def _forget(db: Database, ids: list[str]) -> None:
    """Documents out of the families and the index; readings that rested on them are made anew."""
    pairs.forget(db, ids)
    for id in ids:
        db.conn.execute(
            "INSERT OR IGNORE INTO unsettled(id) SELECT document_id FROM fills WHERE from_document = ?", (id,)
        )
        db.conn.execute("DELETE FROM documents WHERE id = ?", (id,))
        db.conn.execute("DELETE FROM unsettled WHERE id = ?", (id,))


def _write_edits(db: Database, page: str, edits: list[Row]) -> None:
    db.conn.execute("DELETE FROM edits WHERE article_id = ?", (page,))
    for n, row in enumerate(sorted(edits, key=lambda row: int(row["start"] or 0)), 1):
        db.conn.execute(
            'INSERT INTO edits(article_id, n, start, "end", replacement, rule, steps) VALUES (?, ?, ?, ?, ?, ?, ?)',
            (page, n, row["start"], row["end"], row["replacement"], row["rule"], row["steps"]),
        )


def sweep(db: Database, runs: Runs, progress: Progress) -> int:
    """Mask the runs in every text that other documents' rows hold; in how many values they stood."""
    families.settle(
        db, catch_up=False
    )  # readings: what they took from removed copies goes, the rest is proven by others
    found = _readings(db, runs) + _knowledge(db, runs) + _sources(db, runs, progress)
    tables = list(_tables(db))
    progress.start("tables", len(tables))
    for table, key in tables:
        found += _table(db, table, key, runs)
        progress.step()
    progress.stop()
    return found


def _readings(db: Database, runs: Runs) -> int:
    """Readings that no longer follow from what is left."""
    rows = db.conn.execute("SELECT id, reading FROM documents WHERE reading IS NOT NULL").fetchall()
    wrong = [id for id, reading in rows if runs.hold(reading)]
    for id in wrong:
        db.conn.execute("UPDATE documents SET reading = NULL WHERE id = ?", (id,))
        db.conn.execute("DELETE FROM fills WHERE document_id = ?", (id,))
    return len(wrong)


def _knowledge(db: Database, runs: Runs) -> int:
    """Lines that hosts repeat, masked as they are now in the sources: knowledge has another digest, and so id, then."""
    changed = 0
    rows = db.conn.execute("SELECT id, json, created_at, in_force FROM knowledge WHERE json <> ''").fetchall()
    for old, text, created, in_force in rows:
        if not runs.hold(unescaped(text)):
            continue
        known = masked_knowledge(Knowledge.from_json(text), runs)
        db.conn.execute("UPDATE knowledge SET in_force = 0 WHERE id = ?", (old,))
        db.conn.execute(
            "INSERT INTO knowledge(id, json, created_at, in_force) VALUES (?, ?, ?, ?)"
            " ON CONFLICT(id) DO UPDATE SET in_force = max(in_force, excluded.in_force)",
            (known.id, known.to_json(), created, in_force),
        )
        for table in ("pages", "documents", "rebuilds"):
            db.conn.execute(f"UPDATE {table} SET knowledge_id = ? WHERE knowledge_id = ?", (known.id, old))
        db.conn.execute(
            "UPDATE document_versions SET document = json_set(document, '$.knowledge_id', ?)"
            " WHERE document ->> '$.knowledge_id' = ?",
            (known.id, old),
        )
        db.conn.execute("DELETE FROM knowledge WHERE id = ?", (old,))
        changed += 1
    return changed


def _sources(db: Database, runs: Runs, progress: Progress) -> int:
    """Source texts of pages that stay: masked where no document of theirs has the character."""
    (total,) = db.conn.execute("SELECT count(*) FROM pages WHERE source_text IS NOT NULL").fetchone()
    progress.start("sources", total)
    hits = []
    for key, source in db.conn.execute("SELECT id, source_text FROM pages WHERE source_text IS NOT NULL"):
        if runs.hold(source):
            hits.append((key, source))
        progress.step()
    progress.stop()
    for key, source in hits:
        places = np.setdiff1d(runs.places(source), _kept(db, key))
        db.conn.execute("UPDATE pages SET source_text = ? WHERE id = ?", (masked(source, places), key))
    return len(hits)


def _kept(db: Database, page: str) -> Places:
    """Where in a source the characters stand that documents have as they are."""
    spans = db.conn.execute("SELECT source_start, source_end FROM documents WHERE article_id = ?", (page,)).fetchall()
    edits = map(edit_of, select(db, "SELECT * FROM edits WHERE article_id = ?", page))
    inside = {at for start, end in spans for at in range(start, end)}
    return np.array(sorted(inside - {at for edit in edits for at in range(edit.start, edit.end)}), np.int64)


def _tables(db: Database) -> Iterator[tuple[str, list[str]]]:
    """Every table that holds values of its own, with what names a row of it."""
    for _, name, kind, _, without_rowid, _ in db.conn.execute("PRAGMA main.table_list").fetchall():
        if kind == "table" and not name.startswith("sqlite_") and name not in OURS:
            keys = [row[1] for row in db.conn.execute(f'PRAGMA table_info("{name}")') if row[5]]
            yield name, keys if without_rowid else ["rowid"]


def _table(db: Database, table: str, key: list[str], runs: Runs) -> int:
    found = 0
    for _, column, *_ in db.conn.execute(f'PRAGMA table_info("{table}")').fetchall():
        if column not in SKIPPED:
            hits = list(_hits(db, table, key, column, runs))
            found += len(hits)
            for names, value in hits:
                _replace(db, table, dict(zip(key, names, strict=True)), column, value, runs)
    return found


def _hits(db: Database, table: str, key: list[str], column: str, runs: Runs) -> Iterator[tuple[tuple[Value, ...], str]]:
    """The values of a column in which one of the runs stands."""
    names = ", ".join(f'"{name}"' if name != "rowid" else name for name in key)
    cursor = db.conn.execute(
        f'SELECT {names}, "{column}" FROM "{table}" WHERE typeof("{column}") = \'text\' AND length("{column}") > 5'
    )
    while rows := cursor.fetchmany(BATCH):
        if any(map(runs.hold, together(_plain(row[-1]) for row in rows))):
            yield from ((row[:-1], row[-1]) for row in rows if runs.hold(_plain(row[-1])))


def _plain(value: str) -> str:
    """A value as a reader has it: JSON and addresses without their escapes."""
    text = unescaped(value) if "\\" in value else value
    if "%" not in text:
        return text
    return "\0".join((text, unquote(text, "utf-8", "ignore"), unquote(text, "gb18030", "ignore")))


def unescaped(text: str) -> str:
    """JSON without the escapes of its strings."""
    if "\\u" in text:
        try:
            return json.dumps(json.loads(text), ensure_ascii=False).replace("\\n", "").replace("\\", "")
        except ValueError:
            return text
    return text.replace("\\n", "").replace("\\t", "").replace('\\"', '"').replace("\\\\", "\\")


def _replace(db: Database, table: str, row: Mapping[str, Value], column: str, value: str, runs: Runs) -> None:
    where = " AND ".join(f'"{name}" = ?' if name != "rowid" else "rowid = ?" for name in row)
    if table == "links" and column == "url":
        db.conn.execute(f"DELETE FROM links WHERE {where}", tuple(row.values()))
        return
    new = value_without(value, runs, is_address=(table, column) in ADDRESSES)
    db.conn.execute(f'UPDATE "{table}" SET "{column}" = ? WHERE {where}', (new, *row.values()))
    if table == "document_versions" and column == "document":
        db.conn.execute(
            f"UPDATE document_versions SET content_digest = document ->> '$.content_digest' WHERE {where}",
            tuple(row.values()),
        )


def value_without(value: str, runs: Runs, *, is_address: bool = False) -> str:
    """A value with the runs masked; an address that spells one is named by its id."""
    if is_address:
        return URN + article_id(value) if ":" in value else ""
    if value[:1] in "[{":
        try:
            return to_json(_walked(json.loads(value), runs))
        except ValueError:
            pass
    new = runs.mask(value)
    return URN + article_id(value) if new == value and ":" in value else new


def _walked(value: object, runs: Runs) -> object:
    """JSON with the runs masked in every string of it."""
    if isinstance(value, str):
        if runs.hold(value):
            return runs.mask(value)
        return value_without(value, runs) if "%" in value and runs.hold(_plain(value)) else value
    if isinstance(value, list):
        return [_walked(one, runs) for one in value]
    if isinstance(value, dict):
        made = {str(_walked(name, runs)): _walked(one, runs) for name, one in value.items()}
        if made != value and {"title", "text", "content_digest"} <= made.keys():
            made["content_digest"] = content_digest(str(made["title"]), str(made["text"]))
        return made
    return value


def texts(db: Database, documents: Iterable[str], pages: Iterable[str]) -> Iterator[str]:
    """All texts of documents that are to go: of now and of before, in both scripts."""
    for id in documents:
        for row in db.conn.execute(
            "SELECT title, title_hans, text, text_hans, reading FROM documents WHERE id = ?", (id,)
        ):
            yield from filter(None, row)
        yield from _old_texts(db, "id = ?", id)
    for page in pages:
        yield from _old_texts(db, "id GLOB ? || '-*'", page)
        yield from (
            str(source)
            for (source,) in db.conn.execute(
                "SELECT source_text FROM pages WHERE id = ?1 AND source_text IS NOT NULL"
                " AND NOT EXISTS (SELECT 1 FROM documents WHERE article_id = ?1)",
                (page,),
            )
        )


def _old_texts(db: Database, where: str, value: str) -> Iterator[str]:
    for (document,) in db.conn.execute(f"SELECT document FROM document_versions WHERE {where}", (value,)):
        known = json.loads(document)
        yield from (str(known.get(name) or "") for name in ("title", "title_hans", "text", "text_hans", "reading"))
