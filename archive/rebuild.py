"""Everything that follows from the captures, computed again: after a change of rules, or of what is known of hosts.

Never touched: fetches, crawls, takedowns, retired ids, old versions, recorded knowledge, and pages that never
entered the corridor.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path

from sqlite_utils import Database

import pipelines
from archive import families, rows
from archive.condition import Filters
from archive.errors import ArchiveError
from archive.pool import Job, restored
from archive.progress import Progress
from archive.removing.tombstones import carried_out
from archive.rows import Row, Stored, insert, select
from archive.searching import fulltext
from archive.store import add, gathered, knowledge, now, save_knowledge, transaction, would_add
from archive.versioning.rebuilt import Rebuilt
from archive.warcs import revisits
from pipelines.document import SOFTWARE, Knowledge, Outcome, Page, PageRules

ANEW = "Make a new archive of the captures: python -m archive --archive NEW ingest WARC-FOLDER"
BATCH = 50  # pages that are written in one transaction: half a second of restoring is lost by a kill

NOT_TAKEN_DOWN = (
    "NOT EXISTS (SELECT 1 FROM article_pages a JOIN fetches f ON f.id = a.fetch_id"
    " WHERE a.article_id = pages.id AND f.taken_down IS NOT NULL)"
)


@dataclass(frozen=True, slots=True)
class Options:
    """What a rebuild takes."""

    learn: bool = False  # first learn anew what hosts repeat
    where: str | None = None  # only pages that hold such documents
    site: tuple[str, ...] = ()  # only pages of these hosts

    @property
    def is_slice(self) -> bool:
        """Whether it leaves pages out."""
        return bool(self.where is not None or self.site)

    def to_json(self) -> str:
        """As it is recorded."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)


def rebuild(db: Database, warc_dir: Path, progress: Progress | None = None, options: Options | None = None) -> Rebuilt:
    """Restore every page again from its capture, under the knowledge recorded for it (with `learn`: learned anew).

    One that was killed goes on after the last page that it had written, if options and rules are the same.
    """
    shown, options = progress or Progress(), options or Options()
    run, done, rebuilt, renewed = _begin(db, options)
    pages = [page for page in entered(db, options) if str(page["id"]) > done]
    found = _outcomes(db, warc_dir, pages, shown, renewed, rebuilt)
    while outcomes := list(islice(found, BATCH)):
        with gathered(db), transaction(db):
            for outcome in outcomes:
                _put(db, outcome, rebuilt)
            where = {"done": outcomes[-1].article_id, "summary": rebuilt.to_json(), "id": run}
            db.conn.execute("UPDATE rebuilds SET done = :done, summary = :summary WHERE id = :id", where)
    if options.is_slice:
        families.settle(db, shown)
    else:
        fulltext.reindex(db.conn)
        families.rebuild(db, shown)
    with transaction(db):
        db.conn.execute("UPDATE rebuilds SET ended_at = ?, summary = ? WHERE id = ?", (now(), rebuilt.to_json(), run))
    return rebuilt


def _put(db: Database, outcome: Outcome, rebuilt: Rebuilt) -> None:
    """Store what became of a page, unless it was captured again, or masked, since it was read."""
    old = rows.load(db, outcome.article_id)
    if old and rows.is_of(db, old, outcome):
        rebuilt.note(old, rows.of(outcome), add(db, outcome, cause="rules"))
    else:
        rebuilt.newer += 1


def rehearse(db: Database, warc_dir: Path, progress: Progress | None = None, options: Options | None = None) -> Rebuilt:
    """What `rebuild` would change. Nothing is written."""
    options, rebuilt = options or Options(), Rebuilt()
    renewed = learned(db) if options.learn else None
    pages = entered(db, options)
    for outcome in _outcomes(db, warc_dir, pages, progress or Progress(), renewed, rebuilt):
        old = rows.load(db, outcome.article_id) or Stored.nothing()
        rebuilt.note(old, rows.of(outcome), would_add(db, outcome))
    return rebuilt


def unfinished(db: Database) -> Iterator[tuple[int, str, int]]:
    """Rebuilds that were broken off (or still run): number, when they began, pages that they had done."""
    for row in select(db, "SELECT * FROM rebuilds WHERE ended_at IS NULL ORDER BY id"):
        done = Rebuilt.from_json(str(row["summary"])).pages if row["summary"] else 0
        yield int(row["id"] or 0), str(row["started_at"]), done


