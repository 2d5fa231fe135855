"""`cdxj`: indexes of the WARC files and their fixity manifest, where they are missing; all indexes as one."""

import sys
from contextlib import ExitStack
from heapq import merge

import click

from archive import warc
from archive.cli import terminal
from archive.cli.place import Place, fail
from archive.warcs import cdxj, fixity, sealing


@click.command("cdxj")
@click.option("--merged", is_flag=True, help="Print all indexes as one, sorted, as pywb takes it.")
@click.pass_obj
def cdxj_verb(place: Place, merged: bool) -> None:
    """Index WARC files as CDXJ, and list their SHA-256 in manifest-sha256.txt, where that was not done.

    A crawl does both when it closes a file: NAME.cdxj stands beside NAME.warc.gz. A digest that is listed is never
    replaced: `verify` says which files have another one. A damaged file that is not listed stays so, and is named.
    """
    names = sealing.closed(place.warc_dir)
    done, problems = 0, []
    for name in names:
        if name not in fixity.listed(place.warc_dir) and (found := warc.check(place.warc_dir / name)):
            problems += [f"WARC: {problem}" for problem in found]
        else:
            done += sealing.reindex(place.warc_dir, name)
    if merged:
        paths = [cdxj.path_of(place.warc_dir / name) for name in names]
        with ExitStack() as stack:
            sys.stdout.buffer.writelines(
                merge(*(stack.enter_context(path.open("rb")) for path in paths if path.exists()))
            )
    fail(place, problems)
    if not merged:
        terminal.echo(f"{len(names):,} WARC files, {done:,} of them indexed or listed now")
