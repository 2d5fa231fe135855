"""What one source took down is taken down in the others, before they are merged.

A source that holds something of it is copied, and the takedown carried out in the copy as it is in any archive: tables,
quotations, captures. The source itself stays as it is: it is only read.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from sqlite3 import connect

from sqlite_utils import Database

from archive import takedown
from archive.merging.numbers import anonymous, renamed
from archive.merging.sources import Source
from archive.progress import Progress
from archive.removing import tombstones
from archive.removing.tombstones import Tombstones, twins
from archive.rows import Row, Value, each, insert, to_json
from archive.store import open_archive, transaction
from pipelines.document import article_id

Said = tuple[str, int]  # what a takedown says, and which of those that say it: two alike in one source are two


def clean(sources: Sequence[Source], work: Path, progress: Progress) -> list[Source]:
    """The sources, each without what any of them took down.

    A text that one took down may stand in another under another address, which is then refused in all.
    """
    found, heard = [*sources], [set[Said]() for _ in sources]
    turn = 0
    while _turn(found, heard, work / f"clean-{turn}", progress):
        turn += 1
    return found


def _turn(found: list[Source], heard: Sequence[set[Said]], work: Path, progress: Progress) -> bool:
    """Take from each source what the others took down, where it has not heard of all of it. Whether one held any."""
    known, before = [_Known.of(source) for source in found], [*found]
    for n, source in enumerate(before):
        others = [replace(one, source=found[m]) for m, one in enumerate(known) if m != n]  # what was cleaned is closed
        new = {said for one in others for said in one.rows} - known[n].rows.keys()
        if not new <= heard[n]:
            heard[n].update(new)
            found[n] = _cleaned(known[n], others, work / str(n), progress) or source
    return any(one is not other for one, other in zip(found, before, strict=True))


@dataclass(frozen=True, slots=True)
class _Known:
    """The takedowns of a source by what they say."""

    source: Source
    rows: Mapping[Said, Row]

    @classmethod
    def of(cls, source: Source) -> "_Known":
        """All of them."""
        found: dict[Said, Row] = {}
        counted: Counter[str] = Counter()
        for row in source.select("SELECT * FROM takedowns ORDER BY id"):
            text = to_json(anonymous(row))
            counted[text] += 1
            found[text, counted[text]] = row
        return cls(source, found)

    def number(self, said: Said) -> int:
        """The number of one."""
        return int(self.rows[said]["id"] or 0)

    def said(self, number: int) -> Said | None:
        """What the one of a number says."""
        return next((said for said in self.rows if self.number(said) == number), None)


def _cleaned(own: _Known, others: Sequence[_Known], folder: Path, progress: Progress) -> Source | None:
    """A copy of a source without what the others took down; None where it holds nothing of it."""
    source = own.source
    (folder / "warc").mkdir(parents=True)
    copy = folder / "archive.db"
    with source.reading(), closing(connect(copy)) as target:
        source.db.conn.backup(target)
    db = open_archive(copy)
    with transaction(db):
        numbers = _taken_over(db, own, others)
        hit = hits(db, set(numbers))
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


def _taken_over(db: Database, own: _Known, others: Sequence[_Known]) -> dict[int, Row]:
    """The takedowns of the others with their tombstones: their numbers here, and their rows there."""
    here = {said: own.number(said) for said in own.rows}
    new: dict[int, tuple[_Known, Row]] = {}
    for other in others:
        for said, row in other.rows.items():
            if said not in here:
                here[said] = insert(db, "takedowns", {**row, "id": None, "stage": "done"})
                new[here[said]] = other, row
            if here[said] in new:
                sql = "SELECT kind, key, site FROM tombstones WHERE takedown_id = ?"
                for tombstone in other.source.rows(sql, row["id"]):
                    db.conn.execute("INSERT OR IGNORE INTO tombstones VALUES (?, ?, ?, ?)", (*tombstone, here[said]))
    for number, (other, row) in new.items():
        named = partial(_elsewhere, other, here)
        reason = renamed(str(row["reason"]), named)
        db.conn.execute("UPDATE takedowns SET reason = ? WHERE id = ?", (reason, number))
    return {number: row for number, (_, row) in new.items()}


def _elsewhere(other: _Known, here: Mapping[Said, int], number: int) -> int | None:
    """The number here of a takedown of another source."""
    said = other.said(number)
    return here.get(said) if said else None


def hits(db: Database, numbers: set[int]) -> set[int]:
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
    found, refused_pages = set(refused), set[Value]()
    for row in _documents(db):
        number = _number(known, str(row["url"])) or _named(db, str(row["id"]))
        if number in numbers:
            found.add(number)
            if str(_scope(db, number)) != "document":
                _refuse(db, "document", str(row["id"]), number)
        elif why := tombstones.same_text(db, str(row["text_hans"]), str(row["host"])):
            found.add(_again(db, row, why))
            refused_pages.add(row["article_id"])
    for row in _versions(db):  # what a page said before is a capture of it all the same
        if row["article_id"] in refused_pages or _number(known, str(row["url"])) or _named(db, str(row["id"])):
            continue
        if why := tombstones.same_text(db, str(row["text_hans"]), str(row["host"])):
            found.add(_again(db, row, why))
            refused_pages.add(row["article_id"])
    return found - {0}


def _documents(db: Database) -> Iterator[Row]:
    return each(
        db,
        "SELECT d.id, d.url, d.article_id, d.text_hans, p.host FROM documents d JOIN pages p ON p.id = d.article_id"
        " ORDER BY d.id",
    )


def _versions(db: Database) -> Iterator[Row]:
    return each(
        db,
        "SELECT v.id, p.url, p.id AS article_id, v.document ->> '$.text_hans' AS text_hans, p.host"
        " FROM document_versions v JOIN pages p ON p.id = substr(v.id, 1, 12) ORDER BY v.id, v.version",
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
