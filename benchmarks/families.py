"""Families of copies: pairwise precision and recall on made copies, beside datasketch; and what an addition costs.

Every original of the sample, each way of copying it, a part of a compilation, and as many documents that only share
phrases, go into a real archive; two documents are said to be copies where they have one `family_id`. The peer gets the
same texts and joins what its index finds. Both are judged on all pairs.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from math import comb
from pathlib import Path
from random import Random
from resource import RUSAGE_SELF, getrusage
from tempfile import TemporaryDirectory
from time import process_time

from sqlite_utils import Database

from archive import families
from archive import rows as rows_
from archive.copies import pairs
from archive.copies.groups import Sets
from archive.searching import fulltext
from archive.store import open_archive, transaction
from benchmarks import copies, phrases
from benchmarks.restorers import OURS
from benchmarks.tables import Table
from pipelines.document import COLUMNS, article_id
from pipelines.script import to_hans
from sample.texts import load

SIZES = (1_000, 10_000, 50_000, 100_000, 200_000)
LAST = 1000  # additions before a size that are measured
STRANGERS = 200  # documents that only share phrases
ORIGINAL, PART, WHOLE = "originals", "a part of a compilation", "a compilation as one text"
SHINGLE, THRESHOLD, PERMUTATIONS = 3, 0.5, 128  # of the peer: its best of 3 and 5, and of 0.3 to 0.7, on these texts


@dataclass(frozen=True, slots=True)
class Made:
    """A document, and which original it was made of; a compilation is of none, and no pair of it is judged."""

    text: str
    way: str
    original: int | None


@dataclass(frozen=True, slots=True)
class Judged:
    """What one grouping of the documents is worth."""

    name: str
    right: int
    said: int
    true: int
    by_way: dict[str, float]  # share of the pairs with the original that were found
    strangers: int  # documents that only share phrases and were joined with others
    milliseconds: float  # processor time a document, all in

    @property
    def precision(self) -> float:
        """Of the pairs that are said, those that are true."""
        return self.right / self.said if self.said else 1.0

    @property
    def recall(self) -> float:
        """Of the true pairs, those that are said."""
        return self.right / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        return 2 * self.right / (self.said + self.true)


def corpus(seed: int = 1) -> list[Made]:
    """Originals, copies, parts, compilations and strangers."""
    rng = Random(seed)
    originals = [text.body for text in load()]
    others = copies.clauses_of([phrases.document(rng, kind) for kind in phrases.KINDS * 4])
    made = [Made(text, ORIGINAL, n) for n, text in enumerate(originals)]
    for name, way in copies.ways(others).items():
        made += [Made(way(text, rng), name, n) for n, text in enumerate(originals)]
    made += [Made(part(text, rng), PART, n) for n, text in enumerate(originals)]
    for n in range(0, len(originals) - 2, 3):
        made.append(Made("\n".join(originals[n : n + 3]), WHOLE, None))
    made += [Made(text, "strangers", -1 - n) for n, text in enumerate(strangers(rng))]
    return made


def part(text: str, rng: Random) -> str:
    """As a compilation has it: another heading, a sentence of the editor's, the signature gone."""
    lines = text.split("\n")
    return "\n".join([f"工作总结篇{rng.randint(1, 9)}", "以下是有关单位的工作情况。", *lines[: max(1, len(lines) - 2)]])


def strangers(rng: Random) -> list[str]:
    """Documents of a few kinds of organisation that only share phrases; half of them the whole frame of their kind."""
    made = []
    for n in range(STRANGERS):
        kind = n % len(phrases.KINDS)
        made.append(phrases.document(rng, phrases.KINDS[kind], frame=Random(kind) if n % 2 else None))
    return made


# -- groupings ---------------------------------------------------------------------------------------------------


