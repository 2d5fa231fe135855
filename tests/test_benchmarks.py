"""The bench measures what it says: scores by hand, floors that only a named flag lowers, tables between markers."""

import json
import re
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import __main__ as command
from benchmarks import ablation, counting
from benchmarks.conversion import conversions
from benchmarks.facts import Found
from benchmarks.figures import figures, judge
from benchmarks.floors import Floors, FloorsError, check, load, pin
from benchmarks.goals import GOALS, Goal
from benchmarks.measure import Run, race
from benchmarks.misses import misses
from benchmarks.own import Clean, Own, changed_cases
from benchmarks.pages import Case, PagesError, Truth, bare, real_cases
from benchmarks.restorers import PEERS, Part, Restorer
from benchmarks.scores import averaged, changed_words, distance, hits, matched_parts, ratio
from benchmarks.tables import DETAILS, MARKERS, README, ReadmeError, Results, Table, tables, write
from pipelines.document import Page
from pipelines.extraction.voters import Voter

ROOT = Path(__file__).parent.parent


def case(*truths: Truth, kind: str = "plain") -> Case:
    return Case("x", kind, (Page("http://x.test/", b""),), ("",), truths)  # type: ignore[arg-type]


def parts(*texts: str) -> tuple[Part, ...]:
    return tuple(Part(text, text) for text in texts)


def measured(*pairs: tuple[Case, tuple[Part, ...]]) -> Run:
    restorer = Restorer("one", "1", lambda _: ())
    return Run(restorer, tuple(c for c, _ in pairs), tuple(p for _, p in pairs), 0.1)


# -- scores ------------------------------------------------------------------------------------------------------


def test_the_shares_of_a_page_sum_to_one() -> None:
    assert hits("ABCDEF", "ABCDE") == pytest.approx((2 / 3, 1 / 3, 0))
    assert hits("AB CD\nEF", "ABCDEF") == (1, 0, 0)
    assert hits("", "") == (0, 0, 0)
    assert hits("", "ABCD") == (0, 0, 1)


def test_a_long_page_weighs_no_more_than_a_short_one() -> None:
    long, short = hits("A" * 5000, "A" * 5000), hits("WXYZ", "ABCD")
    assert averaged([long, short]) == pytest.approx((2 / 3, 2 / 3, 2 / 3))


def test_counts_of_a_multiset_are_counted() -> None:
    assert hits("ABCDABCD", "ABCD").true == pytest.approx(1 / 5)


def naive_distance(one: str, other: str) -> int:
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        last, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (a != b))
    return row[-1]


@given(st.text("甲乙丙", max_size=12), st.text("甲乙丙", max_size=12))
def test_the_distance_is_levenshteins(one: str, other: str) -> None:
    assert distance(one, other) == naive_distance(one, other)


def test_a_part_counts_for_one_document_only() -> None:
    assert matched_parts(["一二三四五六", "一二三四五六"], ["一二三四五六", "甲乙丙丁戊己"]) == 1
    assert matched_parts(["甲乙丙丁戊己", "一二三四五六"], ["一二三四五六", "甲乙丙丁戊己"]) == 2
    assert matched_parts(["一二三四五六甲乙丙丁戊己"], ["一二三四五六", "甲乙丙丁戊己"]) == 0


def test_words_that_conversion_changes() -> None:
    original, plain = "用信息和资料", "用资讯和资料"
    assert changed_words(original, plain, "用信息和资料", plain) == (1, 1, 1, 1)
    assert changed_words(original, plain, plain, plain) == (1, 0, 0, 0)
    over = changed_words(original, plain, "用信息和数据", plain)
    assert over == (1, 1, 2, 1)
    assert over.score[:2] == (0.5, 1.0)


def test_a_word_that_was_lost_is_not_restored() -> None:
    assert changed_words("买光盘。", "买光碟。", "买。", "买。") == (1, 0, 0, 0)


def test_a_word_with_nothing_in_its_place_is_judged_by_its_neighbours() -> None:
    original, plain = "他说的话", "他说说的话"
    assert changed_words(original, plain, original, plain) == (1, 1, 1, 1)
    assert changed_words(original, plain, plain, plain) == (1, 0, 0, 0)


def test_a_word_is_rightly_changed_only_as_a_whole() -> None:
    assert changed_words("用信息吧", "用资讯吧", "用信箱吧", "用资讯吧") == (1, 0, 1, 0)


def test_nothing_proposed_is_nothing_wrong() -> None:
    assert ratio(0, 0, 5) == (1, 0, 0)


# -- figures -----------------------------------------------------------------------------------------------------


