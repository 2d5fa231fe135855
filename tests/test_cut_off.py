"""A page that breaks off in every crawl, on a server that would call what it has sent "not modified"."""

import sqlite3
from pathlib import Path

from loopback import Asked, Reply, serve
from test_crawl import ALLOWED, article, crawl

HEADERS = {"Content-Type": "text/html; charset=utf-8", "ETag": '"v1"', "Last-Modified": "Mon, 05 Jan 2026 08:00:00 GMT"}
PATH = "/a/1.html"


def half(asked: Asked) -> Reply | bytes:
    if asked.path != PATH:
        return Reply(b"", 404)
    if "If-None-Match" in asked.headers or "If-Modified-Since" in asked.headers:
        return Reply(b"", 304, {"ETag": '"v1"'})
    whole = article(3)
    return bytes(Reply(whole, headers=HEADERS))[: -len(whole) // 3]


def test_half_a_page_is_no_document_however_often_it_comes(tmp_path: Path) -> None:
    with serve(half) as served:
        for _ in range(3):
            url = served.url(PATH)
            done = crawl(tmp_path, "summaries", "-a", f"urls={url}", "-s", "REVISIT=all", *ALLOWED)
            assert done.returncode == 0, done.stderr
    assert not any("If-None-Match" in asked.headers for asked in served.log)
    db = sqlite3.connect(tmp_path / "archive.db")
    assert db.execute("SELECT count(*) FROM documents").fetchone() == (0,)
    rows = db.execute("SELECT status, truncated, revisit_of FROM fetches WHERE url = ?", (url,)).fetchall()
    ((state, rejected),) = db.execute("SELECT state, rejected FROM links JOIN pages USING (url) WHERE url = ?", (url,))
    db.close()
    assert rows == [(200, "disconnect", None)] * 3
    assert state == "failed" and rejected.startswith("truncated: disconnect")
