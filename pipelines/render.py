"""A page's visible text: one rendering, deterministic, block by block, on which all offsets rest.

Visible is every text node under body except what no browser shows: script, style, template, noscript, option
and elements hidden by attribute or inline style, whose text is kept apart. White space is collapsed as HTML
says; nothing else is changed. An image's alternative text is a block of its own, after the line it stands in.
"""

import re
from dataclasses import dataclass, field

from lxml import etree, html

from pipelines.document import Block, Rejected

# Past these a page is no article. Chosen far above any article met, to bound memory and time; not calibrated.
MAX_CHARACTERS = 8_000_000
MAX_ELEMENTS = 200_000

_UNSEEN = frozenset(
    (
        *("head", "script", "style", "template", "noscript", "option", "datalist"),
        *("iframe", "object", "svg", "math", "audio", "video", "canvas"),
    )
)
_BLOCKS = frozenset(
    (
        *(
            "address",
            "article",
            "aside",
            "blockquote",
            "body",
            "center",
            "details",
            "dialog",
            "div",
            "fieldset",
            "figure",
        ),
        *("figcaption", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "legend", "main", "nav"),
        *("p", "pre", "section", "select", "summary"),
        *("dd", "dir", "dl", "dt", "li", "menu", "ol", "ul"),
        *("table", "tbody", "td", "tfoot", "th", "thead", "tr"),
    )
)
_SPACE = re.compile(r"[ \t\n\r\f]+")
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_XML_HEAD = re.compile(r"^\s*<\?xml[^>]*\?>")


@dataclass(frozen=True, slots=True)
class Rendering:
    """Visible text, its blocks, and for each block-level element the blocks inside it: (first, last, element)."""

    text: str
    blocks: tuple[Block, ...]
    spans: tuple[tuple[int, int, html.HtmlElement], ...]
    hidden_text: str
    page_title: str


def parse(text: str) -> html.HtmlElement:
    """The page as a tree. Raises `Rejected` past the countable limits or where there is nothing to parse."""
    if len(text) > MAX_CHARACTERS:
        raise Rejected(f"too-large: {len(text)} characters, limit {MAX_CHARACTERS}")
    try:
        tree = html.document_fromstring(_XML_HEAD.sub("", text), parser=html.HTMLParser(huge_tree=True))
    except etree.ParserError as error:
        raise Rejected("empty-page: no element in it") from error
    if sum(1 for _ in tree.iter()) > MAX_ELEMENTS:
        raise Rejected(f"too-large: more than {MAX_ELEMENTS} elements")
    return tree


def render(tree: html.HtmlElement) -> Rendering:
    """The visible text of a parsed page."""
    body = tree.find("body")
    writer = _Writer(len("".join(tree.itertext())))
    writer.walk(tree if body is None else body)
    title = tree.find(".//title")
    return Rendering(
        "\n".join(writer.lines),
        tuple(writer.blocks),
        tuple(writer.spans),
        _collapse("\n".join(writer.hidden)),
        _collapse("".join(title.itertext())) if title is not None else "",
    )


def render_text(text: str) -> Rendering:
    """The lines of a plain text; they are taken as they are."""
    blocks, at = [], 0
    for number, line in enumerate(text.split("\n")):
        if line.strip():
            blocks.append(Block(at, at + len(line), "", number, 0))
        at += len(line) + 1
    return Rendering(text, tuple(blocks), (), "", "")


