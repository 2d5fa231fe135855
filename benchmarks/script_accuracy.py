"""How well machine-made Traditional text comes back: exact texts, character errors, words that conversion changes.

The measure. An original X (mainland, Simplified) is put into Traditional script by OpenCC, which is what mirrors run; R
is what `to_hans` makes of that, B what OpenCC makes of it without phrases. All compared by character alignment.

- words that conversion changes: the spans of X that s2twp (s2hkp) writes otherwise than s2tw (s2hk).
- recall: the share of those spans that R has as X has them.
- precision: of the spans where R differs from B (what was restored), the share that equals X.
- errors: edit distance from R to X, per 10,000 characters; exact: the share of texts with R == X.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache

from opencc import OpenCC

from pipelines.script import to_hans

Restorer = Callable[[str], str]
Span = tuple[int, int]

# Each way out, the same without phrases, and OpenCC's own way back: without phrases (for B), and with (the peer).
WAYS = {
    "s2t": ("s2t", "t2s", "t2s"),
    "s2tw": ("s2tw", "tw2s", "tw2sp"),
    "s2twp": ("s2tw", "tw2s", "tw2sp"),
    "s2hk": ("s2hk", "hk2s", "hk2sp"),
    "s2hkp": ("s2hk", "hk2s", "hk2sp"),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """What one restorer did to one way of conversion; counts, so that figures of several texts add up."""

    texts: int = 0
    exact: int = 0
    characters: int = 0
    errors: int = 0
    changed: int = 0
    returned: int = 0
    restored: int = 0
    right: int = 0

    def __add__(self, other: "Figure") -> "Figure":
        return Figure(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    @property
    def recall(self) -> float:
        """Of the words that conversion changed, the share that came back."""
        return self.returned / self.changed if self.changed else 1.0

    @property
    def precision(self) -> float:
        """Of the words that were restored, the share that the original has."""
        return self.right / self.restored if self.restored else 1.0

    @property
    def error_rate(self) -> float:
        """Characters to edit, per 10,000 of the original."""
        return 10_000 * self.errors / max(1, self.characters)


def accuracy(originals: Iterable[str], way: str = "s2twp", restore: Restorer = to_hans) -> Figure:
    """`restore` on every original after conversion by `way`."""
    return sum((_figure(original, way, restore) for original in originals), Figure())


def peer(way: str = "s2twp") -> Restorer:
    """OpenCC's own way back, with its phrases."""
    return _converter(WAYS[way][2])


def _figure(original: str, way: str, restore: Restorer) -> Figure:
    plain_way, plain_back, _ = WAYS[way]
    page = _converter(way)(original)
    restored, plain_restored = restore(page), _converter(plain_back)(page)
    changed = _changed(original, page, _converter(plain_way)(original))
    kept = _common(original, restored)
    steps = list(_differences(plain_restored, restored))
    return Figure(
        texts=1,
        exact=restored == original,
        characters=len(original),
        errors=sum(max(b - a, d - c) for a, b, c, d in _differences(original, restored)),
        changed=len(changed),
        returned=sum(_within(span, (a for a, _ in kept)) for span in changed),
        restored=len(steps),
        right=sum(_within((c, d), (b for _, b in kept)) for _, _, c, d in steps),
    )


def _changed(original: str, page: str, plain: str) -> list[Span]:
    """Where the page differs from the plain one, in offsets of the original (which is as long as the plain one)."""
    if len(plain) != len(original):
        raise ValueError("a plain conversion that changes the length cannot be aligned by offset")
    return [(a, b) for a, b, _, _ in _differences(plain, page)]


def _differences(a: str, b: str) -> Iterator[tuple[int, int, int, int]]:
    for tag, *place in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag != "equal":
            yield place[0], place[1], place[2], place[3]


def _common(a: str, b: str) -> list[tuple[Span, Span]]:
    blocks = SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks()
    return [((i, i + n), (j, j + n)) for i, j, n in blocks]


def _within(span: Span, blocks: Iterable[Span]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in blocks)


@cache
def _converter(name: str) -> Restorer:
    return OpenCC(name).convert
