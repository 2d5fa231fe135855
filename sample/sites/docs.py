"""Site 6, a document-sharing site: previews of uploaded files, page by page, as their PDF viewer left the text."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from random import Random

from sample import damage
from sample.builder import Brief, Builder, Entry, after
from sample.markup import Frag, join
from sample.model import Site, Text

FOOTER_EVERY = 22  # lines of a wrapped page before its footer


@dataclass(frozen=True, slots=True)
class Shown:
    """A text as the viewer shows it: its lines, what shows the damage, and what is left of the document."""

    lines: tuple[str, ...]
    noise: tuple[str, ...] = ()
    kept: tuple[str, ...] | None = None  # the paragraphs that are shown, where not all are
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class File:
    """An uploaded file, and the addresses that it is shown at."""

    entry: Entry
    n: int
    targets: tuple[str, ...]
    shown: Shown


def wrapped(text: Text, rng: Random) -> Shown:
    """Hard-wrapped lines."""
    return Shown(damage.hard_wrap(text.paragraphs, rng.choice((32, 36, 40))), kinds=("hard-wrap",))


def spaced(text: Text, rng: Random) -> Shown:
    """Spaces between characters."""
    return Shown(tuple(damage.space_out(p, rng) for p in text.paragraphs), kinds=("spaces",))


def numbered(text: Text, rng: Random) -> Shown:
    """Page numbers in the sentences, and no paragraphs but the signature's."""
    body, noise = damage.page_numbers("".join(text.unsigned), rng)
    return Shown((body, *text.signature), noise, kinds=("page-numbers", "flattened"))


def cut(text: Text, rng: Random) -> Shown:
    """A preview: the rest is for members."""
    shown = damage.preview(text.unsigned, rng.randint(500, 640))
    return Shown(shown, kept=shown, kinds=("preview",))


def chunked(text: Text, rng: Random) -> Shown:
    """Lines of fixed length with running numbers."""
    lines = damage.chunk("\n".join(text.unsigned), rng.choice((230, 250, 280)))
    noise = tuple(f"{a[-3:]}{b[:5]}" for a, b in pairwise(lines))
    return Shown((*lines, *text.signature), noise, kinds=("chunks",))


def footed(text: Text, rng: Random) -> Shown:
    """Hard-wrapped lines with a footer after each page of them."""
    lines = damage.hard_wrap(text.paragraphs, 36)
    pages = [lines[i : i + FOOTER_EVERY] for i in range(0, len(lines), FOOTER_EVERY)]
    feet = [f"第{n}页 共{len(pages)}页" for n in range(1, len(pages) + 1)]
    out = tuple(line for page, foot in zip(pages, feet, strict=True) for line in (*page, foot))
    return Shown(out, tuple(feet), kinds=("hard-wrap", "footers"))


def flat(text: Text, rng: Random) -> Shown:
    """One paragraph."""
    return Shown((*damage.flatten(text.unsigned), *text.signature), kinds=("flattened",))


def whole(text: Text, rng: Random) -> Shown:
    """As it was uploaded."""
    return Shown(text.paragraphs)


# What is done to article n, and over how many addresses it is spread.
TURNS: tuple[tuple[Callable[[Text, Random], Shown], int], ...] = (
    (wrapped, 3), (spaced, 1), (numbered, 1), (cut, 1), (chunked, 1), (whole, 3),
    (footed, 1), (cut, 2), (flat, 1), (footed, 2), (spaced, 2), (whole, 1),
)  # fmt: skip


def build(brief: Brief) -> Site:
    """The site, with one forbidden folder."""
    make = Builder(brief)
    entries = [_entry(make, i) for i in range(len(brief.texts))]
    for n, entry in enumerate(entries):
        _article(make, entry, n)
    shown = [replace(e, title=f"{e.title}.docx") for e in entries]
    make.lists(shown, "/list-4-1.html", "/list-4-{n}.html", size=6, heading="工作总结文档")
    make.home(f"{brief.name}-在线文档分享平台", shown[:4], [("工作总结", "/list-4-1.html"), ("下载", "/down/1.html")])
    make.page("/down/1.html", "下载", make.dom.box("body", make.dom.paragraphs(brief.texts[0].paragraphs)))
    make.site.disallowed.append("/down/1.html")
    make.robots(disallow=("/down/",))
    return make.site


