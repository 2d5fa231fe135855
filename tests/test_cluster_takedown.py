"""A takedown between the plan of a cluster and its collection: what it masked stays masked, the rest is collected."""

import gzip
from pathlib import Path

import pytest
from archive_files import clean, response
from cluster_cases import FORGET, cli, ok
from leaks import leaks
from test_takedown import ADDRESS, OTHER, TITLE, Place, made, page, place, quoting

from archive.cluster import plan as planning
from archive.cluster.collect import collect
from archive.cluster.shard import restore_shard
from archive.ingest import ingest
from archive.progress import Progress
from archive.rebuild import Options
from archive.store import open_archive

QUOTES, ELSE = "http://third.example.org/zj/1.html", "http://fourth.example.org/zj/2.html"
KNOWLEDGE = "SELECT id, json, in_force FROM knowledge ORDER BY id"
SOURCES = "SELECT id, source_text FROM pages ORDER BY id"
__all__ = ["made", "place"]  # fixtures


def restored(place: Place, *, learn: bool = False) -> Path:
    """A plan whose shards are restored."""
    folder = place.folder / "plan"
    plan, problems = planning.make(place.db, place.archive, place.warc_dir, folder, 2, Options(learn=learn), Progress())
    assert problems == []
    for one in planning.places(folder, plan):
        restore_shard(one, place.warc_dir, 120)
        one.mark.parent.mkdir(parents=True, exist_ok=True)
        one.mark.touch()
    return folder


@pytest.mark.parametrize("learn", [False, True])
def test_what_a_takedown_masked_stays_masked(place: Place, learn: bool) -> None:
    gone = place.ids(ADDRESS) + place.ids(f"{OTHER}/a/77.html")
    removed, kept = place.texts(gone), place.texts(gone, outside=True)
    folder = restored(place, learn=learn)
    place.take_down(name=ADDRESS, copies=True)
    before = [place.db.conn.execute(sql).fetchall() for sql in (KNOWLEDGE, SOURCES)]
    said = ok(cli(place.archive, place.warc_dir, "cluster", "collect", folder))
    assert "a takedown since the plan changed what they were restored from. Plan again: " in said
    assert [place.db.conn.execute(sql).fetchall() for sql in (KNOWLEDGE, SOURCES)] == before
    assert leaks(place.data, removed, kept) == {} and place.texts([], outside=True) == kept
    assert place.problems() == []


@pytest.fixture
def third(tmp_path: Path) -> Place:
    """Three hosts, of which nothing is learned: a document, a page that quotes it, and one that does not."""
    pages = (
        response(ADDRESS, page(TITLE, clean("a01")[1]), number=2),
        response(QUOTES, page(*clean("a02"), quoting(clean("a01")[1])), number=3),
        response(ELSE, page(*clean("a03")), number=4),
    )
    (tmp_path / "three.warc.gz").write_bytes(b"".join(map(gzip.compress, pages)))
    db = open_archive(tmp_path / "data" / "archive.db")
    ingest(db, tmp_path / "data" / "warc", (str(tmp_path / "three.warc.gz"),), Progress())
    db.close()
    return Place(tmp_path)


def test_what_a_takedown_did_not_touch_is_collected(third: Place) -> None:
    removed, kept = third.texts(third.ids(ADDRESS)), third.texts(third.ids(ADDRESS), outside=True)
    folder = restored(third)
    third.take_down(name=ADDRESS)
    (source,) = third.db.conn.execute("SELECT source_text FROM pages WHERE url = ?", (QUOTES,)).fetchone()
    third.db.conn.executescript(FORGET)
    done = collect(third.db, folder, Progress())
    assert (done.masked, done.newer, done.rebuilt.added.new) == (2, 0, 1)
    assert third.ids(ELSE) and not third.ids(QUOTES) and "█" in source
    (third.folder / "three.warc.gz").unlink()
    assert leaks(third.data, removed, kept) == {}
    third.db.close()


@pytest.mark.parametrize("learn", [False, True])
def test_a_takedown_before_the_plan_is_no_reason(third: Place, learn: bool) -> None:
    third.take_down(name=ADDRESS)
    texts = third.texts([], outside=True)
    folder = restored(third, learn=learn)
    third.db.conn.executescript(FORGET)
    done = collect(third.db, folder, Progress())
    assert (done.masked, done.newer, done.rebuilt.added.new) == (0, 0, 2)
    assert third.texts([], outside=True) == texts and third.problems() == []
    third.db.close()
