"""Whether two documents are copies of one text, from their aligned bones: the figures, and what they are worth.

Copies share what is their own; documents of one genre share formulas, which are short and far between. So the share of
the shorter text that aligns decides, counted in runs that formulas seldom reach in order. A text that stands inside a
much longer one is a part of it, which asks for more: a long text holds much by chance.
"""

from dataclasses import dataclass

from pipelines.copies import alignment
from pipelines.copies.alignment import Grams, Run, backbone

RUN = 4  # characters of a run that counts
# Shares measured on the sample's originals and on made documents of one genre (`python -m benchmarks --families`).
COPY = 0.5  # of the shorter text: copies had 0.67 and more with their original, documents with one frame 0.38 at most
MIRROR = 0.25  # of the shorter text, for pages whose addresses say that they are one article
PART = 0.6  # of the shorter text, for a part: a text whose length is less than
OF_LENGTH = 0.65  # of the longer one's; a copy that lost 30 % of its clauses has more
LEAST = 60  # characters that align: a shorter agreement is a formula (chosen)
LEAST_PART = 100  # inside a longer text (chosen)
LONG_RUN = 8  # characters of the runs that say where in a text the other stands


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much of two texts aligns, in characters of their bones."""

    matched: int
    length_a: int
    length_b: int
    span_a: tuple[int, int]  # from the first long run to the last, in the first text
    span_b: tuple[int, int]

    @property
    def coverage_a(self) -> float:
        """Share of the first text that the second has."""
        return self.matched / max(1, self.length_a)

    @property
    def coverage_b(self) -> float:
        """Share of the second text that the first has."""
        return self.matched / max(1, self.length_b)


def grams(bone: str) -> Grams:
    """A text's bones made ready for `likeness`."""
    return alignment.grams(bone, RUN)


def likeness(a: Grams, b: Grams) -> Likeness:
    """Compare the bones of two texts."""
    runs = backbone(a, b)
    long = [run for run in runs if run.length >= LONG_RUN]
    first, last = (long[0], long[-1]) if long else (Run(0, 0, 0), Run(0, 0, 0))
    spans = (first.start_a, last.end_a), (first.start_b, last.end_b)
    return Likeness(sum(run.length for run in runs), len(a.codes), len(b.codes), *spans)


def kinship(found: Likeness, *, one_address: bool = False) -> str:
    """`copy`, `part` (the shorter stands in the longer), `mirror` (only with `one_address`), or '' for strangers."""
    of_shorter = max(found.coverage_a, found.coverage_b)
    if found.matched < LEAST:
        return ""
    if min(found.length_a, found.length_b) >= OF_LENGTH * max(found.length_a, found.length_b):
        if of_shorter >= COPY:
            return "copy"
    elif of_shorter >= PART and found.matched >= LEAST_PART:
        return "part"
    return "mirror" if one_address and of_shorter >= MIRROR else ""