def _entry(make: Builder, index: int) -> Entry:
    text = make.brief.texts[index]
    shown = after(text, make.rng_for(f"entry{index}"), 100, 1500)
    return Entry(text, f"/p-{2295840 + index * 1311 + make.brief.seed}.html", text.title, shown)


def _article(make: Builder, entry: Entry, n: int) -> None:
    way, count = TURNS[(n + make.brief.seed - 1) % len(TURNS)]
    shown = way(entry.text, make.rng_for(entry.target + "way"))
    between = ("_", "-p")[make.brief.seed % 2 == 0]
    targets = [entry.target] + [entry.target.replace(".html", f"{between}{i}.html") for i in range(2, count + 1)]
    file = File(entry, n, tuple(targets), shown)
    urls, noise = [], shown.noise
    for i, lines in enumerate(_spread(shown.lines, count)):
        page = _page(make, file, i, lines)
        title = f"{entry.title}.docx" + (f"({i + 1})" if i else "") + f"_{make.brief.name}"
        urls.append(make.page(targets[i], title, page.html, modified=entry.shown.isoformat()))
        noise += page.noise
    kinds = shown.kinds + (("paged",) if count > 1 else ())
    if shown.kept is None:
        make.gold(entry, urls, noise, damage=kinds)
        return
    text = entry.text.with_paragraphs(shown.kept, entry.text.edited)
    text = replace(text, signed_by="", signed_on="")
    make.gold(replace(entry, text=text), urls, noise, damage=kinds, status="partial")


def _spread(lines: tuple[str, ...], count: int) -> list[tuple[str, ...]]:
    """The lines over `count` pages, cut at equal lengths, in the middle of a line where it falls there."""
    size = -(-sum(map(len, lines)) // count)
    pages: list[list[str]] = [[] for _ in range(count)]
    at = 0
    for line in lines:
        start = 0
        while start < len(line):
            page = min(at // size, count - 1)
            end = len(line) if page == count - 1 else min(len(line), start + (page + 1) * size - at)
            pages[page].append(line[start:end])
            at, start = at + end - start, end
    return [tuple(page) for page in pages]


def _page(make: Builder, file: File, i: int, lines: tuple[str, ...]) -> Frag:
    dom, entry, targets = make.dom, file.entry, file.targets
    title = Frag(dom.title(f"{entry.title}.docx"))
    head = dom.noise(f"首页 > 文档 > {entry.text.genre}", tag="div", role="crumb") + title
    banner = dom.noise(make.voice_for(entry.target).say("doc_banner")) if file.n % 2 == 0 else Frag()
    wrapped = "hard-wrap" in file.shown.kinds
    body = Frag("".join(f"<p>{line}</p>\n" if wrapped else dom.paragraph(line) for line in lines))
    opened, _, closed = dom.box("body", "\0").partition("\0")
    text = (banner + body).inside(opened, closed)
    turn = [f'<a href="{t}">{k}</a>' for k, t in enumerate(targets, 1)]
    turn += [f'<a href="{targets[i + 1]}">下一页</a>'] if i + 1 < len(targets) else []
    pager = Frag(dom.box("pages", " ".join(turn))) if len(targets) > 1 else Frag()
    last = _ending(make, entry, file.shown, len(targets)) if i + 1 == len(targets) else Frag()
    return join((head, _facts(make, entry, file.n), text, last, pager, _notices(make, entry)))


def _facts(make: Builder, entry: Entry, n: int) -> Frag:
    """What the site knows of the file."""
    nick = make.voice_for(entry.target + "nick").nick()
    rows = (
        f"文档编号：{22958400 + n}",
        f"上传时间：{entry.shown}",
        "格式：DOCX",
        f"页数：{3 + n % 4}",
        f"上传人：{nick}",
    )
    return join(make.dom.noise(row, tag="li") for row in rows).inside("<ul>", "</ul>\n")


def _ending(make: Builder, entry: Entry, shown: Shown, pages: int) -> Frag:
    voice = make.voice_for(entry.target + "end")
    if shown.kept is None:
        return make.dom.noise(voice.say("doc_end", pages=pages))
    return make.dom.noise(voice.say("doc_cut", total=len(entry.text.body), shown=len("".join(shown.kept))))


def _notices(make: Builder, entry: Entry) -> Frag:
    voice = make.voice_for(entry.target + "notice")
    shared = make.dom.noise(voice.say("doc_shared", title=entry.title, nick=voice.nick()))
    return shared + join(make.dom.noise(text) for text in voice.all("doc_notice"))
