"""By the access log of a real server: waits after failures, Retry-After, nights, and who asked not to be archived."""

import sqlite3
import struct
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner
from loopback import Asked, Raw, Reply, Served, serve
from test_crawl import article, crawl, listing

from archive.__main__ import main


def run(folder: Path, served: Served, target: str, *words: str) -> str:
    """What a crawl logs."""
    given = ("-s", "ALLOW_PRIVATE_ADDRESSES=1", "-s", "DOWNLOAD_DELAY=0", "-s", "RETRY_TIMES=2", *words)
    done = crawl(folder, "summaries", "-a", target, *given)
    log = (folder / "crawl.log").read_text()
    assert "Traceback" not in done.stderr + log, done.stderr + log
    return log


def links(folder: Path) -> dict[str, tuple[str, str]]:
    db = sqlite3.connect(folder / "archive.db")
    try:
        return {url: (state, reason) for url, state, reason in db.execute("SELECT url, state, reason FROM links")}
    finally:
        db.close()


def rejections(folder: Path) -> dict[str, str]:
    db = sqlite3.connect(folder / "archive.db")
    try:
        return dict(db.execute("SELECT url, rejected FROM pages WHERE rejected IS NOT NULL"))
    finally:
        db.close()


def gaps(served: Served, host: str, *paths: str) -> list[float]:
    """Seconds between the requests to a host, of these paths where any are given."""
    times = [asked.at for asked in served.log if asked.host == host and (not paths or asked.path in paths)]
    return [after - before for before, after in pairwise(times)]


GUARD = "<title>安全验证</title><p>您的访问过于频繁，请完成验证后继续访问。</p><p>事件编号：20261</p>".encode()
LOGIN = "<title>用户登录</title><p>用户名<input><p>密码<input type=password><p>请输入验证码<input>".encode()
SPEAKS = article(5).replace(b"<p>", "<p>网站防火墙提示访问过于频繁，请完成安全验证。</p><p>".encode(), 1)


def failing(asked: Asked) -> Reply | bytes | Raw:
    """Each host fails in its own way, and then comes."""
    if asked.path == "/robots.txt":
        return Reply(b"", 404)
    if asked.host == "busy.test" and asked.path == "/a/1.html" and asked.number < 3:
        return Reply(b"", 503)
    if asked.host == "later.test" and asked.path == "/a/1.html" and asked.number == 1:
        return Reply(b"", 429, {"Retry-After": "3"})
    if asked.host == "date.test" and asked.path == "/a/1.html" and asked.number == 1:
        return Reply(b"", 503, {"Retry-After": format_datetime(datetime.now(UTC) + timedelta(seconds=4), usegmt=True)})
    if asked.host == "broken.test" and asked.path == "/a/1.html":
        return Reply(b"", 500)
    if asked.host == "down.test":
        return Reply(b"", 503)
    if asked.host == "month.test" and asked.path == "/a/1.html":
        return Reply(b"", 503, {"Retry-After": "2592000"})
    if asked.host == "guard.test" or (asked.host == "wall.test" and asked.number == 1):
        return Reply(GUARD, 405 if asked.path == "/a/2.html" else 200)
    if asked.host == "cut.test" and (asked.path == "/a/2.html" or (asked.path == "/a/1.html" and asked.number < 3)):
        return bytes(Reply(SPEAKS))[:-99]
    if asked.host == "login.test":
        return Reply(LOGIN if asked.path != "/a/3.html" else SPEAKS)
    return Reply(article(sum(asked.path.encode()) % 90))


