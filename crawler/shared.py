"""A frontier that several crawler processes share, on one machine or many: SHARED_FRONTIER names its Redis.

A link is leased to one worker. The lease lasts while its worker says, every few seconds, that it is there, and ends
when all that the page led to is in that worker's archive; a worker that is killed loses its leases, and others take
them. So no page is lost, and a page may be fetched twice: what was stored when its worker died is stored again by
another. What each worker met and did is in its own archive, as in a crawl by itself.
"""
# ruff: noqa: D102 (`Frontier` says what each method does)

import asyncio
import json
import logging
import math
import secrets
import socket
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sqlite_utils import Database

from archive import claims, frontier, hosts, shared_links
from archive.errors import ArchiveError
from archive.frontier import AT_ONCE, Leased, LinkRow
from archive.hosts import Closed
from archive.rebuild import rules_digest
from archive.shared_links import History
from archive.store import now
from crawler import mirrors, shared_turns
from crawler import shared_scripts as scripts
from crawler.backoff import Wait
from crawler.due import due
from crawler.frontiers import Room
from crawler.profile import Met, Profile
from crawler.shared_redis import FrontierLost, Server, pairs
from pipelines.document import SOFTWARE

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.core.downloader import Slot
    from scrapy.settings import BaseSettings

    from crawler.extensions import Run
    from crawler.leases import Lease

logger = logging.getLogger(__name__)

LOOK_EVERY = 0.25  # seconds after which a worker with nothing to do asks what others have found; chosen
BEATS = 3  # of a worker's heart while a lease lasts: two may be late
TITLE = 120  # characters of a title: no title of an article is longer
SHORT = 24  # characters of a digest: 'sha256:' and 68 bits, which tell twins from others
STARTING = 30_000  # ms that a worker may take to begin
POLL = 0.02, 0.25  # seconds until a worker asks again for its turn at a host that another is asking: least and most
WOKEN = 1000  # links that are woken in one step, for which all others wait: some milliseconds


