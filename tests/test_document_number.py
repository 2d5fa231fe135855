"""A document's own number, in all its forms, and what looks like one; the numbers that it cites."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.facts.document_number import numbers
from pipelines.facts.subject import Clue, Facts, Line, Subject
from pipelines.script import fold

CASES = json.loads((Path(__file__).parent / "cases" / "document_number.json").read_text(encoding="utf-8"))


def read(lines: Iterable[str], title: str = "", head: Iterable[str] = ()) -> list[Clue]:
    """The clues of a text, each checked against the words at its span."""
    text = "\n".join(lines)
    above, at = [], 0
    for line in head:
        above.append(Line(at, fold(line), line))
        at += len(line) + 1
    source = {"text": text, "title": title, "head": "\n".join(head)}
    found = list(numbers(Subject("", "", "", tuple(above), title, text, fold(text), 1, 1, None), Facts()))
    assert all(source[clue.where][clue.start : clue.end] == clue.value == clue.evidence for clue in found)
    return found


def own(found: Iterable[Clue]) -> str | None:
    return Facts(found).get("document_number")


@pytest.mark.parametrize("line", CASES["own"].values(), ids=CASES["own"])
def test_own_number(line: str) -> None:
    assert own(read(["关于工作的通知", line, "各单位："])) == line


@pytest.mark.parametrize(("line", "expected"), CASES["fields"].items())
def test_a_number_in_a_field_or_beside_a_title_is_the_documents(line: str, expected: str) -> None:
    assert own(read(["索引号：\t014108/2016-00318", line])) == expected


@pytest.mark.parametrize("line", CASES["not own"])
def test_no_number_of_its_own(line: str) -> None:
    assert own(read(["关于工作的通知", line, "各单位："])) is None


@pytest.mark.parametrize("lines", CASES["lists"])
def test_a_list_of_numbers_is_cited(lines: list[str]) -> None:
    found = read(lines)
    assert own(found) is None
    assert Facts(found).all("cited_numbers") == tuple(line for line in lines if line.endswith("号"))


def test_a_number_far_below_is_no_documents_own() -> None:
    lines = ["第一段。"] * 14
    assert own(read([*lines, "国发〔2018〕3号"])) is None
    assert own(read(["某某", *["某某"] * 14, "国发〔2018〕3号"])) is None
    assert own(read(["国发〔2018〕3号", *lines])) == "国发〔2018〕3号"


@pytest.mark.parametrize(("text", "expected"), CASES["cited"])
def test_cited_numbers(text: str, expected: list[str]) -> None:
    found = read(["第一段。", text])
    assert Facts(found).all("cited_numbers") == tuple(expected)
    assert own(found) is None


@pytest.mark.parametrize("text", CASES["not cited"])
def test_no_cited_number(text: str) -> None:
    assert not read(["第一段。", text])


def test_an_own_number_is_not_cited() -> None:
    found = Facts(read(["云科协〔2018〕3号", "根据国发〔2018〕4号，做好工作。"]))
    assert (found.get("document_number"), found.all("cited_numbers")) == ("云科协〔2018〕3号", ("国发〔2018〕4号",))


@pytest.mark.parametrize("case", CASES["above"], ids=lambda case: case["name"])
def test_a_number_in_the_head_or_the_title(case: dict[str, Any]) -> None:
    found = [clue for clue in read(["第一段。"], case["title"], case["head"]) if clue.column == "document_number"]
    assert [(clue.value, clue.where) for clue in found] == ([(case["own"], case["where"])] if case["own"] else [])


@given(st.lists(st.text("县科协发〔[(2018xX〕])3号第文:：签人根据。", max_size=30), min_size=1, max_size=6))
def test_whatever_is_read_stands_there(lines: list[str]) -> None:
    read(lines, lines[0], lines)
