"""`import`: a new archive of an export."""

from pathlib import Path

import click

from archive import imports, progress
from archive.cli import terminal
from archive.cli.place import Place


@click.command("import")
@click.argument("path", type=click.Path(path_type=Path, exists=True), metavar="EXPORT")
@click.pass_obj
def import_verb(place: Place, path: Path) -> None:
    """Make a new archive of an export (JSON Lines or Parquet, also divided into folders).

    Documents are searched, shown, cited and exported as they were; what proves them, captures and ledgers, stays with
    the archive that they came from. Exporting them again gives the same bytes. Families are those of the old archive,
    until `families --rebuild` compares what is here. Of an export with --everything the same archive is made, evidence
    and all; its captures are the WARC files of the old one, copied to --warc-dir.
    """
    count = imports.import_(place.open(create=True), path, progress.for_terminal())
    terminal.echo(f"{count:,} documents imported from {path}")
