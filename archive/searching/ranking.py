"""In which order answers stand, and how it is found without looking at all of them.

Costs that decided it, at 200,000 documents: a pass over a frequent word takes 20 to 100 ms, bm25 several of them, and a
look at one document whether it is an answer 0.05 to 0.1 ms. So what is rare is looked up by its pairs of characters
and weighed here, from the texts of its few answers; and what is frequent is asked of the best documents, one after the
other, until a page is full.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from math import log

from archive.condition import EVERYTHING, Condition
from archive.searching import pairs
from archive.searching.query import Phrase, Query
from archive.searching.words import Close, close

TITLE_WEIGHT = 8  # a hit in the title counts as much as that many in the text
BM25 = f"bm25(documents_fts, {TITLE_WEIGHT}.0, 1.0, {TITLE_WEIGHT}.0, 1.0)"
SATURATION, LENGTH = 1.2, 0.75  # k1 and b of bm25, as SQLite has them
WEIGHED = 1_000  # documents for each answer, from which on answers are weighed here (0.15 ms each), not by SQLite
LOOKED_AT = (
    400  # documents for each that may be an answer, from which on those are looked at, not its phrases: measured
)
ASKED = 2_000  # of the best documents it is asked so many, 0.05 ms each, before all answers are looked up
FEW = 1_000  # answers that are sorted rather than met in the order of all documents; chosen
LISTED = "(SELECT value FROM json_each(?))"
BEST = "quality DESC, signed_on DESC, rowid"
WORDS = "SELECT rowid FROM documents_fts WHERE documents_fts MATCH ?"
PAIRS = "SELECT rowid FROM documents_fts_pairs WHERE documents_fts_pairs MATCH ?"

Value = str | int | float
Columns = tuple[Close, Close, Close, Close]  # title, text, and both Simplified


def answers(conn: sqlite3.Connection, query: Query, most: int) -> list[int]:
    """The documents that are answers, at most so many (-1: all), in the order of their rows."""
    few = _few(conn, query)
    if few is not None:
        return [*few][: most if most >= 0 else None]
    source, match = _source(query)
    return _column(conn, f"{source} LIMIT ?", (match, most))


def _source(query: Query) -> tuple[str, str]:
    """What gives all answers, in SQL, and the query for its MATCH."""
    known = pairs.necessary(query)
    return (PAIRS, known.match) if known and known.exact else (WORDS, query.match)


def _few(conn: sqlite3.Connection, query: Query) -> dict[int, Columns] | None:
    """All answers with their columns, where few documents have what an answer must have; those are looked at."""
    known = pairs.necessary(query)
    if known is None or known.exact:
        return None
    most = conn.execute("SELECT coalesce(max(rowid), 0) FROM documents").fetchone()[0] // LOOKED_AT
    places = _column(conn, f"{PAIRS} LIMIT ?", (known.match, most + 1))
    if len(places) > most:
        return None
    return {place: columns for place, columns in _read(conn, places) if _is_answer(query, columns)}


def _read(conn: sqlite3.Connection, places: Sequence[int]) -> Iterator[tuple[int, Columns]]:
    columns = "title, text, nullif(title_hans, title), nullif(text_hans, text)"
    sql = f"SELECT rowid, {columns} FROM documents WHERE rowid IN {LISTED} ORDER BY rowid"
    for place, *told in conn.execute(sql, (json.dumps(places),)):
        title, text = map(close, told[:2])
        title_hans, text_hans = (
            other if one is None else close(one) for one, other in zip(told[2:], (title, text), strict=True)
        )
        yield place, (title, text, title_hans, text_hans)


def _is_answer(query: Query, columns: Sequence[Close]) -> bool:
    return query.holds(lambda phrase: any(column.has(phrase) for column in columns))


def fulfilling(conn: sqlite3.Connection, found: Sequence[int], where: Condition) -> list[int]:
    """Those of a few documents that fulfil a condition."""
    if where == EVERYTHING or not found:
        return [*found]
    sql = f"SELECT rowid FROM documents WHERE rowid IN {LISTED} AND ({where.sql})"
    return _column(conn, sql, (json.dumps(found), *where.values))


def count(conn: sqlite3.Connection, query: Query, where: Condition = EVERYTHING) -> int:
    """How many documents are answers and fulfil a condition."""
    few = _few(conn, query)
    if few is not None:
        return len(fulfilling(conn, [*few], where))
    source, match = _source(query)
    if where == EVERYTHING:
        return _column(conn, f"SELECT count(*) FROM ({source})", (match,))[0]
    sql = f"SELECT count(*) FROM documents INDEXED BY documents_best WHERE rowid IN ({source}) AND ({where.sql})"
    return _column(conn, sql, (match, *where.values))[0]


def by_weight(conn: sqlite3.Connection, query: Query, found: Sequence[int], frequent: int) -> list[int]:
    """A rare query's answers: those whose title is one, then the others, each by bm25.

    SQLite's; where answers are very few among many documents, the same formula with two differences: lengths are
    compared with those of the answers, and a word that more than `frequent` documents have weighs nothing.
    """
    if len(found) * WEIGHED <= (documents := _documents(conn)):
        return _weighed(conn, query, found, _weights(conn, query, (len(found), frequent, documents)))
    titles = _of_titles(conn, query, found)
    sql = f"{WORDS} ORDER BY {BM25}, rowid"
    chosen = set(found)
    ranked = [place for place in _column(conn, sql, (query.match,)) if place in chosen]
    return sorted(ranked, key=lambda place: place not in titles)


def by_bm25(conn: sqlite3.Connection, query: Query, where: Condition, limit: int) -> list[int]:
    """Answers by SQLite's bm25 alone, however many there are."""
    fulfilled = "1" if where == EVERYTHING else f"rowid IN (SELECT rowid FROM documents WHERE {where.sql})"
    sql = f"{WORDS} AND {fulfilled} ORDER BY {BM25}, rowid LIMIT ?"
    return _column(conn, sql, (query.match, *where.values, limit))


