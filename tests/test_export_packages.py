"""Exports that describe themselves, each read by the tool of its format: datasets, frictionless, wacz, warcio."""

import contextlib
import io
import json
import os
import zipfile
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from archive_files import html, warc
from conftest import APART
from export_cases import archive, in_rows, quiet
from sqlite_utils import Database
from surt import surt as iipc_surt
from warcio.archiveiterator import ArchiveIterator

from archive import ingest
from archive.condition import Filters
from archive.errors import ArchiveError
from archive.export import export
from archive.exports import packages, parquet
from archive.exports.corpus import NAMES, Corpus
from archive.exports.tables import cell
from archive.exports.wacz import INDEX, PAGES, WARC, _captures, surt
from archive.progress import Progress
from archive.rows import Row, select
from archive.store import open_archive
from archive.warc import check

os.environ |= {"HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1"}


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Database:
    return archive(tmp_path_factory.mktemp("archive"))


@pytest.fixture(scope="module")
def captured(tmp_path_factory: pytest.TempPathFactory) -> tuple[Database, Path]:
    """An archive with its captures: of a WARC file, and of a file without an address."""
    folder = tmp_path_factory.mktemp("captured")
    (folder / "in").mkdir()
    warc(folder / "in" / "crawl.warc.gz", "members")
    (folder / "in" / "page.html").write_bytes(html("a01"))
    db = open_archive(folder / "archive.db", create=True)
    ingest.ingest(db, folder / "warc", (str(folder / "in"),), Progress())
    assert db["documents"].count >= 3
    return db, folder / "warc"


def run(db: Database, form: str, target: Path, warc_dir: Path = Path(), **options: object) -> int:
    return export(db, warc_dir, form, target, *quiet(**options))


def stored(db: Database) -> list[Row]:
    return [*select(db, f"SELECT {', '.join(NAMES)} FROM documents ORDER BY id")]


