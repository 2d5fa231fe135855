"""Search: two characters, either script, whole Latin words, phrases, and queries that are no queries."""

from dataclasses import replace

import pytest
from archive_cases import outcome
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from archive import condition
from archive.errors import ArchiveError
from archive.search import CLOSE, OPEN, count, marked, parse, reindex, search, snippet
from archive.store import Fetch, add, add_fetch, begin_crawl, open_archive
from pipelines.script import to_hans

HANS = "各位领导：本年度科普工作扎实推进，GDP增长8%，现将有关情况总结如下。"
HANT = "各位領導：本年度環保工作穩步開展，現將情況總結如下，懇請指正。"
LATIN = "The annual report of the Beijing office was written in December."


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Database:
    db = open_archive(tmp_path_factory.mktemp("search") / "archive.db")
    crawl = begin_crawl(db, "test", "{}")
    for number, text in enumerate((HANS, HANT, LATIN), 1):
        url = f"http://a.test/{number}"
        add_fetch(db, Fetch(crawl, url, 200, "2026-01-01T00:00:00Z", "", "", "a", number, 1))
        title = "環保局年度報告" if text == HANT else f"标题{number}"
        hans = {"title_hans": to_hans(title), "text_hans": to_hans(text)}
        add(db, outcome(text, url=url, fetch_id=number, title=title, **hans))
    return db


def texts(db: Database, query: str) -> list[object]:
    return [hit.document["text"] for hit in search(db, query).hits]


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("科普", [HANS]),
        ("总结", [HANS, HANT]),
        ("總結", [HANS, HANT]),
        ("环保", [HANT]),
        ("環保", [HANT]),
        ("各位領導 科普", [HANS]),
        ("环保局", [HANT]),  # in the title only
        ("推进GDP", [HANS]),  # a phrase crosses punctuation
        ("gdp", [HANS]),
        ("ＧＤＰ增长", [HANS]),
        ("report", [LATIN]),
        ("repo", []),
        ('"annual report"', [LATIN]),
        ('"report annual"', []),
        ("report annual", [LATIN]),
        ("GDP OR 環保", [HANS, HANT]),
        ("总结 -科普", [HANT]),
        ("gdp8", []),
        ("长8", [HANS]),
        ("普科", []),
        ("导本", [HANS, HANT]),  # across a colon
    ],
)
def test_what_a_query_finds(db: Database, query: str, wanted: list[str]) -> None:
    assert sorted(map(str, texts(db, query))) == sorted(wanted)
    assert count(db, query) == len(wanted)


@pytest.mark.parametrize(
    "query", ["a NEAR b", "title:x", "^科", "x'", "*科*", "{a}:b", "-x 科", "科 (普)", "rank", "a\0b"]
)
def test_no_word_is_an_error(db: Database, query: str) -> None:
    assert search(db, query).total == count(db, query)


@pytest.mark.parametrize("query", ["", "  ", '"', "()", "AND", "-科", "科 OR", "。", "\0"])
def test_what_is_no_query_is_one_line(db: Database, query: str) -> None:
    with pytest.raises(ArchiveError):
        search(db, query)


def test_hits_are_marked_in_the_published_script(db: Database) -> None:
    (hit,) = search(db, "环保 总结").hits
    assert hit.title == f"{OPEN}環保{CLOSE}局年度報告"
    assert f"{OPEN}環保{CLOSE}" in hit.snippet and hit.document["text"] == HANT


def test_the_limit_is_kept_and_the_title_weighs_most(db: Database) -> None:
    assert len(search(db, "总结", limit=1).hits) == 1
    assert search(db, "年度").hits[0].document["text"] == HANT


@given(st.text(alphabet=st.sampled_from("总结环a1 。，\n\u3000ＡＢ"), max_size=60))
def test_marks_leave_the_published_text_as_it_is(text: str) -> None:
    made = marked(text, parse("总结 OR a OR 环a1"))
    assert made.replace(OPEN, "").replace(CLOSE, "") == text
    assert made.count(OPEN) == made.count(CLOSE)


