"""The address of a shared frontier: what it may be, and how it is shown to people.

The password is in what connects, and in nothing else: neither in logs nor in archives.
"""

import re
from urllib.parse import urlsplit

from crawler.plan import PlanError

SCHEMES = ("redis", "rediss", "unix")
SECRETS = (re.compile(r"((?:rediss?|unix)://)\S*@"), re.compile(r"((?:rediss?|unix)://\S*[?&]password=)[^&\s]*"))
FORM = "redis://HOST:PORT/NUMBER"


class Url(str):
    """An address that may hold a password: what shows it does not show that."""

    __slots__ = ()

    def __str__(self) -> str:
        return hidden(str.__str__(self))

    def __repr__(self) -> str:
        return repr(str(self))

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def secret(self) -> str:
        """As it is."""
        return str.__str__(self)


def hidden(text: str) -> str:
    """A text without the names and passwords of the addresses of a Redis in it."""
    text = SECRETS[0].sub(r"\1…@", text)
    return SECRETS[1].sub(r"\1…", text)


def place_of(url: str) -> str:
    """Where it is, for people. Raises `PlanError` for what is no address of a Redis."""
    plain = secret_of(url)
    try:
        parts = urlsplit(plain)
        is_one = parts.scheme in SCHEMES and (parts.hostname or parts.scheme == "unix") and parts.port != 0
    except ValueError:
        is_one = False
    if not is_one:
        raise PlanError(f"SHARED_FRONTIER={hidden(plain)}: {FORM} is wanted")
    where = parts.path if parts.scheme == "unix" else f"{parts.hostname}:{parts.port or 6379}{parts.path}"
    return f"{parts.scheme}://{where}"


def secret_of(url: str) -> str:
    """As it connects."""
    return url.secret() if isinstance(url, Url) else str(url)
