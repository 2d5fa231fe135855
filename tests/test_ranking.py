"""The order of answers: title hits, then by weight or, where the word is frequent, by quality and date."""

from random import Random

import pytest
from archive_cases import outcome
from sqlite_utils import Database

from archive.condition import EVERYTHING, Filters
from archive.search import search
from archive.searching import ranking
from archive.searching.query import parse
from archive.store import add, open_archive

SIZE = 100
QUERY = "泵站"


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Database:
    """A hundred documents: 水渠 in all, 泵站 in sixty, 凉亭 in four, each in some titles."""
    db = open_archive(tmp_path_factory.mktemp("ranking") / "archive.db")
    db.conn.execute("PRAGMA foreign_keys = OFF")
    rng = Random(1)
    for n in range(SIZE):
        text = (
            "修水渠。" * rng.randint(1, 5)
            + ("建泵站" * rng.randint(1, 9) if n % 5 < 3 else "")
            + "甲" * rng.randint(0, 99)
        )
        text += "凉亭" * (n % 4 + 1) if n in (11, 22, 33, 44) else ""
        title = "泵站" if n in (3, 17, 50) else "凉亭" if n == 33 else "水渠" if n % 2 else "别的"
        dates = {
            "signed_on": rng.choice((None, "2018", "2019-05", "2020-01-02")),
            "quality": rng.choice((0.5, 0.75, 1.0)),
        }
        more = {"genre": rng.choice(("总结", "计划")), "title": title, "title_hans": title, **dates}
        add(db, outcome(text, url=f"http://a.test/{n}", **more))
    return db


def places(db: Database, query: str, **how: object) -> list[int]:
    found = search(db, query, SIZE, **how)  # type: ignore[arg-type]
    ids = dict(db.conn.execute("SELECT id, rowid FROM documents"))
    assert len(found.hits) == found.total
    return [ids[hit.document["id"]] for hit in found.hits]


def by_quality(db: Database, condition: str) -> list[int]:
    order = "ORDER BY quality DESC, signed_on DESC, rowid"
    return [n for (n,) in db.conn.execute(f"SELECT rowid FROM documents WHERE {condition} {order}")]


def test_a_frequent_words_answers_stand_by_title_then_quality_then_date(db: Database) -> None:
    found = search(db, QUERY)
    assert found.frequent and not found.ranked
    titles, others = "title = '泵站'", "title <> '泵站' AND text LIKE '%泵站%'"
    assert places(db, QUERY) == by_quality(db, titles) + by_quality(db, others)


def test_a_rare_words_answers_stand_by_title_then_weight(db: Database) -> None:
    found = search(db, "凉亭")
    assert not found.frequent and found.ranked
    often = {n + 1: n % 4 + 1 for n in (11, 22, 44)}
    assert places(db, "凉亭") == [34, *sorted(often, key=lambda n: -often[n])]


def test_rank_is_the_order_of_bm25(db: Database) -> None:
    sql = f"SELECT rowid FROM documents_fts WHERE documents_fts MATCH ? ORDER BY {ranking.BM25}, rowid"
    wanted = [n for (n,) in db.conn.execute(sql, (parse(QUERY).match,))]
    assert places(db, QUERY, rank=True) == wanted
    assert search(db, QUERY, rank=True).frequent and search(db, QUERY, rank=True).ranked


@pytest.mark.parametrize("query", ["水渠 -泵站", "泵站 OR 凉亭", "水渠 泵站", "没有 OR 水渠"])
@pytest.mark.parametrize("filters", [Filters(), Filters(genre=("计划",), min_quality=0.6)])
def test_whoever_is_asked_first_the_order_is_the_same(
    db: Database, query: str, filters: Filters, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = filters.condition()
    for limit in (1, 7, SIZE):
        asked = ranking.by_quality(db.conn, parse(query), where, limit)
        with monkeypatch.context() as patch:
            patch.setattr(ranking, "ASKED", 0)
            assert asked == ranking.by_quality(db.conn, parse(query), where, limit)
    assert asked == places(db, query, where=where) and len(asked) == ranking.count(db.conn, parse(query), where)


def test_a_few_answers_are_weighed_as_sqlite_does(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    query = parse("凉亭")
    found = ranking.answers(db.conn, query, SIZE)
    monkeypatch.setattr(ranking, "WEIGHED", 0)
    weighed = ranking.by_weight(db.conn, query, found, SIZE)
    monkeypatch.setattr(ranking, "WEIGHED", SIZE)
    assert weighed == ranking.by_weight(db.conn, query, found, SIZE)


def test_a_frequent_word_beside_a_rare_one_says_nothing(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranking, "WEIGHED", 0)
    assert places(db, "水渠 凉亭") == places(db, "凉亭")


def test_pages_follow_one_another(db: Database) -> None:
    for query in (QUERY, "凉亭"):
        whole = [hit.document["id"] for hit in search(db, query, SIZE).hits]
        pages = [hit.document["id"] for skip in range(0, SIZE, 3) for hit in search(db, query, 3, skip=skip).hits]
        assert pages == whole


def test_counting_stops_where_nobody_reads_on(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive.search.COUNTED", 20)
    found = search(db, QUERY)
    assert found.at_least and found.total == 20
    some = search(db, QUERY, where=Filters(genre=("计划",)).condition())
    assert not some.at_least and some.total == ranking.count(
        db.conn, parse(QUERY), Filters(genre=("计划",)).condition()
    )
    assert ranking.fulfilling(db.conn, [1, 2], EVERYTHING) == [1, 2]


def test_a_document_that_a_crawl_takes_away_meanwhile_is_no_error(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranking, "by_quality", lambda *_: [1, 10_000, 2])
    assert len(search(db, QUERY).hits) == 2
