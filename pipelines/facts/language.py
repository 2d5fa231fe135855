"""Which language a text is in, by the scripts of its letters: ISO 639 codes, the shortest that there is.

Han characters count one by one and Latin letters by words, since a word says about as much as a character. Unknown is
what is short, what is half one and half another, and a script that several languages write.
"""

import re
from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from pipelines.facts.subject import Clue, Facts, Subject

LEAST = 8  # characters or words that a text must have (chosen: a title has more)
MOST = 0.7  # share of the whole from which a text is in one language, names and terms of others beside it (chosen)
KANA = 0.1  # share of kana in Japanese; Chinese has の in names of shops (Japanese prose has 0.5)
WORDS = 0.1  # share of the commonest words in running text: English has 0.25 of those listed, Zhuang 0.15
CELL = 64  # code points that are counted together: borders of the scripts below fall on it

# First and last code points; what several languages write is told apart below, or is unknown.
_SCRIPTS = {
    "zh": ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF)),
    "letters": ((0x0040, 0x007F), (0x00C0, 0x024F)),
    "kana": ((0x3040, 0x30FF),),
    "ko": ((0xAC00, 0xD7BF), (0x1100, 0x11FF)),
    "bo": ((0x0F40, 0x0FBF),),
    "mn": ((0x1800, 0x187F),),
    "ii": ((0xA000, 0xA4BF),),
    "tdd": ((0x1940, 0x197F),),
    "khb": ((0x1980, 0x19DF),),
    "arabic": ((0x0600, 0x06FF),),
    "cyrillic": ((0x0400, 0x04FF),),
}
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]{2,}")
_MASK = re.compile("(?i)x+")
_UYGHUR, _KAZAKH = re.compile("[\u06d0\u06c8\u06c6\u06cb]|\u0626[\u06d5\u0627]"), re.compile("\u0674")
_COMMON = {
    "en": re.compile("the|of|and|to|in|is|for|with|that|on|as|are|was|by|we|be|have|this|our|will|from|has|it"),
    "za": re.compile("caeuq|dwg|gij|youq|neix|hix|ndaej|bonj|gunghcanj|bouxcuengh|daengz|haenx|miz|ndeu|cungj"),
}


def language(subject: Subject, _: Facts) -> Iterator[Clue]:
    """The language of the text, told by the whole of it."""
    code, evidence = told(subject.text)
    if code:
        yield Clue("language", code, "text", 0, len(subject.text), evidence)


def told(text: str) -> tuple[str | None, str]:
    """The language of a text, and its share of it. Leaves what is too short to tell, and what is half in another."""
    counts = _counts(text)
    whole = sum(counts.values())
    most = max(counts, key=lambda name: counts[name])
    share = counts[most] / max(1, whole)
    if whole < LEAST or share < MOST:
        return None, ""
    evidence = f"{most}: {share:.0%} of {whole} characters and words"
    if most == "latin":
        return _by_words(text), evidence
    if most == "arabic":
        return "kk" if _KAZAKH.search(text) else "ug" if _UYGHUR.search(text) else None, evidence
    return None if most == "cyrillic" else most, evidence


def _script_of_cells() -> NDArray[np.uint8]:
    """For each cell of code points the place of its script in `_SCRIPTS`; one past the last for all others."""
    scripts = np.full(0x10000 // CELL, len(_SCRIPTS), np.uint8)
    for n, ranges in enumerate(_SCRIPTS.values()):
        for first, last in ranges:
            scripts[first // CELL : last // CELL + 1] = n
    return scripts


_SCRIPT_OF_CELLS = _script_of_cells()


def _counts(text: str) -> Mapping[str, int]:
    """How many characters or words of each script a text has. Kana makes the Han characters beside it Japanese."""
    codes = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), np.uint16)
    told = np.bincount(_SCRIPT_OF_CELLS[codes // CELL], minlength=len(_SCRIPTS))
    counts: dict[str, int] = dict(zip(_SCRIPTS, told.tolist(), strict=False))
    letters, kana = counts.pop("letters"), counts.pop("kana")
    counts["latin"] = _words(text) if letters > counts["zh"] // 4 else letters // 5
    if kana and kana >= KANA * (kana + counts["zh"]):
        counts |= {"ja": kana + counts["zh"], "zh": 0}
    return counts


def _words(text: str) -> int:
    """Its words in Latin letters; xx is a mask."""
    return sum(not _MASK.fullmatch(word) for word in _LATIN.findall(text))


def _by_words(text: str) -> str | None:
    """English or Zhuang, by their commonest words."""
    words = [word.lower() for word in _LATIN.findall(text)]
    shares = {
        code: sum(common.fullmatch(word) is not None for word in words) / len(words) for code, common in _COMMON.items()
    }
    best = max(shares, key=lambda code: shares[code])
    return best if shares[best] >= WORDS else None
