"""What takes long to make, made once for all the processes that share the tests: each takes a copy of it."""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from loopback import PATIENCE, free_port

from sample.model import Web
from sample.server import Server
from sample.web import build

ROOT = Path(__file__).parent.parent


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A copy of the folder that `make` filled; the first that asks for it makes it, the others wait."""
    base = factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / f"once-{name}"
    shared.mkdir(exist_ok=True)
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "made").exists():
            (shared / "being").mkdir()
            make(shared / "being")
            (shared / "being").rename(shared / "made")
    folder = factory.mktemp(name)
    shutil.copytree(shared / "made", folder, dirs_exist_ok=True)
    return folder


@dataclass(frozen=True, slots=True)
class Sampled:
    """A crawl of the sample web: `archive.db`, `warc/`, `access.log` and `urls.txt` in its folder."""

    folder: Path
    web: Web


def crawled_sample(factory: pytest.TempPathFactory, seed: int = 1) -> Sampled:
    """All of a sample web, crawled as `make crawl` does it. Its server has ended; the port is kept for another."""
    folder = once(factory, f"sample-{seed}", lambda folder: _crawl(folder, seed))
    return Sampled(folder, build(seed, int((folder / "port").read_text())))


def _crawl(folder: Path, seed: int) -> None:
    web = build(seed, free_port())
    (folder / "port").write_text(str(web.port))
    (folder / "urls.txt").write_text("\n".join(web.seeds))
    settings = {
        "ARCHIVE": folder / "archive.db", "ALLOW_PRIVATE_ADDRESSES": 1, "DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": 0,
    }  # fmt: skip
    words = [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]
    command = [sys.executable, "-m", "scrapy", "crawl", "summaries", "-a", f"urls_file={folder / 'urls.txt'}", *words]
    with Server(web, folder / "access.log"):
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr + done.stdout
