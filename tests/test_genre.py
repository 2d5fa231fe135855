"""Genres by what a body says: hits, titles that lie, and papers of other kinds that look like one."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.facts.cues import Cue, cues, spread, zones_of
from pipelines.facts.genre import GENRES, told
from pipelines.script import fold

CASES = json.loads((Path(__file__).parent / "cases" / "genre.json").read_text(encoding="utf-8"))
CUES = [cue for index in cues().values() for cue in index.cues]
LIES = (
    "2023年政府工作报告",
    "2021年工作总结",
    "关于做好科普工作的通知",
    "2024年工作计划",
    "在大会上的讲话",
    "活动方案",
)
_CLAUSES = st.sampled_from(
    [
        "全年开展了活动",
        "现将",
        "总结如下：",
        "汇报",
        "同志们：\n",
        "各科室：\n",
        "请于5日前报送",
        "，",
        "。",
        "\n",
        "要",
        "我",
        "近日",
    ]
)


def _told(title: str, text: str) -> str | None:
    found = told(title, fold(text))
    return found[0] if found else None


@pytest.mark.parametrize("case", CASES["hits"], ids=lambda case: case["name"])
def test_genre(case: dict[str, Any]) -> None:
    assert _told(case["title"], case["text"]) == case["genre"]


@pytest.mark.parametrize("case", CASES["hits"], ids=lambda case: case["name"])
def test_the_evidence_is_in_the_text(case: dict[str, Any]) -> None:
    found = told(case["title"], fold(case["text"]))
    assert found
    assert 0 <= found[1] < found[2] <= len(case["text"])


@pytest.mark.parametrize("case", CASES["look-alikes"], ids=lambda case: case["name"])
def test_no_genre(case: dict[str, Any]) -> None:
    assert _told(case["title"], case["text"]) in (None, "其他")


@pytest.mark.parametrize("case", CASES["known failures"], ids=lambda case: case["name"])
@pytest.mark.xfail(strict=True)
def test_known_failures(case: dict[str, Any]) -> None:
    assert _told(case["title"], case["text"]) == case["genre"]


@pytest.mark.parametrize("case", [case for case in CASES["hits"] if case.get("proven")], ids=lambda case: case["name"])
@pytest.mark.parametrize("title", LIES)
def test_no_title_outweighs_what_a_body_says_of_itself(case: dict[str, Any], title: str) -> None:
    assert _told(title, case["text"]) == case["genre"]


@pytest.mark.parametrize("title", LIES)
def test_a_title_alone_proves_nothing(title: str) -> None:
    assert _told(title, "") is None


@pytest.mark.parametrize("cue", CUES, ids=lambda cue: f"{cue.genre} {cue.zone} {cue.keys[0]}")
def test_a_cue_fires_where_one_of_its_keys_stands(cue: Cue) -> None:
    assert cue.genre in GENRES
    texts = [fold(case["text"]) for cases in CASES.values() for case in cases]
    zones = [zones_of(text)[cue.zone].text for text in texts]
    fired = [zone for zone in zones if cue.pattern.search(zone)]
    assert fired
    assert [zone for zone in fired if cue in cues()[cue.zone].in_question(zone)]


@pytest.mark.parametrize(
    ("pattern", "same"),
    [
        ("(?:甲|乙(?:丙|丁))戊|己", "甲戊|乙(?:丙|丁)戊|己"),
        ("[丁戊]己", "丁己|戊己"),
        ("(?:(?:我(?!们)|本人)|使我).{0,3}到", "我(?!们).{0,3}到|本人.{0,3}到|使我.{0,3}到"),
        (r"(?:甲|乙)?丙|[甲乙]{2}|[^甲]乙|[一\d]|[(|)]甲|\(乙|(?<!甲)乙", None),
    ],
)
def test_a_pattern_spread_says_the_same(pattern: str, same: str | None) -> None:
    assert spread(pattern) == (same or pattern)


@given(st.text("甲乙丙丁戊己我们本人使到", max_size=12))
def test_a_pattern_spread_finds_the_same(text: str) -> None:
    pattern = "(?:(?:我(?!们)|本人)|使我).{0,3}到|(?:甲|乙(?:丙|丁)?)戊|[丁戊]己"
    assert [m.span() for m in re.finditer(spread(pattern), text)] == [m.span() for m in re.finditer(pattern, text)]


@given(st.lists(_CLAUSES, max_size=40).map("".join), st.sampled_from([*LIES, ""]))
def test_any_text_has_one_genre_or_none(text: str, title: str) -> None:
    found = told(title, fold(text))
    if found:
        assert found[0] in GENRES
        assert 0 <= found[1] <= found[2] <= len(text)
