"""One article as rows: read from the tables, made from an outcome, compared, written.

Only this module knows how the types of the corridor look in SQLite.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from hashlib import sha256
from typing import Any

from sqlite_utils import Database

from archive.errors import ArchiveError
from archive.schemas.columns import JSON_COLUMNS
from pipelines.document import COLUMNS, Document, Edit, Fact, Gap, Mark, Outcome, Page, PageRules, Source, Step

Value = str | int | float | None  # what SQLite takes as it is
Row = dict[str, Value]

# Which capture a row was made from: a second capture of the same content changes nothing.
CAPTURE = frozenset({"fetch_id", "archived_at"})
# Derived from other documents or counted by the archive: never part of what a restoration yields.
DERIVED = frozenset({"family_id", "canonical", "version", "reading"})
# What may differ between two rows of one and the same version.
UNVERSIONED = CAPTURE | DERIVED | {"software", "knowledge_id", "source_start", "source_end"}


@dataclass(frozen=True, slots=True)
class Stored:
    """All rows of one article."""

    page: Row
    article_pages: tuple[Row, ...]
    edits: tuple[Row, ...]
    gaps: tuple[Row, ...]
    marks: tuple[Row, ...]
    facts: tuple[Row, ...]
    documents: tuple[Row, ...]

    @classmethod
    def nothing(cls) -> "Stored":
        """An article that the archive does not know yet."""
        return cls({}, (), (), (), (), (), ())

    @property
    def source_digest(self) -> str:
        """SHA-256 of the text that the article's offsets point into."""
        return sha256(str(self.page.get("source_text") or "").encode()).hexdigest()


def insert(db: Database, table: str, row: Row) -> int:
    """Insert `row`; returns its rowid."""
    return db.conn.execute(_inserting(table, tuple(row)), tuple(row.values())).lastrowid or 0


@lru_cache
def _inserting(table: str, names: tuple[str, ...]) -> str:
    """The statement for a row of these columns: the same text each time, so that SQLite need not read it again."""
    return f"INSERT INTO {table}({_quoted(names)}) VALUES ({', '.join('?' * len(names))})"


@lru_cache
def _upserting(table: str, names: tuple[str, ...]) -> str:
    update = ", ".join(f'"{name}" = excluded."{name}"' for name in names if name != "id")
    return f"{_inserting(table, names)} ON CONFLICT(id) DO UPDATE SET {update}"


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def each(db: Database, sql: str, *values: Value) -> Iterator[Row]:
    """Rows of a query, by column name, one at a time: of a table that is not written to meanwhile."""
    cursor = db.conn.execute(sql, values)
    names = [column[0] for column in cursor.description]
    for row in cursor:
        yield dict(zip(names, row, strict=True))


def select(db: Database, sql: str, *values: Value) -> tuple[Row, ...]:
    """All of them."""
    return tuple(each(db, sql, *values))


def load(db: Database, article_id: str) -> Stored | None:
    """The article as it stands in the archive."""
    page = select(db, "SELECT * FROM pages WHERE id = ?", article_id)
    if not page:
        return None

    def of_article(table: str, order: str = "n") -> tuple[Row, ...]:
        return select(db, f"SELECT * FROM {table} WHERE article_id = ? ORDER BY {order}", article_id)

    return Stored(
        page[0],
        of_article("article_pages"),
        of_article("edits"),
        of_article("gaps"),
        of_article("marks"),
        of_article("facts"),
        of_article("documents", "part"),
    )


def of(outcome: Outcome) -> Stored:
    """The rows that an outcome asks for."""
    key = outcome.article_id
    return Stored(
        _page(outcome),
        tuple(_article_page(outcome, n, page) for n, page in enumerate(outcome.article, 1)),
        tuple(_edit(key, n, edit) for n, edit in enumerate(outcome.edits, 1)),
        tuple(_gap(key, n, gap) for n, gap in enumerate(outcome.gaps, 1)),
        tuple(_mark(key, n, mark) for n, mark in enumerate(outcome.marks, 1)),
        tuple(_fact(key, n, fact) for n, fact in enumerate(outcome.facts, 1)),
        tuple(map(_document, outcome.documents)),
    )


def is_of(db: Database, stored: Stored, outcome: Outcome) -> bool:
    """Whether an article still stands on the captures, and by the profile's rules, that an outcome was made from: a
    crawl may have captured it again meanwhile, or a takedown have masked what it quoted."""
    kept = [(str(row["url"]), _number(row["fetch_id"]), str(row["missing"])) for row in stored.article_pages]
    read = [(page.url, page.fetch_id, page.missing) for page in outcome.article]
    same = kept == read and PageRules.from_json(str(stored.page["rules"])) == outcome.rules
    return same and not _is_masked(db, outcome)


