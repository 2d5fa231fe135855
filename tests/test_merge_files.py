"""WARC files of archives that are merged: those of one name are told apart, and nobody loses any."""

import gzip
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from archive_files import clean
from click.testing import CliRunner
from merging import URLS, archive, contents, take_down

from archive import verify
from archive.__main__ import main
from archive.checking.repair import repair
from archive.merge import merge
from archive.progress import Progress
from archive.store import open_archive
from archive.warcs import sealing


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("merge")


@pytest.fixture
def alike(folder: Path, tmp_path: Path) -> tuple[Path, Path]:
    """Two archives whose WARC files have one name, as those of workers that start in the same second."""
    found = []
    for number, rounds in enumerate((((1, ((0, 0), (1, 2))),), ((1, ((2, 3), (3, 4))),))):
        place = tmp_path / f"worker-{number}"
        shutil.copytree(archive(folder, rounds).parent, place)
        with closing(sqlite3.connect(place / "archive.db")) as conn:
            (name,) = conn.execute("SELECT DISTINCT warc_file FROM fetches").fetchone()
            conn.execute("UPDATE fetches SET warc_file = 'crawl-1.warc.gz'")
            conn.commit()
        (place / "warc" / name).rename(place / "crawl-1.warc.gz")
        shutil.rmtree(place / "warc")
        (place / "warc").mkdir()
        (place / "crawl-1.warc.gz").rename(place / "warc" / "crawl-1.warc.gz")
        sealing.seal(place / "warc", "crawl-1.warc.gz")
        found.append(place / "archive.db")
    return found[0], found[1]


def flaws(target: Path) -> list[str]:
    db = open_archive(target)
    with closing(db.conn):
        return [*verify.verify(db, target.parent / "warc")]


def test_files_of_one_name_are_told_apart_where_one_is_not_there(alike: tuple[Path, Path], tmp_path: Path) -> None:
    a, b = alike
    elsewhere = (a.parent / "warc").rename(tmp_path / "elsewhere")
    target = tmp_path / "all" / "all.db"
    merge(target, [b], target.parent / "warc")  # the archive's own folder has a file of that name now
    for paths in ([a], [b], [a, b], []):
        (problem,) = merge(target, paths, target.parent / "warc").problems
        assert problem.startswith("captures stand in crawl-1-") and "--captures-of ARCHIVE FOLDER" in problem
        with closing(sqlite3.connect(target)) as conn:
            assert conn.execute("SELECT count(*), count(DISTINCT warc_file) FROM fetches").fetchone() == (4, 2)
    other = tmp_path / "other" / "all.db"
    assert len(merge(other, [b, a], other.parent / "warc").problems) == 1 and contents(other) == contents(target)
    words = ["--archive", str(target), "merge", str(a), "--captures-of"]
    done = CliRunner().invoke(main, [*words, str(a), str(elsewhere)])
    assert done.exit_code == 0 and not done.stderr, done.stderr
    assert flaws(target) == []
    for path, place, said in ((b, elsewhere, "no such archive is merged"), (a, a, f"no folder at {a}")):
        assert said in CliRunner().invoke(main, [*words, str(path), str(place)]).stderr
    assert flaws(target) == []


def test_files_of_one_name_come_one_after_the_other(alike: tuple[Path, Path], tmp_path: Path) -> None:
    """The archive's own file has a new name then, and keeps the old one: nobody knows who else reads it."""
    a, b = alike
    target, other = tmp_path / "all" / "all.db", tmp_path / "other" / "all.db"
    for paths in ([a], [b], [a], []):
        assert not merge(target, paths, target.parent / "warc", warcs="copy").problems
    merge(other, [b, a], other.parent / "warc", warcs="copy")
    assert contents(target) == contents(other)
    for one, files in ((target, 3), (other, 2)):
        assert flaws(one) == [] and len([*one.parent.glob("warc/*.warc.gz")]) == files
        assert len((one.parent / "warc" / "manifest-sha256.txt").read_text().splitlines()) == files
    assert len({path.stat().st_ino for path in target.parent.glob("warc/*.warc.gz")}) == 2
    assert all((one.parent / "warc" / "crawl-1.warc.gz").is_file() for one in alike)


def test_its_own_files_are_found_by_new_names_where_none_of_the_others_come(
    alike: tuple[Path, Path], tmp_path: Path
) -> None:
    a, b = alike
    target = tmp_path / "all" / "all.db"
    merge(target, [a], target.parent / "warc")
    merge(target, [b], target.parent / "warc", warcs="none")
    (lacking,) = flaws(target)
    assert lacking.endswith("2 captures stand in it"), lacking
    merge(target, [b], target.parent / "warc")
    assert flaws(target) == []


