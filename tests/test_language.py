"""The language of a text: by its scripts, and unknown where they do not tell."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.facts.language import told

CASES = json.loads((Path(__file__).parent / "cases" / "language.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("name", "text", "code"), CASES["hits"], ids=[case[0] for case in CASES["hits"]])
def test_language(name: str, text: str, code: str) -> None:
    assert told(text)[0] == code


@pytest.mark.parametrize(("name", "text"), CASES["look-alikes"], ids=[case[0] for case in CASES["look-alikes"]])
def test_unknown_language(name: str, text: str) -> None:
    assert told(text)[0] is None


@given(st.text())
def test_any_text_has_one_language_or_none(text: str) -> None:
    code, evidence = told(text)
    assert bool(evidence) or code is None


@given(st.lists(st.sampled_from(["科普", "活动", "，", "App", "xx", "。", "2021"]), max_size=30))
def test_order_does_not_matter(words: list[str]) -> None:
    assert told(" ".join(words)) == told(" ".join(reversed(words)))
