"""The readers, in the order in which they are asked. Each yields clues, none guesses."""

from collections.abc import Callable, Iterable

from pipelines.facts.document_number import numbers
from pipelines.facts.era import era_facts
from pipelines.facts.genre import genre
from pipelines.facts.language import language
from pipelines.facts.organisation import organisation
from pipelines.facts.page_dates import page_facts
from pipelines.facts.people import people
from pipelines.facts.period import period
from pipelines.facts.place import place
from pipelines.facts.redating import redated_facts
from pipelines.facts.signed import signed
from pipelines.facts.subject import Clue, Facts, Subject

Reader = Callable[[Subject, Facts], Iterable[Clue]]


def facts(subject: Subject) -> Facts:
    """All that the readers find; a later reader knows what earlier ones found."""
    known = Facts()
    for reader in READERS:
        for clue in reader(subject, known):
            known.add(clue)
    return known


READERS: tuple[Reader, ...] = (
    numbers,
    page_facts,
    signed,
    people,
    genre,
    era_facts,
    language,
    period,
    redated_facts,
    organisation,
    place,
)
