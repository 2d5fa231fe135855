"""The bench of search measures what it says: recall by a scan, queries by how many documents answer them."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from archive.searching import fulltext, ranking
from archive.searching.query import parse
from benchmarks import searches
from benchmarks.engines import ENGINES, LIKE, OWN, TRIGRAM, UNICODE, asked, built
from benchmarks.search_archive import generate

DOCUMENTS = 120


@pytest.fixture(scope="module")
def conn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    path = Path(tmp_path_factory.mktemp("bench"), "archive.db")
    generate(path, DOCUMENTS)
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        fulltext.register(conn)
        for engine in ENGINES:
            if engine.index:
                assert built(conn, engine).megabytes > 0
        yield conn


def test_recall_is_measured_against_a_scan(conn: sqlite3.Connection) -> None:
    words = [word for word, _ in zip(searches._drawn(conn, Random(1)), range(200), strict=False)]
    found = searches.recalled(conn, words, ENGINES)
    assert found[OWN.name] == 1.0
    assert found[UNICODE.name] < found[TRIGRAM.name] < 1.0


def test_a_run_of_digits_is_held_whole() -> None:
    assert searches._bordered("201年").search("第201年") and not searches._bordered("201").search("2019")
    assert searches._bordered("App").search("中国App版") and not searches._bordered("App").search("Apps")


def test_queries_are_of_the_kind_that_they_are_called(
    conn: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searches, "RARE", 20)
    monkeypatch.setattr(searches, "QUERIES", 8)
    kinds = searches.kinds(conn, Random(1), DOCUMENTS)
    counts = {kind: [ranking.count(conn, parse(one.text)) for one in queries] for kind, queries in kinds.items()}
    assert all(1 <= count <= DOCUMENTS / 20 for count in counts["rare words"])
    assert all(count > DOCUMENTS / 2 for count in counts["words that most have"])
    assert all(count >= 1 for count in counts["phrases of 8 to 14"])
    times = {engine.name: {k: searches.timed(conn, engine, q) for k, q in kinds.items()} for engine in (OWN, LIKE)}
    (row, *_) = searches._pages(DOCUMENTS, kinds, times).rows
    assert row[0] == "rare words (8)" and len(row) == 5


def test_the_ways_answer_the_same_query(conn: sqlite3.Connection) -> None:
    (word,) = [kind for kind in ("主要负责同志", "不存在的词") if TRIGRAM.found and TRIGRAM.found(conn, kind)]
    query = asked(word, "工作领导小组", operator="AND")
    assert LIKE.page(conn, query) and TRIGRAM.page(conn, query)
    assert OWN.found and TRIGRAM.found and OWN.found(conn, word) == TRIGRAM.found(conn, word)
