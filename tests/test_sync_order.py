"""The order in which a crawl's files and rows reach the disk, told by the calls of a whole crawl.

Of each exchange: its member is written, then synced, then its row is written; a power cut or a kill in between leaves
a member without a row, never a row without its member.
"""

import json
import re
from collections import Counter

import pytest
from kills import Crawled, begin, run
from loopback import free_port

from sample.server import Server

Told = list[tuple[str, str, int]]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    crawled = begin(tmp_path_factory.mktemp("order"), free_port(), ("jiangling",))
    with Server(crawled.web, crawled.folder / "access.log"):
        done = run(crawled, tell=crawled.folder / "told.jsonl")
    assert done.returncode == 0, done.stderr
    return crawled


@pytest.fixture(scope="module")
def told(crawled: Crawled) -> Told:
    return [tuple(json.loads(line)) for line in (crawled.folder / "told.jsonl").read_text("utf-8").splitlines()]


def test_a_row_is_written_when_its_member_is_on_disk(crawled: Crawled, told: Told) -> None:
    """Of each exchange: its member, its sync, then its row; told by the calls of a whole crawl."""
    written: Counter[str] = Counter()
    synced: Counter[str] = Counter()
    rows = 0
    for kind, what, size in told:
        if kind == "write":
            written[what] += size
        elif kind == "sync":
            synced[what] = written[what]
        elif what.startswith("INSERT INTO fetches"):
            rows += 1
            file, offset, length = place(what)
            assert offset + length <= synced[file], what
    assert rows == len(crawled.rows("SELECT id FROM fetches"))


def test_a_new_file_has_its_name_on_disk_before_a_row_names_it(told: Told) -> None:
    kinds = [
        "row" if what.startswith("INSERT INTO fetches") else "folder" if what.endswith("/warc/") else ""
        for _, what, _ in told
    ]
    assert 0 <= kinds.index("folder") < kinds.index("row")


def place(statement: str) -> tuple[str, int, int]:
    """Where the row of a fetch says that its member is."""
    found = re.search(r"'(crawl-[\w.-]+\.warc\.gz)',\s*(\d+),\s*(\d+)", statement)
    assert found, statement
    return found[1], int(found[2]), int(found[3])
