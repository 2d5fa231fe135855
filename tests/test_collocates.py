"""Collocates: windows as one would count them by hand, the measures of the literature, both scripts, copies once."""

import csv
import io
import json
from itertools import accumulate
from pathlib import Path

import pytest
from bare_archives import bare_archive, put
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from archive.__main__ import main
from archive.condition import EVERYTHING
from archive.counting import population
from archive.counting.collocates import Collocate, Near, _windows, collocates, likelihood
from archive.counting.occurrences import word
from archive.store import open_archive

NEAR = Near(window=2, least=1)
TEXT = "群众称赞。群眾稱讚。会议讨论群众意见，会议结束。会议很长。"


def test_the_measure_is_dunning_s() -> None:
    assert likelihood(110, 2442, 111, 29114) == pytest.approx(270.72, abs=0.01)  # "the swiss", Dunning (1993), table 2
    assert likelihood(10, 90, 100, 900) == pytest.approx(0.0, abs=1e-9)
    assert likelihood(5, 0, 0, 95) > likelihood(5, 5, 5, 85) > 0


def test_words_near_a_word_in_both_scripts() -> None:
    found = collocates(bare_archive(TEXT, "没有这个词。"), word("群众"), near=NEAR)
    near = {one.word: (one.left, one.right, one.everywhere) for one in found.words}
    assert (found.hits, found.documents, found.candidates) == (3, 1, 1)
    assert near["讨论"] == (1, 0, 1) and near["意见"] == (0, 1, 1)
    assert near["称赞"] == (0, 2, 2)
    assert "很" not in near and "结束" not in near, "a window ends with the sentence, and after two words"


def test_a_collocate_is_commoner_near_than_elsewhere() -> None:
    found = collocates(bare_archive("会议。" * 20 + "群众会议河流。"), word("群众"), near=NEAR)
    assert [one.word for one in found.words] == ["河流"]
    assert all(one.likelihood > 0 and one.log_dice <= 14 for one in found.words)


def test_copies_count_once_and_rare_ones_not_at_all() -> None:
    db = bare_archive()
    for n in range(4):
        put(db, "群众高兴。会议结束。", family_id="0001", canonical=int(n == 1))
    (every,) = (one for one in collocates(db, word("群众"), near=NEAR).words if one.word == "高兴")
    (single,) = (
        one for one in collocates(db, word("群众"), population.once(EVERYTHING), NEAR).words if one.word == "高兴"
    )
    assert (every.near, every.documents, single.near, single.documents) == (4, 4, 1, 1)
    assert collocates(db, word("群众"), near=Near(least=5)).words == ()
    drawn = collocates(db, word("群众"), near=Near(least=1, most=2))
    assert (drawn.documents, drawn.candidates, drawn.hits) == (2, 4, 2)


@given(
    st.lists(st.sampled_from(["甲", "乙", "。", "，", "丙丁"]), max_size=12),
    st.sets(st.integers(0, 11)),
    st.integers(1, 3),
)
def test_windows_are_those_of_a_plain_look(pieces: list[str], chosen: set[int], width: int) -> None:
    ends = [0, *accumulate(map(len, pieces))]
    tokens = [(ends[n], ends[n + 1], piece) for n, piece in enumerate(pieces)]
    places = sorted(n for n in chosen if n < len(tokens))
    made = sorted(token for _, token in _windows(tokens, [tokens[n][:2] for n in places], width))
    wanted = set()
    for n in places:
        for step in (-1, 1):
            at, left = n + step, width
            while 0 <= at < len(tokens) and pieces[at] != "。" and left:
                if pieces[at] != "，":
                    left -= 1
                    wanted.add(at)
                at += step
    assert made == sorted(pieces[at] for at in wanted - set(places))


def test_the_verb(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    db = open_archive(path)
    db.conn.execute("PRAGMA foreign_keys = OFF")
    put(db, TEXT)
    db.close()

    def run(*options: str) -> str:
        done = CliRunner().invoke(main, ["--archive", str(path), "collocates", "群衆", "--least", "1", *options])
        assert done.exit_code == 0 and done.stderr.startswith("3 hits in 1 documents; "), done.output
        return done.stdout

    rows = [json.loads(line) for line in run("--json", "--limit", "0").splitlines()]
    table = list(csv.DictReader(io.StringIO(run("--csv", "--limit", "0").removeprefix("\ufeff"), newline="")))
    assert [row["word"] for row in rows] == [row["word"] for row in table]
    assert [tuple(row) for row in rows] == [Collocate._fields] * len(rows)
    dice = [json.loads(line)["log_dice"] for line in run("--json", "--sort", "dice").splitlines()]
    assert dice == sorted(dice, reverse=True)
    assert len(run("--limit", "2").splitlines()) == 3
