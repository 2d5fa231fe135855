"""Restoration on a cluster: the same as a rebuild, byte for byte, and nothing dropped silently."""

import resource
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import pytest
from archive_files import html, response
from cluster_cases import (
    ROOT,
    TABLES,
    Crawled,
    cli,
    copy,
    crawl,
    needs_datatrove,
    ok,
    planned,
    restored,
    stamps,
    told,
)  # fmt: skip
from test_foreign_revisits import FORMS, HEAD, PAGE, original, revisit

from archive import store
from archive.cluster.collect import opened
from archive.cluster.plan import ARTICLE, Article, Place, alone, divide, load, places
from archive.cluster.shard import restore_shard
from archive.errors import ArchiveError

pytestmark = needs_datatrove


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    return crawl(tmp_path_factory.mktemp("cluster"))


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
    shards = sorted((plan / "archives").glob("*.db"))
    ok(cli(tmp_path / "merged.db", crawled.warcs, "merge", "--warcs", "none", *shards))
    four, five = told(tmp_path / "merged.db", "fetch_id"), told(archive, "fetch_id")
    assert all(four[table] == five[table] for table in ("documents", "edits", "gaps", "marks", "facts", "pairs"))
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


def test_shards_are_balanced_and_keep_hosts_together() -> None:
    large = [Article(f"l{n}", "large.test", 10_000) for n in range(100)]
    small = [Article(f"{host}-{n}", f"{host}.test", 5_000) for host in "abcdefgh" for n in range(4)]
    shards = list(divide([*large, *small], 4))
    assert sorted(id for ids in shards for id in ids) == sorted(one.id for one in (*large, *small))
    costs = {one.id: one.bytes + ARTICLE for one in (*large, *small)}
    sizes = [sum(costs[id] for id in ids) for ids in shards]
    assert max(sizes) < 1.25 * min(sizes)
    where = {id: n for n, ids in enumerate(shards) for id in ids}
    assert all(where[f"{host}-0"] == where[f"{host}-3"] for host in "abcdefgh")
    assert len(list(divide(large[:2], 4))) == 2, "no shard is empty"


@pytest.fixture
def waiting(tmp_path: Path) -> tuple[Path, Path, Path]:
    """An archive of two pages that wait, its captures, and a plan of one shard."""
    (tmp_path / "in").mkdir()
    for number, name in enumerate(("a05", "a06")):
        page = response(f"http://w{number}.test/{number}.html", html(name), number=number + 1)
        (tmp_path / "in" / f"{number}.warc").write_bytes(page)
    archive, warcs, plan = tmp_path / "archive.db", tmp_path / "warc", tmp_path / "plan"
    ok(cli(archive, warcs, "ingest", tmp_path / "in", "--later"))
    ok(cli(archive, warcs, "cluster", "plan", plan, "--shards", 1))
    return archive, warcs, plan


def done(plan: Path, warcs: Path, patience: float = 60) -> None:
    for place in places(plan, load(plan)):
        restore_shard(place, warcs, patience)
        mark(place)


def test_a_page_past_its_time_is_rejected_with_the_reason(waiting: tuple[Path, Path, Path], tmp_path: Path) -> None:
    archive, warcs, plan = waiting
    full = copy(archive, tmp_path / "full.db")
    ok(cli(full, warcs, "rebuild"))
    before = told(full)
    done(plan, warcs, 0.01)
    ok(cli(archive, warcs, "cluster", "collect", plan))
    reasons = {row[0] for row in sqlite3.connect(archive).execute("SELECT rejected FROM pages")}
    assert reasons == {"timeout: not restored within 0.01 s (retryable)"}
    left = cli(full, warcs, "cluster", "collect", plan)
    assert left.exit_code == 1 and left.output.count("Its documents stay as they were") == 2
    assert told(full)["documents"] == before["documents"], "what says nothing of a page takes nothing away"


def test_a_shard_that_cannot_be_read_is_named_with_the_way_out(waiting: tuple[Path, Path, Path]) -> None:
    archive, warcs, plan = waiting
    done(plan, warcs)
    (place,) = places(plan, load(plan))
    whole = place.archive.read_bytes()
    for damaged in (whole[:5000], b""):
        place.archive.write_bytes(damaged)
        told = cli(archive, warcs, "cluster", "collect", plan)
        assert told.exit_code == 1 and told.output.count("\n") == 1
        assert f"{place.archive} cannot be read: " in told.output and f"cluster run {plan}" in told.output
        assert "ingest" not in told.output, "one way out, not two"
    place.archive.unlink()
    planned = place.planned.read_bytes()
    place.planned.unlink()
    command = [sys.executable, "-m", "archive", "--warc-dir", str(warcs), "cluster", "run", str(plan)]
    told_by = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=False)
    assert told_by.returncode == 1
    assert told_by.stderr.splitlines()[-1] == f"Error: {place.planned} is missing. Plan anew"
    assert "Traceback" not in told_by.stderr
    place.planned.write_bytes(planned)
    assert "all shards are restored" in ok(cli(archive, warcs, "cluster", "run", plan))
    assert "2 new" in ok(cli(archive, warcs, "cluster", "collect", plan))


