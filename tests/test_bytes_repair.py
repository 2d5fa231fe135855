"""Byte damage: undone where the bytes tell, never on clean text; damage is made here, on bytes, blind to characters."""

import codecs
import json
import re
import time
from itertools import pairwise, product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opencc import OpenCC

from benchmarks.byte_damage import Way, measure, ways
from pipelines.document import Proposal, Source
from pipelines.ledger import begin
from pipelines.repairs.annotations import pinyin
from pipelines.repairs.bytes_repair import lost_lead, misaligned_pinyin
from pipelines.repairs.gbk import LOST
from pipelines.repairs.readings import has_tone, is_reading, toneless

CASES = Path(__file__).parent / "cases"
ENC = json.loads((CASES / "enc.json").read_text(encoding="utf-8"))
PINYIN = json.loads((CASES / "pinyin.json").read_text(encoding="utf-8"))
FOLDED = {b"\xa3\xac": b",", b"\xa3\xbf": b"?", b"\xa3\xbb": b";", b"\xa3\xa1": b"!", b"\xa3\xba": b":"}
BEFORE = [
    "各項工作有序推進",
    "受到群眾一致好評",
    "全年下鄉指導三百餘次",
    "制度得到進一步完善",
    "村級組織更加健全",
    "專家到現場講課",
]
AFTER = [  # each begins with a byte of the five pairs: AC BF BB A1 BA
    "現將全年情況匯報如下", "現有會員三百二十人", "總結起來有三點經驗",
    "縣委縣政府高度重視", "縣裡專門撥付經費", "科普隊伍不斷壯大",
    "可是經費仍然不足", "績效工資改革穩步推進", "考核結果與獎金掛鉤",
    "活動期間發放資料五千份", "基層組織建設得到加強", "籃球比賽吸引了二十支隊伍",
    "或者組織他們到外地參觀", "回顧一年來的工作", "科技工作者踴躍參加",
    "和去年相比增長一成", "合作社帶動農戶增收", "好的做法要堅持下去",
    "《科普法》宣傳深入人心", "“三下鄉”活動深受歡迎",
]  # fmt: skip
CLEAN = "".join(f"{a}。{b}，" for a, b in zip(BEFORE * 4, AFTER, strict=False))


def apply(text: str, proposals: list[Proposal]) -> str:
    return begin(Source("urn:x", text, (0,), "", "", "utf-8", False)).edited("bytes", proposals).view


def repaired(text: str) -> str:
    for rule in (misaligned_pinyin, lost_lead, pinyin):
        text = apply(text, rule(text))
    return text


