"""A Redis of the test's own, and crawls of the sample web in several processes that share it."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import redis
from kills import ROOT, SETTINGS, free_port

PATIENCE = 300  # seconds for a crawl, which takes ten to twenty on a machine that has nothing else to do
PASSWORD = "geheim-4711"


@dataclass(slots=True)
class Redis:
    """A running redis-server with deploy/redis.conf, on another port, in a folder that goes away."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://:{PASSWORD}@127.0.0.1:{self.port}/0"

    @property
    def client(self) -> redis.Redis:
        return redis.Redis(port=self.port, password=PASSWORD, decode_responses=True)

    def start(self) -> None:
        more = ["--port", str(self.port), "--dir", str(self.folder), "--requirepass", PASSWORD, "--daemonize", "no"]
        more += ["--logfile", str(self.folder / "redis.log"), "--pidfile", "", "--supervised", "no"]
        self.process = subprocess.Popen([server(), str(ROOT / "deploy" / "redis.conf"), *more])
        until = time.monotonic() + 30
        while True:
            try:
                self.client.ping()
                return
            except redis.RedisError:
                assert self.process.poll() is None and time.monotonic() < until, self.log()
                time.sleep(0.05)

    def stop(self, how: int = signal.SIGTERM) -> None:
        if self.process:
            self.process.send_signal(how)
            self.process.wait(30)
            self.process = None

    def log(self) -> str:
        return (self.folder / "redis.log").read_text("utf-8")


def server() -> str:
    """Debian's redis-server; without it a test is skipped."""
    found = shutil.which("redis-server")
    if not found:
        pytest.skip("no redis-server: apt-get install redis-server")
    return found


@contextmanager
def running(folder: Path) -> Iterator[Redis]:
    folder.mkdir(parents=True, exist_ok=True)
    one = Redis(folder)
    one.start()
    try:
        yield one
    finally:
        one.stop(signal.SIGKILL)


@dataclass(slots=True)
class Worker:
    """A crawler process, in a folder of its own: its archive, its WARC files, its log."""

    folder: Path
    process: subprocess.Popen[str]
    said: str = ""
    errors: str = ""

    @property
    def archive(self) -> Path:
        return self.folder / "archive.db"

    @property
    def log(self) -> str:
        path = self.folder / "crawl.log"
        return path.read_text("utf-8") if path.exists() else ""

    def rows(self, sql: str) -> list[sqlite3.Row]:
        with sqlite3.connect(self.archive) as db:
            db.row_factory = sqlite3.Row
            return db.execute(sql).fetchall()

    def wait(self) -> int:
        try:
            self.said, self.errors = self.process.communicate(timeout=PATIENCE)
        finally:
            self.process.kill()
        return self.process.returncode


def begin(folder: Path, starts: Path, url: str, more: Mapping[str, object] | None = None) -> Worker:
    """One worker. `more` are settings."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = SETTINGS | {"ARCHIVE": folder / "archive.db", "SHARED_LEASE": 3} | (more or {})
    words = [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]
    command = [sys.executable, "-m", "scrapy", "crawl", "summaries", "-a", f"urls_file={starts}", *words]
    env = os.environ | {"SHARED_FRONTIER": url}
    process = subprocess.Popen(command, cwd=ROOT, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return Worker(folder, process)


def begin_others_later(
    count: int, folder: Path, starts: Path, url: str, more: Mapping[str, object] | None = None
) -> list[Worker]:
    """So many workers; the first has stored something when the others begin: on no machine do they leave it nothing."""
    first = begin(folder / "0", starts, url, more)
    until(lambda: " stored " in first.log, first)
    return [first, *(begin(folder / str(n), starts, url, more) for n in range(1, count))]


def until(holds: Callable[[], bool], *workers: Worker) -> None:
    """Wait until something holds, while these workers run: one that has ended does nothing more for it."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "it never came to hold"
        ended = [one for one in workers if one.process.poll() is not None]
        assert not ended or holds(), f"ended with {ended[0].process.returncode}: {ended[0].log[-2000:]}"
        time.sleep(0.02)
