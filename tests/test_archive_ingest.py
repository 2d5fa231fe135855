"""Files and WARC through the whole corridor: what is archived, what is rejected, what a rebuild gives."""

import shutil
from pathlib import Path

import pytest
from archive_files import DATE, clean, folder, html, response, warc
from sqlite_utils import Database

from archive.ingest import Report, ingest
from archive.progress import Progress
from archive.rebuild import Options, rebuild
from archive.store import Added, open_archive
from archive.verify import verify
from archive.warc import scan
from archive.warcs import files

UNSTABLE = {"fetch_id", "software", "version"}  # what the design leaves out of "byte-identical"


@pytest.fixture
def at(tmp_path: Path) -> Path:
    return tmp_path


def take(at: Path, *paths: Path | str) -> tuple[Database, Report]:
    db = open_archive(at / "data" / "archive.db")
    return db, ingest(db, at / "data" / "warc", tuple(map(str, paths)), Progress())


def tables(db: Database) -> dict[str, list[dict[str, object]]]:
    def rows(table: str, order: str) -> list[dict[str, object]]:
        return [
            {name: value for name, value in row.items() if name not in UNSTABLE}
            for row in db[table].rows_where(order_by=order)
        ]

    return {
        "documents": rows("documents", "id"),
        "edits": rows("edits", "article_id, n"),
        "gaps": rows("gaps", "article_id, n"),
        "marks": rows("marks", "article_id, n"),
    }


def by_path(db: Database) -> dict[str, str]:
    """Path of each capture -> its rejection, or ''."""
    sql = "SELECT f.path, coalesce(p.rejected, '') FROM fetches f JOIN pages p ON p.fetch_id = f.id"
    return dict(db.conn.execute(sql))


def test_a_folder_is_archived_whole_and_in_order(at: Path) -> None:
    db, report = take(at, folder(at / "in"))
    assert [row["path"] for row in db["fetches"].rows_where(order_by="id")] == [
        "b.html", "c.txt", "empty.html", "garbage.html", "noname", "scan.pdf", "sub/a.htm",
    ]  # fmt: skip
    assert report.repeated == 1, "copy.html has the bytes of b.html"
    assert not report.unfit
    why = by_path(db)
    assert {path for path, reason in why.items() if not reason} == {"b.html", "c.txt", "noname", "sub/a.htm"}
    assert why["scan.pdf"] == "binary: PDF" and why["garbage.html"].startswith("binary: ")
    assert all(":" in reason for reason in why.values() if reason), "a code, a colon, what was seen"
    texts = {row["title"]: row["text"] for row in db["documents"].rows}
    for name in ("a01", "a02", "a03", "a04"):
        title, body = clean(name)
        assert title in texts
        assert body.split("\n")[2].strip() in texts[title]


def test_the_captures_are_in_warc_under_their_digest(at: Path) -> None:
    take(at, folder(at / "in"))
    (path,) = (at / "data" / "warc").glob("*.warc.gz")
    found = {record.url: record for record in scan(path)}
    assert len(found) == 7 and all(url.startswith("urn:sha256:") for url in found)
    assert html("a01") in {record.body for record in found.values()}
    assert {record.kind for record in found.values()} == {"resource"}


def test_the_same_again_adds_nothing(at: Path) -> None:
    source = folder(at / "in")
    db, _ = take(at, source)
    before = tables(db)
    db, report = take(at, source, source / "b.html")
    assert report.added == Added() and not report.rejected
    assert report.repeated == 9
    assert tables(db) == before
    assert len(list((at / "data" / "warc").glob("*.warc.gz*"))) == 1, "no empty WARC file"


def test_what_cannot_be_read_is_named_and_the_rest_archived(at: Path) -> None:
    (at / "good.html").write_bytes(html("a01"))
    (at / "torn.warc.gz").write_bytes(b"this is no warc")
    db, report = take(at, at / "nowhere", at / "good.html", at / "torn.warc.gz", "/dev/null")
    assert report.added.new == 1
    assert [Path(one.path).name for one in report.unfit] == ["nowhere", "torn.warc.gz", "null"]
    assert len(list((at / "data" / "warc").glob("*.warc.gz*"))) == 1, "what is no WARC is not taken in"
    assert db["crawls"].get(1)["reason"] == "finished"


@pytest.mark.parametrize("packing", ["members", "whole", "plain"])
def test_a_warc_keeps_its_addresses_and_dates(at: Path, packing: str) -> None:
    path = warc(at / ("crawl.warc" if packing == "plain" else "crawl.warc.gz"), packing)
    db, report = take(at, path)
    assert not report.unfit
    urls = {row["url"]: row["archived_at"] for row in db["documents"].rows}
    assert urls == {"http://w.test/1.html": DATE, "http://w.test/2.html": DATE}
    assert report.skipped == {"not text: image/png": 1, "site furniture (robots.txt, sitemap)": 1, "redirect": 1}
    assert report.rejected == [("http://w.test/gone.html", "http-404: Not Found")]
    fetch = next(db["fetches"].rows_where("url = ?", ["http://w.test/2.html"]))
    assert (fetch["status"], fetch["etag"], fetch["content_type"]) == (200, '"e8"', "text/html")
    assert not list(verify(db, at / "data" / "warc"))
    path.unlink()
    before = tables(db)
    assert not rebuild(db, at / "data" / "warc").problems
    assert tables(db) == before


