"""The page as it was, asked without a browser: what is told of a capture, and captures that no browser should get."""

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from archive_cases import URL, outcome, rejected
from browser import NAME, Served, serving
from lxml import html

from archive.pages import inert
from archive.rows import Row
from archive.store import Fetch, add, add_fetch, begin_crawl, open_archive
from archive.warc import Capture, Exchange, WarcError, WarcWriter
from archive.warcs import captured
from pipelines.document import article_id

TEXT = "各位领导：本年度科普工作扎实推进，现将有关情况总结如下。"
HOST = "http://www.example.test"
GBK = f"<html><head><meta charset=gb2312><title>科普</title></head><body><p>{TEXT}</p></body></html>".encode("gb18030")


def pages() -> dict[str, tuple[bytes, str]]:
    return {
        "/a/1.html": (GBK, ""),
        "/big": (b"<html><body><p>" + "科普工作总结。".encode() * 2_500_000 + "末尾".encode(), ""),  # 52 MB
        "/bomb": (gzip.compress(b"<p>" + b"\0" * 300_000_000, 9), "Content-Encoding: gzip\r\n"),
        "/scan": (b"%PDF-1.4\n" + b"x" * 500, ""),
        "/plain": (f"第一行<b>\n{TEXT}".encode(), "Content-Type: text/plain\r\n"),
        "/empty": (b"", ""),
    }


def fetched(writer: WarcWriter, url: str, body: bytes, more: str = "") -> Fetch:
    kind = "" if "Content-Type" in more else "Content-Type: text/html\r\n"
    head = f"HTTP/1.1 200 OK\r\n{kind}{more}Server: old\r\n\r\n".encode()
    got = writer.exchange(Exchange(url, "2026-01-01T00:00:00Z", b"GET / HTTP/1.1\r\n\r\n", b"", head, body))
    return _row(url, got)


def _row(url: str, got: Capture) -> Fetch:
    place = got.file, got.offset, got.length
    return Fetch(1, url, 200, got.date, got.payload_digest, got.body_digest, *place, "text/html")


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("original")
    db = open_archive(folder / f"{NAME}.db")
    begin_crawl(db, "test", "{}")
    writer = WarcWriter(folder / "warc", "crawl-1", {"software": "test"})
    made = pages()
    for path, (body, more) in made.items():
        add_fetch(db, fetched(writer, HOST + path, body, more))
    writer.close()
    missing = len(made) + 1
    for number, file in enumerate(("gone.warc.gz", "../secret.gz", "torn.warc.gz", ""), missing):
        add_fetch(db, Fetch(1, f"{HOST}/m{number}", 200, "2026-01-02T00:00:00Z", "", "", file, 0, 99))
    (folder / "secret.gz").write_bytes(gzip.compress(b"WARC/1.1\r\nContent-Length: 6\r\n\r\nsecret"))
    whole = gzip.compress(b"WARC/1.1\r\nWARC-Type: response\r\nContent-Length: 9999\r\n\r\nshort")
    (folder / "warc" / "torn.warc.gz").write_bytes(whole)
    add(db, outcome(TEXT))
    add(db, rejected("not-text: a PDF file", url=f"{HOST}/scan", fetch_id=4))
    add(db, outcome(TEXT, url=f"{HOST}/m7", fetch_id=missing))
    db.close()
    with serving(folder / f"{NAME}.db") as running:
        yield running


def page(room: Served, key: str, words: str = "") -> html.HtmlElement:
    status, _, body = room.get(f"/-/original/{NAME}/{key}{words}")
    assert status == 200
    return html.document_fromstring(body.decode())


def frame(room: Served, number: int) -> str:
    status, headers, body = room.get(f"/-/capture/{NAME}/{number}")
    assert status == 200
    rules = headers["content-security-policy"].split("; ")
    assert rules[:2] == ["sandbox", "default-src 'none'"] and "frame-ancestors 'self'" in rules
    assert headers["x-content-type-options"] == "nosniff" and headers["x-frame-options"] == "SAMEORIGIN"
    return body.decode()


def test_a_capture_is_told_with_all_that_proves_it(room: Served) -> None:
    tree = page(room, f"{article_id(URL)}-0", "?view=capture")
    told = tree.text_content()
    for words in (
        "2026-01-01T00:00:00Z",
        "sha1:",
        "sha256:",
        "-00001.warc.gz",
        "Server",
        "old",
        "WARC-Record-ID",
    ):
        assert words in told, words
    (inner,) = tree.xpath("//iframe")
    assert inner.get("sandbox") == "" and inner.get("src") == f"/-/capture/{NAME}/1" and inner.get("title")
    assert TEXT in frame(room, 1), "decoded as what it is, not as what nobody declared"


