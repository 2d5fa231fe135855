"""What became of a text from one copy to another: an aligned diff whose changes have names.

Compared are the texts in Simplified characters, so that script is no difference. Pure functions on two texts; the
terminal and Datasette show the same pieces.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipelines.copies.alignment import Run, align
from pipelines.script import fold

JOIN = 2  # characters that two changes have between them and that belong to neither (chosen)
PASSAGE = 20  # characters of an insertion or a loss that is called a passage
NAMES = {
    "place": "another place",
    "year": "another year",
    "number": "another number",
    "masked": "masked in the second",
    "unmasked": "masked in the first",
    "inserted": "only in the second",
    "lost": "only in the first",
    "changed": "otherwise",
}

_DIGITS = re.compile(r"[\d.,%]*")
_YEAR = re.compile(r"(?:19|20)\d{2}")
_MASKS = re.compile(r"[\dxX×*_某○]*[xX×*_某○][\dxX×*_某○.,]*")
_HAN = re.compile("[\u3400-\u9fff]{1,8}")
_PLACE_END = "省市县区州盟旗镇乡村"
_FURNITURE = re.compile(r"[\s,。、;:!?()“”《》\"'—-]*")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch that both have (`same`), or a change by its name in `NAMES`."""

    kind: str
    before: str  # as the first has it
    after: str  # as the second has it


def pieces(one: str, other: str) -> list[Piece]:
    """Both texts in order, side by side. Differences in width and of marks alone are none."""
    first, second = fold(one), fold(other)
    found: list[Piece] = []
    at_a = at_b = 0
    for run in [*_smoothed(align(first, second), first, second), Run(len(one), len(other), 0)]:
        if at_a < run.start_a or at_b < run.start_b:
            a, b = (at_a, run.start_a), (at_b, run.start_b)
            found.append(Piece(_kind(first, second, a, b), one[slice(*a)], other[slice(*b)]))
        if run.length:
            found.append(Piece("same", one[run.start_a : run.end_a], other[run.start_b : run.end_b]))
        at_a, at_b = run.end_a, run.end_b
    return found


def summary(found: Iterable[Piece]) -> dict[str, str]:
    """What the changes come to, by kind: how often, and which (most first), or how many characters."""
    told: dict[str, Counter[str]] = {}
    sizes: Counter[str] = Counter()
    for piece in found:
        if piece.kind not in ("same", "marks"):
            told.setdefault(piece.kind, Counter())[_swap(piece)] += 1
            sizes[piece.kind] += max(len(piece.before), len(piece.after))
    return {kind: _told(kind, told[kind], sizes[kind]) for kind in NAMES if kind in told}


def shares(found: Sequence[Piece]) -> tuple[float, float]:
    """How much of the first and of the second text the other has."""
    same = sum(len(piece.before) for piece in found if piece.kind in ("same", "marks"))
    first = sum(len(piece.before) for piece in found)
    second = sum(len(piece.after) for piece in found)
    return same / max(1, first), same / max(1, second)


def _told(kind: str, swaps: Counter[str], size: int) -> str:
    count = sum(swaps.values())
    if kind in ("place", "year", "number"):
        most = [f"{swap} ×{n}" if n > 1 else swap for swap, n in swaps.most_common(5)]
        return f"{count}: {', '.join(most)}" + (" …" if len(swaps) > 5 else "")
    return f"{count}, {size:,} characters"


def _swap(piece: Piece) -> str:
    return f"{piece.before} → {piece.after}"


def _smoothed(runs: Sequence[Run], one: str, other: str) -> Iterator[Run]:
    """Runs without the crumbs between two changes, and not ending inside a number or a mask that goes on."""
    kept = [run for n, run in enumerate(runs) if run.length > JOIN or n in (0, len(runs) - 1) or "\n" in _of(one, run)]
    for run in kept:
        start, end = run.start_a, run.end_a
        while start < end and run.start_a > 0 and one[start] in "0123456789":
            start += 1
        while end > start and end < len(one) and one[end - 1] in "0123456789":
            end -= 1
        if _is_cut(one, other, run):
            run = Run(start, run.start_b + start - run.start_a, end - start)
        if run.length:
            yield run


def _is_cut(one: str, other: str, run: Run) -> bool:
    """Whether a run begins or ends inside a number of either text."""
    digits = "0123456789xX×*"
    begins = run.length and one[run.start_a] in digits and (_at(one, run.start_a - 1) + _at(other, run.start_b - 1))
    ends = run.length and one[run.end_a - 1] in digits and (_at(one, run.end_a) + _at(other, run.end_b))
    return any(char in digits for char in (begins or "")) or any(char in digits for char in (ends or ""))


def _at(text: str, at: int) -> str:
    return text[at] if 0 <= at < len(text) else ""


def _of(text: str, run: Run) -> str:
    return text[run.start_a : run.end_a]


def _kind(one: str, other: str, a: tuple[int, int], b: tuple[int, int]) -> str:
    """The name of a change, by what stands there and behind it."""
    before, after = one[slice(*a)], other[slice(*b)]
    if _FURNITURE.fullmatch(before) and _FURNITURE.fullmatch(after):
        return "marks"
    if not before or not after:
        return "lost" if before else "inserted"
    if _MASKS.fullmatch(after) and not _MASKS.fullmatch(before):
        return "masked"
    if _MASKS.fullmatch(before):
        return "changed" if _MASKS.fullmatch(after) else "unmasked"
    if _YEAR.fullmatch(before) and _YEAR.fullmatch(after):
        return "year"
    if _DIGITS.fullmatch(before) and _DIGITS.fullmatch(after):
        return "number"
    ends = (before[-1] + _at(one, a[1]), after[-1] + _at(other, b[1]))
    if _HAN.fullmatch(before) and _HAN.fullmatch(after) and all(any(c in _PLACE_END for c in end) for end in ends):
        return "place"
    return "changed"
