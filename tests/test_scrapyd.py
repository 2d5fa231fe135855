"""Scrapyd: the project deployed with its client as an egg, a crawl scheduled over the API and seen to finish."""

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlencode

import pytest
from loopback import free_port
from small_site import ROOT, SmallSite

from archive.store import open_archive

PACKED = ("archive", "crawler", "pipelines", "deploy", "setup.py", "scrapy.cfg")
PATIENCE = 90.0  # seconds: a busy machine starts two Pythons


@dataclass(frozen=True, slots=True)
class Scrapyd:
    """One that runs."""

    folder: Path
    port: int

    def ask(self, service: str, **values: str) -> dict[str, object]:
        """What its API answers; a request with values is a POST but for lists."""
        url, data = f"http://127.0.0.1:{self.port}/{service}.json", urlencode(values)
        read = service.startswith(("list", "daemon"))
        request = f"{url}?{data}" if read else urllib.request.Request(url, data.encode())
        with urllib.request.urlopen(request, timeout=60) as answer:
            told: dict[str, object] = json.load(answer)
        return told


@pytest.fixture(scope="module")
def scrapyd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scrapyd]:
    folder = tmp_path_factory.mktemp("scrapyd")
    port = free_port()
    conf = (ROOT / "deploy" / "scrapyd.conf").read_text("utf-8")
    assert "http_port = 6800" in conf and "poll_interval = 5.0" in conf
    conf = conf.replace("http_port = 6800", f"http_port = {port}").replace("poll_interval = 5.0", "poll_interval = 0.5")
    (folder / "scrapyd.conf").write_text(conf)
    (folder / "tmp").mkdir()
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "scrapyd"], cwd=folder, stdout=log, stderr=log,
            env=os.environ | {"TMPDIR": str(folder / "tmp")},
        )  # fmt: skip
    running, until = Scrapyd(folder, port), time.monotonic() + PATIENCE
    try:
        while True:
            try:
                assert running.ask("daemonstatus")["status"] == "ok"
                break
            except URLError:
                assert process.poll() is None and time.monotonic() < until, (folder / "log").read_text()
                time.sleep(0.2)
        yield running
    finally:
        process.terminate()
        process.wait(30)


def deployed(scrapyd: Scrapyd, folder: Path) -> "subprocess.CompletedProcess[str]":
    """The project as a checkout of its own, sent with Scrapyd's client."""
    for name in PACKED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    cfg = (folder / "scrapy.cfg").read_text().replace(":6800/", f":{scrapyd.port}/")
    (folder / "scrapy.cfg").write_text(cfg)
    deploy = "from scrapyd_client.deploy import main; main()"
    command = [sys.executable, "-c", deploy, "--version", "r1"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=PATIENCE)


def test_an_egg_is_deployed_and_a_crawl_scheduled_and_finished(scrapyd: Scrapyd, tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    done = deployed(scrapyd, tmp_path / "project")
    assert done.returncode == 0, done.stdout + done.stderr
    sent = json.loads(done.stdout)
    assert (sent["status"], sent["project"], sent["spiders"]) == ("ok", "worksummaries", 1), sent
    shutil.rmtree(tmp_path / "project")  # the egg is all that there is
    assert scrapyd.ask("listspiders", project="worksummaries")["spiders"] == ["summaries"]
    site = SmallSite(articles=4)
    archive = tmp_path / "archive.db"
    settings = {"ARCHIVE": archive, "ALLOW_PRIVATE_ADDRESSES": 1, "DOWNLOAD_DELAY": 0, "WORKERS": 1}
    query = urlencode([("setting", f"{name}={value}") for name, value in settings.items()])
    url = f"http://127.0.0.1:{scrapyd.port}/schedule.json"
    data = f"{query}&{urlencode({'project': 'worksummaries', 'spider': 'summaries', 'urls': site.url})}"
    with urllib.request.urlopen(url, data.encode(), timeout=60) as answer:
        job = json.load(answer)["jobid"]
    until = time.monotonic() + PATIENCE
    while not any(one["id"] == job for one in _jobs(scrapyd, "finished")):
        assert time.monotonic() < until, _jobs(scrapyd, "running")
        time.sleep(0.5)
    site.close()
    log = (scrapyd.folder / "scrapyd" / "logs" / "worksummaries" / "summaries" / f"{job}.log").read_text("utf-8")
    with closing(open_archive(archive)) as db:
        assert [row["reason"] for row in db["crawls"].rows] == ["finished"], log
        assert db["documents"].count == 4
    assert f"{site.url} begins" in log and "ended (finished)" in log and "Traceback" not in log
    assert not [path for path in (scrapyd.folder / "tmp").glob("worksummaries-*") if (path / "crawler").is_dir()]


def _jobs(scrapyd: Scrapyd, state: str) -> list[dict[str, object]]:
    jobs = scrapyd.ask("listjobs", project="worksummaries")[state]
    assert isinstance(jobs, list)
    return jobs
