"""Systems that many sites run on, `crawler/sites/cms/NAME.toml`: by what they are known, and how their addresses read.

A system, not a site, is the unit of what one can know beforehand. It never limits what is followed: themes and
rewriting change addresses. It says what an address surely is, and what is never worth a request.
"""

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from crawler.values import Check, ProfileError, checked, patterns, read_table, selector

FOLDER = Path(__file__).parent / "sites" / "cms"
LOOKS = 5  # pages of a host on which its system is looked for: an entry page may be a splash


@dataclass(frozen=True, slots=True)
class System:
    """A system. Every field but `name` is a key of its file; patterns are searched in addresses."""

    name: str = ""
    markers: tuple[str, ...] = ()  # regular expressions, searched in a page's markup: what only this system writes
    list_urls: tuple[str, ...] = ()
    article_urls: tuple[str, ...] = ()
    deny_urls: tuple[str, ...] = ()  # tools, users, comments: what no document stands behind
    article: str = ""  # CSS selector, where the system itself and not its theme marks the article

    def seen(self, markup: str) -> tuple[str, ...]:
        """What of the markup only this system writes."""
        return tuple(found.group() for marker in self.markers if (found := re.search(marker, markup)))

    def kind_of(self, url: str) -> str:
        """article, list, or '' where the address does not say."""
        if any(re.search(pattern, url) for pattern in self.article_urls):
            return "article"
        return "list" if any(re.search(pattern, url) for pattern in self.list_urls) else ""

    def is_denied(self, url: str) -> bool:
        """No document stands behind the address."""
        return any(re.search(pattern, url) for pattern in self.deny_urls)


NONE = System()


def names() -> list[str]:
    """The systems that are known."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


@cache  # files of the program, not of a run
def load(name: str) -> System:
    """The system of that name. Raises `ProfileError` where there is none or its file is wrong."""
    if name not in names():
        raise ProfileError(f"no system named {name!r}. Known systems: {', '.join(names())}")
    path = FOLDER / f"{name}.toml"
    return System(name, **checked(f"cms/{path.name}", read_table(path), _KEYS))


def recognise(markup: str) -> tuple[System, tuple[str, ...]]:
    """The system that wrote a page, and the words that show it; `NONE` where no system or two do."""
    found = sorted(
        ((seen, name) for name in names() if (seen := load(name).seen(markup))), key=lambda one: -len(one[0])
    )
    if not found or (len(found) > 1 and len(found[1][0]) == len(found[0][0])):
        return NONE, ()
    return load(found[0][1]), found[0][0]


@dataclass(slots=True)
class Systems:
    """Which system each host of a crawl runs on, as its first pages show."""

    _of: dict[str, System] = field(default_factory=dict)
    _looks: dict[str, int] = field(default_factory=dict)

    def see(self, url: str, markup: str) -> None:
        """Look at a page of a host whose system is not known yet."""
        host = urlsplit(url).netloc
        if host in self._of or self._looks.get(host, 0) >= LOOKS:
            return
        self._looks[host] = self._looks.get(host, 0) + 1
        if (system := recognise(markup)[0]) is not NONE:
            self._of[host] = system

    def of(self, url: str) -> System:
        """The system behind an address."""
        return self._of.get(urlsplit(url).netloc, NONE)

    def refusal(self, url: str) -> str:
        """Why its system makes an address worth no request; '' to ask for it."""
        system = self.of(url)
        return f"chrome: of {system.name}, which keeps no document there" if system.is_denied(url) else ""


_KEYS: dict[str, Check] = {
    "markers": patterns, "list_urls": patterns, "article_urls": patterns, "deny_urls": patterns, "article": selector,
}  # fmt: skip
