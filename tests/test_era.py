"""Era: what a text's references prove of its time, with the words; and titles and pages that contradict it."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.facts import anchors, era
from pipelines.facts.readers import facts
from pipelines.facts.signature import signature
from pipelines.facts.subject import Facts, Line, Subject
from pipelines.script import fold

CASES = Path(__file__).parent / "cases"
ERA = json.loads((CASES / "era.json").read_text(encoding="utf-8"))
REDATED = json.loads((CASES / "redated.json").read_text(encoding="utf-8"))
TABLES = tomllib.loads(Path(anchors.__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def subject(case: dict[str, Any]) -> Subject:
    text = case["text"]
    head = tuple(Line(0, fold(line)) for line in case.get("head", ()))
    signed = signature(text.split("\n"))
    return Subject("http://a.test/1.html", "a.test", "", head, case.get("title", ""), text, fold(text), 1, 1, signed)


def bounds(found: era.Era) -> list[str | None]:
    return [found.since.since if found.since else None, found.until.until if found.until else None]


@pytest.mark.parametrize("case", ERA["hits"], ids=lambda case: case["text"][:30])
def test_era(case: dict[str, Any]) -> None:
    found = era.era(fold(case["text"]), case.get("title", ""))
    assert bounds(found) == [case["from"] or None, case["to"] or None]


@pytest.mark.parametrize("case", ERA["look_alikes"], ids=lambda case: case["text"][:30])
def test_no_era(case: dict[str, Any]) -> None:
    assert bounds(era.era(fold(case["text"]), case.get("title", ""))) == [None, None]


@pytest.mark.parametrize("case", ERA["known_failures"], ids=lambda case: case["text"][:30])
@pytest.mark.xfail(strict=True)
def test_era_known_failures(case: dict[str, Any]) -> None:
    found = era.era(fold(case["text"]), case.get("title", ""))
    assert bounds(found) == [case["from"] or None, case["to"] or None]


def test_the_words_that_prove_it_are_kept() -> None:
    text = "　　今年，認真貫徹黨的十六大和“十六屆四中、五中全會”精神，开展 “三个代表” 学习。"
    clues = {clue.column: clue for clue in era.era_facts(subject({"text": text}), Facts())}
    for column in ("era_from", "era_to"):
        clue = clues[column]
        assert text[clue.start : clue.end] == clue.evidence == "十六屆四中、五中全會"


def test_a_signature_is_no_evidence_of_the_era() -> None:
    text = "学习党的十八大精神，开展科普活动，取得了较好的成绩。\n某县科学技术协会\n2016年12月20日"
    assert bounds(era.era_of(subject({"text": text}))) == ["2012-11", "2018-04"]


@given(st.text("党十六七八九届三四五中全会大“”规划的、2018年月5日前将《》", max_size=40))
def test_bounds_are_in_order(text: str) -> None:
    earliest, latest = bounds(era.era(fold(text)))
    assert latest is None or earliest is None or earliest <= latest


@pytest.mark.parametrize("table", ["campaigns", "doctrine", "events", "matters", "works", "institutions"])
def test_the_tables_hold_dates(table: str) -> None:
    for words, row in TABLES[table].items():
        assert set(row) <= {"since", "until", "aid", "begun"}, words
        assert row.get("since", "") <= row.get("until", "9"), words
        assert not set("“”\"'、 ") & set(words), words  # they are taken out of a text before it is searched
        assert all(len(word) > 1 for word in words.split("|")), words


def test_the_table_of_laws_holds_months_in_order() -> None:
    for words, months in TABLES["laws"].items():
        assert months == sorted(months) and all(len(month) == 7 for month in months), words
        assert not set("《》“”、 ") & set(words), words


def test_a_date_with_gaps_is_shown_as_it_stands() -> None:
    text = "　　今年，一切顺利。截至 2 0 0 9 年 1 0 月 底，新增公园 3 处。到 2 0 1 5 年，还要更多。"
    clues = {clue.column: clue for clue in era.era_facts(subject({"text": text}), Facts())}
    for column in ("era_from", "era_to"):
        clue = clues[column]
        assert text[clue.start : clue.end] == clue.evidence == "2 0 0 9 年 1 0 月"


@pytest.mark.parametrize("case", REDATED["hits"], ids=lambda case: case["name"])
def test_redated(case: dict[str, Any]) -> None:
    found = facts(subject(case))
    clue = found.first("redated")
    assert clue is not None
    assert len(clue.evidence.split(",")) == 2  # both sides


@pytest.mark.parametrize("case", REDATED["look_alikes"], ids=lambda case: case["name"])
def test_not_redated(case: dict[str, Any]) -> None:
    found = facts(subject(case)).first("redated")
    assert found is None, found


@pytest.mark.parametrize("case", REDATED["known_failures"], ids=lambda case: case["name"])
@pytest.mark.xfail(strict=True)
def test_redated_known_failures(case: dict[str, Any]) -> None:
    assert (facts(subject(case)).first("redated") is not None) == case["redated"]
