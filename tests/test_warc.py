"""Captures survive: other tools read them, offsets find them, damage is noticed, a crash costs nothing."""

import gzip
import subprocess
import sys
import zlib
from hashlib import sha256
from pathlib import Path

import pytest
from fastwarc import ArchiveIterator as FastIterator
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from archive import warc
from archive.warcs import http

DATE = "2025-11-23T08:00:00.123456Z"
REQUEST = b"GET /a.html HTTP/1.1\r\nHost: example.test\r\n\r\n"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=gb2312\r\n"
BODY = "全年工作总结如下。".encode("gb18030") * 50


def write(folder: Path, *bodies: bytes, extra: bytes = b"", close: bool = True) -> list[warc.Capture]:
    writer = warc.WarcWriter(folder, "t", {"software": "test"})
    captures = [
        writer.exchange(
            warc.Exchange(f"http://example.test/{n}", DATE, REQUEST, b"", HEAD + extra + b"\r\n", body, ip="10.0.0.1")
        )
        for n, body in enumerate(bodies)
    ]
    if close:
        writer.close()
    return captures


def test_other_tools_read_it(tmp_path: Path) -> None:
    captures = write(tmp_path, BODY, gzip.compress(BODY, mtime=0), extra=b"Content-Encoding: gzip\r\n")
    path = tmp_path / captures[0].file
    with path.open("rb") as stream:
        records = [
            (record.rec_type, record.rec_headers.get_header("WARC-Record-ID"), record.content_stream().read(), record)
            for record in ArchiveIterator(stream, check_digests="raise")
        ]
    assert [record[0] for record in records] == ["warcinfo", "response", "request", "response", "request"]
    assert records[2][3].rec_headers.get_header("WARC-Concurrent-To") == records[1][1] == captures[0].record_id
    assert records[3][2] == BODY
    assert all(record[3].format == "warc" and record[3].rec_headers.protocol == "WARC/1.1" for record in records)
    with path.open("rb") as stream:
        fast = list(FastIterator(stream, verify_digests=True))
        assert len(fast) == 5
    done = subprocess.run(
        [sys.executable, "-m", "warcio.cli", "check", "-v", str(path)], capture_output=True, text=True
    )
    assert done.returncode == 0 and "digest pass" in done.stdout


def test_one_gzip_member_a_record_at_the_offsets_given(tmp_path: Path) -> None:
    captures = write(tmp_path, BODY, b"", BODY * 3000)
    raw = (tmp_path / captures[0].file).read_bytes()
    for number, capture in enumerate(captures):
        member = zlib.decompressobj(31)
        text = member.decompress(raw[capture.offset : capture.offset + capture.length])
        assert member.eof and not member.unused_data and capture.record_id.encode() in text
        record = warc.read(tmp_path, capture.file, capture.offset)
        assert (record.kind, record.url, record.status) == ("response", f"http://example.test/{number}", 200)
        assert (record.date, record.length, record.record_id) == (DATE, capture.length, capture.record_id)
        assert record.payload_digest == capture.payload_digest
        assert sha256(record.body).hexdigest() == capture.body_digest
    scanned = list(warc.scan(tmp_path / captures[0].file))
    assert scanned == [warc.read(tmp_path, capture.file, capture.offset) for capture in captures]


def test_the_file_is_open_until_closed_and_can_be_read_meanwhile(tmp_path: Path) -> None:
    (capture,) = write(tmp_path, BODY, close=False)
    assert [path.name for path in tmp_path.iterdir()] == [capture.file + ".open"]
    assert warc.read(tmp_path, capture.file, capture.offset).body == BODY


@pytest.mark.parametrize("torn", [b"", b"\x1f", b"\x1f\x8b\x08torn", gzip.compress(BODY, mtime=0)[:-9]])
def test_a_crashed_run_is_finished_by_the_next(tmp_path: Path, torn: bytes) -> None:
    code = (
        "import os; from pathlib import Path; from tests.test_warc import *\n"
        f"writer = warc.WarcWriter(Path({str(tmp_path)!r}), 't', {{}})\n"
        "writer.exchange(warc.Exchange('http://example.test/0', DATE, REQUEST, b'', HEAD + b'\\r\\n', BODY))\n"
        f"os.write(writer.fileno(), {torn!r}); os._exit(9)"
    )
    root = Path(__file__).parent.parent
    assert subprocess.run([sys.executable, "-c", code], cwd=root).returncode == 9
    (left,) = tmp_path.iterdir()
    assert left.name.endswith(".open") and next(warc.scan(left)).body == BODY
    second = write(tmp_path, BODY)
    assert sorted(path.name for path in tmp_path.glob("*.warc.gz*")) == [left.stem, second[0].file]
    assert warc.check(tmp_path / left.stem) == [] and [r.body for r in warc.scan(tmp_path / left.stem)] == [BODY]


def test_a_running_writers_file_is_left_alone(tmp_path: Path) -> None:
    writer = warc.WarcWriter(tmp_path, "t", {})
    writer.resource("urn:sha256:00", "text/plain", b"x", date=DATE)
    assert warc.finish_open(tmp_path) == []
    other = warc.WarcWriter(tmp_path, "t", {}).resource("urn:sha256:01", "text/plain", b"y", date=DATE)
    assert other.file != writer.resource("urn:sha256:02", "text/plain", b"z", date=DATE).file
    writer.close()


