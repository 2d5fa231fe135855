"""The pages of the blind bench of facts: texts of our own with known answers, each built as a page of its kind.

A file of `fact_pages/` holds the pages of one topic. Those that are `open` may be looked at by whoever writes rules;
those that are `held` are scored in total only, until a newer set takes their place. A third are traps, whose right
answer is *unknown*; `trap` says what a careless rule would take. Damage is marked where it stands: `发放资料⟦m:x⟧份`.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path

from pipelines.document import Page

FOLDER = Path(__file__).parent / "fact_pages"
SPAN = re.compile(r"⟦([a-z]):(.+?)⟧")
KINDS = {
    "m": "numbers_masked",
    "h": "numbers_masked",  # half masks: 20xx0亩
    "n": "names_masked",
    "l": "numbers_lost",
    "c": "numbers_corrupt",
    "z": "censored",  # counts neither way: which formulas are censored is no matter of numbers
}

Answer = str | int | list[str] | None  # a list: any of these is right (of dates: the first and the last right one)


class GoldError(Exception):
    """A file of gold cannot be read; str() says which and why."""


@dataclass(frozen=True, slots=True)
class Span:
    """Damage as a reader marks it: `line[start:end]` in the body's line of that number."""

    kind: str
    line: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class FactPage:
    """One page and what is known of its document. Fields that `gold` does not name are not scored."""

    id: str
    topic: str
    held: bool
    kind: str  # template | gov | doc | plain
    url: str
    page_title: str
    head: tuple[str, ...]
    title: str
    body: tuple[str, ...]
    tail: tuple[str, ...]
    trap: str
    gold: Mapping[str, Answer]  # None: must be unknown
    spans: tuple[Span, ...] | None  # None: not scored

    @property
    def page(self) -> Page:
        """As a site of its kind serves it."""
        return Page(self.url, self.html.encode(), "text/html; charset=utf-8")

    @property
    def html(self) -> str:
        """The whole page."""
        crumbs, around = LAYOUTS[self.kind]
        head = "".join(f"<span>{escape(line)}</span> " for line in self.head)
        body = "\n".join(f"<p>{escape(line)}</p>" for line in self.body)
        tail = "\n".join(f"<p>{escape(line)}</p>" for line in self.tail)
        article = around.format(title=escape(self.title), head=head, body=body, tail=tail)
        return (
            f'<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>{escape(self.page_title)}</title></head>\n'
            f"<body>\n{crumbs}\n{article}\n{FOOT}\n</body></html>\n"
        )


FOOT = '<div class="footer"><a href="/about.html">关于我们</a> <a href="/map.html">网站地图</a></div>'
LAYOUTS = {  # breadcrumb or menu, and what stands around the article
    "template": (
        '<div class="nav"><a href="/">首页</a> &gt; <a href="/fw/">范文大全</a> &gt; <a href="/z/">工作总结</a></div>',
        '<div class="article"><h1>{title}</h1>\n<div class="info">{head}</div>\n<div class="content">{body}</div>\n'
        '<div class="foot">{tail}</div></div>',
    ),
    "gov": (
        '<ul class="menu"><li><a href="/">网站首页</a></li><li><a href="/zwgk/">政务公开</a></li>'
        '<li><a href="/gzdt/">工作动态</a></li></ul>',
        '<div class="detail"><div class="biaoti">{title}</div>\n<div class="pages-date">{head}</div>\n'
        '<div class="TRS_Editor">{body}</div>\n<div class="bianji">{tail}</div></div>',
    ),
    "doc": (
        '<div class="crumb"><a href="/">文库首页</a> / <a href="/gongwen/">办公文档</a></div>',
        '<div class="doc-head"><h1>{title}</h1>{head}</div>\n<div id="doc-body">{body}</div>\n'
        '<div class="doc-foot">{tail}</div>',
    ),
    "plain": ("", "<h1>{title}</h1>\n<div>{head}</div>\n{body}\n{tail}"),
}


def load_pages(folder: Path = FOLDER) -> list[FactPage]:
    """All pages, by topic, in the order of their files."""
    return [page for path in sorted(folder.glob("*.toml")) for page in _of_file(path)]


def _of_file(path: Path) -> Iterable[FactPage]:
    try:
        return [_page(path.stem, row) for row in tomllib.loads(path.read_text(encoding="utf-8"))["page"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise GoldError(f"{path.name} cannot be read ({type(error).__name__}: {error})") from error


def _page(topic: str, row: dict[str, object]) -> FactPage:
    known = {
        "id", "set", "kind", "url", "page_title", "head", "title", "body", "tail", "trap", "gold", "unknown", "spans"
    }  # fmt: skip
    if strange := set(row) - known:
        raise ValueError(f"{row.get('id')}: unknown keys {sorted(strange)}")
    lines = str(row["body"]).strip("\n").split("\n")
    title = str(row["title"])
    return FactPage(
        str(row["id"]), topic, row["set"] == "held", str(row.get("kind", "template")), str(row["url"]),
        str(row.get("page_title", title)), _strings(row, "head"), title,
        tuple(SPAN.sub(r"\2", line) for line in lines), _strings(row, "tail"), str(row.get("trap", "")),
        _gold(row), tuple(_spans(lines)) if row.get("spans") else None,
    )  # fmt: skip


def _strings(row: dict[str, object], key: str) -> tuple[str, ...]:
    value = row.get(key, [])
    if not isinstance(value, list):
        raise TypeError(f"{row['id']}: {key} is no list")
    return tuple(map(str, value))


def _gold(row: dict[str, object]) -> dict[str, Answer]:
    gold = row.get("gold", {})
    if not isinstance(gold, dict):
        raise TypeError(f"{row['id']}: gold is no table")
    return {**gold, **dict.fromkeys(_strings(row, "unknown"))}


def _spans(lines: Iterable[str]) -> Iterable[Span]:
    for number, line in enumerate(lines):
        markup = 0
        for match in SPAN.finditer(line):
            start = match.start() - markup
            yield Span(KINDS[match[1]], number, start, start + len(match[2]))
            markup += len(match[0]) - len(match[2])
