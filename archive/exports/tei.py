"""Documents as TEI P5: a header that says where each comes from and what its dates rest on, a body of divisions.

Headings of the outline that fill a line open divisions, nested by level; one that runs on into its paragraph is a
<seg>. Damage that makes words illegible is <unclear>, damage of another kind a <seg type="damage">, what is missing
a <gap>. Characters that XML cannot hold become U+FFFD.
"""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from lxml import etree
from lxml.builder import ElementMaker

from archive.exports import manifest, pii
from archive.exports.cite import Citation, citation
from archive.exports.corpus import Corpus
from archive.exports.places import Hole, Places, Span, evidence, places
from archive.rows import Row
from pipelines.document import SOFTWARE

NAMESPACE = "http://www.tei-c.org/ns/1.0"
TEI = ElementMaker(namespace=NAMESPACE, nsmap={None: NAMESPACE})
XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Kinds of damage by which single words or figures cannot be read; the others concern whole passages, or their truth.
ILLEGIBLE = frozenset(
    {
        *("numbers_lost", "numbers_masked", "numbers_half_masked", "numbers_corrupt", "names_masked"),
        *("words_lost", "symbols_lost", "undecodable", "censored", "misread"),
    }
)
CLASSES = ("genre", "org_level", "org_field", "period", "script", "status")
NO_LICENCE = "No licence is granted with this text; the manifest of the export tells what is known of its rights."
UNITS = {"page": "page", "part": "document", "hole": "character", "preview": "character"}


def corpus_file(corpus: Corpus, out: BinaryIO) -> None:
    """One <teiCorpus>, with a header of its own."""
    out.write(f'<?xml version="1.0" encoding="UTF-8"?>\n<teiCorpus xmlns="{NAMESPACE}">\n'.encode())
    out.write(_bytes(_corpus_header(corpus)))
    for row in corpus:
        out.write(_bytes(document(corpus, row)))
    out.write(b"</teiCorpus>\n")


def corpus_folder(corpus: Corpus, folder: Path) -> None:
    """A <TEI> file a document, `00/00451d5032ff-0.xml`."""
    for row in corpus:
        place = folder / str(row["id"])[:2] / f"{row['id']}.xml"
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(b'<?xml version="1.0" encoding="UTF-8"?>\n' + _bytes(document(corpus, row)))


def document(corpus: Corpus, row: Row) -> etree._Element:
    """One document as <TEI>."""
    told = evidence(corpus.db, row)
    if corpus.options.mask_pii:
        told = {name: pii.mask(words) for name, words in told.items()}
    known = citation(row, corpus.options.archive_id)
    return TEI.TEI(
        {XML_ID: f"d{row['id']}"},
        TEI.teiHeader(_file_description(row, known, told), _encoding(row), _profile(row, told)),
        TEI.text(_body(row, places(corpus.db, row))),
    )


def _file_description(row: Row, known: Citation, told: dict[str, str]) -> etree._Element:
    title = TEI.titleStmt(TEI.title(_xml(known.title)))
    title.extend([TEI.author(_xml(known.author))] if known.author else [])
    return TEI.fileDesc(
        title,
        TEI.extent(TEI.measure({"unit": "character", "quantity": str(len(str(row["text"])))})),
        TEI.publicationStmt(
            TEI.publisher(known.pwid.split(":")[2]),
            TEI.idno({"type": "archive"}, known.key),
            TEI.idno({"type": "pwid"}, _xml(known.pwid)),
            TEI.idno({"type": "sha256"}, str(row["content_digest"])),
            TEI.availability({"status": "restricted"}, TEI.p(NO_LICENCE)),
        ),
        TEI.sourceDesc(_source(row, known, told)),
    )


