"""Line breaks: which are false, which are meant, and which were lost."""

import pytest

from pipelines.reflow import reflow, unflatten
from tests.drafts import cleaned, repaired

LONG = "今年以来我局围绕年初目标抓好各项任务落实，先后组织专题学习十二次，开展督查六轮，解决问题四十三个"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("  　今年工作完成。  \n\n　　明年继续。\n", "今年工作完成。\n明年继续。"),
        (f"{LONG}；\n丙村被评为先进集体。\n完。", f"{LONG}；丙村被评为先进集体。\n完。"),
        (
            f"组织学生参加创新大赛，\n我区获得二等奖三项。\n{LONG}。",
            f"组织学生参加创新大赛，我区获得二等奖三项。\n{LONG}。",
        ),
        ("广泛开展科普活动，印发\n第 2 页 共 5 页\n资料三千份，群众反映很好。", None),
        (
            "我 们 认 真 抓 好 各 项 工 作 ， 群 众 满 意 度 不 断 提 高 。",
            "我们认真抓好各项工作，群众满意度不断提高。",
        ),
        (
            "主要困难有：一是经费不足；\n二是人员老化；\n三是设备陈旧。",
            "主要困难有：一是经费不足；二是人员老化；三是设备陈旧。",
        ),
    ],
)
def test_a_false_break_is_joined(before: str, after: str | None) -> None:
    view = reflow(cleaned(before)).draft.view
    assert view == after if after else "第" not in view


@pytest.mark.parametrize(
    "text",
    [
        "各位代表、同志们：\n今年工作完成得很好。",
        "一是对基层科协的调研、指导还比较少；\n二是科普宣传形式还比较单一。",
        f"{LONG}。\n某某县水利局\n2024年6月25日",
        "三、存在的问题\n经费不足，人员老化。",
        "（一）抓好宣传\n（二）抓好培训",
        "获奖名单：\n段　鸣\n王　承",
        "项目\t数量\n培训\t12",
        "附件：1.经费决算表\n2.名单",
        "参加单位如下：\n县教育局；\n县卫生健康委员会；\n县科学技术协会。",
    ],
)
def test_a_break_that_is_meant_stays(text: str) -> None:
    assert reflow(cleaned(text)).draft.view == text


def test_glued_headings_are_parted_again() -> None:
    text = f"现将情况汇报如下：一、工作开展情况（一）加强领导。{LONG * 6}。（二）落实责任。{LONG * 3}。"
    text += f"二、存在的问题。{LONG}。"
    view = unflatten(repaired(text)).draft.view
    assert [line[:4] for line in view.split("\n")] == ["现将情况", "一、工作", "（一）加", "（二）落", "二、存在"]


def test_prizes_are_no_headings() -> None:
    text = f"{LONG * 9}。分获：一、二、三等奖，其中：一、二产业占比提高。"
    assert unflatten(repaired(text)).draft.edits == ()
