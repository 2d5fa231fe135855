"""`takedown`: what must leave the archive for good, asked for, shown, confirmed and carried out."""

import sys

import click
from sqlite_utils import Database

from archive import progress, takedown
from archive.cli import terminal
from archive.cli.place import Place
from archive.errors import ArchiveError
from archive.removing import tombstones
from archive.removing.takedown_plan import Plan, Wanted, plan
from archive.rows import Row
from archive.takedown import Done

SHOWN = 10  # documents that are named of each kind


@click.command("takedown")
@click.argument("name", metavar="[URL|ID]", required=False, default="")
@click.option("--host", default="", metavar="HOST", help="Everything of a host and of those below it.")
@click.option("--family", "copies", is_flag=True, help="With the copies of it that other pages have.")
@click.option(
    "--reason", default="", metavar="TEXT", help="Why, and who asked: kept, and shown to whoever looks for it."
)
@click.option("--dry-run", is_flag=True, help="Only say what would go, and what would stay.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def takedown_verb(place: Place, name: str, host: str, copies: bool, reason: str, dry_run: bool, yes: bool) -> None:
    """Remove a page, a document or a host for good, and keep it from coming back.

    Text, evidence, versions, readings, index, logs and captures: afterwards no run of eight characters of it stands in
    any file of the archive, but for those that other documents have too. A tombstone remains, which crawls, ingests and
    rebuilds respect. It cannot be undone. Without arguments, a takedown that was broken off is completed.
    """
    if bool(name) and bool(host):
        raise ArchiveError("an address or id and --host are two takedowns. Give one of them.")
    if not name and not host and (copies or dry_run or reason):
        raise ArchiveError("say what to take down: an address, a document's id, or --host HOST")
    db, begun = place.open(write=True), 0
    if name or host:
        wanted = Wanted(name, host, copies, reason)
        if not _is_pending(db, wanted):
            planned = plan(db, wanted)
            terminal.echo(_planned(planned, wanted))
            if dry_run:
                return
            if not yes:
                click.confirm("This cannot be undone. Remove it?", abort=True, err=True)
            begun = takedown.begin(db, wanted, planned)
    done = takedown.complete(db, place.archive, place.warc_dir, progress.for_terminal(), _waits)
    terminal.echo(_done(done, begun))
    for path in done.left:
        terminal.echo(
            f"Error: {path} holds text of it, and is not the archive's to change. Delete it or make it anew.", err=True
        )
    if done.left:
        sys.exit(1)


def _is_pending(db: Database, wanted: Wanted) -> bool:
    """Whether this very takedown was begun, and broken off."""
    row = tombstones.of(db, wanted.host or wanted.name)
    return row is not None and row["stage"] != "done"


def _planned(plan: Plan, wanted: Wanted) -> str:
    """What goes and what stays."""
    lines = [f"Takedown of {'host ' if plan.scope == 'host' else ''}{plan.name}"]
    if plan.empty:
        lines.append("  The archive holds nothing of it. From now on it is refused.")
    lines += _listed("documents go", plan.documents)
    lines.append(f"  {plan.captures:,} captures and {len(plan.pages):,} pages go")
    lines += _listed("documents on the same pages stay; the captures that prove them go", plan.siblings)
    if plan.copies:
        lines += _listed("copies on other pages stay (--family takes them too)", plan.copies)
    elif not wanted.copies and plan.documents:
        lines.append("  no copies of it are known on other pages")
    lines.append("  What other pages quote of it is masked; what other documents have too stays.")
    return "\n".join(lines)


def _listed(what: str, rows: tuple[Row, ...]) -> list[str]:
    if not rows:
        return []
    named = [f"    {row['id']}  {row['title'] or '(no title)'}  {row['url']}" for row in rows[:SHOWN]]
    more = [f"    … and {len(rows) - SHOWN:,} more"] if len(rows) > SHOWN else []
    return [f"  {len(rows):,} {what}:", *named, *more]


def _waits() -> None:
    terminal.echo("Waiting for a takedown or an ingest that is at work here …", err=True)


def _done(done: Done, begun: int) -> str:
    if not done.takedowns:
        return f"Takedown {begun} is done: another process did it." if begun else "No takedown waits to be completed."
    numbers = ", ".join(map(str, done.takedowns))
    lines = [
        f"Takedown {numbers} is done: {done.documents:,} documents removed,"
        f" {done.captures.removed:,} captures replaced by tombstones"
    ]
    if done.captures.masked or done.captures.dropped:
        lines.append(
            f"{done.captures.masked:,} captures of other pages quoted it and were masked;"
            f" {done.captures.dropped:,} could not be, and were removed whole"
        )
    if done.quotations:
        lines.append(f"{done.quotations:,} places in the tables quoted it and were masked")
    if done.files:
        lines.append(f"masked in {', '.join(done.files)}")
    return "\n".join(lines)
