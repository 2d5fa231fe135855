"""Outcomes made by hand, for tests of the archive that must not depend on what the corridor decides."""

from dataclasses import replace
from hashlib import sha256

from pipelines.document import Document, Edit, Gap, Knowledge, Mark, Outcome, Page, PageRules, Source, Step, article_id
from pipelines.fingerprint import content_digest
from pipelines.ledger import replay

CHROME = "首页 > 工作总结\n"
TAIL = "\n上一篇：别的"
URL = "http://www.example.test/a/1.html"


def cut(start: int, text: str, rule: str = "chrome") -> Edit:
    return Edit(start, start + len(text), "", (Step("frame", rule, text, "", "by hand"),))


def document(url: str, key: str, text: str, **more: object) -> Document:
    known: dict[str, object] = {
        "id": f"{article_id(url)}-{key}",
        "url": url,
        "part": 1,
        "parts": 1,
        "title": "某局工作总结",
        "title_hans": "某局工作总结",
        "text": text,
        "text_hans": text,
        "genre": "总结",
        "script": "hans",
        "published_on": None,
        "url_date": None,
        "title_year": 2019,
        "document_number": None,
        "signed_by": "某局",
        "signed_on": "2019-12",
        "era_from": None,
        "era_to": None,
        "redated": 0,
        "status": "complete",
        "damage": ("numbers_lost", "pinyin"),
        "quality": 1.0,
        "content_digest": content_digest(str(more.get("title", "某局工作总结")), text),
        "knowledge_id": Knowledge().id,
        "software": "test",
        "fetch_id": 1,
        "archived_at": "2026-01-01T00:00:00Z",
        "article_id": article_id(url),
        "source_start": 0,
        "source_end": 0,
    }
    return Document(**{**known, **more})  # type: ignore[arg-type]


def outcome(
    *texts: str,
    url: str = URL,
    fetch_id: int = 1,
    knowledge: Knowledge | None = None,
    keys: tuple[str, ...] = (),
    **more: object,
) -> Outcome:
    """One article whose page holds CHROME, these documents one after another, and TAIL."""
    known = knowledge or Knowledge()
    source = CHROME + "\n".join(texts) + TAIL
    edits, documents, at = [cut(0, CHROME)], [], len(CHROME)
    for number, text in enumerate(texts, 1):
        if number > 1:
            edits.append(cut(at - 1, "\n", "separator"))
        key = keys[number - 1] if keys else ("0" if len(texts) == 1 else sha256(text[:32].encode()).hexdigest()[:6])
        span = {"source_start": at, "source_end": at + len(text), "part": number, "parts": len(texts)}
        here = {"fetch_id": fetch_id, "knowledge_id": known.id, "archived_at": f"2026-01-0{fetch_id}T00:00:00Z"}
        documents.append(document(url, key, text, **{**span, **here, **more}))
        at += len(text) + 1
    edits.append(cut(len(source) - len(TAIL), TAIL))
    page = Page(url, b"body", "text/html", f"2026-01-0{fetch_id}T00:00:00Z", fetch_id)
    gaps = (Gap(1, len(CHROME), "tail", None, "by hand"),)
    marks = tuple(
        Mark(d.part, d.source_start, d.source_start + 2, "numbers_lost", "by_hand", "by hand") for d in documents
    )
    made = Source(url, source, (0,), "某局", "", "utf-8", True)
    whole = Outcome((page,), known.id, PageRules(), made, tuple(documents), tuple(edits), gaps, marks)
    assert all(replay(source, whole.edits, d.source_start, d.source_end) == d.text for d in documents)
    return whole


def rejected(reason: str, url: str = URL, fetch_id: int = 1, knowledge_id: str = "") -> Outcome:
    page = Page(url, b"body", "text/html", f"2026-01-0{fetch_id}T00:00:00Z", fetch_id)
    return Outcome((page,), knowledge_id, PageRules(), rejected=reason)


def recut(made: Outcome, rule: str) -> Outcome:
    """The same documents, with the first edit credited to another rule."""
    first = made.edits[0]
    return replace(made, edits=(cut(first.start, CHROME, rule), *made.edits[1:]))
