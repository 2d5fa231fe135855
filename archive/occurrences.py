"""Where a word stands in a published text, exactly: what a concordance shows and what a frequency counts.

Search finds documents by tokens in a row (`archive.words`), whatever stands between them: 导：本 for 导本. A reader who
counts words wants the word itself, so here its characters must follow each other in one paragraph, with nothing between
them but white space and what is invisible: headings are set as 工 作 总 结. Signs that are typed must be there:
《通知》 is not 通知, e-mail not e mail. A run of letters, or of digits, is whole: GDP is in GDP8, not in
GDPR; 19 not in 2019.

Both scripts and widths are one, character by character, so offsets are those of the text as published. Where a page was
put into other words, those of its Simplified form are found too: 信息 where it has 資訊. What every occurrence is in,
search finds; the reverse does not hold, and it may name more documents.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from itertools import groupby, pairwise
from typing import NamedTuple

from archive.errors import ArchiveError
from archive.words import DIGIT, LETTER, codes_of, folded, kind_of, segment

# White space inside a paragraph, and what nobody sees: soft hyphens, zero-width characters, marks of direction.
GAP = "(?:[^\\S\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]|[\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff])"
_GAPS = re.compile(f"{GAP}+")
_QUOTES = str.maketrans("“”„‟＂", '"""""')


class Span(NamedTuple):
    """`text[start:end]` is the word of that number."""

    start: int
    end: int
    word: int


@dataclass(frozen=True, slots=True)
class Word:
    """A word or a phrase, as it was asked for."""

    asked: str
    tokens: str  # every text with the word has them in a row; '' where signs alone were asked for
    pattern: re.Pattern[str]  # on a folded text


def word(asked: str) -> Word:
    """The word that `asked` names. Raises `ArchiveError` where it names none."""
    pieces = [piece for piece in _GAPS.split(folded(unicodedata.normalize("NFC", " ".join(asked.split())))) if piece]
    if not pieces:
        raise ArchiveError(f"there is no word to look for in {asked!r}")
    first, last = pieces[0][0], pieces[-1][-1]
    pattern = _not_after(first) + _joined(pieces) + _not_before(last)
    return Word(" ".join(asked.split()), segment(" ".join(pieces)), re.compile(pattern))


def words(asked: Sequence[str]) -> tuple[Word, ...]:
    """Several, each once."""
    return tuple(word(one) for one in dict.fromkeys(asked))


def listed(query: str) -> list[str]:
    """Words between commas, as a form field has them; a comma in double quotes is part of a word."""
    found = re.finditer(r'"(?P<quoted>[^"]*)"?|(?P<plain>[^",，、;；\n]+)', query.translate(_QUOTES))
    return [one for match in found if (one := (match["quoted"] or match["plain"] or "").strip())]


def expression(wanted: Sequence[Word], columns: str = "text text_hans") -> str:
    """FTS5 for the documents that may have one of them there; '' where every document must be looked through."""
    if not all(one.tokens for one in wanted):
        return ""
    return f"{{{columns}}} : (" + " OR ".join(f'"{one.tokens}"' for one in wanted) + ")"


def spans(text: str, wanted: Sequence[Word], hans: str = "") -> list[Span]:
    """Where they stand in a published text, in its order; those of one word do not overlap.

    `hans` is its Simplified form, where that has words which the text has not.
    """
    view = folded(text)
    found = [Span(*match.span(), n) for n, one in enumerate(wanted) for match in one.pattern.finditer(view)]
    if hans and (form := folded(hans)) != view:
        for span in _elsewhere(view, form, wanted):
            if not _overlaps(span, found):
                found.append(span)
        return sorted(found)
    return sorted(found) if len(wanted) > 1 else found


def _elsewhere(view: str, form: str, wanted: Sequence[Word]) -> Iterator[Span]:
    """Spans in lines that read otherwise in the Simplified form, as places of the text."""
    lines, forms = view.split("\n"), form.split("\n")
    at = 0
    for line, other in zip(lines, forms, strict=False) if len(lines) == len(forms) else ():
        if line != other:
            places = [(match.span(), n) for n, one in enumerate(wanted) for match in one.pattern.finditer(other)]
            blocks = SequenceMatcher(None, line, other, autojunk=False).get_opcodes() if places else []
            for (start, end), n in places:
                touched = [block for block in blocks if block[4] > start and block[3] < end]
                yield Span(at + _start(touched[0], start), at + _end(touched[-1], end), n)
        at += len(line) + 1


def _start(block: tuple[str, int, int, int, int], at: int) -> int:
    kind, first, _, other_first, _ = block
    return first + at - other_first if kind == "equal" else first


def _end(block: tuple[str, int, int, int, int], at: int) -> int:
    kind, _, last, _, other_last = block
    return last - (other_last - at) if kind == "equal" else last


def _overlaps(span: Span, others: Sequence[Span]) -> bool:
    empty = span.start >= span.end
    return empty or any(o.word == span.word and o.start < span.end and span.start < o.end for o in others)


def _joined(pieces: Sequence[str]) -> str:
    """The pattern of words that white space divides; between characters that are words by themselves it may be."""
    pattern = _spaced(pieces[0])
    for before, piece in pairwise(pieces):
        pattern += f"{GAP}{'+' if _is_run(before[-1], piece[0]) else '*'}{_spaced(piece)}"
    return pattern


def _spaced(piece: str) -> str:
    """The pattern of characters in a row."""
    rest = (("" if _is_run(*pair) else f"{GAP}*") + re.escape(pair[1]) for pair in pairwise(piece))
    return re.escape(piece[0]) + "".join(rest)


def _is_run(before: str, after: str) -> bool:
    """Whether both are letters, or digits, of one token."""
    return kind_of(before) == kind_of(after) and kind_of(after) in (LETTER, DIGIT)


def _not_after(character: str) -> str:
    kind = kind_of(character)
    return f"(?<!{_class(kind)})" if kind in (LETTER, DIGIT) else ""


def _not_before(character: str) -> str:
    kind = kind_of(character)
    return f"(?!{_class(kind)})" if kind in (LETTER, DIGIT) else ""


@cache
def _class(kind: int) -> str:
    """All characters of a kind, as a pattern."""
    runs = (list(run) for _, run in groupby(enumerate(codes_of(kind)), lambda one: one[1] - one[0]))
    return "[" + "".join(f"{chr(run[0][1])}-{chr(run[-1][1])}" for run in runs) + "]"
