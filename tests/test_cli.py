"""`python -m archive`: what each verb prints, and the one line and exit status when something is wrong."""

import csv
import gzip
import importlib
import json
import os
import re
import shutil
import socket
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from archive_cases import URL, outcome, recut
from archive_files import html, records
from click.testing import CliRunner, Result

from archive.__main__ import main
from archive.store import Fetch, add, add_fetch, begin_crawl, open_archive
from archive.verbs import NAMES, load
from pipelines.document import article_id

ONE = "各位领导：本年度科普工作扎实推进，现将有关情况总结如下。\n一、加强领导，健全机制。"
TWO = "各位領導：本年度環保工作穩步開展，現將情況總結如下。"
PAGE = article_id(URL)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Two documents on one page; the first in its second version, one id retired."""
    path = tmp_path / "data" / "archive.db"
    db = open_archive(path)
    crawl = begin_crawl(db, "test", "{}")
    for number in (1, 2, 3):
        add_fetch(
            db, Fetch(crawl, URL, 200, f"2026-01-0{number}T00:00:00Z", "", "", "a.warc.gz", number, 1, path="a/b.html")
        )
    add(db, outcome(ONE[:20], TWO, keys=("aaaaaa", "bbbbbb")))
    add(db, outcome(ONE, TWO, keys=("aaaaaa", "cccccc"), fetch_id=2))
    db.close()
    return path


def run(archive: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--archive", str(archive), *arguments])


def failed(result: Result) -> str:
    """The one line of an error."""
    assert result.exit_code != 0
    assert result.stderr.startswith("Error: ") and result.stderr.count("\n") == 1, result.stderr
    assert isinstance(result.exception, SystemExit), "no traceback"
    return result.stderr


def failed_after_figures(result: Result) -> str:
    """The one line of an error, after what was done."""
    assert result.exit_code == 1 and isinstance(result.exception, SystemExit)
    assert result.stderr.startswith("Error: ") and result.stderr.count("\n") == 1, result.stderr
    return result.stderr


def test_show_prints_title_facts_and_text(archive: Path) -> None:
    result = run(archive, "show", f"{PAGE}-aaaaaa")
    assert result.exit_code == 0
    assert result.stdout.startswith("某局工作总结\n") and result.stdout.endswith(f"\n\n{ONE}\n")
    assert "signed_on" in result.stdout and "1 of 2" in result.stdout


@pytest.mark.parametrize("name", [PAGE, PAGE[:6], URL, f"{URL}#top", "a/b.html"])
def test_a_page_by_any_name_gives_its_documents(archive: Path, name: str) -> None:
    lines = run(archive, "show", name, "--json").stdout.splitlines()
    assert [json.loads(line)["text"] for line in lines] == [ONE, TWO]
    assert json.loads(lines[0])["damage"] == ["numbers_lost", "pinyin"]


def test_old_versions_and_retired_ids_are_shown_for_ever(archive: Path) -> None:
    old = run(archive, "show", f"{PAGE}-aaaaaa@1")
    assert ONE[:20] in old.stdout and ONE not in old.stdout and "the page changed" in old.stderr
    assert ONE in run(archive, "show", f"{PAGE}-aaaaaa@2").stdout
    retired = run(archive, "show", f"{PAGE}-bbbbbb")
    assert TWO in retired.stdout and f"{PAGE}-cccccc" in retired.stderr
    assert "there is no version 9" in failed(run(archive, "show", f"{PAGE}-aaaaaa@9"))


def test_facts_are_shown_with_their_words_of_old_versions_too(archive: Path) -> None:
    db = sqlite3.connect(archive)
    db.execute("INSERT INTO facts VALUES (?, 1, 1, 'signed_by', '某县科协', 'text', 30, 34, '某县科协盖章')", (PAGE,))
    ledger = json.dumps({"facts": [{"name": "genre", "value": "计划", "where": "title", "evidence": "旧题"}]})
    db.execute("UPDATE document_versions SET ledger = ? WHERE version = 1", (ledger,))
    db.commit()
    db.close()
    assert "signed_by  某县科协  ← text: 某县科协盖章\n" in run(archive, "show", f"{PAGE}-aaaaaa", "--evidence").stdout
    old = run(archive, "show", f"{PAGE}-aaaaaa@1", "--evidence").stdout
    assert "genre  计划  ← title: 旧题\n" in old and "某县科协" not in old


def test_show_in_simplified(archive: Path) -> None:
    assert run(archive, "show", f"{PAGE}-cccccc", "--hans").exit_code == 0


def test_names_that_mean_nothing_or_too_much(archive: Path) -> None:
    assert "nothing in the archive is called 'ffff'" in failed(run(archive, "show", "ffff"))
    assert "beginning of 3 ids" in failed(run(archive, "show", f"{PAGE}-"))
    assert "nothing in the archive" in failed(run(archive, "explain", "http://nowhere.test/"))


@pytest.mark.parametrize("version", ["x", "", "-1", "1.5", "①", "0", "9"])
@pytest.mark.parametrize("verb", ["show", "explain"])
def test_a_version_that_is_none_is_an_error(archive: Path, verb: str, version: str) -> None:
    assert "version" in failed(run(archive, verb, f"{PAGE}-aaaaaa@{version}"))


@pytest.mark.parametrize("name", ["", " ", "@", "@1", f"{PAGE[:5]}ff@1"])
@pytest.mark.parametrize("verb", ["show", "explain"])
def test_a_name_of_nothing_is_an_error(archive: Path, verb: str, name: str) -> None:
    open_archive(archive).conn.execute("UPDATE fetches SET path = ''")
    assert "nothing in the archive is called" in failed(run(archive, verb, name))


def unmarked(text: str) -> str:
    """What `explain` prints, without its signs for marked damage and their evidence."""
    return re.sub(r"\{~([^~]*)~\}‹numbers_lost›", r"\1", re.sub(r"\n {6}numbers_lost/.*", "", text))


def test_explain_of_an_earlier_version(archive: Path) -> None:
    assert "reads differently now" in failed(run(archive, "explain", f"{PAGE}-aaaaaa@1"))
    assert ONE in unmarked(run(archive, "explain", f"{PAGE}-aaaaaa@2").stdout)
    db = open_archive(archive)
    made = outcome(ONE, TWO, keys=("aaaaaa", "cccccc"), fetch_id=2, genre="汇报")
    assert add(db, recut(made, "links"), cause="rules").changed == 2
    old = json.loads(run(archive, "explain", f"{PAGE}-cccccc@1", "--json").stdout)
    assert old["source_text"] == TWO and [row["id"] for row in old["documents"]] == [f"{PAGE}-cccccc"]
    assert TWO in unmarked(run(archive, "explain", f"{PAGE}-cccccc@1").stdout)


def test_explain_shows_every_edit_with_its_rule_and_evidence(archive: Path) -> None:
    text = run(archive, "explain", f"{PAGE}-cccccc").stdout
    assert "[-首页 > 工作总结⏎-]‹frame/chrome›\n" in text
    assert text.count("‹frame/") == 3
    assert text.count("frame/chrome: by hand") == text.count("frame/separator: by hand") == 1
    assert f"══ document {PAGE}-aaaaaa" in text and f"══ end of {PAGE}-cccccc" in text
    assert ONE in unmarked(text) and TWO in unmarked(text)
    assert f"{{~{ONE[:2]}~}}‹numbers_lost›{ONE[2:8]}" in text and text.count("numbers_lost/by_hand: by hand") == 1
    assert "gap: tail of part 1: by hand" in text
    whole = json.loads(run(archive, "explain", PAGE, "--json").stdout)
    assert [edit["steps"][0]["rule"] for edit in whole["edits"]] == ["chrome", "separator", "chrome"]
    assert whole["source_text"].startswith("首页")


def test_search_in_either_script(archive: Path) -> None:
    for query in ("科普", "總結 科普", "领导 科普"):
        result = run(archive, "search", query)
        assert "1 found" in result.stderr and "【科普】" in result.stdout, query
    assert "【環保】" in run(archive, "search", "环保").stdout
    assert "2 found, 1 shown" in run(archive, "search", "总结", "--limit", "1").stderr
    hit = json.loads(run(archive, "search", "环保", "--json").stdout)
    assert hit["id"] == f"{PAGE}-cccccc" and "【環保】" in hit["snippet"]
    nothing = run(archive, "search", "没有这个词")
    assert nothing.exit_code == 0 and "0 found" in nothing.stderr
    assert run(archive, "search", '"unbalanced (').exit_code == 0
    assert "0 found" in run(archive, "search", "环保", "--where", "genre = '计划'").stderr
    assert "no column" in failed(run(archive, "search", "环保", "--where", "nonsense = 1"))


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


def test_stats(archive: Path) -> None:
    text = run(archive, "stats").stdout
    assert "documents      2" in text and "总结" in text and "chrome" in text
    figures = json.loads(run(archive, "stats", "--json").stdout)
    assert figures["documents"] == 2 and figures["versions"] == 1
    assert figures["marks"] == {"numbers_lost": 2} and "damage marked\n  numbers_lost         2\n" in text


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


def test_ingest_as_a_user_runs_it(tmp_path: Path) -> None:
    (tmp_path / "good.html").write_bytes(html("a01"))
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.7 ")
    archive = tmp_path / "data" / "archive.db"
    command = [sys.executable, "-m", "archive", "--archive", str(archive), "ingest", str(tmp_path / "good.html")]
    command += [str(tmp_path / "nowhere"), str(tmp_path / "bad.pdf")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == f"Error: {tmp_path / 'nowhere'}: No such file or directory\n"
    assert "2 files read: 1 document new, 0 changed, 0 as they were" in done.stdout
    assert "bad.pdf: binary: PDF" in done.stdout and str(archive) in done.stdout
    assert "search" in done.stdout and "serve" in done.stdout, "the next command to try"


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


def test_a_query_without_a_word_is_an_error(archive: Path) -> None:
    for query in ("", " ", "。", '""'):
        assert "no word to search for" in failed(run(archive, "search", query))
    for query in ("科普 OR", "(科普", "-科普", "科普 AND NOT"):
        assert "\n" not in failed(run(archive, "search", query)).strip()


def test_what_begins_with_a_minus_is_left_out(archive: Path) -> None:
    assert "2 found" in run(archive, "search", "总结").stderr
    assert "1 found" in run(archive, "search", "总结", "-环保").stderr
    assert "no option --nonsense" in failed(run(archive, "search", "总结", "--nonsense"))


def test_an_ingest_of_nothing_prints_no_figures(archive: Path, tmp_path: Path) -> None:
    nothing = run(archive, "ingest", str(tmp_path / "nowhere"))
    assert nothing.exit_code == 1 and not nothing.stdout
    assert nothing.stderr == f"Error: {tmp_path / 'nowhere'}: No such file or directory\n"
    assert "a PATH is empty" in failed(run(archive, "ingest", ""))


def test_an_ingest_names_a_path_once_and_links_that_lead_nowhere(archive: Path, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.warc").write_bytes(b"no warc")
    (folder / "link.html").symlink_to("gone.html")
    lines = run(archive, "ingest", str(folder)).stderr.splitlines()
    assert len(lines) == 2 and all(line.count(str(folder)) == 1 for line in lines), lines
    assert lines[1] == f"Error: {folder / 'link.html'}: leads nowhere: gone.html"


def test_every_verb_has_help() -> None:
    for verb in NAMES:
        result = CliRunner().invoke(main, [verb, "--help"])
        assert result.exit_code == 0 and len(result.output) > 200, verb
