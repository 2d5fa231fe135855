"""A copy of an archive that is written to: it ends, it is one moment, and each of its rows has its capture."""

import os
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from archive_cases import outcome
from click.testing import CliRunner

from archive import backup as copying
from archive import families, verify, warc
from archive.__main__ import main
from archive.backup import backup
from archive.errors import ArchiveError
from archive.progress import Progress
from archive.store import Fetch, add, add_fetch, begin_crawl, end_crawl, open_archive
from archive.warc import WarcWriter

DATE = "2026-01-01T00:00:00Z"
TEXT = "镇文化站第{}年的安排围绕三个村的露天书场展开，每逢集日由退休教师轮流讲古，讲的是本地修渠筑路的旧事，共讲{}场。"


def wrote(folder: Path, numbers: range, stop: threading.Event | None = None) -> int:
    """A crawl: capture, row, document, one after another; its file is closed at the end."""
    db = open_archive(folder / "archive.db")
    crawl_id = begin_crawl(db, "a.test", "{}")
    writer, done = WarcWriter(folder / "warc", f"crawl-{crawl_id}", {}), 0
    for number in numbers:
        if stop and stop.is_set():
            break
        url, body = f"http://a.test/{number}.html", os.urandom(3000)
        at = writer.resource(url, "text/html", body, date=DATE)
        fetch = Fetch(crawl_id, url, 200, DATE, at.payload_digest, at.body_digest, at.file, at.offset, at.length)
        add(db, outcome(TEXT.format(number, number * 7) * 5, url=url, fetch_id=add_fetch(db, fetch)))
        done += 1
    writer.close()
    end_crawl(db, crawl_id, "finished", "{}")
    db.close()
    return done


def rows(archive: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(archive)) as conn:
        return conn.execute(sql).fetchall()


def is_whole(copy: Path) -> int:
    """Each row has its capture, read from the copied files; how many there are."""
    known = rows(copy / "archive.db", "SELECT url, warc_file, warc_offset, payload_digest FROM fetches")
    for url, file, offset, digest in known:
        record = warc.read(copy / "warc", str(file), int(str(offset)))
        assert (record.url, record.payload_digest) == (url, digest)
    assert rows(copy / "archive.db", "PRAGMA integrity_check") == [("ok",)]
    assert not list(copy.glob("**/*.part"))
    return len(known)


def problems(folder: Path) -> list[str]:
    with closing(open_archive(folder / "archive.db")) as db:
        return list(verify.verify(db, folder / "warc"))


@pytest.fixture
def writing(tmp_path: Path) -> Iterator[Path]:
    """The folder of an archive that a crawl writes to all the time."""
    folder, stop = tmp_path / "here", threading.Event()
    wrote(folder, range(150))
    thread = threading.Thread(target=wrote, args=(folder, range(1000, 10**9), stop))
    thread.start()
    try:
        while not rows(folder / "archive.db", "SELECT 1 FROM fetches WHERE crawl_id = 2 LIMIT 1"):
            pass
        yield folder
    finally:
        stop.set()
        thread.join()


def test_a_copy_beside_a_writing_crawl_ends_and_is_whole(
    writing: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "PAGES", 3)  # many steps, with changes between them
    steps: list[int] = []

    class Counting(Progress):
        def step(self, count: int = 1) -> None:
            steps.append(count)
            seen = written()
            while len(steps) == 10 and written() == seen:  # who writes does not wait for the copy
                pass

    def written() -> int:
        return int(str(rows(writing / "archive.db", "SELECT count(*) FROM fetches")[0][0]))

    before = written()
    backup(writing / "archive.db", writing / "warc", tmp_path / "copy", Counting())
    copied = is_whole(tmp_path / "copy")
    assert len(steps) > 30 and min(steps) >= 0  # it never began anew
    assert written() > copied >= before >= 151
    assert list((tmp_path / "copy" / "warc").glob("*.open"))
    for _ in range(2):
        backup(writing / "archive.db", writing / "warc", tmp_path / "copy", Progress())
    assert is_whole(tmp_path / "copy") > copied


