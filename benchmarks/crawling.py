"""python -m benchmarks.crawling: what a crawl costs beside a bare Scrapy spider on the same simulated site, in one run.

Each crawl is a process of its own against one local server with delays off; rounds are interleaved, medians are told.
Corridor and capture are also measured apart, on the pages of the same site, so that the whole has a sum to be held
against; storing, which is in none of the goal's parts, is told beside them. `--pages 100000 --only memory` shows
whether memory grows with the pages.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

import click
from sqlite_utils import Database

from archive import store
from archive.store import Fetch
from archive.warc import Exchange
from benchmarks.simulated import article
from crawler.archivist import Archivist, Begin
from pipelines.document import Knowledge, Page, PageRules
from pipelines.items import GROUP
from pipelines.process import restore

KINDS = ("bare", "fetching", "whole")
HOSTS = 4
APART = 150  # pages that corridor and capture are measured on apart
THROUGHPUT, OVERHEAD, LAG, GROWTH = 0.75, 1.15, 0.050, 1.10  # the goals

Figures = dict[str, Any]


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--pages", default=2_000, show_default=True, type=click.IntRange(1_000), help="Articles, over all hosts.")
@click.option("--rounds", default=3, show_default=True, type=click.IntRange(1), help="Of each crawl, interleaved.")
@click.option("--only", type=click.Choice([*KINDS, "memory"]), help="One of them; memory: fetching, once.")
@click.option("--json", "as_json", is_flag=True, help="The figures of each crawl, as JSON.")
def main(pages: int, rounds: int, only: str | None, as_json: bool) -> None:
    """Pages a second, processor time a page, the reactor's lag and memory."""
    kinds = KINDS if not only else ("fetching",) if only == "memory" else (only,)
    found: dict[str, list[Figures]] = {kind: [] for kind in kinds}
    with served(pages // HOSTS) as port:
        for _ in range(1 if only == "memory" else rounds):
            for kind in kinds:
                found[kind].append(crawl(kind, port))
                click.echo(f"  {kind}: {told(found[kind][-1])}", err=True)
    if as_json:
        click.echo(json.dumps(found))
    for line in memory(found[kinds[-1]][0]) if only == "memory" else () if only else compared(found):
        click.echo(line)


@contextmanager
def served(articles: int) -> Iterator[int]:
    """The simulated site in a process of its own; the port."""
    words = "import asyncio, sys; from benchmarks.simulated import serve; asyncio.run(serve(int(sys.argv[1])))"
    server = subprocess.Popen([sys.executable, "-c", words, str(articles)], stdout=subprocess.PIPE, text=True)
    assert server.stdout
    try:
        yield int(server.stdout.readline())
    finally:
        server.kill()
        server.wait()


def crawl(kind: str, port: int) -> Figures:
    """One crawl in a process of its own."""
    urls = ",".join(f"http://www.site{n}.test:{port}/" for n in range(HOSTS))
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.crawl_runs", kind, folder, urls],
            capture_output=True, text=True, check=False,
            env=os.environ | {"SCRAPY_SETTINGS_MODULE": "crawler.settings"},
        )  # fmt: skip
    if done.returncode:
        raise click.ClickException(f"{kind}: {done.stderr[-2000:]}")
    figures: Figures = json.loads(done.stdout.splitlines()[-1])
    return figures


def told(one: Figures) -> str:
    """A crawl in a line."""
    return (
        f"{one['pages']} pages in {one['seconds']:.1f} s, {one['pages'] / one['seconds']:.0f} a second; "
        f"{1000 * one['own_cpu'] / one['pages']:.2f} ms of the processor a page, in workers "
        f"{1000 * one['workers_cpu'] / one['pages']:.2f}; lag p50 {1000 * one['lag_p50']:.1f} ms, "
        f"p99 {1000 * one['lag_p99']:.1f}; at most {one['peak']:.0f} MB"
    )