def test_script_and_width_decide_nothing_and_optional_lines_count_neither_way() -> None:
    truth = Truth("总结：好\n完了", frozenset({"云发1号"}))
    for text in ("总结:好\n完了", "總結：好\n云发1号\n完 了"):
        judged = judge(case(truth), parts(text))
        assert (judged.exact, judged.found_lines, judged.lines) == (1, 2, 2)
    assert judge(case(truth), parts("总结：好完了")).found_lines == 0
    assert judge(case(truth), parts("总结：好\n云发2号\n完了")).exact == 0


def test_leaks_and_losses_are_the_articles() -> None:
    one = Truth("甲乙丙丁", must_survive=("乙丙",), must_not_survive=("上一篇", "戊己庚辛"))
    other = Truth("戊己庚辛", must_survive=("己庚",))
    judged = judge(case(one, other), parts("甲乙丁上一篇", "戊己庚辛"))
    assert judged.leaks == ("上一篇",)
    assert judged.noise == 1, "what another document of the page says is no noise"
    assert judged.lost == ("乙丙",)


def test_splits_are_counted_on_compilations_and_false_ones_on_single_documents() -> None:
    two = case(Truth("一二三四五六"), Truth("甲乙丙丁戊己"), kind="compilation")
    single = case(Truth("子丑寅卯辰巳午未"))
    good = figures(measured((two, parts("一二三四五六", "甲乙丙丁戊己")), (single, parts("子丑寅卯辰巳午未"))))
    assert (good.split[:2], good.false_splits, good.exact) == ((1, 1), 0, 1)
    bad = figures(measured((two, parts("一二三四五六甲乙丙丁戊己")), (single, parts("子丑寅卯", "辰巳午未"))))
    assert (bad.split[:2], bad.false_splits, bad.exact) == ((0, 0), 1, 0)


@pytest.mark.parametrize(("hans", "edits", "words"), [
    ("我们收集的信息，", 0, (1, 1, 1, 1)),
    ("我们收集的信息,", 0, (1, 1, 1, 1)),
    ("我们收集的资讯，", 2, (1, 0, 0, 0)),
    ("我们收取的信息，", 1, (1, 1, 2, 1)),
    ("我們收集的信息，", 1, (1, 1, 2, 1)),
])  # fmt: skip
def test_conversions_are_measured_against_the_original(hans: str, edits: int, words: tuple[int, ...]) -> None:
    article = case(Truth("我们收集的信息，"), kind="localised")
    found = conversions([measured((article, (Part("我們收集的資訊，", hans),)))])
    ours = found["localised by machine", "this project"]
    assert (ours.edits, ours.words) == (edits, words)
    assert found["localised by machine", "OpenCC tw2sp"].words == (1, 1, 1, 1)
    assert found["localised by machine", "OpenCC tw2s"].words == (1, 0, 0, 0)


def test_a_changed_document_is_named() -> None:
    cases = [bare("kept", "题", "甲"), bare("cut", "题", "乙")]
    reader = Restorer("one", "1", lambda c: parts(c.truths[0].text if c.name == "kept" else ""))
    assert changed_cases(reader, cases) == ("cut",)


def test_a_race_reads_once_and_times_each_page() -> None:
    read: list[str] = []
    restorer = Restorer("one", "1", lambda c: [read.append(c.name) or Part(c.name, "")])  # type: ignore[func-returns-value]
    laps: list[None] = []
    (one,) = race([restorer], [bare(name, "", "") for name in "abcd"], 2, lambda: laps.append(None))
    assert [part[0].published for part in one.reads] == list("abcd")
    assert one.seconds > 0
    assert (read, len(laps)) == (list("abcabcdabcd"), 8)


# -- floors ------------------------------------------------------------------------------------------------------

FIGURES = {"seed 1: F1": 0.99, "seed 1: leak": 0.01}


@pytest.fixture
def pinned(tmp_path: Path) -> Path:
    path = tmp_path / "floors.json"
    pin(FIGURES, "abc", lower=True, path=path)
    return path


def test_what_was_pinned_holds(pinned: Path) -> None:
    assert check(FIGURES, "abc", pinned) == "all 2 floors hold"
    assert "seed 1: F1" in check(FIGURES | {"seed 1: F1": 1.0}, "abc", pinned)


@pytest.mark.parametrize("change", [{"seed 1: F1": 0.9899}, {"seed 1: leak": 0.0101}])
def test_a_worse_figure_fails_and_is_not_pinned_without_the_flag(pinned: Path, change: dict[str, float]) -> None:
    before, worse = pinned.read_bytes(), FIGURES | change
    with pytest.raises(FloorsError, match=next(iter(change))):
        check(worse, "abc", pinned)
    with pytest.raises(FloorsError, match="--lower-floors"):
        pin(worse, "abc", lower=False, path=pinned)
    assert pinned.read_bytes() == before
    pin(worse, "abc", lower=True, path=pinned)
    assert load(pinned) == Floors("abc", worse)


