"""What a page is to the crawler, by what stands on it; which links are pages, which are traps."""

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler import discovery, frontier
from crawler.discovery import Link
from crawler.frontier import Limits, Policy, without_session
from crawler.profile import Profile
from pipelines.document import Decoded, Page, Rejected
from pipelines.structure.paging import thread_page

HERE = "http://www.a.test/gongzuozongjie/321839.html"
SENTENCE = "今年以来，我们认真落实各项工作部署，完成了年初确定的目标任务。"
TITLES = [f"某县科学技术协会{year}年度工作总结" for year in range(2000, 2030)]


def page(body: str, url: str = HERE, head: str = "") -> Decoded:
    return Decoded(Page(url, b""), f"<html><head>{head}</head><body>{body}</body></html>", "utf-8", True)


def links(texts: Iterable[str]) -> str:
    return "".join(f'<li><a href="/gongzuozongjie/{n}.html">{text}</a></li>' for n, text in enumerate(texts, 1000))


def paragraphs(count: int) -> str:
    return f"<p>{SENTENCE}</p>" * count


EXCERPTS = "".join(
    f'<li><h3><a href="/a/{n}.html">{t}</a></h3><p>2019-01-01</p><p>{SENTENCE * 3}</p></li>'
    for n, t in enumerate(TITLES[:6])
)
BETWEEN = "".join(f'<p>{SENTENCE * 3}</p><p><a href="/a/{n}.html">{t}</a></p>' for n, t in enumerate(TITLES[:6]))
TEASERS = "".join(f'<li><a href="/a/{n}.html">{t}</a><p>{SENTENCE * 2}...</p></li>' for n, t in enumerate(TITLES))


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (paragraphs(12), "article"),
        (paragraphs(12) + links(TITLES), "article"),  # related articles do not make a list of it
        (f"<div>{SENTENCE * 40}</div>" + links(TITLES), "article"),  # all in one paragraph
        ("<br>".join([SENTENCE] * 12) + links(TITLES), "article"),
        (paragraphs(5), "article"),  # short, and nothing else on the page
        (links(TITLES), "list"),
        (links(TITLES[:3]), "list"),
        (paragraphs(3) + links(TITLES), "list"),  # an introduction above a list
        (f"<p>{SENTENCE * 15}</p>" + links(TITLES), "list"),  # a long one, for search engines
        (TEASERS, "list"),
        (EXCERPTS, "list"),  # whole sentences under each title
        (f"{EXCERPTS}<div>{paragraphs(12)}</div>", "article"),  # excerpts of others beside an article
        (f"<div>{BETWEEN}</div>", "article"),  # links between its paragraphs
        (f"<div>{paragraphs(6)}</div>" + EXCERPTS[: EXCERPTS.index("</li>") * 2], "article"),
        ("<p>页面不存在</p><a href='/'>返回首页</a>", "thin"),
        ("", "thin"),
    ],
)
def test_a_page_is_judged_by_what_stands_on_it(body: str, kind: str) -> None:
    assert discovery.look(page(body)).kind == kind


def test_a_short_article_that_says_so_is_one() -> None:
    says = '<meta property="og:type" content="article">'
    assert discovery.look(page(paragraphs(4) + links(TITLES), head=says)).kind == "article"


def test_links_are_as_a_browser_would_ask_for_them() -> None:
    body = """<a href="../b.html#top">乙</a> <a href="?page=2">2</a> <a href="//m.a.test/c">丙</a> <a href="#x">x</a>
    <a href="javascript:go()">go</a> <a href="mailto:a@b">m</a> <a href="http://[bad/">bad</a> <a>none</a>
    <a href="/b.html">乙的标题更长</a> <a href=" /d e.html ">d</a> <a href="/s?k=总结">s</a> <a href="ftp://a/b">f</a>"""
    gbk = Decoded(Page(HERE, b""), page(body).text, "gb18030", True)
    assert [(link.url, link.text) for link in discovery.look(gbk).links] == [
        ("http://www.a.test/b.html", "乙的标题更长"),
        (f"{HERE}?page=2", "2"),
        ("http://m.a.test/c", "丙"),
        ("http://www.a.test/d%20e.html", "d"),
        ("http://www.a.test/s?k=%D7%DC%BD%E1", "s"),
    ]


