"""What a crawl asks for next: links leased from the frontier in the archive, a few of each host at a time.

However many links wait, only those in work are in memory. A lease ends when its page came and all that it led to is
stored, or when it failed for good; what is leased when the process dies is taken back by the next crawl.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from archive import frontier
from archive.captures import Known
from archive.errors import ArchiveError
from archive.frontier import Leased, LinkRow, Visited
from archive.hosts import Closed
from crawler.frontiers import LOOK_EVERY, Room

if TYPE_CHECKING:
    from crawler.budget import Budget
    from crawler.extensions import Run

AHEAD = 2  # links of a host that wait in the downloader for each one that it fetches at a time
IN_WORK = 4  # leases at once for each request that may be made at once: pages wait to be restored


@dataclass(slots=True)
class Lease:
    """A link in work. It settles when it is closed and the last of its items is stored."""

    url: str
    host: str
    kind: str
    depth: int
    found_on: int
    visit: dict[str, str | int]
    links: list[LinkRow]  # what is done with it, itself first
    items: int = 0  # handed to the item pipeline and not stored yet
    reading: int = 0  # pages of it that are being read: the next one may be through before the one that led to it
    closed: bool = False  # the last page that it went on to has been read
    asked: bool = True  # its request has not come back yet
    broken: bool = False  # an item of it was not stored
    waits: bool = False  # it was put back: whatever of it is stored later does not settle it
    not_modified: bool = False  # its host said so of a page of it, and was asked
    again: bool = False  # a page of it did not come: it is due at once
    signature: str = ""
    documents: int = 0  # that it led to
    known: Known | None = None  # what the archive has of its address

    @classmethod
    def of(cls, link: Leased) -> "Lease":
        """Of a link."""
        row = LinkRow(link.url, link.kind, "done", "", link.depth, link.found_on, link.priority, link.visit)
        return cls(link.url, link.host, link.kind, link.depth, link.found_on, frontier.visit_of(link), [row])

    @property
    def is_done(self) -> bool:
        """Everything that its pages led to is stored, and nothing of it is to come again."""
        return self.ends_with(0)

    def ends_with(self, items: int) -> bool:
        """Whether it is done when so many items more are stored."""
        return self.closed and self.items == items and not (self.reading or self.waits or self.broken)

    def visited(self) -> Visited:
        """What is to be written when it settles."""
        return Visited(tuple(self.links), self.signature, self.again)


@dataclass(slots=True)
class Leases:
    """Those in work, and where the next ones come from."""

    run: "Run"
    per_host: int
    most: int
    patience: float  # seconds to wait for links that may not be asked for yet, where nothing else is left
    budget: "Budget"
    waits_for_hours: bool = False
    open: dict[str, Lease] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)  # by host
    closed_hosts: dict[str, Closed] = field(default_factory=dict)
    resting: dict[str, str] = field(default_factory=dict)  # hosts that failed too often, for the rest of this crawl
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _looked: float = -LOOK_EVERY
    _last_host: str = ""
    _said_hours: bool = False

    async def all(self) -> AsyncIterator[Lease]:
        """Leases, as there is room for them, until nothing is left or the budget is spent."""
        with suppress(ArchiveError):  # the crawl is ending for it
            async for lease in self._all():
                yield lease

    async def _all(self) -> AsyncIterator[Lease]:
        while not self.run.ending:
            await self._look()
            if spent := self.budget.spent():
                if await self.run.frontier.waiting():
                    self.run.end(spent)
                elif self.open:  # pages that are being read may have links
                    await self._pause(LOOK_EVERY)
                    continue
                return
            if closed := self._closed():
                if closed > self.patience and not self.open and await self._ends_with_hours():
                    return
                await self._pause(min(closed, LOOK_EVERY))
                continue
            self._said_hours = False
            for lease in await self._more():
                yield lease
            look_every = self.run.frontier.look_every
            if not self._has_room() or self.open:
                await self._pause(look_every)
            elif (seconds := await self._until_next()) is None and await self.run.frontier.is_over():
                return
            else:
                await self._pause(min(look_every if seconds is None else seconds, look_every))

    def asks(self, lease: Lease) -> None:
        """A request of a lease goes out after all: what the archive had was no answer."""
        lease.asked = True
        self.asked[lease.host] += 1

    def came(self, lease: Lease) -> None:
        """A request of a lease is out of the downloader: its host has room again."""
        if lease.asked:
            lease.asked = False
            self.asked[lease.host] -= 1
            if self.asked[lease.host] <= self.per_host // 2:  # some are leased in one go
                self._wake.set()

    def ended(self, lease: Lease) -> None:
        """A lease is no longer in work."""
        self.came(lease)
        if self.open.get(lease.url) is lease:  # else it was put back, and is leased again by now
            del self.open[lease.url]
        if not self.open or len(self.open) == self.most - 1 - self.most // 4:
            self._wake.set()

    def wake(self) -> None:
        """Look again: links were met, or a host was opened."""
        self._wake.set()

    def look(self) -> None:
        """Read at once what is said of hosts."""
        self._looked = -LOOK_EVERY
        self._wake.set()

    def _closed(self) -> float:
        """Seconds until the site's window opens; 0 where it is open, or has none."""
        window = self.run.plan.profile.window
        return window.seconds_until_open(datetime.now(UTC)) if window else 0.0

    async def _ends_with_hours(self) -> bool:
        """Whether the crawl is over for now, since its site may not be asked for long; else that it waits is said."""
        waiting = (await self.run.frontier.waiting()).keys() - self.resting.keys()
        if not waiting:
            return True  # and finished: nothing is left for this crawl
        window = self.run.plan.profile.window
        opens = f"{window}, which opens at {window.next(datetime.now(UTC)):%Y-%m-%d %H:%M}" if window else ""
        if not self.waits_for_hours:
            self.run.end(f"outside-hours: {opens}; run then, it goes on with links of {len(waiting)} hosts")
        elif not self._said_hours:
            self._said_hours = True
            self.run.say(f"waits for the hours {opens}")
        return not self.waits_for_hours

    def _has_room(self) -> bool:
        return len(self.open) < self.most

    async def _more(self) -> Iterable[Lease]:
        free = self.most - len(self.open)
        if free <= 0:
            return ()
        closed = frozenset([*self.closed_hosts, *self.budget.closed_hosts(), *self.resting])
        # A host that failed is asked for one page, and for the next when it is known what the answer means for it.
        failed = Counter({host: self.per_host - 1 for host, times in self.run.failures.items() if times})
        room = Room(self.per_host, self.asked + failed, closed)
        found = await self.run.frontier.take(room, free, self._last_host)
        if not found:
            return ()
        leases = [Lease.of(link) for link in found]
        for lease, known in zip(leases, await self.run.known(*(link.url for link in found)), strict=True):
            lease.known = known
            self.open[lease.url] = lease
            self.asked[lease.host] += 1
            self._last_host = lease.host
        return leases

    async def _look(self) -> None:
        """Read what is said of hosts, every now and then."""
        if time.monotonic() - self._looked < LOOK_EVERY:
            return
        self._looked = time.monotonic()
        self.closed_hosts = {host.host: host for host in await self.run.frontier.closed_hosts()}

    async def _until_next(self) -> float | None:
        """Seconds until something may be asked for; None where that is nothing, or too late for this crawl."""
        left = await self.run.frontier.waiting()
        times, closed_hosts = [], self.closed_hosts | self.budget.closed_hosts()
        for host, earliest in left.items():
            closed = closed_hosts.get(host)
            if host not in self.resting and (closed is None or closed.state == "resting"):
                times.append(max(earliest, closed.until if closed else ""))
        if not times or (seconds := _seconds_until(min(times))) > self.patience:
            return None
        return max(seconds, 0.05)

    async def _pause(self, seconds: float) -> None:
        self._wake.clear()
        try:
            await asyncio.wait_for(self._wake.wait(), seconds)
        except TimeoutError:
            return


def _seconds_until(date: str) -> float:
    if not date:
        return 0.0
    return (datetime.fromisoformat(date) - datetime.now(UTC)).total_seconds()
