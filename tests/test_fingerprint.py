"""Fingerprints: a copy keeps its skeleton through script, wording, annotations, masks, layout."""

from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opencc import OpenCC

from pipelines.fingerprint import MOST, bones, content_digest, keys, part_suffix, skeleton
from pipelines.script import to_hans

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


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_copy_keeps_its_bones(damage: Callable[[str], str]) -> None:
    """Of the Simplified text, that is: other wording is the business of `to_hans`."""
    assert bones(to_hans(damage(TEXT))) == bones(TEXT)


def test_bones_leave_out_what_copies_swap() -> None:
    text = "2019年临岗县科协在柳河镇举办讲座12场"
    other = "20xx年××县科协在某某镇举办讲座**场"
    assert bones(text) == bones(other) == bones("2022年平阳县科协在青石镇举办讲座九场").replace("九", "")


def varied(length: int, seed: int = 1) -> str:
    rng = Random(seed)
    return "".join(chr(0x4E00 + rng.randrange(3000)) for _ in range(length))


def test_keys_of_a_part_are_keys_of_the_whole() -> None:
    part, whole = varied(3000), varied(9000, 2) + varied(3000) + varied(9000, 3)
    own = keys(part).tolist()
    assert len(own) == len(set(own)) and len(set(own) & set(keys(whole).tolist())) == len(own)


@pytest.mark.parametrize(("length", "least", "most"), [(0, 0, 0), (5, 0, 0), (20, 15, 15), (300, 24, 24)])
def test_a_short_text_has_enough_keys(length: int, least: int, most: int) -> None:
    assert least <= len(keys(varied(length))) <= most


def test_a_long_text_has_not_too_many_keys() -> None:
    assert len(keys(varied(400_000))) == MOST
    assert len(set(keys(varied(9000)).tolist()) & set(keys(varied(9000) + varied(400_000, 2)).tolist())) > 50


def test_keys_are_pinned() -> None:
    """Stored archives hold them: this may only change with `families --rebuild` in a migration."""
    assert keys(bones(TEXT)).tolist()[:3] == [31266443416123, 9548632610510, 36714976158156]
