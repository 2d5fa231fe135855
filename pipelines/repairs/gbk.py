"""GBK read one byte out of step: the bytes of shown characters, and text read again from a byte that was lost.

A mirror that replaced bytes without regard to character borders left text whose bytes are nearly all there, but paired
wrongly: the second byte of one character with the first of the next. `reread` pairs them again from a pending byte on.
Where a byte is gone for good the character is written as U+FFFD. How probable either reading is says `surprise`.
"""

from functools import cache, lru_cache
from typing import NamedTuple

from pipelines.repairs.plausible import cost, is_pair

LOST = "\ufffd"  # a character of which one byte is gone for good
# The second byte of the GBK code of the full-width mark that became this ASCII mark (its first is A3).
SECOND = {",": 0xAC, "?": 0xBF, ";": 0xBB, "!": 0xA1, ":": 0xBA}
SECOND |= {chr(ord(mark) + 0xFEE0): second for mark, second in SECOND.items()}
# What two characters that stand together in a word gain, and what two hanzi cost that do not. Of two neighbours in
# clean text 37 % are such a pair, of text read out of step 0.1 %; shuffled characters of clean text 4 %.
PAIR, NO_PAIR = 2.5, 0.4
# What a lost character costs; a run that falls this far behind the text as it stands is given up.
COST_LOST, GIVE_UP = 5.0, 12.0
# What a mark inside a run must gain before it is another pair, not the end of the run.
SECOND_HIT = 4.0
# Characters of a run at most: no line of 425 real pages has a longer one.
LONGEST = 200
# What a variant form costs that is in neither national standard (鎭 for 鎮).
VARIANT = 4.0


class Run(NamedTuple):
    """What the stretch of damaged text up to `end` reads in step, and how much more probable that is."""

    end: int
    reading: str
    gain: float
    closed: bool  # no byte of its last character is lost


def reread(text: str, at: int, lead: int, previous: str, gain: float = 0.0) -> Run | None:
    """`text[at:]` read from the pending byte `lead` on, `previous` being the character before; None: no sense in it.

    The run ends in step, at a byte that completes a character and is alone (ASCII, or one that `decode` kept), or with
    a lost character where nothing can complete it. A mark on the way may be half of such a pair itself (A3 xx): both
    readings are tried.
    """
    best: Run | None = None
    reading: list[str] = []
    shown, mark = text[at - 1 : at], -2  # behind a mark of its own a run needs two characters at least
    while len(reading) < LONGEST:
        here = text[at : at + 1]
        code = bytes_of(here)
        if here in SECOND:
            if len(reading) - mark > 2:
                best = _better(best, _lost_end(text, at, reading, gain + SECOND_HIT))
            mark = len(reading)
            code = bytes((0xA3, SECOND[here]))
        char = char_of(lead, code[0]) if code else ""
        if not char:
            return best if len(reading) - mark <= 2 else _better(best, _lost_end(text, at, reading, gain))
        gain += surprise(shown, here) - surprise(previous, char)
        reading.append(char)
        shown, previous = here, char
        at += 1
        if len(code) == 1:
            after = text[at : at + 1]
            gain += surprise(shown, after) - surprise(previous, after)
            return _better(best, Run(at, "".join(reading), gain, True))
        if gain < -GIVE_UP:
            break
        lead = code[1]
    return best


def _lost_end(text: str, at: int, reading: list[str], gain: float) -> Run | None:
    """The run without the second byte of its last character."""
    if not reading:
        return None
    shown_lost = text[at : at + 1] == LOST
    return Run(at + shown_lost, "".join([*reading, LOST]), gain - COST_LOST + 6 * shown_lost, False)


def _better(one: Run | None, other: Run | None) -> Run | None:
    return other if one is None or (other is not None and other.gain > one.gain) else one


@lru_cache(maxsize=100_000)
def surprise(previous: str, char: str) -> float:
    """How unlikely `char` is behind `previous` in official Chinese (either may be '')."""
    if not char:
        return 0.0
    variant = VARIANT if is_han(char) and not _encodes(char, "gb2312") and not _encodes(char, "cp950") else 0.0
    if is_pair(previous, char):
        return cost(char) - PAIR + variant
    return cost(char) + variant + (NO_PAIR if is_han(previous) and is_han(char) else 0.0)


@cache
def char_of(lead: int, trail: int) -> str:
    """The GBK character of two bytes; '' where there is none (a byte is 0, too), or a code of private use."""
    try:
        char = bytes((lead, trail)).decode("gb18030")
    except UnicodeDecodeError:
        return ""
    return "" if "\ue000" <= char <= "\uf8ff" or len(char) != 1 else char


@lru_cache(maxsize=50_000)
def bytes_of(char: str) -> bytes:
    """A character's bytes in GBK: one (ASCII, or a byte that `decode` kept) or two; none where it has no such code."""
    if "\uf780" <= char <= "\uf7ff":
        return bytes((ord(char) - 0xF700,))
    code = char.encode("gb18030", "ignore")
    return code if len(code) <= 2 and char not in "?？" else b""


def in_gb2312(char: str) -> bool:
    """Whether the first mainland standard has it: Simplified characters and marks."""
    return _encodes(char, "gb2312")


@lru_cache(maxsize=50_000)
def _encodes(char: str, charset: str) -> bool:
    try:
        char.encode(charset)
    except UnicodeEncodeError:
        return False
    return True


def known_byte(orphan: str) -> int:
    """The byte that `decode` kept as U+F7xx; 0 where the page no longer has it."""
    return ord(orphan) - 0xF700 if "\uf780" <= orphan <= "\uf7ff" else 0


def is_han(character: str) -> bool:
    """Whether it is a Chinese character of the Basic Multilingual Plane."""
    return "\u3400" <= character <= "\u9fff"
