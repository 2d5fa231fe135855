"""A real pywb replays what the archive captured, by the archive's own indexes: our records, and those of a crawl."""

import gzip
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from io import BytesIO
from pathlib import Path

import pytest
from fastwarc import ArchiveIterator as FastIterator
from loopback import free_port
from test_crawl import ALLOWED, Site, crawl, site  # noqa: F401 - the fixture is used by name
from warcio.archiveiterator import ArchiveIterator

from archive import warc
from archive.warcs import cdxj, http

PYWB = Path(os.environ.get("PYWB", Path(sys.prefix) / "replay"))
pytestmark = pytest.mark.skipif(
    not (PYWB / "pywb").is_dir(), reason="pywb is not there; `make test` installs it (requirements-replay.txt)"
)
START = 120.0  # seconds that pywb is given to listen: it takes three on a machine that has nothing else to do

URL = "http://a.test/page.html"
REQUEST = b"GET /page.html HTTP/1.1\r\nHost: a.test\r\n\r\n"
TEXT = "<html><body><p>全年工作总结如下。</p></body></html>".encode()
HTML = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"


@dataclass(frozen=True, slots=True)
class Replay:
    """A pywb that listens; its collection is called `c`."""

    port: int

    def get(self, url: str, stamp: str) -> tuple[int, dict[str, str], bytes]:
        """A capture as it was (`id_`): status, headers, body."""
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            connection.request("GET", f"/c/{stamp}id_/{url}")
            answer: HTTPResponse = connection.getresponse()
            body = answer.read()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body


@contextmanager
def pywb(at: Path) -> Iterator[Replay]:
    """pywb over the folder `warc`: files where they stand, indexes as they were written."""
    collection = at / "pywb" / "collections" / "c"
    (collection / "indexes").mkdir(parents=True)
    (collection / "archive").symlink_to(at / "warc", target_is_directory=True)
    for path in (at / "warc").glob("*.cdxj"):
        (collection / "indexes" / path.name).symlink_to(path)
    port = free_port()
    code = f"from pywb.apps.cli import wayback; wayback(['-b', '127.0.0.1', '-p', '{port}'])"
    paths = {**os.environ, "PYTHONPATH": str(PYWB)}
    with (at / "pywb.log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-c", code], cwd=at / "pywb", stdout=log, stderr=log, env=paths)
    try:
        until(process, port, at / "pywb.log")
        yield Replay(port)
    finally:
        process.terminate()
        process.wait(30)


