"""A takedown beside others that work on the archive: what they store while it is decided on, and while it is done."""

import gzip
from contextlib import closing

import pytest
from archive_files import clean, response
from leaks import leaks
from test_takedown import ADDRESS, HOST, OTHER, Place, made, page, place

from archive import takedown
from archive.ingest import ingest
from archive.progress import Progress
from archive.removing.takedown_plan import Wanted, plan
from archive.store import open_archive

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
