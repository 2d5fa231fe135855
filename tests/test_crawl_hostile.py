"""A site that means harm: its crawl ends in time and in bounded memory, and says of every trap what it was."""

import gzip
import json
import sqlite3
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from random import Random
from typing import BinaryIO

import brotli
import pytest
from loopback import HTML, PATIENCE, Asked, Raw, Reply, Served, serve
from test_crawl import ROOT, article, command, listing

from archive import warc

MIB = 1 << 20
MOST = 700 * MIB  # bytes a crawl's process may take, its workers too: the bombs unpack to many times that
SECONDS = (
    120  # of the processor for the whole site (some 20 were measured); each trap alone would take hours, or for ever
)


def bomb(size: int) -> bytes:
    """Zeros that unpack to `size` bytes."""
    out = BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=9) as packed:
        for _ in range(size // MIB):
            packed.write(bytes(MIB))
    return out.getvalue()


LAUGHS = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 12))
ENTITIES = (
    f"<?xml version='1.0'?><!DOCTYPE urlset [<!ENTITY l0 'http://www.site.test/'>{LAUGHS}]>"
    "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>&l11;</loc></url></urlset>"
).encode()
OUTSIDE = (
    b"<?xml version='1.0'?><!DOCTYPE urlset [<!ENTITY f SYSTEM 'file:///etc/passwd'>]>"
    b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>http://www.site.test/&f;</loc></url></urlset>"
)
XML = {"Content-Type": "application/xml"}
PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n" + b"text " * 200
WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
DOCX = b"PK\x03\x04\x14\x00\x06\x00" + b"[Content_Types].xml" + bytes(600)


def packed(body: bytes, coding: str) -> Reply:
    return Reply(body, 200, {**HTML, "Content-Encoding": coding})


def endless(head: bytes, piece: bytes, pause: float = 0.0) -> Raw:
    """Send `piece` until the other side has had enough."""

    def write(file: BinaryIO) -> None:
        file.write(head)
        while True:
            file.write(piece)
            time.sleep(pause)

    return write


def headed(*lines: str, body: bytes = b"") -> bytes:
    """A response with exactly these lines."""
    return b"HTTP/1.1 200 OK\r\n" + "".join(f"{line}\r\n" for line in lines).encode("latin-1") + b"\r\n" + body


TEXT = article(3)
CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
PIECE = b"10000\r\n" + b"<p>a</p>" * 8192 + b"\r\n"
LENGTH = f"Content-Length: {len(TEXT)}"
PLAIN = "Content-Type: text/html; charset=utf-8"

