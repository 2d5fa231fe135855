"""What no page should be: random bytes, cut files, wrong charsets, endless nesting, lines of megabytes.

The corridor restores it or rejects it with a reason; it never fails, and its ledger keeps the law whatever comes in.
"""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.document import Knowledge, Outcome, Page, PageRules
from pipelines.ledger import flaw, replay, uncovered
from pipelines.process import restore

BODY = "<p>去年我局认真开展科普活动，取得明显成效，现将有关情况汇报如下。</p>" * 8

# What rules look for: of its random mixtures some trip a rule that ordinary pages never would.
TOKENS = (
    *"""
<p>|</p>|<div class=nav>|</div>|<br>|<table><tr><td>|</td></tr></table>|<a href=/1.html>|</a>
<img alt=科普活动总结>|<h1>|</h1>|<title>|</title>|<pre>|</pre>|<!--|-->|<li>|<script>|的`|的.|&ldquo|&amp;nbsp;
協(xié)|?qǐng)|，F|?偨Y|�|D建|共 产 党|髙|首页 > 总结 > 正文|下面是小编为大家整理的工作总结，供大家参考。
相关文章：|上一篇：某局总结|推荐度：|转载请注明出处|工作总结 篇1|工作总结 篇2|第3篇|【一】|篇二：|一、|（二）
1、|2、|一是|附件：|目录|此处隐藏15个字|全文共99字，当前显示9字|预览结束|第1页共2页|20xx年|20xx0亩|同比增长%
、、|“”|***|去年我局认真开展科普活动，取得明显成效。|现将有关情况汇报如下：|荣获一、二、三等奖|来源街道|某某局
2023年1月5日|資料|國小|總結|社群|科 普 活 动|；|，|。|😀|𪛖
""".replace("\n", "|")
    .strip("|")
    .split("|"),
    *("\n", "\uf7a3", "\u3000\u3000", "\x00", "\u200b", "\u202e", "  "),
)
PAGES = st.lists(st.sampled_from(TOKENS), max_size=120).map("".join)
LABELS = ("", "utf-8", "gb2312", "gbk", "gb18030", "big5", "utf-16", "iso-8859-1", "shift_jis", "koi8-r", "nonsense")


def outcome(body: bytes, content_type: str = "text/html") -> Outcome:
    return restore((Page("http://www.example.test/1.html", body, content_type),), Knowledge(), PageRules())


def assert_lawful(found: Outcome) -> None:
    assert not found.rejected.startswith("rule-failed"), found.rejected
    assert found.documents or found.rejected
    if not found.documents or found.source is None:
        return
    text = found.source.text
    assert flaw(text, found.edits) == ""
    spans = [(document.source_start, document.source_end) for document in found.documents]
    for document, (start, end) in zip(found.documents, spans, strict=True):
        assert replay(text, found.edits, start, end) == document.text
    assert uncovered(text, [edit for edit in found.edits if not edit.replacement], spans) == ""


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(PAGES, st.booleans())
def test_any_mixture_of_what_rules_look_for_is_restored_lawfully(text: str, framed: bool) -> None:
    page = f"<html><title>某局工作总结</title><body>{BODY}{text}{BODY}" if framed else text
    assert_lawful(outcome(page.encode("utf-8", "surrogatepass")))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(TOKENS), min_size=1, max_size=60).map("\n".join))
def test_any_plain_text_is_restored_lawfully(text: str) -> None:
    assert_lawful(outcome((text + "\n" + BODY[3:-4]).encode(), "text/plain"))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=3000), st.sampled_from(("text/html", "text/plain", "", "application/pdf")))
def test_random_bytes_are_no_document_and_no_failure(body: bytes, content_type: str) -> None:
    assert_lawful(outcome(body, content_type))


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("charset", ["utf-8", "gb18030", "big5", "utf-16"])
def test_a_wrong_charset_label_costs_nothing(charset: str, label: str) -> None:
    text = "".join(
        f"{month}月，我局認真開展第{month}次科普活動，參加群眾{month}00人，取得明顯成效。" for month in range(1, 13)
    )
    page = f"<html><head><title>科普工作總結</title></head><body><p>{text}</p></body></html>"
    found = outcome(page.encode(charset), f"text/html; charset={label}" if label else "text/html")
    assert [document.text for document in found.documents] == [text]


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 5000), st.integers(0, 3))
def test_a_file_cut_anywhere_is_restored_lawfully(at: int, damage: int) -> None:
    table = "<table><tr><td>科普</td><td>12</td></tr>"
    page = f"<html><title>某局工作总结</title><body><div class=nav>首页</div>{BODY}{table}".encode("gb18030")
    assert_lawful(outcome(page[: at % len(page)] + b"\xb5" * damage))


@pytest.mark.parametrize("tag", ["div", "p", "b", "table", "a href=/x", "span", "li", "font"])
def test_100_000_nested_tags_are_restored_or_rejected_with_a_reason(tag: str) -> None:
    page = f"<html><body>{BODY}" + f"<{tag}>" * 100_000 + "深" + BODY
    assert_lawful(outcome(page.encode()))


def test_a_page_over_a_countable_limit_is_rejected_with_that_limit() -> None:
    assert outcome(b"<p>" + "科".encode() * 17_000_000).rejected.startswith("too-large: ")  # 50 MB in one line
    assert outcome(b"<p>" + b"<i>x</i>" * 300_000).rejected.startswith("too-large: ")


@pytest.mark.parametrize("unit", ["，", "(", "一、", "科普", "的`", "&", " ", "20xx", "篇1", "。"])
def test_a_line_of_100_000_marks_ends(unit: str) -> None:
    assert_lawful(
        outcome(f"<html><title>某局工作总结</title>{BODY}<p>{unit * (100_000 // len(unit))}</p>{BODY}".encode())
    )