def until(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    """Wait until it listens."""
    end = time.monotonic() + START
    while time.monotonic() < end and process.poll() is None:
        with suppress(OSError), closing(socket.create_connection(("127.0.0.1", port), timeout=1)):
            return
        time.sleep(0.2)
    pytest.fail(f"pywb does not listen: {log.read_text()[-2000:]}")


def exchange(url: str, day: int, head: bytes, body: bytes, truncated: str = "") -> warc.Exchange:
    date = f"2025-01-{day:02}T00:00:00Z"
    return warc.Exchange(url, date, REQUEST, b"", head + b"\r\n", body, truncated=truncated)


def test_pywb_replays_what_the_writer_wrote(tmp_path: Path) -> None:
    writer = warc.WarcWriter(tmp_path / "warc", "t", {"software": "test"})
    first = writer.exchange(exchange(URL, 1, HTML, TEXT))
    original = warc.read(tmp_path / "warc", first.file, first.offset)
    writer.close()  # the revisits stand in another file than what they are of
    writer.revisit(exchange(URL, 2, HTML + b"X-Day: 2\r\n", TEXT), original, warc.SAME_PAYLOAD)
    writer.revisit(exchange(URL, 3, b"HTTP/1.1 304 Not Modified\r\n", b""), original, warc.NOT_MODIFIED)
    for reason in warc.TRUNCATED:
        cut = HTML + b"Content-Length: 90000\r\n"
        writer.exchange(exchange(f"http://a.test/{reason}", 4, cut, TEXT[:40], truncated=reason))
    chunked = HTML + b"Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n"
    writer.exchange(exchange("http://a.test/packed", 5, chunked, gzip.compress(TEXT, mtime=0)))
    moved = b"HTTP/1.1 301 Moved Permanently\r\nLocation: http://a.test/page.html\r\n"
    writer.exchange(exchange("http://a.test/old", 6, moved, b""))
    writer.close()
    with pywb(tmp_path) as replay:
        for day in (1, 2, 3):
            status, headers, body = replay.get(URL, f"202501{day:02}000000")
            assert (status, body) == (200, TEXT), day
            assert f"0{day} Jan 2025" in headers["memento-datetime"], "each is a capture of its own"
        for reason in warc.TRUNCATED:
            assert replay.get(f"http://a.test/{reason}", "20250104000000")[::2] == (200, TEXT[:40]), reason
        status, headers, body = replay.get("http://a.test/packed", "20250105000000")
        assert (status, gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body) == (200, TEXT)
        status, headers, _ = replay.get("http://a.test/old", "20250106000000")
        assert status == 301 and headers["location"] == URL


def test_pywb_replays_all_that_a_crawl_captured(site: Site, tmp_path: Path) -> None:  # noqa: F811
    told = ("-s", "WARC_MAX_BYTES=15000", "-s", "WARC_HOSTNAME=crawler 7", "-s", "CONTACT=me@example.test")
    done = crawl(tmp_path, "summaries", "-a", f"urls={site.start}", *ALLOWED, *told)
    assert done.returncode == 0, done.stdout + done.stderr
    paths = sorted((tmp_path / "warc").glob("*.warc.gz"))
    assert len(paths) > 1 and all(re.fullmatch(r"crawl-1-\d{14}-\d{5}-crawler-7\.warc\.gz", one.name) for one in paths)
    for path in paths:
        with path.open("rb") as stream:
            info = next(iter(ArchiveIterator(stream))).content_stream().read().decode()
        assert re.search(r"^software: \S+/[\d.]+", info, re.M), info
        for line in ("operator: me@example.test", "hostname: crawler 7", "robots: obey (RFC 9309)", "isPartOf: "):
            assert line in info, info
        assert warc.check(path) == [] and cdxj.path_of(path).exists()
    records = [record for path in paths for record in warc.scan(path)]
    statuses = {record.status for record in records}
    assert {200, 404, 301, 302} <= statuses
    last = {record.url: record for record in records}
    with pywb(tmp_path) as replay:
        for url, record in last.items():
            if "/loop/" in url:  # redirects that lead in a circle: pywb refuses them
                continue
            status, headers, body = replay.get(url, cdxj.stamp(record.date))
            found = http.decoded(body, tuple(headers.items()))
            assert (status, found) == (record.status, record.body), url


def test_another_reader_finds_every_capture_by_its_index(tmp_path: Path) -> None:
    """warcio and fastwarc, from the places that the index names."""
    writer = warc.WarcWriter(tmp_path, "t", {"software": "test"})
    first = writer.exchange(exchange(URL, 1, HTML, TEXT))
    writer.revisit(exchange(URL, 2, HTML, TEXT), warc.read(tmp_path, first.file, first.offset), warc.SAME_PAYLOAD)
    writer.exchange(exchange("http://a.test/cut", 3, HTML + b"Content-Length: 900\r\n", TEXT[:40], truncated="time"))
    writer.close()
    path = tmp_path / first.file
    entries = [json.loads(line.split(b" ", 2)[2]) for line in cdxj.path_of(path).read_bytes().splitlines()]
    assert len(entries) == 3
    for entry in entries:
        with path.open("rb") as stream:
            stream.seek(int(entry["offset"]))
            packed = stream.read(int(entry["length"]))
        one = next(iter(ArchiveIterator(BytesIO(packed))))
        two = next(iter(FastIterator(BytesIO(packed))))
        assert one.rec_headers.get_header("WARC-Target-URI") == entry["url"] == two.headers["WARC-Target-URI"]
        assert one.http_headers.get_statuscode() == entry["status"] == str(two.http_headers.status_code)
        said = one.http_headers.get_header("Content-Length")
        kept = one.content_stream().read()
        assert one.rec_type == "revisit" or said in (None, str(len(kept))), "else a player waits for the rest"
        assert said == "40" or not entry["url"].endswith("/cut")
