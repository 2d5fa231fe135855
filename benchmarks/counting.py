"""Concordances and trends in a grown archive: what they take, beside a look at every text.

The peer is what a scholar writes first: read all texts from SQLite and count the word with `str.count`. It finds one
script only, counts no documents by year, and needs as long for a rare word as for a frequent one.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time

from sqlite_utils import Database

from archive.condition import EVERYTHING
from archive.counting.concordance import Concordance, Layout
from archive.counting.occurrences import words
from archive.counting.population import candidates, once, size
from archive.counting.trends import Way, trend
from archive.searching.fulltext import reindex
from archive.store import open_archive
from benchmarks.search_archive import generate
from benchmarks.tables import Table

DOCUMENTS = 50_000
ROUNDS = 3
FREQUENT = "工作"
RARE = 1_000  # a word is rare that at most one document in so many has
LINES = 50
PAGE = 5_000  # documents that a page of Datasette looks through


@dataclass(frozen=True, slots=True)
class _Task:
    """What is timed: it returns how often the word was found."""

    name: str
    does: Callable[[Database, str], int]


def counting(progress: Callable[[str], None], documents: int = DOCUMENTS) -> Table:
    """The table, of a new archive of so many documents."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "archive.db")
        progress(f"counting: {documents:,} documents")
        generate(path, documents)
        db = open_archive(path)
        progress("counting: the index")
        reindex(db.conn)
        rare = _rare(db)
        rows = [_timed(db, task, rare, progress) for task in TASKS]
        characters = size(db).characters
        db.close()
    memory = getrusage(RUSAGE_SELF).ru_maxrss // 1024
    note = (
        f": {documents:,} documents, {characters / 1e6:.0f} million characters; seconds of processor time, median of"
        f" {ROUNDS}; {memory} MB at most"
    )
    header = ("", f"rare ({rare})", "hits", f"frequent ({FREQUENT})", "hits")
    return Table("Counting words", note, header, tuple(rows))


def _rare(db: Database) -> str:
    """The first run of three characters that few documents have."""
    (text, documents) = db.conn.execute("SELECT text, (SELECT count(*) FROM documents) FROM documents").fetchone()
    runs = (run[at : at + 3] for run in re.findall("[\u4e00-\u9fff]{3,}", text) for at in range(len(run) - 2))
    return next(str(run) for run in runs if len(candidates(db, words([run]))) <= max(1, documents // RARE))


def _timed(db: Database, task: _Task, rare: str, progress: Callable[[str], None]) -> tuple[str, ...]:
    progress(f"counting: {task.name}")
    cells = [task.name]
    for word in (rare, FREQUENT):
        spent = []
        for _ in range(ROUNDS):
            began = process_time()
            hits = task.does(db, word)
            spent.append(process_time() - began)
        cells += [f"{median(spent):.3f}", f"{hits:,}"]
    return tuple(cells)


def _plain(db: Database, word: str) -> int:
    return sum(text.count(word) for (text,) in db.conn.execute("SELECT text FROM documents"))


def _lines(db: Database, word: str, **layout: object) -> int:
    found = Concordance(db, words([word]), layout=Layout(limit=LINES, **layout))  # type: ignore[arg-type]
    for _ in found:
        pass
    return found.hits


def _trend(db: Database, word: str, most: int | None = None) -> int:
    return trend(db, words([word]), way=Way(most=most)).total.counts[0].hits


def _once(db: Database, word: str) -> int:
    return trend(db, words([word]), once(EVERYTHING)).total.counts[0].hits


TASKS = (
    _Task("every text with `str.count` (one script)", _plain),
    _Task(f"kwic: {LINES} lines, all counted", _lines),
    _Task("kwic, sorted by what stands before", lambda db, word: _lines(db, word, sort="left")),
    _Task("kwic, by date", lambda db, word: _lines(db, word, sort="date")),
    _Task("trend by proven year", _trend),
    _Task("trend, copies once", _once),
    _Task("kwic, as a page of Datasette", lambda db, word: _lines(db, word, most=PAGE)),
    _Task("trend, as a page of Datasette", lambda db, word: _trend(db, word, PAGE)),
)
