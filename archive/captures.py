"""What the archive has of an address already: for a crawl that goes on where it was, and for one that comes back.

A capture of the round that goes on is not asked for again: it is answered from its WARC. One of a round before gives
the validators that make a request conditional, and the body that a 304 speaks of.
"""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from archive import warc
from archive.rows import Row, select
from archive.warc import Record

LAST = 8  # captures of an address that are looked at: after so many revisits a full one is asked for again


@dataclass(frozen=True, slots=True)
class Original:
    """A capture that has the whole answer."""

    fetch_id: int
    url: str
    status: int
    date: str
    etag: str
    last_modified: str
    payload_digest: str
    body_digest: str
    file: str
    offset: int


@dataclass(frozen=True, slots=True)
class Known:
    """The captures of an address."""

    here: Original | None = None  # of this round: its answer
    unchanged: bool = False  # that answer was the body of a round before
    not_modified: bool = False  # so the server said, with a 304
    before: Original | None = None  # of a round before


def known(db: Database, round_id: int, url: str, unfit: Collection[int] = ()) -> Known:
    """What there is of an address. Answers whose status is in `unfit` (503 and the like) are no answers, nor is what
    broke off; and none that is not whole is asked after: "not modified" would pass half a page for all of it."""
    here, unchanged, not_modified, before = None, False, False, None
    for row in select(db, f"{_CAPTURES} WHERE f.url = ? AND f.taken_down IS NULL ORDER BY f.id DESC LIMIT {LAST}", url):
        found = _original(db, row)
        if found is None or row["status"] in unfit or row["truncated"] == "disconnect":
            continue
        if row["round"] == round_id and not (here or before):
            here, unchanged, not_modified = found, row["revisit_of"] is not None, row["status"] == 304
        elif found.status == 200 and row["round"] != round_id and not row["truncated"]:
            before = before or found
    return Known(here, unchanged, not_modified, before)


_CAPTURES = (
    "SELECT f.*, c.round AS round FROM fetches f LEFT JOIN crawls c ON c.id = f.crawl_id"  # an ingest has no round
)


def _original(db: Database, row: Row) -> Original | None:
    """The capture with the body: the row's own, or that which a revisit names."""
    if row["revisit_of"] is not None:
        found = select(db, "SELECT * FROM fetches WHERE id = ? AND taken_down IS NULL", row["revisit_of"])
        if not found or found[0]["revisit_of"] is not None:
            return None
        row = {**found[0], "etag": row["etag"] or found[0]["etag"], "last_modified": row["last_modified"]}
    return Original(
        int(str(row["id"])),
        str(row["url"]),
        int(str(row["status"])),
        str(row["fetched_at"]),
        str(row["etag"]),
        str(row["last_modified"]),
        str(row["payload_digest"]),
        str(row["body_digest"]),
        str(row["warc_file"]),
        int(str(row["warc_offset"])),
    )


def record_of(warc_dir: Path, original: Original) -> Record:
    """The capture itself. Raises `WarcError` where it cannot be read."""
    return warc.read(warc_dir, original.file, original.offset)
