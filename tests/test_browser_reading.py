"""Home, documents, copies and versions in a real browser: to be read in two languages, by day and night, on a phone."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from accessibility import flaws, tabbed
from archive_cases import URL, outcome
from browser import NAME, Reader, Served, serving
from selenium.webdriver.common.by import By
from selenium.webdriver.support.select import Select

from archive import families
from archive.store import Fetch, add, add_fetch, begin_crawl, open_archive
from pipelines.document import Fact, Gap, Heading, Mark, Outcome, article_id

TEXT = "各位领导：本年度科普工作扎实推进，现将有关情况总结如下。\n一、加强领导。成立xx个小组。\n二、存在不足。"
OTHER = "各位領導：本年度環保工作穩步開展，現將情況總結如下。\n<b>結尾</b>"
HOSTILE = "一行\u202e反转\u2066<script>alert(1)</script>\u0007"
KEY = article_id(URL)
TOLD = (
    "镇文化站{}的安排围绕三个村的露天书场展开，每逢集日由退休教师轮流讲古，讲的是本地修渠筑路的旧事。书场的长凳由木匠免费修补，"
    "茶水由隔壁供销社承担，听众多时坐到了桥头，散场后孩子们把凳子擦净归位，这一年共讲了四十场，没有一场因雨取消。"
)


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server over an archive whose first document came twice, and has a mask, a gap and proofs."""
    path = tmp_path_factory.mktemp("changed") / f"{NAME}.db"
    db = open_archive(path)
    crawl = begin_crawl(db, "test", "{}")
    for number in (1, 2):
        add_fetch(db, Fetch(crawl, URL, 200, "2026-01-01T00:00:00Z", "", "", "a.warc.gz", number, 1))
    add(db, outcome(TEXT.replace("不足", "问题"), OTHER, HOSTILE, keys=("a", "b", "h")))
    add(db, damaged())
    for number, when in enumerate(("年初", "<b>年末")):
        titles = {"title": "书场的安排", "title_hans": "书场的安排"}
        add(db, outcome(TOLD.format(when), url=f"http://copy{number}.test/1.html", fetch_id=2, **titles))
    families.settle(db)
    db.close()
    with serving(path) as running:
        yield running


def damaged() -> Outcome:
    """The second capture: the text with a mask marked in it, what proves its date, and a missing tail."""
    made = outcome(TEXT, OTHER, HOSTILE, keys=("a", "b", "h"), fetch_id=2)
    first = made.documents[0]
    mask = first.source_start + TEXT.index("xx")
    outline = (Heading(1, "一、", "加强领导", TEXT.index("一、")), Heading(1, "二、", "存在不足", TEXT.index("二、")))
    told = replace(
        first, damage=("missing_tail", "numbers_masked"), outline=outline, redated=1, status="partial", title_year=2024
    )
    return replace(
        made,
        documents=(told, *made.documents[1:]),
        marks=(Mark(1, mask, mask + 2, "numbers_masked", "masked_number", "a mask where a number stood"),),
        gaps=(Gap(1, first.source_end, "tail", None, "ends in 不足"),),
        facts=(
            Fact(1, "signed_on", "2019-12", "text", mask, mask + 2, "2019年12月"),
            Fact(1, "title_year", "2024", "title", None, None, "2024年"),
            Fact(1, "redated", "1", "", None, None, "title 2024, signed 2019-12"),
        ),
    )


def read(key: str) -> str:
    return f"/-/read/{NAME}/{KEY}-{key}"


