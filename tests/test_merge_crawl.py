"""The sample web crawled by halves of its hosts into two archives, merged: the archive of one crawl of everything."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from kills import Crawled, begin, contents, free_port, run

from archive import verify
from archive.merge import merge
from archive.rebuild import rebuild
from archive.store import open_archive
from sample.server import Server

# What the halves were is kept: what a page was before its host was known better, and which families there were.
BEFORE = {"versions", "families"}


def crawled(whole: Crawled, name: str, starts: list[str]) -> Crawled:
    """A crawl of some of the sample's hosts."""
    folder = whole.folder / name
    folder.mkdir()
    (folder / "urls.txt").write_text("\n".join(starts))
    some = replace(whole, folder=folder, asked=[])
    done = run(some)
    assert done.returncode == 0, done.stderr
    return some


def without(found: Mapping[str, Any]) -> dict[str, Any]:
    return {table: rows for table, rows in found.items() if table not in BEFORE}


def test_two_archives_of_half_the_hosts_each_are_merged_to_that_of_one_crawl(tmp_path: Path) -> None:
    whole = begin(tmp_path, free_port(), ("",))
    with Server(whole.web, tmp_path / "access.log"):
        starts = whole.web.seeds[::2]
        one = crawled(whole, "one", starts)
        halves = [crawled(whole, f"half-{n}", starts[n::2]) for n in (0, 1)]
    both = replace(whole, folder=tmp_path / "both")
    done = merge(both.archive, [half.archive for half in halves], both.folder / "warc")
    assert not done.problems and done.documents == len(contents(one)["documents"]) > 50
    expected, found = without(contents(one)), without(contents(both))
    for table, rows in expected.items():
        other = [*zip(rows, found[table], strict=False)]
        unlike = [{name: (one[name], two[name]) for name in one if one[name] != two[name]} for one, two in other]
        assert len(rows) == len(found[table]) and not any(unlike), (table, [*filter(None, unlike)][:3])
    db = open_archive(both.archive)
    with closing(db.conn):
        assert [*verify.verify(db, both.folder / "warc")] == []
        again = rebuild(db, both.folder / "warc")
        assert not again.problems and again.added.changed == again.added.new == again.added.retired == 0
