"""Small sites in the manner of the systems that Chinese sites run on, written for the tests: markup, addresses, pagers.

Each has articles on lists of several pages, one article in two pages, and the chrome that its system hangs around
them: menus, notices about the site, tags, archives, print and comment pages. Nothing is copied from a real site.
"""
# ruff: noqa: E501 (markup stands as a system writes it)

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from sample.model import Text
from sample.texts import load

EACH = 9  # articles of a site
PER_PAGE = 4  # of a list

ABOUT = (
    "本站创办于2009年，是一个面向机关和企事业单位工作人员的学习交流平台，内容涵盖工作总结、述职报告、心得体会等多个栏目。"
    "我们的宗旨是服务用户、方便交流，所有内容由网友上传或者编辑整理，供大家学习参考。",
    "本站拥有一支专业的编辑队伍，每天更新各类资料，累计服务用户超过一百万人次，受到了广大网友的好评和支持。"
    "如果您在使用过程中遇到问题，或者对网站有任何意见和建议，欢迎随时通过下面的方式与我们取得联系。",
    "未经本站授权，任何媒体和个人不得转载、链接、转贴或者以其他方式使用本站的内容；已经授权的，在使用时必须注明来源。"
    "本站部分内容来自互联网，如果无意之中侵犯了您的版权，请来信告知，我们会在收到通知以后立即处理。",
)  # fmt: skip


