"""What a browser may do with the pages that are served, and who may ask for them.

Every answer carries a content security policy: nothing but this server is asked, no script or style works but static
files, no page stands in another's frame. Only Datasette's pages about itself, which are its own, hold styles.
"""

import re
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Callable[[], Awaitable[Message]], Send], Awaitable[None]]
Fields = list[tuple[bytes, bytes]]

READING = ("GET", "HEAD", "OPTIONS")
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")  # names of this machine by which nobody else can be meant
# Datasette's own pages about itself, which tell paths of files and settings; others than its owner need none of them.
INSIDE = re.compile(
    r"/-/(?:databases|threads|plugins|settings|metadata|config|versions|patterns|allow-debug|permissions|messages"
    r"|auth-token|actor|logout)(?:\.json)?/?"
)
ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
# A frame of our own holds what was captured; it lies in a sandbox.
FRAMES = "frame-src 'self'"
COMMON = f"img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; {FRAMES}"
PAGE = f"default-src 'none'; script-src 'self'; style-src 'self'; {COMMON}"
ITSELF = f"default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; {COMMON}"  # of INSIDE
DATA = "default-src 'none'; frame-ancestors 'none'; sandbox"  # of what is no page
# Of a page that was captured: it may be seen in a frame of ours, in its own styles, with the pictures that it holds.
CAPTURED = (
    "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'self'"
)


@dataclass(frozen=True, slots=True)
class Door:
    """Who may ask for what."""

    public: bool  # others than the one whose machine it is

    def refusal(self, method: str, host: str, path: str) -> tuple[int, str] | None:
        """Status and reason where a request is not answered."""
        if method not in READING:
            return 405, "This archive is read-only."
        if not self.public and not is_loopback(host):
            return 421, f"This server answers to {', '.join(LOOPBACK)} only. For others: serve --public"
        if self.public and INSIDE.fullmatch(path):
            return 404, "Not found"
        return None


def is_loopback(host: str) -> bool:
    """Whether a Host header names this machine; a site whose name was made to point here names itself."""
    return not host or re.sub(r":\d+$", "", host.lower()) in LOOPBACK


def policy(path: str, content_type: str) -> str:
    """The policy of an answer that brings none of its own."""
    if not content_type.startswith("text/html"):
        return DATA
    return ITSELF if INSIDE.fullmatch(path) else PAGE


def guarded(app: App, door: Door) -> App:
    """An app whose answers carry the policy, and which is asked for what the door lets in only."""

    async def wrapped(scope: Scope, receive: Callable[[], Awaitable[Message]], send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        path, sent = str(scope["path"]), _headed(send, str(scope["path"]))
        refused = door.refusal(str(scope["method"]), _host(scope["headers"]), path)
        if refused:
            await _refuse(sent, *refused)
        else:
            await app(scope, receive, sent)

    return wrapped


def _headed(send: Send, path: str) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": headed(message.get("headers", ()), path)}
        await send(message)

    return sent


def headed(headers: Iterable[tuple[bytes, bytes]], path: str) -> Fields:
    """An answer's headers with those that every answer has; what it brings of its own stays."""
    fields = list(headers)
    had = {name.lower().decode("latin-1"): value.decode("latin-1") for name, value in fields}
    wanted = {**ALWAYS, "content-security-policy": policy(path, had.get("content-type", ""))}
    fields += [(name.encode(), value.encode()) for name, value in wanted.items() if name not in had]
    return fields


def _host(headers: Iterable[tuple[bytes, bytes]]) -> str:
    return next((value.decode("latin-1") for name, value in headers if name.lower() == b"host"), "")


async def _refuse(send: Send, status: int, reason: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": reason.encode()})
