"""What a shared frontier holds, read off its Redis for people: its crawls, their workers, and each host's links."""

from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

import redis

from crawler import shared_scripts as scripts
from crawler.plan import PlanError
from crawler.shared import key_of
from crawler.shared_redis import ONCE, said
from crawler.shared_url import place_of, secret_of

AT_ONCE = 1000  # keys, and leases, in one step


@dataclass(frozen=True, slots=True)
class Worker:
    """A process that crawls."""

    name: str
    leases: int
    seconds: float  # until they go to the others, unless it says that it is there; below 0: it is lost


@dataclass(frozen=True, slots=True)
class Host:
    """Links of a host in the round."""

    name: str
    queued: int = 0
    later: int = 0  # wait for a time
    leased: int = 0
    done: int = 0
    rests: float = 0.0  # seconds; no worker asks it meanwhile


@dataclass(frozen=True, slots=True)
class Crawl:
    """What is shared of one site."""

    site: str
    round: int
    state: str  # open, ended
    documents: int
    known: int  # links, of all rounds
    workers: tuple[Worker, ...]
    hosts: tuple[Host, ...]

    def as_json(self) -> dict[str, object]:
        """The same for programs."""
        return asdict(self)

    def lines(self) -> list[str]:
        """The same for people."""
        total = [sum(getattr(host, name) for host in self.hosts) for name in ("queued", "later", "leased", "done")]
        words = "{:,} queued, {:,} for later, {:,} leased, {:,} done"
        found = [
            f"{self.site}  round {self.round} ({self.state}), {words.format(*total)},"
            f" {self.documents:,} documents, {self.known:,} links known"
        ]
        for worker in self.workers:
            until = f"they last {worker.seconds:.0f} s more" if worker.seconds > 0 else "it is lost: they come back"
            found.append(f"  worker {worker.name}  {worker.leases:,} leases, {until}")
        for host in self.hosts:
            rests = f", rests for {host.rests:.0f} s" if host.rests > 0 else ""
            figures = words.format(host.queued, host.later, host.leased, host.done)
            found.append(f"  {host.name}  {figures}{rests}")
        return found


class Frontiers:
    """All that one Redis holds."""

    def __init__(self, url: str) -> None:
        self.place = place_of(url)
        self._redis: Any = redis.Redis.from_url(secret_of(url), **ONCE | {"decode_responses": True})

    def sites(self) -> list[str]:
        """The sites that are crawled, or were."""
        try:
            keys = self._redis.scan_iter(match=key_of("*") + "round", count=AT_ONCE)
            first, last = len(key_of("")) - 1, len(":round")
            return sorted(key[first:-last] for key in keys)
        except (redis.RedisError, OSError) as error:
            raise PlanError(f"the shared frontier at {self.place} cannot be used: {said(error)}") from error

    def crawl(self, site: str) -> Crawl:
        """What is shared of one."""
        key, db = key_of(site), self._redis
        now = _now(db)
        known = db.hgetall(key + "round")
        deadlines = {name: float(at) for name, at in db.zrange(key + "workers", 0, -1, withscores=True)}
        workers = tuple(Worker(name, db.scard(f"{key}of:{name}"), (at - now) / 1000) for name, at in deadlines.items())
        return Crawl(
            site, int(known.get("n", 0)), known.get("state", "ended"), int(known.get("documents", 0)),
            db.hlen(key + "links"), workers, tuple(self._hosts(key, now)),
        )  # fmt: skip

    def clear(self, site: str) -> int:
        """Forget a site's queue, its leases and what it has met. How many links that were."""
        said = self._redis.eval(scripts.PRELUDE + scripts.CLEAR, 1, key_of(site))
        if isinstance(said, list):
            raise PlanError(f"{len(said)} workers are at it: {', '.join(said)}. End them first")
        return int(said)

    def _hosts(self, key: str, now: float) -> list[Host]:
        db = self._redis
        done = db.hgetall(key + "done")
        leased = self._by_host(db.hkeys(key + "leases"))
        later = self._by_host(db.zrange(key + "later", 0, -1))
        rests = dict(db.zrange("worksummaries:rests", 0, -1, withscores=True))
        names = sorted({*done, *leased, *later, *db.zrange(key + "hosts", 0, -1), *db.hkeys(key + "met")})
        return [
            Host(
                name, db.zcard(f"{key}q:{name}"), later.get(name, 0), leased.get(name, 0), int(done.get(name, 0)),
                max(float(rests.get(name, 0)) - now, 0.0) / 1000,
            )
            for name in names
        ]  # fmt: skip

    @staticmethod
    def _by_host(urls: list[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for url in urls:
            host = urlsplit(url).hostname or ""
            found[host] = found.get(host, 0) + 1
        return found


def _now(db: Any) -> float:
    seconds, micro = db.time()
    return float(seconds * 1000 + micro / 1000)
