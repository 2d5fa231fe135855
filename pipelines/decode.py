"""Bytes of a page as characters: which charset it really is, and what becomes of bytes that fit none.

A declaration is a claim: pages say gb2312 and are UTF-8, say utf-8 and are GBK, or say nothing. Strict UTF-8 that holds
a multi-byte sequence is UTF-8 whatever was declared; other charsets are weighed against each other by how common the
Chinese characters are that they yield. A byte that cannot be decoded stays as U+F700 + byte, to be repaired or counted
later. No other character is changed, but for line ends (all become \\n), NULs and byte order marks (dropped).
"""

import codecs
import re
from collections.abc import Iterator

from pipelines.document import Decoded, Page, Rejected
from pipelines.repairs.plausible import cost

UNDECODABLE = 0xF700  # + byte: private use, which lxml keeps (it drops surrogates)
META_WITHIN = 4096  # bytes of a page in which browsers look for a charset
SAMPLE = 1000  # non-ASCII characters that are weighed; 3,000 change no verdict on the real pages and the sample
# How much better another charset must read than the declared one to be taken instead (mean cost a character).
DOUBT = 1.0
COST_LEAST = 1.0  # of `plausible.cost`
# Bytes that stand in binary files and in no text, as a share of the first kilobytes: images have 10 % and more.
CONTROL_SHARE, CONTROL_LEAST, CONTROL_WITHIN = 0.02, 4, 8192
# Share of a UTF-8 page's bytes that may be broken while it is still UTF-8 with damage.
BROKEN_SHARE = 0.02

# What the Chinese web calls them, and the decoder that reads all that the name may stand for.
ALIASES = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "gb_2312-80": "gb18030",
    "x-gbk": "gb18030",
    "hz-gb-2312": "gb18030",
    "cp936": "gb18030",
    "big5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
    "x-x-big5": "big5hkscs",
    "cp950": "big5hkscs",
    "utf8": "utf-8",
    "utf-8": "utf-8",
    "unicode": "utf-8",
}
BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# Share of a fragment's characters that stand in tags; seeds with escaped tags left in them have under 1 %.
FRAGMENT_SHARE = 0.03
# First bytes of files that are no pages.
MAGIC = {
    b"%PDF-": "a PDF file",
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"PK\x03\x04": "a ZIP or Office file",
    b"\xd0\xcf\x11\xe0": "an old Office file",
    b"\x1f\x8b": "a gzip file",
    b"Rar!\x1a": "a RAR file",
    b"MZ\x90": "a program",
    b"\x7fELF": "a program",
}

# Private code points that Python's gb18030 yields, and the characters that the WHATWG encoding standard names for the
# same bytes: A3A0 is a space, the others came to Unicode after GB 18030-2000. 80 alone stays a lost byte.
WHATWG = {"\ue5e5": "\u3000", "\ue7c7": "\u1e3f"} | dict(
    zip(
        "\ue78d\ue78e\ue78f\ue790\ue791\ue792\ue793\ue794\ue795\ue796\ue81e\ue826\ue82b\ue82c\ue832\ue843\ue854\ue864",
        "\ufe10\ufe12\ufe11\ufe13\ufe14\ufe15\ufe16\ufe17\ufe18\ufe19\u9fb4\u9fb5\u9fb6\u9fb7\u9fb8\u9fb9\u9fba\u9fbb",
        strict=True,
    )
)
_PRIVATE = re.compile(f"[{''.join(WHATWG)}]")

_DECLARED = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)|<\?xml[^>]{0,100}encoding\s*=\s*[\"']([\w.-]+)", re.I
)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.I)
_ROOT = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.I)
_TAG = re.compile(r"</?(?:div|p|br|table|tr|td|a|span|title|script|h\d|ul|li|font|article|section)\b[^<>]*>", re.I)
_ASCII = bytes(range(0x80))
_CONTROL = bytes((*range(0x09), *range(0x0E, 0x1B), *range(0x1C, 0x20), 0x7F))


def decode(page: Page) -> Decoded:
    """The page as characters. Raises `Rejected` for an empty body and for what is no text."""
    if not page.body.strip():
        raise Rejected(f"empty-page: {len(page.body)} bytes, none of them text")
    body, bom = _without_bom(page.body)
    if not bom.startswith("utf-16"):
        _refuse_binary(body)
    charset, raw = (bom, _decoded(body, bom)) if bom else _read(body, page.content_type)
    text = _normal(raw)
    return Decoded(page, text, charset, _is_html(page.content_type, text))


def _without_bom(body: bytes) -> tuple[bytes, str]:
    for mark, charset in BOMS:
        if body.startswith(mark):
            return body[len(mark) :], charset
    return body, ""


