"""The operator's hand on a real crawl: stopped and gone on with, budgets, hosts paused while it runs, a dry run."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

from loopback import PATIENCE, Asked, Reply, Served, serve

from archive import hosts
from archive.store import open_archive

ROOT = Path(__file__).parent.parent
ARTICLES = 12


def article(n: int) -> bytes:
    title = f"清河县第{n}中学2019年工作总结"
    said = "".join(
        f"<p>{i}、今年第{n % 4 + 1}季度，我校组织教师培训{n + i}次，家访学生{100 + n * i}人，第{i}项任务按时完成。</p>"
        for i in range(1, 9)
    )
    return f"<html><head><title>{title}</title></head><body><h1>{title}</h1>{said}</body></html>".encode()


def site(asked: Asked) -> Reply:
    """A list of articles on each host, and the articles."""
    if asked.path == "/":
        links = "".join(f"<li><a href='/a/{n}.html'>清河县第{n}中学2019年工作总结</a></li>" for n in range(ARTICLES))
        return Reply(f"<html><head><title>列表</title></head><body><ul>{links}</ul></body></html>".encode())
    if asked.path.startswith("/a/"):
        return Reply(article(int(asked.path[3:-5])))
    return Reply(b"", 404)


def command(folder: Path, served: Served, *words: str, hosts: tuple[str, ...] = ("www.site.test",)) -> list[str]:
    urls = ",".join(served.url("/", host) for host in hosts)
    settings = {"ARCHIVE": folder / "archive.db", "ALLOW_PRIVATE_ADDRESSES": 1, "DOWNLOAD_DELAY": 0, "WORKERS": 1,
                "AUTOTHROTTLE_ENABLED": 0}  # fmt: skip
    fixed = [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]
    return [sys.executable, "-m", "scrapy", "crawl", "summaries", "-a", f"urls={urls}", *fixed, *words]


def crawl(folder: Path, served: Served, *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command(folder, served, *words), cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)


def rows(folder: Path, sql: str) -> list[tuple[str | int | None, ...]]:
    with closing(sqlite3.connect(folder / "archive.db")) as db:
        return db.execute(sql).fetchall()


def often(served: Served) -> dict[str, int]:
    """How often each page was asked for."""
    return dict(Counter(path for path in served.paths() if path not in FURNITURE))


FURNITURE = ("/robots.txt", "/sitemap.xml")
ONCE = {"/": 1, **{f"/a/{n}.html": 1 for n in range(ARTICLES)}}


def test_the_first_interrupt_ends_a_crawl_in_order_and_the_next_goes_on(tmp_path: Path) -> None:
    with serve(site) as served:
        words = command(tmp_path, served, "-s", "DOWNLOAD_DELAY=0.5")
        run = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        deadline = time.monotonic() + PATIENCE
        while len(often(served)) < 4 and time.monotonic() < deadline:
            time.sleep(0.05)
        run.send_signal(signal.SIGINT)
        out, err = run.communicate(timeout=PATIENCE)
        assert run.returncode == 1 and "the same command goes on where it was" in err, err
        assert "Crawled " in out and "links of 1 hosts" in out
        assert not [path.name for path in (tmp_path / "warc").iterdir() if path.name.endswith(".open")]
        assert rows(tmp_path, "SELECT reason FROM crawls") == [("shutdown",)]
        done = crawl(tmp_path, served)
        assert done.returncode == 0 and "going on where crawl 1 was" in done.stderr, done.stderr
        assert often(served) == ONCE
    assert rows(tmp_path, "SELECT count(*) FROM documents") == [(ARTICLES,)]
    assert rows(tmp_path, "SELECT id, round FROM crawls") == [(1, 1), (2, 1)]


def test_a_budget_ends_a_crawl_and_the_next_goes_on(tmp_path: Path) -> None:
    with serve(site) as served:
        for _ in range(9):
            done = crawl(tmp_path, served, "-s", "CRAWL_PAGES=4")
            assert done.returncode == 0, done.stderr
            if not rows(tmp_path, "SELECT 1 FROM links WHERE state IN ('new', 'asked')"):
                break
        assert often(served) == ONCE
    assert len(rows(tmp_path, "SELECT 1 FROM crawls WHERE reason = 'budget-pages'")) >= 2
    assert rows(tmp_path, "SELECT count(*) FROM documents") == [(ARTICLES,)]


def test_a_budget_of_a_host_leaves_the_host_and_not_the_crawl(tmp_path: Path) -> None:
    with serve(site) as served:
        words = command(tmp_path, served, "-s", "HOST_PAGES=5", "-s", "CONCURRENT_REQUESTS_PER_DOMAIN=1",
                        hosts=("www.site.test", "www.two.test"))  # fmt: skip
        done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)
        assert done.returncode == 0 and "left          links of 2 hosts" in done.stdout, done.stdout + done.stderr
        for host in ("www.site.test", "www.two.test"):
            assert 5 <= len(served.paths(host)) <= 8  # those that were on their way


def test_a_host_is_paused_and_opened_while_a_crawl_runs(tmp_path: Path) -> None:
    both = ("www.site.test", "www.two.test")
    with serve(site) as served, closing(open_archive(tmp_path / "archive.db")) as db:
        words = command(tmp_path, served, "-s", "DOWNLOAD_DELAY=0.6", hosts=both)
        run = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        while len(served.paths("www.two.test")) < 3:
            time.sleep(0.05)
        hosts.set_state(db, "www.two.test", "paused", until="2999-01-01T00:00:00Z", why="it asked for a rest")
        out, err = run.communicate(timeout=PATIENCE)
        assert run.returncode == 0 and "left          links of 1 hosts" in out, out + err
        assert len(served.paths("www.site.test")) == ARTICLES + 3 > len(served.paths("www.two.test")) + 3
        hosts.set_state(db, "www.two.test", "open")
        again = subprocess.run(
            command(tmp_path, served, hosts=both), cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE
        )
        assert again.returncode == 0 and f"documents     {ARTICLES}" not in err
        assert set(served.paths("www.two.test")) == {*ONCE, *FURNITURE}


def test_a_dry_run_says_what_would_be_asked_for_and_asks_for_nothing(tmp_path: Path) -> None:
    with serve(site) as served:
        done = crawl(tmp_path, served, "-s", "DRY_RUN=True")
        assert done.returncode == 0 and served.url("/") in done.stdout and not served.log
        assert crawl(tmp_path, served, "-s", "CRAWL_PAGES=4").returncode == 0
        asked = len(served.log)
        stopped = crawl(tmp_path, served, "-s", "DRY_RUN=True")
        assert "left by the crawl before" in stopped.stdout and f"found on {served.url('/')}" in stopped.stdout
        crawl(tmp_path, served)
        assert len(crawl(tmp_path, served, "-s", "DRY_RUN=True").stdout.splitlines()) == 2  # the start address, the sum
        due = crawl(tmp_path, served, "-s", "DRY_RUN=True", "-s", "REVISIT=all")
        assert len(due.stdout.splitlines()) == 3 + ARTICLES and "changed in 0 of 1 visits" in due.stdout
        assert len(served.log) > asked


def test_an_error_of_our_own_costs_one_page_and_is_made_good_later(tmp_path: Path) -> None:
    with serve(site) as served:
        words = command(tmp_path, served)[2:]
        code = (
            "import crawler.discovery, scrapy.cmdline\nlook = crawler.discovery.look\n"
            "def broken(page):\n    if page.page.url.endswith('/3.html'): raise ValueError('unforeseen')\n"
            "    return look(page)\n"
            f"crawler.discovery.look = broken\nscrapy.cmdline.execute({words!r})"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, env={**os.environ}
        )
        assert done.returncode == 0, done.stderr
        failed = rows(tmp_path, "SELECT url, reason FROM links WHERE state = 'failed'")
        assert failed == [(served.url("/a/3.html"), "spider-error: ValueError: unforeseen")]
        assert crawl(tmp_path, served).returncode == 0
    assert rows(tmp_path, "SELECT count(*) FROM documents") == [(ARTICLES,)]
