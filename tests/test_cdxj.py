"""Indexes and the fixity manifest: as other tools make them, there when a file is closed, right when it is changed."""

import gzip
import os
import random
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
import surt as reference
from archive_files import html, record, response
from archive_files import warc as foreign
from damaged import build, flip, run
from hypothesis import given
from hypothesis import strategies as st
from test_revisits import BODY, HEAD, URL, archived, exchange, written

from archive import warc
from archive.warcs import cdxj, fixity, sealing
from archive.warcs.surts import surt

ADDRESSES = (
    "http://www.Example.com/", "https://WWW2.Example.com:443/A//b/../c/?b=2&a=1&&c", "http://example.com:8080/x?y",
    "http://example.com", "http://example.com?q=1", "http://a.test/%E4%B8%AD%E6%96%87?x=%B9%A4", "http://例子.测试/路",
    "http://a.test/中文/总结.html?标题=a", "http://127.0.0.1:8000/a", "http://2130706433/", "http://010.1.1.1/",
    "http://a.test/a%2520b%23", "http://user:pw@a.test/x", "http://a.test/(4hqa0555fwsecu455xqckv45)/x.aspx?a",
    "http://a.test/x?jsessionid=0123456789abcdef0123456789ABCDEF&b=1", "http://a.test/x?cfid=1&cftoken=2",
    "http://a.test/x?a=1&sid=0123456789abcdef0123456789ABCDEF", "dns:example.com", "http://http://a.test/x",
    "http:////a.test/x", "a.test/x", "http://a.test:/x", "http://a.test/..", "http://a.test/a/./b/", "http://a.test/?",
    "urn:sha256:ABcd", "mailto:a@b.c", "", "http://a..test./x", "http://a.test/x?b=&b&a=", "http://a.test/x#y",
)  # fmt: skip
PIECES = (
    "a",
    "/",
    "?",
    "&",
    "=",
    "%",
    "%25",
    "%41",
    "#",
    ".",
    "..",
    "//",
    "www.",
    ":80",
    "@",
    "中",
    "A",
    "+",
    " ",
    ";",
)


@pytest.mark.parametrize("url", ADDRESSES)
def test_a_key_is_what_other_tools_ask_for(url: str) -> None:
    assert surt(url) == reference.surt(url)


@given(st.lists(st.sampled_from(PIECES), max_size=9).map("".join), st.sampled_from(["/", "?", ""]))
def test_any_address_has_the_key_that_other_tools_ask_for(rest: str, first: str) -> None:
    url = f"http://a.test{first}{rest}" if first else f"http://a.test:8080/{rest}"
    assert surt(url) == reference.surt(url)


def by_cdxj_indexer(path: Path, folder: Path) -> bytes:
    """The index that the tool of the web archives makes."""
    out = folder / "theirs.cdxj"
    import_module("cdxj_indexer.main").CDXJIndexer(str(out), [str(path)], sort=True).process_all()
    return out.read_bytes()


def test_an_index_is_that_of_cdxj_indexer(tmp_path: Path) -> None:
    captures = written(tmp_path)
    path = tmp_path / captures[0].file
    ours = cdxj.path_of(path).read_bytes()
    assert ours == by_cdxj_indexer(path, tmp_path) and ours.count(b"warc/revisit") == 2 and ours.count(b"\n") == 3


def test_an_index_of_all_that_a_crawl_meets_is_that_of_cdxj_indexer(tmp_path: Path) -> None:
    writer = warc.WarcWriter(tmp_path, "t", {"software": "test"})
    heads = (
        HEAD,
        b"HTTP/1.1 301 Moved Permanently\r\nLocation: /b\r\n\r\n",
        b"HTTP/1.1 404 Not Found\r\nContent-Type:text/html;charset=gbk\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: \r\n\r\n",
        b"HTTP/1.0 200\r\nX: y\r\nContent-Type: text/plain ; x\r\n\r\n",
    )
    urls = ("http://b.test/B?z=1&a=2", "http://www.a.test/%E6%80%BB", "https://a.test:8443/", "http://a.test/总结")
    random.seed(7)
    for number in range(40):
        moment = f"2025-01-{number % 28 + 1:02}T00:00:00Z"
        url, head = random.choice(urls), random.choice(heads)
        writer.exchange(exchange(moment, head, BODY if number % 3 else b"", url=url))
    writer.resource("urn:sha256:AB", "text/plain; charset=x", BODY, date="2025-01-01T00:00:00Z")
    writer.close()
    (path,) = tmp_path.glob("*.warc.gz")
    assert cdxj.path_of(path).read_bytes() == by_cdxj_indexer(path, tmp_path)
    assert cdxj.index(cdxj.lines(path, path.name)) == cdxj.path_of(path).read_bytes(), "and made again it is the same"


