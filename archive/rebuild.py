"""Everything that follows from the captures, computed again: after a change of rules, or of what is known of hosts.

Never touched: fetches, crawls, takedowns, retired ids, old versions, recorded knowledge, and pages that never
entered the corridor.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sqlite_utils import Database

from archive import families, fulltext, warc
from archive.errors import ArchiveError
from archive.pool import Job, restored
from archive.progress import Progress
from archive.rows import Row, select
from archive.store import Added, add, knowledge, save_knowledge
from pipelines.document import Knowledge, Page, PageRules
from pipelines.learn import SourceText, learn

ANEW = "Make a new archive of the captures: python -m archive --archive NEW ingest WARC-FOLDER"


@dataclass(slots=True)
class Rebuilt:
    """What was restored again, and what could not be."""

    pages: int = 0
    added: Added = field(default_factory=Added)
    problems: list[str] = field(default_factory=list)


def rebuild(db: Database, warc_dir: Path, progress: Progress | None = None, *, learn: bool = False) -> Rebuilt:
    """Restore every page again from its capture, under the knowledge recorded for it (with `learn`: learned anew)."""
    renewed = learned(db) if learn else None
    if renewed:
        save_knowledge(db, renewed)
    rebuilt = _again(db, warc_dir, _entered(db), progress or Progress(), renewed)
    fulltext.reindex(db.conn)
    families.rebuild(db, progress)
    return rebuilt


def relearn(db: Database, warc_dir: Path, progress: Progress | None = None) -> int:
    """At the close of a crawl, put what the stored pages teach in force; how many pages were restored again for it."""
    renewed = learned(db)
    if renewed != knowledge(db):
        save_knowledge(db, renewed)
    # Page by page, not against what was in force: a run that was killed in between is made good by the next one.
    recorded = select(db, "SELECT id, json FROM knowledge WHERE json <> ''")  # '' where it came with an export
    held = {str(row["id"]): Knowledge.from_json(str(row["json"])) for row in recorded}
    stale = [
        page
        for page in _entered(db)
        if (known := held.get(str(page["knowledge_id"]))) is None
        or known.of(str(page["host"])) != renewed.of(str(page["host"]))
    ]
    return _again(db, warc_dir, stale, progress or Progress(), renewed).pages


def learned(db: Database) -> Knowledge:
    """What the stored source texts teach."""
    pages = db.conn.execute(
        "SELECT host, coalesce(page_title, ''), source_text FROM pages"
        " WHERE source_text IS NOT NULL AND knowledge_id IS NOT NULL"
    )
    return learn(SourceText(*page) for page in pages)


def _entered(db: Database) -> list[Row]:
    """The pages that went through the corridor."""
    return list(
        select(db, "SELECT id, host, rules, knowledge_id FROM pages WHERE knowledge_id IS NOT NULL ORDER BY id")
    )


def _again(db: Database, warc_dir: Path, pages: list[Row], progress: Progress, renewed: Knowledge | None) -> Rebuilt:
    rebuilt = Rebuilt()
    if not pages:
        return rebuilt
    progress.start("restoring again", len(pages))
    try:
        for outcome in restored(_jobs(db, warc_dir, pages, renewed, rebuilt)):
            rebuilt.pages += 1
            rebuilt.added += add(db, outcome, cause="rules")
            progress.step()
    finally:
        progress.stop()
    return rebuilt


def _jobs(
    db: Database, warc_dir: Path, pages: Iterable[Row], renewed: Knowledge | None, rebuilt: Rebuilt
) -> Iterator[Job]:
    held: dict[str, Knowledge] = {}
    for page in pages:
        key = str(page["knowledge_id"])
        try:
            if renewed is None and key not in held:
                held[key] = _held(db, key)
            article = tuple(captured(db, warc_dir, str(page["id"])))
        except ArchiveError as error:
            rebuilt.problems.append(f"page {page['id']}: {error}")
            continue
        yield Job(article, renewed or held[key], PageRules.from_json(str(page["rules"])))


def _held(db: Database, key: str) -> Knowledge:
    """What was recorded under `key`."""
    row = db.conn.execute("SELECT json FROM knowledge WHERE id = ?", (key,)).fetchone()
    if row is None:
        raise ArchiveError(f"its knowledge {key} is not there. Learn it anew: python -m archive rebuild --learn")
    return Knowledge.from_json(str(row[0]))


def captured(db: Database, warc_dir: Path, article_id: str) -> Iterator[Page]:
    """The pages of an article, as they were captured."""
    rows = select(
        db,
        "SELECT a.url, a.fetch_id, a.missing, f.warc_file, f.warc_offset FROM article_pages a"
        " LEFT JOIN fetches f ON f.id = a.fetch_id WHERE a.article_id = ? ORDER BY a.n",
        article_id,
    )
    if not rows:
        raise ArchiveError(f"its captures are not noted. {ANEW}")
    for row in rows:
        fetch_id = int(row["fetch_id"] or 0)
        if row["missing"] or not fetch_id:
            yield Page(str(row["url"]), b"", fetch_id=fetch_id, missing=str(row["missing"]))
            continue
        if row["warc_file"] is None:
            raise ArchiveError(f"its capture {fetch_id} is not noted. {ANEW}")
        record = warc.read(warc_dir, str(row["warc_file"]), int(row["warc_offset"] or 0))
        yield Page(str(row["url"]), record.body, record.content_type, record.date, fetch_id)
