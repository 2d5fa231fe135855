"""WARC files of other crawlers with revisits: of what stands in the same file, in another one, or nowhere."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from archive_files import DATE, html, record, response
from damaged import run
from test_revisits import URL, archived

from archive.warcs.records import digest, normal

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
HTTP = "application/http; msgtype=response"
PAGE = "http://w.test/1.html"


def revisit(url: str, number: int, block: bytes = HEAD, **fields: str) -> bytes:
    """A revisit with the fields that a tool gives it (`WARC_Profile` is written WARC-Profile)."""
    told = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items())
    whole = record("revisit", url, block, HTTP, number).replace(DATE.encode(), b"2024-06-01T00:00:00Z")
    return whole.replace(b"Content-Type: application", f"{told}Content-Type: application".encode(), 1)


SAME = "http://netpreserve.org/warc/1.0/revisit/identical-payload-digest"
AGNOSTIC = "http://netpreserve.org/warc/1.0/revisit/uri-agnostic-identical-payload-digest"
NOT_MODIFIED = "http://netpreserve.org/warc/1.0/revisit/server-not-modified"
DIGEST = digest(html("a05"))
ID = "<urn:uuid:00000000-0000-4000-8000-000000000002>"

FORMS = {
    "wget": {"WARC_Profile": SAME, "WARC_Refers_To": ID, "WARC_Payload_Digest": DIGEST, "WARC_Truncated": "length"},
    "Heritrix": {"WARC_Profile": SAME, "WARC_Refers_To_Target_URI": PAGE, "WARC_Refers_To_Date": DATE,
                 "WARC_Payload_Digest": DIGEST.lower()},
    "warcprox": {"WARC_Profile": AGNOSTIC, "WARC_Refers_To_Target_URI": f"<{PAGE}>", "WARC_Refers_To_Date": DATE,
                 "WARC_Payload_Digest": DIGEST},
    "browsertrix": {"WARC_Profile": SAME.replace("1.0", "1.1"), "WARC_Refers_To_Target_URI": PAGE,
                    "WARC_Refers_To_Date": DATE.replace("Z", ".123Z"), "WARC_Payload_Digest": DIGEST,
                    "WARC_Page_ID": "5a", "WARC_JSON_Metadata": '{"ipType":"Public"}'},
    "not modified": {"WARC_Profile": NOT_MODIFIED, "WARC_Refers_To_Target_URI": PAGE, "WARC_Refers_To_Date": DATE},
}  # fmt: skip


def original() -> bytes:
    """The capture that has the body, as a tool with digests writes it."""
    told = f"WARC-Payload-Digest: {DIGEST}\r\nContent-Type: application".encode()
    return response(PAGE, html("a05"), number=2).replace(b"Content-Type: application", told, 1)


def taken(at: Path, **files: bytes) -> Path:
    """An archive of some WARC files, in the order of their names."""
    (at / "in").mkdir()
    for name, content in files.items():
        (at / "in" / f"{name}.warc").write_bytes(content)
    done = run(at / "archive.db", "ingest", str(at / "in"))
    assert done.exit_code == 0, done.output
    return at / "archive.db"


def rows(archive: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(archive)) as conn:
        return conn.execute(sql).fetchall()


@pytest.mark.parametrize("place", ["same file", "earlier file", "later file"])
@pytest.mark.parametrize("form", FORMS)
def test_a_revisit_of_another_tool_is_of_its_original(tmp_path: Path, form: str, place: str) -> None:
    one = revisit(PAGE, 9, b"" if form == "not modified" else HEAD, **FORMS[form])
    files = {
        "same file": {"a": original() + one},
        "earlier file": {"a": original(), "b": one},
        "later file": {"a": one, "b": original()},
    }[place]
    archive = taken(tmp_path, **files)
    found = rows(
        archive, "SELECT revisit_of IS NULL, status, body_digest, content_type FROM fetches ORDER BY fetched_at"
    )
    assert [row[0] for row in found] == [1, 0] and found[0][1:] == found[1][1:]
    assert rows(archive, "SELECT count(*) FROM documents") == [(1,)]
    for verb in ("verify", "rebuild", "verify"):
        done = run(archive, verb)
        assert done.exit_code == 0, done.output


def test_a_page_that_only_a_revisit_names_is_archived(tmp_path: Path) -> None:
    other = "http://mirror.test/1.html"
    archive = taken(tmp_path, a=original() + revisit(other, 9, **FORMS["warcprox"]))
    assert rows(archive, "SELECT url FROM documents ORDER BY url") == [(other,), (PAGE,)]
    assert len({text for (text,) in rows(archive, "SELECT text FROM documents")}) == 1
    assert run(archive, "verify").exit_code == 0


@pytest.mark.parametrize(
    "fields",
    [
        {**FORMS["wget"], "WARC_Payload_Digest": digest(b"another body")},
        {**FORMS["wget"], "WARC_Profile": "http://example.test/profile"},
        {"WARC_Profile": NOT_MODIFIED},
        {**FORMS["Heritrix"], "WARC_Payload_Digest": digest(b"changed since")},
    ],
)
def test_what_is_of_no_certain_capture_is_counted_and_not_taken(tmp_path: Path, fields: dict[str, str]) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.warc").write_bytes(original() + revisit(PAGE, 9, **fields))
    done = run(tmp_path / "archive.db", "ingest", str(tmp_path / "in"))
    assert "revisit of a capture that is not here" in done.output, done.output
    assert rows(tmp_path / "archive.db", "SELECT count(*), count(revisit_of) FROM fetches") == [(1, 0)]


def test_an_archive_is_made_again_of_its_captures_with_its_revisits(tmp_path: Path) -> None:
    db, _ = archived(tmp_path / "old")
    text = db.conn.execute("SELECT text FROM documents").fetchone()[0]
    db.close()
    new = tmp_path / "new.db"
    assert run(new, "ingest", str(tmp_path / "old" / "warc")).exit_code == 0
    assert rows(new, "SELECT url, revisit_of FROM fetches ORDER BY id") == [(URL, None), (URL, 1), (URL, 1)]
    assert rows(new, "SELECT text FROM documents") == [(text,)] and run(new, "verify").exit_code == 0


def test_what_a_crawler_notes_for_itself_is_no_page(tmp_path: Path) -> None:
    notes = (
        record("resource", "metadata://gnu.org/software/wget/warc/wget_arguments.txt", html("a01"), "text/plain", 20)
        + record("resource", "urn:text:http://w.test/1.html", html("a02"), "text/plain", 21)
        + record("resource", "urn:pageinfo:http://w.test/1.html", b"{}", "application/json", 22)
        + record("resource", "dns:w.test", b"20240101 10.0.0.1", "text/dns", 23)
    )
    archive = taken(tmp_path, a=original() + notes)
    assert rows(archive, "SELECT url FROM fetches") == [(PAGE,)]


@pytest.mark.parametrize(
    ("said", "normally"),
    [
        ("SHA-1:" + "a" * 32, "sha1:" + "A" * 32),
        ("sha1:356A192B7913B04C54574D18C28D46E6395428AB", digest(b"1")),
        (digest(b"1"), digest(b"1")),
        ("sha256:0aF", "sha256:0aF"),
        ("", ""),
        ("nonsense", "nonsense"),
    ],
)
def test_digests_of_other_tools_are_read(said: str, normally: str) -> None:
    assert normal(said) == normally