@dataclass(slots=True)
class _Writer:
    """The state of one walk over a page."""

    size: int  # characters of the whole page, to tell a hidden element from one that scripts reveal
    lines: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    spans: list[tuple[int, int, html.HtmlElement]] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    run: list[str] = field(default_factory=list)  # text of the line so far
    alts: list[str] = field(default_factory=list)  # alternative texts that wait for its end
    links: int = 0  # open links
    link_chars: int = 0
    rows: int = 0  # open table rows that are one line
    pres: int = 0
    at: int = 0
    group: int = 0
    path: list[str] = field(default_factory=list)

    def walk(self, root: html.HtmlElement) -> None:
        """Depth first without recursion: nesting is limited by memory only."""
        stack: list[tuple[html.HtmlElement, bool, int]] = [(root, False, 0)]
        while stack:
            element, leaving, first = stack.pop()
            if leaving:
                self._leave(element, first)
                if element is not root:
                    self._write(element.tail)
                continue
            if not isinstance(element.tag, str) or self._unseen(element):
                self._write(element.tail)
                continue
            self._enter(element)
            stack.append((element, True, len(self.blocks)))
            self._write(element.text)
            stack += [(child, False, 0) for child in reversed(element)]
        self._flush()

    def _unseen(self, element: html.HtmlElement) -> bool:
        if element.tag in _UNSEEN:
            return True
        hides = _HIDING.search(element.get("style", ""))
        if element.get("hidden") is None and not hides:
            return False
        text = _collapse("".join(element.itertext()))
        # WeChat and others hide the whole article until a script shows it: most of a page's text is never hidden.
        if len(text) * 2 > self.size:
            return False
        if text:
            self.hidden.append(text)
        return True

    def _enter(self, element: html.HtmlElement) -> None:
        tag = element.tag
        if _is_link(element):
            self.links += 1
        elif tag == "br":
            self._flush()
        elif tag == "img":
            self.alts.append(_collapse(element.get("alt") or ""))
        elif tag in ("td", "th") and self.rows:
            if self.run:
                self.run.append("\t")
        elif tag in _BLOCKS:
            self._flush()
            self.group += 1
            self.path.append(_step(element))
            self.rows += tag == "tr" and _is_line(element)
            self.pres += tag == "pre"

    def _leave(self, element: html.HtmlElement, first: int) -> None:
        tag = element.tag
        if _is_link(element):
            self.links -= 1
        elif tag in _BLOCKS and not (tag in ("td", "th") and self.rows):
            self._flush()
            self.group += 1
            self.path.pop()
            self.rows -= tag == "tr" and _is_line(element)
            self.pres -= tag == "pre"
            if len(self.blocks) > first:
                self.spans.append((first, len(self.blocks), element))

    def _write(self, text: str | None) -> None:
        if not text:
            return
        if self.pres:
            for n, line in enumerate(text.split("\n")):
                if n:
                    self._flush()
                self._append(line)
        else:
            self._append(text)

    def _append(self, text: str) -> None:
        self.run.append(text)
        if self.links:
            self.link_chars += len(_SPACE.sub("", text))

    def _flush(self) -> None:
        cells = "".join(self.run).split("\t") if self.rows else ["".join(self.run)]
        line = "\t".join(_collapse(cell) for cell in cells).strip("\t")
        if line:
            heading = self.path[-1][:2] in ("h1", "h2", "h3", "h4") if self.path else False
            self._emit(line, min(self.link_chars, len(line)), "heading" if heading else "text")
        self.run.clear()
        self.link_chars = 0
        for alt in filter(None, self.alts):
            self._emit(alt, 0, "alt")
        self.alts.clear()

    def _emit(self, line: str, link_chars: int, kind: str) -> None:
        self.lines.append(line)
        self.blocks.append(Block(self.at, self.at + len(line), "/".join(self.path), self.group, link_chars, kind))
        self.at += len(line) + 1


def _is_link(element: html.HtmlElement) -> bool:
    """An <a> that leads to another page. A named place (Word leaves one a heading) and a place on the page do not."""
    if element.tag != "a":
        return False
    href = (element.get("href") or "").strip().lower()
    return bool(href) and not href.startswith(("#", "javascript:"))


def _is_line(row: html.HtmlElement) -> bool:
    """A row of data, not of layout: several cells, none with lines or blocks of its own."""
    inner = list(row.iterdescendants())
    cells = [e for e in inner if e.tag in ("td", "th")]
    return len(cells) > 1 and not any(e.tag == "br" or (e.tag in _BLOCKS and e.tag not in ("td", "th")) for e in inner)


def _step(element: html.HtmlElement) -> str:
    name = element.get("id") or (element.get("class") or "").split(" ")[0]
    return f"{element.tag}.{name}" if name else str(element.tag)


def _collapse(text: str) -> str:
    return _SPACE.sub(" ", text).strip(" ")
