"""A real Datasette on the archive: what a reader's browser gets."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import urlopen

import pytest
from archive_cases import URL, outcome
from click.testing import CliRunner
from loopback import PATIENCE, free_port

from archive import families, takedown
from archive.__main__ import main
from archive.removing.takedown_plan import Wanted, plan
from archive.store import Fetch, add, add_fetch, begin_crawl, open_archive
from pipelines.document import article_id

HANS = "各位领导：本年度科普工作扎实推进，现将有关情况总结如下。\n一、加强领导。"
HANT = "各位領導：本年度環保工作穩步開展，現將情況總結如下。\n<b>結尾</b>"

TWICE = (
    "镇文化站{}的安排围绕三个村的露天书场展开，每逢集日由退休教师轮流讲古，讲的是本地修渠筑路的旧事。书场的长凳由木匠免费修补，"
    "茶水由隔壁供销社承担，听众多时坐到了桥头，散场后孩子们把凳子擦净归位，这一年共讲了四十场，没有一场因雨取消。"
)
COPY = f"{article_id('http://copy0.test/1.html')}-0"
Get = Callable[[str], tuple[int, str]]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("datasette") / "my archive.db"
    db = open_archive(path)
    crawl = begin_crawl(db, "test", "{}")
    for number in (1, 2):
        add_fetch(db, Fetch(crawl, URL, 200, "2026-01-01T00:00:00Z", "", "", "a.warc.gz", number, 1))
    add(db, outcome(HANS, HANT, keys=("a", "b")))
    add(db, outcome(HANS + "补充。", HANT, keys=("a", "c"), fetch_id=2))
    for number, when in enumerate(("年初", "<b>年末")):
        titles = {"title": "书场的安排", "title_hans": "书场的安排"}
        add(db, outcome(TWICE.format(when), url=f"http://copy{number}.test/1.html", fetch_id=2, **titles))
    families.settle(db)
    db.close()
    return path


@pytest.fixture(scope="module")
def get(archive: Path) -> Iterator[Get]:
    with serving(archive) as fetched:
        yield fetched


@contextmanager
def serving(archive: Path) -> Iterator[Get]:
    port = free_port()
    command = [sys.executable, "-m", "archive", "--archive", str(archive), "serve", "--port", str(port)]
    server = subprocess.Popen(command, stderr=subprocess.PIPE, start_new_session=True)

    def fetched(path: str) -> tuple[int, str]:
        try:
            with urlopen(f"http://127.0.0.1:{port}{quote(path, safe='/?&=%~+')}") as response:
                return response.status, response.read().decode()
        except HTTPError as error:
            return error.code, error.read().decode()

    for _ in range(PATIENCE * 5):  # it would begin too late on a busy machine, and every test of this file fail
        try:
            fetched("/-/versions.json")
            break
        except URLError:
            assert server.poll() is None, server.stderr and server.stderr.read().decode()
            time.sleep(0.2)
    else:
        os.killpg(server.pid, 9)
        pytest.fail(f"no server after {PATIENCE} s: {server.communicate()[1].decode()}")
    yield fetched
    os.killpg(server.pid, 15)
    server.wait(10)


NAME = "my+archive"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("科普", 1),
        ("总结", 2),
        ("總結", 2),
        ("环保", 1),
        ("環保 总结", 1),
        ("科普 OR 环保", 2),
        ("总结 -科普", 1),
        ("泵站", 0),
    ],
)
def test_the_search_box_finds_short_words_in_either_script(get: Get, query: str, found: int) -> None:
    status, body = get(f"/{NAME}/documents.json?_shape=objects&_search={quote(query)}")
    assert status == 200
    assert json.loads(body)["filtered_table_rows_count"] == found


@pytest.mark.parametrize("query", ["*", '"', "a OR", "(科普", "-科普"])
def test_what_is_no_query_is_told_in_a_line(get: Get, query: str) -> None:
    for page in (f"/{NAME}/documents?_search=", f"/{NAME}/documents?_search_title=", f"/{NAME}/search?q="):
        status, body = get(f"{page}{quote(query)}")
        assert status == 400 and 'class="message-error"' in body and "Traceback" not in body
    status, body = get(f"/{NAME}/documents.json?_search={quote(query)}")
    assert status == 400 and json.loads(body)["error"]


def test_an_empty_search_box_leaves_all_documents(get: Get) -> None:
    status, body = get(f"/{NAME}/documents.json?_shape=objects&_search=&script=hans")
    assert status == 200 and json.loads(body)["filtered_table_rows_count"] == 4


def test_the_documents_page_has_facets_search_and_a_way_to_the_text(get: Get) -> None:
    status, body = get(f"/{NAME}/documents")
    assert status == 200
    assert 'name="_search"' in body
    assert all(f'data-facet-name="{name}"' in body or f"facet-{name}" in body for name in ("genre", "script", "status"))
    assert f"/-/read/{NAME}/{article_id(URL)}-a" in body
    assert 'data-column="text_hans"' not in body and 'class="excerpt"' in body
    assert 'data-column="text_hans"' in get(f"/{NAME}/documents?_col=text_hans")[1]


def test_facets_stand_in_the_order_that_readers_ask(get: Get) -> None:
    facets = re.findall(r'<details class="facet-info" [^>]*data-column="(\w+)"', get(f"/{NAME}/documents")[1])
    assert facets == [
        "genre",
        "status",
        "title_year",
        "script",
        "signed_by",
        "damage",
        "org_level",
        "org_field",
        "province",
    ]


@pytest.mark.parametrize(("column", "name"), [("damage", "damage__arraycontains"), ("script", "script")])
def test_a_facet_counts_what_its_choice_lists(get: Get, column: str, name: str) -> None:
    asked = f"/{NAME}/documents.json?_shape=objects"
    (value, *_) = json.loads(get(asked)[1])["facet_results"][column]["results"]
    assert value["selected"] is False and f"{name}={quote(str(value['value']))}" in value["toggle_url"]
    chosen = json.loads(get(f"{asked}&{name}={value['value']}")[1])
    assert chosen["filtered_table_rows_count"] == value["count"]
    (again,) = [one for one in chosen["facet_results"][column]["results"] if one["value"] == value["value"]]
    assert again["selected"] is True and name not in again["toggle_url"], "choosing it again lets it go"


def test_the_home_page_begins_with_a_search_for_documents(get: Get) -> None:
    body = get("/")[1].split("<main")[1]
    assert 0 < body.index(f'action="/{NAME}/search"') < body.index(f'href="/{NAME}/documents"')
    assert body.index(f'href="/{NAME}/documents"') < body.index(f'href="/{NAME}/rejections"')


def test_a_row_and_a_search_lead_to_what_a_reader_wants(get: Get) -> None:
    key = f"{article_id(URL)}-a"
    assert f'<p class="to-text"><a href="/-/read/{NAME}/{key}">' in get(f"/{NAME}/documents/{key}")[1]
    assert f'href="/{NAME}/search?q=%E7%A7%91%E6%99%AE"' in get(f"/{NAME}/documents?_search=科普")[1]
    assert "to-text" not in get(f"/{NAME}/documents")[1]


def test_origin_stands_above_the_text(get: Get) -> None:
    body = get(f"/-/read/{NAME}/{article_id(URL)}-a")[1]
    head = body[body.index("<article") : body.index('<div class="text"')]
    assert re.search(r"某局 · <time[^>]*>2019-12</time>", head)
    assert URL in head and f"/-/ledger/{NAME}/{article_id(URL)}" in head


def test_a_document_is_read_in_paragraphs_with_its_proof(get: Get) -> None:
    status, body = get(f"/-/read/{NAME}/{article_id(URL)}-c")
    assert status == 200
    assert re.search(r"<p><mark[^>]*>各位</mark>領導：本年度環保工作穩步開展，現將情況總結如下。</p>", body)
    assert "&lt;b&gt;結尾&lt;/b&gt;" in body, "text of a page is never markup"
    assert f"/-/ledger/{NAME}/{article_id(URL)}" in body
    assert f"/-/versions/{NAME}/{article_id(URL)}-a" in get(f"/-/read/{NAME}/{article_id(URL)}-a")[1]


def test_the_ledger_shows_what_was_cut_and_why(get: Get, archive: Path) -> None:
    status, body = get(f"/-/original/{NAME}/{article_id(URL)}")
    assert status == 200
    assert 'title="frame/chrome: by hand&#10;“首页 &gt; 工作总结⏎” → nothing"><del>首页 &gt; 工作总结' in body
    assert f'<a href="/-/read/{NAME}/{article_id(URL)}-a">' in body
    told = CliRunner().invoke(main, ["--archive", str(archive), "explain", URL, "--html"]).stdout
    alone = re.search(r'<main class="source".*?</main>', told, re.S)
    shown = re.search(r'<div class="source".*?</div>(?=\n<nav)', body, re.S)
    assert alone and shown
    inner = re.sub(r'<a href="/-/read/[^>]*>(.*?)</a>', r"\1", shown[0])
    assert inner.removeprefix("<div").removesuffix("</div>") == alone[0].removeprefix("<main").removesuffix("</main>")
    assert get(f"/-/ledger/{NAME}/{article_id(URL)}") == (status, body), "where it stood once"


def test_every_link_of_a_reading_page_leads_somewhere(get: Get) -> None:
    for page in (f"/-/read/{NAME}/{article_id(URL)}-a", f"/-/ledger/{NAME}/{article_id(URL)}", f"/{NAME}", "/"):
        for link in set(re.findall(r'href="(/(?!-/original/)[^"]*)"', get(page)[1])):  # those of a WARC that is none
            assert get(link.replace("&amp;", "&"))[0] == 200, f"{link} on {page}"


def test_a_retired_id_leads_on_and_a_wrong_one_is_not_found(get: Get) -> None:
    assert get(f"/-/read/{NAME}/{article_id(URL)}-b")[0] == 200
    assert get(f"/-/read/{NAME}/nothing")[0] == 404
    assert get(f"/-/read/nowhere/{article_id(URL)}-a")[0] == 404
    assert get(f"/-/ledger/{NAME}/nothing")[0] == 404


def test_canned_queries_run(get: Get) -> None:
    names = ["by_year_and_genre", "signatures", "doubtful_dates", "partial", "noise_by_rule", "rejections"]
    for name in names:
        status, body = get(f"/{NAME}/{name}")
        assert status == 200 and "message-error" not in body, name
    status, body = get(f"/{NAME}/search?q={quote('環保')}")
    assert status == 200 and "<mark>環保</mark>" in body


def test_a_taken_port_is_one_line(archive: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "archive", "--archive", str(archive), "serve", "--port", port]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(f"Error: port {port} is taken") and done.stderr.count("\n") == 1


def test_who_stops_serve_stops_datasette(archive: Path) -> None:
    port = free_port()
    command = [sys.executable, "-m", "archive", "--archive", str(archive), "serve", "--port", str(port)]
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    assert waited(lambda: listens(port), 20)
    server.terminate()
    assert server.wait(20) == 0
    assert waited(lambda: not listens(port), 5)


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def waited(holds: Callable[[], bool], seconds: float) -> bool:
    until = time.monotonic() + seconds
    while not holds() and time.monotonic() < until:
        time.sleep(0.1)
    return holds()


def test_a_family_shows_its_copies_and_what_differs(get: Get, archive: Path) -> None:
    status, body = get(f"/-/family/{NAME}/{COPY}")
    assert status == 200 and "Copies" in body
    assert re.search(r"<del[^>]*>年初</del>.*<ins[^>]*>&lt;b&gt;年末</ins>", body, re.S)
    assert "<b>年末" not in body
    status, body = get(f"/-/read/{NAME}/{COPY}")
    assert f"/-/family/{NAME}/{COPY}" in body
    status, body = get(f"/{NAME}/families_of_copies.json?_shape=array")
    assert [row["copies"] for row in json.loads(body)] == [2]
    assert get(f"/-/family/{NAME}/nothing")[0] == 404


def test_what_was_taken_down_is_gone_and_says_so(archive: Path, get: Get) -> None:
    db = open_archive(archive)
    wanted = Wanted("http://copy1.test/1.html", reason="a person <asked>")
    planned = plan(db, wanted)
    takedown.begin(db, wanted, planned)
    takedown.complete(db, archive, archive.parent / "warc")
    db.close()
    for way in ("read", "family"):
        status, page = get(f"/-/{way}/{NAME}/{planned.documents[0]['id']}")
        assert status == 410 and "takedown 1" in page and "a person &lt;asked&gt;" in page
