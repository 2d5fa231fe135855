"""One archive from many: a function of the set of archives, and the same as one archive of everything."""

import gzip
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from archive_files import clean
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from merging import GONE, URLS, Rounds, archive, contents, meaning, tables

from archive import merging, takedown, verify
from archive.merge import merge
from archive.merging import cleaning
from archive.merging import tables as rules
from archive.removing.takedown_plan import Wanted, plan
from archive.store import open_archive

DAYS = st.lists(
    st.tuples(
        st.integers(1, 4),
        st.lists(
            st.tuples(st.integers(0, len(URLS) - 1), st.integers(0, GONE)),
            min_size=1,
            max_size=4,
            unique_by=lambda c: c[0],
        ).map(tuple),
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda day: day[0],
)
MANY = settings(deadline=None, suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.generate))
ARCHIVES: st.SearchStrategy[Rounds] = DAYS.map(lambda days: tuple(sorted(days)))


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def merged(at: Path, *paths: Path) -> Path:
    target = Path(tempfile.mkdtemp(dir=at)) / "archive.db"
    assert not merge(target, paths, target.parent / "warc").problems
    return target


def differing(one: dict[str, list[str]], other: dict[str, list[str]]) -> dict[str, object]:
    return {
        name: (sorted({*one[name]} - {*other[name]}), sorted({*other[name]} - {*one[name]}))
        for name in one
        if one[name] != other[name]
    }


@settings(MANY, max_examples=8)
@given(ARCHIVES, ARCHIVES)
@example(((1, ((0, 0), (1, 2))),), ((2, ((0, 3), (3, 1))),))
@example(((1, ((0, 0),)), (3, ((0, 2),))), ((2, ((0, 3),)),))
@example(((1, ((0, 0),)),), ((2, ((0, GONE),)), (3, ((1, 1),))))
@example(
    ((1, ((2, 3),)), (3, ((0, 3), (1, 2), (3, 4), (2, 2))), (4, ((3, 3),))),
    ((1, ((3, 1), (1, 3), (0, 2), (2, 3))), (3, ((0, 1),)), (4, ((2, 1),))),
)
def test_neither_order_nor_repetition_changes_anything(folder: Path, first: Rounds, second: Rounds) -> None:
    a, b = archive(folder, first), archive(folder, second)
    both = merged(folder, a, b)
    expected = contents(both)
    for paths in ((b, a), (a, b, b), (both, b), (b, both), (both, a, b)):
        assert not differing(expected, contents(merged(folder, *paths)))
    merge(both, [b], both.parent / "warc")
    assert not differing(expected, contents(both))
    db = open_archive(both)
    with closing(db.conn):
        assert [*verify.verify(db, both.parent / "warc")] == []


@settings(MANY, max_examples=8)
@given(ARCHIVES)
def test_a_merge_of_one_archive_is_that_archive(folder: Path, rounds: Rounds) -> None:
    one = archive(folder, rounds)
    assert not differing(meaning(one), meaning(merged(folder, one)))


def taken_down(folder: Path, rounds: Rounds, name: str, *, copies: bool = False) -> Path:
    """A copy of an archive from which something was taken down."""
    source = archive(folder, rounds)
    place = Path(tempfile.mkdtemp(dir=folder))
    shutil.copytree(source.parent / "warc", place / "warc")
    shutil.copy(source, place / "archive.db")
    db = open_archive(place / "archive.db")
    with closing(db.conn):
        wanted = Wanted(name, copies=copies)
        takedown.begin(db, wanted, plan(db, wanted))
        takedown.complete(db, place / "archive.db", place / "warc")
    return place / "archive.db"


