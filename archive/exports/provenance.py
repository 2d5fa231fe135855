"""How a document came to be, as W3C PROV-JSON: captures, the page's text, each rule that edited it, the software.

A chain of entities: the captured responses, the page's visible text that all offsets point into, the document in its
version. Between them activities: the fetches, the extraction, and one for each rule of the ledger, with how many
edits it made, what they took away and what they put in. What is not known (a time, a program) is left out.
"""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256

from sqlite_utils import Database

from archive.exports.cite import LOCAL, pwid
from archive.rows import Row, select, steps_of, within

PREFIXES = {
    "prov": "http://www.w3.org/ns/prov#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "dcterms": "http://purl.org/dc/terms/",
    "a": "urn:x-archive:",  # of this archive's own ids and properties
}
Attributes = dict[str, object]


@dataclass(frozen=True, slots=True)
class Record:
    """A PROV document under construction: elements by kind and id, relations by kind."""

    kinds: dict[str, dict[str, Attributes]] = field(default_factory=dict)

    def add(self, kind: str, key: str, **attributes: object) -> str:
        """An element; attributes that are not known are left out. In names, __ stands for a colon."""
        known = {name.replace("__", ":"): value for name, value in attributes.items() if value not in (None, "")}
        self.kinds.setdefault(kind, {})[key] = known
        return key

    def relate(self, kind: str, **ends: str) -> None:
        """A relation between elements."""
        found = self.kinds.setdefault(kind, {})
        found[f"_:{kind}{len(found) + 1}"] = {f"prov:{name}": key for name, key in ends.items()}

    def to_json(self) -> str:
        """As PROV-JSON."""
        return json.dumps({"prefix": PREFIXES, **self.kinds}, ensure_ascii=False, indent=2)


def provenance(db: Database, documents: Iterable[Row], archive_id: str = LOCAL) -> str:
    """The record of documents, current or old."""
    record = Record()
    for document in documents:
        _document(db, record, document, archive_id)
    return record.to_json()


def _document(db: Database, record: Record, document: Row, archive_id: str) -> None:
    """A document, and all that it was made from."""
    restorer = _software(record, str(document["software"]))
    captures = [_capture(record, row, archive_id) for row in _fetches(db, document)]
    source = _source(db, record, document, captures, restorer)
    made = record.add(
        "entity",
        f"a:document/{document['id']}@{document['version']}",
        prov__type=_qualified("prov:Entity"),
        dcterms__title=document["title"],
        a__contentDigest=f"sha256:{document['content_digest']}",
        a__sourceSpan=f"{document['source_start']}..{document['source_end']}",
        a__status=document["status"],
        a__quality=document["quality"],
    )
    record.relate("wasDerivedFrom", generatedEntity=made, usedEntity=source)
    restored = record.add("activity", f"a:restoration/{document['id']}@{document['version']}")
    record.relate("used", activity=restored, entity=source)
    known = record.add("entity", f"a:knowledge/{document['knowledge_id']}", prov__type=_qualified("prov:Plan"))
    record.relate("used", activity=restored, entity=known)
    record.relate("wasGeneratedBy", entity=made, activity=restored)
    record.relate("wasAssociatedWith", activity=restored, agent=restorer)
    _rules(db, record, document, restored)


def _software(record: Record, name: str) -> str:
    return record.add(
        "agent",
        f"a:software/{name.replace(' ', '/')}",
        prov__type=_qualified("prov:SoftwareAgent"),
        prov__label=name,
    )


def _fetches(db: Database, document: Row) -> Iterable[Row]:
    """The captures that a document rests on, in the order of the article's pages."""
    sql = (
        "SELECT f.*, c.software FROM fetches AS f LEFT JOIN crawls AS c ON c.id = f.crawl_id WHERE f.id = ? OR f.id IN"
        " (SELECT fetch_id FROM article_pages WHERE article_id = ?) ORDER BY f.id"
    )
    return select(db, sql, document["fetch_id"], document["article_id"])


