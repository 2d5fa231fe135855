"""Exports for readers of texts: plain text, TEI, vertical, CoNLL-U."""

import csv
import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import conllu
import pytest
import trafilatura
from archive_cases import CHROME, outcome
from export_cases import ONE, THREE, TWO, URLS, archive, quiet
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from sqlite_utils import Database

from archive.errors import ArchiveError
from archive.export import export
from archive.exports import tei, tokens
from archive.exports.corpus import Corpus
from archive.exports.places import Hole, Places, Span, places
from archive.rows import Row, select
from archive.store import add
from pipelines.document import Edit, Gap, Mark, Step
from pipelines.script import fold

NS = {"t": tei.NAMESPACE}


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Database:
    return archive(tmp_path_factory.mktemp("archive"))


@pytest.fixture(scope="module")
def dtd() -> etree.DTD:
    return etree.DTD(str(Path(trafilatura.__file__).with_name("data") / "tei_corpus.dtd"))


def run(db: Database, form: str, target: Path, **options: object) -> None:
    export(db, target.parent, form, target, *quiet(**options))


def rows(db: Database) -> list[Row]:
    return [*select(db, "SELECT * FROM documents ORDER BY id")]


def test_plain_text_is_a_file_a_document(db: Database, tmp_path: Path) -> None:
    run(db, "text", tmp_path / "x")
    with (tmp_path / "x" / "metadata.csv").open(encoding="utf-8-sig", newline="") as table:
        told = [*csv.DictReader(table)]
    for row, known in zip(rows(db), told, strict=True):
        assert (tmp_path / "x" / known["file"]).read_text("utf-8") == f"{row['title']}\n{row['text']}\n"
        assert known["url"] == row["url"] and re.fullmatch(r"[0-9a-f]{2}/[0-9a-f-]+\.txt", known["file"])
    assert len([*(tmp_path / "x").rglob("*.txt")]) == 3
    assert told[0]["title"].startswith("'=") or told[-1]["title"].startswith("'="), "safe for spreadsheets"


def test_tei_is_valid(db: Database, tmp_path: Path, dtd: etree.DTD) -> None:
    run(db, "tei", tmp_path / "x.xml")
    run(db, "tei", tmp_path / "folder", mask_pii=True)
    paths = [tmp_path / "x.xml", *(tmp_path / "folder").rglob("*.xml")]
    assert len(paths) == 4
    for path in paths:
        assert dtd.validate(etree.parse(path)), dtd.error_log


def test_tei_says_what_is_known(db: Database, tmp_path: Path) -> None:
    run(db, "tei", tmp_path / "x.xml")
    found = etree.parse(tmp_path / "x.xml").xpath("//t:TEI", namespaces=NS)
    by_id = {one.get(tei.XML_ID): one for one in found}
    assert len(by_id) == 3
    for row in rows(db):
        one = by_id[f"d{row['id']}"]
        assert one.xpath("string(.//t:sourceDesc//t:ref/@target)", namespaces=NS) == row["url"]
        assert "\n".join(tei.text_of(one)) == row["text"].replace("\t", "\t")
        signed = one.xpath("string(.//t:creation/t:date[@type='signed']/@when)", namespaces=NS)
        assert signed == (row["signed_on"] or "")
    third = next(one for one in found if THREE[:8] in "".join(one.itertext()))
    assert third.xpath("string(.//t:date[@type='era']/@notAfter)", namespaces=NS) == "2020-06"
    assert third.xpath("count(.//t:gap[@reason='tail'])", namespaces=NS) == 1
    assert third.xpath("string(.//t:unclear[@reason='numbers_lost'])", namespaces=NS) == THREE[:2]


