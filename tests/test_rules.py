"""Each cutting rule against its cases: what it takes, the look-alikes it leaves, and failures that are known."""

import json
from pathlib import Path

import pytest

from pipelines import rules
from pipelines.framing.wordings import TAIWAN
from pipelines.lines import Line, is_prose
from pipelines.script import fold

CASES = json.loads((Path(__file__).parent / "cases" / "frame.json").read_text(encoding="utf-8"))


def line(text: str) -> Line:
    return Line(0, len(text), len(text), text, fold(text), is_prose(fold(text)))


def cases(kind: str) -> list[tuple[str, str]]:
    return [(rule, text) for rule, found in CASES.items() for text in found.get(kind, ())]


@pytest.mark.parametrize(("rule", "text"), cases("hits"))
def test_takes(rule: str, text: str) -> None:
    assert getattr(rules, rule)(line(text))


@pytest.mark.parametrize(("rule", "text"), cases("look_alikes"))
def test_leaves(rule: str, text: str) -> None:
    assert not getattr(rules, rule)(line(text))


@pytest.mark.parametrize(("rule", "text"), cases("known_failures"))
@pytest.mark.xfail(strict=True, reason="known failure: when it passes, move it up")
def test_does_not_take_yet(rule: str, text: str) -> None:
    assert getattr(rules, rule)(line(text))


def test_every_rule_has_cases_of_both_kinds() -> None:
    asked = {rule.__name__ for rule in (*rules.HEAD, *rules.TAIL, *rules.ANYWHERE)}
    asked |= {"definition", "related_head", "plain_button", "polite_line", "site_lead_in"}
    missing = {name for name in asked if not CASES.get(name, {}).get("hits") or not CASES[name].get("look_alikes")}
    assert not missing


def test_a_localised_word_is_as_long_as_what_it_was() -> None:
    assert all(len(word) == len(was) and fold(word) == word for word, was in TAIWAN.items())
