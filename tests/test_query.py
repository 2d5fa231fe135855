"""The query language: what is read as what, what is refused in one line, and that SQLite takes all that comes out."""

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import ArchiveError
from archive.pages.interface import LANGUAGES, Words
from archive.searching.query import MOST, PHRASES, QueryError, parse


@pytest.mark.parametrize(
    ("query", "match"),
    [
        ("科普", '"科 普"'),
        ("科普 活动", '("科 普" AND "活 动")'),
        ("科普　活动", '("科 普" AND "活 动")'),
        ("科普 AND 活动", '("科 普" AND "活 动")'),
        ("科普 OR 科協", '("科 普" OR "科 协")'),
        ("a b OR c", '(("a" AND "b") OR "c")'),
        ("科普 -计划", '("科 普" NOT "计 划")'),
        ("科普 －计划", '("科 普" NOT "计 划")'),
        ("-计划 科普", '("科 普" NOT "计 划")'),
        ("科普 NOT (计划 OR 打算)", '("科 普" NOT ("计 划" OR "打 算"))'),
        ("科普 NOT 计划 NOT 打算", '("科 普" NOT ("计 划" OR "打 算"))'),
        ("（科普 OR 科协） 活动", '(("科 普" OR "科 协") AND "活 动")'),
        ("NOT NOT 科普", '"科 普"'),
        ("a (b OR NOT c)", '("a" NOT ("c" NOT "b"))'),
        ("a -(b -c)", '("a" NOT ("b" NOT "c"))'),
        ('"annual report"', '"annual report"'),
        ('"annual report', '"annual report"'),
        ("“四风” 问题", '("四 风" AND "问 题")'),
        ("「四風」", '"四 风"'),
        ("科普中国App", '"科 普 中 国 app"'),
        ("GDP8%", '"gdp 8"'),
        ("cafe\u0301s", '"cafes"'),
        # What looks like syntax and is a word.
        ("a or b", '("a" AND "or" AND "b")'),
        ("或 且 非", '("或" AND "且" AND "非")'),
        ("ORDER ANDROID NOTE", '("order" AND "android" AND "note")'),
        ('"OR"', '"or"'),
        ("工作总结（五）", '"工 作 总 结 五"'),
        ("2019-2020", '"2019 2020"'),
        ("反对“四风”问题", '"反 对 四 风 问 题"'),
        ("NEAR(a b)", '("near" AND ("a" AND "b"))'),
        ("title:x", '"title x"'),
        ("{title}:x", '"title x"'),
        ("^科 + 普*", '("科" AND "普")'),
        ("'; DROP TABLE documents; --", '("drop" AND "table" AND "documents")'),
    ],
)
def test_what_a_query_is_read_as(query: str, match: str) -> None:
    assert parse(query).match == match


WRONG = pytest.mark.parametrize(
    ("query", "told"),
    [
        ("", "no word to search for"),
        ("。 * ()", "no word to search for"),
        ("AND", "no word to search for"),
        ("科普 OR", "OR needs a word"),
        ("AND 科普", "AND needs a word"),
        ("a OR OR b", "OR needs a word"),
        ("a NOT", "NOT needs a word"),
        ("a ()", "no word stands between"),
        ("(a", "not closed"),
        ("a) b", "not opened"),
        ("-a", "what must be there"),
        ("a OR NOT b", "what must be there"),
        ("(" * 40 + "a" + ")" * 40, "stand in one another"),
        ("科" * (MOST + 2), "Shorten the query"),
        ("科 " * (PHRASES + 1), "Shorten the query"),
    ],
)


@WRONG
def test_what_cannot_be_told_is_refused_in_one_line(query: str, told: str) -> None:
    with pytest.raises(ArchiveError, match=told) as caught:
        parse(query)
    assert "\n" not in str(caught.value)


@WRONG
def test_the_interface_has_words_for_what_is_wrong(query: str, told: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(query)
    for language in LANGUAGES:
        said = Words(language)(f"search.error_{caught.value.code}", **caught.value.values)
        assert not said.startswith("search.") and "{" not in said


def test_only_wanted_phrases_are_highlighted() -> None:
    assert parse("a b -c -(d -e) OR a").phrases == ("a", "b", "e")


SYNTAX = [
    "科普",
    "總結",
    "a",
    "App",
    "7",
    "AND",
    "OR",
    "NOT",
    "(",
    ")",
    "-",
    '"',
    "“",
    "*",
    "^",
    ":",
    "+",
    "NEAR",
    "\0",
]
LINES = ("科 普 a 7", "总 结 app a", "a", "科 普", "总 结", "7", "app 科 普 总 结", "")


@given(
    st.lists(st.sampled_from(SYNTAX)).flatmap(lambda pieces: st.sampled_from(["", " "]).map(lambda s: s.join(pieces)))
)
def test_sqlite_takes_every_query_and_answers_as_it_was_read(text: str) -> None:
    try:
        query = parse(text)
    except ArchiveError:
        return
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE t USING fts5(x, y, tokenize='ascii')")
    rows = [(one, other) for one in LINES for other in LINES]
    db.executemany("INSERT INTO t VALUES (?, ?)", rows)
    found = {n for (n,) in db.execute("SELECT rowid FROM t WHERE t MATCH ?", (query.match,))}
    assert found == {
        n
        for n, row in enumerate(rows, 1)
        if query.holds(lambda phrase, row=row: any(f" {phrase} " in f" {column} " for column in row))
    }


@given(st.text())
def test_any_text_is_a_query_or_one_line(text: str) -> None:
    try:
        match = parse(text).match
    except ArchiveError as error:
        assert len(str(error).splitlines()) == 1
    else:
        sqlite3.connect(":memory:").executescript("CREATE VIRTUAL TABLE t USING fts5(x)").execute(
            "SELECT 1 FROM t WHERE t MATCH ?", (match,)
        )
