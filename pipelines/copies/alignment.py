"""Two texts side by side: the runs that both have, in order, found in time that grows with the texts.

Runs of a few characters, each where either text has it first, anchor the alignment; the longest chain of anchors that
goes forward in both is kept (a passage that was moved counts once). What lies between two anchors is aligned by the
longest common subsequence where it is short, and by shorter anchors where it is not. Deterministic.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

SIZES = (6, 3)  # characters of an anchor: first those that chance does not share, then shorter ones between them
SHORT = 40_000  # a gap of so many pairs of characters (200 x 200) is aligned character by character: 0.1 ms
LEAST = 2  # characters of a run inside a gap: single ones match by chance
_FACTOR = np.uint64(0x9E3779B97F4A7C15)

Codes = NDArray[np.uint32]


class Run(NamedTuple):
    """`a[start_a:start_a + length]` is `b[start_b:start_b + length]`."""

    start_a: int
    start_b: int
    length: int

    @property
    def end_a(self) -> int:
        """Where it ends in the first text."""
        return self.start_a + self.length

    @property
    def end_b(self) -> int:
        """Where it ends in the second text."""
        return self.start_b + self.length


class Gap(NamedTuple):
    """What stands in both texts between two runs: `a[start_a:end_a]` in the place of `b[start_b:end_b]`."""

    start_a: int
    end_a: int
    start_b: int
    end_b: int


def align(a: str, b: str) -> list[Run]:
    """The runs that both texts have, in order, none touching the next on both sides."""
    if a == b:
        return [Run(0, 0, len(a))] if a else []
    codes_a, codes_b = _codes(a), _codes(b)
    return _joined(_between(a, b, codes_a, codes_b, Gap(0, len(a), 0, len(b)), 0))


@dataclass(frozen=True, slots=True)
class Grams:
    """A text made ready to be compared: each of its grams, where it stands first."""

    codes: Codes
    size: int  # characters of a gram
    where: NDArray[np.int64]
    hashes: NDArray[np.uint64]  # rising

    @classmethod
    def of(cls, codes: Codes, size: int) -> "Grams":
        """Those of so many characters."""
        hashes = _hashes(codes, size)
        if not len(hashes):
            return cls(codes, size, np.zeros(0, np.int64), hashes)
        order = np.argsort(hashes, kind="stable")
        hashes = hashes[order]
        first = np.append(True, hashes[1:] != hashes[:-1])
        return cls(codes, size, order[first], hashes[first])


def grams(text: str, size: int) -> Grams:
    """A text made ready for `backbone`."""
    return Grams.of(_codes(text), size)


def backbone(a: Grams, b: Grams) -> list[Run]:
    """Only the longest chain of anchors: how much two texts have in common, at a fifth of the cost."""
    return _chain(_anchors(a, b))


def gaps(runs: Sequence[Run], length_a: int, length_b: int) -> Iterator[Gap]:
    """What lies before, between and behind the runs; none is empty on both sides."""
    at_a = at_b = 0
    for run in (*runs, Run(length_a, length_b, 0)):
        if run.start_a > at_a or run.start_b > at_b:
            yield Gap(at_a, run.start_a, at_b, run.start_b)
        at_a, at_b = run.end_a, run.end_b


def _between(a: str, b: str, codes_a: Codes, codes_b: Codes, gap: Gap, level: int) -> Iterator[Run]:
    """The runs inside one gap."""
    size_a, size_b = gap.end_a - gap.start_a, gap.end_b - gap.start_b
    if not size_a or not size_b:
        return
    if size_a * size_b <= SHORT:
        for run in _subsequence(a[gap.start_a : gap.end_a], b[gap.start_b : gap.end_b]):
            yield Run(gap.start_a + run.start_a, gap.start_b + run.start_b, run.length)
        return
    if level == len(SIZES):
        return
    part_a, part_b = codes_a[gap.start_a : gap.end_a], codes_b[gap.start_b : gap.end_b]
    at = gap.start_a, gap.start_b
    runs = [
        Run(at[0] + x, at[1] + y, n)
        for x, y, n in _chain(_anchors(Grams.of(part_a, SIZES[level]), Grams.of(part_b, SIZES[level])))
    ]
    before = Run(*at, 0)
    for run in (*runs, Run(gap.end_a, gap.end_b, 0)):
        inner = Gap(before.end_a, run.start_a, before.end_b, run.start_b)
        yield from _between(a, b, codes_a, codes_b, inner, level + 1)
        if run.length:
            yield run
        before = run


def _anchors(one: Grams, other: Grams) -> list[Run]:
    """Runs made of the grams that both texts have, in the order of the first."""
    where_a, hashes_a, where_b, hashes_b = one.where, one.hashes, other.where, other.hashes
    a, b, size = one.codes, other.codes, one.size
    if not len(where_a) or not len(where_b):
        return []
    place = np.minimum(np.searchsorted(hashes_b, hashes_a), len(hashes_b) - 1)
    found = hashes_b[place] == hashes_a
    at_a, at_b = where_a[found], where_b[place[found]]
    for step in range(size):  # a hash may lie
        true = a[at_a + step] == b[at_b + step]
        at_a, at_b = at_a[true], at_b[true]
    order = np.argsort(at_a)
    at_a, at_b = at_a[order], at_b[order]
    if not len(at_a):
        return []
    breaks = np.flatnonzero((np.diff(at_a) != 1) | (np.diff(at_b) != 1)) + 1
    first, last = np.append(0, breaks), np.append(breaks, len(at_a)) - 1
    lengths = at_a[last] - at_a[first] + size
    return list(map(Run._make, zip(at_a[first].tolist(), at_b[first].tolist(), lengths.tolist(), strict=True)))


def _hashes(codes: Codes, size: int) -> NDArray[np.uint64]:
    """The hash of every run of so many characters."""
    count = max(0, len(codes) - size + 1)
    wide = codes.astype(np.uint64)
    hashes = np.zeros(count, np.uint64)
    for step in range(size):
        hashes = hashes * _FACTOR + wide[step : step + count]
    return hashes


def _chain(runs: list[Run]) -> list[Run]:
    """The heaviest of the chains that go forward in both texts; where runs overlap, the later one is cut."""
    if any(runs[n].start_b > runs[n + 1].start_b for n in range(len(runs) - 1)):
        runs = _heaviest(runs)
    kept: list[Run] = []
    end_a = end_b = 0
    for run in runs:
        cut = max(0, end_a - run.start_a, end_b - run.start_b)
        if cut < run.length:
            kept.append(Run(run.start_a + cut, run.start_b + cut, run.length - cut))
            end_a, end_b = kept[-1].end_a, kept[-1].end_b
    return kept


def _heaviest(runs: list[Run]) -> list[Run]:
    """The subsequence with rising `start_b` whose lengths add up to most (ties: the one found first)."""
    ends: list[int] = []  # start_b of the last run of a chain, rising; no longer chain is lighter
    weights: list[int] = []
    last: list[int] = []  # index of that run
    before: list[int] = []
    for n, run in enumerate(runs):
        at = bisect_left(ends, run.start_b)
        before.append(last[at - 1] if at else -1)
        weight = run.length + (weights[at - 1] if at else 0)
        stop = at
        while stop < len(ends) and weights[stop] <= weight:
            stop += 1
        if at < len(ends) and stop == at and ends[at] == run.start_b:
            continue
        ends[at:stop], weights[at:stop], last[at:stop] = [run.start_b], [weight], [n]
    kept, n = [], last[-1]
    while n >= 0:
        kept.append(runs[n])
        n = before[n]
    return kept[::-1]


def _subsequence(a: str, b: str) -> list[Run]:
    """The runs of a longest common subsequence (Hyyrö's bits: a clear one is a character of `a` that is matched)."""
    places: dict[str, int] = {}
    for at, char in enumerate(a):
        places[char] = places.get(char, 0) | 1 << at
    full = (1 << len(a)) - 1
    row, rows = full, []
    for char in b:
        hits = row & places.get(char, 0)
        row = ((row + hits) | (row - hits)) & full
        rows.append(row)
    runs: list[Run] = []
    at_a, at_b = len(a), len(b)
    while at_a and at_b:
        if rows[at_b - 1] >> (at_a - 1) & 1:
            at_a -= 1
            continue
        at_b -= 1
        if at_b and not rows[at_b - 1] >> (at_a - 1) & 1:
            continue
        at_a -= 1
        if runs and runs[-1].start_a == at_a + 1 and runs[-1].start_b == at_b + 1:
            runs[-1] = Run(at_a, at_b, runs[-1].length + 1)
        else:
            runs.append(Run(at_a, at_b, 1))
    return runs[::-1]


def _joined(runs: Iterator[Run]) -> list[Run]:
    """Runs that touch made one, and short ones that stand alone left out."""
    kept: list[Run] = []
    for run in runs:
        if kept and kept[-1].end_a == run.start_a and kept[-1].end_b == run.start_b:
            kept[-1] = Run(kept[-1].start_a, kept[-1].start_b, kept[-1].length + run.length)
        else:
            kept.append(run)
    return [run for run in kept if run.length >= LEAST]


def _codes(text: str) -> Codes:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