@pytest.mark.parametrize("key", [article_id(URL), f"{article_id(URL)}-0", f"{article_id(URL)}-0@1"])
def test_a_page_has_its_document_its_id_and_a_version_for_names(room: Served, key: str) -> None:
    (edit, *_) = page(room, key).xpath("//span[@id='e1']")
    assert edit.get("data-rules") == "frame/chrome" and "by hand" in edit.get("title")


def test_the_record_comes_as_it_stands(room: Served) -> None:
    status, headers, body = room.get(f"/-/record/{NAME}/1")
    assert status == 200 and headers["content-type"] == "application/warc"
    assert headers["content-disposition"] == 'attachment; filename="capture-1.warc.gz"'
    rows = json.loads(room.get(f"/{NAME}/fetches.json?_shape=array&id=1")[2])
    stored = (room.archive.parent / "warc" / rows[0]["warc_file"]).read_bytes()
    assert body == stored[rows[0]["warc_offset"] :][: rows[0]["warc_length"]]
    assert gzip.decompress(body).startswith(b"WARC/1.1\r\n") and GBK in gzip.decompress(body)


@pytest.mark.parametrize("number", [2, 3])
def test_a_page_of_50_megabytes_shows_its_head_and_says_so(room: Served, number: int) -> None:
    body = frame(room, number)
    assert len(body) < 3 * inert.CHARACTERS and "末尾" not in body
    assert ("This page is very large" in body) if number == 2 else ("not-text" in body)


def test_what_is_no_page_is_a_sentence(room: Served) -> None:
    assert "a PDF file" in frame(room, 4)
    assert "第一行&lt;b&gt;\n" in frame(room, 5)
    assert "empty-page" in frame(room, 6)


def test_a_rejected_page_has_its_capture(room: Served) -> None:
    tree = page(room, article_id(f"{HOST}/scan"))
    assert "not-text: a PDF file" in tree.text_content()
    assert page(room, article_id(f"{HOST}/scan"), "?view=capture").xpath("//iframe")


@pytest.mark.parametrize(
    ("number", "said"),
    [(7, "gone.warc.gz is missing"), (8, "outside the folder"), (9, "torn"), (10, "no WARC record")],
)
def test_a_record_that_cannot_be_read_is_told(room: Served, number: int, said: str) -> None:
    assert said in frame(room, number)
    if number != 9:
        status, _, body = room.get(f"/-/record/{NAME}/{number}")
        assert status == 404 and said in body.decode()


def test_a_page_whose_warc_is_missing_says_so(room: Served) -> None:
    tree = page(room, article_id(f"{HOST}/m7"), "?view=capture")
    assert not tree.xpath("//iframe") and "gone.warc.gz is missing" in tree.text_content()
    assert not tree.xpath("//a[contains(@class, 'download')]")


@pytest.mark.parametrize(
    "path", ["original/archive/nothing", "capture/archive/99", "record/archive/99", "original/none/x"]
)
def test_what_is_not_there_is_not_found(room: Served, path: str) -> None:
    assert room.get(f"/-/{path}")[0] == 404


def test_every_link_leads_somewhere(room: Served) -> None:
    for words in ("", "?view=capture"):
        tree = page(room, f"{article_id(URL)}-0", words)
        for link in set(tree.xpath("//@href")) | set(tree.xpath("//@src")):
            if link.startswith("/"):
                assert room.get(link)[0] == 200, link
            else:
                assert re.match(r"[?#]|http://www\.example\.test/|https://datasette\.io/", link), link


def test_no_more_of_a_record_is_read_than_is_shown(tmp_path: Path) -> None:
    writer = WarcWriter(tmp_path, "x", {})
    made = fetched(writer, URL, b"<p>" + b"x" * (captured.HEAD + 9))
    writer.close()
    row: Row = {"warc_file": made.warc_file, "warc_offset": made.warc_offset, "warc_length": made.warc_length}
    found = captured.read(tmp_path, row)
    assert found.is_cut and len(found.body) < captured.HEAD < found.length
    with pytest.raises(WarcError, match="no record at 7"):
        captured.read(tmp_path, {**row, "warc_offset": 7})
