"""Addresses become patterns: numbers may be any, few words are kept, and what is no article is left out."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.shapes import shapes

HOST = "http://www.a.test:8970"
ANY = "^https?://[^/]+"


def made(urls: list[str], others: tuple[str, ...] = ()) -> list[str]:
    return [
        shape.pattern.removeprefix(ANY)
        for shape in shapes([HOST + url for url in urls], [HOST + url for url in others])
    ]


@pytest.mark.parametrize(
    ("urls", "others", "patterns"),
    [
        (["/zj/1.html", "/zj/23.html"], (), [r"/zj/\d+\.html$"]),
        (["/t20190101_77.html", "/t20200101_78.html"], (), [r"/t\d+_\d+\.html$"]),
        (["/a/1.html", "/a/2.html", "/b/3.html", "/b/4.html"], (), [r"/(?:a|b)/\d+\.html$"]),
        ([f"/{word}/{n}.html" for n, word in enumerate("abcdefghij")], (), [r"/[\w-]+/\d+\.html$"]),
        (["/zj/gwk39y.html", "/zj/p6wg.html", "/zj/z70y32.html"], (), [r"/zj/[\w-]+\.html$"]),
        (["/2019/%E6%80%BB/", "/2019/%E7%BB%93/"], (), [r"/\d+/[^/?&]+/$"]),
        (["/show.asp?id=1&page=2"], (), [r"/show\.asp\?id=\d+&page=\d+$"]),
        (["/1.html", "/2.htm"], (), [r"/\d+\.htm$", r"/\d+\.html$"]),
        (["/"], (), ["/$"]),
        # one shape would take the list as well: it is taken apart
        (
            ["/a/1.html", "/b/2.html", "/c/3.html"],
            ("/d/4.html",),
            [r"/a/\d+\.html$", r"/b/\d+\.html$", r"/c/\d+\.html$"],
        ),
    ],
)
def test_what_addresses_have_in_common(urls: list[str], others: tuple[str, ...], patterns: list[str]) -> None:
    assert sorted(made(urls, others)) == sorted(patterns)


def test_what_cannot_be_told_apart_is_named() -> None:
    (shape,) = shapes([f"{HOST}/1.html", f"{HOST}/2.html"], [f"{HOST}/3.html", f"{HOST}/about.html"])
    assert shape.others == (f"{HOST}/3.html",) and len(shape.matched) == 2


@settings(deadline=None)
@given(st.lists(st.text(alphabet="ab1/.-_?=&%", max_size=20), min_size=1, max_size=20))
def test_every_address_is_matched_by_a_pattern_of_its_own(paths: list[str]) -> None:
    urls = [f"{HOST}/{path}" for path in paths]
    found = shapes(urls, ())
    assert {url for shape in found for url in shape.matched} == set(urls)
    for shape in found:
        assert all(re.search(shape.pattern, url) for url in shape.matched), shape
