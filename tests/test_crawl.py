"""The crawl as people run it: `scrapy crawl summaries` on a small site with a real one's bad habits."""

import gzip
import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from loopback import PATIENCE

from archive import warc
from archive.store import open_archive

ROOT = Path(__file__).parent.parent

Answer = tuple[int, dict[str, str], bytes]


def body(n: int, part: int = 1) -> str:
    rng = Random(f"{n}/{part}")
    said = ["科普活动", "会员培训", "项目申报", "学术交流", "基层组织", "调研走访", "志愿服务", "经费管理"]
    lines = [
        f"{i}、今年第{rng.randint(1, 4)}季度，我们开展{rng.choice(said)}{rng.randint(2, 40)}次，"
        f"服务群众{rng.randint(100, 9000)}人，{rng.choice(said)}取得了新的进展，完成了年初确定的第{i}项任务。"
        for i in range(1 + 10 * (part - 1), 11 + 10 * (part - 1))
    ]
    return "".join(f"<p>{line}</p>" for line in lines)


def article(n: int, *, part: int = 1, more: str = "", title: str = "") -> bytes:
    title = title or f"清河县科学技术协会20{n:02d}年工作总结"
    return (
        f"<html><head><meta charset='utf-8'><title>{title}</title></head><body><div><a href='/'>首页</a></div>"
        f"<h1>{title}</h1><div id='text'>{body(n, part)}</div>{more}</body></html>"
    ).encode()


def listing(*links: str) -> bytes:
    named = [f"<li><a href='{link}'>清河县某某单位工作总结之{n}</a></li>" for n, link in enumerate(links)]
    head = "<head><meta charset='utf-8'><title>列表</title></head>"
    return f"<html>{head}<body><ul>{''.join(named)}</ul></body></html>".encode()


HTML = {"Content-Type": "text/html; charset=utf-8"}
PAGER = "<p><a href='/p-3.html'>1</a> <a href='/p-3_2.html'>2</a> <a href='/p-3_3.html'>3</a> {}</p>"

PAGES: dict[str, Answer] = {
    "/robots.txt": (200, {}, b"User-agent: *\nDisallow: /private/\nSitemap: /sitemap.xml\n"),
    "/sitemap.xml": (
        200,
        {"Content-Type": "application/xml"},
        b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>http://www.site.test:{port}/a/9.html</loc></url></urlset>",
    ),
    "/": (200, HTML, listing("/a/1.html", "/a/2.html", "/p-3.html", "/private/4.html", "/old/5.html", "/loop/a",
                             "/a/404.html", "/gone", "/blank.html", "/noise.html", "/pic", "/list_2.html",
                             "/calendar?month=2020-01", "http://elsewhere.test:{port}/a/8.html", "http://10.0.0.7/a.html",
                             "/out", "/q-6.html", "/r/abc", "/w/abc", "/lists/1/", "/said-gzip.html",
                             "/unfinished.html")),
    "/list_2.html": (200, HTML, listing("/a/7.html", "/a/1.html", "/a/2.html")),
    "/a/1.html": (200, {**HTML, "ETag": '"one"', "Last-Modified": "Mon, 01 Jan 2024 00:00:00 GMT"}, article(1)),
    "/a/2.html": (200, {**HTML, "Content-Encoding": "gzip"}, gzip.compress(article(2))),
    "/p-3.html": (200, HTML, article(3, more=PAGER.format("<a href='/p-3_2.html'>下一页</a>"))),
    "/p-3_2.html": (200, HTML, article(3, part=2, more=PAGER.format("<a href='/p-3_3.html'>下一页</a>"))),
    "/p-3_3.html": (200, HTML, article(3, part=3, more=PAGER.format("<a href='/p-3.html'>下一页</a>"))),
    "/private/4.html": (200, HTML, article(4)),
    "/old/5.html": (301, {"Location": "/a/5.html"}, b""),
    "/a/5.html": (200, HTML, article(5, more="<a href='/a/10.html'>相关：清河县某某单位工作总结</a>")),
    "/loop/a": (302, {"Location": "/loop/b"}, b""),
    "/loop/b": (302, {"Location": "/loop/a"}, b""),
    "/blank.html": (200, HTML, b""),
    "/noise.html": (200, HTML, Random(1).randbytes(5000)),
    "/pic": (200, {"Content-Type": "image/png"}, b"\x89PNG\r\n\x1a\n" + bytes(50)),
    "/a/7.html": (200, HTML, article(7)),
    "/a/9.html": (200, HTML, article(9)),
    "/a/10.html": (200, HTML, article(10)),
    "/out": (302, {"Location": "http://elsewhere.test:{port}/a/8.html"}, b""),
    "/q-6.html": (200, HTML, article(6, more=PAGER.replace("p-3", "q-6").format(""))),
    "/q-6_3.html": (200, HTML, article(6, part=3)),
    "/r/abc": (200, HTML, article(12, more="<a href='/r/def'>下一页</a>")),
    "/r/def": (200, HTML, article(12, part=2, more="<a href='/r/abc'>上一页</a>")),
    "/w/abc": (200, HTML, article(13, more="<a href='/w/def'>下一页</a>")),
    "/w/def": (200, HTML, article(14)),
    "/lists/1/": (200, HTML, listing("/lists/2/", "/lists/3/", "/lists/4/")),
    "/said-gzip.html": (200, {**HTML, "Content-Encoding": "gzip"}, article(11)),
}  # fmt: skip


