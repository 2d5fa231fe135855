"""Concordances: the same hits as a look at every text, exact places, orders, columns that line up, copies once."""

import csv
import io
import json
import re
from itertools import pairwise
from pathlib import Path

import pytest
from archive_cases import outcome
from bare_archives import bare_archive, put
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from sqlite_utils import Database

from archive.__main__ import main
from archive.condition import EVERYTHING, Condition, Filters
from archive.counting import population
from archive.counting.concordance import Concordance, Layout, Line, contexts, cut_left, cut_right, padded, shown
from archive.counting.occurrences import expression, listed, spans, word, words
from archive.errors import ArchiveError
from archive.store import Fetch, add, add_fetch, begin_crawl, open_archive
from pipelines.script import fold

TEXTS = (
    "各位领导：本年度科普工作扎实推进，GDP增长8%，科普 活动办了三十场。\n科普中国App用户一千。",
    "各位領導：本年度環保工作穩步開展。\n工 作　總 結如下，ＧＤＰ持平。科普、科普。",
    "The annual report of the GDPR office.\nAnnual\treport (annual  report), an annual, report; café, e-mail, e mail.",
    "面罩：某某县科\n普，科\u200b普，导本××年××月，=1+1科普。",
    "无关的一篇，只有科，普。",
)


def archived(path: Path, texts: tuple[str, ...]) -> Database:
    db = open_archive(path)
    crawl = begin_crawl(db, "test", "{}")
    for number, text in enumerate(texts, 1):
        url = f"http://s{number % 2}.test/{number}.html"
        add_fetch(db, Fetch(crawl, url, 200, "2026-01-01T00:00:00Z", "", "", "a", number, 1))
        signed = f"20{20 - number:02}-01-01" if number < 4 else None
        add(db, outcome(text, url=url, fetch_id=1, title=f"标题{number}", signed_on=signed))
    return db


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Database:
    return archived(tmp_path_factory.mktemp("kwic") / "archive.db", TEXTS)


def nodes(db: Database, *asked: str, **layout: object) -> list[str]:
    found = Concordance(db, words(asked), layout=Layout(**layout))  # type: ignore[arg-type]
    return [line.node for line in found]


# -- what a word is ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "text", "found"),
    [
        ("总结", "工 作 總　結、总结", ["總　結", "总结"]),
        ("總結", "总结", ["总结"]),
        ("导本", "领导：本年度", []),  # a sign stands between
        ("领导：本", "领导：本年度，领导:本", ["领导：本", "领导:本"]),
        ("科普", "科\n普", []),  # a paragraph ends between
        ("科普", "科\u200b普", ["科\u200b普"]),
        ("科 普", "科普", ["科普"]),
        ("gdp", "GDP增长ＧＤＰ，GDPR xGDP", ["GDP", "ＧＤＰ"]),
        ("科普中国App", "科普中國ＡＰＰ下载，科普中国Apps", ["科普中國ＡＰＰ"]),
        ("annual report", "Annual  report, annual, report annualreport annual\nreport", ["Annual  report"]),
        ("e-mail", "E-mail, e mail, email", ["E-mail"]),
        ("《通知》", "《通知》，通知", ["《通知》"]),
        ("cafe\u0301", "Café cafés", ["Café"]),
        ("GDP8", "GDP 8%，GDP8，GDP88", ["GDP 8", "GDP8"]),
        ("二〇一五", "二○一五年", ["二○一五"]),
        ("shui", "水(shuǐ)", ["shuǐ"]),
        ("人人", "人人人", ["人人"]),
        ("××", "××年××", ["××", "××"]),
        ("某某", "某某县", ["某某"]),
        (".*", "任何字.*", [".*"]),
        ('"', '他说"好"', ['"', '"']),
        ("19", "2019年19人", ["19"]),
        ("かな", "かなめ", ["かな"]),
    ],
)
def test_where_a_word_stands(asked: str, text: str, found: list[str]) -> None:
    assert [text[span.start : span.end] for span in spans(text, [word(asked)])] == found


@pytest.mark.parametrize("asked", ["", "  ", "\u3000", "\u200b", "\n"])
def test_no_word_is_one_clear_line(asked: str) -> None:
    with pytest.raises(ArchiveError, match="no word to look for"):
        word(asked)


