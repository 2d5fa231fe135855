"""`backup`: a copy of the archive while crawls write to it."""

from pathlib import Path

import click

from archive import progress, verify
from archive.backup import backup
from archive.cli import terminal
from archive.cli.place import Place, fail
from archive.store import open_archive


@click.command("backup")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--verify", "check", is_flag=True, help="Check the whole copy afterwards, as `verify` does.")
@click.option("--prune", is_flag=True, help="Remove files from the copy that the archive has no more.")
@click.pass_obj
def backup_verb(place: Place, folder: Path, check: bool, prune: bool) -> None:
    """Copy the archive and its captures to FOLDER while crawls write to it; the copy is an archive itself.

    The database is copied first, as one moment of it (SQLite's online backup), then the captures, so that every row has
    its capture. Captures that were copied before are not copied again. To restore, copy FOLDER back, or name it:
    --archive FOLDER/archive.db. Every copy is looked through for damage; --verify reads every byte of it.
    """
    place.open().close()
    report = backup(place.archive, place.warc_dir, folder, progress.for_terminal(), prune=prune)
    copy = folder / place.archive.name
    terminal.echo(
        f"Copied to {copy}: {report.database / 1e6:,.1f} MB, {report.copied:,} files of captures"
        f" ({report.bytes / 1e6:,.1f} MB), {report.kept:,} were there"
    )
    for name in report.extra:
        terminal.echo(f"Only in the copy: {name} (removed, or lost here; --prune removes it there)", err=True)
    if check:
        problems = list(verify.verify(open_archive(copy), folder / "warc", progress.for_terminal()))
        fail(Place(copy, None), problems)
        terminal.echo("Nothing is wrong with the copy: captures, ledgers, references and index fit.")
