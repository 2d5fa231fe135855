"""`verify`: whether everything still fits."""

import click

from archive import progress, terminal, verify
from archive.place import Place, fail


@click.command("verify")
@click.pass_obj
def verify_verb(place: Place) -> None:
    """Check everything: WARC digests, every page's ledger, references, the index.

    Prints a line for everything that is wrong; the exit status is 1 then.
    """
    problems = list(verify.verify(place.open(), place.warc_dir, progress.for_terminal()))
    fail(place, problems)
    terminal.echo("Nothing is wrong: captures, ledgers, references and index fit.")
