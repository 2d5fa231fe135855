"""The three laws on every page of the sample: nothing disappears without a line, whatever a page is."""

import re
from collections.abc import Iterator
from functools import cache

import pytest

from archive.pages.evidence import in_chinese, knows
from pipelines.document import Knowledge, Outcome, Page, PageRules
from pipelines.learn import SourceText, learn
from pipelines.ledger import flaw, replay, uncovered
from pipelines.process import restore
from sample.model import Web
from sample.web import PORT, build

SEEDS = (1, 2)
ENGLISH = re.compile("[a-z]{2,} [a-z]{2,}")  # two words: what is quoted of a page, or a name, has less
FOUND = re.compile(r"[\u4e00-\u9fff]+|\d+")


@cache
def web(seed: int) -> Web:
    return build(seed, PORT)


def page(seed: int, url: str) -> Page:
    response = web(seed).pages[url]
    return Page(url, response.body, response.content_type, "2026-01-01T00:00:00Z", 1)


@cache
def outcomes(seed: int) -> tuple[Outcome, ...]:
    articles = dict.fromkeys(gold.urls for gold in web(seed).gold)
    return tuple(restore(tuple(page(seed, url) for url in urls), Knowledge(), PageRules()) for urls in articles)


def restored(seed: int) -> Iterator[Outcome]:
    return (outcome for outcome in outcomes(seed) if outcome.source)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_article_becomes_documents(seed: int) -> None:
    assert {outcome.article[0].url: outcome.rejected for outcome in outcomes(seed) if outcome.rejected} == {}


@pytest.mark.parametrize("seed", SEEDS)
def test_the_ledger_replays_and_accounts_for_every_character(seed: int) -> None:
    for outcome in restored(seed):
        assert outcome.source is not None
        text = outcome.source.text
        assert flaw(text, outcome.edits) == "", outcome.article[0].url
        for document in outcome.documents:
            span = document.source_start, document.source_end
            assert replay(text, outcome.edits, *span) == document.text, document.url
        for mark in outcome.marks:
            document = outcome.documents[mark.part - 1]
            assert document.source_start <= mark.start < mark.end <= document.source_end, document.url
            assert mark.kind in document.damage, document.url
        spans = [(document.source_start, document.source_end) for document in outcome.documents]
        cuts = [edit for edit in outcome.edits if not edit.replacement]
        assert uncovered(text, cuts, spans) == "", outcome.article[0].url


@pytest.mark.parametrize("seed", SEEDS)
def test_ids_are_unique_and_follow_from_the_capture(seed: int) -> None:
    ids = [document.id for outcome in restored(seed) for document in outcome.documents]
    assert len(set(ids)) == len(ids)
    again = restore(outcomes(seed)[0].article, Knowledge(), PageRules())
    assert again == outcomes(seed)[0]


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_no_document_is_rejected_with_its_reason(seed: int) -> None:
    for url in web(seed).non_documents:
        if url in web(seed).pages and web(seed).pages[url].status == 200:
            assert restore((page(seed, url),), Knowledge(), PageRules()).rejected, url


def test_learning_does_not_depend_on_order() -> None:
    texts = [
        SourceText(outcome.article[0].host, outcome.source.page_title, outcome.source.text)
        for outcome in restored(1)
        if outcome.source
    ]
    known = learn(texts)
    assert known == learn(reversed(texts)) == learn([*texts, *texts])
    assert any(host.watermarks for host in known.hosts)
    assert Knowledge.from_json(known.to_json()) == known


@pytest.mark.parametrize(
    "body", [b"", b"\x00\x01\x02\xff" * 500, b"<html></html>", "一".encode(), b"<p>hello world</p>" * 50]
)
def test_scraps_are_rejected_not_raised(body: bytes) -> None:
    assert restore((Page("http://www.example.test/x.html", body, "text/html"),), Knowledge(), PageRules()).rejected


def test_a_page_that_never_came_is_a_gap() -> None:
    paged = next(gold for gold in web(1).gold if len(gold.urls) > 2)
    pages = [page(1, url) for url in paged.urls]
    pages[1] = Page(paged.urls[1], b"", missing="http-404")
    outcome = restore(tuple(pages), Knowledge(), PageRules())
    assert [(gap.kind, gap.missing) for gap in outcome.gaps if gap.kind == "page"] == [("page", 2)]
    assert "partial" in {document.status for document in outcome.documents}


def page_of(host: str, n: int) -> Page:
    body = "".join(
        f"<p>{line}</p>"
        for line in (
            f"第{n}季度，我局走访企业{n + 30}家，解决困难{n + 12}件，群众满意度提高到{n + 90}%。",
            "主要做法",
            f"坚持每周{n}调度，先后召开会议{n + 4}次，印发通报{n + 2}期，督促整改问题{n + 7}个。",
            "存在不足",
            f"个别乡镇推进较慢，资金拨付不够及时，涉及项目{n + 3}个，下一步将加强督导。",
            "云陂县水利局",
            f"2023年{n}月5日",
        )
    )
    head = "<div>云陂县水利局政务信息</div><div>网站支持单位：县信息中心</div>"
    title = f"第{n}季度工作总结"
    html = f"<title>{title} - 云陂县水利局</title><body>{head}<h1>{title}</h1>{body}</body>"
    return Page(f"http://{host}/{n}.html", html.encode(), "text/html; charset=utf-8")


def test_what_a_units_documents_share_is_not_its_sites_frame() -> None:
    pages = [page_of("slj.example.test", n) for n in range(1, 7)]
    first = [restore((page,), Knowledge(), PageRules()) for page in pages]
    known = learn(
        SourceText(page.host, o.source.page_title, o.source.text)
        for page, o in zip(pages, first, strict=True)
        if o.source
    )
    for page in pages:
        (document,) = restore((page,), known, PageRules()).documents
        assert document.signed_by == "云陂县水利局"
        assert {"主要做法", "存在不足", "云陂县水利局"} <= set(document.text.split("\n"))
        assert "支持单位" not in document.text


def said(outcome: Outcome) -> Iterator[str]:
    """All that rules say of an article."""
    yield from (step.evidence for edit in outcome.edits for step in edit.steps)
    for row in (*outcome.marks, *outcome.gaps, *outcome.facts):
        yield row.evidence


@pytest.mark.parametrize("seed", SEEDS)
def test_what_rules_say_has_its_chinese_with_all_that_was_found(seed: int) -> None:
    lines = {line for outcome in restored(seed) for line in said(outcome)}
    sentences = {line for line in lines if ENGLISH.search(line)}
    assert len(sentences) > 200
    assert {line for line in sentences if not knows(line)} == set()
    for line in lines:
        assert [part for part in FOUND.findall(line) if part not in in_chinese(line)] == [], line
