"""`python -m archive VERB`: one verb a module of `archive/verbs`. Exit status 0, or one clear line."""

import errno
import os
import sqlite3
import sys
from contextlib import suppress
from pathlib import Path

import click

from archive.checking.damage import is_damage
from archive.cli.place import Place, runnable
from archive.cli.summary import command
from archive.errors import ArchiveError
from archive.pages.safe_html import seen
from archive.verbs import NAMES, SECTIONS, load

DEFAULT = "data/archive.db"
VARIABLE = "_ARCHIVE_COMPLETE"  # by which a shell asks for completions, as `archive completion` tells it
ENOUGH = 200  # characters: no first sentence is longer, so none is cut


class Verbs(click.Group):
    """Lists the verbs by what they are for, and turns what goes wrong in one into one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The verbs, in the order of their sections."""
        return list(NAMES)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The verb of that name, if there is one."""
        return load(name) if name in NAMES else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What --help says of them: a section each, whole first sentences."""
        widest = max(map(len, NAMES))
        for title, names in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(f"{name:<{widest}}", load(name).get_short_help_str(ENOUGH)) for name in names])

    def invoke(self, ctx: click.Context) -> object:
        """Run the verb."""
        try:
            return super().invoke(ctx)
        except ArchiveError as error:
            raise click.ClickException(seen(runnable(str(error), ctx.params["archive"]))) from error
        except sqlite3.DatabaseError as error:
            raise click.ClickException(seen(_damaged(error, ctx))) from error
        except OSError as error:
            if error.errno == errno.EPIPE:  # a reader that has seen enough, such as `head`; click knows what to do
                raise
            _drop_output()
            where = f"{os.fsdecode(error.filename)}: " if error.filename else "cannot write: "
            raise click.ClickException(seen(where + (error.strerror or str(error)))) from error


def _damaged(error: sqlite3.DatabaseError, ctx: click.Context) -> str:
    """What to do where SQLite gives up; another writer, a full disk or a wrong question are no damage."""
    archive, verb = ctx.params["archive"], ctx.invoked_subcommand
    if "locked" in str(error) or "busy" in str(error):
        return f"the archive {archive} is busy: another command writes to it. Try again when it is done."
    look = "" if verb == "verify" else f"{command(archive)} verify says what is wrong. "
    if not is_damage(error):
        return f"SQLite gave up on the archive {archive}: {error}. That alone is no sign of damage. {look}".rstrip()
    return (
        f"the archive {archive} is damaged: {error}. {look}Restore a copy of it, take what can be read "
        f"({command(archive)} verify --salvage NEW.db), or make a new one from the captures: "
        f"python -m archive --archive NEW ingest {Place(archive, ctx.params['warc_dir']).warc_dir}"
    )


def _drop_output() -> None:
    """What could not be written must not be tried again when Python ends."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--archive",
    type=click.Path(path_type=Path, dir_okay=False),
    default=DEFAULT,
    envvar="ARCHIVE",
    show_default=True,
    show_envvar=True,
    help="The database.",
)
@click.option(
    "--warc-dir",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="WARC_DIR",
    show_envvar=True,
    help="Where captures are kept.  [default: warc/ beside the database]",
)
@click.pass_context
def main(ctx: click.Context, archive: Path, warc_dir: Path | None) -> None:
    """Restored work summaries, and the proof of what each of them was restored from."""
    ctx.obj = Place(archive, warc_dir)


if __name__ == "__main__":
    main(prog_name="python -m archive", complete_var=VARIABLE)
