"""What a document is called: the line nearest the text that names it, not what the page says of itself."""

import re
from collections.abc import Sequence

from pipelines.document import Part, Proposal
from pipelines.head import GENRE, HEAD_LINES, NUMBERED
from pipelines.ledger import Draft
from pipelines.lines import Line, likeness, squeeze, without_site
from pipelines.repair import repaired_title
from pipelines.tail import TITLE_LENGTH, is_signed

ALIKE = 0.6  # likeness from which two short lines are the same title
BARE = 6  # characters of a part's heading that says no more than its number

_FILE = re.compile(r"\.(?:docx?|pdf|pptx?|xlsx?|wps|txt)$", re.I)  # document-sharing sites name the file
_SALUTATION = re.compile(r"[:]$")
_CLAUSES = re.compile(r",.{4,}[,;、]|[,;]$")  # a wrapped line of a paragraph is short too, but has clauses


def own_titles(draft: Draft) -> list[str]:
    """What the page calls itself, squeezed: its title without the site's name, and its first heading."""
    text = draft.source.text
    headings = [text[b.start : b.end] for b in draft.source.blocks if b.kind == "heading"][:1]
    found = [squeeze(without_site(draft.source.page_title)), squeeze(draft.source.page_title)]
    return [title for title in dict.fromkeys([*found, *map(squeeze, headings)]) if title]


def title_of(found: Sequence[Line], part: Part, page_title: str, titles: Sequence[str]) -> tuple[str, list[Proposal]]:
    """The title of a part and the edit that moves it to its column."""
    if part.title:
        return _heading_title(found, part)
    short = []
    for line in found[:HEAD_LINES]:
        if line.is_prose or NUMBERED.search(line.folded) or _CLAUSES.search(line.folded):
            break
        short.append(line)
    named = [line for line in short if _is_title(line, titles)]
    if not named:
        return _FILE.sub("", without_site(repaired_title(page_title))), []
    chosen = named[-1]
    cuts = [chosen.cut("title", "the line nearest the text that names it")]
    for line in short[: short.index(chosen)]:
        again = likeness(squeeze(line.text), squeeze(chosen.text)) >= ALIKE
        cuts.append(
            line.cut("title_repeat", "the title again")
            if again
            else line.cut("above_title", "a short line above the title")
        )
    return _FILE.sub("", chosen.text), cuts


def _heading_title(found: Sequence[Line], part: Part) -> tuple[str, list[Proposal]]:
    heading, rest = found[0], found[1:4]
    cuts = [heading.cut("title", f"heading of part {part.number}")]
    title = part.title
    for line in rest:
        if (
            line.is_prose
            or len(line.text) > TITLE_LENGTH
            or NUMBERED.search(line.folded)
            or _SALUTATION.search(line.folded)
        ):
            break
        if likeness(squeeze(line.text), squeeze(title)) >= ALIKE:
            cuts.append(line.cut("title_repeat", "the part's heading again"))
        elif len(squeeze(title)) <= BARE and GENRE.search(line.folded):
            cuts.append(line.cut("title", f"own title of part {part.number}, under a bare heading"))
            title = line.text
    return title, cuts


def _is_title(line: Line, titles: Sequence[str]) -> bool:
    own = squeeze(line.text)
    if len(own) > TITLE_LENGTH or len(own) < 4 or _SALUTATION.search(line.folded) or is_signed(line):
        return False
    return (
        line.heading
        or any(likeness(own, title) >= ALIKE for title in titles)
        or (GENRE.search(own) is not None and not own.endswith(("。", ",", ";")))
    )