def test_what_one_took_down_stands_in_none_of_the_others(folder: Path) -> None:
    """The same page in the other archive, a page of the same site that has the same text, and their captures."""
    a = taken_down(folder, ((1, ((0, 0), (3, 4))),), URLS[0])
    b = archive(folder, ((2, ((0, 3), (1, 0), (2, 2))), (3, ((0, 0),))))
    before, (_, body) = {path: path.read_bytes() for path in (a, b)}, clean("a01")
    both = merged(folder, a, b)
    for paths in ((b, a), (a, b, b), (both, b), (both, a)):
        assert not differing(contents(both), contents(merged(folder, *paths)))
    db = open_archive(both)
    with closing(db.conn):
        said = dict(db.conn.execute("SELECT url, text FROM documents"))
        assert sorted(said) == [URLS[2], URLS[3]]
        assert [*verify.verify(db, both.parent / "warc")] == []
        assert db.conn.execute("SELECT count(*) FROM fetches WHERE taken_down IS NOT NULL").fetchone() == (4,)
    line = body.split("\n")[3].encode()
    assert line not in both.read_bytes()
    for path in (both.parent / "warc").glob("*.warc.gz"):
        assert line not in gzip.decompress(path.read_bytes())
    assert line in b.read_bytes() and {path: path.read_bytes() for path in (a, b)} == before


def test_takedowns_hold_in_whatever_steps_archives_come_together(folder: Path) -> None:
    """One took a text down; another has it under another address of the site, which a third has with another text."""
    a = taken_down(folder, ((1, ((0, 0), (3, 4))),), URLS[0])
    b, c = archive(folder, ((2, ((1, 0), (2, 2))),)), archive(folder, ((3, ((1, 3),)),))
    everything = merged(folder, a, b, c)
    versions = merged(folder, b, c)  # the text stands in an old version
    line = clean("a01")[1].split("\n")[3].encode()
    assert line in versions.read_bytes()
    for paths in ((c, b, a), (versions, a), (merged(folder, a, b), c), (everything, b, a), (everything, versions)):
        one = merged(folder, *paths)
        assert line not in one.read_bytes()
        db = open_archive(one)
        with closing(db.conn):
            assert {url for (url,) in db.conn.execute("SELECT url FROM documents")} == {URLS[2], URLS[3]}
            assert [*verify.verify(db, one.parent / "warc")] == []
        told = "takedowns", "tombstones", "documents", "fetches"
        assert all(contents(one)[table] == contents(everything)[table] for table in told)


class Held(str):
    """A long text that SQLite has given and that somebody keeps."""

    now, most = 0, 0

    def __init__(self, _: str) -> None:
        Held.now += 1
        Held.most = max(Held.most, Held.now)

    def __del__(self) -> None:
        Held.now -= 1


def test_texts_are_searched_one_at_a_time(folder: Path) -> None:
    source = archive(folder, tuple((day, tuple((n, (day + n) % GONE) for n in range(4))) for day in range(1, 4)))
    db = open_archive(source)
    with closing(db.conn):
        texts = "SELECT (SELECT count(*) FROM documents), (SELECT count(*) FROM document_versions)"
        assert min(db.conn.execute(texts).fetchone()) > 3
        db.conn.text_factory = lambda data: Held(text) if len(text := data.decode()) > 200 else text
        Held.most = 0
        assert cleaning.hits(db, {1}) == set()
    assert 0 < Held.most <= 2, "the one in hand, and the next"


def test_two_that_took_down_what_the_other_has_agree(folder: Path) -> None:
    a = taken_down(folder, ((1, ((0, 0), (1, 2), (2, 3))),), URLS[0])
    b = taken_down(folder, ((2, ((0, 0), (1, 2), (3, 4))),), URLS[1])
    both = merged(folder, a, b)
    assert not differing(contents(both), contents(merged(folder, b, a, both)))
    with closing(sqlite3.connect(both)) as conn:
        assert {url for (url,) in conn.execute("SELECT url FROM documents")} == {URLS[2], URLS[3]}


def test_every_table_has_a_rule(folder: Path) -> None:
    with closing(sqlite3.connect(archive(folder, ((1, ((0, 0),)),)))) as conn:
        shadows = {name for (name,) in conn.execute("SELECT name FROM pragma_table_list WHERE type = 'shadow'")}
        virtual = {name for (name,) in conn.execute("SELECT name FROM pragma_table_list WHERE type = 'virtual'")}
        there = {*tables(conn)} | virtual
    known = [*rules.NUMBERED, *rules.ARTICLES, *rules.HISTORY, *rules.UNITED, *rules.DERIVED, *rules.OWN_TABLES]
    assert not there & shadows and sorted(there) == sorted(known), merging.__doc__
