"""Numbered headings as data: what is one, what only looks like one, and that offsets and levels can be relied on."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.facts.outline import outline
from pipelines.script import fold

CASES = json.loads((Path(__file__).parent / "cases" / "outline.json").read_text(encoding="utf-8"))

_NUMBERS = [
    "一、",
    "二、",
    "三、",
    "（一）",
    "（二）",
    "(三)",
    "1.",
    "2、",
    "3．",
    "（1）",
    "(2)",
    "①",
    "②",
    "第一部分",
    "第二章",
    "㈠",
]
_WORDS = ["抓学习", "三等奖", "加强领导。我局成立了小组。", "全年办讲座9场。", "", "5万元", "\t表", "月份", "**粗**"]
_LINES = st.lists(st.tuples(st.sampled_from([*_NUMBERS, ""]), st.sampled_from(_WORDS)).map("".join), max_size=24)


def _read(lines: list[str]) -> list[list[object]]:
    text = "\n".join(lines)
    return [[one.level, one.number, one.text] for one in outline(text, fold(text))]


@pytest.mark.parametrize("case", CASES["hits"], ids=lambda case: case["name"])
def test_headings(case: dict[str, Any]) -> None:
    assert _read(case["lines"]) == case["outline"]


@pytest.mark.parametrize("case", CASES["look-alikes"], ids=lambda case: case["name"])
def test_no_headings(case: dict[str, Any]) -> None:
    assert _read(case["lines"]) == []


@pytest.mark.parametrize("case", CASES["hits"], ids=lambda case: case["name"])
def test_what_stands_around_the_headings_changes_nothing(case: dict[str, Any]) -> None:
    around = ["各位代表：", "现将有关情况报告如下。", *case["lines"], "县科学技术协会", "2021年1月8日"]
    assert _read(around) == case["outline"]


@pytest.mark.parametrize("case", CASES["known failures"], ids=lambda case: case["name"])
@pytest.mark.xfail(strict=True)
def test_known_failures(case: dict[str, Any]) -> None:
    assert _read(case["lines"]) == case["outline"]


@given(_LINES)
def test_offsets_point_at_the_number_and_levels_rise_by_one(lines: list[str]) -> None:
    text = "\n".join(lines)
    found = outline(text, fold(text))
    assert [one.start for one in found] == sorted({one.start for one in found})
    level = 0
    for one in found:
        assert text.startswith(one.number, one.start)
        assert one.number
        assert one.text in text[one.start :].split("\n")[0]
        assert one.text
        assert 1 <= one.level <= level + 1
        level = one.level


@given(_LINES)
def test_no_line_has_two_headings(lines: list[str]) -> None:
    text = "\n".join(lines)
    rows = [text.count("\n", 0, one.start) for one in outline(text, fold(text))]
    assert len(rows) == len(set(rows))