def _is_masked(db: Database, outcome: Outcome) -> bool:
    """Whether a takedown has changed bodies or knowledge since an outcome was made of them."""
    known = db.conn.execute("SELECT 1 FROM knowledge WHERE id = ?", (outcome.knowledge_id,)).fetchone()
    sql = (
        "SELECT iif(taken_down IS NULL, body_digest, '') FROM fetches"
        " WHERE id = ? AND (redacted IS NOT NULL OR taken_down IS NOT NULL)"
    )
    found = ((page.body, db.conn.execute(sql, (page.fetch_id,)).fetchone()) for page in outcome.article)
    return known is None or any(row and row[0] != sha256(body).hexdigest() for body, row in found)


def outcome(stored: Stored) -> Outcome:
    """What `of` made these rows from, but for the bodies of its pages and the blocks of its text."""
    page = stored.page
    return Outcome(
        tuple(Page(str(row["url"]), b"", fetch_id=_number(row["fetch_id"]), missing=str(row["missing"]))
              for row in stored.article_pages),
        str(page["knowledge_id"] or ""),
        PageRules.from_json(str(page["rules"])),
        _source(stored),
        tuple(map(_document_of, stored.documents)),
        tuple(map(edit_of, stored.edits)),
        tuple(Gap(**_bare(row)) for row in stored.gaps),
        tuple(Mark(**_bare(row)) for row in stored.marks),
        tuple(Fact(**_bare(row)) for row in stored.facts),
        str(page["rejected"] or ""),
    )  # fmt: skip


def same(old: Stored, new: Stored) -> bool:
    """Whether both say the same of the article, whichever capture they were made from."""
    return (
        _but(old.page, CAPTURE | {"gone"}) == _but(new.page, CAPTURE | {"gone"})
        and _each(old.article_pages, CAPTURE) == _each(new.article_pages, CAPTURE)
        and old.edits == new.edits
        and old.gaps == new.gaps
        and old.marks == new.marks
        and old.facts == new.facts
        and _each(old.documents, CAPTURE | DERIVED) == _each(new.documents, CAPTURE | DERIVED)
    )


def same_version(old: Row, new: Row) -> bool:
    """Whether two rows of a document are one version of it."""
    return _but(old, UNVERSIONED) == _but(new, UNVERSIONED)


def undamaged(row: Row, restored: Row) -> Row:
    """`row` with the title and text that its digest speaks of, where those are the restored ones."""
    if row["content_digest"] != restored["content_digest"]:
        return row
    return {**row, **{name: restored[name] for name in ("title", "title_hans", "text", "text_hans")}}


def write(db: Database, old: Stored, new: Stored) -> None:
    """Put `new` in the place of `old`. A document that stays keeps its rowid, which the index knows it by."""
    kept = {row["id"] for row in new.documents}
    for row in old.documents:
        if row["id"] not in kept:
            db.conn.execute("DELETE FROM documents WHERE id = ?", (row["id"],))
    _upsert(db, "pages", new.page)
    for table in ("article_pages", "edits", "gaps", "marks", "facts"):
        db.conn.execute(f"DELETE FROM {table} WHERE article_id = ?", (new.page["id"],))
        if found := getattr(new, table):
            db.conn.executemany(_inserting(table, tuple(found[0])), [tuple(row.values()) for row in found])
    for row in new.documents:
        _upsert(db, "documents", row)


def within(edits: Iterable[Row], document: Row) -> list[Row]:
    """The edits inside a document's span of the source."""
    first, last = _number(document["source_start"]), _number(document["source_end"])
    return [edit for edit in edits if _number(edit["start"]) >= first and _number(edit["end"]) <= last]


def ledger_of(stored: Stored, document: Row) -> str:
    """What is kept of an article beside an old version of one of its documents, as JSON."""
    marks, facts = ([row for row in found if row["part"] == document["part"]] for found in (stored.marks, stored.facts))
    return to_json({"edits": within(stored.edits, document), "gaps": stored.gaps, "marks": marks, "facts": facts})


def to_json(value: object) -> str:
    """Compact JSON that stays readable in Chinese."""
    return _ENCODER.encode(value)


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))  # making one takes longer than most values


