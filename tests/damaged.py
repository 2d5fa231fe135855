"""An archive of real captures that tests damage: pages of two hosts, and ways to break files."""

import sqlite3
from contextlib import closing
from pathlib import Path

from archive_files import html, response
from click.testing import CliRunner, Result

from archive.__main__ import main
from archive.ingest import ingest
from archive.progress import Progress
from archive.store import open_archive

NAMES = tuple(f"a{n:02}" for n in (1, 2, 3, 4, 5, 6))
PAGE_SIZE = 4096


def build(at: Path) -> Path:
    """The folder of an archive of six pages; nothing of it is left in a log."""
    records = [
        response(f"http://{'one' if n % 2 else 'two'}.test/{name}.html", html(name), number=n)
        for n, name in enumerate(NAMES)
    ]
    (at / "crawl.warc").write_bytes(b"".join(records))
    db = open_archive(at / "data" / "archive.db")
    ingest(db, at / "data" / "warc", (str(at / "crawl.warc"),), Progress())
    db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    return at / "data"


def pages_of(archive: Path, name: str, kind: str = "%") -> list[int]:
    """The pages of the file that a table or an index stands on."""
    with closing(sqlite3.connect(archive)) as conn:
        sql = "SELECT pageno FROM dbstat WHERE name = ? AND pagetype LIKE ? ORDER BY pageno"
        return [page for (page,) in conn.execute(sql, (name, kind))]


def overwrite(path: Path, at: int, data: bytes) -> None:
    """Put bytes in the place of others."""
    with path.open("r+b") as stream:
        stream.seek(at)
        stream.write(data)


def flip(path: Path, at: int) -> None:
    """Turn all bits of a byte."""
    overwrite(path, at, bytes([path.read_bytes()[at] ^ 0xFF]))


def tamper(archive: Path, *statements: str) -> None:
    """Behind the archive's back: without its triggers' functions, without its references."""
    with closing(sqlite3.connect(archive, isolation_level=None)) as conn:
        triggers = conn.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            conn.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            conn.execute(statement)
        for _, sql in triggers:
            conn.execute(sql)


def run(archive: Path, *arguments: str) -> Result:
    """A verb on an archive; never a traceback."""
    result = CliRunner().invoke(main, ["--archive", str(archive), *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    return result


def texts(archive: Path) -> dict[str, str]:
    """The documents by id."""
    with closing(sqlite3.connect(archive)) as conn:
        return dict(conn.execute("SELECT id, text FROM documents ORDER BY id"))
