"""`explain --html`: every character and every edit once, nothing of the page alive in it, readable in both schemes."""

import base64
import re
from dataclasses import replace
from functools import cache
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import pytest
from archive_cases import CHROME, URL, outcome
from click.testing import CliRunner, Result
from lxml import html
from test_golden import FOLDERS
from test_golden import outcome as golden
from test_sample_law import outcomes

from archive import rows
from archive.__main__ import main
from archive.explain import Ledger
from archive.pages.explain_html import FAMILIES, STYLE, page
from archive.store import Fetch, add, add_fetch, begin_crawl, open_archive
from pipelines.document import Edit, Gap, Mark, Outcome, Step
from pipelines.ledger import replay

SCRIPT = "<script>alert(1)</script>"
TURN = "\u202e反了\u2066也反\u2069"  # an override that never ends, and an isolate
HOSTILE = (
    f"{SCRIPT}<img src=http://evil.test/x onerror=alert(2)>&lt;b&gt;\"'{TURN}\x00\x1b[31m\ufeff&#33;]]>--></style>"
)


@cache
def sample_and_golden() -> tuple[Outcome, ...]:
    return tuple(found for found in (*outcomes(1), *map(golden, FOLDERS)) if found.source)


def ledger(found: Outcome) -> Ledger:
    made = rows.of(found)
    return Ledger(made.page, "", made.article_pages, made.edits, made.gaps, made.marks, made.documents)


def parsed(text: str) -> html.HtmlElement:
    """The page, by a parser that mends nothing."""
    return html.document_fromstring(text, parser=html.HTMLParser(recover=False))


def written(element: html.HtmlElement, without: tuple[str, ...] = ()) -> str:
    """What the page's text reads in an element; what is shown by its number counts as the character."""
    if element.tag in without or {"gap", "page"} & set(element.get("class", "").split()) or element.tag == "header":
        return ""
    if element.get("data-u"):
        return chr(int(element.get("data-u"), 16))
    inner = [element.text or ""] if element.tag not in ("main", "section", "div") else []
    for child in element:
        inner.append(written(child, without))
        inner.append((child.tail or "") if element.tag not in ("main", "section", "div") else "")
    return "".join(inner)


def test_a_page_stands_in_it_whole_and_each_edit_once() -> None:
    for found in sample_and_golden():
        _stands_whole(found)


def _stands_whole(found: Outcome) -> None:
    assert found.source
    text = page(ledger(found))
    tree = parsed(text)
    (whole,) = tree.xpath("//main")
    assert written(whole, without=("ins",)) == found.source.text
    for document in found.documents:
        (box,) = tree.xpath(f"//section[@id='{document.id}']")
        assert written(box, without=("del",)) == document.text
        assert written(box.xpath("header/h2")[0]) == (document.title or "(no title)")
    edits = tree.xpath("//main//span[contains(@class, 'e ')]")
    assert [edit.get("id") for edit in edits] == [f"e{n}" for n in range(1, len(found.edits) + 1)]
    for shown, edit in zip(edits, found.edits, strict=True):
        assert written(shown, without=("ins",)) == found.source.text[edit.start : edit.end]
        assert written(shown, without=("del",)) == edit.replacement
        for step in edit.steps:
            assert f"{step.round}/{step.rule}: " in shown.get("title")
        assert shown.get("tabindex") == "0" and set(shown.get("class").split()) & set(FAMILIES)
    assert sorted(tree.xpath("//main//*[starts-with(@id, 'm')]/@id")) == sorted(f"m{n}" for n in _numbers(found.marks))
    assert sorted(tree.xpath("//main//*[@role = 'note']/@id")) == [f"g{n}" for n in _numbers(found.gaps)]


def _numbers(found: tuple[object, ...]) -> range:
    return range(1, len(found) + 1)


@pytest.mark.parametrize("number", range(8))
def test_the_legend_counts_and_leads_to_the_first_of_each(number: int) -> None:
    found = sample_and_golden()[number]
    tree = parsed(page(ledger(found)))
    ids = tree.xpath("//@id")
    assert len(set(ids)) == len(ids)
    rules: dict[str, list[int]] = {}
    for n, edit in enumerate(found.edits, 1):
        for name in dict.fromkeys(f"{step.round}/{step.rule}" for step in edit.steps):
            rules.setdefault(name, []).append(n)
    shown = {
        row.xpath("string(th)"): (row.xpath("string(th/a/@href)"), row.xpath("string(td[1])"))
        for row in tree.xpath("//nav//tbody/tr")
        if "/" in row.xpath("string(th)")
    }
    assert shown == {name: (f"#e{where[0]}", f"{len(where):,}") for name, where in rules.items()}
    assert all(link[1:] in ids for link in tree.xpath("//a/@href") if link.startswith("#"))


def hostile() -> Outcome:
    """A page, a title, a rule, evidence, a mark and a gap that all try to get out."""
    made = outcome(f"各位领导：{HOSTILE}。", title=HOSTILE, url="javascript:alert(3)")
    assert made.source
    first = made.edits[0]._replace(steps=(Step("frame", f"x</style>{SCRIPT}", HOSTILE, TURN, HOSTILE),))
    mark = Mark(1, len(CHROME), len(CHROME) + 3, f'"><b>{TURN}', SCRIPT, HOSTILE)
    source = replace(made.source, page_title=HOSTILE, text=made.source.text)
    gaps = (Gap(1, len(CHROME) + 5, "hole", 3, HOSTILE),)
    return replace(made, source=source, edits=(first, *made.edits[1:]), marks=(mark,), gaps=gaps)


