"""A guard that answers in the place of a page at every attempt: what it says becomes nobody's document, and the page is
asked for again in the next crawl."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from loopback import Asked, Reply, Served, serve
from sharing import running
from test_crawl import article, listing
from test_crawl_manners import GUARD, links, rejections, run

PAGER = "<p><a href='/p.html'>1</a> <a href='/p_2.html'>2</a> {}</p>"
ONE = article(3, more=PAGER.format("<a href='/p_2.html'>下一页</a>"))
TWO = article(3, part=2, more=PAGER.format(""))
ANSWERS = {
    "/": listing("/p.html", "/a/1.html", "/a/2.html", "/a/4.html"), "/p.html": ONE, "/p_2.html": TWO,
    "/list/": listing(*(f"/a/{n}.html" for n in range(5))),
}  # fmt: skip
ONCE = ("-s", "BACKOFF_FIRST=0", "-s", "RETRY_TIMES=1")


@contextmanager
def guarded(*paths: str, status: int = 200) -> Iterator[tuple[Served, set[str]]]:
    """A site with a guard before these paths, while they stay in the set."""
    before = set(paths)

    def site(asked: Asked) -> Reply:
        if asked.path in before:
            return Reply(GUARD, status)
        found = ANSWERS.get(asked.path, article(int(asked.path[3:-5])) if asked.path.startswith("/a/") else b"")
        return Reply(found, 200 if found else 404)

    with serve(site) as served:
        yield served, before


def rows(folder: Path, sql: str) -> list[tuple[object, ...]]:
    db = sqlite3.connect(folder / "archive.db")
    try:
        return db.execute(sql).fetchall()
    finally:
        db.close()


def texts(folder: Path) -> Iterable[tuple[object, ...]]:
    return rows(folder, "SELECT status, instr(text, '验证') + instr(text, '频繁') FROM documents")


@pytest.mark.parametrize("status", [200, 405])
def test_a_page_of_an_article_that_a_guard_keeps_is_a_gap_until_it_comes(tmp_path: Path, status: int) -> None:
    with guarded("/p_2.html", status=status) as (served, before):
        target, second = f"urls={served.url('/p.html')}", served.url("/p_2.html")
        run(tmp_path, served, target, *ONCE)
        assert served.paths().count("/p_2.html") == 2
        assert texts(tmp_path) == [("partial", 0)]
        assert rejections(tmp_path)[second].startswith("blocked: the page says ")
        assert rows(tmp_path, "SELECT kind FROM gaps") == [("page",)]
        state, reason = links(tmp_path)[second]
        assert state == "failed" and reason.startswith("blocked: ")
        before.clear()
        run(tmp_path, served, target, *ONCE)
        assert texts(tmp_path) == [("complete", 0)] and links(tmp_path)[second][0] == "done"


def test_an_article_whose_page_was_lost_is_asked_for_in_the_next_crawl_though_it_is_not_due(tmp_path: Path) -> None:
    with guarded("/p_2.html") as (served, before):
        target = f"urls={served.url('/')}"
        run(tmp_path, served, target, *ONCE)
        before.clear()
        run(tmp_path, served, target, *ONCE)
        assert served.paths().count("/p.html") == 2 and served.paths().count("/a/1.html") == 1
        assert [status for status, _ in texts(tmp_path)] == ["complete"] * 4


def test_a_list_that_a_guard_keeps_is_no_empty_list(tmp_path: Path) -> None:
    with guarded("/list/") as (served, before):
        profile = tmp_path / "mine.toml"
        profile.write_text(f'start_urls = ["{served.url("/list/")}"]\nlist_urls = ["/list/"]\narticle_urls = ["/a/"]\n')
        run(tmp_path, served, f"site={profile}", *ONCE)
        first = served.url("/list/")
        assert rejections(tmp_path)[first].startswith("blocked: ") and links(tmp_path)[first][0] == "failed"
        assert rows(tmp_path, "SELECT signature, visits FROM links") == [("", 0)]
        before.clear()
        run(tmp_path, served, f"site={profile}", *ONCE)
        assert len(texts(tmp_path)) == 5 and links(tmp_path)[first][0] == "done"


def test_a_document_that_came_before_is_not_gone_because_a_guard_stands_before_it(tmp_path: Path) -> None:
    with guarded() as (served, before):
        target = f"urls={served.url('/a/1.html')}"
        run(tmp_path, served, target, *ONCE)
        before.add("/a/1.html")
        run(tmp_path, served, target, *ONCE)
        assert rows(tmp_path, "SELECT gone, rejected FROM pages") == [(None, None)]
        assert rows(tmp_path, "SELECT version, status FROM documents") == [(1, "complete")]
        assert links(tmp_path)[served.url("/a/1.html")][0] == "failed"


@pytest.mark.parametrize("shares", [False, True])
def test_a_host_that_rests_until_the_next_crawl_is_sent_nothing_that_waits_for_its_turn(
    tmp_path: Path, shares: bool
) -> None:
    def site(asked: Asked) -> Reply:
        return Reply(b"User-agent: *\nCrawl-delay: 3\n" if asked.path == "/robots.txt" else GUARD)

    folder = tmp_path / "redis"
    folder.mkdir()
    with serve(site) as served, running(folder) as redis:
        more = ("-s", f"SHARED_FRONTIER={redis.url}") if shares else ()
        urls = ",".join(served.url(f"/a/{n}.html") for n in range(9))
        log = run(tmp_path, served, f"urls={urls}", "-s", "HOST_FAILURES=2", "-s", "BACKOFF_FIRST=0.1", *more)
        assert "www.site.test: host-rests: blocked, 2 failures in a row" in log
        assert len(served.paths()) == 3
        assert not shares or redis.client.hget("worksummaries:host:www.site.test", "until")  # so that none is asked
