"""Cases for restoration on a cluster: what a crawl left, plans of it, processes that run them, and what came out."""

import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TypeVar

import pytest
from click.testing import CliRunner, Result
from kills import begin, free_port, run

from archive.__main__ import main
from archive.store import open_archive
from sample.server import Server

ROOT = Path(__file__).parent.parent
T = TypeVar("T")
HOSTS = ("www.wenyuanfw", "baiwenku")
PATIENCE = 400  # seconds for a command; it takes ten on a machine that has nothing else to do
FORGET = """
    DELETE FROM documents; DELETE FROM edits; DELETE FROM gaps; DELETE FROM marks; DELETE FROM facts;
    DELETE FROM families;
    UPDATE pages SET source_text = NULL, hidden_text = NULL, charset = NULL, page_title = NULL, canonical = NULL,
        rejected = NULL WHERE knowledge_id IS NOT NULL;
    UPDATE article_pages SET start = NULL WHERE article_id IN (SELECT id FROM pages WHERE knowledge_id IS NOT NULL);
"""
TABLES = {
    "documents": "id", "edits": "article_id, n", "gaps": "article_id, n", "marks": "article_id, n",
    "facts": "article_id, n", "pages": "id", "article_pages": "article_id, n", "families": "id", "pairs": "a, b",
}  # fmt: skip

needs_datatrove = pytest.mark.skipif(not find_spec("datatrove"), reason="needs requirements-cluster.txt")


@dataclass(frozen=True, slots=True)
class Crawled:
    """What a crawl left, and the same before anything was restored."""

    archive: Path
    bare: Path
    warcs: Path


def crawl(folder: Path) -> Crawled:
    """A crawl of two hosts into small WARC files: an article's pages may stand in several."""
    site = begin(folder, free_port(), HOSTS)
    with Server(site.web, folder / "access.log"):
        done = run(site, more={"WARC_MAX_BYTES": 30_000})
    assert done.returncode == 0, done.stderr[-2000:]
    bare = folder / "bare.db"
    copy(site.archive, bare)
    db = open_archive(bare)
    db.conn.executescript(FORGET)
    db.conn.close()
    assert len([*(folder / "warc").glob("*.warc.gz")]) > 3
    return Crawled(site.archive, bare, folder / "warc")


def copy(archive: Path, to: Path) -> Path:
    with sqlite3.connect(archive) as source, sqlite3.connect(to) as target:
        source.backup(target)
    return to


def told(archive: Path, *but: str) -> dict[str, list[tuple[object, ...]]]:
    """What an archive says of what it restored, without software and version, and what else is left out."""
    with sqlite3.connect(archive) as conn:
        found = {}
        for table, order in TABLES.items():
            names = [row[1] for row in conn.execute(f"PRAGMA table_info({table})")]
            kept = ", ".join(f'"{name}"' for name in names if name not in ("software", "version", *but))
            found[table] = conn.execute(f"SELECT {kept} FROM {table} ORDER BY {order}").fetchall()
        return found


def cli(archive: Path, warcs: Path, *words: object) -> Result:
    return CliRunner().invoke(main, ["--archive", str(archive), "--warc-dir", str(warcs), *map(str, words)])


def ok(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.stdout


def planned(crawled: Crawled, folder: Path, shards: int = 3) -> tuple[Path, Path]:
    """A copy of the archive without documents, and a plan of it."""
    archive, plan = copy(crawled.bare, folder / "archive.db"), folder / "plan"
    ok(cli(archive, crawled.warcs, "cluster", "plan", plan, "--shards", shards))
    return archive, plan


def words(crawled: Crawled, plan: Path, *more: str) -> list[str]:
    return [
        *(sys.executable, "-m", "archive", "--warc-dir", str(crawled.warcs), "cluster", "run", str(plan)),
        *("--workers", "2", *more),
    ]


def restored(crawled: Crawled, plan: Path, *more: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(words(crawled, plan, *more), cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)


def stamps(plan: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for name in ("archives", "parquet") for path in (plan / name).iterdir()}


def marks(plan: Path) -> set[str]:
    return {path.name for path in (plan / "logs" / "completions").glob("*")}


def same_as_crawled(crawled: Crawled, archive: Path, plan: Path) -> bool:
    ok(cli(archive, crawled.warcs, "cluster", "collect", plan))
    return told(archive) == told(crawled.archive)


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(stat.read_text().rpartition(")")[2].split()[1]) == pid:
                found.append(int(stat.parent.name))
        except OSError:  # it has just ended
            continue
    return found


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def at_work(driver: int) -> list[int]:
    """The workers of a run that have a shard in hand: they have a process for its pages."""
    return [pid for pid in children(driver) if any("loky" in command(one) for one in children(pid))]


def until(what: Callable[[], T]) -> T:
    """What it gives as soon as that is something."""
    end = time.monotonic() + PATIENCE
    while not (found := what()):
        assert time.monotonic() < end
        time.sleep(0.02)
    return found


def tree(pid: int) -> list[int]:
    """All processes under one."""
    found, waiting = [], [pid]
    while waiting:
        new = [child for one in waiting for child in children(one)]
        found, waiting = found + new, new
    return found
