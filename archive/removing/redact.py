"""A page's bytes with runs of characters masked: wherever they stand in it, whatever they are written with.

Characters are found in its text across tags, and in its attributes, scripts and comments; as themselves, as entities
(&#24037;), as \\u5de5 and %E5%B7%A5. Every byte outside them stays, so that the page is restored as before.
"""

import re
from html import unescape
from html.entities import html5
from urllib.parse import unquote

import numpy as np

from archive.exports.pii import SIGN
from archive.removing.runs import Places, Runs
from pipelines.decode import decode
from pipelines.document import Page, Rejected

_ESCAPES = (
    r"&\#(?P<dec>\d{1,7});?|&\#[xX](?P<hex>[0-9a-fA-F]{1,6});?|&(?P<name>[A-Za-z]{2,8});"
    r"|\\u(?P<js>[0-9a-fA-F]{4})|%u(?P<u>[0-9a-fA-F]{4})|(?P<url>(?:%[0-9A-Fa-f]{2})+)|\\(?P<sign>[nrt\"'/\\])"
)
_TAGS = r"<!--.*?-->|<[^<>]*>"
_TOKEN = re.compile(_ESCAPES)
_TOKEN_OR_TAG = re.compile(f"(?P<tag>{_TAGS})|{_ESCAPES}", re.S)
_TAG = re.compile(_TAGS, re.S)
_JS = re.compile(r"(?:\\|%)u([0-9a-fA-F]{4})")
_URL_CHARSETS = ("utf-8", "gb18030")


def holds(runs: Runs, text: str) -> bool:
    """Whether one of the runs stands in a text, as it is or under tags and escapes."""
    if runs.hold(text):
        return True
    plain = unescape(text) if "&" in text else text
    tagless = _TAG.sub("", plain) if "<" in plain else plain
    if tagless is not text and runs.hold(tagless):
        return True
    if "\\" in text or "%u" in text:
        told = _JS.sub(lambda found: chr(int(found[1], 16)), plain)
        if runs.hold(re.sub(r"\\[nrt]", "", told).replace("\\", "")):
            return True
    return "%" in text and any(runs.hold(unquote(plain, charset, "ignore")) for charset in _URL_CHARSETS)


def body_holds(runs: Runs, page: Page) -> bool:
    """Whether one of the runs stands in the body of a page. What is no text is not looked into."""
    try:
        decoded = decode(page)
    except Rejected:
        return runs.hold(page.body.decode("utf-8", "ignore"))
    if holds(runs, decoded.text):
        return True
    return decoded.charset != "utf-8" and holds(runs, page.body.decode("utf-8", "ignore"))


def redacted(runs: Runs, page: Page) -> bytes | None:
    """The body with every run masked; None where that cannot be done and all else left as it is."""
    try:
        charset = decode(page).charset
    except Rejected:
        return None
    text = page.body.decode(charset, "surrogateescape")
    starts = _byte_starts(text, page.body, charset)
    if starts is None:
        return None
    spans = sorted(set(_spans(runs, text, _TOKEN)) | set(_spans(runs, text, _TOKEN_OR_TAG)))
    sign = _sign(charset)
    out, at = [], 0
    for start, end in _disjoint(spans):
        out += [page.body[starts[at] : starts[start]], sign]
        at = end
    out.append(page.body[starts[at] :])
    made = b"".join(out)
    return None if body_holds(runs, Page(page.url, made, page.content_type)) else made


def _disjoint(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans without those that stand in another (a sign that one view reads alone, and another in an escape)."""
    kept: list[tuple[int, int]] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept


def _spans(runs: Runs, text: str, token: re.Pattern[str]) -> list[tuple[int, int]]:
    """Where the characters of runs are written, one span a character, tags and escapes read by `token`."""
    characters: list[str] = []
    starts: list[Places] = []
    ends: list[Places] = []
    at = 0
    for match in token.finditer(text):
        _plain(text, at, match.start(), characters, starts, ends)
        written = _written(match)
        characters.append("".join(one for one, _, _ in written))
        starts.append(np.array([start for _, start, _ in written], np.int64))
        ends.append(np.array([end for _, _, end in written], np.int64))
        at = match.end()
    _plain(text, at, len(text), characters, starts, ends)
    places = runs.places("".join(characters))
    if not len(places):
        return []
    first, last = np.concatenate(starts)[places], np.concatenate(ends)[places]
    return list(zip(first.tolist(), last.tolist(), strict=True))


def _plain(text: str, start: int, end: int, characters: list[str], starts: list[Places], ends: list[Places]) -> None:
    if start < end:
        characters.append(text[start:end])
        starts.append(np.arange(start, end))
        ends.append(np.arange(start + 1, end + 1))


def _written(match: re.Match[str]) -> list[tuple[str, int, int]]:
    """The characters that an escape stands for, each with where it is written; none for a tag and white space."""
    start, end = match.span()
    groups = match.groupdict()
    for name, base in (("dec", 10), ("hex", 16), ("js", 16), ("u", 16)):
        if groups[name]:
            code = int(groups[name], base)
            return [(chr(code), start, end)] if code < 0x110000 else []
    if groups["name"]:
        return [(one, start, end) for one in html5.get(groups["name"] + ";", "")[:1]]
    if groups["sign"]:
        return [] if groups["sign"] in "nrt" else [(groups["sign"], start, end)]
    return _of_url(groups["url"], start) if groups["url"] else []


def _of_url(escaped: str, start: int) -> list[tuple[str, int, int]]:
    """The characters of %XX%XX…, in UTF-8 or else as GB 18030 has them."""
    raw = bytes.fromhex(escaped.replace("%", ""))
    charset = next((one for one in _URL_CHARSETS if _decodes(raw, one)), "latin-1")
    found, at = [], start
    for one in raw.decode(charset):
        size = 3 * len(one.encode(charset))
        found.append((one, at, at + size))
        at += size
    return found


def _decodes(raw: bytes, charset: str) -> bool:
    try:
        raw.decode(charset)
    except UnicodeDecodeError:
        return False
    return True


def _byte_starts(text: str, body: bytes, charset: str) -> Places | None:
    """Where in the body each character begins, and the end; None where the charset writes it otherwise."""
    if text.encode(charset, "surrogateescape") != body:
        return None
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    if charset == "utf-8":
        sizes = 1 + (codes >= 0x80) + (codes >= 0x800).astype(np.int64) + (codes >= 0x10000)
    elif charset.startswith("utf-16"):
        sizes = np.where(codes >= 0x10000, 4, 2)
    else:
        known = {one: len(one.encode(charset, "surrogateescape")) for one in set(text)}
        sizes = np.array([known[one] for one in text], np.int64)
    sizes = np.where((codes >= 0xDC80) & (codes <= 0xDCFF), 1, sizes)  # a byte that could not be decoded
    starts = np.concatenate(([0], np.cumsum(sizes)))
    return starts if starts[-1] == len(body) else None


def _sign(charset: str) -> bytes:
    """The mask as the page can write it."""
    try:
        return SIGN.encode(charset)
    except UnicodeEncodeError:
        return b"&#9608;"
