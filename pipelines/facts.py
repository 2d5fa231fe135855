"""What is known of a document: the readers, in the order in which they are asked. Each yields clues, none guesses."""

from collections.abc import Callable, Iterable, Iterator

from pipelines.document_number import document_number
from pipelines.era import era_facts
from pipelines.genre import genre
from pipelines.language import language
from pipelines.organisation import organisation
from pipelines.page_dates import page_facts
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


def _number(subject: Subject, _: Facts) -> Iterator[Clue]:
    above = [line.text for line in subject.head[-12:]] if subject.part == 1 else []
    if number := document_number(subject.text.split("\n")) or document_number(above):
        yield Clue("document_number", number, "text", 0, 0, number)


READERS: tuple[Reader, ...] = (
    _number,
    page_facts,
    signed,
    genre,
    era_facts,
    language,
    redated_facts,
    organisation,
    place,
)
