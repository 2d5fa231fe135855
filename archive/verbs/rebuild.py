"""`rebuild`: every page again from its capture."""

import click

from archive import progress, rebuild
from archive.place import Place, fail


@click.command("rebuild")
@click.option(
    "--learn", is_flag=True, help="First learn anew what the hosts repeat; else each page's recorded knowledge."
)
@click.pass_obj
def rebuild_verb(place: Place, learn: bool) -> None:
    """Restore every page again from its capture: after a change of the rules, or of the software.

    Documents that come out differently keep their old version. Captures, old versions and retired ids stay.
    """
    db = place.open(write=True)
    done = rebuild.rebuild(db, place.warc_dir, progress=progress.for_terminal(), learn=learn)
    added = done.added
    click.echo(
        f"{done.pages:,} pages restored again: {added.unchanged:,} documents as they were, "
        f"{added.changed:,} changed, {added.new:,} new, {added.retired:,} retired"
    )
    fail(place, done.problems)