def test_words_of_a_form_field() -> None:
    assert list(listed("科普, 環保、 annual report；“领导，本”,,")) == ["科普", "環保", "annual report", "领导，本"]
    assert list(listed(" ,， ")) == []


ALPHABET = "科普總总结工作Ga1 　，：\n\u200b(é"


@settings(max_examples=50, deadline=None)  # each makes an archive
@given(st.lists(st.text(ALPHABET, max_size=40), min_size=1, max_size=6), st.text(ALPHABET, max_size=5))
def test_the_index_leads_to_every_text_with_the_word(texts: list[str], asked: str) -> None:
    try:
        wanted = words([asked])
    except ArchiveError:
        return
    db = bare_archive(*texts)
    rows = population.candidates(db, wanted)
    brute = [n for n, text in enumerate(texts, 1) if spans(text, wanted)]
    assert set(brute) <= set(rows) and list(rows) == sorted(rows)
    if not expression(wanted):
        assert list(rows) == list(range(1, len(texts) + 1))


@pytest.mark.parametrize(
    ("asked", "found"),
    [("信息", ["資訊", "信息"]), ("资讯", ["資訊"]), ("社区的", ["社群的"]), ("程序", []), ("工作", ["工作"])],
)
def test_words_of_the_simplified_form_are_shown_as_published(asked: str, found: list[str]) -> None:
    db = bare_archive("无关")
    put(db, "工作和資訊、\n社群的信息", text_hans="工作和信息、\n社区的信息")
    assert nodes(db, asked) == found
    (line, *_) = [*Concordance(db, words([asked])), None]
    assert line is None or line.start == "工作和資訊、\n社群的信息".index(line.node)


def test_another_form_is_aligned_in_linear_time() -> None:
    text, hans = "資訊甲" * 5_000, "信息甲" * 5_000
    assert len(spans(text, [word("信息")], hans)) == 5_000
    assert spans(text * 7, [word("信息")], hans * 7) == [], "but not a monstrous line"


def test_what_two_words_stand_for_is_one_hit() -> None:
    assert spans("軟體", [word("软件")], "软件软件") == [(0, 2, 0)]


@pytest.mark.parametrize(
    ("text", "hans", "asked", "node"),
    [
        ("用滑鼠點選", "用鼠标点选", "鼠标", "滑鼠"),
        ("請按兩下圖示", "请双击图标", "双击", "按兩下"),
        ("程式設計師的軟體", "程序员的软件", "软件", "軟體"),
        ("寄電子郵件給他", "寄电子邮件给他", "电子邮件", "電子郵件"),
        ("網路社群資訊", "网络社区信息", "网络社区", "網路社群"),
        ("甲乙", "丙", "丙", "甲乙"),
    ],
)
def test_the_word_that_stands_for_another_is_found_whole(text: str, hans: str, asked: str, node: str) -> None:
    (span,) = spans(text, [word(asked)], hans)
    assert text[span.start : span.end] == node


@given(st.text("资讯信息的", max_size=8), st.text("资讯信息的", max_size=8), st.text("信息的", min_size=1, max_size=3))
def test_places_of_another_form_are_places_of_the_text(text: str, hans: str, asked: str) -> None:
    found = spans(text, [word(asked)], hans)
    assert all(0 <= span.start < span.end <= len(text) for span in found)
    assert all(one.end <= two.start for one, two in pairwise(found))


@given(st.text("科普總结 a", max_size=30), st.text("科普总结", min_size=1, max_size=2))
def test_hits_are_those_of_a_plain_scan(text: str, asked: str) -> None:
    pattern = " *".join(f"[{one}{'總' if one == '总' else ''}]" for one in asked)
    assert [span[:2] for span in spans(text, [word(asked)])] == [one.span() for one in re.finditer(pattern, text)]


# -- lines -------------------------------------------------------------------------------------------------------


def test_both_scripts_and_hits_on_every_page(db: Database) -> None:
    assert nodes(db, "总结") == nodes(db, "總結") == ["總 結"]
    assert nodes(db, "科普") == ["科普", "科普", "科普", "科普", "科普", "科\u200b普", "科普"]
    assert nodes(db, "GDP", "annual report") == ["GDP", "ＧＤＰ", "annual report", "Annual\treport", "annual  report"]


