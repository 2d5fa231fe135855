"""Which blocks are the article, where markup and repetition mislead."""

import pytest

from pipelines.decode import decode
from pipelines.document import HostKnowledge, Page, PageRules
from pipelines.extract import extract
from pipelines.script import fold

TITLE = "社区工作总结"
PARAGRAPHS = (
    "2023年，我社区在街道党工委的坚强领导下，以网格化管理为抓手，不断提升服务群众的能力和水平。",
    "社区现有居民小区7个，常住人口8642人，党员213名，下设5个网格党支部。",
    "全年共排查矛盾纠纷58起，调解成功56起，成功率达96.5%，为居民代办各类事项1300余件。",
    "利用新时代文明实践站开展志愿服务活动92场次，组织义诊、理发、磨刀等便民服务，受益群众达到3600人次。",
    "明年，我们将以创建全国文明城市为契机，把各项工作做得更细更实，努力让居民的日子越过越好。",
)


def kept(body: str, repeated: tuple[str, ...] = ()) -> list[str]:
    """The lines of a page that win the vote."""
    menu = '<div class="top"><a href="/">首页</a> <a href="/a/">总结</a> <a href="/b/">报告</a></div>'
    foot = '<div class="foot"><p>Copyright 2020 某某网 版权所有</p></div>'
    page = f"<html><head><title>{TITLE}</title></head><body>{menu}<h1>{TITLE}</h1>{body}{foot}</body></html>"
    known = HostKnowledge("a.test", tuple(sorted(fold(line) for line in repeated)))
    found = extract(decode(Page("http://a.test/1.html", page.encode(), "text/html; charset=utf-8")), known, PageRules())
    blocks = zip(found.blocks, found.verdicts, strict=True)
    return [found.text[block.start : block.end] for block, verdict in blocks if verdict.keep]


def paragraphs(*lines: str) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


@pytest.mark.parametrize(
    "body",
    [
        "".join(f'<p><a name="OLE_LINK{n}">{line}</a></p>' for n, line in enumerate(PARAGRAPHS)),
        f'<div><a name="top">{paragraphs(*PARAGRAPHS)}</div>',
        f'<div><a name="top">{"<br>".join(PARAGRAPHS)}</div>',
        "".join(f'<p><a href="javascript:void(0)">{line}</a></p>' for line in PARAGRAPHS),
    ],
    ids=["on each paragraph", "unclosed above paragraphs", "unclosed above lines", "of a script"],
)
def test_an_anchor_that_leads_nowhere_is_no_link(body: str) -> None:
    assert kept(body)[-5:] == list(PARAGRAPHS)


@pytest.mark.parametrize("href", ["#x", "/a/7.html"])
def test_a_heading_between_paragraphs_is_kept_though_linked(href: str) -> None:
    headings = [f'<a href="{href}">一、概况</a>', f'<a href="{href}">（二）打算</a>']
    found = kept(paragraphs(headings[0], *PARAGRAPHS[:3], headings[1], *PARAGRAPHS[3:]))
    assert "（二）打算" in found


def test_a_link_between_paragraphs_is_cut() -> None:
    assert "乡镇工作总结" not in kept(
        paragraphs(*PARAGRAPHS[:3], '<a href="/a/8.html">乡镇工作总结</a>', *PARAGRAPHS[3:])
    )
