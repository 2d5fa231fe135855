"""In which order answers stand, and how it is found without looking at all of them.

Costs that decided it, at 200,000 documents: a pass over a frequent word takes 50 to 150 ms, bm25 several of them, and
one question whether a given document is an answer 0.05 ms. So what is rare is weighed here, from the texts of its few
answers; and what is frequent is asked of the best documents, one after the other, until a page is full.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from math import log

from archive.condition import EVERYTHING, Condition
from archive.searching.query import Query
from archive.searching.words import segment

TITLE_WEIGHT = 8  # a hit in the title counts as much as that many in the text
BM25 = f"bm25(documents_fts, {TITLE_WEIGHT}.0, 1.0, {TITLE_WEIGHT}.0, 1.0)"
SATURATION, LENGTH = 1.2, 0.75  # k1 and b of bm25, as SQLite has them
WEIGHED = 1_000  # documents for each answer, from which on answers are weighed here (0.15 ms each), not by SQLite
ASKED = 2_000  # of the best documents it is asked so many, 0.05 ms each, before all answers are looked up
LISTED = "(SELECT value FROM json_each(?))"
BEST = "quality DESC, signed_on DESC, rowid"

Value = str | int | float


def answers(conn: sqlite3.Connection, query: Query, most: int) -> list[int]:
    """The documents that are answers, at most so many, in the order in which they came."""
    return _column(conn, "SELECT rowid FROM documents_fts WHERE documents_fts MATCH ? LIMIT ?", (query.match, most))


def fulfilling(conn: sqlite3.Connection, found: Sequence[int], where: Condition) -> list[int]:
    """Those of a few documents that fulfil a condition."""
    if where == EVERYTHING or not found:
        return [*found]
    sql = f"SELECT rowid FROM documents WHERE rowid IN {LISTED} AND ({where.sql})"
    return _column(conn, sql, (json.dumps(found), *where.values))


def count(conn: sqlite3.Connection, query: Query, where: Condition = EVERYTHING) -> int:
    """How many documents are answers and fulfil a condition."""
    if where == EVERYTHING:
        sql = "SELECT count(*) FROM documents_fts WHERE documents_fts MATCH ?"
        return _column(conn, sql, (query.match,))[0]
    sql = f"SELECT count(*) FROM documents INDEXED BY documents_best WHERE {_answer()} AND ({where.sql})"
    return _column(conn, sql, (query.match, *where.values))[0]


def by_weight(conn: sqlite3.Connection, query: Query, found: Sequence[int], frequent: int) -> list[int]:
    """A rare query's answers: those whose title is one, then the others, each by bm25.

    SQLite's; where answers are very few among many documents, the same formula with two differences: lengths are
    compared with those of the answers, and a word that more than `frequent` documents have weighs nothing.
    """
    if len(found) * WEIGHED <= _documents(conn):
        return _weighed(conn, query, found, frequent)
    titles = set(_column(conn, "SELECT rowid FROM documents_fts WHERE documents_fts MATCH ?", (in_titles(query),)))
    sql = f"SELECT rowid FROM documents_fts WHERE documents_fts MATCH ? ORDER BY {BM25}, rowid"
    chosen = set(found)
    ranked = [place for place in _column(conn, sql, (query.match,)) if place in chosen]
    return sorted(ranked, key=lambda place: place not in titles)


def by_bm25(conn: sqlite3.Connection, query: Query, where: Condition, limit: int) -> list[int]:
    """Answers by SQLite's bm25 alone, however many there are."""
    fulfilled = "1" if where == EVERYTHING else f"rowid IN (SELECT rowid FROM documents WHERE {where.sql})"
    sql = f"SELECT rowid FROM documents_fts WHERE documents_fts MATCH ? AND {fulfilled} ORDER BY {BM25}, rowid LIMIT ?"
    return _column(conn, sql, (query.match, *where.values, limit))