@given(
    st.text("一二三、\n甲乙 x", min_size=1, max_size=24),
    st.lists(st.tuples(st.integers(0, 24), st.integers(1, 6), st.sampled_from(["spun", "words_lost", "misread"]))),
    st.lists(st.integers(0, 30), max_size=3),
    st.lists(st.tuples(st.integers(1, 3), st.integers(0, 20), st.integers(1, 4)), max_size=3),
)
def test_a_tei_body_holds_the_text_whatever_is_marked(
    text: str, marks: list[tuple[int, int, str]], holes: list[int], headings: list[tuple[int, int, int]]
) -> None:
    spans = tuple(Span(start, min(start + n, len(text)), kind) for start, n, kind in marks if start < len(text))
    outline = json.dumps([[level, "一", "x" * n, at] for level, at, n in headings])
    row: Row = {"title": "甲", "text": text, "outline": outline}
    body = tei._body(row, Places(spans, tuple(Hole(at, "hole", 3) for at in holes)))
    assert "\n".join(tei.text_of(tei.TEI.TEI(tei.TEI.text(body)))) == text
    assert len(body.xpath(".//t:gap", namespaces=NS)) == len(holes)


def test_what_xml_cannot_hold_is_replaced(dtd: etree.DTD) -> None:
    body = tei._body({"title": "甲\x00乙", "text": "a\x0bb\ud800c\uffff", "outline": None}, Places())
    assert "".join(body.itertext()) == "甲\ufffd乙a\ufffdb\ufffdc\ufffd"


def test_headings_open_divisions_by_level() -> None:
    text = "引言。\n一、成绩\n正文甲。\n（一）学习。学了很多。\n二、不足\n正文乙。"
    outline = [[1, "一、", "成绩", 4], [2, "（一）", "学习", 14], [1, "二、", "不足", text.index("二、")]]
    body = tei._body({"title": "", "text": text, "outline": json.dumps(outline)}, Places())
    assert [one.tag.split("}")[1] for one in body] == ["p", "div", "div"]
    first = body[1]
    assert first[0].text == "一、成绩" and first[1].text == "正文甲。"
    assert (
        first[2][0].get("type") == "heading" and first[2][0].text == "（一）学习" and first[2][0].tail == "。学了很多。"
    )


def test_damage_is_carried_over_through_the_ledger(tmp_path: Path) -> None:
    made = outcome("甲乙丙丁戊己。", url=URLS[0])
    first = len(CHROME)
    edit = Edit(first + 1, first + 3, "乙乙乙", (Step("repair", "by_hand", "", "", ""),))
    marks = (
        Mark(1, first + 4, first + 6, "words_lost", "by_hand", ""),
        Mark(1, first + 2, first + 3, "misread", "r", ""),
    )
    gaps = (Gap(1, first + 5, "hole", 9, ""), Gap(2, first, "hole", 1, ""), Gap(0, 0, "page", 2, ""))
    (document,) = made.documents
    changed = type(document)(
        **{f: getattr(document, f) for f in document.__dataclass_fields__} | {"text": "甲乙乙乙丁戊己。"}
    )
    db = archive(tmp_path)
    edits = (made.edits[0], edit, *made.edits[1:])
    add(db, type(made)(made.article, made.knowledge_id, made.rules, made.source, (changed,), edits, gaps, marks))
    row = next(row for row in rows(db) if row["text"] == changed.text)
    found = places(db, row)
    assert {changed.text[one.start : one.end] for one in found.spans if one.kind == "words_lost"} == {"戊己"}
    assert [(hole.at, hole.kind) for hole in found.holes] == [(6, "hole"), (0, "page")]


def read_vertical(path: Path) -> list[tuple[dict[str, str], list[list[str]]]]:
    """Documents with their attributes, and the words of each paragraph."""
    found: list[tuple[dict[str, str], list[list[str]]]] = []
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("<doc "):
            told = {name: unescape(value) for name, value in re.findall(r'(\w+)="([^"<>]*)"', line)}
            found.append((told, []))
        elif line in ("<p>", "<head>"):
            found[-1][1].append([])
        elif not line.startswith("<"):
            form, folded = line.split("\t")
            assert fold(unescape(form)) == unescape(folded)
            found[-1][1][-1].append(unescape(form))
    return found


