"""Restorers beside each other on the same cases: what each read, and its processor time a page."""

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from time import process_time

from benchmarks.pages import Case
from benchmarks.restorers import Part, Restorer, forget

WARM_UP = 3  # cases that each restorer reads before the clock runs: tables are built, modules loaded

Reads = tuple[tuple[Part, ...], ...]


@dataclass(frozen=True, slots=True)
class Run:
    """What one restorer made of a set of cases."""

    restorer: Restorer
    cases: tuple[Case, ...]
    reads: Reads  # the documents of each case
    seconds: float  # of processor time a page: the sum of each case's median over the rounds

    def of_kind(self, kind: str) -> "Run":
        """The same for the cases of one kind; the time is that of all."""
        kept = [(case, read) for case, read in zip(self.cases, self.reads, strict=True) if case.kind == kind]
        return Run(self.restorer, tuple(case for case, _ in kept), tuple(read for _, read in kept), self.seconds)


def run(restorer: Restorer, cases: Sequence[Case]) -> Run:
    """One restorer, without a clock."""
    return Run(restorer, tuple(cases), tuple(tuple(restorer.read(case)) for case in cases), 0.0)


def race(
    restorers: Sequence[Restorer], cases: Sequence[Case], rounds: int, progress: Callable[[], None] = lambda: None
) -> list[Run]:
    """All of them in turn on each case, `rounds` times over, so that what slows the machine slows all alike."""
    for restorer in restorers:
        for case in cases[:WARM_UP]:
            restorer.read(case)
    reads: list[list[tuple[Part, ...]]] = [[] for _ in restorers]
    times: list[list[list[float]]] = [[[] for _ in cases] for _ in restorers]
    for lap in range(rounds):
        gc.collect()
        forget()  # what this page left in a memo a lap ago; what other pages left there helps in a crawl too
        for n, case in enumerate(cases):
            for who, restorer in enumerate(restorers):
                began = process_time()
                parts = restorer.read(case)
                times[who][n].append(process_time() - began)
                if not lap:
                    reads[who].append(tuple(parts))
            progress()
    pages = sum(len(case.pages) for case in cases)
    return [
        Run(restorer, tuple(cases), tuple(reads[who]), sum(map(median, times[who])) / pages)
        for who, restorer in enumerate(restorers)
    ]