def test_a_base_element_counts() -> None:
    (link,) = discovery.look(page('<a href="x.html">x</a>', head='<base href="http://b.test/y/">')).links
    assert link.url == "http://b.test/y/x.html"


def test_feeds_and_a_refresh_are_seen() -> None:
    head = """<link rel="alternate" type="application/rss+xml" href="/rss.xml"><link rel="sitemap" href="/s.xml">
    <link rel="stylesheet" href="/x.css"><meta http-equiv="Refresh" content="0; URL='/new.html'">"""
    view = discovery.look(page("", head=head))
    assert view.feeds == ("http://www.a.test/rss.xml", "http://www.a.test/s.xml")
    assert view.refresh == "http://www.a.test/new.html"
    comments = """<link rel="alternate" type="application/rss+xml" title="» 评论Feed" href="/all/feed/">
    <link rel="alternate" type="application/atom+xml" href="/gongzuozongjie/321839.html/feed/">"""
    assert discovery.look(page("", head=comments)).feeds == ()
    assert discovery.look(page(paragraphs(12), head=head)).refresh == ""  # a slide show of articles is no redirect


def test_a_page_names_its_address_and_its_other_editions() -> None:
    head = """<link rel="canonical" href="/gongzuozongjie/1.html">
    <link rel="alternate" media="handheld" href="//m.a.test/1">
    <meta name="mobile-agent" content="format=html5; url=http://m.a.test/1"><link rel="miphtml" href="/mip/1.html">
    <meta http-equiv="mobile-agent" content="format=xhtml;url=http://wap.a.test/1.html">
    <link rel="alternate" hreflang="en" href="/en/"> <link rel="stylesheet" media="screen" href="/x.css">"""
    view = discovery.look(page(paragraphs(12), head=head))
    assert view.canonical == "http://www.a.test/gongzuozongjie/1.html"
    assert view.editions == (
        "http://m.a.test/1", "http://www.a.test/mip/1.html", "http://wap.a.test/1.html",
    )  # fmt: skip
    assert discovery.look(page("", head='<link rel="canonical" href="http://[x/">')).canonical == ""


@pytest.mark.parametrize(
    ("url", "href", "text", "leads"),
    [
        ("/p-123.html", "/p-123_2.html", "2", True),
        ("/p-123.html", "/p-123_2.html", "余下全文", True),
        ("/p-123_2.html", "/p-123_3.html", "下一页", True),
        ("/p-123_2.html", "/p-123_3.html", "下一頁", True),
        ("/p-123_2.html", "/p-123.html", "1", False),
        ("/p-123.html", "/p-123_3.html", "3", False),
        ("/p-123.html", "/p-124.html", "下一篇：某某总结", False),
        ("/p-123.html", "/p-124.html", "某县2018年度工作总结", False),
        ("/a_1.htm", "/a_2.htm", "第2页", True),
        ("/showinfo-73-15061-0.html", "/showinfo-73-15061-1.html", "下一页", True),
        ("/showinfo-73-15061-0.html", "/showinfo-73-15061-1.html", "另一篇文章的标题", False),
        ("/list.asp?id=3", "/list.asp?id=3&page=2", "2", True),
        ("/view.asp?page=2&id=5", "/view.asp?page=3&id=5", ">", True),
        ("/view.asp?id=5", "/view.asp?id=6&page=2", "2", False),
        ("/doc/123.html", "/doc/123/2.html", "[2]", True),
        ("/doc/123/", "/doc/123/p2.html", "2", True),
        ("/201806/14.html", "/201806/15.html", "2018年工作总结", False),
        ("/s/x", "/s/x?page=2", "下一页：三、存在问题", True),
        ("/p-1-p2.html", "/p-1-p3.html", "3", True),
        ("/p-1.html", "/p-1-p2.html", "继续", True),
        ("/show.asp?id=1", "/show.asp?id=1&CurPage=2", "2", True),
        ("/a/5.html", "/a/5,2.html", "2", True),
        ("/show_12.html", "/show_13.html", "清河县2018年工作总结", False),
        ("/show_12.html", "/show_13.html", "13", True),
        ("/show_12.html", "/show_13.html", "下一条", False),
        ("/t20190101_77.html", "/t20190101_77_1.html", "下一页", True),  # TRS: pages from 0
        ("/t20190101_77.html", "/t20190101_77_1.html", "2", True),
        ("/t20190101_77.html", "/t20190101_77_1.html", "附件一", False),
        ("/t20190101_77_1.html", "/t20190101_77_2.html", "下一页 >>", True),
        ("/a/5.html", "/a/5_2.html", "【下一页】", True),
        ("/x/5/", "/x/5/page/2/", "2", True),
        ("/show-6-123-1.html", "/show-6-123-2.html", "下一页 »", True),  # phpcms
        ("/plus/view.php?aid=5", "/plus/view.php?aid=5&pageno=2", "2", True),  # dedecms
        ("/thread-5-1-1.html", "/thread-5-2-1.html", "2", False),  # replies
        ("/forum.php?mod=viewthread&tid=5", "/forum.php?mod=viewthread&tid=5&page=2", "下一页", False),
        ("/read.php?tid=5", "/read.php?tid=5&page=2", "2", False),
    ],
)
def test_the_next_page_of_an_article(url: str, href: str, text: str, leads: bool) -> None:
    there = f"http://a.test{href}"
    assert discovery.next_page(f"http://a.test{url}", [Link("http://a.test/x", "x"), Link(there, text)]) == (
        there if leads else ""
    )


