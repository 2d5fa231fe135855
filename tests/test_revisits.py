"""Captures of what had not changed: both profiles of WARC/1.1, as other tools read them, with the original's body."""

import gzip
import json
import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from archive_files import clean, html
from sqlite_utils import Database
from warcio.archiveiterator import ArchiveIterator

from archive import store, verify, warc
from archive.exports import wacz
from archive.exports.corpus import Corpus, Options
from archive.progress import Progress
from archive.rebuild import rebuild
from archive.removing import warc_tombstones
from archive.warc import NOT_MODIFIED, SAME_PAYLOAD, Exchange
from archive.warcs import captured, revisits
from pipelines.document import Knowledge, Page, PageRules
from pipelines.process import restore

URL = "http://example.test/a.html"
REQUEST = b"GET /a.html HTTP/1.1\r\nHost: example.test\r\n\r\n"
HEAD = b'HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=gb2312\r\nETag: "1"\r\n\r\n'
UNCHANGED = b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\nExpires: later\r\n\r\n'
BODY = "<p>全年工作总结如下。</p>".encode("gb18030") * 50
FIRST, SECOND, THIRD = "2025-01-01T00:00:00Z", "2025-02-01T00:00:00Z", "2025-03-01T00:00:00Z"


def exchange(date: str, head: bytes, body: bytes, url: str = URL) -> Exchange:
    return Exchange(url, date, REQUEST, b"", head, body, ip="10.0.0.1")


def written(folder: Path, body: bytes = BODY, head: bytes = HEAD) -> list[warc.Capture]:
    """An original and its revisits of both profiles."""
    writer = warc.WarcWriter(folder, "t", {"software": "test"})
    first = writer.exchange(exchange(FIRST, head, body))
    original = warc.read(folder, first.file, first.offset)
    same = writer.revisit(exchange(SECOND, head, body), original, SAME_PAYLOAD)
    unchanged = writer.revisit(exchange(THIRD, UNCHANGED, b""), original, NOT_MODIFIED)
    writer.close()
    return [first, same, unchanged]


def test_a_revisit_says_of_what_it_is_and_keeps_only_a_head(tmp_path: Path) -> None:
    first, *revisits = written(tmp_path)
    for capture, profile in zip(revisits, (SAME_PAYLOAD, NOT_MODIFIED), strict=True):
        record = warc.read(tmp_path, capture.file, capture.offset)
        assert (record.kind, record.url, record.body, record.record_id) == ("revisit", URL, b"", capture.record_id)
        assert record.refers_to == warc.Reference(profile, first.record_id, URL, FIRST)
        assert record.refers_to.is_not_modified == (profile == NOT_MODIFIED)
        assert record.payload_digest == capture.payload_digest == first.payload_digest
        assert capture.body_digest == first.body_digest
    assert [warc.read(tmp_path, one.file, one.offset).status for one in revisits] == [200, 0]


def test_other_tools_read_revisits(tmp_path: Path) -> None:
    captures = written(tmp_path)
    path = tmp_path / captures[0].file
    with path.open("rb") as stream:
        found = [
            (record.rec_type, record.rec_headers, record.http_headers, record.content_stream().read())
            for record in ArchiveIterator(stream, check_digests="raise")
        ]
    kinds = [kind for kind, *_ in found]
    assert kinds == ["warcinfo", "response", "request", "revisit", "request", "revisit", "request", "metadata"]
    said = [fields.get_header("WARC-Concurrent-To") for _, fields, *_ in found]
    ids = [capture.record_id for capture in captures]
    assert said == [None, None, ids[0], None, ids[1], None, ids[2], ids[2]]
    assert [fields.get_header("WARC-Truncated") for kind, fields, *_ in found if kind == "revisit"] == ["length", None]
    assert found[3][2].get_header("ETag") == '"1"' and found[3][3] == b""
    assert (
        found[-1][3]
        == b'http-status-line: HTTP/1.1 304 Not Modified\r\nhttp-header-ETag: "1"\r\nhttp-header-Expires: later\r\n'
    )
    checked = subprocess.run([sys.executable, "-m", "warcio.cli", "check", "-v", str(path)], capture_output=True)
    assert checked.returncode == 0 and checked.stdout.count(b"digest pass") == 6, checked.stdout
    assert warc.check(path) == []


