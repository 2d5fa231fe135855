"""Which blocks are the article, where markup and repetition mislead."""

import pytest

from pipelines.decode import decode
from pipelines.document import HostKnowledge, Page, PageRules
from pipelines.extract import extract, vote
from pipelines.extraction.ballot import Ballot, Vote, Voter
from pipelines.extraction.render import parse, render
from pipelines.extraction.voters import VOTERS
from pipelines.script import fold

TITLE = "社区工作总结"
UNIT, DAY = "东门社区居委会", "2023年12月8日"
COMMENTS = "".join(f"<p>网友{n}：这篇总结写得非常好，内容充实，值得学习。</p>" for n in range(3))
DISCLAIMER = "本网站所刊登的各种新闻、信息和专题资料，均为本网站版权所有，未经协议授权，禁止下载使用。"
PARAGRAPHS = (
    "2023年，我社区在街道党工委的坚强领导下，以网格化管理为抓手，不断提升服务群众的能力和水平。",
    "社区现有居民小区7个，常住人口8642人，党员213名，下设5个网格党支部。",
    "全年共排查矛盾纠纷58起，调解成功56起，成功率达96.5%，为居民代办各类事项1300余件。",
    "利用新时代文明实践站开展志愿服务活动92场次，组织义诊、理发、磨刀等便民服务，受益群众达到3600人次。",
    "明年，我们将以创建全国文明城市为契机，把各项工作做得更细更实，努力让居民的日子越过越好。",
)
HEADED = (*PARAGRAPHS[:3], "存在的不足", *PARAGRAPHS[3:])


def kept(body: str, repeated: tuple[str, ...] = (), heading: str = f"<h1>{TITLE}</h1>") -> list[str]:
    """The lines of a page that win the vote."""
    menu = '<div class="top"><a href="/">首页</a> <a href="/a/">总结</a> <a href="/b/">报告</a></div>'
    foot = '<div class="foot"><p>Copyright 2020 某某网 版权所有</p></div>'
    page = f"<html><head><title>{TITLE}</title></head><body>{menu}{heading}{body}{foot}</body></html>"
    known = HostKnowledge("a.test", tuple(sorted(fold(line) for line in repeated)))
    found = extract(decode(Page("http://a.test/1.html", page.encode(), "text/html; charset=utf-8")), known, PageRules())
    blocks = zip(found.blocks, found.verdicts, strict=True)
    return [found.text[block.start : block.end] for block, verdict in blocks if verdict.keep]


def paragraphs(*lines: str) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


@pytest.mark.parametrize(
    "body",
    [
        "".join(f'<p><a name="OLE_LINK{n}">{line}</a></p>' for n, line in enumerate(HEADED)),
        f'<div><a name="top">{paragraphs(*HEADED)}</div>',
        f'<div><a name="top">{"<br>".join(HEADED)}</div>',
        "".join(f'<p><a href="javascript:void(0)">{line}</a></p>' for line in HEADED),
    ],
    ids=["on each paragraph", "unclosed above paragraphs", "unclosed above lines", "of a script"],
)
def test_an_anchor_that_leads_nowhere_is_no_link(body: str) -> None:
    assert kept(body)[-6:] == list(HEADED)


@pytest.mark.parametrize("href", ["#x", "/a/7.html"])
def test_a_heading_between_paragraphs_is_kept_though_linked(href: str) -> None:
    headings = [f'<a href="{href}">一、概况</a>', f'<a href="{href}">（二）打算</a>']
    found = kept(paragraphs(headings[0], *PARAGRAPHS[:3], headings[1], *PARAGRAPHS[3:]))
    assert "（二）打算" in found


def test_a_link_between_paragraphs_is_cut() -> None:
    assert "乡镇工作总结" not in kept(
        paragraphs(*PARAGRAPHS[:3], '<a href="/a/8.html">乡镇工作总结</a>', *PARAGRAPHS[3:])
    )


@pytest.mark.parametrize("name", ["comment", "main-comment", "share", "hot", "tags", "banner", "side"])
def test_the_name_of_an_element_alone_costs_no_article(name: str) -> None:
    assert kept(f'<div class="{name}">{paragraphs(*PARAGRAPHS)}</div>')[-5:] == list(PARAGRAPHS)


def test_an_article_in_an_aside_is_one() -> None:
    assert kept(f"<aside>{paragraphs(*PARAGRAPHS)}</aside>")[-5:] == list(PARAGRAPHS)


