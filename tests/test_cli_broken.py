"""What the verbs say of archives that are damaged, missing, locked away or no archives."""

import gzip
import importlib
import os
import shutil
import socket
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from archive_files import html, records
from cli_cases import ONE, PAGE, failed, failed_after_figures, run, two_documents

from archive.store import open_archive
from archive.verbs import NAMES, load


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return two_documents(tmp_path / "data" / "archive.db")


def test_verify_finds_what_is_wrong(archive: Path) -> None:
    db = open_archive(archive)
    db.conn.execute("UPDATE documents SET text = 'something else' WHERE part = 1")
    db.conn.execute("UPDATE pages SET source_text = source_text || '不该有的'")
    db.conn.execute("DELETE FROM edits WHERE n = 1")
    result = run(archive, "verify")
    assert result.exit_code == 1
    assert "its edits do not make its text" in result.stderr
    assert "'不该有的'" in result.stderr and "no rule names why" in result.stderr
    assert "'首页 > 工作总结' at 0" in result.stderr
    assert result.stderr.count("a.warc.gz") == 1, "one line for a WARC file that is not there"
    assert "3 captures stand in it" in result.stderr


@pytest.mark.parametrize(
    ("tampering", "line"),
    [
        ("UPDATE documents SET title = 'another'", "its title or text has another digest"),
        ("UPDATE knowledge SET json = '[ ]'", "knowledge 4f53cda18c2baa0c: it has another digest"),
        ("UPDATE edits SET rule = 'links'", "edit 1 is counted under links, but its last step is of chrome"),
        ("UPDATE pages SET url = 'http://elsewhere.test/'", "its id is not that of its address"),
        ("UPDATE edits SET steps = '{'", "the steps of edit 1 of page"),
        ("UPDATE edits SET steps = '[{}]'", "the steps of edit 1 of page"),
        ('UPDATE marks SET "end" = start', "mark 1 (numbers_lost at 10) stands in no document"),
        ("UPDATE marks SET part = 9", "mark 1 (numbers_lost at 10) stands in no document"),
        ("UPDATE marks SET kind = 'spun'", "names no damage of its kind spun"),
        ("UPDATE knowledge SET in_force = 0", "knowledge: none is in force"),
    ],
)
def test_verify_finds_tampering(archive: Path, tampering: str, line: str) -> None:
    open_archive(archive).conn.execute(tampering)
    result = run(archive, "verify")
    assert result.exit_code == 1 and line in result.stderr, result.stderr


def test_verify_names_files_that_no_capture_stands_in(archive: Path) -> None:
    (archive.parent / "warc").mkdir()
    (archive.parent / "warc" / "other.warc.gz").write_bytes(gzip.compress(records()[1]))
    assert "other.warc.gz: the archive knows no capture in it" in run(archive, "verify").stderr


@pytest.mark.parametrize("steps", ["{", "[1]", '[{"rule": 1}]'])
def test_explain_of_a_broken_ledger_is_one_line(archive: Path, steps: str) -> None:
    open_archive(archive).conn.execute("UPDATE edits SET steps = ?", (steps,))
    for more in ([], ["--json"]):
        assert "cannot be read" in failed(run(archive, "explain", PAGE, *more))


@pytest.mark.parametrize("table", ["knowledge", "fetches", "article_pages"])
def test_a_rebuild_without_what_it_needs_is_a_line_a_page(archive: Path, table: str) -> None:
    db = open_archive(archive)
    db.conn.execute("PRAGMA foreign_keys = OFF")
    db.conn.execute(f"DELETE FROM {table}")
    result = run(archive, "rebuild")
    assert f"page {PAGE}: " in failed_after_figures(result)
    assert open_archive(archive)["documents"].count == 2


