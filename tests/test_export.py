"""Exports: what is chosen, what is written, that nothing is lost, and that the same archive gives the same bytes."""

import csv
import io
import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from export_cases import ONE, THREE, TWO, archive, in_rows, quiet
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import dataset
from pyarrow import parquet as pq
from sqlite_utils import Database

from archive.__main__ import main
from archive.condition import Filters
from archive.errors import ArchiveError
from archive.export import FORMATS, export
from archive.exports import parquet
from archive.exports.corpus import NAMES, Corpus, archive_digest, parts
from archive.exports.tables import FORMULA, cell
from archive.rows import Row, select


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("archive")


@pytest.fixture(scope="module")
def db(place: Path) -> Database:
    return archive(place)


def stored(db: Database) -> list[Row]:
    return [*select(db, f"SELECT {', '.join(NAMES)} FROM documents ORDER BY id")]


def run(db: Database, form: str, target: Path, **options: object) -> dict[str, Any]:
    """Export, and give the manifest."""
    export(db, target.parent, form, target, *quiet(**options))
    names = [target.with_name(f"{target.name}.manifest.json"), target / "manifest.json", target / "_manifest.json"]
    return dict(json.loads(next(path for path in names if path.exists()).read_text("utf-8")))


@pytest.mark.parametrize(
    ("filters", "wanted"),
    [
        ({}, [ONE, TWO, THREE]),
        ({"genre": ("计划",)}, [THREE]),
        ({"genre": ("计划", "总结")}, [ONE, TWO, THREE]),
        ({"complete": True}, [ONE, TWO]),
        ({"min_quality": 0.7}, [ONE, TWO]),
        ({"site": ("example.test",)}, [ONE, TWO]),
        ({"site": ("WWW.example.test", "other.test")}, [ONE, TWO, THREE]),
        ({"site": ("ample.test",)}, []),
        ({"site": ("%",)}, []),
        ({"canonical": True}, [ONE, TWO, THREE]),
        ({"where": "genre = '计划' OR genre = '总结'", "complete": True}, [ONE, TWO]),
        ({"era": "2019"}, [ONE, TWO]),  # signed 2019-12; the third points to 2019 or 2020
        ({"era": "2019..2020"}, [ONE, TWO, THREE]),
        ({"era": "2019-12..2020-05"}, [ONE, TWO]),  # the third may be of June
        ({"era": "2019-01..2020-06-30"}, [ONE, TWO, THREE]),
        ({"era": "2020.."}, []),
        ({"era": "..2019-12"}, [ONE, TWO]),
        ({"era": "..2019-12-30"}, []),  # the last day of December is not excluded
    ],
)
def test_filters(db: Database, filters: dict[str, Any], wanted: list[str]) -> None:
    options, progress = quiet(filters=Filters(**filters))
    corpus = Corpus(db, Path(), options, progress)
    assert sorted(str(row["text"]) for row in corpus) == sorted(wanted)
    assert corpus.documents == corpus.expected == len(wanted)


@pytest.mark.parametrize(
    "era", ["", "..", "2019-13", "2019-1-1", "2019...2020", "09..10", "2020..2019", "2019 .. 2020"]
)
def test_eras_that_are_none(era: str) -> None:
    with pytest.raises(ArchiveError, match="--era"):
        Filters(era=era).condition()


