"""The index of pairs: it never loses an answer, and tells exactly where it says so."""

import sqlite3
from collections.abc import Iterator
from random import Random

import pytest
from archive_cases import outcome
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from archive.condition import EVERYTHING
from archive.errors import ArchiveError
from archive.searching import fulltext, pairs, ranking
from archive.searching.query import parse
from archive.store import add, open_archive
from pipelines.script import to_hans

PIECES = ("科", "普", "總", "结", "局", "科普", "总结", "app", "8", "2019", "，", "\n", "Ａ", "〇")
SIZE = 120
PHRASE = st.lists(st.sampled_from(PIECES), min_size=1, max_size=4).map("".join)
WORDS = "SELECT rowid FROM documents_fts WHERE documents_fts MATCH ?"
PAIRS = "SELECT rowid FROM documents_fts_pairs WHERE documents_fts_pairs MATCH ?"


def text(rng: Random, most: int) -> str:
    return "".join(rng.choices(PIECES, k=rng.randint(1, most)))


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Documents of few characters, so that every pair stands in some and in others its characters apart."""
    db = open_archive(tmp_path_factory.mktemp("pairs") / "archive.db")
    db.conn.execute("PRAGMA foreign_keys = OFF")
    rng = Random(1)
    for n in range(SIZE):
        title, body = text(rng, 4), text(rng, 12)
        hans = {"title_hans": to_hans(title), "text_hans": to_hans(body).replace("科普", "资讯")}
        add(db, outcome(body, url=f"http://a.test/{n}", title=title, quality=rng.choice((0.5, 1.0)), **hans))
    yield db
    db.close()


def queries() -> st.SearchStrategy[str]:
    one = PHRASE.map(lambda phrase: f'"{phrase}"')
    joined = st.tuples(one, st.sampled_from((" AND ", " OR ", " NOT ")), one).map("".join)
    return st.one_of(
        one, joined, st.tuples(joined, st.sampled_from((" ", " OR ", " -")), one).map(lambda p: f"({p[0]}){p[1]}{p[2]}")
    )


def found(db: Database, sql: str, match: str) -> set[int]:
    return {n for (n,) in db.conn.execute(sql, (match,))}


@settings(deadline=None)
@given(queries(), st.sampled_from([1, 10, 400]))
def test_no_answer_is_lost_and_none_is_found_that_is_none(db: Database, text: str, looked_at: int) -> None:
    try:
        query = parse(text)
    except ArchiveError:
        return
    wanted = found(db, WORDS, query.match)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ranking, "LOOKED_AT", looked_at)
        assert ranking.answers(db.conn, query, -1) == sorted(wanted)
        assert ranking.answers(db.conn, query, 3) == sorted(wanted)[:3]
        assert ranking.count(db.conn, query) == len(wanted)


@settings(deadline=None)
@given(queries())
def test_what_is_necessary_is_held_by_every_answer_and_what_is_exact_by_no_other(db: Database, text: str) -> None:
    try:
        query = parse(text)
    except ArchiveError:
        return
    whole, titled = pairs.necessary(query), pairs.in_titles(query)
    for known, wanted in (
        (whole, found(db, WORDS, query.match)),
        (titled, found(db, WORDS, query.match) & found(db, WORDS, f"{{title title_hans}} : ({query.match})")),
    ):
        held = found(db, PAIRS, known.match) if known else set()
        assert known is None or held == wanted or (not known.exact and held > wanted)


@settings(deadline=None)
@given(queries(), st.sampled_from([1, 5, SIZE]))
def test_title_hits_stand_first_whichever_way_they_are_found(db: Database, text: str, limit: int) -> None:
    try:
        query = parse(text)
    except ArchiveError:
        return
    order = [n for (n,) in db.conn.execute(f"SELECT rowid FROM documents ORDER BY {ranking.BEST}")]
    wanted = found(db, WORDS, query.match)
    titled = wanted & found(db, WORDS, f"{{title title_hans}} : ({query.match})")
    best = sorted(wanted, key=lambda n: (n not in titled, order.index(n)))
    for few in (0, 1_000):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(ranking, "FEW", few)
            assert ranking.by_quality(db.conn, query, EVERYTHING, limit) == best[:limit]
    weighed = ranking.by_weight(db.conn, query, sorted(wanted), SIZE)
    assert {*weighed} == wanted and {*weighed[: len(titled)]} == titled


def test_what_a_pair_is() -> None:
    assert pairs.held("", "科普，app工作", "", "科普，app工作") == "工作 科普"
    assert pairs.held("總局8", "", "总局8", "") == "总局 t8 t局 t总 t总局", "folded: either script is the same"
    assert pairs.held(None, None, None, None) == ""


def test_the_order_of_the_text_is_not_in_it() -> None:
    assert pairs.held("", "甲乙丙", "", "甲乙丙") == pairs.held("", "乙丙。甲乙", "", "乙丙。甲乙").replace("丙甲 ", "")


@pytest.mark.parametrize("change", ["DELETE FROM documents WHERE rowid = 7", "UPDATE documents SET text = '气象'"])
def test_it_follows_the_documents_and_a_check_sees_where_it_does_not(db: Database, change: str) -> None:
    conn = sqlite3.connect(":memory:", isolation_level=None)
    fulltext.register(conn)
    db.conn.backup(conn)
    conn.execute("PRAGMA recursive_triggers = ON")
    conn.execute(change)
    fulltext.check(conn)
    for when in ("delete", "update"):
        conn.execute(f"DROP TRIGGER documents_fts_pairs_{when}")
    conn.execute(
        "DELETE FROM documents WHERE rowid = 9" if "text" not in change else "UPDATE documents SET text = '水文'"
    )
    with pytest.raises(ArchiveError, match="reindex"):
        fulltext.check(conn)
    fulltext.reindex(conn)
    fulltext.check(conn)
