"""Site 3, a Traditional edition made by OpenCC s2twp: single articles, and compilations of 3 to 10 documents."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from html import escape

from sample import damage
from sample.builder import Brief, Builder, Entry, after
from sample.markup import Frag, document, join, meta, old_meta
from sample.model import Response, Site, Text

SIZES = (3, 4, 5, 6, 8, 10)  # documents in each compilation
NUMERALS = "一二三四五六七八九十"

# Heading of part n of a compilation, in the forms met, by how often they are met; True: the part's own
# title is in it; None: the own title stands on a line of its own below.
FORMS: tuple[tuple[Callable[[str, int, str], str], bool | None], ...] = (
    (lambda stem, n, own: f"{stem}篇{n}", False),
    (lambda stem, n, own: f"篇{NUMERALS[n - 1]}：《{own}》", True),
    (lambda stem, n, own: f"{stem}{n}", False),
    (lambda stem, n, own: f"第{n}篇 {own}", True),
    (lambda stem, n, own: f"【篇{NUMERALS[n - 1]}】", None),
    (lambda stem, n, own: f"第{NUMERALS[n - 1]}篇：{own}", True),
    (lambda stem, n, own: f"{stem} 篇{NUMERALS[n - 1]}", False),
    (lambda stem, n, own: f"范文{NUMERALS[n - 1]}", None),
    (lambda stem, n, own: f"【第{NUMERALS[n - 1]}篇】", None),
    (lambda stem, n, own: f"篇{NUMERALS[n - 1]}：{own}", True),
    (lambda stem, n, own: f"{stem}（篇{n}）", False),
    (lambda stem, n, own: f"第{n}篇: {own}", True),
)
STEMS = {
    "工作总结": ("年度工作总结", "单位工作总结"), "工作汇报": ("工作情况汇报", "工作汇报材料"),
    "述职报告": ("个人述职报告", "述职述廉报告"), "工作计划": ("年度工作计划", "单位工作计划"),
    "心得体会": ("学习心得体会", "工作心得体会"),
}  # fmt: skip
PROMISES = ("{stem}范文（精选{n}篇）", "{stem}{n}篇", "{stem}（通用{n}篇）", "{stem}优秀{n}篇")


Noise = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compilation:
    """Several documents on one page, or on a chain of pages."""

    entry: Entry
    stem: str
    parts: tuple[Text, ...]
    form: int
    paged: bool


def build(brief: Brief) -> Site:
    """The site: all of a page is converted, chrome and body."""
    make = Builder(brief)
    make.lang = "zh-TW"
    pool = sorted(brief.texts, key=lambda text: (text.genre, text.key))
    singles = brief.texts[: len(pool) - sum(SIZES)]
    rest = [text for text in pool if text not in singles]
    entries = [_entry(make, text, i) for i, text in enumerate(singles)]
    compilations = _compilations(make, rest)
    listed = entries + [c.entry for c in compilations]
    for n, entry in enumerate(entries):
        _single(make, entry, n, listed)
    for n, compilation in enumerate(compilations):
        _compiled(make, compilation, n, listed)
    make.rng_for("order").shuffle(listed)
    _lists(make, listed)
    return make.site


def _lists(make: Builder, listed: list[Entry]) -> None:
    shown = [replace(entry, title=damage.taiwan(entry.title)) for entry in listed]
    make.lists(shown, "/zc/zongjie/", "/zc/zongjie/index_{n}.html", size=5, heading="工作總結")
    make.home(f"{make.brief.name}-範文大全", shown[:4], [("工作總結", "/zc/zongjie/")])
    make.sitemap(shown)
    make.robots(sitemap="/sitemap.xml")


def _slug(make: Builder, key: str) -> str:
    return "".join(make.rng_for("slug" + key).choices("abcdefghjkmnpqrstuvwxyz0123456789", k=6))


def _entry(make: Builder, text: Text, index: int) -> Entry:
    shown = after(text, make.rng_for(f"entry{index}"), 300, 2000)
    return Entry(text, f"/zc/zongjie/{_slug(make, text.key)}.html", text.title, shown)


def _compilations(make: Builder, pool: list[Text]) -> list[Compilation]:
    out: list[Compilation] = []
    rng = make.rng_for("compilations")
    for n, size in enumerate(rng.sample(SIZES, len(SIZES))):
        parts, pool = tuple(pool[:size]), pool[size:]
        genre = Counter(text.genre for text in parts).most_common(1)[0][0]
        stem = STEMS[genre][(n + make.brief.seed) % 2]
        title = PROMISES[(n + make.brief.seed) % len(PROMISES)].format(stem=stem, n=size)
        shown = max(after(text, rng, 100, 800) for text in parts)
        target = f"/zc/zongjie/{_slug(make, f'{n}{stem}')}.html"
        form = (n * 5 + make.brief.seed - 1) % len(FORMS)
        out.append(Compilation(Entry(parts[0], target, title, shown), stem, parts, form, size == 8))
    return out


def _frame(make: Builder, entry: Entry, n: int, listed: list[Entry]) -> tuple[Frag, Frag]:
    """What stands before and behind the body."""
    dom, voice, rng = make.dom, make.voice_for(entry.target), make.rng_for(entry.target + "frame")
    head = dom.noise(f"位置：首页 > 职场 > {entry.text.genre}", tag="div", role="crumb") + Frag(dom.title(entry.title))
    info = "发布于：" if n % 3 == 0 else f"发布时间：{entry.shown} 人气：1.{n}6W"
    head += dom.noise(info, tag="div", role="info")
    lead = voice.say("lead", title=entry.title)
    head += dom.noise((voice.say("definition", genre=entry.text.genre) if n % 2 else "") + lead)
    others = rng.sample([e for e in listed if e is not entry], 5)
    tail = dom.noise(voice.say("related_head")) + dom.links([(e.target, e.title) for e in others])
    turn = f"{voice.say('previous', title=others[0].title)}\n{voice.say('next', title=others[1].title)}"
    tail += dom.noise(turn, role="turn") + dom.noise(voice.say("rights", title=entry.title))
    foot = f"Copyright © 2018 {make.brief.host} 闽ICP备2021号"
    return dom.noise(make.brief.name, tag="div") + head, tail + dom.noise(foot, tag="div", role="foot")


def _single(make: Builder, entry: Entry, n: int, listed: list[Entry]) -> None:
    rng = make.rng_for(entry.target)
    body = damage.ticks(entry.text.body, rng).split("\n")
    head, tail = _frame(make, entry, n, listed)
    page = head + Frag(make.dom.box("body", make.dom.paragraphs(body))) + tail
    as_big5 = n == 2
    url = _put(make, entry.target, entry, page, big5=as_big5)
    kinds = ("s2twp", "ticks", "big5") if as_big5 else ("s2twp", "ticks")
    _gold(make, entry, [url], page.noise, kinds, published_on=f"{entry.shown}" if n % 3 else "")


def _put(make: Builder, target: str, entry: Entry, page: Frag, *, big5: bool = False) -> str:
    """The converted page; one of them in Big5, whose header names no charset."""
    title = f"{entry.title}_{make.brief.name}"
    html = damage.taiwan(document(title, page.html, head=old_meta("big5") if big5 else meta("utf-8"), lang="zh-TW"))
    if big5:
        return make.add(target, Response(html.encode("cp950", "xmlcharrefreplace"), content_type="text/html"))
    return make.add_html(target, html, modified=entry.shown.isoformat())


def _gold(
    make: Builder, entry: Entry, urls: list[str], noise: tuple[str, ...], kinds: tuple[str, ...], **other: object
) -> None:
    titles = other.pop("also_titled", (entry.title,))
    assert isinstance(titles, tuple)
    published = tuple(damage.taiwan(text) for text in noise)
    both = titles + tuple(damage.taiwan(text) for text in (*titles, entry.text.title))
    make.gold(entry, urls, published, damage=kinds, script="hant", also_titled=both, **other)


def _compiled(make: Builder, compilation: Compilation, n: int, listed: list[Entry]) -> None:
    entry = compilation.entry
    head, tail = _frame(make, entry, n, listed)
    bodies = [_part(make, compilation, number) for number in range(1, len(compilation.parts) + 1)]
    rows = [row for body in bodies for row in body]
    if n == 3:
        rows.insert(0, make.dom.paragraph("本文目录"))
        rows[1:1] = [make.dom.paragraph(_heading(compilation, i)) for i in range(1, len(bodies) + 1)]
    urls = _pages(make, compilation, rows, head, tail)
    for number, text in enumerate(compilation.parts, 1):
        heading = _heading(compilation, number)
        own = FORMS[compilation.form][1]
        noise = (*head.noise, "本文目录") if number == 1 and n == 3 else head.noise if number == 1 else ()
        noise += tail.noise if number == len(bodies) else ()
        kinds = ["s2twp", "compilation", "ticks" * (compilation.form % 2 == 0), "paged" * compilation.paged]
        _gold(
            make, replace(entry, text=text), urls, noise, tuple(filter(None, kinds)),
            part=number, parts=len(bodies), title=heading if own is False else text.title,
            also_titled=(heading, f"{compilation.stem}{heading}", f"{entry.title}{heading}"),
            published_on=f"{entry.shown}" if n % 3 else "",
        )  # fmt: skip


def _heading(compilation: Compilation, number: int) -> str:
    say, _ = FORMS[compilation.form]
    return say(compilation.stem, number, compilation.parts[number - 1].title)


def _part(make: Builder, compilation: Compilation, number: int) -> list[str]:
    """The heading, the own title where it stands below, and the paragraphs."""
    text, dom = compilation.parts[number - 1], make.dom
    tag = ("h2", "p", "p><strong")[compilation.form % 3]
    heading = f"<{tag}>{escape(_heading(compilation, number), quote=False)}</{tag.split('><')[-1]}>"
    heading += "</p>\n" if "><" in tag else "\n"
    body = text.body
    if compilation.form % 2 == 0:
        body = damage.ticks(body, make.rng_for(compilation.entry.target + str(number)), 400)
    own = [dom.paragraph(text.title)] if FORMS[compilation.form][1] is None else []
    return [heading, *own, *(dom.paragraph(p) for p in body.split("\n"))]


def _pages(make: Builder, compilation: Compilation, rows: list[str], head: Frag, tail: Frag) -> list[str]:
    """The page, or its three pages, cut between paragraphs wherever that falls."""
    entry, dom = compilation.entry, make.dom
    count = 3 if compilation.paged else 1
    size = -(-len(rows) // count)
    targets = [entry.target] + [entry.target.replace(".html", f"_{i}.html") for i in range(2, count + 1)]
    urls = []
    for i, target in enumerate(targets):
        body = Frag(dom.box("body", "".join(rows[i * size : (i + 1) * size])))
        turn = [f'<a href="{t}">{k}</a>' for k, t in enumerate(targets, 1)]
        turn += [f'<a href="{targets[i + 1]}">下一页</a>'] if i + 1 < count else []
        pager = Frag(dom.box("pages", " ".join(turn))) if count > 1 else Frag()
        urls.append(_put(make, target, entry, join((head, body, pager, tail))))
    return urls
