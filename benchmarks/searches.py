"""python -m benchmarks.searches: what the index costs, what it finds, and how long a first page takes, beside others.

Queries are drawn from the documents by a fixed seed. A word is *rare* that at most one document in a thousand has,
*frequent* that most have. Each query is asked three times and the fastest counts: the machine is shared.
"""

import re
import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter, thread_time

import click

from archive.searching import ranking
from archive.searching.query import parse
from archive.store import open_archive
from benchmarks.engines import ENGINES, LIKE, OWN, UNICODE, Asked, Built, Engine, asked, built
from benchmarks.search_archive import generate
from benchmarks.tables import Table

Kinds = dict[str, list[Asked]]

RARE, FREQUENT = 1_000, 2  # a word is rare that one document in so many has, frequent that one in so many has
QUERIES = 100  # of each kind
SCANS = 5  # of each kind, where every document is read
TRIES = 3
BESIDE = 50_000  # documents up to which the peers' indexes are made: of 200,000, trigram's takes half an hour
SCANNED = 20_000  # documents that the scan reads for the recall; of more, every n-th
WORDS, LONGEST = 1_000, 6  # of the recall
COLUMNS = ("title", "text", "title_hans", "text_hans")
RUN = re.compile(r"[A-Za-z]+|[0-9]+")
WORD = re.compile(r"[^\W_]+")
HAN = re.compile("[\u4e00-\u9fff]{16,}")


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--documents", default=200_000, show_default=True, type=click.IntRange(1_000), help="How many.")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), help="Keep the archive there, or use it.")
def main(documents: int, folder: Path | None) -> None:
    """Index generated documents and ask for words: as `python -m benchmarks --search`, of an archive that is kept."""
    for table in measured(documents, lambda step: print(step, file=sys.stderr), folder):
        click.echo("\n".join(("", table.title + table.note, "\t".join(table.header), *map("\t".join, table.rows))))


def measured(documents: int, progress: Callable[[str], None], folder: Path | None = None) -> list[Table]:
    """The tables for an archive of so many documents; `folder` keeps it."""
    with TemporaryDirectory() as temporary:
        archive = (folder or Path(temporary)) / f"search-{documents}.db"
        if not archive.exists():
            progress(f"search: {documents:,} documents made")
            generate(archive, documents)
        with closing(open_archive(archive).conn) as conn:  # of an older release, it gets the indexes of this one
            return _measured(conn, documents, progress)


