"""What an operator's machine does to a crawl: a clear line, nothing lost, and the same command goes on.

A disk without room is real here (a small tmpfs; where nobody may mount, a limit on the size of files), as is another
process that holds the database, and a clock that was set back.
"""

import os
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from loopback import PATIENCE
from small_site import ROOT, SmallSite, crawl, program, words

from archive import warc
from archive.store import open_archive
from crawler.watch import free, full

MB = 1_000_000


@pytest.fixture(scope="module")
def served() -> Iterator[SmallSite]:
    one = SmallSite(articles=24, lines=120)
    yield one
    one.close()


@pytest.fixture
def site(served: SmallSite) -> SmallSite:
    """As if it were new."""
    served.articles = 24
    served.asked.clear()
    served.at.clear()
    return served


def documents(folder: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(folder / "archive.db")) as conn:
        return conn.execute("SELECT id, content_digest FROM documents ORDER BY id").fetchall()


@pytest.fixture(scope="module")
def undisturbed(served: SmallSite, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str]]:
    """The documents of a crawl to which nothing happens."""
    folder = tmp_path_factory.mktemp("undisturbed")
    done = crawl(folder, served.url, "-s", "MIN_FREE_BYTES=0")
    assert done.returncode == 0, done.stderr
    return documents(folder)


def says(done: "subprocess.CompletedProcess[str]", status: int, *told: str) -> None:
    lines = [line for line in done.stderr.splitlines() if line.startswith("scrapy crawl:")]
    assert done.returncode == status and len(lines) == 1, done.stderr + done.stdout
    assert all(word in lines[0] for word in told), lines[0]
    assert "Traceback" not in done.stderr + done.stdout


def whole(folder: Path) -> None:
    """Captures that were finished are whole, and the database is sound."""
    assert [warc.check(path) for path in (folder / "warc").glob("*.warc.gz")] == [
        [] for _ in (folder / "warc").glob("*.warc.gz")
    ]
    with closing(sqlite3.connect(folder / "archive.db")) as conn:
        assert conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own with little room."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2400k", "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("only root can make a small file system, and only where it may mount")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def test_a_full_disk_loses_nothing_and_the_same_command_goes_on(
    small_disk: Path, site: SmallSite, undisturbed: list[tuple[str, str]], tmp_path: Path
) -> None:
    done = crawl(small_disk, site.url, "-s", "MIN_FREE_BYTES=0", "-s", f"LOG_FILE={tmp_path / 'log'}")
    says(done, 1, "archive-write-failed: the disk is full", "what was kept before is whole")
    assert free(small_disk) < 200_000 and "Traceback" not in (tmp_path / "log").read_text()
    subprocess.run(["mount", "-o", "remount,size=200m", small_disk], check=True)
    whole(small_disk)
    before = documents(small_disk)
    assert before, "the disk was full before anything was stored"
    again = crawl(small_disk, site.url, "-s", "MIN_FREE_BYTES=0")
    assert again.returncode == 0, again.stderr
    whole(small_disk)
    assert set(before) <= set(documents(small_disk)) and len(before) < 24
    assert documents(small_disk) == undisturbed


def test_a_crawl_ends_in_order_before_the_disk_is_full(
    small_disk: Path, site: SmallSite, undisturbed: list[tuple[str, str]], tmp_path: Path
) -> None:
    subprocess.run(["mount", "-o", "remount,size=100m", small_disk], check=True)
    log = tmp_path / "log"

    def fill() -> None:
        (small_disk / "somebody's").write_bytes(bytes(60 * 1024 * 1024))
        deadline = time.monotonic() + PATIENCE
        while "disk-floor" not in log.read_text() and time.monotonic() < deadline:
            time.sleep(0.1)

    site.at["/12.html"] = fill
    few = ("-s", "CONCURRENT_REQUESTS=4")  # what is on its way when a crawl ends still comes
    done = crawl(small_disk, site.url, "-s", f"MIN_FREE_BYTES={50 * MB}", "-s", f"LOG_FILE={log}", *few)
    says(
        done, 1, "disk-floor: ", "MB are free for the archive", f"MIN_FREE_BYTES={50 * MB}", "the same command goes on"
    )
    assert "Crawled " in done.stdout and len(site.asked) < 24  # with its summary, long before the site's end
    with closing(sqlite3.connect(small_disk / "archive.db")) as conn:
        assert conn.execute("SELECT reason FROM crawls").fetchall() == [("disk-floor",)]
    says(crawl(small_disk, site.url, "-s", f"MIN_FREE_BYTES={50 * MB}"), 2, "disk-floor")
    (small_disk / "somebody's").unlink()
    site.at.clear()
    again = crawl(small_disk, site.url, "-s", f"MIN_FREE_BYTES={50 * MB}")
    assert again.returncode == 0, again.stderr
    assert documents(small_disk) == undisturbed