def test_a_revisit_is_what_the_server_would_have_sent(tmp_path: Path) -> None:
    packed = gzip.compress(BODY, mtime=0)
    head = HEAD.replace(b"ETag", b"Content-Encoding: gzip\r\nETag")
    original, same, unchanged = (warc.read(tmp_path, one.file, one.offset) for one in written(tmp_path, packed, head))
    for revisit in (same, unchanged):
        whole = warc.resolved(revisit, original)
        assert (whole.status, whole.body, whole.content_type) == (200, BODY, "text/html; charset=gb2312")
        assert (whole.date, whole.offset, whole.record_id) == (revisit.date, revisit.offset, revisit.record_id)
        assert whole.header("ETag") == '"1"' and warc.body_digest(whole) == warc.body_digest(original)
    with pytest.raises(warc.WarcError, match="of type revisit, which has no body"):
        warc.resolved(same, unchanged)


def test_a_304_with_its_head_in_the_block_is_read_as_its_original(tmp_path: Path) -> None:
    """As Heritrix writes it."""
    (first, *_) = written(tmp_path)
    original = warc.read(tmp_path, first.file, first.offset)
    revisit = replace(original, kind="revisit", body=b"", status=304, headers=(("ETag", '"1"'), ("X", "new")))
    whole = warc.resolved(replace(revisit, content_type=""), original)
    assert (whole.status, whole.body, whole.header("X")) == (200, BODY, "new")
    assert whole.content_type == "text/html; charset=gb2312"


def test_what_would_not_be_so_is_not_written(tmp_path: Path) -> None:
    first, same, _ = written(tmp_path)
    original, revisit = (warc.read(tmp_path, one.file, one.offset) for one in (first, same))
    writer = warc.WarcWriter(tmp_path, "u", {})
    for wrong, of, profile in (
        (exchange(SECOND, HEAD, BODY + b"!"), original, SAME_PAYLOAD),
        (exchange(SECOND, HEAD, BODY), revisit, SAME_PAYLOAD),
        (exchange(SECOND, UNCHANGED, b"body"), original, NOT_MODIFIED),
        (exchange(SECOND, HEAD, BODY), original, "http://example.test/profile"),
    ):
        with pytest.raises(ValueError):
            writer.revisit(wrong, of, profile)
    writer.close()
    assert [path.name for path in tmp_path.glob("u*")] == []


def test_a_head_that_names_a_takedown_is_no_tombstone(tmp_path: Path) -> None:
    (first, *_) = written(tmp_path)
    writer = warc.WarcWriter(tmp_path, "u", {})
    head = UNCHANGED[:-2] + b'takedown: {"takedown": 1, "kind": "host"}\r\n\r\n'
    original = warc.read(tmp_path, first.file, first.offset)
    capture = writer.revisit(exchange(SECOND, head, b""), original, NOT_MODIFIED)
    writer.close()
    raws = list(warc_tombstones.records(tmp_path / capture.file))
    assert [raw.kind for raw in raws][-1] == "metadata" and b"takedown" in raws[-1].block
    assert [raw.takedown for raw in raws] == [None] * len(raws)


def test_a_reason_for_a_cut_that_warc_does_not_know_is_refused() -> None:
    assert exchange(FIRST, HEAD, BODY).truncated == ""
    for reason in warc.TRUNCATED:
        assert replace(exchange(FIRST, HEAD, BODY), truncated=reason).truncated == reason
    with pytest.raises(ValueError, match="dataloss"):
        replace(exchange(FIRST, HEAD, BODY), truncated="dataloss")


def test_digests_of_a_revisit_are_checked_where_they_can_be(tmp_path: Path) -> None:
    """That of its block is its own; that of its payload is of what stands elsewhere."""
    capture = written(tmp_path)[1]
    path = tmp_path / capture.file
    data = gzip.decompress(path.read_bytes()[capture.offset : capture.offset + capture.length])
    whole = path.read_bytes()
    changed = gzip.compress(data.replace(b"charset=gb2312", b"charset=utf-88"), mtime=0)
    path.write_bytes(whole[: capture.offset] + changed + whole[capture.offset + capture.length :])
    (problem,) = warc.check(path)
    assert "WARC-Block-Digest does not fit" in problem
    assert next(iter(ArchiveIterator(BytesIO(changed)))).rec_type == "revisit"


