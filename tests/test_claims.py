"""What sitemaps claim lets pages rest: those that were visited since, most of them, and none that was not."""

from dataclasses import replace

from archive import claims, frontier
from archive.frontier import LinkRow, Visited
from archive.store import begin_crawl, open_archive
from crawler import sitemaps

URLS = [f"http://a.test/{n}.html" for n in range(40)]
FEED = "http://a.test/sitemap.xml"


def states(db) -> dict[str, str]:  # type: ignore[no-untyped-def]
    return dict(db.conn.execute("SELECT url, state FROM links WHERE kind <> 'feed'").fetchall())


def archive():  # type: ignore[no-untyped-def]
    """All pages and the sitemap came in a first round, and are due in a second."""
    db = open_archive(":memory:")
    first = frontier.begin(db, begin_crawl(db, "a", "{}"), "a")
    rows = [LinkRow(url, "article", "done", priority=20) for url in URLS] + [LinkRow(FEED, "feed", "done", priority=5)]
    for row in rows:
        frontier.settle(db, first, Visited((row,)), lambda past: "2000-01-01T00:00:00Z")
    return db, frontier.begin(db, begin_crawl(db, "a", "{}"), "a")


def test_pages_that_did_not_change_rest_but_for_a_sample_of_them() -> None:
    db, second = archive()
    assert set(states(db).values()) == {"new"}
    told = "".join(f"<url><loc>{url}</loc><lastmod>2001-02-03</lastmod></url>" for url in URLS[:30])
    found = sitemaps.read(f"<urlset>{told}<url><loc>{URLS[30]}</loc></url></urlset>".encode())
    rested = claims.rest(db, second, [(entry.url, entry.modified) for entry in found.entries])
    resting = {url for url, state in states(db).items() if state == "done"}
    assert rested == len(resting) == 27 and resting <= set(URLS[:30])  # every tenth is asked for all the same
    db.conn.execute("UPDATE links SET state = 'new'")
    third = replace(second, id=second.id + 1)
    claims.rest(db, third, [(entry.url, entry.modified) for entry in found.entries])
    assert {url for url, state in states(db).items() if state == "done"} != resting  # another tenth


def test_pages_that_changed_since_or_were_never_visited_are_asked_for() -> None:
    db, second = archive()
    frontier.record(db, second, [LinkRow("http://a.test/new.html", "article", "new")])
    assert claims.rest(db, second, [(url, "2999-01-01T00:00:00Z") for url in URLS]) == 0
    assert claims.rest(db, second, [("http://a.test/new.html", "2001-01-01T00:00:00Z")]) == 0
    assert set(states(db).values()) == {"new"}


def test_the_sitemap_is_asked_for_before_its_pages() -> None:
    db, second = archive()
    claims.feeds_first(db, second)
    assert frontier.take(db, second, lambda host: 1, 1)[0].url == FEED
