"""Parquet between machines: an archive goes into a folder and comes out the same; others read the folder as it is."""

import json
import random
import shutil
import sqlite3
import subprocess
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import duckdb
import polars
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from archive_cases import outcome
from click.testing import CliRunner
from merging import GONE, archive, contents
from sqlite_utils import Database

from archive import verify
from archive.__main__ import main
from archive.exports import exchange
from archive.schema import migrations
from archive.searching.fulltext import register
from archive.store import add, open_archive
from pipelines.document import article_id

ROUNDS = ((1, ((0, 0), (1, 1), (2, 2), (3, 4))), (2, ((0, 3), (1, GONE))))


def run(path: Path, *words: object) -> str:
    done = CliRunner().invoke(main, ["--archive", str(path), *map(str, words)])
    return done.output if not done.exit_code else f"exit {done.exit_code}: {done.output}"


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = archive(tmp_path_factory.mktemp("exchange"), ROUNDS)
    (row,) = sqlite3.connect(path).execute("SELECT count(*) FROM document_versions").fetchall()
    assert row[0], "an archive with something to lose"
    return path


@pytest.fixture(scope="module")
def folder(source: Path) -> Path:
    target = source.parent / "parquet"
    said = run(source, "export", "--format", "parquet", "--partition", "host,month", "--everything", "-o", target)
    assert "documents written" in said, said
    return target


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_an_archive_comes_back_whole_and_gives_the_same_bytes(source: Path, folder: Path, tmp_path: Path) -> None:
    new = tmp_path / "new.db"
    assert "imported" in run(new, "import", folder)
    expected, found = contents(source), contents(new)
    assert [table for table in expected if expected[table] != found[table]] == []
    (tmp_path / "warc").symlink_to(source.parent / "warc")
    db = open_archive(new)
    with closing(db.conn):
        assert [*verify.verify(db, tmp_path / "warc")] == []
    run(new, "export", "--format", "parquet", "--partition", "host,month", "--everything", "-o", tmp_path / "again")
    assert files(folder) == files(tmp_path / "again")


def test_duckdb_and_polars_read_it(source: Path, folder: Path) -> None:
    with closing(sqlite3.connect(source)) as conn:
        ids = conn.execute(
            "SELECT d.id, p.host, substr(archived_at, 1, 7) FROM documents d JOIN pages p ON p.id = d.article_id"
            " ORDER BY 1"
        ).fetchall()
        edits = conn.execute("SELECT count(*) FROM edits").fetchone()
    everything = f"{folder}/**/*.parquet"
    sql = f"SELECT id, host, month FROM read_parquet('{everything}', hive_partitioning = true) ORDER BY 1"
    assert duckdb.sql(sql).fetchall() == ids
    assert duckdb.sql(f"SELECT count(*) FROM read_parquet('{folder}/_archive/edits.pq')").fetchone() == edits
    lazy = polars.scan_parquet(everything, hive_partitioning=True).select("id", "host", "month").sort("id")
    assert lazy.collect().rows() == ids


def test_a_host_is_a_name_in_a_path_and_nothing_else(tmp_path: Path) -> None:
    hosts = ("..", "a/../../b", "例子.test", "a=b&c", "%2e%2e", ".hidden")
    db = open_archive(tmp_path / "a" / "archive.db")
    db.conn.execute("PRAGMA foreign_keys = OFF")
    for n, host in enumerate(hosts):
        url = f"http://h{n}.test/"
        add(db, outcome(f"正文{n}", url=url))
        db.conn.execute("UPDATE pages SET host = ? WHERE id = ?", (host, article_id(url)))
    db.conn.close()
    target = tmp_path / "out" / "parquet"
    target.parent.mkdir()
    said = run(
        tmp_path / "a" / "archive.db", "export", "--format", "parquet", "--partition", "host,month", "-o", target
    )
    assert "written" in said, said
    assert [*target.parent.iterdir()] == [target] and len([*target.iterdir()]) == len(hosts) + 1
    found = duckdb.sql(f"SELECT DISTINCT host FROM read_parquet('{target}/*/*/*.parquet', hive_partitioning = true)")
    assert sorted(found.fetchall()) == sorted((host,) for host in hosts)


