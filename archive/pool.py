"""Restoration in worker processes: results in the order of the jobs, whatever becomes of a worker.

When the pool breaks, each page in flight runs again alone; one that kills its worker twice is rejected as that.
"""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from concurrent.futures import TimeoutError as OutOfTime
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import chain, islice

from loky import ProcessPoolExecutor, get_reusable_executor

from pipelines import worker
from pipelines.document import Knowledge, Outcome, Page, PageRules

FEW = 8  # jobs that are done before a pool would have started (about 2 s with trafilatura's imports)
AHEAD = 4  # jobs in flight for each worker: enough to keep it busy, few enough to hold in memory
KILLS = 2  # workers that a page may end while it runs alone, before it is rejected
PATIENCE = 120.0  # seconds for one page; what decides should be countable, this is the last resort


@dataclass(frozen=True, slots=True)
class Job:
    """What the corridor is called with."""

    article: tuple[Page, ...]
    knowledge: Knowledge
    rules: PageRules


Work = Callable[[tuple[Page, ...], Knowledge, PageRules], Outcome]


@dataclass(frozen=True, slots=True)
class Crew:
    """Who works, at what, and how long one page may take."""

    work: Work
    workers: int
    patience: float  # seconds


def restored(
    jobs: Iterable[Job], work: Work = worker.restore, *, workers: int | None = None, patience: float | None = None
) -> Iterator[Outcome]:
    """The outcome of each job, in order. With a `patience` no page is restored where it could not be given up."""
    jobs = iter(jobs)
    first = list(islice(jobs, FEW))
    if len(first) < FEW and patience is None:
        yield from (work(job.article, job.knowledge, job.rules) for job in first)
    elif first:
        crew = Crew(work, workers or os.cpu_count() or 1, PATIENCE if patience is None else patience)
        yield from _pooled(chain(first, jobs), crew)


def _pooled(jobs: Iterator[Job], crew: Crew) -> Iterator[Outcome]:
    flight: deque[tuple[Job, Future[bytes]]] = deque()
    try:
        for job in jobs:
            flight.append((job, _submit(job, crew)))
            if len(flight) >= AHEAD * crew.workers:
                yield from _landed(flight, crew)
        while flight:
            yield from _landed(flight, crew)
    finally:
        # The workers end with the thread that started them (`worker.end_with`): while it lives they are ended in order,
        # or the interpreter's exit would wait for a pool whose processes were killed under it.
        _executor(crew.workers).shutdown(wait=True, kill_workers=True)


def _landed(flight: deque[tuple[Job, "Future[bytes]"]], crew: Crew) -> Iterator[Outcome]:
    """The oldest job's outcome; where the pool broke under it, all that were in flight, each alone."""
    job, future = flight.popleft()
    try:
        yield worker.unpacked(future.result(crew.patience), job.article)
    except (BrokenProcessPool, OutOfTime):
        again = [job, *(other for other, _ in flight)]
        flight.clear()
        _executor(crew.workers, anew=True)
        yield from (_alone(one, crew) for one in again)


def _alone(job: Job, crew: Crew) -> Outcome:
    """A job with the pool to itself: only here is it known who killed a worker."""
    for _ in range(KILLS):
        try:
            return worker.unpacked(_submit(job, crew).result(crew.patience), job.article)
        except BrokenProcessPool:
            reason = "worker-killed: the page ended its worker process twice (retryable)"
        except OutOfTime:
            reason = f"timeout: not restored within {crew.patience:g} s (retryable)"
            _executor(crew.workers, anew=True)
            break
    return Outcome(job.article, job.knowledge.id, job.rules, rejected=reason)


def _submit(job: Job, crew: Crew) -> "Future[bytes]":
    try:
        future: Future[bytes] = _executor(crew.workers).submit(
            worker.packed, crew.work, job.article, job.knowledge, job.rules
        )
    except BrokenProcessPool as broken:  # by an earlier job, whose result says so when its turn comes
        future = Future()
        future.set_exception(broken)
    return future


def _executor(workers: int, *, anew: bool = False) -> ProcessPoolExecutor:
    """The pool: the one there is, or a new one whose forerunner's processes are killed."""
    return get_reusable_executor(
        max_workers=workers,
        kill_workers=anew,
        reuse=False if anew else "auto",
        initializer=worker.end_with,
        initargs=(os.getpid(),),
    )
