"""What each voter objects to, and what it leaves; and who is asked."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines import extract as extraction
from pipelines.document import HostKnowledge
from pipelines.extract import vote
from pipelines.extraction import furniture, threads
from pipelines.extraction.ballot import Ballot, Vote, Voter
from pipelines.extraction.render import parse, render
from pipelines.extraction.voters import VOTERS
from pipelines.framing.wordings import COPYRIGHT

PARAGRAPHS = (
    "2021年，县供销社坚持为农服务宗旨，深化综合改革，各项工作取得新的进展，现总结如下。",
    "全年销售化肥1.2万吨、农药86吨，开设放心店64家，接待农户咨询3100多人次，群众满意。",
    "新建基层社2个，领办专业合作社12家，带动农户1840户，户均增收2300元，得到市社表扬。",
    "冷链物流设施仍然不足，部分基层社负责人年龄偏大，思路不够活，这些要在明年着力解决。",
    "明年将继续推进网点改造，计划改造网点20个，建成电商运营中心1处，服务更多农户群众。",
    "我们相信，有上级的关心和全社职工的努力，明年的各项任务一定能够圆满完成，再上台阶。",
)


def paragraphs(*lines: str) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


def ballot(body: str) -> Ballot:
    tree = parse(f"<html><head><title>供销社2021年工作总结</title></head><body>{body}</body></html>")
    return Ballot(render(tree), tree, HostKnowledge("a.test"))


def objected(name: str, body: str) -> list[str]:
    """The lines that one voter objects to."""
    page = ballot(body)
    voter = next(voter for voter in VOTERS if voter.name == name)
    return [line for line, said in zip(page.lines, voter.votes(page), strict=True) if said and said.objection]


MAIN = f'<div class="con">{paragraphs(*PARAGRAPHS)}</div>'


@pytest.mark.parametrize(
    "line",
    [
        "凡本网注明“来源：某某网”的所有作品，版权均属于某某网，未经授权不得转载。",
        "版权所有：某某县人民政府　备案号：某ICP备05000000号",
        "Copyright © 2005-2020 某某网 All Rights Reserved",
        "免責聲明：本站內容均來自網絡，如有侵權請聯繫刪除。",
    ],
)
def test_notices_of_the_site_below_the_text(line: str) -> None:
    assert objected("furniture", MAIN + f'<div class="x"><p>{line}</p></div>') == [line]


@pytest.mark.parametrize(
    "line",
    [
        "三是加大侵权打击力度，查处侵犯知识产权案件12起，版权登记数量明显上升。",
        "四是版权所有单位登记造册，完成软件正版化检查35家，整改问题21个。",
        "五是办理食品许可证120张，受理投诉举报86件，网站备案审核45家，办结率百分之百。",
    ],
)
def test_a_document_about_rights_is_no_notice(line: str) -> None:
    assert objected("furniture", f"<div>{paragraphs(line, *PARAGRAPHS)}</div>") == []
    assert objected("furniture", f"<div>{paragraphs(*PARAGRAPHS, line)}</div>") == []


ROWS = ("索引号：|014106/2017-00316|发布机构：|县供销社", "文号：|柏供社〔2019〕3号|发布日期：|2019-01-05")


def table(*rows: str) -> str:
    cells = ("".join(f"<td>{cell}</td>" for cell in row.split("|")) for row in rows)
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>"


def test_the_record_of_an_office_above_the_text() -> None:
    assert len(objected("furniture", table(*ROWS) + MAIN)) == 2


@pytest.mark.parametrize(
    "rows",
    [
        ("会议时间：|2019年1月5日|会议地点：|三楼会议室", "主持人：|李某|记录人：|王某"),
        ("发布机构：|县供销社",),
        ("项目|计划|完成", "索引号登记|100|98"),
    ],
)
def test_a_table_of_a_document_is_no_record(rows: tuple[str, ...]) -> None:
    assert objected("furniture", table(*rows) + MAIN) == []
    assert objected("furniture", MAIN + table(*ROWS)) == []


CATALOGUE = "".join(f'<li><a href="#{n}">{n} {name}</a></li>' for n, name in enumerate(("概况", "成效", "打算"), 1))


def chapters(*names: str) -> str:
    return "".join(f"<h2>{name}</h2>{paragraphs(*PARAGRAPHS[:2])}" for name in names)


def test_contents_that_lead_to_the_page_s_own_headings() -> None:
    body = f"<div><h2>目录</h2><ol>{CATALOGUE}</ol>{chapters('概况', '成效', '打算')}</div>"
    assert objected("furniture", body) == ["目录", "1 概况", "2 成效", "3 打算"]
    body = f"<div><h2>目录</h2><ol>{CATALOGUE}</ol>{chapters('供销社-概况', '供销社-成效', '打算[编辑]')}</div>"
    assert objected("furniture", body) == ["目录", "1 概况", "2 成效", "3 打算"]


@pytest.mark.parametrize(
    "body",
    [
        f"<div><h2>目录</h2><ol>{CATALOGUE}</ol>{chapters('甲', '乙')}</div>",
        f"<div><p>目录</p><p>1 概况</p><p>2 成效</p>{chapters('概况', '成效')}</div>",
        f"<div>{chapters('概况', '成效')}<p><a href='#top'>概况</a></p></div>",
    ],
    ids=["headings elsewhere", "no links", "a link back"],
)
def test_a_list_that_leads_nowhere_is_no_contents(body: str) -> None:
    assert objected("furniture", body) == []


def listed(names: int, text: str, where: str = "div") -> str:
    return "".join(f'<li><a href="/{n}">某镇工作总结</a><{where}>{text}{n}</{where}></li>' for n in range(names))


@pytest.mark.parametrize("text", ["某镇今年认真开展工作，成效明显", "写得很好，学习了，谢谢分享。好"])
def test_a_list_of_linked_names_with_a_text_under_each(text: str) -> None:
    assert len(objected("furniture", f"{MAIN}<ul>{listed(4, text)}</ul>")) == 8
    assert objected("furniture", f"{MAIN}<ul>{listed(2, text)}</ul>") == []


def test_beginnings_that_end_in_dots_are_of_a_list_wherever_they_stand() -> None:
    teasers = "".join(
        f'<p><a href="/{n}">某镇工作总结</a></p><p>{line[:-1]}...</p>' for n, line in enumerate(PARAGRAPHS)
    )
    assert len(objected("furniture", f"<div>{paragraphs(*PARAGRAPHS)}{teasers}</div>")) == 12


@pytest.mark.parametrize(
    ("line", "is_link"),
    [
        ("<a href='/1'>某镇工作总结</a> 2019-01-05 10:20", True),
        ("[12-30] <a href='/1'>某镇总结</a>", True),
        ("详见<a href='/1'>某镇工作总结</a>，并请各单位参照执行", False),
        ("<a href='/1.doc'>附件：某镇工作总结.doc</a>", False),
    ],
)
def test_a_day_beside_a_linked_title_is_no_word(line: str, is_link: bool) -> None:
    assert bool(objected("links", f"<p>{line}</p>")) == is_link


def test_linked_names_of_a_document_are_no_such_list() -> None:
    flat = "".join(
        f'<p><a href="/{n}">某某公司{n}</a></p><p class="r">责令限期整改，罚款{n}万元。</p>' for n in range(5)
    )
    assert objected("furniture", f"<div>{paragraphs(*PARAGRAPHS)}{flat}</div>") == []
    between = f"<ul>{listed(5, '责令限期整改，罚款若干万元。第')}</ul>"
    body = f"<div>{paragraphs(*PARAGRAPHS[:3])}{between}{paragraphs(*PARAGRAPHS[3:])}</div>"
    assert objected("furniture", body) == []


def test_linked_headings_over_the_paragraphs_of_a_document_are_no_such_list() -> None:
    chapters = "".join(f'<p><a href="/{n}">（{n}）某某工作</a></p><p>{line}</p>' for n, line in enumerate(PARAGRAPHS))
    assert objected("furniture", f"<div>{chapters}</div>") == []


def home(body: str) -> list[str]:
    """The lines that stand in the home of the page's prose."""
    page = ballot(body)
    voter = next(voter for voter in VOTERS if voter.name == "home")
    return [line for line, said in zip(page.lines, voter.votes(page), strict=True) if said and said.weight > 0]