class Shared:
    """This worker's part in it."""

    look_every = LOOK_EVERY

    def __init__(self, run: "Run", settings: "BaseSettings") -> None:
        self.run = run
        self.server = Server(settings, run.stop, run.forget_met)
        self.key = key_of(run.plan.site)
        self.worker = f"{socket.gethostname()}:{Path(settings['ARCHIVE']).resolve()}"
        self.token = secrets.token_hex(8)
        self.round = ""  # its number, and when it began
        self.waited = 0  # links that waited when this worker joined
        self.goes_on = False
        self.said = ""
        self.leased = 0
        self.flights: dict[str, str] = {}  # requests that are out, with their host
        self._lease = round(1000 * settings.getfloat("SHARED_LEASE"))
        self._most = settings.getint("MAX_PAGES_PER_HOST")
        self._resume, self._wake = settings.getbool("RESUME"), settings["REVISIT"]
        self._closed: list[Closed] = []
        self._told = (0, 0)  # pages and rejections
        self._beating: asyncio.Task[None] | None = None
        self._ended, self._totals = False, Met()

    # --- of the worker ---------------------------------------------------------------------------------------

    def join(self) -> str:
        """Begin a round, or join the one that is not over. The crawl of this archive that it began with, '' if none."""
        lease, resume = max(self._lease, STARTING), int(self._resume)
        own_by = goes_by(self.run.plan.profile)
        answer = self.server.now(scripts.JOIN, self.key, self.worker, self.token, lease, resume, self._wake, own_by)
        self.round, goes_on, crawl, self.waited, own, lost, by = answer
        self.goes_on = bool(goes_on)
        _tell(own, lost)
        if unlike := differing(own_by, by):
            logger.warning(unlike)
        state = f"goes on with {self.waited} links" if self.goes_on else "begins"
        self.said = f"shares the frontier at {self.server.place}: round {self.number} {state}"
        return str(crawl)

    @property
    def number(self) -> int:
        """The round's."""
        return int(self.round.partition("@")[0] or 0)

    async def begin(self) -> Mapping[str, int]:
        await self._run(scripts.NAME, self.worker, await self.run.do(shared_links.named, self.run.round.id))
        while await self._run(scripts.WAKE, WOKEN):
            pass
        await self._run(scripts.READY, self.worker)
        await self._beat()  # before it asks for anything it hears of hosts that others have closed
        self._beating = asyncio.get_running_loop().create_task(self._beat_on())
        return {}  # the frontier counts for all workers

    async def leave(self, *, finished: bool) -> str:
        """Give everything back, at once. What is to be said of it."""
        if self._beating:
            self._beating.cancel()
        if self.server.lost_at is not None:
            return "what this worker had in work goes back when its leases end"
        try:
            args = (self.worker, self.token, int(finished), *self._counts())
            count, ended, totals = await self._run(scripts.LEAVE, *args)
        except FrontierLost:
            return "what this worker had in work goes back when its leases end"
        self._ended, self._totals = bool(ended), Met(*totals)
        back = f"; {count} links in work were given back" if count else ""
        for name, value in (("place", self.server.place), ("round", self.number), ("worker", self.worker),
                            ("leases", self.leased), ("given_back", count)):  # fmt: skip
            self.run.crawler.stats.set_value(f"shared_frontier/{name}", value)
        return f"round {self.number} of the shared frontier {'is over' if ended else 'goes on'}{back}"

    def unmet(self) -> list[str]:
        """What all workers together fell short of; the one that ends the round says it."""
        return self.run.plan.profile.expect.unmet(self._totals) if self._ended else []

    async def _beat_on(self) -> None:
        with suppress(ArchiveError):  # the crawl is ending for it
            while True:
                await asyncio.sleep(self._lease / 1000 / BEATS)
                await self._beat()

    async def _beat(self) -> None:
        """Say that this worker is there, and hear what is said of hosts."""
        own = await self.run.do(lambda db: [host for host in hosts.closed(db) if host.state != "resting"])
        said = json.dumps([[one.host, one.state, one.until, one.why] for one in own], ensure_ascii=False)
        flights = [word for flight in self.flights.items() for word in flight]
        state, others, rests, resting = await self._run(
            scripts.BEAT, self.worker, self.token, self._lease, said, *flights
        )
        if state < 0:
            self.run.stop(
                f"frontier-lost: another worker is called {self.worker} too; give each its own ARCHIVE, and each"
                " machine its own name"
            )
            raise FrontierLost("another worker has this name")
        if not state:
            logger.warning("this worker was taken for lost: others may fetch what it has in work, too")
        told = [Closed(*row) for text in others for row in json.loads(text)]
        asleep = [Closed(host, "resting", _after(ms), "it failed or asked for rest") for host, ms in _two(rests)]
        left = [Closed(host, "left", "", why) for host, why in _two(resting)]
        self._closed = [*asleep, *left, *told, *own]

    # --- of links --------------------------------------------------------------------------------------------

    async def unknown(self, urls: Sequence[str], wake: str) -> set[str]:
        mine = await self.run.do(shared_links.unmet, self.run.round, urls)
        found: set[str] = set()
        for first in range(0, len(mine), AT_ONCE):
            some = mine[first : first + AT_ONCE]
            known = await self._run(scripts.UNKNOWN, wake, now(), *some)
            found.update(url for url, is_known in zip(some, known, strict=True) if not is_known)
        return found

    async def record(self, links: Sequence[LinkRow]) -> None:
        goes_on = any(one.kind in ("next", "redirect") for one in links)
        found_on = await self.run.do(shared_links.found_on, links) if goes_on else {}
        rows = [
            [one.url, _host(one.url), one.kind, one.state, one.depth, one.priority, one.visit,
             found_on.get(one.url, ""), int(one.ends)]
            for one in links
        ]  # fmt: skip
        written: list[LinkRow] = []
        for first in range(0, len(rows), AT_ONCE):
            said = await self._run(scripts.NOTE, self.worker, self._most, _json(rows[first : first + AT_ONCE]))
            written += [
                one if state >= 0 else frontier.refused(one, f"page-limit: {self._most} pages of this host")
                for one, state in zip(links[first : first + AT_ONCE], said, strict=True)
            ]
        await self.run.do(frontier.record, self.run.round, written)

    async def take(self, room: Room, most: int, after: str) -> list[Leased]:
        asked = {host: n for host, n in room.asked.items() if n}
        closed = dict.fromkeys(room.closed, 1)
        found, lost = await self._run(
            scripts.TAKE, self.worker, most, room.per_host, _json(asked), _json(closed), after, int(self._may_reap())
        )
        _tell(0, lost)
        rows = [
            _leased(url, json.loads(text), n) for url, text, n in zip(found[::3], found[1::3], found[2::3], strict=True)
        ]
        await self.run.do(shared_links.adopt, self.run.round, rows)
        self.leased += len(rows)
        return sorted((link for link, _ in rows), key=lambda link: -link.priority)

    async def settle(self, lease: "Lease") -> None:
        await self.run.do(frontier.settle, self.run.round, lease.visited(), due)
        await self.settled(lease)

    async def settled(self, lease: "Lease") -> None:
        rows = await self.run.do(_visited, lease)
        with suppress(FrontierLost):  # it is stored; what the frontier does not know is fetched again
            await self._run(scripts.DONE, self.worker, lease.url, _json(rows), lease.documents, *self._counts())

    async def gave_up(self, lease: "Lease") -> None:
        await self._run(scripts.DONE, self.worker, lease.url, "[]", 0, *self._counts())

    async def give_back(self, url: str, failed: str, not_before: str, why: str) -> None:
        await self.run.do(frontier.give_back, url, failed=failed, not_before=not_before, why=why)
        wait = max(_ms(not_before) - _ms(now()), 0) if not_before else 0
        await self._run(scripts.BACK, self.worker, url, failed, wait)

    async def attempts(self, url: str) -> int:
        return int(await self._run(scripts.ATTEMPTS, url))

    async def waiting(self) -> dict[str, str]:
        return {host: _after(ms) if ms else "" for host, ms in _two(await self._run(scripts.WAITING))}

    async def left(self) -> dict[str, int]:
        return {host: int(n) for host, n in _two(await self._run(scripts.LEFT))}

    async def is_over(self) -> bool:
        return bool(await self._run(scripts.OVER, self.worker))

    async def is_open(self, url: str) -> bool:
        return (await self._link(url)).get("s") in ("n", "a")

    async def follows(self, url: str, before: str) -> bool:
        link = await self._link(url)
        return link.get("k") in ("next", "redirect") and link.get("f") == before

    async def kept_as(self, url: str, title: str) -> str:
        if kept := await self.run.do(mirrors.kept_as, url, title):
            return kept
        link = await self._link(url)
        return url if link.get("w") and mirrors.same_article(title, link["w"]) else ""

    async def same_bytes(self, url: str, fetch_id: int) -> str:
        if twin := await self.run.do(mirrors.same_bytes, url, fetch_id):
            return twin
        digest = await self.run.do(shared_links.digest_of, fetch_id)
        for twin in mirrors.twins(url) if not (await self._link(url)).get("m") else ():
            if (await self._link(twin)).get("b") == digest[:SHORT]:
                return twin
        return ""

    async def changed(self, modified: Mapping[str, str]) -> int:
        rows = [word for url, at in modified.items() if at for word in (url, at)]
        woken = 0
        for first in range(0, len(rows), 2 * AT_ONCE):
            woken += await self._run(scripts.CHANGED, claims.SAMPLED, *rows[first : first + 2 * AT_ONCE])
        return woken

    async def ask_again(self, host: str) -> None:
        urls = await self.run.do(frontier.called_unchanged, self.run.round, host)
        await self._run(scripts.AGAIN, *urls)

    async def _link(self, url: str) -> dict[str, Any]:
        return dict(json.loads(await self._run(scripts.LINK, url) or "{}"))

    # --- of hosts --------------------------------------------------------------------------------------------

    async def closed_hosts(self) -> Sequence[Closed]:
        return [
            *self._closed,
            *await self.run.do(lambda db: [one for one in hosts.closed(db) if one.state != "resting"]),
        ]

    async def host_failed(self, host: str, wait: Wait, until: str, failures: int) -> None:
        if wait.host:
            await self.run.do(hosts.rest, host, until, failures)
        rest = round(1000 * wait.seconds) if wait.host else -1
        if wait.rests:  # at least until every worker has heard of it
            rest = max(rest, self._lease)
        await self._run(shared_turns.FAILED, host, rest, failures, wait.reason if wait.rests else "")

    async def host_came(self, host: str) -> None:
        await self.run.do(hosts.rest, host, "", 0)
        await self._run(shared_turns.FAILED, host, 0, 0, "")

    def slot(self, request: "Request") -> "Slot":
        """Scrapy's own slot of a request: its delay is what robots.txt, the throttle and the settings ask for."""
        return self.run.crawler.engine.downloader.slots[request.meta["download_slot"]]

    async def turn(self, host: str, delay: float, at_once: int) -> "Flight":
        """Wait until a host may be asked, whichever worker asked it last."""
        flight = Flight(f"{self.token}:{secrets.token_hex(4)}", host, delay)
        asked = self.run.crawler.engine.downloader.per_slot_settings.get(host, {}).get("delay", 0.0)  # by robots.txt
        poll = min(max(delay / 4, POLL[0]), POLL[1])
        args = (flight.name, round(1000 * delay), at_once, self._lease, round(1000 * asked))
        while True:
            may_reap = int(self._may_reap())
            state, wait, flight.failures = await self.server.run(shared_turns.TURN, host_key(host), *args, may_reap)
            if state == "go":
                self.flights[flight.name] = host
                if flight.failures or host in self.run.failures:
                    self.run.failures[host] = flight.failures  # in a row, at whichever worker
                return flight
            if state == "rests":
                flight.rests = max(wait, 1) / 1000
                return flight
            await asyncio.sleep(poll if state == "busy" else wait / 1000)

    async def landed(self, flight: "Flight") -> None:
        """A request is back. The next one to its host waits for the delay from now on."""
        self.flights.pop(flight.name, None)
        args = (flight.name, flight.host, round(1000 * flight.delay), int(flight.has_come), round(1000 * flight.rest))
        with suppress(FrontierLost):  # what came is kept all the same
            await self.server.run(shared_turns.LANDED, host_key(flight.host), *args)

    # -----------------------------------------------------------------------------------------------------------

    async def _run(self, script: str, *args: str | float) -> Any:
        return await self.server.run(script, self.key, self.round, *args)

    def _may_reap(self) -> bool:
        """Whether others that are silent may be lost: after a Redis that was gone they need a moment to come back."""
        back = self.server.back_at
        return back is None or asyncio.get_running_loop().time() - back > self._lease / 1000

    def _counts(self) -> tuple[int, int]:
        """Pages and rejections since this was asked last."""
        figures = self.run.figures
        pages, rejected = figures.articles - self._told[0], figures.rejected - self._told[1]
        self._told = figures.articles, figures.rejected
        return pages, rejected


