"""`report`: the archive in one page with plots."""

from pathlib import Path

import click

from archive import export, report
from archive.cli import terminal
from archive.cli.place import Place
from archive.errors import ArchiveError


@click.command("report")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False), help="The file.  [default: report.html beside the archive]"
)
@click.pass_obj
def report_verb(place: Place, output: str | None) -> None:
    """Write what the archive holds, what it refused and what nobody must conclude from it, with plots.

    One HTML file that needs nothing beside it: open it in a browser, print it, or put it beside an export.
    """
    if output == "":
        raise ArchiveError("-o names no file. Give one, or - for the screen.")
    target = output or str(place.archive.with_name("report.html"))
    if target != "-":
        export.refuse(Path(target), place.archive, place.warc_dir)
    page = report.report(place.open(), place.archive.name)
    if target == "-":
        terminal.echo_data(page)
        return
    export.save(Path(target), lambda out: out.write(f"{page}\n".encode()))
    terminal.echo(f"Report written to {target}: open it in a browser", err=True)
