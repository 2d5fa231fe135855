"""How good a copy a document is: one score with its parts, so that nobody has to guess why one is preferred.

Each part is a share from 0 to 1, and the score is their product. All of them only fall with damage: a further mark,
gap or repair never raises the score. The weights are chosen, so that a copy with holes ranks below one with masks, and
that below one that only had to be repaired; they are measured on nothing.
"""

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from pipelines.document import Gap

PARTS = {
    "intact": "share of sentences without a lost, unreadable or overwritten passage",
    "unmasked": "falls with the share of sentences in which names, numbers or words are masked",
    "complete": "shown characters of those that the page says there are; falls with every gap and missing item",
    "own_words": "falls with every word that spinning put there, by their density",
    "authentic": "falls where the text is generated, scrambled, hijacked, or its numbers are false",
    "readable": "falls with every kind of repair, and with doubled marks and misread characters",
    "on_topic": "falls where a part of a compilation is no document of its kind",
}
TORN = frozenset(
    ("numbers_lost", "numbers_corrupt", "numbers_half_masked", "words_lost", "undecodable", "symbols_lost", "cut_short")
)
MASKED = frozenset(("numbers_masked", "names_masked", "censored"))
WORN = frozenset(("punctuation", "misread"))
MASK_WEIGHT, WORN_WEIGHT = 0.5, 0.3  # of a sentence, where the rest of it can be read
GAP = {"page": 0.7, "hole": 0.7, "preview": 0.7, "tail": 0.9, "head": 0.9}  # what is left where no number is known
ITEM, REPAIR = 0.97, 0.97  # what is left after each missing item, each kind of repair
SPUN = 0.1  # what a spun word in a thousand characters takes
FALSE = {"generated": 0.4, "scrambled": 0.4, "hijacked": 0.6, "numbers_corrupt": 0.6, "numbers_untrusted": 0.8}
OFF_TOPIC = 0.2

_SENTENCE_END = re.compile("[。；;！!？?\n]+")


@dataclass(frozen=True, slots=True)
class Flaws:
    """All that is known to be wrong with one document."""

    spots: Sequence[tuple[int, str]] = ()  # where each mark begins in the text, and its kind
    gaps: Sequence[Gap] = ()
    repairs: Collection[str] = ()  # kinds of damage that were repaired
    numbers_untrusted: bool = False


def quality_parts(text: str, flaws: Flaws) -> dict[str, float]:
    """The parts of a document's score, by the names in `PARTS`."""
    kinds = [kind for _, kind in flaws.spots]
    spread = _Sentences(text)
    falsehoods = {kind for kind in kinds if kind in FALSE} | (
        {"numbers_untrusted"} if flaws.numbers_untrusted else set()
    )
    spun = kinds.count("spun") * 1000 / max(1000, len(text))
    parts = {
        "intact": 1 - spread.share(flaws.spots, TORN),
        "unmasked": 1 - MASK_WEIGHT * spread.share(flaws.spots, MASKED),
        "complete": _complete(len(text), flaws.gaps) * ITEM ** min(20, kinds.count("items_missing")),
        "own_words": max(0.1, 1 - SPUN * spun),
        "authentic": _product(FALSE[kind] for kind in sorted(falsehoods)),
        "readable": REPAIR ** len(set(flaws.repairs)) * (1 - WORN_WEIGHT * spread.share(flaws.spots, WORN)),
        "on_topic": OFF_TOPIC if "off_topic" in kinds else 1.0,
    }
    return {name: round(parts[name], 3) for name in PARTS}


def quality(parts: dict[str, float]) -> float:
    """The score: the product of the parts."""
    return round(_product(parts.values()), 3)


def _complete(shown: int, gaps: Sequence[Gap]) -> float:
    """The share of the document that is there: by the numbers that gaps name, and a weight for each without one."""
    told = [gap.missing for gap in gaps if gap.kind in ("hole", "preview") and gap.missing is not None]
    share = max(1, shown) / (max(1, shown) + sum(max(0, n) for n in told))
    untold = {(gap.kind, gap.start) for gap in gaps if gap.kind not in ("hole", "preview") or gap.missing is None}
    return share * _product(GAP.get(kind, 1.0) for kind, _ in sorted(untold))


class _Sentences:
    """Where the sentences of a text end."""

    def __init__(self, text: str) -> None:
        self._text = text

    def share(self, spots: Sequence[tuple[int, str]], kinds: frozenset[str]) -> float:
        """The share of sentences in which a spot of these kinds begins."""
        begins = [at for at, kind in spots if kind in kinds]
        if not begins:
            return 0.0
        count = max(1, len(self._ends) + (not self._ends or self._ends[-1] < len(self._text)))
        hurt = {bisect_right(self._ends, at) for at in begins}
        return min(len(hurt), count) / count

    @cached_property
    def _ends(self) -> list[int]:
        """Few texts have anything that is counted in sentences."""
        return [match.end() for match in _SENTENCE_END.finditer(self._text)]


def _product(shares: Iterable[float]) -> float:
    score = 1.0
    for share in shares:
        score *= share
    return score