def test_a_hugging_face_folder_loads(db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    datasets = pytest.importorskip("datasets", reason=APART)
    monkeypatch.setattr(packages, "SHARD", 2)
    monkeypatch.setattr(parquet, "ROW_GROUP", 1)
    run(db, "huggingface", tmp_path / "x")
    assert sorted(path.name for path in (tmp_path / "x" / "data").iterdir()) == [
        "train-00000-of-00002.parquet",
        "train-00001-of-00002.parquet",
    ]
    datasets.disable_progress_bars()
    found = datasets.load_dataset(str(tmp_path / "x"), cache_dir=str(tmp_path / "cache"), split="train")
    assert in_rows(parquet.columns(found.data.table)) == stored(db)


def test_the_dataset_card(db: Database, tmp_path: Path) -> None:
    run(db, "huggingface", tmp_path / "x", mask_pii=True, filters=Filters(complete=True))
    _, header, body = (tmp_path / "x" / "README.md").read_text("utf-8").split("---\n", 2)
    card = yaml.safe_load(header)
    assert card["language"] == ["zh"] and card["license"] == "other" and card["size_categories"] == ["n<1K"]
    assert card["configs"][0]["data_files"][0]["path"] == "data/train-*.parquet"
    told = json.loads((tmp_path / "x" / "manifest.json").read_text("utf-8"))
    for words in (told["digest"], '"mobile": 1', '"complete": true', *told["coverage"]["beware"], *told["rights"]):
        assert words in body
    assert all(f"| `{name}` |" in body for name in NAMES)


@pytest.mark.parametrize(
    ("documents", "size"), [(0, "n<1K"), (999, "n<1K"), (1000, "1K<n<10K"), (200_000, "100K<n<1M")]
)
def test_sizes_as_the_hub_names_them(documents: int, size: str) -> None:
    assert packages._size(documents) == size


def test_an_export_of_nothing_is_whole(db: Database, tmp_path: Path) -> None:
    nothing = Filters(where="id = 'none'")
    for form in ("huggingface", "frictionless", "wacz", "tei", "text"):
        assert run(db, form, tmp_path / form, filters=nothing) == 0
    assert len([*(tmp_path / "huggingface" / "data").iterdir()]) == 1


def test_a_data_package_is_valid(db: Database, tmp_path: Path) -> None:
    frictionless = import_module("frictionless")
    run(db, "frictionless", tmp_path / "x")
    report = frictionless.validate(str(tmp_path / "x" / "datapackage.json"))
    assert report.valid, report.flatten(["rowNumber", "fieldName", "type", "message"])
    rows = frictionless.Package(str(tmp_path / "x" / "datapackage.json")).get_resource("documents").read_rows()
    assert [cell(row["text"]) for row in rows] == [row["text"] for row in stored(db)]
    assert rows[0]["damage"] == ["numbers_lost", "pinyin"] and rows[0]["part"] == 1
    package = json.loads((tmp_path / "x" / "datapackage.json").read_text("utf-8"))
    fields = {one["name"]: one for one in package["resources"][0]["schema"]["fields"]}
    assert fields["part"]["constraints"] == {"required": True} and "constraints" not in fields["title_year"]
    assert all(one["description"] for one in fields.values()) and tuple(fields) == NAMES
    with (tmp_path / "x" / "documents.csv").open("a") as table:
        table.write("broken\n")
    assert not frictionless.validate(str(tmp_path / "x" / "datapackage.json")).valid, "the check can fail"


def test_a_wacz_is_valid(captured: tuple[Database, Path], tmp_path: Path) -> None:
    validate = import_module("wacz.main").validate_wacz
    db, warc_dir = captured
    run(db, "wacz", tmp_path / "x.wacz", warc_dir)

    def valid(path: Path) -> bool:
        with contextlib.redirect_stdout(io.StringIO()):
            return bool(validate(SimpleNamespace(file=str(path), verify_auth=False, verifier_url=None)) == 0)

    assert valid(tmp_path / "x.wacz")
    with zipfile.ZipFile(tmp_path / "x.wacz") as whole, zipfile.ZipFile(tmp_path / "bad.wacz", "w") as bad:
        for name in whole.namelist():
            bad.writestr(name, whole.read(name) + (b" " if name == PAGES else b""))
    assert not valid(tmp_path / "bad.wacz"), "the check can fail"


def test_a_wacz_holds_the_pages_of_a_selection(captured: tuple[Database, Path], tmp_path: Path) -> None:
    db, warc_dir = captured
    run(db, "wacz", tmp_path / "x.wacz", warc_dir, filters=Filters(site=("w.test",)))
    with zipfile.ZipFile(tmp_path / "x.wacz") as archive:
        assert all(one.compress_type == 0 for one in archive.infolist() if one.filename == WARC)
        (tmp_path / "pages.warc.gz").write_bytes(archive.read(WARC))
        index = archive.read(INDEX).decode().splitlines()
        pages = [json.loads(line) for line in archive.read(PAGES).decode().splitlines()]
    assert check(tmp_path / "pages.warc.gz") == []
    assert {page["url"] for page in pages[1:]} == {"http://w.test/1.html", "http://w.test/2.html"}
    assert pages[0]["format"] == "json-pages-1.0" and index == sorted(index) and len(index) == 2
    for line in index:
        key, stamp, told = line.split(" ", 2)
        entry = json.loads(told)
        with (tmp_path / "pages.warc.gz").open("rb") as stream:
            stream.seek(int(entry["offset"]))
            record = next(iter(ArchiveIterator(io.BytesIO(stream.read(int(entry["length"]))))))
            assert record.rec_headers["WARC-Target-URI"] == entry["url"] and key == iipc_surt(entry["url"])
            assert "总结" in record.content_stream().read().decode() and entry["status"] == "200" and len(stamp) == 14


def test_records_are_copied_byte_for_byte(captured: tuple[Database, Path], tmp_path: Path) -> None:
    db, warc_dir = captured
    run(db, "wacz", tmp_path / "x.wacz", warc_dir)
    with zipfile.ZipFile(tmp_path / "x.wacz") as archive:
        copied = archive.read(WARC)
        package = json.loads(archive.read("datapackage.json"))
    for row in select(db, "SELECT * FROM fetches WHERE id IN (SELECT fetch_id FROM documents)"):
        whole = (warc_dir / str(row["warc_file"])).read_bytes()
        start = int(row["warc_offset"] or 0)
        assert whole[start : start + int(row["warc_length"] or 0)] in copied
    told = {one["path"]: one for one in package["resources"]}
    assert told[WARC]["hash"] == f"sha256:{sha256(copied).hexdigest()}" and told[WARC]["bytes"] == len(copied)


def test_the_same_pages_give_the_same_bytes(captured: tuple[Database, Path], tmp_path: Path) -> None:
    for name in ("one", "two"):
        run(captured[0], "wacz", tmp_path / name, captured[1])
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_revisit_comes_with_what_it_revisits(captured: tuple[Database, Path], tmp_path: Path) -> None:
    db, warc_dir = captured
    (first, second) = select(db, "SELECT * FROM fetches WHERE url LIKE 'http://w.test/_.html' ORDER BY url")
    db.conn.execute("BEGIN")
    try:
        db.conn.execute("UPDATE fetches SET revisit_of = ? WHERE id = ?", (second["id"], first["id"]))
        options, progress = quiet(filters=Filters(where=f"url = '{first['url']}'"))
        found = _captures(Corpus(db, warc_dir, options, progress))
    finally:
        db.conn.execute("ROLLBACK")
    assert {row["url"] for row in found} == {first["url"], second["url"]}


def test_a_wacz_cannot_be_masked(db: Database, tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="as they were captured"):
        run(db, "wacz", tmp_path / "x.wacz", mask_pii=True)
    assert not [*tmp_path.iterdir()]


def test_a_capture_that_is_gone_is_one_sentence(db: Database, tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match=r"a\.warc\.gz: no record"):
        run(db, "wacz", tmp_path / "x.wacz", tmp_path)


@pytest.mark.parametrize(
    "url",
    [
        "http://www.Example.test/a/1.html",
        "http://other.test:8080/b/2.html?id=3&x=%E4%B8%AD#top",
        "https://a.test/?b=2&a=1",
        "https://a.test:443/x",
        "http://a.test/中/x?Q=1",
        "http://a.test",
        "http://a.test//b///c",
        "http://www2.a.test/B",
        "http://a.test/%e4%b8%ad",
        "urn:sha256:abcd",
    ],
)
def test_keys_of_the_index_are_those_of_the_field(url: str) -> None:
    assert surt(url) == iipc_surt(url)
