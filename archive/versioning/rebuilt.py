"""What a rebuild changed: by rule, by column, by page. Kept with the rebuild, so that one that goes on adds to it.

For each rule: its edits before and after, and the characters and documents that it treats otherwise than before.
Nothing here quotes a text: counts, names and ids only.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field

from archive.rows import Row, Stored
from archive.store import Added
from archive.versioning.history import SAID_ELSEWHERE
from archive.versioning.ledger_diff import Shift, moved_across

COMPARED_APART = {"text"}  # beside the columns that a history names
WAITING = "waiting: "  # how the reason begins for which a page was noted and never restored
EXAMPLES = 3  # ids that are named for each change


@dataclass(slots=True)
class Touched:
    """Documents, some of them by id."""

    documents: int = 0
    examples: list[str] = field(default_factory=list)

    def add(self, id: str) -> None:
        """One more."""
        self.documents += 1
        if len(self.examples) < EXAMPLES:
            self.examples.append(id)


@dataclass(slots=True)
class RuleChange(Touched):
    """What a rule does otherwise: characters of the source, and the documents where they stand."""

    cut: int = 0
    restored: int = 0
    changed: int = 0
    credited: int = 0

    def shift(self, by: Shift) -> None:
        """Add what happened at one place."""
        self.cut += by.cut
        self.restored += by.restored
        self.changed += by.changed
        self.credited += by.credited


@dataclass(slots=True)
class Rebuilt:
    """What was restored again, what came out otherwise, and what could not be restored."""

    pages: int = 0
    added: Added = field(default_factory=Added)
    edits_before: dict[str, int] = field(default_factory=dict)  # by rule
    edits_after: dict[str, int] = field(default_factory=dict)
    rules: dict[str, RuleChange] = field(default_factory=dict)
    columns: dict[str, Touched] = field(default_factory=dict)
    rejected: dict[str, Touched] = field(default_factory=dict)  # pages that gave documents before, by reason's code
    accepted: dict[str, Touched] = field(default_factory=dict)  # the other way round
    retired: Touched = field(default_factory=Touched)
    problems: list[str] = field(default_factory=list)
    before: int = 0  # pages that were done when the rebuild was broken off the last time
    newer: int = 0  # pages that were captured again, or masked, meanwhile, and stay as that left them

    def note(self, old: Stored, new: Stored, added: Added) -> None:
        """A page was restored again. One that was never restored before has nothing to be compared with."""
        self.pages += 1
        self.added += added
        if old.page.get("source_text") is None and str(old.page.get("rejected") or WAITING).startswith(WAITING):
            return
        for counts, stored in ((self.edits_before, old), (self.edits_after, new)):
            for rule, count in Counter(str(edit["rule"]) for edit in stored.edits).items():
                counts[rule] = counts.get(rule, 0) + count
        self._note_rules(old, new)
        self._note_documents(old, new)
        self._note_rejection(old, new)

    def changed_rules(self) -> dict[str, dict[str, object]]:
        """Every rule that acts otherwise than before, with its edits before and after."""
        names = self.rules.keys() | {rule for rule, _ in self.edits_before.items() ^ self.edits_after.items()}
        return {
            name: {
                "edits_before": self.edits_before.get(name, 0),
                "edits_after": self.edits_after.get(name, 0),
                **asdict(self.rules.get(name, RuleChange())),
            }
            for name in sorted(names)
        }

    def as_object(self) -> dict[str, object]:
        """For programs."""
        touched = ("columns", "rejected", "accepted")
        named = {name: {key: asdict(one) for key, one in sorted(getattr(self, name).items())} for name in touched}
        return {
            "pages": self.pages,
            "pages_done_before": self.before,
            "pages_captured_meanwhile": self.newer,
            "documents": asdict(self.added),
            "rules": self.changed_rules(),
            **named,
            "retired": asdict(self.retired),
            "problems": self.problems,
        }

    def to_json(self) -> str:
        """To go on from."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "Rebuilt":
        """What `to_json` wrote."""
        known = json.loads(text)

        def touched(name: str) -> dict[str, Touched]:
            return {key: Touched(**one) for key, one in known[name].items()}

        return cls(
            pages=known["pages"],
            added=Added(**known["added"]),
            edits_before=known["edits_before"],
            edits_after=known["edits_after"],
            rules={name: RuleChange(**one) for name, one in known["rules"].items()},
            columns=touched("columns"),
            rejected=touched("rejected"),
            accepted=touched("accepted"),
            retired=Touched(**known["retired"]),
            before=known["pages"],
            newer=known.get("newer", 0),  # of a release before
        )

    def _note_rules(self, old: Stored, new: Stored) -> None:
        if old.edits == new.edits and old.page.get("source_text") == new.page.get("source_text"):
            return
        sources = [str(stored.page.get("source_text") or "") for stored in (old, new)]
        seen: set[tuple[str, str]] = set()
        for one in moved_across(sources[0], old.edits, sources[1], new.edits):
            change = self.rules.setdefault(one.rule, RuleChange())
            change.shift(one.shift)
            owner = _owner(new.documents or old.documents, one.start, str(new.page["id"]))
            if (one.rule, owner) not in seen:
                seen.add((one.rule, owner))
                change.add(owner)

    def _note_documents(self, old: Stored, new: Stored) -> None:
        before = {str(row["id"]): row for row in old.documents}
        for row in new.documents:
            if was := before.pop(str(row["id"]), None):
                for name in _differing(was, row):
                    self.columns.setdefault(name, Touched()).add(str(row["id"]))
        for id in before:
            self.retired.add(id)

    def _note_rejection(self, old: Stored, new: Stored) -> None:
        was, now = (str(stored.page.get("rejected") or "") for stored in (old, new))
        if bool(was) == bool(now) or not old.page:
            return
        where = self.rejected if now else self.accepted
        code = (now or was).partition(":")[0]
        where.setdefault(code, Touched()).add(str(new.page["id"]))


def _differing(was: Row, row: Row) -> Iterator[str]:
    """The columns of a document that say something else."""
    for name in was:
        if (name in COMPARED_APART or name not in SAID_ELSEWHERE) and was[name] != row.get(name):
            yield name


def _owner(documents: tuple[Row, ...], at: int, page: str) -> str:
    """The document in which a place of the page stands, or the one nearest to it; the page, where it has none."""

    def distance(row: Row) -> int:
        start, end = int(row["source_start"] or 0), int(row["source_end"] or 0)
        return max(0, start - at, at - end + 1)

    return str(min(documents, key=distance)["id"]) if documents else page
