"""Site 5, the CMS of a government or an association: index table, document number, attachments, forwarded notices."""

from dataclasses import replace
from datetime import timedelta
from html import escape

from sample.builder import Brief, Builder, Entry, after, written
from sample.markup import Frag, document
from sample.model import Response, Site, Text

MENU = ("首页", "新闻中心", "政务公开", "办事服务", "互动交流", "专题专栏")
ATTACHED = ("项目进展情况表.doc", "经费使用明细表.xls", "先进集体和个人名单.pdf", "重点任务分解表.docx")


def build(brief: Brief) -> Site:
    """The site: texts 0 to 2 on plain pages without any noise, 3 and 4 inside a forwarding notice."""
    make = Builder(brief)
    hand = _forwardable(brief.texts)
    entries = [_entry(make, text, i) for i, text in enumerate(hand)]
    for n, entry in enumerate(entries):
        (_plain if n < 3 else _article)(make, entry, n)
    make.lists(entries, "/col/col1043/", "/col/col1043/index_{n}.html", size=5, heading="工作总结")
    make.home(brief.name, entries[:4], [("工作总结", "/col/col1043/"), ("RSS", "/rss.xml")])
    _feed(make, entries)
    make.robots(disallow=("/system/",))
    return make.site


def _forwardable(texts: tuple[Text, ...]) -> list[Text]:
    """The texts in such an order that 3 and 4 are signed by a unit."""
    signed = [t for t in texts if t.signed_by and "：" not in t.signed_by][:2]
    rest = [t for t in texts if t not in signed]
    return rest[:3] + signed + rest[3:]


