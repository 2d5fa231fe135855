"""Alignment: runs are what they say, in order; and it finds what a reader would."""

from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.copies.alignment import Run, align, backbone, gaps
from pipelines.copies.alignment import grams as alignment_grams
from pipelines.copies.kinship import grams, kinship, likeness
from pipelines.fingerprint import bones

TEXT = "县科协围绕中心服务大局，组织科普大篷车进校园，发放资料一万余份；随后召开座谈会，听取基层意见，逐条研究答复。"
FEW = st.text("科普工作总结", max_size=400)


def covered(a: str, b: str) -> float:
    return sum(run.length for run in align(a, b)) / max(1, min(len(a), len(b)))


@given(FEW, FEW)
def test_runs_are_equal_and_go_forward(a: str, b: str) -> None:
    at_a = at_b = 0
    for run in align(a, b):
        assert run.length > 0 and run.start_a >= at_a and run.start_b >= at_b
        assert a[run.start_a : run.end_a] == b[run.start_b : run.end_b]
        at_a, at_b = run.end_a, run.end_b


@given(FEW, FEW)
def test_runs_and_gaps_are_the_whole_of_both_texts(a: str, b: str) -> None:
    runs = align(a, b)
    between = list(gaps(runs, len(a), len(b)))
    assert sum(run.length for run in runs) + sum(gap.end_a - gap.start_a for gap in between) == len(a)
    assert sum(run.length for run in runs) + sum(gap.end_b - gap.start_b for gap in between) == len(b)


@given(st.text(max_size=300))
def test_a_text_is_all_of_itself(text: str) -> None:
    assert align(text, text) == ([Run(0, 0, len(text))] if text else [])


@pytest.mark.parametrize(
    ("other", "least"),
    [
        (TEXT.replace("科普", "法律"), 0.9),
        (TEXT[:20] + "（此处插入一段与原文无关的话，说的是天气）" + TEXT[20:], 1.0),
        (TEXT[:10] + TEXT[25:], 1.0),
        ("前言" * 300 + TEXT + "后记" * 300, 1.0),
    ],
)
def test_what_stayed_is_found(other: str, least: float) -> None:
    assert covered(TEXT, other) >= least


def test_a_passage_that_was_moved_counts_once() -> None:
    first, second = "一段关于科普活动的文字说得很长很长。", "另一段讲青少年创新大赛获奖情况。"
    runs = align(first + second, second + first)
    assert sum(run.length for run in runs) == len(first)


def test_long_texts_are_aligned_by_anchors_and_between_them() -> None:
    rng = Random(1)
    text = "".join(chr(0x4E00 + rng.randrange(3000)) for _ in range(30_000))
    spun = "".join(chr(0x4E00 + rng.randrange(3000)) if rng.random() < 0.1 else char for char in text)
    assert covered(text, spun) > 0.8
    assert covered(text, text[10_000:12_000]) == 1.0


def test_strangers_have_little_in_common() -> None:
    rng = Random(2)
    one, other = ("".join(chr(0x4E00 + rng.randrange(800)) for _ in range(3000)) for _ in range(2))
    assert covered(one, other) < 0.05


LONG = "".join(
    f"{verb}第{place}处{thing}，" for verb in "修建改扩" for place in "东西南北中" for thing in "渠路桥塘站场"
)
OTHER = "".join(
    f"{who}{what}得到{how}肯定。" for who in "甲乙丙丁戊" for what in "论文课题专利作品" for how in "省市县校院"
)


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        (LONG, LONG, "copy"),
        (LONG, LONG[: len(LONG) * 3 // 4] + OTHER[:60], "copy"),
        (LONG, OTHER * 3 + LONG + OTHER * 3, "part"),
        (LONG, OTHER, ""),
        (LONG[:50], LONG[:50], ""),  # too short to be more than a formula
    ],
)
def test_kinship(one: str, other: str, kind: str) -> None:
    assert kinship(likeness(grams(bones(one)), grams(bones(other)))) == kind
    assert kinship(likeness(grams(bones(other)), grams(bones(one)))) == kind


@given(FEW, FEW)
def test_the_backbone_is_the_same_from_either_side_and_true(a: str, b: str) -> None:
    runs = backbone(alignment_grams(a, 4), alignment_grams(b, 4))
    assert all(a[run.start_a : run.end_a] == b[run.start_b : run.end_b] for run in runs)
    assert all(one.end_a <= two.start_a and one.end_b <= two.start_b for one, two in pairwise(runs))
