"""Crawls that were killed: their rows never learned how they ended, so the next crawl writes it."""

from pathlib import Path

from sqlite_utils import Database

from archive.store import transaction
from archive.warc import OPEN

KILLED = "killed"


def settle_killed(db: Database, crawl_id: int, warc_dir: Path) -> list[int]:
    """Close the rows of crawls before `crawl_id` whose process is gone, with the time of their last fetch. Their ids.

    A crawl that runs holds its WARC file open, so call this when the files that nobody holds are finished
    (`WarcWriter`). One that only begins, and holds none yet, writes its own end over what is written here.
    """
    rows = db.conn.execute(
        "SELECT c.id, coalesce(f.fetched_at, c.started_at), f.warc_file FROM crawls c"
        " LEFT JOIN fetches f ON f.id = (SELECT max(id) FROM fetches WHERE crawl_id = c.id)"
        " WHERE c.ended_at IS NULL AND c.id < ? AND c.site <> 'ingest' ORDER BY c.id",
        (crawl_id,),
    ).fetchall()
    gone = [(known, last) for known, last, file in rows if not file or _is_finished(warc_dir / file)]
    with transaction(db):
        for known, last in gone:
            db.conn.execute("UPDATE crawls SET reason = ?, ended_at = ? WHERE id = ?", (KILLED, last, known))
    return [known for known, _ in gone]


def _is_finished(file: Path) -> bool:
    """It is there, and not as a running crawl's; another folder's files are not known here."""
    return file.exists() and not file.with_name(file.name + OPEN).exists()
