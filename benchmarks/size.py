"""python -m benchmarks.size: what an archive costs as it grows tenfold: store, search, copies, export, rebuild, pages.

Documents of 2,000 characters are made (`phrases.py`), one in ten a copy of another, and stored by `import`; then each
stage runs the verb that a user would run, in a process of its own. What is measured goes to `size.jsonl` at once, so
that a run of hours that was broken off goes on with its next stage.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, contextmanager
from math import log10
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import urlopen

import click

from archive.exports import parquet
from archive.rows import Row, Value
from archive.store import open_archive
from benchmarks import copies, phrases, search_archive, searches, simulated
from benchmarks.engines import OWN
from pipelines.document import Knowledge
from pipelines.fingerprint import content_digest

SIZES = (10_000, 100_000, 1_000_000)
LENGTH = 2_000  # characters of a document, as the issue of this figure asks
COPY = 10  # one document in so many is a copy of one shortly before it
BATCH = 1_000  # documents that are made at a time: a row group
SLICE = 1_000  # real pages that are taken in, and restored again, in the archive of each size
TRIES = 5  # of each page of Datasette
PATIENCE = 120.0  # seconds for Datasette to be there

Figures = dict[str, float]


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--documents", "sizes", multiple=True, type=click.IntRange(BATCH), default=SIZES, show_default=True)
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), help="Keep archives and figures there.")
@click.option("--keep", is_flag=True, help="Leave each archive in the folder: 1,000,000 documents take some 20 GB.")
def main(sizes: tuple[int, ...], folder: Path | None, keep: bool) -> None:
    """Store, search, settle, export, rebuild and serve archives of several sizes; the table of how that grows."""
    with TemporaryDirectory() as temporary:
        place = folder or Path(temporary)
        found = {size: _size(size, place / str(size)) for size in sizes}
        for size in () if keep else sizes:
            shutil.rmtree(place / str(size) / "data", ignore_errors=True)
    for line in table(found):
        click.echo(line)


def _size(size: int, folder: Path) -> Figures:
    """All figures of one size; stages that are in its file are not run again."""
    data, done = folder / "data", folder / "size.jsonl"
    data.mkdir(parents=True, exist_ok=True)
    known = [json.loads(line) for line in done.read_text("utf-8").splitlines()] if done.exists() else []
    for name, stage in STAGES.items():
        if name in {one["stage"] for one in known}:
            continue
        click.echo(f"{size:,} documents: {name} …", err=True)
        known.append({"stage": name, "figures": stage(data, size), "load": os.getloadavg()[1]})
        click.echo(f"{size:,} documents: {name}: {json.dumps(known[-1])}", err=True)
        with done.open("a", encoding="utf-8") as out:
            out.write(json.dumps(known[-1]) + "\n")
    return {name: value for one in known for name, value in one["figures"].items()}


def table(found: dict[int, Figures]) -> Iterator[str]:
    """Figures by size, and how many times as much the last size takes of each for ten times the documents."""
    sizes = sorted(found)
    yield f"| | {' | '.join(f'{size:,}' for size in sizes)} | for ten times the documents |"
    yield f"| --- |{' --: |' * (len(sizes) + 1)}"
    for name in found[sizes[-1]]:
        values = [found[size].get(name) for size in sizes]
        first, last = values[0], values[-1]
        growth = "" if not (first and last and sizes[-1] > sizes[0]) else f"× {10 ** _slope(sizes, first, last):.2f}"
        yield f"| {name} | {' | '.join('' if one is None else f'{one:,.4g}' for one in values)} | {growth} |"


def _slope(sizes: list[int], first: float, last: float) -> float:
    return log10(last / first) / log10(sizes[-1] / sizes[0])


# -- documents ---------------------------------------------------------------------------------------------------


def _made(data: Path, size: int) -> Figures:
    """The documents as Parquet, which `import` takes."""
    with ProcessPoolExecutor(os.cpu_count()) as pool, (data / "made.parquet").open("wb") as out:
        parquet.write(pool.map(batch, range(0, size, BATCH)), out)
    return {"made, MB of Parquet": (data / "made.parquet").stat().st_size / 1e6}


def batch(first: int) -> dict[str, list[Value]]:
    """Columns of the documents from number `first` on, always the same."""
    rows: list[Row] = []
    for number in range(first, first + BATCH):
        rows.append(_copied(number, rows) if number % COPY == COPY - 1 else _new(number))
    return {name: [row[name] for row in rows] for name in search_archive.NAMES}


def _new(number: int) -> Row:
    chance = Random(number)
    text = phrases.document(chance, chance.choice(phrases.KINDS), LENGTH)
    return _row(number, chance, f"{text.splitlines()[-2]}工作总结（{number}）", text)


def _copied(number: int, rows: list[Row]) -> Row:
    chance = Random(number)
    ways = list(copies.ways(["有关部门多次碰头商量。"]).values())[:6]
    text = chance.choice(ways)(str(chance.choice(rows)["text"]), chance)
    return _row(number, chance, f"工作总结（转载{number}）", text)


def _row(number: int, chance: Random, title: str, text: str) -> Row:
    url = f"http://www.host{number % search_archive.HOSTS}.test/{number}.html"
    row = search_archive.described(chance, url, title, text, chance.randint(2005, 2023))
    return row | {
        "content_digest": content_digest(title, text),
        "knowledge_id": Knowledge().id,
        "archived_at": f"2026-{1 + number % 12:02d}-{1 + number % 28:02d}T00:00:00Z",
        "fetch_id": number + 1,
    }


# -- stages ------------------------------------------------------------------------------------------------------


def _stored(data: Path, size: int) -> Figures:
    """`import`: rows, then the index in one go."""
    spent = _run(data, "import", str(data / "made.parquet"))
    with closing(open_archive(data / "archive.db").conn) as conn:
        (index,) = conn.execute("SELECT sum(pgsize) FROM dbstat WHERE name GLOB 'documents_fts*'").fetchone()
    archive = (data / "archive.db").stat().st_size
    return {
        "import and its index, documents/s": size / spent["seconds"],
        "import, ms of the processor a document": 1000 * spent["cpu"] / size,
        "import, MB of memory": spent["memory"],
        "archive, bytes a document": archive / size,
        "of these the index": index / size,
    }


def _searched(data: Path, size: int) -> Figures:
    """First pages of words by how many documents have them, in ms of the clock, 95 of 100 below."""
    found: Figures = {}
    with closing(open_archive(data / "archive.db").conn) as conn:
        kinds = searches.kinds(conn, Random(2), size)
        for kind, queries in kinds.items():
            spent = sorted(1000 * used for used, _ in searches.timed(conn, OWN, queries))
            found[f"search, {kind}: ms, median"] = median(spent)
            found[f"search, {kind}: ms, 95 of 100 below"] = spent[min(len(spent) - 1, len(spent) * 95 // 100)]
    return found


def _exported(data: Path, size: int) -> Figures:
    """`export` as Parquet."""
    spent = _run(data, "export", "--format", "parquet", "-o", str(data / "out.parquet"))
    (data / "out.parquet").unlink()
    return {
        "export to Parquet, documents/s": size / spent["seconds"],
        "export, ms of the processor a document": 1000 * spent["cpu"] / size,
        "export, MB of memory": spent["memory"],
    }


def _taken_in(data: Path, size: int) -> Figures:
    """`ingest` of real pages: what an addition costs, with its ledger, index and comparison."""
    pages = data / "pages"
    pages.mkdir(exist_ok=True)
    for number in range(SLICE):
        (pages / f"{number}.html").write_text(simulated.article("www.slice.test", number, 5_000), "utf-8")
    spent = _run(data, "ingest", str(pages))
    return {f"ingest of {SLICE:,} pages, ms of the processor a page": 1000 * spent["cpu"] / SLICE}


def _rebuilt(data: Path, size: int) -> Figures:
    """`rebuild` of those pages only."""
    spent = _run(data, "rebuild", "--where", "url LIKE 'urn:sha256:%'")
    return {
        f"rebuild of these {SLICE:,} pages, s": spent["seconds"],
        "rebuild of them, ms of the processor a page": 1000 * spent["cpu"] / SLICE,
    }


def _settled(data: Path, size: int) -> Figures:
    """`families --rebuild`: all documents compared from nothing."""
    spent = _run(data, "families", "--rebuild")
    with closing(open_archive(data / "archive.db").conn) as conn:
        (pairs,) = conn.execute("SELECT count(*) FROM pairs").fetchone()
    return {
        "copies from nothing, ms of the processor a document": 1000 * spent["cpu"] / size,
        "copies from nothing, MB of memory": spent["memory"],
        "copies from nothing, bytes written a document": spent["written"] / size,
        "pairs found, of 100 documents": 100 * pairs / size,
    }


def _read(data: Path, size: int) -> Figures:
    """Pages of Datasette: seconds until each is there, first and then."""
    found: Figures = {}
    with _serving(data) as base, closing(open_archive(data / "archive.db").conn) as conn:
        (key,) = conn.execute("SELECT id FROM documents WHERE rowid = ?", (size // 2,)).fetchone()
        for name, path in PAGES.items():
            times = []
            for _ in range(TRIES):
                begun = time.perf_counter()
                _page(name, base + path.format(id=key))
                times.append(time.perf_counter() - begun)
            found[f"page, {name}: s, first"] = times[0]
            found[f"page, {name}: s, then"] = median(times[1:])
    return found


def _page(name: str, url: str) -> None:
    """A page as a browser gets it; one that is no answer is told, and does not end a run of hours."""
    try:
        with urlopen(url, timeout=PATIENCE) as answer:
            answer.read()
    except HTTPError as error:
        click.echo(f"page, {name}: {error.code} {error.reason}", err=True)


def _checked(data: Path, size: int) -> Figures:
    """`stats` and `verify`."""
    stats, whole = _run(data, "stats"), _run(data, "verify")
    return {
        "stats, s": stats["seconds"],
        "verify, ms of the processor a document": 1000 * whole["cpu"] / size,
        "verify, MB of memory": whole["memory"],
    }


STAGES: dict[str, Callable[[Path, int], Figures]] = {
    "made": _made, "stored": _stored, "searched": _searched, "exported": _exported, "read": _read,
    "settled": _settled, "taken in": _taken_in, "rebuilt": _rebuilt, "checked": _checked,
}  # fmt: skip
PAGES = {
    "home": "/",
    "documents": "/archive/documents",
    "one document": "/-/read/archive/{id}",
    "its row": "/archive/documents/{id}",
    "search, frequent": f"/archive/search?q={quote('工作')}",
    "search, two words": f"/archive/search?q={quote('鱼塘 卫生院')}",
    "documents of a genre": f"/archive/documents?genre={quote('汇报')}",
    "kwic": f"/-/kwic/archive?q={quote('沼气池')}",
    "trend": f"/-/trend/archive?q={quote('沼气池')}",
}


# A process begins with the memory of the one that starts it, so that a small one has to.
LAUNCHER = """
import json, resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
spent, written = used.ru_utime + used.ru_stime, used.ru_oublock * 512
print(json.dumps({"cpu": spent, "memory": used.ru_maxrss / 1024, "written": written}))
sys.exit(done.returncode)
"""


def _run(data: Path, *words: str) -> Figures:
    """A verb in a process of its own: seconds by the clock and of the processor, its peak of memory, bytes it wrote."""
    command = [sys.executable, "-m", "archive", "--archive", str(data / "archive.db"), *words]
    begun = time.monotonic()
    done = subprocess.run([sys.executable, "-c", LAUNCHER, *command], capture_output=True, text=True, check=False)
    if done.returncode:
        raise click.ClickException(f"{' '.join(words)} failed: {done.stderr[-2000:]}")
    figures: Figures = json.loads(done.stdout)
    return figures | {"seconds": time.monotonic() - begun}


@contextmanager
def _serving(data: Path) -> Iterator[str]:
    """Datasette on the archive; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = [sys.executable, "-m", "archive", "--archive", str(data / "archive.db"), "serve", "--port", str(port)]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _there(f"http://127.0.0.1:{port}", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _there(base: str, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            with urlopen(f"{base}/-/versions.json", timeout=PATIENCE):
                return
        except URLError:
            time.sleep(0.2)
    raise click.ClickException(f"Datasette did not come up at {base}")


if __name__ == "__main__":
    main()