def test_what_a_page_says_can_do_nothing() -> None:
    found = hostile()
    assert found.source
    text = page(ledger(found))
    tree = parsed(text)
    assert written(tree.xpath("//main")[0], without=("ins",)) == found.source.text
    assert not tree.xpath("//script | //img | //iframe | //object | //form | //link | //@src | //@style | //b")
    assert not [name for element in tree.iter() for name in element.attrib if name.startswith("on")]
    assert all(href.startswith("#") for href in tree.xpath("//@href"))
    assert tree.xpath("//body/*[last()]")[0].tag == "div", "nothing stands outside"
    turning = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f]")
    for element in tree.iter():
        held = [element.tail or "", *element.attrib.values(), "" if element.tag == "bdi" else element.text or ""]
        assert not any(map(turning.search, held)), element.tag
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f]", text)


def test_it_asks_nothing_of_anyone() -> None:
    text = page(ledger(hostile()))
    (policy,) = parsed(text).xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.S)
    digest = base64.b64encode(sha256(style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert not re.search(r"url\(|@import|https?:", style)


def test_marks_may_lie_over_one_another_and_over_edits() -> None:
    made = outcome("今年投入20xx0元，完成某某县任务。" * 9)
    assert made.source
    start = len(CHROME)
    inside = Edit(start + 4, start + 6, "20", (Step("pinyin", "pinyin", "20", "20", "by hand"),))
    marks = (
        Mark(1, start + 2, start + 8, "numbers_masked", "a", "one"),
        Mark(1, start + 5, start + 12, "names_masked", "b", "two"),
        Mark(1, start, start + 150, "spun", "c", "speaks of it all"),
    )
    found = replace(made, edits=(made.edits[0], inside, *made.edits[1:]), marks=marks)
    tree = parsed(page(ledger(found)))
    (whole,) = tree.xpath("//main")
    assert written(whole, without=("ins",)) == made.source.text
    over = {
        kind: "".join(written(mark, ("ins",)) for mark in tree.xpath(f"//mark[starts-with(@title, 'marked {kind}')]"))
        for kind in ("numbers_masked", "names_masked")
    }
    text = made.source.text
    assert over["numbers_masked"] == text[start + 2 : start + 8]
    assert over["names_masked"] == text[start + 4 : start + 12], "an edit that it touches is marked whole"
    assert "speaks of it all" in tree.xpath("string(//section/header/p[@id='m3'])")


def test_text_stands_on_its_ground_with_enough_contrast() -> None:
    schemes = re.split(r"@media \(prefers-color-scheme: dark\)", STYLE.read_text("utf-8"))
    assert len(schemes) == 2
    for scheme in schemes:
        colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})\b", scheme))
        pairs = [(f"{name}-ink", f"{name}-ground") for name in (*FAMILIES, "mark", "gap")]
        pairs += [(ink, ground) for ink in ("ink", "quiet", "link") for ground in ("ground", "panel")]
        pairs += [("quiet", f"{name}-ground") for name in FAMILIES] + [("ground", "ink"), ("gap-ink", "ground")]
        weak = [pair for pair in pairs if _contrast(*(colours[name] for name in pair)) < 4.5]
        assert not weak


def _contrast(one: str, other: str) -> float:
    """As WCAG 2 defines it."""
    dark, light = sorted(map(_luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
    shares = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return sum(weight * share for weight, share in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_the_headings_go_down_step_by_step() -> None:
    found = max(sample_and_golden(), key=lambda one: len(one.documents))
    tree = parsed(page(ledger(found)))
    levels = [int(element.tag[1]) for element in tree.xpath("//h1 | //h2 | //h3")]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert tree.get("lang") == "en" and tree.xpath("//main/@lang")[0].startswith("zh-Han")


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "archive.db"
    db = open_archive(path)
    begin_crawl(db, "test", "{}")
    add_fetch(db, Fetch(1, URL, 200, "2026-01-01T00:00:00Z", "sha1:X", "y", "a.warc.gz", 0, 90))
    add(db, outcome("各位领导：本年度科普工作扎实推进，现将有关情况总结如下。"))
    db.close()
    return path


def run(archive: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--archive", str(archive), "explain", URL, *arguments])


def test_it_is_written_where_it_is_asked_for(archive: Path) -> None:
    target = archive.with_name("page.html")
    result = run(archive, "--html", "-o", str(target))
    assert result.exit_code == 0 and result.stdout == ""
    assert result.stderr == f"2 edits written to {target}: open it in a browser\n"
    assert target.read_text("utf-8") == run(archive, "--html").stdout == run(archive, "--html", "-o", "-").stdout
    assert run(archive, "-o", str(target)).exit_code == 0
    assert target.read_text("utf-8") == run(archive).stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--html", "-o", "{archive}"), "is the archive itself"),
        (("--html", "-o", "{folder}/warc/x.html"), "lies among the captures"),
        (("--html", "-o", ""), "-o names no file"),
        (("--html", "--json"), "Give one of them"),
        (("--html", "-o", "{folder}/none/x.html"), "cannot write"),
    ],
)
def test_what_it_will_not_do_is_one_line(archive: Path, arguments: tuple[str, ...], said: str) -> None:
    before = archive.read_bytes()
    result = run(archive, *(word.format(archive=archive, folder=archive.parent) for word in arguments))
    assert result.exit_code != 0 and said in result.stderr and result.stderr.count("\n") == 1
    assert archive.read_bytes() == before


def test_the_text_of_a_page_replays_from_the_ledger_that_is_shown(archive: Path) -> None:
    made = outcome("各位领导：本年度科普工作扎实推进，现将有关情况总结如下。")
    assert made.source
    (box,) = parsed(run(archive, "--html").stdout).xpath("//section")
    document = made.documents[0]
    assert written(box, without=("del",)) == replay(
        made.source.text, made.edits, document.source_start, document.source_end
    )
