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
# A block's path is written no longer than this and a name no longer than that: 100,000 nested elements stay linear.
MAX_PATH, MAX_NAME = 400, 40
MAX_REVEALED = 16  # hidden elements in one another that may turn out to be the article; chosen

_UNSEEN = frozenset(
    (
        *("head", "script", "style", "template", "noscript", "option", "datalist"),
        *("iframe", "object", "svg", "math", "audio", "video", "canvas"),
    )
)
_BLOCKS = frozenset(
    (
        *("address", "article", "aside", "blockquote", "body", "center", "details", "dialog", "div", "fieldset"),
        *("figure", "figcaption", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "legend"),
        *("main", "nav", "p", "pre", "section", "select", "summary"),
        *("dd", "dir", "dl", "dt", "li", "menu", "ol", "ul"),
        *("table", "tbody", "td", "tfoot", "th", "thead", "tr"),
    )
)
_CELLS = frozenset(("td", "th"))
_TOLD = frozenset(("a", "br", "img"))  # what else changes how the text around it is written
_HEADINGS = ("h1", "h2", "h3", "h4")
_HTML_SPACE = " \t\n\r\f"
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
# The classes of lxml.html without a Python call for each element, which would choose one for forms and their fields.
_ELEMENTS = etree.ElementDefaultClassLookup(
    element=html.HtmlElement, comment=html.HtmlComment, pi=html.HtmlProcessingInstruction, entity=html.HtmlEntity
)
_STYLES, _HIDDEN = etree.XPath("//@style"), etree.XPath("//@hidden")
_XML_HEAD = re.compile(r"^\s*<\?xml[^>]*\?>")


@dataclass(frozen=True, slots=True)
class Rendering:
    """Visible text, its blocks, and for each block-level element the blocks inside it: (first, last, element)."""

    text: str
    blocks: tuple[Block, ...]
    spans: tuple[tuple[int, int, html.HtmlElement], ...]
    hidden_text: str
    page_title: str
    inner: frozenset[int] = frozenset()  # blocks that are links to a place on the page itself
    canonical: str = ""  # the address that the page names as its own (rel=canonical), as written


def parse(text: str) -> html.HtmlElement:
    """The page as a tree. Raises `Rejected` past the countable limits or where there is nothing to parse."""
    if len(text) > MAX_CHARACTERS:
        raise Rejected(f"too-large: {len(text)} characters, limit {MAX_CHARACTERS}")
    try:
        parser = etree.HTMLParser(huge_tree=True)
        parser.set_element_class_lookup(_ELEMENTS)
        tree = html.document_fromstring(_XML_HEAD.sub("", text), parser=parser)
    except etree.ParserError as error:
        raise Rejected("empty-page: no element in it") from error
    if tree.xpath("count(//*)") > MAX_ELEMENTS:
        raise Rejected(f"too-large: more than {MAX_ELEMENTS} elements")
    return tree


def render(tree: html.HtmlElement) -> Rendering:
    """The visible text of a parsed page."""
    body = tree.find("body")
    writer = _Writer(tree)
    writer.walk(tree if body is None else body)
    title = tree.find(".//title")
    return Rendering(
        "\n".join(writer.lines),
        tuple(writer.blocks),
        tuple(writer.spans),
        _collapse("\n".join(writer.hidden)),
        _collapse("".join(title.itertext())) if title is not None else "",
        frozenset(writer.inner),
        _canonical(tree),
    )


