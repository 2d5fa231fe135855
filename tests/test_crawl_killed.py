"""Which crawls a later one takes for killed: those whose process is gone, and no other."""

from pathlib import Path

from sqlite_utils import Database

from archive.crawls import settle_killed
from archive.store import Fetch, add_fetch, begin_crawl, end_crawl, open_archive
from archive.warc import WarcWriter

DATE = "2024-01-0{}T00:00:00Z"


def fetched(db: Database, folder: Path, *, closed: bool, days: int = 1) -> tuple[int, WarcWriter]:
    """A crawl that has asked for a page a day."""
    crawl_id = begin_crawl(db, "a.test", "{}")
    writer = WarcWriter(folder, f"crawl-{crawl_id}", {})
    for day in range(1, days + 1):
        capture = writer.resource("http://a.test/", "text/html", b"x", date=DATE.format(day))
        add_fetch(
            db,
            Fetch(crawl_id, "http://a.test/", 200, DATE.format(day), capture.payload_digest, capture.body_digest,
                  capture.file, capture.offset, capture.length),
        )  # fmt: skip
    if closed:
        writer.close()  # as the next run finishes the file of one that was killed
    return crawl_id, writer


def test_only_crawls_whose_process_is_gone_are_closed(tmp_path: Path) -> None:
    db, folder = open_archive(tmp_path / "archive.db"), tmp_path / "warc"
    killed, _ = fetched(db, folder, closed=True, days=3)
    running, writer = fetched(db, folder, closed=False)
    ended, _ = fetched(db, folder, closed=True)
    end_crawl(db, ended, "finished", "{}")
    elsewhere, _ = fetched(db, tmp_path / "other", closed=True)
    never_fetched = begin_crawl(db, "a.test", "{}")
    ingest = begin_crawl(db, "ingest", "{}")
    assert settle_killed(db, begin_crawl(db, "a.test", "{}"), folder) == [killed, never_fetched]
    rows = {row["id"]: row for row in db["crawls"].rows}
    assert (rows[killed]["reason"], rows[killed]["ended_at"]) == ("killed", DATE.format(3))
    assert rows[never_fetched]["ended_at"] == rows[never_fetched]["started_at"]
    assert rows[ended]["reason"] == "finished"
    assert not [known for known in (running, elsewhere, ingest) if rows[known]["ended_at"]]
    writer.close()
    db.close()
