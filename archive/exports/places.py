"""Where in a document's text its damage and its gaps stand, and what its facts rest on.

The archive keeps both as offsets in the page's source text; an export shows the restored text, so they are carried
over through the ledger. Masks and folding keep offsets, so they hold for a masked text too.
"""

from dataclasses import dataclass

from sqlite_utils import Database

from archive.rows import Row, edit_of, select, within
from pipelines.document import Edit, Source
from pipelines.ledger import begin


@dataclass(frozen=True, slots=True)
class Span:
    """Damage that is kept as it stands: `text[start:end]`."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Hole:
    """Something that the document had, and that should stand before `text[at]`."""

    at: int
    kind: str
    missing: int | None


@dataclass(frozen=True, slots=True)
class Places:
    """All of a document's."""

    spans: tuple[Span, ...] = ()
    holes: tuple[Hole, ...] = ()


def places(db: Database, document: Row) -> Places:
    """The damage and the gaps of a document."""
    key, part = document["article_id"], document["part"]
    marks = select(db, "SELECT * FROM marks WHERE article_id = ? AND part = ? ORDER BY n", key, part)
    gaps = select(db, "SELECT * FROM gaps WHERE article_id = ? AND part IN (0, ?) ORDER BY n", key, part)
    if not marks and not gaps:
        return Places()
    first, last = int(document["source_start"] or 0), int(document["source_end"] or 0)
    sql = "SELECT substr(source_text, ?, ?) AS text FROM pages WHERE id = ?"
    (page,) = select(db, sql, first + 1, last - first, key)
    edits = within(select(db, "SELECT * FROM edits WHERE article_id = ? ORDER BY n", key), document)
    draft = begin(_source(str(page["text"] or "")), [_moved(edit_of(row), first) for row in edits])

    def at(offset: object) -> int:
        return draft.view_at(min(max(int(str(offset)), first), last) - first)

    spans = (Span(at(row["start"]), at(row["end"]), str(row["kind"])) for row in marks)
    missing = {row["n"]: int(row["missing"]) if row["missing"] is not None else None for row in gaps}
    holes = (Hole(at(row["start"]), str(row["kind"]), missing[row["n"]]) for row in gaps)
    return Places(tuple(one for one in spans if one.start < one.end), tuple(holes))


def evidence(db: Database, document: Row) -> dict[str, str]:
    """The words that tell each fact of a document: the first, where several do."""
    sql = "SELECT name, evidence FROM facts WHERE article_id = ? AND part = ? ORDER BY n DESC"
    found = select(db, sql, document["article_id"], document["part"])
    return {str(row["name"]): str(row["evidence"]) for row in found}


def _source(text: str) -> Source:
    return Source("", text, (0,), "", "", "", True)


def _moved(edit: Edit, by: int) -> Edit:
    return edit._replace(start=edit.start - by, end=edit.end - by)