def test_a_snippet_is_one_line_around_the_first_hit() -> None:
    text = "甲" * 100 + "\n" + f"{OPEN}科普{CLOSE}" + "\n" + "乙" * 100
    made = snippet(text, around=5)
    assert made == f"…甲甲甲甲 {OPEN}科普{CLOSE} 乙乙乙…"
    assert snippet("没有") == "没有"


def test_the_index_can_be_made_anew(db: Database) -> None:
    reindex(db.conn)
    db.conn.execute("INSERT INTO documents_fts(documents_fts, rank) VALUES ('integrity-check', 1)")
    assert texts(db, "科普") == [HANS]


@pytest.mark.parametrize(
    ("where", "least", "wanted"),
    [
        ("script = 'hans'", None, 3),
        ("title LIKE '%年度%'", None, 1),  # columns that the index has too are those of documents
        ("url LIKE '%/1' OR url LIKE '%/2'", 1.0, 2),
        ("url LIKE '%/1' OR url LIKE '%/2'", None, 2),
        ("title = 'x'", 0.0, 0),
    ],
)
def test_filters_leave_hits_out(db: Database, where: str, least: float | None, wanted: int) -> None:
    chosen = condition.Filters(where, min_quality=least).condition()
    found = [hit for query in ("总结", "annual") for hit in search(db, query, where=chosen).hits]
    assert len(found) == sum(count(db, query, chosen) for query in ("总结", "annual")) == wanted


def test_no_hit_is_worse_than_asked_for(db: Database) -> None:
    assert search(db, "总结", where=condition.Filters(min_quality=1.0).condition()).hits
    db.conn.execute("UPDATE documents SET quality = 0.5 WHERE title LIKE '%年度%'")
    assert [
        hit.document["quality"] for hit in search(db, "总结", where=condition.Filters(min_quality=0.6).condition()).hits
    ] == [1.0]
    db.conn.execute("UPDATE documents SET quality = 1.0")


@pytest.mark.parametrize(
    ("filters", "wanted"),
    [
        (condition.Filters(organisation=("教育",)), 1),
        (condition.Filters(organisation=("教育局",)), 1),
        (condition.Filters(organisation=("教育局", "科协")), 2),
        (condition.Filters(organisation=("育局教",)), 0),
        (condition.Filters(damage=("pinyin",)), 2),
        (condition.Filters(damage=("ticks",)), 1),
        (condition.Filters(damage=("ticks", "pinyin")), 3),
        (condition.Filters(damage=("missing_tail",)), 0),
        (condition.Filters(family="FIRST"), 2),
        (condition.Filters(family="SECOND"), 2),
        (condition.Filters(family="THIRD"), 1),
        (condition.Filters(family="merged"), 2),
        (condition.Filters(family="nothing"), 0),
        (condition.Filters(genre=("总结",), site=("a.test",)), 3),
    ],
)
def test_filters_of_who_wrote_it_and_in_what_state_it_is(filters: condition.Filters, wanted: int) -> None:
    db = open_archive(":memory:")
    db.conn.execute("PRAGMA foreign_keys = OFF")
    for n, (unit, damage) in enumerate(
        (("某縣教育局", ("pinyin",)), ("某县科协", ("ticks",)), (None, ("pinyin", "spaces")))
    ):
        add(db, outcome(HANS, url=f"http://a.test/{n}", organisation=unit, damage=damage))
    ids = dict(
        zip(("FIRST", "SECOND", "THIRD"), (n for (n,) in db.conn.execute("SELECT id FROM documents")), strict=True)
    )
    db.conn.execute(
        "UPDATE documents SET family_id = ? WHERE id IN (?, ?)", (ids["FIRST"], ids["FIRST"], ids["SECOND"])
    )
    db.conn.execute("INSERT INTO families(id, merged_into) VALUES ('merged', ?)", (ids["FIRST"],))
    chosen = replace(filters, family=ids.get(filters.family, filters.family)) if filters.family else filters
    assert search(db, "总结", where=chosen.condition()).total == wanted == count(db, "总结", chosen.condition())
    assert len(search(db, "总结", where=chosen.condition()).hits) == wanted


def test_a_filter_that_cannot_be_is_one_line() -> None:
    for filters in (condition.Filters(damage=("nonsense",)), condition.Filters(organisation=("。",))):
        with pytest.raises(ArchiveError, match="--"):
            filters.condition()