@pytest.mark.parametrize("asked", ["*", "AND", "a NEAR b", "title:x", "^科", "-", "'", '"', "\0", "%", "(", "科 OR 普"])
def test_no_word_is_syntax(db: Database, asked: str) -> None:
    wanted = words([asked])
    brute = sum(len(spans(text, wanted)) for text in TEXTS)
    assert len(nodes(db, asked)) == brute


def test_a_line_says_where_it_stands(db: Database) -> None:
    for line in Concordance(db, words(["科普", "工作"]), layout=Layout(width=12)):
        (text,) = db.conn.execute("SELECT text FROM documents WHERE id = ?", (line.document,)).fetchone()
        assert text[line.start : line.end] == line.node
        assert text[: line.start].endswith(line.left) and text[line.end :].startswith(line.right)
        assert cell_len(shown(line.left)) <= 12 and cell_len(shown(line.right)) <= 12


def test_counts_are_of_all_lines_not_of_those_shown(db: Database) -> None:
    found = Concordance(db, words(["科普", "GDP"]), layout=Layout(limit=2))
    assert len(list(found)) == 2
    assert (found.hits, found.documents, found.by_word()) == (9, 3, {"科普": 7, "GDP": 2})
    assert found.candidates == found.looked == 4  # 科，普 is found by the index, and is no 科普


def test_a_draw_is_counted_as_a_draw(db: Database) -> None:
    found = Concordance(db, words(["科普"]), layout=Layout(most=2))
    list(found)
    assert (found.candidates, found.looked) == (4, 2)
    rows = population.candidates(db, words(["科普"]))
    draws = {tuple(population.draw(rows, 2, seed)) for seed in range(9)}
    assert len(draws) > 1 and all(list(one) == sorted(one) for one in draws)


@pytest.mark.parametrize("limit", [None, 4, 100])
@pytest.mark.parametrize("sort", ["left", "right"])
def test_lines_are_sorted_by_their_context(db: Database, sort: str, limit: int | None) -> None:
    lines = list(Concordance(db, words(["科普"]), layout=Layout(sort=sort, limit=limit)))
    every = list(Concordance(db, words(["科普"])))
    sides, shown_sides = (
        [fold(one.left[::-1] if sort == "left" else one.right) for one in some] for some in (every, lines)
    )
    assert shown_sides == sorted(sides)[:limit]


def test_documents_come_by_date_and_site_and_at_random(db: Database) -> None:
    def seen(sort: str, seed: int = 0) -> list[Line]:
        return list(Concordance(db, words(["科普"]), layout=Layout(sort=sort, seed=seed)))

    dates = [line.date for line in seen("date")]
    assert dates == sorted(dates, key=lambda date: (not date, date)) and "" in dates
    sites = [line.site for line in seen("site")]
    assert sites == sorted(sites) and len(set(sites)) == 2
    assert sorted(seen("random")) == sorted(seen("archive"))
    assert seen("random", 1) == seen("random", 1)
    assert len({tuple(seen("random", seed)) for seed in range(5)}) > 1


def test_the_same_limit_shows_the_first_of_all_lines(db: Database) -> None:
    for sort in ("random", "left", "date"):
        every = list(Concordance(db, words(["科普"]), layout=Layout(sort=sort)))
        assert list(Concordance(db, words(["科普"]), layout=Layout(sort=sort, limit=3))) == every[:3]


def test_context_as_far_as_the_sentence_or_the_paragraph() -> None:
    text = "甲乙。丙丁戊己！庚\n辛壬"
    at = text.index("戊")
    assert contexts(text, at, at + 1, Layout(expand="sentence")) == ("丙丁", "己！")
    assert contexts(text, at, at + 1, Layout(expand="paragraph")) == ("甲乙。丙丁", "己！庚")
    assert contexts("戊", 0, 1, Layout(expand="sentence")) == ("", "")


@given(st.text("科Ａa，\n\u200b\u0301\x1b‮ 　"), st.integers(0, 12))
def test_columns_line_up(text: str, width: int) -> None:
    left, right = cut_left(text, width), cut_right(text, width)
    assert text.endswith(left) and text.startswith(right)
    for side in (left, right):
        assert cell_len(padded(side, width)) == cell_len(padded(side, width, right=True)) == width
        assert len(shown(side)) == len(side)
        assert not set(shown(side)) & {"\n", "\x1b", "\u202e"}


