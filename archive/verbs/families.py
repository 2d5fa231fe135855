"""`families`: which documents are copies of each other."""

import json
from dataclasses import asdict

import click

from archive import families, progress
from archive.cli import terminal
from archive.cli.place import Place


@click.command("families")
@click.option("--rebuild", "anew", is_flag=True, help="Compare all documents anew: after a change of the rules.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_obj
def families_verb(place: Place, anew: bool, as_json: bool) -> None:
    """Settle which documents are copies of each other, and which copy stands for its family.

    A crawl and an ingest do it at their end; this makes good one that was killed before it did. Documents of a family
    have one `family_id`; `canonical` is 1 for the one that stands for it.
    """
    db = place.open(write=True)
    find = families.rebuild if anew else families.settle
    found = find(db, progress.for_terminal())
    told = f"{found.documents:,} documents looked at; {found.members:,} in {found.families:,} families of copies now"
    terminal.echo(json.dumps(asdict(found)) if as_json else told)
