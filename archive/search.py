"""What a query finds, in which order, and with which snippets.

Documents whose title alone is an answer stand first. The rest stand in the order of bm25, unless more than one in
twenty documents is an answer: such a word says little of any of them, and ranking all would take seconds. Those stand
by quality and date, and `Found.frequent` says so. `rank=True` asks for the order of bm25 and nothing else.
"""

import json
from dataclasses import dataclass

from sqlite_utils import Database

from archive.condition import EVERYTHING, Condition
from archive.rows import Row, select
from archive.searching import ranking
from archive.searching.fulltext import register, reindex
from archive.searching.query import Query, QueryError, parse
from archive.searching.words import segment, spans

__all__ = [
    "Found",
    "Hit",
    "Query",
    "QueryError",
    "count",
    "expression",
    "marked",
    "parse",
    "register",
    "reindex",
    "search",
    "segment",
    "snippet",
]

OPEN, CLOSE = "\x02", "\x03"  # around a hit; never in a text
AROUND = 36  # characters of a snippet before and after the first hit
FREQUENT = 20  # a query is frequent that more than one document in so many answers
COUNTED = 10_000  # answers that are counted in any archive; chosen, nobody reads on to there


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that was found. In `title` and `snippet` the hits stand between OPEN and CLOSE."""

    document: Row
    title: str
    snippet: str


@dataclass(frozen=True, slots=True)
class Found:
    """A page of results."""

    hits: tuple[Hit, ...]
    total: int  # of all pages
    at_least: bool  # whether there are more: what very many documents have is not counted to the end
    frequent: bool  # whether more than one document in twenty is an answer
    ranked: bool  # whether they stand in the order of bm25, not of quality and date


def expression(text: str) -> str:
    """`text` as SQLite's MATCH takes it. Raises `ArchiveError` for what is no query."""
    return parse(text).match


def count(db: Database, text: str, where: Condition = EVERYTHING) -> int:
    """How many documents are answers and fulfil `where`."""
    return ranking.count(db.conn, parse(text), where)


def search(
    db: Database, text: str, limit: int = 20, where: Condition = EVERYTHING, *, rank: bool = False, skip: int = 0
) -> Found:
    """The documents that are answers and fulfil `where`, best first, `limit` of them after the first `skip`.

        db = open_archive("data/archive.db")
        found = search(db, '科普中国App OR "科协" -计划', where=Filters(genre=("总结",), era="2009..2012").condition())
        for hit in found.hits:
            print(hit.document["id"], hit.title, hit.snippet)

    `rank` asks for the order of bm25 alone, however frequent the words are. Raises `QueryError`, whose text is a
    sentence, for what is no query.
    """
    query, conn = parse(text), db.conn
    (documents,) = conn.execute("SELECT count(*) FROM documents").fetchone()
    least = documents // FREQUENT
    most = max(least, COUNTED)
    found = ranking.answers(conn, query, most + 1)
    frequent = len(found) > least
    if len(found) > most:
        total, at_least = (most, True) if where == EVERYTHING else (ranking.count(conn, query, where), False)
    else:
        found = ranking.fulfilling(conn, found, where)
        total, at_least = len(found), False
    if rank:
        places = ranking.by_bm25(conn, query, where, limit + skip)
    elif frequent:
        places = ranking.by_quality(conn, query, where, limit + skip)
    else:
        places = ranking.by_weight(conn, query, found, least)
    return Found(_hits(db, query, places[skip : skip + limit]), total, at_least, frequent, rank or not frequent)


def _hits(db: Database, query: Query, places: list[int]) -> tuple[Hit, ...]:
    """What is shown of the documents at these places; only they are read."""
    rows = select(db, f"SELECT rowid, * FROM documents WHERE rowid IN {ranking.LISTED}", json.dumps(places))
    known = {row.pop("rowid"): row for row in rows}
    # A crawl that writes meanwhile may have replaced one.
    return tuple(_hit(query, known[place]) for place in places if place in known)


def _hit(query: Query, row: Row) -> Hit:
    texts = (marked(str(row[name]), query) for name in ("text", "text_hans"))
    text = next((one for one in texts if OPEN in one), str(row["text"]))
    return Hit(row, marked(str(row["title"]), query), snippet(text))


def marked(text: str, query: Query) -> str:
    """`text` with marks around what the query wants, wherever it stands."""
    text = text.replace(OPEN, " ").replace(CLOSE, " ")  # of a hostile page
    pieces, at = [], 0
    for start, end in spans(text, query.phrases):
        pieces += [text[at:start], OPEN, text[start:end], CLOSE]
        at = end
    return "".join([*pieces, text[at:]])


def snippet(marked: str, around: int = AROUND) -> str:
    """The neighbourhood of the first hit, in one line; the beginning where there is none."""
    flat = " ".join(marked.split())
    first = flat.find(OPEN)
    if first < 0:
        first, around = 0, 2 * around
    start, end = max(0, first - around), min(len(flat), max(first, flat.find(CLOSE, first)) + around)
    shown = flat[start:end]
    if shown.count(OPEN) > shown.count(CLOSE):
        shown += CLOSE
    return f"{'…' if start else ''}{shown}{'…' if end < len(flat) else ''}"
