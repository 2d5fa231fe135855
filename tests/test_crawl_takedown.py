"""What was taken down is not fetched again; where it stands at another address, it goes when the crawl has ended."""

import json
import random
import shutil
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from leaks import leaks
from once import crawled_sample
from test_crawl import ALLOWED, HTML, PAGES, Site, article, crawl, site

from archive import takedown, verify
from archive.removing.takedown_plan import Wanted, plan
from archive.sites import sites
from archive.store import open_archive

ROOT = Path(__file__).parent.parent
__all__ = ["site"]  # a fixture


def test_a_crawl_respects_a_takedown(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert crawl(tmp_path, "summaries", "-a", f"urls={site.start}", *ALLOWED).returncode == 0
    db, url = open_archive(tmp_path / "archive.db"), f"{site.start}a/1.html"
    texts = "SELECT title, text FROM documents WHERE url = ?"
    removed = [text for row in db.conn.execute(texts, (url,)) for text in row]
    assert removed
    wanted = Wanted(url, reason="asked")
    takedown.begin(db, wanted, plan(db, wanted))
    takedown.complete(db, tmp_path / "archive.db", tmp_path / "warc")
    db.close()

    site.asked.clear()
    # Bytes of its own, with other words around: only its text is the same.
    monkeypatch.setitem(PAGES, "/a/77.html", (200, HTML, article(1, more="<p>编者按：本文来自网络。</p>")))
    wanted_urls = f"{site.start},{site.start}a/77.html"
    done = crawl(tmp_path, "summaries", "-a", f"urls={wanted_urls}", *ALLOWED)
    assert done.returncode == 0 and "taken-down 1" in done.stdout
    assert "/a/1.html" not in site.asked and "/a/77.html" in site.asked

    db = open_archive(tmp_path / "archive.db")
    state, why = db.conn.execute("SELECT state, reason FROM links WHERE url = ?", (url,)).fetchone()
    assert state == "refused" and why.startswith("taken-down: ")
    (why,) = db.conn.execute("SELECT rejected FROM pages WHERE url LIKE '%/a/77.html'").fetchone()
    assert why.startswith("taken-down: ")
    kept = [text for row in db.conn.execute("SELECT title, text FROM documents") for text in row]
    assert list(verify.verify(db, tmp_path / "warc")) == []
    db.close()
    found = leaks(tmp_path, [removed[1]], kept)
    assert found == {}


def test_the_robots_txt_in_force_is_noted(site: Site, tmp_path: Path) -> None:
    profile = tmp_path / "mine.toml"
    rights = '[rights]\nbasis = "public interest"\ncontact = "office@site.test"\n'
    profile.write_text(f'start_urls = ["{site.start}a/9.html"]\n{rights}', "utf-8")
    done = crawl(tmp_path, "summaries", "-a", f"site={profile}", *ALLOWED)
    assert done.returncode == 0, done.stderr
    db = open_archive(tmp_path / "archive.db")
    (row,) = sites(db)
    db.close()
    assert (row["host"], row["documents"], row["robots_allows"], row["robots_status"]) == (
        "www.site.test",
        1,
        "part",
        200,
    )
    assert (row["rights_basis"], row["rights_contact"], row["licence"]) == ("public interest", "office@site.test", "")
    assert str(row["robots_file"]).endswith(".warc.gz") and json.dumps(row)


@pytest.fixture(scope="module")
def sampled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return crawled_sample(tmp_path_factory).folder


@pytest.mark.parametrize("seed", range(6))
def test_of_any_document_nothing_is_left_and_nothing_else_is_lost(sampled: Path, tmp_path: Path, seed: int) -> None:
    folder, draw = tmp_path / "data", random.Random(seed)
    shutil.copytree(sampled, folder)
    db = open_archive(folder / "archive.db")
    ids = (
        "SELECT id, url FROM documents WHERE parts > 1 ORDER BY id"
        if seed % 2
        else "SELECT id, url FROM documents ORDER BY id"
    )
    id, url = draw.choice(db.conn.execute(ids).fetchall())
    wanted = [Wanted(id), Wanted(id, copies=True), Wanted(url, copies=True), Wanted(host=urlsplit(url).hostname or "")][
        seed % 4
    ]
    planned = plan(db, wanted)
    gone = {str(row["id"]) for row in planned.documents}
    rows = db.conn.execute(
        "SELECT id, title, title_hans, text, text_hans, signed_by, organisation FROM documents"
    ).fetchall()
    removed = [text or "" for row in rows if row[0] in gone for text in row[1:5]]
    kept = [text or "" for row in rows if row[0] not in gone for text in row[1:]]
    takedown.begin(db, wanted, planned)
    takedown.complete(db, folder / "archive.db", folder / "warc")
    left = db.conn.execute("SELECT id, title, text FROM documents ORDER BY id").fetchall()
    assert left == sorted((row[0], row[1], row[3]) for row in rows if row[0] not in gone)
    assert list(verify.verify(db, folder / "warc")) == []
    db.close()
    assert leaks(folder, removed, kept, most=150) == {}
