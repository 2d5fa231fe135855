"""Pages in a WARC file are put together as a crawl does it: the crawl's own file gives the crawl's own documents."""

import os
import sqlite3
from pathlib import Path

import pytest
from archive_files import clean, response
from once import crawled_sample
from sqlite_utils import Database

from archive.ingest import ingest
from archive.progress import Progress
from archive.store import Fetch, add_fetch, begin_crawl, open_archive
from archive.verify import verify
from archive.warc import Exchange, WarcWriter

ROOT = Path(__file__).parent.parent
SAME = "SELECT url, part, parts, title, text, status FROM documents ORDER BY url, part"


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A crawl of the sample: `archive.db` and `warc/`."""
    return crawled_sample(tmp_path_factory).folder


def test_the_warc_of_a_crawl_gives_the_documents_of_the_crawl(crawled: Path, tmp_path: Path) -> None:
    db = open_archive(tmp_path / "archive.db")
    report = ingest(db, tmp_path / "warc", (str(crawled / "warc"),), Progress())
    assert not report.unfit
    assert list(db.conn.execute(SAME)) == list(sqlite3.connect(crawled / "archive.db").execute(SAME))
    again = ingest(db, tmp_path / "warc", (str(crawled / "warc"),), Progress())
    assert again.added.new == again.added.unchanged == again.added.changed == 0


def page(number: int, pages: int, *, stem: str = "http://w.test/a", titled: str = "") -> bytes:
    """Page `number` of an article, with a pager below."""
    title, body = clean("a05")
    lines = [line for line in body.split("\n") if line.strip()]
    share = -(-len(lines) // pages)
    text = "".join(f"<p>{line}</p>" for line in lines[share * (number - 1) : share * number])
    names = [f"{stem}{f'_{n}' if n > 1 else ''}.html" for n in range(1, pages + 1)]
    pager = "".join(f'<a href="{name}">{n}</a> ' for n, name in enumerate(names, 1) if n != number)
    pager += f'<a href="{names[number]}">下一页</a>' if number < pages else ""
    head = f'<html><head><meta charset="utf-8"><title>{titled or title}</title></head>'
    return f"{head}<body><h1>{title}</h1>{text}<div>{pager}</div></body></html>".encode()


def taken(at: Path, *pages: tuple[str, bytes]) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """Documents and gaps of a WARC file that holds these pages."""
    records = [response(f"http://w.test/{name}.html", body, number=n) for n, (name, body) in enumerate(pages, 1)]
    (at / "w.warc").write_bytes(b"".join(records))
    db = open_archive(at / "archive.db")
    ingest(db, at / "warc", (str(at / "w.warc"),), Progress())
    documents = list(db.conn.execute("SELECT url, status, text FROM documents ORDER BY url"))
    return documents, list(db.conn.execute("SELECT kind, missing, evidence FROM gaps"))


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 2, 1), (2, 3, 1)])
def test_a_chain_is_put_together_in_whatever_order_it_was_captured(tmp_path: Path, order: tuple[int, ...]) -> None:
    names = {1: "a", 2: "a_2", 3: "a_3"}
    documents, gaps = taken(tmp_path, *((names[n], page(n, 3)) for n in order))
    ((url, status, text),) = documents
    assert (url, status) == ("http://w.test/a.html", "complete") and not gaps
    body = clean("a05")[1]
    assert [line for line in str(text).split("\n") if line] == [
        line.strip() for line in body.split("\n") if line.strip()
    ]


def test_a_page_that_was_not_captured_is_a_gap(tmp_path: Path) -> None:
    documents, gaps = taken(tmp_path, ("a", page(1, 3)), ("a_3", page(3, 3)))
    assert [(url, status) for url, status, _ in documents] == [("http://w.test/a.html", "partial")]
    assert ("page", 2, "not in the WARC: http://w.test/a_2.html") in gaps


def test_pages_that_are_no_chain_stay_single(tmp_path: Path) -> None:
    one, other = page(1, 1), page(1, 1).replace(b"2", b"3")
    documents, gaps = taken(tmp_path, ("show_12", one), ("show_13", other))
    assert [url for url, _, _ in documents] == ["http://w.test/show_12.html", "http://w.test/show_13.html"]
    assert not [gap for gap in gaps if gap[0] == "page"]


def test_pages_that_lead_to_each_other_in_a_circle_are_taken_once(tmp_path: Path) -> None:
    two = page(2, 2).replace(b"</body>", '<a href="http://w.test/a_3.html">下一页</a></body>'.encode())
    three = page(2, 2).replace(b"</body>", '<p>。</p><a href="http://w.test/a_2.html">下一页</a></body>'.encode())
    documents, _ = taken(tmp_path, ("a_2", two), ("a_3", three))
    assert len(documents) == 1


def killed(at: Path, *pages: tuple[str, bytes]) -> Database:
    """An archive after a crawl that captured pages, noted them, and was killed."""
    db = open_archive(at / "archive.db")
    crawl = begin_crawl(db, "killed", "{}")
    writer = WarcWriter(at / "warc", f"crawl-{crawl}", {})
    for name, body in pages:
        url, date = f"http://w.test/{name}.html", "2026-01-01T00:00:00Z"
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
        made = writer.exchange(Exchange(url, date, b"GET / HTTP/1.1\r\n\r\n", b"", head, body))
        digests = (made.payload_digest, made.body_digest)
        add_fetch(db, Fetch(crawl, url, 200, date, *digests, made.file, made.offset, made.length, "text/html"))
    os.close(writer.fileno())  # its lock is gone, its file is left open
    return db


def test_what_a_killed_crawl_left_is_named_and_comes_back(tmp_path: Path) -> None:
    db = killed(tmp_path, ("a", page(1, 2)), ("a_2", page(2, 2)), ("b", page(1, 1, titled="另一篇总结")))
    (line,) = verify(db, tmp_path / "warc")
    assert line.startswith("crawl 1: broken off before 3 pages") and "ingest" in line and "/crawl-1-20" in line
    report = ingest(db, tmp_path / "warc", (str(tmp_path / "warc"),), Progress())
    assert report.added.new == 2 and not report.unfit
    assert not list(verify(db, tmp_path / "warc"))
    assert db["fetches"].count == 3
    again = ingest(db, tmp_path / "warc", (str(tmp_path / "warc"),), Progress())
    assert again.repeated == 2 and again.added.unchanged == 0


def test_an_older_capture_of_a_killed_crawl_never_replaces_a_newer_one(tmp_path: Path) -> None:
    db = killed(tmp_path, ("b", page(1, 1)))
    (tmp_path / "w.warc").write_bytes(response("http://w.test/b.html", page(1, 1, titled="新")))
    db.conn.execute("UPDATE fetches SET fetched_at = '2001-01-01T00:00:00Z'")
    ingest(db, tmp_path / "warc", (str(tmp_path / "w.warc"),), Progress())
    assert not list(verify(db, tmp_path / "warc"))
    before = list(db.conn.execute(SAME))
    report = ingest(db, tmp_path / "warc", (str(tmp_path / "warc"),), Progress())
    assert report.repeated == 2 and list(db.conn.execute(SAME)) == before


def test_an_unfinished_file_of_a_dead_crawl_elsewhere_is_read_and_left_as_it_is(tmp_path: Path) -> None:
    killed(tmp_path / "old", ("b", page(1, 1))).close()
    (left,) = (tmp_path / "old" / "warc").glob("*.warc.gz*")
    db = open_archive(tmp_path / "new.db")
    report = ingest(db, tmp_path / "warc", (str(tmp_path / "old" / "warc"),), Progress())
    assert left.name.endswith(".open") and left.exists() and report.added.new == 1 and not report.unfit


def test_a_file_that_a_crawl_is_writing_is_left_alone_and_said_to_be(tmp_path: Path) -> None:
    writer = WarcWriter(tmp_path / "other", "crawl-1", {})
    writer.resource("urn:x", "text/plain", b"x", date="2026-01-01T00:00:00Z")
    report = ingest(open_archive(tmp_path / "a.db"), tmp_path / "warc", (str(tmp_path / "other"),), Progress())
    assert report.skipped == {"WARC file that a crawl is writing now": 1} and not report.unfit
    writer.close()
