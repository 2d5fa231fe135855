"""python tests/killed_crawl.py WORDS…: `scrapy WORDS…` in a process that kills itself, or that tells what it does.

KILL=STAGE/EVENT/N  SIGKILL at the N-th EVENT of STAGE
COUNT=FILE          how many events of each kind there were, as JSON, goes to FILE when the crawl ends by itself
TELL=FILE           each write to a WARC file, each sync of one and each statement to the archive goes to FILE, in order

The stages are `crawl`, `learn` (what hosts repeat), `settle` (families), `end` (the row of the crawl) and `close` (the
files). Events are seen where they cannot be missed: in `os.write` and `os.fsync` by the file behind the descriptor, in
SQLite by its trace of statements, on the network where Scrapy's handler gets pieces of a body.
"""

import json
import os
import signal
import sqlite3
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

LONG = 1000  # characters of a statement that are told: a page's text may be in it
WARC = (".warc.gz", ".warc.gz.open")


class Events:
    """Counts what happens by stage, and kills this process at the one it was told."""

    def __init__(self, kill: str, tell: str) -> None:
        self.stage = "begin"
        stage, event, number = kill.split("/") if kill else ("", "", "0")
        self.killed_by = (stage, event, int(number))
        self.counts: Counter[tuple[str, str]] = Counter()
        self.lines = Path(tell).open("a", encoding="utf-8") if tell else None  # noqa: SIM115 (open until the end)

    def happens(self, event: str) -> bool:
        """Count an event; whether it is the one to be killed at."""
        self.counts[self.stage, event] += 1
        return (self.stage, event, self.counts[self.stage, event]) == self.killed_by

    def at(self, event: str) -> None:
        """An event that needs no preparation: die of it, or go on."""
        if self.happens(event):
            die()

    def tell(self, kind: str, what: str, size: int = 0) -> None:
        """A line for the test to read."""
        if self.lines:
            self.lines.write(json.dumps([kind, what[:LONG], size]) + "\n")


def die() -> None:
    """As `kill -9` does it."""
    os.kill(os.getpid(), signal.SIGKILL)


def file_of(fd: int) -> str:
    """The name of a WARC file behind a descriptor, '' for any other."""
    path = Path(f"/proc/self/fd/{fd}").readlink()
    return path.name.removesuffix(".open") if path.name.endswith(WARC) else ""


def watch_files(events: Events) -> None:
    """append: before a member; torn: half of it is written; unsynced, synced: before and after fsync."""
    write, fsync, rename = os.write, os.fsync, Path.rename

    def written(fd: int, data: bytes) -> int:
        if not (file := file_of(fd)):
            return write(fd, data)
        events.at("append")
        if events.happens("torn"):
            write(fd, data[: len(data) // 2])
            die()
        count = write(fd, data)
        events.tell("write", file, count)
        return count

    def synced(fd: int) -> None:
        if not (file := file_of(fd)):
            fsync(fd)
            return events.tell("sync", f"{Path(f'/proc/self/fd/{fd}').readlink()}/")
        events.at("unsynced")
        fsync(fd)
        events.tell("sync", file)
        events.at("synced")
        return None

    def renamed(self: Path, target: Any) -> Path:
        done = rename(self, target)
        if str(self).endswith(WARC):
            events.at("renamed")
        return done

    os.write, os.fsync, Path.rename = written, synced, renamed  # type: ignore[assignment, method-assign]


def watch_database(events: Events) -> None:
    """row: before a statement that writes; commit: before COMMIT; committed: before what follows a COMMIT."""
    connect = sqlite3.connect
    last = ""

    def traced(statement: str) -> None:
        nonlocal last
        before, last = last, statement
        events.tell("sql", statement)
        if before == "COMMIT":
            events.at("committed")
        if statement == "COMMIT":
            events.at("commit")
        elif statement.startswith(("INSERT INTO ", "UPDATE ", "DELETE FROM ")):
            events.at("row")

    def connected(database: Any, *args: Any, **kwargs: Any) -> sqlite3.Connection:
        conn = connect(database, *args, **kwargs)
        if Path(str(database)).suffix == ".db":
            conn.set_trace_callback(traced)
        return conn

    sqlite3.connect = connected


def watch_network(events: Events) -> None:
    """ask: before a request goes out; body: a piece of a body came; answer: all of it came, and is not kept yet."""
    from scrapy.core.downloader.handlers import http11

    from crawler import capture

    ask, body, exchange_of = (
        http11._ScrapyAgent.download_request,
        http11._ResponseReader.dataReceived,
        capture.exchange_of,
    )

    def asked(self: Any, request: Any) -> Any:
        events.at("ask")
        return ask(self, request)

    def came(self: Any, data: bytes) -> None:
        events.at("body")
        body(self, data)

    def answered(*args: Any, **kwargs: Any) -> Any:
        events.at("answer")
        return exchange_of(*args, **kwargs)

    http11._ScrapyAgent.download_request, http11._ResponseReader.dataReceived = asked, came  # type: ignore[method-assign]
    capture.exchange_of = answered


def watch_stages(events: Events) -> None:
    """What a crawl is at. Each stage begins with the event `start` and ends with `done`."""
    from archive import families, rebuild, store
    from crawler.archivist import Archivist

    stages = ((Archivist, "_open", "crawl"), (rebuild, "relearn", "learn"), (families, "settle", "settle"),
              (store, "end_crawl", "end"), (Archivist, "_close", "close"))  # fmt: skip
    for owner, name, stage in stages:
        setattr(owner, name, staged(events, getattr(owner, name), stage))


def staged(events: Events, work: Callable[..., Any], stage: str) -> Callable[..., Any]:
    """`work`, as a stage; opening the archive is only followed by one."""

    def done(*args: Any, **kwargs: Any) -> Any:
        if stage != "crawl":
            events.stage = stage
            events.at("start")
        result = work(*args, **kwargs)
        events.stage = stage
        events.at("done")
        return result

    return done


def main() -> None:
    """Watch, then be Scrapy."""
    sys.path.insert(0, str(Path(__file__).parent.parent))
    events = Events(os.environ.get("KILL", ""), os.environ.get("TELL", ""))
    watch_files(events)
    watch_database(events)
    watch_stages(events)
    watch_network(events)
    from scrapy.cmdline import execute

    try:
        execute(["scrapy", *sys.argv[1:]])
    finally:
        if count := os.environ.get("COUNT"):
            Path(count).write_text(json.dumps({"/".join(key): n for key, n in events.counts.items()}))


if __name__ == "__main__":
    main()
