"""Line breaks: which are false, which are meant, and which were lost."""

from dataclasses import replace

import pytest

from pipelines.document import Part
from pipelines.flat import unflatten
from pipelines.ledger import begin
from pipelines.reflow import reflow
from pipelines.states import Cleaned
from tests.drafts import cleaned, repaired, source

WRAPPED = (
    "　　今年以来，我局认真抓好各项工作的落实，群众",
    "满意度不断提高，受到了上级领导机关的一致好评。",
    "　　在日常工作中，同志们克服了人手不足的困难，",
    "坚持每天走访入户，全年共走访群众两千三百余户，",
    "解决了许多实际问题。",
    "　　明年我们将进一步加强学习，不断地改进作风，",
    "把各项工作做得更细更实，让群众的日子越过越好和",
    "争取更大的成绩。",
)
LONG = "今年以来我局围绕年初目标抓好各项任务落实，先后组织专题学习十二次，开展督查六轮，解决问题四十三个"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("  　今年工作完成。  \n\n　　明年继续。\n", "今年工作完成。\n明年继续。"),
        ("\u2003\u2003今年工作完成。\n\u2003\u2003一、明年继续。\u200b\n完。", "今年工作完成。\n一、明年继续。\n完。"),
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
        (
            f"{LONG}，学习了 Open\nOffice 等办公软件的使用，收获很大。\n完。",
            f"{LONG}，学习了 Open Office 等办公软件的使用，收获很大。\n完。",
        ),
        (
            "\n".join(WRAPPED),
            "\n".join("".join(WRAPPED[a:b]).strip() for a, b in ((0, 2), (2, 5), (5, 8))),
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
        "学习上，刻苦钻研，\n工作上，兢兢业业，\n生活上，勤俭节约，\n作风上，清正廉洁。",
        f"1、{LONG}\n2、2023年全县各级各部门认真抓好落实。\n完。",
        "参会人员名单：\n王大山、李秀英、张保国、\n赵铁柱、孙二娘、\n周小明",
        "完成了以下项目；\n道路硬化工程共投入资金三十二万元；\n自来水改造工程共投入资金十八万元；\n文化广场建设工程共投入资金四十万元。",
        f"{LONG.replace('，', '')}\n全县各级各部门认真抓好落实。\n完。",
        f"{LONG}\n主持人：下面请李明同志发言。\n完。",
        f"{LONG}\n“大家好，我是李明。”他说。\n完。",
        f"{LONG.replace('，', ',')}工作完成.\n全县各级各部门认真抓好落实。\n继续抓好各项工作。",
        f'{LONG}，他问："群众满意吗？"\n的确，大家都很满意，干劲更足了。',
        "参加单位如下：\n县教育局；\n县卫生健康委员会；\n县科学技术协会。",
    ],
)
def test_a_break_that_is_meant_stays(text: str) -> None:
    assert reflow(cleaned(text)).draft.view == text


def test_a_wrapped_line_that_a_page_cuts_is_one_line() -> None:
    flowed = "".join(WRAPPED[5:]).strip()
    lines = [*WRAPPED[:5], *WRAPPED[:6], WRAPPED[6][:9], WRAPPED[6][9:], WRAPPED[7]]
    text = "\n".join(lines)
    at = len("\n".join(lines[:12])) + 1
    state = Cleaned(begin(replace(source(text), starts=(0, at))), (), (Part(1, 0, len(text), ""),))
    assert flowed in reflow(state).draft.view.split("\n")


SHORT = (
    "今年以来我社区开展了节前安全大检查，检查商铺八十六家，清",
    "理杂物三吨半，发现隐患三十一处，现已整改二十九处。",
    "一、宣传情况",
    "在各小区张贴温馨提示三百余份，提醒居民注意用火用电安全",
    "，燃放烟花爆竹请到指定地点。",
    "对没有整改的隐患跟踪督办，确保节日期间不发生安全事故，确",
    "保居民平安过节。",
    "幸福社区居民委员会",
)


def test_a_short_text_is_wrapped_too() -> None:
    joined = [SHORT[0] + SHORT[1], SHORT[2], SHORT[3] + SHORT[4], SHORT[5] + SHORT[6], SHORT[7]]
    assert reflow(cleaned("\n".join(SHORT))).draft.view.split("\n") == joined


def test_long_items_without_stops_are_no_wrapped_text() -> None:
    items = [
        "关于进一步加强社区节前安全大检查工作的实施方案和责任分工",
        "关于切实做好元宵节期间烟花爆竹燃放管理工作的紧急情况通知",
    ]
    text = [
        "我社区制定了下列文件，并逐项抓好落实，群众满意度不断提高，受到街道党工委的充分肯定。",
        *items,
        items[0][2:],
        "今年工作完成。",
    ]
    assert reflow(cleaned("\n".join(text))).draft.view.split("\n") == text