def _capture(record: Record, fetch: Row, archive_id: str) -> str:
    """A captured response, and the fetch that it came from."""
    captured = record.add(
        "entity",
        f"a:capture/{fetch['id']}",
        prov__type=_qualified("a:Response"),
        dcterms__identifier=pwid(str(fetch["url"]), str(fetch["fetched_at"]), archive_id),
        prov__atLocation=f"{fetch['warc_file']}#{fetch['warc_offset']}" if fetch["warc_file"] else None,
        a__url=fetch["url"],
        a__path=fetch["path"],
        a__payloadDigest=fetch["payload_digest"],
        a__bodyDigest=f"sha256:{fetch['body_digest']}" if fetch["body_digest"] else None,
    )
    when = str(fetch["fetched_at"])
    fetched = record.add("activity", f"a:fetch/{fetch['id']}", prov__startTime=when, prov__endTime=when)
    record.relate("wasGeneratedBy", entity=captured, activity=fetched)
    if fetch["software"]:
        record.relate("wasAssociatedWith", activity=fetched, agent=_software(record, str(fetch["software"])))
    if fetch["revisit_of"]:
        seen = record.add("entity", f"a:capture/{fetch['revisit_of']}")
        record.relate("alternateOf", alternate1=captured, alternate2=seen)
    return captured


def _source(db: Database, record: Record, document: Row, captures: list[str], restorer: str) -> str:
    """The page's visible text, and how it was taken out of the responses."""
    (page,) = select(db, "SELECT id, source_text, charset FROM pages WHERE id = ?", document["article_id"])
    old = _kept(db, document)
    text = page["source_text"]
    digest = sha256(str(text).encode()).hexdigest() if text is not None else ""
    if old:
        digest = str(old["source_digest"])
    source = record.add(
        "entity",
        f"a:source/{page['id']}/{digest[:16]}",
        prov__type=_qualified("a:VisibleText"),
        a__digest=digest and f"sha256:{digest}",
        a__characters=None if old or text is None else len(str(text)),
        a__charset=page["charset"],
    )
    extracted = record.add("activity", f"a:extraction/{page['id']}/{digest[:16]}")
    record.relate("wasGeneratedBy", entity=source, activity=extracted)
    record.relate("wasAssociatedWith", activity=extracted, agent=restorer)
    for captured in captures:
        record.relate("used", activity=extracted, entity=captured)
        record.relate("wasDerivedFrom", generatedEntity=source, usedEntity=captured)
    return source


def _rules(db: Database, record: Record, document: Row, restored: str) -> None:
    """What each rule did to the document, as activities that the restoration was informed by."""
    edits, before, after = Counter[str](), Counter[str](), Counter[str]()
    for edit in _edits(db, document):
        for step in steps_of(edit):
            name = f"{step.round}/{step.rule}"
            edits[name] += 1
            before[name] += len(step.before)
            after[name] += len(step.after)
    for name in sorted(edits):
        done = record.add(
            "activity",
            f"a:rule/{document['id']}@{document['version']}/{name}",
            prov__label=name,
            a__edits=edits[name],
            a__charactersTaken=before[name],
            a__charactersPut=after[name],
        )
        record.relate("wasInformedBy", informed=restored, informant=done)


def _edits(db: Database, document: Row) -> list[Row]:
    """The ledger of a document: of an old version, as it is kept beside it."""
    if old := _kept(db, document):
        found: list[Row] = json.loads(str(old["ledger"]))["edits"]
        return found
    return within(select(db, "SELECT * FROM edits WHERE article_id = ? ORDER BY n", document["article_id"]), document)


def _kept(db: Database, document: Row) -> Row | None:
    """What is kept of a version that is no longer the current one."""
    sql = (
        "SELECT ledger, source_digest FROM document_versions WHERE id = ? AND version = ? AND NOT EXISTS (SELECT 1 FROM"
        " documents WHERE id = document_versions.id AND version = document_versions.version)"
    )
    return next(iter(select(db, sql, document["id"], document["version"])), None)


def _qualified(name: str) -> dict[str, str]:
    return {"$": name, "type": "prov:QUALIFIED_NAME"}