def _canonical(tree: html.HtmlElement) -> str:
    """What the head's first `<link rel="canonical">` says; '' where there is none."""
    for link in tree.iterfind("head/link"):
        if "canonical" in link.get("rel", "").lower().split():
            return (link.get("href") or "").strip()
    return ""


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

    tree: html.HtmlElement
    lines: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    spans: list[tuple[int, int, html.HtmlElement]] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    inner: list[int] = field(default_factory=list)
    run: list[str] = field(default_factory=list)  # text of the line so far
    alts: list[str] = field(default_factory=list)  # alternative texts that wait for its end
    leads: list[str] = field(default_factory=list)  # where the open <a> lead
    links: int = 0  # open links
    link_chars: int = 0
    anchors: int = 0  # open links to a place on the page itself
    anchor_chars: int = 0
    row: html.HtmlElement | None = None  # the open table row that is one line; it has none inside
    pres: int = 0
    at: int = 0
    group: int = 0
    size: int = -1  # characters of the whole page, counted when a hidden element is met
    revealed: int = 0
    path: str = ""  # of the open block-level element
    open: list[tuple[str, int]] = field(default_factory=list)  # around each: the path, and the blocks before it

    def walk(self, root: html.HtmlElement) -> None:
        """Depth first without recursion: nesting is limited by memory only."""
        walker = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
        hiding = _hiding(root)
        skipped = None
        for event, element in walker:
            if event == "start":
                tag = element.tag
                if tag in _UNSEEN or (element in hiding and self._hidden(element)):
                    walker.skip_subtree()
                    skipped = element
                    continue
                if tag in _BLOCKS:
                    self._open(tag, element)
                elif tag in _TOLD:
                    self._enter(tag, element)
                text = element.text
            elif event == "end":
                if element is skipped:
                    skipped = None
                elif (tag := element.tag) in _BLOCKS:
                    self._close(tag, element)
                elif tag == "a":
                    self._leave()
                text = element.tail if element is not root else None
            else:
                text = element.tail
            if text and (self.run or self.pres or text.strip(_HTML_SPACE)):
                self._write(text)
        self._flush()

    def _hidden(self, element: html.HtmlElement) -> bool:
        """Whether an element that says so is hidden, and its text kept apart."""
        text = _collapse("".join(element.itertext()))
        # WeChat and others hide the whole article until a script shows it: most of a page's text is never hidden.
        if self.size < 0:
            self.size = sum(map(len, self.tree.itertext()))
        if len(text) * 2 > self.size and self.revealed < MAX_REVEALED:
            self.revealed += 1
            return False
        if text:
            self.hidden.append(text)
        return True

    def _open(self, tag: str, element: html.HtmlElement) -> None:
        """A block-level element begins."""
        if self.row is not None and tag in _CELLS:
            if self.run:
                self.run.append("\t")
            return
        if self.run or self.alts:
            self._flush()
        self.group += 1
        self.open.append((self.path, len(self.blocks)))
        self.path = _path(self.path, tag, element)
        if tag == "tr" and _is_line(element):
            self.row = element
        elif tag == "pre":
            self.pres += 1

    def _close(self, tag: str, element: html.HtmlElement) -> None:
        """A block-level element ends."""
        if self.row is not None and tag in _CELLS:
            return
        if self.run or self.alts:
            self._flush()
        self.group += 1
        self.path, first = self.open.pop()
        if element is self.row:
            self.row = None
        elif tag == "pre":
            self.pres -= 1
        if len(self.blocks) > first:
            self.spans.append((first, len(self.blocks), element))

    def _enter(self, tag: str, element: html.HtmlElement) -> None:
        """A link begins, or an element without content stands here."""
        if tag == "a":
            lead = _leads(element)
            self.leads.append(lead)
            self.links += lead == "away"
            self.anchors += lead == "inside"
        elif tag == "br":
            self._flush()
        else:
            self.alts.append(_collapse(element.get("alt") or ""))

    def _leave(self) -> None:
        """A link ends."""
        lead = self.leads.pop()
        self.links -= lead == "away"
        self.anchors -= lead == "inside"

    def _write(self, text: str) -> None:
        if self.pres and "\n" in text:
            first, *others = text.split("\n")
            self._write(first)
            for line in others:
                self._flush()
                self._write(line)
            return
        self.run.append(text)
        if self.links:
            self.link_chars += len(text) - sum(map(text.count, _HTML_SPACE))
        elif self.anchors:
            self.anchor_chars += len(text) - sum(map(text.count, _HTML_SPACE))

    def _flush(self) -> None:
        if self.run:
            text = "".join(self.run)
            line = "\t".join(map(_collapse, text.split("\t"))).strip("\t") if self.row is not None else _collapse(text)
            if line:
                if self.anchor_chars * 2 > len(line):
                    self.inner.append(len(self.blocks))
                is_heading = self.path.startswith(_HEADINGS, self.path.rfind("/") + 1)
                self._emit(line, min(self.link_chars, len(line)), "heading" if is_heading else "text")
            self.run.clear()
            self.link_chars = self.anchor_chars = 0
        if self.alts:
            for alt in filter(None, self.alts):
                self._emit(alt, 0, "alt")
            self.alts.clear()

    def _emit(self, line: str, link_chars: int, kind: str) -> None:
        end = self.at + len(line)
        self.lines.append(line)
        self.blocks.append(Block(self.at, end, self.path, self.group, link_chars, kind))
        self.at = end + 1


def _hiding(root: html.HtmlElement) -> frozenset[html.HtmlElement]:
    """The elements that are hidden by attribute or by their own style."""
    styles = [style for style in _STYLES(root) if _HIDING.search(style)]
    return frozenset(attribute.getparent() for attribute in (*styles, *_HIDDEN(root)))


def _leads(element: html.HtmlElement) -> str:
    """Where an <a> leads: away, to another page; inside, to a place on the page itself; nowhere, '', as Word's do."""
    href = (element.get("href") or "").strip()
    if href and href[0] != "#" and href[:11].lower() != "javascript:":
        return "away"
    return "inside" if len(href) > 1 else ""


def _is_line(row: html.HtmlElement) -> bool:
    """A row of data, not of layout: several cells, none with lines or blocks of its own."""
    cells = 0
    for inner in row.iterdescendants():
        tag = inner.tag
        if tag in _CELLS:
            cells += 1
        elif tag == "br" or tag in _BLOCKS:  # so each element is looked at for one row only
            return False
    return cells > 1


def _path(above: str, tag: str, element: html.HtmlElement) -> str:
    """The path of an element: that of the one above, its tag, and its id or the first of its classes."""
    if len(above) > MAX_PATH:
        return above
    name = element.get("id") or (element.get("class") or "").split(" ")[0]
    step = f"{tag}.{name[:MAX_NAME]}" if name else tag
    return f"{above}/{step}" if above else step


def _collapse(text: str) -> str:
    """White space as HTML shows it. Without `re`, which looks at each character: most texts have nothing to change."""
    text = text.replace("\n", " ").replace("\t", " ").replace("\r", " ").replace("\f", " ")
    return " ".join(filter(None, text.split(" "))) if "  " in text else text.strip(" ")
