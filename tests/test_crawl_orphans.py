"""A process that is killed leaves no worker behind, whichever of the two pools it has."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ARTICLE = "(Page('http://a.test/1', b'x'),), PageRules()"
BEGIN = "import asyncio, time\nfrom pipelines.document import Knowledge, Page, PageRules\n"
OF_A_CRAWL = f"""
from pipelines.items import Article, Workers
async def go():
    await Workers(Knowledge(), 1, 60).restore(Article({ARTICLE}))
    print('ready', flush=True)
    time.sleep(60)
asyncio.run(go())
"""
OF_AN_INGEST = """
from archive.pool import FEW, Job, restored
jobs = [Job((Page(f'http://a.test/{n}', b'x'),), Knowledge(), PageRules()) for n in range(FEW)]
list(restored(jobs, workers=1))
print('ready', flush=True)
time.sleep(60)
"""
WHERE_THE_KERNEL_DOES_NOT_TELL = """
import os, subprocess, sys
child = (
    "import os, time; from pipelines import worker; worker.sys.platform = 'other'; worker.end_with(os.getppid());"
    "print('ready', flush=True); time.sleep(60)"
)
subprocess.Popen([sys.executable, '-c', child])
time.sleep(60)
"""


def children(parent: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, of = stat.read_text().rpartition(")")[2].split()[:2]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(of) == parent and state != "Z":
            found.append(int(stat.parent.name))
    return found


def is_there(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("pool", [OF_A_CRAWL, OF_AN_INGEST, WHERE_THE_KERNEL_DOES_NOT_TELL])
def test_workers_end_when_their_parent_is_killed(pool: str) -> None:
    run = subprocess.Popen([sys.executable, "-c", BEGIN + pool], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert run.stdout and run.stdout.readline() == "ready\n"
    workers = children(run.pid)
    os.kill(run.pid, signal.SIGKILL)
    run.wait()
    run.stdout.close()
    deadline = time.monotonic() + 60
    while any(map(is_there, workers)) and time.monotonic() < deadline:
        time.sleep(0.1)
    left = [pid for pid in workers if is_there(pid)]
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    assert workers and not left