def compared(found: dict[str, list[Figures]]) -> Iterator[str]:
    """The figures against the goals."""
    speed = {kind: median(one["pages"] / one["seconds"] for one in runs) for kind, runs in found.items()}
    own = {kind: median(1000 * one["own_cpu"] / one["pages"] for one in runs) for kind, runs in found.items()}
    whole = median(1000 * (one["own_cpu"] + one["workers_cpu"]) / one["pages"] for one in found["whole"])
    corridor, kept = apart_corridor(), apart_capture()
    lag = median(one["lag_p99"] for one in found["whole"])
    yield f"pages a second: bare {speed['bare']:.0f}, fetching {speed['fetching']:.0f}, whole {speed['whole']:.0f}"
    yield f"processor a page: bare {own['bare']:.2f} ms, fetching {own['fetching']:.2f}, whole {whole:.2f}"
    yield f"measured apart: corridor {corridor:.2f} ms, bare Scrapy {own['bare']:.2f}, capture {kept:.2f}"
    yield f"in none of these: storing an outcome, measured apart: {apart_storing():.2f} ms"
    yield goal(
        "fetching, capture and rows beside bare Scrapy", speed["fetching"] / speed["bare"], THROUGHPUT, least=True
    )
    yield goal("the same, by processor time", own["bare"] / own["fetching"], THROUGHPUT, least=True)
    yield goal("whole, against the sum of its parts", whole / (corridor + own["bare"] + kept), OVERHEAD)
    yield goal("lag of the reactor, 99th percentile, in s", lag, LAG)


def goal(name: str, value: float, wanted: float, *, least: bool = False) -> str:
    """A figure and what it should be."""
    met = value >= wanted if least else value <= wanted
    return f"{'met' if met else 'NOT MET'}: {name}: {value:.3f}, {'at least' if least else 'at most'} {wanted}"


def memory(one: Figures) -> Iterator[str]:
    """How memory went, and whether it is flat: the last tenth beside the second."""
    seen = one["memory"]
    step = max(1, len(seen) // 10)
    yield ", ".join(f"{pages:,} pages: {size:.0f} MB" for pages, size in seen[step - 1 :: step])
    early, late = (median(size for _, size in part) for part in (seen[step : 2 * step], seen[-step:]))
    yield goal("memory at the end beside that after a tenth", late / early, GROWTH)


def pages() -> Iterator[Page]:
    """Articles of the site as the crawl has them."""
    host = "www.site0.test"
    for n in range(APART):
        yield Page(f"http://{host}/a/{n}.html", article(host, n, 5000).encode(), "text/html")


def apart_corridor() -> float:
    """Milliseconds of the processor to restore a page."""
    some = [*pages()]
    for page in some[:10]:  # tables are built, modules loaded
        restore((page,), Knowledge(), PageRules())
    begun = time.process_time()
    for page in some:
        restore((page,), Knowledge(), PageRules())
    return 1000 * (time.process_time() - begun) / len(some)


def apart_capture() -> float:
    """Milliseconds of the processor to write an exchange to WARC, and its row."""
    some = [*exchanges()]
    with tempfile.TemporaryDirectory() as folder:
        archivist = Archivist(Path(folder) / "archive.db", Path(folder) / "warc")
        archivist.open(Begin("bench", {}, "bench", "{}", {}))
        work, db = archivist.capture, archivist._database()
        begun = time.process_time()
        archivist._thread.submit(lambda: [work(db, exchange) for exchange in some]).result()
        spent = time.process_time() - begun
        archivist.abandon()
    return 1000 * spent / len(some)


def apart_storing() -> float:
    """Milliseconds of the processor to store an outcome with its index and its pairs, in groups as a crawl does."""
    with tempfile.TemporaryDirectory() as folder:
        db = store.open_archive(Path(folder) / "archive.db")
        known = store.knowledge(db)
        outcomes = [restore((page,), known, PageRules()) for page in captured(db)]
        groups = [outcomes[n : n + GROUP] for n in range(0, len(outcomes), GROUP)]
        begun = time.process_time()
        for number, group in enumerate(groups):
            if number == 1:  # tables are built
                begun = time.process_time()
            with store.gathered(db):
                for outcome in group:
                    store.add(db, outcome)
        spent = time.process_time() - begun
        db.close()
    return 1000 * spent / sum(map(len, groups[1:]))


def captured(db: Database) -> Iterator[Page]:
    """The same pages with rows of captures."""
    for number, page in enumerate(pages()):
        at = "2026-01-01T00:00:00Z"
        row = Fetch(None, page.url, 200, at, "", "", "bench.warc.gz", number, 1, page.content_type)
        yield replace(page, fetched_at=at, fetch_id=store.add_fetch(db, row))


def exchanges() -> Iterator[Exchange]:
    """The same pages as they came."""
    for page in pages():
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(page.body)}\r\n\r\n"
        asked = f"GET /{page.url.rpartition('/')[2]} HTTP/1.1\r\nHost: www.site0.test\r\nAccept: text/html\r\n\r\n"
        yield Exchange(page.url, "2026-01-01T00:00:00Z", asked.encode(), b"", head.encode(), page.body, "127.0.0.1")


if __name__ == "__main__":
    main()