@dataclass(slots=True)
class Flight:
    """A turn at a host: one request."""

    name: str
    host: str
    delay: float
    failures: int = 0  # of the host before, in a row
    rests: float = 0.0  # seconds; it may not be made
    rest: float = 0.0  # seconds that its answer asks for
    has_come: bool = False

    def came(self, rest: float) -> None:
        """An answer came."""
        self.has_come, self.rest = True, rest


def key_of(site: str) -> str:
    """What the keys of a site's crawl begin with."""
    return f"worksummaries:{site}:"


def host_key(host: str) -> str:
    """Of a host, whichever crawls ask it."""
    return f"worksummaries:host:{host}"


def goes_by(profile: Profile) -> str:
    """What all workers of a round should have the same: release, rules and profile."""
    return f"{SOFTWARE} {rules_digest()} profile {sha256(repr(profile).encode()).hexdigest()[:16]}"


def differing(own: str, others: str) -> str:
    """What is said where they have not; '' where they have."""
    if others in ("", own):
        return ""
    what = "profile" if own.partition(" profile ")[0] == others.partition(" profile ")[0] else "release"
    return (
        f"this worker has another {what} than the one that began the round ({own}; {others}): pages are followed and"
        " restored as each has it. Give all the same"
    )


def _leased(url: str, link: dict[str, Any], attempts: int) -> tuple[Leased, History]:
    leased = Leased(url, link["h"], link["k"], link.get("d", 0), 0, link.get("p", 0), link.get("x", ""))
    past = History(
        link.get("n", 0), link.get("c", 0), link.get("t", ""), link.get("u", ""), link.get("g", ""), attempts
    )
    return leased, past


