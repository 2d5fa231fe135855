"""Facts: signatures and what looks like one, genres, own numbers, false dates, damaged numbers, quality."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.facts import document_number, genre, quality, redated, signature
from pipelines.numbers import damage_kinds, damaged_numbers

CASES = Path(__file__).parent / "cases"
SIGNED = json.loads((CASES / "signature.json").read_text(encoding="utf-8"))
GENRES = json.loads((CASES / "genre.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", SIGNED["hits"], ids=lambda case: case["name"])
def test_signature(case: dict[str, Any]) -> None:
    assert signature(case["lines"]) == (case["by"], case["on"], case["line"])


@pytest.mark.parametrize("case", SIGNED["look-alikes"], ids=lambda case: case["name"])
def test_no_signature(case: dict[str, Any]) -> None:
    assert signature(case["lines"]) is None


@pytest.mark.parametrize("case", SIGNED["known failures"], ids=lambda case: case["name"])
@pytest.mark.xfail(strict=True)
def test_known_failures(case: dict[str, Any]) -> None:
    assert signature(case["lines"]) == (case["by"], case["on"], case["line"])


@given(st.lists(st.text("县科协会。述职人:2024年6月25日、x （）1附件王强 ", max_size=14), max_size=16))
def test_a_signature_is_among_the_lines(lines: list[str]) -> None:
    found = signature(lines)
    assert found is None or 0 <= found.line < len(lines)


@pytest.mark.parametrize(("title", "expected"), GENRES["hits"].items())
def test_genre_by_title(title: str, expected: str) -> None:
    assert genre(title, "") == expected


@pytest.mark.parametrize(("title", "text", "expected"), GENRES["by text"])
def test_genre_by_text(title: str, text: str, expected: str) -> None:
    assert genre(title, text) == expected


@pytest.mark.parametrize("line", GENRES["numbers"])
def test_own_number(line: str) -> None:
    assert document_number(["关于工作的通知", line, "各单位："]) == line


@pytest.mark.parametrize("line", GENRES["no numbers"])
def test_cited_number(line: str) -> None:
    assert document_number(["关于工作的通知", line, "各单位："]) is None


@pytest.mark.parametrize(
    ("year", "published", "signed", "era", "expected"),
    [
        (2022, None, None, ("2005-10", "2006-10"), True),  # seed 000
        (2024, None, "2024-06-25", ("2024-04", "2025-03"), False),  # seed 004
        (2018, None, None, (None, None), False),
        (2018, None, "2019-01-08", (None, None), False),
        (2020, None, "2019-12-20", (None, None), False),
        (2023, None, "2019-01-08", (None, None), True),
        (None, "2022-12-20", "2019-01-08", (None, None), True),
        (None, "2019-02-01", "2019-01-08", (None, None), False),
        (None, "2018-02-01", "2019-01-08", (None, None), True),
        (None, "2022-12-20", None, ("2005", "2006"), True),
        (2008, None, None, ("2012-11", "2017-10"), True),
        (2012, None, None, ("2012-11", None), False),
        (None, None, None, (None, None), False),
    ],
)
def test_redated(
    year: int | None, published: str | None, signed: str | None, era: tuple[str | None, str | None], expected: bool
) -> None:
    assert redated(year, published, signed, era) is expected


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("设置展台x个，参与群众学生x人次", {"numbers_masked"}),
        ("20xx年，xx年度", {"numbers_masked"}),
        ("购买xx多册科普书籍", {"numbers_masked"}),
        ("产量x.xx万亩", {"numbers_masked"}),
        ("种植业20xx0亩", {"numbers_half_masked"}),
        ("发放药品20__人次", {"numbers_half_masked"}),
        ("某科协[20]20号", {"numbers_half_masked"}),
        ("xx市科协、某某县委", {"names_masked"}),
        ("坚持以***新时代中国特色社会主义思想", {"names_masked"}),
        ("贯彻党的XX大精神", {"names_masked"}),
        ("同比增长%，产值共亿元，", {"numbers_lost"}),
        ("截止年9月30日", {"numbers_lost"}),
        ("205月7日", {"numbers_lost"}),
        ("发动群众余人次参加", {"numbers_lost"}),
        ("占总人口的5,比上年高", {"numbers_lost"}),
        ("于202223年完成", {"numbers_corrupt"}),
        ("完成率20230%", {"numbers_corrupt"}),
    ],
)
def test_damaged_numbers(text: str, kinds: set[str]) -> None:
    assert damage_kinds(text) == kinds


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
    assert damage_kinds(text) == set()


@given(st.text("x20年*_%某市个，。0123456789人 ", max_size=40))
def test_spots_are_in_the_text(text: str) -> None:
    assert all(0 <= spot.start < spot.end <= len(text) for spot in damaged_numbers(text))


def test_quality() -> None:
    assert quality("一切都好。没有问题。", ()) == 1.0
    assert quality("一切都好。共xx人次。", ()) == 0.455
    assert quality("一切都好。\ufffd有问题。", ("missing_tail",)) == 0.4
    assert quality("", ()) == 1.0


@given(st.text(max_size=60), st.lists(st.sampled_from(["missing_tail", "missing_hole", "pinyin"])))
def test_quality_is_a_share(text: str, damage: list[str]) -> None:
    assert 0 <= quality(text, damage) <= 1


@pytest.mark.parametrize(
    "field", ["文号：\t江办发〔2015〕10号", "发文字号:江办发〔2015〕10号", "文　号： 江办发〔2015〕10号"]
)
def test_a_number_in_the_index_table_is_the_documents(field: str) -> None:
    assert document_number(["索引号：\t014108/2016-00318", field]) == "江办发〔2015〕10号"