def test_what_another_took_down_leaves_the_archives_own_files_though_none_come(
    alike: tuple[Path, Path], tmp_path: Path
) -> None:
    a, line = alike[0], clean("a01")[1].split("\n")[3].encode()
    shutil.copytree(a.parent, tmp_path / "copy")
    take_down(a)
    target = tmp_path / "copy" / "archive.db"
    merge(target, [a], target.parent / "warc", warcs="none")
    (path,) = target.parent.glob("warc/*.warc.gz")
    assert line not in gzip.decompress(path.read_bytes()) and flaws(target) == []


@pytest.mark.parametrize("before", [0, 1], ids=["named anew meanwhile", "under two names before"])
def test_what_another_took_down_stands_under_no_name(alike: tuple[Path, Path], tmp_path: Path, before: int) -> None:
    a, b = alike
    target, line = tmp_path / "all" / "all.db", clean("a01")[1].split("\n")[3].encode()
    for path in (a, b)[: 1 + before]:
        merge(target, [path], target.parent / "warc", warcs="copy")
    take_down(a)
    merge(target, [a, b], target.parent / "warc", warcs="copy")
    paths = [*target.parent.glob("warc/*.warc.gz")]
    assert len(paths) > 2 and not any(line in gzip.decompress(path.read_bytes()) for path in paths)
    assert flaws(target) == []


def test_what_an_archive_in_the_same_folder_took_down_does_not_come_back(
    alike: tuple[Path, Path], tmp_path: Path
) -> None:
    own, other = alike[0], tmp_path / "copy" / "archive.db"
    shutil.copytree(own.parent, other.parent)
    target, lines = own.with_name("all.db"), [clean(name)[1].split("\n")[3].encode() for name in ("a01", "a03")]
    merge(target, [own], own.parent / "warc")
    take_down(own, URLS[1])
    take_down(other, URLS[0])
    merge(target, [other], own.parent / "warc")
    (path,) = own.parent.glob("warc/*.warc.gz")
    assert not [line for line in lines if line in gzip.decompress(path.read_bytes())]
    assert not [flaw for flaw in flaws(target) if flaw.startswith("WARC")]


def test_an_archive_in_the_same_folder_keeps_its_captures(alike: tuple[Path, Path]) -> None:
    """`all.db` stands beside `archive.db`, and both have their captures in `warc/`; the last merge names another."""
    own, other = alike
    target, before = own.with_name("all.db"), own.read_bytes()
    assert flaws(own) == []
    merge(target, [own], own.parent / "warc")
    merge(target, [other], own.parent / "warc")
    assert flaws(own) == flaws(target) == [] and own.read_bytes() == before


def test_a_lost_row_is_made_again_from_a_record_that_stands_under_two_names(
    alike: tuple[Path, Path], tmp_path: Path
) -> None:
    target = tmp_path / "all" / "all.db"
    for path in alike:
        merge(target, [path], target.parent / "warc")
    before, db = contents(target)["fetches"], open_archive(target)
    with closing(db.conn):
        db.conn.execute("PRAGMA foreign_keys = OFF")
        db.conn.execute("DELETE FROM fetches WHERE warc_offset = 0")
        said = [*repair(db, target.parent / "warc", Progress())]
    assert sum("its row was gone, and was made again from its record" in line for line in said) == 2
    assert flaws(target) == [] and len(contents(target)["fetches"]) == len(before)
    assert all("'crawl-1-" in row for row in contents(target)["fetches"]), "by the name that other rows have"


def test_what_is_taken_down_stands_under_no_second_name(alike: tuple[Path, Path], tmp_path: Path) -> None:
    a, b = alike
    target = tmp_path / "all" / "all.db"
    for path in (a, b):
        merge(target, [path], target.parent / "warc", warcs="copy")
    line = clean("a01")[1].split("\n")[3].encode()
    paths = [*(target.parent / "warc").glob("*.warc.gz")]
    assert sum(line in gzip.decompress(path.read_bytes()) for path in paths) == 2
    take_down(target)
    assert not any(line in gzip.decompress(path.read_bytes()) for path in paths)
    assert flaws(target) == []


def test_files_of_one_name_are_told_apart_where_none_is_there(alike: tuple[Path, Path], tmp_path: Path) -> None:
    for path in alike:
        shutil.rmtree(path.parent / "warc")
    assert len(merge(tmp_path / "all.db", alike, tmp_path / "warc").problems) == 2
    with closing(sqlite3.connect(tmp_path / "all.db")) as conn:
        assert conn.execute("SELECT count(*), count(DISTINCT warc_file) FROM fetches").fetchone() == (4, 2)
