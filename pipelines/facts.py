"""What is known of a document: the readers, in the order in which they are asked. Each yields clues, none guesses."""

from collections.abc import Callable, Iterable

from pipelines.document_number import numbers
from pipelines.era import era_facts
from pipelines.genre import genre
from pipelines.language import language
from pipelines.organisation import organisation
from pipelines.page_dates import page_facts
from pipelines.people import people
from pipelines.period import period
from pipelines.place import place
from pipelines.redating import redated_facts
from pipelines.signed import signed
from pipelines.subject import Clue, Facts, Subject

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
