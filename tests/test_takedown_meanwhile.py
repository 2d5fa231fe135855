"""A takedown beside others that work on the archive: what they store while it is decided on, and while it is done."""

import gzip
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from archive_files import clean, response
from leaks import leaks
from loopback import PATIENCE
from sqlite_utils import Database
from test_takedown import ADDRESS, HOST, OTHER, TITLE, Place, made, page, place, quoting

from archive import backup, families, rebuild, takedown
from archive import ingest as ingesting
from archive.checking import repair
from archive.ingest import ingest
from archive.lock import alone_removing
from archive.pool import Job
from archive.progress import Progress
from archive.removing import captures
from archive.removing.takedown_plan import Wanted, plan
from archive.store import open_archive
from pipelines.document import Knowledge, Outcome

ROOT = Path(__file__).parent.parent
LATE = f"{HOST}/zj/late.html"
OF_HOST, OF_ADDRESS = Wanted(host="gone.example.com"), Wanted(LATE)
__all__ = ["made", "place"]  # fixtures


def stored(place: Place, url: str, name: str) -> None:
    """One more page, as another process stores it."""
    file = place.folder / f"{name}.warc.gz"
    file.write_bytes(gzip.compress(response(url, page(*clean(name)), number=50)))
    with closing(open_archive(place.archive)) as other:
        ingest(other, place.warc_dir, (str(file),), Progress())
    file.unlink()


@pytest.mark.parametrize("asked", [OF_HOST, OF_ADDRESS])
def test_what_is_stored_while_somebody_decides_goes_too(place: Place, asked: Wanted) -> None:
    shown = plan(place.db, asked)
    stored(place, LATE, "a08")
    gone = [*(str(row["id"]) for row in shown.documents), *place.ids(LATE)]
    removed, kept = place.texts(gone), place.texts(gone, outside=True)
    takedown.begin(place.db, asked, shown)
    assert place.complete().documents == len(gone) == len(shown.documents) + 1
    assert place.texts([], outside=True) == kept and leaks(place.data, removed, kept) == {}
    assert place.problems() == []


def test_a_copy_that_is_stored_while_somebody_decides_goes_with_the_document(place: Place) -> None:
    (id,), third = place.ids(ADDRESS), "http://a-third.test/1.html"
    asked = Wanted(id[:8], copies=True)
    shown = plan(place.db, asked)
    stored(place, third, "a01")
    takedown.begin(place.db, asked, shown)
    place.complete()
    assert not [url for url in (ADDRESS, f"{OTHER}/a/77.html", third) if place.ids(url)]
    assert place.db.conn.execute("SELECT document_id FROM takedowns").fetchone() == (id,)
    assert place.problems() == []


@pytest.fixture(params=[OF_HOST, OF_ADDRESS], ids=["host", "address"])
def left(place: Place, request: pytest.FixtureRequest) -> Wanted:
    """A takedown, and a page under its tombstone that none names: releases before this one left them."""
    asked: Wanted = request.param
    takedown.begin(place.db, asked, plan(place.db, asked))
    place.complete()
    refused = place.db.conn.execute("SELECT * FROM tombstones").fetchall()
    place.db.conn.execute("DELETE FROM tombstones")
    stored(place, LATE, "a08")
    place.db.conn.executemany("INSERT INTO tombstones VALUES (?, ?, ?, ?)", refused)
    return asked


@pytest.mark.parametrize("by_id", [False, True])
def test_what_stands_under_a_tombstone_is_named_and_can_be_taken_down(place: Place, left: Wanted, by_id: bool) -> None:
    (id,) = place.ids(LATE)
    assert place.problems() == [f"document {id}: takedown 1 removed it, and it is there. Take it down again"]
    asked = Wanted(id) if by_id else left
    takedown.begin(place.db, asked, plan(place.db, asked))
    assert place.complete().documents == 1 and place.problems() == []


def test_what_stands_under_the_tombstone_of_a_takedown_that_goes_on_goes(place: Place, left: Wanted) -> None:
    place.db.conn.execute("UPDATE takedowns SET stage = 'begun'")
    assert place.complete().documents == 1 and place.problems() == []


def test_what_stands_beside_a_copy_stays(place: Place) -> None:
    stored(place, LATE, "a05")
    parts = place.ids(f"{OTHER}/a/88.html")
    place.take_down(name=LATE, copies=True)
    assert place.ids(f"{OTHER}/a/88.html") == parts[1:] and place.problems() == []


