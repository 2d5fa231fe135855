"""The HTTP server: answers by Host header on loopback, with validators, and writes an access log."""

import re
import sys
import threading
from datetime import UTC, date, datetime, time
from email.utils import format_datetime
from hashlib import md5
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import IO

from sample.faults import BUSY, RETRY_AFTER, Fault, Faults, Wire, send
from sample.model import Response, Web

TOO_BUSY = Response(b"<html><head><title>503</title></head><body>Service Unavailable</body></html>", 503, etag="")


class Server(ThreadingHTTPServer):
    """A web on a port of loopback. Use as a context manager to have it run in a thread."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(
        self, web: Web, log: Path | None = None, *, port: int | None = None, faults: Faults | None = None
    ) -> None:
        self.web = web
        self.faults = faults
        self._log: IO[str] | None = log.open("a", encoding="utf-8") if log else None
        self._lock = threading.Lock()
        super().__init__(("127.0.0.1", web.port if port is None else port), Handler)

    def __enter__(self) -> "Server":
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()
        if self._log:
            self._log.close()

    def note(self, host: str, method: str, target: str, told: str) -> None:
        """One line of the access log: time, host, method, path, status; with faults the attempt and its fault."""
        if not self._log:
            return
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        with self._lock:
            self._log.write(f"{now} {host or '-'} {method} {target} {told}\n")
            self._log.flush()

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is no error of this server's."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Server
    protocol_version = "HTTP/1.1"
    server_version = "sample"
    sys_version = ""

    def do_GET(self) -> None:
        """The page, with its body."""
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        """The page's headers."""
        self._answer(with_body=False)

    def log_message(self, format: str, *args: object) -> None:
        """The access log is the server's; nothing goes to stderr."""

    def _answer(self, *, with_body: bool) -> None:
        host = re.sub(r":\d+$", "", self.headers.get("Host", "")).lower()
        fault, told = self._fault(host)
        page = TOO_BUSY if fault in BUSY else self.server.web.respond(host, self.path)
        headers = headers_of(page) | ({"Retry-After": str(RETRY_AFTER)} if fault == "busy-later" else {})
        status = 304 if page.status == 200 and self._unchanged(headers) else page.status
        self.server.note(host, self.command, self.path, f"{status}{told}")
        if fault == "empty":
            self.close_connection = True
            return
        self.send_response(status)
        for name, value in headers.items():
            if status != 304 or name in ("ETag", "Last-Modified"):
                self.send_header(name, value)
        if with_body and status != 304:
            wire = Wire(self.wfile, self.connection, self.send_header, self.end_headers)
            self.close_connection |= not send(fault, page.body, wire)
            return
        if status != 304:
            self.send_header("Content-Length", str(len(page.body)))
        self.end_headers()

    def _fault(self, host: str) -> tuple[Fault, str]:
        """The fault of this attempt, and what the access log says of it."""
        if not self.server.faults or self.command != "GET":
            return "none", ""
        attempt, fault = self.server.faults.next(f"http://{host}{self.path}")
        return fault, f" attempt={attempt} fault={fault}"

    def _unchanged(self, headers: dict[str, str]) -> bool:
        asked = self.headers.get("If-None-Match")
        if asked is not None:
            return headers.get("ETag") in [tag.strip().removeprefix("W/") for tag in asked.split(",")]
        since = self.headers.get("If-Modified-Since")
        return since is not None and since == headers.get("Last-Modified")


def headers_of(page: Response) -> dict[str, str]:
    """The headers of a page, its validators included."""
    headers = {"Content-Type": page.content_type}
    if page.location:
        headers["Location"] = page.location
    etag = f'"{md5(page.body).hexdigest()[:16]}"' if page.etag is None else page.etag
    if etag and page.status == 200:
        headers["ETag"] = etag
    if page.last_modified:
        day = datetime.combine(date.fromisoformat(page.last_modified), time(8), UTC)
        headers["Last-Modified"] = format_datetime(day, usegmt=True)
    return headers
