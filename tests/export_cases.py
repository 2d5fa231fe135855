"""A small archive for the tests of exports: two hosts, two documents on one page, a Traditional one, damage, facts."""

from pathlib import Path

from archive_cases import outcome
from sqlite_utils import Database

from archive.exports.corpus import Options
from archive.progress import Progress
from archive.rows import Row, Value
from archive.store import Fetch, add, add_fetch, begin_crawl, open_archive

ONE = "各位领导：本年度科普工作扎实推进，有关情况总结如下。\n一、加强领导，健全机制。\n联系电话13800138000。"
TWO = "各位領導：本年度環保工作穩步開展，現將情況總結如下。\n=1+1，科普中国App上线 & <b>推广</b>。"
THREE = "2019年，全局接待群众3,200人次。\n\t二、存在问题。\n@基层减负。"
URLS = ("http://www.example.test/a/1.html", "http://other.test/b/2.html?id=3&x=%E4%B8%AD#top")


def in_rows(columns: dict[str, list[Value]]) -> list[Row]:
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def archive(folder: Path) -> Database:
    """Three documents on two pages."""
    db = open_archive(folder / "archive.db")
    crawl = begin_crawl(db, "test", "{}")
    for number, url in enumerate(URLS, 1):
        add_fetch(
            db, Fetch(crawl, url, 200, f"2026-01-0{number}T00:00:00Z", "", "", "a.warc.gz", number, 1, path=f"{number}")
        )
    facts = {"era_from": "2019", "era_to": "2020-06", "outline": ((1, "一、", "加强领导，健全机制。", 25),)}
    add(db, outcome(ONE, TWO, url=URLS[0], keys=("aaaaaa", "bbbbbb"), quality_parts={"marks": 1.0, "holes": 0.5}))
    undated = {"signed_on": None, "signed_by": None, "title": '=HYPERLINK("x")', "script": "mixed", "genre": "计划"}
    add(db, outcome(THREE, url=URLS[1], fetch_id=2, status="partial", quality=0.5, **facts, **undated))
    return db


def quiet(**options: object) -> tuple[Options, Progress]:
    """Options, and no progress."""
    return Options(**options), Progress()  # type: ignore[arg-type]