def test_glued_headings_are_parted_again() -> None:
    text = f"现将情况汇报如下：一、工作开展情况（一）加强领导。{LONG * 6}。（二）落实责任。{LONG * 3}。"
    text += f"二、存在的问题。{LONG}。"
    view = unflatten(repaired(text)).draft.view
    assert [line[:4] for line in view.split("\n")] == ["现将情况", "一、工作", "（一）加", "（二）落", "二、存在"]


def test_all_levels_of_a_flattened_text_are_parted() -> None:
    text = (
        f"各位领导：现将情况汇报如下：一、主要做法（一）加强组织领导1.健全机制。{LONG * 2}。2.压实责任。{LONG * 2}。"
        f"（二）强化宣传。第一，走村入户。{LONG * 2}。第二，印发资料。{LONG * 2}。"
        f"二、存在问题。{LONG}。三、下步打算。{LONG}。"
    )
    view = unflatten(repaired(text)).draft.view
    begun = [line[:4] for line in view.split("\n")]
    assert begun == [
        "各位领导",
        "一、主要",
        "（一）加",
        "1.健全",
        "2.压实",
        "（二）强",
        "第一，走",
        "第二，印",
        "二、存在",
        "三、下步",
    ]


def test_a_short_document_in_one_line_is_flat() -> None:
    text = f"{LONG}。主要做法：一、摸清底数{LONG}。二、多方筹资{LONG}。三、搭建平台{LONG}。\n县总工会\n2021年3月2日"
    view = unflatten(repaired(text)).draft.view
    assert [line[:4] for line in view.split("\n")] == [
        "今年以来",
        "一、摸清",
        "二、多方",
        "三、搭建",
        "县总工会",
        "2021",
    ]


def test_a_paragraph_with_points_among_others_stays() -> None:
    points = f"会议议定：一、{LONG}。二、抓好落实。三、加强督查。"
    assert unflatten(repaired(f"{LONG}，{LONG}。\n{points}\n{LONG}，{LONG}。")).draft.edits == ()


@pytest.mark.parametrize(
    "text",
    [
        f"{LONG * 9}。一、二期工程完工。{LONG}。二、三级医院达标。{LONG}。",
        f"{LONG * 9}。一、二月份，完成投资。{LONG}。二、三季度继续。{LONG}。",
        f"{LONG * 9}。（一）至（三）项已经完成。（二）和（四）项正在推进。{LONG}。",
        f"{LONG * 9}。1.5万人参加。2.3亿元到位。{LONG}。",
        f"{LONG}。1.健全机制。2.压实责任。{LONG}。",
        f"{LONG}。第一，健全机制。第二，压实责任。{LONG}。",
        f"{LONG * 9}。第一、二、三产业协调发展。第二、三产业占比提高。{LONG}。",
    ],
    ids=["phases", "months", "clauses", "amounts", "in a paragraph", "points in a paragraph", "industries"],
)
def test_marks_that_count_or_refer_are_no_headings(text: str) -> None:
    assert unflatten(repaired(text)).draft.edits == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"{LONG}，受到了广大群\n众的好评。{LONG}，群众满意。", f"{LONG}，受到了广大群众的好评。{LONG}，群众满意。"),
        (f"{LONG}，进一步提高了干部的\n业务能力，效果很好。", f"{LONG}，进一步提高了干部的业务能力，效果很好。"),
        (f"{LONG}，共排查隐患32\n项，全部整改到位。", f"{LONG}，共排查隐患32项，全部整改到位。"),
        (f"{LONG}，取得了明显成效\n，得到了上级的肯定。", f"{LONG}，取得了明显成效，得到了上级的肯定。"),
    ],
    ids=["a word that stands whole elsewhere", "an open end", "a number and its unit", "a mark"],
)
def test_a_sentence_that_surely_goes_on_is_joined(before: str, after: str) -> None:
    assert reflow(cleaned(before)).draft.view == after


def test_a_paragraph_that_lost_its_full_stop_stays() -> None:
    text = f"{LONG}，完成投资三百万元\n在宣传工作中，我们印发材料五千份，举办讲座。"
    text += f"\n{LONG}，收获很大\n今年新建图书室三个，藏书五千册。"
    assert reflow(cleaned(text)).draft.view == text


def test_page_numbers_between_paragraphs_go_with_those_inside_sentences() -> None:
    page = [
        f"{LONG * 4}，全年共解决群众反映的",
        f"问题。{LONG * 4}。",
        f"{LONG * 4}。",
        f"{LONG * 4}，努力提高服务",
        "水平。",
    ]
    text = f"{page[0]}\n1\n{page[1]}\n2\n{page[2]}\n3\n{page[3]}\n4\n{page[4]}"
    assert reflow(cleaned(text)).draft.view == f"{page[0]}{page[1]}\n{page[2]}\n{page[3]}{page[4]}"