@pytest.mark.parametrize("packing", ["members", "plain"])
def test_an_index_of_another_tools_file_is_that_of_cdxj_indexer(tmp_path: Path, packing: str) -> None:
    path = foreign(tmp_path / ("x.warc" if packing == "plain" else "x.warc.gz"), packing)
    assert cdxj.index(cdxj.lines(path, path.name)) == by_cdxj_indexer(path, tmp_path)


def test_what_tells_of_others_is_no_capture(tmp_path: Path) -> None:
    told = record("metadata", "http://a.test/", b"via: x\r\n", "application/warc-fields")
    path = tmp_path / "x.warc"
    path.write_bytes(told + response("http://a.test/", html("a01")) + record("request", "http://a.test/", b"", "x"))
    assert [line.split(b" ")[0] for line in cdxj.lines(path, "x.warc")] == [b"test,a)/"]


def test_a_closed_file_is_listed_as_sha256sum_checks_it(tmp_path: Path) -> None:
    written(tmp_path)
    writer = warc.WarcWriter(tmp_path, "u", {})
    writer.resource("urn:x", "text/plain", b"x", date="2025-01-01T00:00:00Z")
    assert len(fixity.listed(tmp_path)) == 1, "an open file is not listed"
    writer.close()
    assert sorted(fixity.listed(tmp_path)) == sealing.closed(tmp_path)
    checked = subprocess.run(["sha256sum", "--check", "--strict", fixity.MANIFEST], cwd=tmp_path, capture_output=True)
    assert checked.returncode == 0 and checked.stdout.count(b": OK") == 2


def test_what_a_killed_crawl_left_is_indexed_and_listed_when_it_is_finished(tmp_path: Path) -> None:
    code = (
        "import os; from pathlib import Path; from tests.test_revisits import *\n"
        f"writer = warc.WarcWriter(Path({str(tmp_path)!r}), 't', {{}})\n"
        "writer.exchange(exchange(FIRST, HEAD, BODY)); os.write(writer.fileno(), b'\\x1f\\x8b\\x08torn'); os._exit(9)"
    )
    root = Path(__file__).parent.parent
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, env={**os.environ, "PYTHONPATH": f"{root}:{root}/tests"}
    )
    assert done.returncode == 9 and not fixity.listed(tmp_path) and not list(tmp_path.glob("*.cdxj"))
    assert [path.suffix for path in tmp_path.iterdir()] == [".open"], "nothing else is left"
    (name,) = warc.finish_open(tmp_path)
    assert fixity.listed(tmp_path) == {name: fixity.digest_of(tmp_path / name)}
    assert sealing.is_indexed(tmp_path / name)


def test_a_kill_between_seal_and_name_is_made_good(tmp_path: Path) -> None:
    first = written(tmp_path)[0].file
    (tmp_path / first).rename(tmp_path / (first + warc.OPEN))
    before = fixity.listed(tmp_path)
    assert warc.finish_open(tmp_path) == [first] and fixity.listed(tmp_path) == before


def test_a_full_file_is_closed_and_so_is_an_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("archive.warcs.writing.monotonic", lambda: now[0])
    writer = warc.WarcWriter(tmp_path, "t", {"hostname": "crawler7"}, max_hours=2)
    files = []
    for hours in (0, 1.9, 2, 3.9, 4.1):
        now[0] = hours * 3600
        files.append(writer.resource("urn:x", "text/plain", b"x", date="2025-01-01T00:00:00Z").file)
    writer.close()
    assert [len({*files[:end]}) for end in (2, 3, 4, 5)] == [1, 2, 2, 3]
    assert sorted(fixity.listed(tmp_path)) == sorted({*files}) == sealing.closed(tmp_path)
    assert [name.removeprefix("t-")[14:] for name in sorted({*files})] == [
        f"-0000{n}-crawler7.warc.gz" for n in (1, 2, 3)
    ]


