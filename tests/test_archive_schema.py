"""Archives of every release open today, and become what a new archive is.

A release adds `fixtures/schemas/<release>.sql`:

    PYTHONPATH=. python tests/test_archive_schema.py > tests/fixtures/schemas/X.sql
"""

import sqlite3
from collections.abc import Iterator
from dataclasses import Field, fields, make_dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from archive import schema, search
from archive.store import ArchiveError, open_archive
from pipelines.document import COLUMNS, Document, column

RELEASES = sorted((Path(__file__).parent / "fixtures" / "schemas").glob("*.sql"))
SHADOWS = tuple(f"documents_fts_{name}" for name in ("data", "idx", "docsize", "config", "content")) + tuple(
    f"documents_fts_pairs_{name}" for name in ("data", "idx", "config")
)


def dump(db: Database) -> Iterator[str]:
    """The schema as SQL, and which migrations it has had."""
    for name, sql in db.conn.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"):
        if name not in SHADOWS:
            yield f"{sql};"
    for name, at in db.conn.execute("SELECT name, applied_at FROM _sqlite_migrations ORDER BY id"):
        yield f"INSERT INTO _sqlite_migrations(migration_set, name, applied_at) VALUES ('archive', '{name}', '{at}');"


def shape(db: Database) -> dict[str, object]:
    """Tables with their columns, whatever their order; views, indexes and triggers with their SQL."""
    found: dict[str, object] = {}
    for name, kind, sql in db.conn.execute("SELECT name, type, sql FROM sqlite_master"):
        if kind == "table":
            columns = db.conn.execute(f"SELECT name, type, [notnull], dflt_value, pk FROM pragma_table_info('{name}')")
            keys = db.conn.execute(f"SELECT [from], [table], [to] FROM pragma_foreign_key_list('{name}')")
            found[name] = (sorted(columns), sorted(keys))
        else:
            found[name] = " ".join((sql or "").split())
    return found


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.stem)
def test_an_archive_of_a_release_becomes_what_a_new_one_is(release: Path, tmp_path: Path) -> None:
    old = sqlite3.connect(tmp_path / "old.db")
    search.register(old)
    old.executescript(release.read_text())
    old.commit()
    old.close()
    upgraded, fresh = open_archive(tmp_path / "old.db"), open_archive(tmp_path / "new.db")
    assert shape(upgraded) == shape(fresh)


def test_there_is_a_fixture_of_this_schema() -> None:
    assert RELEASES


def test_opening_again_changes_nothing(tmp_path: Path) -> None:
    before = list(dump(open_archive(tmp_path / "a.db")))
    assert list(dump(open_archive(tmp_path / "a.db"))) == before


def declare(monkeypatch: pytest.MonkeyPatch, more: "Field[Any]", kind: object) -> None:
    made = make_dataclass("Document", [("added", kind, more)])
    monkeypatch.setattr(schema, "COLUMNS", (*COLUMNS, *fields(made)))


def test_a_nullable_column_comes_from_its_declaration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_archive(tmp_path / "old.db").close()
    declare(monkeypatch, column("added later", index=True, default=None), str | None)
    upgraded, fresh = open_archive(tmp_path / "old.db"), open_archive(tmp_path / "new.db")
    assert "added" in upgraded["documents"].columns_dict
    assert shape(upgraded) == shape(fresh)


def test_any_other_column_needs_a_migration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_archive(tmp_path / "old.db").close()
    declare(monkeypatch, column("added later"), str)
    with pytest.raises(ArchiveError, match=r"documents\.added .* needs a numbered migration"):
        open_archive(tmp_path / "old.db")


def test_a_file_of_a_newer_release_is_left_alone(tmp_path: Path) -> None:
    db = open_archive(tmp_path / "a.db")
    db["_sqlite_migrations"].insert({"migration_set": "archive", "name": "m9999_future", "applied_at": "2099"})
    db.close()
    with pytest.raises(ArchiveError, match=r"newer release \(migration m9999_future\)"):
        open_archive(tmp_path / "a.db")


@pytest.mark.parametrize("wal", [False, True])
@pytest.mark.parametrize("create", [False, True])
def test_another_programs_database_is_refused_untouched(tmp_path: Path, wal: bool, create: bool) -> None:
    foreign = sqlite3.connect(tmp_path / "foreign.db")
    if wal:
        foreign.execute("PRAGMA journal_mode = WAL")
    foreign.execute("CREATE TABLE bookmarks(id INTEGER PRIMARY KEY, title)")
    foreign.close()
    before = (tmp_path / "foreign.db").read_bytes()
    with pytest.raises(ArchiveError, match="another program's database"):
        open_archive(tmp_path / "foreign.db", create=create)
    assert (tmp_path / "foreign.db").read_bytes() == before


def test_another_programs_mark_is_respected(tmp_path: Path) -> None:
    foreign = sqlite3.connect(tmp_path / "foreign.db")
    foreign.execute("PRAGMA application_id = 252006675")
    foreign.close()
    with pytest.raises(ArchiveError, match="another program's database"):
        open_archive(tmp_path / "foreign.db")


def test_an_empty_file_becomes_an_archive_only_by_writing(tmp_path: Path) -> None:
    (tmp_path / "a.db").touch()
    with pytest.raises(ArchiveError, match="it is empty"):
        open_archive(tmp_path / "a.db", create=False)
    assert [path.name for path in tmp_path.iterdir()] == ["a.db"] and not (tmp_path / "a.db").stat().st_size
    assert open_archive(tmp_path / "a.db")["documents"].count == 0


def test_every_field_of_a_document_is_a_column(tmp_path: Path) -> None:
    db = open_archive(tmp_path / "a.db")
    columns = {column.name: column for column in db["documents"].columns}
    assert list(columns) == [column.name for column in fields(Document)]
    assert columns["signed_on"].notnull == 0 and columns["text"].notnull == 1
    assert columns["damage"].type == "TEXT" and columns["quality"].type == "REAL" and columns["part"].type == "INTEGER"
    indexed = {index.columns[0] for index in db["documents"].indexes}
    assert {column.name for column in COLUMNS if column.metadata["index"]} <= indexed


def test_datasette_and_sqlite_utils_find_the_index(tmp_path: Path) -> None:
    assert open_archive(tmp_path / "a.db").table("documents").detect_fts() == "documents_fts"


if __name__ == "__main__":
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        print("\n".join(dump(open_archive(Path(folder, "a.db")))))
