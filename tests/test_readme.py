"""The README is true: its commands, options, settings, files and columns are the project's."""

import os
import re
from pathlib import Path

import pytest

from archive.verbs import NAMES
from pipelines.document import COLUMNS

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
TEXT = README.read_text(encoding="utf-8")
TABLE = re.compile(r"(<!-- columns: [^>]*-->\n).*?(<!-- end of columns -->)", re.S)


def columns() -> str:
    rows = [f"| `{column.name}` | {column.metadata['help']} |\n" for column in COLUMNS]
    return "\n| column | |\n|---|---|\n" + "".join(rows) + "\n"


def test_the_table_of_columns_is_the_declaration() -> None:
    wanted = TABLE.sub(lambda match: match[1] + columns() + match[2], TEXT)
    if os.environ.get("UPDATE_README"):
        README.write_text(wanted, encoding="utf-8")
    assert README.read_text(encoding="utf-8") == wanted, "run: UPDATE_README=1 make test"


@pytest.mark.parametrize("verb", sorted(set(re.findall(r"python -m archive ([a-z]+)", TEXT))))
def test_a_verb_is_there(verb: str) -> None:
    assert verb in NAMES


@pytest.mark.parametrize("verb", sorted(NAMES))
def test_every_verb_is_shown(verb: str) -> None:
    assert f"`python -m archive {verb}" in TEXT or f"python -m archive {verb}" in TEXT or f"`{verb}`" in TEXT


@pytest.mark.parametrize("target", sorted(set(re.findall(r"make ([a-z]+)\b(?=`|  )", TEXT))))
def test_a_make_target_is_there(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)


@pytest.mark.parametrize("setting", sorted(set(re.findall(r"`([A-Z][A-Z_]{3,})`", TEXT)) - {"LICENSE"}))
def test_a_setting_is_declared(setting: str) -> None:
    assert re.search(rf"^{setting}\b", (ROOT / "crawler" / "settings.py").read_text(encoding="utf-8"), re.M)


@pytest.mark.parametrize("path", sorted(set(re.findall(r"\]\(((?!http)[^)#]+)\)", TEXT))))
def test_a_linked_file_is_there(path: str) -> None:
    assert (ROOT / path).exists()


@pytest.mark.parametrize(
    "path", sorted(set(re.findall(r"`((?:crawler|pipelines|archive|sample|tests|benchmarks)/[\w./]*)`", TEXT)))
)
def test_a_named_file_is_there(path: str) -> None:
    assert (ROOT / path).exists() or any(word in path for word in ("x.toml", "NAME", "pages/x"))