@contextmanager
def of_a_newer_release(archive: Path) -> Iterator[None]:
    with closing(sqlite3.connect(archive)) as conn, conn:
        conn.execute("INSERT INTO _sqlite_migrations VALUES (99, 'archive', 'm9999_x', '')")
    yield


@contextmanager
def another_programs(archive: Path) -> Iterator[None]:
    archive.unlink()
    with closing(sqlite3.connect(archive)) as conn, conn:
        conn.execute("CREATE TABLE mine(x)")
    yield


@contextmanager
def held(archive: Path) -> Iterator[None]:
    with closing(sqlite3.connect(archive, isolation_level=None)) as conn:
        conn.execute("PRAGMA journal_mode = DELETE")
        conn.execute("BEGIN EXCLUSIVE")
        yield


@contextmanager
def too_many_files(_: Path) -> Iterator[None]:
    before, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (before, most))


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (of_a_newer_release, "made by a newer release"),
        (another_programs, "another program's database"),
        (held, "database is locked"),
        (too_many_files, "unable to open database file"),
    ],
)
def test_a_shard_that_may_be_whole_is_never_to_be_removed(
    state: Callable[[Path], AbstractContextManager[None]],
    said: str,
    waiting: tuple[Path, Path, Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _, warcs, plan = waiting
    done(plan, warcs)
    (place,) = places(plan, load(plan))
    monkeypatch.setattr(store, "WAIT", 0)
    with state(place.archive), pytest.raises(ArchiveError) as told:
        opened(place)
    assert said in str(told.value) and "Remove" not in str(told.value)


def test_captures_that_cannot_be_read_are_named(waiting: tuple[Path, Path, Path]) -> None:
    archive, warcs, plan = waiting
    min(warcs.glob("*.warc*"), key=lambda path: path.name.endswith(".cdxj")).unlink()
    done(plan, warcs)
    collected = cli(archive, warcs, "cluster", "collect", plan)
    assert collected.exit_code == 1 and "1 new" in collected.output
    (line,) = [line for line in collected.output.splitlines() if line.startswith("Error: page ")]
    assert "no record at" in line


def test_what_was_captured_again_since_stays(waiting: tuple[Path, Path, Path], tmp_path: Path) -> None:
    archive, warcs, plan = waiting
    done(plan, warcs)
    (tmp_path / "later.warc").write_bytes(response("http://w0.test/0.html", html("a07"), number=9))
    ok(cli(archive, warcs, "ingest", tmp_path / "later.warc", "--later"))
    assert "1 articles were captured again" in ok(cli(archive, warcs, "cluster", "collect", plan))
    texts = [row[0] for row in sqlite3.connect(archive).execute("SELECT rejected FROM pages WHERE host = 'w0.test'")]
    assert texts[0].startswith("waiting: ")


def test_each_mistake_is_one_line(waiting: tuple[Path, Path, Path], tmp_path: Path) -> None:
    archive, warcs, plan = waiting
    other = tmp_path / "other.db"
    ok(cli(other, tmp_path / "else", "ingest", tmp_path / "in" / "1.warc", "--later"))
    for said, words in (
        ("is not empty", ("plan", plan)),
        ("holds no plan", ("run", tmp_path)),
        ("holds no plan", ("collect", tmp_path)),
        ("shards are not restored", ("collect", plan)),
    ):
        refused = cli(archive, warcs, "cluster", *words)
        assert refused.exit_code == 1 and said in refused.output and refused.output.count("\n") == 1, refused.output
    done(plan, warcs)
    assert "planned from another" in cli(other, warcs, "cluster", "collect", plan).output
    with alone(plan):
        assert "another command works on" in cli(archive, warcs, "cluster", "run", plan).output
    file = plan / "plan.json"
    file.write_text(file.read_text().replace(load(plan).rules, "0" * 16))
    assert "Every machine must have the same release" in cli(archive, warcs, "cluster", "run", plan).output


@pytest.mark.parametrize(("package", "on"), [("datatrove", "local"), ("ray", "ray")])
def test_what_is_not_installed_is_named_with_the_command(
    package: str, on: str, waiting: tuple[Path, Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, warcs, plan = waiting
    monkeypatch.setitem(sys.modules, package, None)
    refused = cli(archive, warcs, "cluster", "run", plan, "--on", on)
    assert refused.exit_code == 1 and refused.output.count("\n") == 1
    assert f"{package} is not installed here: " in refused.output and "requirements-cluster.txt" in refused.output
