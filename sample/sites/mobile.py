"""Site 7, the mobile edition of the template site: the same articles at other addresses, cleaner, some in pages."""

from dataclasses import replace
from html import escape
from random import Random

from sample.builder import Brief, Builder, Entry
from sample.markup import Frag, document, join
from sample.model import Site
from sample.sites import template


def build(brief: Brief) -> Site:
    """The site; `brief.sister` is the desktop edition, whose numbers and titles it shares."""
    make = Builder(brief)
    make.dom.indent = "　　"
    assert brief.sister is not None
    desktop = template.plan(Builder(replace(brief, kind="template")))
    entries = [replace(e, target=f"/a/{_number(e)}.html") for e in desktop]
    for n, (entry, original) in enumerate(zip(entries, desktop, strict=True)):
        _article(make, entry, n, f"http://{brief.sister.host}:{brief.port}{original.target}", entries)
    make.lists(entries, "/gzzj/", "/gzzj/p{n}.html", size=4, heading="工作总结")
    make.home(f"{brief.name}手机版", entries[:3], [("工作总结", "/gzzj/")])
    make.robots()
    return make.site


def _number(entry: Entry) -> str:
    return entry.target.rsplit("/", 1)[1].removesuffix(".html")


def _article(make: Builder, entry: Entry, n: int, canonical: str, entries: list[Entry]) -> None:
    count = (2 if n % 2 else 3) if n % 3 == 0 else 1
    targets = [entry.target] + [entry.target.replace(".html", f"_{i}.html") for i in range(2, count + 1)]
    paragraphs = entry.text.paragraphs
    borders = [round(len(paragraphs) * i / count) for i in range(count + 1)]
    urls: list[str] = []
    noise: tuple[str, ...] = ()
    for i, target in enumerate(targets):
        page = _page(make, entry, i, targets, paragraphs[borders[i] : borders[i + 1]], entries)
        title = entry.title + (f"({i + 1})" if i else "") + f"_{make.brief.name}"
        head = (
            make.head
            + f'<meta name="viewport" content="width=device-width">\n<link rel="canonical" href="{canonical}">\n'
        )
        urls.append(make.add_html(target, document(title, page.html, head=head), modified=entry.shown.isoformat()))
        noise += page.noise
    kinds = ("mobile", "lead-in") + (("paged",) if count > 1 else ())
    make.gold(entry, urls, noise, damage=kinds)


def _page(
    make: Builder, entry: Entry, i: int, targets: list[str], lines: tuple[str, ...], entries: list[Entry]
) -> Frag:
    dom, voice = make.dom, make.voice_for(entry.target)
    others = Random(entry.target).sample([e for e in entries if e is not entry], 4)
    head = Frag(f'<header><a href="/">{make.brief.name}</a></header>\n{dom.title(entry.title)}')
    head += dom.noise(f"{entry.shown} {entry.text.genre}", tag="div", role="info")
    lead = dom.noise(voice.say("lead", title=entry.title)) if i == 0 else Frag()
    opened, _, closed = dom.box("body", "\0").partition("\0")
    body = (lead + Frag(dom.paragraphs(lines))).inside(opened, closed)
    turn = [f'<a href="{targets[i - 1]}">上一页</a>'] if i else []
    turn += [f"<span>{i + 1}/{len(targets)}</span>"]
    turn += [f'<a href="{targets[i + 1]}">下一页</a>'] if i + 1 < len(targets) else []
    pager = Frag(dom.box("pages", "".join(turn))) if len(targets) > 1 else Frag()
    links = dom.noise(voice.say("related_head"), tag="h3") + dom.links([(e.target, e.title) for e in others])
    said = f"{voice.say('previous', title=others[0].title)}\n{voice.say('next', title=others[1].title)}"
    foot = dom.noise(f"{escape(make.brief.name)}手机版 {make.brief.host}", tag="footer")
    return join((head, body, pager, dom.noise(said, role="turn"), links, foot))
