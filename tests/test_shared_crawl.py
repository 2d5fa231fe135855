"""Crawler processes that share a frontier in a real Redis: none loses a page, and a host sees one crawler."""

import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from threading import Lock
from urllib.parse import urlsplit

import pytest
from kills import ROOT, free_port
from sharing import PASSWORD, Redis, Worker, begin, begin_others_later, running, until
from sqlite_utils import Database

from archive import hosts, verify
from archive.store import open_archive
from crawler.shared_status import Frontiers
from sample.faults import Faults
from sample.model import Web
from sample.score import score
from sample.server import Handler, Server
from sample.web import build

HOSTS = ("www.kelejianli.test", "www.mishutang.test")  # compilations, chains of pages
SLOW_HOST, CRAWL_DELAY = "www.mishutang.test", 0.5  # its robots.txt asks for more than DELAY
ORIGINS = tuple(f"http://{host}" for host in HOSTS)
DELAY = 0.2  # seconds
FAULTS = 4  # the seed of the server's faults
TOLERANCE = 0.02  # of the server's own clock: it writes milliseconds after it has read a request


class Slow(Handler):
    """Takes its time, and sees how many of its requests are of one host at once."""

    lock = Lock()
    at_once: dict[str, int] = {}  # noqa: RUF012 (of all requests)
    most: dict[str, int] = {}  # noqa: RUF012

    def do_GET(self) -> None:
        host = self.headers["Host"]
        with self.lock:
            self.at_once[host] = self.at_once.get(host, 0) + 1
            self.most[host] = max(self.most.get(host, 0), self.at_once[host])
        time.sleep(0.03)
        if self.path == "/robots.txt" and SLOW_HOST in host:
            self._robots()
        else:
            super().do_GET()
        with self.lock:
            self.at_once[host] -= 1

    def _robots(self) -> None:
        body = f"User-agent: *\nCrawl-delay: {CRAWL_DELAY}\n".encode()
        self.server.note(SLOW_HOST, "GET", self.path, "200")
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    with running(tmp_path_factory.mktemp("redis")) as one:
        yield one


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    web = build(1, free_port())
    (tmp_path / "urls.txt").write_text("\n".join(url for url in web.seeds if any(host in url for host in HOSTS)))
    server = Server(web, tmp_path / "access.log")
    server.RequestHandlerClass = Slow
    with server:
        yield web


def requests(folder: Path) -> list[str]:
    """What the server was asked, a line each."""
    return (folder / "access.log").read_text("utf-8").splitlines()


def asked(folder: Path) -> dict[str, list[tuple[datetime, str]]]:
    """When each host was asked, and for what."""
    found: dict[str, list[tuple[datetime, str]]] = {}
    for line in requests(folder):
        at, host, _, target, *_ = line.split(" ")
        found.setdefault(host, []).append((datetime.fromisoformat(at), target))
    return found


def wanted(web: Web) -> set[tuple[str, int]]:
    return {(gold.urls[0], gold.part) for gold in web.gold if any(host in gold.urls[0] for host in HOSTS)}


def merge(folder: Path, workers: list[Worker]) -> sqlite3.Connection:
    """What `python -m archive merge` makes of all of them, the killed one's too."""
    command = [sys.executable, "-m", "archive", "--archive", str(folder / "merged.db"), "merge"]
    done = subprocess.run([*command, *(str(one.archive) for one in workers)], cwd=ROOT, text=True, capture_output=True)
    assert done.returncode == 0, done.stderr
    return sqlite3.connect(folder / "merged.db")


def documents(workers: list[Worker]) -> set[tuple[str, int]]:
    return {(row["url"], row["part"]) for one in workers for row in one.rows("SELECT url, part FROM documents")}


def is_held(worker: Worker, shared: Redis, leases: str) -> bool:
    """Whether it has leases, in which case it is stopped where it is."""
    worker.process.send_signal(signal.SIGSTOP)
    if shared.client.scard(leases):
        return True
    worker.process.send_signal(signal.SIGCONT)
    return False


def one_is_killed(workers: list[Worker], shared: Redis, starts: Path, stored: int = 1) -> None:
    """The first of them, with work in its hands, which comes back to the others; they go through all of it."""
    leases = f"worksummaries:{starts}:of:{_name(workers[0])}"
    until(lambda: workers[0].log.count(" stored ") >= stored and is_held(workers[0], shared, leases), workers[0])
    workers[0].process.kill()
    workers[0].process.wait()
    had = shared.client.smembers(leases)
    for one in workers[1:]:
        assert one.wait() == 0, one.errors
    assert any(f"is lost: {len(had)} links that it had leased came back" in one.log for one in workers[1:])
    assert " stored " in workers[0].log and any(" stored " in one.log for one in workers[1:])  # not all find some left


def test_the_whole_sample_comes_once_through_faults_and_a_kill(shared: Redis, tmp_path: Path) -> None:
    web, starts = build(1, free_port()), tmp_path / "urls.txt"
    starts.write_text("\n".join(web.seeds))
    with Server(web, tmp_path / "access.log", faults=Faults(FAULTS)):
        workers = begin_others_later(2, tmp_path, starts, shared.url)
        one_is_killed(workers, shared, starts, 5)
    rows = merge(tmp_path, workers).execute("SELECT url, part FROM documents").fetchall()
    assert sorted(rows) == sorted((gold.urls[0], gold.part) for gold in web.gold)
    verdicts = score(tmp_path / "merged.db", web).verdicts
    assert sum(one.f1 for one in verdicts) / len(verdicts) > 0.99
    db = open_archive(tmp_path / "merged.db")
    with closing(db.conn):
        assert [*verify.verify(db, tmp_path / "warc")] == []


