"""Search in a browser: typed in either script, by keyboard, filtered, on a phone, in the dark, without scripts."""

import pytest
from browser import NAME, Reader
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

SEARCH = f"/{NAME}/search"


def titles(reader: Reader) -> list[str]:
    return [link.text for link in reader.all("ol.results > li > a")]


def asked(reader: Reader, words: str) -> None:
    """Type words into the page's own box, and press Enter."""
    box = reader.one("main input[type=search]")
    box.clear()
    box.send_keys(words, Keys.ENTER)
    reader.wait(lambda: is_gone(box) and reader.all("main input[type=search]") and reader.all("[role]"))


def is_gone(element: WebElement) -> bool:
    """Whether the page that an element stood on has been left."""
    try:
        element.is_enabled()
    except StaleElementReferenceException:
        return True
    return False


def test_both_scripts_find_the_same(reader: Reader) -> None:
    reader.open(SEARCH)
    asked(reader, "总结")
    simplified = titles(reader)
    reader.shot("search")
    asked(reader, "總結")
    assert titles(reader) == simplified != []
    marked = {mark.text for mark in reader.all("ol.results mark")}
    assert {"总结", "總結"} <= marked, "in the script of each page"


def test_operators_and_what_is_wrong_with_them(reader: Reader) -> None:
    reader.open(SEARCH)
    asked(reader, "总结 OR 汇报")
    assert titles(reader)
    reader.pardoned.append("400")
    asked(reader, "总结 OR")
    assert "OR" in reader.one("[role=alert]").text and not titles(reader)
    reader.shot("search-wrong")


def test_a_table_says_too_what_is_no_query(reader: Reader) -> None:
    reader.pardoned.append("400")
    reader.open(f"/{NAME}/documents?_search=(")
    assert reader.one("[role=alert]").text
    reader.open(f"/{NAME}/documents?_search=總結")
    assert reader.all("table.rows-and-columns tbody tr")


def test_a_hit_leads_to_its_document_by_keyboard(reader: Reader) -> None:
    reader.open(f"{SEARCH}?q=总结")
    first = titles(reader)[0]
    reader.driver.execute_script("document.querySelector('#how').setAttribute('tabindex', 0)")
    reader.one("#how").send_keys(Keys.TAB)  # to the filters
    steps = 0
    while reader.driver.switch_to.active_element.text != first:
        reader.driver.switch_to.active_element.send_keys(Keys.TAB)
        steps += 1
        assert steps < 20, "nothing on the way that holds the keyboard"
    reader.driver.switch_to.active_element.send_keys(Keys.ENTER)
    reader.wait(lambda: "/-/read/" in reader.driver.current_url)
    assert first in reader.one("h1").text


@pytest.mark.parametrize("look", ["light", "dark"])
def test_on_a_phone_with_filters(reader: Reader, look: str) -> None:
    reader.phone()
    (reader.dark if look == "dark" else reader.light)()
    reader.open(f"{SEARCH}?q=总结&genre=总结&lang=zh")
    wide = "return [...document.querySelectorAll('main *')].some(e => e.getBoundingClientRect().right > innerWidth + 1)"
    assert not reader.driver.execute_script(wide) and titles(reader)
    assert reader.one("details").get_attribute("open") and reader.one("html").get_attribute("lang") == "zh-Hans"
    labelled = [field.accessible_name for field in reader.all("main input, main select")]
    assert all(labelled), labelled
    reader.shot(f"search-phone-{look}")


def test_without_scripts(reader: Reader) -> None:
    reader.without_scripts()
    reader.open(f"{SEARCH}?q=总结")
    assert titles(reader)
    reader.one("nav.turn a[rel=next]").click()
    reader.wait(lambda: "page=2" in reader.driver.current_url)
    assert titles(reader)
