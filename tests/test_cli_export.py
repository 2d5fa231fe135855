"""`python -m archive export`: where it writes, what it never replaces, and its one line when something is wrong."""

import csv
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from cli_cases import ONE, PAGE, TWO, failed, run, two_documents

from archive.store import open_archive


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return two_documents(tmp_path / "data" / "archive.db")


def test_export_jsonl_and_csv(archive: Path, tmp_path: Path) -> None:
    assert "2 documents" in run(archive, "export", "--format", "jsonl", "-o", str(tmp_path / "all.jsonl")).stderr
    rows = [json.loads(line) for line in (tmp_path / "all.jsonl").read_text("utf-8").splitlines()]
    assert [row["text"] for row in rows] == [ONE, TWO] and next(iter(rows[0])) == "id"
    where = "signed_on >= '2019' AND genre IN ('总结') AND NOT text LIKE '%科普%'"
    assert run(archive, "export", "--format", "csv", "--where", where, "-o", str(tmp_path / "some.csv")).exit_code == 0
    raw = (tmp_path / "some.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf"), "Excel takes it for UTF-8"
    (row,) = csv.DictReader(raw.decode("utf-8-sig").splitlines())
    assert row["text"] == TWO
    assert run(archive, "export", "--format", "jsonl", "-o", "-").stdout.count("\n") == 2


@pytest.mark.parametrize(
    "where",
    [
        "1; DROP TABLE documents",
        "text = (SELECT 1)",
        "load_extension('x')",
        "nothing = 1",
        "genre = ",
        "",
        "title || 'x'",
        '"genre" = 1',
        "genre = '总结' --",
    ],
)
def test_conditions_that_are_none(archive: Path, tmp_path: Path, where: str) -> None:
    target = tmp_path / "out.csv"
    target.write_text("before")
    assert "--where" in failed(run(archive, "export", "--format", "csv", "--where", where, "-o", str(target)))
    assert target.read_text() == "before", "a failed export leaves the file as it was"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "out.csv"]
    assert open_archive(archive)["documents"].count == 2


def test_export_to_nowhere(archive: Path, tmp_path: Path) -> None:
    result = run(archive, "export", "--format", "csv", "-o", str(tmp_path / "no" / "such.csv"))
    assert "cannot write" in failed(result)


@pytest.mark.parametrize(
    "name", ["archive.db", "archive.db-wal", "archive.db-shm", "warc/x.jsonl", "link.db", "hard.db"]
)
def test_an_export_never_replaces_what_the_archive_consists_of(archive: Path, name: str) -> None:
    target = archive.parent / name
    (archive.parent / "warc").mkdir()
    (archive.parent / "link.db").symlink_to(archive)
    (archive.parent / "hard.db").hardlink_to(archive)
    before = archive.read_bytes()
    assert "Choose another file" in failed(run(archive, "export", "--format", "csv", "-o", str(target)))
    assert archive.read_bytes() == before and not list((archive.parent / "warc").glob("*.warc.gz*"))


def test_an_export_to_what_is_no_file_is_written_straight_to_it(archive: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE) as reader:
        assert run(archive, "export", "--format", "jsonl", "-o", str(pipe)).exit_code == 0
        assert reader.communicate()[0].count(b"\n") == 2
    assert pipe.is_fifo()
    assert "cannot write /dev/full" in failed(run(archive, "export", "--format", "jsonl", "-o", "/dev/full"))
    assert stat.S_ISCHR(Path("/dev/full").stat().st_mode)


def test_an_export_to_no_name(archive: Path) -> None:
    assert "-o names no file" in failed(run(archive, "export", "--format", "csv", "-o", ""))


def test_a_link_is_exported_through(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "link.csv").symlink_to(tmp_path / "file.csv")
    assert run(archive, "export", "--format", "csv", "-o", str(tmp_path / "link.csv")).exit_code == 0
    assert (tmp_path / "link.csv").is_symlink() and (tmp_path / "file.csv").stat().st_size


@pytest.mark.parametrize(
    "verb", [["export", "--format", "jsonl", "-o", "-"], ["stats"], ["show", PAGE], ["search", "科普"]]
)
def test_a_full_device_is_one_line(archive: Path, verb: list[str]) -> None:
    command = [sys.executable, "-m", "archive", "--archive", str(archive), *verb]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "Error: cannot write: No space left on device", done.stderr
    assert "Traceback" not in done.stderr and "Exception ignored" not in done.stderr
