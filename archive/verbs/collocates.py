"""`collocates`: words that stand near a word."""

import json
from typing import Any

import click

from archive.cli import terminal
from archive.cli.options import with_filters, with_once
from archive.cli.place import Place
from archive.condition import Filters
from archive.counting import population
from archive.counting.collocates import LEAST, MOST, WINDOW, Collocate, Collocates, Near, collocates
from archive.counting.concordance import padded
from archive.counting.occurrences import word as word_of
from archive.counting.tidy import as_csv


@click.command("collocates")
@click.argument("word")
@with_filters
@with_once
@click.option("--window", type=click.IntRange(1, 50), default=WINDOW, show_default=True, help="Words on each side.")
@click.option("--least", type=click.IntRange(1), default=LEAST, show_default=True, help="Times that it must be near.")
@click.option(
    "--most", type=click.IntRange(1), default=MOST, show_default=True, help="Documents that are cut; of more, a draw."
)
@click.option("--seed", default=0, show_default=True, help="Of the draw.")
@click.option(
    "--sort", type=click.Choice(["likelihood", "dice", "near"]), default="likelihood", show_default=True, help="Order."
)
@click.option("--limit", type=click.IntRange(0), default=30, show_default=True, help="Words to print; 0 for all.")
@click.option("--csv", "form", flag_value="csv", help="A table for spreadsheets.")
@click.option("--json", "form", flag_value="json", help="One JSON object a line.")
@click.pass_obj
def collocates_verb(place: Place, /, word: str, filters: Filters, once: bool, form: str | None, **how: Any) -> None:
    """Print which words stand near WORD more often than elsewhere in the same documents.

    Texts are cut into words by jieba; both scripts are one. Sure ones first, by log-likelihood (G2); logDice compares
    words of different frequency.
    """
    wanted = word_of(word)
    where = population.once(filters.condition()) if once else filters.condition()
    near = Near(how["window"], how["least"], how["most"], how["seed"])
    found = collocates(place.open(), wanted, where, near)
    order = {
        "likelihood": lambda one: -one.likelihood,
        "dice": lambda one: -one.log_dice,
        "near": lambda one: -one.near,
    }
    shown = sorted(found.words, key=order[how["sort"]])[: how["limit"] or None]
    if form == "csv":
        terminal.echo_data("".join(as_csv(Collocate._fields, map(_rounded, shown))), nl=False)
    elif form == "json":
        for one in shown:
            terminal.echo_json(json.dumps(_rounded(one)._asdict(), ensure_ascii=False))
    elif shown:
        terminal.echo(_table(shown))
    terminal.echo(_said(found), err=True)


def _rounded(one: Collocate) -> Collocate:
    return one._replace(log_dice=round(one.log_dice, 3), likelihood=round(one.likelihood, 3))


def _table(shown: list[Collocate]) -> str:
    head = terminal.style(
        f"{padded('', 16)} {'near':>7} {'left':>7} {'right':>7} {'documents':>9} {'all':>8} {'logDice':>8} {'G2':>10}",
        bold=True,
    )
    lines = (
        f"{padded(one.word, 16)} {one.near:>7,} {one.left:>7,} {one.right:>7,} {one.documents:>9,} {one.everywhere:>8,}"
        f" {one.log_dice:>8.2f} {one.likelihood:>10,.1f}"
        for one in shown
    )
    return "\n".join([head, *lines])


def _said(found: Collocates) -> str:
    drawn = f", a draw of the {found.candidates:,} that may have it" if found.documents < found.candidates else ""
    return f"{found.hits:,} hits in {found.documents:,} documents{drawn}; {found.tokens:,} words"
