"""python -m benchmarks.shared: what a shared frontier costs and gains: one process alone, then workers on one Redis.

Every crawl asks the same simulated site, on loopback, for the same pages, which are captured, noted and not restored:
restoration costs the same either way, and would hide what is measured. With delays off the processor is the bound: what
counts is its time a page (startup and the first pages of each process are left out) and what Redis takes. With delays
on the hosts are the bound: more workers must not ask them any faster. Needs redis-server (Debian's).
"""

import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import redis

from benchmarks.crawl_runs import WARM
from benchmarks.crawling import HOSTS, served

CONF = Path(__file__).parent.parent / "deploy" / "redis.conf"
POLITE = {"DOWNLOAD_DELAY": 1, "CONCURRENT_REQUESTS_PER_DOMAIN": 1}

Figures = dict[str, Any]


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--pages", default=800, show_default=True, type=click.IntRange(WARM + 200), help="For each worker.")
@click.option("--polite-pages", default=30, show_default=True, type=click.IntRange(10), help="Of a host, delays on.")
@click.option("--workers", default="1,2,4", show_default=True, help="How many share the frontier, in turn.")
def main(pages: int, polite_pages: int, workers: str) -> None:
    """Processor time a page and pages a second, by number of workers, with delays off and on."""
    counts = [0, *map(int, workers.split(","))]  # 0: one process with the frontier in its archive
    click.echo(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors; {HOSTS} hosts")
    for count in counts:
        with served(max(count, 1) * pages // HOSTS) as port:
            click.echo(f"delays off, {name(count)}: {fast(crawled(count, port, {}))}")
    for count in counts:
        with served(polite_pages) as port:
            click.echo(f"delay {POLITE['DOWNLOAD_DELAY']} s, {name(count)}: {polite(crawled(count, port, POLITE))}")


def name(count: int) -> str:
    """What crawls."""
    return f"{count} sharing" if count else "by itself"


def crawled(count: int, port: int, more: Figures) -> Figures:
    """So many workers, from beginning to end."""
    with tempfile.TemporaryDirectory() as folder, server(Path(folder)) as client:
        place = client.connection_pool.connection_kwargs["port"]
        shared = {"SHARED_FRONTIER": f"redis://127.0.0.1:{place}/0"} if count else {}
        began = client.info("cpu")
        processes = [begun(Path(folder) / str(n), port, more | shared) for n in range(max(count, 1))]
        said = [process.communicate() for process in processes]
        for process, (_, errors) in zip(processes, said, strict=True):
            if process.returncode:
                raise click.ClickException(errors[-2000:])
        ended = client.info("cpu")
        archives = [Path(folder) / str(n) / "archive.db" for n in range(len(processes))]
        fetches = [row for archive in archives for row in asked(archive)]
        own = sum(ended[f"used_cpu_{kind}"] - began[f"used_cpu_{kind}"] for kind in ("user", "sys"))
        return {
            "workers": [json.loads(out.splitlines()[-1]) for out, _ in said],
            "fetches": fetches,
            "redis_cpu": own,
            "calls": calls(client),
            "bytes": client.info("memory")["used_memory"],
        }


@contextmanager
def server(folder: Path) -> Iterator[Any]:
    """A Redis as `deploy/redis.conf` has it, in a folder that goes away."""
    if not (program := shutil.which("redis-server")):
        raise click.ClickException("redis-server is missing: apt-get install redis-server")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (folder / "redis").mkdir()
    words = [program, str(CONF), "--port", str(port), "--dir", str(folder / "redis"), "--logfile", "redis.log"]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    client = redis.Redis(port=port, decode_responses=True)
    try:
        while not answers(client):
            time.sleep(0.05)
        yield client
    finally:
        process.kill()
        process.wait()


def answers(client: Any) -> bool:
    """Whether it is there."""
    try:
        return bool(client.ping())
    except redis.ConnectionError:
        return False


def calls(client: Any) -> int:
    """Scripts that ran."""
    stats: Figures = client.info("commandstats")
    return int(stats.get("cmdstat_evalsha", {}).get("calls", 0))


def begun(folder: Path, port: int, more: Figures) -> "subprocess.Popen[str]":
    """One worker."""
    folder.mkdir()
    urls = ",".join(f"http://www.site{n}.test:{port}/" for n in range(HOSTS))
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks.crawl_runs", "fetching", str(folder), urls, json.dumps(more)], text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ | {"SCRAPY_SETTINGS_MODULE": "crawler.settings"},
    )  # fmt: skip


def asked(archive: Path) -> list[tuple[str, str]]:
    """Addresses that were asked for, and when."""
    with sqlite3.connect(archive) as db:
        return db.execute("SELECT url, fetched_at FROM fetches WHERE url NOT LIKE '%robots.txt'").fetchall()


def fast(one: Figures) -> str:
    """What a crawl that only the processor holds up has cost."""
    workers = [worker for worker in one["workers"] if worker["pages"] > 0]
    pages = sum(worker["pages"] for worker in workers)
    cpu = sum(worker["own_cpu"] for worker in workers)
    rate = sum(worker["pages"] / worker["seconds"] for worker in workers)
    fetched = len(one["fetches"])
    twice = fetched - len({url for url, _ in one["fetches"]})
    redis_ms = 1000 * one["redis_cpu"] / fetched
    return (
        f"{1000 * cpu / pages:.2f} ms of the processor a page, and {redis_ms:.2f} of Redis's"
        f" ({one['calls'] / fetched:.1f} steps, {one['bytes'] / fetched:,.0f} bytes); {rate:.0f} pages a second;"
        f" {fetched} pages, {twice} twice; by worker {', '.join(str(worker['pages'] + WARM) for worker in workers)}"
    )


def polite(one: Figures) -> str:
    """How fast hosts were asked that want a delay."""
    times = sorted(datetime.fromisoformat(at) for _, at in one["fetches"])
    seconds = (times[-1] - times[0]).total_seconds()
    return f"{(len(times) - 1) / seconds:.2f} pages a second, {(len(times) - 1) / seconds / HOSTS:.2f} of each host"


if __name__ == "__main__":
    main()