def test_comments_under_an_article_and_a_footer_alone_are_no_article() -> None:
    assert kept(f'<div>{paragraphs(*PARAGRAPHS)}</div><div class="comment">{COMMENTS}</div>')[-5:] == list(PARAGRAPHS)
    assert DISCLAIMER not in kept(f'<div class="footer">{paragraphs(*[DISCLAIMER] * 3)}</div>')


@pytest.mark.parametrize(
    "below",
    [
        f'<div class="article-foot">{UNIT}<br>{DAY}</div>',
        f'<div class="luokuan"><p>{UNIT}</p><p>{DAY}</p></div>',
        f"<p>{UNIT}　{DAY}</p>",
    ],
)
def test_a_signature_in_an_element_of_its_own_is_kept(below: str) -> None:
    found = kept(f'<div class="content">{paragraphs(*PARAGRAPHS)}</div>{below}', heading="")
    assert "".join(found[found.index(PARAGRAPHS[-1]) + 1 :]).replace("　", "") == UNIT + DAY


@pytest.mark.parametrize(
    "below",
    [
        "<p>发布时间：2021-03-04</p>",
        "<p>来源：某某网 2021-03-04</p>",
        f'<p><a href="/u/">{UNIT}</a></p><p><a href="/d/">{DAY}</a></p>',
    ],
)
def test_what_stands_below_and_is_no_signature_is_cut(below: str) -> None:
    tree = parse(f'<body><div class="content">{paragraphs(*PARAGRAPHS)}</div><div class="x">{below}</div></body>')
    ballot = Ballot(render(tree), tree, HostKnowledge("a.test"))
    shown = ballot.lines
    exact = Voter("trafilatura", lambda ballot: [Vote(0.7 if line in PARAGRAPHS else -0.7) for line in ballot.lines])
    verdicts = vote(ballot, [*(voter for voter in VOTERS if voter.name != "trafilatura"), exact])
    assert [line for line, verdict in zip(shown, verdicts, strict=True) if verdict.keep] == list(PARAGRAPHS)


def test_a_copy_that_the_host_has_too_is_a_document() -> None:
    body = f'<div class="content">{paragraphs(*PARAGRAPHS)}</div>'
    assert kept(body, repeated=PARAGRAPHS)[-5:] == list(PARAGRAPHS)
    assert kept(body, repeated=PARAGRAPHS[1:4])[-5:] == list(PARAGRAPHS)


def test_a_line_that_the_host_repeats_below_an_article_is_cut() -> None:
    line = "各类公文写作资料下载，尽在某某网。"
    body = f'<div class="content">{paragraphs(*PARAGRAPHS)}</div><div class="x"><p>{line}</p></div>'
    assert kept(body, repeated=(line,))[-1] == PARAGRAPHS[-1]


@pytest.mark.parametrize("closing", ["谢谢大家", "特此报告", "以上总结，不妥之处，请批评指正"])
def test_words_that_close_a_document_are_kept_though_repeated(closing: str) -> None:
    assert kept(f"<div>{paragraphs(*PARAGRAPHS, closing)}</div>", repeated=(closing,))[-1] == closing


def test_other_repeated_lines_under_the_last_paragraph_are_cut() -> None:
    line = "点击收藏本站"
    assert kept(f"<div>{paragraphs(*PARAGRAPHS, line)}</div>", repeated=(line,))[-1] == PARAGRAPHS[-1]


LISTED = "".join(
    f'<p><a href="/a/{n}.html">云陂县{what}工作总结</a></p>' for n, what in enumerate(("林业局", "医院", "粮站"))
)
CLOSES = ("谢谢大家！", f"述职人：{UNIT}", DAY)


@pytest.mark.parametrize("closes", [CLOSES, CLOSES[:1], CLOSES[1:]], ids=["both", "thanks", "signed"])
@pytest.mark.parametrize("head", ["延伸阅读：", ""])
def test_a_document_closes_below_a_list_inside_its_element(closes: tuple[str, ...], head: str) -> None:
    inner = f"<div>{head}<div class='inner'>{LISTED}</div></div>"
    found = kept(f"<div>{paragraphs(*PARAGRAPHS)}{inner}{paragraphs(*closes)}</div>")
    assert found[-len(closes) :] == list(closes)
    assert not any("林业局" in line for line in found)


@pytest.mark.parametrize("below", ["东门社区春节慰问简报", "热门文章", "谢谢惠顾本站"])
def test_what_does_not_close_a_document_stays_below_the_list(below: str) -> None:
    assert below not in kept(f"<div>{paragraphs(*PARAGRAPHS)}<div class='inner'>{LISTED}</div><p>{below}</p></div>")
