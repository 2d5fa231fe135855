"""Search finds every word: against a scan of every document of the sample, by words that are drawn from them.

A document holds a word where the word's characters stand in its title or text, as published or in Simplified form, one
after the other, with nothing between them but what is neither letter nor digit; runs of letters and of digits count
whole. That is said here again, character by character, and compared with what the index says.
"""

import re
import unicodedata
from collections.abc import Iterator
from random import Random

import pytest
from opencc import OpenCC
from sqlite_utils import Database

from archive.searching import ranking
from archive.searching.query import parse
from archive.store import add, open_archive
from pipelines.document import Knowledge, Page, PageRules
from pipelines.process import restore
from pipelines.script import fold
from sample.web import PORT, build

WORDS = 1_000
LONGEST = 6
COLUMNS = ("title", "text", "title_hans", "text_hans")
WORD = re.compile(r"[^\W_]+")
RUN = re.compile(r"[A-Za-z]+|[0-9]+")


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Database:
    """The sample's first web, restored."""
    db = open_archive(tmp_path_factory.mktemp("recall") / "archive.db")
    db.conn.execute("PRAGMA foreign_keys = OFF")  # nothing was fetched
    web = build(1, PORT)
    for urls in dict.fromkeys(gold.urls for gold in web.gold):
        responses = [(url, web.pages[url]) for url in urls]
        pages = (Page(url, one.body, one.content_type, "2026-01-01T00:00:00Z", 1) for url, one in responses)
        add(db, restore(tuple(pages), Knowledge(), PageRules()))
    return db


@pytest.fixture(scope="module")
def texts(db: Database) -> dict[int, tuple[str, ...]]:
    return {n: tuple(columns) for n, *columns in db.conn.execute(f"SELECT rowid, {', '.join(COLUMNS)} FROM documents")}


def drawn(texts: dict[int, tuple[str, ...]], rng: Random) -> Iterator[str]:
    """Words of 1 to 6 characters of any column; a run of letters or digits that is cut is taken whole."""
    columns = [column for row in texts.values() for column in row if WORD.search(column)]
    odd = [column for column in columns if re.search("[A-Za-z]", column)]
    while True:
        column = rng.choice(odd if rng.random() < 0.2 else columns)
        run = rng.choice([*WORD.finditer(column)])
        start = rng.randrange(run.start(), run.end())
        end = min(run.end(), start + rng.randint(1, LONGEST))
        for piece in RUN.finditer(column):
            start = piece.start() if piece.start() < start < piece.end() else start
            end = piece.end() if piece.start() < end < piece.end() else end
        yield column[start:end]


def tokens(text: str) -> str:
    """The definition above, character by character: tokens between spaces."""
    found: list[str] = []
    before = ""
    for character in fold(text).lower():
        plain = unicodedata.normalize("NFD", character)[0] if "\u00c0" <= character <= "\u1eff" else character
        plain = "〇" if plain in "○◯" else plain
        kind = "digit" if plain.isdecimal() else "letter" if plain < "\u2e80" and plain.isalpha() else "single"
        kind = kind if plain.isalnum() else ""
        if kind in ("digit", "letter") and kind == before:
            found[-1] += plain
        elif kind:
            found.append(plain)
        before = kind
    return f" {' '.join(found)} "


def answers(db: Database, word: str) -> set[int]:
    return set(ranking.answers(db.conn, parse(word), 1_000_000))


def test_recall_and_precision_are_whole_on_a_thousand_words(db: Database, texts: dict[int, tuple[str, ...]]) -> None:
    rng = Random(1)
    words = [word for word, _ in zip(drawn(texts, rng), range(WORDS), strict=False)]
    cut = {n: [*map(tokens, columns)] for n, columns in texts.items()}
    for word in words:
        wanted = tokens(word)
        assert answers(db, word) == {n for n, columns in cut.items() if any(wanted in one for one in columns)}, word
    assert len({word for word in words if RUN.search(word)}) > 50 and len({*words}) > WORDS / 2
    assert all(any(len(word) == length for word in words) for length in range(1, LONGEST + 1))
    assert any(word != fold(word) for word in words), "Traditional ones too"


def test_no_document_is_missed_that_a_plain_scan_of_the_simplified_text_finds(
    db: Database, texts: dict[int, tuple[str, ...]]
) -> None:
    rng = Random(2)
    to_hant = OpenCC("s2t").convert
    hans = {n: columns[2:] for n, columns in texts.items()}
    asked = 0
    for word, _ in zip(drawn(hans, rng), range(WORDS), strict=False):
        if RUN.search(word):
            continue  # a plain scan finds 201 in 2019
        held = {n for n, columns in hans.items() if any(word in column for column in columns)}
        assert held <= answers(db, word), word
        if fold(hant := to_hant(word)) == word != hant:
            assert held <= answers(db, hant), hant
            asked += 1
    assert asked > 100


def test_a_localised_page_is_found_by_either_countrys_word(db: Database, texts: dict[int, tuple[str, ...]]) -> None:
    localised = {n: row for n, row in texts.items() if "資訊" in row[1] and "信息" in row[3]}
    assert localised
    for word in ("资讯", "資訊", "信息"):
        assert localised.keys() <= answers(db, word)
