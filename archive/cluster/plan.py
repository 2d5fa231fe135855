"""What a cluster is to restore: a folder with shards, each an archive that has captures and no documents yet.

A shard holds whole articles, wherever the WARC files have their pages and what their revisits are of; a host's
articles stay together where they fit, and the shards are balanced by the bytes of their captures.

    plan.json           what was planned, of which archive, under which rules
    shards/00000.db     captures and articles to be restored
    archives/00000.db   the same with documents, ledgers and rejections
    parquet/00000.parquet    its documents
    logs/               datatrove's: completions/00000 is the mark of a shard that is done
"""

import fcntl
import json
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from hashlib import sha256
from heapq import heapify, heapreplace
from itertools import count
from pathlib import Path

from sqlite_utils import Database

from archive.errors import ArchiveError
from archive.export import save
from archive.progress import Progress
from archive.rebuild import ANEW, Options, entered, known_as, learned, rules_digest
from archive.removing.tombstones import carried_out
from archive.rows import Row, Value, select
from archive.store import Fetch, now, open_archive, transaction
from pipelines.document import SOFTWARE, Knowledge

NAME = "plan.json"
LOGS = "logs"
PIECE = 4  # a host that has more than this share of a shard (a quarter) is divided; chosen: shards differ by less then
BATCH = 500  # articles that are copied at a time: SQLite takes as many values in a statement
ARTICLE = 2_000  # bytes that an article costs beside its captures: a page without text is not free; chosen


@dataclass(frozen=True, slots=True)
class Plan:
    """What stands in `plan.json`."""

    archive: str
    warc_dir: str
    shards: int
    articles: int
    bytes: int  # of the captures, as they stand in the WARC files
    software: str
    rules: str  # digest of the restorer's files: every machine must have the same
    learned: str  # the knowledge that was learned for it; '' where each page keeps its recorded one
    made_at: str
    takedowns: int = 0  # that had been carried out

    def check(self) -> None:
        """Raise `ArchiveError` where this machine would restore otherwise than the one that planned."""
        if (self.rules, self.software) != (rules_digest(), SOFTWARE):
            raise ArchiveError(
                f"the plan was made by {self.software} with the rules {self.rules}; here are {SOFTWARE} and "
                f"{rules_digest()}. Every machine must have the same release. Or plan anew"
            )


@dataclass(frozen=True, slots=True)
class Place:
    """Where the files of one shard are."""

    folder: Path
    number: int

    @property
    def planned(self) -> Path:
        """Its captures."""
        return self.folder / "shards" / f"{self.number:05d}.db"

    @property
    def archive(self) -> Path:
        """What it became."""
        return self.folder / "archives" / f"{self.number:05d}.db"

    @property
    def parquet(self) -> Path:
        """Its documents."""
        return self.folder / "parquet" / f"{self.number:05d}.parquet"

    @property
    def mark(self) -> Path:
        """datatrove's mark that it is done."""
        return self.folder / LOGS / "completions" / f"{self.number:05d}"


@dataclass(frozen=True, slots=True)
class Article:
    """What is to be known of an article to give it to a shard."""

    id: str
    host: str
    bytes: int


def load(folder: Path) -> Plan:
    """The plan of a folder."""
    try:
        return Plan(**json.loads((folder / NAME).read_text("utf-8")))
    except FileNotFoundError as error:
        raise ArchiveError(f"{folder} holds no plan. Make one: python -m archive cluster plan {folder}") from error
    except (OSError, ValueError, TypeError) as error:
        raise ArchiveError(f"{folder / NAME} cannot be read: {error}") from error


