"""Pages that a site has about itself are no documents; what only shares their name or their words is one."""

import pytest

from pipelines.document import Knowledge, Outcome, Page, PageRules
from pipelines.process import restore
from pipelines.structure.site_pages import site_page
from tests.cms_sites import ABOUT

UNIT = (
    "一年来，局网站共发布信息326条，网上留言板受理群众留言58件，全部按时办结，网民满意率达到98.2%。",
    "版权执法方面，联合公安部门开展专项行动3次，查处侵权案件5起，收缴盗版图书1200余册，有力净化了市场环境。",
    "下一步，我们将继续加强网站管理，完善在线留言制度，进一步提高群众的满意度，努力开创工作新局面。",
)


def judged(title: str, paragraphs: tuple[str, ...], heading: str = "") -> Outcome:
    body = "".join(f"<p>{line}</p>" for line in paragraphs)
    page = f"<title>{title}</title><body><h1>{heading}</h1><div id='text'>{body}</div>"
    return restore((Page("http://a.test/1.html", page.encode(), "text/html; charset=utf-8"),), Knowledge(), PageRules())


TRADITIONAL = tuple(
    line.replace("关", "關").replace("网", "網").replace("们", "們").replace("权", "權").replace("转载", "轉載")
    for line in ABOUT
)


@pytest.mark.parametrize(
    ("title", "heading", "paragraphs"),
    [
        ("关于我们_某某网", "", ABOUT),
        ("版权声明 - 某某网", "版权声明", ABOUT),
        ("關於我們｜某某網", "", TRADITIONAL),
        ("帮助中心", "", ABOUT),
        ("ABOUT US - 某某网", "", ABOUT),
    ],
)
def test_a_page_about_the_site_is_no_document(title: str, heading: str, paragraphs: tuple[str, ...]) -> None:
    assert judged(title, paragraphs, heading).rejected.startswith("site-page: ")


@pytest.mark.parametrize(
    ("title", "heading", "paragraphs"),
    [
        ("联系方式_某某网", "", UNIT),  # a lazy title; the page speaks of its unit
        ("关于我们学校网站建设的工作总结_某某网", "", ABOUT),
        ("网站管理工作总结", "网站管理工作总结", UNIT),
        ("版权局2019年工作总结", "", UNIT),
        ("帮助中心2019年工作总结", "", ABOUT),
        ("", "", ABOUT),
    ],
)
def test_what_only_looks_like_one_is_a_document(title: str, heading: str, paragraphs: tuple[str, ...]) -> None:
    assert not judged(title, paragraphs, heading).rejected


def test_the_name_alone_is_not_enough() -> None:
    assert site_page("联系我们", "".join(ABOUT)) == "联系我们"
    assert site_page("联系我们", "今年我们走访企业三十二家，解决问题五十个。") == ""
    assert site_page("工作总结", "".join(ABOUT)) == ""
