"""Damaged databases, by real bytes: what is wrong is found and named, the rest read, what follows is repaired."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from damaged import NAMES, PAGE_SIZE, build, flip, overwrite, pages_of, run, tamper, texts

from archive.checking import damage, repair
from archive.verbs.verify import SENTENCE


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("sound"))


@pytest.fixture
def archive(sound: Path, tmp_path: Path) -> Path:
    shutil.copytree(sound, tmp_path / "data")
    return tmp_path / "data" / "archive.db"


def break_page(archive: Path, page: int) -> None:
    """The head of a page: SQLite cannot make sense of it."""
    overwrite(archive, (page - 1) * PAGE_SIZE, bytes(64))


def salvaged(archive: Path) -> Path:
    """A new archive of what can be read, and what captures prove of the rest."""
    new = archive.with_name("new.db")
    told = run(archive, "verify", "--salvage", str(new))
    assert told.exit_code == 0 and "rows copied to" in told.stdout, told.output
    return new


def test_the_archive_is_sound(archive: Path) -> None:
    assert run(archive, "verify").exit_code == 0
    again = run(archive, "verify", "--repair")
    assert again.exit_code == 0 and "Repaired" not in again.stdout, "nothing to repair, nothing touched"


@pytest.mark.parametrize("table", ["documents", "pages", "edits", "facts", "fetches", "documents_fts_data", "sketches"])
def test_a_broken_page_is_named_and_what_was_on_it_comes_back(archive: Path, table: str) -> None:
    before = texts(archive)
    break_page(archive, pages_of(archive, table, "leaf")[-1])
    found = run(archive, "verify")
    assert found.exit_code == 1 and f"database: {table}: " in found.stderr, found.stderr
    run(archive, "verify", "--repair")
    if run(archive, "verify").exit_code:
        archive = salvaged(archive)
        mended = run(archive, "verify", "--repair")
        assert mended.exit_code == 0, mended.stderr
    assert texts(archive) == before
    assert run(archive, "verify").exit_code == 0


def test_rows_that_cannot_be_read_are_named_by_rowid_and_id(archive: Path) -> None:
    ids = list(texts(archive))
    break_page(archive, pages_of(archive, "documents", "leaf")[0])
    found = run(archive, "verify").stderr
    lines = [line for line in found.splitlines() if "documents: row" in line and "cannot be read" in line]
    assert lines and all(any(id in line for id in ids) for line in lines)


def test_documents_beside_a_broken_page_are_shown_still(archive: Path) -> None:
    before = texts(archive)
    break_page(archive, pages_of(archive, "documents", "leaf")[0])
    shown = [id for id, text in before.items() if text in run(archive, "show", id).stdout]
    assert 0 < len(shown) < len(NAMES)


@pytest.mark.parametrize("name", ["documents_family_id", "documents_fts_data", "documents_fts_idx", "facts_name"])
def test_a_broken_index_is_made_anew_in_its_place(archive: Path, name: str) -> None:
    before = texts(archive)
    break_page(archive, pages_of(archive, name)[0])
    assert run(archive, "verify").exit_code == 1
    mended = run(archive, "verify", "--repair")
    assert mended.exit_code == 0 and "written anew from its rows" in mended.stdout, mended.output
    assert texts(archive) == before
    assert run(archive, "search", "工作").stdout


def test_a_repair_that_is_killed_between_two_steps_is_made_good(archive: Path) -> None:
    with closing(sqlite3.connect(archive, isolation_level=None)) as conn:
        repair.forget_indexes(conn)
    found = run(archive, "verify")
    assert found.exit_code == 1 and "documents_fts_insert is missing" in found.stderr
    assert run(archive, "verify", "--repair").exit_code == 0
    assert run(archive, "search", "工作", "--json").stdout.count("\n") == len(NAMES)


def test_a_search_goes_on_with_what_can_be_read_and_says_what_is_left_out(archive: Path) -> None:
    ids = list(texts(archive))
    all_of_them = run(archive, "search", "工作", "--json").stdout.splitlines()
    break_page(archive, pages_of(archive, "documents", "leaf")[0])
    found = run(archive, "search", "工作", "--json")
    assert found.exit_code == 0 and 0 < len(found.stdout.splitlines()) < len(all_of_them)
    assert "Left out: database: documents: row" in found.stderr and any(id in found.stderr for id in ids)
    refused = run(archive, "export", "--format", "jsonl", "-o", str(archive.with_name("x.jsonl")))
    assert refused.exit_code == 1 and "verify --salvage NEW.db" in refused.stderr, "half a corpus is another corpus"


def test_a_broken_list_of_free_pages_is_mended(archive: Path) -> None:
    with closing(sqlite3.connect(archive, isolation_level=None)) as conn:
        conn.execute("CREATE TABLE big(x)")
        conn.executemany("INSERT INTO big VALUES (?)", [("x" * 3000,) for _ in range(50)])
        conn.execute("DROP TABLE big")
        assert conn.execute("PRAGMA freelist_count").fetchone()[0] > 10
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (trunk,) = [int.from_bytes(archive.read_bytes()[32:36], "big")]
    overwrite(archive, (trunk - 1) * PAGE_SIZE + 8, b"\x7f\xff\xff\xff" * 4)
    found = run(archive, "verify")
    assert found.exit_code == 1 and "freelist" in found.stderr
    before = texts(archive)
    mended = run(archive, "verify", "--repair")
    assert mended.exit_code == 0 and "written anew" in mended.stdout
    assert texts(archive) == before


@pytest.mark.parametrize("table", ["documents", "pages"])
def test_every_flipped_byte_of_a_text_is_found_and_restored(archive: Path, table: str) -> None:
    before = texts(archive)
    pages = pages_of(archive, table, "overflow")
    for n, page in enumerate(pages[:: max(1, len(pages) // 6)]):
        copy = archive.with_name(f"{n}.db")
        shutil.copy(archive, copy)
        flip(copy, (page - 1) * PAGE_SIZE + 2000)
        assert run(copy, "verify").exit_code == 1
        mended = run(copy, "verify", "--repair")
        assert mended.exit_code == 0 and "restored again from its capture" in mended.stdout, mended.output
        assert texts(copy) == before
        with closing(sqlite3.connect(copy)) as conn:
            versions = conn.execute("SELECT count(*) FROM document_versions").fetchone()
        assert versions == (0,), "what was damaged is no version"


@pytest.mark.parametrize(
    ("tampering", "said"),
    [
        ("DELETE FROM edits WHERE n = 2", "restored again"),
        ("DELETE FROM documents WHERE rowid = 2", "restored again"),
        ("DELETE FROM pages WHERE rowid = 2", "its row was gone"),
        ("DELETE FROM fetches WHERE id = 2", "its row was gone"),
        ("DELETE FROM crawls", "crawl 1: its row was gone"),
        ("UPDATE documents SET text = 'something else' WHERE rowid = 1", "restored again"),
        ("UPDATE documents SET canonical = 0, family_id = 'x'", "families"),
        ("UPDATE edits SET steps = '{' WHERE n = 1", "restored again"),
        ("UPDATE pages SET source_text = source_text || 'x'", "restored again"),
        ("UPDATE pages SET url = 'http://elsewhere.test/' WHERE rowid = 1", "restored again"),
        ("UPDATE fetches SET warc_offset = warc_offset + 1", "warc_offset as its record says"),
        ("UPDATE fetches SET body_digest = 'x'", "body_digest as its record"),
        ("DELETE FROM sketches WHERE rowid = 1", "families"),
        ("DELETE FROM family_keys WHERE place IN (SELECT place FROM sketches LIMIT 1)", "families"),
        ("INSERT INTO pairs VALUES ('x', 'y', 'copy', 1, 1, 1, 1, 1, 1, 1)", "pairs: 1 rows"),
        ("INSERT INTO gaps VALUES ('x', 1, 1, 1, 'tail', NULL, '')", "gaps: 1 rows"),
        ("UPDATE knowledge SET in_force = 0", "in force again"),
        ("DROP INDEX edits_rule", "edits_rule was missing"),
    ],
)
def test_what_was_done_behind_the_archives_back_is_undone(archive: Path, tampering: str, said: str) -> None:
    before = texts(archive)
    tamper(archive, tampering)
    assert run(archive, "verify").exit_code == 1
    mended = run(archive, "verify", "--repair")
    assert mended.exit_code == 0, mended.output
    assert f"Repaired: {said}" in mended.stdout or said in mended.stdout
    assert texts(archive) == before
    assert run(archive, "verify", "--repair").stdout.count("\n") == 1


def test_a_document_that_says_it_was_another_is_kept_as_a_version(archive: Path) -> None:
    """Text and digest agree, the ledger does not: nothing proves which is right, so nothing is lost."""
    from pipelines.fingerprint import content_digest

    with closing(sqlite3.connect(archive)) as conn:
        (title,) = conn.execute("SELECT title FROM documents WHERE rowid = 1").fetchone()
    digest = content_digest(title, "另一份")
    tamper(archive, f"UPDATE documents SET text = '另一份', content_digest = '{digest}' WHERE rowid = 1")
    assert run(archive, "verify", "--repair").exit_code == 0
    with closing(sqlite3.connect(archive)) as conn:
        kept = conn.execute("SELECT cause, document ->> 'text' FROM document_versions").fetchall()
        assert kept == [("repair", "另一份")]
        assert conn.execute("SELECT version FROM documents WHERE rowid = 1").fetchone() == (2,)


def test_what_cannot_be_proved_is_left_and_named(archive: Path) -> None:
    tamper(archive, "UPDATE documents SET text = 'something else' WHERE rowid = 1")
    for path in (archive.parent / "warc").glob("*.warc.gz*"):
        path.unlink()
    mended = run(archive, "verify", "--repair")
    assert mended.exit_code == 1 and "has another digest" in mended.stderr
    assert "something else" in texts(archive).values()


def test_a_tampered_version_is_found(archive: Path) -> None:
    with closing(sqlite3.connect(archive)) as conn:
        (key,) = conn.execute("SELECT id FROM documents LIMIT 1").fetchone()
    row = f"'{key}', 0, 'rules', '', '', 'digest', '', '{json.dumps({'title': 'a', 'text': 'b'})}', ''"
    tamper(archive, f"INSERT INTO document_versions VALUES ({row})", "UPDATE documents SET version = 1")
    assert "its version 0 has another title or text than its digest says" in run(archive, "verify").stderr


def test_a_retired_id_that_leads_nowhere_leads_to_its_last_text(archive: Path) -> None:
    with closing(sqlite3.connect(archive)) as conn:
        conn.row_factory = sqlite3.Row
        row = dict(conn.execute("SELECT * FROM documents LIMIT 1").fetchone())
    old = {**row, "id": f"{row['article_id']}-old000"}
    tamper(
        archive,
        f"INSERT INTO document_versions VALUES ('{old['id']}', 1, 'rules', '', '', '{row['content_digest']}', '',"
        f" '{json.dumps(old).replace(chr(39), chr(39) * 2)}', '{{}}')",
        f"INSERT INTO document_ids VALUES ('{old['id']}', '{row['article_id']}', '2026', 'nowhere')",
    )
    assert str(row["text"]) in run(archive, "show", old["id"]).stdout, "even before it is repaired"
    assert "nowhere, which replaced it, is not there" in run(archive, "verify").stderr
    assert run(archive, "verify", "--repair").exit_code == 0


def test_json_says_the_same_in_parts(archive: Path) -> None:
    tamper(archive, "UPDATE documents SET canonical = 0 WHERE rowid = 1", "DELETE FROM edits WHERE n = 2")
    result = run(archive, "verify", "--json")
    known = json.loads(result.stdout)
    assert result.exit_code == 1 and not known["repaired"]
    assert {one["kind"] for one in known["problems"]} >= {"families", "page"}
    assert all(one["problem"] for one in known["problems"])
    mended = run(archive, "verify", "--repair", "--json")
    assert mended.exit_code == 0 and json.loads(mended.stdout)["repaired"]


def test_every_sentence_has_its_parts(archive: Path) -> None:
    tamper(archive, "UPDATE documents SET text = 'x'", "DELETE FROM fetches WHERE id = 1", "DELETE FROM edits")
    shutil.rmtree(archive.parent / "warc")
    for line in run(archive, "verify").stderr.splitlines():
        assert SENTENCE.fullmatch(line.removeprefix("Error: ")), line


def test_salvage_copies_every_row_of_a_sound_archive(archive: Path, tmp_path: Path) -> None:
    new = salvaged(archive)
    assert texts(new) == texts(archive)
    assert "is there already" in run(archive, "verify", "--salvage", str(new)).stderr
    with closing(sqlite3.connect(archive)) as old, closing(sqlite3.connect(new)) as copy:
        for table in damage.tables(old):
            if table not in damage.DERIVED and not table.startswith("_"):
                count = f"SELECT count(*) FROM {table}"
                assert old.execute(count).fetchone() == copy.execute(count).fetchone(), table


def test_an_archive_that_cannot_be_opened_is_salvaged(archive: Path) -> None:
    break_page(archive, pages_of(archive, "_sqlite_migrations")[0])
    assert "cannot open the archive" in run(archive, "verify").stderr
    new = salvaged(archive)
    assert len(texts(new)) == len(NAMES)


def test_stretches_of_lost_rows_are_found(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("CREATE TABLE t(a TEXT PRIMARY KEY, b TEXT)")
        conn.executemany("INSERT INTO t VALUES (?, ?)", [(str(n), "x" * 300) for n in range(1, 200)])
        conn.commit()
    leaves = pages_of(path, "t", "leaf")
    for page in leaves[3:5] + leaves[-1:]:
        overwrite(path, (page - 1) * PAGE_SIZE, bytes(8))
    with closing(sqlite3.connect(path)) as conn:
        lost: list[damage.Lost] = []
        rows = [int(str(row["a"])) for row in damage.survivors(conn, "t", lost)]
    assert len(lost) == 2 and lost[-1].last == 199
    gone = {n for hole in lost for n in range(hole.first, hole.last + 1)}
    assert sorted([*rows, *gone]) == list(range(1, 200)) and len(gone) < 60


def test_what_was_taken_down_is_not_repaired_back(archive: Path) -> None:
    """Neither in its place, nor in a salvaged archive, nor from half a record that was kept aside."""
    gone, *rest = texts(archive)
    (path,) = (archive.parent / "warc").glob("*.warc.gz*")
    with path.open("ab") as out:
        out.write(path.read_bytes()[:300])
    run(archive, "verify", "--repair")
    assert list(path.parent.glob("*.torn"))
    run(archive, "takedown", gone, "--yes")
    assert not list(path.parent.glob("*.torn"))
    assert run(archive, "verify", "--repair").exit_code == 0
    tamper(archive, "DELETE FROM edits", "DELETE FROM fetches WHERE taken_down IS NULL")
    assert run(archive, "verify", "--repair").exit_code == 0
    assert list(texts(archive)) == rest
    new = salvaged(archive)
    for name in (gone, gone[:8], f"{gone}@1"):
        assert (
            "was taken down" in run(new, "show", name).stderr and "was taken down" in run(new, "history", name).stderr
        )
    run(new, "--warc-dir", str(path.parent), "verify", "--repair")
    assert list(texts(new)) == rest
