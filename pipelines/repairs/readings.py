"""Which pinyin a character may have: what proves that `(xié)` behind 協 is an annotation."""

import re
import unicodedata
from functools import cache, lru_cache

from pipelines.script import fold

# One syllable, 1 to 6 letters with or without a tone mark.
SYLLABLE = "[a-zāáǎàēéěèīíǐìōóǒòūúǔùüǖǘǚǜńňǹḿ]{1,6}"
_MARKED = re.compile("[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ]")


@cache
def _listed() -> dict[int, str]:
    """The readings of each character, the commonest first; loaded when a page first needs them."""
    from pypinyin.pinyin_dict import pinyin_dict

    return pinyin_dict


def is_reading(character: str, syllable: str) -> bool:
    """Whether `syllable` is a reading of the character in either script, whatever its tone mark, if any."""
    return toneless(syllable) in _readings(character)


def is_exact(character: str, syllable: str) -> bool:
    """Whether `syllable`, tone and all, is a reading of the character as it stands."""
    return syllable in _listed().get(ord(character), "").split(",")


def is_usual(character: str, syllable: str) -> bool:
    """Whether `syllable`, tone and all, is the character's commonest reading."""
    return _listed().get(ord(character), "").split(",")[0] == syllable


def has_tone(syllable: str) -> bool:
    """Whether a vowel carries a tone mark: no ordinary Latin word has one."""
    return bool(_MARKED.search(syllable))


@lru_cache(maxsize=2)  # two rules ask it of the same page
def mentions_tones(text: str) -> bool:
    """Whether any vowel of a text carries a tone mark; hardly a page without annotations has one."""
    return _MARKED.search(text) is not None


def toneless(syllable: str) -> str:
    """The syllable in plain letters, ü as v."""
    plain = syllable.replace("ü", "v").translate(_V_WITH_TONE)
    return "".join(letter for letter in unicodedata.normalize("NFD", plain) if not unicodedata.combining(letter))


_V_WITH_TONE = {ord(letter): "v" for letter in "ǖǘǚǜ"}


@lru_cache(maxsize=30000)
def _readings(character: str) -> frozenset[str]:
    listed = (_listed().get(ord(form), "") for form in {character, fold(character)} if form)
    return frozenset(toneless(reading) for entry in listed for reading in entry.split(",") if reading)
