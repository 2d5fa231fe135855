"""Concordance and trend in a browser: in both scripts and languages, on a phone, by keyboard, without scripts."""

import csv
import io
import re
from urllib.parse import quote

import pytest
from browser import NAME, Reader, Served
from selenium.webdriver.common.keys import Keys

from archive.searching.words import folded

KWIC, TREND = f"/-/kwic/{NAME}", f"/-/trend/{NAME}"


def at(way: str, **asked: str) -> str:
    return f"{way}?{'&'.join(f'{name}={quote(value)}' for name, value in asked.items())}"


def test_a_concordance_is_asked_for_by_keyboard(reader: Reader) -> None:
    reader.open(KWIC)
    field = reader.driver.switch_to.active_element
    assert field.get_attribute("name") == "q" and field.accessible_name == "Word or phrase"
    field.send_keys("工作", Keys.ENTER)
    reader.wait(lambda: reader.all("table.kwic tbody tr"))
    assert re.match(
        r"\d+ hits in \d+ of \d+ documents; [\d,.]+ in a million characters", reader.one("[role=status]").text
    )
    nodes = {cell.text for cell in reader.all("td.node")}
    assert nodes <= {"工作"} and len(reader.all("table.kwic tbody tr")) > 10
    reader.shot("kwic-light")


def test_either_script_finds_both_and_lines_are_sorted(reader: Reader) -> None:
    reader.open(at(KWIC, q="總結"))
    first = [row.text for row in reader.all("table.kwic tbody tr")]
    assert {cell.text for cell in reader.all("td.node")} == {"总结", "總結"}
    reader.one("th.right a").click()
    assert "sort=right" in reader.driver.current_url
    assert sorted(row.text for row in reader.all("table.kwic tbody tr")) == sorted(first)
    text = reader.served.get(at(f"{KWIC}.csv", q="總結", sort="right"))[2].decode("utf-8-sig")
    after = [folded(row["right"]) for row in csv.DictReader(io.StringIO(text, newline=""))]
    assert after == sorted(after) and len(after) == len(first)


def test_a_line_leads_to_its_document(reader: Reader) -> None:
    reader.open(at(KWIC, q="群众", expand="sentence"))
    link = reader.one("td.source a")
    assert "/-/read/" in str(link.get_attribute("href"))
    link.click()
    assert "群众" in reader.one("main").text


@pytest.mark.parametrize("asked", ["没有这样的词", "<b>x</b>", '"', "*", "AND"])
def test_what_is_not_found_is_said(reader: Reader, asked: str) -> None:
    reader.open(at(KWIC, q=asked))
    assert reader.all("[role=status]") and not reader.all("td.node")


def test_what_nobody_sees_in_a_question_is_shown_and_not_obeyed(reader: Reader) -> None:
    reader.open(at(KWIC, q="工作\u202e"))
    assert reader.all("td.node") and reader.one("h1 bdi").get_attribute("data-u") == "202E"


def test_what_cannot_be_asked_is_one_sentence(reader: Reader) -> None:
    reader.pardoned.append("400")
    reader.open(at(KWIC, q="总结", era="nonsense"))
    assert "cannot read 'nonsense'" in reader.one("[role=alert]").text
    reader.open(at(TREND, q="1,2,3,4,5,6,7,8,9"))
    assert "No more than 8" in reader.one("[role=alert]").text


def test_a_trend_is_a_plot_and_a_table(reader: Reader) -> None:
    reader.open(at(TREND, q="工作，群众", step="2"))
    plot = reader.one("svg.timeline")
    assert plot.accessible_name.startswith("Hits in a million characters")
    assert {"w0", "w1"} <= {
        name for line in reader.all("svg .line") for name in str(line.get_attribute("class")).split()
    }
    years = [row.text.split()[0] for row in reader.all(".figures tbody tr")]
    assert years[:-1] == sorted(years[:-1]) and len(years) > 3
    assert "of one year for certain" in reader.one("main").text
    strokes = {line.value_of_css_property("stroke") for line in reader.all("svg .line")}
    assert len(strokes) == 2, "the colours come from a static file"
    reader.shot("trend-light")


def test_both_pages_lead_to_each_other(reader: Reader) -> None:
    reader.open(at(TREND, q="工作", genre="总结", once="1"))
    reader.one(".ways a[href*=kwic]:not([href*=csv])").click()
    assert reader.one("[name=q]").get_attribute("value") == "工作"
    assert reader.one("[name=once]").is_selected() and reader.one("[name=genre]").get_attribute("value") == "总结"
    reader.one(".ways a[href*=trend]").click()
    assert reader.all("svg.timeline")


@pytest.mark.parametrize("way", [KWIC, TREND])
def test_a_phone_in_the_dark_and_in_chinese(reader: Reader, way: str) -> None:
    reader.phone()
    reader.dark()
    reader.without_scripts()
    reader.open(at(way, q="工作", lang="zh"))
    assert reader.one("h1").text.startswith(("语境检索", "历年频率"))
    assert "每百万字" in reader.one("main").text and "hits" not in reader.one("main").text
    reader.shot(f"{way.split('/')[2]}-phone-dark")
    assert reader.one("nav.pages").text.count("语境检索") == 1


def test_a_phone_needs_no_moving_sideways(reader: Reader) -> None:
    reader.phone()
    for address in (at(KWIC, q="工作"), at(TREND, q="工作")):
        reader.open(address)
        wide = "document.querySelector('main').scrollWidth > document.documentElement.clientWidth"
        assert not reader.driver.execute_script(f"return {wide}"), address


def test_csv_is_what_the_page_shows(reader: Reader, served: Served) -> None:
    reader.open(at(KWIC, q="群众"))
    shown = len(reader.all("td.node"))
    status, headers, body = served.get(at(f"{KWIC}.csv", q="群众"))
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))
    assert status == 200 and headers["content-type"] == "text/csv; charset=utf-8" and len(rows) == shown
    assert reader.one(".ways a").get_attribute("href").split("?")[0].endswith(f"{KWIC}.csv")
    trend = served.get(at(f"{TREND}.csv", q="群众", by="title-year"))[2].decode("utf-8-sig")
    assert trend.startswith("word,first_year,last_year,documents,characters,hits,found_in,per_million,small")


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999999999", "２"])
def test_a_page_that_is_none_is_one(served: Served, page: str) -> None:
    assert served.get(at(KWIC, q="工作", page=page))[0] == 200


def test_an_unknown_archive_is_not_found(served: Served) -> None:
    assert served.get("/-/kwic/nothing?q=x")[0] == 404