def _measured(conn: sqlite3.Connection, documents: int, progress: Callable[[str], None]) -> list[Table]:
    engines = ENGINES if documents <= BESIDE else (OWN, LIKE)
    costs: dict[str, Built] = {}
    for engine in engines:
        if engine.index:
            progress(f"search: {documents:,} documents indexed, {engine.name}")
            conn.execute(f"DROP TABLE IF EXISTS {engine.index}") if engine is not OWN else None
            costs[engine.name] = built(conn, engine)
    progress(f"search: {WORDS:,} words against a scan of {min(documents, SCANNED):,} documents")
    recall = recalled(conn, [*_drawn(conn, Random(1))], engines, max(1, documents // SCANNED))
    progress(f"search: queries to {documents:,} documents")
    by_kind = kinds(conn, Random(2), documents)
    times = {
        engine.name: {kind: timed(conn, engine, queries) for kind, queries in by_kind.items()}
        for engine in engines
        if engine is not UNICODE  # which finds next to nothing, at once
    }
    return [_costs(documents, costs, recall), _pages(documents, by_kind, times)]


# -- recall ------------------------------------------------------------------------------------------------------


def _drawn(conn: sqlite3.Connection, rng: Random) -> Iterator[str]:
    """Words of 1 to 6 characters of titles and texts, published and Simplified; runs of digits and letters whole."""
    (last,) = conn.execute("SELECT max(rowid) FROM documents").fetchone()
    for n in range(WORDS):
        sql = f"SELECT {COLUMNS[n % len(COLUMNS)]} FROM documents WHERE rowid = ?"
        (column,) = conn.execute(sql, (rng.randint(1, last),)).fetchone()
        run = rng.choice([*WORD.finditer(column)])
        start = rng.randrange(run.start(), run.end())
        end = min(run.end(), start + rng.randint(1, LONGEST))
        for piece in RUN.finditer(column):
            start = piece.start() if piece.start() < start < piece.end() else start
            end = piece.end() if piece.start() < end < piece.end() else end
        yield column[start:end]


def recalled(
    conn: sqlite3.Connection, words: Sequence[str], engines: Sequence[Engine], step: int = 1
) -> dict[str, float]:
    """Of every `step`-th document, those that have a word: the share that each way finds, as a mean of all words."""
    held = {word: places for word, places in _scanned(conn, [*dict.fromkeys(words)], step).items() if places}
    shares = {}
    for engine in engines:
        if engine.found:
            found = {word: len(engine.found(conn, word) & places) for word, places in held.items()}
            shares[engine.name] = sum(found[word] / len(places) for word, places in held.items()) / len(held)
    return shares


def _scanned(conn: sqlite3.Connection, words: Sequence[str], step: int) -> dict[str, set[int]]:
    """The documents in which each word stands, by reading every `step`-th."""
    held: dict[str, set[int]] = {word: set() for word in words}
    bordered = {word: _bordered(word) for word in words if RUN.search(word)}
    for n, *columns in conn.execute(f"SELECT rowid, {', '.join(COLUMNS)} FROM documents WHERE rowid % ? = 0", (step,)):
        whole = "\n".join(dict.fromkeys(columns))
        for word in words:
            if word in whole and (word not in bordered or bordered[word].search(whole)):
                held[word].add(n)
    return held


def _bordered(word: str) -> re.Pattern[str]:
    """A word whose runs of letters and digits are whole."""
    before = "(?<![A-Za-z])" if word[0].isascii() and word[0].isalpha() else "(?<![0-9])" if word[0].isdigit() else ""
    after = "(?![A-Za-z])" if word[-1].isascii() and word[-1].isalpha() else "(?![0-9])" if word[-1].isdigit() else ""
    return re.compile(before + re.escape(word) + after)


# -- time --------------------------------------------------------------------------------------------------------


def kinds(conn: sqlite3.Connection, rng: Random, documents: int) -> Kinds:
    """Queries by how many of so many documents have their words."""
    rare: list[str] = []
    middling: list[str] = []
    frequent: list[str] = []
    for word in _words(conn, rng):
        having = ranking.count(conn, parse(word))
        kind = rare if having * RARE <= documents else frequent if having * FREQUENT > documents else middling
        if word not in kind and len(kind) < QUERIES:
            kind.append(word)
        if len(rare) == len(frequent) == len(middling) == QUERIES:
            break
    pairs = [(rng.choice(rare), rng.choice(frequent), rng.choice(middling)) for _ in range(QUERIES // 4)]
    mixed = [asked(one, two) for one, two, _ in pairs] + [asked(two, three) for _, two, three in pairs]
    mixed += [asked(two, one, operator="NOT") for one, two, _ in pairs]
    mixed += [asked(one, three, operator="OR") for one, _, three in pairs]
    long = [rng.choice(text)[: rng.randint(8, 14)] for text in _runs(conn, rng, QUERIES)]
    return {
        "rare words": [*map(asked, rare)],
        "words between": [*map(asked, middling)],
        "words that most have": [*map(asked, frequent)],
        "phrases of 8 to 14": [*map(asked, long)],
        "AND, OR, NOT": mixed,
    }


def _words(conn: sqlite3.Connection, rng: Random) -> Iterator[str]:
    """Words of 2 to 4 Chinese characters, three of which a scan and FTS5's trigrams need."""
    for text in _runs(conn, rng, 40 * QUERIES):
        run = rng.choice(text)
        length = rng.randint(2, 4)
        start = rng.randrange(len(run) - length)
        yield run[start : start + length]


def _runs(conn: sqlite3.Connection, rng: Random, number: int) -> Iterator[list[str]]:
    (last,) = conn.execute("SELECT max(rowid) FROM documents").fetchone()
    for _ in range(number):
        (text,) = conn.execute("SELECT text_hans FROM documents WHERE rowid = ?", (rng.randint(1, last),)).fetchone()
        if found := HAN.findall(text):
            yield found


def timed(conn: sqlite3.Connection, engine: Engine, queries: Sequence[Asked]) -> list[tuple[float, float]]:
    """For each query seconds of the processor and of the clock, the fastest of three."""
    times = []
    for query in queries[:SCANS] if engine is LIKE else queries:
        tries = []
        for _ in range(1 if engine is LIKE else TRIES):
            used, began = thread_time(), perf_counter()
            engine.page(conn, query)
            tries.append((thread_time() - used, perf_counter() - began))
        times.append((min(one for one, _ in tries), min(two for _, two in tries)))
    return times


def _costs(documents: int, costs: dict[str, Built], recall: dict[str, float]) -> Table:
    header = ("", "index, MB", "bytes a document", "documents/s", "of the processor", f"recall, {WORDS:,} words")
    rows = [
        (
            name, f"{one.megabytes:,.0f}", f"{1e6 * one.megabytes / documents:,.0f}", f"{documents / one.seconds:,.0f}",
            f"{documents / one.processor:,.0f}", f"{recall[name]:.3f}",
        )
        for name, one in costs.items()
    ]  # fmt: skip
    return Table(f"Search: the index of {documents:,} documents", "", header, tuple(rows))


def _pages(documents: int, kinds: Kinds, times: dict[str, dict[str, list[tuple[float, float]]]]) -> Table:
    header = ("first page, ms", *(f"{name}{what}" for name in times for what in (", median", ", 95 of 100 below")))
    rows = []
    for kind, queries in kinds.items():
        cells = [cell for found in times.values() for cell in _quantiles(found[kind])]
        rows.append((f"{kind} ({len(queries)})", *cells))
    note = ": processor time, and in brackets by the clock beside others' work"
    return Table(f"Search: the first page among {documents:,} documents", note, header, tuple(rows))


def _quantiles(times: Sequence[tuple[float, float]]) -> tuple[str, str]:
    used, clock = (sorted(1000 * one for one in each) for each in zip(*times, strict=True))
    at = len(times) // 2, min(len(times) - 1, len(times) * 95 // 100)
    return f"{used[at[0]]:.1f}", f"{used[at[1]]:.1f} ({clock[at[1]]:.0f})"


if __name__ == "__main__":
    main()
