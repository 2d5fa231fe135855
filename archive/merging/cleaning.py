"""What one source took down is taken down in the others, before they are merged.

A source that holds something of it is copied, and the takedown carried out in the copy as it is in any archive: tables,
quotations, captures. The source itself stays as it is: it is only read.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from sqlite3 import connect

from sqlite_utils import Database

from archive import takedown
from archive.merging.numbers import anonymous
from archive.merging.sources import Source
from archive.progress import Progress
from archive.removing import tombstones
from archive.removing.tombstones import Tombstones, twins
from archive.rows import Row, insert, select, to_json
from archive.store import open_archive, transaction
from pipelines.document import article_id


def clean(sources: Sequence[Source], work: Path, progress: Progress) -> list[Source]:
    """The sources, each without what any of them took down."""
    told = [source.select("SELECT * FROM takedowns ORDER BY id") for source in sources]
    if not any(told):
        return [*sources]
    found = []
    for n, source in enumerate(sources):
        foreign = [(other, row) for m, other in enumerate(sources) if m != n for row in told[m]]
        found.append(_cleaned(n, source, foreign, work / f"clean-{n}", progress) or source)
    return found


def _cleaned(
    n: int, source: Source, foreign: Sequence[tuple[Source, Row]], folder: Path, progress: Progress
) -> Source | None:
    """A copy of a source without what the others took down; None where it holds nothing of it."""
    known = {to_json(anonymous(row)) for row in source.select("SELECT * FROM takedowns")}
    new = [(other, row) for other, row in foreign if to_json(anonymous(row)) not in known]
    if not new:
        return None
    (folder / "warc").mkdir(parents=True)
    copy = folder / "archive.db"
    with source.reading(), closing(connect(copy)) as target:
        source.db.conn.backup(target)
    db = open_archive(copy)
    with transaction(db):
        numbers = {_taken_over(db, other, row): row for other, row in new}
        hit = _hits(db, set(numbers))
        db.conn.executemany("UPDATE takedowns SET stage = 'begun' WHERE id = ?", [(number,) for number in sorted(hit)])
    if not hit:
        db.conn.close()
        return None
    for (name,) in source.rows("SELECT DISTINCT warc_file FROM fetches WHERE warc_file <> ''"):
        if path := source.file(str(name)):
            (folder / "warc" / str(name)).parent.mkdir(parents=True, exist_ok=True)
            (folder / "warc" / str(name)).symlink_to(path.resolve())
    takedown.complete(db, copy, folder / "warc", progress)
    for number, row in numbers.items():
        db.conn.execute(
            "UPDATE takedowns SET stage = ?, finished_at = ? WHERE id = ?", (row["stage"], row["finished_at"], number)
        )
    db.conn.execute(  # those that were met again have no time of their own: a merge knows of none
        "UPDATE takedowns SET finished_at = requested_at WHERE scope = 'text' AND id > ?", (max(numbers),)
    )
    source.db.conn.close()
    db.conn.execute("BEGIN")
    return Source(source.path, db, (folder / "warc", *source.folders), is_cleaned=True)


def _taken_over(db: Database, other: Source, row: Row) -> int:
    """A takedown of another source with its tombstones; its number here."""
    number = insert(db, "takedowns", {**{name: value for name, value in row.items() if name != "id"}, "stage": "done"})
    for kind, key, site in other.rows("SELECT kind, key, site FROM tombstones WHERE takedown_id = ?", row["id"]):
        db.conn.execute("INSERT OR IGNORE INTO tombstones VALUES (?, ?, ?, ?)", (kind, key, site, number))
    return number


def _hits(db: Database, numbers: set[int]) -> set[int]:
    """The takedowns that have something to remove here, each with tombstones for all of it."""
    known = tombstones.load(db)
    refused = {
        number
        for table in ("fetches", "links")
        for (url,) in db.conn.execute(
            f"SELECT url FROM {table}" + (" WHERE taken_down IS NULL" if table == "fetches" else "")
        )
        if (number := _number(known, str(url))) in numbers
    }
    found = set(refused)
    for row in list(_documents(db)):
        number = _number(known, str(row["url"])) or _named(db, str(row["id"]))
        if number in numbers:
            found.add(number)
            if str(_scope(db, number)) != "document":
                _refuse(db, "document", str(row["id"]), number)
        elif why := tombstones.same_text(db, str(row["text_hans"]), str(row["host"])):
            found.add(_again(db, row, why))
    return found - {0}


def _documents(db: Database) -> Iterator[Row]:
    yield from select(
        db,
        "SELECT d.id, d.url, d.article_id, d.text_hans, p.host FROM documents d JOIN pages p ON p.id = d.article_id"
        " ORDER BY d.id",
    )


def _number(known: Tombstones, url: str) -> int:
    """The takedown that refuses an address; 0 where none does."""
    why = known.refusal(url)
    return int(why.partition("takedown ")[2].partition(",")[0]) if why else 0


def _named(db: Database, id: str) -> int:
    row = db.conn.execute("SELECT takedown_id FROM tombstones WHERE kind = 'document' AND key = ?", (id,)).fetchone()
    return int(row[0]) if row else 0


def _scope(db: Database, number: int) -> object:
    return db.conn.execute("SELECT scope FROM takedowns WHERE id = ?", (number,)).fetchone()[0]


def _refuse(db: Database, kind: str, key: str, number: int) -> None:
    db.conn.execute("INSERT OR IGNORE INTO tombstones(kind, key, takedown_id) VALUES (?, ?, ?)", (kind, key, number))


def _again(db: Database, row: Row, why: str) -> int:
    """A takedown of a text that another source removed, and that stands here under another address."""
    number = int(why.partition("takedown ")[2].partition(",")[0])
    (before,) = db.conn.execute("SELECT requested_at FROM takedowns WHERE id = ?", (number,)).fetchone()
    told: Row = {"url": row["url"], "reason": f"what takedown {number} removed, met again", "requested_at": before}
    again = insert(db, "takedowns", {**told, "scope": "text"})
    for (url,) in db.conn.execute(
        "SELECT url FROM article_pages WHERE article_id = ?", (row["article_id"],)
    ).fetchall():
        for twin in twins(url):
            _refuse(db, "address", article_id(twin), again)
    _refuse(db, "document", str(row["id"]), again)
    return again
