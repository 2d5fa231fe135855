"""What a run was asked to do: its arguments, checked before anything is opened or fetched."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from crawler.guards import HINT, known_private
from crawler.profile import Profile, load

BOT = "worksummary-archive/0.1"
SAMPLE = "for the sample web, run `python -m sample serve` and crawl with -s ALLOW_PRIVATE_ADDRESSES=True"
FIRST = 3  # start addresses that a run's name shows


class PlanError(Exception):
    """A run cannot start. `str()` of it is one line: what, where, what to do."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Where to begin, and what is known of the site."""

    site: str  # the run's name in `crawls`: a profile, or what was asked for
    start_urls: tuple[str, ...]
    profile: Profile


def plan(site: str = "", urls: str = "", urls_file: str = "") -> Plan:
    """The plan of `-a site=NAME`, `-a urls=URL[,URL…]` or `-a urls_file=FILE`."""
    given = [name for name, value in (("site", site), ("urls", urls), ("urls_file", urls_file)) if value]
    if len(given) != 1:
        raise PlanError(
            "say what to crawl: -a site=NAME, -a urls=URL[,URL…] or -a urls_file=FILE"
            + (f" (one of them, not {' and '.join(given)})" if given else "")
        )
    if site:
        profile = load(site)
        return Plan(profile.name, profile.start_urls, profile)
    start_urls = tuple(_checked(_lines(urls_file) if urls_file else urls.split(","), urls_file or "urls"))
    more = f" and {len(start_urls) - FIRST} more" if len(start_urls) > FIRST else ""
    name = str(shown(Path(urls_file))) if urls_file else ", ".join(start_urls[:FIRST]) + more
    return Plan(name, start_urls, Profile())


def check(wanted: Plan, contact: str, addresses: Mapping[str, str], allow_private: bool) -> None:
    """Raise `PlanError` where the run would be a rude or a dangerous one."""
    for url in wanted.start_urls:
        private = known_private(url, addresses)
        if private and not allow_private:
            raise PlanError(f"{url} is a private address ({private}); {SAMPLE if is_reserved(url) else HINT}")
        if not private and not contact:
            raise PlanError(
                f"{url} is a public host, and its operator must be able to reach you: "
                "set CONTACT to an e-mail or web address (-s CONTACT=you@example.org)"
            )


def is_reserved(url: str) -> bool:
    """The address of a name that can be nobody's (RFC 6761), such as the sample web's."""
    return (urlsplit(url).hostname or "").endswith(".test")


def shown(path: Path) -> Path:
    """A path as people know it: relative to the working folder where it is inside it."""
    here, full = Path.cwd(), Path.cwd() / path
    return full.relative_to(here) if full.is_relative_to(here) else path


def user_agent(contact: str) -> str:
    """Who asks, and how to reach them."""
    return f"{BOT} (+{contact})" if contact else BOT


def _lines(file: str) -> list[str]:
    try:
        text = Path(file).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
        raise PlanError(f"cannot read urls_file {file}: {reason}") from error
    return [line.strip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]


def _checked(urls: Iterable[str], where: str) -> Iterable[str]:
    found = [url.strip() for url in urls if url.strip()]
    if not found:
        raise PlanError(f"{where}: there is no address in it")
    for url in found:
        if not re.match(r"https?://[^/\s?#]+[^\s]*$", url):
            raise PlanError(f"{where}: {url!r} is no http address; write it as http://host/path")
    return dict.fromkeys(found)