def test_a_figure_that_is_not_measured_any_more_fails(pinned: Path) -> None:
    with pytest.raises(FloorsError, match="leak is not measured"):
        check({"seed 1: F1": 0.99}, "abc", pinned)


def test_better_figures_are_pinned(pinned: Path) -> None:
    better = {"seed 1: F1": 0.995, "seed 1: leak": 0.0, "seed 2: F1": 0.9}
    pin(better, "abc", lower=False, path=pinned)
    assert load(pinned).figures == better


def test_another_corpus_is_told_in_one_line(pinned: Path) -> None:
    with pytest.raises(FloorsError, match="--raise-floors") as caught:
        check(FIGURES, "def", pinned)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", [None, "", "[]", '{"corpus": "abc"}'])
def test_floors_that_cannot_be_read_are_told(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "floors.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(FloorsError, match=r"floors\.json"):
        load(path)


def test_the_pinned_floors_are_figures_of_a_corpus() -> None:
    data = json.loads((ROOT / "benchmarks" / "floors.json").read_text(encoding="utf-8"))
    assert re.fullmatch("[0-9a-f]{64}", data["corpus"])
    elsewhere = ("real", "families")
    wanted = {figure for goal in GOALS for figure in goal.figures if not figure.startswith(elsewhere)}
    assert wanted <= set(data["figures"])


@pytest.mark.parametrize(("flag", "status", "told"), [
    ("--check", 1, "seed 1: F1 is 0.9, its floor is 0.99"),
    ("--raise-floors", 1, "--raise-floors lowers nothing"),
    ("--lower-floors", 0, "1 floors pinned"),
])  # fmt: skip
def test_the_command_and_its_exit_status(
    monkeypatch: pytest.MonkeyPatch, pinned: Path, flag: str, status: int, told: str
) -> None:
    class Worse:
        @staticmethod
        def named() -> dict[str, float]:
            return {"seed 1: F1": 0.9}

    monkeypatch.setattr(command, "own", lambda _: Worse)
    monkeypatch.setattr(command.facts, "measured", lambda _: Found())
    monkeypatch.setattr(command, "digest", lambda: "abc")
    monkeypatch.setattr(command, "check", partial(check, path=pinned))
    monkeypatch.setattr(command, "pin", partial(pin, path=pinned))
    monkeypatch.setattr(command, "_seed_pages", lambda: None)
    result = CliRunner().invoke(command.main, [flag])
    assert (result.exit_code, told in result.output) == (status, True), result.output
    assert (load(pinned).figures == FIGURES) is (status == 1)


# -- tables and peers --------------------------------------------------------------------------------------------


def test_a_goal_says_whether_it_is_reached() -> None:
    high, low = Goal("a", 0.9, ".2f", ("x: F1", "y: F1")), Goal("b", 0, ".0f", ("x: lost",))
    assert high.row({"x: F1": 0.9, "y: F1": 0.95})[2:] == ("0.90 / 0.95", "yes")
    assert high.row({"x: F1": 0.9, "y: F1": 0.89})[-1] == "no"
    assert low.row({"x: lost": 0})[-1] == "yes"
    assert low.row({"x: lost": 1})[-1] == "no"


@pytest.mark.parametrize("readme", [README, DETAILS])
def test_the_readmes_have_a_place_for_the_tables(readme: Path) -> None:
    text = readme.read_text(encoding="utf-8")
    assert len(MARKERS.findall(text)) == 1
    assert "make bench" in (MARKERS.search(text) or [""])[0]


def results(restorers: tuple[str, ...] = ("this project", "trafilatura")) -> Results:
    single = case(Truth("子丑寅卯辰巳午未", must_not_survive=("上一篇",)), kind="localised")
    runs = [
        Run(Restorer(name, name, lambda _: ()), (single,), (parts("子丑寅卯辰巳午未"),), n / 10)
        for n, name in enumerate(restorers, 1)
    ]
    own = Own({1: runs[0]}, {1: runs[0]}, conversions(runs[:1]), Clean(1, 1, ()), Clean(2, 1, ("x",)))
    return Results(runs, {1: runs}, own, [], [Table("T", "", ("", "a"), ())], "abcdef", 1)


def test_the_tables_stand_between_the_markers(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("before\n<!-- measured: by x -->\nold\n<!-- end of measured -->\nafter\n", encoding="utf-8")
    write(results(), tables(results()), readme)
    text = readme.read_text(encoding="utf-8")
    assert text.startswith("before\n<!-- measured: by x -->\n\n")
    assert text.endswith("\n<!-- end of measured -->\nafter\n")
    assert "| **this project** | **1.000** | **1.000** | **1.000** | **10** | **0.50** |" in text
    assert "| restored documents, restored again: unchanged | at least 100.0% | 50.0% | no |" in text
    assert "\nold\n" not in text
    write(results(), tables(results()), readme)
    assert readme.read_text(encoding="utf-8") == text


def test_a_readme_without_markers_is_left_alone(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("nothing")
    with pytest.raises(ReadmeError, match="no place for the tables"):
        write(results(), tables(results()), readme)
    assert readme.read_text() == "nothing"


def test_the_readme_is_not_written_from_half_a_bench(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(command, "peers", lambda: ([], ["goose3"]))
    result = CliRunner().invoke(command.main, ["--update-readme", "--real", str(tmp_path)])
    assert result.exit_code == 1
    assert "not installed: goose3" in result.output
    assert f"real pages: not measured, {tmp_path / 'gold.jsonl'} is not there" in result.output


def test_a_quick_look_needs_neither_peers_nor_real_pages(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(command, "peers", lambda: ([], []))
    monkeypatch.setattr(command, "SHARED", tmp_path)
    result = CliRunner().invoke(command.main, ["--every", "60", "--rounds", "1", "--real", str(tmp_path)])
    assert result.exit_code == 0, result.output
    assert "sample, seed 2: one article in 60" in result.output
    assert "seed pages: not checked, they are not there" in result.output


def test_pages_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes("<p>总结</p>".encode("gbk"))
    (tmp_path / "gold.jsonl").write_text('{"file": "a.html", "text": "总结"}\n', encoding="utf-8")
    (one,) = real_cases(tmp_path)
    assert (one.html, one.truths) == (("<p>总结</p>",), (Truth("总结"),))
    (tmp_path / "gold.jsonl").write_text('{"file": "b.html", "text": ""}', encoding="utf-8")
    with pytest.raises(PagesError, match=r"b\.html"):
        real_cases(tmp_path)


def test_each_row_of_the_ablation_lacks_its_voter(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, ...]] = []

    def ours(*, voters: tuple[Voter, ...]) -> Restorer:
        asked.append(tuple(voter.name for voter in voters))
        return Restorer("", "", lambda _: ())

    names = [voter.name for voter in ablation.VOTERS]
    monkeypatch.setattr(ablation, "_taken", [[("real", ours, [])]])
    assert ablation._without(None).voter == ""
    assert [ablation._without(name).voter for name in names] == names
    assert asked == [tuple(names), *(tuple(n for n in names if n != name) for name in names)]


def test_what_is_missed_is_shown() -> None:
    document = case(Truth("一二三四五六", must_survive=("二三",), must_not_survive=("上一篇",)))
    run = measured((document, parts("一二叁四五六上一篇")))
    own = Own({1: run}, {}, {}, Clean(1, 1, ()), Clean(1, 0, ("y#1",)))
    real = measured((replace(document, kind="real"), parts("一二三四五")))
    assert list(misses(own, real)) == [
        "seed 1 plain x: leaks 上一篇",
        "seed 1 plain x: lost 二三",
        "seed 1 plain x#1: 一二[三|叁]四五六; 三四五六[|上一篇]",
        "changed on a bare page: y#1",
        "real x: 0.667 right, 1 missed, 0 too much",
    ]


def test_a_table_in_markdown() -> None:
    table = Table("T", ", both", ("", "a"), (("this project", "1"), ("other", "2")))
    assert table.in_markdown() == (
        "**T**, both\n\n|  | a |\n| --- | --: |\n| **this project** | **1** |\n| other | 2 |\n"
    )


def test_every_peer_is_required_with_bounds() -> None:
    lines = (ROOT / "benchmarks" / "requirements.txt").read_text(encoding="utf-8").splitlines()
    bounds = {re.split("[><=]", line)[0].lower(): line for line in lines if not line.startswith(("#", "-r"))}
    assert all(re.search(r">=[\d.]+,<[\d.]+$", line) for line in bounds.values())
    assert {peer.package.lower() for peer in PEERS} <= set(bounds) | {"trafilatura"}


def test_counting_finds_the_same_however_it_counts() -> None:
    table = counting.counting(lambda _: None, 300)
    rows = {row[0]: row[1:] for row in table.rows}
    assert len(rows) == len(counting.TASKS)
    assert len({row[3] for row in rows.values()}) == 1, "工作 is the same in both scripts"
    assert len({row[1] for name, row in rows.items() if not name.startswith("every text")}) == 1
