"""Citations and provenance: only what is known is said of a document, in forms that the tools of the field read."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from archive_cases import URL, document, outcome
from click.testing import CliRunner
from export_cases import URLS, archive
from prov.model import ProvDocument, ProvEntity
from sqlite_utils import Database

from archive import rows
from archive.__main__ import main
from archive.exports.cite import bibtex, citation, csl, pwid
from archive.exports.provenance import provenance
from archive.rows import Row, select
from archive.store import add
from pipelines.document import Edit, Step, article_id


def row(**more: object) -> Row:
    return rows._document(document(URL, "0", "甲。", **more))


@pytest.fixture
def db(tmp_path: Path) -> Database:
    return archive(tmp_path)


def test_a_persistent_identifier_names_archive_time_and_page() -> None:
    assert pwid(URL, "2026-01-01T00:00:00Z") == f"urn:pwid:localhost:2026-01-01T00:00:00Z:part:{URL}"
    found = pwid("http://a.test/b?id=1&x=%E4#中", "2026-01-01T00:00:00Z", "archive.example.org")
    assert found == "urn:pwid:archive.example.org:2026-01-01T00:00:00Z:part:http://a.test/b%3Fid=1&x=%E4%23%E4%B8%AD"
    assert re.fullmatch(r"urn:pwid:[\w.-]+:[0-9TZ:-]+:part:[A-Za-z0-9/:@!$&'()*+,;=._~%-]+", found), "RFC 8141"


@pytest.mark.parametrize(
    ("known", "author"),
    [
        ({"signed_by": "某局"}, "某局"),
        ({"signed_by": "某局", "organisation": "某市某局"}, "某市某局"),
        ({"signed_by": "某局", "organisation": "某市某局", "author": "张三"}, "张三"),
        ({"signed_by": None, "uploader": "好学生"}, ""),
        ({"signed_by": None, "editor": "李四"}, ""),
    ],
)
def test_who_wrote_it(known: dict[str, str], author: str) -> None:
    assert citation(row(**known)).author == author
    assert ("author" in csl(row(**known))) == bool(author) == ("  author = " in bibtex(row(**known)))


def test_a_date_that_is_not_signed_is_no_date_of_issue() -> None:
    known = {
        "signed_on": None,
        "era_from": "2009",
        "era_to": "2011-06",
        "published_on": "2020-01-01",
        "url_date": "2012",
    }
    item = csl(row(**known))
    assert "issued" not in item and "undated; its text points to 2009..2011-06" in str(item["note"])
    assert "  date = " not in bibtex(row(**known)) and "  year = " not in bibtex(row(**known))
    assert csl(row(signed_on="2019-12"))["issued"] == {"date-parts": [[2019, 12]]}
    assert "  date = {2019-12},\n  year = {2019}," in bibtex(row(signed_on="2019-12"))


def test_a_note_says_what_a_reader_must_know() -> None:
    note = citation(row(parts=3, part=2, redated=1, status="partial")).note
    assert "document 2 of 3" in note and "contradicts" in note and "incomplete" in note


@pytest.mark.parametrize("title", ["100%成{功}", r"a\b_c#d&e$f~g^h", "}", "=1+1\n二"])
def test_bibtex_stays_bibtex(title: str) -> None:
    entry = bibtex(row(title=title, signed_by="甲}{_"))
    plain = re.sub(r"\\text\w+\{\}|\\.", "", entry)
    assert plain.count("{") == plain.count("}") and not re.search(r"(?<!\\)[%#&$]", entry.split("url =")[0])
    depth = 0
    for character in plain:
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert depth >= 0
    assert entry.count("\n  title = ") == 1 and "\n二" not in entry


def record(db: Database, *documents: Row) -> dict[str, Any]:
    """The record, which the reference implementation of PROV reads and writes back alike."""
    text = provenance(db, documents)
    read = ProvDocument.deserialize(content=text, format="json")
    assert ProvDocument.deserialize(content=read.serialize(format="json"), format="json") == read
    assert len([*read.get_records(ProvEntity)]) == len(json.loads(text)["entity"])
    return dict(json.loads(text))


def test_the_record_of_a_document(db: Database) -> None:
    (known,) = select(db, "SELECT * FROM documents WHERE url = ?", URLS[1])
    told = record(db, known)
    page, key = article_id(URLS[1]), f"{known['id']}@1"
    made = told["entity"][f"a:document/{key}"]
    assert made["a:contentDigest"] == f"sha256:{known['content_digest']}"
    assert told["entity"]["a:capture/2"]["dcterms:identifier"] == pwid(URLS[1], "2026-01-02T00:00:00Z")
    derived = {(one["prov:generatedEntity"], one["prov:usedEntity"]) for one in told["wasDerivedFrom"].values()}
    (source,) = (name for name in told["entity"] if name.startswith(f"a:source/{page}/"))
    assert derived == {(f"a:document/{key}", source), (source, "a:capture/2")}
    named = {
        end for kind in told if kind.startswith(("was", "used")) for one in told[kind].values() for end in one.values()
    }
    assert named <= {*told["entity"], *told["activity"], *told["agent"]}, "every end of a relation is told"


def test_the_record_counts_edits_by_rule(db: Database) -> None:
    add(db, outcome("甲乙。", "丙丁。", url="http://edits.test/1", fetch_id=1, keys=("aaaaaa", "bbbbbb")))
    whole = outcome("甲 乙。", url="http://edits.test/2")
    at = whole.documents[0].source_start
    edit = Edit(at + 1, at + 2, "", (Step("reflow", "blank", " ", "", ""), Step("repair", "other", "", "", "")))
    changed = type(whole.documents[0])(
        **{name: getattr(whole.documents[0], name) for name in whole.documents[0].__slots__} | {"text": "甲乙。"}
    )
    edits = (whole.edits[0], edit, *whole.edits[1:])
    add(db, type(whole)(whole.article, whole.knowledge_id, whole.rules, whole.source, (changed,), edits))
    (known,) = select(db, "SELECT * FROM documents WHERE url = 'http://edits.test/2'")
    rules = {
        one["prov:label"]: one for name, one in record(db, known)["activity"].items() if name.startswith("a:rule/")
    }
    assert sorted(rules) == ["reflow/blank", "repair/other"], "what was cut around the document is none of its edits"
    assert (rules["reflow/blank"]["a:edits"], rules["reflow/blank"]["a:charactersTaken"]) == (1, 1)


def test_an_old_version_keeps_its_source(db: Database) -> None:
    add(db, outcome("第一版。", url="http://old.test/1"))
    add(db, outcome("第二版，更长。", url="http://old.test/1", fetch_id=2))
    (now,) = select(db, "SELECT * FROM documents WHERE url = 'http://old.test/1'")
    (kept,) = select(db, "SELECT * FROM document_versions WHERE id = ?", now["id"])
    before = json.loads(str(kept["document"]))
    told = record(db, before, now)
    digests = {one["a:digest"] for name, one in told["entity"].items() if name.startswith("a:source/")}
    assert f"sha256:{kept['source_digest']}" in digests and len(digests) == 2
    assert {f"a:document/{now['id']}@1", f"a:document/{now['id']}@2"} <= set(told["entity"])


def test_the_verb(db: Database, tmp_path: Path) -> None:
    def said(*arguments: str) -> str:
        result = CliRunner().invoke(main, ["--archive", str(tmp_path / "archive.db"), "show", *arguments])
        assert result.exit_code == 0
        return result.stdout

    page = article_id(URLS[0])
    assert said(page, "--cite", "bibtex").count("@online{") == 2
    items = json.loads(said(page, "--cite", "csl", "--archive-id", "archive.example.org"))
    assert [item["archive"] for item in items] == ["archive.example.org"] * 2
    assert len([name for name in json.loads(said(page, "--prov"))["entity"] if name.startswith("a:document/")]) == 2
