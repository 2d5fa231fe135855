"""Damage that cannot be undone with certainty, as typed spans: the text stays, the mark says what is wrong with it.

Each rule is one function over the folded text of a document; its name is the mark's rule. Where two rules see the same
characters, the first one's mark stands.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from pipelines.document import Mark, Part, Spot
from pipelines.ledger import Draft
from pipelines.marking import lost, masks, numbering, numbers, styles

Rule = Callable[[str], Iterable[Spot]]

RULES: tuple[Rule, ...] = (
    *lost.RULES,
    *masks.RULES,
    lost.starred_word,
    *numbers.RULES,
    *numbering.RULES,
    *styles.RULES,
)


@dataclass(frozen=True, slots=True)
class Around:
    """What only the whole page shows of one document's text."""

    stray: Spot | None = None  # that all of it is off the page's topic
    presented: bool = False  # that the page presents its texts as an assistant does


def marks(draft: Draft, part: Part, folded: str, around: Around) -> list[Mark]:
    """What is damaged in the document that `draft` makes of `part` (its text, folded), in order of place."""
    begin = draft.view_at(part.start)
    seen = [*spots(folded, around.presented), *([("off_topic", around.stray)] if around.stray else [])]
    found = [
        Mark(
            part.number,
            draft.source_at(begin + spot.start),
            draft.source_end(begin + spot.end),
            spot.kind,
            rule,
            spot.evidence,
        )
        for rule, spot in seen
    ]
    return sorted(found, key=lambda mark: (mark.start, mark.end, mark.kind, mark.rule))


def spots(folded: str, presented: bool = False) -> Iterator[tuple[str, Spot]]:
    """What the rules see in a folded text, each spot with its rule's name."""
    taken = bytearray(len(folded))
    for rule in RULES:
        found = styles.generated_text(folded, presented) if rule is styles.generated_text else rule(folded)
        for spot in found:
            if 1 not in taken[spot.start : spot.end]:
                taken[spot.start : spot.end] = b"\1" * (spot.end - spot.start)
                yield rule.__name__, spot
