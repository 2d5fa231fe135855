"""Full-text search: what a word is in Chinese, and how a reader's query becomes FTS5.

`unicode61` takes a run of Han characters for one word, so two-character words are never found. Here every Han
character stands alone and a word is a phrase of characters. Index and query are folded alike (Simplified, half
width), character by character, so that both scripts meet and offsets stay those of the published text.

The index reads the documents through a view, so there is no second copy of the text. The comment in its
declaration is what Datasette and sqlite-utils look for when they ask whether a table can be searched.
"""

import re
import sqlite3
from dataclasses import dataclass
from itertools import chain

from sqlite_utils import Database

from archive.condition import EVERYTHING, Condition
from archive.rows import Row, select
from pipelines.script import fold

# CJK unified ideographs with extensions A to H, compatibility ideographs, the repetition mark and the zero.
HAN = re.compile("([\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af])")

INDEX = """
CREATE VIEW documents_segmented AS
    SELECT rowid, segment(title) AS title, segment(text) AS text FROM documents;
CREATE VIRTUAL TABLE documents_fts USING fts5 /* content="documents" */ (
    title, text, content='documents_segmented', content_rowid='rowid', tokenize='unicode61 remove_diacritics 2'
);
CREATE TRIGGER documents_fts_insert AFTER INSERT ON documents BEGIN
    INSERT INTO documents_fts(rowid, title, text) VALUES (new.rowid, segment(new.title), segment(new.text));
END;
CREATE TRIGGER documents_fts_delete AFTER DELETE ON documents BEGIN
    INSERT INTO documents_fts(documents_fts, rowid, title, text)
        VALUES ('delete', old.rowid, segment(old.title), segment(old.text));
END;
CREATE TRIGGER documents_fts_update AFTER UPDATE OF title, text ON documents BEGIN
    INSERT INTO documents_fts(documents_fts, rowid, title, text)
        VALUES ('delete', old.rowid, segment(old.title), segment(old.text));
    INSERT INTO documents_fts(rowid, title, text) VALUES (new.rowid, segment(new.title), segment(new.text));
END;
"""


def segment(text: str | None) -> str:
    """`text` folded, with a space on either side of every Han character."""
    return HAN.sub(r" \1 ", fold(text or ""))


def register(conn: sqlite3.Connection) -> None:
    """Teach a connection what the index needs; without it, it can read documents but not write them."""
    conn.create_function("segment", 1, segment, deterministic=True)


# In a query: "several words in a row", or one word. An opening quote without a closing one holds to the end.
PHRASE = re.compile(r'"(?P<phrase>[^"]*)"?|(?P<word>[^\s"\u3000]+)')
QUOTES = str.maketrans("“”„‟＂", '"""""')
WORD = re.compile(r"\w")

OPEN, CLOSE = "\x02", "\x03"  # around a hit; never in a text
AROUND = 36  # characters of a snippet before and after the first hit
TITLE_WEIGHT = 8.0  # a hit in the title counts as much as that many in the text


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that was found. In `title` and `snippet` the hits stand between OPEN and CLOSE."""

    document: Row
    title: str
    snippet: str


def expression(query: str) -> str:
    """`query` as FTS5 understands it: all words, each a phrase of its characters; '' if empty. No word is syntax."""
    phrases = (match["phrase"] or match["word"] or "" for match in PHRASE.finditer(query.translate(QUOTES)))
    quoted = (" ".join(segment(phrase).replace("\0", " ").split()) for phrase in phrases)
    return " ".join(f'"{phrase}"' for phrase in quoted if WORD.search(phrase))


def count(db: Database, query: str, where: Condition = EVERYTHING) -> int:
    """How many documents hold all words of `query` and fulfil `where`."""
    match = expression(query)
    sql = f"SELECT count(*) FROM documents_fts WHERE documents_fts MATCH ? AND {_fulfilled(where)}"
    return int(db.conn.execute(sql, (match, *where.values)).fetchone()[0]) if match else 0


def _fulfilled(where: Condition) -> str:
    """`where` as a condition on a row of the index; asked of hits only."""
    if where == EVERYTHING:
        return "1"
    return f"EXISTS (SELECT 1 FROM documents WHERE documents.rowid = documents_fts.rowid AND ({where.sql}))"


def search(db: Database, query: str, limit: int = 20, where: Condition = EVERYTHING) -> list[Hit]:
    """The documents that hold all words of `query` and fulfil `where`, best first."""
    match = expression(query)
    if not match:
        return []
    # LIMIT stands in the sub-select: snippets are made for what is shown, not for all that is found.
    rows = select(
        db,
        f"""
        SELECT d.*, found.rank AS score,
               highlight(documents_fts, 0, '{OPEN}', '{CLOSE}') AS marked_title,
               highlight(documents_fts, 1, '{OPEN}', '{CLOSE}') AS marked_text
        FROM (SELECT rowid AS n, bm25(documents_fts, {TITLE_WEIGHT}, 1.0) AS rank FROM documents_fts
              WHERE documents_fts MATCH ? AND {_fulfilled(where)} ORDER BY rank, n LIMIT ?) AS found
        JOIN documents_fts ON documents_fts.rowid = found.n JOIN documents AS d ON d.rowid = found.n
        WHERE documents_fts MATCH ? ORDER BY found.rank, found.n
        """,
        match,
        *where.values,
        limit,
        match,
    )
    return [_hit(row) for row in rows]


def _hit(row: Row) -> Hit:
    title = published(str(row.pop("marked_title")), str(row["title"]))
    text = published(str(row.pop("marked_text")), str(row["text"]))
    return Hit(row, title, snippet(text))


def published(marked: str, text: str) -> str:
    """The marks of a segmented text in the text as it was published: folding keeps offsets, segmenting adds spaces."""
    characters = chain.from_iterable(("", one, "") if HAN.match(one) else (one,) for one in text)
    return "".join(one if one in (OPEN, CLOSE) else next(characters, "") for one in marked)


def snippet(marked: str, around: int = AROUND) -> str:
    """The neighbourhood of the first hit, in one line; the beginning where there is none."""
    flat = " ".join(marked.split())
    first = max(0, flat.find(OPEN))
    start, end = max(0, first - around), min(len(flat), max(first, flat.find(CLOSE, first)) + around)
    shown = flat[start:end]
    if shown.count(OPEN) > shown.count(CLOSE):
        shown += CLOSE
    return f"{'…' if start else ''}{shown}{'…' if end < len(flat) else ''}"


def reindex(conn: sqlite3.Connection) -> None:
    """Make the index anew from the documents."""
    conn.execute("INSERT INTO documents_fts(documents_fts) VALUES ('rebuild')")
