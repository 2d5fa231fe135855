"""`reindex`: the full-text index again, from the documents."""

import click

from archive import progress
from archive.cli import terminal
from archive.cli.place import Place
from archive.searching import fulltext
from archive.store import transaction


@click.command("reindex")
@click.pass_obj
def reindex_verb(place: Place) -> None:
    """Make the full-text index anew from the documents: where `verify` says that it does not fit them.

    The archive keeps its index by itself. 200,000 documents take about two minutes; readers are not kept waiting.
    """
    db = place.open(write=True)
    with transaction(db):
        fulltext.reindex(db.conn, progress.for_terminal())
    (documents,) = db.conn.execute("SELECT count(*) FROM documents").fetchone()
    terminal.echo(f"{documents:,} documents indexed")
