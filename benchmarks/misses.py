"""Where this project falls short: each document that is not exact, with what differs, and the worst real pages."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from benchmarks.figures import judge
from benchmarks.measure import Run
from benchmarks.own import Own
from benchmarks.pages import Case, Truth
from benchmarks.restorers import Part
from benchmarks.scores import grams, hits, similarity

AROUND = 4  # characters shown on either side of a difference
SHOWN = 6  # differences of a document
WORST = 10  # real pages


def misses(own: Own, real: Run | None) -> Iterator[str]:
    """A line for each shortfall."""
    for seed, run in own.known.items():
        for case, parts in zip(run.cases, run.reads, strict=True):
            yield from (f"seed {seed} {line}" for line in _of_case(case, parts))
    yield from (f"changed on a bare page: {name}" for name in (*own.originals.changed, *own.restored.changed))
    if real:
        yield from _worst(real)


def _of_case(case: Case, parts: Sequence[Part]) -> Iterator[str]:
    judged = judge(case, parts)
    where = f"{case.kind} {case.name}"
    if len(parts) != len(case.truths):
        yield f"{where}: {len(parts)} documents instead of {len(case.truths)}"
    yield from (f"{where}: leaks {string}" for string in judged.leaks)
    yield from (f"{where}: lost {string}" for string in judged.lost)
    if judged.exact < len(case.truths):
        for number, truth in enumerate(case.truths, 1):
            differences = _differences(truth, parts)
            if differences:
                yield f"{where}#{number}: {'; '.join(differences[:SHOWN])}"


def _differences(truth: Truth, parts: Sequence[Part]) -> list[str]:
    """What the most similar part has otherwise: before[gold|read]after."""
    gold = "".join(truth.lines(truth.text))
    read = max(("".join(truth.lines(part.hans)) for part in parts), key=lambda text: similarity(text, gold), default="")
    return [
        f"{gold[max(0, a - AROUND) : a]}[{gold[a:b]}|{read[c:d]}]{gold[b : b + AROUND]}"
        for kind, a, b, c, d in SequenceMatcher(None, gold, read, autojunk=False).get_opcodes()
        if kind != "equal"
    ]


def _worst(real: Run) -> Iterator[str]:
    scored = []
    for case, parts in zip(real.cases, real.reads, strict=True):
        text, gold = "\n".join(part.published for part in parts), case.truths[0].text
        found = hits(text, gold)
        lacking, surplus = (grams(gold) - grams(text)).total(), (grams(text) - grams(gold)).total()
        scored.append((found.true, f"real {case.name}: {found.true:.3f} right, {lacking} missed, {surplus} too much"))
    yield from (line for _, line in sorted(scored)[:WORST])
