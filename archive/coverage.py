"""What an archive holds, what it refused, and what nobody must conclude from it: the statement of a report or export.

Every sentence follows from figures of the tables; a sentence whose figure is nought is left out, since a warning that
always stands is read by nobody.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from sqlite_utils import Database

from archive.condition import EVERYTHING, Condition
from archive.rows import Row, select
from pipelines.document import SOFTWARE

DOMINANT = 0.25  # chosen: a host with more than that share is named


@dataclass(frozen=True, slots=True)
class Coverage:
    """The statement, in sentences."""

    holds: tuple[str, ...]
    refused: tuple[str, ...]
    beware: tuple[str, ...]


class Span(NamedTuple):
    """The days of the first and the last capture, '' where there is none."""

    first: str
    last: str

    def __str__(self) -> str:
        return f"on {self.first}" if self.first == self.last else f"from {self.first} to {self.last}"


@dataclass(frozen=True, slots=True)
class Figures:
    """What the sentences rest on: counts of documents where nothing else is said."""

    captured: Span
    largest: str  # the host that gave most ('': files)
    most: int  # documents of it
    documents: int
    characters: int
    families: int  # texts, copies counted once
    copies: int  # documents that are not the canonical one of their family
    signed: int  # with a signing date
    dated: int  # without one, but with an era that the text proves
    undated: int
    redated: int
    placed: int
    issued: int  # with an issuing organisation
    partial: int
    masked: int
    false_numbers: int  # lost, corrupt, or of a host whose numbers are not to be trusted
    demoted: int  # spun, generated, off topic, scrambled …
    pages: int
    rejected: int
    hosts: int
    files: int  # pages that were ingested as files
    unfetched: int  # links that are known and were never asked for
    failed: int  # links that failed


def figures(db: Database, hosts: Mapping[str, int] | None = None) -> Figures:
    """Counted in one pass over each table; `hosts`: their documents, where they have been counted already."""
    rows = {**_one(db, _DOCUMENTS), **_one(db, _PAGES), **_one(db, _LINKS)}
    first, last = (str(rows.pop(name) or "") for name in ("first", "last"))
    known = by_host(db) if hosts is None else hosts
    largest = max(known, key=lambda host: known[host], default="")
    numbers = {name: int(n or 0) for name, n in rows.items()}
    return Figures(Span(first, last), largest, known.get(largest, 0), **numbers)


def by_host(db: Database, where: Condition = EVERYTHING) -> dict[str, int]:
    """How many documents each host gave, in the order of their names; those of ingested files have none ('')."""
    sql = (
        f"WITH d AS (SELECT article_id, count(*) AS n FROM documents WHERE {where.sql} GROUP BY 1)"
        " SELECT p.host, sum(d.n) AS n FROM d JOIN pages AS p ON p.id = d.article_id GROUP BY 1 ORDER BY 1"
    )
    return {str(row["host"]): int(row["n"] or 0) for row in select(db, sql, *where.values)}


def _one(db: Database, sql: str) -> Row:
    return select(db, sql)[0]


def _has(*kinds: str) -> str:
    return "(" + " OR ".join(f"damage LIKE '%\"{kind}\"%'" for kind in kinds) + ")"


_DOCUMENTS = f"""
    SELECT count(*) AS documents, sum(length(text)) AS characters, count(DISTINCT coalesce(family_id, id)) AS families,
           sum(canonical = 0) AS copies, count(signed_on) AS signed,
           sum(signed_on IS NULL AND era_from IS NOT NULL) AS dated,
           sum(signed_on IS NULL AND era_from IS NULL) AS undated, sum(redated) AS redated,
           count(province) AS placed, count(organisation) AS issued,
           sum(status = 'partial') AS partial, sum({_has("numbers_masked", "names_masked")}) AS masked,
           sum({_has("numbers_lost", "numbers_corrupt", "numbers_untrusted")}) AS false_numbers,
           sum({_has("spun", "generated", "off_topic", "scrambled", "translated", "hijacked")}) AS demoted,
           min(substr(archived_at, 1, 10)) AS first, max(substr(archived_at, 1, 10)) AS last
    FROM documents INDEXED BY documents_times -- which knows how long a text is without reading it