@pytest.mark.parametrize("by", ["jieba", "character"])
def test_vertical_parses_and_holds_every_word(db: Database, tmp_path: Path, by: str) -> None:
    run(db, "vertical", tmp_path / "x.vert", tokens=by)
    for row, (told, paragraphs) in zip(rows(db), read_vertical(tmp_path / "x.vert"), strict=True):
        assert told["title"] == row["title"] and told["url"] == row["url"]
        lines = [str(row["title"]), *str(row["text"]).split("\n")]
        assert ["".join(words) for words in paragraphs] == ["".join(line.split()) for line in lines]
    stack: list[str] = []
    for line in (tmp_path / "x.vert").read_text("utf-8").splitlines():
        if match := re.fullmatch(r"<(/?)(\w+)[^>]*>", line):
            assert stack.pop() == match[2] if match[1] else not stack.append(match[2])  # type: ignore[func-returns-value]
    assert not stack


@pytest.mark.parametrize("by", ["jieba", "character"])
def test_conllu_parses_and_gives_the_text_back(db: Database, tmp_path: Path, by: str) -> None:
    run(db, "conllu", tmp_path / "x.conllu", tokens=by)
    paragraphs: dict[str, list[str]] = {}
    for sentence in conllu.parse((tmp_path / "x.conllu").read_text("utf-8")):
        forms = [one["form"] + " " * (one["misc"] is None or "SpaceAfter" not in one["misc"]) for one in sentence]
        assert "".join(forms).rstrip() == sentence.metadata["text"]
        assert [one["id"] for one in sentence] == [*range(1, len(sentence) + 1)]
        key = sentence.metadata["sent_id"].rsplit("-s", 1)[0]
        paragraphs.setdefault(key, []).append(sentence.metadata["text"])
    wanted = {
        f"{row['id']}-p{number}": "".join(line.split())
        for row in rows(db)
        for number, line in enumerate(str(row["text"]).split("\n"), 1)
    }
    assert {key: "".join("".join(found).split()) for key, found in paragraphs.items()} == wanted


def test_words_are_cut_in_both_scripts_alike() -> None:
    cut = tokens.cutter("jieba")
    hans = [token.form for token in tokens.tokens("环境保护工作稳步开展，２０１９年。", cut)]
    hant = [token.form for token in tokens.tokens("環境保護工作穩步開展，２０１９年。", cut)]
    assert [*map(len, hans)] == [*map(len, hant)] and hant[:2] == ["環境保護", "工作"] and "２０１９" in hans


@given(st.text(st.characters(), max_size=40))
def test_no_tokenizer_loses_a_character(text: str) -> None:
    for name in ("jieba", "character"):
        found = [*tokens.tokens(text, tokens.cutter(name))]
        whole = tokens.CONTROL.sub("\ufffd", "".join(re.findall(r"\S+", text)))
        assert "".join(token.form for token in found) == whole


def test_the_manifest_names_the_dictionary(db: Database, tmp_path: Path) -> None:
    def told(by: str) -> dict[str, Any]:
        run(db, "vertical", tmp_path / "x", tokens=by)
        return dict(json.loads((tmp_path / "x.manifest.json").read_text("utf-8"))["tokens"])

    assert told("jieba")["dictionary"].startswith("sha256:") and told("jieba")["version"]
    assert told("character")["by"] == "character"
    with pytest.raises(ArchiveError, match="no 'magic'"):
        tokens.cutter("magic")


def test_sentences_keep_their_closing_marks() -> None:
    assert tokens.sentences("他说：“好！”大家鼓掌。完……结束") == ["他说：“好！”", "大家鼓掌。", "完……", "结束"]
    assert tokens.sentences("  ") == [] and tokens.sentences("没有句号") == ["没有句号"]


def test_every_document_is_there(db: Database) -> None:
    options, progress = quiet()
    assert {str(row["text"]) for row in Corpus(db, Path(), options, progress)} == {ONE, TWO, THREE}


def test_jieba_reads_no_copy_of_its_dictionary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    tokens._jieba.cache_clear()
    assert [*tokens.cutter("jieba")("环境保护工作")] == ["环境保护", "工作"]
    assert not [*tmp_path.iterdir()], "and leaves none"
