"""The bench of facts measures what it says: answers right, wrong or missed, spans of damage, well-formed gold."""

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from benchmarks import facts
from benchmarks.fact_pages import SPAN, FactPage, GoldError, Span, load_pages
from benchmarks.fact_tables import fact_tables
from benchmarks.facts import Found, Judged, Tally, judge_spans, redating, span_score, tally, verdict
from benchmarks.goals import GOALS
from pipelines.document import COLUMNS, Mark, Outcome, Page, PageRules, Source


def fact_page(**other: object) -> FactPage:
    row: dict[str, object] = {
        "id": "x-1", "topic": "x", "held": False, "kind": "plain", "url": "http://x.example/1.html", "page_title": "题",
        "head": (), "title": "题", "body": ("发放xx份，增长%。",), "tail": (), "trap": "", "gold": {}, "spans": None,
    }  # fmt: skip
    return FactPage(**(row | other))  # type: ignore[arg-type]


@pytest.mark.parametrize(("field", "gold", "value", "expected"), [
    ("genre", "总结", "总结", "right"),
    ("genre", "总结", "计划", "wrong"),
    ("genre", "总结", None, "missed"),
    ("genre", None, None, "right"),
    ("genre", None, "总结", "wrong"),
    ("genre", ["请示", "其他"], None, "right"),
    ("genre", "心得", "体会", "right"),
    ("signed_by", "县教育局", "縣教育局", "right"),
    ("signed_by", "段鸣", "段　鸣", "right"),
    ("signed_by", "××市科协", "市科协", "wrong"),
    ("document_number", "云发〔2018〕3号", "云发[2018]3号", "right"),
    ("cited_numbers", ["云发〔2018〕3号"], ("云发〔2018〕3号", "云发〔2018〕4号"), "wrong"),
    ("cited_numbers", [], None, "right"),
    ("outline", 2, ("一、", "二、"), "right"),
    ("outline", 2, ("一、",), "wrong"),
    ("period_from", "2018", "2018-01", "right"),
    ("period_to", "2018", "2018-12", "right"),
    ("period_to", "2018-06", "2018-12", "wrong"),
    ("era_from", ["2005-10", "2005-11"], "2005-10-11", "right"),
    ("era_from", ["2005-10", "2005-11"], "2005-12", "wrong"),
    ("era_from", ["2005-10", "2005-11"], "2002-11", "missed"),
    ("era_to", ["2006-01", "2007-06"], "2005-12", "wrong"),
    ("era_to", ["2006-01", "2007-06"], "2012", "missed"),
    ("redated", 1, 0, "missed"),
    ("redated", 0, 1, "wrong"),
])  # fmt: skip
def test_an_answer_is_right_wrong_or_missed(field: str, gold: object, value: object, expected: str) -> None:
    assert verdict(field, gold, value) == expected  # type: ignore[arg-type]


def judged(field: str, gold: object, found: object, *, held: bool = False) -> Judged:
    return Judged("x-1", "x", held, field, verdict(field, gold, found), gold, found)  # type: ignore[arg-type]


def test_a_wrong_guess_counts_double() -> None:
    assert tally([judged("genre", "总结", "总结"), judged("genre", "总结", "计划")]).score == 0
    assert tally([judged("genre", "总结", "总结"), judged("genre", "总结", None)]).score == 0.5
    assert tally([judged("genre", None, "总结")]).score == -1
    assert Tally(3, 0, 1).accuracy == 0.75


def test_redating_has_precision_and_recall() -> None:
    found = [judged("redated", gold, value) for gold, value in ((1, 1), (1, 0), (0, 1), (0, 1), (0, 0))]
    assert redating([*found, judged("genre", "总结", "总结")])[:2] == (pytest.approx(1 / 3), 0.5)


def marked(*marks: tuple[int, int, str]) -> Outcome:
    text = "题\n发放xx份，增长%。"
    source = Source("http://x.example/1.html", text, (0,), "题", "", "utf-8", True)
    found = tuple(Mark(1, start, end, kind, "rule", "") for start, end, kind in marks)
    return Outcome((Page(source.url, b""),), "", PageRules(), source, marks=found)


GOLD_SPANS = (Span("numbers_masked", 0, 2, 4), Span("numbers_lost", 0, 8, 9))


@pytest.mark.parametrize(("marks", "expected"), [
    (((4, 6, "numbers_masked"), (10, 11, "numbers_lost")), (1, 1)),
    (((4, 7, "numbers_half_masked"), (9, 11, "numbers_lost")), (1, 1)),
    (((4, 6, "names_masked"),), (0, 0)),
    (((4, 6, "numbers_masked"), (2, 4, "numbers_masked")), (0.5, 0.5)),
    ((), (1, 0)),
    (((4, 6, "spun"), (0, 1, "numbers_masked")), (1, 0)),
])  # fmt: skip
def test_damage_is_found_by_kind_and_half_of_the_shorter_span(
    marks: tuple[tuple[int, int, str], ...], expected: tuple[float, float]
) -> None:
    assert span_score([judge_spans(fact_page(spans=GOLD_SPANS), marked(*marks))])[:2] == expected


