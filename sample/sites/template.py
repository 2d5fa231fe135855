"""Site 1, a template site (范文网): UTF-8, with all that such a site hangs around a document."""

from dataclasses import replace
from html import escape

from sample import damage
from sample.builder import Brief, Builder, Entry, after, retitled, written
from sample.markup import Frag, document, join
from sample.model import Site
from sample.sites import corners

SECTION = {"工作总结": "gongzuozongjie", "工作汇报": "gongzuohuibao", "述职报告": "shuzhibaogao",
           "工作计划": "gongzuojihua", "心得体会": "xindetihui"}  # fmt: skip

KEYWORDS = '<meta name="keywords" content="范文,总结,报告">\n'


def build(brief: Brief) -> Site:
    """The site; the last two texts are behind robots.txt, the two before stand in the sitemap only."""
    make = Builder(brief)
    entries = plan(make)
    secret, hidden, listed = entries[-2:], entries[-4:-2], entries[:-4]
    secret = [replace(e, target=f"/vip/{i}8{i}.html") for i, e in enumerate(secret, 3)]
    for n, entry in enumerate(listed + hidden):
        _article(make, entry, n, entries)
    for entry in secret:
        _secret(make, entry)
    _lists(make, listed, secret)
    corners.put(make, listed[0], listed[1])
    make.sitemap(listed[:6] + hidden)
    make.robots(disallow=("/vip/", "/search"), sitemap="/sitemap.xml")
    return make.site


def plan(make: Builder) -> list[Entry]:
    """What stands where; the mobile edition asks for it too."""
    return [_entry(make, i) for i in range(len(make.brief.texts))]


def _entry(make: Builder, index: int) -> Entry:
    text, rng = make.brief.texts[index], make.rng_for(f"entry{index}")
    shown = after(text, rng, 200, 2500)
    title, redated = retitled(text, shown, rng)
    return Entry(text, target_of(make, text.genre, index, f"{written(text):%Y%m}"), title, shown, redated)


