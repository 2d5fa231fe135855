"""The sample web, crawled as `make crawl` does it: every document found, none extra, manners kept, replay the same."""

import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path

import pytest
from once import crawled_sample

from archive import warc
from archive.rebuild import rebuild
from archive.store import open_archive
from sample.model import Web
from sample.score import Score, score

ROOT = Path(__file__).parent.parent
SEEDS = (1, 20)  # the demonstration's web, and one with other markup and wordings
EXCEPT = {"fetch_id", "software", "version"}  # what the design leaves out of 'byte-identical'


@dataclass(frozen=True, slots=True)
class Crawled:
    folder: Path
    web: Web
    score: Score

    @property
    def archive(self) -> Path:
        return self.folder / "archive.db"


@pytest.fixture(scope="module", params=SEEDS)
def crawled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    sampled = crawled_sample(tmp_path_factory, request.param)
    folder, web = sampled.folder, sampled.web
    return Crawled(folder, web, score(folder / "archive.db", web, folder / "access.log"))


def test_every_document_is_found_and_none_is_extra(crawled: Crawled) -> None:
    assert not crawled.score.missing and not crawled.score.extra
    assert crawled.score.found == len(crawled.web.gold)


def test_the_pages_of_every_article_are_together(crawled: Crawled) -> None:
    db = sqlite3.connect(crawled.archive)
    chains: dict[str, list[str]] = {}
    for first, url in db.execute(
        "SELECT p.url, a.url FROM article_pages a JOIN pages p ON p.id = a.article_id ORDER BY p.id, a.n"
    ):
        chains.setdefault(first, []).append(url)
    assert all(chains[gold.urls[0]] == list(gold.urls) for gold in crawled.web.gold)


def test_robots_and_the_trap_are_respected(crawled: Crawled) -> None:
    assert crawled.web.disallowed and not crawled.score.disallowed_fetched
    assert crawled.score.trap_hits == 0


def test_every_fetch_is_accounted_for(crawled: Crawled) -> None:
    db = sqlite3.connect(crawled.archive)
    unaccounted = db.execute(
        "SELECT url FROM fetches WHERE id NOT IN (SELECT fetch_id FROM article_pages WHERE fetch_id IS NOT NULL)"
    ).fetchall()
    assert all(url.endswith("/robots.txt") for (url,) in unaccounted)
    assert [problem for file in (crawled.folder / "warc").glob("*.warc.gz*") for problem in warc.check(file)] == []


def test_the_replay_gives_the_same_documents(crawled: Crawled, tmp_path: Path) -> None:
    """Law 3: the live crawl and the replay are two doors to the same corridor."""
    before = contents(crawled.archive)
    shutil.copy(crawled.archive, tmp_path / "again.db")
    db = open_archive(tmp_path / "again.db")
    rebuilt = rebuild(db, crawled.folder / "warc")
    db.close()
    assert not rebuilt.problems and rebuilt.added.unchanged == len(crawled.web.gold)
    assert contents(tmp_path / "again.db") == before


def contents(archive: Path) -> dict[str, list[dict[str, object]]]:
    db = sqlite3.connect(archive)
    db.row_factory = sqlite3.Row
    return {
        table: [
            {name: row[name] for name in row.keys() if name not in EXCEPT}  # noqa: SIM118 (a Row iterates over values)
            for row in db.execute(f"SELECT * FROM {table} ORDER BY 1, 2")
        ]
        for table in ("documents", "edits", "gaps", "marks")
    }
