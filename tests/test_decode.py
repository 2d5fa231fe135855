"""Charsets: what a page says of itself and what its bytes are; bytes that fit nothing are kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opencc import OpenCC

from pipelines.decode import decode
from pipelines.document import Page, Rejected

HANS = "县科协在县委、县政府的领导下，围绕中心，服务大局，组织科普活动12次，发放资料1.2万份，群众满意。" * 4
HANT = OpenCC("s2tw").convert(HANS)


def html(text: str, charset: str = "", style: str = '<meta charset="{}">') -> str:
    meta = style.format(charset) if charset else ""
    return f"<!DOCTYPE html><html><head>{meta}<title>工作总结</title></head><body><p>{text}</p></body></html>"


def read(body: bytes, content_type: str = "") -> tuple[str, str]:
    decoded = decode(Page("http://a.test/1.html", body, content_type))
    return decoded.text, decoded.charset


@pytest.mark.parametrize("declared", ["", "gb2312", "gbk", "GB18030", "utf-8", "big5", "iso-8859-1", "no-such-charset"])
@pytest.mark.parametrize(
    ("text", "real", "read_as"),
    [
        (HANS, "gbk", "gb18030"),
        (HANS, "utf-8", "utf-8"),
        (HANT, "big5", "big5hkscs"),
        (HANT, "gbk", "gb18030"),
        (HANT, "utf-8", "utf-8"),
    ],
)
def test_whatever_is_declared_the_bytes_decide(text: str, real: str, read_as: str, declared: str) -> None:
    page = html(text, declared).replace("总结", "總結" if real == "big5" else "总结")
    assert read(page.encode(real)) == (page, read_as)
    assert read(page.encode(real), f"text/html; charset={declared}") == (page, read_as)
    old = html(text, declared, '<meta http-equiv="Content-Type" content="text/html; charset={}">')
    assert (
        read(
            old.replace("总", "總" if real == "big5" else "总")
            .replace("结", "結" if real == "big5" else "结")
            .encode(real)
        )[1]
        == read_as
    )


@pytest.mark.parametrize("charset", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_decides(charset: str) -> None:
    page = html(HANS, "gb2312")
    text, used = read(page.encode(charset))
    assert text == page
    assert used in ("utf-8", "utf-16-le")


def test_characters_beyond_gb2312_on_a_page_that_says_gb2312() -> None:
    page = html("朱镕基、喆、淼、國、ㄅ、𠀀" + HANS, "gb2312")
    assert read(page.encode("gb18030")) == (page, "gb18030")


def test_undecodable_bytes_stay_countable() -> None:
    body = (
        html("总结", "gbk")
        .encode("gbk")
        .replace("总结".encode("gbk"), "总".encode("gbk") + b"\xa1,F" + "结".encode("gbk") + b"\xff")
    )
    assert "总\uf7a1,F结\uf7ff</p>" in read(body)[0]


def test_a_broken_sequence_does_not_make_utf8_a_gbk_page() -> None:
    page = html(HANS, "utf-8").encode()
    text, used = read(page.replace("群众".encode(), "群".encode() + b"\xe5\xad" + "众".encode(), 1))
    assert used == "utf-8"
    assert text.count("\uf7e5") == 1
    assert text.count("\uf7ad") == 1


def test_a_lost_lead_byte_does_not_swallow_a_tag() -> None:
    assert "\uf7d7</p>" in read(html("", "gbk").encode("gbk").replace(b"<p>", b"<p>" + HANS.encode("gbk") + b"\xd7"))[0]


def test_line_ends_nuls_and_marks() -> None:
    assert read("一\r\n二\r三\0四\ufeff".encode())[0] == "一\n二\n三四"


@pytest.mark.parametrize("body", [b"", b"  \r\n\t "])
def test_empty_pages_are_refused(body: bytes) -> None:
    with pytest.raises(Rejected, match=r"^empty-page: "):
        decode(Page("http://a.test", body))


@pytest.mark.parametrize(
    "body",
    [
        b"%PDF-1.4 text",
        b"\x89PNG\r\n\x1a\n",
        b"PK\x03\x04" + b"a" * 99,
        bytes(range(256)) * 20,
        b"\xff\xd8\xff\xe0JFIF",
    ],
)
def test_binary_is_refused(body: bytes) -> None:
    with pytest.raises(Rejected, match=r"^not-text: "):
        decode(Page("http://a.test", body, "text/html"))


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        ("总结", "", False),
        ("总结", "text/html; charset=utf-8", True),
        ("<html><body>总结", "", True),
        ("<!DOCTYPE html>\n总结", "text/plain", True),
        ("<div><p>总结</p><p>计划</p></div>", "", True),
        ("总结" * 200 + "</p><p>", "", False),
        ("<p>一</p><p>二</p><p>三</p>", "text/plain", False),
        ("a < b, x > y, <br", "", False),
    ],
)
def test_html_or_text(body: str, content_type: str, expected: bool) -> None:
    assert decode(Page("http://a.test", body.encode(), content_type)).html is expected


@given(st.binary(min_size=1, max_size=200))
def test_any_bytes_are_text_or_a_reason(body: bytes) -> None:
    try:
        decoded = decode(Page("http://a.test", body))
    except Rejected as reason:
        assert str(reason).partition(": ")[0] in ("not-text", "empty-page")
    else:
        assert not any(c in decoded.text for c in "\r\0\ufeff")


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=30))
def test_utf8_is_always_recognised(text: str) -> None:
    assert read(text.encode()) == (text, "utf-8")


@pytest.mark.parametrize(
    ("raw", "character"),
    [
        (b"\xa3\xa0", "\u3000"),
        (b"\xa8\xbc", "ḿ"),
        (b"\xa8\xbf", "ǹ"),
        (b"\xa6\xd9", "︐"),
        (b"\xfe\x59", "龴"),
        (b"\xfe\xa0", "龻"),
    ],
)
def test_bytes_of_gb18030_that_the_web_reads_as_characters(raw: bytes, character: str) -> None:
    assert read(html(HANS + "#", "gb2312").encode("gbk").replace(b"#", raw))[0] == html(HANS + character, "gb2312")


def test_private_characters_of_a_utf_8_page_stay() -> None:
    page = html(HANS + "\ue5e5\ue78d", "utf-8")
    assert read(page.encode()) == (page, "utf-8")