PAGES = {
    "home": "/",
    "documents": f"/{NAME}/documents",
    "searched": f"/{NAME}/documents?_search=%E6%80%BB%E7%BB%93&genre=%E6%80%BB%E7%BB%93",
    "row": f"/{NAME}/documents/{KEY}-a",
    "questions": f"/{NAME}",
    "question": f"/{NAME}/by_year_and_genre",
    "search": f"/{NAME}/search?q=%E6%80%BB%E7%BB%93",
    "document": read("a"),
    "hostile": read("h"),
    "versions": f"/-/versions/{NAME}/{KEY}-a",
    "family": f"/-/family/{NAME}/{article_id('http://copy0.test/1.html')}-0",
    "kwic": f"/-/kwic/{NAME}?q=%E6%80%BB%E7%BB%93",
    "trend": f"/-/trend/{NAME}?q=%E6%80%BB%E7%BB%93",
    "ledger": f"/-/ledger/{NAME}/{KEY}",
    "original": f"/-/original/{NAME}/{KEY}-a",
}


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("manner", ["light", "dark", "phone"])
def test_a_page_can_be_read_by_everybody(reader: Reader, changed: Served, name: str, manner: str) -> None:
    reader.at(changed)
    getattr(reader, manner)()
    reader.open(PAGES[name] + ("&" if "?" in PAGES[name] else "?") + f"lang={'zh' if manner == 'dark' else 'en'}")
    assert flaws(reader) == []
    assert not reader.is_too_wide()
    reader.shot(f"{name}-{manner}")


def test_an_absent_page_is_one_of_ours(reader: Reader, changed: Served) -> None:
    reader.at(changed)
    reader.pardoned.append("404")
    reader.open(f"/-/read/{NAME}/nothing?lang=zh")
    assert "nothing" in reader.one("main").text and reader.one("h1").text == "没有找到"
    assert flaws(reader) == []


def test_the_home_page_says_what_the_archive_holds(reader: Reader, changed: Served) -> None:
    reader.at(changed).open("/")
    figures = dict(
        zip((e.text for e in reader.all(".figures dt")), (e.text for e in reader.all(".figures dd")), strict=True)
    )
    assert figures["documents"] == "5" and figures["texts, copies once"] == "4" and figures["sites"] == "3"
    assert "captured" in reader.one(".said").text
    reader.one(".bars a").click()
    assert "genre=" in reader.driver.current_url and reader.all(".rows-and-columns tbody tr")


def test_a_search_from_the_home_page_marks_its_words(reader: Reader, changed: Served) -> None:
    reader.at(changed).open("/")
    box = reader.one(".search-big input")
    box.send_keys("環保")
    box.submit()
    reader.wait(lambda: reader.all("main mark"))
    assert reader.one("main mark").text == "環保"


def test_a_document_shows_damage_gaps_and_proofs_in_their_places(reader: Reader, changed: Served) -> None:
    reader.at(changed).open(read("a"))
    assert [e.text for e in reader.all("mark.damage")] == ["xx"]
    assert "a mask where a number stood" in reader.one("mark.damage").get_attribute("title")
    assert [e.text for e in reader.all(".text h2")] == ["一、加强领导。", "二、存在不足。"]
    assert "ends in 不足" in reader.all(".text p.gap")[-1].text
    dates = reader.one("section[aria-labelledby=dates]").text
    assert "2019年12月" in dates and "title 2024, signed 2019-12" in dates and "2026-01-02" in dates
    reader.one(".outline a").click()
    assert reader.driver.current_url.endswith(f"#h{TEXT.index('一、')}")
    reader.one(".damages .places a").click()
    assert reader.driver.current_url.endswith("#m1")


def test_a_document_without_scripts_is_the_same(reader: Reader, changed: Served) -> None:
    reader.at(changed).without_scripts()
    reader.open(read("a"))
    assert reader.one("h1").text == "某局工作总结" and len(reader.all(".text p")) > 1


def test_hostile_text_is_shown_and_never_obeyed(reader: Reader, changed: Served) -> None:
    reader.at(changed).open(read("h"))
    paragraph = reader.one(".text p")
    assert "<script>alert(1)</script>" in paragraph.text
    assert [e.get_attribute("data-u") for e in paragraph.find_elements(By.CSS_SELECTOR, ".u")] == [
        "202E",
        "2066",
        "0007",
    ]
    reader.open(f"/{NAME}/documents/{KEY}-h")
    assert [e.get_attribute("data-u") for e in reader.all("dd.col-text .u")] == ["202E", "2066", "0007"]
    reader.open(read("b"))
    assert "<b>結尾</b>" in reader.one(".text").text and not reader.all(".text b")


