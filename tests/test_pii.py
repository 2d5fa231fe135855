"""Masking: what names a person goes, sign by sign; statistics, dates and the numbers of documents stay."""

import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pii_forms
import pytest
from archive_cases import document
from hypothesis import given
from hypothesis import strategies as st

from archive import rows
from archive.exports.pii import SIGN, found, mask, mask_row
from pipelines.fingerprint import content_digest

CASES: dict[str, Any] = json.loads((Path(__file__).parent / "cases" / "pii.json").read_text("utf-8"))
MOBILE = "13800138000"


@pytest.mark.parametrize("case", CASES["hits"], ids=lambda case: case["text"])
def test_what_names_a_person_is_masked(case: dict[str, Any]) -> None:
    text, wanted = case["text"], case["text"]
    for number in case["masked"]:
        wanted = wanted.replace(number, SIGN * len(number), 1)
    assert mask(text) == wanted


@pytest.mark.parametrize("text", CASES["look_alikes"])
def test_figures_dates_and_document_numbers_stay(text: str) -> None:
    assert mask(text) == text


@pytest.mark.parametrize("case", CASES["known_failures"], ids=lambda case: case["why"])
@pytest.mark.xfail(strict=True)
def test_known_failures(case: dict[str, str]) -> None:
    assert SIGN in mask(case["text"])


@given(st.text("0123456789 -.,，。年月日号元户人〔〕第卡账手机京A@车Xx", max_size=60))
def test_a_mask_changes_no_length_and_is_done_once(text: str) -> None:
    once = mask(text)
    assert len(once) == len(text) and mask(once) == once
    assert all(two in (one, SIGN) for one, two in zip(text, once, strict=True))


@given(
    st.integers(0, 10**15),
    st.sampled_from(["元", "万元", "户", "人次", "吨", "亩", "平方米", "%", "个", "千瓦时", "号", "册"]),
)
def test_no_figure_with_a_unit_is_masked(number: int, unit: str) -> None:
    text = f"全年完成{number}{unit}，比上年增加{number}{unit}。"
    assert not found(text)


@given(st.dates(), st.sampled_from(["%Y%m%d", "%Y-%m-%d", "%Y年%m月%d日", "%Y.%m.%d", "%Y%m%d%H%M%S", "%Y/%m/%d"]))
def test_no_date_is_masked(date: Any, form: str) -> None:
    assert not found(f"于{date.strftime(form)}印发")


def test_a_document_is_masked_in_all_its_texts() -> None:
    texts = {"title": f"致电{MOBILE}", "text_hans": f"电话{MOBILE}。", "reading": f"电话{MOBILE}。"}
    others = {"uploader": "a@example.com", "document_number": MOBILE, "outline": ((1, "一、", f"手机{MOBILE}", 0),)}
    made = document("http://a.test/1.html", "0", f"一、联系方式\n电话{MOBILE}。", **texts, **others)
    row = rows._document(made)
    counts: Counter[str] = Counter()
    masked = mask_row(row, counts)
    assert MOBILE not in str([masked[name] for name in masked if name != "document_number"])
    assert masked["document_number"] == MOBILE and masked["uploader"] == SIGN * 13
    assert (
        masked["content_digest"] == content_digest(str(masked["title"]), str(masked["text"])) != row["content_digest"]
    )
    assert json.loads(str(masked["outline"])) == [[1, "一、", "手机" + SIGN * 11, 0]]
    assert counts == {"mobile": 2, "documents": 1}
    assert mask_row(masked, Counter()) == masked


@pytest.mark.parametrize("seed", range(12))
def test_forms_of_persons_are_masked_and_look_alikes_stay(seed: int) -> None:
    draw = random.Random(seed)
    assert [text for text in pii_forms.persons(draw) if not found(text)] == []
    assert [(text, mask(text)) for text in pii_forms.things(draw) if found(text)] == []