def test_the_pages_of_an_article_by_its_pager() -> None:
    url, shown = "http://a.test/p-1.html", [Link(f"http://a.test/p-1_{n}.html", f"{n}") for n in (2, 3, 7)]
    assert discovery.last_page(url, shown) == 7
    assert discovery.numbered(url, shown, 5) == "http://a.test/p-1_5.html"
    assert discovery.numbered(url, [Link("http://a.test/other.html", "2")], 2) == ""
    assert discovery.first_page(shown[1].url, [Link(url, "1"), *shown]) == url
    assert discovery.first_page(url, shown) == "" == discovery.first_page(shown[0].url, [])
    assert discovery.first_page(shown[0].url, [Link(url, "工作总结")]) == ""  # a breadcrumb: that is its list
    assert not discovery.same_article("http://a.test/show_12.html", Link("http://a.test/show_13.html", TITLES[0]))
    assert discovery.same_article(url, shown[0])
    assert not discovery.same_article(url, Link("http://a.test/p-2.html", TITLES[0]))


def test_pages_that_are_numbered_from_zero_by_their_pager() -> None:
    url, shown = "http://a.test/t1.html", [Link("http://a.test/t1_1.html", "2"), Link("http://a.test/t1_2.html", "3")]
    assert discovery.next_page(url, shown) == shown[0].url
    assert discovery.last_page(url, shown) == 3
    assert discovery.numbered(url, shown, 4) == "http://a.test/t1_3.html"
    assert discovery.first_page(shown[0].url, [Link(url, "上一页"), shown[1]]) == url
    assert discovery.next_page(shown[0].url, [Link(url, "1"), shown[1]]) == shown[1].url


@pytest.mark.parametrize(
    ("url", "page"),
    [
        ("http://a.test/thread-5-1-1.html", 1),
        ("http://a.test/thread-5-12-1.html", 12),
        ("http://a.test/forum.php?mod=viewthread&tid=5&extra=page%3D1", 1),
        ("http://a.test/forum.php?mod=viewthread&tid=5&extra=page%3D1&page=3", 3),
        ("http://a.test/read.php?tid=5&page=2", 2),
        ("http://a.test/read-htm-tid-5.html", 1),
        ("http://a.test/read-htm-tid-5-page-2.html", 2),
        ("http://a.test/forum-5-2.html", 0),
        ("http://a.test/forum.php?mod=forumdisplay&fid=5&page=2", 0),
        ("http://a.test/show-6-123-2.html", 0),
        ("http://a.test/read.php?id=5&page=2", 0),
    ],
)
def test_later_pages_of_a_thread_are_replies(url: str, page: int) -> None:
    assert thread_page(url) == page
    assert policy().refusal(Link(url, ""), 1).startswith("replies") is (page > 1)


