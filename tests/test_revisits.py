"""Captures of what had not changed: both profiles of WARC/1.1, as other tools read them, with the original's body."""

import gzip
import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from archive import warc
from archive.removing import warc_tombstones
from archive.warc import NOT_MODIFIED, SAME_PAYLOAD, Exchange

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
    with pytest.raises(warc.WarcError, match="is a revisit itself"):
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
