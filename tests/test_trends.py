"""Trends: figures of a plain count, denominators of the same documents, what nothing dates told apart."""

import csv
import io
import json
import re
from pathlib import Path

import pytest
from archive_cases import outcome
from bare_archives import bare_archive, put
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from archive.__main__ import main
from archive.condition import Filters
from archive.counting import population
from archive.counting.occurrences import words
from archive.counting.population import Size
from archive.counting.timeline import legend, picture
from archive.counting.trends import TIMES, Bin, Count, Row, Trend, Way, bin_of, table_of, trend
from archive.errors import ArchiveError
from archive.store import Fetch, add, add_fetch, begin_crawl, open_archive

Dates = dict[str, object]
NONE: Dates = {"signed_on": None, "era_from": None, "era_to": None, "title_year": None, "published_on": None}


def archived(path: Path, documents: list[tuple[str, Dates]]) -> Database:
    db = open_archive(path)
    crawl = begin_crawl(db, "test", "{}")
    for number, (text, dates) in enumerate(documents, 1):
        url = f"http://s{number % 2}.test/{number}.html"
        add_fetch(db, Fetch(crawl, url, 200, "2026-01-01T00:00:00Z", "", "", "a", number, 1))
        add(db, outcome(text, url=url, fetch_id=1, **{**NONE, **dates}))
    return db


DOCUMENTS: list[tuple[str, Dates]] = [
    ("科普、科普。", {"signed_on": "2019-12-31", "title_year": 2024, "published_on": "2024-02-01"}),
    ("科 普與環保。", {"signed_on": "2019", "era_from": "2018", "era_to": "2020"}),
    ("沒有。", {"era_from": "2021-03", "era_to": "2021-11-30"}),
    ("科普，环保。", {"era_from": "2019", "era_to": "2021-06"}),  # of no one year, but of one plan? 2016-2020: no
    ("环保科普环保", {"era_from": "2017-05", "era_to": "2018"}),  # of the plan of 2016 to 2020
    ("科普只有起点。", {"era_from": "2015"}),
    ("没有日期的科普。", {}),
]


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Database:
    return archived(tmp_path_factory.mktemp("trend") / "archive.db", DOCUMENTS)


def told(found: Trend) -> dict[str, tuple[int, int, list[int]]]:
    every = [*found.bins, found.undated]
    return {bin.name: (bin.size.documents, bin.size.characters, [n.hits for n in bin.counts]) for bin in every}


def test_only_a_certain_year_counts(db: Database) -> None:
    found = trend(db, words(["科普", "環保"]))
    first, second, third, *undated = (len(text) for text, _ in DOCUMENTS)
    assert told(found) == {
        "2019": (2, first + second, [3, 1]),
        "2020": (0, 0, [0, 0]),
        "2021": (1, third, [0, 0]),
        "0": (4, sum(undated), [4, 3]),
    }
    assert [bin.counts[0].documents for bin in found.bins] == [2, 0, 0]
    assert found.bins[0].per_million(0) == pytest.approx(3e6 / (first + second))
    assert found.bins[1].per_million(0) is None and found.bins[2].per_million(0) == 0.0


def test_wider_bins_date_more_documents(db: Database) -> None:
    assert {name: figures[0] for name, figures in told(trend(db, words(["科普"]), way=Way(step=5))).items()} == {
        "2016–2020": 3,
        "2021–2025": 1,
        "0": 3,
    }


@pytest.mark.parametrize(
    ("by", "years"),
    [
        ("signed", {"2019": 2, "0": 5}),
        ("era", {"2021": 1, "0": 6}),
        ("title-year", {"2024": 1, "0": 6}),
        ("published", {"2024": 1, "0": 6}),
        ("period", {"0": 7}),
    ],
)
def test_what_dates_a_text_is_chosen(db: Database, by: str, years: dict[str, int]) -> None:
    found = told(trend(db, words(["科普"]), way=Way(by)))
    assert {name: documents for name, (documents, _, _) in found.items() if documents} == years


def test_an_unknown_time_is_refused(db: Database) -> None:
    with pytest.raises(ArchiveError, match="there is no time 'x'"):
        trend(db, words(["科普"]), way=Way("x"))


