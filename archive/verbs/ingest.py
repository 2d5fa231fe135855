"""`ingest`: files into the archive."""

import json
import sys
from dataclasses import asdict

import click

from archive import ingest, progress
from archive.cli import summary, terminal
from archive.cli.place import Place
from archive.cli.summary import command
from archive.errors import ArchiveError


@click.command("ingest")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path())
@click.option("--later", is_flag=True, help="Note the captures, and leave restoring to `rebuild` or `cluster`.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object: what was taken in, and what was not.")
@click.pass_obj
def ingest_verb(place: Place, paths: tuple[str, ...], later: bool, as_json: bool) -> None:
    """Archive files: HTML, text, WARC, and folders of them.

    What is in the archive already is not taken twice. Paths that cannot be read are named, and the others archived
    all the same; the exit status is 1 then.
    """
    if "" in paths:
        raise ArchiveError("a PATH is empty. Name a file or a folder.")
    db = place.open(create=True)
    done = ingest.ingest(db, place.warc_dir, paths, progress.for_terminal(), later=later)
    if as_json:
        terminal.echo_json(json.dumps(asdict(done), ensure_ascii=False))
    elif done.files:
        terminal.echo(summary.ingested(db, place.archive, place.warc_dir, done))
        if done.waiting:
            then = f"{command(place.archive)} rebuild, or {command(place.archive)} cluster plan FOLDER"
            terminal.echo(f"{done.waiting:,} articles wait to be restored: {then}")
    for unfit in done.unfit:
        terminal.echo(f"Error: {unfit}", err=True)
    if done.unfit:
        sys.exit(1)