def test_verify_says_what_is_not_listed_what_changed_and_what_is_gone(tmp_path: Path) -> None:
    folder = build(tmp_path)
    archive, warcs = folder / "archive.db", folder / "warc"
    (path,) = warcs.glob("*.warc.gz")
    sound, listed = path.read_bytes(), (warcs / fixity.MANIFEST).read_text()
    assert run(archive, "verify").exit_code == 0
    flip(path, 4)  # the time in a member's head: no digest of a record is of it
    found = run(archive, "verify")
    assert found.exit_code == 1 and "has another SHA-256 than manifest-sha256.txt says" in found.stderr
    assert run(archive, "cdxj").exit_code == 0 and (warcs / fixity.MANIFEST).read_text() == listed, "never called whole"
    path.write_bytes(sound)
    (warcs / fixity.MANIFEST).write_text(listed + "0" * 64 + "  gone.warc.gz\n")
    assert "gone.warc.gz: manifest-sha256.txt lists it, and it is not there" in run(archive, "verify").stderr
    (warcs / fixity.MANIFEST).unlink()
    cdxj.path_of(path).write_bytes(b"")
    found = run(archive, "verify")
    assert "does not list it" in found.stderr and "or of something else" in found.stderr
    assert "1 of them indexed or listed now" in run(archive, "cdxj").stdout
    assert run(archive, "verify").exit_code == 0 and (warcs / fixity.MANIFEST).read_text() == listed
    assert "0 of them" in run(archive, "cdxj").stdout


def test_a_repair_lists_what_is_whole_and_nothing_else(tmp_path: Path) -> None:
    folder = build(tmp_path)
    archive, warcs = folder / "archive.db", folder / "warc"
    (path,) = warcs.glob("*.warc.gz")
    (warcs / fixity.MANIFEST).unlink()
    assert "indexed and listed" in run(archive, "verify", "--repair").stdout
    assert run(archive, "verify").exit_code == 0
    (warcs / fixity.MANIFEST).unlink()
    flip(path, path.stat().st_size // 2)
    mended = run(archive, "verify", "--repair")
    assert "indexed and listed" not in mended.stdout and "does not list it" in mended.stderr
    told = run(archive, "cdxj")
    assert told.exit_code == 1 and "damaged record" in told.stderr and not fixity.listed(warcs)


def test_a_torn_tail_that_is_cut_is_listed_anew(tmp_path: Path) -> None:
    folder = build(tmp_path)
    (path,) = (folder / "warc").glob("*.warc.gz")
    with path.open("ab") as out:
        out.write(gzip.compress(b"WARC/1.1\r\n")[:-4])
    assert run(folder / "archive.db", "verify", "--repair").exit_code == 0
    assert fixity.listed(folder / "warc") == {path.name: fixity.digest_of(path)}


def test_all_indexes_as_one(tmp_path: Path) -> None:
    db, _ = archived(tmp_path)
    db.close()
    writer = warc.WarcWriter(tmp_path / "warc", "u", {})
    writer.exchange(exchange("2025-02-15T00:00:00Z", HEAD, BODY))
    writer.close()
    lines = run(tmp_path / "archive.db", "cdxj", "--merged").stdout.splitlines()
    assert [line.split(" ")[1][4:8] for line in lines] == ["0101", "0201", "0215", "0301"] and lines == sorted(lines)


def test_a_takedown_leaves_no_line_and_a_digest_that_fits(tmp_path: Path) -> None:
    folder = build(tmp_path)
    archive, warcs = folder / "archive.db", folder / "warc"
    (path,) = warcs.glob("*.warc.gz")
    before = cdxj.path_of(path).read_text()
    assert "one.test/a02.html" in before
    done = run(archive, "takedown", "http://one.test/a02.html", "--reason", "asked", "--yes")
    assert done.exit_code == 0, done.output
    after = cdxj.path_of(path).read_text()
    assert "a02.html" not in after and set(after.splitlines()) < set(before.splitlines())
    assert fixity.listed(warcs) == {path.name: fixity.digest_of(path)} and run(archive, "verify").exit_code == 0


def test_a_takedown_takes_the_revisits_with_it(tmp_path: Path) -> None:
    db, captures = archived(tmp_path)
    db.close()
    assert run(tmp_path / "archive.db", "takedown", URL, "--reason", "asked", "--yes").exit_code == 0
    kinds = [warc.read(tmp_path / "warc", one.file, one.offset).kind for one in captures]
    assert kinds == ["metadata"] * 3 and run(tmp_path / "archive.db", "verify").exit_code == 0
    assert cdxj.path_of(tmp_path / "warc" / captures[0].file).read_bytes() == b""
