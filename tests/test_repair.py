"""Reversible damage: what each rule undoes, the look-alikes it leaves, and that no run of characters holds it up."""

import json
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from opencc import OpenCC

from pipelines.document import Proposal
from pipelines.framing.holes import notices
from pipelines.marks import spots
from pipelines.reflow import reflow
from pipelines.repair import AFTER, BEFORE
from pipelines.repairs import escapes, masked, noise
from pipelines.repairs import watermarks as wm
from pipelines.repairs.quotes import quotes
from pipelines.repairs.shadow import shadow
from sample.model import Text
from sample.texts import load
from tests.drafts import cleaned

CASES = json.loads((Path(__file__).parent / "cases" / "repair.json").read_text(encoding="utf-8"))
HOST = "www.wenku-yi.test"
TEXTS = load()
RUNS = (
    "\n",
    " \n",
    " ",
    "\xa0",
    "\u3000",
    "a.",
    "20",
    "1",
    ".",
    "的'",
    "大秘书",
    f"{HOST}是",
    "第1页",
    "&#1",
    "工 作 ",
)


@cache
def converter(config: str) -> OpenCC:
    return OpenCC(config)


def watermarks(text: str) -> list[Proposal]:
    return wm.watermarks(text, (), HOST, "watermark", "test")


def brands(text: str) -> list[Proposal]:
    return wm.watermarks(text, wm.BRANDS, "", "watermark", "test")


def own_watermarks(text: str) -> list[Proposal]:
    return wm.own_watermarks(text, wm.own_names("石桥镇2019年工作总结_云笔范文网", text), HOST)


def paywall(text: str) -> list[Proposal]:
    return notices(cleaned(text).draft)[0]


RULES: dict[str, Callable[[str], list[Proposal]]] = {
    "watermarks": watermarks,
    "brands": brands,
    "own_watermarks": own_watermarks,
    "farm_links": wm.farm_links,
    "ticks": noise.ticks,
    "jammer": noise.jammer,
    "commas_beside_marks": noise.commas_beside_marks,
    "entities": escapes.entities,
    "tags": escapes.tags,
    "field_codes": escapes.field_codes,
    "quotes": quotes,
    "masked_words": masked.masked_words,
    "formulas": masked.formulas,
    "homoglyphs": masked.homoglyphs,
    "shadow": shadow,
    "paywall": paywall,
}


def applied(rule: str, text: str) -> str:
    if rule == "reflow":
        return reflow(cleaned(text)).draft.view
    for proposal in sorted(RULES[rule](text), key=lambda p: -p.start):
        text = text[: proposal.start] + proposal.replacement + text[proposal.end :]
    return text


def cases(kind: str) -> list[tuple[str, str]]:
    return [(rule, case) for rule, found in CASES.items() for case in found[kind]]


@pytest.mark.parametrize(("rule", "case"), cases("hits"))
def test_undoes(rule: str, case: tuple[str, str]) -> None:
    damaged, right = case
    assert applied(rule, damaged) == right


@pytest.mark.parametrize(("rule", "text"), cases("look_alikes"))
def test_leaves(rule: str, text: str) -> None:
    assert applied(rule, text) == text


@pytest.mark.parametrize("run", RUNS)
def test_long_runs_cost_linear_time(run: str) -> None:
    text = f"一{run * (60_000 // len(run))}年的工作。\n"
    began = time.process_time()
    for rule in (*RULES, "reflow"):
        applied(rule, text)
    list(spots(text))
    assert time.process_time() - began < 5  # seconds; a pattern that is tried at each character needs minutes


@pytest.mark.parametrize("config", ["", "s2t", "s2tw", "half"])
@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.key)
def test_a_clean_text_is_left_alone(text: Text, config: str) -> None:
    """In either script, and with its marks folded to ASCII as mirrors do."""
    clean = text.title + "\n" + text.body
    if config == "half":
        clean = clean.translate(str.maketrans("，；：？！（）", ",;:?!()"))
    elif config:
        clean = converter(config).convert(clean)
    assert [proposal for _, rule in (*BEFORE, *AFTER) for proposal in rule(clean)] == []
