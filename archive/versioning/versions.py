"""What became of an article's documents: which are new, changed, unchanged, and which vanished into which.

Ids follow from the text's beginning, so another way of splitting a page gives other ids. A vanished document is
matched with the one that now holds most of it: by overlap of source spans while the source is the same, else by
shared runs of characters.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlite_utils import Database

from archive.rows import DERIVED, Row, Stored, same_version

RUN = 8  # characters: a run that two texts share by chance is rare (calibrated nowhere, any of 6 to 12 serves)


@dataclass(frozen=True, slots=True)
class Change:
    """The rows to write (`new`, `unchanged`), and the old rows that give way (`changed`, `retired`)."""

    new: tuple[Row, ...]
    changed: tuple[Row, ...]
    unchanged: tuple[Row, ...]
    retired: tuple[Row, ...]
    successors: dict[str, str]  # id of a retired document -> id of the one that holds most of it
    documents: tuple[Row, ...]  # all rows to write, numbered

    def documents_in(self, stored: Stored) -> Stored:
        """`stored` with its documents numbered."""
        return replace(stored, documents=self.documents)


def change(db: Database, old: Stored, new: Stored) -> Change:
    """Compare the documents of an article before and after."""
    before = {row["id"]: row for row in old.documents}
    after = {row["id"]: row for row in new.documents}
    changed = tuple(row for key, row in before.items() if key in after and not same_version(row, after[key]))
    retired = tuple(row for key, row in before.items() if key not in after)
    same_source = old.page.get("source_text") == new.page.get("source_text")
    differing = {row["id"] for row in changed}
    return Change(
        new=tuple(row for key, row in after.items() if key not in before),
        changed=changed,
        unchanged=tuple(row for key, row in before.items() if key in after and key not in differing),
        retired=retired,
        successors=successors(retired, new.documents, same_source),
        documents=tuple(_numbered(db, before.get(row["id"]), row, row["id"] in differing) for row in new.documents),
    )


def _numbered(db: Database, before: Row | None, row: Row, changed: bool) -> Row:
    """`row` with its version, and what other documents decide about it, as it stood."""
    if before is None:
        (last,) = db.conn.execute("SELECT max(version) FROM document_versions WHERE id = ?", (row["id"],)).fetchone()
        return {**row, "version": (last or 0) + 1, "family_id": row["id"]}  # alone, until it is settled
    kept = {name: before[name] for name in DERIVED}
    return {**row, **kept, "version": int(before["version"] or 1) + changed}


def successors(retired: Sequence[Row], rows: Sequence[Row], same_source: bool) -> dict[str, str]:
    """For each of these the id of the row that holds most of its text."""
    share = _span_overlap if same_source else _shared_runs
    found: dict[str, str] = {}
    for old in retired:
        best = max(rows, key=lambda row: share(old, row), default=None)
        if best is not None and share(old, best) > 0:
            found[str(old["id"])] = str(best["id"])
    return found


def _span_overlap(a: Row, b: Row) -> int:
    start = max(int(a["source_start"] or 0), int(b["source_start"] or 0))
    return max(0, min(int(a["source_end"] or 0), int(b["source_end"] or 0)) - start)


def _shared_runs(a: Row, b: Row) -> int:
    return len(_runs(str(a["text"])) & _runs(str(b["text"])))


def _runs(text: str) -> set[str]:
    return {text[at : at + RUN] for at in range(max(1, len(text) - RUN + 1))}