@pytest.mark.parametrize(
    ("change", "said"),
    [("cut", "another digest"), ("add", "added"), ("remove", "missing"), ("manifest", "no manifest")],
)
def test_a_folder_that_was_changed_is_not_taken(folder: Path, tmp_path: Path, change: str, said: str) -> None:
    copy = tmp_path / "copy"
    subprocess.run(["cp", "-r", folder, copy], check=True)
    edits, new = copy / "_archive" / "edits.pq", tmp_path / "new.db"
    if change == "cut":
        edits.write_bytes(edits.read_bytes()[:-1])
    elif change == "add":
        (copy / "more.parquet").write_bytes(edits.read_bytes())
    else:
        (edits if change == "remove" else copy / "_manifest.json").unlink()
    told = run(new, "import", copy)
    assert told.startswith("exit 1: Error: ") and said in told and told.count("\n") == 1, told
    with closing(sqlite3.connect(new)) as conn:
        assert conn.execute("SELECT count(*) FROM fetches").fetchone() == (0,)


def restated(folder: Path, schema: str) -> None:
    """The manifest of a folder whose files were changed, as another release would have written it."""
    told = json.loads((folder / "_manifest.json").read_text())
    for file in told["files"]:
        file["sha256"] = sha256((folder / file["path"]).read_bytes()).hexdigest()
    (folder / "_manifest.json").write_text(json.dumps(told | {"schema": schema}))


@pytest.mark.parametrize(
    ("schema", "said"), [("m0001_first_release", "Export it again"), ("m9999_later", "Update"), ("", "no schema")]
)
def test_tables_of_which_the_rows_mean_something_else_are_not_taken(
    folder: Path, tmp_path: Path, schema: str, said: str
) -> None:
    """Their columns may fit all the same."""
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    restated(copy, schema)
    told = run(tmp_path / "new.db", "import", copy)
    assert told.startswith(f"exit 1: Error: {copy} was exported by another release") and told.count("\n") == 1, told
    assert said in told


def test_an_export_of_before_lacks_what_was_added_since(source: Path, folder: Path, tmp_path: Path) -> None:
    copy, new = tmp_path / "copy", tmp_path / "new.db"
    shutil.copytree(folder, copy)
    fetches = copy / "_archive" / "fetches.pq"
    pq.write_table(pq.read_table(fetches).drop_columns(["truncated"]), fetches)
    restated(copy, "m0016_pairs")
    assert "imported" in run(new, "import", copy)
    assert contents(new) == contents(source)


def test_no_migration_since_has_changed_what_rows_say() -> None:
    """One that does moves `SAME_SINCE` on. A row of each table goes through them; columns are only added, and empty."""
    db, kept = Database(memory=True), {}
    register(db.conn)
    names = [one.name for one in migrations.pending(db)]
    later = names[names.index(exchange.SAME_SINCE) + 1 :]
    assert later
    migrations.apply(db, stop_before=later[0])
    db.conn.execute("PRAGMA foreign_keys = OFF")
    for table in [*exchange.tables(db), "documents"]:
        columns = db.conn.execute(f"SELECT name, type FROM pragma_table_info('{table}')").fetchall()
        row = {name: 1 if kind in ("INTEGER", "REAL") else "{}" for name, kind in columns}
        db[table].insert(row, replace=True)
        kept[table] = list(db[table].rows)
    migrations.apply(db)
    for table, rows in kept.items():
        empty = {
            name: json.loads((default or "null").replace("'", '"'))
            for name, default in db.conn.execute(f"SELECT name, dflt_value FROM pragma_table_info('{table}')")
        }
        assert [*db[table].rows] == [empty | row for row in rows], table


def test_everything_is_all_or_nothing(source: Path, folder: Path, tmp_path: Path) -> None:
    for words in (("--where", "id > ''"), ("--mask-pii",)):
        told = run(
            source, "export", "--format", "parquet", "--partition", "host", "--everything", *words, "-o", tmp_path / "x"
        )
        assert told.startswith("exit 1: Error: --everything"), told
    assert "--everything" in run(source, "export", "--format", "jsonl", "--everything", "-o", tmp_path / "x")
    assert run(source, "import", folder).startswith("exit 1: Error: an export is imported into a new archive only")


def test_a_file_is_read_without_keeping_what_was_read(tmp_path: Path) -> None:
    """By its own setting, Arrow keeps each row group until the file is closed: half a GB of 100,000 documents."""
    table = pa.table({"bytes": [random.Random(n).randbytes(100_000) for n in range(80)]})  # nothing to compress
    pq.write_table(table, tmp_path / "large.parquet", row_group_size=2)
    before, held = pa.total_allocated_bytes(), []
    with exchange.opened(tmp_path / "large.parquet") as file:
        for _ in file.iter_batches(batch_size=2):
            held.append(pa.total_allocated_bytes() - before)
    assert len(held) == 40 and max(held[20:]) < 2_000_000
