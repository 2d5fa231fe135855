"""Whatever a page holds, a terminal shows it and does nothing of it; programs get exact values."""

import ast
import json
import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from archive_cases import document, outcome
from click.testing import CliRunner, Result

from archive.__main__ import main
from archive.cli import terminal
from archive.pages.safe_html import UNSEEN
from archive.store import Fetch, add, add_fetch, open_archive
from archive.verbs import NAMES
from crawler.show import _Shown

ROOT = Path(__file__).parent.parent
EVIL = "\x1b]0;owned\x07\x1b[31mred\x1b[8m\u202egpj.exe\u202c\x9b2J\x9d0;x\x9c\x00\r\x7f\u2066"
URL = "http://evil.test/" + EVIL
TEXT = f"工作{EVIL}总结如下：一是认真落实。\n二是{EVIL}持续推进。"
OURS = re.compile("\x1b\\[(?:[0-9]{1,2};?)*m")
HANS = {"title": f"标题{EVIL}", "title_hans": f"标题{EVIL}", "signed_by": f"某局{EVIL}", "organisation": f"某局{EVIL}"}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("evil") / "archive.db"
    db = open_archive(path)
    for number, url in enumerate((URL, URL + "2"), 1):
        add_fetch(db, Fetch(None, url, 200, "2026-01-01T00:00:00Z", "", "", "", 0, 0, path=f"名{EVIL}.html"))
        made = outcome(TEXT, url=url, fetch_id=number)
        add(db, replace(made, documents=tuple(replace(one, **HANS) for one in made.documents)))
    add(db, replace(outcome("别的", url=URL + "3", fetch_id=2), documents=(), rejected=f"odd{EVIL}: {EVIL}"))
    changed = outcome(TEXT + EVIL, url=URL, fetch_id=2)
    add(db, replace(changed, documents=tuple(replace(one, **HANS) for one in changed.documents)))
    db.close()
    return path


def run(archive: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["--archive", str(archive), *words], color=True)


def ids(archive: Path) -> Iterator[str]:
    db = open_archive(archive)
    yield from (id for (id,) in db.conn.execute("SELECT id FROM documents ORDER BY url"))
    db.close()


ONE, TWO = document(URL, "0", "").id, document(URL + "2", "0", "").id
TEXTS = [
    ("show", ONE), ("show", ONE, "--hans"), ("show", ONE, "--evidence"), ("show", f"{ONE}@1"), ("show", URL),
    ("show", ONE, "--diff", TWO), ("show", f"{ONE}@1", "--diff", ONE), ("show", ONE, "--cite", "bibtex"),
    ("explain", ONE), ("history", ONE), ("search", "总结"), ("search", "总结", "--limit", "1"), ("kwic", "总结"),
    ("kwic", "总结", "--expand", "sentence"), ("trend", "总结"), ("stats",), ("verify",), ("rules",), ("families",),
    ("takedown", ONE, "--dry-run"), ("collocates", "总结", "--least", "1"),
    ("show", URL + "3"), ("show", "nothing" + EVIL), ("explain", "x" + EVIL),
]  # fmt: skip
JSONS = [
    ("show", ONE, "--json"), ("search", "总结", "--json"), ("history", ONE, "--json"), ("explain", ONE, "--json"),
    ("show", ONE, "--prov"), ("show", ONE, "--cite", "csl"), ("stats", "--json"), ("kwic", "总结", "--json"),
    ("show", ONE, "--diff", TWO, "--json"),
]  # fmt: skip


@pytest.mark.parametrize("words", TEXTS, ids=lambda words: " ".join(words).encode("unicode_escape").decode()[:40])
def test_what_people_see_holds_nothing_that_acts(archive: Path, words: tuple[str, ...]) -> None:
    result = run(archive, *words)
    assert not isinstance(result.exception, Exception) or isinstance(result.exception, SystemExit), result.exception
    plain = OURS.sub("", result.output)
    assert not (found := UNSEEN.search(plain)), (found, plain)
    for code in ("31mred", "8m"):
        assert f"\x1b[{code}" not in result.output
    assert result.output.strip() and result.exit_code != 2, result.output


def test_it_is_shown(archive: Path) -> None:
    said = run(archive, "show", ONE).output
    assert "[U+001B]]0;owned[U+0007]" in said and "[U+202E]gpj.exe" in said and "[U+009B]2J" in said
    assert "\x1b[1m" in said  # its own style


@pytest.mark.parametrize("words", JSONS, ids=lambda words: " ".join(words)[:40])
def test_json_is_exact(archive: Path, words: tuple[str, ...]) -> None:
    said = run(archive, *words).output
    assert not UNSEEN.search(said)
    lines = [said] if said.startswith(("{\n", "[\n")) else said.splitlines()
    found = [json.loads(line) for line in lines if line.startswith(("{", "["))]
    assert found
    if words[0] == "show" and words[2] == "--json":
        assert found[0]["title"] == f"标题{EVIL}" and found[0]["url"] == URL and found[0]["text"] == TEXT + EVIL


def test_no_verb_prints_past_it() -> None:
    for path in [*ROOT.glob("archive/*.py"), *ROOT.glob("archive/verbs/*.py")]:
        if path.name in ("terminal.py", "completion.py"):  # a script for the shell
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "click":
                assert node.attr not in ("echo", "secho", "style", "unstyle"), (
                    f"{path.name}:{node.lineno}: terminal.{node.attr}"
                )
    assert {words[0] for words in TEXTS + JSONS} <= set(NAMES)


def test_a_log_line_does_nothing() -> None:
    record = logging.LogRecord("x", logging.INFO, "", 0, "rejected %s", (URL,), None)
    assert not UNSEEN.search(_Shown("%(message)s").format(record))


def test_a_page_cannot_write_a_style() -> None:
    forged = "\ufdd0:31\ufdd1red" + "\ufdd0" + "0" * 16 + ":31\ufdd1"
    assert "\x1b" not in terminal._drawn(forged)
    assert terminal.plain(terminal.style("a\x1b", bold=True)) == "a[U+001B]"
