"""What a crawl exchanges with its frontier, whichever keeps it: the archive of this process, or a Redis that several
processes share (`crawler/shared.py`).

Whatever is written of links is in the archive in both cases: it says what this crawl met and did. Who may ask for a
link, and whether anything is left, is the frontier's to say.
"""
# ruff: noqa: D102 (`Frontier` says what each method does)

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from archive import claims, frontier, hosts
from archive.frontier import Leased, LinkRow
from archive.hosts import Closed
from crawler import mirrors
from crawler.backoff import Wait
from crawler.due import due

if TYPE_CHECKING:
    from crawler.extensions import Run
    from crawler.leases import Lease

LOOK_EVERY = 2.0  # seconds between two looks at what the operator says of hosts, and at the clock


@dataclass(frozen=True, slots=True)
class Room:
    """How many links of a host may be leased."""

    per_host: int
    asked: Mapping[str, int]  # requests that have not come back, by host
    closed: frozenset[str]  # hosts that are asked nothing now

    def __call__(self, host: str) -> int:
        """Of one of them."""
        return 0 if host in self.closed else self.per_host - self.asked.get(host, 0)


class Frontier(Protocol):
    """Where links wait. Any of these may end the crawl with an `ArchiveError`."""

    look_every: float  # seconds after which a crawl that waits looks again

    def unknown(self, urls: Sequence[str], wake: str) -> Awaitable[set[str]]:
        """Which addresses the round has not met, and may ask for."""

    def record(self, links: Sequence[LinkRow]) -> Awaitable[None]:
        """Write links as they are met, refused or failed."""

    def take(self, room: Room, most: int, after: str) -> Awaitable[list[Leased]]:
        """Lease up to `most` links, of each host as many as it has room for, hosts in turn from the one `after`."""

    def settle(self, lease: "Lease") -> Awaitable[None]:
        """Write that a lease is done, where nothing of it is left to be stored."""

    def settled(self, lease: "Lease") -> Awaitable[None]:
        """A lease was settled in the transaction that stored the last of it."""

    def gave_up(self, lease: "Lease") -> Awaitable[None]:
        """A lease failed for good; its link is written as that."""

    def give_back(self, url: str, failed: str, not_before: str, why: str) -> Awaitable[None]:
        """Put a lease back; `failed` is the address that did not come, '' where that is nobody's fault."""

    def attempts(self, url: str) -> Awaitable[int]:
        """How often an address failed since it last came."""

    def waiting(self) -> Awaitable[dict[str, str]]:
        """The hosts with links that wait, each with when the first of them may be asked for ('' for now)."""

    def left(self) -> Awaitable[dict[str, int]]:
        """How many links wait, by host."""

    def is_over(self) -> Awaitable[bool]:
        """Where nothing is left to take: whether nothing can come either."""

    def is_open(self, url: str) -> Awaitable[bool]:
        """Whether a link still waits, or is in work."""

    def follows(self, url: str, before: str) -> Awaitable[bool]:
        """Whether an address is known of a page that went on to it, and of nothing else."""

    def begin(self) -> Awaitable[Mapping[str, int]]:
        """The start addresses are recorded. How many addresses of each host the round has met before."""

    def kept_as(self, url: str, title: str) -> Awaitable[str]:
        """The address of the article that was restored from `url` under the same title; '' where none was."""

    def same_bytes(self, url: str, fetch_id: int) -> Awaitable[str]:
        """The twin of an address that answered with the very same bytes before; '' where none did."""

    def changed(self, modified: Mapping[str, str]) -> Awaitable[int]:
        """Sitemaps say when pages changed: those not visited since wait, others rest. How many came to wait."""

    def ask_again(self, host: str) -> Awaitable[None]:
        """Put back the links of a host that it called unchanged in this round."""

    def closed_hosts(self) -> Awaitable[Sequence[Closed]]:
        """The hosts that are asked nothing now."""

    def host_failed(self, host: str, wait: Wait, until: str, failures: int) -> Awaitable[None]:
        """A host failed so often in a row; where all of it waits, it is asked nothing before `until`."""

    def host_came(self, host: str) -> Awaitable[None]:
        """A host that failed has answered."""


class Embedded:
    """The frontier in the archive of the one process that crawls. On the archive's thread."""

    look_every = LOOK_EVERY

    def __init__(self, run: "Run") -> None:
        self.run = run

    async def unknown(self, urls: Sequence[str], wake: str) -> set[str]:
        return await self.run.do(frontier.unknown, self.run.round, urls, wake=wake)

    async def record(self, links: Sequence[LinkRow]) -> None:
        await self.run.do(frontier.record, self.run.round, links)

    async def take(self, room: Room, most: int, after: str) -> list[Leased]:
        return await self.run.do(frontier.take, self.run.round, room, most, after)

    async def settle(self, lease: "Lease") -> None:
        await self.run.do(frontier.settle, self.run.round, lease.visited(), due)

    async def settled(self, lease: "Lease") -> None:
        """The transaction said it."""

    async def gave_up(self, lease: "Lease") -> None:
        """The row says it."""

    async def give_back(self, url: str, failed: str, not_before: str, why: str) -> None:
        await self.run.do(frontier.give_back, url, failed=failed, not_before=not_before, why=why)

    async def attempts(self, url: str) -> int:
        return await self.run.do(frontier.attempts, url)

    async def waiting(self) -> dict[str, str]:
        return await self.run.do(frontier.waiting, self.run.round)

    async def left(self) -> dict[str, int]:
        return await self.run.do(frontier.left, self.run.plan.site)

    async def is_over(self) -> bool:
        return True

    async def is_open(self, url: str) -> bool:
        return await self.run.do(frontier.is_open, url)

    async def follows(self, url: str, before: str) -> bool:
        return await self.run.do(frontier.follows, url, before)

    async def begin(self) -> Mapping[str, int]:
        await self.run.do(claims.feeds_first, self.run.round)
        return await self.run.do(lambda db: dict(frontier.met(db, self.run.round)))

    async def kept_as(self, url: str, title: str) -> str:
        return await self.run.do(mirrors.kept_as, url, title)

    async def same_bytes(self, url: str, fetch_id: int) -> str:
        return await self.run.do(mirrors.same_bytes, url, fetch_id)

    async def changed(self, modified: Mapping[str, str]) -> int:
        await self.run.do(claims.rest, self.run.round, modified.items())
        return await self.run.do(frontier.wake, self.run.round, modified)

    async def ask_again(self, host: str) -> None:
        await self.run.do(frontier.ask_again, self.run.round, host)

    async def closed_hosts(self) -> Sequence[Closed]:
        return await self.run.do(lambda db: list(hosts.closed(db)))

    async def host_failed(self, host: str, wait: Wait, until: str, failures: int) -> None:
        if wait.host:
            await self.run.do(hosts.rest, host, until, failures)

    async def host_came(self, host: str) -> None:
        await self.run.do(hosts.rest, host, "", 0)
