"""Which archive a command works on, and how its sentences name it."""

import re
import sys
from pathlib import Path

from sqlite_utils import Database

from archive import terminal
from archive.errors import ArchiveError
from archive.store import is_read_only, open_archive
from archive.summary import command

HINT = re.compile(r"python -m archive (?!--archive)")


class Place:
    """Which archive a command works on."""

    def __init__(self, archive: Path, warc_dir: Path | None) -> None:
        self.archive = archive
        self.warc_dir = warc_dir or archive.parent / "warc"

    def open(self, *, create: bool = False, write: bool = False) -> Database:
        """The archive; a reading verb makes none, and is content with one that it may not write to."""
        db = open_archive(self.archive, create=create)
        if (create or write) and is_read_only(db):
            db.close()
            raise ArchiveError(f"the archive {self.archive} cannot be written to: no permission")
        return db


def runnable(text: str, archive: Path) -> str:
    """A sentence whose commands are those of this archive."""
    return HINT.sub(lambda _: f"{command(archive)} ", text)


def fail(place: Place, problems: list[str]) -> None:
    """Print what is wrong, a line each; the exit status is 1 then."""
    for problem in problems:
        terminal.echo(f"Error: {runnable(problem, place.archive)}", err=True)
    if problems:
        sys.exit(1)
