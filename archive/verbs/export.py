"""`export`: documents as a corpus."""

from pathlib import Path
from typing import Any

import click

from archive import export, progress
from archive.cli import terminal
from archive.cli.options import with_archive_id, with_filters
from archive.cli.place import Place
from archive.condition import Filters
from archive.errors import ArchiveError
from archive.exports.corpus import Options, parts


@click.command("export")
@click.option("--format", "form", type=click.Choice(list(export.FORMATS)), required=True, help="What to write.")
@with_filters
@click.option("--mask-pii", is_flag=True, help="Mask identity, mobile and bank numbers, e-mail addresses and plates.")
@click.option("--partition", metavar="KEYS", help="Divide Parquet into folders, by some of host,year,month.")
@click.option(
    "--everything", is_flag=True, help="Beside divided Parquet all other tables: `import` makes the same archive of it."
)
@click.option(
    "--tokens", type=click.Choice(["jieba", "character"]), default="jieba", help="What cuts words.", show_default=True
)
@click.option("--raw-cells", is_flag=True, help="CSV without an apostrophe before what a spreadsheet would compute.")
@with_archive_id
@click.option("-o", "--output", type=click.Path(), required=True, help="The file or folder; - for the screen.")
@click.pass_obj
def export_verb(place: Place, /, form: str, filters: Filters, partition: str | None, output: str, **how: Any) -> None:
    """Write documents to a file or folder, all columns, in the order of their ids, with a manifest.

    CONDITION compares columns of documents with values: = != < <= > >= LIKE, IN (…), BETWEEN … AND …, IS NULL,
    joined by AND, OR, NOT and parentheses; text values stand in single quotes. CSV is UTF-8 with a byte order mark,
    as Excel wants it. The same archive and the same options give the same bytes.
    """
    if not output:
        raise ArchiveError("-o names no file. Give one, or - for the screen.")
    options = Options(filters, parts(partition or ""), **how)
    filters.condition()
    if output != "-":
        export.refuse(Path(output), place.archive, place.warc_dir)
    db = place.open()
    if output == "-":
        export.write(db, place.warc_dir, form, terminal.data_out(), options)
    else:
        count = export.export(db, place.warc_dir, form, Path(output), options, progress.for_terminal())
        terminal.echo(f"{count:,} documents written to {output}", err=True)