@pytest.mark.parametrize(
    ("words", "pager", "onward"),
    [
        ("下一页", True, True), ("下一頁>>", True, True), ("【下一页】", True, True), ("下页 »", True, True),
        ("后页", True, True), ("Next »", True, True), ("« Older Posts", True, True), ("»", True, True),
        ("[末页]", True, False), ("尾页|", True, False), ("最后一页", True, False), ("后5页", True, False),
        ("(3)", True, False), ("第 3 页", True, False), ("...", True, False), ("上一页", True, False),
        ("2019年度工作总结", False, False), ("下一篇：某某总结", False, False), ("", False, False),
        ("页面设计", False, False), ("上半年工作总结", False, False), ("首页新闻", False, False),
        ("三页纸的总结", False, False), ("后勤工作总结 »", False, False),
    ],
)  # fmt: skip
def test_a_pager_is_known_by_its_words(words: str, pager: bool, onward: bool) -> None:
    link = Link("http://a.test/x", words)
    assert (link.is_pager, link.is_next) == (pager, onward)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("某县2018年工作总结_站名", "某县2018年工作总结(2)_站名", True),
        ("某县2018年工作总结", "某县2018年工作总结_第2页", True),
        ("某县2018年工作总结（第二页）- 站名", "某县2018年工作总结 - 站名", True),
        ("某县2018年工作总结", "某县2019年工作总结", False),
        ("某县工作总结2018", "某县工作总结2019", False),
        ("", "", False),
    ],
)
def test_titles_of_one_articles_pages_are_one(one: str, other: str, same: bool) -> None:
    assert discovery.same_title(one, other) is same


def test_words_alone_may_lead_on() -> None:
    shown = [Link("http://a.test/1", "2"), Link("http://a.test/x9", "下一页")]
    assert discovery.maybe_next("http://a.test/x1", shown) == "http://a.test/x9"
    assert discovery.maybe_next("http://a.test/x9", shown) == ""


@settings(deadline=None)
@given(st.text(alphabet="abc/_-.?&=123page", max_size=40), st.text(max_size=8), st.text(max_size=40))
def test_no_address_breaks_the_reading_of_page_numbers(one: str, words: str, other: str) -> None:
    shown = [Link(f"http://a.test/{other}", words), Link(f"http://a.test/{one}_2.html", "2")]
    url = f"http://a.test/{one}"
    discovery.next_page(url, shown), discovery.last_page(url, shown), discovery.first_page(url, shown)
    discovery.numbered(url, shown, 3)


@settings(deadline=None)
@given(st.text(max_size=400))
def test_no_markup_breaks_the_judgement(text: str) -> None:
    try:
        discovery.look(Decoded(Page(HERE, b""), text, "utf-8", True))
    except Rejected as reason:
        assert str(reason)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        (HERE, ""),
        ("http://a.test/201806/1434259.html", ""),
        ("http://a.test/list.asp?id=3&page=2", ""),
        ("http://a.test/news?year=2018", ""),
        ("http://a.test/%E7%A7%91%E6%8A%80", ""),
        ("http://a.test/calendar?month=2018-07", "trap"),
        ("http://a.test/rili/2018/07/", "trap"),
        ("http://a.test/x?day=3", "trap"),
        ("http://a.test/a/b/a/b/a/b/", "trap"),
        ("http://a.test/" + "x/" * 12, "trap"),
        ("http://a.test/" + "x" * 600, "trap"),
        ("http://a.test/?a=1&b=2&c=3&d=4&e=5&f=6&g=7", "trap"),
        ("http://a.test/f/1.doc", "file"),
        ("http://a.test/pic/1.JPG", "file"),
        ("http://a.test/search?q=x", "search"),
        ("http://a.test/index.php?keyword=x", "search"),
        ("http://a.test/user/login.aspx", "action"),
    ],
)
def test_traps_and_what_is_no_page(url: str, code: str) -> None:
    assert (frontier.trap(url) or frontier.no_page(url)).split(":")[0] == code


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("www.fanwen.test", "fanwen.test"),
        ("m.fanwen.test", "fanwen.test"),
        ("fanwen.test", "fanwen.test"),
        ("wap.kexie.org.cn", "kexie.org.cn"),
        ("www.gov.cn", "www.gov.cn"),  # gov.cn is no site: it is everybody's
        ("m.com", "m.com"),
        ("127.0.0.1", "127.0.0.1"),
    ],
)
def test_a_host_and_its_mirrors_are_one_family(host: str, name: str) -> None:
    assert frontier.family(host) == name


