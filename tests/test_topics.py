"""Parts of a compilation that are off its topic, and what only looks so."""

import pytest

from pipelines.marking.topics import off_topic
from pipelines.script import fold

TITLE = "科普协会活动总结(精选8篇)_范文网"
REPORT = (
    "今年以来，协会以提高公民科学素质为目标，扎实开展科普进社区活动，组织讲座12场，发放资料3000份，取得良好成效。" * 4
)
VILLAGE = (
    "柳树湾现有9个小组、416户、1683人，耕地2140亩，林地3760亩。去年修通公路两条，架设水管四公里，人均收入达到8600元。"
    * 4
)
STORY = (
    "秋天的早晨，我和外婆到山坡上摘柿子。树叶红了，风一吹就沙沙地响。外婆笑着说，你看那只小松鼠，尾巴多像一把伞。" * 5
)
EXAM = "1.下列物质属于纯净物的是\nA.空气\nB.海水\nC.蒸馏水\nD.石灰石\n2.填空题：水的化学式是什么"
PAPER = "【摘要】本文探讨中学物理实验的改进。\n关键词：物理；实验\n正文略。\n参考文献\n[1]王某.物理[J].2009"
NOTICE = "各协会：定于近期开会，现将有关事项通知如下。\n一、会议时间：6月3日\n二、参会人员：负责人\n请准时参加。"
QUOTED = (
    "我们印发通知，对参会人员提出要求，会议按时召开，各单位到会32人，研究部署科普工作，会后抓好落实，成效明显。" * 3
)

TRAINING = "培训时间：5月6日，培训地点：市民学校，培训人员：网格员32人，由社区民警讲解反诈知识，网格员认真听讲。" * 3


def judged(*texts: str, title: str = TITLE) -> list[bool]:
    return [spot is not None for spot in off_topic([fold(text) for text in texts], title)]


@pytest.mark.parametrize("stray", [STORY, EXAM, PAPER, NOTICE], ids=["story", "exam", "paper", "notice"])
def test_a_part_of_another_kind_is_off_topic(stray: str) -> None:
    assert judged(REPORT, stray, REPORT) == [False, True, False]
    assert judged(REPORT, fold(stray)) == [False, True]


@pytest.mark.parametrize(
    "text",
    [REPORT, VILLAGE, QUOTED, TRAINING, "一句话。"],
    ids=["report", "village", "quotes a notice", "training", "short"],
)
def test_a_part_of_the_same_kind_stays(text: str) -> None:
    assert judged(REPORT, text) == [False, False]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (PAPER, "物理实验教学研究总结(3篇)"),
        (STORY, "秋天观察日记心得体会(5篇)"),
        (NOTICE, "会议通知和工作总结(5篇)"),
        (STORY, "美文欣赏大全(8篇)"),
    ],
    ids=["research", "its own topic", "notices promised", "no promise of documents"],
)
def test_what_the_title_says_is_on_topic(text: str, title: str) -> None:
    assert judged(REPORT, text, title=title)[1] is False


def test_a_single_document_is_never_off_topic() -> None:
    assert judged(STORY) == [False]


def test_the_mark_covers_the_part() -> None:
    spot = off_topic([REPORT, STORY], TITLE)[1]
    assert spot and (spot.start, spot.end, spot.kind) == (0, len(STORY), "off_topic")
