"""What stands twice on a page because it was printed twice, and what a document says twice."""

import pytest

from pipelines.frame import doubled
from pipelines.lines import lines
from tests.drafts import framed

BODY = (
    "2023年，我社区在街道党工委的坚强领导下，以网格化管理为抓手，不断提升服务群众的能力和水平，取得了新的成绩。",
    "全年共排查矛盾纠纷58起，调解成功56起，成功率达96.5%，为居民代办各类事项1300余件，得到居民的一致好评。",
    "利用新时代文明实践站开展志愿服务活动92场次，组织义诊、理发、磨刀等便民服务，受益群众达到3600人次。",
    "明年，我们将以创建全国文明城市为契机，把各项工作做得更细更实，努力让居民的日子越过越好，越过越红火。",
)
DEMAND = "坚持以群众满意为目标，着力提升服务质量，把群众的小事当成自己的大事来办，做到件件有着落、事事有回音，" * 4
BLANK = "_" * 80


def cut(text: tuple[str, ...]) -> int:
    return len(doubled(lines(framed("\n".join(text)).draft)))


@pytest.mark.parametrize("between", [(), ("社区工作总结",)], ids=["directly", "under its title"])
def test_a_body_printed_twice_is_cut_once(between: tuple[str, ...]) -> None:
    assert cut((*BODY, *between, *BODY)) == len(BODY)


@pytest.mark.parametrize(
    "text",
    [
        ("上半年要求：", DEMAND, "下半年要求：", DEMAND),
        (DEMAND, DEMAND),
        ("一、第一季度", *BODY, "二、第二季度", *BODY),
        ("学习体会：", BLANK, BLANK, BLANK, BLANK, BLANK, BLANK),
    ],
    ids=["a demand under two headings", "a refrain", "the same items each quarter", "the blanks of a form"],
)
def test_what_a_document_says_twice_is_kept(text: tuple[str, ...]) -> None:
    assert cut(text) == 0
