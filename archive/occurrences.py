"""Where a word stands in a published text, exactly: what a concordance shows and what a frequency counts.

The index finds documents by tokens in a row, whatever stands between them (导：本 for 导本). A reader who counts words
wants the word itself, so here its characters must follow each other in one paragraph, with nothing between them but
white space and what is invisible: headings are set as 工 作 总 结. Signs that are typed must be there: 《通知》 is not
通知, e-mail not e mail. Letters and digits are whole: GDP is in GDP8, not in GDPR; 19 is not in 2019.

Both scripts and widths are one, character by character, so offsets are those of the text as published. What every
occurrence is in, the index finds too; the reverse does not hold, and a search may name more documents.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from archive.errors import ArchiveError
from archive.search import HAN, WORD, segment
from pipelines.script import fold

# White space inside a paragraph, and what nobody sees: soft hyphens, zero-width characters, marks of direction.
GAP = "[^\\S\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]|[\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]"
_GAPS = re.compile(f"(?:{GAP})+")
_LETTER = "[^\\W_]"
_MARKS = "[\u0300-\u036f]*"  # accents that follow their letter
_MARKED = (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))  # letters with accents


class Span(NamedTuple):
    """`text[start:end]` is the word of that number."""

    start: int
    end: int
    word: int


@dataclass(frozen=True, slots=True)
class Word:
    """A word or a phrase, as it was asked for."""

    asked: str
    match: str  # a phrase of the index that every text with the word has; '' where the index knows none of it
    pattern: re.Pattern[str]  # on a folded text


def word(asked: str) -> Word:
    """The word that `asked` names. Raises `ArchiveError` where it names none."""
    folded = fold(" ".join(asked.split()))
    pieces = [piece for piece in _GAPS.split(folded) if piece]
    if not pieces:
        raise ArchiveError(f"there is no word to look for in {asked!r}")
    tokens = " ".join(segment(" ".join(pieces).replace('"', " ")).replace("\0", " ").split())
    pattern = _edge("".join(pieces)[0], before=True) + _joined(pieces) + _edge("".join(pieces)[-1], before=False)
    return Word(" ".join(asked.split()), tokens if WORD.search(tokens) else "", re.compile(pattern, re.IGNORECASE))


def words(asked: Sequence[str]) -> tuple[Word, ...]:
    """Several, each once."""
    return tuple(word(one) for one in dict.fromkeys(asked))


def expression(wanted: Sequence[Word]) -> str:
    """FTS5 for the texts that may have one of them; '' where every text must be looked through."""
    if not all(one.match for one in wanted):
        return ""
    return "{text} : (" + " OR ".join(f'"{one.match}"' for one in wanted) + ")"


def spans(text: str, wanted: Sequence[Word]) -> list[Span]:
    """Where they stand in a published text, in its order; those of one word do not overlap."""
    folded = fold(text)
    found = [Span(*match.span(), n) for n, one in enumerate(wanted) for match in one.pattern.finditer(folded)]
    return sorted(found) if len(wanted) > 1 else found


def _joined(pieces: Sequence[str]) -> str:
    """The pattern of words that white space divides; around a Chinese character or a sign it need not be there."""
    pattern = _letters(pieces[0])
    for before, piece in pairwise(pieces):
        least = "+" if _is_spelt(before[-1]) and _is_spelt(piece[0]) else "*"
        pattern += f"(?:{GAP}){least}{_letters(piece)}"
    return pattern


def _letters(piece: str) -> str:
    """The pattern of characters in a row."""
    return _one(piece[0]) + "".join(_between(*pair) + _one(pair[1]) for pair in pairwise(piece))


def _between(before: str, one: str) -> str:
    return "" if _is_spelt(before) and _is_spelt(one) else f"(?:{GAP})*"


def _one(character: str) -> str:
    same = _accented().get(_base(character), "")
    return f"[{_base(character)}{same}]{_MARKS}" if same else re.escape(character)


def _edge(character: str, *, before: bool) -> str:
    """Letters of a script that spells its words must not go on."""
    if not _is_spelt(character):
        return ""
    look, ahead = ("(?<!", "(?<=") if before else ("(?!", "(?=")
    han = HAN.pattern.strip("()")
    return f"(?:{look}{_LETTER}){look}[\ue000-\uf8ff])|{ahead}{han}))"


def _is_spelt(character: str) -> bool:
    return character.isalnum() and not HAN.match(character)


def _base(character: str) -> str:
    """A Latin letter without its accents, in lower case."""
    return unicodedata.normalize("NFD", character)[0].lower() if ord(character) in _MARKED else character.lower()


@cache
def _accented() -> dict[str, str]:
    """The letters with accents for each letter from a to z."""
    found = {chr(code): "" for code in range(ord("a"), ord("z") + 1)}
    for character in map(chr, _MARKED):
        if (base := _base(character)) in found:
            found[base] += character
    return found


def listed(query: str) -> Iterator[str]:
    """Words between commas, as a form field has them; a comma in double quotes is part of a word."""
    for match in re.finditer(r'"(?P<quoted>[^"]*)"?|(?P<plain>[^",，、;；\n]+)', query.translate(_QUOTES)):
        if found := (match["quoted"] or match["plain"] or "").strip():
            yield found


_QUOTES = str.maketrans("“”„‟＂", '"""""')
