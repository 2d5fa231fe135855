"""`serve`: the archive in a browser."""

import sys

import click

from archive import serve
from archive.cli.place import Place
from archive.store import is_immutable


@click.command("serve")
@click.option("--port", type=click.IntRange(1, 65535), default=8001, show_default=True, help="Where it listens.")
@click.option("--host", metavar="ADDRESS", default=serve.HOST, show_default=True, help="Another one needs --public.")
@click.option("--public", is_flag=True, help="Others may read it: no SQL of theirs, no download of the whole.")
@click.option("--open", "browser", is_flag=True, help="Open it in a browser.")
@click.pass_obj
def serve_verb(place: Place, port: int, host: str, public: bool, browser: bool) -> None:
    """Browse and search the archive in Datasette: on this machine only, unless --public says otherwise."""
    db = place.open()
    fixed = is_immutable(db)
    db.close()
    what = serve.Serving(place.archive, place.warc_dir, port, host, public, fixed)
    sys.exit(serve.serve(what, browser=browser))
