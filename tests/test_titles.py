"""What a document is called: its own line, not the page's."""

import pytest

from pipelines.document import Part
from pipelines.lines import lines
from pipelines.structure.titles import own_titles, title_of
from tests.drafts import divided

PARAGRAPH = "今年以来，我单位认真落实上级部署，完成了年初确定的各项任务，共走访群众326户。"


def title(text: str, page_title: str, heading: str = "") -> tuple[str, str]:
    """The title of a text, and what is left of the text."""
    draft = divided(text, page_title).draft
    part = Part(1, 0, len(text), heading)
    found, cuts = title_of(lines(draft), part, page_title, own_titles(draft))
    return found, draft.edited("title", cuts).view


@pytest.mark.parametrize("page_title", ["好范文网", "", "写作园地_好范文网", "某某县人民政府门户网站"])
@pytest.mark.parametrize("own", ["工作总结", "年终小结", "工作汇报材料", "护士长竞聘演讲稿", "城东小学2022年工作总结"])
def test_a_line_that_names_a_genre_is_the_title(own: str, page_title: str) -> None:
    assert title(f"{own}\n{PARAGRAPH}\n{PARAGRAPH}", page_title) == (own, f"{PARAGRAPH}\n{PARAGRAPH}")


def test_the_first_line_is_the_title_under_a_sites_name() -> None:
    assert title(f"我的这一年\n{PARAGRAPH}", "好范文网") == ("我的这一年", PARAGRAPH)


@pytest.mark.parametrize("first", ["尊敬的各位领导：", "2022年6月3日", "一、工作回顾"])
def test_what_names_nothing_is_no_title_under_a_sites_name(first: str) -> None:
    assert title(f"{first}\n{PARAGRAPH}", "好范文网") == ("好范文网", f"{first}\n{PARAGRAPH}")


def test_a_line_that_names_no_genre_stays_under_a_title_of_the_documents() -> None:
    assert title(f"我的这一年\n{PARAGRAPH}", "护士工作总结_好范文网") == ("护士工作总结", f"我的这一年\n{PARAGRAPH}")


def test_the_line_nearest_the_text_is_the_title() -> None:
    text = f"2024年县科协工作总结\n2023年县科协工作总结\n{PARAGRAPH}"
    assert title(text, "2024年县科协工作总结_好范文网") == ("2023年县科协工作总结", PARAGRAPH)


@pytest.mark.parametrize("heading", ["篇一", "县科协工作总结 篇1", "【第一篇】"])
def test_a_part_is_called_by_its_own_line_under_a_numbered_heading(heading: str) -> None:
    text = f"{heading}\n关于召开教育工作会议的通知\n{PARAGRAPH}"
    assert title(text, "县科协工作总结（精选3篇）", heading) == ("关于召开教育工作会议的通知", PARAGRAPH)


@pytest.mark.parametrize("line", ["一、工作总结", "下步工作打算", "尊敬的各位领导：", "基本情况"])
def test_the_first_section_of_a_part_is_not_its_title(line: str) -> None:
    text = f"县科协工作总结 篇1\n{line}\n{PARAGRAPH}"
    assert title(text, "", "县科协工作总结 篇1") == ("县科协工作总结 篇1", f"{line}\n{PARAGRAPH}")


def test_a_heading_with_an_own_title_stays() -> None:
    text = f"第一篇：水利局防汛工作汇报\n年度工作总结\n{PARAGRAPH}"
    assert title(text, "", "第一篇：水利局防汛工作汇报")[0] == "第一篇：水利局防汛工作汇报"


@pytest.mark.parametrize("own", ["县残联2021年工作总结和2022年工作思路", "团县委上半年工作汇报及下半年工作安排"])
def test_a_part_is_called_by_what_was_done_and_what_comes(own: str) -> None:
    assert title(f"【篇一】\n{own}\n{PARAGRAPH}", "单位工作总结10篇_好范文网", "【篇一】") == (own, PARAGRAPH)


@pytest.mark.parametrize("first", ["下半年工作安排", "下步工作思路", "总结经验、理清思路、作出安排，开创局面"])
def test_a_parts_first_section_is_no_title(first: str) -> None:
    assert (
        title(f"【篇一】\n{first}\n{PARAGRAPH}", "单位工作总结10篇_好范文网", "【篇一】")[1] == f"{first}\n{PARAGRAPH}"
    )
