"""Tokens: what a word is, where it stands in the published text, and that SQLite cuts a segmented text the same way."""

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.searching.words import differing, segment, segmented, spans


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("科普中国App", "科 普 中 国 app"),
        ("環保", "环 保"),
        ("２０１５年ＧＤＰ", "2015 年 gdp"),
        ("COVID-19 H7N9", "covid 19 h 7 n 9"),
        ("GDP增长8.5%", "gdp 增 长 8 5"),
        ("二○一五年、二〇一五年", "二 〇 一 五 年 二 〇 一 五 年"),
        ("①加强第②Ⅲ期", "① 加 强 第 ② ⅲ 期"),
        ("café Ünïcode", "cafe unicode"),
        ("豈𠀀々", "岂 𠀀 々"),
        ("\U00031350\U0002ebf0\U000323b0", "\U00031350 \U0002ebf0 \U000323b0"),  # extensions H, I, J
        ("の한글", "の 한 글"),
        ("。，\n\t\0 _ × ** �", ""),
        ("", ""),
    ],
)
def test_what_is_a_token(text: str, tokens: str) -> None:
    assert segment(text) == tokens


def test_a_phrase_is_found_across_what_is_no_token() -> None:
    text = "推进科普，科-\n普2015年App、Apps。科科普"
    assert [text[start:end] for start, end in segmented(text).spans("科 普")] == ["科普", "科-\n普", "科普"]
    assert [text[start:end] for start, end in segmented(text).spans("app")] == ["App"]
    assert [text[start:end] for start, end in segmented(text).spans("科 科 普 2015")] == []
    assert [*segmented(text).spans("")] == []


def test_spans_that_meet_are_joined() -> None:
    assert spans("科普工作", ["普 工", "科 普", "作"]) == [(0, 4)]
    assert spans("科普、工作", ["科 普", "作", "没 有"]) == [(0, 2), (4, 5)]


def test_only_what_reads_otherwise_is_kept_twice() -> None:
    assert differing("环保工作。", "環保工作。") == ""
    assert differing("环保 工作", "環保，工作") == ""
    assert differing("信息", "資訊") == "信 息"
    assert differing(None, "x") == "" and differing("x", None) == "x"


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("科總a1Ｂé。 ①"))))
def test_sqlite_sees_the_tokens_that_stand_here(text: str) -> None:
    cut = segmented(text)
    tokens = cut.text.split(" ")[1:-1] if cut.text.strip() else []
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE t USING fts5(x, tokenize='ascii')")
    db.execute("INSERT INTO t VALUES (?)", (segment(text),))
    db.execute("CREATE VIRTUAL TABLE v USING fts5vocab(t, 'instance')")
    assert [term for (term,) in db.execute("SELECT term FROM v ORDER BY offset")] == tokens
    for token in tokens:
        assert any(segment(text[start:end]) == token for start, end in cut.spans(token))
