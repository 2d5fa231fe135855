"""Site 2, a table-layout site of about 2005: GBK bytes said to be gb2312 or nothing at all, <br> and 　　,
its name in the middle of sentences, bodies pasted twice, numbers masked."""

import re
from dataclasses import replace
from html import escape
from random import Random

from sample import damage
from sample.builder import Brief, Builder, Entry, after, retitled
from sample.markup import Frag, document, old_meta
from sample.model import Response, Site, Text

# The one tag that this host's server sends with every page: a real server's inode that never changes.
FROZEN_ETAG = '"5a3c-4f2e1"'


def build(brief: Brief) -> Site:
    """The site. Every page carries the watermark; every third body stands twice."""
    make = Builder(brief)
    make.encoding = "gbk"
    entries = [_entry(make, i) for i in range(len(brief.texts))]
    for n, entry in enumerate(entries):
        _article(make, entry, n, entries)
    make.head = old_meta("gb2312")
    make.lists(entries, "/list.asp?id=3", "/list.asp?id=3&page={n}", size=5, heading="工作总结")
    make.home(f"{brief.name}--公文写作", entries[:3], [("工作总结", "/list.asp?id=3"), ("旧版", "/index.htm")])
    make.add("/index.htm", Response(status=302, location=make.url("/")))
    make.site.pages = {
        target: replace(page, etag=FROZEN_ETAG, content_type=_as_sent(page, target))
        for target, page in make.site.pages.items()
    }
    make.robots(disallow=("/admin/",))
    return make.site


def _as_sent(page: Response, target: str) -> str:
    """No charset in the header; Apache's default on every fourth page, which is a lie."""
    number = int("".join(c for c in target if c.isdigit()) or 0)
    return "text/html; charset=ISO-8859-1" if number % 4 == 1 else "text/html"


def _entry(make: Builder, index: int) -> Entry:
    text, rng = make.brief.texts[index], make.rng_for(f"entry{index}")
    if index % 6 == 4:
        text = masked(text, rng)
    shown = after(text, rng, 20, 900)
    title, redated = retitled(text, shown, rng)
    number = 1430 + index * 7 + make.brief.seed
    target = f"/Article/{number}.html" if make.brief.seed % 2 else f"/show.asp?id={number}"
    return Entry(text, target, title, shown, redated)


def masked(text: Text, rng: Random) -> Text:
    """The text with its numbers masked for good; the signature stays."""
    body = tuple(damage.mask(p, rng) for p in text.unsigned)
    return text.with_paragraphs(body + text.signature, text.edited)


def censored(paragraphs: tuple[str, ...], rng: Random) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The paragraphs with filtered words respelled, and those spellings with their neighbours."""
    body, used = damage.censor("\n".join(paragraphs), rng)
    seen = [body[m.start() - 2 : m.end() + 2] for word in used for m in re.finditer(re.escape(word), body)]
    return tuple(body.split("\n")), tuple(s for s in seen if "\n" not in s)


def token(make: Builder, n: int) -> str:
    """What the site puts into sentences: its name, or its name and address."""
    return make.brief.name if n % 3 else f"（{make.brief.name}{make.brief.host.removeprefix('www.')}）"


def _article(make: Builder, entry: Entry, n: int, entries: list[Entry]) -> None:
    rng, kinds = make.rng_for(entry.target), ["watermark"]
    text = entry.text
    paragraphs = damage.watermark(text.unsigned, token(make, n), rng, 1 + n % 3)
    spelled: tuple[str, ...] = ()
    if n % 3 == 1:
        paragraphs, spelled = censored(paragraphs, rng)
        kinds += ["censored"] if spelled else []
    shown = paragraphs + text.signature
    if n % 3 == 0 and len(paragraphs) > 3:
        shown, kinds = damage.double_suffix(shown, rng), [*kinds, "doubled"]
    if n % 3 == 1:
        shown, kinds = damage.false_breaks(shown, rng), [*kinds, "false-breaks"]
    if n % 6 == 4:
        kinds.append("masked")
    head = "" if n % 3 == 2 else old_meta("gb2312")
    page = _layout(make, entry, n, shown, entries)
    make.add_html(
        entry.target, document(f"{entry.title} - {make.brief.name}", page.html, head=head), modified=f"{entry.shown}"
    )
    make.gold(
        entry, [make.url(entry.target)], (*page.noise, token(make, n), make.brief.name, *spelled), damage=tuple(kinds),
        published_on=f"{entry.shown}" if n % 4 else "",
    )  # fmt: skip


def _layout(make: Builder, entry: Entry, n: int, shown: tuple[str, ...], entries: list[Entry]) -> Frag:
    """Tables in tables, as such sites are."""
    voice = make.voice_for(entry.target)
    where = f"您的位置：{make.brief.name} → 工作总结 → 正文"
    info = f"作者：佚名  来源：本站整理  点击数：{1900 + n}" + (f"  更新时间：{entry.shown}" if n % 4 else "")
    between = "<br>\n<br>\n" if make.brief.seed % 2 else "<br />\n"
    body = between.join("　　" + escape(p, quote=False) for p in shown)
    others = [e for e in entries if e is not entry][:6]
    ends = [
        voice.say("previous", title=others[0].title),
        voice.say("next", title=others[1].title),
        f"责任编辑：{voice.nick()}",
    ]
    rights = voice.say("rights", title=entry.title)
    links = "".join(f'<tr><td height="22">·<a href="{e.target}">{escape(e.title)}</a></td></tr>\n' for e in others)
    row = '<tr><td align="center" class="{}">{}</td></tr>\n'
    rows = row.format("wz", where) + row.format("bt", f'<font size="4"><b>{escape(entry.title)}</b></font>')
    rows += (
        row.format("xx", info) + f'<tr><td class="{make.dom.classes["body"]}"><font size="3">{body}</font></td></tr>\n'
    )
    rows += row.format("ends", "<br>".join(map(escape, ends))) + row.format("rights", rights)
    menu = f'<a href="/">{make.brief.name}</a> <a href="/list.asp?id=3">工作总结</a>'
    hot = voice.say("hot_head")
    html = (
        f'<table width="778" align="center"><tr><td background="bg.gif">{menu}</td></tr></table>\n'
        f'<table width="778"><tr><td width="200" valign="top"><table><tr><td>{hot}</td></tr>{links}</table></td>\n'
        f'<td valign="top"><table width="560">{rows}</table></td></tr></table>\n'
        f'<table width="778"><tr><td>Copyright 2005 {make.brief.host} All Rights Reserved</td></tr></table>'
    )
    return Frag(html, (where, info, *ends, rights, *(e.title for e in others), "All Rights Reserved"))
