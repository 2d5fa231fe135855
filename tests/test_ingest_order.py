"""Captures that are taken in come in the order of time, whatever files are called and whenever they are given."""

import json
from contextlib import closing
from pathlib import Path

import pytest
from archive_files import clean, html
from merging import GONE, contents
from merging import warc as of_day

from archive.ingest import Report, ingest
from archive.merge import merge
from archive.progress import Progress
from archive.rebuild import rebuild
from archive.store import Added, Fetch, add_fetch, begin_crawl, open_archive
from archive.verify import verify
from archive.warc import WarcWriter
from archive.warcs.records import Exchange

URL = "http://x.test/1.html"
VERSIONS = "SELECT id, version, cause, document ->> 'archived_at' FROM document_versions ORDER BY id, version"


def text(more: str = "") -> bytes:
    """The page of a01, with another paragraph at its end."""
    end = f"<p>增补{more}：本年度新建护岸二十处，清淤渠道三十公里。</p>\n</div>" if more else "</div>"
    return html("a01").replace(b"</div></body>", f"{end}</body>".encode())


def crawled(folder: Path, name: str, *captures: tuple[bytes, str]) -> Path:
    """What a crawl leaves of its captures of one page."""
    writer = WarcWriter(folder, name, {"software": "test"})
    for body, day in captures:
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
        date, ask = f"2026-{day}T00:00:00Z", b"GET /1.html HTTP/1.1\r\n\r\n"
        writer.exchange(Exchange(URL, date, ask, b"", head, body))
    writer.close()
    (path,) = folder.glob(f"{name}-*.warc.gz")
    return path


def take(at: Path, *paths: Path) -> Report:
    db = open_archive(at / "archive.db")
    with closing(db.conn):
        return ingest(db, at / "warc", tuple(map(str, paths)), Progress())


def documents(at: Path) -> list[tuple[object, ...]]:
    """The paragraph that was added, and the day, of each version and of the current document; nothing is wrong."""
    db = open_archive(at / "archive.db")
    with closing(db.conn):
        assert [*verify(db, at / "warc")] == []
        old = [json.loads(row) for (row,) in db.conn.execute("SELECT document FROM document_versions ORDER BY version")]
        sql = "SELECT version, json_object('version', version, 'text', text, 'archived_at', archived_at) FROM documents"
        now = [(version, json.loads(row)) for version, row in db.conn.execute(sql)]
        assert [one["version"] for one in old] == [*range(1, len(old) + 1)]
        assert [version for version, _ in now] == [len(old) + 1]
        everything = [*old, *(row for _, row in now)]
    return [(str(one["text"]).partition("增补")[2][:1], str(one["archived_at"])[5:10]) for one in everything]


def gone(at: Path) -> list[str | None]:
    db = open_archive(at / "archive.db")
    with closing(db.conn):
        return [why for (why,) in db.conn.execute("SELECT gone FROM pages ORDER BY id")]


def test_an_archive_comes_back_from_ten_crawls_and_more_as_it_was(tmp_path: Path) -> None:
    crawled(tmp_path / "in", "crawl-9", (text(), "01-01"))
    crawled(tmp_path / "in", "crawl-10", (text("甲"), "02-01"))
    report = take(tmp_path, tmp_path / "in")
    assert report.added == Added(new=1, changed=1) and not report.earlier
    assert documents(tmp_path) == [("", "01-01"), ("甲", "02-01")]