def _entry(make: Builder, text: Text, index: int) -> Entry:
    shown = after(text, make.rng_for(f"entry{index}"), 1, 20)
    number = 10640 + index * 13 + make.brief.seed
    forms = (f"/art/{shown.year}/{shown.month}/{shown.day}/art_1043_{number}.html",
             f"/{shown:%Y%m}/t{shown:%Y%m%d}_{number}.html", f"/info/1043/{number}.htm")  # fmt: skip
    title = f"关于转发《{text.title}》的通知" if index in (3, 4) else text.title
    return Entry(text, forms[(make.brief.seed + index // 6) % 3], title, shown)


def _url_date(entry: Entry) -> str:
    return "" if entry.target.startswith("/info/") else entry.shown.isoformat()


def _plain(make: Builder, entry: Entry, n: int) -> None:
    """A page with nothing on it but the document."""
    lines = "\n".join(f"<p>{escape(p, quote=False)}</p>" for p in entry.text.paragraphs)
    html = document(entry.title, f"<h1>{escape(entry.title)}</h1>\n{lines}", head=make.head)
    url = make.add_html(entry.target, html, modified=entry.shown.isoformat())
    make.gold(entry, [url], (), url_date=_url_date(entry), published_on="")


def _article(make: Builder, entry: Entry, n: int) -> None:
    number = f"{make.brief.name[:1]}办发〔{written(entry.text).year}〕{n + 2}号"
    lines = _forwarded(make, entry) if n in (3, 4) else list(entry.text.paragraphs)
    text = entry.text.with_paragraphs(tuple(lines), entry.text.edited)
    numbered = n % 3 != 2
    attached = _attachments(make, n) if n % 2 and "附件" not in entry.text.body else []
    editor = f"责任编辑：{make.voice_for(entry.target).person()}"
    head, tail = _frame(make, entry, n, number)
    body = make.dom.paragraphs(lines)
    if numbered:
        body = f'<p style="text-align:center">{number}</p>\n' + body
    inner = head + Frag(make.dom.title(entry.title)) + _info(make, entry, n)
    inner += Frag(make.dom.box("body", body) + _attachment_box(attached) + f'<div class="bj">{editor}</div>\n') + tail
    url = make.page(entry.target, f"{entry.title}-{make.brief.name}", inner.html, modified=entry.shown.isoformat())
    if numbered:
        text = text.with_paragraphs((number, *text.paragraphs), text.edited)
    make.gold(
        replace(entry, text=text), [url], inner.noise, title=entry.title, also_titled=(entry.text.title,),
        optional=(number, *attached, editor), url_date=_url_date(entry),
        damage=("nested",) if n in (3, 4) else (),
    )  # fmt: skip


def _forwarded(make: Builder, entry: Entry) -> list[str]:
    """The notice, then the document that it forwards, title, signature and all."""
    sent = written(entry.text) + timedelta(days=1)
    return [
        "各乡镇人民政府、街道办事处，各有关单位：",
        f"现将《{entry.text.title}》转发给你们，请结合各自实际认真学习借鉴，遇到的问题及时反馈。",
        f"{make.brief.name}办公室",
        f"{sent.year}年{sent.month}月{sent.day}日",
        entry.text.title,
        *entry.text.paragraphs,
    ]


def _attachments(make: Builder, n: int) -> list[str]:
    names = make.rng_for(f"attached{n}").sample(ATTACHED, 2)
    return ["附件：", *(f"{i}.{name}" for i, name in enumerate(names, 1))]


def _attachment_box(attached: list[str]) -> str:
    rows = "".join(f'<p><a href="/files/{i}.doc">{name}</a></p>' for i, name in enumerate(attached) if i)
    return f'<div class="fujian"><p>{attached[0]}</p>{rows}</div>\n' if attached else ""


def _info(make: Builder, entry: Entry, n: int) -> Frag:
    day = entry.shown
    forms = (
        f"发布日期：{day.year}- {day.month:02d}- {day.day:02d} 16: 07　来源：{make.brief.name}　浏览次数：{123 + n}",
        f"发布时间：{day.year}/{day.month}/{day.day} 9:48:23　字体：[ 大 中 小 ]　点击数：{76 + n}",
        f"[发布时间{day.year}年{day.month}月{day.day}日]　稿件来源：办公室　阅读：{31 + n}",
    )
    return make.dom.noise(forms[(n + make.brief.seed) % 3], tag="div", role="info")


def _frame(make: Builder, entry: Entry, n: int, number: str) -> tuple[Frag, Frag]:
    voice, dom = make.voice_for(entry.target), make.dom
    menu = "".join(f'<li><a href="/">{text}</a></li>' for text in MENU)
    head = dom.noise(voice.say("gov_login"), tag="div") + Frag(
        dom.box("head", f"<ul>{menu}</ul>"), ("办事服务", "互动交流")
    )
    head += dom.noise(f"当前位置：首页 > 政务公开 > {entry.text.genre}", tag="div", role="crumb")
    cells = (
        ("索引号", f"0141{n:02d}/{entry.shown.year}-00{310 + n}"), ("信息分类", f"业务工作/{entry.text.genre}"),
        ("发布机构", make.brief.name), ("发文日期", entry.shown.isoformat()), ("文号", number), ("主题词", "总结 报告"),
    )  # fmt: skip
    rows = "".join(f"<tr><td>{name}：</td><td>{value}</td></tr>\n" for name, value in cells)
    if n % 2 == 0:
        head += Frag(
            f'<table class="index" border="1">{rows}</table>\n', (cells[0][1], cells[1][1], "索引号：", "信息分类：")
        )
    scan, foot = voice.say("gov_scan"), voice.say("gov_foot")
    site = f"主办单位：{make.brief.name} 技术支持：某某信息公司 网站标识码：36072{make.brief.seed}0002 赣ICP备0500{n}号"
    return head, dom.noise(scan, tag="div") + dom.noise(foot, tag="div") + dom.noise(site, tag="div", role="foot")


def _feed(make: Builder, entries: list[Entry]) -> None:
    items = "".join(
        f"<item><title>{escape(e.title)}</title><link>{make.url(e.target)}</link></item>" for e in entries[:10]
    )
    channel = f"<channel><title>{make.brief.name}</title>{items}</channel>"
    xml = f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0">{channel}</rss>'
    make.add("/rss.xml", Response(xml.encode(), content_type="application/rss+xml; charset=utf-8"))
    make.site.non_documents.append("/rss.xml")