def ours(made: Sequence[Made]) -> tuple[list[Hashable], float]:
    """The family of each document in a real archive, and the share of compilations' texts that were met in them."""
    with archive() as db:
        ids = [put(db, n, one.text) for n, one in enumerate(made)]
        families.settle(db)
        found = dict(db.conn.execute("SELECT id, family_id FROM documents"))
        parted = db.conn.execute("SELECT a, b FROM pairs WHERE kind = 'part'").fetchall()
    where = {id: n for n, id in enumerate(ids)}
    met = {frozenset((where[a], where[b])) for a, b in parted}
    return [found[id] for id in ids], _held(made, met)


def _held(made: Sequence[Made], met: set[frozenset[int]]) -> float:
    """The share of originals of which some copy was paired with the compilation that holds them."""
    wholes = [n for n, one in enumerate(made) if one.way == WHOLE]
    of = {frozenset((made[n].original, whole)) for whole in wholes for couple in met if whole in couple for n in couple}
    true = [frozenset((3 * k + step, whole)) for k, whole in enumerate(wholes) for step in range(3)]
    return sum(couple in of for couple in true) / len(true)


def peer(made: Sequence[Made], *, simplified: bool) -> list[Hashable]:
    """What datasketch's index finds, joined."""
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS)
    sets = Sets(map(str, range(len(made))))
    for n, one in enumerate(made):
        text = "".join((to_hans(one.text) if simplified else one.text).split())
        found = MinHash(num_perm=PERMUTATIONS)
        found.update_batch([text[at : at + SHINGLE].encode() for at in range(len(text) - SHINGLE + 1)])
        for other in index.query(found):
            sets.join(str(n), other)
        index.insert(str(n), found)
    return [sets.name(str(n)) for n in range(len(made))]


def judged(name: str, made: Sequence[Made], group: Callable[[], Sequence[Hashable]]) -> Judged:
    """What a grouping is worth, on all pairs but those with a compilation."""
    began = process_time()
    groups = group()
    spent = process_time() - began
    single = [n for n, one in enumerate(made) if one.way != WHOLE]
    said = _pairs(groups[n] for n in single)
    true = _pairs(made[n].original for n in single)
    right = _pairs((groups[n], made[n].original) for n in single)
    origin = {one.original: groups[n] for n, one in enumerate(made) if one.way == ORIGINAL}
    found: dict[str, list[bool]] = defaultdict(list)
    for n in single:
        if made[n].original in origin and made[n].way != ORIGINAL:
            found[made[n].way].append(groups[n] == origin[made[n].original])
    shares = {way: sum(hits) / len(hits) for way, hits in found.items()}
    strange = [groups[n] for n in single if made[n].way == "strangers"]
    return Judged(name, right, said, true, shares, len(strange) - len(set(strange)), 1000 * spent / len(made))


def _pairs(groups: Iterable[Hashable]) -> int:
    sizes: dict[Hashable, int] = defaultdict(int)
    for group in groups:
        sizes[group] += 1
    return sum(comb(size, 2) for size in sizes.values())


def measured(progress: Callable[[str], None]) -> tuple[list[Table], dict[str, float]]:
    """The tables of quality, with the peer where it is installed, and this project's figures for the goals."""
    progress("families of copies")
    made = corpus()
    held = 0.0

    def own() -> Sequence[Hashable]:
        nonlocal held
        groups, held = ours(made)
        return groups

    rows = [judged(OURS, made, own)]
    if find_spec("datasketch"):
        rows.append(judged("datasketch, texts as published", made, lambda: peer(made, simplified=False)))
        rows.append(judged("datasketch, texts in Simplified", made, lambda: peer(made, simplified=True)))
    figures = {"families: F1": rows[0].f1, "families: joined": float(rows[0].strangers)}
    return [_quality(rows, made, held), _ways(rows)], figures


def _quality(rows: Sequence[Judged], made: Sequence[Made], held: float) -> Table:
    header = ("", "precision", "recall", "F1", "strangers joined", "part and whole met", "ms a document")
    cells = [
        (
            one.name, f"{one.precision:.4f}", f"{one.recall:.4f}", f"{one.f1:.4f}", str(one.strangers),
            "–" if n else f"{held:.1%}", f"{one.milliseconds:.2f}",
        )
        for n, one in enumerate(rows)
    ]  # fmt: skip
    note = f", {len(made)} documents, of which {STRANGERS} only share phrases; all pairs"
    return Table("Families of copies", note, header, tuple(cells))


