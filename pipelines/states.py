"""The states of an article on its way down the corridor.

Each is a draft with what is known of it so far; a stage takes one and returns the next, so that stages
called out of order do not type-check.
"""

from dataclasses import dataclass

from pipelines.document import Gap, Part
from pipelines.ledger import Draft


@dataclass(frozen=True, slots=True)
class Stitched:
    """All pages of the article in one source text; blocks that lost the vote are cut."""

    draft: Draft
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Repaired:
    """Reversible damage is undone."""

    draft: Draft
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Lined:
    """Headings that were glued to the text stand on lines of their own."""

    draft: Draft
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Framed:
    """The page's own frame noise is cut."""

    draft: Draft
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Divided:
    """The documents on the page are known, as spans of the source."""

    draft: Draft
    gaps: tuple[Gap, ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Each part's own frame noise (lead-ins, repeated titles, tails) is cut."""

    draft: Draft
    gaps: tuple[Gap, ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Flowed:
    """Paragraphs are as the unit wrote them: one a line, no indents, no false breaks."""

    draft: Draft
    gaps: tuple[Gap, ...]
    parts: tuple[Part, ...]
