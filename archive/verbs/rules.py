"""`rules`: what template sites do to documents, and what answers it."""

import click
from rich.console import Console

from archive import phenomena
from archive.cli import terminal
from archive.cli.place import Place
from archive.counts import handled


@click.command("rules")
@click.option("--json", "as_json", is_flag=True, help="One JSON list.")
@click.pass_obj
def rules_verb(place: Place, as_json: bool) -> None:
    """Print what template sites do to documents, code by code, and what is done about it.

    Each is repaired, cut, marked, or left for a reason, by the rules and kinds that are named, with how often each of
    them acted in this archive. Without an archive the counts are blank.
    """
    known = place.archive.exists()
    figures = handled(place.open()) if known else {}
    terminal.echo(phenomena.to_json(figures) if as_json else phenomena.table(figures, Console()))
    if not known:
        terminal.echo(f"Counts are blank: there is no archive at {place.archive}.", err=True)