@dataclass(slots=True)
class Cms:
    """A site: its pages by path, and what is behind them."""

    host: str
    pages: dict[str, str] = field(default_factory=dict)
    articles: dict[str, Text] = field(default_factory=dict)  # by the address of the first page
    later: list[str] = field(default_factory=list)  # later pages of articles
    types: dict[str, str] = field(default_factory=dict)  # content types that are not HTML
    charset: str = "utf-8"
    head: str = ""
    is_start: bool = True

    def page(self, path: str, title: str, body: str, head: str = "") -> None:
        """A page with the site's head."""
        meta = f'<meta charset="{self.charset}">{self.head}{head}'
        self.pages[path] = f"<html><head>{meta}<title>{title}</title></head><body>{body}</body></html>"

    def article(self, text: Text, paths: Sequence[str], shell: Callable[[str, str, str], str], head: str = "") -> None:
        """An article in as many pages as it has addresses; `shell` puts a body and a pager on a page."""
        self.articles[paths[0]] = text
        self.later += paths[1:]
        size = -(-len(text.paragraphs) // len(paths))
        for n, path in enumerate(paths):
            body = paragraphs(text.paragraphs[n * size : (n + 1) * size])
            self.page(
                path, f"{text.title}{f'({n + 1})' if n else ''}_某某网", shell(text.title, body, pager(paths, n)), head
            )


def paragraphs(lines: Sequence[str]) -> str:
    """Lines as paragraphs."""
    return "".join(f"<p>　　{line}</p>\n" for line in lines)


def pager(paths: Sequence[str], here: int) -> str:
    """The pager of an article in pages."""
    if len(paths) == 1:
        return ""
    numbers = "".join(
        f"<a href='{path}'>{n}</a> " if n - 1 != here else f"<b>{n}</b> " for n, path in enumerate(paths, 1)
    )
    onward = f"<a href='{paths[here + 1]}'>下一页</a>" if here + 1 < len(paths) else ""
    back = f"<a href='{paths[here - 1]}'>上一页</a>" if here else ""
    return f'<div class="pages">共{len(paths)}页: {back}{numbers}{onward}</div>'


def items(entries: Sequence[tuple[str, Text]]) -> str:
    """A list of titles with their days."""
    rows = (
        f'<li><a href="{path}">{text.title}</a><span>2019-01-{n + 10}</span></li>'
        for n, (path, text) in enumerate(entries)
    )
    return f"<ul class='list'>{''.join(rows)}</ul>"


def menu(*links: tuple[str, str]) -> str:
    """A row of links."""
    return "<div class='nav'>" + " ".join(f'<a href="{path}">{words}</a>' for path, words in links) + "</div>"


def chunks(entries: Sequence[tuple[str, Text]]) -> Iterator[tuple[int, Sequence[tuple[str, Text]]]]:
    """(page from 1, its entries) of a list."""
    for n in range(0, len(entries), PER_PAGE):
        yield n // PER_PAGE + 1, entries[n : n + PER_PAGE]


def about(cms: Cms, shell: Callable[[str, str, str], str], *paths: tuple[str, str]) -> None:
    """Notices about the site itself, in the frame of its articles."""
    for path, title in paths:
        cms.page(path, f"{title}_某某网", shell(title, paragraphs(ABOUT), ""))


def dedecms(texts: Sequence[Text]) -> Cms:
    """织梦: list_1_2.html behind a menu of pages, articles under their day, 123_2.html, GBK."""
    cms = Cms("www.dede.test", charset="gb18030")
    entries = [(f"/a/zongjie/2019/01{n + 10}/{n + 120}.html", text) for n, text in enumerate(texts)]
    top = menu(
        ("/", "主页"),
        ("/a/zongjie/", "工作总结"),
        ("/plus/rss.php", "RSS"),
        ("/about/", "关于我们"),
        ("/data/sitemap.html", "网站地图"),
    )

    def shell(title: str, body: str, pages: str) -> str:
        info = '<div class="info"><small>时间:</small>2019-01-10 <small>来源:</small>未知 <small>点击:</small><script src="/plus/count.php?view=yes&aid=1"></script>次</div>'
        related = f"<div class='related'><h3>相关文章</h3>{items(entries[:4])}</div>"
        return (
            f"{top}<div class='place'><strong>当前位置:</strong> <a href='/'>主页</a> > <a href='/a/zongjie/'>工作总结</a> > </div>"
            f"<div class='viewbox'><div class='title'><h2>{title}</h2></div>{info}<div class='content'>{body}</div>"
            f"<div class='dede_pages'>{pages}</div><div class='handle'><a href='/plus/stow.php?aid=1'>收藏</a> <a href='/plus/feedback.php?aid=1'>评论</a></div></div>"
            f"{related}<div class='footer'>Power by DedeCms <a href='/about/'>关于我们</a></div>"
        )

    for n, (path, text) in enumerate(entries):
        cms.article(text, [path, path.replace(".html", "_2.html")] if n == 2 else [path], shell)
    for number, rows in chunks(entries):
        options = "".join(
            f"<option value='list_1_{n}.html'{' selected' if n == number else ''}>{n}</option>" for n in (1, 2, 3)
        )
        jump = (
            f"<select name='sldd' onchange='location.href=this.options[this.selectedIndex].value;'>{options}</select>"
        )
        listed = f"{top}{items(rows)}<ul class='pagelist'><li><span class='pageinfo'>共 <strong>3</strong>页<strong>9</strong>条</span></li>{jump}</ul>"
        for path in (
            ("/a/zongjie/", "/a/zongjie/list_1_1.html") if number == 1 else (f"/a/zongjie/list_1_{number}.html",)
        ):
            cms.page(path, f"工作总结_第{number}页", listed)
    about(cms, shell, ("/about/", "关于我们"))
    cms.page("/data/sitemap.html", "网站地图", top + items(entries[:3]))
    cms.page("/", "某某网", top + items(entries[:3]))
    return cms


def empirecms(texts: Sequence[Text]) -> Cms:
    """帝国: index_2.html, articles under their day, 12_2.html, tags, print pages."""
    cms = Cms("www.empire.test")
    entries = [(f"/zongjie/2019-01-{n + 10}/{n + 12}.html", text) for n, text in enumerate(texts)]
    top = menu(
        ("/", "首页"),
        ("/zongjie/", "工作总结"),
        ("/e/member/login/", "登录"),
        ("/e/tags/?tagname=%E6%80%BB%E7%BB%93", "总结"),
        ("/lianxi.html", "联系我们"),
    )

    def shell(title: str, body: str, pages: str) -> str:
        return (
            f"{top}<table class='position'><tr><td>您当前的位置：<a href='/'>首页</a> &gt; <a href='/zongjie/'>工作总结</a></td></tr></table>"
            f"<div class='title'><h1>{title}</h1></div><div class='info_text'>时间：2019-01-10 点击：<script src='/e/public/ViewClick/?classid=1&id=12&addclick=1'></script>次</div>"
            f"<div id='text'>{body}</div>{pages}<a href='/e/DoPrint/?classid=1&id=12'>打印本页</a>"
            f"<a href='/e/pl/?classid=1&id=12'>查看所有评论</a><div class='digg'>顶一下</div>"
            f"<div class='other'>上一篇：<a href='{entries[0][0]}'>{texts[0].title}</a> 下一篇：<a href='{entries[1][0]}'>{texts[1].title}</a></div>"
            "<div class='copyright'>Powered by <a href='http://www.phome.net'>EmpireCMS</a></div>"
        )

    for n, (path, text) in enumerate(entries):
        cms.article(text, [path, path.replace(".html", "_2.html")] if n == 2 else [path], shell)
    for number, rows in chunks(entries):
        pages = f"<div class='epages'><a title='Total record'>&nbsp;<b>{len(texts)}</b> </a> <a href='/zongjie/index_{number + 1}.html'>下一页</a>&nbsp;<a href='/zongjie/index_3.html'>尾页</a></div>"
        cms.page(
            "/zongjie/" if number == 1 else f"/zongjie/index_{number}.html",
            "工作总结",
            top + items(rows) + (pages if number < 3 else ""),
        )
    cms.page("/e/tags/?tagname=%E6%80%BB%E7%BB%93", "总结", top + items(entries[:4]))
    about(cms, shell, ("/lianxi.html", "联系我们"), ("/e/DoPrint/?classid=1&id=12", "打印"))
    cms.page("/e/DoPrint/?classid=1&id=12", texts[0].title, paragraphs(texts[0].paragraphs))
    cms.page("/", "某某网", top + items(entries[:3]))
    return cms


def phpcms(texts: Sequence[Text]) -> Cms:
    """phpcms v9 without rewriting: index.php with a list, a show and pages of both."""
    cms = Cms("www.phpcms.test")
    base = "/index.php?m=content&c=index&a="
    entries = [(f"{base}show&catid=6&id={n + 60}", text) for n, text in enumerate(texts)]
    top = menu(
        ("/", "首页"),
        (f"{base}lists&catid=6", "工作总结"),
        (f"{base}lists&catid=2", "关于我们"),
        ("/index.php?m=member&c=index&a=login", "登录"),
    )

    def shell(title: str, body: str, pages: str) -> str:
        return (
            f"{top}<div class='crumbs'><a href='/'>首页</a><span> > </span><a href='{base}lists&catid=6'>工作总结</a> > 正文</div>"
            f"<div id='Article'><h1>{title}<br /><span>2019-01-10　来源：　评论：<a href='#comment'>0</a> 点击：<span id='hits'></span></span></h1>"
            f"<div class='content'>{body}</div><div id='pages' class='text-c'>{pages}</div></div>"
            "<script src='/api.php?op=count&id=60&modelid=1'></script><div class='footer'>Powered by PHPCMS V9</div>"
        )

    for n, (path, text) in enumerate(entries):
        cms.article(text, [path, f"{path}&page=2"] if n == 2 else [path], shell)
    for number, rows in chunks(entries):
        links = "".join(f"<a href='{base}lists&catid=6&page={n}'>{n}</a> " for n in (1, 2, 3) if n != number)
        pages = f"<div id='pages'><a class='a1'>{len(texts)}条</a> {links}<a href='{base}lists&catid=6&page={min(number + 1, 3)}' class='a1'>下一页</a></div>"
        for path in (f"{base}lists&catid=6",) * (number == 1) + (f"{base}lists&catid=6&page={number}",):
            cms.page(path, "工作总结", top + items(rows) + pages)
    about(cms, shell, (f"{base}lists&catid=2", "关于我们"))
    cms.page("/", "某某网", top + items(entries[:3]))
    return cms


def wordpress(texts: Sequence[Text]) -> Cms:
    """WordPress: teasers, /page/2/, archives by month, author and tag, comment pages and feeds."""
    cms = Cms(
        "www.wp.test",
        head='<meta name="generator" content="WordPress 6.4"><link rel="stylesheet" href="/wp-content/themes/x/style.css">',
    )
    cms.head += '<link rel="alternate" type="application/rss+xml" title="某某网 » Feed" href="/feed/"><link rel="alternate" type="application/rss+xml" title="某某网 » 评论Feed" href="/comments/feed/">'
    entries = [(f"/2019/01/{n + 10}/{quote(text.title[:8])}/", text) for n, text in enumerate(texts)]
    top = menu(("/", "首页"), ("/category/zongjie/", "工作总结"), ("/about/", "关于本站"), ("/wp-login.php", "登录"))
    side = menu(
        ("/2019/01/", "2019年一月"), ("/author/admin/", "admin"), ("/tag/zj/", "总结"), ("/comments/feed/", "评论feed")
    )

    def teasers(rows: Sequence[tuple[str, Text]]) -> str:
        return "".join(
            f"<article class='post'><h2 class='entry-title'><a href='{path}' rel='bookmark'>{text.title}</a></h2>"
            f"<div class='entry-summary'><p>{text.paragraphs[0][:110]}…… <a href='{path}'>继续阅读</a></p></div></article>"
            for path, text in rows
        )

    def shell(title: str, body: str, pages: str) -> str:
        turn = f"<nav class='post-navigation'><a href='{entries[0][0]}' rel='prev'>« {texts[0].title}</a> <a href='{entries[1][0]}' rel='next'>{texts[1].title} »</a></nav>"
        reply = f"<ol class='comment-list'><li><p>写得不错，学习了。</p><a href='{entries[0][0]}?replytocom=7#respond'>回复</a></li></ol><a href='{entries[0][0]}comment-page-1/#comments'>较早评论</a>"
        return f"{top}<article class='post hentry'><h1 class='entry-title'>{title}</h1><div class='entry-content'>{body}{pages}</div></article>{turn}{reply}{side}<footer>自豪地采用WordPress</footer>"

    for n, (path, text) in enumerate(entries):
        own = f'<link rel="canonical" href="http://{cms.host}:{{port}}{path}">'
        cms.article(text, [path, f"{path}2/"] if n == 2 else [path], shell, own)
    first = entries[0][0]
    for path in (f"{first}?replytocom=7", f"{first}comment-page-1/"):
        cms.pages[path] = cms.pages[first]
    for base in ("/", "/category/zongjie/", "/2019/01/", "/author/admin/", "/tag/zj/"):
        for number, rows in chunks(entries):
            older = f"<a href='{base}page/{number + 1}/'>« 较旧文章</a>" if number < 3 else ""
            cms.page(
                base if number == 1 else f"{base}page/{number}/",
                "某某网",
                top + teasers(rows) + f"<nav class='navigation'>{older}</nav>" + side,
            )
    about(cms, shell, ("/about/", "关于本站"))
    feed = "".join(
        f"<item><title>{t.title}</title><link>http://{cms.host}:{{port}}{p}</link></item>" for p, t in entries[:3]
    )
    cms.pages["/feed/"] = f'<?xml version="1.0"?><rss version="2.0"><channel>{feed}</channel></rss>'
    cms.types["/feed/"] = "application/rss+xml"
    return cms


def trs(texts: Sequence[Text]) -> Cms:
    """TRS: createPageHTML writes the pagers of lists and of articles, which count from 0."""
    cms = Cms(
        "www.trs.test", head='<meta name="SiteName" content="某某县政府"><meta name="ColumnName" content="工作总结">'
    )
    entries = [(f"/zwgk/gzzj/201901/t201901{n + 10}_{n + 5120}.html", text) for n, text in enumerate(texts)]
    top = menu(("/", "首页"), ("/zwgk/gzzj/", "工作总结"), ("/wzdt/", "网站地图"), ("/sm/", "网站声明"))

    def script(count: int, here: int, name: str) -> str:
        return f'<script>function createPageHTML(_nPageCount, _nCurrIndex, _sPageName, _sPageExt){{}}\ncreatePageHTML({count}, {here}, "{name}", "html");</script>'

    def shell(title: str, body: str, pages: str) -> str:
        return (
            f"{top}<div class='dqwz'>当前位置：<a href='/'>首页</a> > <a href='../'>工作总结</a></div><h1 class='bt'>{title}</h1>"
            f"<div class='xx'>发布时间：2019-01-10 来源：县政府办公室 字号：[大 中 小]</div>"
            f"<div class='TRS_Editor'>{body}</div>{pages}<div class='foot'>主办：某某县人民政府 <a href='/sm/'>网站声明</a></div>"
        )

    for n, (path, text) in enumerate(entries):
        paths, name = ([path, path.replace(".html", "_1.html")] if n == 2 else [path]), path.rpartition("/")[2][:-5]
        cms.article(text, paths, shell)
        for here, one in enumerate(paths if n == 2 else []):
            numbered = pager(paths, here)
            cms.pages[one] = cms.pages[one].replace(numbered, script(2, here, name))
    for number, rows in chunks(entries):
        listed = [(f".{path.removeprefix('/zwgk/gzzj')}", text) for path, text in rows]
        path = "/zwgk/gzzj/" if number == 1 else f"/zwgk/gzzj/index_{number - 1}.html"
        cms.page(path, "工作总结", top + items(listed) + script(3, number - 1, "index"))
    about(cms, shell, ("/sm/", "网站声明"))
    cms.page("/wzdt/", "网站地图", top)
    cms.page("/", "某某县人民政府", top + items(entries[:3]))
    return cms


def jcms(texts: Sequence[Text]) -> Cms:
    """大汉: lists as islands of data, whose later groups a proxy sends."""
    cms = Cms("www.jcms.test", head='<meta name="Maketime" content="2019-01-10 10:00:00">')
    entries = [(f"/art/2019/1/{n + 10}/art_1043_{n + 7000}.html", text) for n, text in enumerate(texts)]
    top = menu(("/", "首页"), ("/col/col1043/index.html", "工作总结"), ("/col/col9/index.html", "版权声明"))
    proxy = "/module/web/jpage/dataproxy.jsp?page={}&webid=1&path=http://www.jcms.test/&columnid=1043&unitid=4567&webname=x&permissiontype=0"

    def shell(title: str, body: str, pages: str) -> str:
        return (
            f"{top}<div class='wz'>当前位置：首页 > 工作总结</div><table id='article'><tr><td class='title'><!--<$[标题]>begin-->{title}<!--<$[标题]>end--></td></tr>"
            f"<tr><td>发布日期：2019-01-10 浏览次数：<script src='/module/visitcount/articlehits.jsp?colid=1043&artid=7000'></script> 字号：[ 大 中 小 ]</td></tr>"
            f"<tr><td><div id='zoom'><!--<$[信息内容]>begin-->{body}<!--<$[信息内容]>end--></div>{pages}</td></tr></table>"
        )

    def data(number: int, rows: Sequence[tuple[str, Text]]) -> str:
        records = "".join(
            f"<record><![CDATA[<li><a href='{path}' title='{text.title}'>{text.title}</a></li>]]></record>"
            for path, text in rows
        )
        group = f'<a href="{proxy.format(number).replace("&", "&amp;")}"></a>' if number < 3 else ""
        return f"<datastore><nextgroup><![CDATA[{group}]]></nextgroup><recordset>{records}</recordset></datastore>"

    for n, (path, text) in enumerate(entries):
        cms.article(text, [path, path.replace(".html", "_2.html")] if n == 2 else [path], shell)
    for number, rows in chunks(entries):
        if number == 1:
            island = f'<div id="4567"></div><script type="text/xml">{data(1, rows)}</script><script src="/script/jpage.js"></script>'
            cms.page("/col/col1043/index.html", "工作总结", top + island)
        else:
            cms.pages[proxy.format(number - 1)] = f'<?xml version="1.0" encoding="utf-8"?>{data(number, rows)}'
            cms.types[proxy.format(number - 1)] = "text/xml; charset=utf-8"
    about(cms, shell, ("/col/col9/index.html", "版权声明"))
    cms.page("/", "某某厅", top + items(entries[:3]))
    return cms


def discuz(texts: Sequence[Text]) -> Cms:
    """Discuz: boards, threads with replies on later pages, users, tools; articles are the first posts."""
    cms = Cms("bbs.discuz.test", head='<meta name="generator" content="Discuz! X3.4">')
    entries = [(f"/thread-{n + 30}-1-1.html", text) for n, text in enumerate(texts)]
    top = menu(
        ("/", "论坛"),
        ("/forum-2-1.html", "工作总结"),
        ("/member.php?mod=logging&action=login", "登录"),
        ("/misc.php?mod=faq", "帮助"),
    )

    def post(n: int, said: str) -> str:
        return (
            f"<div id='post_{n}'><div class='authi'><a href='/space-uid-{n}.html'>网友{n}</a> 发表于 2019-1-10 10:{n:02d}</div>"
            f"<table><tr><td class='t_f' id='postmessage_{n}'>{said}</td></tr></table></div>"
        )

    for n, (path, text) in enumerate(entries):
        replies = "".join(
            post(10 * n + k, "谢谢楼主分享，写得很详细，我们单位今年也要写总结，正好参考一下。") for k in range(1, 4)
        )
        pages = f"<div class='pg'><strong>1</strong><a href='{path.replace('-1-1.', '-2-1.')}'>2</a><a href='{path.replace('-1-1.', '-2-1.')}' class='nxt'>下一页</a></div>"
        body = (
            top
            + f"<h1><span id='thread_subject'>{text.title}</span></h1>"
            + post(10 * n, "<br>\n".join(text.paragraphs))
            + replies
            + pages
        )
        cms.articles[path] = text
        cms.page(path, f"{text.title} - 工作总结 - 某某论坛 - Powered by Discuz!", body)
        more = "".join(post(10 * n + k, "又看了一遍，还是觉得很有收获。" + text.paragraphs[0]) for k in range(4, 8))
        cms.page(path.replace("-1-1.", "-2-1."), f"{text.title} - 第2页 - 工作总结 - 某某论坛", top + more)
    for number, rows in chunks(entries):
        pages = (
            f"<div class='pg'><a href='/forum-2-{number + 1}.html' class='nxt'>下一页</a></div>" if number < 3 else ""
        )
        listed = "".join(
            f"<tr><th><a href='{path}' class='s xst'>{text.title}</a> <a href='{path.replace('-1-1.', '-2-1.')}'>2</a></th></tr>"
            for path, text in rows
        )
        cms.page(f"/forum-2-{number}.html", "工作总结", f"{top}<table>{listed}</table>{pages}")
    cms.page("/", "某某论坛", top + items(entries[:3]))
    cms.page("/misc.php?mod=faq", "帮助 - 某某论坛", top + "<h1>帮助</h1>" + paragraphs(ABOUT))
    return cms


def desktop(texts: Sequence[Text]) -> Cms:
    """A site with a mobile edition and a host without www; its sitemap, which no robots.txt names, has one more article."""
    cms = Cms("www.both.test")
    entries = [(f"/zj/{n + 4711}.html", text) for n, text in enumerate(texts)]
    top = menu(
        ("/", "首页"),
        ("/zj/", "工作总结文章列表"),
        ("http://m.both.test:{port}/", "手机版网站入口"),
        ("http://both.test:{port}/zj/4711.html", "本站旧版的地址"),
    )
    for path, text in entries[:3]:
        agent = f'<meta name="mobile-agent" content="format=html5;url=http://m.both.test:{{port}}{path}">'
        cms.article(text, [path], lambda title, body, pages: f"{top}<h1>{title}</h1><div>{body}</div>", agent)
    cms.page("/", "某某网", top + items(entries[:2]))
    cms.page("/zj/", "工作总结", top + items(entries[:2]))
    places = [f"http://www.both.test:{{port}}{entries[2][0]}", *(f"http://cdn.other.test/{n}.html" for n in range(50))]
    cms.pages["/sitemap.xml"] = "<urlset>" + "".join(f"<url><loc>{place}</loc></url>" for place in places) + "</urlset>"
    cms.types["/sitemap.xml"] = "text/xml"
    return cms


def mobile(texts: Sequence[Text]) -> Cms:
    """Its mobile edition: two articles that the desktop has too, one whose own address is gone, one that names the front page."""
    cms = Cms("m.both.test", is_start=False)
    entries = [(f"/a/{n + 4711}.html", text) for n, text in enumerate(texts)]
    named = ["/zj/4711.html", "/zj/4712.html", "/zj/4713.html", "/zj/4714.html", "/"]
    for n, (path, text) in enumerate(entries):
        own = f'<link rel="canonical" href="http://www.both.test:{{port}}{named[n]}">'
        cms.article(text, [path], lambda title, body, pages: f"<h1>{title}</h1><div>{body}</div>", own)
    for path, _ in entries[:3]:
        del cms.articles[path]
    cms.page("/", "某某网手机版", items(entries))
    return cms


MAKERS = (dedecms, empirecms, phpcms, wordpress, trs, jcms, discuz)


def sites() -> dict[str, Cms]:
    """All of them by host, each with texts of its own."""
    texts = load()
    made = [make(texts[n * EACH : (n + 1) * EACH]) for n, make in enumerate(MAKERS)]
    made += [desktop(texts[-5:]), mobile(texts[-5:])]
    twin = Cms("both.test", is_start=False)
    twin.pages = {"/zj/4711.html": made[-2].pages["/zj/4711.html"]}
    made.append(twin)
    return {site.host: site for site in made}
