"""The layers hold: pipelines knows neither Scrapy nor SQLite nor what is above it; archive does not know crawler."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FORBIDDEN = {
    "pipelines": {"crawler", "archive", "scrapy", "sqlite3", "sqlite_utils", "sample"},
    "archive": {"crawler", "scrapy", "sample"},
    "crawler": {"sample"},
    "sample": {"crawler", "archive", "pipelines", "scrapy"},
}
DOOR = ROOT / "pipelines" / "items.py"  # the one item pipeline: it joins Scrapy, the corridor and the archive


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("layer", sorted(FORBIDDEN))
def test_a_layer_imports_only_what_lies_below_it(layer: str) -> None:
    modules = [path for path in (ROOT / layer).rglob("*.py") if path != DOOR]
    assert modules
    wrong = {str(path.relative_to(ROOT)): imported(path) & FORBIDDEN[layer] for path in modules}
    assert not {path: names for path, names in wrong.items() if names}


def test_no_stage_hands_over_an_untyped_bag() -> None:
    for path in (ROOT / "pipelines").rglob("*.py"):
        assert "dict[str, Any]" not in path.read_text(encoding="utf-8"), path


def test_every_module_says_what_it_knows() -> None:
    for layer in FORBIDDEN:
        for path in (ROOT / layer).rglob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            assert ast.get_docstring(tree) or not tree.body, f"{path} has no docstring"


def named(layer: str) -> set[str]:
    """The words of a package's map."""
    told = ast.get_docstring(ast.parse((ROOT / layer / "__init__.py").read_text("utf-8"))) or ""
    return {word.strip(",;:`.") for word in told.split()}


def test_the_map_of_the_corridor_names_every_module() -> None:
    assert {path.stem for path in (ROOT / "pipelines").rglob("[!_]*.py")} - named("pipelines") - {"process"} == set()


def test_the_map_of_the_archive_names_every_module_and_every_folder() -> None:
    top = ROOT / "archive"
    folders = {f"{path.parent.name}/" for path in top.glob("*/__init__.py")}
    assert ({path.stem for path in top.glob("[!_]*.py")} | folders) - named("archive") == set()
