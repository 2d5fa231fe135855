"""What a crawler must refuse to connect to: private addresses, by name or by number.

A page may name any host, and a host's own DNS may answer with 127.0.0.1 or an address of the local net: a crawler
that follows is a tool against whoever runs it. Names are checked where they are resolved, and the connection uses
the very answer that was checked; numbers in a URL never meet the resolver, so a downloader middleware checks them.
"""

import re
import socket
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from scrapy import signals
from scrapy.exceptions import CannotResolveHostError, IgnoreRequest, StopDownload
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


UNICAST = IPv6Network("2000::/3")  # all that is assigned to the public; the rest is local, mapped, or nobody's
METADATA = frozenset(map(IPv4Address, ["168.63.129.16", "192.0.0.192"]))  # Azure's, Oracle's; others' are link-local

# What inet_aton takes for an address beside the plain form: 2130706433, 0x7f.1, 0177.0.0.01.
_NUMBER = re.compile(r"(?:0x[0-9a-f]*|\d+)(?:\.(?:0x[0-9a-f]*|\d+)){0,3}\.?", re.I)


def is_private(address: str) -> bool:
    """Loopback, private, link-local (where clouds serve their metadata), shared, reserved or multicast."""
    ip: IPv4Address | IPv6Address = ip_address(address)
    if isinstance(ip, IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and ip not in UNICAST:  # NAT64 and the forms that hold an IPv4 address are in no other
            return True
        ip = inner or ip
    return not ip.is_global or ip.is_multicast or ip in METADATA


def literal(host: str) -> str:
    """The address that a host in a URL is, '' if it is a name. A number in any form is what a resolver makes of it."""
    bare = host.strip("[]").split("%")[0]
    try:
        return str(ip_address(bare.rstrip(".")))
    except ValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(bare.rstrip("."))) if _NUMBER.fullmatch(bare) else ""
    except OSError:
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


class SizeCap:
    """Extension: ends a body that is larger than any page, and keeps what came of it as a truncated capture.

    A length that is only said counts too: of such a body nothing is taken.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> Self:
        """As Scrapy builds it."""
        cap = cls(crawler.settings.getint("MAX_BODY"))
        crawler.signals.connect(cap.headers_received, signal=signals.headers_received)
        crawler.signals.connect(cap.bytes_received, signal=signals.bytes_received)
        return cap

    def headers_received(self, body_length: int | None, request: "Request") -> None:
        """Look at the length that is said; one that is not is None or a word of Twisted's."""
        request.meta["received"] = 0
        if isinstance(body_length, int) and body_length > self.limit:
            self._stop(request, f"{body_length} bytes are announced")

    def bytes_received(self, data: bytes, request: "Request") -> None:
        """Count what comes."""
        request.meta["received"] += len(data)
        if request.meta["received"] > self.limit:
            self._stop(request, "it goes on")

    def _stop(self, request: "Request", seen: str) -> None:
        request.meta["refused"] = f"too-large: more than {self.limit} bytes, {seen}"
        raise StopDownload(fail=False)


def _settings(settings: "BaseSettings") -> tuple[dict[str, str], bool]:
    return settings.getdict("HOST_ADDRESSES"), settings.getbool("ALLOW_PRIVATE_ADDRESSES")