def _visited(db: Database, lease: "Lease") -> list[list[object]]:
    """What others must know of the links of a lease that is settled here, as DONE takes it."""
    found_on = shared_links.found_on(db, lease.links)
    past = shared_links.histories(db, [link.url for link in lease.links])
    title, digest = mirrors.shown_by(db, lease.url) if lease.documents else ("", "")
    return [
        [link.url, _host(link.url), link.kind, link.depth, found_on.get(link.url, ""), one.visits, one.changes,
         one.visited_at, one.due_at, _ms(one.due_at), one.signature, title[:TITLE], digest[:SHORT]]
        for link in lease.links
        if (one := past.get(link.url))
    ]  # fmt: skip


def _tell(own: int, lost: Sequence[Any]) -> None:
    if own:
        logger.info("%d links came back that this worker had leased when it was killed", own)
    for worker, count in _two(lost):
        logger.warning("worker %s is lost: %d links that it had leased came back", worker, count)


def _two(flat: Sequence[Any]) -> Iterable[tuple[str, Any]]:
    return pairs(flat).items()


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _ms(date: str) -> int:
    return round(1000 * datetime.fromisoformat(date).timestamp()) if date else 0


def _after(ms: float) -> str:
    return (datetime.now(UTC) + timedelta(seconds=math.ceil(float(ms) / 1000))).strftime("%Y-%m-%dT%H:%M:%SZ")
