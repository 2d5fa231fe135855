"""An export becomes an archive again, and its export is the same, byte for byte."""

import json
from pathlib import Path

import pyarrow as pa
import pytest
from click.testing import CliRunner
from export_cases import THREE, archive, quiet
from pyarrow import parquet as pq
from sqlite_utils import Database

from archive import families, imports, ingest, lookup, rebuild, search, show, verify
from archive.__main__ import main
from archive.errors import ArchiveError
from archive.explain import ledger
from archive.export import export
from archive.exports.cite import bibtex
from archive.exports.corpus import NAMES
from archive.exports.provenance import provenance
from archive.imports import import_
from archive.progress import Progress
from archive.rows import select
from archive.searching import fulltext
from archive.store import open_archive


@pytest.fixture
def db(tmp_path: Path) -> Database:
    return archive(tmp_path)


def written(db: Database, form: str, target: Path, **options: object) -> Path:
    export(db, target.parent, form, target, *quiet(**options))
    return target


def imported(path: Path, name: str = "new.db") -> Database:
    db = open_archive(path.with_name(name), create=True)
    import_(db, path, Progress())
    return db


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
@pytest.mark.parametrize("masked", [False, True])
def test_the_round_trip_loses_nothing(db: Database, tmp_path: Path, form: str, masked: bool) -> None:
    first = written(db, form, tmp_path / f"x.{form}", mask_pii=masked)
    again = imported(first)
    second = written(again, form, tmp_path / f"y.{form}")
    assert second.read_bytes() == first.read_bytes()
    rows = "SELECT * FROM documents ORDER BY id"
    assert bool(masked) != (select(again, rows) == select(db, rows))


def test_a_real_archive_makes_the_round_trip(tmp_path: Path) -> None:
    source = open_archive(tmp_path / "archive.db", create=True)
    texts = Path(__file__).parent.parent / "sample" / "texts"
    ingest.ingest(source, tmp_path / "warc", tuple(str(path) for path in sorted(texts.glob("*.txt"))[:6]), Progress())
    first = written(source, "jsonl", tmp_path / "x.jsonl")
    assert first.read_bytes().count(b"\n") >= 3
    for form in ("jsonl", "parquet"):
        path = written(source, form, tmp_path / f"z.{form}")
        again = imported(path, f"{form}.db")
        assert written(again, "jsonl", tmp_path / f"y-{form}").read_bytes() == first.read_bytes()


def test_what_is_imported_is_used_like_any_other(db: Database, tmp_path: Path) -> None:
    again = imported(written(db, "jsonl", tmp_path / "x.jsonl"))
    assert all(wrong.startswith("famil") for wrong in verify.verify(again, tmp_path / "none")), "not compared yet"
    (hit,) = search.search(again, "存在问题").hits
    key = str(hit.document["id"])
    (found,) = lookup.documents(again, key).documents
    assert found["text"] == THREE and THREE in show.shown(found, "", hans=False)
    assert bibtex(found) and json.loads(provenance(again, [found]))["entity"]
    assert written(again, "tei", tmp_path / "x.xml").stat().st_size
    with pytest.raises(ArchiveError, match="came from an export"):
        ledger(again, key)
    assert rebuild.rebuild(again, tmp_path / "none").pages == 0 == rebuild.relearn(again, tmp_path / "none")
    families.rebuild(again)
    assert [*verify.verify(again, tmp_path / "none")] == [] and again["documents"].count == 3


def test_what_is_imported_is_indexed_whole_and_so_is_what_comes_after(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fulltext, "BATCH", 2)
    again = imported(written(db, "jsonl", tmp_path / "x.jsonl"))
    fulltext.check(again.conn)
    again.conn.execute("UPDATE documents SET title = '后来的题目'")
    fulltext.check(again.conn)
    assert search.search(again, "后来的题目")


def test_only_a_new_archive_takes_an_import(db: Database, tmp_path: Path) -> None:
    path = written(db, "jsonl", tmp_path / "x.jsonl")
    with pytest.raises(ArchiveError, match="new archive only"):
        import_(db, path, Progress())
    assert db["documents"].count == 3