def _source(row: Row, known: Citation, told: dict[str, str]) -> etree._Element:
    """The page that it was restored from."""
    found = TEI.bibl(TEI.title(_xml(known.title)), TEI.ref({"target": _xml(known.url)}, _xml(known.url)))
    found.append(TEI.date({"type": "captured", "when": known.captured}, known.captured))
    for name, column in (("page", "published_on"), ("address", "url_date")):
        if row[column]:
            found.append(_date(name, {"when": str(row[column])}, told.get(column, str(row[column]))))
    if known.number:
        found.append(TEI.idno({"type": "document_number"}, _xml(known.number)))
    for role in ("editor", "auditor", "uploader"):
        if row[role]:
            found.append(TEI.name({"type": role}, _xml(str(row[role]))))
    found.append(TEI.biblScope({"unit": "document"}, f"{row['part']} of {row['parts']}"))
    return found


def _encoding(row: Row) -> etree._Element:
    name, version = SOFTWARE.rsplit(" ", 1)
    made_by = str(row["software"])
    damage = ", ".join(json.loads(str(row["damage"]))) or "none found"
    return TEI.encodingDesc(
        TEI.appInfo(TEI.application({"ident": name, "version": version}, TEI.desc(made_by))),
        TEI.editorialDecl(
            TEI.correction(
                TEI.p("Every change to the page's text is in the archive's ledger, by rule, with evidence.")
            ),
            TEI.p(f"Quality {row['quality']}; damage: {damage}."),
        ),
    )


def _profile(row: Row, told: dict[str, str]) -> etree._Element:
    """When and where it was written, as far as that is known, in which language, and what it is."""
    creation = TEI.creation()
    if row["signed_on"]:
        creation.append(_date("signed", {"when": str(row["signed_on"]), "cert": "high"}, told.get("signed_on", "")))
    era = {"notBefore": row["era_from"], "notAfter": row["era_to"]}
    if any(era.values()):
        words = [told[name] for name in ("era_from", "era_to") if name in told]
        given = {name: str(value) for name, value in era.items() if value}
        creation.append(_date("era", {**given, "cert": "medium"}, " … ".join(dict.fromkeys(words))))
    if row["organisation"]:
        creation.append(TEI.orgName(_xml(str(row["organisation"]))))
    if row["place"]:
        key = {"key": str(row["place_code"])} if row["place_code"] else {}
        creation.append(TEI.placeName(key, _xml(str(row["place"]))))
    language = citation(row).language
    terms = [TEI.term({"type": name}, str(row[name])) for name in CLASSES if row[name]]
    return TEI.profileDesc(
        creation,
        TEI.langUsage(TEI.language({"ident": language}, language)),
        TEI.textClass(TEI.keywords({"scheme": "#archive"}, *terms)),
    )


def _date(kind: str, attributes: dict[str, str], words: str) -> etree._Element:
    """A date, with the words that tell it."""
    return TEI.date({"type": kind, **attributes}, _xml(" ".join(words.split())))


def _corpus_header(corpus: Corpus) -> etree._Element:
    query = json.dumps(corpus.options.filters.given(), ensure_ascii=False)
    return TEI.teiHeader(
        TEI.fileDesc(
            TEI.titleStmt(TEI.title("Chinese work summaries")),
            TEI.extent(TEI.measure({"unit": "document", "quantity": str(corpus.expected)})),
            TEI.publicationStmt(
                TEI.publisher(corpus.options.archive_id),
                TEI.availability({"status": "restricted"}, *(TEI.p(line) for line in manifest.RIGHTS)),
            ),
            TEI.sourceDesc(TEI.p("Pages of the web, captured as WARC; each document names its own.")),
        ),
        TEI.encodingDesc(
            TEI.projectDesc(TEI.p(f"Restored by {SOFTWARE}. The manifest beside this file says what it holds.")),
            TEI.samplingDecl(TEI.p(_xml(f"Documents that fulfil: {query}"))),
        ),
    )