def archived(at: Path) -> tuple[Database, list[warc.Capture]]:
    """An archive of one page that was captured three times, its document made from the last."""
    at.mkdir(exist_ok=True)
    db = store.open_archive(at / "archive.db")
    captures = written(at / "warc", html("a01"), HEAD.replace(b"gb2312", b"utf-8"))
    ids: list[int] = []
    for one in captures:
        place = (one.payload_digest, one.body_digest, one.file, one.offset, one.length)
        row = store.Fetch(None, URL, 200 if one is not captures[2] else 304, one.date, *place, "text/html")
        ids.append(store.add_fetch(db, replace(row, revisit_of=ids[0] if ids else None)))
    record = revisits.captured(db, at / "warc", ids[2])
    page = Page(URL, record.body, record.content_type, record.date, ids[2])
    store.save_knowledge(db, Knowledge())
    store.add(db, restore((page,), Knowledge(), PageRules()))
    return db, captures


def test_an_article_is_restored_from_a_revisit_by_its_originals_body(tmp_path: Path) -> None:
    db, _ = archived(tmp_path)
    text = db.conn.execute("SELECT text FROM documents").fetchall()
    assert len(text) == 1 and "".join(clean("a01")[1].split())[:40] in "".join(text[0][0].split())
    assert db.conn.execute("SELECT fetch_id FROM documents").fetchone() == (3,)
    done = rebuild(db, tmp_path / "warc")
    assert (done.pages, done.problems) == (1, []) and db.conn.execute("SELECT text FROM documents").fetchall() == text
    assert list(verify.verify(db, tmp_path / "warc")) == []


def test_a_reader_is_shown_the_body_that_a_revisit_is_of(tmp_path: Path) -> None:
    db, _ = archived(tmp_path)
    rows = captured.of_article(db, str(db.conn.execute("SELECT id FROM pages").fetchone()[0]))
    found = [captured.read(tmp_path / "warc", row) for row in rows]
    assert [one.kind for one in found] == ["response", "revisit", "revisit"]
    assert {one.body for one in found} == {html("a01")} and {one.status for one in found} == {200}
    assert {one.content_type for one in found} == {"text/html; charset=utf-8"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE fetches SET revisit_of = NULL WHERE id = 2", "does not say of which capture"),
        ("UPDATE fetches SET revisit_of = 2 WHERE id = 3", "is a revisit itself"),
        ("UPDATE fetches SET body_digest = 'x' WHERE id = 2", "has another body"),
        ("UPDATE fetches SET fetched_at = '2024-01-01T00:00:00Z' WHERE id = 1", "another than its record names"),
        ("UPDATE fetches SET payload_digest = 'sha1:x' WHERE id = 3", "the record's digest is"),
        ("UPDATE fetches SET revisit_of = 2 WHERE id = 1", "the record is a response"),
    ],
)
def test_a_row_that_says_another_original_is_found(tmp_path: Path, change: str, said: str) -> None:
    db, _ = archived(tmp_path)
    db.conn.execute(change)
    assert [problem for problem in verify.verify(db, tmp_path / "warc") if said in problem]


def test_a_wacz_takes_what_is_revisited_with_it(tmp_path: Path) -> None:
    db, captures = archived(tmp_path)
    with (tmp_path / "x.wacz").open("wb") as out:
        wacz.wacz(Corpus(db, tmp_path / "warc", Options(), Progress()), out)
    with ZipFile(tmp_path / "x.wacz") as packed:
        index = [json.loads(line.split(" ", 2)[2]) for line in packed.read(wacz.INDEX).decode().splitlines()]
    assert [(one["mime"], one["digest"]) for one in index] == [
        ("text/html", captures[0].payload_digest),
        ("warc/revisit", captures[0].payload_digest),
    ]
