"""The visible text of a page: layouts keep their lines, what no browser shows is kept apart, limits are countable."""

import pytest

from pipelines.document import Rejected
from pipelines.extraction import render as rendering
from pipelines.extraction.render import Rendering, parse, render


def shown(body: str) -> Rendering:
    return render(parse(f"<html><head><title> 标 题 </title></head><body>{body}</body></html>"))


def lines(body: str) -> list[str]:
    return shown(body).text.split("\n")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("甲<br>乙<br><br>丙", ["甲", "乙", "丙"]),
        ("<p>甲<span>乙</span>\n  丙</p>丁", ["甲乙 丙", "丁"]),
        ("<ul><li>甲<ol><li>乙</li><li>丙</li></ol></li><li>丁</li></ul>", ["甲", "乙", "丙", "丁"]),
        ("<section><section>甲</section>乙<section>丙</section></section>", ["甲", "乙", "丙"]),
        ("<table><tr><td>甲</td><td>乙 </td><td></td></tr><tr><th>丙</th><td>1</td></tr></table>", ["甲\t乙", "丙\t1"]),
        ("<table><tr><td>甲<br>乙</td><td>丙</td></tr></table>", ["甲", "乙", "丙"]),
        ("<table><tr><td><p>甲</p></td><td><p>乙</p></td></tr></table>", ["甲", "乙"]),
        (
            "<table><tr><td><table><tr><td>甲</td><td>乙</td></tr></table></td><td>丙</td></tr></table>",
            ["甲\t乙", "丙"],
        ),
        ("<dl><dt>甲</dt><dd>乙</dd></dl>", ["甲", "乙"]),
        ("<pre>甲\n  乙\n\n丙</pre>丁", ["甲", "乙", "丙", "丁"]),
        ("甲<!-- 注 -->乙<?php x ?>丙", ["甲乙丙"]),
        ("<p>甲<img alt='图'>乙</p>", ["甲乙", "图"]),
        ("甲<script>x</script><style>y</style><noscript>z</noscript>乙", ["甲乙"]),
    ],
)
def test_a_layout_keeps_its_lines(body: str, expected: list[str]) -> None:
    assert lines(body) == expected


def test_blocks_cover_the_text_and_know_their_place() -> None:
    page = shown("<div id='a' class='b c'><h2>甲</h2><p class='x y'>乙<a href='/1'>丙丁</a></p></div>")
    assert [page.text[block.start : block.end] for block in page.blocks] == ["甲", "乙丙丁"]
    assert [(block.path, block.kind, block.link_chars) for block in page.blocks] == [
        ("body/div.a/h2", "heading", 0),
        ("body/div.a/p.x", "text", 2),
    ]
    assert [(first, last, element.tag) for first, last, element in page.spans] == [
        (0, 1, "h2"),
        (1, 2, "p"),
        (0, 2, "div"),
        (0, 2, "body"),
    ]
    assert page.page_title == "标 题"


def test_links_on_the_page_itself_are_known_apart() -> None:
    page = shown("<p><a href='#a'>甲</a></p><p><a href='/a'>乙</a></p><p><a href='#'>丙</a></p><p>丁</p>")
    assert page.inner == {0}
    assert [block.link_chars for block in page.blocks] == [0, 1, 0, 0]


def test_hidden_text_is_kept_apart_but_not_most_of_a_page() -> None:
    body = "<p>甲甲甲甲</p><p style='display:none'>乙</p><p hidden>丙</p>"
    assert (shown(body).text, shown(body).hidden_text) == ("甲甲甲甲", "乙 丙")
    assert (
        shown("<p>甲</p><div style='visibility: hidden'><p>乙乙乙乙乙乙乙乙</p></div>").text == "甲\n乙乙乙乙乙乙乙乙"
    )


def test_a_page_nested_100_000_deep_is_rendered() -> None:
    for tag in ("div", "span", "table><tr><td"):
        page = shown(f"<{tag}>甲" * 100_000)
        assert set(page.text) <= {"甲", "\n"}
        assert max(len(block.path) for block in page.blocks) < rendering.MAX_PATH + 2 * rendering.MAX_NAME


def test_past_a_countable_limit_a_page_is_rejected_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "MAX_ELEMENTS", 20)
    assert lines("<p>甲</p>" * 16)
    with pytest.raises(Rejected, match=r"too-large: more than 20 elements"):
        shown("<p>甲</p>" * 17)
    monkeypatch.setattr(rendering, "MAX_CHARACTERS", 100)
    with pytest.raises(Rejected, match=r"too-large: \d+ characters, limit 100"):
        shown("甲" * 100)
    with pytest.raises(Rejected, match="empty-page"):
        parse(" ")