@dataclass(slots=True)
class Site:
    port: int
    asked: list[str] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    times: list[tuple[float, str]] = field(default_factory=list)
    cut: set[str] = field(default_factory=lambda: {"/unfinished.html"})  # paths whose answers break off

    @property
    def start(self) -> str:
        return f"http://www.site.test:{self.port}/"


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            host = self.headers["Host"].split(":")[0]
            served.asked.append(self.path if host == "www.site.test" else f"{host}{self.path}")
            served.agents.add(self.headers["User-Agent"])
            served.times.append((time.monotonic(), host))
            if self.path == "/slow.html":
                time.sleep(30)
            status, headers, content = PAGES.get(self.path, (404, HTML, b"<h1>404 Not Found</h1>"))
            if host == "slow.test" and self.path == "/robots.txt":
                content = b"User-agent: *\nCrawl-delay: 0.7\n"
            port = str(served.port).encode()
            content = content if content[:2] == b"\x1f\x8b" else content.replace(b"{port}", port)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value.replace("{port}", port.decode()))
            short = 50 if self.path in served.cut else 0
            self.send_header("Content-Length", str(len(content) + short))
            self.end_headers()
            self.wfile.write(content)
            self.close_connection = bool(short)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served = Site(server.server_address[1])
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield served
    server.shutdown()
    server.server_close()


def command(folder: Path, *arguments: str) -> list[str]:
    settings = {"ARCHIVE": folder / "archive.db", "RETRY_TIMES": 0, "WORKERS": 1, "BACKOFF_FIRST": 0.1}
    fixed = [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]
    return [sys.executable, "-m", "scrapy", "crawl", *fixed, *arguments]


