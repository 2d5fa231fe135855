"""A part of the text under edit, with its lines: what the steps of `reflow` look at."""

from dataclasses import dataclass

from pipelines.document import Part
from pipelines.ledger import Draft
from pipelines.lines import SPACE, Line, is_prose
from pipelines.script import fold

HAN = "\\u3400-\\u4dbf\\u4e00-\\u9fff"  # for a character class of a pattern


@dataclass(frozen=True, slots=True)
class Passage:
    """`draft.view[start:end]` and its non-blank lines."""

    draft: Draft
    start: int
    end: int
    rows: list[Line]

    @classmethod
    def of(cls, draft: Draft, part: Part) -> "Passage":
        """Where a part stands in the view now."""
        start, end = draft.view_at(part.start), draft.view_at(part.end)
        return cls(draft, start, end, _rows(draft.view, start, end))

    @property
    def text(self) -> str:
        """The passage as it is published."""
        return self.draft.view[self.start : self.end]


def _rows(view: str, start: int, end: int) -> list[Line]:
    """The non-blank lines of `view[start:end]`, without what markup says of them: nothing here asks for it."""
    rows, at = [], start
    for raw in fold(view[start:end]).split("\n"):
        stop = min(at + len(raw) + 1, end)
        if text := raw.strip(SPACE):
            first = at + raw.index(text[0])
            last = first + len(text)
            rows.append(Line(first, last, stop, view[first:last], text, is_prose(text)))
        at = stop
    return rows
