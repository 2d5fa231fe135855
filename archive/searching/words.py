"""What a word is in search: the one cutting of a text into tokens that index, query and highlighting share.

Every Chinese character (and kana, hangul, ①) is a token of its own, every run of letters one, every run of digits
one; nothing else is. A word is a phrase of tokens, so 科普, 科普中国App and GDP8 are found whatever their length,
GDP is found in GDP8%, and `repo` is not found in `report`. What stands between two tokens does not count: a word is
found across spaces, line ends and punctuation.

Tokens are folded: half width, Simplified, lower case, without diacritics, character by character. Offsets stay those
of the published text.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from pipelines.script import fold

NOTHING, SINGLE, DIGIT, LETTER = range(4)
LAST = 0x33480  # past the last ideograph that Unicode 16 has: what is a token lies below
IDEOGRAPHS = (0x3400, 0xA000), (0x20000, LAST)  # those too that this Python's Unicode has not yet
SPACED = 0x2E80  # below it stand the scripts that write words as runs of letters, above it those of East Asia
MARKED = (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))  # Latin letters with diacritics
COMPATIBLE = (*range(0xF900, 0xFB00), *range(0x2F800, 0x2FA20))  # ideographs that are others' doubles
ZEROS = "○◯"  # what 二○一五 is often typed with in the place of 〇


@dataclass(frozen=True, slots=True)
class Segmented:
    """A text's tokens, a space on either side of each, and which character of the text each character was."""

    text: str
    origin: NDArray[np.int64]

    def spans(self, phrase: str) -> Iterator[tuple[int, int]]:
        """Where in the original text a phrase (tokens with a space between) stands; occurrences may overlap."""
        wanted = f" {phrase} "
        at = self.text.find(wanted)
        while phrase and at >= 0:
            yield int(self.origin[at + 1]), int(self.origin[at + len(wanted) - 2]) + 1
            at = self.text.find(wanted, at + 1)


def segmented(text: str | None) -> Segmented:
    """The tokens of a text, with their places."""
    cut = _cut(text)
    places = (np.cumsum(cut.kept.astype(np.int64) + cut.begins) - 1)[cut.kept]
    made = np.full(int(places[-1]) + 2 if len(places) else 1, ord(" "), np.uint32)
    origin = np.zeros(len(made), np.int64)
    made[places], origin[places] = cut.codes[cut.kept], np.flatnonzero(cut.kept)
    return Segmented(_text(made), origin)


@dataclass(frozen=True, slots=True)
class Close:
    """A text's tokens with nothing between them: quick to make, and to look a phrase up in."""

    source: str
    text: str
    size: int  # tokens

    def has(self, phrase: str) -> bool:
        """Whether a phrase (tokens with a space between) stands in it."""
        if phrase.replace(" ", "") not in self.text:
            return False
        return is_single(phrase) or f" {phrase} " in f" {segment(self.source)} "

    def count(self, phrase: str) -> int:
        """How often, where occurrences share nothing."""
        together = phrase.replace(" ", "")
        if is_single(phrase) or together not in self.text:
            return self.text.count(together)
        return _apart(segment(self.source)).count(_apart(phrase))


def close(text: str | None) -> Close:
    """The tokens of a text, one after the other."""
    cut = _cut(text)
    return Close(text or "", _text(cut.codes[cut.kept]), int(np.count_nonzero(cut.begins)))


def singles(text: str | None) -> tuple[NDArray[np.uint32], NDArray[np.bool_]]:
    """The characters of its tokens in a row, and which are tokens by themselves."""
    cut = _cut(text)
    return cut.codes[cut.kept], (cut.kinds == SINGLE)[cut.kept]


def is_single(phrase: str) -> bool:
    """Whether all its tokens are single characters: where those stand in a row, it stands."""
    return all(len(token) == 1 and kind_of(token) == SINGLE for token in phrase.split(" "))


def _apart(tokens: str) -> str:
    """Two spaces between tokens, so that phrases that follow each other share none and can be counted."""
    return f" {tokens.replace(' ', '  ')} "


@dataclass(frozen=True, slots=True)
class _Cut:
    """For each character of a text what it is."""

    codes: NDArray[np.uint32]  # folded
    kinds: NDArray[np.uint8]
    kept: NDArray[np.bool_]  # of tokens
    begins: NDArray[np.bool_]  # the first of one


def _cut(text: str | None) -> _Cut:
    codes = _codes().take(np.frombuffer((text or "").encode("utf-32-le", "surrogatepass"), np.uint32))
    kinds = _kinds().take(codes)
    kept = kinds != NOTHING
    begins = kept & (kinds == SINGLE)
    begins[:1] |= kept[:1]
    begins[1:] |= kept[1:] & (kinds[1:] != kinds[:-1])
    return _Cut(codes, kinds, kept, begins)


def _text(codes: NDArray[np.uint32]) -> str:
    return codes.tobytes().decode("utf-32-le", "surrogatepass")


def folded(text: str) -> str:
    """`text` as tokens are spelt, character for character: what stands between them stays."""
    codes = _codes().take(np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32))
    return codes.tobytes().decode("utf-32-le", "surrogatepass")


def kind_of(character: str) -> int:
    """What a folded character is in a token."""
    return int(_kinds()[ord(character)])


def codes_of(kind: int) -> list[int]:
    """All code points of a kind."""
    return [int(code) for code in np.flatnonzero(_kinds() == kind)]


def segment(text: str | None) -> str:
    """The tokens of a text with a space between: what the index is given."""
    return segmented(text).text.strip()


def differing(text: str | None, other: str | None) -> str:
    """The tokens of `text` where they are not those of `other`; '' where they are."""
    if text == other:
        return ""
    mine = segment(text)
    return "" if mine == segment(other) else mine


def spans(text: str, phrases: Iterable[str]) -> list[tuple[int, int]]:
    """Where phrases stand in a text, in order, what overlaps or touches joined."""
    cut = segmented(text)
    joined: list[tuple[int, int]] = []
    for start, end in sorted({span for phrase in phrases for span in cut.spans(phrase)}):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


@cache
def _codes() -> NDArray[np.uint32]:
    """For each code point the one that stands for it in a token."""
    codes = np.arange(0x110000, dtype=np.uint32)
    folded = fold("".join(map(chr, range(LAST))))
    codes[:LAST] = np.frombuffer("".join(map(_lower, folded)).encode("utf-32-le", "surrogatepass"), np.uint32)
    for code in MARKED:
        apart = unicodedata.normalize("NFD", _lower(chr(code)))
        if all(map(unicodedata.combining, apart[1:])):
            codes[code] = ord(apart[0])
    for code in COMPATIBLE:
        codes[code] = ord(fold(unicodedata.normalize("NFC", chr(code))))
    codes[[ord(zero) for zero in ZEROS]] = ord("〇")
    return codes


def _lower(character: str) -> str:
    lower = character.lower()
    return lower if len(lower) == 1 else character


@cache
def _kinds() -> NDArray[np.uint8]:
    """What each folded code point is in a token."""
    kinds = np.zeros(0x110000, np.uint8)
    for code, character in enumerate(map(chr, range(LAST))):
        if character.isalnum():
            letter = code < SPACED and character.isalpha()
            kinds[code] = LETTER if letter else DIGIT if character.isdecimal() else SINGLE
    for first, last in IDEOGRAPHS:
        kinds[first:last] = SINGLE
    return kinds
