"""The page as it was, in a browser: every edit, and what was captured, in which nothing runs."""

import json

import pytest
from browser import NAME, Reader, Served
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

VIEWS = {"edits": "", "capture": "?view=capture"}


@pytest.fixture
def key(served: Served) -> str:
    """The document with most edits on its page."""
    sql = "select d.id from edits e join documents d using (article_id) group by 1 order by count(*) desc, 1 limit 1"
    return str(json.loads(served.get(f"/{NAME}.json?_shape=array&sql={sql}")[2])[0]["id"])


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("look", ["light", "dark", "phone"])
def test_it_is_seen_in_every_look(reader: Reader, key: str, view: str, look: str) -> None:
    getattr(reader, look)()
    reader.open(f"/-/original/{NAME}/{key}{VIEWS[view]}")
    assert reader.one("h1").text and reader.one("nav.views [aria-current]").text
    assert not reader.is_too_wide("main")
    reader.shot(f"original-{view}-{look}")


def test_it_is_one_click_from_the_document(reader: Reader, key: str) -> None:
    reader.open(f"/-/read/{NAME}/{key}")
    links = reader.all(f"a[href*='/-/original/{NAME}/'], a[href*='/-/ledger/{NAME}/']")
    assert links
    links[0].click()
    assert reader.one(".ledger del").text
    reader.one(f".ledger a[href='/-/read/{NAME}/{key}']").click()
    assert "/-/read/" in reader.driver.current_url


def test_an_edit_tells_its_rule_and_evidence_to_who_goes_there(reader: Reader, key: str) -> None:
    reader.open(f"/-/original/{NAME}/{key}")
    reader.one("#names + label").click()
    reader.one("#names").send_keys(Keys.TAB)
    there = reader.driver.switch_to.active_element
    assert "e" in there.get_attribute("class").split() or there.tag_name in ("mark", "a")
    reader.driver.execute_script("document.getElementById('e1').focus()")
    note = reader.driver.execute_script("return getComputedStyle(document.getElementById('e1'), '::after').content")
    label = reader.driver.execute_script("return getComputedStyle(document.getElementById('e1'), '::before').content")
    assert "→" in note and "/" in label
    reader.shot("original-note")


def test_cuts_are_hidden_without_a_script(reader: Reader, key: str) -> None:
    reader.without_scripts()
    reader.open(f"/-/original/{NAME}/{key}")
    assert reader.one(".ledger del").is_displayed()
    reader.one("#cuts + label").click()
    assert not reader.one(".ledger del").is_displayed()


def test_the_captured_page_is_seen_and_can_do_nothing(reader: Reader, key: str) -> None:
    reader.open(f"/-/original/{NAME}/{key}")
    reader.all("nav.views a")[1].click()
    frame = reader.one("iframe.captured")
    assert frame.get_attribute("sandbox") == ""
    reader.driver.switch_to.frame(frame)
    assert len(reader.one("body").text) > 200
    assert not reader.all("script, [href], [onclick], form, iframe, link, meta[http-equiv]")
    links = reader.driver.find_elements(By.CSS_SELECTOR, "a")
    if links:
        links[0].click()
    reader.driver.switch_to.default_content()
    assert f"/-/original/{NAME}/{key}" in reader.driver.current_url


def test_it_speaks_chinese(reader: Reader, key: str) -> None:
    reader.open(f"/-/original/{NAME}/{key}?lang=zh")
    assert reader.one("nav.views a").text == "全文与改动" and "规则" in reader.one(".legend").text
    reader.open(f"/-/original/{NAME}/{key}?view=capture")
    assert "抓取记录" in reader.one("main").text
    reader.shot("original-chinese")