"""
_PAGES = """
    SELECT count(*) AS pages, count(rejected) AS rejected, count(DISTINCT nullif(host, '')) AS hosts,
           sum(host = '') AS files
    FROM pages
"""
_LINKS = "SELECT sum(state = 'new') AS unfetched, sum(state = 'failed') AS failed FROM links"


def statement(db: Database, known: Figures | None = None) -> Coverage:
    """The whole statement."""
    f = known or figures(db)
    return Coverage(tuple(_holds(f)), tuple(_refused(db, f)), tuple(_beware(f)))


def _holds(f: Figures) -> Iterator[str]:
    if not f.documents:
        yield "The archive holds no documents yet."
        return
    sources = [_n(f.hosts, "host")] if f.hosts else []
    sources += [f"{_n(f.files, 'ingested file')}"] if f.files else []
    yield (
        f"{_n(f.documents, 'document')} ({_n(f.characters, 'character')}) of {_n(f.pages - f.rejected, 'page')} from "
        f"{' and '.join(sources) or 'nowhere'}, captured {f.captured}, restored by {SOFTWARE}."
    )
    if f.copies:
        yield f"Copies counted once, they are {_n(f.families, 'text')}."

    def part(n: int) -> str:
        return _part(n, f.documents)

    yield (
        f"{part(f.signed)} are dated by their signature, {part(f.dated)} only by what their text names, "
        f"{part(f.undated)} not at all; {part(f.issued)} name who issued them, {part(f.placed)} where."
    )


def _refused(db: Database, f: Figures) -> Iterator[str]:
    if f.rejected:
        reasons = db.conn.execute(
            "SELECT substr(rejected, 1, instr(rejected || ':', ':') - 1) AS code, count(*) AS n FROM pages"
            " WHERE rejected IS NOT NULL GROUP BY code ORDER BY n DESC, code"
        )
        listed = ", ".join(f"{code} {n:,}" for code, n in reasons)
        yield f"{_part(f.rejected, f.pages)} of {_n(f.pages, 'page')} are no documents; the reasons: {listed}."
    if f.failed:
        yield f"{_n(f.failed, 'address', 'addresses')} could not be fetched."
    if f.unfetched:
        yield f"{_n(f.unfetched, 'address', 'addresses')} were met and not asked for yet."


def _beware(f: Figures) -> Iterator[str]:
    if not f.documents:
        return
    yield (
        "How many documents there are of a year, a place or a field tells what sites copied and this crawl met, not "
        "how many were written or how active a unit was."
    )
    if f.largest and f.hosts > 1 and f.most > DOMINANT * f.documents:
        yield f"{f.largest} gave {_part(f.most, f.documents)}: its choice of texts is part of every figure."
    if f.dated or f.undated:
        yield "An era is a range: its beginning is proven by what the text names, its end is only likely."
    for n, words in (
        (
            f.copies,
            "are copies: a text that was copied often counts often, unless families are counted (canonical = 1)",
        ),
        (f.redated, "carry a year that their own text contradicts: title and page dates are no dates"),
        (f.masked, "have masked names or numbers: what is missing there is no nought"),
        (f.false_numbers, "have lost, overwritten or untrusted numbers: do not compute with them"),
        (f.partial, "are incomplete, as far as their page shows; others may be so without a sign"),
        (f.demoted, "were spun, generated, hijacked or do not belong to their page: no record of any unit"),
    ):
        if n:
            yield f"{_part(n, f.documents)} {words}."


def _part(n: int, of: int) -> str:
    return f"{n:,} ({n / of:.0%})" if of else "0"


def _n(count: int, noun: str, plural: str = "") -> str:
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"
