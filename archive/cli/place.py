"""Which archive a command works on, and how its sentences name it."""

import re
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from sqlite_utils import Database

from archive.checking import damage
from archive.cli import terminal
from archive.cli.summary import command
from archive.errors import ArchiveError
from archive.progress import Progress
from archive.store import is_read_only, open_archive

Answer = TypeVar("Answer")
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

    def asked(self, question: Callable[[Database], Answer]) -> Answer:
        """The answer to a question; of a damaged archive what can be read of it answers, and what is left out is said.

        Only for finding: figures and exports of what is left would be of another corpus.
        """
        try:
            return question(self.open())
        except sqlite3.DatabaseError as error:
            if not damage.is_damage(error):
                raise
            with TemporaryDirectory() as folder:
                copy = Path(folder, "copy.db")
                *lost, _ = damage.salvage(damage.opened(self.archive), copy, Progress())
                for line in lost:
                    terminal.echo(f"Left out: {line}", err=True)
                with closing(open_archive(copy).conn) as conn:
                    return question(Database(conn))


def runnable(text: str, archive: Path) -> str:
    """A sentence whose commands are those of this archive."""
    return HINT.sub(lambda _: f"{command(archive)} ", text)


def fail(place: Place, problems: list[str]) -> None:
    """Print what is wrong, a line each; the exit status is 1 then."""
    for problem in problems:
        terminal.echo(f"Error: {runnable(problem, place.archive)}", err=True)
    if problems:
        sys.exit(1)
