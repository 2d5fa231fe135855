"""The skeleton: what it forgets, and what it must not."""

import pytest

from pipelines.fingerprint import content_digest, part_suffix, skeleton


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2015年，全县科协工作成效显著。", "20xx年,全县科协工作成效显著"),
        ("區科協緊緊圍繞中心工作", "区科协紧紧围绕中心工作"),
        ("區(qū)科協(xié)緊緊圍繞", "区科协紧紧围绕"),
        ("培训 群众\n3000人", "培训群众1200人"),
        ("展示教具12件", "展示教具**件"),
    ],
)
def test_copies_agree(one: str, other: str) -> None:
    assert skeleton(one) == skeleton(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("科协工作总结", "妇联工作总结"), ("科普e站", "科普站"), ("新建2个", "新建两个"), ("注册App", "注册")],
)
def test_different_texts_differ(one: str, other: str) -> None:
    assert skeleton(one) != skeleton(other)


def test_a_suffix_is_six_hex_digits_of_the_beginning() -> None:
    long = "一年来我镇科协在市科协的领导下加强了对科协工作的组织领导镇科协一班人更是认真学习了"
    assert part_suffix(long) == part_suffix(long + "后文不同")
    assert len(part_suffix("")) == 6 and int(part_suffix(long), 16) >= 0


def test_the_digest_is_of_what_is_published() -> None:
    assert content_digest("标题", "正文") != content_digest("标题", "正文。")