def test_waits_after_failures_are_kept_and_no_longer_than_they_help(tmp_path: Path) -> None:
    hosts = ["busy.test", "later.test", "date.test", "broken.test", "down.test", "month.test", "guard.test",
             "wall.test", "login.test", "cut.test"]  # fmt: skip
    with serve(failing) as served:
        urls = [served.url(f"/a/{n}.html", host) for host in hosts for n in (1, 2, 3)]
        words = ("-s", "BACKOFF_FIRST=1", "-s", "HOST_FAILURES=4", "-s", "PATIENCE=30")
        profile = tmp_path / "mine.toml"
        profile.write_text(f"start_urls = {urls}\n[expect]\nfailed_share = 0.1\n")
        log = run(tmp_path, served, f"site={profile}", *words)
        first, second = gaps(served, "busy.test", "/a/1.html")
        one, two, _ = (a.at for a in served.log if (a.host, a.path) == ("busy.test", "/a/1.html"))
        came = any(one < a.at < two for a in served.log if a.host == "busy.test" and a.path != "/a/1.html")
        assert first > 0.9 and second > (0.9 if came else 1.9)  # doubled, unless another page of the host came
        times = {name: [a.at for a in served.log if a.host == name] for name in hosts}
        for host, least in (("busy.test", 0.9), ("later.test", 2.9), ("date.test", 2.9)):
            failed = next(a.at for a in served.log if a.host == host and a.path == "/a/1.html")
            after = [at for at in times[host] if at > failed]
            assert after and after[0] - failed > least, host
        assert served.paths("broken.test").count("/a/1.html") == 3  # the page alone waits, and is given up
        assert {"/a/2.html", "/a/3.html"} <= set(served.paths("broken.test"))
        assert len(served.paths("down.test")) == 5 and "down.test: host-rests: http-503, 4 failures" in log
        assert served.paths("month.test").count("/a/1.html") == 1 and "month.test: host-rests: http-503" in log
        assert len(served.paths("guard.test")) == 5 and "guard.test: host-rests: blocked, 4 failures" in log
        assert all(served.paths("wall.test").count(f"/a/{n}.html") == 2 for n in (1, 2, 3))
        assert gaps(served, "wall.test", "/a/1.html")[0] > 0.9
        assert len(served.paths("login.test")) == 4 and "login.test: host-rests" not in log
        found, rejected = links(tmp_path), rejections(tmp_path)
        assert [served.paths("cut.test").count(f"/a/{n}.html") for n in (1, 2, 3)] == [3, 3, 1]
        assert {url for url in rejected if "cut.test" in url} == {served.url("/a/2.html", "cut.test")}
        assert rejected[served.url("/a/2.html", "cut.test")].startswith("truncated: disconnect, after ")
        assert found[served.url("/a/2.html", "cut.test")][0] == "failed"
        assert not [url for url in rejected if "wall.test" in url]  # they were articles behind the wall
        assert served.url("/a/3.html", "login.test") not in rejected  # it only speaks of guards
        guarded = [served.url(f"/a/{n}.html", "guard.test") for n in (1, 2, 3)]
        assert {found[url][0] for url in guarded} <= {"new", "failed"}  # the next crawl asks again
        assert all(rejected.get(url, "blocked: ").startswith("blocked: ") for url in guarded)
        assert found[served.url("/a/1.html", "broken.test")][0] in ("failed", "done")
        assert found[served.url("/a/1.html", "month.test")][0] == "new"  # the next crawl asks again
        assert all(found[served.url(f"/a/{n}.html", "busy.test")][0] == "done" for n in (1, 2, 3))
        left = sum(state in ("new", "failed") for state, _ in found.values())  # new: their host rests
        assert left > 3 and f"mine: {left / len(found):.0%} of addresses failed, expected at most 10%" in log