def crawl(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    environment = {name: value for name, value in os.environ.items() if name != "CRAWL_CONTACT"}
    return subprocess.run(
        command(folder, *arguments), cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, env=environment
    )


ALLOWED = ("-s", "ALLOW_PRIVATE_ADDRESSES=1", "-s", "DOWNLOAD_DELAY=0")


@dataclass(frozen=True, slots=True)
class Crawled:
    folder: Path
    site: Site
    asked: tuple[str, ...]
    done: "subprocess.CompletedProcess[str]"

    def rows(self, sql: str) -> list[tuple[str, ...]]:
        db = sqlite3.connect(self.folder / "archive.db")
        try:
            return db.execute(sql).fetchall()
        finally:
            db.close()

    def path(self, url: str) -> str:
        return url.removeprefix(self.site.start.rstrip("/"))


@pytest.fixture(scope="module")
def crawled(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    folder = tmp_path_factory.mktemp("crawl")
    site.asked.clear()
    done = crawl(folder, "summaries", "-a", f"urls={site.start}", *ALLOWED)
    assert done.returncode == 0, done.stderr + done.stdout
    return Crawled(folder, site, tuple(site.asked), done)


def test_every_page_is_a_document_or_is_rejected_with_its_reason(crawled: Crawled) -> None:
    found = {crawled.path(url): reason for url, reason in crawled.rows("SELECT url, rejected FROM pages")}
    articles = [
        "/a/1.html",
        "/a/10.html",
        "/a/2.html",
        "/a/5.html",
        "/a/7.html",
        "/a/9.html",
        "/p-3.html",
        "/q-6.html",
        "/r/abc",
    ]
    assert sorted(path for path, reason in found.items() if not reason) == [
        *articles,
        "/said-gzip.html",
        "/w/abc",
        "/w/def",
    ]
    codes = {path: str(reason).split(":")[0] for path, reason in found.items() if reason}
    assert codes.pop("/blank.html") and codes.pop("/noise.html")
    assert codes == {
        "/": "list",
        "/list_2.html": "list",
        "/lists/1/": "list",
        "/lists/2/": "http-404",
        "/lists/3/": "http-404",
        "/lists/4/": "http-404",
        "/sitemap.xml": "sitemap",
        "/old/5.html": "redirect",
        "/loop/a": "redirect",
        "/loop/b": "redirect-loop",
        "/out": "redirect",
        "/a/404.html": "http-404",
        "/gone": "http-404",
        "/pic": "not-text",
        "/q-6_2.html": "http-404",
        "/unfinished.html": "truncated",
    }
    fetched = {path for (path,) in crawled.rows("SELECT url FROM fetches WHERE url NOT LIKE '%robots.txt'")}
    part_of = {path for (path,) in crawled.rows("SELECT url FROM article_pages")}
    assert fetched <= part_of


def test_the_pages_of_an_article_are_one_and_a_lost_one_is_a_gap(crawled: Crawled) -> None:
    chains: dict[str, list[tuple[str, str]]] = {}
    sql = "SELECT p.url, a.url, a.missing FROM article_pages a JOIN pages p ON p.id = a.article_id ORDER BY p.url, n"
    for first, url, missing in crawled.rows(sql):
        chains.setdefault(crawled.path(first), []).append((crawled.path(url), missing))
    assert chains["/p-3.html"] == [("/p-3.html", ""), ("/p-3_2.html", ""), ("/p-3_3.html", "")]
    assert chains["/q-6.html"] == [("/q-6.html", ""), ("/q-6_2.html", "http-404"), ("/q-6_3.html", "")]
    assert chains["/r/abc"] == [
        ("/r/abc", ""),
        ("/r/def", ""),
    ]  # only the words of a link led there, and its title fits
    assert chains["/w/abc"] == [("/w/abc", "")] and chains["/w/def"] == [("/w/def", "")]
    assert crawled.rows("SELECT kind FROM gaps WHERE kind = 'page'") == [("page",)]
    ((text,),) = crawled.rows("SELECT text FROM documents WHERE url LIKE '%p-3.html'")
    assert all(f"完成了年初确定的第{n}项任务" in text for n in range(1, 31))


def test_what_was_not_asked_for_is_known_with_the_reason(crawled: Crawled) -> None:
    links = {
        crawled.path(url): reason for url, reason in crawled.rows("SELECT url, reason FROM links WHERE state <> 'done'")
    }
    elsewhere = f"http://elsewhere.test:{crawled.site.port}/a/8.html"
    assert {path: reason.split(":")[0] for path, reason in links.items()} == {
        "/private/4.html": "robots",
        "/calendar?month=2020-01": "trap",
        "/unfinished.html": "response-data-loss",
        elsewhere: "off-site",
        "http://10.0.0.7/a.html": "off-site",
    }
    assert not [path for path in crawled.asked if "private" in path or "calendar" in path or "elsewhere" in path]
    assert len(crawled.asked) == len(set(crawled.asked))


def test_every_exchange_is_in_the_warc_where_its_row_says(crawled: Crawled) -> None:
    (file,) = (crawled.folder / "warc").glob("*.warc.gz*")
    assert warc.check(file) == []
    rows = crawled.rows("SELECT url, status, warc_file, warc_offset, payload_digest, body_digest, etag FROM fetches")
    assert len(rows) == len(crawled.asked)  # what came of the one that never came to its end, too
    for url, status, name, offset, digest, _, _ in rows:
        record = warc.read(crawled.folder / "warc", name, int(offset))
        assert (record.url, record.status, record.payload_digest) == (url, status, digest)
    records = {crawled.path(record.url): record for record in warc.scan(file)}
    assert records["/a/2.html"].body == article(2) and records["/a/2.html"].header("content-encoding") == "gzip"
    assert records["/said-gzip.html"].body == article(11)
    assert records["/noise.html"].body == PAGES["/noise.html"][2]
    assert {crawled.path(row[0]): row[6] for row in rows}["/a/1.html"] == '"one"'


def test_people_see_what_came_of_it(crawled: Crawled) -> None:
    said = crawled.done.stdout
    for word in (
        "sites         1",
        "documents     12 (12 new",
        "http-404 6",
        "robots 1",
        "response-data-loss",
        "noise removed",
    ):
        assert word in said
    for place in ("archive.db", "warc/", "crawl.log"):
        assert str(crawled.folder / place.rstrip("/")) in said
    assert "python -m archive --archive" in said and "Traceback" not in crawled.done.stderr + said
    log = (crawled.folder / "crawl.log").read_text()
    assert all(" crawl 1 " in line for line in log.splitlines()), log
    first, *_, last = log.splitlines()
    assert f"{crawled.site.start} begins, ALLOW_PRIVATE_ADDRESSES=1" in first and "DOWNLOAD_DELAY=0" in first
    assert "ended (finished)" in last and "12 documents" in last
    for url, reason in crawled.rows("SELECT url, rejected FROM pages"):
        assert f"rejected {url}: {reason}\n" in log or f"stored {url}: documents 1 (1 new," in log
    failures = [line for line in log.splitlines() if "WARNING: failed" in line]
    assert "Traceback" not in log and len(failures) == 1 and "unfinished.html: response-data-loss" in failures[0]
    ((ended, reason, stats),) = crawled.rows("SELECT ended_at, reason, stats FROM crawls")
    assert ended and reason == "finished" and json.loads(stats)["downloader/response_count"]
    assert all("worksummary-archive" in agent for agent in crawled.site.agents)


def test_the_commands_that_are_named_work_as_printed(crawled: Crawled) -> None:
    named = [line.split(maxsplit=1) for line in crawled.done.stdout.partition("\nNext\n")[2].splitlines()]
    commands = {line[0]: line[1] for line in named}
    for name, found in (("figures", "documents      12"), ("search", "found")):
        done = subprocess.run(commands[name], shell=True, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)
        assert done.returncode == 0 and found in done.stdout + done.stderr


def test_the_settings_of_a_crawl_are_kept_as_json(crawled: Crawled) -> None:
    ((text,),) = crawled.rows("SELECT settings FROM crawls WHERE id = 1")
    kept = json.loads(text)
    assert kept["settings"]["DOWNLOAD_DELAY"] == 0.0 and kept["settings"]["MAX_DEPTH"] == 8
    assert kept["settings"]["ALLOW_PRIVATE_ADDRESSES"] is True
    assert kept["settings"]["HOST_ADDRESSES"] == {"*.test": "127.0.0.1"}
    assert kept["overridden"]["ALLOW_PRIVATE_ADDRESSES"] == "1" and "MAX_DEPTH" not in kept["overridden"]
    assert set(kept["versions"]) == {"crawler", "restorer", "scrapy", "python"} and " object " not in text


def test_a_second_crawl_changes_nothing(crawled: Crawled) -> None:
    before = crawled.rows("SELECT id, content_digest, version FROM documents ORDER BY id")
    crawled.site.asked.clear()
    done = crawl(crawled.folder, "summaries", "-a", f"urls={crawled.site.start}", *ALLOWED)
    assert done.returncode == 0 and "(12 documents)" in done.stdout  # known, and not due
    assert "/" in crawled.site.asked  # the address that was asked for
    assert set(crawled.site.asked) <= {"/robots.txt", "/unfinished.html", "/"}  # what failed is tried again
    crawled.site.cut.add("/a/9.html")
    done = crawl(crawled.folder, "summaries", "-a", f"urls={crawled.site.start}", "-s", "REVISIT=all", *ALLOWED)
    crawled.site.cut.remove("/a/9.html")
    assert done.returncode == 0 and "0 new, 0 changed, 11 as they were" in done.stdout
    page = "SELECT rejected, gone, state, reason FROM pages JOIN links USING (url) WHERE url LIKE '%/a/9.html'"
    ((rejected, gone, state, reason),) = crawled.rows(page)  # what broke off now was whole before
    assert (rejected, gone, state) == (None, None, "failed") and reason.startswith("response-data-loss")
    assert crawled.rows("SELECT id, content_digest, version FROM documents ORDER BY id") == before
    assert not crawled.rows("SELECT 1 FROM links WHERE state IN ('new', 'asked') AND kind <> 'next'")


def says(done: "subprocess.CompletedProcess[str]", status: int, *words: str) -> None:
    lines = [line for line in done.stderr.splitlines() if line.startswith("scrapy crawl:")]
    assert done.returncode == status, done.stderr + done.stdout
    assert len(lines) == 1 and all(word in lines[0] for word in words), done.stderr
    assert "Traceback" not in done.stderr + done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["summaries", "-a", "site=nowhere"], ("no site named 'nowhere'", "Known sites: ")),
        (["summaries", "-a", "url=http://a.test/"], ("unknown argument -a url",)),
        (["summaries", "-a", "urls=https://www.example.org/"], ("public host", "set CONTACT")),
        (["summaries", "-a", "urls=http://127.0.0.1:9/"], ("private address", "ALLOW_PRIVATE_ADDRESSES")),
        (["summaries", "-a", "urls=http://a.test/"], ("sample web", "sample serve", "-s ALLOW_PRIVATE_ADDRESSES=True")),
        (["summarys", "-a", "urls=http://a.test/"], ("no spider named summarys", "Known spiders: summaries")),
    ],
)  # fmt: skip
def test_what_cannot_start_is_said_in_one_line(tmp_path: Path, arguments: list[str], words: tuple[str, ...]) -> None:
    says(crawl(tmp_path, *arguments), 2, *words)
    assert not (tmp_path / "archive.db").exists()


