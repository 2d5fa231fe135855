"""Merges that cannot be: one clear line, and the archive as it was; and the verb as a command."""

import json
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from merging import FIRST, SECOND, archive, contents

from archive import verify
from archive.__main__ import main
from archive.merge import merge
from archive.store import Fetch, add_fetch, open_archive
from archive.warc import WarcWriter

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("merge")


@pytest.fixture
def a(folder: Path) -> Path:
    return archive(folder, FIRST)


@pytest.fixture
def b(folder: Path, tmp_path: Path) -> Path:
    """A copy that a test may spoil."""
    shutil.copytree(archive(folder, SECOND).parent, tmp_path / "b")
    return tmp_path / "b" / "archive.db"


def command(target: Path, *words: object) -> list[str]:
    return [sys.executable, "-m", "archive", "--archive", str(target), "merge", *map(str, words)]


def run(target: Path, *words: object) -> subprocess.CompletedProcess[str]:
    done = CliRunner().invoke(main, command(target, *words)[3:])
    return subprocess.CompletedProcess(words, done.exit_code, done.stdout, done.stderr)


def refused(target: Path, *words: object) -> str:
    """What is said; the target is as it was."""
    before = contents(target) if target.exists() else None
    done = run(target, *words)
    assert done.returncode == 1 and done.stderr.count("\n") == 1, done.stderr
    assert (contents(target) if target.exists() else None) == before
    assert not [*target.parent.glob(".*.merge")]
    return done.stderr


def test_the_verb_says_what_it_did(a: Path, b: Path, tmp_path: Path) -> None:
    done = run(tmp_path / "new" / "all.db", a, b, "--json")
    told = json.loads(done.stdout)
    assert done.returncode == 0 and not done.stderr, done.stderr
    assert (told["sources"], told["documents"], told["shared"], told["versions"]) == (2, 3, 1, 1)
    assert told["files"]["linked"] == 2 and (tmp_path / "new" / "warc" / "manifest-sha256.txt").is_file()
    again = run(tmp_path / "new" / "all.db", b, "--warcs", "copy")
    assert again.returncode == 0 and "2 archives merged into" in again.stdout and "2 there already" in again.stdout
    bare = run(tmp_path / "bare" / "all.db", a, b, "--warcs", "none")
    assert bare.returncode == 0 and not (tmp_path / "bare" / "warc").exists()
    assert contents(tmp_path / "bare" / "all.db") == contents(tmp_path / "new" / "all.db")


def test_what_is_no_archive_is_named(a: Path, b: Path, tmp_path: Path) -> None:
    target = tmp_path / "all.db"
    assert f"no archive at {tmp_path / 'none.db'}" in refused(target, a, tmp_path / "none.db")
    (tmp_path / "text.db").write_text("this is no database, but long enough to be taken for one" * 9)
    assert "not a database" in refused(target, a, tmp_path / "text.db")
    with closing(sqlite3.connect(tmp_path / "other.db")) as conn:
        conn.execute("CREATE TABLE mine(x)")
    assert "another program's database" in refused(target, a, tmp_path / "other.db")
    assert "name only the others" in refused(b, a, b)
    assert contents(b)


def test_a_newer_release_is_refused_and_an_older_one_is_read_in_a_copy(a: Path, b: Path, tmp_path: Path) -> None:
    target, expected = tmp_path / "all.db", tmp_path / "expected.db"
    merge(expected, [a, b], tmp_path / "one")
    with closing(sqlite3.connect(b)) as conn:
        conn.execute("DROP TABLE crawl_counts")
        conn.execute("ALTER TABLE crawls DROP COLUMN expected")
        conn.execute("ALTER TABLE crawls DROP COLUMN problems")
        conn.execute("ALTER TABLE crawls DROP COLUMN warnings")
        conn.execute("DELETE FROM _sqlite_migrations WHERE name = 'm0015_ledger'")
        conn.commit()
    before = b.read_bytes()
    merge(target, [a, b], tmp_path / "two")
    assert contents(target) == contents(expected) and b.read_bytes() == before
    with closing(sqlite3.connect(b)) as conn:
        conn.execute(
            "INSERT INTO _sqlite_migrations(migration_set, name, applied_at) VALUES ('archive', 'm9999_x', '')"
        )
        conn.commit()
    assert "newer release" in refused(target, b)


