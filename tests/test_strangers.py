"""Whose page it is now: parked, broken, guarded and hijacked ones, and the documents that only speak of such."""

import json
from pathlib import Path

import pytest
from opencc import OpenCC

from pipelines.document import Knowledge, Outcome, Page, PageRules
from pipelines.process import restore

CASES = json.loads((Path(__file__).parent / "cases" / "strangers.json").read_text(encoding="utf-8"))
HITS = [(code, title, lines) for code, pages in CASES["hits"].items() for title, lines in pages]
traditional = OpenCC("s2t").convert
GENUINE = (
    "2023年，我社区在街道党工委的坚强领导下，以网格化管理为抓手，不断提升服务群众的能力和水平。",
    "全年共排查矛盾纠纷58起，调解成功56起，成功率达96.5%，为居民代办各类事项1300余件。",
    "明年，我们将以创建全国文明城市为契机，把各项工作做得更细更实，努力让居民的日子越过越好。",
)


def judged(title: str, lines: list[str], extra: str = "") -> Outcome:
    body = "".join(f"<p>{line}</p>" for line in lines)
    page = f"<title>{title}</title><body>{extra}<div class=article><h1>{title}</h1>{body}</div></body>"
    return restore((Page("http://a.test/1.html", page.encode(), "text/html; charset=utf-8"),), Knowledge(), PageRules())


@pytest.mark.parametrize(("code", "title", "lines"), HITS, ids=[f"{hit[0]}: {hit[1]}" for hit in HITS])
def test_a_page_that_is_somebody_elses_is_no_document(code: str, title: str, lines: list[str]) -> None:
    assert judged(title, lines).rejected.startswith(f"{code}: ")


@pytest.mark.parametrize(("title", "lines"), CASES["look_alikes"], ids=[case[0] for case in CASES["look_alikes"]])
@pytest.mark.parametrize("turned", [False, True], ids=["as it is", "in the other script and width"])
def test_a_document_that_speaks_of_such_pages_survives(title: str, lines: list[str], turned: bool) -> None:
    if turned:
        wide = str.maketrans({chr(n): chr(n + 0xFEE0) for n in range(ord("0"), ord("9") + 1)})
        title, lines = traditional(title), [traditional(line).translate(wide) for line in lines]
    found = judged(title, lines)
    assert found.rejected == "" and all(line[:8] in found.documents[0].text.replace(" ", "") for line in lines[1:])


@pytest.mark.parametrize("at", ["first", "middle", "last"])
@pytest.mark.parametrize(("code", "title", "lines"), HITS, ids=[f"{hit[0]}: {hit[1]}" for hit in HITS])
def test_a_genuine_text_with_a_strangers_line_in_it_survives(code: str, title: str, lines: list[str], at: str) -> None:
    """A spam line above, a notice beside: what the unit wrote is the page."""
    place = {"first": 0, "middle": 2, "last": len(GENUINE) * 2}[at]
    genuine = [*GENUINE, *(text.replace("社区", "村").replace("58", "31") for text in GENUINE)]
    assert judged("社区工作总结", [*genuine[:place], lines[0], *genuine[place:]]).rejected == ""


@pytest.mark.xfail(strict=True, reason="a trade is known by its words, and these are of no trade in particular")
@pytest.mark.parametrize(("code", "title", "lines"), CASES["known_failures"])
def test_a_known_failure(code: str, title: str, lines: list[str]) -> None:
    assert judged(title, lines).rejected.startswith(f"{code}: ")


def test_a_reason_names_the_trade_and_whether_the_title_is_still_a_units() -> None:
    title, lines = CASES["hits"]["hijacked"][0]
    reason = judged(title, lines).rejected
    assert reason.startswith("hijacked: betting under the title of a unit, ") and "words of it" in reason
    title, lines = CASES["hits"]["hijacked"][1]
    assert "under the title" not in judged(title, lines).rejected
