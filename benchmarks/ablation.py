"""What each voter of the extraction is worth: the same pages without it."""

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial

from benchmarks.figures import Figures, figures
from benchmarks.measure import run
from benchmarks.own import Progress
from benchmarks.pages import SEEDS, Case, sample_cases
from benchmarks.restorers import Restorer, blocks, learned, ours
from pipelines.document import Knowledge
from pipelines.extraction.voters import VOTERS

STRANGE = "strange"
# Named sets of cases, each with what reads it with any voters.
Sets = list[tuple[str, Callable[..., Restorer], Sequence[Case]]]


@dataclass(frozen=True, slots=True)
class Without:
    """The figures of each set of pages without one voter; `voter` is '' for all of them."""

    voter: str
    sets: dict[str, Figures]


def ablation(progress: Progress, real: Sequence[Case]) -> list[Without]:
    """All voters together, then each left out, a process a core; the order of the rows is that of the registry."""
    progress(f"ablation: {len(VOTERS)} voters left out, one at a time")
    sets = _sets(real)
    with ProcessPoolExecutor(initializer=_take, initargs=(sets,)) as pool:
        return list(pool.map(_without, (None, *(voter.name for voter in VOTERS))))


def _sets(real: Sequence[Case]) -> Sets:
    """The real pages where they are there; the sample in words that no rule knows, at first sight and known.

    The vote alone, before any rule: rules cut much of what a voter has cut, so that it is worth more than shows.
    """
    strange = [case for seed in SEEDS for case in sample_cases(seed, strange=True)]
    sample = [case for seed in SEEDS for case in sample_cases(seed)]
    known, nothing = learned(strange), Knowledge()
    sets: Sets = [
        (f"{STRANGE}, first sight", partial(ours, nothing), strange),
        (STRANGE, partial(ours, known), strange),
        ("sample, vote alone", partial(blocks, learned(sample)), sample),
    ]
    return (
        [("real", partial(ours, nothing), real), ("real, vote alone", partial(blocks, nothing), real), *sets]
        if real
        else sets
    )


_taken: list[Sets] = []  # of a worker process: what it measures on, sent once


def _take(sets: Sets) -> None:
    _taken.append(sets)


def _without(name: str | None) -> Without:
    kept = tuple(voter for voter in VOTERS if voter.name != name)
    found = {title: figures(run(reader(voters=kept), cases)) for title, reader, cases in _taken[-1]}
    return Without(name or "", found)
