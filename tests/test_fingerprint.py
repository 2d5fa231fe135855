"""Fingerprints: a copy keeps its skeleton through script, wording, annotations, masks, layout."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opencc import OpenCC

from pipelines.fingerprint import content_digest, part_suffix, skeleton

TEXT = (
    "2023年，县科协在县委、县政府的领导下，围绕中心，服务大局，推进科普信息化项目。全年组织社区和中小学科普活动12次，发放宣传资料1.2万份，"
    "创建省级示范社区3个，完成调查数据录入。下一步要优化服务，加强联系，争取财政支持，办好短视频大赛。"
)
DAMAGE: dict[str, Callable[[str], str]] = {
    "Traditional": lambda text: OpenCC("s2t").convert(text),
    "Taiwan wording": lambda text: OpenCC("s2twp").convert(text),
    "國小": lambda text: OpenCC("s2twp").convert(text).replace("中小學", "中國小").replace("影片", "視訊"),
    "annotated": lambda text: OpenCC("s2t").convert(text).replace("協", "協(xié)").replace("縣", "縣(xiàn )"),
    "masked": lambda text: (
        text.replace("2023", "20xx").replace("12次", "x次").replace("1.2万", "x.x万").replace("3个", "xx个")
    ),
    "other numbers": lambda text: text.replace("2023", "2021").replace("12次", "９次"),
    "ASCII marks": lambda text: text.translate(str.maketrans("，。、", ",.,")),
    "no marks, broken lines": lambda text: "\n　　".join(text.replace("，", "").split("。")),
    "spaces": lambda text: " ".join(text),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_copy_keeps_its_skeleton(damage: Callable[[str], str]) -> None:
    assert skeleton(damage(TEXT)) == skeleton(TEXT)
    assert part_suffix(damage(TEXT)) == part_suffix(TEXT)


def test_another_text_has_another() -> None:
    assert skeleton("科协总结") != skeleton("残联总结")
    assert part_suffix("一是抓科普。") != part_suffix("二是抓科普。")


@given(st.text(max_size=60))
def test_a_skeleton_holds_only_letters_and_number_signs(text: str) -> None:
    bones = skeleton(text)
    assert all(c == "#" or "a" <= c <= "z" or "\u3400" <= c <= "\u9fff" for c in bones)
    assert "##" not in bones


@given(st.text(max_size=60))
def test_a_suffix_is_six_hex_digits(text: str) -> None:
    assert len(part_suffix(text)) == 6
    assert int(part_suffix(text), 16) >= 0


def test_part_suffix_is_pinned() -> None:
    """Ids of stored parts rest on it: this may only change with a migration."""
    assert part_suffix(TEXT) == "03142e"


def test_content_digest() -> None:
    assert content_digest("题", "文") == content_digest("题", "文")
    assert (
        len(
            {
                content_digest("题", "文"),
                content_digest("题文", ""),
                content_digest("", "题文"),
                content_digest("题", "文 "),
            }
        )
        == 4
    )
