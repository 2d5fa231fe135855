"""What a crawler must refuse to connect to: private addresses, by name or by number.

A page may name any host, and a host's own DNS may answer with 127.0.0.1 or an address of the local net: a crawler
that follows is a tool against whoever runs it. Names are checked where they are resolved, and the connection uses
the very answer that was checked; numbers in a URL never meet the resolver, so a downloader middleware checks them.
"""

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from scrapy.exceptions import CannotResolveHostError, IgnoreRequest
from scrapy.resolver import CachingThreadedResolver
from scrapy.utils.datatypes import LocalCache
from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.error import DNSLookupError

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings
    from twisted.internet.base import ReactorBase

HINT = "set ALLOW_PRIVATE_ADDRESSES=True to crawl your own net"

# Twisted drops a resolver's message on its way to the request, so it is left here, as Scrapy leaves its own answers.
refused: LocalCache[str, str] = LocalCache(10_000)


def is_private(address: str) -> bool:
    """Loopback, private, link-local (where clouds serve their metadata), shared, reserved or multicast."""
    ip: IPv4Address | IPv6Address = ip_address(address)
    if isinstance(ip, IPv6Address):
        ip = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else ip)
    return not ip.is_global or ip.is_multicast


def literal(host: str) -> str:
    """The address that a host in a URL is, '' if it is a name."""
    try:
        return str(ip_address(host.strip("[]").split("%")[0]))
    except ValueError:
        return ""


def mapped(host: str, addresses: Mapping[str, str]) -> str:
    """What HOST_ADDRESSES says of a name (patterns such as *.test), '' if nothing."""
    return next((address for pattern, address in addresses.items() if fnmatchcase(host.lower(), pattern)), "")


def known_private(url: str, addresses: Mapping[str, str]) -> str:
    """The private address behind a URL, where that is known without asking DNS; else ''."""
    host = urlsplit(url).hostname or ""
    address = literal(host) or mapped(host, addresses) or ("127.0.0.1" if host.split(".")[-1] == "localhost" else "")
    return address if address and is_private(address) else ""


def reason(host: str, address: str) -> str:
    """Why a host is refused, for `links` and the log."""
    return f"private-address: {host} is {address}; {HINT}"


class GuardedResolver(CachingThreadedResolver):
    """Scrapy's caching resolver, with names of its own and a check of every answer."""

    addresses: dict[str, str]
    allow_private: bool

    @classmethod
    def from_crawler(cls, crawler: "Crawler", reactor: "ReactorBase") -> Self:
        """As Scrapy builds it; `crawler` is the process, of which only the settings are there."""
        resolver: Self = super().from_crawler(crawler, reactor)
        resolver.addresses, resolver.allow_private = _settings(crawler.settings)
        return resolver

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> "Deferred[str]":
        """The address of a name, or a failure where it is private."""
        address = mapped(name, self.addresses)
        found = succeed(address) if address else super().getHostByName(name, timeout)
        return found if self.allow_private else found.addCallback(self._checked, name)

    def _checked(self, address: str, name: str) -> Any:
        if not is_private(address):
            return address
        refused[name] = reason(name, address)
        return fail(DNSLookupError(refused[name]))


class AddressGuard:
    """Downloader middleware: refuses private numbers in URLs, and says why a name was not resolved."""

    def __init__(self, allow_private: bool) -> None:
        self.allow_private = allow_private

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> Self:
        """As Scrapy builds it."""
        return cls(_settings(crawler.settings)[1])

    def process_request(self, request: "Request") -> None:
        """Refuse an address that is a number and private."""
        host = urlsplit(request.url).hostname or ""
        address = literal(host)
        if address and not self.allow_private and is_private(address):
            raise IgnoreRequest(reason(host, address))

    def process_exception(self, request: "Request", exception: Exception) -> None:
        """Turn the resolver's refusal into one that is not tried again."""
        why = refused.get(urlsplit(request.url).hostname or "")
        if why and isinstance(exception, CannotResolveHostError):
            raise IgnoreRequest(why)


def _settings(settings: "BaseSettings") -> tuple[dict[str, str], bool]:
    return settings.getdict("HOST_ADDRESSES"), settings.getbool("ALLOW_PRIVATE_ADDRESSES")
