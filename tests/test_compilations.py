"""Whole pages through the whole corridor: which of their paragraphs become which documents."""

import itertools
import json
import re
from functools import cache
from html import escape
from pathlib import Path
from typing import TypedDict

import pytest
from opencc import OpenCC

from pipelines.document import Knowledge, Page, PageRules
from pipelines.process import restore
from pipelines.script import fold


class Case(TypedDict, total=False):
    """`¶` is a paragraph, `§` before a line begins a part."""

    name: str
    title: str
    lines: list[str]
    hant: bool  # Traditional characters
    half: bool  # half-width punctuation
    flat: bool  # all in one line


_READ = json.loads((Path(__file__).parent / "cases" / "compilations.json").read_text(encoding="utf-8"))
CASES: dict[str, list[Case]] = {kind: _READ[kind] for kind in ("compilations", "single")}
FORMS: list[str] = _READ["forms"]
FORMS_OF_LINES: list[str] = _READ["forms_of_lines"]  # not told from the text when they are glued to it
SECTION_FORMS: list[str] = _READ["section_forms"]
LAYOUTS = ("lines", "glued", "flat")
NUMERALS = "一二三四"
SENTENCES = (
    "今年以来，我单位认真落实上级部署，完成了年初确定的各项任务，共走访群众{n}户，帮助解决实际困难，受到了群众的好评。",
    "在宣传方面，印发材料{n}份，先后举办讲座十余场，参加的干部群众越来越多，社会反响很好，氛围日益浓厚。",
    "在培训方面，共有{n}人次参加业务学习，大家互相交流经验，取长补短，工作能力有了明显的提高，考核全部合格。",
    "我们投入资金{n}元，改善了办公条件，添置了必要的设备，为今后工作的顺利开展打下了坚实的基础。",
    "一年来共受理来信来访{n}件次，件件有回音，事事有着落，没有发生一起越级上访事件，维护了稳定的大局。",
)
_COUNT = re.compile(r"(?<!\d)[1-9]\d{3}(?=户|份|人次|元|件次)")
HALF = str.maketrans("，。：；？！（）", ",。:;?!()")


def built(case: Case) -> tuple[Page, list[list[int]]]:
    """The page, and the numbers that the paragraphs of each of its documents hold."""
    parts: list[list[int]] = []
    n, found = 1000, []
    for line in case["lines"]:
        if line.startswith("§"):
            parts.append([])
        line = line.removeprefix("§")
        while "¶" in line:
            n += 37
            line = line.replace("¶", SENTENCES[n % 5].format(n=n), 1)
            parts = parts or [[]]
            parts[-1].append(n)
        found += [line] if line else []
    found = ["".join(found)] if case.get("flat") else found
    title, text = case["title"], "\n".join(found)
    if case.get("hant"):
        title, text = _hant().convert(title), _hant().convert(text)
    text = text.translate(HALF) if case.get("half") else text
    body = "".join(f"<p>{escape(line)}</p>\n" for line in text.split("\n"))
    html = f"<html><head><title>{escape(title)}</title></head><body><h1>{escape(title)}</h1><div>{body}</div></body>"
    return Page("http://www.example.test/1.html", html.encode(), "text/html; charset=utf-8"), parts


def read(page: Page) -> list[list[int]]:
    """The numbers that each of the page's documents holds."""
    outcome = restore((page,), Knowledge(), PageRules())
    return [[int(n) for n in _COUNT.findall(fold(document.text))] for document in outcome.documents]


@cache
def _hant() -> OpenCC:
    return OpenCC("s2t")


@pytest.mark.parametrize("case", CASES["compilations"], ids=lambda case: case["name"])
def test_each_document_of_a_compilation_stands_alone(case: Case) -> None:
    page, parts = built(case)
    assert read(page) == parts


@pytest.mark.parametrize("case", CASES["single"], ids=lambda case: case["name"])
def test_one_document_is_one(case: Case) -> None:
    page, parts = built(case)
    assert read(page) == parts


@pytest.mark.parametrize(
    ("form", "layout"),
    [*itertools.product(FORMS, LAYOUTS), *((form, "lines") for form in FORMS_OF_LINES)],
)
def test_every_form_divides_lines_glued_and_flattened_text(form: str, layout: str) -> None:
    """Two parts open with a salutation, all have sections; the title is one of four, the script one of two."""
    owns = ("城东街道办事处年度工作总结", "水利局防汛工作汇报", "中心小学教学工作计划", "护士个人述职报告")
    openings = ("尊敬的各位领导：", "各位代表、同志们：", "", "")
    lines = []
    for n, (own, opening) in enumerate(zip(owns, openings, strict=True), 1):
        heading = form.format(stem="县科协工作总结", n=n, c=NUMERALS[n - 1], own=own)
        body = [opening + "¶", "一、加强学习", "¶", "二、狠抓落实", "¶", "¶"]
        if layout == "flat":
            lines.append("§" + heading + "".join(body))
        else:
            lines += [f"§{heading}{body[0]}", *body[1:]] if layout == "glued" else [f"§{heading}", *body]
    way = (FORMS + FORMS_OF_LINES).index(form) + LAYOUTS.index(layout)
    titles = (
        "县科协工作总结（精选4篇）_好范文网",
        "县科协工作总结_好范文网",
        "县科协工作总结范文大全 - 好范文网",
        "好范文网",
    )
    title = titles[way % 3] if "【{c}】" in form else titles[way % 4]
    case = Case(name="", title=title, lines=lines, hant=way % 2 == 0, half=way % 2 == 0, flat=layout == "flat")
    page, parts = built(case)
    assert read(page) == parts


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("form", SECTION_FORMS)
def test_no_form_of_a_section_divides_a_document(form: str, layout: str) -> None:
    """Not even where the title promises several."""
    titles = ("单位年度工作总结（精选5篇）_好范文网", "单位年度工作总结大全", "单位年度工作总结")
    title = titles[(SECTION_FORMS.index(form) + LAYOUTS.index(layout)) % 3]
    words = ("强化学习", "狠抓落实", "改进作风", "存在问题")
    headings = [form.format(n=n, c=NUMERALS[n - 1], s=word) for n, word in enumerate(words, 1)]
    lines = [line for h in headings for line in ([h, "¶", "¶"] if layout == "lines" else [f"{h}¶", "¶"])]
    page, parts = built(Case(name="", title=title, lines=lines, flat=layout == "flat"))
    assert read(page) == parts