def test_the_home_is_the_smallest_element_with_the_prose() -> None:
    around = "<div><p>栏目导读</p><p>今日推荐阅读</p></div>"
    assert home(f"<div>{around}<div>{MAIN}</div>{around}</div>") == list(PARAGRAPHS)


def test_parts_in_elements_of_their_own_share_a_home() -> None:
    parts = f"<div>{paragraphs(*PARAGRAPHS[:3])}</div><div>{paragraphs(*PARAGRAPHS[3:])}</div>"
    assert home(f"<div><p>导航</p></div><div>{parts}</div>") == list(PARAGRAPHS)


def test_a_text_in_one_paragraph_is_signed_in_others() -> None:
    signed = ("附件：进度表.pdf", "县供销社", "2021年12月5日")
    body = f'<div class="txt">{paragraphs("".join(PARAGRAPHS), *signed)}</div>'
    assert home(f"<div><p>导航</p></div>{body}<div><p>猜你喜欢</p></div>") == ["".join(PARAGRAPHS), *signed]


def test_a_list_beside_the_prose_without_links_is_at_home_too() -> None:
    names = "".join(f"<tr><td>{n}</td><td>乡镇供销社第{n}门市部</td><td>负责人某某</td></tr>" for n in range(30))
    found = home(f"<div><div><p>导航</p></div><div>{MAIN}<table>{names}</table></div></div>")
    assert len(found) == len(PARAGRAPHS) + 30


