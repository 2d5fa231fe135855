"""The taxonomy of phenomena as a table and as JSON: what is done about each code, and how often this archive met it."""

import json
from collections.abc import Iterator, Mapping

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from pipelines.taxonomy import PHENOMENA, VOTE, Handler, Phenomenon, Treatment

Figures = Mapping[Handler, int]  # empty: no archive is open

COLOURS = {"repaired": "green", "cut": "red", "marked": "yellow", "left": "cyan"}
SECTIONS = {
    "1A": "around the body",
    "1B": "below the body",
    "1C": "compilations and structure",
    "1D": "in the running text",
    "1E": "truth of the record",
}
KINDS = {"edit": "", "mark": "mark ", "gap": "gap ", "damage": "damage ", "rejection": "rejected ", "column": "column "}
WIDE = 100_000  # columns of what is no terminal: one line a code, whatever its length


def table(figures: Figures, console: Console) -> str:
    """One line a code on a file or a pipe; on a terminal, a table that fits it."""
    plain = not console.is_terminal
    if plain:
        console.width = WIDE
    found = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for name, share in (("code", 0), ("treatment", 0), ("what it is", 3), ("marker", 2), ("handled by", 5)):
        found.add_column(name, no_wrap=plain or not share, overflow="fold", ratio=None if plain else share)
    section = ""
    for row in PHENOMENA:
        if row.section != section and not plain:
            found.add_row("", "", Text(f"{SECTIONS[row.section]} ({row.section})", "dim italic"))
        section = row.section
        found.add_row(*_cells(row, figures))
    with console.capture() as printed:
        console.print(found, soft_wrap=plain)
        console.print(_notes(figures), soft_wrap=plain)
    return "\n".join(line.rstrip() for line in printed.get().splitlines())


def _notes(figures: Figures) -> Text:
    """What stands below the table."""
    voters = Text(", ").join(_handler(Handler("edit", voter), figures) for voter in VOTE)
    return Text.assemble("vote: ", voters, ". What serves several codes shows its count at each of them.", style="dim")


def to_json(figures: Figures) -> str:
    """The same for programs; `count` is null where no archive is open."""
    return json.dumps([_object(row, figures) for row in PHENOMENA], ensure_ascii=False)


def _cells(row: Phenomenon, figures: Figures) -> Iterator[RenderableType]:
    yield Text(row.code, "bold")
    yield Text(", ").join(Text(how, COLOURS[how]) for how in dict.fromkeys(t.how for t in row.treatments))
    yield row.what
    yield row.marker
    yield Text("; ").join(_answer(treatment, figures) for treatment in row.treatments)


def _answer(treatment: Treatment, figures: Figures) -> Text:
    """The handlers with their counts, and what is to be said of them."""
    word = "because " if treatment.how == "left" else ""
    voters = {Handler("edit", voter) for voter in VOTE}
    by = treatment.by if not voters <= set(treatment.by) else [one for one in treatment.by if one not in voters]
    named = [_handler(handler, figures) for handler in by]
    if len(by) < len(treatment.by):
        named.append(_counted("vote", sum(figures.get(voter, 0) for voter in voters), figures))
    said = [Text(", ").join(named)] if named else []
    said += [Text(word + treatment.because, "dim")] if treatment.because else []
    return Text(": ").join(said)


def _handler(handler: Handler, figures: Figures) -> Text:
    return _counted(KINDS[handler.kind] + handler.name, figures.get(handler, 0), figures)


def _counted(name: str, count: int, figures: Figures) -> Text:
    return Text(name).append(f" {count:,}", "bold" if count else "dim") if figures else Text(name)


def _object(row: Phenomenon, figures: Figures) -> dict[str, object]:
    return {
        "code": row.code,
        "section": row.section,
        "what": row.what,
        "marker": row.marker,
        "treatments": [
            {
                "treatment": treatment.how,
                "because": treatment.because,
                "handled_by": [
                    {**handler._asdict(), "count": figures.get(handler, 0) if figures else None}
                    for handler in treatment.by
                ],
            }
            for treatment in row.treatments
        ],
    }
