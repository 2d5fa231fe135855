"""`stats`: what the archive counts."""

import json
from dataclasses import asdict

import click

from archive.cli import summary, terminal
from archive.cli.place import Place
from archive.store import counts


@click.command("stats")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_obj
def stats_verb(place: Place, as_json: bool) -> None:
    """Print figures of the archive: pages, documents, rejections, what was cut by which rule."""
    db = place.open()
    figures = json.dumps(asdict(counts(db)), ensure_ascii=False)
    if as_json:
        terminal.echo_json(figures)
    else:
        terminal.echo(summary.stats(db, place.archive, place.warc_dir))
