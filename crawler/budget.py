"""How much a crawl may ask for, and for how long: over all, and of one host. 0 is no limit.

A budget that is spent ends the crawl (or leaves the host) in order; the next crawl goes on where it was.
"""

import time
from collections import Counter
from dataclasses import dataclass, field

from scrapy.settings import BaseSettings

from archive.hosts import Closed


@dataclass(slots=True)
class Budget:
    """What is left, counted in exchanges."""

    pages: int = 0
    minutes: float = 0.0
    host_pages: int = 0
    host_minutes: float = 0.0
    asked: Counter[str] = field(default_factory=Counter)  # exchanges by host
    began: dict[str, float] = field(default_factory=dict)  # by host; '' for the crawl

    @classmethod
    def of(cls, settings: BaseSettings) -> "Budget":
        """As the settings have it."""
        return cls(
            settings.getint("CRAWL_PAGES"),
            settings.getfloat("CRAWL_MINUTES"),
            settings.getint("HOST_PAGES"),
            settings.getfloat("HOST_MINUTES"),
        )

    def count(self, host: str) -> None:
        """An exchange with a host."""
        now = time.monotonic()
        self.asked[host] += 1
        self.began.setdefault("", now)
        self.began.setdefault(host, now)

    def spent(self) -> str:
        """Why the crawl is to end, code first; '' while it may go on."""
        if self.pages and self.asked.total() >= self.pages:
            return f"budget-pages: CRAWL_PAGES={self.pages}"
        if self.minutes and self._minutes("") >= self.minutes:
            return f"budget-time: CRAWL_MINUTES={self.minutes:g}"
        return ""

    def closed_hosts(self) -> dict[str, Closed]:
        """The hosts that this crawl asks nothing more of."""
        if not (self.host_pages or self.host_minutes):
            return {}
        found = {}
        for host, asked in self.asked.items():
            if self.host_pages and asked >= self.host_pages:
                found[host] = Closed(host, "budget", "", f"HOST_PAGES={self.host_pages}")
            elif self.host_minutes and self._minutes(host) >= self.host_minutes:
                found[host] = Closed(host, "budget", "", f"HOST_MINUTES={self.host_minutes:g}")
        return found

    def _minutes(self, host: str) -> float:
        return (time.monotonic() - self.began[host]) / 60 if host in self.began else 0.0
