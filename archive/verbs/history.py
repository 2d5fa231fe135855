"""`history`: the versions of a document."""

import json
from collections.abc import Iterator

import click

from archive.cli import terminal
from archive.cli.completing import ids
from archive.cli.place import Place
from archive.versioning import history
from archive.versioning.history import CAUSES, History, Version


@click.command("history")
@click.argument("name", metavar="ID", shell_complete=ids)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, a document each.")
@click.pass_obj
def history_verb(place: Place, name: str, as_json: bool) -> None:
    """Print the versions of a document: when each came and why, and what changed.

    ID is what `show` takes; a page's address gives the histories of all its documents, vanished ones too. What the
    versions say: show ID@1; side by side: show ID@1 --diff ID@2.
    """
    for number, one in enumerate(history.histories(place.open(), name)):
        if as_json:
            terminal.echo_json(json.dumps(one.as_object(), ensure_ascii=False))
        else:
            terminal.echo(("\n" if number else "") + "\n".join(_lines(one)))


def _lines(one: History) -> Iterator[str]:
    yield terminal.style(f"{one.title or '(no title)'}  ({one.id})", bold=True)
    yield terminal.style(one.url, dim=True)
    for version in one.versions:
        yield from _version(version)
    if one.retired_at:
        where = f"is now part of {one.replaced_by}" if one.replaced_by else "nothing took its place"
        yield f"  retired {one.retired_at}: {where}"
    if one.replaces:
        yield f"  took the place of {', '.join(one.replaces)}"


def _version(version: Version) -> Iterator[str]:
    now = "  (current)" if version.is_current else ""
    yield f"  @{version.number}  {version.since}  {CAUSES.get(version.cause, version.cause)}{now}"
    made = f"capture {version.fetch_id} of {version.archived_at}, {version.software}"
    yield terminal.style(f"      {len(str(version.document['text'])):,} characters; {made}", dim=True)
    if version.change:
        yield from (f"      {line}" for line in history.told(version.change) or ["no column that a reader sees"])
