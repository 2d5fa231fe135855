"""The Redis of a shared frontier: how it is reached, what is said of it, and what happens while it cannot be.

The connection is made by scrapy-redis, so that its settings serve (REDIS_PARAMS for certificates and timeouts). Its
scheduler does not: it forgets a request when it hands it out.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from typing import Any

import redis
import redis.asyncio
import redis.asyncio.retry
import redis.retry
from redis.backoff import NoBackoff
from scrapy.settings import BaseSettings
from scrapy_redis.connection import get_redis_from_settings

from archive.errors import ArchiveError
from crawler import shared_scripts as scripts
from crawler.plan import PlanError
from crawler.shared_url import hidden, place_of, secret_of

logger = logging.getLogger(__name__)

AGAIN = 0.25, 5.0  # seconds between two attempts to reach a Redis that is gone: the first, and the longest
ATTEMPT = 5.0  # seconds for one attempt; a script takes milliseconds
# Its client tries again by itself, with pauses that nobody sees; here `Server.run` does.
ONCE: dict[str, Any] = {
    "socket_timeout": ATTEMPT, "socket_connect_timeout": ATTEMPT, "retry_on_timeout": False,
    "retry": redis.retry.Retry(NoBackoff(), 0),
}  # fmt: skip
GOES_ON = ", what was leased goes back. The same command goes on where it was"
BEGINS = ". The same command goes on with the round that there is now, or begins one"
LOST = (redis.ConnectionError, redis.TimeoutError, OSError)


def check(url: str) -> None:
    """Raise `PlanError` for an address that is none of a Redis, or where none answers."""
    place = place_of(url)
    try:
        with redis.Redis.from_url(secret_of(url), **ONCE) as client:
            version = str(client.info("server")["redis_version"])
    except (redis.RedisError, OSError) as error:
        raise PlanError(f"the shared frontier at {place} cannot be used: {said(error)}") from error
    if int(version.split(".")[0]) < 7:
        raise PlanError(f"the shared frontier at {place} is Redis {version}; 7.0 or newer is wanted")


class FrontierLost(ArchiveError):
    """A shared frontier that cannot be reached, or is another one than it was."""


class Server:
    """A Redis, and the scripts that run there. What is asked while it cannot be reached waits for it, for a while."""

    def __init__(
        self, settings: BaseSettings, end: Callable[[str], None], came_back: Callable[[], None] = lambda: None
    ) -> None:
        url = settings["SHARED_FRONTIER"]
        self.place = place_of(url)
        self._end = end  # the crawl, as a failure that leaves everything to be gone on with
        self._came_back = came_back  # after it was gone: it may have forgotten its last second
        self._patience = settings.getfloat("PATIENCE")
        self._url = secret_of(url)
        self._settings = settings
        self._client = self._made("redis.asyncio.Redis")
        self._scripts: dict[str, Any] = {}
        self._problem = ""  # for which the crawl is ending
        self.lost_at: float | None = None
        self.back_at: float | None = None  # when it was reached again, on the monotonic clock

    def now(self, script: str, key: str, *args: str | float) -> Any:
        """Run a script at once, on this thread: before the crawl begins."""
        client = self._made("redis.Redis")
        try:
            return client.eval(scripts.PRELUDE + script, 1, key, *args)
        except (redis.RedisError, OSError) as error:
            raise FrontierLost(f"the shared frontier at {self.place} cannot be used: {said(error)}") from error
        finally:
            client.close()

    async def run(self, script: str, key: str, *args: str | float) -> Any:
        """Run a script. While Redis is gone it is tried again; after PATIENCE seconds the crawl ends."""
        if script not in self._scripts:
            self._scripts[script] = self._client.register_script(scripts.PRELUDE + script)
        wait = AGAIN[0]
        while True:
            if self._problem:
                raise FrontierLost(self._problem)
            try:
                answer = await self._scripts[script](keys=[key], args=args)
            except LOST as error:
                await self._wait(error, wait)
                wait = min(2 * wait, AGAIN[1])
            except redis.RedisError as error:
                if "LOADING" in str(error) or "MASTERDOWN" in str(error):  # it starts, and reads what it kept
                    await self._wait(error, wait)
                    continue
                raise self._ends(*_meaning(error)) from error
            else:
                self._is_back()
                return answer

    async def close(self) -> None:
        """End the connections."""
        await self._client.aclose()

    def _made(self, kind: str) -> Any:
        settings = self._settings.copy()
        given = ONCE | {"decode_responses": True}
        if kind.startswith("redis.asyncio"):
            given["retry"] = redis.asyncio.retry.Retry(NoBackoff(), 0)
        params = given | settings.getdict("REDIS_PARAMS") | {"redis_cls": kind}
        settings.setdict({"REDIS_URL": self._url, "REDIS_PARAMS": params}, priority="cmdline")
        return get_redis_from_settings(settings)

    async def _wait(self, error: BaseException, seconds: float) -> None:
        now = time.monotonic()
        if self.lost_at is None:
            self.lost_at = now
            logger.warning(
                "the shared frontier at %s is lost: %s; waiting for it for %g s", self.place, said(error),
                self._patience,
            )  # fmt: skip
        if now - self.lost_at >= self._patience:
            raise self._ends(f"it could not be reached for {self._patience:g} s ({said(error)})")
        await asyncio.sleep(min(seconds, max(self.lost_at + self._patience - now, 0.05)))

    def _is_back(self) -> None:
        if self.lost_at is not None:
            self.back_at = time.monotonic()
            logger.info("the shared frontier is there again after %.1f s", self.back_at - self.lost_at)
            self.lost_at = None
            self._came_back()

    def _ends(self, why: str, then: str = GOES_ON) -> FrontierLost:
        problem = f"frontier-lost: the shared frontier at {self.place}: {why}; what was stored is whole{then}"
        self._problem = problem
        self._end(problem)
        return FrontierLost(problem)


def said(error: BaseException) -> str:
    """What an error says, in a line and without a password."""
    return hidden(" ".join(str(error).split()))[:200] or type(error).__name__


def _meaning(error: redis.RedisError) -> tuple[str, str]:
    """Why a crawl ends for it, and what the next one does."""
    text = str(error)
    if text.startswith("GONE"):
        return (
            "its round is gone: others ended it while this worker was silent, or it was cleared, or Redis began anew"
            " without what it had (appendonly yes keeps it)",
            BEGINS,
        )
    if "OOM" in text:
        return "Redis has no memory left for more links (maxmemory)", GOES_ON
    return said(error), GOES_ON


def pairs(flat: Sequence[Any]) -> dict[str, Any]:
    """name, value, … as a table."""
    return dict(zip(flat[::2], flat[1::2], strict=True))
