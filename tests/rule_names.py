"""The names that the corridor writes into the archive, read off its source and off what it does with pages."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from pipelines import rules
from pipelines.document import Outcome
from pipelines.taxonomy import Handler

PIPELINES = Path(__file__).parent.parent / "pipelines"
# Where each constructor takes the name: (kind of handler, position, keyword).
SITES = {
    "Proposal": ("edit", 3, "rule"),
    "Verdict": ("edit", 1, "voter"),
    "Gap": ("gap", 2, "kind"),
    "Mark": ("mark", 3, "kind"),
    "Spot": ("mark", 2, "kind"),
    "Rejected": ("rejection", 0, "reason"),
    "cut": ("edit", 0, "rule"),  # Line.cut
}
REASONS = ("Why", "tuple[str, str]")  # what a function returns that chooses the rule: the rule and its evidence


def written() -> frozenset[Handler]:
    """What stands in the source as a name: literals at the places where names are given, and the cutting rules."""
    found = {name for path in _modules() for name in _names(ast.parse(path.read_text(encoding="utf-8")))}
    asked = {Handler("edit", rule.__name__) for rule in (*rules.HEAD, *rules.TAIL, *rules.ANYWHERE)}
    return frozenset(found | asked)


def literals() -> frozenset[str]:
    """Every string and every function's name in the corridor: what a name that is made elsewhere is made of."""
    found: set[str] = set()
    for path in _modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
            elif isinstance(node, ast.FunctionDef):
                found.add(node.name)
    return frozenset(found)


def acted(outcomes: Iterable[Outcome]) -> frozenset[Handler]:
    """What a restoration of pages wrote."""
    return frozenset(name for outcome in outcomes for name in _of(outcome))


def _of(outcome: Outcome) -> Iterator[Handler]:
    yield from (Handler("edit", step.rule) for edit in outcome.edits for step in edit.steps)
    yield from (Handler("gap", gap.kind) for gap in outcome.gaps)
    yield from (Handler("mark", mark.kind) for mark in getattr(outcome, "marks", ()))
    yield from (Handler("damage", kind) for document in outcome.documents for kind in document.damage)
    if outcome.rejected:
        yield Handler("rejection", outcome.rejected.split(":")[0])


def _modules() -> list[Path]:
    return [path for path in sorted(PIPELINES.rglob("*.py")) if path.name != "taxonomy.py"]


def _names(tree: ast.Module) -> Iterator[Handler]:
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.returns and ast.unparse(node.returns) in REASONS:
            yield from _reasons(node, constants)
        if not isinstance(node, ast.Call):
            continue
        called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if called not in SITES or _keeps(node, called):
            continue
        kind, position, keyword = SITES[called]
        given = next((word.value for word in node.keywords if word.arg == keyword), None)
        # `*match.span()` stands for two.
        places = [arg for arg in node.args for _ in range(1 + isinstance(arg, ast.Starred))]
        given = given or (places[position] if position < len(places) else None)
        yield from (Handler(kind, name) for name in _values(given, constants, kind))


def _reasons(function: ast.FunctionDef, constants: dict[str, str]) -> Iterator[Handler]:
    for node in ast.walk(function):
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple):
            yield from (Handler("edit", name) for name in _values(node.value.elts[0], constants, "edit") if name)


def _keeps(call: ast.Call, called: str) -> bool:
    """A verdict that keeps a block stands in no ledger."""
    first = call.args[0] if call.args else None
    return called == "Verdict" and isinstance(first, ast.Constant) and first.value is True


def _values(given: ast.expr | None, constants: dict[str, str], kind: str) -> Iterator[str]:
    if isinstance(given, ast.IfExp):
        yield from (*_values(given.body, constants, kind), *_values(given.orelse, constants, kind))
    elif isinstance(given, ast.Name) and given.id in constants:
        yield constants[given.id]
    elif isinstance(given, ast.JoinedStr):
        yield from _values(given.values[0], constants, kind)
    elif isinstance(given, ast.Constant) and isinstance(given.value, str):
        yield given.value.split(":")[0] if kind == "rejection" else given.value