def by_quality(conn: sqlite3.Connection, query: Query, where: Condition, limit: int) -> list[int]:
    """A frequent query's answers: those whose title is one, then the others, each by quality and date."""
    titles = _best(conn, in_titles(query), where, limit)
    if len(titles) == limit:
        return titles
    known = set(titles)
    found = list(_asked(conn, query, where, limit - len(titles), known))
    if len(found) < limit - len(titles):
        found = [place for place in _best(conn, query.match, where, limit + len(known)) if place not in known]
    return (titles + found)[:limit]


def in_titles(query: Query) -> str:
    """The query asked of titles alone."""
    titles = f"{{title title_hans}} : ({query.match})"
    # What a title lacks may stand in the text.
    return f"({titles}) AND ({query.match})" if " NOT " in query.match else titles


def _best(conn: sqlite3.Connection, match: str, where: Condition, limit: int) -> list[int]:
    sql = f"SELECT rowid FROM documents INDEXED BY documents_best WHERE {_answer()} AND ({where.sql})"
    return _column(conn, f"{sql} ORDER BY {BEST} LIMIT ?", (match, *where.values, limit))


def _asked(conn: sqlite3.Connection, query: Query, where: Condition, wanted: int, known: set[int]) -> Iterator[int]:
    """The best answers, as many as are wanted, among the ASKED best documents."""
    sql = f"SELECT rowid FROM documents INDEXED BY documents_best WHERE ({where.sql}) ORDER BY {BEST}"
    is_answer = "SELECT 1 FROM documents_fts WHERE documents_fts MATCH ? AND rowid = ?"
    best = (place for (place,) in conn.execute(sql, where.values) if place not in known)
    asked = islice(best, ASKED)
    return islice((place for place in asked if conn.execute(is_answer, (query.match, place)).fetchone()), wanted)


def _weighed(conn: sqlite3.Connection, query: Query, found: Sequence[int], frequent: int) -> list[int]:
    weights = _weights(conn, query, len(found), frequent)
    texts = {
        place: [_apart(segment(column)) for column in columns]
        for place, *columns in conn.execute(
            f"SELECT rowid, title, text, title_hans, text_hans FROM documents WHERE rowid IN {LISTED}",
            (json.dumps(found),),
        )
    }
    sizes = {place: sum(len(column.split()) for column in columns) for place, columns in texts.items()}
    mean = sum(sizes.values()) / max(1, len(sizes))

    def key(place: int) -> tuple[bool, float, int]:
        title, text, title_hans, text_hans = texts[place]
        score = 0.0
        for phrase, weight in weights.items():
            often = TITLE_WEIGHT * title.count(phrase) + max(text.count(phrase), text_hans.count(phrase))
            score += weight * often / (often + SATURATION * (1 - LENGTH + LENGTH * sizes[place] / mean))
        in_title = query.holds(*(column.replace("  ", " ") for column in (title, title_hans)))
        return not in_title, -score, place

    return sorted(texts, key=key)


def _weights(conn: sqlite3.Connection, query: Query, found: int, frequent: int) -> dict[str, float]:
    """How much each phrase says: the fewer documents have it, the more."""
    documents, weights = _documents(conn), {}
    for phrase in query.phrases:
        sql = "SELECT count(*) FROM (SELECT 1 FROM documents_fts WHERE documents_fts MATCH ? LIMIT ?)"
        single = query.match == f'"{phrase}"'
        having = found if single else _column(conn, sql, (f'"{phrase}"', frequent + 1))[0]
        rare = single or having <= frequent
        weights[_apart(phrase)] = max(1e-6, log((documents - having + 0.5) / (having + 0.5))) if rare else 1e-6
    return weights


def _documents(conn: sqlite3.Connection) -> int:
    return _column(conn, "SELECT count(*) FROM documents", ())[0]


def _apart(tokens: str) -> str:
    """Two spaces between tokens, so that phrases that follow each other share none and can be counted."""
    return f" {tokens.replace(' ', '  ')} "


def _answer() -> str:
    return "rowid IN (SELECT rowid FROM documents_fts WHERE documents_fts MATCH ?)"


def _column(conn: sqlite3.Connection, sql: str, values: Iterable[Value]) -> list[int]:
    return [int(value) for (value,) in conn.execute(sql, tuple(values))]