def _ways(rows: Sequence[Judged]) -> Table:
    header = ("share of copies in the family of their original", *(one.name for one in rows))
    cells = [(way, *(f"{one.by_way[way]:.1%}" for one in rows)) for way in rows[0].by_way]
    return Table("Families by way of copying", "", header, tuple(cells))


# -- scale -------------------------------------------------------------------------------------------------------


def scale(sizes: Sequence[int], progress: Callable[[str], None]) -> Table:
    """What an addition costs as the archive grows, one document in ten being a copy; and a pass from nothing."""
    rng, ways = Random(1), list(copies.ways(["有关部门多次碰头商量。"]).values())[:6]
    recent: list[str] = []
    spent: list[float] = []
    rows = []
    with archive() as db:
        for n in range(sizes[-1]):
            text = rng.choice(ways)(rng.choice(recent), rng) if recent and rng.random() < 0.1 else _new(n, rng, recent)
            began = process_time()
            put(db, n, text)
            spent.append(process_time() - began)
            if n + 1 in sizes:
                progress(f"families: {n + 1:,} documents")
                rows.append(_measured(db, n + 1, spent[-LAST:]))
    header = (
        "documents",
        "ms an addition",
        "median",
        "95 of 100 below",
        "from nothing, s",
        "ms a document",
        "pairs",
        "memory, MB",
    )
    note = ": of 1,300 characters, a third of them formulas; one in ten a copy of another"
    return Table("Families in a growing archive", note, header, tuple(rows))


def _new(n: int, rng: Random, recent: list[str]) -> str:
    text = phrases.document(rng, phrases.KINDS[n % len(phrases.KINDS)])
    if len(recent) >= LAST:
        recent.pop(rng.randrange(LAST))
    recent.append(text)
    return text


def _measured(db: Database, size: int, spent: Sequence[float]) -> tuple[str, ...]:
    ranked = sorted(1000 * one for one in spent)
    began = process_time()
    families.rebuild(db)
    whole = process_time() - began
    (count,) = db.conn.execute("SELECT count(*) FROM pairs").fetchone()
    memory = getrusage(RUSAGE_SELF).ru_maxrss // 1024
    mean, median, high = sum(ranked) / len(ranked), ranked[len(ranked) // 2], ranked[len(ranked) * 95 // 100]
    figures = f"{mean:.2f}", f"{median:.2f}", f"{high:.2f}", f"{whole:.1f}", f"{1000 * whole / size:.2f}"
    return (f"{size:,}", *figures, f"{count:,}", f"{memory:,}")


# -- an archive --------------------------------------------------------------------------------------------------


@contextmanager
def archive() -> Iterator[Database]:
    """A real archive without its full-text index, which is measured elsewhere."""
    with TemporaryDirectory() as folder:
        db = open_archive(Path(folder, "archive.db"))
        db.conn.execute("PRAGMA foreign_keys = OFF")  # no captures stand behind these documents
        for index in fulltext.INDEXES:
            for when in ("insert", "delete", "update"):
                db.conn.execute(f"DROP TRIGGER {index.name}_{when}")
        yield db
        db.close()


def put(db: Database, n: int, text: str) -> str:
    """Add a document as `store.add` does, without what it came from; its id."""
    url = f"http://www.host{n % 997}.test/{n}.html"
    page = article_id(url)
    empty = {column.name: "" if column.type is str else 0 for column in COLUMNS if column.type in (str, int, float)}
    known = {
        "id": f"{page}-0",
        "url": url,
        "article_id": page,
        "text": text,
        "text_hans": to_hans(text),
        "status": "complete",
    }
    row: rows_.Row = {**empty, **known, "damage": "[]"}
    with transaction(db):
        rows_.insert(db, "pages", {"id": page, "url": url, "host": f"www.host{n % 997}.test", "rules": ""})
        rows_.insert(db, "documents", row)
        pairs.record(db, [row])
    return f"{page}-0"
