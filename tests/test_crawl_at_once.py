"""What comes at the same time: crawls in which one step is slowed until another one has come in between."""

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from loopback import HTML, Asked, Reply, serve
from small_site import PAGE, article, crawl

ETAG = {**HTML, "ETag": '"always the same"'}
SLOW = """
import asyncio, contextlib
def slowed(owner, name, seconds, where=lambda *args: True):
    work = getattr(owner, name)
    async def slow(*args, **kwargs):
        if where(*args):
            await asyncio.sleep(seconds)
        return await work(*args, **kwargs)
    setattr(owner, name, slow)
"""


def listed(*links: tuple[str, str]) -> Reply:
    """A list of pages, by address and title."""
    items = "".join(f"<li><a href='{url}'>{title}</a></li>" for url, title in links)
    return Reply(PAGE.format("列表", f"<ul>{items}</ul>").encode())


def titled(number: int) -> str:
    return f"清河县第{number}小学2019年工作总结"


def rows(folder: Path, sql: str) -> list[tuple[str | int | None, ...]]:
    with closing(sqlite3.connect(folder / "archive.db")) as db:
        return db.execute(sql).fetchall()


def documents(folder: Path) -> list[str]:
    return [str(url).rpartition(".test")[2].partition("/")[2] for (url,) in rows(folder, "SELECT url FROM documents")]


def test_a_lease_that_was_put_back_is_not_settled_by_what_is_still_to_be_stored(tmp_path: Path) -> None:
    """The page behind "下一页" is another article, an edition of one that has not come: it waits for that. The article
    that led to it is stored meanwhile, as an item of the same lease."""

    def site(asked: Asked) -> Reply:
        port = asked.headers["Host"].rpartition(":")[2]
        other = f"http://m.small.test:{port}/a/47110.html"
        named = f"<link rel='canonical' href='http://www.small.test:{port}/zj/47110.html'></head>"
        return {
            "/": listed(*((f"/{n}.html", titled(n)) for n in range(1, 6))),
            **{f"/{n}.html": Reply(article(n).encode()) for n in range(1, 5)},
            "/5.html": Reply(article(5).replace("</body>", f"<p><a href='{other}'>下一页</a></p></body>").encode()),
            "/a/47110.html": Reply(article(77).replace("</head>", named).encode()),
        }.get(asked.path, Reply(b"<h1>404</h1>", 404))

    slow = "import crawler.editions as e; from pipelines.items import ArchivePipeline as a\ne.PATIENCE = 1.0\n"
    slow += "slowed(a, '_outcome', 0.5, lambda _, item: item.pages[0].url.endswith('/5.html'))"
    with serve(site) as served:
        done = crawl(tmp_path, served.url("/", "www.small.test"), before=SLOW + slow)
    assert done.returncode == 0, done.stderr
    assert "a/47110.html" in documents(tmp_path) and len(documents(tmp_path)) == 6


def test_an_edition_is_none_where_its_article_is_stored_while_it_is_looked_at(tmp_path: Path) -> None:
    """The article is in work when the edition asks for it, and stored and closed when it asks whether it will come."""
    links = listed(("/zj/47110.html", titled(1)), *((f"/{n}.html", titled(n)) for n in range(2, 6)))

    def site(asked: Asked) -> Reply:
        port = asked.headers["Host"].rpartition(":")[2]
        named = f"<link rel='canonical' href='http://www.small.test:{port}/zj/47110.html'></head>"
        edition = f"<li><a href='http://m.small.test:{port}/a/47110.html'>{titled(1)}</a></li></ul>"
        return {
            "/": Reply(links.body.replace(b"</ul>", edition.encode())),
            **{f"/{n}.html": Reply(article(n).encode()) for n in range(2, 6)},
            "/zj/47110.html": Reply(article(1).encode()),
            "/a/47110.html": Reply(article(1).replace("</head>", named).encode()),
        }.get(asked.path, Reply(b"<h1>404</h1>", 404))

    slow = "from crawler.frontiers import Embedded as f; from pipelines.items import ArchivePipeline as a\n"
    slow += "slowed(a, '_outcome', 1, lambda _, item: item.pages[0].url.endswith('/zj/47110.html'))\n"
    slow += "slowed(f, 'attempts', 4, lambda _, url: url.endswith('/a/47110.html'))"
    with serve(site) as served:
        done = crawl(tmp_path, served.url("/", "www.small.test"), before=SLOW + slow)
    assert done.returncode == 0, done.stderr
    assert "zj/47110.html" in documents(tmp_path) and len(documents(tmp_path)) == 5
    ((why,),) = rows(tmp_path, "SELECT rejected FROM pages WHERE url LIKE '%/a/47110.html'")
    assert str(why).startswith("mirror: of ")