def _refuse_binary(body: bytes) -> None:
    head = body[:CONTROL_WITHIN]
    for magic, name in MAGIC.items():
        if head.startswith(magic):
            raise Rejected(f"not-text: {name}")
    control = len(head) - len(head.translate(None, _CONTROL))
    if control > max(CONTROL_LEAST, CONTROL_SHARE * len(head)):
        raise Rejected(f"not-text: {control} control bytes among the first {len(head)}")


def _read(body: bytes, content_type: str) -> tuple[str, str]:
    """A charset and its text: UTF-8 where the bytes prove it; the declared one, unless another reads far better."""
    first = "utf-8"
    if (proven := _as_utf8(body)) is not None:
        return first, proven
    declared = [name for name in _declared(body, content_type) if name]
    first = next((name for name in declared if name != first), "gb18030")
    texts = {first: _decoded(body, first)}
    weights = {first: _weight(texts[first])}
    if "utf-8" not in declared and weights[first] <= COST_LEAST + DOUBT:  # nothing can read far better
        return first, texts[first]
    for name in ("gb18030", "big5hkscs", *(["utf-8"] if _is_broken_utf8(body) else [])):
        if name not in texts:
            texts[name] = _decoded(body, name)
            weights[name] = _weight(texts[name])
    if "utf-8" in texts and "utf-8" in declared:
        first = "utf-8"
    best = min(texts, key=lambda name: weights[name])
    best = best if weights[best] < weights[first] - DOUBT else first
    return best, texts[best]


def _declared(body: bytes, content_type: str) -> Iterator[str]:
    """Charsets that the header and the page's head name, header first, as decoders name them."""
    if header := _CHARSET.search(content_type):
        yield _decoder(header[1])
    for found in _DECLARED.finditer(body[:META_WITHIN]):
        yield _decoder((found[1] or found[2]).decode("ascii", "ignore"))


def _decoder(name: str) -> str:
    """The decoder of a declared name; '' for a name that no decoder has, or that says nothing (iso-8859-1)."""
    known = ALIASES.get(name.lower().strip())
    if known:
        return known
    try:
        decoder = codecs.lookup(name).name
    except LookupError:
        return ""
    return "" if decoder in ("iso8859-1", "cp1252", "ascii") else decoder


def _as_utf8(body: bytes) -> str | None:
    """The text, if it is UTF-8 to the last byte (a sequence cut at the very end is forgiven); None if it is not."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        text = decoder.decode(body)
    except UnicodeDecodeError:
        return None
    cut, _ = decoder.getstate()
    return text + _decoded(cut, "utf-8")


def _is_broken_utf8(body: bytes) -> bool:
    """Whether nearly all its non-ASCII bytes are UTF-8 sequences: a page of which some were cut."""
    high = len(body.translate(None, _ASCII))
    lost = len(body) - len(body.decode("utf-8", "ignore").encode())
    return lost <= max(8, BROKEN_SHARE * high) < high


def _weight(text: str) -> float:
    """Mean cost of its first non-ASCII characters: Chinese read right has 1.5 to 3, read wrong 5 to 8."""
    # As bytes, from which the ASCII of the markup is dropped faster than by a pattern.
    sifted = text[: 20 * SAMPLE].encode("utf-8", "surrogatepass").translate(None, _ASCII)
    high = sifted.decode("utf-8", "surrogatepass")[:SAMPLE]
    return sum(map(cost, high)) / len(high) if high else 0.0


def _decoded(body: bytes, charset: str) -> str:
    text = body.decode(charset, "undecodable")
    if charset == "gb18030" and any(private in text for private in WHATWG):  # hardly a page has one
        return _PRIVATE.sub(lambda found: WHATWG[found[0]], text)
    return text


def _normal(text: str) -> str:
    return text.replace("\0", "").replace("\ufeff", "").replace("\r\n", "\n").replace("\r", "\n")


def _is_html(content_type: str, text: str) -> bool:
    """What the header says; where it is silent or says plain text, the page's first tags decide.

    A fragment without <html> counts where tags are what it is made of; a text with a stray <p> is a text.
    """
    kind = content_type.split(";")[0].strip().lower()
    if kind in ("text/html", "application/xhtml+xml") or _ROOT.search(text[:4000]):
        return True
    tags = [] if kind == "text/plain" else _TAG.findall(text[:20000])
    return len(tags) >= 4 and sum(map(len, tags)) > FRAGMENT_SHARE * len(text[:20000])


def _keep(error: UnicodeError) -> tuple[str, int]:
    """A decoder's error handler: the first byte of what it could not read, kept as U+F700 + byte."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return chr(UNDECODABLE + error.object[error.start]), error.start + 1


codecs.register_error("undecodable", _keep)
