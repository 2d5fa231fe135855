"""What a document's copies prove of its masked and lost words: fills for a second reading, never for the text.

A place is filled only where a mark says that something is masked or lost there, where ANCHOR characters on either side
are the same in the copy, where what the copy has is of the kind that is missing, and where every copy that has anything
there has the same. Mirrors copy each other, so two hosts have to say it, or the primary source. Years are refreshed by
template sites: only the primary source is believed.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipelines.copies.alignment import Run, align
from pipelines.document import Spot
from pipelines.script import fold

ANCHOR = 6  # characters before and behind that are the same in the copy (chosen: two words of context and more)
HOSTS = 2  # that say it, where no primary source does
MASKED = frozenset(("numbers_masked", "numbers_half_masked", "names_masked", "censored"))
LOST = frozenset(("numbers_lost", "words_lost", "symbols_lost", "undecodable"))

_MASK = re.compile(r"[xX×*_某○〇]+")
_NUMBER = r"(?:\d+(?:[.,]\d+)*|[一二三四五六七八九十百千两]+)"
_NAME = "[\u4e00-\u9fff]{1,12}"
_YEAR = re.compile(r"(?:19|20)\d{2}(?:年|$)")
# What may have been lost, by the kind of the mark: numbers and their signs, words with their quotation marks.
_GONE = {
    "numbers_lost": re.compile(r"[\d.,%‰年月日〔〕\[\]]{1,16}"),
    "words_lost": re.compile("[\u4e00-\u9fff“”《》、]{1,14}"),
}
_WHOLE = {"symbols_lost": re.compile(r"[^\s?？]{1,2}"), "undecodable": re.compile("[\u4e00-\u9fff,。、;:“”]{1,6}")}


@dataclass(frozen=True, slots=True)
class Copy:
    """Another copy of the document, from a source whose numbers and words are believed."""

    id: str
    text: str
    host: str  # registered domain: two of one owner are one witness
    primary: bool


@dataclass(frozen=True, slots=True)
class Fill:
    """`text[start:end]` is `before`, and `after` in the reading."""

    start: int
    end: int
    before: str
    after: str
    kinds: str  # of the marks, joined by +
    copy: str  # id of the copy it is taken from: the primary one, else the smallest
    agreeing: int  # copies that have it
    hosts: int  # on so many hosts


@dataclass(frozen=True, slots=True)
class _Witness:
    copy: Copy
    said: str  # as it has it
    folded: str


def fills(text: str, spots: Iterable[Spot], copies: Sequence[Copy], *, hans: bool) -> list[Fill]:
    """What can be filled; `hans`: the text is in Simplified characters, so that copies in either script can help."""
    places = list(_places(text, [spot for spot in spots if spot.kind in MASKED | LOST]))
    if not places:
        return []
    folded = fold(text)
    others = [(copy, fold(copy.text)) for copy in copies]
    aligned = [(copy, other, align(folded, other)) for copy, other in others]
    found = []
    for place in places:
        witnesses = [
            _Witness(copy, copy.text[start:end], other[start:end])
            for copy, other, runs in aligned
            for start, end in _counterpart(runs, place[0].start, place[-1].end)
        ]
        if fill := _fill(text, folded, place, witnesses, hans=hans):
            found.append(fill)
    return found


def filled(text: str, found: Iterable[Fill]) -> str:
    """The text as it reads with its fills (in order, none overlapping)."""
    pieces, at = [], 0
    for fill in found:
        pieces += [text[at : fill.start], fill.after]
        at = fill.end
    return "".join([*pieces, text[at:]])


def _places(text: str, spots: Sequence[Spot]) -> Iterator[tuple[Spot, ...]]:
    """Marks that stand so near to each other that no anchor fits between them are one place (`20xx年x月x日`)."""
    place: list[Spot] = []
    for spot in sorted(spots, key=lambda one: (one.start, one.end)):
        if place and spot.start < place[-1].end:
            continue
        if place and (spot.start - place[-1].end >= ANCHOR or "\n" in text[place[-1].end : spot.start]):
            yield tuple(place)
            place = []
        place.append(spot)
    if place:
        yield tuple(place)


def _counterpart(runs: Sequence[Run], start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where a copy has what stands at start:end, if both anchors are there."""
    before = next((run for run in runs if run.start_a <= start - ANCHOR and run.end_a >= start), None)
    after = next((run for run in runs if run.start_a <= end and run.end_a >= end + ANCHOR), None)
    if before and after:
        first, last = before.start_b + start - before.start_a, after.start_b + end - after.start_a
        if first <= last:
            yield first, last


def _fill(text: str, folded: str, place: Sequence[Spot], witnesses: Sequence[_Witness], *, hans: bool) -> Fill | None:
    start, end = place[0].start, place[-1].end
    before = folded[start:end]
    # A copy that is masked there too says nothing.
    telling = [one for one in witnesses if one.folded != before and not _is_masked(one.folded)]
    if not telling or len({one.folded for one in telling}) > 1 or not _fits(folded, place, telling[0].folded):
        return None
    hosts = {one.copy.host for one in telling}
    primary = [one for one in telling if one.copy.primary]
    year = _YEAR.search(telling[0].folded + folded[end : end + 1])
    if not primary and (year or len(hosts) < HOSTS):
        return None
    chosen = min(primary or telling, key=lambda one: one.copy.id)
    after = chosen.folded if hans else chosen.said
    kinds = "+".join(dict.fromkeys(spot.kind for spot in place))
    return Fill(start, end, text[start:end], after, kinds, chosen.copy.id, len(telling), len(hosts))


def _is_masked(said: str) -> bool:
    return _MASK.search(said) is not None or "?" in said or not said


def _fits(folded: str, place: Sequence[Spot], said: str) -> bool:
    """Whether what a copy has is the marked passage with its masks filled, or what is lost put back."""
    if len(place) == 1 and place[0].kind in _GONE:
        gone = _inserted(folded[place[0].start : place[0].end], said)
        return _GONE[place[0].kind].fullmatch(gone) is not None
    pattern = [_pattern(folded, spot) for spot in place]
    between = [re.escape(folded[one.end : two.start]) for one, two in pairwise(place)] + [""]
    return re.fullmatch("".join(a + b for a, b in zip(pattern, between, strict=True)), said) is not None


def _pattern(folded: str, spot: Spot) -> str:
    """What a mark may stand for."""
    marked = folded[spot.start : spot.end]
    if spot.kind in ("numbers_masked", "numbers_half_masked"):
        digits = re.match(r"(?:19|20)(?=[xX×*_]{2}$)", marked)
        return rf"{digits.group()}\d\d" if digits and spot.kind == "numbers_masked" else _NUMBER
    if spot.kind in _WHOLE:
        return _WHOLE[spot.kind].pattern
    if spot.kind in _GONE:
        return rf"(?:{re.escape(marked)}|{_GONE[spot.kind].pattern}{re.escape(marked)})"
    pieces = _MASK.split(marked)
    return _NAME.join(map(re.escape, pieces))


def _inserted(before: str, after: str) -> str:
    """What `after` has more than `before`, in one place; '' where it is no such extension."""
    head = 0
    while head < len(before) and before[head] == after[head : head + 1]:
        head += 1
    tail = len(before) - head
    if len(after) <= len(before) or (tail and after[-tail:] != before[head:]):
        return ""
    return after[head : len(after) - tail]
