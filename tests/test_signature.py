"""Signatures below a text and above it, in all their forms, and what looks like one."""

import json
import re
from pathlib import Path
from typing import Any
from unittest.mock import ANY

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.document import Knowledge, Page, PageRules
from pipelines.facts.date_line import date_line
from pipelines.facts.signature import signature
from pipelines.facts.signed import signed
from pipelines.facts.subject import Clue, Facts, Subject
from pipelines.process import restore
from pipelines.script import fold

SIGNED = json.loads((Path(__file__).parent / "cases" / "signature.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", SIGNED["hits"], ids=lambda case: case["name"])
def test_signature(case: dict[str, Any]) -> None:
    found = signature(case["lines"])
    assert found and found[:3] == (case["by"], case["on"], case["line"])


@pytest.mark.parametrize("case", SIGNED["look-alikes"], ids=lambda case: case["name"])
def test_no_signature(case: dict[str, Any]) -> None:
    assert signature(case["lines"]) is None


def subject(case: dict[str, Any]) -> Subject:
    """What a reader is asked of: a case's title and text, and no page around them."""
    text = "\n".join(case["text"])
    signed_below = signature(case["text"])
    return Subject("", "", "", (), case["title"], text, fold(text), 1, 1, signed_below)


@pytest.mark.parametrize("case", [*SIGNED["above"], *SIGNED["not above"]], ids=lambda case: case["name"])
def test_signed(case: dict[str, Any]) -> None:
    asked = subject(case)
    told = {"published_on": case.get("published"), "title_year": case.get("year")}
    known = Facts(Clue(column, str(value), "", 0, 0, "") for column, value in told.items() if value)
    found = Facts(signed(asked, known))
    assert (found.get("signed_by"), found.get("signed_on")) == (case["by"], case["on"])
    for clue in found:
        where = asked.title if clue.where == "title" else asked.text
        assert where[clue.start : clue.end] == clue.evidence != ""


@pytest.mark.parametrize("case", SIGNED["hits"], ids=lambda case: case["name"])
def test_the_spans_of_a_signature_hold_its_words(case: dict[str, Any]) -> None:
    text, found = "\n".join(case["lines"]), signature(case["lines"])
    assert found
    if case["by"]:
        signers = re.split("[\\s、]+", found.signed_by or "")
        assert "".join(signers) == "".join(re.split("[\\s、]+", text[slice(*found.by)]))
    if case["on"]:
        assert date_line(fold(text[slice(*found.on)])) == (0, found.on[1] - found.on[0], case["on"], ANY, ANY, ANY)


@given(st.text("二〇零一9年元十月2日廿卅xX*_ -./(（）)初于写O", max_size=24))
def test_a_date_line_s_date_is_one_of_the_calendar_or_unknown(line: str) -> None:
    found = date_line(fold(line))
    assert found is None or (
        0 <= found.start < found.end <= len(line) and (not found.iso or found.iso[:2] in ("19", "20"))
    )


@given(st.lists(st.text("县科协会。述职人:2024年6月25日、x （）1附件王强 ", max_size=14), max_size=16))
def test_a_signature_is_among_the_lines(lines: list[str]) -> None:
    found = signature(lines)
    assert found is None or 0 <= found.line < len(lines)


@pytest.mark.parametrize("date", ["2020-08-25", "2020/8/25", "2020.8.25", "2020年8月"])
@pytest.mark.parametrize("signer", ["云陂县气象局", "王晓明", "云陂县气象局局长　郑创平", "云陂县科协\n云陂县气象局"])
@pytest.mark.parametrize("below", [False, True])
def test_a_date_of_figures_beside_a_signer_is_no_record_of_the_page(date: str, signer: str, below: bool) -> None:
    lines = [*signer.split("\n"), date] if below or "\n" in signer else [date, signer]
    paragraph = "今年汛期，我局共发布暴雨预警信号37次，短信覆盖责任人4600名，为转移群众赢得了时间。"
    body = "".join(f"<p>{line}</p>" for line in (paragraph, paragraph.replace("37", "41"), *lines))
    head = "<head><title>气象防灾工作小结</title></head>"
    html = f"<html>{head}<body><h1>气象防灾工作小结</h1><div>{body}</div></body></html>"
    page = Page("http://www.qixiang.example/1.html", html.encode(), "text/html")
    outcome = restore((page,), Knowledge(), PageRules())
    assert outcome.documents[0].signed_by == signer.replace("\n", "、")
    assert outcome.documents[0].text.endswith("\n".join(lines))
