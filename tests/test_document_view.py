"""A document's page: marks and gaps in their places in the text, headings in order, facts with their proofs."""

from itertools import pairwise

import pytest
from archive_cases import document
from hypothesis import given
from hypothesis import strategies as st

from archive import rows
from archive.pages import document_view
from archive.pages.document_view import Piece, Span, TextMap
from archive.rows import Row
from pipelines.document import Edit, Step
from pipelines.ledger import replay


def edit(start: int, end: int, replacement: str) -> Row:
    return {"start": start, "end": end, "replacement": replacement}


def row(**more: object) -> Row:
    return rows._document(document("http://x.test/", "0", "", **more))


def told(paragraph: document_view.Paragraph) -> str:
    return "".join(piece.text for piece in (*paragraph.heading, *paragraph.pieces))


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, tuple[Edit, ...], int, int]:
    """A source, disjoint edits in it, and the borders of a document that no edit crosses."""
    source = draw(st.text(st.sampled_from("甲乙丙丁"), min_size=1, max_size=40))
    cuts = sorted(draw(st.sets(st.integers(0, len(source)), max_size=8)))
    edits = [
        Edit(a, b, draw(st.text(st.sampled_from("XY"), max_size=3)), (Step("r", "r", "", "", ""),))
        for a, b in zip(cuts[::2], cuts[1::2], strict=False)
    ]
    inside = {at for one in edits for at in range(one.start + 1, one.end)}
    borders = sorted(
        draw(
            st.sets(st.sampled_from([n for n in range(len(source) + 1) if n not in inside]), min_size=2)
            if len(source) + 1 - len(inside) > 1
            else st.just({0, len(source)})
        )
    )
    return source, tuple(edits), borders[0], borders[-1]


@given(edited())
def test_a_place_of_the_source_is_found_in_the_text(made: tuple[str, tuple[Edit, ...], int, int]) -> None:
    source, edits, start, end = made
    text = replay(source, edits, start, end)
    kept: Row = {"source_start": start, "source_end": end}
    places = TextMap.of(kept, [edit(one.start, one.end, one.replacement) for one in edits])
    covered = {at for one in edits for at in range(one.start, one.end)}
    last = 0
    for offset in range(start, end):
        at = places.at(offset)
        assert last <= at <= len(text), "in order"
        last = at
        if offset not in covered:
            assert text[at] == source[offset]
    assert places.at(end, behind=True) == len(text)
    assert places.at(start - 5) == 0 and places.at(end + 5, behind=True) == len(text), "gaps may stand outside"


def test_a_mark_is_shown_where_the_text_has_it_after_edits() -> None:
    source = "首页\n共完成x件，　　同比增长x%。"
    kept: Row = {"source_start": 3, "source_end": len(source)}
    places = TextMap.of(kept, [edit(0, 3, ""), edit(9, 11, "")])
    text = source[3:9] + source[11:]
    first, second = source.index("x"), source.rindex("x")
    marks: list[Row] = [
        {"start": at, "end": at + 1, "kind": "numbers_masked", "evidence": "here"} for at in (first, second)
    ]
    found = document_view.spans(marks, places)
    assert [text[span.start : span.end] for span in found] == ["x", "x"]
    (line,) = document_view.paragraphs(text, found=found)
    assert told(line) == text
    assert [piece.text for piece in line.pieces if piece.span] == ["x", "x"]


def test_marks_that_overlap_are_each_shown_once_and_what_was_cut_is_not_marked() -> None:
    places = TextMap.of({"source_start": 0, "source_end": 10}, [edit(8, 10, "")])
    marks: list[Row] = [
        {"start": a, "end": b, "kind": "k", "evidence": ""} for a, b in ((0, 4), (2, 6), (3, 5), (8, 10))
    ]
    assert [(span.start, span.end, span.number) for span in document_view.spans(marks, places)] == [
        (0, 4, 1),
        (4, 6, 2),
    ]


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9)), max_size=6), st.text("甲乙\n", max_size=40))
def test_paragraphs_hold_every_character_once(stretches: list[tuple[int, int]], text: str) -> None:
    spans, at = [], 0
    for start, length in sorted(stretches):
        begin, end = max(start, at), min(max(start, at) + length, len(text))
        if begin < end:
            spans.append(Span(begin, end, "mark", "k", len(spans) + 1, ""))
            at = end
    lines = document_view.paragraphs(text, found=spans)
    assert "\n".join(map(told, lines)) == text
    marked = "".join(piece.text for line in lines for piece in line.pieces if piece.span)
    assert marked == "".join(text[span.start : span.end] for span in spans).replace("\n", "")
    firsts = [piece.span.number for line in lines for piece in line.pieces if piece.span and piece.first]
    assert len(firsts) == len(set(firsts)), "an anchor stands once"


