"""What is stored together is indexed together: one piece of the index, which holds just what the documents hold."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from archive_cases import outcome
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from archive import store
from archive.searching import fulltext
from pipelines.document import Knowledge, article_id

RELEASES = sorted((Path(__file__).parent / "fixtures" / "schemas").glob("*.sql"))
KEYS = range(4)  # articles that steps are about
STEP = st.tuples(st.sampled_from(["add", "add", "remove", "fail"]), st.sampled_from(KEYS), st.integers(0, 3))


@contextmanager
def opened(folder: Path) -> Iterator[Database]:
    """An archive with a capture."""
    with closing(store.open_archive(folder / "archive.db")) as db:
        crawl = store.begin_crawl(db, "a.test", "{}")
        store.add_fetch(
            db, store.Fetch(crawl, "http://a.test/", 200, "2026-01-01T00:00:00Z", "", "", "a.warc.gz", 1, 1)
        )
        yield db


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    with opened(tmp_path) as db:
        yield db


def add(db: Database, key: int, words: int) -> None:
    """An article, with documents that other words change."""
    url = f"http://a.test/{key}.html"
    texts = [f"第{n}份总结：今年种树{words}亩，修渠{n}里。" for n in range(1 + words % 2)]
    store.add(db, outcome(*texts, url=url))


def segments(db: Database) -> int:
    (count,) = db.conn.execute("SELECT count(*) FROM documents_fts_data WHERE id > 10").fetchone()
    return int(count)


def test_documents_of_one_transaction_are_one_piece_of_the_index(db: Database) -> None:
    before = segments(db)
    with store.gathered(db):
        for key in range(10):
            add(db, key, 0)
        assert segments(db) == before  # nothing yet
    fulltext.check(db.conn)
    together = segments(db) - before
    for key in range(10, 12):
        add(db, key, 0)
    assert segments(db) - before - together == 2 * together


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(STEP, max_size=8), max_size=4))
def test_the_index_holds_what_the_documents_hold_whatever_is_gathered(groups: list[list[tuple[str, int, int]]]) -> None:
    with TemporaryDirectory() as folder, opened(Path(folder)) as db:
        for steps in groups:
            before = db.conn.execute("SELECT id, text FROM documents ORDER BY id").fetchall()
            try:
                with store.gathered(db):
                    for what, key, words in steps:
                        step(db, what, key, words)
            except ValueError:
                assert db.conn.execute("SELECT id, text FROM documents ORDER BY id").fetchall() == before
            fulltext.check(db.conn)


def step(db: Database, what: str, key: int, words: int) -> None:
    if what == "fail":
        raise ValueError("broken off")
    if what == "add":
        add(db, key, words)
    else:
        with store.transaction(db):
            db.conn.execute("DELETE FROM documents WHERE article_id = ?", (article_id(f"http://a.test/{key}.html"),))


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.stem)
def test_documents_wait_in_an_archive_of_before_too(release: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "archive.db")) as conn:
        fulltext.register(conn)
        conn.executescript(release.read_text())
    with opened(tmp_path) as db:
        store.save_knowledge(db, Knowledge())  # a fixture has no rows
        before = segments(db)
        with store.gathered(db):
            add(db, 0, 0)
            add(db, 1, 1)
            assert segments(db) == before
        assert segments(db) > before
        fulltext.check(db.conn)
        add(db, 0, 1)
        fulltext.check(db.conn)
