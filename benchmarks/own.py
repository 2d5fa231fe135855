"""What is measured of this project alone: the sample with and without knowledge, script, identity. No clock, no peers.

The figures by name that `floors.py` pins.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.conversion import Conversions, conversions, total
from benchmarks.figures import Figures, figures
from benchmarks.measure import Run, run
from benchmarks.pages import SEEDS, Case, bare, clean_cases, sample_cases
from benchmarks.restorers import FIRST_SIGHT, OURS, Restorer, learned, ours
from pipelines.document import Knowledge

Progress = Callable[[str], None]  # told of each step before it begins


@dataclass(frozen=True, slots=True)
class Clean:
    """What became of documents on bare pages."""

    documents: int
    unchanged: int
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Own:
    """All that is measured of this project on the sample."""

    known: dict[int, Run]  # by seed: what a crawl restores once it knows the hosts
    first: dict[int, Run]  # by seed: a page that comes alone
    converted: Conversions  # both seeds
    originals: Clean
    restored: Clean

    def named(self) -> dict[str, float]:
        """Every figure under the name that its floor has."""
        found: dict[str, float] = {}
        for seed, one in self.known.items():
            found |= _named(f"seed {seed}", figures(one))
        for seed, one in self.first.items():
            some = _named(f"seed {seed}, first sight", figures(one))
            found |= {name: value for name, value in some.items() if name.endswith(("F1", "exact", "leak", "lost"))}
        converted = total(self.converted, OURS)
        words = converted.words.score
        found |= {"script: edits in 1,000": converted.rate, "script: precision": words.precision}
        found |= {"script: recall": words.recall}
        found["clean originals: unchanged"] = self.originals.unchanged / self.originals.documents
        found["restored documents: unchanged"] = self.restored.unchanged / self.restored.documents
        return found


def own(progress: Progress) -> Own:
    """Restore the sample and measure it; less than half a minute on one core."""
    known: dict[int, Run] = {}
    first: dict[int, Run] = {}
    for seed in SEEDS:
        progress(f"sample, seed {seed}: this project")
        cases = sample_cases(seed)
        first[seed] = run(ours(Knowledge(), FIRST_SIGHT), cases)
        known[seed] = run(ours(learned(cases)), cases)
    return measured(known, first, progress)


def measured(known: dict[int, Run], first: dict[int, Run], progress: Progress) -> Own:
    """The same of runs that were made already."""
    progress("script: against the originals")
    converted = conversions(known.values())
    progress("clean documents: restored again")
    restored = [case for one in known.values() for case in again(one)]
    return Own(known, first, converted, _clean(clean_cases()), _clean(restored))


def _clean(cases: Sequence[Case]) -> Clean:
    changed = changed_cases(ours(Knowledge()), cases)
    return Clean(len(cases), len(cases) - len(changed), changed)


def changed_cases(restorer: Restorer, cases: Sequence[Case]) -> tuple[str, ...]:
    """The names of the documents on bare pages that did not come back to the letter."""
    return tuple(
        case.name
        for case, parts in zip(cases, run(restorer, cases).reads, strict=True)
        if [part.published for part in parts] != [truth.text for truth in case.truths]
    )


def again(measured: Run) -> list[Case]:
    """Every document of a run on a bare page: what was restored is clean, so that nothing is left to do."""
    return [
        bare(f"{case.name}#{n}", part.title, part.published)
        for case, parts in zip(measured.cases, measured.reads, strict=True)
        for n, part in enumerate(parts, 1)
    ]


def _named(name: str, found: Figures) -> dict[str, float]:
    figures_ = {
        "precision": found.text.precision, "recall": found.text.recall, "F1": found.text.f1, "exact": found.exact,
        "paragraphs": found.paragraphs, "leak": found.leak, "lost": found.lost,
        "split precision": found.split.precision, "split recall": found.split.recall,
        "false splits": found.false_splits,
    }  # fmt: skip
    return {f"{name}: {key}": value for key, value in figures_.items()}
