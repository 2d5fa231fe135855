"""Revisits of captures that were taken down or masked: what they say of a body follows what became of it.

A revisit has the body of another capture. Where that is gone, the revisit proves nothing more, and a tombstone takes
its place; where it is masked, the revisit names the digest that it has now.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import chain, groupby
from pathlib import Path

from sqlite_utils import Database

from archive.removing import warc_tombstones
from archive.removing.warc_tombstones import Raw
from archive.rows import Row, select
from archive.store import transaction
from archive.warcs import sealing
from archive.warcs.reading import read
from archive.warcs.records import digest

# In a tight place one of these goes, the first before the last: without a digest, address and time still name the
# original.
SPARED = ("WARC-Warcinfo-ID", "WARC-Block-Digest", "WARC-Payload-Digest")
TOLD = """
    SELECT f.id, f.warc_file, f.warc_offset, o.taken_down, o.redacted, o.body_digest,
        o.payload_digest, o.warc_file AS original_file, o.warc_offset AS original_offset
    FROM fetches f JOIN fetches o ON o.id = f.revisit_of
    WHERE f.taken_down IS NULL AND f.warc_file <> '' AND (o.taken_down IS NOT NULL OR o.body_digest <> f.body_digest)
    ORDER BY f.warc_file, f.warc_offset
"""


def follow(db: Database, warc_dir: Path, told: Mapping[int, Mapping[str, object]]) -> Iterator[tuple[str, int]]:
    """Bring all revisits to what became of their originals: files that were changed, records that are gone in each."""
    for name, rows in groupby(select(db, TOLD), key=lambda row: str(row["warc_file"])):
        path, wanted = warc_dir / name, {int(row["warc_offset"] or 0): row for row in rows}
        if not path.exists():
            continue

        def change(raw: Raw, wanted: dict[int, Row] = wanted) -> Iterator[Raw] | None:
            row = wanted.get(raw.offset)
            return _changed(raw, row, _digest(warc_dir, row), told) if row and raw.kind == "revisit" else None

        changed = warc_tombstones.rewrite(path, change, partial(sealing.seal, warc_dir, name))
        with transaction(db):
            gone = sum(
                _noted(db, raw, wanted[raw.offset]) for raw in warc_tombstones.records(path) if raw.offset in wanted
            )
        if changed:
            yield name, gone


def _digest(warc_dir: Path, row: Row) -> str:
    """The payload digest of an original; where its record names none, that of its body, which is plain once masked."""
    if row["payload_digest"] or row["taken_down"] is not None:
        return str(row["payload_digest"])
    return digest(read(warc_dir, str(row["original_file"]), int(row["original_offset"] or 0)).body)


def _changed(raw: Raw, row: Row, named: str, told: Mapping[int, Mapping[str, object]]) -> Iterator[Raw] | None:
    """What is to stand in a revisit's place; a tombstone also where nothing else fits."""
    number = int(row["taken_down"] or row["redacted"] or 0)
    tombstone = warc_tombstones.tombstone(raw, raw.url, {**told.get(number, {"takedown": number})})
    if row["taken_down"] is not None:
        return tombstone
    if raw.field("WARC-Payload-Digest") in ("", named):
        return None
    fields = tuple((name, named if name == "WARC-Payload-Digest" else value) for name, value in raw.fields)
    tighter = (fields, *(tuple(one for one in fields if one[0] != name) for name in SPARED))
    return chain((Raw(one, raw.block) for one in tighter), tombstone)


def _noted(db: Database, raw: Raw, row: Row) -> bool:
    """The row of a revisit, as its record is now; whether that is a tombstone."""
    if raw.kind == "metadata":
        number = row["taken_down"] or row["redacted"]
        db.conn.execute("UPDATE fetches SET taken_down = ?, path = '' WHERE id = ?", (number, row["id"]))
        return True
    digests = (raw.field("WARC-Payload-Digest") or row["payload_digest"], row["body_digest"])
    sets = "redacted = coalesce(redacted, ?), payload_digest = ?, body_digest = ?"
    db.conn.execute(f"UPDATE fetches SET {sets} WHERE id = ?", (row["redacted"], *digests, row["id"]))
    return False
