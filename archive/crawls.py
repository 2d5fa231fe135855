"""Crawls that were killed: their rows never learned how they ended, so the next crawl writes it."""

from pathlib import Path

from sqlite_utils import Database

from archive.store import transaction

KILLED = "killed"


def settle_killed(db: Database, crawl_id: int, warc_dir: Path) -> list[int]:
    """Close the rows of crawls before `crawl_id` whose process is gone, with the time of their last fetch. Their ids.

    The WARC file of a crawl that runs has its final name only when it is closed, so call this when the files that
    nobody holds are finished (`WarcWriter`). A crawl that only begins, or is between two files, writes its own end
    over what is written here.
    """
    rows = db.conn.execute(
        "SELECT c.id, coalesce(f.fetched_at, c.started_at), f.warc_file FROM crawls c"
        " LEFT JOIN fetches f ON f.id = (SELECT max(id) FROM fetches WHERE crawl_id = c.id)"
        " WHERE c.ended_at IS NULL AND c.id < ? AND c.site <> 'ingest' ORDER BY c.id",
        (crawl_id,),
    ).fetchall()
    gone = [(known, last) for known, last, file in rows if not file or (warc_dir / file).exists()]
    with transaction(db):
        for known, last in gone:
            db.conn.execute("UPDATE crawls SET reason = ?, ended_at = ? WHERE id = ?", (KILLED, last, known))
    return [known for known, _ in gone]
