"""Whether two documents are copies of one text, from their aligned bones: the figures, and what they are worth.

Copies share what is their own; documents of one genre share formulas, which are short and far between. So the share of
the shorter text that aligns decides, counted in runs that formulas seldom reach in order. A text that stands inside a
much longer one is a part of it, which asks for more: a long text holds much by chance.
"""

from dataclasses import dataclass

from pipelines.alignment import align

RUN = 4  # characters of a run that counts: in unrelated texts of the sample 5 % of the shorter one aligned at most
COPY = 0.45  # of the shorter text: copies that both lost 30 % of their clauses had 0.41 to 0.73, nearly all above this
MIRROR = 0.3  # the same for pages whose addresses say that they are one article
PART = 0.6  # of the shorter text, where it is less than COPY of the longer one
LEAST = 60  # characters that align: a shorter agreement is a formula (为全面推进…贡献力量 of two speeches had 41)
LEAST_PART = 100  # inside a longer text
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


def likeness(a: str, b: str) -> Likeness:
    """Compare the bones of two texts."""
    runs = align(a, b)
    counted = sum(run.length for run in runs if run.length >= RUN)
    long = [run for run in runs if run.length >= LONG_RUN]
    if not long:
        return Likeness(counted, len(a), len(b), (0, 0), (0, 0))
    first, last = long[0], long[-1]
    return Likeness(counted, len(a), len(b), (first.start_a, last.end_a), (first.start_b, last.end_b))


def kinship(found: Likeness, *, one_address: bool = False) -> str:
    """`copy`, `part` (the shorter stands in the longer), `mirror` (only with `one_address`), or '' for strangers."""
    shorter, longer = sorted((found.coverage_a, found.coverage_b), reverse=True)
    if found.matched < LEAST:
        return ""
    if longer >= COPY:
        return "copy"
    if shorter >= PART and found.matched >= LEAST_PART:
        return "part"
    return "mirror" if one_address and shorter >= MIRROR else ""
