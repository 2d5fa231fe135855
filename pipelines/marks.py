"""Damage that cannot be undone with certainty, as typed spans: the text stays, the mark says what is wrong with it.

Each rule is one function over the folded text of a document; its name is the mark's rule. Where two rules see the same
characters, the first one's mark stands.
"""

from collections.abc import Callable, Iterable, Iterator

from pipelines import lost, numbering, numbers, styles
from pipelines.document import Mark, Part, Spot
from pipelines.ledger import Draft

Rule = Callable[[str], Iterable[Spot]]

RULES: tuple[Rule, ...] = (*lost.RULES, *numbers.RULES, *numbering.RULES, *styles.RULES)


def marks(draft: Draft, part: Part, folded: str, stray: Spot | None = None) -> list[Mark]:
    """What is damaged in the document that `draft` makes of `part` (its text, folded), in order of place.

    `stray`: that all of it is off the page's topic, which its own text alone does not show.
    """
    begin = draft.view_at(part.start)
    seen = [*spots(folded), *([("off_topic", stray)] if stray else [])]
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


def spots(folded: str) -> Iterator[tuple[str, Spot]]:
    """What the rules see in a folded text, each spot with its rule's name."""
    taken = bytearray(len(folded))
    for rule in RULES:
        for spot in rule(folded):
            if 1 not in taken[spot.start : spot.end]:
                taken[spot.start : spot.end] = b"\1" * (spot.end - spot.start)
                yield rule.__name__, spot
