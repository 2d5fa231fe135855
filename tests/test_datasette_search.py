"""The page of search results in a real Datasette: snippets, filters, the order and what is said of it."""

import json
import re
from collections.abc import Callable, Iterator

import pytest
from archive_cases import outcome
from browser import serving

from archive.search import OPEN
from archive.store import add, open_archive

Get = Callable[[str], tuple[int, str]]

COMMON = "各位领导：本年度科普工作扎实推进，现将有关情况总结如下。"
HOSTILE = f"環保<script>alert(1)</script>\u202e工作{OPEN}穩步開展。"


@pytest.fixture(scope="module")
def get(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Get]:
    """Forty-one documents; one of them hostile, one on a site of its own."""
    path = tmp_path_factory.mktemp("search") / "archive.db"
    db = open_archive(path)
    db.conn.execute("PRAGMA foreign_keys = OFF")
    for n in range(40):
        more = {"title": "水渠总结" if n == 30 else "报告", "title_hans": "水渠总结" if n == 30 else "报告"}
        add(db, outcome(COMMON, url=f"http://a.test/{n}", quality=round(n / 40, 3), **more))
    titles = {"title": "<i>環保</i>", "title_hans": "<i>环保</i>"}
    add(db, outcome(HOSTILE, url="http://b.test/x", text_hans="环保工作稳步开展。", organisation="某局", **titles))
    db.close()
    with serving(path) as served:

        def fetched(address: str) -> tuple[int, str]:
            status, _, body = served.get(address)
            return status, body.decode()

        yield fetched


def hits(body: str) -> list[str]:
    return re.findall(r'<li><a href="/-/read/archive/([^"]+)">', body)


def test_a_frequent_words_page_says_in_which_order_it_is(get: Get) -> None:
    status, body = get("/archive/search?q=总结")
    assert status == 200 and "40 documents found" in body and len(hits(body)) == 20
    assert "More than 5 %" in body and "rank=1" in body
    qualities = [float(value) for value in re.findall(r"quality ([\d.]+)", body)]
    assert qualities[0] == 0.75, "the one with a hit in its title"
    assert qualities[1:] == sorted(qualities[1:], reverse=True)
    assert "bm25" in get("/archive/search?q=总结&rank=1")[1] and "More than 5 %" not in get("/archive/search?q=环保")[1]


def test_pages_turn(get: Get) -> None:
    first, second = get("/archive/search?q=总结")[1], get("/archive/search?q=总结&page=2")[1]
    assert 'rel="next"' in first and 'rel="prev"' not in first
    assert 'rel="prev"' in second and 'rel="next"' not in second and '<ol class="results" start="21">' in second
    assert len({*hits(first), *hits(second)}) == 40
    for page in ("0", "-1", "x", "999999999999", "٣", "²"):
        assert get(f"/archive/search?q=总结&page={page}")[0] == 200


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ("", 1),
        ("&organisation=某", 1),
        ("&organisation=教", 0),
        ("&site=b.test", 1),
        ("&site=a.test", 0),
        ("&genre=总结&damage=pinyin&min_quality=0.5&complete=1&canonical=1&era=", 1),
        ("&min_quality=1.1", 0),
        ("&era=2019", 1),
        ("&era=..2018", 0),
        ("&family=nothing", 0),
    ],
)
def test_filters_are_those_of_the_command(get: Get, filters: str, found: int) -> None:
    status, body = get(f"/archive/search?q=环保{filters}")
    assert status == 200 and len(hits(body)) == found
    assert ("<details open>" in body) == (filters.strip("&=era") != "")


@pytest.mark.parametrize("wrong", ["q=(a", "q=a&era=x", "q=a&min_quality=x", "q=a&damage=x", "q=a&organisation=。"])
def test_what_cannot_be_asked_is_told_in_a_line(get: Get, wrong: str) -> None:
    status, body = get(f"/archive/search?{wrong}")
    assert status == 400 and re.search(r'role="alert">[^<\n-][^<\n]+</p>', body)
    status, body = get(f"/archive/search.json?{wrong}")
    assert status == 400 and not json.loads(body)["ok"]


def test_stored_text_is_text(get: Get) -> None:
    body = get("/archive/search?q=環保")[1]
    assert "&lt;i&gt;<mark>環保</mark>&lt;/i&gt;" in body and "<mark>環保</mark>&lt;script&gt;" in body
    assert "<script" not in body and 'data-u="202E"' in body
    assert body.count("<mark>") == body.count("</mark>")
    echoed = get('/archive/search?q=环保 OR "><script>alert(1)</script>')[1]
    assert "<script" not in echoed


def test_programs_get_the_same(get: Get) -> None:
    status, body = get("/archive/search.json?q=环保")
    found = json.loads(body)
    assert status == 200 and found["total"] == 1 and not found["frequent"] and found["ranked"]
    assert "【環保】" in found["hits"][0]["snippet"]
    assert json.loads(get("/archive/search.json")[1])["hits"] == []


@pytest.mark.parametrize(
    ("query", "found"),
    [("水渠", 1), ("水渠 OR 環保", 2), ("报告", 39), ("报告 -科普", 39), ("水渠 (总结 OR 報告)", 1), ("科普", 0)],
)
def test_a_tables_search_of_one_column_reads_the_same_queries(get: Get, query: str, found: int) -> None:
    status, body = get(f"/archive/documents.json?_shape=objects&_search_title={query}")
    assert status == 200 and json.loads(body)["filtered_table_rows_count"] == found


def test_a_table_that_was_searched_has_snippets(get: Get) -> None:
    assert "<mark>水渠</mark>总结</a>" in get("/archive/documents?_search=水渠")[1]
    assert get("/archive/documents?_search=總結")[1].count("情况<mark>总结</mark>如下") >= 30
    hostile = get("/archive/documents?_search=環保")[1]
    assert "<mark>環保</mark>&lt;script&gt;" in hostile and "<mark>環保</mark>&lt;/i&gt;</a>" in hostile
    assert "<mark>" not in get("/archive/documents")[1], "nothing is left of what another reader asked"


@pytest.mark.parametrize("query", ["title: x", "NEAR(a)", "a^2", '"', "AND", "a + b*"])
def test_whatever_is_asked_raw_is_no_failure_of_the_server(get: Get, query: str) -> None:
    for table in ("documents", "documents.json", "pages"):
        assert get(f"/archive/{table}?_search={query}&_searchmode=raw")[0] in (200, 400)


def test_the_page_speaks_chinese(get: Get) -> None:
    body = get("/archive/search?q=总结&lang=zh")[1]
    assert "找到 40 篇" in body and "不按相关度" in body and "筛选" in body
    assert "括号" in get("/archive/search?q=(总结&lang=zh")[1]
    assert get("/archive/search")[0] == 200
    assert get("/nowhere/search?q=a")[0] == 404
