"""Text under edit: a fixed source, and one flat list of edits that turns it into what is kept.

A stage proposes changes to the current view; `Draft.edited` maps them back to the source. The law:
`replay(source, edits, start, end)` is the document's text, for every document.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pipelines.document import Edit, Proposal, Source, Step


def replay(text: str, edits: Sequence[Edit], start: int = 0, end: int | None = None) -> str:
    """What `text[start:end]` reads after its edits (sorted, disjoint, none across either border)."""
    end = len(text) if end is None else end
    pieces, at = [], start
    for edit in edits:
        if edit.start >= start and edit.end <= end:
            pieces += [text[at : edit.start], edit.replacement]
            at = edit.end
    return "".join([*pieces, text[at:end]])


def flaw(text: str, edits: Sequence[Edit]) -> str:
    """What is wrong with a list of edits over `text`, in a sentence; '' if it keeps the law of the ledger."""
    at = 0
    for edit in edits:
        if edit.start >= edit.end:
            return f"edit at {edit.start} is zero-width"
        if edit.start < at:
            return f"edit at {edit.start} overlaps the one before it"
        if not edit.steps:
            return f"edit at {edit.start} names no rule"
        at = edit.end
    return f"edit ends at {at}, past the text's end" if at > len(text) else ""


def uncovered(text: str, edits: Sequence[Edit], spans: Sequence[tuple[int, int]]) -> str:
    """The first stretch of `text` that is neither in one of `spans` (documents) nor in an edit; '' if there is none."""
    at = 0
    for start, end in sorted([*spans, *((edit.start, edit.end) for edit in edits)]):
        if start > at:
            return text[at:start]
        at = max(at, end)
    return text[at:]


class _Group(NamedTuple):
    """Proposals that end up in one edit: they share an earlier edit, or are one proposal alone."""

    start: int
    end: int
    first: int  # edits[first:last] are absorbed
    last: int
    proposals: list[Proposal]


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """A source text and its edits so far; `view` is what they make of it. Compared by identity."""

    source: Source
    edits: tuple[Edit, ...]
    view: str
    at: tuple[int, ...]  # where each edit's replacement begins in the view
    ends: tuple[int, ...]  # and where it ends

    def edited(self, round: str, proposals: Iterable[Proposal]) -> "Draft":
        """This draft after `proposals` on its view; of two that overlap, the first (then the longer) counts."""
        wanted = _disjoint(proposals, len(self.view))
        if not wanted:
            return self
        edits: list[Edit] = []
        done = 0
        for group in self._groups(wanted):
            edits += [*self.edits[done : group.first], self._edit(round, group)]
            done = group.last
        return begin(self.source, [*edits, *self.edits[done:]])

    def source_at(self, position: int) -> int:
        """Where the view's character at `position` comes from; one of a replacement: where its edit begins."""
        before = bisect_right(self.ends, position)
        if before < len(self.edits) and self.at[before] <= position:
            return self.edits[before].start
        if before == 0:
            return position
        return self.edits[before - 1].end + position - self.ends[before - 1]

    def source_end(self, position: int) -> int:
        """The end in the source of the view's characters before `position`: left of any cut that stands there."""
        if position == 0:
            return 0
        before = bisect_right(self.ends, position - 1)
        if before < len(self.edits) and self.at[before] < position:
            return self.edits[before].end
        return self.source_at(position - 1) + 1

    def view_at(self, offset: int) -> int:
        """Where a source offset stands in the view; one inside an edit: where its replacement begins."""
        before = bisect_right(self.edits, offset, key=lambda edit: edit.end)
        if before < len(self.edits) and self.edits[before].start <= offset:
            return self.at[before]
        return offset if before == 0 else self.ends[before - 1] + offset - self.edits[before - 1].end

    def _touched(self, proposal: Proposal) -> tuple[int, int]:
        """The edits whose replacement the proposal meets, or whose cut lies inside it: edits[first:last]."""
        first = bisect_right(self.ends, proposal.start)
        return first, max(first, bisect_left(self.at, proposal.end))

    def _groups(self, proposals: list[Proposal]) -> list[_Group]:
        groups: list[_Group] = []
        for proposal in proposals:
            first, last = self._touched(proposal)
            start, end = proposal.start, proposal.end
            if last > first:
                start, end = min(start, self.at[first]), max(end, self.ends[last - 1])
            if groups and first < groups[-1].last:
                old = groups.pop()
                first, start, end = old.first, old.start, max(end, old.end)
                last, proposals_here = max(last, old.last), [*old.proposals, proposal]
            else:
                proposals_here = [proposal]
            groups.append(_Group(start, end, first, last, proposals_here))
        return groups

    def _edit(self, round: str, group: _Group) -> Edit:
        if group.first == group.last and len(group.proposals) == 1:  # most stand where nothing was edited before
            (p,) = group.proposals
            shift = self.edits[group.first - 1].end - self.ends[group.first - 1] if group.first else 0
            step = Step(round, p.rule, self.view[p.start : p.end], p.replacement, p.evidence)
            return Edit(p.start + shift, p.end + shift, p.replacement, (step,))
        text, at = [], group.start
        steps = [step for edit in self.edits[group.first : group.last] for step in edit.steps]
        for p in group.proposals:
            text += [self.view[at : p.start], p.replacement]
            at = p.end
            steps.append(Step(round, p.rule, self.view[p.start : p.end], p.replacement, p.evidence))
        text.append(self.view[at : group.end])
        return Edit(self.source_at(group.start), self.source_end(group.end), "".join(text), tuple(steps))


def begin(source: Source, edits: Iterable[Edit] = ()) -> Draft:
    """The draft of a source with these edits."""
    kept, text = tuple(edits), source.text
    pieces: list[str] = []
    at: list[int] = []
    ends: list[int] = []
    length = done = 0
    for start, end, replacement, _ in kept:
        pieces += (text[done:start], replacement)
        length += start - done
        at.append(length)
        length += len(replacement)
        ends.append(length)
        done = end
    return Draft(source, kept, "".join([*pieces, text[done:]]), tuple(at), tuple(ends))


def _disjoint(proposals: Iterable[Proposal], length: int) -> list[Proposal]:
    kept: list[Proposal] = []
    for proposal in sorted(proposals, key=lambda p: (p.start, -p.end, p.rule)):
        if not 0 <= proposal.start < proposal.end <= length:
            raise ValueError(f"{proposal.rule}: no text at {proposal.start}..{proposal.end}")
        if not kept or proposal.start >= kept[-1].end:
            kept.append(proposal)
    return kept