def test_jsonl_holds_every_column(db: Database, tmp_path: Path) -> None:
    told = run(db, "jsonl", tmp_path / "x.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "x.jsonl").read_text("utf-8").splitlines()]
    assert [tuple(row) for row in rows] == [NAMES] * 3
    assert [row["text"] for row in rows] == [row["text"] for row in stored(db)]
    (file,) = told["files"]
    assert file["sha256"] == sha256((tmp_path / "x.jsonl").read_bytes()).hexdigest()
    assert told["documents"] == 3 and told["characters"] == len(ONE + TWO + THREE)


def test_the_digest_is_what_the_manifest_says_it_is(db: Database, tmp_path: Path) -> None:
    told = run(db, "jsonl", tmp_path / "x.jsonl")
    lines = [f"{row['id']} {row['version']} {row['content_digest']}\n" for row in stored(db)]
    assert told["digest"] == told["archive"]["digest"] == f"sha256:{sha256(''.join(lines).encode()).hexdigest()}"
    some = run(db, "jsonl", tmp_path / "y.jsonl", filters=Filters(genre=("计划",)))
    assert some["digest"] != told["digest"] and some["archive"] == told["archive"]
    assert some["query"] == {"genre": ["计划"]} and some["sources"] == {"other.test": 1}
    assert some["digest"] in some["citation"] and some["coverage"]["holds"] and some["rights"]


def test_no_cell_is_a_formula(db: Database, tmp_path: Path) -> None:
    run(db, "csv", tmp_path / "x.csv")
    rows = [*csv.DictReader(io.StringIO((tmp_path / "x.csv").read_bytes().decode("utf-8-sig"), newline=""))]
    assert not [value for row in rows for value in row.values() if FORMULA.match(value) and value[0] != "'"]
    assert "'=HYPERLINK" in [row["title"][:11] for row in rows]
    assert [cell(row["text"]) for row in rows] == [row["text"] for row in stored(db)]
    run(db, "csv", tmp_path / "raw.csv", raw_cells=True)
    raw = [*csv.DictReader(io.StringIO((tmp_path / "raw.csv").read_bytes().decode("utf-8-sig"), newline=""))]
    assert [row["title"] for row in raw] == [row["title"] for row in stored(db)]


@given(st.text("'=+-@＝＠\t\r\nx", max_size=6))
def test_a_safe_cell_gives_back_what_it_held(text: str) -> None:
    written = f"'{text}" if FORMULA.match(text) else text
    assert cell(written) == text and not written.startswith(tuple("=+-@＝＠\t\r\n"))


def test_parquet_is_read_back_equal(db: Database, tmp_path: Path) -> None:
    run(db, "parquet", tmp_path / "x.parquet")
    table = pq.read_table(tmp_path / "x.parquet")
    assert in_rows(parquet.columns(table)) == stored(db)
    assert str(table.schema.field("damage").type).startswith("list<")
    assert table.schema.field("id").metadata and not table.schema.field("id").nullable


def test_parquet_of_nothing_has_its_columns(db: Database, tmp_path: Path) -> None:
    run(db, "parquet", tmp_path / "x.parquet", filters=Filters(where="id = 'none'"))
    table = pq.read_table(tmp_path / "x.parquet")
    assert table.num_rows == 0 and tuple(table.column_names) == NAMES


def test_row_groups_hold_all(db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "ROW_GROUP", 2)
    run(db, "parquet", tmp_path / "x.parquet")
    assert pq.ParquetFile(tmp_path / "x.parquet").num_row_groups == 2
    assert pq.read_table(tmp_path / "x.parquet").column("id").to_pylist() == [row["id"] for row in stored(db)]


def test_partitions_as_hive_names_them(db: Database, tmp_path: Path) -> None:
    told = run(db, "parquet", tmp_path / "x", partition=parts("host,year"))
    paths = [file["path"] for file in told["files"]]
    assert paths == [
        "host=other.test/year=__HIVE_DEFAULT_PARTITION__/part-0.parquet",
        "host=www.example.test/year=2019/part-0.parquet",
    ]
    found = dataset.dataset(tmp_path / "x", partitioning="hive").to_table()
    assert found.num_rows == 3 and set(found.column("host").to_pylist()) == {"other.test", "www.example.test"}
    assert told["digest"] == archive_digest(db), "the digest does not depend on the order of the parts"


def test_a_partition_has_known_keys(db: Database, tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="no key 'planet'"):
        parts("host,planet")
    with pytest.raises(ArchiveError, match="divides Parquet"):
        run(db, "jsonl", tmp_path / "x", partition=("host",))


def test_a_folder_that_no_export_made_is_left_alone(db: Database, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(ArchiveError, match="no export made it"):
        run(db, "parquet", tmp_path / "mine", partition=("host",))
    assert [path.name for path in tmp_path.rglob("*")] == ["mine", "thesis.txt"]
    run(db, "parquet", tmp_path / "new", partition=("host",))
    (tmp_path / "new" / "host=stale.test").mkdir()
    run(db, "parquet", tmp_path / "new", partition=("host",))
    assert not (tmp_path / "new" / "host=stale.test").exists(), "an export is replaced as a whole"


@pytest.mark.parametrize("form", sorted(set(FORMATS) - {"wacz"}))  # of that one, see its own tests
@pytest.mark.parametrize("masked", [False, True])
def test_the_same_archive_gives_the_same_bytes(db: Database, tmp_path: Path, form: str, masked: bool) -> None:
    contents = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        run(db, form, tmp_path / name / "x", mask_pii=masked)
        paths = sorted(path for path in (tmp_path / name).rglob("*") if path.is_file())
        contents.append([(path.relative_to(tmp_path / name), path.read_bytes()) for path in paths])
    assert contents[0] == contents[1] and len(contents[0]) > 1


def test_a_masked_export_says_what_was_masked(db: Database, tmp_path: Path) -> None:
    told = run(db, "jsonl", tmp_path / "x.jsonl", mask_pii=True)
    assert told["masked"] == {"documents": 1, "mobile": 1}
    assert "13800138000" not in (tmp_path / "x.jsonl").read_text("utf-8")
    assert told["digest"] != told["archive"]["digest"] == archive_digest(db)
    plain = run(db, "jsonl", tmp_path / "y.jsonl")
    assert "masked" not in plain and plain["archive"] == told["archive"]
    parted = run(db, "parquet", tmp_path / "x", mask_pii=True, partition=("month",))
    assert parted["digest"] == told["digest"]


def test_the_verb(db: Database, place: Path, tmp_path: Path) -> None:
    def said(*arguments: str) -> str:
        return CliRunner().invoke(main, ["--archive", str(place / "archive.db"), "export", *arguments]).output

    target = tmp_path / "x"
    assert "1 documents written" in said(
        "--format", "csv", "--genre", "计划", "--site", "other.test", "-o", str(target)
    )
    assert "no key" in said("--format", "parquet", "--partition", "planet", "-o", str(target))
    assert "'小说' is not one of" in said("--format", "csv", "--genre", "小说", "-o", str(target))
    assert "--era" in said("--format", "csv", "--era", "soon", "-o", str(target))
    assert said("--format", "jsonl", "--complete", "-o", "-").count("\n") == 2