# By path: what is answered, and the code of the reason that the archive keeps; '' for a document like any other.
TRAPS: dict[str, tuple[Reply | bytes | Raw, str]] = {
    "/endless": (endless(CHUNKED, PIECE), "too-large"),
    "/announced": (headed(PLAIN, "Content-Length: 999999999999", body=b"x"), "too-large"),
    "/drip": (endless(headed(PLAIN, "Content-Length: 100000"), b"x", 0.3), "timeout"),
    "/drip-chunks": (endless(CHUNKED, b"1\r\nx\r\n", 0.3), "timeout"),
    "/silent": (endless(b"", b"", 0.3), "timeout"),
    "/entities.xml": (Reply(ENTITIES, headers=XML), "sitemap"),
    "/outside.xml": (Reply(OUTSIDE, headers=XML), "sitemap"),
    "/loop/a": (Reply(b"", 302, {"Location": "/loop/b"}), "redirect"),
    "/self": (Reply(b"", 301, {"Location": "/self"}), "redirect-loop"),
    "/to-file": (Reply(b"", 302, {"Location": "file:///etc/passwd"}), "redirect"),
    "/to-script": (Reply(b"", 302, {"Location": "javascript:alert(1)"}), "redirect"),
    "/to-garbage": (headed("Location: http://[::1/\x01 x", "Content-Length: 0").replace(b"200", b"302"), "redirect"),
    "/meta-out": (Reply(b"<meta http-equiv=refresh content='0;url=http://casino.test/'>"), "redirect"),
    "/script-out": (Reply(b"<html><script>location.href='http://casino.test/'</script></html>"), "too-short"),
    "/many-headers": (headed(PLAIN, LENGTH, *(f"X-{n}: y" for n in range(5000)), body=TEXT), ""),
    "/endless-headers": (endless(b"HTTP/1.1 200 OK\r\n", b"X-More: " + b"y" * 8000 + b"\r\n"), "failed"),
    "/huge-header": (headed(PLAIN, LENGTH, "X-Huge: " + "y" * 100_000, body=TEXT), "failed"),
    "/nul-header": (headed(PLAIN, LENGTH, "X-Nul: a\x00b\x01\xff", "ETag: \x00\r", "no colon", body=TEXT), ""),
    "/charset": (headed("Content-Type: text/html; charset=\x00../../etc\xff", LENGTH, body=TEXT), ""),
    "/length-short": (headed(PLAIN, f"Content-Length: {len(TEXT) + 99}", 'ETag: "1"', body=TEXT), "truncated"),
    "/length-long": (headed(PLAIN, LENGTH, body=TEXT + b"x" * 5000), ""),
    "/length-minus": (headed(PLAIN, "Content-Length: -5", body=TEXT), "failed"),
    "/length-two": (headed(PLAIN, LENGTH, "Content-Length: 7", body=TEXT), "failed"),
    "/said-gzip": (packed(TEXT, "gzip"), ""),
    "/said-br": (packed(TEXT, "br, gzip, deflate"), ""),
    "/garbage": (Random(7).randbytes(3000) + b"\r\n\r\n", "failed"),
    "/octets": (Reply(TEXT, headers={"Content-Type": "application/octet-stream"}), ""),
    "/pdf": (Reply(PDF), "not-text"),
    "/said-pdf": (Reply(PDF, headers={"Content-Type": "application/pdf"}), "not-text"),
    "/word": (Reply(WORD), "not-text"),
    "/docx": (Reply(DOCX), "not-text"),
    "/deep": (Reply(b"<div>" * 300_000 + TEXT), "too-short"),
}  # fmt: skip
BOMBS = {
    "/bomb-gzip": "too-large", "/bomb-deflate": "too-large", "/bomb-br": "too-large", "/bomb-nested": "too-large",
    "/bomb-layers": "not-text", "/map-gz": "not-text", "/map-xml": "sitemap",
}  # fmt: skip
LINKS = ("/chain/0", "/days/2020-01.html", "/same?a=1&b=2", "/in/it/", "/report.pdf", "/report.doc",
         "/s.jsp;jsessionid=0", "/d.php?PHPSESSID=0&id=1")  # fmt: skip


@cache
def bombs() -> dict[str, Reply]:
    """What is answered at `BOMBS`: packing them takes seconds, which only those who serve them should spend."""
    zeros = bomb(400 * MIB)
    nested = gzip.compress(gzip.compress(gzip.compress(zeros)))
    urls = b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>" + b"<url><loc>x</loc></url>" * 4_000_000
    return {
        "/bomb-gzip": packed(zeros, "gzip"),
        "/bomb-deflate": packed(zlib.compress(bytes(100 * MIB)), "deflate"),
        "/bomb-br": packed(brotli.compress(bytes(100 * MIB), quality=1), "br"),
        "/bomb-nested": packed(nested, "gzip, gzip, gzip, gzip"),
        "/bomb-layers": packed(nested, ", ".join(["gzip"] * 40)),
        "/map-gz": Reply(zeros, headers={"Content-Type": "application/gzip"}),
        "/map-xml": Reply(gzip.compress(urls), headers=XML),
    }


def site(asked: Asked) -> Reply | bytes | Raw:
    """The traps, and places that have no end."""
    path, draw = asked.path, Random(asked.path)
    if path in TRAPS:
        return TRAPS[path][0]
    if path in BOMBS:
        return bombs()[path]
    if path == "/loop/b":
        return Reply(b"", 302, {"Location": "/loop/a"})
    if path == "/":
        return Reply(listing(*TRAPS, *BOMBS, *LINKS))
    if path.startswith("/chain/"):
        return Reply(b"", 302, {"Location": f"/chain/{int(path[7:]) + 1}"})
    if path.startswith("/days/"):  # every month of it leads to twenty more, all with news
        return Reply(listing(*(f"/days/{draw.randint(1900, 9000)}-{n:02}.html" for n in range(20))))
    if path.startswith("/same?"):
        return Reply(listing(*(f"/same?a={draw.random()}&b={n}" for n in range(20))))
    if path.startswith("/in/it/"):
        return Reply(listing(*(f"{path}it/", f"{path}in/it/", f"{path}{draw.randint(0, 99)}/")))
    if path.startswith(("/s.jsp", "/d.php")):  # a visit is given a name, and every link carries it
        name = f"{draw.getrandbits(64):016X}{asked.number}"
        links = [f"/s.jsp;jsessionid={name}", f"/d.php?PHPSESSID={name}&id=1", f"/d.php?id=2&sid={name}"]
        return Reply(listing(*links, *(f"/s.jsp;jsessionid={name}?n={n}" for n in range(6))))
    return Reply(b"<h1>404</h1>", 404)


