"""What stays the same of a text however a mirror damaged it, and digests made from that.

The skeleton unites what copies differ in: script, width, Taiwan wording, pinyin annotations, numbers and their masks,
punctuation and white space. Ids of parts rest on it: a change of `skeleton` changes ids. The search for copies rests on
`bones`, which come of the Simplified text without a converter and leave out numbers and place names too, and on their
`keys`; a change of these asks for `python -m archive families --rebuild`.
"""

import re
from functools import cache
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray
from opencc import OpenCC

from pipelines.localisation import certain_words
from pipelines.repairs.readings import SYLLABLE
from pipelines.script import fold

PART_LENGTH = 32  # skeleton characters that name a part
HEAD = 1000  # characters that hold them, and as many behind them, in nearly every text
GRAM = 6  # characters of a run that becomes a key: 5 are shared by chance, of 8 too few outlive changed characters
ONE_IN = 32  # of so many runs one is taken: 47 keys for 1,500 characters
FEWEST = 24  # keys of a short text
MOST = 4000  # keys of a text of 130,000 characters; a longer one has no more, so that none holds up the archive
KEY_BITS = 47  # of a hash are kept: six bytes in SQLite; that two of ten million are equal by chance harms nothing
_LIMIT = np.uint64(2**64 // ONE_IN)
_FACTOR = np.uint64(0x9E3779B97F4A7C15)  # odd, without pattern: 2^64 divided by the golden ratio
_ANNOTATION = re.compile(rf"\( ?{SYLLABLE} ?\)")
# Numbers and what masks them. Chinese numerals stay: 一是 and 三个代表 are words.
_NUMBER = re.compile(r"(?:[\d×*_○〇]|某某|(?<![a-z])x+(?![a-z]))+(?:[.,:/~-]?(?:[\d×*_○〇]|(?<![a-z])x+(?![a-z])))*")
# A place, or what masks it, before the word for its kind: two hanzi, which is what most names have.
_PLACE = re.compile(r"(?:#|[\u3400-\u9fff]{2})(?=[省市县区镇乡村])")
_MASK = re.compile(r"某某|(?<![a-z])x+(?![a-z])")
_NEITHER = re.compile(r"[^#a-z\u3400-\u9fff]")
# Other localisers' words, and homoglyphs, in the form that s2twp and folding give the rest.
_ALIKE = str.maketrans("髙査戸揹", "高查户背")
_OTHER = (("国小", "小学"), ("视讯", "影片"), ("民众", "群众"), ("梗塞塞", "梗塞"))


def skeleton(text: str) -> str:
    """The text in one script and wording, without marks: hanzi, lower-case letters, and # for each number or mask."""
    plain = "".join(_ANNOTATION.sub("", fold(text)).split())
    united = _united(plain.translate(_ALIKE))
    return re.sub("#+", "#", _NEITHER.sub("", _NUMBER.sub("#", united.translate(_ALIKE).lower())))


def bones(hans: str) -> str:
    """A Simplified text as copies have it in common: its hanzi and letters, without numbers, masks and place names."""
    plain = fold(hans).lower()
    if "(" in plain:
        plain = _ANNOTATION.sub("", plain)
    if "x" in plain or "某某" in plain:
        plain = _MASK.sub("#", plain)
    codes = _bone_codes()[np.frombuffer(plain.encode("utf-32-le", "surrogatepass"), np.uint32)]
    return _PLACE.sub("", codes[codes > 0].tobytes().decode("utf-32-le")).replace("#", "")


def keys(bone: str) -> NDArray[np.int64]:
    """Hashes of some of the runs of GRAM characters in a text's bones, in its order, each once.

    The lowest are taken: those under a limit, at least FEWEST. Which they are follows from the runs alone: a text that
    stands inside another has its keys there too, and one that lost a tenth of its characters keeps about half of them.
    """
    codes = np.frombuffer(bone.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    runs = len(codes) - GRAM + 1
    if runs < 1:
        return np.zeros(0, np.int64)
    hashes = np.zeros(runs, np.uint64)
    for at in range(GRAM):
        hashes = hashes * _FACTOR + codes[at : at + runs]
    hashes = _mixed(hashes)
    low = hashes[hashes < _LIMIT]
    if len(low) < FEWEST:
        low = _lowest(hashes, FEWEST)
    elif len(low) > MOST:
        low = _lowest(low, MOST)
    return _once((low >> np.uint64(64 - KEY_BITS)).astype(np.int64))


def _lowest(hashes: NDArray[np.uint64], count: int) -> NDArray[np.uint64]:
    """The lowest of them, in their order."""
    return hashes[hashes <= np.partition(hashes, count - 1)[count - 1]] if len(hashes) > count else hashes


def _once(found: NDArray[np.int64]) -> NDArray[np.int64]:
    """Each where it comes first. (`np.unique` takes five times as long for so few.)"""
    order = np.argsort(found, kind="stable")
    ranked = found[order]
    first: NDArray[np.int64] = found[np.sort(order[np.append(True, ranked[1:] != ranked[:-1])])]
    return first


def _mixed(hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Every bit of the input in every bit of the output (the finaliser of splitmix64)."""
    hashes = (hashes ^ (hashes >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    hashes = (hashes ^ (hashes >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return hashes ^ (hashes >> np.uint64(31))


def part_suffix(text: str) -> str:
    """The 6 hex digits that name a part of a page: of SHA-256 of its first 32 skeleton characters."""
    begin = skeleton(text[:HEAD])
    if len(begin) < 2 * PART_LENGTH:
        begin = skeleton(text)
    return sha256(begin[:PART_LENGTH].encode()).hexdigest()[:6]


def content_digest(title: str, text: str) -> str:
    """SHA-256 of a title and a text, as published."""
    return sha256(f"{title}\n{text}".encode()).hexdigest()


def _united(hans: str) -> str:
    """Both wordings as s2twp writes them, since one Taiwan word may stand for two mainland ones."""
    localised = fold(str(_converter().convert(certain_words(hans))))
    for one, other in _OTHER:
        localised = localised.replace(one, other)
    return localised


@cache
def _bone_codes() -> NDArray[np.uint32]:
    """What each code point is in bones: itself, # for a digit or its mask, 0 for nothing."""
    table = np.zeros(0x110000, np.uint32)
    for first, last in (("a", "z"), ("\u3400", "\u9fff")):
        table[ord(first) : ord(last) + 1] = np.arange(ord(first), ord(last) + 1)
    for digit in "0123456789#×*_○":
        table[ord(digit)] = ord("#")
    return table


@cache
def _converter() -> OpenCC:
    return OpenCC("s2twp")
