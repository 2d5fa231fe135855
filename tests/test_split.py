"""What divides a compilation, and what only numbers the paragraphs of one document."""

import itertools
import json
from pathlib import Path

import pytest

from pipelines.split import split
from tests.drafts import framed

CASES = json.loads((Path(__file__).parent / "cases" / "split.json").read_text(encoding="utf-8"))
PARAGRAPHS = (
    "今年以来，我单位认真落实上级部署，完成了年初确定的各项任务，共走访群众326户。",
    "在宣传方面，印发材料1200份，举办讲座14场，参加群众两千多人次。",
    "在培训方面，组织业务学习9次，外出跟班5人，考核全部合格。",
)


def page(headings: list[str]) -> str:
    return "\n".join(line for n, heading in enumerate(headings) for line in (heading, *PARAGRAPHS[n % 3 :]))


@pytest.mark.parametrize("headings", CASES["compilations"], ids=lambda h: h[0])
def test_a_compilation_is_divided_at_its_headings(headings: list[str]) -> None:
    text = page(headings)
    parts = split(framed(text)).parts
    assert [part.title for part in parts] == headings
    assert [text[part.start :].split("\n")[0] for part in parts] == headings
    assert parts[0].start == 0 and parts[-1].end == len(text)
    assert all(a.end == b.start for a, b in itertools.pairwise(parts))


@pytest.mark.parametrize("headings", CASES["single"], ids=lambda h: h[0])
def test_one_document_stays_whole(headings: list[str]) -> None:
    assert len(split(framed(page(headings))).parts) == 1


@pytest.mark.xfail(strict=True, reason="known failure: when it passes, move it up")
@pytest.mark.parametrize("headings", CASES["known_failures"], ids=lambda h: h[0])
def test_is_not_divided_yet(headings: list[str]) -> None:
    assert len(split(framed(page(headings))).parts) == len(headings)


def test_a_preface_above_the_first_part_is_cut() -> None:
    headings = ["工作总结篇1", "工作总结篇2"]
    state = split(framed("站名\n工作总结2篇\n" + page(headings)))
    assert state.draft.view.startswith("工作总结篇1")
    assert state.draft.edits[0].steps[0].rule == "preface"


def test_a_promised_part_that_is_not_there_is_a_gap() -> None:
    state = split(framed(page(["工作总结篇1", "工作总结篇2"]), title="工作总结（精选4篇）"))
    assert [(gap.kind, gap.missing) for gap in state.gaps] == [("part", 3), ("part", 4)]
