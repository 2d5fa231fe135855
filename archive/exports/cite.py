"""How a document is cited: BibTeX, CSL-JSON, and the persistent identifier of the captured page.

Only what is known for certain becomes an author or a date: the author that a primary source names, else the issuing
organisation, else the signature; the signature's date. A date that the text merely suggests stands in the note.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from archive.rows import Row

LOCAL = "localhost"  # names the archive where nobody has said what domain name it has
LANGUAGES = {"hans": "zh-Hans", "hant": "zh-Hant", "mixed": "zh"}
TEX = re.compile(r"[\\{}$&#%_~^]")
TEX_WORDS = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
# What a URN may not hold as it is (RFC 8141): ? and # begin other components; % is kept, as it is part of the address.
URN_SAFE = "/:@!$&'()*+,;=-._~%"


@dataclass(frozen=True, slots=True)
class Citation:
    """What a citation of a document is made of."""

    key: str  # id@version
    title: str
    author: str  # '' where nobody is known
    issued: str  # ISO 8601, partial where only that is known; ''
    url: str
    captured: str  # WARC-Date
    pwid: str
    language: str
    number: str  # the document's own number, ''
    note: str


def pwid(url: str, captured: str, archive_id: str = LOCAL) -> str:
    """The persistent web identifier (urn:pwid, registered with IANA in 2022) of the captured page itself."""
    return f"urn:pwid:{archive_id}:{captured}:part:{quote(url, safe=URN_SAFE)}"


def citation(document: Row, archive_id: str = LOCAL) -> Citation:
    """Of a row of documents."""
    url, captured = str(document["url"]), str(document["archived_at"])
    known = (document["author"], document["organisation"], document["signed_by"])
    return Citation(
        key=f"{document['id']}@{document['version']}",
        title=" ".join(str(document["title"]).split()),
        author=next((" ".join(str(name).split()) for name in known if name), ""),
        issued=str(document["signed_on"] or ""),
        url=url,
        captured=captured,
        pwid=pwid(url, captured, archive_id),
        language=LANGUAGES.get(str(document["script"]), "zh"),
        number=str(document["document_number"] or ""),
        note="; ".join(_notes(document)),
    )


def _notes(document: Row) -> Iterator[str]:
    if document["parts"] != 1:
        yield f"document {document['part']} of {document['parts']} on its page"
    if not document["signed_on"] and (document["era_from"] or document["era_to"]):
        yield f"undated; its text points to {document['era_from'] or ''}..{document['era_to'] or ''}"
    if document["redated"]:
        yield "title or page give a date that the text contradicts"
    if document["status"] != "complete":
        yield "incomplete on its page"
    yield f"restored by {document['software']}"
    yield f"SHA-256 of title and text {document['content_digest']}"


def bibtex(document: Row, archive_id: str = LOCAL) -> str:
    """An entry of BibLaTeX's @online, which BibTeX styles take for @misc."""
    known = citation(document, archive_id)
    fields = {
        "title": f"{{{_tex(known.title)}}}",
        "author": f"{{{_tex(known.author)}}}",
        "date": known.issued,
        "year": known.issued[:4],
        "number": _tex(known.number),
        "url": known.url if not re.search(r"[{}\\\s]", known.url) else quote(known.url, safe=URN_SAFE + "?#[]"),
        "urldate": known.captured[:10],
        "eprint": known.pwid if not re.search(r"[{}\\\s]", known.pwid) else "",
        "eprinttype": "pwid",
        "langid": "chinese",
        "note": _tex(f"{known.key}; {known.note}"),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value and value != "{}"]
    return "\n".join([f"@online{{{document['id']},", *lines, "}"])


def _tex(text: str) -> str:
    return TEX.sub(lambda match: TEX_WORDS.get(match[0], f"\\{match[0]}"), text)


def csl(document: Row, archive_id: str = LOCAL) -> dict[str, object]:
    """An item of CSL-JSON, as Zotero and citation processors take it."""
    known = citation(document, archive_id)
    fields: dict[str, object] = {
        "id": known.key,
        "type": "report",
        "title": known.title,
        "author": [{"literal": known.author}] if known.author else None,
        "issued": {"date-parts": [_date_parts(known.issued)]} if known.issued else None,
        "accessed": {"date-parts": [_date_parts(known.captured[:10])]} if known.captured else None,
        "number": known.number,
        "container-title": urlsplit(known.url).hostname or "",
        "URL": known.url,
        "archive": archive_id,
        "archive_location": known.pwid,
        "language": known.language,
        "note": known.note,
    }
    return {name: value for name, value in fields.items() if value not in (None, "")}


def csl_json(documents: Sequence[Row], archive_id: str = LOCAL) -> str:
    """A CSL-JSON bibliography."""
    return json.dumps([csl(one, archive_id) for one in documents], ensure_ascii=False, indent=2)


def bibliography(documents: Sequence[Row], archive_id: str = LOCAL) -> str:
    """BibTeX entries, one after the other."""
    return "\n\n".join(bibtex(one, archive_id) for one in documents)


def gbt7714(document: Row, archive_id: str = LOCAL) -> str:
    """A line as GB/T 7714-2015 orders it for a document on the web: [EB/OL], (date)[date of the capture]."""
    known = citation(document, archive_id)
    number = f"：{known.number}" if known.number else ""
    issued = f"({known.issued})" if known.issued else ""
    author = f"{known.author}. " if known.author else ""
    return f"{author}{known.title}{number}[EB/OL]. {issued}[{known.captured[:10]}]. {known.url}. {known.pwid}."


def _lines(documents: Sequence[Row], archive_id: str = LOCAL) -> str:
    return "\n".join(gbt7714(one, archive_id) for one in documents)


def _date_parts(date: str) -> list[int]:
    return [int(part) for part in date.split("-")]


STYLES: dict[str, Callable[[Sequence[Row], str], str]] = {"bibtex": bibliography, "csl": csl_json, "gbt7714": _lines}
