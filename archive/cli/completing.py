"""What the Tab key offers beside verbs and options: ids and hosts of the archive that the command names."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import click

from archive.store import open_archive

OFFERED = 50  # more do not fit a screen


def ids(ctx: click.Context, _: click.Parameter, begun: str) -> list[str]:
    """Ids of documents that begin so."""
    return _column(ctx, "SELECT id FROM documents WHERE id GLOB ? || '*' ORDER BY id LIMIT ?", begun)


def hosts(ctx: click.Context, _: click.Parameter, begun: str) -> list[str]:
    """Hosts with documents that begin so."""
    sql = "SELECT DISTINCT host FROM pages WHERE host GLOB ? || '*' AND rejected IS NULL ORDER BY host LIMIT ?"
    return _column(ctx, sql, begun.lower())


def _column(ctx: click.Context, sql: str, begun: str) -> list[str]:
    """The first column of a query, as text that no shell takes for more than one word; nothing without an archive."""
    path = Path(ctx.find_root().params.get("archive") or os.environ.get("ARCHIVE", ""))
    if not path.is_file():
        return []
    try:
        with closing(open_archive(path, create=False)) as db:
            return [str(value) for (value,) in db.conn.execute(sql, (begun, OFFERED)) if str(value).isprintable()]
    except sqlite3.DatabaseError:  # the command itself will say what is wrong
        return []