def test_numbers_that_head_sections_stay() -> None:
    text = "\n".join(f"{n}\n{LONG * 4}。" for n in range(1, 5))
    assert reflow(cleaned(text)).draft.view == text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"{LONG}，深入开展第页共页宣传活动。", f"{LONG}，深入开展宣传活动。"),
        (f"{LONG}，先后承办各类活动6/6精品文档、召开会议。", f"{LONG}，先后承办各类活动、召开会议。"),
        (f"{LONG}，群众的安全意识和\n1\nf自防能力有了提高。", f"{LONG}，群众的安全意识和自防能力有了提高。"),
    ],
    ids=["numbers lost", "a farm's footer", "a form feed"],
)
def test_what_a_page_left_inside_a_sentence_goes(before: str, after: str) -> None:
    assert reflow(cleaned(before)).draft.view == after


def test_chunk_numbers_go_where_a_list_has_numbers_too() -> None:
    text = (
        f"一、主要做法。{LONG * 3}。二、存在问题。{LONG * 3}。1、人员不足。2、经费不足。{LONG}。三、打算。{LONG * 9}。"
    )
    chunks = [text[at : at + 250] for at in range(0, len(text), 250)]
    view = reflow(cleaned("\n".join(f"{n}、{chunk}" for n, chunk in enumerate(chunks, 1)))).draft.view
    assert view.replace("\n", "") == text
    assert [line[:2] for line in view.split("\n")] == ["一、", "二、", "1、", "2、", "三、"]


def test_full_width_points_number_items_though_a_figure_follows() -> None:
    text = f"一、工作指标1．12月底前完成。{LONG * 6}。2．20名导师到位。{LONG * 6}。"
    text += f"二、措施。{LONG * 3}。三、保障。{LONG}。"
    view = unflatten(repaired(text)).draft.view
    assert [line[:2] for line in view.split("\n")] == ["一、", "1．", "2．", "二、", "三、"]


def test_a_list_of_long_items_keeps_its_numbers() -> None:
    text = "\n".join(f"{n}、{LONG * 4}。" for n in range(1, 6))
    assert reflow(cleaned(text)).draft.view == text


def test_prizes_are_no_headings() -> None:
    text = f"{LONG * 9}。分获：一、二、三等奖，其中：一、二产业占比提高。"
    assert unflatten(repaired(text)).draft.edits == ()


def test_a_paragraph_that_ends_short_of_the_width_ends() -> None:
    lines = [
        "今年以来，我局认真抓好各项工作落实，群众满意。",
        *["在日常工作中同志们克服了人手不足的重重困难，坚持"] * 6,
    ]
    assert len(lines[0]) == len(lines[1]) - 1
    joined = lines[0] + "\n" + "".join(lines[1:]) + "走访。"
    assert reflow(cleaned("\n".join([*lines, "走访。"]))).draft.view == joined


NAMES = ("张小明", "李晓华", "王建国", "陈志强", "刘海燕", "赵文静")


@pytest.mark.parametrize(
    "form", ["{}（东门社区办公室） 0771-588{}", "{}　东门社区党支部书记　1380013{}", "东门社区网格管理员{}，电话588{}"]
)
@pytest.mark.parametrize("around", [("现将值班人员安排如下：", "请各单位遵照执行，不得擅自离岗。"), ()])
def test_rows_of_one_length_are_no_wrapped_text(form: str, around: tuple[str, ...]) -> None:
    rows = [form.format(name, 1000 + n * 37) for n, name in enumerate(NAMES)]
    text = "\n".join((*around[:1], *rows, *around[1:]))
    assert reflow(cleaned(text)).draft.view == text


def test_a_wrapped_text_with_rows_in_it_is_joined_around_them() -> None:
    rows = [f"{name}　东门社区党支部书记　1380013100{n}" for n, name in enumerate(NAMES)]
    text = "\n".join((*WRAPPED[:5], *rows, *WRAPPED[5:]))
    lines = reflow(cleaned(text)).draft.view.split("\n")
    assert [len(lines), lines[2:-1]] == [len(rows) + 3, rows]


def test_wrapped_lines_that_end_in_figures_are_joined() -> None:
    lines = [
        "今年以来，我局抓好各项工作，走访群众1200",
        "户，解决问题三十六个，办理证件三千余份，共23",
        "批；全年先后开展各类业务技能培训，参加人员450",
        "人，其中青年干部一百五十人，占三成以上，比例33",
        "个百分点；全年为企业减免各项行政收费合计560",
        "万元，受到了广大企业和群众的一致好评和欢迎。",
    ]
    assert reflow(cleaned("\n".join(lines))).draft.view == "".join(lines)
