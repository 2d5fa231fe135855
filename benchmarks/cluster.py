"""python -m benchmarks.cluster: documents a second of the processor, of a datatrove job and of a local rebuild.

Both restore the same captures of a simulated site from the same archive without documents, in turn, in processes of
their own. All processor time is counted, that of workers and of what starts them too.
"""

import ctypes
import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import click

from archive.ingest import ingest
from archive.progress import Progress
from archive.store import open_archive
from archive.warc import Exchange, WarcWriter
from benchmarks.simulated import article

HOSTS = 4
PR_SET_CHILD_SUBREAPER = 36  # <linux/prctl.h>: what a command leaves behind becomes a child of this process
GOAL = 0.9  # of the local throughput
DATE = "2026-01-01T00:00:00Z"

WHOLE = ("plan", "run", "collect")

Seconds = dict[str, float]


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--pages", default=2_000, show_default=True, type=click.IntRange(100), help="Articles, over four hosts.")
@click.option("--rounds", default=3, show_default=True, type=click.IntRange(1), help="Of each, interleaved.")
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1))
@click.option("--shards", default=4, show_default=True, type=click.IntRange(1))
@click.option("--on", "on", default="local", show_default=True, type=click.Choice(["local", "ray"]))
@click.option("--json", "as_json", is_flag=True, help="The seconds of each round, as JSON.")
def main(pages: int, rounds: int, workers: int, shards: int, on: str, as_json: bool) -> None:
    """Compare; the exit status is 1 where a job has less than nine tenths of the throughput here."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
    with TemporaryDirectory(prefix="bench-cluster-") as name:
        folder = Path(name)
        _captured(folder, pages)
        found = [_round(folder, workers, shards, on, n) for n in range(rounds)]
    if as_json:
        click.echo(json.dumps(found))
    for line in _told(found, pages, on, workers, shards):
        click.echo(line)
    if _ratio(found, "run") < GOAL:
        sys.exit(1)


def _captured(folder: Path, pages: int) -> None:
    """The captures, and an archive that knows them and has no documents."""
    writer = WarcWriter(folder / "in", "bench", {})
    for number in range(pages):
        host = f"www.bench{number % HOSTS}.test"
        body = article(host, number, pages).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
        asked = f"GET /a/{number}.html HTTP/1.1\r\nHost: {host}\r\n\r\n"
        writer.exchange(Exchange(f"http://{host}/a/{number}.html", DATE, asked.encode(), b"", head.encode(), body))
    writer.close()
    db = open_archive(folder / "bare.db")
    ingest(db, folder / "warc", (str(folder / "in"),), Progress(), later=True)
    db.conn.execute("PRAGMA journal_mode = DELETE")
    db.conn.close()


def _round(folder: Path, workers: int, shards: int, on: str, number: int) -> Seconds:
    """Processor time of a rebuild and of each step of a cluster's job."""
    found: Seconds = {}
    for name in ("local", "cluster"):
        shutil.copyfile(folder / "bare.db", folder / f"{name}.db")
    steps = {
        "rebuild": ("local", ("rebuild",)),
        "plan": ("cluster", ("cluster", "plan", "plan", "--shards", str(shards))),
        "run": ("cluster", ("cluster", "run", "plan", "--workers", str(workers), "--on", on)),
        "collect": ("cluster", ("cluster", "collect", "plan")),
    }
    for name, (archive, words) in steps.items():
        found[name] = _spent(folder, [sys.executable, "-m", "archive", "--archive", f"{archive}.db", *words])
    one, two = (_documents(folder / f"{name}.db") for name in ("local", "cluster"))
    assert one == two and one, "the job gave other documents"
    click.echo(f"  round {number + 1}: {' '.join(f'{k} {v:.1f} s' for k, v in found.items())}", err=True)
    shutil.rmtree(folder / "plan")
    return found


def _spent(folder: Path, command: list[str]) -> float:
    """Seconds of the processor that a command and all that it started have had."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    root = Path(__file__).resolve().parent.parent
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": str(root)}
    )
    if done.returncode:
        raise click.ClickException(done.stderr[-2000:])
    while True:
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            break
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _documents(archive: Path) -> list[tuple[str, str]]:
    with sqlite3.connect(archive) as conn:
        return conn.execute("SELECT id, content_digest FROM documents ORDER BY id").fetchall()


def _ratio(found: list[Seconds], *steps: str) -> float:
    """The throughput of steps of a job as a share of the local one: the median of the rounds."""
    return median(one["rebuild"] / sum(one[name] for name in steps) for one in found)


def _told(found: list[Seconds], pages: int, on: str, workers: int, shards: int) -> Iterator[str]:
    local, job, plan, collect = (median(one[name] for one in found) for name in ("rebuild", "run", "plan", "collect"))
    alone, whole = _ratio(found, "run"), _ratio(found, *WHOLE)
    yield f"{pages:,} pages, {len(found)} rounds, load {os.getloadavg()[0]:.1f}; documents a second of the processor"
    yield f"rebuild here {pages / local:.1f}"
    how = f"{on}, {workers} workers, {shards} shards"
    yield f"job ({how}) {pages / job:.1f}, {alone:.0%} of it: copies are not compared yet"
    yield f"plan, job and collect {pages / (plan + job + collect):.1f}, {whole:.0%} of it"


if __name__ == "__main__":
    main()
