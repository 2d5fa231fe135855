"""A captured page can do nothing: whatever it holds, what is written of it is text, boxes and colours."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from archive.pages import inert
from archive.pages.inert import ATTRIBUTES, CHARACTERS, ELEMENTS, KEPT, css

SCRIPT = "window.__pwned = 1"
ALIVE = (
    f"<script>{SCRIPT}</script>",
    f"<SCRIPT\n>{SCRIPT}</ScRiPt >",
    f"<img src=x onerror='{SCRIPT}'>",
    f"<svg onload='{SCRIPT}'><script>{SCRIPT}</script><a xlink:href='javascript:{SCRIPT}'>x</a></svg>",
    f"<math><mtext><table><mglyph><style><img src=x onerror='{SCRIPT}'></style></mglyph></table></mtext></math>",
    f"<a href='javascript:{SCRIPT}'>x</a><a href=' java\tscript:{SCRIPT}'>y</a>",
    f"<form action=http://evil.test/><input name=a value=b autofocus onfocus='{SCRIPT}'><button>go</button></form>",
    "<iframe src=http://evil.test/></iframe><frameset><frame src=http://evil.test/></frameset>",
    f'<iframe srcdoc="<script>{SCRIPT}</script>"></iframe>',
    "<object data=http://evil.test/x></object><embed src=http://evil.test/x><applet code=x></applet>",
    "<meta http-equiv=refresh content='0;url=http://evil.test/'><base href=http://evil.test/ target=_top>",
    "<link rel=stylesheet href=http://evil.test/x.css><link rel=prefetch href=http://evil.test/>",
    "<img srcset='http://evil.test/1 1x' src=http://evil.test/2><picture><source srcset=http://evil.test/3></picture>",
    "<video poster=http://evil.test/ src=http://evil.test/ autoplay></video><audio src=http://evil.test/></audio>",
    "<style>@import 'http://evil.test/x.css'; p { background: url(http://evil.test/p) }</style>",
    "<style>p { background: \\75 rl(http://evil.test/q); content: '</style><script>1</script>' }</style>",
    "<p style=\"background:url('http://evil.test/r')\">x</p><td background=http://evil.test/s>y</td>",
    "<p style='background: image-set(\"http://evil.test/t\" 1x)'>x</p><body background=http://evil.test/u>",
    f"<noscript><p title=\"</noscript><img src=x onerror='{SCRIPT}'>\">x</p></noscript>",
    f"<template><script>{SCRIPT}</script></template><textarea></textarea><script>{SCRIPT}</script>",
    f"<xmp></xmp><img src=x onerror='{SCRIPT}'><plaintext><script>{SCRIPT}</script>",
    f"<!--><img src=x onerror='{SCRIPT}'>--><![CDATA[<script>{SCRIPT}</script>]]>",
    f"<p onclick='{SCRIPT}' ONMOUSEOVER=\"{SCRIPT}\" id=x name=y accesskey=z contenteditable tabindex=1>x</p>",
    "<a ping=http://evil.test/ href=http://evil.test/ target=_top download>x</a><area href=http://evil.test/>",
    "<p\x00 onclick=1>x</p><\x00script>1</script><scr<script>ipt>1</scr</script>ipt>",
    "<html manifest=http://evil.test/m><dialog open>x</dialog><marquee onstart=1>x</marquee>",
)
HARMLESS = {"html", "head", "meta", "title", "style", "body", "img"}


def assert_inert(written: str) -> None:
    tree = html.document_fromstring(written)
    for element in tree.iter():
        assert element.tag in KEPT | HARMLESS, element.tag
        for name, value in element.attrib.items():
            assert name in ATTRIBUTES | {"style", "title", "alt", "src", "charset", "name", "content"}, name
            assert name != "src" or value.startswith("data:image/"), value
            assert name != "style" or harmless(value), value
            assert name not in ("name", "content", "charset") or element.tag == "meta"
    assert len(tree.xpath("//meta")) == 2 and not tree.xpath("//meta[@http-equiv]")
    assert all(harmless(style.text or "") for style in tree.xpath("//style"))


def harmless(style: str) -> bool:
    return not re.search(r"url\s*\(|src\s*\(|image\s*\(|set\s*\(|@import|@font|\\|<|expression\s*\(", style, re.I)


@pytest.mark.parametrize("page", ALIVE)
@pytest.mark.parametrize(
    "frame", ["{}", "<html><head>{}</head><body>字</body></html>", "<table><tr><td>{}", "<p><b>{}</p>字"]
)
def test_nothing_that_acts_is_left(page: str, frame: str) -> None:
    assert_inert(inert.inert(frame.format(page)))


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from([*ALIVE, "<p>", "</p>", "<!--", "-->", "'", '"', "<", ">", "</style>", "字", "<table>"]),
        max_size=12,
    )
)
def test_nothing_that_acts_is_left_of_any_mixture(parts: list[str]) -> None:
    assert_inert(inert.inert("".join(parts)))


def test_what_it_says_stays() -> None:
    page = (
        "<html><head><title>标题</title><style>.t { color: red; margin: 1px }</style></head><body style='color:blue'>"
        "<div class=t id=x><h1 align=center>某局总结</h1><p><font color=red size=4>一、情况</font>&lt;b&gt;<br>二行</p>"
        "<table border=1><tr><td colspan=2>甲</td></tr></table><a href='/2.html'>下一页</a>"
        "<textarea>草稿<b></textarea><img alt='公章' src='/seal.png'><input value='检索'>"
        "<noscript>无脚本</noscript></div>"
    )
    tree = html.document_fromstring(inert.inert(page))
    body = tree.find("body").text_content()
    for said in ("某局总结", "一、情况", "<b>", "二行", "甲", "下一页", "草稿<b>", "公章", "检索", "无脚本"):
        assert said in body, said
    assert tree.xpath("//h1/@align") == ["center"] and tree.xpath("//td/@colspan") == ["2"]
    assert tree.xpath("//font/@color") == ["red"] and tree.xpath("//div/@class") == ["t"]
    assert tree.xpath("//a/@title") == ["→ /2.html"] and not tree.xpath("//@href")
    assert ".t { color: red; margin: 1px }" in tree.xpath("string(//style)")
    assert tree.xpath("//div/@style") == ["color:blue"]


@pytest.mark.parametrize("name", sorted(inert.EMPTY | inert.FULL | set(inert.RENAMED) | {"unheard-of", "x"}))
def test_what_stands_before_and_after_an_element_that_is_left_out_stays(name: str) -> None:
    shown = html.document_fromstring(inert.inert(f"<p>前</p><{name} src=x></{name}><p>后</p>")).text_content()
    assert "前" in shown and ("后" in shown or name == "plaintext")


@pytest.mark.parametrize("name", sorted(inert.EMPTY | inert.FOREIGN))
def test_one_that_never_ends_takes_nothing_with_it(name: str) -> None:
    assert "<p>后</p>" in inert.inert(f"<p>前</p><{name} src=x><p>后</p>")


def test_a_picture_that_stands_in_the_page_is_kept_and_no_other() -> None:
    seen = "data:image/png;base64,iVBORw0KGgo="
    tree = html.document_fromstring(
        inert.inert(f"<img src='{seen}'><img src='data:image/svg+xml;base64,AA=='><img src=a.png>")
    )
    assert tree.xpath("//img/@src") == [seen]
    assert tree.xpath("//span[@class='left-out']/@title") == ["data:image/svg+xml;base64,AA==", "a.png"]


def test_bytes_that_could_not_be_read_are_shown_as_a_browser_would() -> None:
    assert "字\ufffd" in inert.inert("<p>字\uf7a3</p>") and "字\ufffd" in inert.plain("字\uf7a3")


def test_a_plain_text_is_no_markup() -> None:
    assert "&lt;script&gt;" in inert.plain("<script>alert(1)</script>")
    assert_inert(inert.plain("".join(ALIVE)))
    assert_inert(inert.sentence("".join(ALIVE)))


@pytest.mark.parametrize("unit", ["<b>字", "<div>", "<p>字</p>", "字", "<table><tr><td>", "<a href=x>"])
def test_a_page_of_any_size_ends_and_says_so(unit: str) -> None:
    page = unit * (CHARACTERS // len(unit) + 10)
    written = inert.inert(page, note="not all of it")
    assert "not all of it" in written and len(re.findall(r"<[a-z]", written)) <= ELEMENTS + 20
    assert "not all" not in inert.inert(unit * 10, note="not all of it")


@pytest.mark.parametrize("hole", ["(", " (", "/**/("])
@pytest.mark.parametrize(
    "name", ["url", "URL", "u\\72l", "image-set", "-webkit-image-set", "src", "cross-fade", "element", "image"]
)
def test_a_style_fetches_nothing_however_it_is_spelled(name: str, hole: str) -> None:
    assert not re.search(
        r"(?:url|src|set|fade|element)\s*\(", css(f"p {{ background: {name}{hole}'x'); color: red }}"), re.I
    )


def test_other_styles_stay() -> None:
    kept = "p { color: rgb(1, 2, 3); background: linear-gradient(red, blue); width: calc(100% - 1px) }"
    kept += " @media print { a { color: red } }"
    assert css(kept) == kept
