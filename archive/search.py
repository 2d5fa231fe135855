"""Full-text search: what a word is in Chinese, and how a reader's query becomes FTS5.

`unicode61` takes a run of Han characters for one word, so two-character words are never found. Here every Han
character stands alone and a word is a phrase of characters. Index and query are folded alike (Simplified, half
width), character by character, so that both scripts meet and offsets stay those of the published text.

The index reads the documents through a view, so there is no second copy of the text. The comment in its
declaration is what Datasette and sqlite-utils look for when they ask whether a table can be searched.
"""

import re
import sqlite3

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
