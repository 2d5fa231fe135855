"""What was taken down is not fetched again; where it stands at another address, it goes when the crawl has ended."""

import json
from pathlib import Path

import pytest
from leaks import leaks
from test_crawl import ALLOWED, HTML, PAGES, Site, article, crawl, site

from archive import takedown, verify
from archive.sites import sites
from archive.store import open_archive
from archive.takedown_plan import Wanted, plan

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
