"""The scores of the bench: texts by character 4-grams, documents by borders, conversions by the words they change.

The score of a set of texts is the one that the bench data beside the project defines (it reproduces what was published
for it): multisets of character 4-grams without white space; per page the true and false positives and the misses are
divided by their sum, so that a long page weighs no more than a short one, then averaged over pages; precision, recall
and F1 come from the averages.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

SAME_PART = 0.9  # F1 from which a part of the output is a document of the gold: chosen, as the issue asks


class Hits(NamedTuple):
    """Shares of a page's 4-grams: found, found wrongly, missed. They sum to 1, or to 0 where there is nothing."""

    true: float
    false: float
    missed: float


class Score(NamedTuple):
    """Precision, recall and F1."""

    precision: float
    recall: float
    f1: float


def grams(text: str) -> Counter[str]:
    """The multiset of character 4-grams without white space; a shorter text is one gram, none where it is empty."""
    bare = "".join(text.split())
    return Counter(bare[at : at + 4] for at in range(max(1, len(bare) - 3))) if bare else Counter()


def hits(read: str, gold: str) -> Hits:
    """What of one page was found, found wrongly and missed."""
    ours, theirs = grams(read), grams(gold)
    common = (ours & theirs).total()
    whole = (ours.total() + theirs.total() - common) or 1
    return Hits(common / whole, (ours.total() - common) / whole, (theirs.total() - common) / whole)


def averaged(pages: Iterable[Hits]) -> Score:
    """The score of a set of pages."""
    true, false, missed = (sum(column) for column in zip(Hits(0, 0, 0), *pages, strict=True))
    return ratio(true, true + false, true + missed)


def ratio(right: float, proposed: float, wanted: float) -> Score:
    """Precision, recall and F1 from counts; where nothing was proposed, or wanted, none of it was wrong."""
    precision, recall = right / proposed if proposed else 1.0, right / wanted if wanted else 1.0
    return Score(precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0)


def similarity(read: str, gold: str) -> float:
    """F1 of two texts."""
    return averaged([hits(read, gold)]).f1


def matched_parts(read: Sequence[str], gold: Sequence[str]) -> int:
    """How many parts are documents of the gold: each part for one document at most, the best pairs first."""
    pairs = sorted(
        ((similarity(ours, theirs), i, j) for i, ours in enumerate(read) for j, theirs in enumerate(gold)), reverse=True
    )
    taken: tuple[set[int], set[int]] = (set(), set())
    for value, i, j in pairs:
        if value >= SAME_PART and i not in taken[0] and j not in taken[1]:
            taken[0].add(i)
            taken[1].add(j)
    return len(taken[0])


def distance(one: str, other: str) -> int:
    """The Levenshtein distance, by Myers' bit vectors: a column of the matrix is one integer."""
    if not one:
        return len(other)
    ones, last = (1 << len(one)) - 1, 1 << (len(one) - 1)
    places: defaultdict[str, int] = defaultdict(int)
    for at, character in enumerate(one):
        places[character] |= 1 << at
    up, down, total = ones, 0, len(one)
    for character in other:
        equal = places.get(character, 0)
        across = (((equal & up) + up) ^ up) | equal
        more, less = (down | ~(across | up)) & ones, up & across
        total += bool(more & last) - bool(less & last)
        more, less = (more << 1 | 1) & ones, (less << 1) & ones
        up, down = (less | ~(equal | down | more)) & ones, more & (equal | down)
    return total


class Words(NamedTuple):
    """Counts of words that a conversion changes; they add up over texts."""

    wanted: int = 0  # words of the original that the plain conversion of characters does not give back
    restored: int = 0  # of these, how many the output has as the original has them
    changed: int = 0  # words that the output has otherwise than the plain conversion
    rightly: int = 0  # of these, how many the original has too

    @property
    def score(self) -> Score:
        """Precision: of the changed, the rightly changed. Recall: of the wanted, the restored."""
        precision, recall = ratio(self.rightly, self.changed, 0).precision, ratio(self.restored, 0, self.wanted).recall
        return Score(precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0)


NO_WORDS = Words()


def changed_words(original: str, plain: str, read: str, read_plain: str) -> Words:
    """Precision and recall on the words that conversion changes, by counts.

    `original` is the text before it was converted to Traditional script, `plain` that conversion put back character
    by character. Where these two differ, a word was changed that only a list of words brings back (信息 became 資訊):
    it is wanted, and restored where `read` has it as the original does. `read_plain` is the restored text put back
    character by character: where `read` differs from it, the restorer changed a word, rightly where the original has
    it so.
    Texts are aligned by their longest common runs; a word is a run of characters that differ, or, where one side has
    none, the characters beside the hole.
    """
    in_original, in_read = _runs(original, read), _runs(read, original)
    wanted, changed = _differing(plain, original), _differing(read_plain, read)
    return Words(
        len(wanted), sum(_same(in_original, a, b) for a, b in wanted),
        len(changed), sum(_same(in_read, a, b) for a, b in changed),
    )  # fmt: skip


def _matcher(one: str, other: str) -> SequenceMatcher[str]:
    return SequenceMatcher(None, one, other, autojunk=False)


def _runs(one: str, other: str) -> list[int]:
    """For each character of `one`, the number of the run it has in common with `other` that it stands in, or 0."""
    runs = [0] * len(one)
    for number, (at, _, length) in enumerate(_matcher(one, other).get_matching_blocks(), 1):
        runs[at : at + length] = [number] * length
    return runs


def _same(runs: Sequence[int], start: int, end: int) -> bool:
    """Whether these characters stand in the other text too, with nothing between them."""
    found = set(runs[start:end])
    return len(found) == 1 and 0 not in found


def _differing(one: str, other: str) -> list[tuple[int, int]]:
    """Where `other` differs from `one`, as spans of `other`, none empty."""
    spans = [(a, b) for kind, _, _, a, b in _matcher(one, other).get_opcodes() if kind != "equal"]
    return [(a, b) if b > a else (max(0, a - 1), b + 1) for a, b in spans]