def test_a_worker_of_four_is_killed_and_its_pages_come_back(shared: Redis, web: Web, tmp_path: Path) -> None:
    Slow.most.clear()
    workers = begin_others_later(4, tmp_path, tmp_path / "urls.txt", shared.url, {"DOWNLOAD_DELAY": DELAY})
    one_is_killed(workers, shared, tmp_path / "urls.txt")
    merged = merge(tmp_path, workers)
    rows = merged.execute("SELECT url, part FROM documents").fetchall()
    assert sorted(rows) == sorted(wanted(web))  # each gold document once, and nothing else
    of_hosts = [one for one in score(tmp_path / "merged.db", web).verdicts if one.gold.urls[0].startswith(ORIGINS)]
    assert sum(one.f1 for one in of_hosts) / len(of_hosts) > 0.98
    for host, times in asked(tmp_path).items():
        delay = CRAWL_DELAY if host == SLOW_HOST else DELAY
        distances = [(after - before).total_seconds() for (before, _), (after, _) in pairwise(times)]
        unread = next(n for n, (_, target) in enumerate(times) if target != "/robots.txt") - 1  # nobody knows it yet
        assert min(distances[unread:]) >= delay - TOLERANCE, host
        assert min(distances) >= DELAY - TOLERANCE, host
    assert set(Slow.most.values()) == {1}  # never two requests of one host at once
    for one in workers[1:]:
        assert PASSWORD not in one.log + one.said + one.errors
        (row,) = one.rows("SELECT settings, reason FROM crawls")
        assert "…@127.0.0.1" in row["settings"] and PASSWORD not in row["settings"]


def _name(worker: Worker) -> str:
    return f"{socket.gethostname()}:{worker.archive}"


def test_who_is_interrupted_gives_its_leases_back(shared: Redis, web: Web, tmp_path: Path) -> None:
    one = begin(tmp_path / "0", tmp_path / "urls.txt", shared.url, {"DOWNLOAD_DELAY": 1, "SHARED_LEASE": 600})
    until(lambda: " stored " in one.log, one)
    one.process.send_signal(signal.SIGINT)
    assert one.wait() == 1
    assert "of the shared frontier goes on" in one.log
    site = str(tmp_path / "urls.txt")
    crawl = Frontiers(shared.url).crawl(site)
    assert (
        not crawl.workers and not sum(host.leased for host in crawl.hosts) and sum(host.queued for host in crawl.hosts)
    )
    told = subprocess.run(
        [sys.executable, "-m", "archive", "--archive", str(one.archive), "crawls", "1"], text=True, capture_output=True
    )
    assert f"  shared       redis://…@127.0.0.1:{shared.port}/0, round 1, as {_name(one)}: " in told.stdout


def test_who_comes_asks_nothing_of_a_host_that_another_has_blocked(shared: Redis, web: Web, tmp_path: Path) -> None:
    """It hears of it before its first request; what the other one knows ends when that leaves."""
    (tmp_path / "0").mkdir()
    with closing(open_archive(tmp_path / "0" / "archive.db").conn) as conn:
        hosts.set_state(Database(conn), SLOW_HOST, "blocked", why="it asked for that")
    one = begin(tmp_path / "0", tmp_path / "urls.txt", shared.url, {"DOWNLOAD_DELAY": 2})
    until(lambda: " stored " in one.log, one)
    other = begin(tmp_path / "1", tmp_path / "urls.txt", shared.url, {"DOWNLOAD_DELAY": 2})
    leases = f"worksummaries:{tmp_path / 'urls.txt'}:of:{_name(other)}"
    until(lambda: bool(shared.client.scard(leases)), one, other)
    assert {urlsplit(url).hostname for url in shared.client.smembers(leases)} == {HOSTS[0]}
    for worker in (other, one):
        worker.process.send_signal(signal.SIGINT)
        worker.wait()
    assert SLOW_HOST not in asked(tmp_path) and HOSTS[0] in asked(tmp_path)


def test_a_redis_that_is_restarted_is_waited_for_and_one_that_stays_away_ends_the_crawl(
    shared: Redis, web: Web, tmp_path: Path
) -> None:
    settings = {"PATIENCE": 4, "DOWNLOAD_DELAY": 1}  # some twenty pages of each host: it is far from its end until last
    one = begin(tmp_path / "0", tmp_path / "urls.txt", shared.url, settings)
    until(lambda: " stored " in one.log, one)
    shared.stop()
    until(lambda: "is lost" in one.log, one)
    shared.start()
    until(lambda: "is there again" in one.log, one)
    before = len(requests(tmp_path))
    until(lambda: len(requests(tmp_path)) > before + 1, one)
    shared.stop(signal.SIGKILL)
    assert one.wait() == 1
    place = f"redis://127.0.0.1:{shared.port}/0"
    told = f"scrapy crawl: frontier-lost: the shared frontier at {place}: it could not be reached"
    assert one.errors.strip().splitlines()[-1].startswith(told)
    again = begin(tmp_path / "0", tmp_path / "urls.txt", shared.url, settings)
    assert again.wait() == 2 and len(again.errors.strip().splitlines()) == 1
    assert "cannot be used" in again.errors and PASSWORD not in again.errors
    shared.start()
    last = begin(tmp_path / "0", tmp_path / "urls.txt", shared.url, settings | {"DOWNLOAD_DELAY": 0})
    assert last.wait() == 0, last.errors
    assert "goes on with" in last.log and wanted(web) <= documents([last])