def test_room_is_that_of_the_place_where_a_folder_will_be(tmp_path: Path) -> None:
    there = {"archive": tmp_path, "captures": tmp_path / "not" / "yet"}
    assert full(there, 0) == "" and free(there["captures"]) > 0
    assert "for the archive" in full(there, 1 << 60)
    assert "for the captures" in full({"captures": there["captures"]}, 1 << 60)


def test_a_database_that_another_process_holds_is_waited_for_and_then_given_up(
    site: SmallSite, undisturbed: list[tuple[str, str]], tmp_path: Path
) -> None:
    held: list[sqlite3.Connection] = []

    def hold() -> None:
        if not held:
            held.append(sqlite3.connect(tmp_path / "here" / "archive.db", check_same_thread=False, timeout=30))
            held[0].execute("BEGIN IMMEDIATE")

    site.at["/5.html"] = hold
    patience = "import archive.store; archive.store.WAIT = 1.0"  # seconds, instead of 30
    done = crawl(tmp_path / "here", site.url, before=patience)
    says(done, 1, "archive-write-failed: another process holds the database", "database is locked")
    held[0].rollback()
    held[0].close()
    site.at.clear()
    whole(tmp_path / "here")
    before = documents(tmp_path / "here")
    assert len(before) < 24
    again = crawl(tmp_path / "here", site.url)
    assert again.returncode == 0, again.stderr
    assert documents(tmp_path / "here") == undisturbed


def test_a_database_that_is_held_for_a_while_is_only_waited_for(site: SmallSite, tmp_path: Path) -> None:
    open_archive(tmp_path / "archive.db").close()

    def hold() -> None:
        with closing(sqlite3.connect(tmp_path / "archive.db", timeout=30)) as conn:
            conn.execute("BEGIN IMMEDIATE")
            time.sleep(2)
            conn.rollback()

    site.at["/5.html"] = hold
    done = crawl(tmp_path, site.url)
    assert done.returncode == 0 and len(documents(tmp_path)) == 24, done.stderr


def test_a_clock_that_was_set_back_harms_nothing(site: SmallSite, tmp_path: Path) -> None:
    ahead = [program("faketime", "faketime"), "-f", "--exclude-monotonic", "+400d", *words(tmp_path / "here", site.url)]
    done = subprocess.run(ahead, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    before = documents(tmp_path / "here")
    with closing(sqlite3.connect(tmp_path / "here" / "archive.db")) as conn:
        ((began,),) = conn.execute("SELECT started_at FROM crawls").fetchall()
        assert began > time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 300 * 86400))  # it was ahead
    site.articles = 26
    again = crawl(tmp_path / "here", site.url)
    assert again.returncode == 0, again.stderr + again.stdout
    whole(tmp_path / "here")
    found = documents(tmp_path / "here")
    assert set(before) < set(found) and len(found) == 26  # what is new is found all the same
    with closing(sqlite3.connect(tmp_path / "here" / "archive.db")) as conn:
        assert conn.execute("SELECT reason FROM crawls").fetchall() == [("finished",), ("finished",)]
        assert conn.execute("SELECT max(version) FROM documents").fetchone() == (1,)
