"""The key of an address in an index of captures (SURT): host reversed, in lower case, what only varies left out.

As the `surt` package makes it, which pywb and cdxj-indexer ask: captures are found under no other key. That package
may look names up in the DNS; this asks nobody.
"""

import re
import socket
from contextlib import suppress
from urllib.parse import SplitResultBytes, quote_from_bytes, unquote_to_bytes

_SAFE = "!\"$&'()*+,-./:;<=>?@[\\]^_`{|}~"  # what stays as it is; '%' and '#' do not
_SPACES = re.compile(rb"[\n\r\t]")
_SCHEME = re.compile(rb"[a-zA-Z][a-zA-Z0-9+.-]*:")
_SCHEMES = re.compile(rb"^(https?://)+")
# The expression of RFC 3986, appendix B.
_PARTS = re.compile(rb"(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#.*)?", re.S)
_WWW = re.compile(rb"www\d*\.")
_ADDRESS = re.compile(rb"[0-9]+(?:\.[0-9]+){0,3}")
_PORTS = {b"http": 80, b"https": 443}
_PATH_SESSIONS = (
    re.compile(rb"^(.*/)(?:\((?:[a-z]\([0-9a-z]{24}\))+\)/)([^?]+\.aspx.*)$", re.I),
    re.compile(rb"^(.*/)(?:\([0-9a-z]{24}\)/)([^?]+\.aspx.*)$", re.I),
)
_QUERY_SESSIONS = tuple(
    re.compile(rb"^(.*)(?:" + one + rb")(?:&(.*))?$", re.I)
    for one in (
        rb"jsessionid=[0-9a-zA-Z]{32}",
        rb"phpsessid=[0-9a-zA-Z]{32}",
        rb"sid=[0-9a-zA-Z]{32}",
        rb"ASPSESSIONID[a-zA-Z]{8}=[a-zA-Z]{24}",
        rb"cfid=[^&]+&cftoken=[^&]+",
    )
)


def surt(url: str) -> str:
    """The key of an address; the address itself where it cannot be taken apart."""
    try:
        return _surt(_SPACES.sub(b"", url.encode().strip())).decode()
    except ValueError:  # a port that is none, bytes that are no UTF-8
        return url


def _surt(url: bytes) -> bytes:
    if not url:
        return b"-"
    if not _SCHEME.match(url):
        url = b"http://" + url
    url = _SCHEMES.sub(lambda match: match[1], url)
    match = _PARTS.match(url)
    if match is None:
        raise ValueError("no address")
    scheme, netloc, path, query = (match[1] or b"").lower(), match[2] or b"", match[3], match[4]
    found = SplitResultBytes(scheme, netloc.rstrip(b":"), path, query or b"", b"")
    host, port = found.hostname, found.port
    if scheme.startswith(b"http") and not host and path:
        host, _, rest = path.lstrip(b"/").partition(b"/")
        path = b"/" + rest
    named = _host(host) if host else b""
    if named and port and port != _PORTS.get(scheme):
        named += b":%d" % port
    asked = _query(query) if query else b""
    key = (named + b")" if named else scheme + b":") + (_path(path, bool(named)) or (b"/" if asked else b""))
    return key + (b"?" + asked if asked else b"")


def _host(host: bytes) -> bytes:
    host = _unescaped(host)
    if not host.isascii():
        with suppress(UnicodeError):  # an empty or a long label: it stays as it is
            host = host.decode("utf-8", "ignore").encode("idna")
    host = host.replace(b"..", b".").strip(b".")
    host = _address(host) or _escaped(host).lower()
    return b",".join(reversed(host[match.end() if (match := _WWW.match(host)) else 0 :].split(b".")))


def _address(host: bytes) -> bytes:
    """A host that is a number in dotted form; b'' where it is none."""
    if host.isdigit():
        return socket.inet_ntoa((int(host) & 0xFFFFFFFF).to_bytes(4, "big")).encode()
    if not _ADDRESS.fullmatch(host):
        return b""
    try:
        return socket.inet_ntoa(socket.inet_aton(host.decode())).encode()
    except OSError:
        return b""


def _path(path: bytes, has_host: bool) -> bytes:
    path = _unescaped(path)
    path = _escaped(_normal(path) if has_host else path).lower()
    for session in _PATH_SESSIONS:
        path = session.sub(rb"\1\2", path)
    return path[:-1] if len(path) > 1 and path.endswith(b"/") else path


def _normal(path: bytes) -> bytes:
    """A path without empty steps, '.' and '..'."""
    kept: list[bytes] = []
    for step in path.split(b"/")[1:]:
        if step == b".." and kept:
            kept.pop()
        elif step != b".":
            kept.append(step)
    last = kept.pop() if kept else b""
    return b"/" + b"".join(step + b"/" for step in kept if step) + last


def _query(query: bytes) -> bytes:
    query = _escaped(_unescaped(query))
    for session in _QUERY_SESSIONS:
        if match := session.match(query):
            query = match[1] + (match[2] or b"")
    query = query.lower()
    if len(query) <= 1:
        return query
    return b"&".join(b"=".join(pair) for pair in sorted(tuple(one.split(b"=", 1)) for one in query.split(b"&")))


def _escaped(text: bytes) -> bytes:
    return quote_from_bytes(text, safe=_SAFE).encode()


def _unescaped(text: bytes) -> bytes:
    """Without escapes, however often they were escaped themselves."""
    while (once := unquote_to_bytes(text)) != text:
        text = once
    return text
