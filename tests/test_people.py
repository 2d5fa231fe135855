"""Who wrote, edited, released or only uploaded a document: hits, and what looks like one."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.facts.people import people
from pipelines.facts.subject import Clue, Facts, Line, Subject
from pipelines.script import fold

CASES = json.loads((Path(__file__).parent / "cases" / "people.json").read_text(encoding="utf-8"))
COLUMNS = ("author", "editor", "auditor", "uploader")


def _lines(lines: list[str], at: int) -> tuple[Line, ...]:
    found = []
    for line in lines:
        found.append(Line(at, fold(line), line))
        at += len(line) + 1
    return tuple(found)


def read(case: dict[str, Any]) -> list[Clue]:
    """The clues of a case, each checked against the words at its span."""
    head, tail = case.get("head", []), case.get("tail", [])
    text = "\n".join(case.get("text", ["全年工作进展顺利，完成了任务。"]))
    below = len("\n".join(head)) + 1
    source = {"text": text, "head": "\n".join([*head, *tail])}
    subject = Subject(
        case.get("url", ""), case.get("host", ""), case.get("page_title", ""), _lines(head, 0), "工作总结", text,
        fold(text), 1, 1, None, _lines(tail, below if head else 0),
    )  # fmt: skip
    found = list(people(subject, Facts()))
    assert all(
        "".join(source[clue.where][clue.start : clue.end].split()) == "".join(clue.value.split()) for clue in found
    )
    return found


def told(case: dict[str, Any]) -> dict[str, str]:
    found = Facts(read(case))
    return {column: value for column in COLUMNS if (value := found.get(column))}


@pytest.mark.parametrize("case", CASES["hits"], ids=lambda case: case["name"])
def test_people(case: dict[str, Any]) -> None:
    assert told(case) == {column: case[column] for column in COLUMNS if column in case}


@pytest.mark.parametrize("case", CASES["look-alikes"], ids=lambda case: case["name"])
def test_nobody(case: dict[str, Any]) -> None:
    assert told(case) == {}


@pytest.mark.parametrize("case", CASES["known failures"], ids=lambda case: case["name"])
@pytest.mark.xfail(strict=True)
def test_known_failures(case: dict[str, Any]) -> None:
    assert told(case) == {column: case[column] for column in COLUMNS if column in case}


@given(
    st.lists(
        st.text("作者编辑:：审核 王强张x4（）()/、县科协会员“”分享时间由上传。", max_size=40), min_size=1, max_size=6
    )
)
def test_whatever_is_read_stands_there(lines: list[str]) -> None:
    read({"name": "", "head": lines, "text": lines, "tail": lines})
