"""Runs of characters of a text that was removed: found again in any other text, and masked there.

A run is eight characters in a row, white space not counted, as they stand and in either script and width
(`script.fold`). Where white space stands inside eight characters, the six or seven that are left are a run too. Only
hashes are held, so that a whole host's texts fit in memory: 64 bits, of which two are equal by chance once in a
thousand archives.
"""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from archive.exports.pii import SIGN
from pipelines.script import fold

LENGTH = 8  # characters of a run: the measure
LENGTHS = (6, 7, 8)
FOLDED, PUBLISHED = 0, 1  # the two views of a text; a run of one is no run of the other
BATCH = 500_000  # characters that are looked at in one go
SEPARATOR = "\0"  # stands in no run
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad"

Hashes = NDArray[np.uint64]
Places = NDArray[np.int64]
Kind = tuple[int, int]  # a view and a length


class Runs:
    """A set of runs."""

    def __init__(self, hashes: dict[Kind, Hashes]) -> None:
        self._hashes = hashes
        self._tables = {kind: _Table(found) for kind, found in hashes.items() if len(found)}

    def __bool__(self) -> bool:
        return bool(self._tables)

    def __len__(self) -> int:
        return sum(map(len, self._hashes.values()))

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Runs":
        """All runs of some texts."""
        found: dict[Kind, list[Hashes]] = {(view, n): [] for view in (FOLDED, PUBLISHED) for n in LENGTHS}
        for text in texts:
            for kind, hashes, places in _windows(text):
                length = kind[1]
                if length < LENGTH and len(hashes):  # only those that white space stands in
                    hashes = hashes[places[length - 1 :] - places[: len(hashes)] == LENGTH - 1]
                found[kind].append(np.unique(hashes))
        return cls({kind: _union(some) for kind, some in found.items()})

    def without(self, texts: Iterable[str]) -> "Runs":
        """Those that stand in none of these texts."""
        seen = {kind: np.zeros(len(found), bool) for kind, found in self._hashes.items()}
        for text in together(texts):
            for kind, hashes, _ in _windows(text):
                if kind in self._tables:
                    here = self._tables[kind].among(hashes)
                    seen[kind][np.searchsorted(self._hashes[kind], hashes[here])] = True
        return Runs({kind: found[~seen[kind]] for kind, found in self._hashes.items()})

    def hold(self, text: str) -> bool:
        """Whether one of them stands in a text."""
        if len(text) < min(LENGTHS) or not self._tables:
            return False
        return any(self._tables[kind].among(hashes).any() for kind, hashes, _ in _windows(text) if kind in self._tables)

    def places(self, text: str) -> Places:
        """Where in a text the characters of such runs stand, in order."""
        covered = np.zeros(len(text), bool)
        for kind, hashes, places in _windows(text):
            if kind in self._tables:
                starts = np.flatnonzero(self._tables[kind].among(hashes))
                for offset in range(kind[1]):
                    covered[places[starts + offset]] = True
        return np.flatnonzero(covered)

    def mask(self, text: str) -> str:
        """The text with each of their characters masked: as long as it was."""
        return masked(text, self.places(text)) if self.hold(text) else text


def masked(text: str, places: Places) -> str:
    """`text` with the sign of a mask at some places."""
    codes = _codes(text).copy()
    codes[places] = ord(SIGN)
    return codes.tobytes().decode("utf-32-le", "surrogatepass")


def together(texts: Iterable[str]) -> Iterator[str]:
    """Texts joined to longer ones, so that an array is worth its making."""
    waiting: list[str] = []
    size = 0
    for text in texts:
        waiting.append(text)
        size += len(text) + 1
        if size >= BATCH:
            yield SEPARATOR.join(waiting)
            waiting, size = [], 0
    if waiting:
        yield SEPARATOR.join(waiting)


def windows(text: str, length: int) -> Hashes:
    """The hash of every run of `length` characters of a text, as it stands."""
    return _mixed(_rolled(_codes(text), length))


class _Table:
    """Whether a hash is one of a set: most are told by a bit, the others looked up."""

    def __init__(self, hashes: Hashes) -> None:
        bits = min(26, max(12, len(hashes).bit_length() + 4))
        self._shift = np.uint64(64 - bits)
        self._hashes = hashes
        self._bits = np.zeros(1 << bits, bool)
        self._bits[hashes >> self._shift] = True

    def among(self, hashes: Hashes) -> NDArray[np.bool_]:
        """For each hash, whether it is in the set."""
        found: NDArray[np.bool_] = self._bits[hashes >> self._shift]
        likely = np.flatnonzero(found)
        at = np.searchsorted(self._hashes, hashes[likely])
        found[likely] = self._hashes[np.minimum(at, len(self._hashes) - 1)] == hashes[likely]
        return found


def _windows(text: str) -> Iterator[tuple[Kind, Hashes, Places]]:
    """The hashes of all runs of each view and length, and where the characters stand that are no white space."""
    published = _codes(text)
    places = np.flatnonzero(_SEEN[np.minimum(published, len(_SEEN) - 1)])
    for view, codes in ((FOLDED, _codes(fold(text))), (PUBLISHED, published)):
        seen = codes[places]
        if len(seen) < LENGTHS[0]:
            return
        rolled = _rolled(seen, LENGTHS[0])
        yield (view, LENGTHS[0]), _mixed(rolled), places
        for length in LENGTHS[1:]:
            if len(seen) >= length:
                rolled = rolled[:-1] * _FACTOR + seen[length - 1 :].astype(np.uint64)
                yield (view, length), _mixed(rolled), places


def _codes(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def _rolled(codes: NDArray[np.uint32], length: int) -> Hashes:
    wide = codes.astype(np.uint64)
    count = len(codes) - length + 1
    rolled = np.zeros(max(0, count), np.uint64)
    for at in range(length if count > 0 else 0):
        rolled = rolled * _FACTOR + wide[at : at + count]
    return rolled


def _mixed(hashes: Hashes) -> Hashes:
    """Every bit of the input in every bit of the output (the finaliser of splitmix64)."""
    hashes = (hashes ^ (hashes >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    hashes = (hashes ^ (hashes >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return hashes ^ (hashes >> np.uint64(31))


def _union(found: list[Hashes]) -> Hashes:
    return np.unique(np.concatenate(found)) if found else np.zeros(0, np.uint64)


_SEEN = np.array([not chr(code).isspace() and chr(code) not in _INVISIBLE for code in range(0x10000)])
