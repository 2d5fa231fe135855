"""Two crawls never write one archive; whoever else writes it beside a crawl goes on as ever."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from loopback import PATIENCE

from archive.errors import ArchiveError
from archive.lock import CrawlLock, Held, holder_of, refuse_second
from archive.store import open_archive

ROOT = Path(__file__).parent.parent
HOLD = """
import sys, time
from pathlib import Path
from archive.lock import CrawlLock
CrawlLock.take(Path(sys.argv[1]), "a.test").names(7)
print("held", flush=True)
time.sleep(60)
"""


def holding(archive: Path) -> "subprocess.Popen[str]":
    """Another process that crawls the archive."""
    run = subprocess.Popen([sys.executable, "-c", HOLD, str(archive)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert run.stdout and run.stdout.readline() == "held\n"
    return run


def end(run: "subprocess.Popen[str]", how: signal.Signals = signal.SIGKILL) -> None:
    run.send_signal(how)
    run.communicate()


def test_the_second_is_told_who_holds_it(tmp_path: Path) -> None:
    archive = tmp_path / "archive.db"
    run = holding(archive)
    with pytest.raises(Held) as error:
        CrawlLock.take(archive, "b.test")
    for word in (f"{archive} is being crawled already", "crawl 7 of a.test", f"process {run.pid}", f"-INT {run.pid}"):
        assert word in str(error.value)
    assert "\n" not in str(error.value)
    with pytest.raises(ArchiveError):
        refuse_second(archive)
    found = holder_of(archive)
    assert found and (found.pid, found.crawl, found.site) == (run.pid, 7, "a.test")
    end(run)


def test_a_killed_holder_frees_it(tmp_path: Path) -> None:
    archive = tmp_path / "archive.db"
    end(holding(archive))
    assert holder_of(archive) is None  # whatever its file still says
    refuse_second(archive)
    CrawlLock.take(archive, "b.test").release()


def test_workers_that_outlive_their_crawl_do_not_hold_it(tmp_path: Path) -> None:
    lock = CrawlLock.take(tmp_path / "archive.db", "a.test")
    with subprocess.Popen(["sleep", "60"], close_fds=False) as child:
        lock.release()
        free = holder_of(tmp_path / "archive.db") is None
        child.kill()
    assert free


def test_an_archive_has_one_lock_however_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "link.db").symlink_to(tmp_path / "archive.db")
    lock = CrawlLock.take(tmp_path / "archive.db", "a.test")
    monkeypatch.chdir(tmp_path)
    for name in ("link.db", "./archive.db"):
        with pytest.raises(Held):
            CrawlLock.take(Path(name), "b.test")
    lock.release()
    CrawlLock.take(Path("link.db"), "b.test").release()
    CrawlLock.take(tmp_path / "another.db", "b.test").release()


def test_a_file_that_says_nothing_of_use_locks_as_well(tmp_path: Path) -> None:
    lock = CrawlLock.take(tmp_path / "archive.db", "a.test")
    for said in (b"", b"[1]", b'{"pid": 1', b'{"what": 2}', b"\xff\x00"):
        (tmp_path / "archive.db.lock").write_bytes(said)
        with pytest.raises(Held, match="is being crawled already; two crawls"):
            refuse_second(tmp_path / "archive.db")
    lock.release()


def test_who_only_looks_keeps_nobody_from_crawling(tmp_path: Path) -> None:
    archive, done = tmp_path / "archive.db", threading.Event()

    def look() -> None:
        while not done.is_set():
            holder_of(archive)

    lookers = [threading.Thread(target=look) for _ in range(3)]
    for looker in lookers:
        looker.start()
    try:
        for _ in range(50):
            CrawlLock.take(archive, "a.test").release()
    finally:
        done.set()
        for looker in lookers:
            looker.join()


def test_looking_makes_no_file(tmp_path: Path) -> None:
    assert holder_of(tmp_path / "nowhere" / "archive.db") is None and not list(tmp_path.iterdir())


# --- as people run it ------------------------------------------------------------------------------------------

TITLE = "清河县某局2019年工作总结"
PAGE = f"<html><head><meta charset='utf-8'><title>{TITLE}</title></head><body><h1>{TITLE}</h1>{{}}</body></html>"
TEXT = "".join(
    f"<p>{n}、今年我们开展科普活动{n + 3}次，服务群众{n * 97}人，完成了年初确定的第{n}项任务。</p>"
    for n in range(1, 12)
)


class Slow:
    """A site whose second page comes when it is told to."""

    def __init__(self) -> None:
        self.asked, self.go = threading.Event(), threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path == "/slow.html":
                    outer.asked.set()
                    outer.go.wait(60)
                self.send_response(404 if self.path == "/robots.txt" else 200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(PAGE.format(TEXT).encode())

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://www.slow.test:{self.server.server_address[1]}/slow.html"


@pytest.fixture
def slow() -> Iterator[Slow]:
    site = Slow()
    yield site
    site.go.set()
    site.server.shutdown()
    site.server.server_close()


def crawling(folder: Path, url: str, *more: str) -> "subprocess.Popen[str]":
    settings = {"ARCHIVE": folder / "archive.db", "WORKERS": 1, "ALLOW_PRIVATE_ADDRESSES": 1, "DOWNLOAD_DELAY": 0}
    said = [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]
    return subprocess.Popen(
        [sys.executable, "-m", "scrapy", "crawl", "summaries", "-a", f"urls={url}", *said, *more],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def archive_says(folder: Path, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "archive", "--archive", str(folder / "archive.db"), *words],
        cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_second_crawl_is_refused_while_other_commands_go_on(tmp_path: Path, slow: Slow) -> None:
    first = crawling(tmp_path, slow.url)
    assert slow.asked.wait(60)
    second = crawling(tmp_path, slow.url)
    out, err = second.communicate(timeout=PATIENCE)
    assert (second.returncode, out) == (2, "")
    (line,) = err.splitlines()
    assert f"process {first.pid}" in line and f"crawl 1 of {slow.url}" in line
    (tmp_path / "saved.html").write_text(PAGE.format(TEXT.replace("科普", "培训")), encoding="utf-8")
    archive_says(tmp_path, "ingest", str(tmp_path / "saved.html"))
    archive_says(tmp_path, "rebuild")
    assert "documents      1" in archive_says(tmp_path, "stats")
    slow.go.set()
    first.communicate(timeout=PATIENCE)
    assert first.returncode == 0 and holder_of(tmp_path / "archive.db") is None
    db = open_archive(tmp_path / "archive.db")
    crawls = [(row["site"], row["reason"]) for row in db["crawls"].rows]
    db.close()
    assert crawls == [(slow.url, "finished"), ("ingest", "finished")]


def test_a_crawl_that_begins_between_the_check_and_the_start_is_told_the_same(tmp_path: Path, slow: Slow) -> None:
    code = (
        "import crawler.commands.crawl as c, scrapy.cmdline, sys, archive.lock as l, pathlib\n"
        "look = c.refuse_second\n"
        "def late(archive):\n    look(archive); c.kept = l.CrawlLock.take(archive, 'b.test')\n"
        "c.refuse_second = late\n"
        f"scrapy.cmdline.execute(['scrapy', 'crawl', 'summaries', '-a', 'urls={slow.url}', '-s',"
        f" 'ARCHIVE={tmp_path / 'archive.db'}', '-s', 'ALLOW_PRIVATE_ADDRESSES=1'])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 2, done.stderr
    assert [line for line in done.stderr.splitlines() if "is being crawled already (a crawl of b.test" in line]
    assert "Traceback" not in done.stderr and not slow.asked.is_set()


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """A file system that nobody may write to, root included."""
    if os.geteuid() or subprocess.run(["mount", "--bind", "-o", "ro", folder, folder], capture_output=True).returncode:
        pytest.skip("only root can make a file system read-only, and only where it may mount")
    try:
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


@pytest.mark.parametrize(
    ("log", "said"),
    [("kept/crawl.log", "cannot write LOG_FILE {log}: Read-only file system"),
     ("crawl.log", "the archive {archive} cannot be written to: ")],
)  # fmt: skip
def test_a_read_only_file_system_is_said_in_one_line(tmp_path: Path, slow: Slow, log: str, said: str) -> None:
    open_archive(tmp_path / "kept" / "archive.db").close()
    with read_only(tmp_path / "kept"):
        run = crawling(tmp_path / "kept", slow.url, "-s", f"LOG_FILE={tmp_path / log}")
        out, err = run.communicate(timeout=PATIENCE)
    (line,) = err.splitlines()
    assert (run.returncode, out) == (2, "")
    assert said.format(log=tmp_path / log, archive=tmp_path / "kept" / "archive.db") in line
    assert not slow.asked.is_set() and [path.name for path in (tmp_path / "kept").iterdir()] == ["archive.db"]