def test_headings_of_their_own_line_and_at_the_head_of_a_paragraph() -> None:
    text = "前言。\n一、加强领导\n（一）建章立制。我局成立小组。\n【二、存在不足】\n三、打算"
    outline = [
        [1, "一、", "加强领导", text.index("一、")],
        [2, "（一）", "建章立制", text.index("（一）")],
        [1, "二、", "存在不足", text.index("二、")],
        [1, "三、", "打算", text.index("三、")],
    ]
    lines = document_view.paragraphs(text, outline)
    assert [line.level for line in lines] == [0, 2, 3, 2, 2]
    assert [line.alone for line in lines] == [True, True, False, True, True]
    assert "".join(piece.text for piece in lines[2].heading) == "（一）建章立制。"
    assert "\n".join(map(told, lines)) == text
    assert [line.anchor for line in lines if line.level] == [f"h{row[3]}" for row in outline]


@pytest.mark.parametrize("levels", [[3, 1, 2], [1, 3, 4, 1], [6, 6, 6, 6], [1, 2, 3, 4, 5, 6, 7, 8]])
def test_levels_of_html_go_down_one_by_one_and_end_at_six(levels: list[int]) -> None:
    text = "\n".join(f"{n}、甲" for n in range(len(levels)))
    outline = [[level, f"{n}、", "甲", text.index(f"{n}、")] for n, level in enumerate(levels)]
    shown = [line.level for line in document_view.paragraphs(text, outline)]
    assert all(2 <= level <= 6 for level in shown) and shown[0] == 2
    assert all(b <= a + 1 for a, b in pairwise(shown))


def test_gaps_stand_behind_the_line_they_are_in_and_none_is_lost() -> None:
    gaps: list[tuple[int, Row]] = [(2, {"n": 1}), (4, {"n": 2}), (99, {"n": 3})]
    lines = document_view.paragraphs("甲甲甲\n乙乙", gaps=gaps)
    assert [[gap["n"] for gap in line.gaps] for line in lines] == [[1], [2, 3]]


def test_a_filled_reading_says_what_the_document_has_there() -> None:
    fills: list[Row] = [
        {"start": 1, "end": 3, "before": "xx", "after": "五百", "kinds": "numbers_masked"},
        {"start": 4, "end": 4, "before": "", "after": "三", "kinds": "numbers_lost"},
    ]
    text, found = document_view.filled("共xx件个", fills)
    assert text == "共五百件三个"
    assert [(text[span.start : span.end], span.says) for span in found] == [("五百", "xx"), ("三", "")]


def test_facts_come_in_groups_with_their_proofs() -> None:
    proofs: list[Row] = [
        {"name": "signed_on", "where": "text", "evidence": "2019年12月", "value": "2019-12"},
        {"name": "organisation", "where": "title", "evidence": "title: 某局", "value": "某局"},
    ]
    facts = document_view.facts(row(organisation="某局", cited_numbers=("某发〔2019〕1号",)), proofs)
    dates = {fact.name: fact for fact in facts["dates"]}
    assert dates["signed_on"].proofs[0].quoted and dates["title_year"].proofs == ()
    assert "published_on" not in dates, "what is not known is not shown"
    who = {fact.name: fact for fact in facts["who"]}
    assert not who["organisation"].proofs[0].quoted
    assert {fact.name: fact.value for fact in facts["what"]}["cited_numbers"] == "某发〔2019〕1号"


def test_damage_with_places_stands_before_what_was_repaired() -> None:
    found = document_view.damages(
        row(damage=("pinyin", "numbers_masked")), [Span(0, 1, "mark", "numbers_masked", 1, "x")]
    )
    assert [(one.kind, one.numbers) for one in found] == [("numbers_masked", (1,)), ("pinyin", ())]


def test_only_what_lowers_quality_is_named() -> None:
    kept = row(quality_parts={"intact": 1.0, "complete": 0.5, "readable": 0.9})
    assert document_view.quality(kept) == (("complete", 0.5), ("readable", 0.9))


def test_a_signature_is_a_line_of_its_own() -> None:
    text = "某局今年工作扎实，某局2019年12月3日完成验收并报告。\n某局（盖章）\n2019年12月3日"
    kept: Row = {"source_start": 0, "source_end": len(text)}
    told: list[Row] = [
        {"name": name, "where": "text", "start": at, "end": at + len(words)}
        for name, words, at in (
            ("signed_by", "某局", text.index("某局")),
            ("signed_by", "某局", text.rindex("某局")),
            ("signed_on", "2019年12月3日", text.rindex("2019")),
            ("title_year", "2019", 0),
        )
    ] + [{"name": "signed_on", "where": "title", "start": None, "end": None}]
    found = document_view.signatures(told, TextMap.of(kept, []))
    assert [line.is_signature for line in document_view.paragraphs(text, signatures=found)] == [False, True, True]


def test_a_piece_is_plain_without_a_span() -> None:
    assert Piece("甲").span is None
