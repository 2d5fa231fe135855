"""The restored reading of canonical copies: computed when families are settled, each fill with the copy it came from.

`documents.text` stays as it was. `documents.reading` is the text with its fills, NULL where there are none.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict

from sqlite_utils import Database

from archive.copies.addresses import domain
from archive.copies.canonical import is_primary, is_trusted
from archive.rows import Row, edit_of, insert, select
from pipelines.copies.reading import LOST, MASKED, Copy, Fill, filled, fills
from pipelines.document import Source, Spot
from pipelines.ledger import begin

ANEW = "Make it anew: python -m archive families --rebuild"
COPIES = 12  # that are asked: the smallest ids; more only repeat each other


def settle(db: Database, members: Sequence[Row], best: str) -> None:
    """Fill the canonical copy of a family, and nobody else."""
    for row in members:
        if row["id"] != best and row["is_filled"]:
            _write(db, row, None, ())
    lead = next(row for row in members if row["id"] == best)
    if len(members) == 1 and not lead["is_filled"]:
        return
    text, found = _found(db, lead, members)
    if found or lead["is_filled"]:
        _write(db, lead, filled(text, found) if found else None, found)


def of(db: Database, id: str) -> tuple[Row, ...]:
    """The fills of a document, in order."""
    return select(db, "SELECT * FROM fills WHERE document_id = ? ORDER BY n", id)


def flaws(db: Database) -> Iterator[str]:
    """Readings that are not their text with their fills."""
    rows = select(db, "SELECT id, text, reading FROM documents WHERE reading IS NOT NULL ORDER BY id")
    for row in rows:
        known = [_fill(fill) for fill in of(db, str(row["id"]))]
        if not known or filled(str(row["text"]), known) != row["reading"]:
            yield f"document {row['id']}: its fills do not make its reading. {ANEW}"


def _found(db: Database, lead: Row, members: Sequence[Row]) -> tuple[str, list[Fill]]:
    """The text of a family's lead, and what its copies prove of it."""
    row = select(
        db, "SELECT article_id, part, text, script, source_start FROM documents WHERE id = ?", str(lead["id"])
    )[0]
    text, spots = str(row["text"]), list(_spots(db, row))
    others = [one for one in members if one["id"] != lead["id"] and is_trusted(one)][:COPIES] if spots else []
    hans = row["script"] == "hans"
    copies = [
        Copy(str(one["id"]), str(said["text"]), domain(str(one["host"] or "")), is_primary(one))
        for one in others
        for said in select(db, "SELECT text, script FROM documents WHERE id = ?", str(one["id"]))
        if hans or said["script"] == row["script"]
    ]
    return text, fills(text, spots, copies, hans=hans) if copies else []


def _spots(db: Database, document: Row) -> Iterator[Spot]:
    """A document's marks of what is masked or lost, with their offsets in its text."""
    key, kinds = str(document["article_id"]), sorted(MASKED | LOST)
    wanted = ", ".join("?" * len(kinds))
    marks = select(
        db,
        f"SELECT * FROM marks WHERE article_id = ? AND part = ? AND kind IN ({wanted}) ORDER BY n",
        key, document["part"], *kinds,
    )  # fmt: skip
    if not marks:
        return
    source = select(db, "SELECT url, source_text FROM pages WHERE id = ?", key)[0]
    edits = map(edit_of, select(db, "SELECT * FROM edits WHERE article_id = ? ORDER BY n", key))
    draft = begin(Source(str(source["url"]), str(source["source_text"]), (0,), "", "", "", True), edits)
    first = draft.view_at(int(document["source_start"] or 0))
    for mark in marks:
        start, end = (draft.view_at(int(mark[name] or 0)) - first for name in ("start", "end"))
        if 0 <= start < end <= len(str(document["text"])):
            yield Spot(start, end, str(mark["kind"]), str(mark["evidence"]))


def _write(db: Database, document: Row, reading: str | None, found: Sequence[Fill]) -> None:
    id = str(document["id"])
    db.conn.execute("DELETE FROM fills WHERE document_id = ?", (id,))
    db.conn.execute("UPDATE documents SET reading = ? WHERE id = ?", (reading, id))
    for n, fill in enumerate(found, 1):
        known = asdict(fill)
        copy = known.pop("copy")
        insert(db, "fills", {"document_id": id, "n": n, **known, "from_document": copy})


def _fill(row: Row) -> Fill:
    def number(name: str) -> int:
        return int(row[name] or 0)

    def word(name: str) -> str:
        return str(row[name])

    return Fill(
        number("start"), number("end"), word("before"), word("after"), word("kinds"), word("from_document"),
        number("agreeing"), number("hosts"),
    )  # fmt: skip
