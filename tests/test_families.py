"""Families in a real archive: found as documents come, the same in any order, and after what goes."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest
from archive_cases import outcome
from sqlite_utils import Database

from archive import families
from archive.copies import neighbours, pairs
from archive.store import add, open_archive
from benchmarks import copies
from pipelines.document import article_id
from sample.texts import load

TEXTS = [text.body for text in load()[:12]]
OTHERS = copies.clauses_of([text.body for text in load()[12:]])
WAYS = copies.ways(OTHERS)


def address(n: int) -> str:
    return f"http://www.host{n}.test/zongjie/{n}.html"


def key(n: int) -> str:
    return f"{article_id(address(n))}-0"


def put(db: Database, n: int, text: str, **more: object) -> None:
    add(db, outcome(text, url=address(n), **more))  # type: ignore[arg-type]


def archive(at: Path, texts: Sequence[str], order: Iterable[int] | None = None) -> Database:
    """An archive of these texts, one a page, taken in that order; not settled."""
    db = open_archive(at)
    db.conn.execute("PRAGMA foreign_keys = OFF")  # no captures stand behind these pages
    for n in order if order is not None else range(len(texts)):
        put(db, n, texts[n])
    return db


def state(db: Database) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    documents = db.conn.execute("SELECT id, family_id, canonical FROM documents ORDER BY id").fetchall()
    return documents, db.conn.execute("SELECT * FROM pairs ORDER BY a, b").fetchall()


def family(db: Database, n: int) -> str:
    return str(db.conn.execute("SELECT family_id FROM documents WHERE id = ?", (key(n),)).fetchone()[0])


def copied(seed: int, count: int = 6) -> list[str]:
    """Originals and damaged copies of them."""
    rng = Random(seed)
    texts = []
    for text in TEXTS[:count]:
        texts.append(text)
        texts += [way(text, rng) for way in rng.sample(list(WAYS.values()), 3)]
    return texts


@pytest.mark.parametrize("way", WAYS)
def test_a_copy_meets_its_original_however_it_was_changed(tmp_path: Path, way: str) -> None:
    rng = Random(way)
    db = archive(tmp_path / "a.db", [*TEXTS, *(WAYS[way](text, rng) for text in TEXTS)])
    families.settle(db)
    assert [family(db, n) for n in range(12)] == [family(db, n + 12) for n in range(12)]
    assert len({family(db, n) for n in range(12)}) == 12


@pytest.mark.parametrize(("window", "crowd"), [(1, 16), (3, 16), (1, 2), (2, 3)])
@pytest.mark.parametrize("seed", range(4))
def test_any_order_gives_the_same_pairs_and_families(
    tmp_path: Path, seed: int, window: int, crowd: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neighbours, "WINDOW", window)
    monkeypatch.setattr(neighbours, "CROWD", crowd)
    texts = copied(seed)
    order = Random(seed).sample(range(len(texts)), len(texts))
    one, other = archive(tmp_path / "1.db", texts), archive(tmp_path / "2.db", texts, order)
    families.settle(one)
    for n, _ in enumerate(order):
        if n % 5 == 0:
            families.settle(other)
    families.settle(other)
    assert state(one) == state(other)
    families.rebuild(other)
    assert state(one) == state(other)


@pytest.mark.parametrize(("window", "crowd"), [(1, 16), (3, 16), (1, 2), (2, 3)])
@pytest.mark.parametrize("seed", range(4))
def test_what_went_leaves_no_trace(
    tmp_path: Path, seed: int, window: int, crowd: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neighbours, "WINDOW", window)
    monkeypatch.setattr(neighbours, "CROWD", crowd)
    texts = copied(seed)
    rng = Random(seed)
    gone = rng.sample(range(len(texts)), 6)
    one = archive(tmp_path / "1.db", texts)
    families.settle(one)
    for n in gone:
        put(one, n, f"这一页现在是别的内容，与原来的文章无关，编号{n}。", fetch_id=2)
    families.settle(one)
    texts = [
        f"这一页现在是别的内容，与原来的文章无关，编号{n}。" if n in gone else text for n, text in enumerate(texts)
    ]
    other = archive(tmp_path / "2.db", texts)
    families.settle(other)
    assert state(one) == state(other)


def test_a_large_family_holds_together_and_has_few_pairs(tmp_path: Path) -> None:
    rng = Random(7)
    texts = [copies.clauses(TEXTS[0], rng, 0.1, OTHERS) for _ in range(60)]
    db = archive(tmp_path / "a.db", [*texts, TEXTS[1]])
    families.settle(db)
    assert len({family(db, n) for n in range(60)}) == 1 and family(db, 60) != family(db, 0)
    (count,) = db.conn.execute("SELECT count(*) FROM pairs").fetchone()
    assert count < 60 * 12


def test_the_family_is_named_by_its_smallest_member_and_has_one_canonical(tmp_path: Path) -> None:
    db = archive(tmp_path / "a.db", [TEXTS[0], TEXTS[0].replace("县", "区"), TEXTS[1]])
    assert db.conn.execute("SELECT count(*) FROM documents WHERE family_id IS NOT id").fetchone() == (0,)
    settled = families.settle(db)
    assert (settled.documents, settled.families, settled.members) == (3, 1, 2)
    assert family(db, 0) == family(db, 1) == min(key(0), key(1)) and family(db, 2) == key(2)
    sql = "SELECT family_id, sum(canonical) FROM documents GROUP BY 1"
    assert all(leads == 1 for _, leads in db.conn.execute(sql))
    assert families.settle(db).documents == 0


def test_a_family_that_another_joins_is_remembered(tmp_path: Path) -> None:
    """Two copies that lost other halves are strangers, until what they were made of comes."""
    whole = TEXTS[0].split("。")
    one, other = (
        "。".join(line if n % 3 != side else f"第{n}句换成了别的话" * 3 for n, line in enumerate(whole))
        for side in (0, 1)
    )
    db = archive(tmp_path / "a.db", [one, one, other, other])
    families.settle(db)
    assert family(db, 0) == family(db, 1) != family(db, 2) == family(db, 3)
    put(db, 4, TEXTS[0])
    families.settle(db)
    now = {family(db, n) for n in range(5)}
    assert len(now) == 1
    merged = dict(db.conn.execute("SELECT id, merged_into FROM families").fetchall())
    before = {min(key(0), key(1)), min(key(2), key(3))}
    assert merged == {id: None if id in now else min(now) for id in before | now}


def test_a_page_of_a_compilation_is_no_bridge_between_its_documents(tmp_path: Path) -> None:
    one, two, three = TEXTS[:3]
    db = archive(tmp_path / "a.db", [one, two, three, "\n".join((one, two, three))])
    families.settle(db)
    assert len({family(db, n) for n in range(3)}) == 3
    assert db.conn.execute("SELECT count(*) FROM pairs WHERE kind = 'part'").fetchone()[0] == 3


@pytest.mark.parametrize("share", [0.3, 0.4, 0.6, 0.8])
def test_previews_of_any_length_belong_to_the_whole(tmp_path: Path, share: float) -> None:
    texts = [text.body for text in load()]
    db = archive(tmp_path / "a.db", [*texts, *(text[: int(share * len(text))] for text in texts)])
    families.settle(db)
    assert [family(db, n) for n in range(len(texts))] == [family(db, n + len(texts)) for n in range(len(texts))]


def test_a_preview_belongs_to_the_whole_document(tmp_path: Path) -> None:
    db = archive(tmp_path / "a.db", [TEXTS[0], TEXTS[0][:400], TEXTS[1]])
    families.settle(db)
    assert family(db, 0) == family(db, 1) != family(db, 2)


def test_a_common_part_does_not_join_two_long_documents(tmp_path: Path) -> None:
    part, one, two = TEXTS[0][:300], "\n".join(TEXTS[3:6]), "\n".join(TEXTS[6:9])
    db = archive(tmp_path / "a.db", [part, one + part, part + two])
    families.settle(db)
    assert family(db, 1) != family(db, 2)


def test_a_crawl_that_was_killed_is_made_good(tmp_path: Path) -> None:
    archive(tmp_path / "a.db", [TEXTS[0], TEXTS[0]]).close()
    db = open_archive(tmp_path / "a.db")
    assert families.settle(db).families == 1


def test_what_a_crawl_changes_between_two_batches_is_settled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both copies were settled with the first of them; then the other one became another text."""
    db = archive(tmp_path / "a.db", [TEXTS[0], TEXTS[0]])
    last = max((0, 1), key=key)
    written = families.transaction

    @contextmanager
    def transaction(of: Database) -> Iterator[None]:
        with written(of):
            yield
        monkeypatch.undo()
        monkeypatch.setattr(families, "BATCH", 1)
        other = open_archive(tmp_path / "a.db")
        other.conn.execute("PRAGMA foreign_keys = OFF")
        put(other, last, TEXTS[5])
        other.close()

    monkeypatch.setattr(families, "BATCH", 1)
    monkeypatch.setattr(families, "transaction", transaction)
    families.settle(db)
    families.settle(db)  # the first one, which was noted again as a neighbour of the other
    assert family(db, 0) != family(db, 1) and db.conn.execute("SELECT * FROM unsettled").fetchall() == []


def test_an_archive_of_before_catches_up(tmp_path: Path) -> None:
    db = archive(tmp_path / "a.db", copied(3, 2))
    families.settle(db)
    before = state(db)
    for table in ("pairs", "sketches", "family_keys", "families"):
        db.conn.execute(f"DELETE FROM {table}")
    db.conn.execute("UPDATE documents SET family_id = NULL")
    families.settle(db)
    assert state(db) == before


def test_adding_again_compares_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    db = archive(tmp_path / "a.db", [TEXTS[0], TEXTS[0]])
    families.settle(db)
    monkeypatch.setattr(pairs, "likeness", None)
    put(db, 0, TEXTS[0])
    assert families.settle(db).documents == 0