def by_quality(conn: sqlite3.Connection, query: Query, where: Condition, limit: int) -> list[int]:
    """A frequent query's answers: those whose title is one, then the others, each by quality and date."""
    titles = _best_titles(conn, query, where, limit)
    if len(titles) == limit:
        return titles
    known = set(titles)
    found = list(_asked(conn, query, where, limit - len(titles), known))
    if len(found) < limit - len(titles):
        best = _best(conn, *_source(query), where)
        found = [place for place in islice(best, limit + len(known)) if place not in known]
    return (titles + found)[:limit]


def _best(conn: sqlite3.Connection, source: str, match: str, where: Condition) -> Iterator[int]:
    """The documents that a source gives, in the order of quality and date."""
    some = _column(conn, f"{source} LIMIT ?", (match, FEW + 1))
    if len(some) > FEW:
        sql = f"SELECT rowid FROM documents INDEXED BY documents_best WHERE rowid IN ({source}) AND ({where.sql})"
        values: tuple[Value, ...] = (match, *where.values)
    else:
        sql = f"SELECT rowid FROM documents WHERE rowid IN {LISTED} AND ({where.sql})"
        values = (json.dumps(some), *where.values)
    yield from (place for (place,) in conn.execute(f"{sql} ORDER BY {BEST}", values))


def _best_titles(conn: sqlite3.Connection, query: Query, where: Condition, limit: int) -> list[int]:
    """The best answers whose title is one as well."""
    known = pairs.in_titles(query)
    if known is None:
        return [*islice(_best(conn, WORDS, _titles(query), where), limit)]
    best = _best(conn, PAIRS, known.match, where)
    if not known.exact:
        best = (place for place in best if _is_titled(conn, query, place))
    return [*islice(best, limit)]


def _of_titles(conn: sqlite3.Connection, query: Query, found: Sequence[int]) -> set[int]:
    """Those of some answers whose title is one as well."""
    known = pairs.in_titles(query)
    if known is None:
        return {*_column(conn, WORDS, (_titles(query),))}
    maybe = {*found}.intersection(_column(conn, PAIRS, (known.match,)))
    return maybe if known.exact else {place for place in maybe if _is_titled(conn, query, place)}


def _titles(query: Query) -> str:
    """The query asked of titles alone; what a title lacks may stand in the text."""
    titles = f"{{title title_hans}} : ({query.match})"
    return f"({titles}) AND ({query.match})" if query.excludes else titles


def _is_titled(conn: sqlite3.Connection, query: Query, place: int) -> bool:
    """Whether a document's title is an answer, and the document as well."""
    if query.excludes and not all(_is_answer(query, columns) for _, columns in _read(conn, [place])):
        return False
    row = conn.execute("SELECT title, title_hans FROM documents WHERE rowid = ?", (place,)).fetchone()
    return row is not None and _is_answer(query, [*map(close, row)])


def _asked(conn: sqlite3.Connection, query: Query, where: Condition, wanted: int, known: set[int]) -> Iterator[int]:
    """The best answers, as many as are wanted, among the ASKED best documents."""
    sql = f"SELECT rowid FROM documents INDEXED BY documents_best WHERE ({where.sql}) ORDER BY {BEST}"
    source, match = _source(query)
    best = (place for (place,) in conn.execute(sql, where.values) if place not in known)
    asked = islice(best, ASKED)
    found = (place for place in asked if conn.execute(f"{source} AND rowid = ?", (match, place)).fetchone())
    return islice(found, wanted)


def _weighed(conn: sqlite3.Connection, query: Query, found: Sequence[int], weights: Mapping[str, float]) -> list[int]:
    texts = dict(_read(conn, found))
    sizes = {place: sum(column.size for column in columns) for place, columns in texts.items()}
    mean = sum(sizes.values()) / max(1, len(sizes))

    def key(place: int) -> tuple[bool, float, int]:
        title, text, title_hans, text_hans = texts[place]
        score = 0.0
        for phrase, weight in weights.items():
            often = TITLE_WEIGHT * title.count(phrase) + max(text.count(phrase), text_hans.count(phrase))
            score += weight * often / (often + SATURATION * (1 - LENGTH + LENGTH * sizes[place] / mean))
        return not _is_answer(query, (title, title_hans)), -score, place

    return sorted(texts, key=key)


def _weights(conn: sqlite3.Connection, query: Query, counts: tuple[int, int, int]) -> dict[str, float]:
    """How much each phrase says: the fewer documents have it, the more. Counts: of answers, of a frequent word, all."""
    (found, frequent, documents), weights = counts, {}
    for phrase in query.phrases:
        alone = Query(Phrase(phrase), f'"{phrase}"', (phrase,))
        single = query.match == alone.match
        having = found if single else len(answers(conn, alone, frequent + 1))
        rare = single or having <= frequent
        weights[phrase] = max(1e-6, log((documents - having + 0.5) / (having + 0.5))) if rare else 1e-6
    return weights


def _documents(conn: sqlite3.Connection) -> int:
    return _column(conn, "SELECT count(*) FROM documents", ())[0]


def _column(conn: sqlite3.Connection, sql: str, values: Iterable[Value]) -> list[int]:
    return [int(value) for (value,) in conn.execute(sql, tuple(values))]
