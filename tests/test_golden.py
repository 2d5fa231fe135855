"""Golden pages: a folder holds a page as it was fetched and the documents that must come of it, as readable text.

To add one, put `page.html` (and `page_2.html` … for an article over several addresses) in tests/pages/<site>/<case>/
and run the tests with UPDATE_GOLDEN=1; read what was written before it is committed.
"""

import os
from pathlib import Path

import pytest

from pipelines.document import Document, Knowledge, Outcome, Page, PageRules
from pipelines.ledger import flaw, replay, uncovered
from pipelines.process import restore

PAGES = Path(__file__).parent / "pages"
FOLDERS = sorted({path.parent for path in PAGES.rglob("page*.*")})
SHOWN = ("title", "genre", "script", "published_on", "signed_by", "signed_on", "status", "damage")


def outcome(folder: Path) -> Outcome:
    url = f"http://{folder.parent.name}/{folder.name}.html"
    pages = [
        Page(url if n == 0 else url.replace(".html", f"_{n + 1}.html"), path.read_bytes(), "text/html")
        for n, path in enumerate(sorted(folder.glob("page*.*")))
    ]
    return restore(tuple(pages), Knowledge(), PageRules())


def shown(document: Document) -> str:
    values = {name: getattr(document, name) for name in SHOWN}
    head = [f"{name}: {value if not isinstance(value, tuple) else ' '.join(value)}" for name, value in values.items()]
    return "\n".join([*head, "", document.text, ""])


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: f"{folder.parent.name}/{folder.name}")
def test_a_page_becomes_its_documents(folder: Path) -> None:
    found = outcome(folder)
    texts = {f"{document.part}.txt": shown(document) for document in found.documents}
    if found.rejected:
        texts = {"rejected.txt": found.rejected + "\n"}
    if os.environ.get("UPDATE_GOLDEN"):
        for old in folder.glob("*.txt"):
            old.unlink()
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
    assert texts == {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.txt")}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: f"{folder.parent.name}/{folder.name}")
def test_the_ledger_of_a_page_accounts_for_every_character(folder: Path) -> None:
    found = outcome(folder)
    if found.rejected or found.source is None:
        return
    text = found.source.text
    assert flaw(text, found.edits) == ""
    for document in found.documents:
        assert replay(text, found.edits, document.source_start, document.source_end) == document.text
    spans = [(document.source_start, document.source_end) for document in found.documents]
    assert uncovered(text, found.edits, spans) == ""


def test_there_are_golden_pages() -> None:
    assert len(FOLDERS) >= 6
