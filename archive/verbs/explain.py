"""`explain`: a page's text with every edit."""

from pathlib import Path

import click

from archive import explain, export
from archive.cli import terminal
from archive.cli.completing import ids
from archive.cli.place import Place
from archive.errors import ArchiveError
from archive.pages import explain_html


@click.command("explain")
@click.argument("name", metavar="ID", shell_complete=ids)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--html", "as_html", is_flag=True, help="One HTML file that needs nothing beside it, in colour.")
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="Where to write it.  [default: the screen]")
@click.pass_obj
def explain_verb(place: Place, name: str, as_json: bool, as_html: bool, output: str | None) -> None:
    """Print a page's text with every edit and its rule.

    [-cut-]‹round/rule›, [-before-]{+after+}‹round/rule›, {~damaged~}‹kind› where damage stays; evidence below the line
    where it is new. White space that was cut is
    shown as ␣ (space), □ (full-width space), ⏎ (new line), → (tab). ID is what `show` takes. With --html, the rule and
    the evidence of an edit are shown where the mouse or the keyboard points at it.
    """
    if as_json and as_html:
        raise ArchiveError("--json and --html are two forms. Give one of them.")
    if output == "":
        raise ArchiveError("-o names no file. Give one, or - for the screen.")
    if output not in (None, "-"):
        export.refuse(Path(str(output)), place.archive, place.warc_dir)
    ledger = explain.ledger(place.open(), name)
    form = explain.to_json if as_json else explain_html.page if as_html else explain.explained
    text = form(ledger)
    if output in (None, "-"):
        (terminal.echo_json if as_json else terminal.echo_data if as_html else terminal.echo)(text)
        return
    plain = text if as_json or as_html else terminal.plain(text)
    export.save(Path(str(output)), lambda out: out.write(f"{plain}\n".encode()))
    how = ": open it in a browser" if as_html else ""
    terminal.echo(f"{len(ledger.edits):,} edits written to {output}{how}", err=True)
