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
OPENING = "2023年，我社区在街道的领导下，以网格化管理为抓手，不断提升服务群众的能力。"
KEYWORDS = ("一抓学习促提高，深入开展党史学习教育活动", "二抓落实促发展，认真完成全年各项目标任务")


def page(headings: list[str]) -> str:
    return "\n".join(line for n, heading in enumerate(headings) for line in (heading, *PARAGRAPHS[n % 3 :]))


def titles(text: str, page_title: str = "") -> list[str]:
    return [part.title for part in split(framed(text, page_title)).parts]


@pytest.mark.parametrize(("title", "headings"), CASES["compilations"], ids=lambda value: value[0] if value else "")
def test_a_compilation_is_divided_at_its_headings(title: str, headings: list[str]) -> None:
    text = page(headings)
    parts = split(framed(text, title)).parts
    assert [part.title for part in parts] == headings
    assert [text[part.start :].split("\n")[0] for part in parts] == headings
    assert parts[0].start == 0 and parts[-1].end == len(text)
    assert all(a.end == b.start for a, b in itertools.pairwise(parts))


@pytest.mark.parametrize("opening", [f"{OPENING}\n", ""], ids=["with an opening", "without"])
@pytest.mark.parametrize(("title", "headings"), CASES["single"], ids=lambda value: value[0] if value else "")
def test_one_document_stays_whole(title: str, headings: list[str], opening: str) -> None:
    state = split(framed(opening + page(headings), title))
    assert len(state.parts) == 1
    assert state.draft.edits == ()


@pytest.mark.parametrize(
    "preface",
    [
        "站名\n工作总结2篇\n",
        "总结是对一段时间内的学习和工作进行回顾和分析的书面材料，不妨坐下来好好写一份总结吧。\n",
        "目录：工作总结篇1…工作总结篇2…\n",
    ],
    ids=["short lines", "what the genre is", "the list of headings"],
)
def test_a_preface_above_the_first_part_is_cut(preface: str) -> None:
    state = split(framed(preface + page(["工作总结篇1", "工作总结篇2"])))
    assert state.draft.view.startswith("工作总结篇1")
    assert state.draft.edits[0].steps[0].rule == "preface"


def test_a_paragraph_above_the_first_part_is_a_part() -> None:
    assert titles(f"{OPENING}\n" + page(["工作总结篇1", "工作总结篇2"])) == ["", "工作总结篇1", "工作总结篇2"]


def test_a_paragraph_above_weak_headings_keeps_the_document_whole() -> None:
    headings = ["科普日活动总结1", "科普日活动总结2"]
    assert titles(f"{OPENING}\n" + page(headings), "科普日活动总结") == [""]


def test_headings_that_only_compilations_have_come_first() -> None:
    inner = page(["【1】强化学习", "【2】狠抓落实", "【3】改进作风"])
    text = f"工作总结篇1\n{inner}\n工作总结篇2\n{inner}"
    assert titles(text, "工作总结(精选2篇)") == ["工作总结篇1", "工作总结篇2"]


def test_a_part_of_keywords_is_a_part() -> None:
    text = page(["工作总结篇1"]) + "\n工作总结篇2\n" + "\n".join(KEYWORDS) + "\n" + page(["工作总结篇3"])
    assert titles(text) == ["工作总结篇1", "工作总结篇2", "工作总结篇3"]


def test_a_list_of_contents_is_no_list_of_parts() -> None:
    headings = ["工作总结篇1", "工作总结篇2", "工作总结篇3"]
    assert titles("\n".join(headings) + "\n" + page(headings)) == headings


@pytest.mark.parametrize(
    ("title", "numbers", "missing"),
    [
        ("工作总结（精选4篇）", (1, 2), [3, 4]),
        ("工作总结（精选5篇）", (1, 2, 4, 5), [3]),
        ("", (2, 3, 4), [1]),
        ("", (1, 2, 3), []),
    ],
)
def test_a_part_that_is_not_there_is_a_gap(title: str, numbers: tuple[int, ...], missing: list[int]) -> None:
    state = split(framed(page([f"工作总结篇{n}" for n in numbers]), title=title))
    assert len(state.parts) == len(numbers)
    assert [(gap.kind, gap.missing) for gap in state.gaps] == [("part", n) for n in missing]


def test_a_heading_directly_above_the_next_is_a_gap_and_cut() -> None:
    text = page(["工作总结篇1"]) + "\n工作总结篇2\n" + page(["工作总结篇3"])
    state = split(framed(text))
    assert [part.title for part in state.parts] == ["工作总结篇1", "工作总结篇3"]
    assert [(gap.kind, gap.missing) for gap in state.gaps] == [("part", 2)]
    assert "工作总结篇2" not in state.draft.view


@pytest.mark.parametrize(
    ("title", "heading", "missing"),
    [
        ("护士工作总结", "篇一", []),
        ("护士工作总结（精选3篇）", "篇1", [2, 3]),
        ("护士工作总结（精选3篇）", "【篇2】", [1, 3]),
        ("护士工作总结（精选2篇）", "护士工作总结篇1", [2]),
    ],
)
def test_a_page_of_one_part_is_one_document_and_the_others_are_gaps(
    title: str, heading: str, missing: list[int]
) -> None:
    state = split(framed(page([heading]), title))
    assert len(state.parts) == 1
    assert (heading in state.draft.view) == (len(heading) > 5)
    assert [gap.missing for gap in state.gaps] == missing


@pytest.mark.parametrize("line", ["第一篇 学习篇", "篇幅3篇", "第3篇章", "2023年"])
def test_a_line_that_numbers_no_part_stays(line: str) -> None:
    state = split(framed(page([line]), "护士工作总结（精选3篇）"))
    assert state.draft.edits == () and state.gaps == ()
