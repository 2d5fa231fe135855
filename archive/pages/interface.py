"""The language of the interface: Chinese or English, and what each says, from `archive/datasette/words/*.toml`.

A file a page, so that pages can be written beside each other. An entry is `key = {zh = "…", en = "…"}`, called as
`t('FILE.key')`; `{name}` in it takes a value, and an English list has a singular and a plural (by the value `n`).
The language is that of `?lang=`, else of the cookie that `?lang=` left, else what the browser prefers.
"""

import tomllib
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from datasette import Request

from archive.pages.evidence import in_chinese

WORDS = Path(__file__).parent.parent / "datasette" / "words"
LANGUAGES = {"zh": "zh-Hans", "en": "en"}  # the interface's names of languages, and those of HTML
DEFAULT = "en"
COOKIE = "lang"
YEAR = 365 * 24 * 3600
CHOSEN = "archive_lang"  # where the scope of a request says what `?lang=` asked for

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Words:
    """What the interface says, in one language: `t` of the templates."""

    language: str

    def __call__(self, key: str, /, **values: object) -> str:
        """The words of `FILE.key` with `values` in them; an unknown key is shown as it is."""
        said = catalogue().get(key, {}).get(self.language, key)
        if isinstance(said, list):
            said = said[values.get("n") != 1]
        return said.format(**values) if values else said

    def named(self, group: str, name: object) -> str:
        """What a value or column is called: `group.name`, or the name itself where the interface has no word for it."""
        known = catalogue().get(f"{group}.{name}")
        return str(known[self.language]) if known else str(name)

    def knows(self, group: str, name: object) -> bool:
        """Whether the interface has a word for it."""
        return f"{group}.{name}" in catalogue()

    def evidence(self, said: object) -> str:
        """What a rule saw."""
        return in_chinese(str(said)) if self.language == "zh" else str(said)

    @property
    def html(self) -> str:
        """Its name for HTML's `lang`."""
        return LANGUAGES[self.language]

    @property
    def other(self) -> str:
        """The language to switch to."""
        return next(name for name in LANGUAGES if name != self.language)


@cache
def catalogue() -> Mapping[str, Mapping[str, str | list[str]]]:
    """All words by `FILE.key` and language."""
    return {
        f"{path.stem}.{key}": entry
        for path in sorted(WORDS.glob("*.toml"))
        for key, entry in tomllib.loads(path.read_text("utf-8")).items()
    }


def words(request: Request | None) -> Words:
    """The words for the reader of a page."""
    if request is None:
        return Words(DEFAULT)
    chosen = request.scope.get(CHOSEN) or request.cookies.get(COOKIE)
    return Words(chosen if chosen in LANGUAGES else preferred(request.headers.get("accept-language", "")))


def preferred(header: str) -> str:
    """The language of an Accept-Language header (RFC 9110) that the interface has; English where it has none."""
    ranked: list[tuple[float, int, str]] = []
    for place, choice in enumerate(header.split(",")):
        tag, _, weight = choice.partition(";")
        language = tag.strip().lower().split("-")[0]
        try:
            q = float(weight.strip().removeprefix("q=") or 1)
        except ValueError:
            q = 0.0
        if language in LANGUAGES and q > 0:
            ranked.append((-q, place, language))
    return min(ranked)[2] if ranked else DEFAULT


def switched(app: App) -> App:
    """Take `lang` out of each address before Datasette takes it for a column, and let the browser remember it."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        pairs = parse_qsl(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
        chosen = next((value for name, value in pairs if name == "lang" and value in LANGUAGES), None)
        if any(name == "lang" for name, _ in pairs):
            rest = urlencode([pair for pair in pairs if pair[0] != "lang"])
            scope = {**scope, "query_string": rest.encode("latin-1"), CHOSEN: chosen}
        await app(scope, receive, _remembering(send, chosen))

    return wrapped


def _remembering(send: Send, chosen: str | None) -> Send:
    """`send`, with headers that say on what a page's language depends."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start" and _is_page(message["headers"]):
            headers = [*message["headers"], (b"vary", b"Cookie, Accept-Language")]
            if chosen:
                cookie = f"{COOKIE}={chosen}; Path=/; Max-Age={YEAR}; SameSite=Lax"
                headers.append((b"set-cookie", cookie.encode("latin-1")))
            message = {**message, "headers": headers}
        await send(message)

    return sent


def _is_page(headers: list[tuple[bytes, bytes]]) -> bool:
    return any(name.lower() == b"content-type" and value.startswith(b"text/html") for name, value in headers)


def address(request: Request | None, language: str) -> str:
    """The address of the present page in another language."""
    if request is None:
        return f"?lang={language}"
    pairs = [*parse_qsl(request.query_string, keep_blank_values=True), ("lang", language)]
    return f"{request.path}?{urlencode(pairs)}"
