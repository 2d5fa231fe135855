"""Who asked not to be archived: a file of hosts, domains and beginnings of addresses, one a line.

    # the school wrote on 3 March
    school.example.cn          the host, and every host below it
    https://x.cn/people/       every address that begins so, by http or https

A takedown removes what is there and keeps it away; this list keeps a crawl from asking at all. It is read again while
a crawl runs.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from w3lib.url import safe_url_string

_COMMENT = re.compile(r"(?:^|\s)#.*")


class OptOutError(ValueError):
    """A list that cannot be used. `str()` of it names the file and the line."""


@dataclass(frozen=True, slots=True)
class OptOut:
    """The list, as it was read."""

    hosts: frozenset[str] = frozenset()
    prefixes: dict[str, tuple[str, ...]] = field(default_factory=dict)  # of paths, by host

    def refusal(self, url: str) -> str:
        """Why an address must not be asked for; '' if it may."""
        if not self.hosts and not self.prefixes:
            return ""
        host, path = _split(url)
        names = host.split(".")
        above = (".".join(names[n:]) for n in range(len(names)))
        if name := next((name for name in above if name in self.hosts), ""):
            return f"opt-out: {name}"
        prefix = next((prefix for prefix in self.prefixes.get(host, ()) if path.startswith(prefix)), "")
        return f"opt-out: {host}{prefix}" if prefix else ""


def parse(text: str, name: str = "the opt-out list") -> OptOut:
    """The list in a text. Raises `OptOutError`: a line that is not understood may be somebody's wish."""
    hosts: set[str] = set()
    prefixes: dict[str, tuple[str, ...]] = {}
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        entry = _COMMENT.sub("", line).strip()
        if not entry:
            continue
        try:
            host, path = _split(entry if "://" in entry else f"http://{entry.removeprefix('*.')}/")
        except ValueError:
            host, path = "", ""
        if not host or any(sign in host for sign in " *,") or "@" in entry or len(entry.split()) > 1:
            raise OptOutError(f"{name}, line {number}: {entry!r} is no host and no beginning of an address")
        if path in ("", "/"):
            hosts.add(host)
        else:
            prefixes[host] = (*prefixes.get(host, ()), path)
    return OptOut(frozenset(hosts), prefixes)


def read(path: Path) -> OptOut:
    """The list in a file. Raises `OptOutError`."""
    try:
        return parse(path.read_text("utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise OptOutError(f"cannot read the opt-out list {path}: {error}") from error


def _split(url: str) -> tuple[str, str]:
    """The host of an address, and what stands behind it, as a request would have them."""
    parts = urlsplit(safe_url_string(url))
    query = f"?{parts.query}" if parts.query else ""
    return (parts.hostname or "").rstrip("."), (parts.path or "/") + query