def _body(row: Row, found: Places) -> etree._Element:
    """Lines as paragraphs, headings as divisions."""
    body = TEI.body()
    if row["title"]:
        body.append(TEI.head(_xml(str(row["title"]))))
    text, at = str(row["text"]), 0
    headings = {one[3]: one for one in json.loads(str(row["outline"] or "[]"))}
    open_divisions: list[tuple[int, etree._Element]] = []
    for line in text.split("\n"):
        end = at + len(line)
        heading = headings.get(at)
        own_line = heading and len(line.strip()) <= len(heading[1] + heading[2]) + 1  # a space, or a stop
        if heading and own_line:
            parent = _division(body, open_divisions, heading[0])
            parent.append(_runs(TEI.head(), text, (at, end), found))
        else:
            parent = open_divisions[-1][1] if open_divisions else body
            paragraph = TEI.p()
            start = at
            if heading:
                start = min(end, at + len(heading[1]) + len(heading[2]))
                paragraph.append(_runs(TEI.seg({"type": "heading"}), text, (at, start), found, open_end=True))
            parent.append(_runs(paragraph, text, (start, end), found))
        at = end + 1
    if len(body) == (1 if row["title"] else 0):
        body.append(TEI.p())
    return body


def _division(body: etree._Element, stack: list[tuple[int, etree._Element]], level: int) -> etree._Element:
    """A new division of `level`, in the nearest open one above it."""
    while stack and stack[-1][0] >= level:
        stack.pop()
    division = TEI.div({"type": f"level{level}"})
    (stack[-1][1] if stack else body).append(division)
    stack.append((level, division))
    return division


def _runs(
    element: etree._Element, text: str, span: tuple[int, int], found: Places, *, open_end: bool = False
) -> etree._Element:
    """`text[start:end]` in `element`: damage in elements, gaps where they stand; one at the end, unless it is open."""
    start, end = span
    holes = [hole for hole in found.holes if start <= min(hole.at, len(text)) < end + (not open_end)]
    spans = [one for one in found.spans if one.start < end and one.end > start]
    borders = {start, end, *(min(hole.at, end) for hole in holes)}
    borders |= {min(max(at, start), end) for one in spans for at in (one.start, one.end)}
    cuts = sorted(borders)
    for begin, stop in zip(cuts, [*cuts[1:], end], strict=True):
        element.extend(_gap(hole) for hole in holes if min(hole.at, end) == begin)
        if begin < stop:
            _put(element, _xml(text[begin:stop]), [one for one in spans if one.start <= begin and one.end >= stop])
    return element


def _put(element: etree._Element, text: str, over: Sequence[Span]) -> None:
    """A stretch of text, in an element for each kind of damage that lies over it."""
    kinds = dict.fromkeys(one.kind for one in over)
    illegible = " ".join(kind for kind in kinds if kind in ILLEGIBLE)
    others = [kind for kind in kinds if kind not in ILLEGIBLE]
    inner = element
    for kind in others:
        inner = etree.SubElement(inner, f"{{{NAMESPACE}}}seg", {"type": "damage", "subtype": kind})
    if illegible:
        inner = etree.SubElement(inner, f"{{{NAMESPACE}}}unclear", {"reason": illegible})
    if inner is not element:
        inner.text = text
    elif len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text


def _gap(hole: Hole) -> etree._Element:
    unit = UNITS.get(hole.kind)
    if hole.missing is None or not unit:
        return TEI.gap({"reason": hole.kind})
    if unit == "character":
        return TEI.gap({"reason": hole.kind, "unit": unit, "quantity": str(hole.missing)})
    return TEI.gap({"reason": hole.kind, "unit": unit, "n": str(hole.missing)})


def _xml(text: str) -> str:
    return UNFIT.sub("\ufffd", text)


def _bytes(element: etree._Element) -> bytes:
    return bytes(etree.tostring(element, encoding="utf-8")) + b"\n"


def text_of(element: etree._Element) -> Iterator[str]:
    """The lines of a <TEI>'s body, the title apart: what the document's text holds."""
    body = element.find(f".//{{{NAMESPACE}}}body")
    for line in body.iter(f"{{{NAMESPACE}}}p", f"{{{NAMESPACE}}}head"):
        if line.tag.endswith("}p") or line.getparent() is not body:
            yield "".join(line.itertext())
