"""What others do while archives are merged: an archive that they make or write to is not lost to it."""

import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from merging import FIRST, SECOND, URLS, archive, contents, take_down, warc

from archive import verify
from archive.errors import ArchiveError
from archive.ingest import ingest
from archive.merge import merge
from archive.progress import Progress
from archive.store import begin_crawl, open_archive


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("merge")


@pytest.fixture
def a(folder: Path) -> Path:
    return archive(folder, FIRST)


@pytest.fixture
def b(folder: Path) -> Path:
    return archive(folder, SECOND)


class Meanwhile(Progress):
    """Does something when a merge begins a step."""

    def __init__(self, step: str, act: Callable[[], object]) -> None:
        super().__init__()
        self.at, self.act = step, act

    def start(self, label: str, total: int) -> None:
        if label == self.at:
            self.act()


def put_in(target: Path, path: Path) -> None:
    """An ingest."""
    db = open_archive(target)
    with closing(db.conn):
        ingest(db, target.parent / "warc", (str(path),), Progress())


@pytest.mark.parametrize("step", ["tables", "captures"])
def test_an_archive_that_is_made_meanwhile_is_not_replaced(a: Path, b: Path, tmp_path: Path, step: str) -> None:
    target, made = tmp_path / "new" / "all.db", warc(tmp_path / "day-3.warc.gz", 3, ((2, 3),))
    with pytest.raises(ArchiveError, match="was made meanwhile, and is left as it is"):
        merge(target, [a, b], target.parent / "warc", Meanwhile(step, lambda: put_in(target, made)))
    db = open_archive(target)
    with closing(db.conn):
        assert [url for (url,) in db.conn.execute("SELECT url FROM documents")] == [URLS[2]]
    merge(target, [a, b], target.parent / "warc")
    db = open_archive(target)
    with closing(db.conn):
        assert [*verify.verify(db, target.parent / "warc")] == [] and db["documents"].count == 4


def test_the_log_of_an_archive_that_was_thrown_away_is_not_read_into_the_new_one(
    a: Path, b: Path, tmp_path: Path
) -> None:
    expected, target = tmp_path / "expected.db", tmp_path / "all.db"
    merge(expected, [a, b], tmp_path / "warc")
    shutil.copytree(b.parent, tmp_path / "old")
    old = open_archive(tmp_path / "old" / "archive.db")
    with closing(old.conn):  # as after a kill: what it wrote last is in its log
        old.conn.execute("UPDATE pages SET host = 'old.test'")
        for end in ("-wal", "-shm"):
            shutil.copy(tmp_path / "old" / f"archive.db{end}", tmp_path / f"all.db{end}")
    merge(target, [a, b], tmp_path / "warc")
    assert contents(target) == contents(expected)


def test_one_that_fails_leaves_the_captures_as_they_were(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "here" / "archive.db"
    for place in ("here", "there"):
        shutil.copytree(archive(folder, SECOND).parent, tmp_path / place)
    take_down(tmp_path / "there" / "archive.db", URLS[3])
    before = {path: path.read_bytes() for path in (tmp_path / "here" / "warc").iterdir()}

    def write() -> None:
        db = open_archive(target)
        with closing(db.conn):
            begin_crawl(db, "ingest", "{}")

    with pytest.raises(ArchiveError, match="was written to meanwhile, and is left as it is"):
        merge(target, [tmp_path / "there" / "archive.db"], target.parent / "warc", Meanwhile("tables", write))
    assert {path: path.read_bytes() for path in (tmp_path / "here" / "warc").iterdir()} == before