def test_what_was_captured_before_becomes_a_version_at_its_place(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    four, one, two, three = (
        crawled(folder, f"crawl-{n}", (text(more), day))
        for n, (more, day) in enumerate((("丁", "04-01"), ("", "01-01"), ("乙", "02-01"), ("丙", "03-01")))
    )
    assert take(tmp_path, four).added == Added(new=1)
    report = take(tmp_path, one)
    assert report.added == Added() and report.earlier == 1
    assert documents(tmp_path) == [("", "01-01"), ("丁", "04-01")]
    assert take(tmp_path, three, two).earlier == 2
    assert documents(tmp_path) == [("", "01-01"), ("乙", "02-01"), ("丙", "03-01"), ("丁", "04-01")]
    before = contents(tmp_path / "archive.db")
    report = take(tmp_path, folder)
    assert (report.added, report.earlier, report.repeated) == (Added(), 0, 4)
    after = contents(tmp_path / "archive.db")
    assert {name for name in before if before[name] != after[name]} == {"crawls"}


def test_it_is_what_a_merge_makes_of_it(tmp_path: Path) -> None:
    days = [of_day(tmp_path / f"day-{n}.warc.gz", n, ((0, what),)) for n, what in ((1, 0), (2, 2), (3, 0))]
    for n, path in enumerate(days):
        take(tmp_path / f"one-{n}", path)
    merge(tmp_path / "all.db", [tmp_path / f"one-{n}" / "archive.db" for n in range(3)], tmp_path / "warc")
    for path in (days[1], days[2], days[0]):
        take(tmp_path / "in-turn", path)
    found = []
    for path in (tmp_path / "all.db", tmp_path / "in-turn" / "archive.db"):
        db = open_archive(path)
        with closing(db.conn):
            rows = db.conn.execute("SELECT id, version, archived_at, content_digest FROM documents ORDER BY id")
            retired = db.conn.execute("SELECT id, replaced_by FROM document_ids ORDER BY id")
            found.append([[*rows], [*retired], [*db.conn.execute(VERSIONS)]])
    assert found[0] == found[1] and found[0][2]


def test_what_was_seen_again_as_it_is_stays_current(tmp_path: Path) -> None:
    take(tmp_path, crawled(tmp_path / "in", "crawl-1", (text(), "01-01"), (text() + b"<!-- 2 -->", "03-01")))
    assert take(tmp_path, crawled(tmp_path / "in", "crawl-2", (text("乙"), "02-01"))).earlier == 1
    assert [more for more, _ in documents(tmp_path)] == ["乙", ""]


def test_of_two_captures_of_one_second_the_later_record_is_current(tmp_path: Path) -> None:
    take(tmp_path, crawled(tmp_path / "in", "crawl-1", (text(), "01-01"), (text("甲"), "01-01")))
    take(tmp_path, crawled(tmp_path / "in", "crawl-2", (text("乙"), "01-01")))
    assert [more for more, _ in documents(tmp_path)] == ["", "甲", "乙"]


def test_another_text_of_before_is_found_by_its_id(tmp_path: Path) -> None:
    title, _ = clean("a03")
    take(tmp_path, crawled(tmp_path / "in", "crawl-2", (text(), "02-01")))
    assert take(tmp_path, crawled(tmp_path / "in", "crawl-1", (html("a03"), "01-01"))).earlier == 1
    db = open_archive(tmp_path / "archive.db")
    with closing(db.conn):
        assert [*verify(db, tmp_path / "warc")] == []
        (id, version, named) = db.conn.execute("SELECT id, version, title FROM document_versions").fetchone()
        now = db.conn.execute("SELECT id, version FROM documents").fetchall()
        retired = db.conn.execute("SELECT id FROM document_ids").fetchall()
    assert (version, named) == (1, title) and len(now) == 1
    assert (now[0][1], retired) == ((2, []) if now[0][0] == id else (1, [(id,)]))


@pytest.mark.parametrize("order", [(1, 2, 3), (1, 3, 2), (2, 1, 3), (2, 3, 1), (3, 1, 2), (3, 2, 1)])
@pytest.mark.parametrize(("last", "is_gone"), [(2, False), (3, True)])
def test_a_page_is_gone_where_it_was_not_there_when_it_was_asked_for_last(
    tmp_path: Path, order: tuple[int, ...], last: int, is_gone: bool
) -> None:
    for n in order:
        what = GONE if n == last else 0 if n == 1 else 2
        take(tmp_path, of_day(tmp_path / f"day-{n}.warc.gz", n, ((0, what),)))
    assert [bool(why) for why in gone(tmp_path)] == [is_gone]
    db = open_archive(tmp_path / "archive.db")
    with closing(db.conn):
        days = [day for (day,) in db.conn.execute("SELECT archived_at FROM documents")]
        assert [*verify(db, tmp_path / "warc")] == [] and days == [f"2024-03-0{5 - last}T06:07:00Z"]


@pytest.mark.parametrize("later", [False, True])
def test_what_waits_to_be_restored_is_what_came_last(tmp_path: Path, later: bool) -> None:
    new = crawled(tmp_path / "in", "b", (text("甲"), "02-01"))
    old = crawled(tmp_path / "in", "a", (text(), "01-01"))
    db = open_archive(tmp_path / "archive.db")
    with closing(db.conn):
        ingest(db, tmp_path / "warc", (str(new),), Progress(), later=True)
        waiting = [*db["pages"].rows]
        ingest(db, tmp_path / "warc", (str(old),), Progress(), later=later)
        assert [*db["pages"].rows] == waiting and str(waiting[0]["rejected"]).startswith("waiting: ")
        rebuild(db, tmp_path / "warc")
    assert documents(tmp_path) == [("甲", "02-01")]


def test_what_a_killed_crawl_captured_is_not_what_the_archive_has(tmp_path: Path) -> None:
    take(tmp_path, crawled(tmp_path / "in", "crawl-1", (text(), "01-01")))
    writer = WarcWriter(tmp_path / "warc", "crawl-9", {"software": "test"})
    at = writer.resource(URL, "text/html", text("丙"), date="2026-03-01T00:00:00Z")
    writer.close()
    db = open_archive(tmp_path / "archive.db")
    with closing(db.conn):
        crawl = begin_crawl(db, "x.test", "{}")
        told = (at.payload_digest, at.body_digest, at.file, at.offset, at.length, "text/html")
        add_fetch(db, Fetch(crawl, URL, 200, at.date, *told))
    take(tmp_path, crawled(tmp_path / "in", "crawl-2", (text("乙"), "02-01")))
    take(tmp_path, tmp_path / "warc" / at.file)
    assert documents(tmp_path) == [("", "01-01"), ("乙", "02-01"), ("丙", "03-01")]
