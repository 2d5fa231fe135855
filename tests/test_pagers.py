"""Pagers that are no links: what a site's script would write is computed, never run."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.document import Decoded, Page, Rejected
from pipelines.view import look

LIST = "http://www.a.test/zj/index.html"


def links(body: str, url: str = LIST) -> list[str]:
    """Each link as its address, relative to the list, and its words."""
    view = look(Decoded(Page(url, b""), f"<html><body>{body}</body></html>", "utf-8", True))
    return [
        f"{link.url} {link.text}".replace("http://www.a.test", "").replace("/zj/", "").strip() for link in view.links
    ]


def script(text: str) -> str:
    return f"<script>{text}</script>"


DEFINED = "function createPageHTML(_nPageCount, _nCurrIndex, _sPageName, _sPageExt){ if(_nPageCount<=1) return; }"
WRITTEN = r"""var currentPage = 0;//所在页从0开始 var countPage = 4//共多少页
if(countPage>1) document.write("<a href=\"default"+"_" + nextPage + "."+"htm\">下一页</a>");"""


@pytest.mark.parametrize(
    ("url", "call", "leads"),
    [
        ("index.html", 'createPageHTML(20, 0, "index", "html");', ["index_1.html 下一页", "index_19.html 20"]),
        ("", "createPageHTML(20, 0, 'index', 'html')", ["index_1.html 下一页", "index_19.html 20"]),
        ("index_3.html", 'createPageHTML(20, 3, "index", "html");', ["index_4.html 下一页", "index_19.html 20"]),
        ("index_18.html", 'createPageHTML(20, 18, "index", "html");', ["index_19.html 下一页"]),
        ("index_19.html", 'createPageHTML(20, 19, "index", "html");', []),
        ("index.html", 'createPageHTML(1, 0, "index", "html");', []),
        ("a.shtml", "createPageHTML('pg',27,1,'a','shtml',533);", ["a_2.shtml 下一页", "a_27.shtml 27"]),
        ("a_27.shtml", "createPageHTML('pg',27,27,'a','shtml',533);", []),
        ("t1.html", 'var n=3; var c="0"; createPageHTML(n, c, "t1", "html");', ["t1_1.html 下一页", "t1_2.html 3"]),
        ("index.html", DEFINED, []),
        ("index.html", DEFINED + 'createPageHTML(2, 0, "index", "html");', ["index_1.html 下一页"]),
        ("index.html", "createPageHTML(total, now, name, ext)", []),
        ("default.htm", WRITTEN, ["default_1.htm 下一页", "default_3.htm 4"]),
        ("index.html", "var currentPage = 0; var countPage = 4;", []),
    ],
)
def test_the_script_of_trs_says_how_many_pages_there_are(url: str, call: str, leads: list[str]) -> None:
    assert links(script(call), f"http://www.a.test/zj/{url}") == leads


GO = script("function go(p) { location.href='p'+p+'.html' }")
GOTO = script('function gotoPage(n){ window.location.href = "list.jsp?id=3&page=" + n; }')
POSTS = script("function gotoPage(n){ document.form.page.value=n; document.form.submit(); location }")
MENU = """<select onchange="location.href=this.options[this.selectedIndex].value;">
<option value='list_12_1.html' selected>1 </option><option value='list_12_2.html'>2</option></select>"""
BUILT = """<select onchange="location.href='l_'+this.value+'.html'"><option value="2">第2页</option></select>"""
FRIENDS = """<select onchange="window.open(this.value)"><option value="">友情链接</option>
<option value="http://b.test/">乙</option></select>"""
FIELD = """<select name="year"><option value="2019">2019</option><option value="a/b">x</option></select>"""


@pytest.mark.parametrize(
    ("body", "leads"),
    [
        (MENU, ["list_12_1.html 1", "list_12_2.html 2"]),
        (BUILT, ["l_2.html 第2页"]),
        (FRIENDS, ["http://b.test/ 乙"]),
        (FIELD + script("location.host"), []),
        ("<a href='javascript:gotoPage(2)'>2</a>" + GOTO, ["list.jsp?id=3&page=2 2"]),
        ("<li onclick=\"go('3')\">第3页</li>" + GO, ["p3.html 第3页"]),
        ("<select onchange='go(this.value)'><option value='4'>4</option></select>" + GO, ["p4.html 4"]),
        ("<span onclick=\"location.href='index_2.html'\">下一页</span>", ["index_2.html 下一页"]),
        ("<a href=\"javascript:location.href='index_2.html'\">下一页</a>", ["index_2.html 下一页"]),
        ("<a href='javascript:gotoPage(2)'>2</a>" + POSTS, []),
        ("<a href='javascript:vote(2)'>顶</a>" + GO, []),
        ("<a onclick=\"location.href='x'+document.title\">x</a>", []),
        ("<a href='javascript:location.reload()'>刷新</a>", []),
    ],
)  # fmt: skip
def test_menus_and_scripts_that_lead_to_pages(body: str, leads: list[str]) -> None:
    assert links(body) == leads


DATA = """<datastore>
<nextgroup><![CDATA[<a href="/module/web/jpage/dataproxy.jsp?page=1&amp;columnid=1043&unitid=4567"></a>]]></nextgroup>
<recordset><record><![CDATA[<li><a href='/art/2020/1/2/art_1043_11.html' title='甲2019年工作总结'>甲2019年…</a></li>]]>
</record><record><![CDATA[<li><a href='/art/2020/1/2/art_1043_12.html'>甲2018年工作总结</a></li>]]></record>
</recordset></datastore>"""
RECORDS = {
    "/art/2020/1/2/art_1043_11.html 甲2019年…",
    "/art/2020/1/2/art_1043_12.html 甲2018年工作总结",
    "/module/web/jpage/dataproxy.jsp?page=1&columnid=1043&unitid=4567 下一页",
}


def test_records_in_an_island_of_data_are_links() -> None:
    assert set(links(f'<div id="4567"></div><script type="text/xml">{DATA}</script>')) == RECORDS


def test_what_a_data_proxy_sends_is_a_list_page() -> None:
    assert set(links(f'<?xml version="1.0" encoding="utf-8"?>{DATA}')) == RECORDS


def test_the_groups_of_a_data_proxy_follow_one_another() -> None:
    pager = script("""$('#1').jpage({perPage:20, groupSize:3, totalRecord:130,
    proxyUrl:'/module/web/jpage/dataproxy.jsp', ajaxParam:{col:1, webid:1, columnid:1043, unitid:'1'}});""")
    proxy = (
        "/module/web/jpage/dataproxy.jsp?startrecord={}&endrecord={}&perpage=20&col=1&webid=1&columnid=1043&unitid=1"
    )
    assert links(pager) == [f"{proxy.format(61, 120)} 下一页"]
    answer = "<datastore><nextgroup></nextgroup><totalrecord>130</totalrecord></datastore>"
    assert links(answer, f"http://www.a.test{proxy.format(61, 120)}") == [f"{proxy.format(121, 180)} 下一页"]
    assert links(answer, f"http://www.a.test{proxy.format(121, 180)}") == []


def test_a_page_that_shows_all_records_needs_no_proxy() -> None:
    pager = "x.jpage({perPage:20, groupSize:3, totalRecord:50, proxyUrl:'/p.jsp', ajaxParam:{col:1}})"
    assert links(script(pager)) == []


@settings(deadline=None)
@given(st.text(alphabet="createPageHTML(,\"'0123) function go{}location.href=+this.value<>select", max_size=200))
def test_no_script_breaks_the_reading(text: str) -> None:
    try:
        links(f"<a href='javascript:{text}'>2</a>" + script(text + "createPageHTML(" + text))
    except Rejected as reason:
        assert str(reason)