def test_of_two_imports_at_once_one_is_refused(db: Database, tmp_path: Path) -> None:
    lines = written(db, "jsonl", tmp_path / "x.jsonl").read_text("utf-8").splitlines(keepends=True)
    (tmp_path / "one.jsonl").write_text(lines[0], "utf-8")
    (tmp_path / "two.jsonl").write_text("".join(lines[1:]), "utf-8")
    one, two = open_archive(tmp_path / "new.db"), open_archive(tmp_path / "new.db")
    done: list[int] = []

    def other(statement: str) -> None:  # is called before the statement runs
        if statement.startswith("BEGIN") and not done:
            done.append(import_(two, tmp_path / "two.jsonl", Progress()))

    one.conn.set_trace_callback(other)
    with pytest.raises(ArchiveError, match="new archive only"):
        import_(one, tmp_path / "one.jsonl", Progress())
    assert done == [2] and one["documents"].count == 2 and not one.conn.in_transaction


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"planet": 1}, "no column 'planet'"),
        ({"id": None}, "it has no id"),
        ({"quality": "high"}, "its quality is 'high'"),
        ({"part": True}, "its part is True"),
        ({"text": "另一篇"}, "another digest"),
    ],
)
def test_what_is_no_export_is_refused_as_a_whole(
    db: Database, tmp_path: Path, change: dict[str, object], why: str
) -> None:
    lines = written(db, "jsonl", tmp_path / "x.jsonl").read_text("utf-8").splitlines()
    changed = json.dumps({**json.loads(lines[1]), **change})
    (tmp_path / "bad.jsonl").write_text("\n".join([lines[0], changed, lines[2]]), "utf-8")
    with pytest.raises(ArchiveError, match=why):
        imported(tmp_path / "bad.jsonl")
    kept = open_archive(tmp_path / "new.db")
    assert kept["documents"].count == 0 and kept["fetches"].count == 0 and not kept.conn.in_transaction


def test_a_document_that_stands_in_an_export_twice_is_refused(db: Database, tmp_path: Path) -> None:
    lines = written(db, "jsonl", tmp_path / "x.jsonl").read_text("utf-8").splitlines()
    (tmp_path / "bad.jsonl").write_text("\n".join([*lines, lines[0]]), "utf-8")
    with pytest.raises(ArchiveError, match=r"bad\.jsonl is no export: .*documents\.id"):
        imported(tmp_path / "bad.jsonl")


@pytest.mark.parametrize("size", [1, 2])
def test_the_document_at_fault_is_named_whatever_is_read_at_a_time(
    db: Database, tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "BATCH", size)
    lines = [json.loads(line) for line in written(db, "jsonl", tmp_path / "x.jsonl").read_text("utf-8").splitlines()]
    lines[2]["url"] = lines[2]["part"] = None
    (tmp_path / "bad.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    with pytest.raises(ArchiveError, match=r"bad\.jsonl, document 3: it has no url"):
        imported(tmp_path / "bad.jsonl")


def test_parquet_of_another_shape_is_refused(db: Database, tmp_path: Path) -> None:
    table = pq.read_table(written(db, "parquet", tmp_path / "x.parquet"))
    for name, change in (
        ("planet", table.append_column("planet", pa.array([1, 2, 3]))),
        ("url", table.drop_columns(["url"])),
        ("damage", table.drop_columns(["damage"]).append_column("damage", pa.array(["a", "b", "c"]))),
        ("part", table.drop_columns(["part"]).append_column("part", pa.array([True, False, True]))),
    ):
        pq.write_table(change, tmp_path / f"{name}.parquet")
        with pytest.raises(ArchiveError, match=name):
            imported(tmp_path / f"{name}.parquet", f"{name}.db")


def test_a_file_that_its_manifest_does_not_know(db: Database, tmp_path: Path) -> None:
    path = written(db, "jsonl", tmp_path / "x.jsonl")
    path.write_bytes(path.read_bytes().replace(b"complete", b"partial "))
    with pytest.raises(ArchiveError, match="it has another digest"):
        imported(path)


@pytest.mark.parametrize(
    ("name", "content"), [("x.jsonl", b"{"), ("x.jsonl", b"\xff\n"), ("x.jsonl", b"[]"), ("x.parquet", b"PAR1")]
)
def test_what_cannot_be_read_is_one_sentence(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ArchiveError, match=name):
        imported(tmp_path / name)


def test_a_column_of_later_may_be_missing(db: Database, tmp_path: Path) -> None:
    lines = written(db, "jsonl", tmp_path / "x.jsonl").read_text("utf-8").splitlines()
    old = [{name: value for name, value in json.loads(line).items() if name != "reading"} for line in lines]
    (tmp_path / "old.jsonl").write_text("\n".join(map(json.dumps, old)), "utf-8")
    assert [tuple(row) for row in select(imported(tmp_path / "old.jsonl"), "SELECT * FROM documents")] == [NAMES] * 3


def test_the_verb(db: Database, tmp_path: Path) -> None:
    path = written(db, "jsonl", tmp_path / "x.jsonl")
    result = CliRunner().invoke(main, ["--archive", str(tmp_path / "sub" / "new.db"), "import", str(path)])
    assert result.exit_code == 0 and "3 documents imported" in result.output
