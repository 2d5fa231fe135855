"""The Tab key, in a real shell."""

import subprocess
import sys
from pathlib import Path

import pytest
from archive_cases import URL, outcome
from small_site import program

from archive.store import Fetch, add, add_fetch, begin_crawl, open_archive
from pipelines.document import article_id

ROOT = Path(__file__).parent.parent
ID = f"{article_id(URL)}-a"
PRESSED = """
eval "$({python} -m archive completion bash)"
cd /
COMP_WORDS=({words})
COMP_CWORD={last}
_archive_completion
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("completion") / "archive.db"
    db = open_archive(path)
    add_fetch(db, Fetch(begin_crawl(db, "test", "{}"), URL, 200, "2026-01-01T00:00:00Z", "", "", "a.warc.gz", 1, 1))
    add(db, outcome("各位领导：本年度科普工作扎实推进。", keys=("a",)))
    db.close()
    return path


def bash(script: str, archive: Path) -> list[str]:
    environment = {"PATH": "/usr/bin:/bin", "ARCHIVE": str(archive)}
    ran = subprocess.run(["bash", "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert not ran.stderr
    return ran.stdout.split()


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("archive se", {"search", "serve"}),
        ("archive export --gen", {"--genre"}),
        ("archive export --format ju", set()),
        ("archive export --format js", {"jsonl"}),
        (f"archive show {ID[:5]}", {ID}),
        ("archive search --site www.", {"www.example.test"}),
        ("archive show zz", set()),
    ],
)
def test_bash_offers(words: str, offered: set[str], archive: Path) -> None:
    script = PRESSED.format(python=sys.executable, words=words, last=len(words.split()) - 1)
    assert set(bash(script, archive)) == offered


def test_the_short_name_runs_the_command_from_anywhere(archive: Path) -> None:
    found = bash(f'eval "$({sys.executable} -m archive completion bash)"\ncd /\narchive show {ID} --json', archive)
    assert ID in "".join(found)


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_the_script_is_good_for_its_shell(shell: str) -> None:
    script = subprocess.run(
        [sys.executable, "-m", "archive", "completion", shell], cwd=ROOT, capture_output=True, check=True
    ).stdout
    assert b"%(" not in script and b"-m archive" in script
    subprocess.run([program(shell, shell), "-n", "-c", script.decode()], check=True)
