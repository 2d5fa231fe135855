"""Evidence in Chinese. That whatever rules say of the sample has a sentence, `test_sample_law.py` holds."""

import pytest

from archive.pages.evidence import LONG, SENTENCES, in_chinese, sentences
from archive.pages.interface import Words


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("white space around a paragraph", "段落前后的空白"),
        ("66 of 611 borders between characters of the text carry spaces", "全文 611 处字间有 66 处夹有空格"),
        (
            "outside the article, blocks 4 to 22 (the cheap voters agree) (and 1 more blocks)",
            "不在正文（第 4 至 22 段）之内（快速判据意见一致）（另有 1 段）",
        ),
        ("the heading of a list of other articles, below the document", "其他文章列表的标题，位于正文之后"),
        ("page 2025-02-07, era to 2015-06 2014年", "网页 2025-02-07，内容不晚于 2015-06（2014年）"),
        ("a collector speaks to readers: {0} {} {x}", "收集者对读者说话：{0} {} {x}"),  # the page's own braces
        ("signed: the title again", "落款：再次出现的标题"),
        ("国家税务总局 signed it", "国家税务总局 signed it"),  # what no rule says stays
        ("2020年3月20日", "2020年3月20日"),
        ("", ""),
        ("a stray ' between characters\na stray . between characters", "字间的杂散符号 '\n字间的杂散符号 ."),
    ],
)
def test_a_sentence(english: str, chinese: str) -> None:
    assert in_chinese(english) == chinese
    assert Words("zh").evidence(english) == chinese and Words("en").evidence(english) == english


def test_a_text_is_no_evidence() -> None:
    long = "a collector speaks to readers: " + "文" * LONG
    assert in_chinese(long) == long


def test_the_file_asks_for_what_its_sentences_find() -> None:
    """A sentence in which a place is not used, or one that is not there, would lose or break what was found."""
    assert SENTENCES.is_file()
    for pattern, chinese in sentences():
        values = [f"<{n}>" for n in range(pattern.groups)]
        written = chinese.format(*values)
        assert [value for value in values if value not in written] == [], (pattern.pattern, chinese)
