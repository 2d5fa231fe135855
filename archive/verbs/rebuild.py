"""`rebuild`: every page again from its capture."""

import json
from collections.abc import Iterator, Mapping

import click

from archive import progress, rebuild
from archive.cli import terminal
from archive.cli.completing import hosts
from archive.cli.place import Place, fail
from archive.versioning.rebuilt import EXAMPLES, Rebuilt, Touched

KINDS = ("cut", "restored", "changed", "credited")


@click.command("rebuild")
@click.option(
    "--learn", is_flag=True, help="First learn anew what the hosts repeat; else each page's recorded knowledge."
)
@click.option("--dry-run", is_flag=True, help="Say what would change, and write nothing.")
@click.option("--where", metavar="CONDITION", help="Only pages that hold such documents, as `export` takes it.")
@click.option(
    "--site", multiple=True, metavar="HOST", shell_complete=hosts, help="Only pages of that host and those below it."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object: what changed by rule and by column.")
@click.pass_obj
def rebuild_verb(
    place: Place, learn: bool, dry_run: bool, where: str | None, site: tuple[str, ...], as_json: bool
) -> None:
    """Restore every page again from its capture: after a change of the rules, or of the software.

    Documents that come out differently keep their old version. Captures, old versions and retired ids stay. Prints
    what changed by rule: its edits before and after, and the characters that it newly cuts, leaves again (restored),
    changes, or takes over from another rule (credited). A rebuild that was killed goes on where it was.
    """
    options = rebuild.Options(learn, where, site)
    run = rebuild.rehearse if dry_run else rebuild.rebuild
    done = run(place.open(write=not dry_run), place.warc_dir, progress.for_terminal(), options)
    if as_json:
        terminal.echo_json(json.dumps({"dry_run": dry_run, **done.as_object()}, ensure_ascii=False))
    else:
        terminal.echo("\n".join(lines(done, "would be restored" if dry_run else "restored")))
    fail(place, done.problems)


def lines(done: Rebuilt, restored: str) -> Iterator[str]:
    """What changed, for people."""
    added = done.added
    before = f" ({done.before:,} of them before it was broken off)" if done.before else ""
    yield (
        f"{done.pages:,} pages {restored} again{before}: {added.unchanged:,} documents as they were, "
        f"{added.changed:,} changed, {added.new:,} new, {added.retired:,} retired"
    )
    if done.newer:
        yield f"{done.newer:,} pages were captured again meanwhile, or masked by a takedown, and stay as that left them"
    yield from _rules(done.changed_rules())
    yield from _touched("columns that say something else", done.columns)
    yield from _touched("pages rejected now", done.rejected)
    yield from _touched("pages accepted now, rejected before as", done.accepted)
    yield from _touched("retired", {"documents": done.retired} if done.retired.documents else {})


def _rules(rules: Mapping[str, Mapping[str, object]]) -> Iterator[str]:
    if not rules:
        return
    width = max(map(len, rules))
    heads = ("edits", *KINDS, "documents")
    yield ""
    yield terminal.style(
        f"{'rule'.ljust(width)}  {heads[0]:>17}" + "".join(f"{head:>10}" for head in heads[1:]), bold=True
    )
    for name, known in rules.items():
        edits = f"{known['edits_before']:,} → {known['edits_after']:,}"
        figures = "".join(f"{known[head]:>10,}" for head in heads[1:])
        examples = known["examples"]
        named = f"  {' '.join(examples)}" if isinstance(examples, list) and examples else ""
        yield f"{name.ljust(width)}  {edits:>17}{figures}{named}"


def _touched(label: str, found: Mapping[str, Touched]) -> Iterator[str]:
    if not found:
        return
    width = max(map(len, found))
    yield ""
    yield terminal.style(label, bold=True)
    for name, one in sorted(found.items(), key=lambda item: (-item[1].documents, item[0])):
        more = " …" if one.documents > EXAMPLES else ""
        yield f"  {name.ljust(width)}  {one.documents:>6,}  {' '.join(one.examples)}{more}"
