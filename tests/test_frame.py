"""What stands twice on a page because it was printed twice, and what a document says twice."""

import pytest

from pipelines.document import Proposal
from pipelines.frame import doubled, frame
from pipelines.lines import lines
from pipelines.states import Lined
from tests.drafts import framed, lined

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


SIGNATURE = ("云陂县城北社区居民委员会", "2023年12月20日")


@pytest.mark.parametrize(
    ("text", "copy"),
    [
        (("一、回顾", *BODY, *BODY), 4),
        ((BODY[0][:20] + "。", *BODY, *BODY), 4),
        ((*BODY, *SIGNATURE, *BODY, *SIGNATURE), 6),
        ((*BODY, *SIGNATURE, *BODY), 4),
        ((*BODY, *SIGNATURE, "社区工作总结", *BODY), 4),
        ((*BODY, *BODY[:3], BODY[3][:30]), 4),
        (("一、回顾", *BODY, "二、打算", DEMAND, "一、回顾", *BODY, "二、打算", DEMAND), 7),
    ],
    ids=[
        "under a heading",
        "without its opening",
        "signed twice",
        "signed once",
        "below signature and title",
        "cut off",
        "with headings",
    ],
)
def test_a_copy_is_cut_whole(text: tuple[str, ...], copy: int) -> None:
    assert cut(text) == copy


@pytest.mark.parametrize("form", ["工作总结篇{}", "第{}篇 社区工作总结", "社区工作总结{}"])
def test_two_parts_that_are_copies_are_two_parts(form: str) -> None:
    text = "\n".join(line for n in (1, 2) for line in (form.format(n), *BODY))
    assert frame(lined(text, "社区工作总结(精选2篇)")).draft.view.count(BODY[1]) == 2


@pytest.mark.parametrize(
    "text",
    [
        ("上半年要求：", DEMAND, "下半年要求：", DEMAND),
        (DEMAND, DEMAND),
        ("一、第一季度", *BODY, "二、第二季度", *BODY),
        ("1、加强领导。", "2、落实责任。", "3、强化督查。", *BODY, "1、加强领导。", "2、落实责任。", "3、强化督查。"),
        ("学习体会：", BLANK, BLANK, BLANK, BLANK, BLANK, BLANK),
    ],
    ids=[
        "a demand under two headings",
        "a refrain",
        "the same items each quarter",
        "items again",
        "the blanks of a form",
    ],
)
def test_what_a_document_says_twice_is_kept(text: tuple[str, ...]) -> None:
    assert cut(text) == 0


def test_a_torn_off_opening_goes_though_a_salutation_parts_it_below() -> None:
    text = ("各位代表、同志们：", *BODY)
    echo = "".join(text)[:48] + "下面是小编为大家整理的社区工作总结，供大家参考。"
    assert frame(lined("\n".join((echo, *text)), "社区工作总结")).draft.view.strip() == "\n".join(text)


@pytest.mark.parametrize(("notice", "kept"), [("已阅读2页，还剩3页未读", 0), ("谢谢大家。", 1)])
def test_a_proverb_goes_only_with_what_a_document_farm_says(notice: str, kept: int) -> None:
    text = "\n".join(("社区工作总结", *BODY[:2], "书山有路勤为径，学海无涯苦作舟", *BODY[2:], notice))
    assert frame(lined(text, "社区工作总结")).draft.view.count("书山有路") == kept


RECORD = ("文档编号：22958404", "上传时间：2025-08-14", "上传人：金梅")


@pytest.mark.parametrize(("record", "kept"), [(RECORD, 0), ((), 1)], ids=["a shared file", "a text"])
def test_a_proverb_goes_with_a_record_that_the_vote_cut(record: tuple[str, ...], kept: int) -> None:
    text = "\n".join((*record, "书山有路勤为径，学海无涯苦作舟", *BODY))
    draft = lined(text, "社区工作总结").draft
    outside = [Proposal(0, len("\n".join(record)) + 1, "", "position", "outside the article")] if record else []
    assert frame(Lined(draft.edited("extract", outside), ())).draft.view.count("书山有路") == kept


@pytest.mark.parametrize(
    ("title", "first", "kept"),
    [("社区工作总结_總結範文站", "总结范文站", 0), ("社区工作总结_東門社區網", "东门社区网", 1)],
    ids=["a template site", "a unit"],
)
def test_a_template_sites_name_goes_from_the_head(title: str, first: str, kept: int) -> None:
    assert frame(lined("\n".join((first, "社区工作总结", *BODY)), title)).draft.view.count(first) == kept
