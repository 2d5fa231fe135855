"""Faults of a bad network and a tired server, as a fixed function of seed, address and attempt.

Every address comes whole after at most `WORST` faulty attempts. Whatever is answered with a fault is either whole all
the same, or such that a client can tell: no client could know a shorter page with a right length from the real one.
"""

import os
import random
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BufferedIOBase
from typing import Literal

Fault = Literal[
    "none", "slow", "short-length", "busy", "busy-later", "cut", "cut-chunk", "reset", "long-length", "empty"
]
WHOLE: tuple[Fault, ...] = ("none", "slow", "short-length")  # after these the client has all of the page
BUSY: tuple[Fault, ...] = ("busy", "busy-later")  # a 503, without and with Retry-After
BROKEN: tuple[Fault, ...] = ("cut", "cut-chunk", "reset", "long-length", "empty")

WORST = 2  # faulty attempts in a row: as often as the crawler tries again
SHARE = 0.4  # of the addresses have faults at all
RETRY_AFTER = 1  # seconds
PIECES, PAUSE = 4, 0.03  # of a slow body, and seconds between two of them
EXTRA = b"<script>/* put behind the page by a box on its way */</script>"  # what a length too short leaves out


@dataclass(slots=True)
class Faults:
    """Which fault an attempt meets; it counts the attempts."""

    seed: int
    share: float = SHARE
    _attempts: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def next(self, url: str) -> tuple[int, Fault]:
        """The number of this attempt, from 1, and its fault. The server's port is no part of `url`: another one, the
        same faults."""
        with self._lock:
            self._attempts[url] += 1
            attempt = self._attempts[url]
        return attempt, self.of(url, attempt)

    def of(self, url: str, attempt: int) -> Fault:
        """The fault of an attempt. A robots.txt that fails forbids its host (RFC 9309), so it always comes whole."""
        chance = random.Random(f"{self.seed}/{url}")
        bad = 0 if chance.random() >= self.share else chance.randint(1, WORST)
        kinds = WHOLE[1:] if url.endswith("/robots.txt") else (*WHOLE[1:], *BUSY, *BROKEN)
        faults = [chance.choice(kinds) for _ in range(bad)]
        return faults[attempt - 1] if attempt <= bad else "none"


@dataclass(frozen=True, slots=True)
class Wire:
    """A connection, on which a head was begun and a body is to follow."""

    out: BufferedIOBase
    socket: socket.socket
    header: Callable[[str, str], None]
    end_headers: Callable[[], None]


def send(fault: Fault, body: bytes, wire: Wire) -> bool:
    """Send the rest of an answer as the fault has it; whether the connection can be used again."""
    length = len(body) + (1000 if fault == "long-length" else 0)
    if fault == "cut-chunk":
        wire.header("Transfer-Encoding", "chunked")
    else:
        wire.header("Content-Length", str(length))
    wire.end_headers()
    half = body[: len(body) // 2]
    if fault == "slow":
        _slowly(body, wire.out)
    elif fault == "short-length":
        wire.out.write(body + EXTRA)
    elif fault in ("cut", "reset"):
        wire.out.write(half)
    elif fault == "cut-chunk":
        wire.out.write(b"%x\r\n%s\r\n" % (len(half), half) if half else b"1")
    else:
        wire.out.write(body)
    if fault == "reset":  # closed like this, RST goes out in place of FIN
        wire.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(wire.socket.detach())
    return fault in ("none", "slow", *BUSY)


def _slowly(body: bytes, out: BufferedIOBase) -> None:
    size = len(body) // PIECES + 1
    for start in range(0, len(body), size):
        out.write(body[start : start + size])
        out.flush()
        time.sleep(PAUSE)