def test_a_page_that_could_not_be_stored_is_asked_for_again_though_it_was_still_being_read(tmp_path: Path) -> None:
    """Its links are noted after the article is handed on, and the storing fails before that is through."""
    broken = """
import archive.store as s
from crawler.onward import Onward
slowed(Onward, 'from_page', 2, lambda _, page, *more: page.url.endswith('/2.html'))
def fails(db, outcome, *more, **named):
    if outcome.article[0].url.endswith('/2.html'):
        raise ValueError('unforeseen')
    return add(db, outcome, *more, **named)
add, s.add = s.add, fails
"""

    def site(asked: Asked) -> Reply:
        number = asked.path.strip("/").removesuffix(".html")
        if asked.path == "/":
            return listed(*((f"/{n}.html", titled(n)) for n in range(1, 4)))
        return Reply(article(int(number)).encode()) if number.isdecimal() else Reply(b"<h1>404</h1>", 404)

    with serve(site) as served:
        start = served.url("/", "www.small.test")
        done = crawl(tmp_path, start, before=SLOW + broken)
        assert done.returncode == 0, done.stderr
        failed = rows(tmp_path, "SELECT reason FROM links WHERE url LIKE '%/2.html' AND state = 'failed'")
        assert failed == [("item-error: ValueError: unforeseen",)] and len(documents(tmp_path)) == 2
        assert crawl(tmp_path, start).returncode == 0
    assert sorted(documents(tmp_path)) == ["1.html", "2.html", "3.html"]


@pytest.mark.parametrize("budget", [2, 4])  # it is spent while the list is read, or an article
def test_a_budget_that_is_spent_while_a_page_is_read_ends_the_crawl_as_that(tmp_path: Path, budget: int) -> None:
    def site(asked: Asked) -> Reply:
        number = asked.path.strip("/").removesuffix(".html")
        if asked.path == "/":
            return listed(*((f"/{n}.html", titled(n)) for n in range(1, 7)))
        return Reply(article(int(number)).encode()) if number.isdecimal() else Reply(b"<h1>404</h1>", 404)

    slow = "from crawler.onward import Onward\nslowed(Onward, 'from_page', 1)"
    with serve(site) as served:
        start = served.url("/", "www.small.test")
        done = crawl(tmp_path, start, "-s", f"CRAWL_PAGES={budget}", before=SLOW + slow)
        assert done.returncode == 0 and "budget-pages" in done.stdout, done.stdout + done.stderr
        assert crawl(tmp_path, start).returncode == 0
    assert rows(tmp_path, "SELECT round, reason FROM crawls") == [(1, "budget-pages"), (1, "finished")]
    assert len(documents(tmp_path)) == 6


def test_who_calls_everything_unchanged_is_not_asked_for_ever(tmp_path: Path) -> None:
    """One page shows the lie; another one is answered with a 304 even where nothing was asked of it."""
    edition = 0

    def site(asked: Asked) -> Reply:
        number = asked.path.strip("/").removesuffix(".html")
        if asked.path == "/":
            return listed(*((f"/{n}.html", titled(n)) for n in range(1, 4)))
        if not number.isdecimal():
            return Reply(b"<h1>404</h1>", 404)
        if edition and number == "2":
            return Reply(b"", 304, {"ETag": ETAG["ETag"]})
        return Reply(article(int(number) + 10 * edition).encode(), headers=ETAG)

    with serve(site) as served:
        start = served.url("/", "www.small.test")
        assert crawl(tmp_path, start).returncode == 0
        edition, before = 1, len(served.log)
        done = crawl(tmp_path, start, "-s", "REVISIT=all", "-s", "CRAWL_PAGES=60")
        assert done.returncode == 0, done.stderr
        assert 1 <= [asked.path for asked in served.log[before:]].count("/2.html") <= 2
    assert rows(tmp_path, "SELECT reason FROM crawls WHERE id = 2") == [("finished",)]


def on_the_way(asked: Asked) -> None:
    """Its answer comes when the lie has been seen."""
    time.sleep(1.5 if asked.path == "/2.html" else 0.3)


def in_the_pipeline(asked: Asked) -> None:
    """The lie is seen when what was called unchanged is still to be stored."""
    time.sleep(1.5 if asked.path == "/1.html" else 0.3)


@pytest.mark.parametrize("waits", [on_the_way, in_the_pipeline])
def test_what_was_asked_before_a_lie_was_seen_is_asked_again(tmp_path: Path, waits: Callable[[Asked], None]) -> None:
    """All pages change under one ETag. One of them answers with what it is now, and all others with a 304."""
    edition = 0

    def site(asked: Asked) -> Reply:
        number = asked.path.strip("/").removesuffix(".html")
        if asked.path == "/":
            return listed(*((f"/{n}.html", titled(n)) for n in range(1, 6)))
        if not number.isdecimal():
            return Reply(b"<h1>404</h1>", 404)
        if edition:
            waits(asked)
            if number != "1" and asked.headers["If-None-Match"]:
                return Reply(b"", 304, {"ETag": ETAG["ETag"]})
        text = article(int(number) + 10 * edition).replace(titled(int(number) + 10), titled(int(number)))
        return Reply(text.encode(), headers=ETAG)

    together = ("-s", "CONCURRENT_REQUESTS_PER_DOMAIN=4", "-s", "AUTOTHROTTLE_ENABLED=0")
    slow = "from crawler.extensions import Run; import archive.store\n"
    slow += "slowed(Run, 'do', 2, lambda _, work, *more: work is archive.store.held)"
    with serve(site) as served:
        start = served.url("/", "www.small.test")
        assert crawl(tmp_path, start, *together).returncode == 0
        edition = 1
        done = crawl(tmp_path, start, "-s", "REVISIT=all", *together, before=SLOW + slow)
        assert done.returncode == 0, done.stderr
    changed = rows(tmp_path, "SELECT count(DISTINCT id) FROM document_versions")
    assert rows(tmp_path, "SELECT validators FROM hosts WHERE host = 'www.small.test'") == [("lie",)]
    assert changed == [(5,)]
