"""The restored reading: what copies prove is filled and logged, and nothing else; what changed has its name."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from archive_cases import outcome
from click.testing import CliRunner
from sqlite_utils import Database

from archive import families, verify
from archive.__main__ import main
from archive.copies import fills, lineage
from archive.store import add, open_archive
from pipelines.copies.reading import Copy, Fill, filled
from pipelines.copies.reading import fills as proven
from pipelines.document import Mark, Spot, article_id
from sample.texts import load

CASES = json.loads((Path(__file__).parent / "cases" / "families.json").read_text(encoding="utf-8"))
MARKED = re.compile("【(\\w+):(.*?)】")


def unmarked(marked: str) -> tuple[str, list[Spot]]:
    """A text and its marks, from a text in which they are written."""
    text, spots, at = "", [], 0
    for match in MARKED.finditer(marked):
        text += marked[at : match.start()]
        spots.append(Spot(len(text), len(text) + len(match[2]), match[1], "by hand"))
        text += match[2]
        at = match.end()
    return text + marked[at:], spots


def copies(texts: list[str]) -> list[Copy]:
    """One host each; `!` is a primary source, `=` stands on the first one's host."""
    return [
        Copy(f"c{n}", text.lstrip("!="), "host0" if text[0] == "=" else f"host{n}", text[0] == "!")
        for n, text in enumerate(texts)
    ]


def found(case: dict[str, object]) -> tuple[str, list[Fill]]:
    text, spots = unmarked(str(case["marked"]))
    return text, proven(text, spots, copies(case["copies"]), hans=True)  # type: ignore[arg-type]


@pytest.mark.parametrize("case", CASES["fills"]["hits"], ids=lambda case: case["what"])
def test_fills(case: dict[str, object]) -> None:
    text, fills_ = found(case)
    assert [fill.after for fill in fills_] == case["after"]
    assert filled(text, fills_) == str(case["copies"][0]).lstrip("!").translate(  # type: ignore[index]
        {ord(a): b for a, b in zip("舉辦講場參眾踴躍", "举办讲场参众踊跃", strict=True)}
    )


@pytest.mark.parametrize("case", CASES["fills"]["look_alikes"], ids=lambda case: case["what"])
def test_leaves(case: dict[str, object]) -> None:
    assert not found(case)[1]


@pytest.mark.parametrize("case", CASES["lineage"], ids=lambda case: case["kind"])
def test_a_change_has_its_name(case: dict[str, str]) -> None:
    pieces = lineage.pieces(case["one"], case["other"])
    assert "".join(piece.before for piece in pieces) == case["one"]
    assert "".join(piece.after for piece in pieces) == case["other"]
    assert [(p.kind, p.before, p.after) for p in pieces if p.kind != "same"] == [
        (case["kind"], case["before"], case["after"])
    ]


TEXT = load()[0].body.replace("9项", "9项", 1)
SPOT = TEXT.index("发放资料")


def masked_family(at: Path, *counts: str, gov: bool = False) -> Database:
    """A masked copy of a government, or of a host like the others, and copies with these counts."""
    db = open_archive(at)
    db.conn.execute("PRAGMA foreign_keys = OFF")
    start = TEXT.index("1.4万份")
    masked = TEXT.replace("1.4万份", "x.x万份", 1)
    made = outcome(masked, url="http://www.kx.gov.cn/a/1.html", damage=())
    begin = made.documents[0].source_start + start
    mark = Mark(1, begin, begin + 3, "numbers_masked", "masked_number", "by hand")
    add(db, replace(made, marks=(mark,)))
    for n, count in enumerate(counts):
        add(db, outcome(TEXT.replace("1.4万份", count, 1), url=f"http://www.fanwen{n}.com/zj/{n}.html", damage=()))
    families.settle(db)
    return db


LEAD = f"{article_id('http://www.kx.gov.cn/a/1.html')}-0"


