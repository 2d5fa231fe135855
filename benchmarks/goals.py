"""What the project set out to reach, and whether it has."""

from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.floors import LOWER


@dataclass(frozen=True, slots=True)
class Goal:
    """A limit for one figure, or for the same figure of both webs."""

    name: str
    limit: float
    form: str
    figures: tuple[str, ...]  # by the names that `Own.named` gives them; 'real: ...' is added for the real pages

    @property
    def lower(self) -> bool:
        """Whether less is better."""
        return self.figures[0].rpartition(": ")[2] in LOWER

    def row(self, found: Mapping[str, float]) -> tuple[str, ...]:
        """The goal, what was measured, and whether that reaches it."""
        values = [found[figure] for figure in self.figures]
        reached = all(value <= self.limit if self.lower else value >= self.limit for value in values)
        limit = f"{'at most' if self.lower else 'at least'} {self.limit:{self.form}}"
        shown = " / ".join(dict.fromkeys(f"{value:{self.form}}" for value in values))
        return self.name, limit, shown, "yes" if reached else "no"


def _webs(figure: str) -> tuple[str, ...]:
    return f"seed 1: {figure}", f"seed 2: {figure}"


def _facts(figure: str, *, sample: bool = True) -> tuple[str, ...]:
    return (f"facts: {figure}", *((f"facts, sample: {figure}",) if sample else ()))


GOALS = (
    Goal("real pages: text F1", 0.96, ".3f", ("real: F1",)),
    Goal("real pages: time, where trafilatura's is 1", 1, ".2f", ("real: time ratio",)),
    Goal("sample: text F1", 0.998, ".4f", _webs("F1")),
    Goal("sample: exact documents", 0.95, ".1%", _webs("exact")),
    Goal("sample: noise leak", 0.001, ".2%", _webs("leak")),
    Goal("sample: look-alikes lost", 0, ".0f", _webs("lost")),
    Goal("compilations: split precision", 0.99, ".3f", _webs("split precision")),
    Goal("compilations: split recall", 0.99, ".3f", _webs("split recall")),
    Goal("single documents: false splits", 0, ".0f", _webs("false splits")),
    Goal("words that conversion changes: precision", 0.99, ".3f", ("script: precision",)),
    Goal("words that conversion changes: recall", 0.99, ".3f", ("script: recall",)),
    Goal("clean originals: unchanged", 1, ".1%", ("clean originals: unchanged",)),
    Goal("restored documents, restored again: unchanged", 1, ".1%", ("restored documents: unchanged",)),
    Goal("copies: pairwise F1 of families", 0.98, ".4f", ("families: F1",)),
    Goal("documents that only share phrases: joined", 0, ".0f", ("families: joined",)),
    Goal("facts: page date (own pages / sample)", 0.97, ".1%", _facts("published")),
    Goal("facts: signing date", 0.97, ".1%", _facts("signed on")),
    Goal("facts: era", 0.97, ".1%", _facts("era", sample=False)),
    Goal("facts: redated, precision", 0.98, ".3f", _facts("redated precision")),
    Goal("facts: redated, recall", 0.95, ".3f", _facts("redated recall")),
    Goal("facts: masks and number damage, F1 of spans", 0.98, ".3f", _facts("damage F1", sample=False)),
    Goal("facts: genre", 0.95, ".1%", _facts("genre", sample=False)),
    Goal("facts: signature", 0.98, ".1%", _facts("signed by")),
    Goal("facts: place", 0.95, ".1%", _facts("place", sample=False)),
)


def goals(found: Mapping[str, float]) -> list[tuple[str, ...]]:
    """A row for each goal whose figures were measured."""
    return [goal.row(found) for goal in GOALS if all(figure in found for figure in goal.figures)]