def places(folder: Path, plan: Plan) -> list[Place]:
    """The shards of a plan."""
    return [Place(folder, number) for number in range(plan.shards)]


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep others from working on a folder."""
    with (folder / NAME).open("rb") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ArchiveError(f"another command works on {folder}. Wait until it is done.") from error
        yield


def make(
    db: Database, archive: Path, warc_dir: Path, folder: Path, shards: int, options: Options, progress: Progress
) -> tuple[Plan, list[str]]:
    """Plan what the options choose; the plan, and the pages that cannot be planned, a sentence each."""
    if folder.exists() and any(folder.iterdir()):
        raise ArchiveError(f"{folder} is not empty. Name a new folder for the plan.")
    before = carried_out(db)  # first: of one that is carried out meanwhile `collect` is to know
    renewed = learned(db) if options.learn else None
    articles, problems = _articles(db, options)
    if not articles:
        raise ArchiveError("nothing is to be restored: no page of the archive has a capture that was chosen")
    divided = [*divide(articles, min(shards, len(articles)))]
    plan = Plan(
        str(archive.resolve()), str(warc_dir.resolve()), len(divided), len(articles),
        sum(one.bytes for one in articles), SOFTWARE, rules_digest(), renewed.id if renewed else "", now(), before,
    )  # fmt: skip
    progress.start("shards", len(divided))
    try:
        _write(db, folder, plan, divided, renewed, progress)
    finally:
        progress.stop()
    text = f"{json.dumps(asdict(plan), ensure_ascii=False, indent=1)}\n".encode()
    save(folder / NAME, lambda out: out.write(text))  # last: a folder without it holds no plan
    return plan, problems


def divide(articles: Iterable[Article], shards: int) -> Iterator[list[str]]:
    """The ids of each shard: the largest pieces of hosts first, each to the shard that has least."""
    pieces = [*_pieces(articles, shards)]
    heap = [(0, number) for number in range(shards)]
    heapify(heap)
    found: list[list[str]] = [[] for _ in range(shards)]
    for size, _, ids in sorted(pieces, key=lambda piece: (-piece[0], piece[1])):
        taken, number = heap[0]
        found[number] += ids
        heapreplace(heap, (taken + size, number))
    yield from filter(None, found)


def _pieces(articles: Iterable[Article], shards: int) -> Iterator[tuple[int, str, list[str]]]:
    """Bytes, key and ids of each host; of each piece of one that is too large for that."""
    hosts: dict[str, list[Article]] = defaultdict(list)
    for article in articles:
        hosts[article.host].append(article)
    most = max(1, sum(_cost(one) for some in hosts.values() for one in some) // (shards * PIECE))
    for host, some in hosts.items():
        total, start, numbers = 0, 0, count()
        for n, one in enumerate(some, 1):
            total += _cost(one)
            if total >= most or n == len(some):
                key = sha256(f"{host} {next(numbers)}".encode()).hexdigest()
                yield total, key, [article.id for article in some[start:n]]
                total, start = 0, n


def _cost(article: Article) -> int:
    return article.bytes + ARTICLE


def _articles(db: Database, options: Options) -> tuple[list[Article], list[str]]:
    """What a rebuild would restore, and what it could not."""
    found, problems = [], []
    for page in entered(db, options):
        id = str(page["id"])
        rows = db.conn.execute(
            "SELECT a.missing <> '' OR a.fetch_id IS NULL, f.warc_file, f.warc_length FROM article_pages a"
            " LEFT JOIN fetches f ON f.id = a.fetch_id WHERE a.article_id = ?",
            (id,),
        ).fetchall()
        if not rows or any(not lacks and not file for lacks, file, _ in rows):
            problems.append(f"page {id}: its captures are not noted. {ANEW}")
            continue
        found.append(Article(id, str(page["host"]), sum(length or 0 for _, _, length in rows)))
    return found, problems


def _write(
    db: Database, folder: Path, plan: Plan, divided: list[list[str]], renewed: Knowledge | None, progress: Progress
) -> None:
    """The shards' files."""
    for name in ("shards", "archives", "parquet"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    empty = folder / "shards" / "empty.part"
    sealed(open_archive(empty))
    for place, ids in zip(places(folder, plan), divided, strict=True):
        shutil.copyfile(empty, place.planned)
        shard = open_archive(place.planned)
        with transaction(shard):
            for start in range(0, len(ids), BATCH):
                _copy(db, shard, ids[start : start + BATCH], renewed)
        sealed(shard)
        progress.step()
    empty.unlink()


def sealed(db: Database) -> None:
    """Close a shard as one file, without a log of changes beside it."""
    db.conn.execute("PRAGMA journal_mode = DELETE")
    db.conn.close()


def _copy(db: Database, shard: Database, ids: list[str], renewed: Knowledge | None) -> None:
    """Articles with what they are restored from."""
    pages = _rows(db, "SELECT id, url, host, fetch_id, rules, knowledge_id FROM pages WHERE id IN ({})", ids)
    parts = _rows(db, "SELECT article_id, n, url, fetch_id, missing FROM article_pages WHERE article_id IN ({})", ids)
    if renewed:
        pages = [{**page, "knowledge_id": renewed.id} for page in pages]
    names = ", ".join(("id", *(field.name for field in fields(Fetch) if field.name != "crawl_id")))
    captures = {
        row["id"]: row
        for row in _rows(db, f"SELECT {names} FROM fetches WHERE id IN ({{}})", _numbers(parts, "fetch_id"))
    }
    wanted = [id for id in _numbers([*captures.values()], "revisit_of") if id not in captures]
    originals = [
        {**row, "revisit_of": None} for row in _rows(db, f"SELECT {names} FROM fetches WHERE id IN ({{}})", wanted)
    ]
    shard.conn.execute("PRAGMA defer_foreign_keys = ON")  # a revisit may come before what it is of
    for known in {str(page["knowledge_id"]) for page in pages}:
        knowledge = renewed or known_as(db, known)
        _insert(shard, "knowledge", [{"id": known, "json": knowledge.to_json(), "created_at": ""}])
    _insert(shard, "fetches", [*originals, *captures.values()])
    _insert(shard, "pages", pages)
    _insert(shard, "article_pages", parts)


def _rows(db: Database, sql: str, values: Sequence[Value]) -> list[Row]:
    return [*select(db, sql.format(", ".join("?" * len(values))), *values)]


def _numbers(rows: list[Row], name: str) -> list[Value]:
    return [*dict.fromkeys(row[name] for row in rows if row[name])]


def _insert(db: Database, table: str, rows: list[Row]) -> None:
    """Rows, of which some may be there already: an original of several revisits."""
    for row in rows:
        names, marks = ", ".join(row), ", ".join("?" * len(row))
        db.conn.execute(f"INSERT OR IGNORE INTO {table}({names}) VALUES ({marks})", tuple(row.values()))
