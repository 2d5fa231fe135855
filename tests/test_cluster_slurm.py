"""Restoration on a Slurm of one node, started for the test on loopback and ended with it."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from cluster_cases import (
    ROOT,
    crawl,
    marks,
    needs_datatrove,
    planned,
    restored,
    same_as_crawled,
    stamps,
    until,
)  # fmt: skip
from small_site import program

pytestmark = needs_datatrove

CONFIGURATION = """
ClusterName=one
SlurmctldHost={host}(127.0.0.1)
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
AuthType=auth/munge
AuthInfo=socket={folder}/munge.sock
CryptoType=crypto/munge
SlurmUser={user}
SlurmdUser={user}
SlurmctldPort={port}
SlurmdPort={other}
StateSaveLocation={folder}
SlurmdSpoolDir={folder}
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SwitchType=switch/none
MpiDefault=none
NodeName={host} NodeAddr=127.0.0.1 CPUs={cores} RealMemory=4096 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


@pytest.fixture
def slurm() -> Iterator[dict[str, str]]:
    """The environment in which sbatch knows the cluster."""
    program("sbatch", "slurm-wlm")
    folder = Path(tempfile.mkdtemp(prefix="slurm-"))  # a socket's path has 108 characters at most
    folder.chmod(0o700)
    (folder / "munge.key").write_bytes(os.urandom(1024))
    (folder / "munge.key").chmod(0o400)
    host, user = socket.gethostname().partition(".")[0], subprocess.run(["id", "-un"], capture_output=True, text=True)
    ports = dict(zip(("port", "other"), two_ports(), strict=True))
    known = {"host": host, "user": user.stdout.strip(), "folder": folder, "cores": os.cpu_count()}
    (folder / "slurm.conf").write_text(CONFIGURATION.format(**known, **ports))
    environment = {"SLURM_CONF": str(folder / "slurm.conf")}
    names = {"socket": "sock", "key-file": "key", "log-file": "log", "pid-file": "pid", "seed-file": "seed"}
    paths = [f"--{name}={folder}/munge.{suffix}" for name, suffix in names.items()]
    begun: list[subprocess.Popen[bytes]] = []
    try:
        for words in (
            [program("munged", "munge"), "--foreground", "--force", *paths],
            [program("slurmctld", "slurm-wlm"), "-D"],
            [program("slurmd", "slurm-wlm"), "-D", "-N", host],
        ):
            with (folder / "log").open("ab") as log:
                begun.append(subprocess.Popen(words, env=os.environ | environment, stdout=log, stderr=log))
            if len(begun) == 1:
                until(lambda: (folder / "munge.sock").exists())
        until(lambda: "idle" in told_by(environment, "sinfo", "--noheader"))
        yield environment
    finally:
        for process in reversed(begun):
            process.terminate()
            process.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def two_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as two:
        one.bind(("127.0.0.1", 0))
        two.bind(("127.0.0.1", 0))
        return one.getsockname()[1], two.getsockname()[1]


def told_by(environment: dict[str, str], *words: str) -> str:
    done = subprocess.run(words, env=os.environ | environment, capture_output=True, text=True, timeout=60)
    return done.stdout + done.stderr


def test_an_array_job_gives_the_same(slurm: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in slurm.items():
        monkeypatch.setenv(name, value)
    crawled = crawl(tmp_path)
    (tmp_path / "job").mkdir()
    archive, plan = planned(crawled, tmp_path / "job", shards=2)
    node = f"nodename={socket.gethostname().partition('.')[0]}"
    told_by(slurm, "scontrol", "update", node, "state=drain", "reason=test")  # the job waits
    sent = restored(crawled, plan, "--on", "slurm", "--partition", "all")
    assert sent.returncode == 0 and "2 shards sent to Slurm" in sent.stdout, sent.stderr
    for more in (("--on", "slurm"), ()):
        twice = restored(crawled, plan, *more)
        assert twice.returncode == 1 and twice.stderr.count("\n") == 1, twice.stderr
        assert "restores this plan already: wait for it (squeue --job=" in twice.stderr
    told_by(slurm, "scontrol", "update", node, "state=resume")
    until(lambda: len(marks(plan)) == 2 or _failed(plan))
    script = (plan / "logs" / "launch_script.slurm").read_text()
    assert "#SBATCH --array=0-1%2" in script and f"cd {ROOT}" in script
    assert same_as_crawled(crawled, archive, plan)
    before = stamps(plan)
    again = restored(crawled, plan, "--on", "slurm", "--partition", "all")
    assert "all shards are restored" in again.stdout and stamps(plan) == before
    until(lambda: not told_by(slurm, "squeue", "--noheader"))


def _failed(plan: Path) -> None:
    for path in (plan / "logs" / "slurm_logs").glob("*.out"):
        assert "error: task" not in path.read_text(), path.read_text()[-2000:]