def target_of(make: Builder, genre: str, index: int, month: str) -> str:
    """An address in the form of the site: by section and number, or with the upload's month or day."""
    number = 321839 + index * 317 + make.brief.seed * 1009
    forms = (f"/{SECTION[genre]}/{number}.html", f"/{SECTION[genre]}/{month}/{number}.html",
             f"/{month[:4]}/{month[4:]}{10 + index % 18}/{number}.html")  # fmt: skip
    return forms[(make.brief.seed + index // 5) % 3]


def url_date(target: str) -> str:
    """The date in an address of this site, '' where there is none."""
    parts = target.strip("/").split("/")
    if len(parts) == 3 and parts[1].isdigit() and len(parts[1]) == 6:
        return f"{parts[1][:4]}-{parts[1][4:]}"
    if len(parts) == 3 and parts[0].isdigit():
        return f"{parts[0]}-{parts[1][:2]}-{parts[1][2:]}"
    return ""


def _article(make: Builder, entry: Entry, n: int, entries: list[Entry]) -> None:
    rng, dom = make.rng_for(entry.target), make.dom
    others = rng.sample([e for e in entries[:-2] if e.target != entry.target], 8)
    mark, shows_date = _info(make, entry, n)
    head = dom.noise(f"当前位置：首页 > 范文大全 > {entry.text.genre} > 正文", tag="div", role="crumb")
    top = Frag(dom.title(entry.title)) + mark
    body, kinds = _body(make, entry, n, others)
    inner = head + (top + body).inside(f'<{dom.article_tag} class="{dom.classes["article"]}">', f"</{dom.article_tag}>")
    page = inner + tail(make, entry, n, others) + _side(make, others)
    html = document(f"{entry.title}_{make.brief.name}", _head(make) + page.html, head=make.head + KEYWORDS)
    make.add_html(entry.target, html, modified=entry.shown.isoformat())
    repeated = (entry.title,) if "title-repeated" in kinds else ()
    make.gold(
        entry, [make.url(entry.target)], page.noise + repeated, damage=kinds, url_date=url_date(entry.target),
        published_on=entry.shown.isoformat() if shows_date else "",
    )  # fmt: skip


def _head(make: Builder) -> str:
    menu = " ".join(f'<a href="/{path}/">{genre}</a>' for genre, path in SECTION.items())
    return make.dom.box("head", f'<a href="/">{escape(make.brief.name)}</a> {menu} {make.voice.all("slogan")[0]}')


def _info(make: Builder, entry: Entry, n: int) -> tuple[Frag, bool]:
    """The line under the title, and whether it shows a date."""
    voice = make.voice_for(entry.target + "info")
    day, genre = entry.shown.isoformat(), entry.text.genre
    forms = (
        f"时间：{day} 17:28:{10 + n} {genre} {voice.say('submit')}",
        f"{voice.nick()} 分享 时间：",
        f"{day.replace('-', '/')}{genre}",
        f"发布时间：{day.replace('-', '.')} 来源：网友投稿 人气：{n + 1}.26W 字号：大 中 小",
        "更新时间：",
    )
    form = (n + make.brief.seed) % len(forms)
    return make.dom.noise(forms[form], tag="div", role="info"), form not in (1, 4)


def _body(make: Builder, entry: Entry, n: int, others: list[Entry]) -> tuple[Frag, tuple[str, ...]]:
    """Everything in the article's own element, and the mechanisms used."""
    dom, rng = make.dom, make.rng_for(entry.target + "body")
    paragraphs, kinds = list(entry.text.paragraphs), ["lead-in"]
    rows = [dom.paragraph(p) for p in paragraphs]
    if n % 5 == 3:
        quoted = [damage.entities(p, open_ended=n % 2 == 0) for p in paragraphs]
        rows, kinds = [dom.paragraph(p) for p in quoted], [*kinds, "entities"]
    middle = _inline(make, n, others) if n % 3 == 0 else Frag()
    at = rng.randint(2, max(2, len(rows) - 3))
    image = Frag()
    if n % 3 == 1:
        kinds.append("title-repeated")
        image = Frag(f'<p><img src="/pic/{n}.jpg" alt="{escape(entry.title)}"></p>\n')
    before = _before(make, entry, n, others)
    if n % 4 == 0 and not entry.redated:
        before += Frag(dom.paragraph(entry.title))
        kinds.append("title-repeated")
    whole = before + Frag(rows[0]) + image + Frag("".join(rows[1:at])) + middle + Frag("".join(rows[at:]))
    if n % 3 == 2:
        whole += Frag('<p>");</p>\n', ('");',)) + Frag(f"<div>40 33{n}0010</div>\n", (f"40 33{n}0010",))
    return whole.inside(*_around(make)), tuple(dict.fromkeys(kinds))


def _around(make: Builder) -> tuple[str, str]:
    opened, _, closed = make.dom.box("body", "\0").partition("\0")
    return opened, closed


def _before(make: Builder, entry: Entry, n: int, others: list[Entry]) -> Frag:
    """What stands between the title and the document: one to three kinds, in turn."""
    dom, voice = make.dom, make.voice_for(entry.target + "lead")
    genre, title = entry.text.genre, entry.title
    out = Frag()
    if n % 7 == 2:
        more = dom.noise(voice.say("more_head", genre=genre))
        out += more + dom.links([(e.target, e.title) for e in others[5:]], role="inline")
    if n % 7 == 5:
        out += dom.noise("- 相关推荐", tag="div")
    if n % 2:
        out += dom.noise(voice.say("definition", genre=genre) + voice.say("lead", title=title))
    elif n % 6 == 4:
        said = voice.say("echo") + title + "，供大家参考。"
        out += Frag(dom.paragraph(entry.text.body.replace("\n", "")[:70] + said), (said,))
    else:
        out += dom.noise(voice.say("lead", title=title))
    return out


def _inline(make: Builder, n: int, others: list[Entry]) -> Frag:
    """A block of links in the middle of the body."""
    head = make.dom.noise(make.voice_for(f"inline{n}").say("related_head"), tag="strong")
    return (head + make.dom.links([(e.target, e.title) for e in others[:3]], role="inline")).inside("<div>", "</div>")


def tail(make: Builder, entry: Entry, n: int, others: list[Entry]) -> Frag:
    """Related articles in the form of the turn, and the widgets."""
    dom, voice = make.dom, make.voice_for(entry.target + "tail")
    dated = [(e.target, f"{e.title}{e.shown:%m-%d}") for e in others]
    forms = (
        dom.noise(f"【{entry.title}】相关文章：") + dom.links(dated),
        dom.noise(f"{entry.title}相关文章：") + join(_teaser(make, e) for e in others[:4]),
        dom.noise(voice.say("related_head")) + dom.links([(e.target, e.title) for e in others[:6]]),
        dom.noise(" | ".join(f"{e.text.genre}范文{i}" for i, e in enumerate(others[:5], 1)) + " |", role="related"),
        dom.noise("\n".join(f"{i}、{e.title}" for i, e in enumerate(others[:5], 1)), role="related"),
    )
    widgets = [voice.say("rating"), *voice.all("download")[n % 2 : n % 2 + 2]]
    turn = dom.noise(
        voice.say("previous", title=others[-1].title) + "\n" + voice.say("next", title=others[-2].title), role="turn"
    )
    rights = dom.noise(voice.say("rights", title=entry.title))
    comments = dom.noise(voice.say("comment_head"), tag="h3") + join(dom.noise(c) for c in voice.all("comment")[:2])
    parts = [
        join(dom.noise(w, tag="div", role="widget") for w in widgets),
        forms[(n + make.brief.seed) % 5],
        turn,
        rights,
    ]
    return join(parts[n % 2 :] + parts[: n % 2]) + (comments if n % 4 == 1 else Frag())


def _teaser(make: Builder, entry: Entry) -> Frag:
    teaser = entry.text.body.replace("\n", "")[:66] + "..."
    link = Frag(f'<h4><a href="{entry.target}">{escape(entry.title)}</a></h4>\n', (entry.title,))
    return link + make.dom.noise(teaser)


def _side(make: Builder, others: list[Entry]) -> Frag:
    head = make.voice.all("hot_head")[0]
    links = make.dom.links([(e.target, e.title) for e in others[2:7]], role="list")
    foot = make.dom.box("foot", f"Copyright © 2012-2025 {make.brief.host} 版权所有 沪ICP备1200{make.brief.seed}号")
    side = Frag(f"<h3>{head}</h3>") + links
    return side.inside(f'<div class="{make.dom.classes["side"]}">', "</div>") + Frag(
        foot, (make.brief.host, "版权所有 沪ICP备")
    )


def _secret(make: Builder, entry: Entry) -> None:
    """An article that robots.txt forbids: it is there, and linked to, and nobody may fetch it."""
    inner = make.dom.title(entry.title) + make.dom.box("body", make.dom.paragraphs(entry.text.paragraphs))
    make.page(entry.target, entry.title, inner)
    make.site.disallowed.append(entry.target)


def _lists(make: Builder, listed: list[Entry], secret: list[Entry]) -> None:
    for genre, path in SECTION.items():
        mine = [e for e in listed if e.text.genre == genre]
        mine += secret if genre == listed[0].text.genre else []
        make.lists(mine, f"/{path}/", f"/{path}/list_{{n}}.html", size=3, heading=genre)
    links = [(genre, f"/{path}/") for genre, path in SECTION.items()] + corners.LINKS
    make.home(f"{make.brief.name}-免费范文大全", listed[:5] + secret[:1], links)