def rules_digest() -> str:
    """What identifies the rules: of all files of the restorer, code and data."""
    root = Path(pipelines.__file__).parent
    digest = sha256()
    for path in sorted(root.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            digest.update(f"{path.relative_to(root).as_posix()}\0{path.stat().st_size}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _begin(db: Database, options: Options) -> tuple[int, str, Rebuilt, Knowledge | None]:
    """The rebuild's number, the last page it had done, what it had changed, and what it had learned."""
    known = {"options": options.to_json(), "rules": rules_digest(), "software": SOFTWARE}
    with transaction(db):
        for row in select(db, "SELECT * FROM rebuilds WHERE ended_at IS NULL ORDER BY id DESC"):
            if all(row[name] == value for name, value in known.items()):
                renewed = known_as(db, str(row["knowledge_id"])) if row["knowledge_id"] else None
                summary = Rebuilt.from_json(str(row["summary"])) if row["summary"] else Rebuilt()
                return int(row["id"] or 0), str(row["done"]), summary, renewed
        renewed = learned(db) if options.learn else None
        if renewed:
            save_knowledge(db, renewed)
        # Those that were broken off under other rules never go on: this one does their work too.
        if not options.is_slice:
            db.conn.execute("UPDATE rebuilds SET ended_at = ? WHERE ended_at IS NULL", (now(),))
        more = {"knowledge_id": renewed.id if renewed else None, "started_at": now()}
        return insert(db, "rebuilds", {**known, **more}), "", Rebuilt(), renewed


def relearn(db: Database, warc_dir: Path, progress: Progress | None = None) -> int:
    """At the close of a crawl, put what the stored pages teach in force; how many pages were restored again for it."""
    renewed = _in_force(db)
    # Page by page, not against what was in force: a run that was killed in between is made good by the next one.
    recorded = select(db, "SELECT id, json FROM knowledge WHERE json <> ''")  # '' where it came with an export
    held = {str(row["id"]): Knowledge.from_json(str(row["json"])) for row in recorded}
    stale = [
        page
        for page in entered(db)
        if (known := held.get(str(page["knowledge_id"]))) is None
        or known.of(str(page["host"])) != renewed.of(str(page["host"]))
    ]
    return _again(db, warc_dir, stale, progress or Progress(), renewed)


def _in_force(db: Database) -> Knowledge:
    """What the stored pages teach, in force; learned once more where a takedown masked pages while it was learned."""
    while True:
        before, renewed = carried_out(db), learned(db)
        with transaction(db):
            if carried_out(db) == before:
                if renewed != knowledge(db):
                    save_knowledge(db, renewed)
                return renewed


def learned(db: Database) -> Knowledge:
    """What the stored source texts teach."""
    from pipelines.learn import SourceText, learn  # here: most commands learn nothing

    pages = db.conn.execute(
        "SELECT host, coalesce(page_title, ''), source_text FROM pages"
        " WHERE source_text IS NOT NULL AND knowledge_id IS NOT NULL"
    )
    return learn(SourceText(*page) for page in pages)


def entered(db: Database, options: Options | None = None) -> list[Row]:
    """The pages that went through the corridor; not those whose capture was taken down: they stay as they are."""
    wanted, values = _slice(options or Options())
    all_of_them = "SELECT id, host, rules, knowledge_id FROM pages WHERE knowledge_id IS NOT NULL"
    return list(select(db, f"{all_of_them} AND {NOT_TAKEN_DOWN} AND {wanted} ORDER BY id", *values))


def _slice(options: Options) -> tuple[str, tuple[str | int | float, ...]]:
    """Which pages, as SQL: those of a host without documents too, if no documents are asked for."""
    found, values = ["1"], list[str | int | float]()
    if options.site:
        one = "host = ? OR substr(host, -length(?) - 1) = '.' || ?"
        found.append(f"({' OR '.join([one] * len(options.site))})")
        values += [host.lower() for host in options.site for _ in range(3)]
    if options.where is not None:
        chosen = Filters(where=options.where).condition()
        found.append(f"id IN (SELECT article_id FROM documents WHERE {chosen.sql})")
        values += chosen.values
    return " AND ".join(found), tuple(values)


def _outcomes(
    db: Database, warc_dir: Path, pages: list[Row], progress: Progress, renewed: Knowledge | None, rebuilt: Rebuilt
) -> Iterator[Outcome]:
    """What becomes of pages, in order."""
    if not pages:
        return
    progress.start("restoring again", len(pages))
    try:
        for outcome in restored(jobs(db, warc_dir, pages, renewed, rebuilt.problems)):
            yield outcome
            progress.step()
    finally:
        progress.stop()


def _again(db: Database, warc_dir: Path, pages: list[Row], progress: Progress, renewed: Knowledge) -> int:
    """Restore pages again under what was learned; how many."""
    done = Rebuilt()
    for outcome in _outcomes(db, warc_dir, pages, progress, renewed, done):
        with transaction(db):
            if (old := rows.load(db, outcome.article_id)) and rows.is_of(db, old, outcome):
                add(db, outcome, cause="rules")
                done.pages += 1
    return done.pages


def jobs(
    db: Database, warc_dir: Path, pages: Iterable[Row], renewed: Knowledge | None, problems: list[str]
) -> Iterator[Job]:
    """Pages with their captures and what was known of their hosts; what cannot be read goes to `problems`."""
    held: dict[str, Knowledge] = {}
    for page in pages:
        key = str(page["knowledge_id"])
        try:
            if renewed is None and key not in held:
                held[key] = known_as(db, key)
            article = tuple(captured(db, warc_dir, str(page["id"])))
        except ArchiveError as error:
            problems.append(f"page {page['id']}: {error}")
            continue
        yield Job(article, renewed or held[key], PageRules.from_json(str(page["rules"])))


def known_as(db: Database, key: str) -> Knowledge:
    """What was recorded under `key`."""
    row = db.conn.execute("SELECT json FROM knowledge WHERE id = ?", (key,)).fetchone()
    if row is None:
        raise ArchiveError(f"its knowledge {key} is not there. Learn it anew: python -m archive rebuild --learn")
    return Knowledge.from_json(str(row[0]))


def captured(db: Database, warc_dir: Path, article_id: str) -> Iterator[Page]:
    """The pages of an article, as they were captured."""
    rows = select(
        db,
        f"SELECT a.url, a.fetch_id, a.missing, f.warc_file, f.warc_offset, {revisits.ORIGINAL} FROM article_pages a"
        # Not joined to both in brackets: SQLite would then go through all captures for each article.
        f" LEFT JOIN fetches f ON f.id = a.fetch_id {revisits.TO_ORIGINAL} WHERE a.article_id = ? ORDER BY a.n",
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
        record = revisits.record_of(warc_dir, row)
        yield Page(str(row["url"]), record.body, record.content_type, record.date, fetch_id)
