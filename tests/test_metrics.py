"""Figures for Prometheus: read by its own tool where it is there, put in their place whole, and true."""

import re
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from loopback import PATIENCE
from small_site import SmallSite, crawl, program

from crawler import metrics
from crawler.metrics import Snapshot

MET = {("a.test", "answer", "200"): 7, ("a.test", "answer", "304"): 2, ("b.test", "rejected", "http-404"): 1,
       ("b.test", "document", "new"): 3}  # fmt: skip
WHOLE = Snapshot(
    'a "site" of\nours\\', 7, 1e9, 1.7e9 + 0.5, True, MET, 12, 1, 2, 1.6e9, {"archive": 10**12, "captures": 5}, 4096
)


def checked(content: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [program("promtool", "prometheus"), "check", "metrics"], input=content, capture_output=True, text=True
    )


def values(content: str) -> dict[str, float]:
    lines = [line for line in content.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def test_prometheus_reads_it_and_finds_nothing_to_say_of_it() -> None:
    done = checked(metrics.text(WHOLE))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert checked(metrics.text(WHOLE).replace('code="200"', "code=200")).returncode  # it does look
    assert checked(metrics.text(Snapshot("a", 1, 0, 0, False))).returncode == 0


def test_every_figure_is_there_with_its_labels() -> None:
    told = values(metrics.text(WHOLE))
    site = 'site="a \\"site\\" of\\nours\\\\"'
    assert told[f'worksummary_answers_total{{{site},host="a.test",code="304"}}'] == 2
    assert told[f'worksummary_rejected_total{{{site},host="b.test",reason="http-404"}}'] == 1
    assert told[f'worksummary_documents_total{{{site},host="b.test",outcome="new"}}'] == 3
    assert told[f"worksummary_updated_seconds{{{site}}}"] == 1.7e9 + 0.5
    assert told[f'worksummary_free_bytes{{{site},place="archive"}}'] == 10**12
    for name, value in {
        "running": 1,
        "waiting_links": 12,
        "problems": 1,
        "warnings": 2,
        "last_success_seconds": 1.6e9,
    }.items():
        assert told[f"worksummary_{name}{{{site}}}"] == value


def test_whoever_reads_it_finds_it_whole(tmp_path: Path) -> None:
    path, stop, torn = tmp_path / "crawl.prom", threading.Event(), []
    contents = ["a 1\n" * 20_000, "b 2\n" * 10]
    metrics.write(path, contents[0])

    def read() -> None:
        while not stop.is_set():
            if path.read_text() not in contents:
                torn.append(1)

    reader = threading.Thread(target=read)
    reader.start()
    for n in range(300):
        metrics.write(path, contents[n % 2])
    stop.set()
    reader.join()
    assert not torn and [entry.name for entry in tmp_path.iterdir()] == ["crawl.prom"]
    assert path.stat().st_mode & 0o777 == 0o644


@pytest.fixture
def site() -> Iterator[SmallSite]:
    served = SmallSite(articles=5)
    yield served
    served.close()


def test_a_crawl_writes_it_while_it_runs_and_at_its_end(site: SmallSite, tmp_path: Path) -> None:
    file, seen = tmp_path / "node" / "crawl.prom", []

    def look() -> None:
        deadline = time.monotonic() + PATIENCE
        while not file.exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        seen.append(file.read_text())

    site.at["/3.html"] = look
    done = crawl(tmp_path, site.url, "-s", f"METRICS_FILE={file}")
    assert done.returncode == 0, done.stderr
    name = f'{{site="{site.url}"}}'
    assert values(seen[0])[f"worksummary_running{name}"] == 1
    told = values(file.read_text())
    assert told[f"worksummary_running{name}"] == 0 and told[f"worksummary_problems{name}"] == 0
    assert time.time() - 60 < told[f"worksummary_last_success_seconds{name}"] <= time.time()
    assert told[f'worksummary_documents_total{{site="{site.url}",host="www.small.test",outcome="new"}}'] == 5
    assert told[f'worksummary_rejected_total{{site="{site.url}",host="www.small.test",reason="list"}}'] == 1
    assert told[f"worksummary_database_bytes{name}"] > 100_000
    assert checked(file.read_text()).returncode == 0
    site.instead = {f"/{n}.html": (403, "no") for n in range(1, 6)}
    failed = crawl(tmp_path, site.url, "-s", f"METRICS_FILE={file}", "-s", "REVISIT=all")
    assert failed.returncode == 0
    assert re.search(r"worksummary_gone_total\{.*http-403.*\} 5", file.read_text())


def test_a_file_that_nobody_would_read_or_that_cannot_be_written(site: SmallSite, tmp_path: Path) -> None:
    wrong = crawl(tmp_path / "a", site.url, "-s", f"METRICS_FILE={tmp_path / 'crawl.txt'}")
    assert wrong.returncode == 2 and "end in .prom" in wrong.stderr
    (tmp_path / "file").touch()
    done = crawl(tmp_path / "b", site.url, "-s", f"METRICS_FILE={tmp_path / 'file' / 'crawl.prom'}")
    assert done.returncode == 0  # figures are no reason to end
    assert "METRICS_FILE" in (tmp_path / "b" / "crawl.log").read_text()