@pytest.mark.parametrize(
    ("first", "last", "step", "bin"),
    [
        ("2016", "2020", 5, 2016),
        ("2015", "2016", 5, None),
        ("2020", "2011", 10, 2011),
        ("2019", "2019", 1, 2019),
        (None, "2019", 1, None),
        ("", "", 1, None),
        ("0001", "0001", 1, None),
        ("9999", "9999", 1, None),
        ("二零一九", "二零一九", 1, None),
    ],
)
def test_the_bin_of_a_span(first: str | None, last: str | None, step: int, bin: int | None) -> None:
    assert bin_of(first, last, step) == bin


# -- against a plain count -----------------------------------------------------------------------------------------

YEAR = st.one_of(st.none(), st.integers(2008, 2013).map(str))


@settings(max_examples=25, deadline=None)  # each makes an archive
@given(st.data())
def test_figures_are_those_of_a_plain_count(data: st.DataObject) -> None:
    texts = st.text("科普總总结，a ", min_size=1, max_size=12)
    rows = data.draw(st.lists(st.tuples(texts, YEAR, YEAR, YEAR, st.sampled_from("ab")), min_size=1, max_size=7))
    step, once = data.draw(st.integers(1, 3)), data.draw(st.booleans())
    where = Filters("genre = '总结'").condition()
    where = population.once(where) if once else where
    db = bare_archive()
    for n, (text, signed, first, last, family) in enumerate(rows):
        dates = {"signed_on": signed, "era_from": first, "era_to": last}
        put(db, text, genre="计划" if n % 3 == 2 else "总结", family_id=family, **dates)
    found, size = trend(db, words(["总结", "a"]), where, Way(step=step)), population.size(db, where)
    kept = [row for n, row in enumerate(rows) if n % 3 != 2]
    if once:
        kept = [row for n, row in enumerate(kept) if row[4] not in {before[4] for before in kept[:n]}]
    wanted: dict[int | None, list[int]] = {}
    for text, signed, first, last, _ in kept:
        low, high = signed or first, signed or last
        alone = low is not None and high is not None and (int(low) - 1) // step == (int(high) - 1) // step
        tally = wanted.setdefault((int(low) - 1) // step * step + 1 if alone and low else None, [0, 0, 0, 0])
        hits = len(re.findall("[總总] *结", text)), len(re.findall("a+", text)) - len(re.findall("aa+", text))
        for at, more in enumerate((1, len(text), *hits)):
            tally[at] += more
    bins = {bin.first or None: [*bin.size, *(n.hits for n in bin.counts)] for bin in (*found.bins, found.undated)}
    assert {year: tally for year, tally in bins.items() if tally[0]} == wanted
    assert found.total.size == size == (len(kept), sum(len(row[0]) for row in kept))
    assert [bin.first for bin in found.bins] == sorted(bin.first for bin in found.bins)


def test_filters_are_those_of_the_denominator(db: Database) -> None:
    odd = trend(db, words(["科普"]), Filters(site=("s1.test",)).condition())
    assert odd.total.size == population.size(db, Filters(site=("s1.test",)).condition())
    assert odd.total.size.documents == 4


def test_a_draw_thins_both_sides(tmp_path: Path) -> None:
    documents: list[tuple[str, Dates]] = [(f"科普{n}。", {"signed_on": f"{2010 + n % 2}"}) for n in range(60)]
    db = archived(tmp_path / "archive.db", documents)
    whole, drawn = trend(db, words(["科普"])), trend(db, words(["科普"]), way=Way(most=15))
    assert (whole.share, drawn.share) == (1.0, 0.25)
    assert whole.total.size.documents == 60 and 12 <= drawn.total.size.documents <= 18
    assert drawn.total.counts[0].hits == drawn.total.size.documents, "every document of the draw has the word once"
    assert all(bin.counts[0].hits == bin.size.documents > 0 for bin in drawn.bins)


def test_small_bins_are_named(db: Database) -> None:
    found = trend(db, words(["科普"]))
    assert [bin.first for bin in found.small] == [2019, 2021], "a year without text needs no warning"
    assert not Bin(2019, 2019, Size(10, 20_000), (Count(),)).is_small


# -- pictures ------------------------------------------------------------------------------------------------------


def made(*rates: int | None) -> Trend:
    bins = tuple(
        Bin(2000 + n, 2000 + n, Size(20, 1_000_000) if rate is not None else Size(0, 0), (Count(rate or 0, 1),))
        for n, rate in enumerate(rates)
    )
    return Trend(("<b>\u202e",), "proven", bins, Bin(0, 0, Size(0, 0), (Count(),)))


def test_a_line_breaks_where_there_is_no_text() -> None:
    svg = picture(made(1, 2, None, None, 4, 5, None, 7), "says", "unit")
    assert len(re.findall(r'class="line ', svg)) == 2 and len(re.findall(r'class="point ', svg)) == 5
    assert len(re.findall(r'<rect class="text"', svg)) == 5, "columns of text stand below"


def test_a_picture_can_do_nothing() -> None:
    svg = picture(made(1, 2), 'a"b<', "unit") + legend(["<script>"])
    assert "style=" not in svg and "<b>" not in svg and "<script>" not in svg and "\u202e</" not in svg
    assert picture(made(), "", "") == ""


@given(st.lists(st.one_of(st.none(), st.integers(0, 10**6)), min_size=1, max_size=40))
def test_points_stay_inside(rates: list[int | None]) -> None:
    svg = picture(made(*rates), "says", "unit")
    heights = [float(y) for y in re.findall(r'class="point[^>]*cy="([\d.]+)"', svg)]
    assert all(12 <= y <= 252 for y in heights) and len(heights) == sum(rate is not None for rate in rates)


# -- the verb ------------------------------------------------------------------------------------------------------


def run(db: Database, *arguments: str) -> Result:
    (path,) = (row[2] for row in db.conn.execute("PRAGMA database_list"))
    done = CliRunner().invoke(main, ["--archive", path, "trend", *arguments])
    assert done.exit_code == 0, done.output
    return done


def test_a_table_with_bars(db: Database) -> None:
    lines = run(db, "科普").stdout.splitlines()
    assert lines[0].startswith("the signature's date, else the era")
    assert [line.split()[0] for line in lines[2:]] == ["2019", "2020", "2021", "undated", "all", "*"]
    assert "█" * 20 in lines[2] and "–" in lines[3] and "█" not in lines[4]
    assert lines[-2].split()[1:3] == ["7", str(sum(len(text) for text, _ in DOCUMENTS))]


def test_csv_and_json_have_the_same_rows(db: Database) -> None:
    rows = [json.loads(line) for line in run(db, "科普", "環保", "--json").stdout.splitlines()]
    assert [tuple(row) for row in rows] == [Row._fields] * 8
    done = run(db, "科普", "環保", "--csv")
    table = list(csv.DictReader(io.StringIO(done.stdout.removeprefix("\ufeff"), newline="")))
    assert [row["hits"] for row in table] == [str(row["hits"]) for row in rows]
    assert table[3]["first_year"] == "" and table[1]["per_million"] == ""
    assert "4 documents of no one year" in done.stderr and "2 of 3 bins are small" in done.stderr


def test_a_page_needs_nothing_beside_it(db: Database, tmp_path: Path) -> None:
    target = tmp_path / "trend.html"
    done = run(db, "科普", "<i>", "--html", "-o", str(target))
    html = target.read_text("utf-8")
    assert done.stdout == "" and f"Written to {target}" in done.stderr
    assert "<svg" in html and "<i>" not in html and "src=" not in html and "style=" not in html
    assert "4 documents are not of one year for certain" in html


def test_a_table_is_saved_without_colours(db: Database, tmp_path: Path) -> None:
    run(db, "科普", "-o", str(tmp_path / "t.txt"))
    assert "\x1b" not in (tmp_path / "t.txt").read_text("utf-8")


def test_every_time_is_told_in_the_help() -> None:
    text = " ".join(CliRunner().invoke(main, ["trend", "--help"]).output.split())
    assert all(name in text for name in TIMES)


def test_rows_have_all_figures(db: Database) -> None:
    rows = list(table_of(trend(db, words(["科普"]))))
    assert rows[0] == (
        "科普",
        2019,
        2019,
        2,
        len(DOCUMENTS[0][0] + DOCUMENTS[1][0]),
        3,
        2,
        pytest.approx(230769.231),
        1,
    )
