"""A page that kills or stalls its worker costs nobody else anything."""

import asyncio
import os
import time

from pipelines.document import Knowledge, Outcome, Page, PageRules
from pipelines.items import Article, Workers


def work(article: tuple[Page, ...], rules: PageRules) -> Outcome:
    if article[0].body == b"kill":
        os._exit(9)
    if article[0].body == b"stall":
        time.sleep(600)
    return Outcome(article, "k", rules, rejected=f"restored: {os.getpid()}")


def restored(*bodies: bytes, patience: float = 20) -> list[str]:
    async def go() -> list[Outcome]:
        workers = Workers(Knowledge(), 2, patience, work)
        try:
            articles = [Article((Page(f"http://a.test/{n}", body),), PageRules()) for n, body in enumerate(bodies)]
            return list(await asyncio.gather(*map(workers.restore, articles)))
        finally:
            workers.close()

    outcomes = asyncio.run(go())
    assert [outcome.article[0].body for outcome in outcomes] == list(bodies)
    return [outcome.rejected.split(":")[0] for outcome in outcomes]


def test_a_page_that_kills_its_worker_is_rejected_as_that_and_the_others_are_restored() -> None:
    assert restored(b"a", b"kill", b"b", b"c") == ["restored", "worker-killed", "restored", "restored"]


def test_a_page_that_stalls_is_rejected_as_that() -> None:
    assert restored(b"a", b"stall", patience=12) == ["restored", "timeout"]  # a process takes some of it to start


def test_nothing_is_restored_in_this_process() -> None:
    async def go() -> str:
        workers = Workers(Knowledge(), 1, 20, work)
        try:
            return (await workers.restore(Article((Page("http://a.test/", b"x"),), PageRules()))).rejected
        finally:
            workers.close()

    assert asyncio.run(go()) != f"restored: {os.getpid()}"