def test_an_ingest_without_knowledge_is_one_line(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(html("a01"))
    open_archive(archive).conn.execute("UPDATE knowledge SET in_force = 0")
    assert "rebuild --learn" in failed(run(archive, "ingest", str(tmp_path / "a.html")))


def test_captures_that_cannot_be_written_are_one_line(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(html("a01"))
    (tmp_path / "file").write_text("no folder")
    result = run(archive, "--warc-dir", str(tmp_path / "file" / "warc"), "ingest", str(tmp_path / "a.html"))
    assert str(tmp_path / "file") in failed(result)


def test_verify_finds_an_index_out_of_step(archive: Path) -> None:
    db = open_archive(archive)
    db.conn.execute("DROP TRIGGER documents_fts_update")
    db.conn.execute("UPDATE documents SET title = 'another'")
    told = run(archive, "verify").stderr
    assert "index: it does not fit" in told and "reindex" in told
    assert run(archive, "reindex").stdout == "2 documents indexed\n"
    assert "index:" not in run(archive, "verify").stderr


def reading(tmp_path: Path) -> list[list[str]]:
    return [
        ["show", "x"], ["explain", "x"], ["search", "x"], ["stats"], ["rebuild"], ["verify"], ["serve"],
        ["export", "--format", "csv", "-o", str(tmp_path / "x.csv")],
    ]  # fmt: skip


def test_reading_verbs_on_a_missing_archive(tmp_path: Path) -> None:
    for verb in reading(tmp_path):
        line = failed(run(tmp_path / "nowhere.db", *verb))
        assert str(tmp_path / "nowhere.db") in line and "ingest" in line, verb
    assert not list(tmp_path.iterdir()), "nothing is made"


def test_every_verb_on_a_broken_archive(tmp_path: Path) -> None:
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"no database, but long enough to look like one. " * 100)
    for verb in [*reading(tmp_path), ["ingest", str(tmp_path)]]:
        assert f"cannot open the archive {broken}" in failed(run(broken, *verb)), verb


@pytest.mark.parametrize("where", [4096, 100_000])
def test_an_archive_that_was_overwritten_is_one_line(archive: Path, where: int) -> None:
    db = open_archive(archive)
    db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    data = bytearray(archive.read_bytes())
    data[where:] = b"\xff" * (len(data) - where)
    archive.write_bytes(data)
    for verb in (["stats"], ["show", PAGE], ["search", "科普"]):
        assert str(archive) in failed(run(archive, *verb)), verb
    assert run(archive, "verify").exit_code == 1


@pytest.fixture
def locked(archive: Path) -> Iterator[Path]:
    """The archive where another user has no permission to write, nor to make files beside it."""
    for name in NAMES:  # that user may not read Python's own modules either
        load(name)
    importlib.import_module("concurrent.futures.thread")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, "data")
        open_archive(archive).close()
        shutil.copytree(archive.parent, place)
        for path, mode in ((Path(folder), 0o755), (place / archive.name, 0o444), (place, 0o555)):
            path.chmod(mode)
        yield place / archive.name
        place.chmod(0o755)


@pytest.mark.parametrize(
    ("verb", "wanted"),
    [
        (["stats"], "documents      2"),
        (["show", f"{PAGE}-aaaaaa"], ONE),
        (["search", "科普"], "科普"),
        (["explain", PAGE], "chrome"),
        (["export", "--format", "jsonl", "-o", "-"], ONE.replace("\n", "\\n")),
        (["verify"], "Error: WARC: a.warc.gz is not in"),
        (["rebuild"], "cannot be written to"),
        (["reindex"], "cannot be written to"),
        (["ingest", "/dev/null"], "cannot be written to"),
    ],
)
def test_an_archive_without_permission_to_write_can_be_read(locked: Path, verb: list[str], wanted: str) -> None:
    before, root = locked.read_bytes(), os.geteuid() == 0
    try:
        if root:
            os.seteuid(65534)
        done = run(locked, *verb)
    finally:
        if root:
            os.seteuid(0)
    assert wanted in done.stdout + done.stderr, done.output
    assert done.exception is None or isinstance(done.exception, SystemExit)
    assert "index" not in done.stderr
    assert locked.read_bytes() == before and len(list(locked.parent.iterdir())) == 1


def test_a_hint_names_this_archive(archive: Path) -> None:
    assert f"python -m archive --archive {archive} search" in failed(run(archive, "show", "ffff"))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        line = failed(run(archive, "serve", "--port", str(taken.getsockname()[1])))
    assert f"python -m archive --archive {archive} serve --port" in line


def test_a_damaged_archive_says_what_to_do(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise sqlite3.DatabaseError("database disk image is malformed")

    for verb in ("stats", "verify"):
        monkeypatch.setattr("archive.cli.place.Place.open", broken)
        line = failed(run(archive, verb))
        assert f"python -m archive --archive NEW ingest {archive.parent / 'warc'}" in line
        assert ("verify says" in line) == (verb == "stats")


@pytest.mark.parametrize("told", ["no such column: nonsense", "database or disk is full", "disk I/O error"])
def test_what_sqlite_refuses_is_not_called_damage(archive: Path, monkeypatch: pytest.MonkeyPatch, told: str) -> None:
    def broken(*_: object) -> None:
        raise sqlite3.OperationalError(told)

    monkeypatch.setattr("archive.cli.place.Place.open", broken)
    line = failed(run(archive, "stats"))
    assert told in line and "is damaged" not in line and "verify says what is wrong" in line
