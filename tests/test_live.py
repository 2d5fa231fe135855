"""The board of a running crawl: what is counted, why a host waits, and nothing that a page could make of a terminal."""

import os
import pty
import re
import subprocess
import threading
import time
from io import StringIO
from pathlib import Path

import pytest
from loopback import PATIENCE
from rich.console import Console
from small_site import ROOT, SmallSite, words

from archive.crawls import Tally
from archive.store import Added
from crawler.live import HOSTS, HostLine, Rate, Screen, host_lines
from crawler.show import Figures

EVIL = "www.\x1b[2Jevil\u202e.test"


def tally() -> Tally:
    met = Tally()
    for n in range(3):
        met.answered(f"http://a.test/{n}", 200)
        met.stored(f"http://a.test/{n}", Added(new=2, retired=1), "")
    met.answered("http://b.test/", 403)
    met.stored("http://b.test/", Added(), "http-403")
    met.met_link("http://c.test/", "failed", "timeout")
    return met


def test_hosts_are_told_with_what_they_do_and_what_is_left_of_them() -> None:
    lines = host_lines(
        tally(), {"b.test": 1}, {"c.test": "host-paused: asked", EVIL: "host-blocked"}, {"a.test": 7, "d.test": 9}
    )
    assert [line.host for line in lines] == ["b.test", "d.test", "a.test", "c.test", EVIL]
    assert [line.state for line in lines] == ["asking", "waiting", "waiting", "host-paused: asked", "host-blocked"]
    assert lines[2] == HostLine("a.test", "waiting", 3, 6, 0, 0, 7)
    assert (lines[0].rejected, lines[3].failed, lines[0].waiting) == (1, 1, 0)
    assert [line.state for line in host_lines(tally(), {}, {}, None)] == ["done"] * 3
    assert host_lines(tally(), {}, {}, None)[0].waiting is None


def drawn(hosts: list[HostLine], width: int = 100) -> str:
    out = StringIO()
    console = Console(file=out, force_terminal=True, width=width, color_system=None, legacy_windows=False)
    screen = Screen(console)
    screen.begin(f"http://a.test/ {EVIL}")
    screen.show(Figures(fetched=4), lambda: hosts)
    screen.end()
    return out.getvalue()


def test_the_board_says_all_and_is_no_wider_than_the_terminal() -> None:
    hosts = host_lines(tally(), {"b.test": 1}, {EVIL: "host-blocked"}, {"a.test": 1234})
    said = drawn(hosts)
    for told in ("4 fetched", "1,234 known and waiting", "a minute", "a.test", "host-blocked", "asking", "documents"):
        assert told in said
    assert "\x1b[2Jevil" not in said and "\u202e" not in said and "[U+001B]" in said
    narrow = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", drawn(hosts, width=40))
    assert max(map(len, narrow.replace("\r", "\n").splitlines())) <= 40
    many = [HostLine(f"h{n}.test", "done", 1, 0, 0, 0, None) for n in range(HOSTS + 5)]
    assert "and 5 hosts more" in drawn(many) and f"h{HOSTS}.test" not in drawn(many)


def test_a_log_has_a_line_now_and_then(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.live.LINE_EVERY", 0.0)
    screen = Screen(Console(file=StringIO(), force_terminal=False))
    screen.begin("a.test")
    screen.show(Figures(fetched=9), lambda: [HostLine("a.test", "waiting", 9, 0, 0, 0, 5)])
    screen.end()
    first, second = capsys.readouterr().err.splitlines()
    assert first == "crawling a.test" and re.fullmatch(r"0 s: 9 fetched, .* 0 a minute, 5 known and waiting", second)


def test_the_rate_is_that_of_the_last_minute() -> None:
    rate = Rate()
    assert rate.at(0.0, 0) == 0.0 and rate.at(30.0, 10) == 20.0
    for second in range(31, 400):
        last = rate.at(float(second), 10 + (second - 30) * 2)
    assert 118 < last < 122


def test_a_crawl_on_a_terminal_shows_it_and_leaves_nothing_behind(tmp_path: Path) -> None:
    site = SmallSite(articles=5)
    ours, theirs = pty.openpty()
    shown: list[bytes] = []

    def read() -> None:
        try:
            while data := os.read(ours, 65536):
                shown.append(data)
        except OSError:
            pass

    def seen() -> None:
        until = time.monotonic() + PATIENCE
        while b"www.small.test" not in b"".join(shown).split(b"pages")[-1] and time.monotonic() < until:
            time.sleep(0.1)

    site.at["/3.html"] = seen
    reader = threading.Thread(target=read)
    reader.start()
    command = words(tmp_path, site.url)
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "110", "LINES": "30"}
    done = subprocess.run(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=theirs, text=True, timeout=PATIENCE, env=environment
    )
    os.close(theirs)
    reader.join(10)
    os.close(ours)
    site.close()
    told = b"".join(shown).decode()
    assert done.returncode == 0, told
    plain = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", told)
    assert re.search(r"host +pages +documents +rejected +failed +waiting +state", plain)
    assert "www.small.test" in told and "a minute" in told and "learning what the hosts repeat" in told
    assert told.rstrip().endswith(("\x1b[?25h", "\x1b[2K")) or "\x1b[2K" in told[-60:]  # the board is cleared
    assert "documents     5" in done.stdout
