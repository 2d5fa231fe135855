"""Site 8, pages of a WeChat account: sections in sections, sentences in spans, follow-us chrome above and below."""

from html import escape
from random import Random

from sample.builder import Brief, Builder, Entry, after
from sample.markup import Frag, join
from sample.model import Site

STYLES = (
    "font-size: 16px; letter-spacing: 1px;", "color: rgb(63, 63, 63);", "line-height: 1.75em;",
    "box-sizing: border-box;",
    "text-align: justify; margin: 0 8px;", "display: inline-block; vertical-align: top;",
)  # fmt: skip
# WeChat sends its body hidden and lets a script show it.
HIDDEN = ' style="visibility: hidden; opacity: 0; "'


def build(brief: Brief) -> Site:
    """The site; every third body is hidden until a script would show it."""
    make = Builder(brief)
    entries = [_entry(make, i) for i in range(len(brief.texts))]
    for n, entry in enumerate(entries):
        _article(make, entry, n)
    make.lists(entries, "/album?id=17", "/album?id=17&page={n}", size=5, heading="工作材料")
    make.home(brief.name, entries[:3], [("合集", "/album?id=17")])
    make.robots()
    return make.site


def _entry(make: Builder, index: int) -> Entry:
    text, rng = make.brief.texts[index], make.rng_for(f"entry{index}")
    alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz0123456789"
    return Entry(text, f"/s/{''.join(rng.choices(alphabet, k=22))}", text.title, after(text, rng, 3, 400))


def _article(make: Builder, entry: Entry, n: int) -> None:
    rng, voice, dom = make.rng_for(entry.target), make.voice_for(entry.target), make.dom
    editors = f"编辑：{voice.person()}　审核：{voice.person()}"
    follow = dom.noise(voice.say("follow_head"), tag="section")
    body = join((follow, _sections(entry, n, rng), _below(make, entry, n, editors)))
    hidden = HIDDEN if n % 3 == 1 else ""
    inner = body.inside(f'<div class="rich_media_content js_underline_content" id="js_content"{hidden}>', "</div>\n")
    above = Frag(f'<h1 class="rich_media_title" id="activity-name">\n  {escape(entry.title, quote=False)}\n</h1>\n')
    said = f"原创 {voice.nick()} {make.brief.name}"
    above += Frag(
        f'<div id="meta_content"><span>{said}</span> <em id="publish_time">{entry.shown} 08:30</em></div>\n', (said,)
    )
    bar = dom.noise("微信扫一扫可打开此内容，使用完整服务", tag="div") + dom.noise("预览时标签不可点", tag="div")
    page = (above + inner + bar).inside(
        '<div id="js_article" class="rich_media">', "</div>\n<script>var ct='1';</script>"
    )
    url = make.page(entry.target, entry.title, page.html, modified=entry.shown.isoformat())
    kinds = ("sections",) + (("hidden-body",) if hidden else ())
    make.gold(entry, [url], page.noise, damage=kinds, optional=(editors, "来源：" + entry.text.signed_by, "END"))


def _sections(entry: Entry, n: int, rng: Random) -> Frag:
    """The paragraphs, each somewhere in nested sections, its text in several spans."""
    rows = []
    for paragraph in entry.text.paragraphs:
        inner = f'<p style="{rng.choice(STYLES)}">{_spans(paragraph, rng)}</p>'
        for _ in range(rng.randint(1, 4)):
            inner = f'<section style="{rng.choice(STYLES)}">{inner}</section>'
        rows.append(inner + (f'<section><p style="{STYLES[0]}"><br></p></section>' if rng.random() < 0.4 else ""))
    html = "\n".join(rows)
    return Frag(f'<section data-role="outer" data-tools="editor">{html}</section>\n')


def _spans(text: str, rng: Random) -> str:
    """The text in one to four spans, cut wherever an editor's cursor was."""
    cuts = sorted(rng.sample(range(1, len(text)), min(rng.randint(0, 3), len(text) - 1)))
    pieces = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    return "".join(f'<span style="{rng.choice(STYLES)}">{escape(piece, quote=False)}</span>' for piece in pieces)


def _below(make: Builder, entry: Entry, n: int, editors: str) -> Frag:
    """END, editors, rights, the code to scan, and what readers are asked to do."""
    dom, voice = make.dom, make.voice_for(entry.target + "below")
    source = f"<p>来源：{entry.text.signed_by}</p>" if entry.text.signed_by and n % 2 else ""
    end = Frag(f"<section><section><p>END</p></section>{source}<p>{editors}</p></section>\n")
    asks = [voice.say("wechat_rights"), voice.say("follow_foot"), *voice.all("wechat_foot")[: 2 + n % 2]]
    code = Frag(f'<p><img data-src="/qr/{n}.png" alt="图片"></p>\n')
    return end + join(dom.noise(text, tag="section") for text in asks[:2]) + code + join(dom.noise(t) for t in asks[2:])