def test_one_part_of_a_page_goes_after_another(place: Place) -> None:
    parts = place.ids(f"{OTHER}/a/88.html")
    for id in parts:
        removed, kept = place.texts([id]), place.texts([id], outside=True)
        assert place.take_down(name=id).documents == 1
        assert leaks(place.data, removed, kept) == {} and place.problems() == []
    assert not place.ids(f"{OTHER}/a/88.html")


def test_one_that_is_begun_while_another_is_carried_out_is_carried_out_after_it(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    second, mask = f"{OTHER}/a/88.html", takedown.beside.mask
    removed, kept = place.texts(place.ids(second)), place.texts([*place.ids(second), *place.ids(ADDRESS)], outside=True)

    def begins(*words: Any) -> tuple[list[str], list[str]]:
        monkeypatch.undo()
        with closing(open_archive(place.archive)) as other:
            takedown.begin(other, Wanted(second), plan(other, Wanted(second)))
        return mask(*words)

    monkeypatch.setattr(takedown.beside, "mask", begins)
    assert place.take_down(name=ADDRESS).takedowns == [1]
    assert [(row["id"], row["stage"]) for row in takedown.pending(place.db)] == [(2, "begun")]
    done = place.complete()
    assert (done.takedowns, done.documents) == ([2], 3)
    assert place.texts([], outside=True) == kept and leaks(place.data, removed, kept) == {}
    assert place.problems() == []


def test_two_are_carried_out_one_after_the_other(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    second, seal = f"{OTHER}/a/88.html", captures.sealing.seal
    gone = [*place.ids(second), *place.ids(ADDRESS)]
    removed, kept = place.texts(gone), place.texts(gone, outside=True)
    half, waits = threading.Event(), threading.Event()

    def sealed(*words: Any) -> None:  # the file is written anew, and has not taken its place
        monkeypatch.undo()
        half.set()
        assert waits.wait(PATIENCE)
        seal(*words)

    def first() -> takedown.Done:
        with closing(open_archive(place.archive)) as other:
            takedown.begin(other, Wanted(ADDRESS), plan(other, Wanted(ADDRESS)))
            return takedown.complete(other, place.archive, place.warc_dir)

    monkeypatch.setattr(captures.sealing, "seal", sealed)
    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(first)
        try:
            assert half.wait(PATIENCE)
            takedown.begin(place.db, Wanted(second), plan(place.db, Wanted(second)))
            after = takedown.complete(place.db, place.archive, place.warc_dir, waits=waits.set)
        finally:
            waits.set()
    assert (done.result().takedowns, after.takedowns) == ([1], [2])
    assert place.texts([], outside=True) == kept and leaks(place.data, removed, kept) == {}
    assert place.problems() == []


def test_who_waits_is_told_so_and_what_another_did_is_not_done_twice(place: Place) -> None:
    command = [sys.executable, "-m", "archive", "--archive", str(place.archive), "takedown", ADDRESS, "--yes"]
    with alone_removing(place.archive):
        waiting = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert waiting.stderr
        assert waiting.stderr.readline() == "Waiting for a takedown or an ingest that is at work here …\n"
        assert len(takedown.pending(place.db)) == 1 and place.ids(ADDRESS)
        place.db.conn.execute("UPDATE takedowns SET stage = 'done'")  # as the other does when it has done it too
    assert waiting.communicate(timeout=PATIENCE)[0].endswith("Takedown 1 is done: another process did it.\n")
    assert waiting.returncode == 0 and place.ids(ADDRESS)


def removes(place: Place) -> None:
    """Another process takes down the document with its copies."""
    asked = Wanted(ADDRESS, copies=True)
    with closing(open_archive(place.archive)) as other:
        takedown.begin(other, asked, plan(other, asked))
        takedown.complete(other, place.archive, place.warc_dir)


Rebuilds = Callable[[Database, Path], object]


@pytest.mark.parametrize(
    ("module", "restores"),
    [
        (rebuild, rebuild.rebuild),
        (rebuild, lambda db, warcs: rebuild.rebuild(db, warcs, options=rebuild.Options(learn=True))),
        (rebuild, rebuild.relearn),
        (repair, lambda db, warcs: [*repair.repair(db, warcs, Progress())]),
    ],
    ids=["rebuild", "rebuild --learn", "relearn", "repair"],
)
def test_what_is_being_restored_while_it_is_masked_stays_masked(
    place: Place, monkeypatch: pytest.MonkeyPatch, module: ModuleType, restores: Rebuilds
) -> None:
    gone = [*place.ids(ADDRESS), *place.ids(f"{OTHER}/a/77.html")]
    removed, kept = place.texts(gone), place.texts(gone, outside=True)
    unlearned = "UPDATE pages SET knowledge_id = (SELECT id FROM knowledge WHERE NOT in_force)"
    flawed = "UPDATE pages SET source_text = substr(source_text, 2) WHERE url = ?"
    if restores is rebuild.relearn:
        place.db.conn.execute(unlearned)
    if module is repair:
        place.db.conn.execute(flawed, (f"{HOST}/zj/20190104_4.html",))

    def restored(jobs: Iterable[Job]) -> Iterator[Outcome]:
        monkeypatch.undo()
        found = [*module.restored(jobs)]
        assert found
        removes(place)
        yield from found

    monkeypatch.setattr(module, "restored", restored)
    restores(place.db, place.warc_dir)
    assert leaks(place.data, removed, kept) == {} and place.texts([], outside=True) == kept
    assert not takedown.pending(place.db)
    restores(place.db, place.warc_dir)
    families.settle(place.db)
    assert place.problems() == []


def test_what_is_masked_while_it_is_learned_is_learned_again(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = [*place.ids(ADDRESS), *place.ids(f"{OTHER}/a/77.html")]
    removed, kept = place.texts(gone), place.texts(gone, outside=True)
    assert TITLE in rebuild.learned(place.db).to_json()

    def learned(db: Database) -> Knowledge:
        monkeypatch.undo()
        found = rebuild.learned(db)
        removes(place)
        return found

    monkeypatch.setattr(rebuild, "learned", learned)
    rebuild.relearn(place.db, place.warc_dir)
    families.settle(place.db)
    assert leaks(place.data, removed, kept) == {} and place.problems() == []


def test_it_waits_for_an_ingest_that_has_read_what_is_to_be_masked(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = [*place.ids(ADDRESS), *place.ids(f"{OTHER}/a/77.html")]
    removed, third = place.texts(gone), place.folder / "third.warc.gz"
    quotes = page(*clean("a08"), quoting(clean("a01")[1]))
    third.write_bytes(gzip.compress(response("http://third.test/1.html", quotes, number=60)))
    waits_or_did = threading.Event()

    def removes_it() -> None:
        try:
            with closing(open_archive(place.archive)) as other:
                asked = Wanted(ADDRESS, copies=True)
                takedown.begin(other, asked, plan(other, asked))
                takedown.complete(other, place.archive, place.warc_dir, waits=waits_or_did.set)
        finally:
            waits_or_did.set()

    with ThreadPoolExecutor(1) as pool:

        def restored(jobs: Iterable[Job]) -> Iterator[Outcome]:
            monkeypatch.undo()
            found = [*ingesting.restored(jobs)]
            done.append(pool.submit(removes_it))
            assert waits_or_did.wait(PATIENCE)
            yield from found

        done: list[Future[None]] = []
        monkeypatch.setattr(ingesting, "restored", restored)
        ingest(place.db, place.warc_dir, (str(third),), Progress())
        done[0].result(PATIENCE)
    third.unlink()
    assert place.ids("http://third.test/1.html") and not takedown.pending(place.db)
    assert leaks(place.data, removed, place.texts([], outside=True)) == {} and place.problems() == []


def test_a_copy_in_which_something_was_taken_down_can_be_made_anew(place: Place, tmp_path: Path) -> None:
    backup.backup(place.archive, place.warc_dir, tmp_path / "copy", Progress())
    with closing(open_archive(tmp_path / "copy" / "archive.db")) as copy:
        takedown.begin(copy, Wanted(ADDRESS), plan(copy, Wanted(ADDRESS)))
        takedown.complete(copy, tmp_path / "copy" / "archive.db", tmp_path / "copy" / "warc")
    place.take_down(name=ADDRESS)
    backup.backup(place.archive, place.warc_dir, tmp_path / "copy", Progress())
