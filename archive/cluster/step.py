"""The corridor as a step of a datatrove pipeline, and the executors that run it here and on Ray.

A task is a shard. Its mark is set when its files have their names, and a task with a mark is not run again.
"""

import os
import sys
from collections.abc import Iterator
from concurrent.futures import as_completed
from pathlib import Path
from typing import Any

from datatrove.data import DocumentsPipeline
from datatrove.executor import LocalPipelineExecutor, RayPipelineExecutor
from datatrove.pipeline.base import PipelineStep
from datatrove.utils.logging import logger
from datatrove.utils.stats import PipelineStats
from loky import ProcessPoolExecutor
from loky.process_executor import BrokenProcessPool

from archive.cluster.plan import Place
from archive.cluster.shard import restore_shard
from pipelines import worker

KILLS = 3  # pools that break under a run before it gives up: as often as datatrove sends a task to Ray again


def quiet() -> None:
    """Leave this process's terminal to its own progress: what tasks do stands in their logs."""
    logger.remove()
    logger.add(sys.stderr, level="WARNING", format="{message}")


class Restore(PipelineStep):  # type: ignore[misc]
    """Restores the shard of its rank. It takes no documents and gives none: they are in the shard's files."""

    name = "restore"
    type = "corridor"

    def __init__(self, folder: str, warc_dir: str, patience: float) -> None:
        super().__init__()
        self.folder = folder
        self.warc_dir = warc_dir
        self.patience = patience

    def run(self, data: DocumentsPipeline, rank: int = 0, world_size: int = 1) -> Iterator[object]:
        """Restore, and count in datatrove's statistics."""
        done = restore_shard(Place(Path(self.folder), rank), Path(self.warc_dir), self.patience)
        self.stat_update("pages", value=done.pages)
        self.stat_update("documents", value=done.documents)
        for code, number in done.rejected.items():
            self.stat_update(f"rejected_{code}", value=number)
        self.stat_update("problems", value=len(done.problems))
        yield from ()


class HereExecutor(LocalPipelineExecutor):  # type: ignore[misc]
    """datatrove's local executor with processes that may be killed.

    Its own pool (0.10) waits for ever for a worker that was killed. Here the shards that have no mark yet are begun
    again in new processes.
    """

    def run(self) -> PipelineStats:
        """Run all tasks that have no mark."""
        self.save_executor_as_json()
        done = PipelineStats()
        for _ in range(KILLS):
            if not (ranks := self.get_incomplete_ranks()):
                break
            try:
                done += sum(self._ran(ranks), start=PipelineStats())
            except BrokenProcessPool:
                logger.warning("a worker was killed: shards without a mark are begun again")
        with self.logging_dir.open("stats.json", "wt") as out:
            done.save_to_disk(out)
        return done

    def _ran(self, ranks: list[int]) -> Iterator[PipelineStats]:
        """What each task gave; when all have ended, the first of their exceptions."""
        count = min(self.workers, len(ranks))
        with ProcessPoolExecutor(count, initializer=_begin, initargs=(os.getpid(),)) as pool:
            futures = [pool.submit(self._run_for_rank, rank, 1) for rank in ranks]  # 1: log to its file alone
            broken = None
            for future in as_completed(futures):
                error = future.exception()
                if error is None:
                    yield future.result()
                broken = broken or error
            if broken:
                raise broken


def _begin(parent: int) -> None:
    """What goes wrong in a task stands in its log, and the run says it in a line: not in a page of datatrove's, too."""
    worker.end_with(parent)
    sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115 (as long as the process lives)


class RayExecutor(RayPipelineExecutor):  # type: ignore[misc]
    """datatrove's executor on Ray with one Ray task a shard: Ray begins one again whose process or machine is lost.

    Its own actors (0.10) hand each shard to a pool in them, which waits for ever for a process that was killed.
    """

    def run(self) -> PipelineStats:
        """Run all tasks that have no mark, so many at a time."""
        import ray

        self.save_executor_as_json()
        needs = {"num_cpus": self.cpus_per_task, "memory": int(self.mem_per_cpu_gb * self.cpus_per_task * (1 << 30))}
        task, here = ray.remote(max_retries=KILLS, **needs)(_on_ray), ray.put(self)
        waiting, flight, done, broken = self.get_incomplete_ranks(), list[Any](), PipelineStats(), list[Exception]()
        while waiting or flight:
            while waiting and len(flight) < self.workers:
                flight.append(task.remote(here, waiting.pop(0)))
            (ended,), flight = ray.wait(flight)
            try:
                done += ray.get(ended)
            except ray.exceptions.RayError as error:  # the others are done first
                broken.append(getattr(error, "cause", None) or error)
        with self.logging_dir.open("stats.json", "wt") as out:
            done.save_to_disk(out)
        if broken:
            raise broken[0]
        return done


def _on_ray(executor: RayExecutor, rank: int) -> PipelineStats:
    return executor._run_for_rank(rank, 1)
