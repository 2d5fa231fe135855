"""Scripts: the fold keeps offsets, Simplified text is left alone, localised words come back."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opencc import OpenCC

from benchmarks.script_accuracy import Figure, accuracy
from pipelines.script import fold, is_common, script_of, to_hans, usage_of

CASES = json.loads((Path(__file__).parent / "cases" / "script.json").read_text(encoding="utf-8"))
TEXTS: dict[str, list[str]] = json.loads(
    (Path(__file__).parent / "cases" / "script_texts.json").read_text(encoding="utf-8")
)
PAGES = ["\n".join(TEXTS["mainland"][n : n + 5]) for n in range(0, len(TEXTS["mainland"]), 5)]
HANZI = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), max_size=40)
REPORT = (
    "一年来，县科协在县委、县政府的领导下，围绕中心，服务大局，扎实推进科普信息化项目。全年组织社区和中小学科普活动12次，发放宣传资料1.2万份，"
    "建立健全网络管理制度，创建省级科普示范社区3个，完成调查数据录入和数据分析工作。存在的问题是乡镇科协经费不足，部分设备陈旧。"
    "明年要进一步优化服务，加强与市直部门的联系，争取财政支持，抓好“农村中学科技馆”项目建设，办好短视频大赛。"
)


@pytest.mark.parametrize("case", CASES["hits"] + CASES["look-alikes"], ids=lambda case: case["name"])
def test_to_hans(case: dict[str, str]) -> None:
    assert to_hans(case["text"], case.get("usage")) == case["hans"]


@pytest.mark.parametrize("case", CASES["known failures"], ids=lambda case: case["name"])
@pytest.mark.xfail(strict=True)
def test_known_failures(case: dict[str, str]) -> None:
    assert to_hans(case["text"], case.get("usage")) == case["hans"]


@given(st.text(max_size=60))
def test_fold_keeps_every_offset_and_is_stable(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert [fold(character) for character in text] == list(fold(text))
    assert fold(fold(text)) == fold(text)


def test_fold_unites_widths_and_scripts_but_not_cases() -> None:
    assert fold("相關推薦：（ＡＢｃ）　１２％") == fold("相关推荐:(ABc) 12%") == "相关推荐:(ABc) 12%"
    assert fold("。、《》“”") == "。、《》“”"


@given(HANZI)
def test_simplified_text_is_returned_as_it_is(text: str) -> None:
    if script_of(text) == "hans":
        assert to_hans(text) is text


@given(st.lists(HANZI, max_size=5))
def test_to_hans_keeps_the_paragraphs(lines: list[str]) -> None:
    assert to_hans("\n".join(lines)).count("\n") == max(0, len(lines) - 1)


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("", "hans"),
        ("2024 ABC", "hans"),
        ("全面总结科普工作", "hans"),
        ("全面總結科普工作", "hant"),
        ("全面總結\n全面总结经验", "mixed"),
        (REPORT + "陳", "hans"),
        ("关于科協2018年上半年工作總結及下半年工作計劃范文", "mixed"),
    ],
)
def test_script_of(text: str, script: str) -> None:
    assert script_of(text) == script


def test_a_localised_report_comes_back_word_for_word() -> None:
    localised = OpenCC("s2twp").convert(REPORT)
    assert usage_of(localised) == "tw"
    assert to_hans(localised) == REPORT


def test_a_transcribed_report_is_not_taken_for_localised() -> None:
    transcribed = OpenCC("s2t").convert(REPORT)
    assert not usage_of(transcribed)
    assert to_hans(transcribed) == REPORT


def test_what_is_known_of_the_page_decides_for_its_parts() -> None:
    part = "組織社群居民參加專案。"
    assert to_hans(part) == "组织社群居民参加专案。"
    assert to_hans(part, "tw") == "组织社区居民参加项目。"
    assert to_hans("組織社群", "") == "组织社群"


def test_common_hanzi_in_both_scripts() -> None:
    assert all(map(is_common, "总總结結图圖的"))
    assert not any(map(is_common, "偨顒剣縺A,。"))


@pytest.mark.parametrize("way", ["s2t", "s2tw", "s2hk"])
def test_a_plain_conversion_comes_back_exactly(way: str) -> None:
    convert = OpenCC(way).convert
    assert [to_hans(convert(page)) for page in PAGES] == PAGES


def test_words_that_localisation_changed_come_back() -> None:
    figure: Figure = accuracy(PAGES, "s2twp")
    assert figure.changed > 300
    assert figure.recall >= 0.985
    assert figure.precision >= 0.985


@pytest.mark.parametrize("text", [*TEXTS["native"], "\n".join(TEXTS["native"][:11]), "\n".join(TEXTS["native"][11:])])
def test_a_native_page_keeps_its_words(text: str) -> None:
    assert usage_of(text) == ""
    assert to_hans(text) == OpenCC("hk2s").convert(text)


def test_a_mainland_page_about_taiwan_is_mainland_text() -> None:
    page = "\n".join(TEXTS["about Taiwan"])
    assert to_hans(OpenCC("s2twp").convert(page)) == page


@given(
    st.lists(st.sampled_from([*"乾著瞭藉余馀于後里么钟复发的了在国社区资讯专案"]), max_size=30).map("".join),
    st.booleans(),
)
def test_simplified_lines_are_unchanged_in_a_mixed_page(line: str, known: bool) -> None:
    page = f"这条线不变{line}这里讲的问题还没有说完\n縣委組織學習專案並總結經驗"
    assert to_hans(page, "tw" if known else None).split("\n")[0] == page.split("\n")[0]


@pytest.mark.parametrize("text", TEXTS["mainland"] + TEXTS["about Taiwan"])
def test_simplified_text_of_any_kind_is_the_same_object(text: str) -> None:
    assert to_hans(text) is text
    assert to_hans(text, "tw") is text
