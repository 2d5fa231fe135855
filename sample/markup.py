"""How a site writes its HTML: tags and class names by seed, and fragments that remember their noise."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from random import Random

# Class names met for each part of a page; a seed takes one of each.
CLASSES: dict[str, tuple[str, ...]] = {
    "page": ("wrap", "container", "main", "w1000", "layout", "box"),
    "head": ("header", "top", "hd", "site-head", "topbar", "nav-wrap"),
    "crumb": ("crumb", "position", "weizhi", "bread", "path-nav", "local"),
    "article": ("article", "left-main", "detail", "arc", "news-show", "con-left"),
    "title": ("title", "arc-title", "tit", "h-title", "bt", "headline"),
    "info": ("info", "meta", "time-source", "arc_info", "xx", "property"),
    "body": ("content", "article-body", "arc_body", "con", "text-main", "nr"),
    "related": ("related", "xgwz", "about-list", "recommend", "rel", "more-arc"),
    "inline": ("inner-rec", "tj", "insert", "in-list", "zntj", "mid"),
    "widget": ("down", "dl-box", "rate", "tool", "download", "doc-tool"),
    "turn": ("pn", "prenext", "page-turn", "sxp", "nextprev", "context"),
    "side": ("side", "right", "aside", "sidebar", "con-right", "hot"),
    "foot": ("footer", "copy", "bottom", "ft", "foot", "copyright"),
    "list": ("list", "news-list", "arc-list", "ul-list", "lb", "items"),
    "pages": ("pages", "pagelist", "page-nav", "pager", "fenye", "plist"),
}


@dataclass(frozen=True, slots=True)
class Frag:
    """A piece of HTML, and the strings in it that must not survive a restoration."""

    html: str = ""
    noise: tuple[str, ...] = ()

    def __add__(self, other: "Frag") -> "Frag":
        return Frag(self.html + other.html, self.noise + other.noise)

    def inside(self, before: str, after: str) -> "Frag":
        """The same between an opening and a closing tag."""
        return Frag(before + self.html + after, self.noise)


def join(frags: Iterable[Frag]) -> Frag:
    """All of them, one after the other."""
    whole = Frag()
    for frag in frags:
        whole += frag
    return whole


class Dom:
    """The tags and class names that one site uses."""

    def __init__(self, rng: Random) -> None:
        self.classes = {role: rng.choice(pool) for role, pool in CLASSES.items()}
        self.by_id = rng.random() < 0.4
        self.article_tag = rng.choice(("div", "article", "section"))
        self.title_tag = rng.choice(("h1", "h1", "h2", "div"))
        self.indent = rng.choice(("　　", "", "&nbsp;&nbsp;&nbsp;&nbsp;", "　　"))
        self.item = rng.choice(
            ('<li><a href="{url}">{text}</a></li>', '<p><a href="{url}" target="_blank">{text}</a></p>')
        )

    def box(self, role: str, inner: str, *, tag: str = "div") -> str:
        """An element of a role, named as this site names it."""
        name = self.classes[role]
        named = f'id="{name}"' if self.by_id and role in ("body", "head", "foot") else f'class="{name}"'
        return f"<{tag} {named}>{inner}</{tag}>\n"

    def title(self, text: str) -> str:
        """The title line of the article."""
        return self.box("title", escape(text, quote=False), tag=self.title_tag)

    def paragraph(self, text: str, *, raw: bool = False) -> str:
        """A paragraph of the body, indented as this site does."""
        return f"<p>{self.indent}{text if raw else escape(text, quote=False)}</p>\n"

    def paragraphs(self, texts: Iterable[str]) -> str:
        """A paragraph for each."""
        return "".join(self.paragraph(text) for text in texts)

    def noise(self, text: str, *, tag: str = "p", role: str = "") -> Frag:
        """An element whose text is noise, line by line."""
        inner = escape(text, quote=False).replace("\n", "<br>")
        html = self.box(role, inner, tag=tag) if role else f"<{tag}>{inner}</{tag}>\n"
        return Frag(html, tuple(text.split("\n")))

    def links(self, rows: Iterable[tuple[str, str]], *, role: str = "related") -> Frag:
        """A list of links whose texts are noise."""
        rows = list(rows)
        items = "".join(self.item.format(url=escape(url), text=escape(text, quote=False)) for url, text in rows)
        tag = "ul" if self.item.startswith("<li") else "div"
        return Frag(self.box(role, items, tag=tag), tuple(text for _, text in rows))


def document(title: str, inner: str, *, head: str = "", lang: str = "zh-CN") -> str:
    """A whole page."""
    return (
        f'<!DOCTYPE html>\n<html lang="{lang}">\n<head>\n{head}<title>{escape(title, quote=False)}</title>\n'
        "<style>body{font:16px/1.8 sans-serif}</style>\n<script>var _hmt=_hmt||[];</script>\n</head>\n"
        f"<body>\n{inner}\n</body>\n</html>\n"
    )


def meta(charset: str) -> str:
    """The charset as a page of the HTML 5 years declares it."""
    return f'<meta charset="{charset}">\n'


def old_meta(charset: str) -> str:
    """The charset as pages before 2010 declare it."""
    return f'<meta http-equiv="Content-Type" content="text/html; charset={charset}" />\n'
