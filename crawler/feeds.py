"""Where the sitemaps of a crawl's hosts are: as their robots.txt says, or where one is looked for."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from crawler import sitemaps
from crawler.discovery import Link


@dataclass(slots=True)
class Feeds:
    """Kept until a list page shows that the whole host is wanted; given once a host."""

    are_wanted: bool
    _named: dict[str, list[Link]] = field(default_factory=dict)
    _given: set[str] = field(default_factory=set)

    def name(self, robots: str, urls: Iterable[str]) -> None:
        """What a robots.txt names."""
        self._named[urlsplit(robots).netloc] = [Link(urljoin(robots, url), "") for url in urls]

    def of(self, url: str) -> list[Link]:
        """The sitemaps of the host of a list page."""
        netloc = urlsplit(url).netloc
        if netloc in self._given or not self.are_wanted:
            return []
        self._given.add(netloc)
        return self._named.pop(netloc, None) or [Link(urljoin(url, place), "") for place in sitemaps.PLACES]