def test_the_canonical_copy_is_read_with_what_its_copies_prove(tmp_path: Path) -> None:
    db = masked_family(tmp_path / "a.db", "1.4万份", "1.4万份")
    row = db["documents"].get(LEAD)
    assert row["canonical"] == 1 and "x.x万份" in row["text"] and row["reading"] == TEXT
    (fill,) = fills.of(db, LEAD)
    assert (fill["before"], fill["after"], fill["agreeing"], fill["hosts"]) == ("x.x", "1.4", 2, 2)
    assert row["text"][fill["start"] : fill["end"]] == "x.x"
    assert db.conn.execute("SELECT count(*) FROM documents WHERE reading IS NOT NULL").fetchone() == (1,)
    assert not list(families.flaws(db))


def test_a_reading_goes_with_its_proof(tmp_path: Path) -> None:
    db = masked_family(tmp_path / "a.db", "1.4万份", "1.4万份")
    add(db, outcome(TEXT.replace("1.4万份", "2.6万份", 1), url="http://www.fanwen9.com/zj/9.html", damage=()))
    families.settle(db)
    assert db["documents"].get(LEAD)["reading"] is None and not fills.of(db, LEAD)


def test_a_new_text_has_no_reading_of_the_old_one(tmp_path: Path) -> None:
    db = masked_family(tmp_path / "a.db", "1.4万份", "1.4万份")
    add(db, outcome(TEXT.replace("1.4万份", "x.x万份", 1) + "补充。", url="http://www.kx.gov.cn/a/1.html", fetch_id=2))
    assert db["documents"].get(LEAD)["reading"] is None and not fills.of(db, LEAD)


def test_verify_sees_a_false_reading_and_a_false_family(tmp_path: Path) -> None:
    db = masked_family(tmp_path / "a.db", "1.4万份", "1.4万份")
    db.conn.execute("UPDATE documents SET reading = reading || '假' WHERE id = ?", (LEAD,))
    assert any("fills do not make its reading" in problem for problem in verify.verify(db, tmp_path / "warc"))
    db.conn.execute("UPDATE documents SET family_id = id")
    assert any("in another family" in problem for problem in families.flaws(db))
    db.conn.execute("UPDATE sketches SET keys = x'00'")
    assert any("as another text" in problem for problem in verify.verify(db, tmp_path / "warc"))


def run(tmp_path: Path, *words: str) -> str:
    result = CliRunner().invoke(main, ["--archive", str(tmp_path / "a.db"), *words])
    assert result.exit_code == 0, result.output
    return str(result.output)


def test_show_reading_and_diff(tmp_path: Path) -> None:
    masked_family(tmp_path / "a.db", "1.4万份", "1.4万份").close()
    assert "x.x万份" in run(tmp_path, "show", LEAD) and "1.4万份" in run(tmp_path, "show", LEAD, "--reading")
    other = f"{article_id('http://www.fanwen0.com/zj/0.html')}-0"
    shown = run(tmp_path, "show", other, "--diff")
    assert "[-1.4-]{+x.x+}" in shown and LEAD in shown and "masked in the second" in shown
    changes = json.loads(run(tmp_path, "show", LEAD, "--diff", other, "--json"))["changes"]
    assert changes == [{"kind": "unmasked", "before": "x.x", "after": "1.4"}]


def test_show_diff_of_a_document_alone_says_so(tmp_path: Path) -> None:
    db = open_archive(tmp_path / "a.db")
    db.conn.execute("PRAGMA foreign_keys = OFF")
    add(db, outcome(TEXT))
    families.settle(db)
    db.close()
    result = CliRunner().invoke(
        main, ["--archive", str(tmp_path / "a.db"), "show", "http://www.example.test/a/1.html", "--diff"]
    )
    assert result.exit_code == 1 and "no copy in the archive" in result.output


def test_families_verb(tmp_path: Path) -> None:
    masked_family(tmp_path / "a.db", "1.4万份", "1.4万份").close()
    assert "3 in 1 families" in run(tmp_path, "families", "--rebuild")
    assert "0 documents looked at" in run(tmp_path, "families")
