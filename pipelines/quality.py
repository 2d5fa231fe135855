"""How good a copy a document is: one score with its parts, so that nobody has to guess why one is preferred.

Each part is a share from 0 to 1, and the score is their product. All of them only fall with damage: a further mark,
gap or repair never raises the score.
"""

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable

_SENTENCE_END = re.compile("[。；;！!？?\n]+")
HOLE = 0.5  # what is left of `complete` for a stretch that is missing, however long (chosen)


def quality_parts(text: str, spots: Iterable[int], gaps: Collection[str]) -> dict[str, float]:
    """`intact`: the share of sentences without a damaged spot (`spots`: where they begin); `complete`: falls a gap."""
    ends = [match.end() for match in _SENTENCE_END.finditer(text)]
    sentences = max(1, len(ends) + (not ends or ends[-1] < len(text)))
    damaged = len({bisect_right(ends, at) for at in spots})
    return {
        "intact": round(1 - min(damaged, sentences) / sentences, 3),
        "complete": round(HOLE ** len(set(gaps)), 3),
    }


def quality(parts: dict[str, float]) -> float:
    """The score: the product of the parts."""
    score = 1.0
    for share in parts.values():
        score *= share
    return round(score, 3)
