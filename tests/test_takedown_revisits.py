"""A takedown and the revisits of what it takes or masks: they follow, and nothing of the text is left by them."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from archive_files import DATE, clean
from damaged import run
from leaks import leaks
from test_foreign_revisits import AGNOSTIC, HEAD, SAME, revisit
from test_takedown import ADDRESS, HOST, OTHER, crawl, page, quoting

from archive import warc
from archive.warcs import fixity
from archive.warcs.records import digest

QUOTING = f"{HOST}/zj/20190104_4.html"
MIRROR = "http://mirror.example.org/1.html"


def built(at: Path, *revisits: bytes) -> Path:
    """The archive of a crawl, and of a later one that met the same again."""
    (at / "in").mkdir()
    crawl(at / "in" / "a.warc.gz")
    (at / "in" / "b.warc").write_bytes(b"".join(revisits))
    done = run(at / "data" / "archive.db", "ingest", str(at / "in"))
    assert done.exit_code == 0, done.output
    return at / "data" / "archive.db"


def of(url: str) -> dict[str, str]:
    return {"WARC_Refers_To_Target_URI": url, "WARC_Refers_To_Date": DATE}


def rows(archive: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(archive)) as conn:
        return conn.execute(sql).fetchall()


def sound(archive: Path) -> None:
    """The archive verifies, and is rebuilt of its captures."""
    for verb in ("verify", "rebuild", "verify"):
        done = run(archive, verb)
        assert done.exit_code == 0, done.output
    warcs = archive.parent / "warc"
    assert fixity.listed(warcs) == {name: fixity.digest_of(warcs / name) for name in fixity.listed(warcs)}


def test_a_revisit_elsewhere_of_what_was_taken_down_loses_its_proof_and_its_document_stays(tmp_path: Path) -> None:
    archive = built(tmp_path, revisit(MIRROR, 30, WARC_Profile=AGNOSTIC, **of(ADDRESS)))
    assert rows(archive, f"SELECT count(*) FROM fetches WHERE url = '{MIRROR}' AND revisit_of IS NOT NULL") == [(1,)]
    assert run(archive, "takedown", ADDRESS, "--reason", "asked", "--yes").exit_code == 0
    ((file, offset, number),) = rows(
        archive, f"SELECT warc_file, warc_offset, taken_down FROM fetches WHERE url = '{MIRROR}'"
    )
    assert number == 1 and warc.read(archive.parent / "warc", str(file), int(str(offset))).kind == "metadata"
    assert rows(archive, f"SELECT count(*) FROM documents WHERE url = '{MIRROR}'") == [(1,)]
    sound(archive)


@pytest.mark.parametrize("named", [True, False])
def test_a_revisit_of_a_page_that_was_masked_names_what_it_is_now(tmp_path: Path, named: bool) -> None:
    body = page(*clean("a02"), quoting(clean("a01")[1]))
    told = {"WARC_Payload_Digest": digest(body)} if named else {}
    again = revisit(QUOTING, 31, HEAD, WARC_Profile=SAME, **told, **of(QUOTING))
    archive = built(tmp_path, again)
    secret = str(rows(archive, f"SELECT text FROM documents WHERE url = '{ADDRESS}'")[0][0])
    assert rows(archive, "SELECT count(*) FROM fetches WHERE revisit_of IS NOT NULL") == [(1,)]
    done = run(archive, "takedown", ADDRESS, "--family", "--reason", "asked", "--yes")
    assert done.exit_code == 0, done.output
    assert not rows(archive, f"SELECT 1 FROM documents WHERE url LIKE '{OTHER}/a/77%'")
    found = rows(
        archive,
        "SELECT f.redacted, f.body_digest = o.body_digest, f.warc_file, f.warc_offset FROM fetches f"
        " JOIN fetches o ON o.id = f.revisit_of",
    )
    ((redacted, fits, file, offset),) = found
    assert redacted == 1 and fits == 1
    record = warc.read(archive.parent / "warc", str(file), int(str(offset)))
    assert (record.kind, record.refers_to.url, record.refers_to.date) == ("revisit", QUOTING, DATE)
    assert record.payload_digest != digest(body)
    sound(archive)
    kept = [str(text) for (text,) in rows(archive, "SELECT text FROM documents")]
    assert not leaks(archive.parent, [secret], kept)