def edit_of(row: Row) -> Edit:
    """A row of `edits` as the ledger has it."""
    return Edit(_number(row["start"]), _number(row["end"]), str(row["replacement"]), steps_of(row))


def steps_of(edit: Row) -> tuple[Step, ...]:
    """The steps of a row of `edits`."""
    try:
        return tuple(Step(**step) for step in json.loads(str(edit["steps"])))
    except (ValueError, TypeError) as error:
        raise ArchiveError(
            f"the steps of edit {edit['n']} of page {edit['article_id']} cannot be read: {error}. "
            "Make the ledger anew: python -m archive rebuild"
        ) from error


def _upsert(db: Database, table: str, row: Row) -> None:
    db.conn.execute(_upserting(table, tuple(row)), tuple(row.values()))


def _page(outcome: Outcome) -> Row:
    first, source = outcome.article[0], outcome.source
    return {
        "id": outcome.article_id,
        "url": first.url,
        "host": first.host,
        "fetch_id": first.fetch_id or None,
        "charset": source.charset if source else None,
        "page_title": source.page_title if source else None,
        "source_text": source.text if source else None,
        "hidden_text": source.hidden_text if source else None,
        "canonical": (source.canonical or None) if source else None,
        "rules": outcome.rules.to_json(),
        "knowledge_id": outcome.knowledge_id or None,
        "rejected": outcome.rejected or None,
        "gone": None,
    }


def _article_page(outcome: Outcome, n: int, page: Page) -> Row:
    starts = outcome.source.starts if outcome.source else ()
    return {
        "article_id": outcome.article_id,
        "n": n,
        "url": page.url,
        "fetch_id": page.fetch_id or None,
        "start": starts[n - 1] if n <= len(starts) else None,
        "missing": page.missing,
    }


def _edit(key: str, n: int, edit: Edit) -> Row:
    return {
        "article_id": key,
        "n": n,
        "start": edit.start,
        "end": edit.end,
        "replacement": edit.replacement,
        "rule": edit.steps[-1].rule if edit.steps else "",
        "steps": _steps(edit.steps),
    }


@lru_cache(maxsize=1_000)  # each paragraph of a page lost the same indent
def _steps(steps: tuple[Step, ...]) -> str:
    return to_json([step._asdict() for step in steps])


def _gap(key: str, n: int, gap: Gap) -> Row:
    return {"article_id": key, "n": n, **_fields(gap)}


def _mark(key: str, n: int, mark: Mark) -> Row:
    return {"article_id": key, "n": n, **_fields(mark)}


def _fact(key: str, n: int, fact: Fact) -> Row:
    return {"article_id": key, "n": n, **_fields(fact)}


_NAMES = {kind: tuple(one.name for one in fields(kind)) for kind in (Gap, Mark, Fact)}


def _fields(one: Gap | Mark | Fact) -> Row:
    """As `asdict` gives them, which copies each value and takes ten times as long."""
    return {name: getattr(one, name) for name in _NAMES[type(one)]}


def _document(document: Document) -> Row:
    values = ((column.name, getattr(document, column.name)) for column in COLUMNS)
    return {name: value if isinstance(value, Value) else to_json(value) for name, value in values}


def _source(stored: Stored) -> Source | None:
    page = stored.page
    if page["source_text"] is None:
        return None
    starts = tuple(_number(row["start"]) for row in stored.article_pages if row["start"] is not None)
    title, hidden, charset = (str(page[name] or "") for name in ("page_title", "hidden_text", "charset"))
    text, link = str(page["source_text"]), str(page["canonical"] or "")
    return Source(str(page["url"]), text, starts, title, hidden, charset, html=True, canonical=link)


def _document_of(row: Row) -> Document:
    return Document(**{column.name: _parsed(column.name, row[column.name]) for column in COLUMNS})


def _parsed(name: str, value: Value) -> Any:
    """A value as a document has it: what is JSON in the table is a tuple, or a mapping."""
    if value is None or name not in JSON_COLUMNS:
        return value
    found = json.loads(str(value))
    return tuple(found) if isinstance(found, list) else found


def _bare(row: Row) -> dict[str, Any]:
    """A row without what says where it belongs."""
    return {name: value for name, value in row.items() if name not in ("article_id", "n")}


def _but(row: Row, names: frozenset[str]) -> Row:
    return {name: value for name, value in row.items() if name not in names}


def _each(rows: Sequence[Row], names: frozenset[str]) -> list[Row]:
    return [_but(row, names) for row in rows]


def _number(value: Value) -> int:
    return int(value or 0)
