"""Fixtures that every test may ask for, and what a skip means."""

import os
from collections.abc import Generator
from typing import Any

import pytest
from browser import chromium, reader, served

__all__ = ["chromium", "reader", "served"]

APART = "in CI, in an environment of its own"  # the reason of a test that .ci/run begins by itself


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI all must be there that a test needs: a skip is a failure."""
    return unskipped((yield))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a whole file."""
    return unskipped((yield))


# The files that take longest, most first: a long one that begins last keeps the other processes waiting for it.
LONG = (
    "test_kills", "test_shared_crawl", "test_second_crawl", "test_cluster_kills", "test_crawl", "test_merge_crawl",
    "test_failures", "test_crawl_control", "test_cms_sites", "test_cluster", "test_cluster_slurm", "test_crawl_hostile",
    "test_crawl_robots", "test_draft", "test_crawl_manners", "test_scrapyd", "test_readers", "test_monitors",
    "test_merge", "test_lock", "test_backoff", "test_browser_hostile", "test_browser_reading", "test_replay",
    "test_crawl_sample", "test_archive_chains", "test_archive_pool",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    order = {name: place for place, name in enumerate(LONG)}
    items.sort(key=lambda item: order.get(item.path.stem, len(LONG)))


def unskipped(report: Any) -> Any:
    reason = str(report.longrepr[-1] if isinstance(report.longrepr, tuple) else report.longrepr)
    if os.environ.get("CI") == "true" and report.skipped and not hasattr(report, "wasxfail") and APART not in reason:
        report.outcome, report.longrepr = "failed", f"{reason}; in CI nothing may be skipped"
    return report
