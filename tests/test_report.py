"""`report` and the statement of coverage: true of the archive, the same each time, and harmless."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from archive_cases import outcome
from click.testing import CliRunner
from lxml import html
from sqlite_utils import Database
from test_sample_law import outcomes

from archive.__main__ import main
from archive.coverage import Figures, Span, figures, statement
from archive.pages.plots import bars, matrix
from archive.report import report
from archive.store import Fetch, add, add_fetch, begin_crawl, end_crawl, open_archive

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\u202e\"'&"


def archive(folder: Path) -> Database:
    """An archive with two captures, one of them of an error."""
    db = open_archive(folder / "a.db")
    crawl = begin_crawl(db, "sample", "{}")
    for n, status in enumerate((200, 404)):
        add_fetch(db, Fetch(crawl, f"http://a.test/{n}", status, "2026-01-01T00:00:00Z", "sha1:x", "x", "", 0, 0))
    end_crawl(db, crawl, "finished", "{}")
    return db


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Database:
    """The sample's first web."""
    db = archive(tmp_path_factory.mktemp("report"))
    for found in outcomes(1):
        add(db, found)
    return db


def parsed(page: str) -> html.HtmlElement:
    return html.document_fromstring(page, parser=html.HTMLParser(recover=False))


def rows(page: str, title: str) -> dict[str, int]:
    """The bars of the plot whose title begins so."""
    (figure,) = (f for f in parsed(page).iter("figure") if f.findtext(".//h2").startswith(title))
    return {tr[0].text: int(tr[2].text.replace(",", "")) for tr in figure.iter("tr") if tr[0].get("scope") == "row"}


def test_the_bars_are_the_tables_counts(db: Database) -> None:
    page = report(db, "a.db")
    genres = dict(db.conn.execute("SELECT genre, count(*) FROM documents GROUP BY genre").fetchall())
    assert rows(page, "Kinds of document") == genres
    assert sum(rows(page, "Quality").values()) == sum(genres.values())
    hosts = "SELECT count(*) FROM documents AS d JOIN pages AS p ON p.id = d.article_id GROUP BY p.host"
    assert sorted(rows(page, "Hosts").values()) == sorted(n for (n,) in db.conn.execute(hosts))


def test_the_square_of_a_contradiction_is_shaded(db: Database) -> None:
    page = report(db, "a.db")
    proven, claimed = db.conn.execute(
        "SELECT substr(signed_on, 1, 4), title_year FROM documents WHERE redated AND signed_on AND title_year"
    ).fetchone()
    titles = [rect.findtext("title") or "" for rect in parsed(page).iter("rect")]
    assert any(title.startswith(f"{proven} / {claimed}: ") for title in titles)


def test_a_year_is_late_only_past_the_end_of_the_era(tmp_path: Path) -> None:
    db = archive(tmp_path)
    add(db, outcome("http://a.test/1.html"))
    db.conn.execute("UPDATE documents SET signed_on = NULL, era_from = '2009', era_to = '2015', title_year = 2016")
    assert "0 claim to be over a year younger" in report(db, "a.db")
    db.conn.execute("UPDATE documents SET title_year = 2017")
    assert "0 claim to be over a year younger" not in report(db, "a.db")


def test_the_latest_run_is_listed_with_its_errors(db: Database) -> None:
    cells = [[td.text for td in tr] for tr in parsed(report(db, "a.db")).iter("tr") if len(tr) == 7]
    assert ["1", "sample", "2", "1", "finished"] in [[c[0], *c[3:]] for c in cells]


def test_it_is_the_same_each_time_and_asks_for_nothing(db: Database) -> None:
    page = report(db, "a.db")
    assert page == report(db, "a.db")
    assert not re.search(r"<script|src=|href=|url\(|@import|style=", page)


def test_stored_text_is_only_text(tmp_path: Path) -> None:
    db = archive(tmp_path)
    found = outcome("我局完成了任务。")
    bad = replace(found.documents[0], organisation=HOSTILE, province=HOSTILE, org_field=HOSTILE, genre=HOSTILE)
    add(db, replace(found, documents=(bad,)))
    page = report(db, HOSTILE)
    assert "<script" not in page and "<img" not in page
    assert "\u202e" not in re.sub(r'<bdi class="u"[^>]*>.', "", page)
    assert rows(page, "Provinces")


def test_an_empty_archive_has_a_report_too(tmp_path: Path) -> None:
    db = open_archive(tmp_path / "a.db")
    assert statement(db).holds == ("The archive holds no documents yet.",)
    assert not list(parsed(report(db, "a.db")).iter("figure"))


CLEAN = Figures(Span("2026-01-01", "2026-01-01"), "a.test", 1, 4, *[0] * 19)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("copies", "are copies"),
        ("redated", "a year that their own text contradicts"),
        ("masked", "masked names or numbers"),
        ("false_numbers", "do not compute"),
        ("partial", "are incomplete"),
        ("demoted", "no record of any unit"),
        ("undated", "An era is a range"),
    ],
)
def test_a_warning_stands_where_its_figure_does(tmp_path: Path, name: str, words: str) -> None:
    db = open_archive(tmp_path / "a.db")
    assert not any(words in said for said in statement(db, CLEAN).beware)
    (said,) = (said for said in statement(db, replace(CLEAN, **{name: 1})).beware if words in said)
    assert name == "undated" or said.startswith("1 (25%) ")


def test_the_statement_counts_what_the_tables_hold(db: Database) -> None:
    known = figures(db)
    assert known.documents == sum(len(found.documents) for found in outcomes(1))
    assert known.redated == sum(doc.redated for found in outcomes(1) for doc in found.documents)
    assert known.masked == sum(
        bool({"numbers_masked", "names_masked"} & set(doc.damage)) for found in outcomes(1) for doc in found.documents
    )


def test_what_is_left_of_many_bars_is_one() -> None:
    drawn = bars({f"h{n}": 10 - n for n in range(10)}, of="documents", most=3)
    assert "other (7)" in drawn and drawn.count("<rect") == 4


def test_a_matrix_frames_where_both_agree_and_shades_more_darker() -> None:
    drawn = matrix({("a", "a"): 1, ("a", "b"): 100}, ["a"], ["a", "b"], says="so", unit="documents")
    assert re.findall(r'class="(s\d[^"]*)"', drawn) == ["s1 agree", "s5"]


def test_the_verb_writes_beside_the_archive(tmp_path: Path) -> None:
    db = archive(tmp_path)
    add(db, outcome("我局完成了任务。"))
    db.close()
    run = CliRunner().invoke(main, ["--archive", str(tmp_path / "a.db"), "report"])
    assert run.exit_code == 0 and (tmp_path / "report.html").read_text("utf-8").startswith("<!doctype html>")
    run = CliRunner().invoke(main, ["--archive", str(tmp_path / "a.db"), "report", "-o", str(tmp_path / "a.db")])
    assert run.exit_code == 1 and "is the archive itself" in run.output
