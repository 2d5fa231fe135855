"""Somebody else's page as HTML that can do nothing: no script, no request, no form, no way out of it.

It is written anew while it is parsed: the elements and attributes that are named here, text, and styles in which
nothing is fetched. What was left out and has a place on the page (pictures, frames) leaves a word there. The page is
never held as a tree, and past a limit of characters or elements it ends: no page is too large for a browser.
"""

import re
from collections.abc import Mapping
from html import escape

from lxml import etree

from archive.pages import safe_html
from archive.pages.safe_html import attribute
from pipelines.decode import UNDECODABLE

CHARACTERS = 2_000_000  # of a page that are shown; chosen: the largest real page here has 1.1 million
ELEMENTS = 60_000  # chosen: Chromium lays out as many in about a second
STYLES = 200_000  # characters of a page's own styles that are kept
PICTURE = 200_000  # characters of a picture that stands in the page itself


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


KEPT = _names(
    """
    a abbr acronym address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del
    details dfn dir div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hgroup hr i ins kbd li main
    mark menu nav nobr ol p pre q rb rp rt rtc ruby s samp section small span strike strong sub summary sup table tbody
    td tfoot th thead time tr tt u ul var wbr
    """
)
RENAMED = {
    **dict.fromkeys(("form", "fieldset", "noscript", "body", "marquee", "legend", "dialog", "search"), "div"),
    **dict.fromkeys(("button", "label", "blink", "output"), "span"),
    **dict.fromkeys(("textarea", "xmp", "plaintext", "listing"), "pre"),
}
VOID = _names("br col hr wbr")
# Left out. The first hold nothing, whatever the parser says; the second go with all that they hold; the third with all
# but the first element of HTML in them, which ends them in a browser.
EMPTY = _names("area base bgsound embed frame image img input keygen link meta param source track")
FULL = _names(
    """
    script style title template object applet iframe noframes noembed audio video canvas select datalist portal
    progress meter
    """
)
FOREIGN = _names("svg math")
SEEN = {  # of those, the ones that had a place on the page: what is said there, and where they fetched it
    "img": ("picture", "src"),
    "image": ("picture", "src"),
    **{name: (name, "src") for name in ("iframe", "frame", "embed", "audio", "video")},
    "object": ("object", "data"),
    "applet": ("applet", "code"),
}
ATTRIBUTES = _names(
    """
    abbr align bgcolor border cellpadding cellspacing char charoff class clear color colspan datetime dir face frame
    headers height hidden hspace lang noshade nowrap open reversed rowspan rules scope size span start summary title
    type valign value vspace width
    """
)
STYLE = """
.left-out { border: 1px dashed; padding: 0 .3em; font-size: .85em; opacity: .75; }
a[title] { text-decoration: underline; cursor: help; }
"""

_PICTURE = re.compile(r"data:image/(?:png|jpe?g|gif|webp|bmp);base64,[A-Za-z0-9+/=\s]+")
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.S)
# What fetches, by any spelling; a backslash could spell it otherwise, and `<` could end the style.
_FETCHES = re.compile(
    r"@\s*(?=import|font-face|namespace|charset|document)"
    r"|(?:url|src|image|set|fade|element|expression|paint)\s*(?=\()",
    re.I,
)
_LOST = re.compile(f"[{chr(UNDECODABLE)}-{chr(UNDECODABLE + 0xFF)}]")


def inert(text: str, is_cut: bool = False, note: str = "") -> str:
    """A page's HTML made harmless; `note` stands above one that ends early, by these limits or as `is_cut` says."""
    writer = _Writer()
    parser = etree.HTMLParser(target=writer, encoding="utf-8", huge_tree=True)
    parser.feed(text[:CHARACTERS].encode("utf-8", "replace"))
    body = str(parser.close())
    is_cut = is_cut or writer.is_full or len(text) > CHARACTERS
    return _whole(body, "".join(writer.styles), note if is_cut else "")


