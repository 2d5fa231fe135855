"""Crawls of the sample web in processes of their own, which may be killed, and what is then read off the archive."""

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from loopback import PATIENCE, free_port  # noqa: F401 - tests of crawls take it from here too

from sample.faults import WHOLE
from sample.model import Web
from sample.web import build

ROOT = Path(__file__).parent.parent
SETTINGS = {
    "ALLOW_PRIVATE_ADDRESSES": 1,
    "DOWNLOAD_DELAY": 0,
    "AUTOTHROTTLE_ENABLED": 0,
    "WORKERS": 1,
    "BACKOFF_FIRST": 0.2,
}
TIMES = {"fetch_id", "software", "version", "archived_at", "updated_at", "visited_at", "due_at", "created_at"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A line of the access log."""

    url: str
    status: str
    whole: bool  # a complete 200


@dataclass(slots=True)
class Crawled:
    """An archive, and what was seen on the way to it."""

    folder: Path
    web: Web
    name: str = "archive.db"
    kills: list[str] = field(default_factory=list)
    asked: list[list[Asked]] = field(default_factory=list)  # by run
    leased: list[set[str]] = field(default_factory=list)  # by kill: what had been asked for, and had not come

    @property
    def archive(self) -> Path:
        return self.folder / self.name

    def rows(self, sql: str) -> list[sqlite3.Row]:
        with sqlite3.connect(self.archive) as db:
            db.row_factory = sqlite3.Row
            return db.execute(sql).fetchall()


def command(crawled: Crawled, more: Mapping[str, object]) -> list[str]:
    settings = SETTINGS | {"ARCHIVE": crawled.archive} | more
    words = [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]
    starts = f"urls_file={crawled.folder / 'urls.txt'}"
    return [sys.executable, str(ROOT / "tests" / "killed_crawl.py"), "crawl", "summaries", "-a", starts, *words]


def begin(folder: Path, port: int, hosts: tuple[str, ...]) -> Crawled:
    """A folder for a crawl of some hosts of the sample web, named by words in their names."""
    web = build(1, port)
    starts = [url for url in web.seeds if any(host in url for host in hosts)]
    (folder / "urls.txt").write_text("\n".join(starts))
    return Crawled(folder, web)


def run(
    crawled: Crawled, *, kill: str = "", after: float = 0, tell: Path | None = None, count: Path | None = None,
    more: Mapping[str, object] | None = None,
) -> subprocess.CompletedProcess[str]:  # fmt: skip
    """One run of the command: to its end, to its own death at an event, or killed from outside so many seconds
    after its first request. `more` are settings; `tell` and `count` are files that killed_crawl.py writes."""
    log, before = crawled.folder / "access.log", len(lines(crawled))
    process = subprocess.Popen(
        command(crawled, more or {}), cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=os.environ | {"KILL": kill, "TELL": str(tell or ""), "COUNT": str(count or "")},
    )  # fmt: skip
    if after:
        while process.poll() is None and (not log.exists() or len(lines(crawled)) == before):
            time.sleep(0.01)
        time.sleep(after)
        process.kill()
    try:
        out, errors = process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
    crawled.asked.append([*parsed(lines(crawled)[before:], crawled.web.port)])
    return subprocess.CompletedProcess(process.args, process.returncode, out, errors)


def lines(crawled: Crawled) -> list[str]:
    log = crawled.folder / "access.log"
    return log.read_text("utf-8").splitlines() if log.exists() else []


def parsed(log: list[str], port: int) -> Iterator[Asked]:
    for line in log:
        _, host, _, target, status, *more = line.split(" ")
        whole = status == "200" and (not more or more[1].removeprefix("fault=") in WHOLE)
        yield Asked(f"http://{host}:{port}{target}", status, whole)


def contents(crawled: Crawled) -> dict[str, list[dict[str, object]]]:
    """What an archive says, without when it was said and what rows were numbered."""
    tables = {
        name: f"SELECT * FROM {name} ORDER BY 1, 2"
        for name in ("documents", "edits", "gaps", "marks", "facts", "families", "document_ids", "pairs")
    }
    # Of the pages that name a link, one is the first: which, and how deep it was, is a matter of time.
    tables["links"] = "SELECT url, host, state, reason, found_on IS NULL AS asked_for FROM links ORDER BY url"
    tables["article_pages"] = (
        "SELECT p.url AS article, a.n, a.url, a.start, f.body_digest FROM article_pages a"
        " JOIN pages p ON p.id = a.article_id LEFT JOIN fetches f ON f.id = a.fetch_id ORDER BY 1, 2"
    )
    tables["pages"] = "SELECT id, url, rejected, gone, source_text, knowledge_id FROM pages ORDER BY id"
    tables["knowledge"] = "SELECT id FROM knowledge WHERE in_force"
    # Of an address the last answer: what broke off before is kept too, and a kill may come in the middle of that.
    last = "SELECT max(id) FROM fetches WHERE status = 200 GROUP BY url"
    tables["fetches"] = f"SELECT url, body_digest FROM fetches WHERE id IN ({last}) ORDER BY 1"
    tables["versions"] = "SELECT id, cause, content_digest FROM document_versions ORDER BY 1, 2, 3"
    return {
        table: [{name: row[name] for name in row.keys() if name not in TIMES} for row in crawled.rows(sql)]  # noqa: SIM118
        for table, sql in tables.items()
    }