MENU = "".join(f'<div><a href="/{n}">这是另外一篇文章的标题，点击之后可以阅读全文</a></div>' for n in range(90))


def dear(asked: list[int]) -> Voter:
    def votes(page: Ballot) -> list[Vote | None]:
        asked.append(1)
        return [None] * len(page.blocks)

    return Voter("dear", votes, dear=True)


CHEAP = tuple(voter for voter in VOTERS if not voter.dear)


def test_a_dear_voter_is_not_asked_where_the_cheap_ones_agree() -> None:
    asked: list[int] = []
    verdicts = vote(ballot(f"<p>导航</p>{MAIN}"), (*CHEAP, dear(asked)))
    assert not asked
    assert "the cheap voters agree" in verdicts[-1].evidence


@pytest.mark.parametrize(
    "body",
    [
        "<div><p>请先登录。</p></div>" * 3,
        "".join(f"<div>{paragraphs(*PARAGRAPHS)}</div>{MENU}" for _ in range(3)),
    ],
    ids=["little prose", "prose in many places"],
)
def test_a_dear_voter_is_asked_in_doubt_and_the_evidence_says_so(body: str) -> None:
    asked: list[int] = []
    verdicts = vote(ballot(body), (*CHEAP, dear(asked)))
    assert asked == [1]
    assert any("asked dear" in verdict.evidence for verdict in verdicts)


def test_a_dear_voter_is_not_asked_of_a_page_past_a_countable_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    for limit in ("MAX_BLOCKS", "MAX_TEXT"):
        with monkeypatch.context() as patched:
            patched.setattr(extraction, limit, 2)
            verdicts = vote(ballot("<p>请先登录。</p>" * 3), (*CHEAP, dear(asked)))
        assert not any("asked" in verdict.evidence for verdict in verdicts)
    assert not asked


@pytest.mark.parametrize(("depth", "times"), [(60, [1]), (110, [])])
def test_a_dear_voter_is_not_asked_of_a_page_nested_without_end(depth: int, times: list[int]) -> None:
    asked: list[int] = []
    vote(ballot("<div>" * depth + "<p>请先登录。</p>" * 3), (*CHEAP, dear(asked)))
    assert asked == times


def test_trafilatura_is_the_dear_voter() -> None:
    assert [voter.name for voter in VOTERS if voter.dear] == ["trafilatura"]
    assert len({voter.name for voter in VOTERS}) == len(VOTERS)


@settings(max_examples=500)
@given(st.data())
@pytest.mark.parametrize(
    ("sign", "pattern"),
    [
        (furniture._SAYS_RIGHTS, COPYRIGHT),
        (furniture._SAYS_RIGHTS, furniture._FOOT),
        (threads._MINUTE, threads._STAMP),
    ],
    ids=["rights", "foot", "stamp"],
)
def test_a_sign_lets_all_pass_that_its_pattern_takes(
    sign: re.Pattern[str], pattern: re.Pattern[str], data: st.DataObject
) -> None:
    assert sign.search(data.draw(st.from_regex(pattern)))
