"""Options that several verbs share: which documents they take, and how they name the archive."""

import functools
from collections.abc import Callable
from dataclasses import fields
from typing import Any

import click

from archive.cli.completing import hosts
from archive.condition import Filters
from archive.exports.cite import LOCAL
from pipelines.document import GENRES


def with_filters(verb: Callable[..., None]) -> Callable[..., None]:
    """Options by which a verb leaves documents out; it gets them as one argument, `filters`."""

    @functools.wraps(verb)
    def filtered(*arguments: object, **options: Any) -> None:
        chosen = {field.name: options.pop(field.name) for field in fields(Filters)}
        verb(*arguments, filters=Filters(**chosen), **options)

    for option in reversed(FILTERS):
        filtered = option(filtered)
    return filtered


with_once = click.option(
    "--once", is_flag=True, help="Count copies once: of each family one of the documents that the filters leave."
)
with_archive_id = click.option(
    "--archive-id",
    metavar="NAME",
    envvar="ARCHIVE_ID",
    default=LOCAL,
    show_default=True,
    show_envvar=True,
    help="Domain name by which citations name this archive.",
)
FILTERS = (
    click.option(
        "--where", metavar="CONDITION", help="Which documents, e.g. \"signed_on >= '2019' AND script = 'hant'\"."
    ),
    click.option("--genre", multiple=True, type=click.Choice(GENRES), help="Only of that genre; several may be given."),
    click.option(
        "--era", metavar="FROM..TO", help="Only signed in that time or, without a date, of an era that lies in it."
    ),
    click.option(
        "--site",
        multiple=True,
        metavar="HOST",
        shell_complete=hosts,
        help="Only of that host and those below it; several may be given.",
    ),
    click.option(
        "--organisation", multiple=True, metavar="NAME", help="Only of units with NAME in theirs; several may be given."
    ),
    click.option(
        "--damage", multiple=True, metavar="KIND", help="Only with damage of that kind; several may be given."
    ),
    click.option("--family", metavar="ID", help="Only copies of that document, itself among them."),
    click.option("--canonical", is_flag=True, help="Of near-duplicates only the one that stands for them."),
    click.option("--complete", is_flag=True, help="Only documents that lack nothing, as far as their pages show."),
    click.option("--min-quality", type=click.FloatRange(0, 1), metavar="Q", help="Only of that quality, 0 to 1."),
)
