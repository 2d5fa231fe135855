"""Where a plan's shards are restored: on this machine, on Ray, on Slurm. What is done is not done again."""

import logging
import os
import secrets
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archive.cluster.plan import LOGS, Place, alone, load, places
from archive.errors import ArchiveError
from archive.progress import Progress

if TYPE_CHECKING:
    from datatrove.pipeline.base import PipelineStep

ROOT = Path(__file__).resolve().parent.parent.parent
INSTALL = f"{sys.executable} -m pip install -r {ROOT / 'requirements-cluster.txt'}"
NEEDED = {"local": ("datatrove",), "ray": ("datatrove", "ray"), "slurm": ("datatrove",)}
LOOK_EVERY = 0.5  # seconds between two looks at the marks
MEMORY = 2  # GB for each task: a worker has 0.4, and the pages that it holds; datatrove's usual


@dataclass(frozen=True, slots=True)
class How:
    """What a run takes."""

    on: str = "local"  # local, ray, slurm
    workers: int = 1  # tasks at a time
    patience: float = 120.0  # seconds for a page
    partition: str = ""  # of Slurm
    hours: int = 24  # that Slurm gives to a task


def run(folder: Path, warc_dir: Path | None, how: How, progress: Progress) -> list[Place]:
    """Restore the shards that have no mark; those that are not done when it ends (on Slurm: those that were sent)."""
    _need(NEEDED[how.on])
    plan = load(folder)
    plan.check()
    captures = (warc_dir or Path(plan.warc_dir)).resolve()
    if not captures.is_dir():
        raise ArchiveError(f"the captures are not at {captures}. Name their folder: --warc-dir")
    with alone(folder):
        every = places(folder.resolve(), plan)
        if not all(place.mark.exists() for place in every):
            _refuse_sent(folder)
        _tidy(every)
        waiting = [place for place in every if not place.mark.exists()]
        if waiting:
            from archive.cluster.step import Restore, quiet  # datatrove may not be there

            quiet()
            step = Restore(str(folder.resolve()), str(captures), how.patience)
            with _shown(every, progress):
                ENGINES[how.on](step, folder.resolve(), len(every), how)
        return [place for place in every if not place.mark.exists()]


def _need(packages: tuple[str, ...]) -> None:
    missing = [name for name in packages if find_spec(name) is None]
    if missing:
        raise ArchiveError(f"{' and '.join(missing)} is not installed here: {INSTALL}")


def _refuse_sent(folder: Path) -> None:
    """Raise where Slurm has a job of this plan that waits or runs: each would write what the other writes."""
    if not shutil.which("squeue"):
        return
    words = ["squeue", "--noheader", "--format=%F", f"--name={_name(folder)}"]  # %F: a number for all tasks of a job
    done = subprocess.run(words, capture_output=True, text=True)
    jobs = sorted(set(done.stdout.split())) if done.returncode == 0 else []  # a cluster that is away has taken no job
    if jobs:
        raise ArchiveError(
            f"Slurm's job {jobs[0]} restores this plan already: wait for it (squeue --job={jobs[0]}),"
            f" or end it first: scancel {jobs[0]}"
        )


def _name(folder: Path) -> str:
    """Under which Slurm knows the jobs of a plan."""
    return f"restore-{sha256(str(folder.resolve()).encode()).hexdigest()[:12]}"


def _tidy(every: list[Place]) -> None:
    """Marks without files (somebody removed them) and files that a kill left half written."""
    for place in every:
        if not (place.archive.exists() and place.parquet.exists()):
            place.mark.unlink(missing_ok=True)
        for target in (place.archive, place.parquet):
            for part in target.parent.glob(f".{target.name}*.part"):
                part.unlink()


@contextmanager
def _shown(every: list[Place], progress: Progress) -> Iterator[None]:
    """Progress by the marks, whoever sets them."""
    done = sum(place.mark.exists() for place in every)
    progress.start("shards", len(every))
    progress.step(done)
    ended = threading.Event()

    def look() -> None:
        seen = done
        while not ended.wait(LOOK_EVERY):
            now = sum(place.mark.exists() for place in every)
            progress.step(now - seen)
            seen = now

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()
        progress.stop()


def _local(step: "PipelineStep", folder: Path, tasks: int, how: How) -> None:
    from archive.cluster.step import HereExecutor

    HereExecutor([step], tasks=tasks, workers=how.workers, logging_dir=str(folder / LOGS)).run()


def _ray(step: "PipelineStep", folder: Path, tasks: int, how: How) -> None:
    """On the cluster that RAY_ADDRESS names, or on one that is begun here for this run.

    Ray (2.60) takes connections on all of a machine's addresses: without the token of this run nobody is answered.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    here: dict[str, Any] = {}
    if not os.environ.get("RAY_ADDRESS"):
        os.environ |= {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}
        here = {"num_cpus": how.workers, "_node_ip_address": "127.0.0.1"}
    import ray

    from archive.cluster.step import RayExecutor

    ray.init(include_dashboard=False, log_to_driver=False, logging_level=logging.ERROR, **here)
    try:
        RayExecutor(
            [step], tasks=tasks, workers=how.workers, logging_dir=str(folder / LOGS), mem_per_cpu_gb=MEMORY
        ).run()
    finally:
        ray.shutdown()


def _slurm(step: "PipelineStep", folder: Path, tasks: int, how: How) -> None:
    """An array job: sbatch takes it and this returns."""
    from datatrove.executor import SlurmPipelineExecutor

    if not shutil.which("sbatch"):
        raise ArchiveError("sbatch is not here: run this on a machine of the Slurm cluster that takes jobs")
    with suppress(FileNotFoundError):
        shutil.rmtree(folder / LOGS / "slurm_logs")
    executor = SlurmPipelineExecutor(
        [step], tasks=tasks, workers=how.workers, time=f"{how.hours}:00:00", partition=how.partition, qos="",
        mem_per_cpu_gb=MEMORY, job_name=_name(folder), logging_dir=str(folder / LOGS),
        env_command=f"cd {ROOT}; export PATH={Path(sys.executable).parent}:$PATH PYTHONPATH={ROOT}",
    )  # fmt: skip
    try:
        executor.run()
    except subprocess.CalledProcessError as error:
        raise ArchiveError(
            f"sbatch did not take the job ({error}). Its script is {folder / LOGS}/launch_script.slurm"
        ) from error


ENGINES = {"local": _local, "ray": _ray, "slurm": _slurm}
