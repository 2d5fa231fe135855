"""Revisits among the captures of an archive: which capture has their body, and the record as if it had it itself."""

from pathlib import Path

from sqlite_utils import Database

from archive.rows import Row, select
from archive.warcs.reading import read, resolved
from archive.warcs.records import Record, WarcError

# A capture with the place of what it is a revisit of; all columns of `fetches`, as `f`.
TO_ORIGINAL = "LEFT JOIN fetches o ON o.id = f.revisit_of"
JOINED = f"fetches f {TO_ORIGINAL}"
ORIGINAL = "o.warc_file AS original_file, o.warc_offset AS original_offset"


def captured(db: Database, warc_dir: Path, fetch_id: int) -> Record:
    """The record of a row of `fetches`, a revisit with its original's body. `WarcError` where it cannot be had."""
    sql = f"SELECT f.warc_file, f.warc_offset, {ORIGINAL} FROM {JOINED} WHERE f.id = ? AND f.warc_file <> ''"
    for row in select(db, sql, fetch_id):
        return record_of(warc_dir, row)
    raise WarcError(f"capture {fetch_id} has no WARC record")


def record_of(warc_dir: Path, row: Row) -> Record:
    """The same of a row that names both places, as `JOINED` and `ORIGINAL` give them."""
    record = read(warc_dir, str(row["warc_file"]), int(row["warc_offset"] or 0))
    if record.kind != "revisit":
        return record
    if not row["original_file"]:
        raise WarcError(
            f"{row['warc_file']}: the record at {record.offset} is a revisit, and its original is not known"
        )
    return resolved(record, read(warc_dir, str(row["original_file"]), int(row["original_offset"] or 0)))
