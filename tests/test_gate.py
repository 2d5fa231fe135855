"""What is refused as no document, and what only looks like it."""

import pytest

from pipelines.document import Knowledge, Outcome, Page, PageRules
from pipelines.process import restore

PARAGRAPHS = (
    "2023年，我社区在街道党工委的坚强领导下，以网格化管理为抓手，不断提升服务群众的能力和水平。",
    "全年共排查矛盾纠纷58起，调解成功56起，成功率达96.5%，为居民代办各类事项1300余件。",
    "明年，我们将以创建全国文明城市为契机，把各项工作做得更细更实，努力让居民的日子越过越好。",
)
NAVIGATION = "".join(f'<li><a href="/c/{n}.html">栏目名称之{n}</a></li>' for n in range(60))
KEYWORDS = ("加强领导", "健全制度", "强化宣传", "狠抓落实", "严格考核", "总结经验", "完善档案", "按时上报")
MONTHS = ("制订计划", "集体备课", "公开课展示", "期中质量分析", "复习迎考", "总结归档", "暑期培训", "新教师拜师")


def judged(lines: list[str], title: str = "社区工作计划") -> Outcome:
    body = "".join(f"<p>{line}</p>" for line in lines)
    page = f"<title>{title}</title><body><ul>{NAVIGATION}</ul><h1>{title}</h1><div>{body}</div>"
    return restore((Page("http://a.test/1.html", page.encode(), "text/html; charset=utf-8"),), Knowledge(), PageRules())


def wrapped(width: int) -> list[str]:
    return [text[n : n + width] for text in PARAGRAPHS for n in range(0, len(text), width)]


NAMES = ("张小明", "李晓华", "王建国", "陈志强", "刘海燕", "赵文静", "周立新", "吴国庆", "郑秀英", "孙大勇")
FIGURES = ("生产总值", "财政收入", "固定资产投资", "社会消费品零售总额", "居民可支配收入", "城镇新增就业", "粮食总产量")


def row(*cells: object) -> str:
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


DOCUMENTS = {
    "prizes": [
        "一等奖（10名）",
        *(f"{name}　第{n}小学" for n, name in enumerate(NAMES)),
        "二等奖（2名）",
        "何小燕　实验中学",
    ],
    "names": ["现将先进个人名单公布如下：", *(f"{name}　县第{n}中学教师" for n, name in enumerate(NAMES))],
    "figures": [
        "2024年主要指标计划",
        "<table>" + "".join(row(name, n * 120, f"{n * 7.5}%") for n, name in enumerate(FIGURES, 1)) + "</table>",
    ],
    "a table of months": [
        "<table>" + "".join(row(f"{n}月", text, n * 120) for n, text in enumerate(MONTHS, 1)) + "</table>"
    ],
    "a table of work": ["<table>" + "".join(row(text, KEYWORDS[n]) for n, text in enumerate(MONTHS)) + "</table>"],
    "a poem": [line for name in NAMES for line in (f"{name}走过了山岗", "灯火照亮了村庄")],
    "wrapped at 20": wrapped(20),
    "wrapped at 36": wrapped(36),
    "wrapped at 40": wrapped(40),
    "items with stops": [f"{n}、{text}。" for n, text in enumerate(KEYWORDS, 1)],
    "items without stops": [f"{n}、{text}" for n, text in enumerate(KEYWORDS, 1)],
    "months": [f"{month}月份：{text}" for month, text in zip("二三四五六七八九", MONTHS, strict=True)],
    "headings and short sentences": [
        line for n, text in enumerate(KEYWORDS) for line in ("一二三四五六七八"[n] + f"、{MONTHS[n]}", f"{text}。")
    ],
}


@pytest.mark.parametrize("lines", DOCUMENTS.values(), ids=list(DOCUMENTS))
def test_a_document_of_short_lines_is_no_list(lines: list[str]) -> None:
    assert judged(lines).rejected == ""


@pytest.mark.parametrize("code", ["a table of months", "a table of work", "figures"])
def test_a_table_under_a_title_is_whole(code: str) -> None:
    text = judged(DOCUMENTS[code]).documents[0].text
    assert text.count("\t") == "".join(DOCUMENTS[code]).count("</td><td>")


def test_a_table_of_links_is_a_list() -> None:
    table = "".join(
        row(f'<a href="/a/{n}.html">{text}工作总结</a>', f"05-{n:02}") for n, text in enumerate(KEYWORDS * 2, 10)
    )
    assert judged([f"<table>{table}</table>"]).rejected.startswith(("list: ", "too-short: "))


def test_titles_below_links_are_a_list() -> None:
    titles = [f'<a href="/a/{n}.html">{text}工作总结</a> 05-{n:02}' for n, text in enumerate(KEYWORDS, 1)]
    assert judged([*titles, *(f"{text}先进事迹与心得体会文章" for text in KEYWORDS)]).rejected.startswith("list: ")


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        (
            "对不起，您访问的页面不存在或已被删除，" + "请检查地址是否正确，或者使用站内搜索查找需要的文章和资料。" * 2,
            True,
        ),
        ("文章不存在", True),
        ("全年清理网站有害信息，内容已删除320条，页面恢复正常。" + PARAGRAPHS[1], False),
    ],
)
def test_only_the_page_speaks_of_a_missing_page(text: str, refused: bool) -> None:
    assert judged([text]).rejected.startswith("soft-404: ") == refused


@pytest.mark.parametrize(
    ("title", "refused"),
    [
        ("工作总结怎么写", True),
        ("调研报告格式", True),
        ("关于规范调研报告格式", False),
        ("关于工作总结的写法", True),
        ("公文写作格式培训工作总结", False),
    ],
)
def test_an_explainer_asks_how_to_write(title: str, refused: bool) -> None:
    assert judged(list(PARAGRAPHS), title).rejected.startswith("explainer: ") == refused
