"""The history of a document: versions in order, what changed in each, and the two ledgers behind it."""

import json
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from archive_cases import CHROME, TAIL, URL, cut, outcome, recut
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from archive.__main__ import main
from archive.errors import ArchiveError
from archive.rows import Row
from archive.store import Fetch, add, add_fetch, begin_crawl, open_archive
from archive.versioning import history
from archive.versioning.ledger_diff import SOURCE, Shift, by_rule, moved, moved_across
from pipelines.document import Edit, Outcome, Step, article_id
from pipelines.ledger import replay

ONE = "各位领导：今年我们做了许多工作，有成绩也有不足。"
TWO = "第二份材料另起一段，说的是明年的打算和安排。"
ID = f"{article_id(URL)}-0"


@pytest.fixture
def db(tmp_path: Path) -> Database:
    db = open_archive(tmp_path / "archive.db")
    crawl = begin_crawl(db, "test", "{}")
    for number in range(1, 6):
        add_fetch(db, Fetch(crawl, URL, 200, f"2026-01-0{number}T00:00:00Z", "", "", "a.warc.gz", number, 1))
    return db


@pytest.fixture
def three(db: Database) -> Database:
    """A page that changed, and then rules that read it otherwise."""
    add(db, outcome(ONE))
    add(db, outcome(f"{ONE}补充一句。", fetch_id=2))
    add(db, with_repair(outcome(f"{ONE}补充一句。", fetch_id=2, title="新题", damage=("pinyin",))), cause="rules")
    return db


def with_repair(made: Outcome) -> Outcome:
    """许多 becomes 不少 by a rule of its own."""
    at = str(made.source and made.source.text).index("许多")
    repair = Edit(at, at + 2, "不少", (Step("repair", "by_hand", "许多", "不少", "by hand"),))
    edits = tuple(sorted((*made.edits, repair)))
    text = made.documents[0].text.replace("许多", "不少")
    return replace(made, edits=edits, documents=(replace(made.documents[0], text=text, text_hans=text),))


def run(db: Database, *arguments: str) -> Result:
    (path,) = [file for _, name, file in db.conn.execute("PRAGMA database_list") if name == "main"]
    return CliRunner().invoke(main, ["--archive", path, *arguments])


def test_versions_stand_in_order_with_their_causes(three: Database) -> None:
    (found,) = history.histories(three, ID)
    assert [(one.number, one.cause, one.is_current) for one in found.versions] == [
        (1, "first", False), (2, "capture", False), (3, "rules", True),
    ]  # fmt: skip
    assert [one.fetch_id for one in found.versions] == [1, 2, 2]
    assert found.versions[1].since == "2026-01-02T00:00:00Z", "a page that changed: when it was captured"
    assert found.versions[2].since == found.versions[1].until, "rules that changed: when it was restored again"
    assert found.title == "新题" and found.url == URL and found.retired_at is None


def test_a_version_says_what_changed_in_text_columns_and_rules(three: Database) -> None:
    (found,) = history.histories(three, ID)
    first, second, third = (one.change for one in found.versions)
    assert first is None
    assert second and (second.inserted, second.deleted, second.replaced) == (5, 0, 0) and not second.columns
    assert not second.rules, "another source text: nothing to compare edits on"
    assert third and third.replaced == 2 and third.rules == {"by_hand": Shift(changed=2)}
    assert {one.name: (one.before, one.after) for one in third.columns} == {
        "title": ("某局工作总结", "新题"),
        "damage": (["numbers_lost", "pinyin"], ["pinyin"]),
    }
    assert history.told(third) == [
        "text: 2 replaced",
        "title: 某局工作总结 → 新题",
        'damage: ["numbers_lost", "pinyin"] → ["pinyin"]',
        "rule by_hand: 2 changed",
    ]


def test_a_column_that_an_old_version_was_kept_without_is_no_change(three: Database) -> None:
    old, new = history.version(three, ID, 1), history.version(three, ID, 3)
    del old["signed_by"]
    assert "signed_by" not in {one.name for one in history.compare(old, new).columns}
    with pytest.raises(ArchiveError, match="no version 9"):
        history.version(three, ID, 9)


@given(st.text(alphabet="一二三四五，。\n", max_size=60), st.text(alphabet="一二三四五，。\n", max_size=60))
def test_pieces_give_both_texts_back(older: str, newer: str) -> None:
    found = list(history.pieces(older, newer))
    assert "".join(piece.before for piece in found) == older
    assert "".join(piece.after for piece in found) == newer
    assert all((piece.before == piece.after) == (piece.kind == "same") for piece in found)
    for change in history.changes(found):
        (a, b), before, after = cast(list[int], change["at"]), str(change["before"]), str(change["after"])
        assert older[a : a + len(before)] == before and newer[b : b + len(after)] == after


def test_width_is_a_change_between_versions() -> None:
    assert [piece.kind for piece in history.pieces("共１２人参加了会议", "共12人参加了会议")] == [
        "same",
        "replaced",
        "same",
    ]


