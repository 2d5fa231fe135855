"""What is missing: notices with and without numbers, claims of length, torn ends; and what only looks torn."""

import pytest

from pipelines.document import Document, Knowledge, Outcome, Page, PageRules
from pipelines.process import restore

BODY = (
    "2023年，我社区在街道党工委的坚强领导下，以网格化管理为抓手，不断提升服务群众的能力和水平。",
    "全年共排查矛盾纠纷58起，调解成功56起，成功率达96.5%，为居民代办各类事项1300余件。",
    "利用新时代文明实践站开展志愿服务活动92场次，组织义诊、理发、磨刀等便民服务，受益群众达到3600人次。",
)
LAST = "明年，我们将以创建全国文明城市为契机，把各项工作做得更细更实，努力让居民的日子越过越好。"
TORN = "明年，我们将以创建全国文明城市为契机，把各项工作做得更细更实，努力让居民的日"
WEAK = "预览结束，下载后可获得完整文档"


def restored(*lines: str, title: str = "社区工作总结", url: str = "http://a.test/1.html") -> Outcome:
    body = "".join(f"<p>{line}</p>" for line in lines)
    page = f"<title>{title}</title><body><h1>社区工作总结</h1><div>{body}</div>"
    return restore((Page(url, page.encode(), "text/html; charset=utf-8"),), Knowledge(), PageRules())


def gaps(*lines: str, title: str = "社区工作总结") -> list[tuple[str, int | None]]:
    return [(gap.kind, gap.missing) for gap in restored(*lines, title=title).gaps]


def only(outcome: Outcome) -> Document:
    (document,) = outcome.documents
    return document


@pytest.mark.parametrize("end", [(LAST,), (LAST, "幸福社区居委会", "2023年12月25日"), ("三、努力方向", LAST)])
def test_a_notice_without_a_number_under_a_whole_document_is_no_gap(end: tuple[str, ...]) -> None:
    outcome = restored(*BODY, *end, WEAK)
    assert not outcome.gaps
    assert only(outcome).status == "complete" and "预览" not in only(outcome).text
    assert any(step.rule == "paywall" for edit in outcome.edits for step in edit.steps), "cut all the same"


def test_a_notice_without_a_number_under_a_torn_sentence_is_a_gap() -> None:
    outcome = restored(*BODY, TORN, WEAK)
    assert [(gap.kind, gap.missing) for gap in outcome.gaps] == [("preview", None), ("tail", None)]
    assert only(outcome).status == "partial"
    assert {"missing_preview", "missing_tail"} <= set(only(outcome).damage)


def test_a_notice_with_its_numbers_is_a_gap_of_that_many_characters() -> None:
    assert gaps(*BODY, LAST, "未完，全文共1062字，当前显示278字") == [("preview", 784)]
    assert gaps(*BODY, LAST, "未完，全文共1062字，当前显示278字", title="社区工作总结[此文共1749字]") == [
        ("preview", 784)
    ]
    assert gaps(*BODY, "……此处隐藏15116个字……", LAST) == [("hole", 15116)]


def test_a_claimed_length_is_compared_with_what_is_there() -> None:
    shown = sum(map(len, (*BODY, LAST)))
    assert gaps(*BODY, LAST, "全文约3000字，请下载后阅读") == [("preview", 3000 - shown)]
    assert gaps(*BODY, LAST, f"全文约{shown + 10}字，请下载后阅读") == [], "all of it is there"


@pytest.mark.parametrize(
    ("title", "missing"),
    [
        ("社区工作总结[此文共1749字]", True),
        ("社区工作总结（全文共180字）", False),
        ("社区工作总结2750字", False),
        ("社区工作总结300字", False),
        ("社区工作总结2023字以内", False),
    ],
)
def test_a_title_may_say_how_long_the_text_is(title: str, missing: bool) -> None:
    assert bool(gaps(*BODY, LAST, title=title)) is missing


def test_a_round_length_counts_where_the_text_breaks_off() -> None:
    shown = sum(map(len, (*BODY, TORN)))
    assert gaps(*BODY, TORN, title="社区工作总结2750字") == [("tail", None), ("preview", 2750 - shown)]
    assert gaps(*BODY, TORN, title="社区工作总结300字") == [("tail", None)]


@pytest.mark.parametrize(
    "items",
    [
        ("（一）加强组织领导，健全工作机制，形成党委统一领导、部门各负其责的工作格局",
         "（二）强化宣传引导，营造良好氛围，引导广大居民积极参与各项社区治理活动",
         "（三）严格督查考核，压实工作责任，确保各项工作任务落到实处并且取得实效"),
        (*BODY, LAST, "幸福社区居民委员会"),
        (*BODY, LAST, "附件：2023年度社区矛盾纠纷排查调处和志愿服务活动情况统计表一览"),
        (*BODY, "以上汇报，请领导批评指正！"),
    ],
    ids=["items without stops", "a unit", "an attachment", "an exclamation"],
)  # fmt: skip
def test_an_end_without_a_full_stop_may_be_whole(items: tuple[str, ...]) -> None:
    assert gaps(*items) == []


def test_torn_ends_are_gaps() -> None:
    assert gaps(*BODY, TORN) == [("tail", None)]
    assert ("head", None) in gaps("、生殖保健服务，全年共开展义诊活动12场次，受益群众达到3600人次。", *BODY, LAST)


@pytest.mark.parametrize(
    ("url", "title", "first", "missing"),
    [
        ("http://a.test/5539_3.html", "社区工作总结(3)_范文网", BODY[0], [1, 2]),
        ("http://a.test/5539_2.html", "社区工作总结_范文网", "三、存在问题", [1]),
        ("http://a.test/5539_3.html", "社区工作总结(2)_范文网", BODY[0], []),
        ("http://a.test/5539_3.html", "社区工作总结_范文网", "一、工作开展情况", []),
        ("http://a.test/5539.html", "社区工作总结(2)_范文网", "三、存在问题", []),
        ("http://a.test/t20230306_11711585.html", "社区工作总结", "三、存在问题", []),
        ("http://a.test/a_99.html", "社区工作总结(99)", "三、存在问题", []),
    ],
)
def test_a_later_page_alone_has_pages_before_it(url: str, title: str, first: str, missing: list[int]) -> None:
    outcome = restored(first, *BODY, LAST, title=title, url=url)
    assert [gap.missing for gap in outcome.gaps if gap.kind == "page"] == missing
    assert only(outcome).status == ("partial" if missing else "complete")
