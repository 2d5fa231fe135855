"""`python -m archive`: what each verb prints, and the one line and exit status when something is wrong."""

import json
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from archive_cases import URL, outcome, recut
from archive_files import html
from cli_cases import ONE, PAGE, TWO, failed, run, two_documents
from click.testing import CliRunner

from archive.__main__ import main
from archive.store import add, open_archive
from archive.verbs import NAMES


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return two_documents(tmp_path / "data" / "archive.db")


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


def test_stats(archive: Path) -> None:
    text = run(archive, "stats").stdout
    assert "documents      2" in text and "总结" in text and "chrome" in text
    figures = json.loads(run(archive, "stats", "--json").stdout)
    assert figures["documents"] == 2 and figures["versions"] == 1
    assert figures["marks"] == {"numbers_lost": 2} and "damage marked\n  numbers_lost         2\n" in text


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
