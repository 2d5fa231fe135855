"""Datasette's own pages under the policy: what works in stock Datasette works here, and no error is logged."""

from collections.abc import Iterator

import pytest
from browser import NAME, Reader, Served, serving

PAGES = {
    "home": "/",
    "database": f"/{NAME}",
    "table": f"/{NAME}/documents",
    "searched": f"/{NAME}/documents?_search=总结",
    "faceted": f"/{NAME}/documents?_facet=genre&genre=总结",
    "filtered": f"/{NAME}/documents?title__contains=总结&_sort=title",
    "edits": f"/{NAME}/edits",
    "links": f"/{NAME}/links",
    "search": f"/{NAME}/search?q=总结",
    "canned": f"/{NAME}/by_year_and_genre",
    "query": f"/{NAME}?sql=select+id,+title+from+documents+limit+3",
    "versions": "/-/versions",
    "missing": f"/{NAME}/nothing",
}


@pytest.mark.parametrize("look", ["light", "dark", "phone"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_without_an_error(reader: Reader, name: str, look: str) -> None:
    getattr(reader, look)()
    reader.pardoned.append("404" if name == "missing" else "no error is meant")
    reader.open(PAGES[name])
    assert reader.one("h1").text
    reader.shot(f"stock-{name}-{look}")


def test_a_row_opens(reader: Reader) -> None:
    reader.open(f"/{NAME}/edits")
    reader.one("td.col-Link a, table.rows-and-columns td a").click()
    assert reader.one("h1").text and not reader.errors()


def test_a_table_is_counted_by_any_column(reader: Reader) -> None:
    reader.open(f"/{NAME}/edits")
    reader.one("details.technical summary").click()
    reader.one("details.technical a[href*='_facet=replacement']").click()
    reader.wait(lambda: "_facet=replacement" in reader.driver.current_url)
    assert reader.all("#facet-replacement li")


def test_a_question_is_written_and_asked(reader: Reader) -> None:
    reader.open(f"/{NAME}?sql=select+1+as+one")
    editor = reader.one("textarea#sql-editor")
    editor.clear()
    editor.send_keys("select 41 + 1 as answer")
    reader.one("form.sql button").click()
    assert reader.one("td.col-answer").text == "42"


def test_a_file_is_exported(reader: Reader) -> None:
    reader.open(f"/{NAME}/documents")
    reader.one("a[href*='documents.json']").click()
    assert "rows" in reader.one("body").text


@pytest.fixture(scope="module")
def public(served: Served) -> Iterator[Served]:
    with serving(served.archive, "--public") as running:
        yield running


def test_others_see_no_editor(reader: Reader, public: Served) -> None:
    reader.at(public).open(f"/{NAME}")
    assert not reader.all("textarea, .CodeMirror")
    reader.open(f"/{NAME}/documents?_search=总结")
    assert reader.one("td.col-title a").text and not reader.all("a[href*='sql=']")


def test_an_inline_script_and_a_request_to_another_are_seen_by_these_tests(reader: Reader) -> None:
    reader.open("/")
    add = "const e = document.createElement('{}'); e.{} = '{}'; document.body.append(e)"
    reader.driver.execute_script(add.format("script", "text", "window.ran = 1"))
    reader.driver.execute_script(add.format("img", "src", "http://outside.test/x.png"))
    assert reader.driver.execute_script("return window.ran") is None
    assert any("Content Security Policy" in message for message in reader.errors())
    reader.wait(lambda: reader.outside())
    reader.forgive()
