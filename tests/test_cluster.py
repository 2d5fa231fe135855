"""Restoration on a cluster: the same as a rebuild, byte for byte, whoever is killed, and nothing dropped silently."""

import os
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest
from archive_files import html, response
from click.testing import CliRunner, Result
from kills import begin, free_port, run
from test_foreign_revisits import FORMS, HEAD, PAGE, original, revisit

from archive.__main__ import main
from archive.cluster.plan import Place, load, places
from archive.cluster.shard import restore_shard
from archive.store import open_archive
from sample.server import Server

ROOT = Path(__file__).parent.parent
HOSTS = ("www.wenyuanfw", "baiwenku")
PATIENCE = 200  # seconds for a command; it takes ten on a machine that has nothing else to do
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

pytestmark = pytest.mark.skipif(
    not find_spec("datatrove") and not os.environ.get("CI"), reason="needs requirements-cluster.txt"
)


@dataclass(frozen=True, slots=True)
class Crawled:
    """What a crawl left, and the same before anything was restored."""

    archive: Path
    bare: Path
    warcs: Path


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    """A crawl of two hosts into small WARC files: an article's pages may stand in several."""
    folder = tmp_path_factory.mktemp("cluster")
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


def told(archive: Path) -> dict[str, list[tuple[object, ...]]]:
    """What an archive says, without which capture, software and version it says it of."""
    with sqlite3.connect(archive) as conn:
        found = {}
        for table, order in TABLES.items():
            names = [row[1] for row in conn.execute(f"PRAGMA table_info({table})")]
            kept = ", ".join(f'"{name}"' for name in names if name not in ("software", "version"))
            found[table] = conn.execute(f"SELECT {kept} FROM {table} ORDER BY {order}").fetchall()
        return found


def cli(archive: Path, warcs: Path, *words: object) -> Result:
    return CliRunner().invoke(main, ["--archive", str(archive), "--warc-dir", str(warcs), *map(str, words)])


def ok(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.stdout


def planned(crawled: Crawled, folder: Path, shards: int = 5) -> tuple[Path, Path]:
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


def test_two_workers_give_what_a_rebuild_gives(crawled: Crawled, tmp_path: Path) -> None:
    archive, plan = planned(crawled, tmp_path)
    with sqlite3.connect(archive) as conn:
        files = "SELECT count(DISTINCT f.warc_file) AS n FROM article_pages a JOIN fetches f ON f.id = a.fetch_id"
        assert conn.execute(f"SELECT max(n) FROM ({files} GROUP BY a.article_id)").fetchone()[0] > 1
    done = restored(crawled, plan)
    assert done.returncode == 0, done.stderr
    assert " 0 changed" in ok(cli(archive, crawled.warcs, "cluster", "collect", plan))
    other = copy(crawled.bare, tmp_path / "other.db")
    ok(cli(other, crawled.warcs, "rebuild"))
    one, two, three = told(archive), told(other), told(crawled.archive)
    assert len(one["documents"]) > 20
    for table in TABLES:
        assert one[table] == two[table] == three[table], table
    ok(cli(archive, crawled.warcs, "verify"))
    assert " 0 new" in ok(cli(archive, crawled.warcs, "cluster", "collect", plan)), "twice is once"
    again = stamps(plan)
    assert restored(crawled, plan).returncode == 0 and stamps(plan) == again, "what is done is not done again"


def test_captures_of_another_crawler_are_restored_later(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    form = FORMS["Heritrix"]
    between = response(PAGE, html("a07"), number=7)
    other = response("http://w.test/2.html", html("a06"), number=8)
    pages = {"a": original(), "b": between, "c": revisit(PAGE, 9, HEAD, **form), "d": other}
    for name, content in pages.items():
        (tmp_path / "in" / f"{name}.warc").write_bytes(content)
    one, two, warcs, plan = tmp_path / "one.db", tmp_path / "two.db", tmp_path / "warc", tmp_path / "plan"
    assert "2 articles wait" in ok(cli(one, warcs, "ingest", tmp_path / "in", "--later"))
    assert told(one)["documents"] == []
    copy(one, two)
    ok(cli(one, warcs, "cluster", "plan", plan, "--shards", 2))
    for place in places(plan, load(plan)):
        restore_shard(place, warcs, 60)
        mark(place)
    assert "2 new" in ok(cli(one, warcs, "cluster", "collect", plan))
    assert "2 new" in ok(cli(two, warcs, "rebuild"))
    assert told(one) == told(two) and len(told(one)["documents"]) == 2
    with sqlite3.connect(one) as conn:
        sql = "SELECT count(f.revisit_of) FROM documents d JOIN fetches f ON f.id = d.fetch_id"
        assert conn.execute(sql).fetchone()[0] == 1, "the last capture is a revisit, and its original stands elsewhere"


def mark(place: Place) -> None:
    """As datatrove does it."""
    place.mark.parent.mkdir(parents=True, exist_ok=True)
    place.mark.touch()


def stamps(plan: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for name in ("archives", "parquet") for path in (plan / name).iterdir()}