def test_a_reference_that_leads_nowhere_is_named(b: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(b)) as conn:
        conn.execute("DELETE FROM fetches WHERE url LIKE '%y.test%'")
        conn.commit()
    assert f"in {b} refers to row" in refused(tmp_path / "all.db", b)


def test_a_damaged_source_leaves_the_target_as_it_was(a: Path, b: Path, tmp_path: Path) -> None:
    target = tmp_path / "all.db"
    merge(target, [a], tmp_path / "warc")
    size = b.stat().st_size
    with b.open("r+b") as stream:
        for at in range(8192, size, 4096):
            stream.seek(at)
            stream.write(b"\xff" * 512)
    assert "cannot read" in refused(target, b) and target.exists()


def test_a_source_that_is_written_to_is_read_as_one_moment(a: Path, b: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(b, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE pages SET host = 'changed.test'")
        writer.execute("DELETE FROM document_versions")
        merge(tmp_path / "all.db", [a, b], tmp_path / "warc")
        writer.execute("ROLLBACK")
    merge(tmp_path / "expected.db", [a, b], tmp_path / "warc-2")
    assert contents(tmp_path / "all.db") == contents(tmp_path / "expected.db")


def test_a_file_that_a_crawl_writes_is_copied_as_far_as_it_is_whole(a: Path, b: Path, tmp_path: Path) -> None:
    writer = WarcWriter(b.parent / "warc", "crawl-2", {"software": "test"})
    capture = writer.resource("http://y.test/robots.txt", "text/plain", b"User-agent: *", date="2024-05-01T00:00:00Z")
    db = open_archive(b)
    with closing(db.conn):
        fetch = Fetch(1, "http://y.test/robots.txt", 200, capture.date, capture.payload_digest, capture.body_digest,
                      capture.file, capture.offset, capture.length)  # fmt: skip
        add_fetch(db, fetch)
        (still_open,) = (b.parent / "warc").glob("*.open")
        with still_open.open("ab") as stream:
            stream.write(b"\x1f\x8b\x08")  # half a record
        done = merge(tmp_path / "all.db", [a, b], tmp_path / "warc")
    assert not done.problems and still_open.exists()
    new = open_archive(tmp_path / "all.db")
    with closing(new.conn):
        assert [*verify.verify(new, tmp_path / "warc")] == []
        assert new.conn.execute("SELECT count(*) FROM fetches WHERE warc_file = ?", (capture.file,)).fetchone() == (1,)
    assert (tmp_path / "warc" / capture.file).is_file()


def test_a_full_disk_is_said_and_nothing_is_left(a: Path, b: Path, tmp_path: Path) -> None:
    target = tmp_path / "all.db"
    merge(target, [a], tmp_path / "warc")
    before = contents(target)
    for kilobytes in (64, target.stat().st_size // 1024 - 64):
        small = ["bash", "-c", f'ulimit -f {kilobytes}; exec "$@"', "bash", *command(target, b)]
        done = subprocess.run(small, cwd=ROOT, capture_output=True, text=True, timeout=120)
        assert done.returncode == 1 and done.stderr.count("\n") == 1 and "it is as it was" in done.stderr, done.stderr
        assert contents(target) == before and not [*tmp_path.glob(".*.merge")]


def moments(target: Path) -> Iterator[str]:
    """What a merge has made when it is to be killed."""
    yield f".{target.name}.merge"
    yield f".{target.name}.merge/{target.name}"
    yield "warc/day-2*"


def test_one_that_is_killed_leaves_the_target_and_is_made_good_by_the_next(a: Path, b: Path, tmp_path: Path) -> None:
    target = tmp_path / "all.db"
    merge(target, [a], tmp_path / "warc")
    before = contents(target)
    merge(tmp_path / "expected.db", [a, b], tmp_path / "other")
    for moment in moments(target):
        process = subprocess.Popen(command(target, b), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while process.poll() is None and not [*tmp_path.glob(moment)]:
            time.sleep(0.001)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert contents(target) in (before, contents(tmp_path / "expected.db"))
    assert run(target, b).returncode == 0
    assert contents(target) == contents(tmp_path / "expected.db") and not [*tmp_path.glob(".*.merge")]
    db = open_archive(target)
    with closing(db.conn):
        assert db.conn.execute("PRAGMA foreign_key_check").fetchall() == []
