"""What adding to the archive does: idempotence, versions, retired ids, and what an archive never forgets."""

import json
import sqlite3
from pathlib import Path

import pytest
from archive_cases import URL, outcome, recut, rejected
from sqlite_utils import Database

from archive.store import (
    Added,
    ArchiveError,
    Fetch,
    add,
    add_fetch,
    begin_crawl,
    counts,
    end_crawl,
    knowledge,
    open_archive,
    save_knowledge,
)
from pipelines.document import HostKnowledge, Knowledge, article_id

ONE = "各位领导：今年我们做了许多工作，有成绩也有不足。"
TWO = "第二份材料另起一段，说的是明年的打算和安排。"
THREE = "第三份材料写的是前年的事情，与前面两份都不相同。"


def fetch(crawl_id: int, number: int, url: str = URL) -> Fetch:
    return Fetch(crawl_id, url, 200, f"2026-01-0{number}T00:00:00Z", "sha1:X", "y", "a.warc.gz", number * 100, 90)


@pytest.fixture
def db(tmp_path: Path) -> Database:
    db = open_archive(tmp_path / "data" / "archive.db")
    crawl = begin_crawl(db, "test", "{}")
    for number in range(1, 6):
        assert add_fetch(db, fetch(crawl, number)) == number
    return db


def dump(db: Database, *, but: tuple[str, ...] = ()) -> list[str]:
    return [line for line in db.conn.iterdump() if not any(name in line for name in ("_fts", *but))]


def flaws(db: Database) -> list[object]:
    db.conn.execute("INSERT INTO documents_fts(documents_fts, rank) VALUES ('integrity-check', 1)")
    return list(db.conn.execute("PRAGMA foreign_key_check"))


def test_an_outcome_is_stored_whole(db: Database) -> None:
    assert add(db, outcome(ONE, TWO)) == Added(new=2)
    page = db["pages"].get(article_id(URL))
    rows = list(db["documents"].rows_where(order_by="part"))
    assert [row["text"] for row in rows] == [ONE, TWO]
    assert page["source_text"][rows[1]["source_start"] : rows[1]["source_end"]] == TWO
    assert json.loads(rows[0]["damage"]) == ["numbers_lost", "pinyin"]
    assert db["edits"].count == 3 and db["gaps"].count == 1 and db["article_pages"].count == 1
    assert [(row["part"], row["start"]) for row in db["marks"].rows] == [
        (n, rows[n - 1]["source_start"]) for n in (1, 2)
    ]
    steps = json.loads(next(db["edits"].rows)["steps"])
    assert steps[0]["rule"] == "chrome" and steps[0]["evidence"] == "by hand"
    assert not flaws(db)


def test_the_same_outcome_again_changes_nothing(db: Database) -> None:
    add(db, outcome(ONE, TWO))
    before = dump(db)
    assert add(db, outcome(ONE, TWO)) == Added(unchanged=2)
    assert add(db, outcome(ONE, TWO, fetch_id=2)) == Added(unchanged=2), "a second capture of the same page"
    assert dump(db) == before


def test_a_changed_page_keeps_the_old_version_with_its_ledger(db: Database) -> None:
    add(db, outcome(ONE))
    assert add(db, outcome(ONE + "补充一句。", fetch_id=2)) == Added(changed=1)
    row, old = next(db["documents"].rows), next(db["document_versions"].rows)
    assert (row["version"], old["version"], old["cause"], old["id"]) == (2, 1, "capture", row["id"])
    assert json.loads(old["document"])["text"] == ONE
    assert len(json.loads(old["ledger"])["gaps"]) == len(json.loads(old["ledger"])["marks"]) == 1
    assert row["archived_at"] == "2026-01-02T00:00:00Z" and row["fetch_id"] == 2
    add(db, outcome(ONE, fetch_id=3))
    assert next(db["documents"].rows)["version"] == 3, "a page that changes back is a third version"
    assert not flaws(db)


def test_another_ledger_with_the_same_text_is_no_new_version(db: Database) -> None:
    add(db, outcome(ONE))
    assert add(db, recut(outcome(ONE), "breadcrumb"), cause="rules") == Added(unchanged=1)
    assert next(db["edits"].rows)["rule"] == "breadcrumb"
    assert db["document_versions"].count == 0


def test_another_split_retires_ids_and_says_what_replaced_them(db: Database) -> None:
    add(db, outcome(ONE + TWO))
    whole = next(db["documents"].rows)["id"]
    assert add(db, outcome(ONE, TWO), cause="rules") == Added(new=2, retired=1)
    parts = [row["id"] for row in db["documents"].rows_where(order_by="part")]
    assert db["document_ids"].get(whole)["replaced_by"] == parts[0]
    assert db["document_versions"].get((whole, 1))["cause"] == "rules"
    assert add(db, outcome(ONE + TWO), cause="rules") == Added(new=1, retired=2)
    assert {row["replaced_by"] for row in db["document_ids"].rows} == {whole}
    assert whole not in {row["id"] for row in db["document_ids"].rows}, "an id that came back is in use"
    assert db["documents"].get(whole)["version"] == 2
    assert not flaws(db)


