"""`serve`: the archive in a browser."""

import sys

import click

from archive import serve
from archive.place import Place
from archive.store import is_immutable


@click.command("serve")
@click.option("--port", type=click.IntRange(1, 65535), default=8001, show_default=True, help="On 127.0.0.1.")
@click.option("--open", "browser", is_flag=True, help="Open it in a browser.")
@click.pass_obj
def serve_verb(place: Place, port: int, browser: bool) -> None:
    """Browse and search the archive in Datasette, on this machine only."""
    db = place.open()
    fixed = is_immutable(db)
    db.close()
    sys.exit(serve.serve(place.archive, port, browser=browser, immutable=fixed))
