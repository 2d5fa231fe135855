"""Two ledgers of one page, the old and the new: which characters each rule newly cuts, changes, or leaves again.

Pure functions on rows of `edits`. Characters are compared where they stand in the source text; where the source text
itself reads differently (another extraction), where both have them, and the rest is counted under `SOURCE`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass
from itertools import pairwise
from typing import NamedTuple

from archive.rows import Row
from pipelines.copies.alignment import Run, align, gaps

SOURCE = "source text"  # no rule: what decoding and extraction made of the page's bytes


@dataclass(frozen=True, slots=True)
class Shift:
    """What became of characters under one rule: counts of characters of the source."""

    cut: int = 0  # newly cut by it
    restored: int = 0  # that it cut or changed before, and that stand again
    changed: int = 0  # that it puts something else in the place of, newly or otherwise than before
    credited: int = 0  # treated as before, but by another rule then

    def __add__(self, other: "Shift") -> "Shift":
        return Shift(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))


class Moved(NamedTuple):
    """A stretch of the new source text (of the old one where only that has it) that is treated otherwise."""

    start: int
    rule: str
    shift: Shift


class _Edit(NamedTuple):
    start: int
    end: int
    replacement: str
    rule: str


_NONE = _Edit(0, 0, "", "")


def moved(old: Sequence[Row], new: Sequence[Row], start: int, end: int) -> Iterator[Moved]:
    """Every stretch of `source[start:end]` that the new ledger treats otherwise than the old one."""
    if start < end and old != new:
        yield from _in_run(_edits(old), _edits(new), Run(start, start, end - start))


def moved_across(old_source: str, old: Sequence[Row], new_source: str, new: Sequence[Row]) -> Iterator[Moved]:
    """The same of a page whose source text may read differently."""
    if old_source == new_source:
        yield from moved(old, new, 0, len(new_source))
        return
    before, after, runs = _edits(old), _edits(new), align(old_source, new_source)
    for run in runs:
        yield from _in_run(before, after, run)
    for gap in gaps(runs, len(old_source), len(new_source)):
        shift = Shift(cut=gap.end_a - gap.start_a, restored=gap.end_b - gap.start_b)
        yield Moved(gap.start_b, SOURCE, shift)


def by_rule(found: Iterable[Moved]) -> dict[str, Shift]:
    """The sums, by rule."""
    sums: dict[str, Shift] = {}
    for one in found:
        sums[one.rule] = sums.get(one.rule, Shift()) + one.shift
    return dict(sorted(sums.items()))


def _edits(rows: Sequence[Row]) -> list[_Edit]:
    return [
        _Edit(int(row["start"] or 0), int(row["end"] or 0), str(row["replacement"]), str(row["rule"])) for row in rows
    ]


def _in_run(old: Sequence[_Edit], new: Sequence[_Edit], run: Run) -> Iterator[Moved]:
    """What is treated otherwise in a run that both source texts have, by places in the new one."""
    before, after = _clipped(old, run.start_a, run), _clipped(new, run.start_b, run)
    borders = sorted({at for edit in (*before, *after) for at in (edit.start, edit.end)})
    first = second = 0
    for start, end in pairwise(borders):
        while first < len(before) and before[first].end <= start:
            first += 1
        while second < len(after) and after[second].end <= start:
            second += 1
        was = before[first] if first < len(before) and before[first].start <= start else _NONE
        now = after[second] if second < len(after) and after[second].start <= start else _NONE
        yield from (Moved(start, rule, shift) for rule, shift in _shifts(was, now, end - start))


def _clipped(edits: Sequence[_Edit], start: int, run: Run) -> list[_Edit]:
    """The edits of one text that reach into a run, by places in the new text."""
    end, shift = start + run.length, run.start_b - start
    return [
        _Edit(max(edit.start, start) + shift, min(edit.end, end) + shift, edit.replacement, edit.rule)
        for edit in edits
        if edit.start < end and edit.end > start
    ]


def _shifts(was: _Edit, now: _Edit, size: int) -> Iterator[tuple[str, Shift]]:
    """What `size` characters went through, from one edit (or none) to another."""
    if was == _NONE and now == _NONE:
        return
    if was != _NONE and now != _NONE and _alike(was, now):
        if was.rule != now.rule:
            yield now.rule, Shift(credited=size)
        return
    if was != _NONE and (now == _NONE or not was.replacement):
        yield was.rule, Shift(restored=size)
    if now != _NONE:
        yield now.rule, Shift(changed=size) if now.replacement else Shift(cut=size)


def _alike(was: _Edit, now: _Edit) -> bool:
    """Whether two edits do the same to the characters that both cover: a cut is one wherever it begins."""
    if not was.replacement and not now.replacement:
        return True
    return was[:3] == now[:3]
