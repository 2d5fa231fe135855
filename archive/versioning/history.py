"""The history of a document: its versions, why each came, and what sets it apart from the one before.

What a page that shows histories needs (the terminal and Datasette use the same):

    histories(db, name) -> tuple[History, ...]    # `name` as `show` takes it; a page gives all its documents
    History.id, .url, .title, .versions (oldest first), .retired_at, .replaced_by, .replaces
    Version.number, .is_current, .since, .until, .cause, .fetch_id, .archived_at, .software, .document (the whole row)
    Version.change -> Difference | None           # against the version before; None for the first
    version(db, id, number) -> Row                # one version's row, current or old; ArchiveError if there is none
    compare(older: Row, newer: Row) -> Difference # pure: two rows of `documents`
    Difference.pieces                             # the text in order: Piece(kind, before, after); kind is one of
                                                  # same, inserted, deleted, replaced: exact, of the text as published
    Difference.inserted, .deleted, .replaced      # characters
    Difference.columns                            # Column(name, before, after): title, status, damage, facts …
    Difference.rules                              # {rule: ledger_diff.Shift}, where both have one source text
    told(difference) -> list[str]                 # the same in words, a phrase each

`db` is an `sqlite_utils.Database`; inside Datasette's `execute_fn`, `Database(conn)` makes one.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from sqlite_utils import Database

from archive import lookup
from archive.copies.lineage import Piece
from archive.errors import ArchiveError
from archive.rows import UNVERSIONED, Row, Value, select, within
from archive.schemas.columns import JSON_COLUMNS
from archive.versioning.ledger_diff import Shift, by_rule, moved
from pipelines.copies.alignment import Run, align
from pipelines.document import COLUMNS

# Said by other columns (a digest, the Simplified form), by the pieces, or the same in every version.
SAID_ELSEWHERE = UNVERSIONED | {"id", "url", "article_id", "text", "text_hans", "title_hans", "content_digest"}
CAUSES = {"first": "the first version", **lookup.CAUSES}
SHOWN = 40  # characters of a value that are told


@dataclass(frozen=True, slots=True)
class Column:
    """A column that says something else than before; lists and objects as such."""

    name: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class Difference:
    """What sets one version apart from another."""

    pieces: tuple[Piece, ...]
    columns: tuple[Column, ...]
    rules: Mapping[str, Shift] = field(default_factory=dict)

    @property
    def inserted(self) -> int:
        """Characters that only the newer text has."""
        return sum(len(piece.after) for piece in self.pieces if piece.kind == "inserted")

    @property
    def deleted(self) -> int:
        """Characters that only the older text has."""
        return sum(len(piece.before) for piece in self.pieces if piece.kind == "deleted")

    @property
    def replaced(self) -> int:
        """Characters of the older text that others stand for."""
        return sum(len(piece.before) for piece in self.pieces if piece.kind == "replaced")

    def as_object(self) -> dict[str, object]:
        """For programs: counts, changes of the text, columns and rules."""
        return {
            "inserted": self.inserted,
            "deleted": self.deleted,
            "replaced": self.replaced,
            "changes": changes(self.pieces),
            "columns": {column.name: [column.before, column.after] for column in self.columns},
            "rules": {rule: _counts(shift) for rule, shift in self.rules.items()},
        }


@dataclass(frozen=True, slots=True)
class Version:
    """A document as it was restored at one time."""

    document: Row
    is_current: bool
    since: str  # when it came to stand in the archive, as far as that was kept
    until: str | None  # when it gave way
    cause: str  # why it came: a key of CAUSES
    change: Difference | None  # against the version before

    @property
    def number(self) -> int:
        """Its number, from 1."""
        return int(self.document["version"] or 1)

    @property
    def fetch_id(self) -> Value:
        """The capture that it was restored from."""
        return self.document["fetch_id"]

    @property
    def archived_at(self) -> str:
        """When that page was captured."""
        return str(self.document["archived_at"])

    @property
    def software(self) -> str:
        """What restored it."""
        return str(self.document["software"])

    def as_object(self) -> dict[str, object]:
        """For programs."""
        known = {name: getattr(self, name) for name in ("since", "until", "cause", "fetch_id", "archived_at")}
        rest = {name: self.document.get(name) for name in ("software", "knowledge_id", "title", "content_digest")}
        length = len(str(self.document["text"]))
        change = self.change.as_object() if self.change else None
        return {"version": self.number, "current": self.is_current, **known, **rest, "length": length, "change": change}


@dataclass(frozen=True, slots=True)
class History:
    """All versions of a document, and what it was before or became."""

    id: str
    versions: tuple[Version, ...]  # oldest first
    retired_at: str | None  # when its id vanished; None while it is in use
    replaced_by: str | None  # the document that holds most of its text now
    replaces: tuple[str, ...]  # ids that vanished into it

    @property
    def title(self) -> str:
        """Of its last version."""
        return str(self.versions[-1].document["title"]) if self.versions else ""

    @property
    def url(self) -> str:
        """Of its page."""
        return str(self.versions[-1].document["url"]) if self.versions else ""

    def as_object(self) -> dict[str, object]:
        """For programs."""
        known = {name: getattr(self, name) for name in ("id", "url", "title", "retired_at", "replaced_by", "replaces")}
        return {**known, "versions": [version.as_object() for version in self.versions]}


def histories(db: Database, name: str) -> tuple[History, ...]:
    """The histories of the documents that `name` means; a retired id has one of its own."""
    return tuple(_history(db, key) for key in lookup.ids(db, name))


def version(db: Database, key: str, number: int) -> Row:
    """One version of a document."""
    return lookup.documents(db, f"{key}@{number}").documents[0]


def compare(older: Row, newer: Row) -> Difference:
    """What sets two versions apart, text and columns. Columns that the older one was kept without are no change."""
    names = (column.name for column in COLUMNS if column.name not in SAID_ELSEWHERE)
    return Difference(
        tuple(pieces(str(older["text"]), str(newer["text"]))),
        tuple(
            Column(name, _value(name, older[name]), _value(name, newer[name]))
            for name in names
            if name in older and name in newer and older[name] != newer[name]
        ),
    )


def pieces(older: str, newer: str) -> Iterator[Piece]:
    """Both texts in order, as published: what stands in both, and what was inserted, deleted, replaced."""
    at_a = at_b = 0
    for run in _runs(older, newer):
        before, after = older[at_a : run.start_a], newer[at_b : run.start_b]
        if before or after:
            yield Piece("replaced" if before and after else "deleted" if before else "inserted", before, after)
        if run.length:
            yield Piece("same", *(older[run.start_a : run.end_a],) * 2)
        at_a, at_b = run.end_a, run.end_b


def _runs(older: str, newer: str) -> Iterator[Run]:
    """What both have in order, from a common beginning of any length to their ends."""
    both = zip(older, newer, strict=False)
    head = next((n for n, (a, b) in enumerate(both) if a != b), min(len(older), len(newer)))
    yield Run(0, 0, head)
    yield from (Run(a + head, b + head, size) for a, b, size in align(older[head:], newer[head:]))
    yield Run(len(older), len(newer), 0)


def changes(found: Sequence[Piece]) -> list[dict[str, object]]:
    """The changes of a text with their places (code points) in the older and the newer one."""
    places: list[dict[str, object]] = []
    at_a = at_b = 0
    for piece in found:
        if piece.kind != "same":
            places.append(
                {"kind": piece.kind, "at": [at_a, at_b], "before": piece.before, "after": piece.after},
            )
        at_a, at_b = at_a + len(piece.before), at_b + len(piece.after)
    return places


def told(difference: Difference) -> list[str]:
    """What a change comes to: the text, each column, each rule."""
    text = [
        f"{count:,} {kind}" for kind in ("inserted", "deleted", "replaced") if (count := int(getattr(difference, kind)))
    ]
    found = [f"text: {', '.join(text)}"] if text else []
    found += [f"{one.name}: {_short(one.before)} → {_short(one.after)}" for one in difference.columns]
    return found + [
        f"rule {rule}: {', '.join(f'{count:,} {kind}' for kind, count in _counts(shift).items())}"
        for rule, shift in difference.rules.items()
    ]


def _history(db: Database, key: str) -> History:
    old = select(db, "SELECT * FROM document_versions WHERE id = ? ORDER BY version", key)
    now = select(db, "SELECT * FROM documents WHERE id = ?", key)
    gone = select(db, "SELECT retired_at, replaced_by FROM document_ids WHERE id = ?", key)
    replaces = db.conn.execute("SELECT id FROM document_ids WHERE replaced_by = ? ORDER BY retired_at, id", (key,))
    if not old and not now:
        raise ArchiveError(f"no version of {key} is kept")
    return History(
        key,
        tuple(_versions(old, [_Kept.old(row) for row in old] + [_Kept.current(db, row) for row in now])),
        str(gone[0]["retired_at"]) if gone else None,
        str(gone[0]["replaced_by"]) if gone and gone[0]["replaced_by"] else None,
        tuple(id for (id,) in replaces),
    )


@dataclass(frozen=True, slots=True)
class _Kept:
    """A version with what it was made from."""

    document: Row
    edits: tuple[Row, ...]
    source: str  # something that two versions of the same source text share; '' if it is not known

    @classmethod
    def old(cls, row: Row) -> "_Kept":
        return cls(json.loads(str(row["document"])), tuple(_edits(str(row["ledger"]))), str(row["source_digest"]))

    @classmethod
    def current(cls, db: Database, row: Row) -> "_Kept":
        edits = select(db, "SELECT * FROM edits WHERE article_id = ? ORDER BY n", row["article_id"])
        sql = "SELECT source_text FROM pages WHERE id = ? AND source_text IS NOT NULL"
        source = db.conn.execute(sql, (row["article_id"],)).fetchone()
        return cls(row, tuple(within(edits, row)), sha256(str(source[0]).encode()).hexdigest() if source else "")

    def change(self, before: "_Kept") -> Difference:
        found = compare(before.document, self.document)
        if not self.source or self.source != before.source:
            return found
        start, end = (
            choose(int(one[name] or 0) for one in (before.document, self.document))
            for choose, name in ((max, "source_start"), (min, "source_end"))
        )
        return Difference(found.pieces, found.columns, by_rule(moved(before.edits, self.edits, start, end)))


def _edits(ledger: str) -> Sequence[Row]:
    return list(json.loads(ledger).get("edits", ())) if ledger else []


def _versions(old: Sequence[Row], kept: Sequence[_Kept]) -> Iterator[Version]:
    for n, one in enumerate(kept):
        cause = str(old[n - 1]["cause"]) if n else "first"
        archived = str(one.document["archived_at"])
        yield Version(
            document=one.document,
            is_current=n >= len(old),
            since=str(old[n - 1]["replaced_at"]) if cause == "rules" else archived,
            until=str(old[n]["replaced_at"]) if n < len(old) else None,
            cause=cause,
            change=one.change(kept[n - 1]) if n else None,
        )


def _counts(shift: Shift) -> dict[str, int]:
    counts = {"cut": shift.cut, "restored": shift.restored, "changed": shift.changed, "credited": shift.credited}
    return {kind: count for kind, count in counts.items() if count}


def _value(name: str, value: Value) -> object:
    return json.loads(str(value)) if name in JSON_COLUMNS and value else value


def _short(value: object) -> str:
    if value in (None, "", []):
        return "(none)"
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, (list, dict)) else str(value)
    flat = " ".join(text.split())
    return flat if len(flat) <= SHOWN else flat[:SHOWN] + "…"