def policy(*starts: str, limits: Limits | None = None, **profile: tuple[str, ...]) -> Policy:
    return Policy(starts or (HERE,), Profile(**profile), limits or Limits())  # type: ignore[arg-type]


def test_only_hosts_that_were_asked_for_are_followed() -> None:
    mine = policy(hosts=("b.test",))
    assert mine.refusal(Link("http://m.a.test/x.html", ""), 1) == ""
    assert mine.refusal(Link("http://img.b.test/x.html", ""), 1) == ""
    assert mine.refusal(Link("http://nota.test/x.html", ""), 1) == "off-site: nota.test"


def test_limits_are_kept_and_named() -> None:
    mine = policy(limits=Limits(depth=2, pages_per_host=2))
    assert mine.refusal(Link(HERE, ""), 3) == "too-deep: 3 links from the start"
    reasons = [mine.refusal(Link(f"http://a.test/{n}.html", ""), 1) for n in range(3)]
    assert reasons == ["", "", "page-limit: 2 pages of this host"]


def test_addresses_that_differ_in_their_query_only_come_to_an_end() -> None:
    mine = policy()
    reasons = [mine.refusal(Link(f"http://a.test/x?s={n}", ""), 1) for n in range(frontier.MAX_VARIANTS + 1)]
    assert set(reasons[:-1]) == {""} and reasons[-1].startswith("trap:")


@pytest.mark.parametrize("query", ["tid={}", "ArticleID={}", "a=show&catid=6&id={}", "classid=3&page={}", "PageNo={}"])
def test_articles_and_pages_that_a_query_numbers_are_no_trap(query: str) -> None:
    mine = policy()
    for n in range(frontier.MAX_VARIANTS + 1):
        assert mine.refusal(Link(f"http://a.test/x.asp?{query.format(n)}", ""), 1) == ""
    reasons = [
        mine.refusal(Link(f"http://a.test/x.asp?id=5&sort={n}", ""), 1) for n in range(frontier.MAX_VARIANTS + 1)
    ]
    assert reasons[-1].startswith("trap:")  # one article, sorted anew for ever


def test_a_profile_names_what_is_followed() -> None:
    mine = policy(article_urls=(r"/\d+\.html$",), list_urls=("/list",), deny_urls=("/9",))
    reasons = {
        url: mine.refusal(Link(f"http://a.test{url}", ""), 1) for url in ("/1.html", "/list?p=2", "/9.html", "/x")
    }
    assert [reason.split(":")[0] for reason in reasons.values()] == ["", "", "denied", "not-listed"]


def test_what_a_round_met_before_it_was_stopped_counts_against_its_limits() -> None:
    mine = policy(limits=frontier.Limits(pages_per_host=3))
    mine.met("a.test", 2)
    assert [mine.refusal(Link(f"http://a.test/{n}.html", ""), 1).split(":")[0] for n in (1, 2)] == ["", "page-limit"]


@pytest.mark.parametrize(
    ("url", "bare"),
    [
        ("http://a.cn/s.jsp;jsessionid=0A1B2C?id=7", "http://a.cn/s.jsp?id=7"),
        ("http://a.cn/s.jsp;JSESSIONID=0A1B2C.node1", "http://a.cn/s.jsp"),
        ("http://a.cn/d.php?PHPSESSID=1a2b&id=1", "http://a.cn/d.php?id=1"),
        ("http://a.cn/d.php?id=1&PHPSESSID=1a2b", "http://a.cn/d.php?id=1"),
        ("http://a.cn/d.php?PHPSESSID=1a2b", "http://a.cn/d.php"),
        ("http://a.cn/d.php?sid=0123456789abcdef0123456789abcdef&p=2", "http://a.cn/d.php?p=2"),
        ("http://a.cn/d.php?sid=12&p=2", "http://a.cn/d.php?sid=12&p=2"),
        ("http://a.cn/session/1.html?id=3", "http://a.cn/session/1.html?id=3"),
        ("http://a.cn/d.php?presidid=7&asid=1", "http://a.cn/d.php?presidid=7&asid=1"),
        ("http://a.cn/d.php?", "http://a.cn/d.php?"),
    ],
)
def test_the_name_of_a_session_is_no_part_of_an_address(url: str, bare: str) -> None:
    assert without_session(url) == bare
