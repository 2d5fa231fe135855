"""Marks: what each rule sees and where, what it leaves, and what becomes of a document's quality."""

import itertools
import json
import re
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines import marks
from pipelines.document import Knowledge, Page, PageRules
from pipelines.marking import numbers
from pipelines.marking.styles import presented
from pipelines.marks import spots
from pipelines.process import restore
from pipelines.script import fold
from sample.web import PORT, build

CASES = json.loads((Path(__file__).parent / "cases" / "marks.json").read_text(encoding="utf-8"))
RULES = {rule.__name__: rule for rule in marks.RULES}


def kinds_in(text: str) -> set[str]:
    return {spot.kind for _, spot in spots(fold(text))}


def cases(kind: str) -> list[tuple[str, str]]:
    return [(rule, text) for rule, found in CASES.items() for text in found.get(kind, ())]


def marked(rule: str, text: str) -> str:
    """The text with what the rule sees between ⟦ and ⟧."""
    found = sorted({(spot.start, spot.end) for spot in RULES[rule](fold(text))}, reverse=True)
    for start, end in found:
        text = f"{text[:start]}⟦{text[start:end]}⟧{text[end:]}"
    return text


@pytest.mark.parametrize(("rule", "text"), cases("hits"))
def test_sees(rule: str, text: str) -> None:
    assert marked(rule, re.sub("[⟦⟧]", "", text)) == text


@pytest.mark.parametrize(("rule", "text"), cases("look_alikes"))
def test_leaves(rule: str, text: str) -> None:
    assert marked(rule, text) == text


@pytest.mark.parametrize(("rule", "text"), cases("known_failures"))
@pytest.mark.xfail(strict=True, reason="known failure: when it passes, move it up")
def test_does_not_see_yet(rule: str, text: str) -> None:
    assert marked(rule, re.sub("[⟦⟧]", "", text)) == text


def test_every_rule_has_cases_of_both_kinds() -> None:
    assert set(CASES) == set(RULES)
    assert not [rule for rule, found in CASES.items() if not found.get("hits") or not found.get("look_alikes")]


@pytest.mark.parametrize(
    "text",
    [
        "拍X光片12张，XX染色体，10×10米，3×5，C座，D级危房",
        "2018年、今年10月、每年3月、2023户、产值达亿元企业3家",
        "**一、个人总结**\n达标、共享、为民、约定、占地5亩，增长5%。",
        "填报单位：______　日期：____年____月____日",
        "利润增长8.5%，占总数的1/3，比例105.95:100，9:30开会",
        "www.xxzx.com网站，QQ群，PPT5个，A4纸3箱，xlsx表",
        "第一、二、三产业；《XX》杂志；出生年月日",
        "发放资料多份，赠书多本，投资20230万元，收入20200元",
        "我市某单位，吴某隐瞒事实，X形支架2个",
    ],
)
def test_sound_numbers(text: str) -> None:
    assert kinds_in(text) == set()


def test_a_page_that_presents_its_texts_is_one_cue_of_two() -> None:
    assert presented(fold("本文將呈現數篇社區工作總結，供您參考。")) and not presented("本文将于近期刊发。")
    text = "不仅是责任，更是担当的体现。综上所述，我区召开会议12次。"
    assert len(list(spots(fold(text), presented=True))) == 2
    assert not list(spots(fold(text))) and not list(spots("我区召开会议12次。", presented=True))


# Every character that a case is made of: what the rules look for, and what stands beside it.
ALPHABET = "".join(sorted({c for found in CASES.values() for some in found.values() for text in some for c in text}))
PIECES = [re.sub("[⟦⟧]", "", text) for found in CASES.values() for some in found.values() for text in some]


@pytest.mark.parametrize("text", PIECES)
def test_of_two_marks_on_one_spot_one_stands(text: str) -> None:
    found = sorted((spot.start, spot.end) for _, spot in spots(fold(text)))
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(found))


@given(st.lists(st.sampled_from(PIECES) | st.text(ALPHABET, max_size=12), max_size=6).map("".join))
def test_spots_are_in_the_text_and_apart(text: str) -> None:
    found = sorted((spot.start, spot.end) for _, spot in spots(fold(text)))
    assert all(0 <= start < end <= len(text) for start, end in found)
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(found))


LENGTH = 40_000
RUNS = (
    *(
        "一、",
        "（三）\n",
        "1、\n",
        "x",
        "x.",
        "20xx",
        "202320",
        "“”",
        "、、",
        "不忘",
        "二是",
        "四是；",
        "六合彩",
        "六合彩\n",
    ),
    *("a_官网", "AB CD", "市斗门", "为了\n", "**", "从一", "[", "(", "元，", "?", "年1月", "\ufffd", "A.\n", "锟斤拷"),
)


@pytest.mark.parametrize("run", RUNS)
def test_long_runs_cost_linear_time(run: str) -> None:
    """Counted, not timed: a run twice as long may take at most about twice as many steps of the interpreter."""
    short, long = (steps(fold(run * (n // len(run)))) for n in (LENGTH // 2, LENGTH))
    assert long < 3 * short + 2000


def steps(text: str) -> int:
    count = 0

    def step(*_: object) -> None:
        nonlocal count
        count += 1

    sys.setprofile(step)
    try:
        for _ in spots(text):
            pass
    finally:
        sys.setprofile(None)
    return count


DAMAGED = (
    "今年以来，我科协(xié)组织科普活動(dòng)x次，参加群众xx人次，同比增长%，",
    "&ldquo;科普周&rdquo;期间，贴近实际、、贴近群众，展出展板20xx0块，发放资料\ufffd份。",
    "（一）加强组织领导，落实工作责任，确保各项任务落到实处。",
    "（三）强化宣传引导，营造良好氛围，推动科普工作再上新台阶。",
)


def test_marks_stand_on_the_characters_that_the_rules_saw() -> None:
    """Offsets point into the source, over repairs before, inside and behind them."""
    body = "".join(f"<p>　　{line}</p>" for line in DAMAGED)
    page = f"<title>科普工作总结</title><body><h1>科普工作总结</h1><div>{body}</div>"
    outcome = restore(
        (Page("http://a.test/1.html", page.encode(), "text/html; charset=utf-8"),), Knowledge(), PageRules()
    )
    (document,) = outcome.documents
    assert outcome.source and outcome.marks
    found = {outcome.source.text[mark.start : mark.end]: mark.kind for mark in outcome.marks}
    assert found == {
        "x": "numbers_masked",
        "xx": "numbers_masked",
        "%": "numbers_lost",
        "、、": "punctuation",
        "20xx0": "numbers_half_masked",
        "\ufffd": "undecodable",
        "（三）": "items_missing",
    }
    assert set(found.values()) <= set(document.damage)
    assert list(outcome.marks) == sorted(outcome.marks, key=lambda mark: mark.start)
    assert all(document.source_start <= mark.start < mark.end <= document.source_end for mark in outcome.marks)


def test_no_number_of_a_clean_original_is_lost_or_false() -> None:
    """The sample's originals hold masks by design, and nothing else that is wrong with numbers."""
    for text in build(1, PORT).gold:
        assert [spot for rule in numbers.RULES for spot in rule(fold(text.text))] == []
