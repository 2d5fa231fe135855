"""The interface's words: in both languages, whole, and each that a template asks for."""

import asyncio
import re
from pathlib import Path
from string import Formatter

import pytest
from datasette import Request

from archive.pages import interface

FOLDER = Path(interface.__file__).parent.parent / "datasette"
ASKED = re.compile(r"""\bt\(\s*['"]([^'"]+)['"]""")


def asked(name: str, **headers: str) -> Request:
    sent = [(key.replace("_", "-").encode(), value.encode()) for key, value in headers.items()]
    path, _, query = name.partition("?")
    scope = {"type": "http", "method": "GET", "path": path, "query_string": query.encode(), "headers": sent}
    return Request(scope, None)


def test_every_word_stands_in_both_languages() -> None:
    for key, entry in interface.catalogue().items():
        assert set(entry) == set(interface.LANGUAGES), key
        forms = {form for said in entry.values() for form in ([said] if isinstance(said, str) else said)}
        assert all(form.strip() for form in forms), key
        fields = {frozenset(name for _, name, _, _ in Formatter().parse(form) if name) for form in forms}
        assert len(fields) == 1, f"{key}: other values in the other language"


def test_every_word_that_is_asked_for_is_there() -> None:
    files = [*FOLDER.glob("templates/*.html"), *FOLDER.glob("plugins/*.py"), FOLDER.parent / "pages" / "browse.py"]
    wanted = {(key, path.name) for path in files for key in ASKED.findall(path.read_text("utf-8"))}
    wanted = {(key, name) for key, name in wanted if key[-1] not in "._"}  # the rest of it is a value
    assert len(wanted) > 5
    assert [(key, name) for key, name in sorted(wanted) if key not in interface.catalogue()] == []


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-GB,en;q=0.9,zh;q=0.8", "en"),
        ("fr, zh-TW;q=0.5, en;q=0.4", "zh"),
        ("fr, de", "en"),
        ("zh;q=0, en;q=0.1", "en"),
        ("zh;q=x, en", "en"),
        ("*", "en"),
    ],
)
def test_the_language_is_what_the_browser_prefers(header: str, language: str) -> None:
    assert interface.words(asked("/", accept_language=header)).language == language


def test_a_cookie_stands_over_the_browser_and_the_address_over_the_cookie() -> None:
    assert interface.words(asked("/", accept_language="en", cookie="lang=zh")).language == "zh"
    assert interface.words(asked("/", accept_language="zh", cookie="lang=klingon")).language == "zh"
    request = asked("/", cookie="lang=zh")
    request.scope[interface.CHOSEN] = "en"
    assert interface.words(request).language == "en"


def test_the_address_of_a_page_in_another_language_keeps_its_question() -> None:
    assert interface.address(asked("/a/documents?_search=%E6%80%BB%E7%BB%93&x="), "zh") == (
        "/a/documents?_search=%E6%80%BB%E7%BB%93&x=&lang=zh"
    )


@pytest.mark.parametrize(
    ("query", "left", "cookie"),
    [
        ("lang=zh&_search=%E6%80%BB", "_search=%E6%80%BB", b"lang=zh; Path=/; Max-Age=31536000; SameSite=Lax"),
        ("a=%E6%80%BB+b&c=", "a=%E6%80%BB+b&c=", None),
        ("lang=zh%0d%0aSet-Cookie:x", "", None),
    ],
)
def test_lang_is_taken_from_an_address_and_remembered(query: str, left: str, cookie: bytes | None) -> None:
    seen: list[interface.Scope] = []
    sent: list[interface.Message] = []

    async def app(scope: interface.Scope, receive: interface.Receive, send: interface.Send) -> None:
        seen.append(scope)
        await send({"type": "http.response.start", "headers": [(b"content-type", b"text/html; charset=utf-8")]})

    async def receive() -> interface.Message:
        return {}

    async def send(message: interface.Message) -> None:
        sent.append(message)

    scope = asked(f"/?{query}").scope
    asyncio.run(interface.switched(app)(scope, receive, send))
    assert seen[0]["query_string"].decode() == left
    assert dict(sent[0]["headers"]).get(b"set-cookie") == cookie


def test_words_take_values_and_numbers() -> None:
    t = interface.Words("en")
    assert t("base.no_document", id="{x}") == "There is no document {x} in this archive."
    assert t("nothing.at_all") == "nothing.at_all"
    assert t.named("genre", "没有这样的") == "没有这样的"