def test_the_other_order_would_lose_captures(writing: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Captures first, the database later: what the test above holds would not hold."""
    database, files = copying._database, copying._files
    last = iter([files(writing / "warc", tmp_path / "copy" / "warc", Progress())])
    ((seen,),) = rows(writing / "archive.db", "SELECT max(id) FROM fetches")
    while not rows(writing / "archive.db", f"SELECT 1 FROM fetches WHERE id > {seen} + 1"):  # the first may be in them
        pass
    monkeypatch.setattr(copying, "_files", lambda *_: next(last))
    monkeypatch.setattr(copying, "_database", database)
    with pytest.raises(ArchiveError, match="captures stand behind the end of"):
        backup(writing / "archive.db", writing / "warc", tmp_path / "copy", Progress())
    assert not (tmp_path / "copy" / "archive.db").exists()  # a copy that is not whole takes no other's place


def test_a_copy_is_an_archive_and_the_next_one_copies_what_is_new(tmp_path: Path) -> None:
    here, copy = tmp_path / "here", tmp_path / "copy"
    wrote(here, range(5))
    first = backup(here / "archive.db", here / "warc", copy, Progress())
    assert (first.copied, first.kept, first.extra) == (len(list((here / "warc").iterdir())), 0, ())
    open_archive(copy / "archive.db").close()
    (copy / "archive.db-wal").write_bytes(b"a log of the copy before")
    wrote(here, range(5, 9))
    second = backup(here / "archive.db", here / "warc", copy, Progress())
    assert second.kept >= 1 and second.copied >= 1 and is_whole(copy) == 9  # the first WARC file is not copied again
    assert second.bytes < sum(path.stat().st_size for path in (here / "warc").iterdir())
    assert not (copy / "archive.db-wal").exists()
    assert problems(copy) == problems(here)


def test_a_file_that_was_open_is_there_once_when_it_is_closed(tmp_path: Path) -> None:
    here, copy = tmp_path / "here", tmp_path / "copy"
    writer = WarcWriter(here / "warc", "crawl-1", {})
    writer.resource("http://a.test/", "text/html", b"x", date=DATE)
    open_archive(here / "archive.db").close()
    backup(here / "archive.db", here / "warc", copy, Progress())
    assert [path.suffix for path in (copy / "warc").iterdir()] == [".open"]
    writer.close()
    backup(here / "archive.db", here / "warc", copy, Progress())
    assert sorted(p.name for p in (copy / "warc").iterdir()) == sorted(p.name for p in (here / "warc").iterdir())


class Closing(Progress):
    """Closes a file of captures when so many of the files that are to be copied are."""

    def __init__(self, writer: WarcWriter, after: int) -> None:
        self.writer, self.after, self.label, self.done = writer, after, "", 0

    def start(self, label: str, total: int) -> None:
        self.label, self.done = label, -1
        self.step()

    def step(self, count: int = 1) -> None:
        self.done += count
        if self.label == "captures" and self.done == self.after:
            self.writer.close()


@pytest.mark.parametrize("after", [0, 2, 3])
@pytest.mark.parametrize("prune", [False, True])
def test_a_file_that_is_closed_meanwhile_is_open_in_the_copy(tmp_path: Path, after: int, prune: bool) -> None:
    here, copy = tmp_path / "here", tmp_path / "copy"
    wrote(here, range(3))
    writer = WarcWriter(here / "warc", "crawl-2", {})
    at = writer.resource("http://a.test/robots.txt", "text/plain", b"User-agent: *", date=DATE)
    with closing(open_archive(here / "archive.db")) as db:
        add_fetch(db, Fetch(1, "http://a.test/robots.txt", 200, DATE, at.payload_digest, at.body_digest, at.file,
                            at.offset, at.length))  # fmt: skip
    told = problems(here)
    report = backup(here / "archive.db", here / "warc", copy, Closing(writer, after), prune=prune)
    assert (here / "warc" / at.file).exists() and not (here / "warc" / f"{at.file}.open").exists()
    assert (copy / "warc" / f"{at.file}.open").is_file() and not (copy / "warc" / at.file).exists()
    assert problems(copy) == told == problems(here) and report.extra == ()
    shutil.copytree(copy, tmp_path / "restored")
    assert warc.finish_open(tmp_path / "restored" / "warc") == [at.file]
    backup(here / "archive.db", here / "warc", copy, Progress(), prune=prune)
    for place in (copy, tmp_path / "restored"):
        names = [{path.name: path.read_bytes() for path in (one / "warc").iterdir()} for one in (place, here)]
        assert names[0] == names[1] and problems(place) == told


def test_what_only_the_copy_has_is_named_and_removed_when_it_is_said(tmp_path: Path) -> None:
    here, copy = tmp_path / "here", tmp_path / "copy"
    wrote(here, range(2))
    backup(here / "archive.db", here / "warc", copy, Progress())
    (copy / "warc" / "old.warc.gz").write_bytes(b"")
    report = backup(here / "archive.db", here / "warc", copy, Progress())
    assert report.extra == ("old.warc.gz",) and (copy / "warc" / "old.warc.gz").exists()
    backup(here / "archive.db", here / "warc", copy, Progress(), prune=True)
    assert not (copy / "warc" / "old.warc.gz").exists() and is_whole(copy) == 2


def test_a_takedown_in_between_begins_it_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrote(tmp_path / "here", range(3))
    tries: list[int] = []
    monkeypatch.setattr(copying, "_takedowns", lambda _: min(len(tries), 1))
    files = copying._files

    def counted(*arguments: object) -> tuple[int, int, int]:
        tries.append(1)
        return files(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(copying, "_files", counted)
    backup(tmp_path / "here" / "archive.db", tmp_path / "here" / "warc", tmp_path / "copy", Progress())
    assert len(tries) == 2 and is_whole(tmp_path / "copy") == 3


def test_a_damaged_archive_does_not_take_the_place_of_a_sound_copy(tmp_path: Path) -> None:
    here, copy = tmp_path / "here", tmp_path / "copy"
    wrote(here, range(40))
    backup(here / "archive.db", here / "warc", copy, Progress())
    data = bytearray((here / "archive.db").read_bytes())
    data[len(data) // 2 : len(data) // 2 + 4096] = b"\x07" * 4096
    (here / "archive.db").write_bytes(data)
    with pytest.raises((ArchiveError, sqlite3.DatabaseError)):
        backup(here / "archive.db", here / "warc", copy, Progress())
    assert rows(copy / "archive.db", "SELECT count(*) FROM fetches") == [(40,)]
    assert rows(copy / "archive.db", "PRAGMA integrity_check") == [("ok",)]


@pytest.mark.parametrize("folder", [".", "warc", "warc/copy", "strange"])
def test_a_place_that_is_no_place_for_a_copy_is_refused(tmp_path: Path, folder: str) -> None:
    wrote(tmp_path, range(1))
    (tmp_path / "strange").mkdir()
    (tmp_path / "strange" / "thesis.doc").touch()
    with pytest.raises(ArchiveError, match=r"own place|holds something else"):
        backup(tmp_path / "archive.db", tmp_path / "warc", tmp_path / folder, Progress())


def test_the_command_says_what_it_copied_and_checks_it(tmp_path: Path) -> None:
    here, copy = tmp_path / "here", tmp_path / "copy"
    wrote(here, range(4))
    with closing(open_archive(here / "archive.db")) as db:
        families.settle(db)
    done = CliRunner().invoke(main, ["--archive", str(here / "archive.db"), "backup", str(copy), "--verify"])
    assert f"Copied to {copy / 'archive.db'}" in done.output and " files of captures" in done.output
    told = problems(here)
    assert done.exit_code == (1 if told else 0), done.output
    assert all(sentence.split(". ")[0] in done.output for sentence in told)
    damaged = next((copy / "warc").iterdir())
    shutil.rmtree(here)
    assert CliRunner().invoke(main, ["--archive", str(copy / "archive.db"), "stats"]).exit_code == 0
    missing = CliRunner().invoke(main, ["--archive", str(here / "archive.db"), "backup", str(copy)])
    assert missing.exit_code == 1 and "no archive at" in missing.output and damaged.exists()
