"""`cluster`: `rebuild` on many machines. Planned here, restored anywhere, collected here."""

import json
from pathlib import Path

import click

from archive import progress
from archive.cli import terminal
from archive.cli.completing import hosts
from archive.cli.place import Place, fail
from archive.cluster import collect, plan, running
from archive.cluster.running import How
from archive.errors import ArchiveError
from archive.rebuild import Options
from archive.verbs.rebuild import lines as changes

SHARDS = 8  # for each worker, where nothing is said: what a kill costs is an eighth of a worker's share


@click.group("cluster")
def cluster_verb() -> None:
    """Restore pages on many machines, and put what they became in the archive.

    `plan` divides the captures of the archive into shards, a folder that all machines see. `run` restores the shards,
    here, on Ray or on Slurm; what is done is not done again, whoever was killed. `collect` puts the documents in the
    archive: the same that `rebuild` would have made, byte for byte. A new archive of captures is made by
    `ingest --later`.
    """


@cluster_verb.command("plan")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--shards", type=click.IntRange(1, 99_999), default=2 * SHARDS, show_default=True, help="How many, at most."
)
@click.option(
    "--learn", is_flag=True, help="First learn anew what the hosts repeat; else each page's recorded knowledge."
)
@click.option("--where", metavar="CONDITION", help="Only pages that hold such documents, as `export` takes it.")
@click.option(
    "--site", multiple=True, metavar="HOST", shell_complete=hosts, help="Only pages of that host and those below it."
)
@click.pass_obj
def _plan(place: Place, folder: Path, shards: int, learn: bool, where: str | None, site: tuple[str, ...]) -> None:
    """Divide what is to be restored into shards, in a new FOLDER."""
    options = Options(learn, where, site)
    made, problems = plan.make(
        place.open(), place.archive, place.warc_dir, folder, shards, options, progress.for_terminal()
    )
    terminal.echo(f"{made.articles:,} articles ({made.bytes:,} bytes of captures) in {made.shards:,} shards: {folder}")
    fail(place, problems)


@cluster_verb.command("run")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--on",
    "on",
    type=click.Choice([*running.ENGINES]),
    default="local",
    show_default=True,
    help="Where: here, on Ray (RAY_ADDRESS names a cluster), on Slurm.",
)
@click.option("--workers", type=click.IntRange(1), default=1, show_default=True, help="Shards at a time, a core each.")
@click.option(
    "--time-limit",
    type=click.FloatRange(5),
    default=120,
    show_default=True,
    metavar="SECONDS",
    help="For a page: past that it is rejected with the reason `timeout`.",
)
@click.option("--partition", default="", metavar="NAME", help="Of Slurm.")
@click.option("--hours", type=click.IntRange(1), default=24, show_default=True, help="That Slurm gives a shard.")
@click.pass_context
def _run(
    context: click.Context, folder: Path, on: str, workers: int, time_limit: float, partition: str, hours: int
) -> None:
    """Restore the shards of FOLDER that are not done yet.

    Needs the folder, the captures and this software, no archive. It may be killed and called again.
    """
    captures = context.find_root().params["warc_dir"]
    how = How(on, workers, time_limit, partition, hours)
    waiting = running.run(folder, captures, how, progress.for_terminal())
    if on == "slurm" and waiting:
        terminal.echo(f"{len(waiting):,} shards sent to Slurm; their logs: {folder}/logs/slurm_logs")
    elif waiting:
        raise ArchiveError(f"{len(waiting)} shards are not done; their logs say why: {folder}/logs/logs. Call it again")
    else:
        terminal.echo(f"all shards are restored. Next: python -m archive cluster collect {folder}")


@cluster_verb.command("collect")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--json", "as_json", is_flag=True, help="One JSON object: what changed by rule and by column.")
@click.pass_obj
def _collect(place: Place, folder: Path, as_json: bool) -> None:
    """Put what the shards of FOLDER became in the archive that they were planned from."""
    done = collect.collect(place.open(write=True), folder, progress.for_terminal())
    if as_json:
        terminal.echo_json(
            json.dumps({"newer": done.newer, "masked": done.masked, **done.rebuilt.as_object()}, ensure_ascii=False)
        )
    else:
        terminal.echo("\n".join(changes(done.rebuilt, "restored")))
        if done.newer:
            terminal.echo(f"{done.newer:,} articles were captured again since the plan, and stay as they are")
        if done.masked:
            terminal.echo(
                f"{done.masked:,} articles stay as they are: a takedown since the plan changed what they were restored"
                " from. Plan again: python -m archive cluster plan NEW-FOLDER"
            )
    fail(place, done.rebuilt.problems)