def test_versions_are_listed_compared_and_read_as_they_were(reader: Reader, changed: Served) -> None:
    reader.at(changed).open(read("a"))
    reader.one('aside a[href*="/-/versions/"]').click()
    assert [e.text for e in reader.all("tbody tr th")][:2] == ["2 (in force)", "1"]
    assert "the page changed" in reader.one("tbody tr").text
    assert (reader.one(".diff del").text, reader.one(".diff ins").text) == ("问题。", "不足。")
    Select(reader.one("select[name=from]")).select_by_visible_text("2")
    Select(reader.one("select[name=to]")).select_by_visible_text("1")
    reader.one("form.line button").click()
    assert reader.one(".diff ins").text == "问题。"
    reader.one('tbody a[href$="version=1"]').click()
    assert "存在问题" in reader.one(".text").text and "version 1" in reader.one(".message").text
    reader.one(".message a").click()
    assert "存在不足" in reader.one(".text").text


def test_copies_are_compared_character_by_character(reader: Reader, changed: Served) -> None:
    reader.at(changed).open(PAGES["family"])
    assert (reader.one(".diff del").text, reader.one(".diff ins").text) == ("年初", "<b>年末")


def test_the_language_is_switched_and_remembered(reader: Reader, changed: Served) -> None:
    reader.at(changed).open(f"/{NAME}/documents?_search=%E6%80%BB%E7%BB%93&lang=en")
    assert reader.one("html").get_attribute("lang") == "en" and reader.one("h1").text == "Documents"
    reader.one("a.switch").click()
    reader.wait(lambda: reader.one("html").get_attribute("lang") == "zh-Hans")
    assert reader.one("h1").text == "文档" and reader.one("#_search").get_attribute("value") == "总结"
    reader.open(read("a"))
    assert reader.one("html").get_attribute("lang") == "zh-Hans" and reader.one("aside h2").text == "关于这篇文档"
    assert reader.one(".text").get_attribute("lang") == "zh-Hans"
    reader.open(f"{read('a')}?lang=en")
    assert reader.one("aside h2").text == "About this document"


def test_a_keyboard_is_enough(reader: Reader, changed: Served) -> None:
    reader.at(changed).open(read("a"))
    places = tabbed(reader, 8)
    assert places[0][1] == "skip" and places[0][2].endswith("#content")
    assert places[1][1] == "brand" and places[2][2] == "_search"
    assert all(seen for *_, seen in places), "focus is seen wherever it is"
    assert len({place[:3] for place in places}) == len(places), "no trap"


def test_facets_narrow_what_is_listed(reader: Reader, changed: Served) -> None:
    reader.at(changed).open(f"/{NAME}/documents?lang=en")
    assert len(reader.all(".rows-and-columns tbody tr")) == 5
    reader.one("#facet-title_year summary").click()
    reader.one("#facet-title_year a").click()
    year = reader.one("#facet-title_year strong").text
    assert year and f"title_year={year}" in reader.driver.current_url
    assert 0 < len(reader.all(".rows-and-columns tbody tr")) < 5


def test_every_link_of_these_pages_leads_somewhere(changed: Served) -> None:
    seen: set[str] = set()
    for page in PAGES.values():
        body = changed.get(page)[2].decode()
        for link in set(re.findall(r'href="(/[^"#]*)', body)) - seen:
            seen.add(link)
            if "/-/original/" not in link:  # the page as it was needs a WARC file, which this archive has not
                assert changed.get(link.replace("&amp;", "&"))[0] == 200, f"{link} on {page}"


def test_ready_questions_run_with_and_without_their_parameters(changed: Served) -> None:
    queries = json.loads(changed.get(f"/{NAME}.json")[2])["queries"]
    assert len(queries) > 15
    for query in queries:
        values = "&".join(f"{name}=2" for name in query.get("params") or [])
        for asked in ("", f"?{values}"):
            status, _, body = changed.get(f"/{NAME}/{query['name']}{asked}")
            assert status == 200 and b'role="alert"' not in body, f"{query['name']}{asked}"
