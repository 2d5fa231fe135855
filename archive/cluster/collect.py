"""What shards became, put in the archive that they were planned from: as a rebuild there would have written it.

Ids, versions and families are settled here, where the documents are that they are compared with. Doing it twice
changes nothing. What was captured again since the plan is left as the archive has it, and so is what a takedown masked:
the shards still say what it quoted.
"""

import json
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from sqlite3 import SQLITE_CORRUPT, SQLITE_NOTADB

from sqlite_utils import Database

from archive import families, rows
from archive.cluster.plan import Place, Plan, load, places
from archive.errors import ArchiveError
from archive.progress import Progress
from archive.rebuild import BATCH
from archive.removing.tombstones import carried_out
from archive.rows import Stored, Value
from archive.store import add, gathered, open_archive, save_knowledge, transaction
from archive.versioning.rebuilt import Rebuilt
from pipelines.document import Knowledge

RETRYABLE = "(retryable)"  # at the end of a reason that says nothing of the page: a limit of time, a worker that died


@dataclass(slots=True)
class Collected:
    """What a collection did."""

    rebuilt: Rebuilt = field(default_factory=Rebuilt)
    newer: int = 0  # articles that were captured again since the plan
    masked: int = 0  # articles whose captures, or what was known of their hosts, a takedown has changed since the plan


def collect(db: Database, folder: Path, progress: Progress) -> Collected:
    """Put the documents of all shards in the archive."""
    plan = load(folder)
    plan.check()
    every = places(folder, plan)
    if waiting := [place for place in every if not (place.mark.exists() and place.archive.exists())]:
        raise ArchiveError(
            f"{len(waiting)} of {len(every)} shards are not restored. Go on: python -m archive cluster run {folder}"
        )
    done = Collected()
    progress.start("articles", plan.articles)
    try:
        for place in every:
            shard = opened(place)
            try:
                _known(db, shard, plan)
                _articles(db, shard, plan, done, progress)
            finally:
                shard.conn.close()
    finally:
        progress.stop()
    families.settle(db, progress)
    return done


def opened(place: Place) -> Database:
    """What a shard became."""
    try:
        return open_archive(place.archive, create=False)
    except ArchiveError as error:
        why = _broken(place.archive, error)
        if not why:  # it may be whole: a newer release made it, another program holds it, no more files can be opened
            raise
        raise ArchiveError(
            f"{place.archive} cannot be read: {why}. Remove it, and its shard is restored again:"
            f" python -m archive cluster run {place.folder}"
        ) from error


def _broken(path: Path, error: ArchiveError) -> str:
    """Why there is nothing in a file to lose; '' where there may be."""
    if not path.stat().st_size:
        return "it is empty"
    code = getattr(error.__cause__, "sqlite_errorcode", 0) & 0xFF  # without what is said beyond the kind
    return str(error.__cause__) if code in (SQLITE_CORRUPT, SQLITE_NOTADB) else ""


def _known(db: Database, shard: Database, plan: Plan) -> None:
    """What was learned for the plan is in force from now on, unless it may say what was taken down since."""
    if not plan.learned:
        return
    row = shard.conn.execute("SELECT json FROM knowledge WHERE id = ?", (plan.learned,)).fetchone()
    with transaction(db):
        (in_force,) = db.conn.execute("SELECT id FROM knowledge WHERE in_force").fetchone() or ("",)
        if row and in_force != plan.learned and carried_out(db) == plan.takedowns:
            save_knowledge(db, Knowledge.from_json(str(row[0])))


def _articles(db: Database, shard: Database, plan: Plan, done: Collected, progress: Progress) -> None:
    """One shard's articles, so many in a transaction."""
    ids = iter(
        [
            str(id)
            for (id,) in shard.conn.execute(
                "SELECT id FROM pages WHERE rejected IS NOT NULL OR source_text IS NOT NULL ORDER BY id"
            )
        ]
    )
    while some := list(islice(ids, BATCH)):
        with gathered(db), transaction(db):
            same = carried_out(db) == plan.takedowns
            for id in some:
                _take(db, shard, id, done, same)
        progress.step(len(some))
    (told,) = shard.conn.execute("SELECT stats FROM crawls ORDER BY id DESC LIMIT 1").fetchone()
    done.rebuilt.problems += json.loads(told)["problems"]


def _take(db: Database, shard: Database, id: str, done: Collected, same: bool) -> None:
    """One article, as `rebuild` takes it; `same`: no takedown was carried out since the plan."""
    new, old = rows.load(shard, id), rows.load(db, id)
    assert new
    if old is None or not _same_captures(db, shard, new):
        raise ArchiveError(
            f"page {id} of the shards has other captures in this archive: they were planned from another"
        )
    if _captures(old) != _captures(new):
        done.newer += 1
    elif not (same or _is_untouched(db, shard, new)):
        done.masked += 1
    elif old.documents and str(new.page["rejected"] or "").endswith(RETRYABLE):
        done.rebuilt.problems.append(f"page {id}: {new.page['rejected']}. Its documents stay as they were")
    else:
        done.rebuilt.note(old, new, add(db, rows.outcome(new), cause="rules"))


def _captures(stored: Stored) -> list[tuple[Value, ...]]:
    return [(row["url"], row["fetch_id"], row["missing"]) for row in stored.article_pages]


def _same_captures(db: Database, shard: Database, stored: Stored) -> bool:
    """Whether the archive means the same records by the numbers of these captures."""
    sql = "SELECT warc_file, warc_offset FROM fetches WHERE id = ?"
    numbers = [row["fetch_id"] for row in stored.article_pages if row["fetch_id"]]
    return all(db.conn.execute(sql, (n,)).fetchone() == shard.conn.execute(sql, (n,)).fetchone() for n in numbers)


def _is_untouched(db: Database, shard: Database, stored: Stored) -> bool:
    """Whether an article's captures, and what was known of its host, are what they were for the shard."""
    known = db.conn.execute("SELECT 1 FROM knowledge WHERE id = ?", (stored.page["knowledge_id"],)).fetchone()
    numbers = [int(row["fetch_id"]) for row in stored.article_pages if row["fetch_id"]]
    return known is not None and all(_bodies(db, n) == _bodies(shard, n) for n in numbers)


def _bodies(db: Database, number: int) -> tuple[Value, ...] | None:
    """What identifies the body of a capture, and whether it was removed; of a revisit that of its original too."""
    sql = (
        "SELECT f.body_digest, f.payload_digest, f.taken_down IS NULL, f.revisit_of, o.body_digest, o.payload_digest,"
        " o.taken_down IS NULL FROM fetches f LEFT JOIN fetches o ON o.id = f.revisit_of WHERE f.id = ?"
    )
    found: tuple[Value, ...] | None = db.conn.execute(sql, (number,)).fetchone()
    return found
