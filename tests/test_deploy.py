"""What `deploy/` says to systemd, cron and logrotate: checked by their own verifiers, run where that is possible."""

import os
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from loopback import PATIENCE
from small_site import ROOT, SmallSite, crawl, program

from archive.verbs import NAMES
from crawler import settings

DEPLOY = ROOT / "deploy"
PLACE = "/srv/worksummaries"
UNITS = sorted(path.name for path in (*DEPLOY.glob("*.service"), *DEPLOY.glob("*.timer")))


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The units as they would be installed here: this checkout in the place of /srv/worksummaries."""
    for name in UNITS:
        said = (DEPLOY / name).read_text("utf-8").replace(PLACE, str(ROOT)).replace("User=worksummaries", "User=root")
        (tmp_path / name).write_text(said, encoding="utf-8")
    return tmp_path


def verified(path: Path) -> "subprocess.CompletedProcess[str]":
    command = [program("systemd-analyze", "systemd"), "verify", "--man=no", str(path)]
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, "SYSTEMD_LOG_LEVEL": "warning"})


def complaints(done: "subprocess.CompletedProcess[str]", name: str) -> list[str]:
    """What is said of our units: of others on this machine we know nothing."""
    stem = name.split("@")[0].split(".")[0]
    return [line for line in done.stderr.splitlines() if stem in line]


@pytest.mark.parametrize("name", UNITS)
def test_systemd_takes_a_unit(installed: Path, name: str) -> None:
    assert complaints(verified(installed / name), name) == []


def test_the_verifier_does_look(installed: Path) -> None:
    path = installed / "worksummaries@.service"
    path.write_text(path.read_text().replace("KillMode=mixed", "KillMode=gently").replace("Nice=10", "Niceness=10"))
    told = "\n".join(complaints(verified(path), path.name))
    assert "gently" in told and "Niceness" in told


@pytest.mark.parametrize("name", [name for name in UNITS if name.endswith(".timer")])
def test_a_timer_names_a_time_and_a_service(name: str) -> None:
    (when,) = re.findall(r"^OnCalendar=(.*)$", (DEPLOY / name).read_text(), re.M)
    done = subprocess.run([program("systemd-analyze", "systemd"), "calendar", when], capture_output=True, text=True)
    assert done.returncode == 0 and "Next elapse" in done.stdout, done.stderr
    assert (DEPLOY / name.replace(".timer", ".service")).exists()


def commands() -> Iterator[str]:
    """The commands of units and crontab."""
    for path in DEPLOY.iterdir():
        if path.is_file():
            yield from re.findall(r"\.venv/bin/python (-m \S+ .*)", path.read_text("utf-8"))


@pytest.mark.parametrize("command", sorted(set(commands())))
def test_what_is_scheduled_is_a_command_of_this_project(command: str) -> None:
    module, verb = command.split()[1:3]
    assert module in ("scrapy", "archive") and verb in ("crawl", *NAMES)
    assert all(hasattr(settings, name) for name in re.findall(r"-s ([A-Z_]+)=", command))


def test_cron_takes_the_crontab(tmp_path: Path) -> None:
    done = subprocess.run([program("crontab", "cron"), "-T", str(DEPLOY / "crontab")], capture_output=True, text=True)
    if "invalid option" in done.stderr or "usage" in done.stderr:  # Debian 12's has no -T yet
        spool = Path("/var/spool/cron/crontabs/root")
        if os.geteuid() or spool.exists():
            pytest.skip("this crontab cannot check only, and what is installed is left alone")
        try:
            done = subprocess.run(["crontab", str(DEPLOY / "crontab")], capture_output=True, text=True)
            wrong = tmp_path / "crontab"
            wrong.write_text((DEPLOY / "crontab").read_text().replace("17 1 * * 0", "17 25 * * 0"))
            assert subprocess.run(["crontab", wrong], capture_output=True).returncode
        finally:
            subprocess.run(["crontab", "-r"], capture_output=True)
    assert done.returncode == 0, done.stderr


def rotate(folder: Path, user: str) -> list[str]:
    """logrotate's command line for the configuration as it would be installed in `folder`."""
    said = (DEPLOY / "logrotate.conf").read_text().replace(f"{PLACE}/data", str(folder))
    (folder / "rotate.conf").write_text(said.replace("worksummaries worksummaries", f"{user} {user}"))
    (folder / "rotate.conf").chmod(0o644)
    return [program("logrotate", "logrotate"), "-s", str(folder / "rotate.state"), str(folder / "rotate.conf")]


def me() -> str:
    return subprocess.run(["id", "-un"], capture_output=True, text=True).stdout.strip()


def test_logrotate_takes_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "crawl.log").write_text("a line\n")
    command, *options = rotate(tmp_path, me())
    done = subprocess.run([command, "-d", *options], capture_output=True, text=True)
    assert done.returncode == 0 and "error" not in done.stderr.lower() and "crawl.log" in done.stderr


def test_a_crawl_goes_on_in_a_new_log_and_loses_no_line(tmp_path: Path) -> None:
    site, log = SmallSite(articles=8), tmp_path / "crawl.log"

    def move() -> None:
        if not (tmp_path / "crawl.log.1").exists():
            done = subprocess.run([*rotate(tmp_path, me()), "-f"], capture_output=True, text=True)
            assert done.returncode == 0, done.stderr
            until = time.monotonic() + PATIENCE
            while not (log.exists() and "the log before was moved" in log.read_text()) and time.monotonic() < until:
                time.sleep(0.1)

    tmp_path.chmod(0o755)
    site.at["/4.html"] = move
    done = crawl(tmp_path, site.url, before="import crawler.watch; crawler.watch.EVERY = 0.2")
    site.close()
    assert done.returncode == 0, done.stderr
    before, after = (tmp_path / "crawl.log.1").read_text(), log.read_text()
    assert " begins, " in before and "ended (" not in before
    assert "ended (finished)" in after and " begins, " not in after
    stored = re.findall(r"stored \S+/(\d+)\.html", before + after)
    assert sorted(stored) == sorted(map(str, range(1, 9)))


def test_the_lines_of_the_crontab_are_what_a_shell_runs() -> None:
    lines = [line for line in (DEPLOY / "crontab").read_text().splitlines() if re.match(r"[\d*]", line)]
    assert len(lines) == 3
    for line in lines:
        told = line.split(None, 5)[5]
        done = subprocess.run(["sh", "-n", "-c", told], capture_output=True, text=True)
        assert done.returncode == 0 and told.startswith(f"cd {PLACE} && "), done.stderr
        assert "%" not in told  # cron takes it for the end of the line
