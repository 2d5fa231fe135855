"""Dates: every written form, none that is masked or impossible; what a page, an address and a title say."""

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.facts.dates import dates, iso_date, parse
from pipelines.facts.page_dates import page_date, title_year, url_date
from pipelines.script import fold

CASES = json.loads((Path(__file__).parent / "cases" / "dates.json").read_text(encoding="utf-8"))
NUMERALS = "〇一二三四五六七八九"


def han(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else NUMERALS[tens] + "十") + (NUMERALS[ones] if ones else "")


@pytest.mark.parametrize(("text", "expected"), CASES["dates"])
def test_dates(text: str, expected: list[str]) -> None:
    assert [found.iso for found in dates(text)] == expected


@pytest.mark.parametrize("text", CASES["no dates"])
def test_no_dates(text: str) -> None:
    assert dates(text) == []
    assert parse(text) is None


@given(st.dates(date(1949, 1, 1), date(2099, 12, 31)))
def test_every_day_is_read_in_every_form(day: date) -> None:
    year = "".join(NUMERALS[int(digit)] for digit in str(day.year))
    for text in (
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year} 年 {day.month:02} 月 {day.day:02} 日",
        f"{day.year}-{day.month:02}-{day.day:02}",
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}/{day.month}/{day.day} 9:30",
        f"{year}年{han(day.month)}月{han(day.day)}日",
    ):
        assert [found.iso for found in dates(f"县科协，{text}，")] == [day.isoformat()]


@given(st.text("0123456789年月日-/.xX二〇一十 ", max_size=30))
def test_whatever_is_found_is_in_the_calendar(text: str) -> None:
    for found in dates(text):
        assert iso_date(*map(int, found.iso.split("-"))) == found.iso
        assert 0 <= found.start < found.end <= len(text)


@pytest.mark.parametrize(("path", "expected"), CASES["url"].items())
def test_url_date(path: str, expected: str) -> None:
    url = "http://www.a.test" + path
    found = url_date(url)
    assert found is not None
    assert found.iso == expected
    assert url[found.start : found.start + 4] == expected[:4]


@pytest.mark.parametrize("path", CASES["url without"])
def test_no_url_date(path: str) -> None:
    assert url_date("http://2019.a.test" + path) is None


@pytest.mark.parametrize(("lines", "expected"), CASES["page"])
def test_page_date(lines: list[str], expected: str) -> None:
    found = page_date(lines)
    assert found is not None
    assert found.iso == expected
    words = lines[found.line][found.start : found.end]
    assert words
    assert [one.iso for one in dates(words)] in ([expected], [])  # none: as Western software writes it


@pytest.mark.parametrize("lines", CASES["page without"])
def test_no_page_date(lines: list[str]) -> None:
    assert page_date(lines) is None


@pytest.mark.parametrize(("title", "year"), CASES["title"].items())
def test_title_year(title: str, year: int) -> None:
    found = title_year(title)
    assert found is not None
    assert found.iso == str(year)
    assert fold(title[found.start : found.end]) in (found.iso, "二〇一八")


@pytest.mark.parametrize("title", CASES["title without"])
def test_no_title_year(title: str) -> None:
    assert title_year(title) is None