def keep(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return chr(0xF700 + error.object[error.start]), error.start + 1


codecs.register_error("keep", keep)


def damaged(text: str, errors: str) -> tuple[str, bool]:
    """A blind replace of the five pairs over GBK bytes, read again; whether it crossed a border of characters."""
    code = b"".join(FOLDED.get(c.encode("gbk"), c.encode("gbk")) for c in text)
    blind = code
    for pair, mark in FOLDED.items():
        blind = blind.replace(pair, mark)
    return blind.decode("gb18030", errors), blind != code


def folded(text: str) -> str:
    return b"".join(FOLDED.get(c.encode("gbk"), c.encode("gbk")) for c in text).decode("gbk")


def right_but_for_losses(text: str, clean: str) -> bool:
    return re.fullmatch(re.escape(text).replace(LOST, "."), clean) is not None


@pytest.mark.parametrize("case", ENC["hits"], ids=lambda case: case["name"])
def test_enc_hits(case: dict[str, str]) -> None:
    assert repaired(case["text"]) == case["clean"]


@pytest.mark.parametrize("case", ENC["look-alikes"], ids=lambda case: case["name"])
def test_enc_look_alikes(case: dict[str, str]) -> None:
    assert misaligned_pinyin(case["text"]) == lost_lead(case["text"]) == pinyin(case["text"]) == []


@pytest.mark.parametrize("case", ENC["known failures"] + PINYIN["known failures"], ids=lambda case: case["name"])
@pytest.mark.xfail(strict=True)
def test_known_failures(case: dict[str, str]) -> None:
    assert repaired(case["text"]) == case["clean"]


@pytest.mark.parametrize("case", PINYIN["hits"], ids=lambda case: case["name"])
def test_pinyin_hits(case: dict[str, str]) -> None:
    assert apply(case["text"], pinyin(case["text"])) == case["clean"]


@pytest.mark.parametrize("case", PINYIN["look-alikes"], ids=lambda case: case["name"])
def test_pinyin_look_alikes(case: dict[str, str]) -> None:
    assert repaired(case["text"]) == case["text"]


@pytest.mark.parametrize(("before", "after"), list(product(BEFORE, AFTER)))
def test_a_kept_byte_restores_every_sentence(before: str, after: str) -> None:
    text, hit = damaged(f"{before}。{after}，再上台階", "keep")
    assert hit
    assert repaired(text) == folded(f"{before}。{after}，再上台階")


@pytest.mark.parametrize("errors", ["ignore", "replace"])
def test_lost_full_stops_are_restored(errors: str) -> None:
    """Of the sentences whose every other byte is still there, 9 in 10 come back exactly, and none comes back wrong."""
    whole = exact = wrong = 0
    for before, after in product(BEFORE, AFTER):
        clean = folded(f"{before}。{after}，再上台階")
        text, _ = damaged(f"{before}。{after}，再上台階", errors)
        again = repaired(text)
        if len(text.encode("gb18030", "ignore").replace(b"\x841\xa47", b"")) == len(clean.encode("gbk")) - 2:
            whole += 1
            exact += again == clean
        wrong += not right_but_for_losses(again, clean) and again != text
    assert whole > 60
    assert exact >= 0.9 * whole
    assert wrong == 0


@pytest.mark.parametrize("config", ["t2t", "t2s", "t2tw"])
def test_clean_text_is_left_alone(config: str) -> None:
    text = CLEAN if config == "t2t" else OpenCC(config).convert(CLEAN)
    for version in (text, text.translate(str.maketrans("，；", ",;"))):
        assert misaligned_pinyin(version) == lost_lead(version) == pinyin(version) == []


@given(st.text(st.sampled_from("現總結,?F偨Y(xiàn)qǐng。縣委;h!A\ufffd\uf7a1`嵺 \n"), max_size=40))
@settings(max_examples=300)
def test_any_text_gives_proposals_that_apply(text: str) -> None:
    for rule in (misaligned_pinyin, lost_lead, pinyin):
        proposals = rule(text)
        assert all(0 <= p.start < p.end <= len(text) and p.rule and p.evidence for p in proposals)
        assert all(a.end <= b.start for a, b in pairwise(proposals))
        apply(text, proposals)


@given(st.text(max_size=60))
def test_what_was_repaired_is_not_repaired_again(text: str) -> None:
    once = repaired(text)
    assert len(once) <= len(text) + 1


def test_time_is_linear() -> None:
    text = "?我" * 20000 + CLEAN * 40 + "，" * 20000
    begun = time.perf_counter()
    lost_lead(text)
    misaligned_pinyin(text)
    assert time.perf_counter() - begun < 5


def test_readings() -> None:
    assert is_reading("協", "xié")
    assert is_reading("重", "chóng") and is_reading("重", "zhong")
    assert is_reading("綠", "lǜ") and toneless("lǜ") == "lv"
    assert not is_reading("協", "ppt")
    assert has_tone("xié") and not has_tone("app")


@pytest.mark.parametrize("way", [way for way in ways() if way.script == "s2t"], ids=str)
def test_damage_of_the_sample_texts_is_never_repaired_wrongly(way: Way) -> None:
    """Every border that a blind replace hits in them; with the lost bytes kept, every hit comes back."""
    (counts,) = measure(chosen=[way]).values()
    assert counts["exact"] + counts["marked"] > counts["left"]
    assert counts["wrong"] == counts["stray"] == 0
    if way.lead == "kept":
        assert counts["exact"] >= 0.99 * counts.total()
