"""The span that a text reports or plans: its kind and dates, and the years that are not its own."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.facts.period import period
from pipelines.facts.subject import Clue, Facts, Subject
from pipelines.script import fold

CASES = json.loads((Path(__file__).parent / "cases" / "period.json").read_text(encoding="utf-8"))
_WORDS = st.sampled_from(
    [
        "2023年",
        "20xx年",
        "上半年",
        "1—6月",
        "学年度",
        "第一学期",
        "一年来",
        "，",
        "。",
        "\n",
        "现将",
        "总结如下：",
        "工作",
        "任期",
    ]
)


def _clues(title: str, text: str, genre: str, signed: str | None = None, era: Any = None) -> list[Clue]:
    told = {"genre": genre, "signed_on": signed, "era_from": era and era[0], "era_to": era and era[1]}
    known = Facts(Clue(column, value, "", 0, 0, "") for column, value in told.items() if value)
    subject = Subject("", "", "", (), title, text, fold(text), 1, 1, None)
    return list(period(subject, known))


def _read(case: dict[str, Any]) -> list[str | None]:
    facts = Facts(_clues(case["title"], case["text"], case["genre"], case.get("signed"), case.get("era")))
    return [facts.get(column) for column in ("period", "period_from", "period_to")]


@pytest.mark.parametrize("case", CASES["hits"], ids=lambda case: case["name"])
def test_period(case: dict[str, Any]) -> None:
    assert _read(case) == case["period"]


@pytest.mark.parametrize("case", CASES["look-alikes"], ids=lambda case: case["name"])
def test_no_period(case: dict[str, Any]) -> None:
    assert _read(case) == [None, None, None]


@pytest.mark.parametrize("case", CASES["known failures"], ids=lambda case: case["name"])
@pytest.mark.xfail(strict=True)
def test_known_failures(case: dict[str, Any]) -> None:
    assert _read(case) == case["period"]


@pytest.mark.parametrize("case", CASES["hits"], ids=lambda case: case["name"])
def test_the_evidence_is_what_stands_there(case: dict[str, Any]) -> None:
    for clue in _clues(case["title"], case["text"], case["genre"], case.get("signed"), case.get("era")):
        if clue.where:
            assert clue.evidence
            assert {"text": case["text"], "title": case["title"]}[clue.where][clue.start : clue.end] == clue.evidence


@given(st.lists(_WORDS, max_size=30).map("".join), st.lists(_WORDS, max_size=6).map("".join))
def test_a_span_ends_where_it_begins_or_later(text: str, title: str) -> None:
    for genre in ("总结", "计划"):
        facts = Facts(_clues(title, text, genre, "2023-07-01"))
        begins, ends = facts.get("period_from"), facts.get("period_to")
        assert not ends or (begins is not None and begins <= ends and len(begins) == len(ends))