def test_a_crawl_that_cannot_begin_names_its_log(tmp_path: Path, site: Site) -> None:
    done = crawl(tmp_path, "summaries", "-a", f"urls={site.start}", *ALLOWED, "-s", 'ITEM_PIPELINES={"no.Such": 1}')
    says(done, 1, "did not start", str(tmp_path / "crawl.log"))


def test_an_unknown_profile_key_is_said_in_one_line(tmp_path: Path, site: Site) -> None:
    (tmp_path / "mine.toml").write_text(f'start_urls = ["{site.start}"]\nlist_url = ["/list"]\n')
    done = crawl(tmp_path, "summaries", "-a", f"site={tmp_path / 'mine.toml'}", *ALLOWED)
    says(done, 2, "mine.toml: unknown key 'list_url'. Known keys: start_urls, hosts, list_urls")


def test_a_broken_archive_is_said_in_one_line(tmp_path: Path, site: Site) -> None:
    (tmp_path / "archive.db").write_bytes(b"no database at all" * 100)
    says(crawl(tmp_path, "summaries", "-a", f"urls={site.start}", *ALLOWED), 2, "archive.db")


def test_a_host_that_does_not_answer_is_said_in_one_line(tmp_path: Path) -> None:
    done = crawl(tmp_path, "summaries", "-a", "urls=http://www.site.test:1/", *ALLOWED)
    says(done, 1, "nothing was fetched", "http://www.site.test:1/", "connection-refused")


