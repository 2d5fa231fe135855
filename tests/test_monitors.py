"""Spidermon, where it is used: its messages carry our judgement, and a crawl that did its work sends none."""

import json
from pathlib import Path

import pytest
from small_site import SmallSite, crawl

pytest.importorskip("spidermon")

ACTION = """
import sys, types
from pathlib import Path
from spidermon.core.actions import Action
class Keep(Action):
    def run_action(self):
        import json
        failed = {one.monitor.full_name: one.error for one in self.result.monitors_failed_results}
        Path(%r).write_text(json.dumps(failed))
made = types.ModuleType("made_for_test"); made.Keep = Keep; sys.modules["made_for_test"] = made
"""
ENABLED = ("-s", "SPIDERMON_ENABLED=True", "-s", "MONITOR_ACTIONS=made_for_test.Keep")


def crawled(folder: Path, expected: int, *more: str) -> tuple[int, dict[str, str] | None]:
    """The exit status of a crawl of five articles, and what was sent, if anything was."""
    site, sent = SmallSite(articles=5), folder / "sent.json"
    folder.mkdir()
    (folder / "mine.toml").write_text(f'start_urls = ["{site.url}"]\n[expect]\ndocuments = {expected}\n')
    done = crawl(folder, "", "-a", f"site={folder / 'mine.toml'}", *more, before=ACTION % str(sent))
    site.close()
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, json.loads(sent.read_text()) if sent.exists() else None


def test_what_a_crawl_fell_short_of_is_sent_once_it_is_known(tmp_path: Path) -> None:
    status, sent = crawled(tmp_path / "short", 50, *ENABLED)
    assert status == 1 and sent is not None
    assert (
        list(sent) == ["Crawl/is a success"] and "mine: 5 documents, expected at least 50" in sent["Crawl/is a success"]
    )


def test_a_crawl_that_did_its_work_sends_nothing_and_one_without_it_neither(tmp_path: Path) -> None:
    assert crawled(tmp_path / "well", 5, *ENABLED) == (0, None)
    assert crawled(tmp_path / "without", 50) == (1, None)
