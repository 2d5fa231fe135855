"""RFC 9309 without the network: what a robots.txt says to this crawler, and what follows where it cannot be read.

Scrapy's own middleware takes a server's error for leave to fetch everything; the RFC takes it for none at all. What
asks for the file and keeps it is `crawler.manners`; the cache is the archive itself, where each one was captured.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urljoin, urlsplit

from protego import Protego
from w3lib.url import safe_url_string

from crawler.backoff import ROBOTS
from crawler.plan import BOT

AGENT = BOT.partition("/")[0]  # what a robots.txt may call us
PATH = "/robots.txt"
STEPS = 5  # redirects that are followed (RFC 9309, 2.3.1.2)
PARSED = 500 * 1024  # bytes that are read; the least that the RFC allows (2.5)
FRESH = timedelta(hours=24)  # how long a copy is good (2.4)
GIVEN_UP = timedelta(days=30)  # after so long, a host that never answers is taken for one without the file (2.3.1.4)
RECHECK = timedelta(hours=1)  # how long an older copy is obeyed before the file is asked for again (chosen)
ASKS = "asks_for_robots"  # in the meta of a request: it is that for the rules, so that none are asked for
FORBIDDEN = "robots: forbidden by robots.txt"

_RULE = re.compile(r"^\s*disallow\s*:\s*[^\s#]", re.I | re.M)
_VERSION = re.compile(r"^([ \t]*user-?agent[ \t]*:[ \t]*[\w-]+)/[^\r\n]*", re.I | re.M)
_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Rules:
    """What one origin's robots.txt lets this crawler ask for, for a while."""

    until: datetime  # when it is to be read again
    parsed: Protego | None = None  # None: there is no such file, all is allowed
    lost: str = ""  # why it could not be read, code first: nothing is allowed
    fetch_id: int = 0  # its capture

    def refusal(self, url: str) -> str:
        """Why an address must not be asked for; '' if it may."""
        if self.lost:
            return f"{ROBOTS}: {self.lost}"
        return "" if self.parsed is None or self.parsed.can_fetch(url, AGENT) else FORBIDDEN


def origin(url: str) -> str:
    """Scheme, host and port: what a robots.txt speaks for. A port that its scheme implies is left out."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    port = parts.port if parts.port != _DEFAULT_PORTS.get(parts.scheme) else None
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{f':{port}' if port else ''}"


def target_of(url: str, location: bytes) -> str:
    """Where a redirect leads to; '' where it leads nowhere that can be read as an address of the web."""
    try:
        target = safe_url_string(urljoin(url, location.decode("utf-8", "replace"))).split("#")[0]
        parts = urlsplit(target)
        return target if parts.scheme in ("http", "https") and parts.hostname and parts.port != 0 else ""
    except ValueError:  # brackets that do not close, a port that is none
        return ""


def is_no_answer(status: int) -> bool:
    """Whether a status leaves open what the host allows. 429 is an overloaded host's, whatever its number."""
    return status >= 500 or status in (0, 429)


def parse(body: bytes) -> Protego:
    """The rules of a file: its first 500 KiB, as UTF-8 with or without a mark, cut where a line ends.

    `User-agent: NAME/1.0` is read as NAME: the RFC's token has no version, but its writer meant us.
    """
    whole = body if len(body) <= PARSED else body[:PARSED].rpartition(b"\n")[0]
    return Protego.parse(_VERSION.sub(r"\1", whole.decode("utf-8-sig", "ignore")))


def read(status: int, body: bytes, fetch_id: int, fetched_at: datetime) -> Rules:
    """The rules of an answer: 4xx is a host without the file."""
    return Rules(fetched_at + FRESH, parse(body) if 200 <= status < 300 else None, "", fetch_id)


def unread(why: str, since: datetime, now: datetime, pause: timedelta) -> Rules:
    """The rules where no answer came and none is kept: none is allowed; after 30 days, all."""
    return Rules(now + pause, None, "" if now - since >= GIVEN_UP else why)


def robots_verdict(url: str, status: int, body: bytes) -> str:
    """all, part, none, or unknown where the host did not say; '' where the address is that of another page.

    As RFC 9309 has it: a host without the file (4xx) allows all. Rules for other crawlers count as `part` too: whether
    they reach us is for the file itself to say, which is kept.
    """
    parts = urlsplit(url)
    if parts.path != PATH or 300 <= status < 400:
        return ""
    return verdict(f"{parts.scheme}://{parts.netloc}", status, body)


def verdict(where: str, status: int, body: bytes) -> str:
    """The same of an origin, whatever address its rules stood at in the end."""
    if is_no_answer(status):
        return "unknown"
    if status >= 400:
        return "all"
    rules = parse(body)
    if not any(rules.can_fetch(f"{where}{path}", AGENT) for path in ("/", "/a", "/zj/20190101_1.html")):
        return "none"
    return "part" if _RULE.search(body.decode("utf-8", "replace")) else "all"
