"""`kwic`: every occurrence of a word, with its context in aligned columns."""

import json
import shutil
import sys
from collections.abc import Iterator
from typing import Any

import click
from rich.cells import cell_len

from archive.cli import terminal
from archive.cli.options import with_filters, with_once
from archive.cli.place import Place
from archive.condition import Filters
from archive.counting import population
from archive.counting.concordance import SORTS, Concordance, Layout, Line, cut_right, padded, shown
from archive.counting.occurrences import words
from archive.counting.tidy import as_csv

PAPER = 120  # columns of a line where there is no terminal
IDS = 20  # columns of the longest id, and a space
NARROWEST = 12  # columns of a context
PRINTED = {"csv": terminal.echo_data, "json": terminal.echo_json}


@click.command("kwic")
@click.argument("word", nargs=-1, required=True)
@with_filters
@with_once
@click.option("--sort", type=click.Choice(SORTS), default="archive", show_default=True, help="Order of the lines.")
@click.option("--seed", default=0, show_default=True, help="Of the random order: another draw for another number.")
@click.option("--width", type=click.IntRange(4, 400), help="Columns on each side.  [default: what the terminal has]")
@click.option("--expand", type=click.Choice(["sentence", "paragraph"]), help="Show the whole of it.")
@click.option("--limit", type=click.IntRange(0), default=50, show_default=True, help="Lines; 0 for all.")
@click.option("--csv", "form", flag_value="csv", help="A table for spreadsheets.")
@click.option("--json", "form", flag_value="json", help="One JSON object a line.")
@click.pass_obj
def kwic_verb(
    place: Place, /, word: tuple[str, ...], filters: Filters, once: bool, form: str | None, **how: Any
) -> None:
    """Print every occurrence of WORD in its context (a concordance).

    WORD is a word, or a phrase in quotes; several are shown together. Simplified and Traditional characters find each
    other. White space inside a word does not count, signs do: what stands on both sides of a comma is no word. So
    fewer documents may be counted than `search` finds, which looks into titles too. Orders: as archived, by the
    characters to the left or right, by date (the signature's, else the era's), by site, at random.
    """
    wanted = words(word)
    where = population.once(filters.condition()) if once else filters.condition()
    room = how["width"] or max(NARROWEST, (_columns() - IDS - _node_width(word) - 4) // 2)
    layout = Layout(how["sort"], room, how["expand"] or "", how["limit"] or None, how["seed"])
    db = place.open()
    with population.snapshot(db):
        found = Concordance(db, wanted, where, layout)
        printed = -int(form == "csv")
        for text in _forms(found, form):
            printed += 1
            PRINTED.get(form or "", terminal.echo)(text, nl=form != "csv")
        terminal.echo(_counts(found, population.size(db, where), printed), err=True)


def _columns() -> int:
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else PAPER


def _node_width(word: tuple[str, ...]) -> int:
    return max(map(cell_len, word))


def _forms(found: Concordance, form: str | None) -> Iterator[str]:
    if form == "csv":
        yield from as_csv(Line._fields, found)
    elif form == "json":
        yield from (json.dumps(line._asdict(), ensure_ascii=False) for line in found)
    elif found.layout.expand:
        yield from map(_expanded, found)
    else:
        width = _node_width(tuple(one.asked for one in found.wanted))
        yield from (_aligned(line, found.layout.width, width) for line in found)


def _aligned(line: Line, width: int, node_width: int) -> str:
    node = padded(line.node, node_width)
    room = max(0, width + node_width - cell_len(node))  # a word that is spaced out takes of what follows it
    right = padded(cut_right(line.right, room), room)
    return f"{padded(line.left, width, right=True)} {_marked(node)} {right} {terminal.style(line.document, dim=True)}"


def _expanded(line: Line) -> str:
    head = terminal.style(shown(" · ".join(filter(None, (line.document, line.date, line.title)))), dim=True)
    return f"{head}\n  {shown(line.left).lstrip()}{_marked(shown(line.node))}{shown(line.right)}"


def _marked(node: str) -> str:
    """In colour; on paper in brackets, as `search` does it."""
    return terminal.style(node, fg="yellow") if sys.stdout.isatty() else f"【{node}】"


def _counts(found: Concordance, size: population.Size, printed: int) -> str:
    """The figures of all occurrences, not of those that are shown."""
    often = size.per_million(found.hits)
    rate = "" if often is None else f", {often:,.1f} in a million characters"
    each = "; ".join(f"{word} {n:,}" for word, n in found.by_word().items()) if len(found.wanted) > 1 else ""
    rest = f"; {printed:,} shown, all with --limit 0" if printed < found.hits else ""
    return (
        f"{found.hits:,} hits in {found.documents:,} of {size.documents:,} documents{rate}"
        f"{f' ({each})' if each else ''}{rest}"
    )