def test_a_start_address_that_robots_txt_forbids_is_said_in_one_line(tmp_path: Path, site: Site) -> None:
    done = crawl(tmp_path, "summaries", "-a", f"urls={site.start}private/4.html", *ALLOWED)
    says(done, 1, "nothing was fetched", "private/4.html", "robots: forbidden by robots.txt")


def test_an_expectation_that_is_not_met_is_said_and_fails_the_run(tmp_path: Path, site: Site) -> None:
    profile = tmp_path / "mine.toml"
    profile.write_text(
        f'start_urls = ["{site.start}"]\narticle_urls = ["/a/[12].html"]\nlist_urls = ["/list"]\nsitemaps = false\n'
        "[expect]\ndocuments = 5\n"
    )
    done = crawl(tmp_path, "summaries", "-a", f"site={profile}", *ALLOWED)
    says(done, 1, "mine: 2 documents, expected at least 5")


def test_a_crawl_delay_is_kept(tmp_path: Path, site: Site) -> None:
    urls = ",".join(f"http://slow.test:{site.port}/a/{n}.html" for n in (1, 2, 7))
    done = crawl(tmp_path, "summaries", "-a", f"urls={urls}", *ALLOWED)
    assert done.returncode == 0
    times = [when for when, host in site.times if host == "slow.test"]
    assert len(times) == 4 and min(b - a for a, b in pairwise(times)) > 0.65


