"""Restoration in worker processes: order, and what a page that kills its worker may cost (only itself)."""

import os
import time
from pathlib import Path

import pytest

from archive import pool
from archive.pool import FEW, Job, restored
from pipelines.document import Knowledge, Outcome, Page, PageRules


def work(article: tuple[Page, ...], knowledge: Knowledge, rules: PageRules) -> Outcome:
    """Stands for the corridor: what it does is what the page says."""
    body = article[0].body
    if body == b"kill":
        os._exit(1)
    if body.startswith(b"kill once "):
        marker = Path(body.removeprefix(b"kill once ").decode())
        if not marker.exists():
            marker.touch()
            os._exit(1)
    if body == b"sleep":
        time.sleep(60)
    return Outcome(article, knowledge.id, rules, rejected=f"seen: {article[0].url}")


def job(number: int, body: bytes = b"") -> Job:
    return Job((Page(f"http://a.test/{number}", body),), Knowledge(), PageRules())


def urls(outcomes: list[Outcome]) -> list[str]:
    return [outcome.article[0].url for outcome in outcomes]


@pytest.mark.parametrize("count", [0, 1, FEW - 1, FEW, 40])
def test_outcomes_come_in_the_order_of_the_jobs(count: int) -> None:
    found = list(restored((job(n) for n in range(count)), work, workers=2))
    assert urls(found) == [f"http://a.test/{n}" for n in range(count)]
    assert all(outcome.rejected.startswith("seen") for outcome in found)


def test_a_page_that_kills_its_worker_costs_only_itself(tmp_path: Path) -> None:
    bodies = {5: b"kill", 11: b"kill once " + bytes(tmp_path / "once")}
    found = list(restored((job(n, bodies.get(n, b"")) for n in range(20)), work, workers=2))
    assert urls(found) == [f"http://a.test/{n}" for n in range(20)]
    assert [n for n, outcome in enumerate(found) if not outcome.rejected.startswith("seen")] == [5]
    assert found[5].rejected.startswith("worker-killed: ") and found[5].knowledge_id == Knowledge().id


def test_a_page_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "PATIENCE", 8.0)  # a busy machine is no page without end
    found = list(restored((job(n, b"sleep" if n == 3 else b"") for n in range(10)), work, workers=2))
    assert len(found) == 10
    assert found[3].rejected.startswith("timeout: ") and "retryable" in found[3].rejected
    assert found[4].rejected.startswith("seen")
