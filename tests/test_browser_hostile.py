"""Documents made to do harm, in a browser: nothing of them runs, asks anybody or breaks a page."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import NAME, Reader, Served, serving
from hostile_cases import hostile
from selenium.webdriver.common.by import By


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    folder = tmp_path_factory.mktemp("hostile")
    return folder / f"{NAME}.db", hostile(folder)


@pytest.fixture(scope="module")
def bad(keys: tuple[Path, dict[str, str]]) -> Iterator[Served]:
    with serving(keys[0]) as running:
        yield running


PAGES = {
    "home": "/",
    "database": f"/{NAME}",
    "table": f"/{NAME}/documents",
    "facet": f"/{NAME}/documents?_facet=signed_by&_facet=url&_facet=title",
    "search": f"/{NAME}/documents?_search=总结",
    "snippets": f"/{NAME}/search?q=镇文化站",
    "pages": f"/{NAME}/pages",
    "edits": f"/{NAME}/edits",
    "captures": f"/{NAME}/fetches",
    "row": f"/{NAME}/documents/{{link}}",
    "document": "/-/read/archive/{link}",
    "document of a hostile host": "/-/read/archive/{host}",
    "document of 5 MB": "/-/read/archive/{long}",
    "page as it was": "/-/original/archive/{link}",
    "page as it was, host": "/-/original/archive/{host}",
    "page as it was, 5 MB": "/-/original/archive/{long}",
    "capture": "/-/original/archive/{link}?view=capture",
    "capture of 5 MB": "/-/original/archive/{long}?view=capture",
    "the capture alone": "/-/capture/archive/1",
    "concordance": f"/-/kwic/{NAME}?q=镇文化站",
    "trend": f"/-/trend/{NAME}?q=总结",
    "diff": "/-/family/archive/{link}",
    "query": f"/{NAME}?sql=select+title,+url,+text+from+documents",
    "wrong": "/-/original/archive/%3Cscript%3Ewindow.__pwned=1%3C%2Fscript%3E",
}


@pytest.mark.parametrize("name", PAGES)
def test_nothing_of_a_hostile_document_runs(
    reader: Reader, bad: Served, keys: tuple[Path, dict[str, str]], name: str
) -> None:
    reader.at(bad).pardoned.append("404" if name == "wrong" else "no error is meant")
    reader.open(PAGES[name].format(**keys[1]))
    assert_calm(reader)
    for frame in reader.all("iframe"):
        reader.driver.switch_to.frame(frame)
        assert_calm(reader)
        for link in reader.all("a, h1, span, div"):
            reader.driver.execute_cdp_cmd("Input.dispatchKeyEvent", {"type": "keyDown", "key": "Tab"})
            assert not link.get_attribute("href")
        reader.driver.switch_to.default_content()
    reader.shot(f"hostile-{name}")


SAID = "%22%27%3E%3Cimg+src%3Dx+onerror%3Dwindow.__pwned%3D1%3E%3Cscript%3Ewindow.__pwned%3D1%3C%2Fscript%3E"
ASKED = (
    f"/?{SAID}={SAID}",
    f"/{NAME}/documents?_search={SAID}",
    f"/{NAME}/documents?title__contains={SAID}&_facet=genre&_sort=title",
    f"/{NAME}/documents?_sort={SAID}",
    f"/{NAME}/documents?_facet={SAID}",
    f"/{NAME}/documents?_where={SAID}",
    f"/{NAME}/documents?lang={SAID}",
    f"/{NAME}/search?q={SAID}",
    f"/{NAME}?sql={SAID}",
    f"/{NAME}?sql=select+:x+as+x&x={SAID}",
    f"/{NAME}/{SAID}",
    f"/{SAID}",
    f"/-/read/{NAME}/{SAID}",
    f"/-/original/{SAID}/{SAID}",
    f"/-/original/{NAME}/{{link}}?view={SAID}&fetch={SAID}",
    f"/-/family/{NAME}/{{link}}?with={SAID}",
    f"/-/kwic/{NAME}?q={SAID}&sort={SAID}&where={SAID}",
    f"/-/trend/{NAME}?q={SAID}&by={SAID}",
)


@pytest.mark.parametrize("path", ASKED)
def test_nothing_of_a_hostile_link_runs(
    reader: Reader, bad: Served, keys: tuple[Path, dict[str, str]], path: str
) -> None:
    # Stock Datasette answers 500 where a column is not there to sort by.
    reader.at(bad).pardoned += ["status of 404", "status of 400", *(["status of 500"] if "_sort=%" in path else [])]
    reader.open(path.format(**keys[1]))
    assert_calm(reader)


# Texts of a page that would turn the text around them: in an element of its own a character is shown by its number.
TURNING = """
const found = [], texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (texts.nextNode())
  if (/[\u202a-\u202e\u2066-\u2069]/.test(texts.currentNode.data) && !texts.currentNode.parentElement.closest('bdi'))
    found.push(texts.currentNode.parentElement.outerHTML.slice(0, 200));
return found.concat([...document.querySelectorAll('[title], [aria-label]')].filter(
  one => /[\u202a-\u202e]/.test(one.title + one.ariaLabel)).map(one => one.title + one.ariaLabel));
"""


@pytest.mark.parametrize("name", PAGES)
def test_no_text_turns_what_stands_around_it(
    reader: Reader, bad: Served, keys: tuple[Path, dict[str, str]], name: str
) -> None:
    reader.at(bad).pardoned.append("404" if name == "wrong" else "no error is meant")
    reader.open(PAGES[name].format(**keys[1]))
    if name != "the capture alone":  # which lies in its frame, and turns as it turned
        assert reader.driver.execute_script(TURNING) == []


def assert_calm(reader: Reader) -> None:
    """Nothing ran, no element of a stored text came to be, no link leads into a script; the page still answers."""
    assert reader.driver.execute_script("return window.__pwned") is None
    assert "pwned" not in reader.driver.title or "<" in reader.driver.title
    assert not reader.driver.find_elements(
        By.CSS_SELECTOR, "img[onerror], [onload], [onmouseover], [src='x'], a[href^='javascript']"
    )
    assert reader.driver.execute_script("return document.querySelectorAll('body *').length") > 0
    assert len(reader.all("body")) == 1