@pytest.mark.parametrize("cut", [1, 20, 150])
def test_a_torn_file_is_found(tmp_path: Path, cut: int) -> None:
    captures = write(tmp_path, BODY, BODY[:-2])
    path = tmp_path / captures[0].file
    assert warc.check(path) == []
    path.write_bytes(path.read_bytes()[:-cut])
    (problem,) = warc.check(path)
    assert "damaged record at" in problem and "are lost, to its end" in problem


def test_a_changed_byte_is_found(tmp_path: Path) -> None:
    (capture,) = write(tmp_path, BODY)
    path = tmp_path / capture.file
    plain = gzip.decompress(path.read_bytes())
    member = gzip.compress(plain[plain.index(b"WARC/1.1\r\nWARC-Type: response") :].replace(b"OK", b"KO", 1))
    path.write_bytes(path.read_bytes()[: capture.offset] + member)
    assert ["WARC-Block-Digest does not fit" in problem for problem in warc.check(path)] == [True]


def test_a_resource_keeps_a_files_bytes(tmp_path: Path) -> None:
    writer = warc.WarcWriter(tmp_path, "ingest", {})
    capture = writer.resource("urn:sha256:ab", "text/plain", BODY, date=DATE)
    writer.close()
    record = warc.read(tmp_path, capture.file, capture.offset)
    assert (record.kind, record.url, record.status, record.body) == ("resource", "urn:sha256:ab", 0, BODY)
    assert record.content_type == "text/plain" and warc.check(tmp_path / capture.file) == []


def test_a_full_file_is_followed_by_the_next(tmp_path: Path) -> None:
    writer = warc.WarcWriter(tmp_path, "t", {}, max_bytes=1500)
    files = [writer.resource("urn:x", "text/plain", bytes([n]) * 9, date=DATE).file for n in range(9)]
    writer.close()
    assert len(set(files)) > 1 and {path.name for path in tmp_path.glob("*.warc.gz*")} == set(files)
    assert [record.body[0] for file in sorted(set(files)) for record in warc.scan(tmp_path / file)] == list(range(9))


def test_an_unused_writer_leaves_no_file(tmp_path: Path) -> None:
    warc.WarcWriter(tmp_path, "t", {}).close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"not a WARC" * 99, gzip.compress(b"<html>", mtime=0), bytes(500)])
def test_what_is_no_warc_is_said_in_one_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.warc.gz"
    path.write_bytes(content)
    with pytest.raises(warc.WarcError, match=r"x\.warc\.gz") as caught:
        list(warc.scan(path))
    assert "\n" not in str(caught.value)


def test_what_is_not_there_is_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(warc.WarcError, match="No such file"):
        list(warc.scan(tmp_path / "none.warc"))
    with pytest.raises(warc.WarcError, match="no record at 5"):
        warc.read(tmp_path, "none.warc.gz", 5)
    assert "cannot be read" in warc.check(tmp_path / "none.warc")[0]


def test_uncompressed_files_of_other_tools_are_read(tmp_path: Path) -> None:
    (capture,) = write(tmp_path, b"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", extra=b"X-A: 1\r\n")
    plain = gzip.decompress((tmp_path / capture.file).read_bytes())
    plain = plain.replace(b"X-A: 1", b"Transfer-Encoding: chunked", 1)  # lengths are the reader's to check
    length = int(plain.split(b"Content-Length: ")[2].split(b"\r\n")[0])
    plain = plain.replace(b"Content-Length: %d" % length, b"Content-Length: %d" % (length + 20), 1)
    (tmp_path / "other.warc").write_bytes(plain)
    assert [record.body for record in warc.scan(tmp_path / "other.warc")] == [b"hello world"]


def test_the_stored_head_is_true_of_the_body() -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 900\r\nX: y\r\n\r\n"
    assert http.stored_head(head, 5) == (
        b"HTTP/1.1 200 OK\r\nX-Archive-Orig-Transfer-Encoding: chunked\r\n"
        b"X-Archive-Orig-Content-Length: 900\r\nX: y\r\nContent-Length: 5\r\n\r\n"
    )
    assert http.stored_head(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", 5).count(b"Content-Length: 5") == 1


def test_content_encodings_are_undone_as_far_as_they_go() -> None:
    def decoded(body: bytes, coding: str) -> bytes:
        return http.decoded(body, (("content-encoding", coding),))

    packed = gzip.compress(BODY, mtime=0) + gzip.compress(b"more")
    raw = zlib.compressobj(wbits=-15)
    assert decoded(packed, "gzip") == BODY + b"more"
    assert decoded(zlib.compress(BODY), "deflate") == decoded(raw.compress(BODY) + raw.flush(), "deflate") == BODY
    assert decoded(gzip.compress(zlib.compress(BODY), mtime=0), "deflate, gzip") == BODY
    assert decoded(BODY, "gzip") == decoded(BODY, "x-unknown") == decoded(BODY, "br") == decoded(BODY, "zstd") == BODY
    long = bytes(range(256)) * 5000
    assert long.startswith(decoded(gzip.compress(long, mtime=0)[:-900], "gzip")) and decoded(
        gzip.compress(long)[:-900], "gzip"
    )


@given(st.binary(max_size=300), st.sampled_from(["gzip", "deflate", "br", "zstd", "identity", ""]))
def test_no_body_breaks_the_decoder(body: bytes, coding: str) -> None:
    http.decoded(body, (("Content-Encoding", coding),))
    http.dechunked(body)
    http.parse_head(body)


def test_a_bomb_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "DECODED_LIMIT", 100_000)
    assert len(http.decoded(gzip.compress(bytes(10_000_000), mtime=0), (("Content-Encoding", "gzip"),))) == 100_000
