"""`merge`: one archive from many."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click

from archive import merge, progress
from archive.cli import terminal
from archive.cli.place import Place, fail


@click.command("merge")
@click.argument("paths", nargs=-1, required=True, metavar="ARCHIVE...", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--warcs",
    type=click.Choice(merge.WARCS),
    default="link",
    show_default=True,
    help="How their WARC files come into the folder of captures: as a second name of the same file (a copy on another"
    " disk), as a copy, or not at all.",
)
@click.option(
    "--captures-of",
    "folders",
    nargs=2,
    multiple=True,
    metavar="ARCHIVE FOLDER",
    type=click.Path(path_type=Path),
    help="Where the WARC files of one ARCHIVE are, if not in warc/ beside it.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object: what was merged.")
@click.pass_obj
def merge_verb(
    place: Place, paths: tuple[Path, ...], warcs: str, folders: tuple[tuple[Path, Path], ...], as_json: bool
) -> None:
    """Make the archive that of all ARCHIVEs, and of what it holds already.

    Neither the order in which archives are named nor how often one is named changes anything. Where two have a page,
    the later capture is current, and what the other one has becomes a version. What one took down is taken down for
    all. Captures are looked for where --captures-of says, else in the folder warc/ beside each ARCHIVE, then in
    --warc-dir. Archives that are merged are only read; a merge that is broken off leaves the archive as it was.
    """
    done = merge.merge(place.archive, paths, place.warc_dir, progress.for_terminal(), warcs=warcs, folders=folders)
    if as_json:
        terminal.echo_json(json.dumps(asdict(done), ensure_ascii=False))
    else:
        terminal.echo("\n".join(_lines(place, done)))
    fail(place, done.problems)


def _lines(place: Place, done: merge.Merged) -> Iterator[str]:
    files = done.files
    yield terminal.style(f"{done.sources:,} archives merged into {place.archive}", bold=True)
    yield f"  documents      {done.documents:,} on {done.pages:,} pages, {done.shared:,} of them in several archives"
    yield f"  families       {done.families:,}"
    yield f"  old versions   {done.versions:,}"
    yield f"  captures       {done.fetches:,}"
    yield f"  WARC files     {files.linked:,} linked, {files.copied:,} copied, {files.kept:,} there already"
    if done.restored:
        yield f"  restored again {done.restored:,} pages: more is known of what their hosts repeat"
    if done.cleaned:
        yield f"  taken down     in {done.cleaned:,} of the archives stood what another one had removed"