def test_successors_are_found_by_span_then_by_shared_text(db: Database) -> None:
    add(db, outcome(ONE, TWO, THREE, keys=("a", "b", "c")))
    add(db, outcome(ONE, TWO, THREE, keys=("x", "y", "z")), cause="rules")
    end = {row["id"][-1]: row["replaced_by"][-1] for row in db["document_ids"].rows}
    assert end == {"a": "x", "b": "y", "c": "z"}
    add(db, outcome("新加在前面的一份，很短。", THREE, TWO, keys=("1", "2", "3"), fetch_id=2))
    now = {row["id"][-1]: (row["replaced_by"] or "-")[-1] for row in db["document_ids"].rows}
    assert (now["x"], now["y"], now["z"]) == ("-", "3", "2")


def test_a_page_that_is_gone_keeps_its_documents(db: Database) -> None:
    add(db, outcome(ONE))
    assert add(db, rejected("http-404: Not Found", fetch_id=2)) == Added(unchanged=1)
    page = db["pages"].get(article_id(URL))
    assert page["rejected"] is None and page["gone"] == "http-404: Not Found"
    add(db, outcome(ONE, fetch_id=3))
    assert db["pages"].get(article_id(URL))["gone"] is None
    assert db["documents"].count == 1


def test_rules_may_reject_what_they_once_restored(db: Database) -> None:
    add(db, outcome(ONE))
    assert add(db, rejected("too-short: 3 characters", knowledge_id=Knowledge().id), cause="rules") == Added(retired=1)
    assert db["documents"].count == 0 and db["document_versions"].count == 1
    assert next(db["document_ids"].rows)["replaced_by"] is None
    assert not flaws(db)


def test_a_rejected_page_has_its_reason(db: Database) -> None:
    add(db, rejected("list: 23 links"))
    add(db, rejected("http-404: Not Found", url="http://a.test/x", fetch_id=2))
    add(db, rejected("robots: disallowed", url="http://a.test/y", fetch_id=0))
    assert [row["rejected"] for row in db["pages"].rows] == [
        "list: 23 links",
        "http-404: Not Found",
        "robots: disallowed",
    ]
    assert add(db, outcome(ONE, fetch_id=3)) == Added(new=1), "a rejected page may become an article"


def test_a_broken_outcome_leaves_nothing_behind(db: Database) -> None:
    add(db, outcome(ONE))
    before = dump(db)
    with pytest.raises(sqlite3.IntegrityError):
        add(db, outcome(ONE, TWO, fetch_id=99))
    assert dump(db) == before


def test_counts_are_of_everything_or_of_one_crawl(db: Database) -> None:
    add(db, outcome(ONE, TWO))
    add(db, rejected("list: 23 links", url="http://b.test/", fetch_id=2))
    all_of_it = counts(db)
    assert (all_of_it.sites, all_of_it.fetches, all_of_it.pages, all_of_it.documents) == (2, 5, 2, 2)
    assert all_of_it.rejected == {"list": 1} and set(all_of_it.cut_by_rule) == {"chrome", "separator"}
    assert all_of_it.characters_cut == sum(all_of_it.cut_by_rule.values()) > 0
    second = begin_crawl(db, "again", "{}")
    assert counts(db, second).pages == 0
    add_fetch(db, fetch(second, 7))
    add(db, outcome(ONE, TWO, fetch_id=6))
    assert counts(db, second).documents == 2, "found unchanged by this crawl"
    end_crawl(db, second, "finished", "{}")
    assert db["crawls"].get(second)["reason"] == "finished"


def test_the_same_record_is_one_fetch(db: Database) -> None:
    assert add_fetch(db, fetch(1, 3)) == 3
    assert db["fetches"].count == 5


def test_knowledge_in_force_is_the_one_saved_last(db: Database) -> None:
    assert knowledge(db) == Knowledge()
    first = Knowledge((HostKnowledge("a.test", ("版权所有",)),))
    second = Knowledge((HostKnowledge("a.test", ("版权所有", "关注我们")),))
    for known in (first, second, first):
        save_knowledge(db, known)
        assert knowledge(db) == known
    assert db["knowledge"].count == 3


def test_opening_says_what_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match=r"no archive at .*nowhere.db.*ingest"):
        open_archive(tmp_path / "nowhere.db", create=False)
    (tmp_path / "text.db").write_text("this is no database, but long enough to be taken for one " * 20)
    with pytest.raises(ArchiveError, match=r"cannot open the archive .*text.db"):
        open_archive(tmp_path / "text.db")


def test_vacuum_leaves_the_index_in_step(db: Database) -> None:
    for number in range(5):
        add(db, outcome(ONE + str(number), url=f"http://a.test/{number}"))
    add(db, rejected("short: x", url="http://a.test/2", knowledge_id=Knowledge().id), cause="rules")
    db.conn.execute("VACUUM")
    assert not flaws(db)
