"""A new site needs no profile: every article of the systems that Chinese sites run on, and no page of their chrome."""

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from loopback import PATIENCE

from archive.store import open_archive
from crawler.draft import draft
from crawler.profile import load
from tests.cms_sites import Cms, sites

ROOT = Path(__file__).parent.parent
SITES = sites()


@dataclass(frozen=True, slots=True)
class Crawled:
    archive: Path
    port: int
    asked: dict[str, list[str]]  # by host, in order

    def rows(self, sql: str) -> list[tuple[str, ...]]:
        db = sqlite3.connect(self.archive)
        try:
            return db.execute(sql).fetchall()
        finally:
            db.close()

    def of(self, host: str, sql: str) -> list[tuple[str, ...]]:
        """Rows whose first column is an address of the host, which becomes a path."""
        start = f"http://{host}:{self.port}"
        return [(url.removeprefix(start), *rest) for url, *rest in self.rows(sql) if url.startswith(start)]


def served(asked: dict[str, list[str]]) -> ThreadingHTTPServer:
    """All sites on one port of loopback, by name."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            host = self.headers["Host"].split(":")[0]
            asked.setdefault(host, []).append(self.path)
            site = SITES.get(host, Cms(host))
            text = site.pages.get(self.path)
            body = (text or "<h1>404 Not Found</h1>").replace("{port}", str(self.server.server_address[1]))
            self.send_response(200 if text else 404)
            self.send_header("Content-Type", site.types.get(self.path, f"text/html; charset={site.charset}"))
            content = body.encode(site.charset if self.path not in site.types else "utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            pass

    return ThreadingHTTPServer(("127.0.0.1", 0), Handler)


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    folder, asked = tmp_path_factory.mktemp("cms"), {}  # type: Path, dict[str, list[str]]
    server = served(asked)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    port = int(server.server_address[1])
    urls = ",".join(f"http://{host}:{port}/" for host, site in SITES.items() if site.is_start)
    settings = [
        f"ARCHIVE={folder / 'archive.db'}", "ALLOW_PRIVATE_ADDRESSES=1", "DOWNLOAD_DELAY=0", "AUTOTHROTTLE_ENABLED=0",
        "WORKERS=1",
    ]  # fmt: skip
    words = [word for setting in settings for word in ("-s", setting)]
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", "crawl", "summaries", "-a", f"urls={urls}", *words],
        cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr + done.stdout
    yield Crawled(folder / "archive.db", port, asked)
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("host", SITES)
def test_every_article_is_a_document_and_no_chrome_is_one(crawled: Crawled, host: str) -> None:
    found = crawled.of(host, "SELECT url FROM pages WHERE rejected IS NULL")
    assert sorted(path for (path,) in found) == sorted(SITES[host].articles)


@pytest.mark.parametrize("host", SITES)
def test_the_pages_of_an_article_are_one_document(crawled: Crawled, host: str) -> None:
    later = crawled.of(host, "SELECT url FROM article_pages WHERE n > 1")
    assert sorted(path for (path,) in later) == sorted(SITES[host].later)


@pytest.mark.parametrize("host", SITES)
def test_a_document_says_what_was_written(crawled: Crawled, host: str) -> None:
    texts = dict(crawled.of(host, "SELECT p.url, d.text FROM documents d JOIN pages p ON p.id = d.article_id"))
    for path, text in SITES[host].articles.items():
        lost = [line for line in text.paragraphs[1:-2] if line not in texts.get(path, "")]
        assert len(lost) <= len(text.paragraphs) // 5, (path, lost[:2])


@pytest.mark.parametrize("host", SITES)
def test_nothing_is_asked_for_twice(crawled: Crawled, host: str) -> None:
    asked = [path for path in crawled.asked[host] if path != "/robots.txt"]
    assert len(asked) == len(set(asked))


def test_an_article_is_kept_once_for_its_mirrors(crawled: Crawled) -> None:
    reasons = {
        host: dict(crawled.of(host, "SELECT url, rejected FROM pages WHERE rejected LIKE 'mirror:%'"))
        for host in ("m.both.test", "both.test")
    }
    own = f"http://www.both.test:{crawled.port}/zj/"
    assert reasons["both.test"] == {"/zj/4711.html": f"mirror: the same bytes as {own}4711.html"}
    assert reasons["m.both.test"] == {f"/a/{n}.html": f"mirror: of {own}{n}.html" for n in (4711, 4712, 4713)}


def test_editions_that_a_page_names_are_not_asked_for(crawled: Crawled) -> None:
    refused = crawled.of("m.both.test", "SELECT url, reason FROM links WHERE state = 'refused'")
    assert {path for path, reason in refused if reason.startswith("mirror: an edition of")} == {
        f"/zj/{n}.html" for n in (4711, 4712, 4713)
    }


def test_a_sitemap_is_looked_for_and_its_lies_are_told_in_one_line(crawled: Crawled) -> None:
    ((_, reason),) = crawled.of("www.both.test", "SELECT url, rejected FROM pages WHERE url LIKE '%sitemap.xml'")
    assert reason == "sitemap: 1 pages, 0 sitemaps; 50 off-site"
    assert not crawled.rows("SELECT 1 FROM links WHERE url LIKE 'http://cdn.other.test/%'")
    ((_, reason),) = crawled.of("www.trs.test", "SELECT url, rejected FROM pages WHERE url LIKE '%sitemap.xml'")
    assert reason == "no-sitemap: http-404"


@pytest.mark.parametrize(
    ("host", "system"),
    [("www.dede.test", "dedecms"), ("www.wp.test", "wordpress"), ("bbs.discuz.test", "discuz")],
)
def test_a_draft_knows_articles_from_lists(crawled: Crawled, host: str, system: str, tmp_path: Path) -> None:
    db = open_archive(crawled.archive, create=False)
    (tmp_path / "site.toml").write_text(draft(db, crawled.archive.parent / "warc", host, "a crawl"), "utf-8")
    db.close()
    site, start = load(str(tmp_path / "site.toml")), f"http://{host}:{crawled.port}"
    assert site.cms == system and site.expect.documents == len(SITES[host].articles) * 85 // 100
    assert {site.kind_of(start + path) for path in SITES[host].articles} == {"article"}
    lists = crawled.of(host, "SELECT url FROM pages WHERE rejected LIKE 'list:%'")
    assert {site.kind_of(start + path) for (path,) in lists} == {"list"}
    assert not any(site.is_denied(start + path) for path in SITES[host].articles)
