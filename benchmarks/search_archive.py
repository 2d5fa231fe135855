"""Search as an archive grows: what the index costs, and how long a page of results takes, beside other ways.

The documents are made (`phrases.py`: a third formulas that everyone shares, the rest names and deeds of their own),
one in ten in Traditional characters. Queries are drawn from the documents by a fixed seed: words that stand in most
of them, words that few have, phrases, and boolean ones.
"""

import json
from functools import cache
from pathlib import Path
from random import Random

from opencc import OpenCC
from sqlite_utils import Database

from archive.rows import Row
from archive.store import open_archive
from benchmarks import phrases
from pipelines.document import COLUMNS, SOFTWARE, Knowledge, article_id
from pipelines.script import to_hans

NAMES = tuple(column.name for column in COLUMNS)
BATCH = 1_000
HOSTS = 200
HANT = 10  # one document in so many is in Traditional characters
GENRES = ("总结",) * 6 + ("汇报", "计划", "述职", "其他")


def generate(archive: Path, documents: int) -> None:
    """An archive of so many documents, without captures, ledgers and an index."""
    db = open_archive(archive)
    db.conn.execute("PRAGMA foreign_keys = OFF")
    for (trigger,) in [*db.conn.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]:
        db.conn.execute(f"DROP TRIGGER {trigger}")
    for first in range(0, documents, BATCH):
        rows = [_row(number) for number in range(first, min(first + BATCH, documents))]
        db.conn.execute("BEGIN")
        _insert(db, rows)
        db.conn.execute("COMMIT")
    db.close()


def _insert(db: Database, rows: list[Row]) -> None:
    pages = "INSERT INTO pages(id, url, host, rules) VALUES (?, ?, ?, '{}')"
    db.conn.executemany(pages, [(row["article_id"], row["url"], str(row["url"]).split("/")[2]) for row in rows])
    marks = ", ".join("?" * len(NAMES))
    documents = f"INSERT INTO documents({', '.join(NAMES)}) VALUES ({marks})"
    db.conn.executemany(documents, [tuple(row[name] for name in NAMES) for row in rows])


def _row(number: int) -> Row:
    """Document `number`, always the same."""
    chance = Random(number)
    kind = chance.choice(phrases.KINDS)
    text = phrases.document(chance, kind)
    unit, day = text.split("\n")[-2:]
    genre = chance.choice(GENRES)
    title = f"{unit}{day[:4]}年工作{genre}"
    if number % HANT == 0:
        text, title = (_to_hant().convert(one) for one in (text, title))
    url = f"http://host{number % HOSTS}.test/{number}.html"
    row = described(chance, url, title, text, int(day[:4]))
    return row | {
        "genre": genre,
        "script": "hans" if number % HANT else "hant",
        "signed_by": unit,
        "organisation": unit,
    }


def described(chance: Random, url: str, title: str, text: str, year: int) -> Row:
    """A document of that text with all columns that queries ask for."""
    empty: Row = {
        column.name: "" if column.type is str else 0 for column in COLUMNS if column.type in (str, int, float)
    }
    month, date = chance.randint(1, 12), chance.randint(1, 28)
    return (
        dict.fromkeys(NAMES)
        | empty
        | {
            "id": f"{article_id(url)}-0",
            "family_id": f"{article_id(url)}-0",
            "article_id": article_id(url),
            "url": url,
            "part": 1,
            "parts": 1,
            "title": title,
            "title_hans": to_hans(title),
            "text": text,
            "text_hans": to_hans(text),
            "genre": "总结",
            "script": "hans",
            "signed_on": f"{year}-{month:02d}-{date:02d}",
            "status": "complete",
            "damage": json.dumps(chance.sample(["numbers_lost", "pinyin", "names_masked"], chance.randint(0, 2))),
            "quality": round(1 - chance.random() ** 3, 3),
            "knowledge_id": Knowledge().id,
            "software": SOFTWARE,
            "source_end": len(text),
            "canonical": 1,
            "version": 1,
        }
    )


@cache
def _to_hant() -> OpenCC:
    return OpenCC("s2tw")