def test_a_retired_id_has_its_history_and_leads_on(three: Database) -> None:
    add(three, outcome(ONE, TWO, fetch_id=3))
    (gone,) = history.histories(three, ID)
    assert [one.number for one in gone.versions] == [1, 2, 3] and not gone.versions[-1].is_current
    assert gone.retired_at and gone.replaced_by
    (successor,) = history.histories(three, gone.replaced_by)
    assert successor.replaces == (ID,)
    assert [one.id for one in history.histories(three, URL)][-1] == ID, "a page names its vanished documents too"
    printed = run(three, "history", ID).stdout
    assert f"is now part of {gone.replaced_by}" in printed
    assert f"took the place of {ID}" in run(three, "history", gone.replaced_by).stdout


def test_history_is_printed_and_given_to_programs(three: Database) -> None:
    printed = run(three, "history", ID).stdout
    assert "@1" in printed and "(current)" in printed and "text: 5 inserted" in printed
    assert "title: 某局工作总结 → 新题" in printed
    known = json.loads(run(three, "history", f"{ID}@1", "--json").stdout)
    assert [one["cause"] for one in known["versions"]] == ["first", "capture", "rules"]
    assert known["versions"][2]["change"]["columns"]["title"] == ["某局工作总结", "新题"]
    assert known["versions"][1]["change"]["changes"] == [
        {"kind": "inserted", "at": [24, 24], "before": "", "after": "补充一句。"}
    ]
    assert "nothing in the archive" in run(three, "history", "zz").stderr


@pytest.mark.parametrize(
    "arguments",
    [
        (f"{ID}@1", "--diff", f"{ID}@3"),
        (ID, "--diff", "@1"),
        (f"{ID}@3", "--diff", "@1"),
        ("--diff", "@1", ID),
        (f"{ID}@1", "--diff", ID),
    ],
)
def test_two_versions_side_by_side_the_older_first(three: Database, arguments: tuple[str, ...]) -> None:
    printed = run(three, "show", *arguments).stdout
    assert printed.startswith(f"- {ID}@1  某局工作总结\n+ {ID}@3  新题\n")
    assert "做了[-许多-]{+不少+}工作，有成绩也有不足。{+补充一句。+}" in printed
    known = json.loads(run(three, "show", *arguments, "--json").stdout)
    assert (known["first"], known["second"], known["replaced"]) == (f"{ID}@1", f"{ID}@3", 2)


def test_diff_takes_its_id_on_either_side(three: Database) -> None:
    before, after = run(three, "show", "--diff", ID), run(three, "show", ID, "--diff")
    assert before.stderr == after.stderr and "has no copy in the archive" in before.stderr
    assert "--diff @2" in before.stderr, "but it has a version before"
    for nothing in (["show"], ["show", "--diff"]):
        assert "Missing argument 'ID'" in run(three, *nothing).stderr


def edits(*made: Edit) -> list[Row]:
    return [{"start": e.start, "end": e.end, "replacement": e.replacement, "rule": e.steps[-1].rule} for e in made]


def test_two_ledgers_differ_by_what_their_rules_do() -> None:
    old = edits(cut(0, "导航路径"), cut(10, "推广", "links"))
    new = edits(cut(2, "路径更多", "channels"), Edit(20, 22, "现在", (Step("repair", "ticks", "", "", ""),)))
    assert by_rule(moved(old, new, 0, 30)) == {
        "channels": Shift(cut=2, credited=2),
        "chrome": Shift(restored=2),
        "links": Shift(restored=2),
        "ticks": Shift(changed=2),
    }
    assert not by_rule(moved(old, old, 0, 30))
    assert by_rule(moved(old, new, 10, 20)) == {"links": Shift(restored=2)}, "of that stretch alone"


def test_ledgers_on_two_source_texts_are_compared_where_both_have_them() -> None:
    body = "各位领导：今年我们做了许多工作，有成绩也有不足。"
    older, newer = f"{CHROME}{body}", f"网站地图很长一行\n{CHROME}{body}{TAIL}"
    old = edits(cut(0, CHROME))
    new = edits(cut(0, "网站地图很长一行\n"), cut(9, CHROME, "links"), cut(len(newer) - len(TAIL), TAIL))
    assert by_rule(moved_across(older, old, newer, new)) == {
        "links": Shift(credited=len(CHROME)),
        SOURCE: Shift(restored=9 + len(TAIL)),
    }


@given(st.data())
def test_what_two_ledgers_do_otherwise_is_all_that_sets_their_texts_apart(data: st.DataObject) -> None:
    text = "零一二三四五六七八九" * 2

    def some() -> list[Edit]:
        borders = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=8)))
        rules, words = st.sampled_from(["a", "b"]), st.sampled_from(["", "", "甲", "乙"])
        return [
            Edit(start, end, data.draw(words), (Step("r", data.draw(rules), "", "", ""),))
            for start, end in zip(borders[::2], borders[1::2], strict=False)
        ]

    one, other = some(), some()
    found = by_rule(moved(edits(*one), edits(*other), 0, len(text)))
    if replay(text, one) != replay(text, other):
        assert any(shift.cut or shift.restored or shift.changed for shift in found.values())
    back = by_rule(moved(edits(*other), edits(*one), 0, len(text)))
    assert bool(found) == bool(back)


def test_another_credit_is_no_version_and_no_history(db: Database) -> None:
    add(db, outcome(ONE))
    add(db, recut(outcome(ONE), "breadcrumb"), cause="rules")
    (found,) = history.histories(db, ID)
    assert len(found.versions) == 1
