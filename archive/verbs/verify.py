"""`verify`: whether everything still fits, and what can be made to fit again."""

import json
import re
import sys
from pathlib import Path

import click

from archive import progress, verify
from archive.checking import damage, repair
from archive.cli import terminal
from archive.cli.place import Place, fail, runnable
from archive.errors import ArchiveError

SENTENCE = re.compile(r"(?P<kind>\w+)(?: (?P<subject>[\w.-]+)(?: \([^)]*\))?)?: (?P<problem>.*)", re.S)


@click.command("verify")
@click.option("--repair", "mend", is_flag=True, help="Make again what follows from something sound, and say each.")
@click.option(
    "--salvage", type=click.Path(path_type=Path), metavar="NEW.db", help="Copy what can be read to a new archive."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object: what is wrong, what was repaired.")
@click.pass_obj
def verify_verb(place: Place, mend: bool, salvage: Path | None, as_json: bool) -> None:
    """Check everything: WARC digests, every page's ledger, references, the index, the file itself.

    Prints a line for everything that is wrong; the exit status is 1 then. --repair restores pages that break the law
    of the ledger from their captures, makes index and families anew, cuts torn tails of WARC files (they stand beside
    them as FILE.torn), takes out derived rows of nothing, mends the file; what it cannot prove it leaves and names.
    """
    if salvage:
        for line in damage.salvage(damage.opened(place.archive), salvage, progress.for_terminal()):
            terminal.echo(line)
        more = f"python -m archive --archive {salvage} --warc-dir {place.warc_dir} verify --repair"
        terminal.echo(f"What captures prove of the rest is restored by: {more}")
        return
    repaired, stopped = _repair(place) if mend else ([], [])
    if not as_json:
        for line in repaired:
            terminal.echo(f"Repaired: {line}")
    problems = stopped + list(verify.verify(place.open(), place.warc_dir, progress.for_terminal()))
    if as_json:
        told = [_as_object(runnable(problem, place.archive)) for problem in problems]
        terminal.echo_json(json.dumps({"problems": told, "repaired": repaired}, ensure_ascii=False))
        sys.exit(1 if problems else 0)
    fail(place, problems)
    terminal.echo("Nothing is wrong: captures, ledgers, references and index fit.")


def _repair(place: Place) -> tuple[list[str], list[str]]:
    """What was repaired, and why it could not go on, if it could not."""
    done: list[str] = []
    db = place.open(write=True)
    try:
        for line in repair.repair(db, place.warc_dir, progress.for_terminal()):
            done.append(line)
    except ArchiveError as error:
        return done, [f"database: {error}"]
    finally:
        db.close()
    return done, []


def _as_object(problem: str) -> dict[str, str | None]:
    """A sentence by its parts: what it is of, its id, what is wrong."""
    match = SENTENCE.fullmatch(problem)
    if not match:
        return {"kind": None, "subject": None, "problem": problem}
    return {"kind": match["kind"].lower(), "subject": match["subject"], "problem": match["problem"]}
