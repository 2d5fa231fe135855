"""Injected names: found by the words they break or by a copy without them; names that texts are full of never."""

from itertools import permutations
from random import Random

import pytest

from pipelines.learn import SourceText, learn
from pipelines.repairs import injected
from pipelines.script import fold
from sample.texts import load

TEXTS = [fold(text.body) for text in load()]
HOST = "www.wenku-yi.test"


def spoiled(text: str, token: str, times: int, rng: Random) -> str:
    """The token at random places between two characters, blind to words."""
    spots = [n for n in range(2, len(text) - 2) if all("\u4e00" <= char <= "\u9fff" for char in text[n - 1 : n + 1])]
    for spot in sorted(rng.sample(spots, times), reverse=True):
        text = text[:spot] + token + text[spot:]
    return text


def found(texts: list[str]) -> list[str]:
    suspects = injected.suspects(texts)
    return injected.proven(suspects, injected.copies(injected.wanted(suspects), texts))


def of_host(texts: list[str]) -> tuple[str, ...]:
    return learn(SourceText(HOST, "总结", text) for text in texts).of(HOST).watermarks


@pytest.mark.parametrize("token", ["大秘书", "拓松汽车户外网", "笔耕文化传播", "某某传媒", "kejianwang.com"])
def test_a_token_at_random_places_is_found(token: str) -> None:
    rng = Random(token)
    assert found([spoiled(text, token, 2, rng) for text in TEXTS[:30]]) == [token]


def test_clean_texts_have_none() -> None:
    assert found(TEXTS) == []
    assert found(TEXTS[:3] * 5) == []


@pytest.mark.parametrize("name", ["县科协", "机关党委", "各村各单位", "科普中国APP", "市委宣传部", "不忘初心"])
def test_names_that_stand_between_words_are_left(name: str) -> None:
    """In every clause, after 在, 由, 和, 对 and before 的, 组织, 认真: where names stand."""
    frames = ("在{}的领导下抓好落实", "由{}组织开展培训", "各村和{}认真学习", "对{}干部进行考核", "我们要求{}做好工作")
    texts = [text + "\n" + "。".join(frame.format(name) for frame in frames) * 3 for text in TEXTS[:20]]
    assert found(texts) == []


def test_a_copy_without_the_token_is_proof() -> None:
    clauses = (
        "各级干部认真学习文件精神",
        "加大宣传力度提高群众意识",
        "深入基层了解情况解决问题",
        "抓好安全生产确保一方平安",
    )
    spots = (5, 6, 3, 5)  # 认|真 宣|传 基|层 生|产
    dirty = [c[:n] + "拓松户外" + c[n:] for c, n in zip(clauses, spots, strict=True)]
    pages = ["。".join(dirty[:2]) + "。甲", "。".join(dirty[2:]) + "。乙", "今天是个好日子。丙"]
    assert found(pages) == []
    assert found([*pages, "。".join(clauses)]) == ["拓松户外"]


def test_what_is_learned_follows_from_the_set_of_texts() -> None:
    rng = Random(1)
    texts = [spoiled(text, "某某传媒", 4, rng) for text in TEXTS[:12]]
    assert of_host(texts) == of_host(texts[::-1]) == of_host(texts * 2) == ("某某传媒",)
    few = [list(order) for order in permutations(texts[:4])]
    assert len({of_host(order) for order in few}) == 1


def test_pages_and_characters_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = Random(2)
    texts = [spoiled(text, "某某传媒", 4, rng) for text in TEXTS[:12]]
    monkeypatch.setattr(injected, "PAGES_READ", 2)
    assert found(texts) == []