@dataclass(frozen=True, slots=True)
class Crawled:
    """The crawl of it."""

    folder: Path
    served: Served
    status: int
    seconds: float
    memory: int
    said: str

    def rows(self, sql: str, *values: object) -> list[tuple[str, ...]]:
        db = sqlite3.connect(self.folder / "archive.db")
        try:
            return db.execute(sql, values).fetchall()
        finally:
            db.close()


# A process between: a child's peak of memory begins with that of who started it, and this one may be large.
MEASURED = (
    "import json, resource, subprocess, sys\n"
    f"status = subprocess.run(sys.argv[2:], timeout={PATIENCE}).returncode\n"
    "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
    "measured = [status, used.ru_utime + used.ru_stime, used.ru_maxrss]\n"
    "open(sys.argv[1], 'w').write(json.dumps(measured))"
)


def run(folder: Path, *words: str, code: str = "") -> tuple[int, float, int, str]:
    """Status, seconds of the processor, bytes of memory at most and the words of a crawl; `code` runs before it."""
    line = command(folder, "summaries", *words)
    if code:
        line = [line[0], "-c", f"{code}\nimport scrapy.cmdline\nscrapy.cmdline.execute({line[2:]!r})"]
    measured = folder / "measured.json"
    with (folder / "said").open("w+b") as said:
        subprocess.run(
            [sys.executable, "-c", MEASURED, measured, *line], cwd=ROOT, stdout=said, stderr=said, check=True
        )
    status, seconds, kilobytes = json.loads(measured.read_text())
    return status, seconds, kilobytes * 1024, (folder / "said").read_text("utf-8", "replace")


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    folder = tmp_path_factory.mktemp("hostile")
    settings = {
        "ALLOW_PRIVATE_ADDRESSES": 1, "DOWNLOAD_DELAY": 0, "DOWNLOAD_TIMEOUT": 20, "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
        "MAX_PAGES_PER_HOST": 120, "BACKOFF_FIRST": 0, "HOST_FAILURES": 40, "AUTOTHROTTLE_ENABLED": 0,
    }  # fmt: skip
    words = [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]
    bombs()  # before anybody waits for them
    with serve(site) as served:
        got = run(folder, "-a", f"urls={served.url()}", *words)
    yield Crawled(folder, served, *got)


def test_the_crawl_ends_in_time_and_in_bounded_memory(crawled: Crawled) -> None:
    assert crawled.status == 0, crawled.said
    assert crawled.seconds < SECONDS and crawled.memory < MOST
    assert "Traceback" not in crawled.said + (crawled.folder / "crawl.log").read_text()


@pytest.mark.parametrize("path", [*TRAPS, *BOMBS])
def test_what_became_of_a_trap_is_known_with_its_reason(crawled: Crawled, path: str) -> None:
    url, wanted = crawled.served.url(path), BOMBS.get(path) or TRAPS[path][1]
    pages = crawled.rows("SELECT coalesce(rejected, '') FROM pages WHERE url = ?", url)
    links = crawled.rows("SELECT reason FROM links WHERE url = ? AND state IN ('failed', 'refused')", url)
    assert [reason.partition(":")[0] for (reason,) in pages or links] == [wanted], (pages, links)


def test_what_was_cut_off_is_kept_and_says_so(crawled: Crawled) -> None:
    for path, least in (("/endless", 32 * MIB), ("/announced", 0)):
        ((file, offset),) = crawled.rows(
            "SELECT warc_file, warc_offset FROM fetches WHERE url = ?", crawled.served.url(path)
        )
        data, record = warc.raw(crawled.folder / "warc", file, int(offset))
        assert record.status == 200 and least <= len(record.body) < least + MIB
        assert b"WARC-Truncated: length" in gzip.decompress(data)[:2000]
    url = crawled.served.url("/length-short")  # it broke off
    cut = crawled.rows("SELECT warc_file, warc_offset, truncated FROM fetches WHERE url = ?", url)
    found = [(warc.raw(crawled.folder / "warc", file, int(offset)), why) for file, offset, why in cut]
    assert [(record.truncated, record.body, why) for (_, record), why in found] == [("disconnect", TEXT, "disconnect")]
    assert crawled.rows("SELECT state, reason FROM links WHERE url = ?", url) == [
        ("failed", f"response-data-loss: the connection ended after {len(TEXT)} bytes")
    ]
    assert crawled.rows("SELECT count(*) FROM documents WHERE url = ?", url) == [(0,)]
    for file in (crawled.folder / "warc").glob("*.warc.gz"):
        assert warc.check(file) == []