def test_censored_words_count_neither_way_and_no_mark_takes_a_whole_line() -> None:
    page = fact_page(spans=(Span("censored", 0, 2, 4),))
    assert span_score([judge_spans(page, marked((4, 6, "names_masked")))])[:2] == (1, 1)
    long = fact_page(body=("发放xx份" + "宣" * 30,), spans=(GOLD_SPANS[0],))
    source = Source("http://x.example/1.html", long.body[0], (0,), "", "", "utf-8", True)
    outcome = Outcome((), "", PageRules(), source, marks=(Mark(1, 0, 30, "numbers_masked", "rule", ""),))
    assert span_score([judge_spans(long, outcome)])[:2] == (0, 0)


def test_misses_of_the_held_set_are_told_only_on_demand() -> None:
    found = Found([judged("genre", "总结", None), judged("genre", "总结", None, held=True)])
    assert len(list(facts.misses(found))) == 1
    assert len(list(facts.misses(found, held=True))) == 2


def test_the_figures_of_the_facts_are_those_of_the_goals() -> None:
    page = fact_page(gold={"genre": None, "published_on": "2020-01-02"}, spans=GOLD_SPANS)
    assert facts.named(Found()) == {}
    found = facts.facts([page])
    assert facts.named(found)["facts: damage F1"] >= 0
    wanted = {figure for goal in GOALS for figure in goal.figures if figure.startswith("facts")}
    fields = sum((list(group) for group in facts.GROUPS.values()), ["redated"])
    every = [judged(field, None, None) for field in fields]
    assert wanted <= set(facts.named(Found(every, found.spans, every)))
    assert [table.header[0] for table in fact_tables(found)] == ["", "", ""]
    assert fact_tables(Found()) == []


@cache
def pages() -> tuple[FactPage, ...]:
    return tuple(load_pages())


def test_the_pages_of_the_facts_are_well_formed() -> None:
    assert len(pages()) >= 200
    assert len({page.id for page in pages()}) == len({page.url for page in pages()}) == len(pages())
    assert all(page.url.split("/")[2].endswith(".example") for page in pages())
    assert len({page.body for page in pages()}) == len(pages()), "no text twice"
    assert 0.45 <= sum(page.held for page in pages()) / len(pages()) <= 0.65
    columns = {column.name for column in COLUMNS}
    assert {name for page in pages() for name in page.gold} <= columns
    assert not [page.id for page in pages() if SPAN.search("".join((page.title, *page.head, *page.body)))]


def test_a_third_of_the_pages_are_traps() -> None:
    traps = [page for page in pages() if page.trap]
    assert 3 * len(traps) >= len(pages())
    for page in traps:
        unknown = None in page.gold.values() or page.spans == () or page.gold.get("redated") == 0
        assert unknown or page.topic in ("genre", "fresh", "second_other"), (
            f"{page.id}: a trap's answer is unknown, or a genre that its title hides"
        )


AS_PUBLISHED = ("signed_by", "organisation", "author", "editor", "auditor", "uploader", "document_number")


def test_gold_that_is_published_stands_on_its_page() -> None:
    lost = []
    for page in pages():
        text = facts.plain("\n".join((page.title, *page.head, *page.body, *page.tail)))
        for name, gold in page.gold.items():
            wanted = gold if isinstance(gold, list) else [gold] if gold else []
            if name in AS_PUBLISHED and wanted and not any(facts.plain(str(one)) in text for one in wanted):
                lost.append((page.id, name, gold))
            if name == "cited_numbers":
                lost += [(page.id, name, one) for one in wanted if facts.plain(str(one)) not in text]
    assert lost == []


def test_gold_dates_are_dates() -> None:
    for page in pages():
        for name in ("published_on", "url_date", "signed_on", "era_from", "era_to", "period_from", "period_to"):
            gold = page.gold.get(name)
            values = gold if isinstance(gold, list) else [gold] if gold else []
            assert all(re.fullmatch(r"(19|20)\d\d(-\d\d){0,2}", str(value)) for value in values), (page.id, name)
            if name.startswith("era") and isinstance(gold, list):
                assert len(gold) == 2 and gold[0] <= gold[1], (page.id, name)


@pytest.mark.parametrize("text", ["", "page = 1", '[[page]]\nid = "a"', '[[page]]\nid = "a"\nwrong = 1'])
def test_gold_that_cannot_be_read_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "topic.toml").write_text(text, encoding="utf-8")
    with pytest.raises(GoldError, match=r"topic\.toml"):
        load_pages(tmp_path)


def test_a_page_is_built_with_what_stands_on_it() -> None:
    page = fact_page(kind="gov", head=("发布时间：2020-01-02",), tail=("<上一篇>",))
    assert "<p>发放xx份，增长%。</p>" in page.html
    assert "<span>发布时间：2020-01-02</span>" in page.html
    assert "&lt;上一篇&gt;" in page.html
    (one,) = facts.facts([replace(page, gold={"published_on": "2020-01-02"})]).judged
    assert one.verdict in ("right", "missed")
