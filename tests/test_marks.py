"""Marks: what each rule sees, what it leaves, and what becomes of a document's quality."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.marks import spots
from pipelines.script import fold


def kinds_in(text: str) -> set[str]:
    return {spot.kind for _, spot in spots(fold(text))}


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
        ("坚持以***新时代中国特色社会主义思想", {"censored"}),
        ("贯彻党的XX大精神", {"censored"}),
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
    assert kinds_in(text) == kinds


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


@given(st.text("x20年*_%某市个，。0123456789人 ", max_size=40))
def test_spots_are_in_the_text(text: str) -> None:
    assert all(0 <= spot.start < spot.end <= len(text) for _, spot in spots(text))
