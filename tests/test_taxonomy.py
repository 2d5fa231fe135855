"""The taxonomy is whole and true: every code is answered by names that the corridor writes, and it writes no others."""

import json
from pathlib import Path

import archive_cases
import pytest
from click.testing import CliRunner, Result
from rule_names import acted, literals, written
from test_golden import FOLDERS, outcome
from test_sample_law import outcomes

from archive.__main__ import main
from archive.counts import handled
from archive.phenomena import COLOURS, KINDS, SECTIONS
from archive.store import Fetch, add, add_fetch, begin_crawl, open_archive
from pipelines.document import COLUMNS
from pipelines.taxonomy import BOOKKEEPING, PHENOMENA, VOTE, Handler, Phenomenon, codes, handlers

# All codes of the study, section by section.
CODES = {
    "1A": "NAV CHROME TS HIT SRC AUTH SHR CTR META TTLR LEAD INTRO DEF BODYECHO TOC DL VIP CPY PROMO MOBLINK IMG",
    "1B": "REL RELHEAD REC0 TAGTAIL PN CPY-tail source JS HTMLTAG ENTITY FIELD TVAR TVARDROP BLANKFORM PAGED PAYCUT",
    "1C": "COMP MISM FLAT FLATTER BRK CHUNK PAGENO OCR TRUNC TRUNCHEAD TRUNCHEADING DUP DUPFRAG DROPITEM SCRAMBLE",
    "1D": "WMTICK WM JAMMER PUNCNOISE HIJACK ENTREPL WRONGREPL PY ENC-A ENC-B ENC-C TC TWL HOMO CENS CENSDROP MASK"
    " MASKB NUMDROP DATEDROP NUMCORRUPT SPIN WRONGCHAR CHARDROP PUNC PUNCDROP TRANSLATED AIGEN",
    "1E": "STALE XDUP SIG",
}
ADD = "say in pipelines/taxonomy.py which code it handles (`_row`), or why it needs none (`BOOKKEEPING`)"
REMOVE = "nothing in pipelines/ writes it: take it out of pipelines/taxonomy.py"


def kind_of(name: Handler) -> str:
    """A name as the taxonomy has it."""
    return name.name if name.kind == "edit" else f"{name.kind}:{name.name}"


def test_every_code_is_there_once_in_its_section() -> None:
    assert {(row.section, row.code) for row in PHENOMENA} == {
        (section, code) for section, some in CODES.items() for code in some.split()
    }
    assert len(set(codes())) == len(codes())


@pytest.mark.parametrize("row", PHENOMENA, ids=codes())
def test_a_code_is_answered(row: Phenomenon) -> None:
    assert row.what and row.treatments
    for treatment in row.treatments:
        assert treatment.how in COLOURS
        assert treatment.because if treatment.how == "left" else treatment.by
        assert len(set(treatment.by)) == len(treatment.by)


def test_what_the_corridor_writes_is_named() -> None:
    pages = [*outcomes(1), *outcomes(2), *(outcome(folder) for folder in FOLDERS)]
    named = handlers()
    # A mark of a kind is a damage of that kind, a gap one of the kind `missing_…`.
    known = named | {Handler("damage", one.name) for one in named if one.kind == "mark"}
    known |= {Handler("damage", f"missing_{one.name}") for one in named if one.kind == "gap"}
    unnamed = sorted(map(kind_of, (written() | acted(pages)) - known))
    assert not unnamed, f"{unnamed}: {ADD}"


def test_what_is_named_is_written() -> None:
    """A name that no literal place shows must at least be a string of the corridor of its own."""
    strings = literals()
    strings |= {text.split(":")[0] for text in strings}
    columns = {Handler("column", column.name) for column in COLUMNS}
    known = written() | columns | {one for one in handlers() if one.kind != "column" and one.name in strings}
    assert not sorted(map(kind_of, handlers() - known)), REMOVE


def test_every_kind_and_section_has_its_words() -> None:
    assert {one.kind for one in handlers()} <= set(KINDS)
    assert {row.section for row in PHENOMENA} == set(SECTIONS)
    assert not {one for some in BOOKKEEPING.values() for one in some} & {
        one for row in PHENOMENA for treatment in row.treatments for one in treatment.by
    }, "bookkeeping belongs to no code"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """One page with a breadcrumb cut twice over, a signature, and a page that was rejected."""
    path = tmp_path / "archive.db"
    db = open_archive(path)
    begin_crawl(db, "test", "{}")
    add_fetch(db, Fetch(1, archive_cases.URL, 200, "2026-01-01T00:00:00Z", "sha1:X", "y", "a.warc.gz", 0, 90))
    made = archive_cases.outcome("各位领导：本年度科普工作扎实推进，现将有关情况总结如下。")
    add(db, archive_cases.recut(made, "breadcrumb"))
    add(db, archive_cases.rejected("not-chinese: 3 of 900", "http://www.example.test/en.html"))
    db.close()
    return path


def run(archive: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--archive", str(archive), "rules", *arguments])


def test_rules_counts_what_the_open_archive_holds(archive: Path) -> None:
    figures = handled(open_archive(archive))
    assert figures[Handler("edit", "breadcrumb")] == 1
    assert figures[Handler("gap", "tail")] == 1
    assert figures[Handler("damage", "pinyin")] == 1
    assert figures[Handler("rejection", "not-chinese")] == 1
    assert figures[Handler("column", "signed_by")] == 1
    assert figures[Handler("column", "published_on")] == figures[Handler("column", "text_hans")] == 0


def test_rules_prints_a_line_a_code(archive: Path) -> None:
    result = run(archive)
    assert result.exit_code == 0
    head, *lines = result.stdout.splitlines()
    assert [line.split()[0] for line in lines[: len(codes())]] == list(codes())
    assert head.split() == ["code", "treatment", "what", "it", "is", "marker", "handled", "by"]
    nav = lines[0]
    assert "breadcrumb 1" in nav and "当前位置" in nav and "vote 0" in nav
    assert all(f"{voter} 0" in lines[-1] for voter in VOTE)


def test_rules_without_an_archive_leaves_the_counts_blank(tmp_path: Path) -> None:
    result = run(tmp_path / "none.db")
    assert result.exit_code == 0
    assert result.stderr == f"Counts are blank: there is no archive at {tmp_path / 'none.db'}.\n"
    assert "breadcrumb, channels, login, interface, vote" in result.stdout.splitlines()[1]
    assert not (tmp_path / "none.db").exists()
    rows = json.loads(run(tmp_path / "none.db", "--json").stdout)
    assert {by["count"] for row in rows for answer in row["treatments"] for by in answer["handled_by"]} == {None}


def test_rules_as_json(archive: Path) -> None:
    rows = json.loads(run(archive, "--json").stdout)
    assert [row["code"] for row in rows] == list(codes())
    (answer,) = rows[0]["treatments"]
    assert answer["treatment"] == "cut"
    assert {"kind": "edit", "name": "breadcrumb", "count": 1} in answer["handled_by"]
