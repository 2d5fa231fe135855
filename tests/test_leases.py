"""When the lease of an article of several pages ends: after all that each led to, whichever is through first."""

import asyncio
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request

from archive.frontier import Leased
from crawler.budget import Budget
from crawler.hours import window
from crawler.leases import Lease, Leases
from crawler.spiders.summaries import SummariesSpider
from pipelines.document import Page, PageRules
from pipelines.items import Article

URL = "http://a.test/1.html"


class Reader:
    """A spider of which only the reading of pages is asked for."""

    def __init__(self) -> None:
        self.settled: list[str] = []
        self.run = SimpleNamespace(settle=self.settle)
        self.lease = Lease.of(Leased(URL, "a.test", "article", 0, 0, 0, ""))

    async def settle(self, lease: Lease) -> None:
        self.settled.append(lease.url)

    async def read(self, page: AsyncIterator[Request | Article]) -> list[Any]:
        return [one async for one in SummariesSpider._until_done(self, page, self.lease)]  # type: ignore[arg-type]


async def first(links_are_met: asyncio.Event) -> AsyncIterator[Request | Article]:
    """A page that goes on to the next one, and whose own links are written after that."""
    yield Request("http://a.test/1_2.html")
    await links_are_met.wait()


async def last() -> AsyncIterator[Request | Article]:
    yield Article((Page(URL, b"x"),), PageRules())


@pytest.mark.parametrize("stored_first", [True, False])
def test_a_next_page_that_is_through_first_ends_nothing_and_is_not_forgotten(stored_first: bool) -> None:
    reader = Reader()

    async def go() -> None:
        links_are_met = asyncio.Event()
        begun = asyncio.create_task(reader.read(first(links_are_met)))
        await asyncio.sleep(0)
        await reader.read(last())  # answered from the archive, it is there at once
        if stored_first:
            reader.lease.items -= 1
        assert not reader.lease.is_done and not reader.settled  # else a kill would lose what the first page names
        links_are_met.set()
        await begun
        if not stored_first:
            assert not reader.settled
            reader.lease.items -= 1
        assert reader.lease.is_done

    asyncio.run(go())
    assert reader.settled == ([URL] if stored_first else [])  # else the item's own transaction settles it


def test_a_page_alone_ends_with_its_item() -> None:
    reader = Reader()
    asyncio.run(reader.read(last()))
    assert reader.lease.closed and not reader.lease.is_done
    reader.lease.items -= 1
    assert reader.lease.is_done


@pytest.mark.parametrize(("left", "ends"), [({"a.test": ""}, ""), ({"a.test": "", "b.test": ""}, "outside-hours")])
@pytest.mark.parametrize("waits", [False, True])
def test_a_crawl_of_which_only_hosts_that_rest_are_left_waits_for_no_hours(
    left: dict[str, str], ends: str, waits: bool
) -> None:
    said: list[str] = []

    async def waiting() -> dict[str, str]:
        return left

    plan = SimpleNamespace(profile=SimpleNamespace(window=window("22:00-06:00", "UTC")))
    run = SimpleNamespace(frontier=SimpleNamespace(waiting=waiting), plan=plan, end=said.append, say=said.append)
    leases = Leases(run, 1, 1, 60, Budget(), waits, resting={"a.test": "host-rests: timeout"})  # type: ignore[arg-type]
    assert asyncio.run(leases._ends_with_hours()) is (not ends or not waits)
    assert bool(said) is bool(ends)
