"""Ways to search the same documents: this project's, FTS5 as it comes, and a scan."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter, process_time

from sqlite_utils import Database

from archive import search
from archive.searching import fulltext, ranking
from archive.searching.query import parse
from archive.searching.words import segment
from benchmarks.restorers import OURS

PAGE = 20  # results on a page


@dataclass(frozen=True, slots=True)
class Asked:
    """A query, for each of the ways."""

    text: str  # as this project reads it
    match: str  # as FTS5 does: "one" AND "two"
    like: str  # for a scan: a condition on the text, with a ? for each of
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Engine:
    """A way to search, and what its index is called; '' where it has none."""

    name: str
    index: str
    build: Callable[[sqlite3.Connection], None]
    page: Callable[[sqlite3.Connection, Asked], object]
    found: Callable[[sqlite3.Connection, str], set[int]] | None  # all documents that have a word


@dataclass(frozen=True, slots=True)
class Built:
    """What an index costs."""

    megabytes: float
    seconds: float
    processor: float


def built(conn: sqlite3.Connection, engine: Engine) -> Built:
    """Make an index, of documents that are there already."""
    began, used = perf_counter(), process_time()
    engine.build(conn)
    seconds, processor = perf_counter() - began, process_time() - used
    (size,) = conn.execute("SELECT sum(pgsize) FROM dbstat WHERE name LIKE ? || '%'", (engine.index,)).fetchone()
    return Built((size or 0) / 1e6, seconds, processor)


def asked(*words: str, operator: str = "AND") -> Asked:
    """Words, or phrases, with an operator between."""
    like = f" {operator.replace('NOT', 'AND NOT')} ".join(["text_hans LIKE '%' || ? || '%'"] * len(words))
    quoted = [f'"{word}"' for word in words]
    return Asked(f" {operator} ".join(quoted), f" {operator} ".join(quoted), like, words)


def _ours(conn: sqlite3.Connection) -> None:
    fulltext.reindex(conn)


def _our_page(conn: sqlite3.Connection, query: Asked) -> object:
    return search.search(Database(conn, execute_plugins=False), query.text, PAGE)


def _our_found(conn: sqlite3.Connection, word: str) -> set[int]:
    return set(ranking.answers(conn, parse(word), -1)) if segment(word) else set()


def _fts(name: str, tokenizer: str) -> Engine:
    """FTS5 on the Simplified texts, with a tokenizer of its own."""

    def build(conn: sqlite3.Connection) -> None:
        columns = "title_hans, text_hans, content=[documents]"
        conn.execute(f"CREATE VIRTUAL TABLE {name} USING fts5({columns}, tokenize='{tokenizer}')")
        conn.execute(f"INSERT INTO {name}({name}) VALUES ('rebuild')")

    def page(conn: sqlite3.Connection, query: Asked) -> object:
        # What is not shown has no snippet made of it: as this project does.
        sql = f"""
            SELECT d.*, snippet({name}, 1, '[', ']', '…', 40)
            FROM (SELECT rowid AS n, rank AS r FROM {name} WHERE {name} MATCH ?1 ORDER BY rank LIMIT {PAGE}) AS found
            JOIN {name} ON {name}.rowid = found.n JOIN documents AS d ON d.rowid = found.n
            WHERE {name} MATCH ?1 ORDER BY found.r
        """
        return conn.execute(sql, (query.match,)).fetchall()

    def found(conn: sqlite3.Connection, word: str) -> set[int]:
        return {n for (n,) in conn.execute(f"SELECT rowid FROM {name} WHERE {name} MATCH ?", (f'"{word}"',))}

    return Engine(f"FTS5 {tokenizer}", name, build, page, found)


def _scan(conn: sqlite3.Connection, query: Asked) -> object:
    return conn.execute(f"SELECT * FROM documents WHERE {query.like} LIMIT {PAGE}", query.words).fetchall()


OWN = Engine(OURS, "documents_fts", _ours, _our_page, _our_found)
TRIGRAM, UNICODE = _fts("peer_trigram", "trigram"), _fts("peer_unicode", "unicode61")
LIKE = Engine("LIKE, a scan", "", lambda _: None, _scan, None)
ENGINES = (OWN, TRIGRAM, UNICODE, LIKE)