def test_a_full_disk_ends_the_crawl_and_harms_nothing(tmp_path: Path, site: Site) -> None:
    words = command(tmp_path, "summaries", "-a", f"urls={site.start}", *ALLOWED)
    open_archive(tmp_path / "archive.db").close()
    largest = (tmp_path / "archive.db").stat().st_size + 60_000  # bytes a file may have: too few for this site
    limit = f"import os, resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({largest}, {largest}))"
    code = f"{limit}; os.execv({words[0]!r}, {words!r})"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)
    says(done, 1, "archive-write-failed")
    assert "Traceback" not in (tmp_path / "crawl.log").read_text()
    assert [warc.check(path) for path in (tmp_path / "warc").glob("*.warc.gz*")] in ([[]], [])
    assert crawl(tmp_path, "summaries", "-a", f"urls={site.start}", *ALLOWED).returncode == 0


def test_an_end_that_fails_as_nobody_foresaw_is_said_and_fails_the_run(tmp_path: Path, site: Site) -> None:
    words = command(tmp_path, "summaries", "-a", f"urls={site.start}a/1.html", *ALLOWED)[2:]
    code = (
        "import archive.rebuild, scrapy.cmdline\ndef broken(*_): raise ValueError('unforeseen')\n"
        f"archive.rebuild.relearn = broken\nscrapy.cmdline.execute({words!r})"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)
    says(done, 1, "the end of the crawl failed", str(tmp_path / "crawl.log"))
    assert "ValueError: unforeseen" in (tmp_path / "crawl.log").read_text()


def is_stored(archive: Path) -> bool:
    """Whether a running crawl has stored a document."""
    try:
        db = sqlite3.connect(f"file:{archive}?mode=ro", uri=True)
        try:
            return bool(db.execute("SELECT count(*) FROM documents").fetchone()[0])
        finally:
            db.close()
    except sqlite3.OperationalError:  # not there yet
        return False


def test_an_interrupted_crawl_keeps_what_it_has(tmp_path: Path, site: Site) -> None:
    site.asked.clear()
    urls = f"{site.start}a/1.html,{site.start}slow.html"
    run = subprocess.Popen(
        command(tmp_path, "summaries", "-a", f"urls={urls}", "-s", "CONCURRENT_REQUESTS_PER_DOMAIN=2", *ALLOWED),
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    deadline = time.monotonic() + PATIENCE
    while not (is_stored(tmp_path / "archive.db") and "/slow.html" in site.asked) and time.monotonic() < deadline:
        time.sleep(0.1)
    run.send_signal(signal.SIGKILL)
    run.wait()
    db = sqlite3.connect(tmp_path / "archive.db")
    assert db.execute("SELECT url, state, crawl_id FROM links ORDER BY url").fetchall() == [
        (f"{site.start}a/1.html", "done", 1),
        (f"{site.start}slow.html", "asked", 1),
    ]
    assert db.execute("SELECT ended_at FROM crawls").fetchall() == [(None,)]
    assert [url for (url,) in db.execute("SELECT url FROM fetches WHERE url LIKE '%/a/1.html'")] == [
        f"{site.start}a/1.html"
    ]
    (left,) = (tmp_path / "warc").glob("*.warc.gz*")
    assert left.name.endswith(".open") and f"{site.start}a/1.html" in {record.url for record in warc.scan(left)}
    done = crawl(tmp_path, "summaries", "-a", f"urls={site.start}a/1.html", *ALLOWED)
    assert done.returncode == 0
    assert "1 as they were" in done.stdout and "learning what the hosts repeat" in done.stderr  # as crawl 1 did not
    assert "crawl 2 WARNING: crawl 1 was killed" in (tmp_path / "crawl.log").read_text()
    assert not [path.name for path in (tmp_path / "warc").glob("*.warc.gz*") if path.name.endswith(".open")]
    ((last,),) = db.execute("SELECT max(fetched_at) FROM fetches WHERE crawl_id = 1")
    assert db.execute("SELECT ended_at, reason FROM crawls WHERE id = 1").fetchall() == [(last, "killed")]