def test_the_same_warc_again_adds_nothing(at: Path) -> None:
    path = warc(at / "crawl.warc.gz", "members")
    take(at, path)
    shutil.copy(path, at / "other-name.warc.gz")
    db, report = take(at, path)
    assert report.added == Added() and report.repeated == 3 and not report.rejected
    assert db["fetches"].count == 3


def test_a_torn_warc_gives_what_is_whole_and_says_so(at: Path) -> None:
    path = warc(at / "crawl.warc.gz", "members")
    path.write_bytes(path.read_bytes()[:-200])
    db, report = take(at, path)
    assert {row["url"] for row in db["documents"].rows} == {"http://w.test/1.html"}
    assert report.unfit and "damaged record" in report.unfit[0].why


def cut(url: str, body: bytes, number: int) -> bytes:
    return response(url, body[:900], number=number).replace(b"\r\n", b"\r\nWARC-Truncated: disconnect\r\n", 1)


def test_a_capture_that_broke_off_is_no_document_and_takes_none_away(at: Path) -> None:
    one, two = "http://w.test/1.html", "http://w.test/2.html"
    pieces = [cut(one, html("a05"), 2), response(one, html("a05"), number=3), cut(two, html("a06"), 4)]
    (at / "first.warc").write_bytes(b"".join(pieces))
    (at / "later.warc").write_bytes(cut(one, html("a05"), 5))
    db, report = take(at, at / "first.warc")
    assert report.rejected == [(two, "truncated: disconnect, after 900 bytes")] and report.added.new == 1
    assert [row["truncated"] for row in db.query("SELECT truncated FROM fetches ORDER BY warc_offset")] == [
        "disconnect", "", "disconnect"
    ]  # fmt: skip
    before, pages = tables(db), [*db["pages"].rows]
    db, report = take(at, at / "later.warc")
    assert not report.rejected and report.skipped == {"capture that broke off, of a page that is here": 1}
    assert db["fetches"].count == 4 and take(at, at / "later.warc")[1].repeated == 1
    assert tables(db)["documents"] == before["documents"] and [*db["pages"].rows] == pages


def test_an_error_beside_a_capture_that_broke_off_is_no_page_that_came(at: Path) -> None:
    url = "http://w.test/1.html"
    error = response(url, b"<h1>x</h1>", number=2).replace(b"200 OK", b"503 No")
    (at / "in.warc").write_bytes(cut(url, html("a05"), 1) + error)
    db, report = take(at, at / "in.warc")
    assert db["fetches"].count == 2 and not report.skipped
    assert [code for _, code in report.rejected] == [
        "truncated: disconnect, after 900 bytes", "http-503: Service Unavailable"
    ]  # fmt: skip


def test_an_archive_comes_back_from_its_own_warc(at: Path) -> None:
    db, _ = take(at, warc(at / "crawl.warc.gz", "members"), folder(at / "in"))
    before = tables(db)
    db.close()
    for path in (at / "data").glob("archive.db*"):
        path.unlink()
    db, report = take(at, at / "data" / "warc")
    assert not report.unfit
    assert tables(db)["documents"] == before["documents"]
    assert tables(db)["edits"] == before["edits"]


def test_a_rebuild_is_byte_identical(at: Path) -> None:
    db, _ = take(at, folder(at / "in"), warc(at / "crawl.warc.gz", "members"))
    before = tables(db)
    assert len(before["documents"]) >= 6 and before["edits"]
    again = rebuild(db, at / "data" / "warc")
    assert (again.added.new, again.added.changed, again.added.retired) == (0, 0, 0) and again.added.unchanged
    assert tables(db) == before
    for table in ("documents", "edits", "gaps", "marks"):
        db.conn.execute(f"DELETE FROM {table}")
    lost = rebuild(db, at / "data" / "warc")
    assert lost.added.new == len(before["documents"])
    assert tables(db) == before
    assert not list(verify(db, at / "data" / "warc"))


def test_a_rebuild_names_captures_that_are_not_there(at: Path) -> None:
    db, _ = take(at, folder(at / "in"))
    documents = db["documents"].count
    shutil.rmtree(at / "data" / "warc")
    (at / "data" / "warc").mkdir()
    again = rebuild(db, at / "data" / "warc")
    assert again.problems and again.pages == 0
    assert db["documents"].count == documents, "nothing is lost that was there"


def test_rebuild_with_learn_leaves_a_sound_archive(at: Path) -> None:
    db, _ = take(at, warc(at / "crawl.warc.gz", "members"))
    before = tables(db)
    rebuild(db, at / "data" / "warc", options=Options(learn=True))
    assert not list(verify(db, at / "data" / "warc"))
    assert len(tables(db)["documents"]) == len(before["documents"])


@pytest.mark.parametrize(
    ("name", "body", "kind"),
    [
        ("a.txt", b"<html>", "text/plain"),
        ("a.HTM", b"x", "text/html"),
        ("a", b"  <!DOCTYPE html><html>", "text/html"),
        ("a.php", b"\n<div>", "text/html"),
        ("a", "正文。".encode(), "text/plain"),
    ],
)
def test_what_a_file_is(name: str, body: bytes, kind: str) -> None:
    assert files.content_type(name, body) == kind


def test_text_of_any_charset_is_not_taken_for_binary() -> None:
    text = "各位领导：本年度工作总结如下。\n" * 50
    assert not any(files.binary(text.encode(charset)) for charset in ("utf-8", "gb18030", "utf-16"))
    assert not files.binary("總結報告，謹此呈上。".encode("big5"))
    assert files.binary(bytes(range(256)))
