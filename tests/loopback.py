"""A web server of one's own for tests of the crawler: any bytes as an answer, and a log of who asked what and when."""

import os
import random
import socket
import socketserver
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from typing import BinaryIO

HTML = {"Content-Type": "text/html; charset=utf-8"}
TEXT = {"Content-Type": "text/plain; charset=utf-8"}
PATIENCE = 540  # seconds by the clock that a process is given, on the busiest of machines: no test here measures time


def free_port() -> int:
    """A port for a server that begins later: one that no other process of these tests draws."""
    some = ports(os.environ)
    while True:
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", random.SystemRandom().choice(some)))
            return int(probe.getsockname()[1])


def ports(environment: Mapping[str, str]) -> range:
    """The ports that a process of pytest-xdist draws from; all are below those of connections (from 32768)."""
    count = int(environment.get("PYTEST_XDIST_WORKER_COUNT", 1))
    number = int(environment.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % count  # one anew has a new number
    return range(20_000, 32_000)[number::count]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request."""

    at: float  # on a clock that only goes forward
    host: str  # without the port
    path: str
    number: int  # how often this host was asked for this path, from 1
    headers: Message


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: HTML)

    def __bytes__(self) -> bytes:
        said = {"Content-Length": str(len(self.body)), **self.headers}
        lines = "".join(f"{name}: {value}\r\n" for name, value in said.items())
        return f"HTTP/1.1 {self.status} X\r\n{lines}\r\n".encode() + self.body


Raw = Callable[[BinaryIO], None]  # writes what it likes; the connection is closed behind it
Site = Callable[[Asked], Reply | bytes | Raw]


@dataclass(slots=True)
class Served:
    """A running server."""

    port: int
    log: list[Asked] = field(default_factory=list)

    def url(self, path: str = "/", host: str = "www.site.test") -> str:
        """An address on it."""
        return f"http://{host}:{self.port}{path}"

    def paths(self, host: str = "www.site.test") -> list[str]:
        """What a host was asked for, in order."""
        return [asked.path for asked in self.log if asked.host == host]


@contextmanager
def serve(site: Site, address: str = "127.0.0.1", port: int = 0) -> Iterator[Served]:
    """Serve a site on loopback while the block runs."""
    lock = threading.Lock()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            while self._answer_one():
                pass

        def _answer_one(self) -> bool:
            words = self.rfile.readline(70_000).split()
            if len(words) < 2:
                return False
            lines = iter(lambda: self.rfile.readline(70_000), b"\r\n")
            headers = BytesParser().parsebytes(b"".join(line for line in lines if line))
            host, path = headers["Host"].rpartition(":")[0] or headers["Host"], words[1].decode()
            with lock:
                before = sum(asked.host == host and asked.path == path for asked in served.log)
                asked = Asked(time.monotonic(), host, path, before + 1, headers)
                served.log.append(asked)
            answer = site(asked)
            try:
                if isinstance(answer, Reply):
                    self.wfile.write(bytes(answer))
                    return True
                (self.wfile.write if isinstance(answer, bytes) else lambda _: answer(self.wfile))(answer)  # type: ignore[arg-type,operator]
            except OSError:  # the crawler has had enough
                pass
            return False

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True
        request_queue_size = 64

    with Server((address, port), Handler) as server:
        served = Served(server.server_address[1])
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield served
        finally:
            server.shutdown()


def pages(answers: Mapping[str, Reply | bytes | Raw]) -> Site:
    """A site of fixed answers by path; what is not among them is 404."""
    return lambda asked: answers.get(asked.path, Reply(b"<h1>404 Not Found</h1>", 404))