def test_nobody_outside_was_asked(crawled: Crawled) -> None:
    assert {asked.host for asked in crawled.served.log} == {"www.site.test"}
    assert not [asked.path for asked in crawled.served.log if asked.path.startswith("/report")]
    links = dict(crawled.rows("SELECT url, reason FROM links WHERE state = 'refused'"))
    assert (
        links[crawled.served.url("/report.pdf")] == "file: pdf"
        and links[crawled.served.url("/report.doc")] == "file: doc"
    )
    assert any(reason.startswith("off-site: casino.test") for reason in links.values())


def test_what_has_no_end_is_left_after_a_while(crawled: Crawled) -> None:
    paths = crawled.served.paths()
    counts = {name: sum(path.startswith(name) for path in paths) for name in ("/chain/", "/in/it/", "/s.jsp", "/d.php")}
    assert counts["/chain/"] <= 7 and counts["/in/it/"] <= 40, counts
    assert counts["/s.jsp"] <= 9 and counts["/d.php"] <= 3, counts  # a session's name makes no new page
    assert len(paths) < 600
    refused = {reason for (reason,) in crawled.rows("SELECT reason FROM links WHERE state = 'refused'")}
    assert any(reason.startswith("page-limit") for reason in refused)
    assert any(reason.startswith("trap: ") for reason in refused)


PRIVATE = [
    "127.0.0.2", "2130706434", "0x7f.2", "0177.0.0.2", "[::ffff:127.0.0.2]", "[64:ff9b::7f00:2]", "internal.site.test",
    "rebind.example",
]  # fmt: skip
# 127.0.0.1 stands for the public net, all else is as it is; a name's answer changes between two questions.
NET = """
import itertools, socket
from crawler import guards
real, plain = guards.is_private, socket.gethostbyname
guards.is_private = lambda address: address != "127.0.0.1" and real(address)
answers = itertools.chain(["127.0.0.1"], itertools.repeat("127.0.0.2"))
socket.gethostbyname = lambda name: next(answers) if name == "rebind.example" else plain(name)
"""


def test_no_private_address_is_asked_by_number_by_name_or_after_a_change_of_dns(tmp_path: Path) -> None:
    with serve(leads_inside) as served, serve(lambda _: Reply(TEXT), "127.0.0.2", served.port) as inside:
        hosts = ", ".join(f'"{host.strip("[]")}"' for host in [*PRIVATE, "redirect.site.test"])
        profile = tmp_path / "mine.toml"
        profile.write_text(f'start_urls = ["{served.url()}"]\nhosts = [{hosts}]\nsitemaps = false\n')
        names = '{"internal.site.test": "127.0.0.2", "*.test": "127.0.0.1"}'
        words = (
            "-s",
            f"HOST_ADDRESSES={names}",
            "-s",
            "DNSCACHE_ENABLED=0",
            "-s",
            "DOWNLOAD_DELAY=0",
            "-s",
            "CONTACT=a@b.cn",
        )
        status, _, _, said = run(tmp_path, "-a", f"site={profile}", *words, "-s", "BACKOFF_FIRST=0", code=NET)
        assert status == 0, said
        assert inside.log == []
        db = sqlite3.connect(tmp_path / "archive.db")
        links = db.execute("SELECT url, reason FROM links WHERE state IN ('failed', 'refused')").fetchall()
        db.close()
        for host in PRIVATE:
            reasons = [reason for url, reason in links if f"//{host}" in url]
            assert reasons and all("private-address" in reason for reason in reasons), (host, links)
        assert served.paths("rebind.example") == ["/robots.txt"]  # asked while its answer was a public address


def leads_inside(asked: Asked) -> Reply | bytes:
    """A site that leads inside, by links and by redirects; its connections end with each answer."""
    port = str(asked.headers["Host"]).rpartition(":")[2]
    if asked.path == "/":
        moved = [f"/to/{n}" for n in range(len(PRIVATE))]
        return Reply(listing(*(f"http://{host}:{port}/secret.html" for host in PRIVATE), *moved))
    if asked.path.startswith("/to/"):
        return Reply(b"", 302, {"Location": f"http://{PRIVATE[int(asked.path[4:])]}:{port}/moved"})
    return bytes(Reply(b"", 404, {"Connection": "close"}))
