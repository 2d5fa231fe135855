"""Where a word stands in a published text, exactly: what a concordance shows and what a frequency counts.

Search finds documents by tokens in a row (`archive.searching.words`), whatever stands between them: 导：本 for
导本. A reader who counts words wants the word itself, so here its characters must follow each other in one
paragraph, with nothing between them but white space and what is invisible: headings are set as 工 作 总 结. Signs
that are typed must be there: 《通知》 is not 通知, e-mail not e mail. A run of letters, or of digits, is whole: GDP
is in GDP8, not in GDPR; 19 not in 2019.

Both scripts and widths are one, character by character, so offsets are those of the text as published. Where a page
was put into other words, those of its Simplified form are found too: 信息 where it has 資訊. What every occurrence
is in, search finds; the reverse does not hold, and it may name more documents.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby, pairwise
from typing import NamedTuple

from archive.errors import ArchiveError
from archive.searching.words import DIGIT, LETTER, codes_of, folded, kind_of, segment

# White space inside a paragraph, and what nobody sees: soft hyphens, zero-width characters, marks of direction.
GAP = "(?:[^\\S\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]|[\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff])"
LONGEST = 100_000  # characters of a line that is compared with its other form, character by character
WORD_LENGTH = 8  # characters of a word that stands for another in the other form; chosen, the longest have six
_GAPS = re.compile(f"{GAP}+")
_QUOTES = str.maketrans("“”„‟＂", '"""""')


class _Block(NamedTuple):
    """`line[start:end]`, and what stands in its place in the other form."""

    start: int
    end: int
    other_start: int
    other_end: int

    @property
    def is_even(self) -> bool:
        """Whether both are as long: then each character stands for one."""
        return self.end - self.start == self.other_end - self.other_start


# Lengths of words that stand for each other, the shortest and most alike first.
_NEAREST = sorted(
    ((mine, others) for mine in range(WORD_LENGTH + 1) for others in range(WORD_LENGTH + 1) if mine or others),
    key=lambda pair: (sum(pair), abs(pair[0] - pair[1]), pair),
)


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
        return sorted([*found, *_free(_elsewhere(view, form, wanted), found, len(view))])
    return sorted(found) if len(wanted) > 1 else found


def _elsewhere(view: str, form: str, wanted: Sequence[Word]) -> Iterator[Span]:
    """Spans in lines that read otherwise in the Simplified form, as places of the text; not in monstrous lines."""
    lines, forms = view.split("\n"), form.split("\n")
    at = 0
    for line, other in zip(lines, forms, strict=False) if len(lines) == len(forms) else ():
        if line != other and len(line) <= LONGEST:
            places = [(match.span(), n) for n, one in enumerate(wanted) for match in one.pattern.finditer(other)]
            blocks = [*_blocks(line, other)] if places else []
            for (start, end), n in places:
                yield Span(at + _first(blocks, start), at + _last(blocks, end), n)
        at += len(line) + 1


def _first(blocks: Sequence[_Block], at: int) -> int:
    """Where a word begins that begins `at` a place of the other form; with what was left out before it."""
    n = bisect_right(blocks, at, key=lambda block: block.other_end)
    block = blocks[n]
    if at > block.other_start:
        return block.start + at - block.other_start if block.is_even else block.start
    before = blocks[n - 1] if n else block
    return before.start if before.other_start == before.other_end else block.start


def _last(blocks: Sequence[_Block], at: int) -> int:
    """Where a word ends that ends `at` a place of the other form; with what was left out behind it."""
    n = bisect_left(blocks, at, key=lambda block: block.other_end)
    block = blocks[n]
    if at < block.other_end:
        return block.end - (block.other_end - at) if block.is_even else block.end
    after = blocks[n + 1] if n + 1 < len(blocks) else block
    return after.end if after.other_start == after.other_end else block.end


def _blocks(line: str, other: str) -> Iterator[_Block]:
    """What is the same in two forms of a line, and which words stand for which; in linear time."""
    at = there = 0
    while at < len(line) or there < len(other):
        same = 0
        while at + same < len(line) and there + same < len(other) and line[at + same] == other[there + same]:
            same += 1
        if same:
            yield _Block(at, at + same, there, there + same)
        at, there = at + same, there + same
        if at < len(line) or there < len(other):
            mine, others = _skipped(line[at : at + 2 * WORD_LENGTH], other[there : there + 2 * WORD_LENGTH])
            mine, others = (mine, others) if mine or others else (len(line) - at, len(other) - there)
            yield _Block(at, at + mine, there, there + others)
            at, there = at + mine, there + others


def _skipped(line: str, other: str) -> tuple[int, int]:
    """How many characters of both are the words that differ; 0, 0 where no end of them is seen."""
    for agreeing in (2, 1):
        for mine, others in _NEAREST:
            if line[mine : mine + agreeing] == other[others : others + agreeing] != "":
                return mine, others
    return 0, 0


def _free(spans: Iterator[Span], others: Sequence[Span], size: int) -> Iterator[Span]:
    """Spans that overlap none of their word: neither of `others` nor of their own."""
    covered: defaultdict[int, bytearray] = defaultdict(lambda: bytearray(size))
    for span in others:
        covered[span.word][span.start : span.end] = b"\1" * (span.end - span.start)
    for span in spans:
        here = covered[span.word]
        if span.start < span.end and 1 not in here[span.start : span.end]:
            here[span.start : span.end] = b"\1" * (span.end - span.start)
            yield span


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