# -- filters, and copies once --------------------------------------------------------------------------------------


def test_filters_and_copies_once(tmp_path: Path) -> None:
    db = archived(tmp_path / "archive.db", ("科普。", "科普、科普。", "科普一。", "科普二。"))
    db.conn.execute("UPDATE documents SET family_id = id, canonical = 1")
    ids = [one for (one,) in db.conn.execute("SELECT id FROM documents ORDER BY rowid")]
    db.conn.execute(f"UPDATE documents SET family_id = '{ids[0]}' WHERE rowid < 4")
    db.conn.execute("UPDATE documents SET canonical = (rowid IN (2, 4))")

    def found(where: Condition) -> list[str]:
        return [line.document for line in Concordance(db, words(["科普"]), where)]

    assert found(EVERYTHING) == [ids[0], ids[1], ids[1], ids[2], ids[3]]
    assert found(population.once(EVERYTHING)) == found(Filters(canonical=True).condition()) == [ids[1], ids[1], ids[3]]
    odd = Filters(site=("s1.test",)).condition()
    assert found(odd) == [ids[0], ids[2]]
    assert found(population.once(odd)) == [min(ids[0], ids[2])], "one of those that the filter leaves"
    assert population.size(db, population.once(odd)) == (1, len("科普。") + (ids[2] < ids[0]))
    assert population.size(db) == (4, sum(map(len, ("科普。", "科普、科普。", "科普一。", "科普二。"))))


@pytest.mark.parametrize("order", ["n", "n DESC", "signed_on, n"])
def test_few_and_many_documents_are_chosen_alike(db: Database, monkeypatch: pytest.MonkeyPatch, order: str) -> None:
    wanted, where = words(["科普"]), Filters(site=("s1.test",)).condition()
    few = population.candidates(db, wanted, where, order)
    monkeypatch.setattr(population, "FEW", 0)
    assert population.candidates(db, wanted, where, order) == few
    assert 0 < len(few) < len(population.candidates(db, wanted))


# -- the verb ------------------------------------------------------------------------------------------------------


def run(db: Database, *words: str) -> Result:
    (path,) = (row[2] for row in db.conn.execute("PRAGMA database_list"))
    return CliRunner().invoke(main, ["--archive", path, "kwic", *words])


def test_lines_on_paper_are_aligned(db: Database) -> None:
    done = run(db, "科普", "--width", "16")
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert len({cell_len(line[: line.index("【")]) for line in lines}) == 1
    assert len({cell_len(line[: line.rindex(" ")]) for line in lines}) == 1
    characters = sum(map(len, TEXTS))
    assert done.stderr == (f"7 hits in 3 of 5 documents, {7e6 / characters:,.1f} in a million characters\n")


def test_a_limit_says_that_there_is_more(db: Database) -> None:
    assert "7 hits in 3 of 5" in (done := run(db, "科普", "--limit", "2")).stderr
    assert len(done.stdout.splitlines()) == 2 and done.stderr.endswith("; 2 shown, all with --limit 0\n")


def test_json_and_csv_have_the_same_lines(db: Database) -> None:
    asked = ("科普", "工作", "--sort", "right", "--limit", "0")
    lines = [json.loads(line) for line in run(db, *asked, "--json").stdout.splitlines()]
    text = run(db, *asked, "--csv").stdout
    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text[1:], newline="")))
    assert len(rows) == len(lines) == 10
    assert [row["node"] for row in rows] == [line["node"] for line in lines]
    assert all(set(line) == set(Line._fields) for line in lines)
    (formula,) = (row["left"] for row in rows if row["left"].endswith("=1+1"))
    assert formula and not formula.startswith("=")


def test_what_is_found_nowhere_and_what_is_no_word(db: Database) -> None:
    assert run(db, "没有这个").stderr.startswith("0 hits in 0 of 5 documents, 0.0 in a million")
    assert run(db, " ").stderr == "Error: there is no word to look for in ' '\n"
    assert "\x1b" not in run(db, "科普", "--expand", "paragraph").stdout