def plain(text: str, is_cut: bool = False, note: str = "") -> str:
    """A plain text in the same frame."""
    is_cut = is_cut or len(text) > CHARACTERS
    style = "pre { white-space: pre-wrap; overflow-wrap: anywhere; }"
    return _whole(f"<pre>{_text(text[:CHARACTERS])}</pre>", style, note if is_cut else "")


def sentence(text: str) -> str:
    """A frame that says why there is nothing in it."""
    return _whole("", "", text)


def _whole(body: str, styles: str, note: str) -> str:
    above = f'<p class="left-out">{escape(safe_html.seen(note))}</p>' if note else ""
    return (
        '<!doctype html>\n<html lang="zh">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>·</title>\n<style>{styles}{STYLE}</style>\n</head>\n<body>\n{above}{body}\n</body>\n</html>"
    )


class _Writer:
    """A target of lxml's parser: what it is told, written down if it may be."""

    def __init__(self) -> None:
        self.styles: list[str] = []
        self.is_full = False
        self._out: list[str] = []
        self._open: list[tuple[str, str]] = [("", "")]  # of each open element: what closes it, in what it stands
        self._elements = 0
        self._room = STYLES

    def start(self, tag: object, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        name = str(tag).lower()
        name = RENAMED.get(name, name)
        inside = self._open[-1][1]
        if inside in FOREIGN and (name in KEPT or name in EMPTY):
            inside = ""
        if inside:
            self._open.append(("", inside))
        elif name in KEPT:
            self._keep(name, attributes)
        else:
            self._instead(name, attributes)
            self._open.append(("", name if name in FULL or name in FOREIGN else ""))

    def end(self, tag: object) -> None:
        """It ends: the parser names each that began, in order."""
        self._out.append(self._open.pop()[0])

    def data(self, text: str) -> None:
        """Text."""
        inside = self._open[-1][1]
        if not inside:
            self._out.append(_text(text))
        elif inside == "style" and self._room > 0:
            self.styles.append(css(text[: self._room]) + "\n")
            self._room -= len(text)

    def close(self) -> str:
        """All of it."""
        return "".join([*self._out, *(closing for closing, _ in reversed(self._open))])

    def _keep(self, name: str, attributes: Mapping[str, str]) -> None:
        self._elements += 1
        self.is_full = self._elements > ELEMENTS
        if not self.is_full:
            self._out.append(f"<{name}{_attributes(name, attributes)}>")
        self._open.append(("" if self.is_full or name in VOID else f"</{name}>", ""))

    def _instead(self, name: str, attributes: Mapping[str, str]) -> None:
        """A word for what had a place on the page; a picture that stands in the page itself is harmless, and kept."""
        if name == "input" and (attributes.get("type") or "").lower() != "hidden":
            said = attributes.get("value") or attributes.get("placeholder") or ""
            self._out.append(f'<span class="left-out">{_text(said)}</span>' if said else "")
        if name not in SEEN:
            return
        what, where = SEEN[name]
        address, alt = (attributes.get(where) or "").strip(), attributes.get("alt") or ""
        if name == "img" and len(address) <= PICTURE and _PICTURE.fullmatch(address):
            self._out.append(f'<img alt="{attribute(alt)}" src="{attribute(address)}">')
            return
        title = f' title="{attribute(address)}"' if address else ""
        self._out.append(f'<span class="left-out"{title}>{_text(alt or what)}</span>')


def _attributes(name: str, attributes: Mapping[str, str]) -> str:
    """Those that an element keeps. A link keeps its address as a title, and leads nowhere."""
    kept = [
        f' {key}="{attribute(css(value) if key == "style" else value)}"'
        for key, value in attributes.items()
        if (key in ATTRIBUTES or key == "style") and not (name == "a" and key == "title")
    ]
    if name == "a" and attributes.get("href"):
        kept.append(f' title="→ {attribute(attributes["href"])}"')
    return "".join(kept)


def css(text: str) -> str:
    """Styles in which nothing is fetched and no word is spelled by escapes; what fetched is a word without meaning."""
    return _FETCHES.sub("x-", _COMMENT.sub(" ", text).replace("\\", "").replace("<", ""))


def _text(text: str) -> str:
    return escape(_LOST.sub("\ufffd", text), quote=False)
