"""Restoration on a cluster whose workers are killed: nothing is lost, and what is done is not done again."""

import os
import signal
import subprocess
from pathlib import Path

import pytest
from cluster_cases import (
    PATIENCE,
    ROOT,
    Crawled,
    alive,
    at_work,
    children,
    cli,
    crawl,
    marks,
    needs_datatrove,
    planned,
    restored,
    same_as_crawled,
    stamps,
    tree,
    until,
    words,
)  # fmt: skip

from archive.cluster.plan import load

pytestmark = needs_datatrove


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    return crawl(tmp_path_factory.mktemp("cluster"))


def test_a_killed_worker_costs_its_shard_a_second_start(crawled: Crawled, tmp_path: Path) -> None:
    archive, plan = planned(crawled, tmp_path)
    driver = subprocess.Popen(words(crawled, plan), cwd=ROOT, stderr=subprocess.PIPE, text=True)
    worker = until(lambda: at_work(driver.pid))[0]
    inner = children(worker)
    os.kill(worker, signal.SIGKILL)
    _, errors = driver.communicate(timeout=PATIENCE)
    assert driver.returncode == 0, errors
    assert "a worker was killed" in errors
    until(lambda: not any(map(alive, inner)))
    assert len(marks(plan)) == load(plan).shards
    assert same_as_crawled(crawled, archive, plan)


def test_a_killed_run_goes_on_where_it_was(crawled: Crawled, tmp_path: Path) -> None:
    archive, plan = planned(crawled, tmp_path)
    driver = subprocess.Popen(words(crawled, plan), cwd=ROOT, stderr=subprocess.DEVNULL)
    until(lambda: marks(plan))
    workers = at_work(driver.pid)
    driver.kill()
    driver.wait()
    until(lambda: not any(map(alive, workers)))
    done, before = marks(plan), stamps(plan)
    (plan / "archives" / ".00002.db.elsewhere.7.part").write_bytes(b"left by a kill")
    refused = cli(archive, crawled.warcs, "cluster", "collect", plan)
    assert refused.exit_code == 1 and "shards are not restored. Go on: " in refused.output
    assert 0 < len(done) < load(plan).shards
    assert restored(crawled, plan).returncode == 0
    after = stamps(plan)
    kept = {name for name in before if name.partition(".")[0] in done}
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}, "skipped"
    assert not [name for name in after if name.endswith(".part")]
    assert same_as_crawled(crawled, archive, plan)


def test_ray_gives_the_same_and_sends_what_was_killed_again(crawled: Crawled, tmp_path: Path) -> None:
    archive, plan = planned(crawled, tmp_path)
    driver = subprocess.Popen(words(crawled, plan, "--on", "ray"), cwd=ROOT, stderr=subprocess.PIPE, text=True)
    worker = until(lambda: [pid for one in tree(driver.pid) for pid in at_work(one)])[0]
    assert b"RAY_AUTH_MODE=token" in Path(f"/proc/{worker}/environ").read_bytes(), "anybody could use it"
    os.kill(worker, signal.SIGKILL)
    _, errors = driver.communicate(timeout=PATIENCE)
    assert driver.returncode == 0, errors
    assert len(marks(plan)) == load(plan).shards
    assert same_as_crawled(crawled, archive, plan)
