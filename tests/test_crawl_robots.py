"""By the access log of a real server: robots.txt first, nothing that it forbids, and nothing where it cannot be read.

Three crawls of many hosts, one a way to answer: a first one, a second one within the day, and one much later.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise, product
from pathlib import Path

import pytest
from loopback import TEXT, Asked, Raw, Reply, Served, serve
from test_crawl import article, crawl, listing

Answer = Callable[[Asked], Reply | bytes | Raw]

RULES = (
    b"\xef\xbb\xbfUser-agent: *\nDisallow: /private/\nDisallow: /*.php$\nDisallow: /*?sort=\n"
    b"Allow: /private/open.html\nSitemap: /map.xml\n"
)
MAP = b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>http://%s/a/9.html</loc></url></urlset>"
LINKS = ("/a/1.html", "/private/2.html", "/private/open.html", "/x.php", "/x.php5", "/a/3.html?sort=1",
         "/p%72ivate/4.html", "/moved", "/a/../private/5.html", "/PRIVATE/6.html")  # fmt: skip
FORBIDDEN = {"/private/2.html", "/x.php", "/a/3.html?sort=1", "/p%72ivate/4.html", "/private/5.html", "/private/7.html"}


def reset(file: object) -> None:
    """Close without a word."""


def dead(_: Asked) -> Raw:
    time.sleep(4)
    return reset


def steps(count: int) -> Answer:
    """So many redirects, and then rules that forbid all but the home page."""

    def answer(asked: Asked) -> Reply:
        at = int(asked.path.removeprefix("/robots").removesuffix(".txt") or 0)
        if at < count:
            return Reply(b"", 301, {"Location": f"/robots{at + 1}.txt"})
        return Reply(b"User-agent: *\nAllow: /$\nDisallow: /\n", headers=TEXT)

    return answer


def redirected(asked: Asked) -> Reply:
    return Reply(b"", 302, {"Location": "/robots2.txt"}) if asked.path == "/robots.txt" else Reply(b"", 503)


LOST: dict[str, tuple[str, Answer]] = {
    "error.test": ("http-500", lambda _: Reply(b"User-agent: *\nAllow: /", 500)),
    "busy.test": ("http-503", lambda _: Reply(b"", 503)),
    "many.test": ("http-429", lambda _: Reply(b"", 429)),
    "reset.test": ("failed", lambda _: reset),
    "slow.test": ("timeout", dead),
    "short.test": ("response-data-loss", lambda _: b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nUser-agent: *\n"),
    "moved.test": ("http-503", redirected),
}
GONE = {f"gone{status}.test": status for status in (401, 403, 404)}
ROBOTS: dict[str, Answer] = {
    "www.site.test": lambda _: Reply(RULES, headers=TEXT),
    "five.test": steps(5),
    "six.test": steps(6),
    "huge.test": lambda _: Reply(b"User-agent: *\nDisallow: /private/\n" + b"# nothing\n" * 60_000 + b"Disallow: /\n"),
    **{host: answer for host, (_, answer) in LOST.items()},
    **{host: lambda _, n=n: Reply(b"User-agent: *\nDisallow: /\n", n, TEXT) for host, n in GONE.items()},  # type: ignore[misc]
}


@dataclass(frozen=True, slots=True)
class Crawled:
    """Three crawls of one archive, and what each asked."""

    folder: Path
    served: Served
    asked: tuple[list[Asked], ...]

    def paths(self, number: int, host: str) -> list[str]:
        return [asked.path for asked in self.asked[number] if asked.host == host]

    def rows(self, sql: str, *values: object) -> list[tuple[str, ...]]:
        return rows(self.folder, sql, *values)


def rows(folder: Path, sql: str, *values: object) -> list[tuple[str, ...]]:
    db = sqlite3.connect(folder / "archive.db")
    try:
        found = db.execute(sql, values).fetchall()
        db.commit()
        return found
    finally:
        db.close()


def run(folder: Path, served: Served, hosts: list[str], *words: str) -> list[Asked]:
    """What a crawl asked for, in order."""
    before, urls = len(served.log), ",".join(served.url("/", host) for host in hosts)
    given = ["-s", "ALLOW_PRIVATE_ADDRESSES=1", "-s", "BACKOFF_FIRST=0.2", "-s", "DOWNLOAD_TIMEOUT=2"]
    given += ["-s", "HOST_FAILURES=2", *words]
    done = crawl(folder, "summaries", "-a", f"urls={urls}", *given)
    assert "Traceback" not in done.stderr + (folder / "crawl.log").read_text(), done.stderr
    return served.log[before:]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    folder, robots = tmp_path_factory.mktemp("robots"), dict(ROBOTS)
    home = {"www.site.test": listing(*LINKS)}

    def site(asked: Asked) -> Reply | bytes | Raw:
        if asked.path.startswith("/robots"):
            return robots[asked.host](asked)
        if asked.path == "/":
            return Reply(
                home.get(asked.host, listing("/a/1.html", "/private/2.html", *(f"/{n}.html" for n in range(3))))
            )
        if asked.path == "/map.xml":
            return Reply(MAP % str(asked.headers["Host"]).encode(), 200, {"Content-Type": "application/xml"})
        if asked.path == "/moved":
            return Reply(b"", 301, {"Location": "/private/7.html"})
        return Reply(article(sum(asked.path.encode()) % 90))

    with serve(site) as served, serve(lambda a: Reply(b"", 404)) as other:
        home["www.site.test"] = listing(*LINKS, other.url("/private/8.html"))
        first = run(folder, served, [*ROBOTS], "-s", "DOWNLOAD_DELAY=0.3")
        first += [Asked(a.at, f"{a.host}:2", a.path, a.number, a.headers) for a in other.log]
        rows(folder, "DELETE FROM links")  # so that every page is asked for again, whatever a revisit would say
        second = run(folder, served, ["www.site.test", "five.test", "busy.test"], "-s", "DOWNLOAD_DELAY=0.3")
        rows(folder, "UPDATE fetches SET fetched_at = '2026-01-01T00:00:00Z' WHERE url LIKE '%/robots%.txt'")
        for host, days in (("error.test", 29), ("busy.test", 31)):
            since = f"strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-{days} days')"
            rows(folder, f"UPDATE robots_lost SET since = {since} WHERE origin LIKE '%{host}%'")
        rows(folder, "DELETE FROM links")
        robots["www.site.test"] = lambda _: Reply(b"", 503)
        robots["five.test"] = lambda _: Reply(b"User-agent: *\nDisallow: /\n", headers=TEXT)
        later = ["www.site.test", "five.test", "busy.test", "error.test"]
        third = run(folder, served, later, "-s", "DOWNLOAD_DELAY=0")
        yield Crawled(folder, served, (first, second, third))


def test_robots_comes_first_and_what_it_forbids_is_never_asked(crawled: Crawled) -> None:
    asked = crawled.paths(0, "www.site.test")
    assert asked[0] == "/robots.txt" and asked.count("/robots.txt") == 1
    assert not any(FORBIDDEN & set(crawled.paths(number, "www.site.test")) for number in range(3))
    assert {"/a/1.html", "/private/open.html", "/x.php5", "/moved", "/PRIVATE/6.html", "/a/9.html"} <= set(asked)
    assert crawled.paths(0, "www.site.test:2") == ["/robots.txt", "/private/8.html"]  # another port, another origin
    for host in ROBOTS:
        assert crawled.paths(0, host)[0] == "/robots.txt"
    links = crawled.rows("SELECT url FROM links WHERE reason = 'robots: forbidden by robots.txt'")
    assert {crawled.served.url(path) for path in FORBIDDEN} <= {url for (url,) in links}
    captured = crawled.rows("SELECT url FROM fetches WHERE crawl_id = 1 AND url LIKE '%www.site%/robots.txt'")
    assert len(captured) == 2


@pytest.mark.parametrize("host", LOST)
def test_where_robots_cannot_be_read_nothing_is_asked(crawled: Crawled, host: str) -> None:
    assert {*crawled.paths(0, host), *crawled.paths(1, host)} <= {"/robots.txt", "/robots2.txt"}
    ((said,),) = crawled.rows("SELECT why FROM robots_lost WHERE origin LIKE ?", f"%{host}%")
    assert said.startswith(LOST[host][0])


def test_why_nothing_of_a_host_was_asked_stands_in_links_and_log(crawled: Crawled) -> None:
    log = (crawled.folder / "crawl.log").read_text()
    for host, (why, _) in LOST.items():
        assert f"failed {crawled.served.url('/', host)}: robots-unreachable: {why}" in log
    ((state, said),) = crawled.rows(
        "SELECT state, reason FROM links WHERE url = ?", crawled.served.url("/", "error.test")
    )
    assert state == "failed" and said.startswith("robots-unreachable: http-500")  # the next crawl asks again


@pytest.mark.parametrize("host", GONE)
def test_a_host_without_the_file_allows_all(crawled: Crawled, host: str) -> None:
    assert {"/robots.txt", "/", "/a/1.html", "/private/2.html"} <= set(crawled.paths(0, host))


def test_five_redirects_are_followed_and_no_more(crawled: Crawled) -> None:
    hops = ["/robots.txt", *(f"/robots{n}.txt" for n in range(1, 6))]
    assert crawled.paths(0, "five.test") == [*hops, "/"]
    assert crawled.paths(0, "six.test")[:6] == hops and "/private/2.html" in crawled.paths(0, "six.test")
    assert crawled.rows("SELECT verdict FROM robots WHERE host = 'five.test' AND crawl_id = 1") == [("part",)]


def test_of_a_huge_file_500_kib_are_read(crawled: Crawled) -> None:
    asked = crawled.paths(0, "huge.test")
    assert "/a/1.html" in asked and "/private/2.html" not in asked


def test_the_copy_of_a_day_outlives_the_process(crawled: Crawled) -> None:
    again = crawled.paths(1, "www.site.test")
    assert "/robots.txt" not in again and "/a/1.html" in again and "/map.xml" in again  # the sitemap it names, too
    assert crawled.paths(1, "five.test") == ["/"]  # every hop is in the archive
    noted = crawled.rows("SELECT crawl_id, fetch_id FROM robots WHERE host = 'five.test' ORDER BY crawl_id")
    assert [row[0] for row in noted[:2]] == [1, 2] and noted[0][1] == noted[1][1]  # both went by one capture


def test_the_delay_is_never_undercut(crawled: Crawled) -> None:
    """Over all requests of a host: one that a busy machine logs late seems nearer to the next than it was sent."""
    for number, host in product((0, 1), ROBOTS):
        times = [asked.at for asked in crawled.asked[number] if asked.host == host]
        gaps = sorted(after - before for before, after in pairwise(times))
        if len(gaps) >= 5:
            assert times[-1] - times[0] > 0.3 * 0.9 * len(gaps) and gaps[len(gaps) // 2] > 0.3 * 0.8, host


def test_an_old_copy_is_obeyed_while_the_file_cannot_be_read(crawled: Crawled) -> None:
    asked = crawled.paths(2, "www.site.test")
    assert asked[0] == "/robots.txt" and "/a/1.html" in asked and "/map.xml" in asked
    assert crawled.rows("SELECT why FROM robots_lost WHERE origin LIKE '%www.site.test%'") == [("http-503",)]


def test_a_copy_of_yesterday_is_asked_for_again(crawled: Crawled) -> None:
    assert crawled.paths(2, "five.test") == ["/robots.txt"]  # it forbids all now
    assert not crawled.rows("SELECT why FROM robots_lost WHERE origin LIKE '%five.test%'")


def test_after_thirty_days_a_host_that_never_answers_has_no_such_file(crawled: Crawled) -> None:
    assert set(crawled.paths(2, "error.test")) == {"/robots.txt"}
    assert {"/robots.txt", "/", "/a/1.html"} <= set(crawled.paths(2, "busy.test"))