def test_who_opted_out_is_not_asked_for_anything_not_even_by_a_redirect(tmp_path: Path) -> None:
    opted = tmp_path / "opt-out.txt"
    opted.write_text("# they wrote to us\nschool.site.test\n", "utf-8")

    def site(asked: Asked) -> Reply:
        port = str(asked.headers["Host"]).rpartition(":")[2]
        if asked.path == "/":
            inside = [f"http://{host}:{port}/a/1.html" for host in ("school.site.test", "deep.school.site.test")]
            return Reply(listing("/a/1.html", "/people/2.html", "/to-school", *inside, "/a/3.html", "/a/4.html"))
        if asked.path == "/to-school":
            return Reply(b"", 302, {"Location": f"http://school.site.test:{port}/a/9.html"})
        return Reply(article(sum(asked.path.encode()) % 90))

    with serve(site) as served:
        opted.write_text(f"school.site.test\n{served.url('/people/')}  # by name\n", "utf-8")
        run(tmp_path, served, f"urls={served.url('/', 'site.test')},{served.url()}", "-s", f"OPT_OUT={opted}")
        assert {asked.host for asked in served.log} == {"site.test", "www.site.test"}
        assert "/people/2.html" not in served.paths() and "/a/1.html" in served.paths()
        reasons = {url: reason for url, (state, reason) in links(tmp_path).items() if state == "refused"}
        assert reasons[served.url("/people/2.html")].startswith("opt-out: www.site.test/people/")
        for host in ("school.site.test", "deep.school.site.test"):
            assert reasons[served.url("/a/1.html", host)] == "opt-out: school.site.test"
        assert reasons[served.url("/a/9.html", "school.site.test")] == "opt-out: school.site.test"
        opted.write_text("what is this?\n", "utf-8")
        done = crawl(tmp_path, "summaries", "-a", f"urls={served.url()}", "-s", f"OPT_OUT={opted}",
                     "-s", "ALLOW_PRIVATE_ADDRESSES=1")  # fmt: skip
        assert done.returncode == 2 and "opt-out.txt, line 1" in done.stderr and "Traceback" not in done.stderr


def zone(seconds: float) -> bytes:
    """A time zone (RFC 9636) in which it is 22:00 so many seconds from now."""
    now = datetime.now(UTC)
    ahead = 22 * 3600 - (now - now.replace(hour=0, minute=0, second=0)).total_seconds() - seconds
    head = b"TZif2" + bytes(15) + struct.pack(">6l", 0, 0, 0, 0, 1, 5)
    return (head + struct.pack(">lBB", round(ahead), 0, 0) + b"SOON\0") * 2 + b"\n\n"


def test_outside_its_hours_a_site_is_asked_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def clock(minutes: int) -> str:
        return f"{datetime.now(UTC) + timedelta(minutes=minutes):%H:%M}"

    profile = tmp_path / "mine.toml"
    with serve(lambda asked: Reply(article(sum(asked.path.encode()) % 90))) as served:
        first, last = clock(120), clock(240)
        hours = f'timezone = "UTC"\nhours = "{first}-{last}"\n'
        profile.write_text(f'start_urls = ["{served.url("/a/1.html")}"]\n{hours}')
        log = run(tmp_path, served, f"site={profile}")
        opens = f"outside-hours: {first}-{last} UTC, which opens at "
        assert served.log == [] and opens in log and f"{first}; run then, it goes on" in log
        done = CliRunner().invoke(main, ["--archive", str(tmp_path / "archive.db"), "crawls"])
        assert f"mine  {opens}" in done.output
        monkeypatch.setenv("PYTHONTZPATH", str(tmp_path))
        profile.write_text(f'start_urls = ["{served.url("/a/1.html")}"]\ntimezone = "Soon"\nhours = "22:00-23:00"\n')
        for seconds in (12, 40, 160):  # where a crawl takes longer to begin, its hours do: it would not wait
            begins = time.monotonic() + seconds - 1
            (tmp_path / "Soon").write_bytes(zone(seconds))
            folder = tmp_path / f"in {seconds} s"
            folder.mkdir()
            served.log.clear()
            log = run(folder, served, f"site={profile}", "-s", "WAIT_FOR_HOURS=True", "-s", "PATIENCE=0")
            if "waits for the hours 22:00-23:00 Soon, which opens at " in log:
                break
        else:
            pytest.fail("no crawl began in time to wait for the hours")
        assert served.paths() == ["/robots.txt", "/a/1.html"] and served.log[0].at > begins
