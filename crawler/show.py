"""What people see of a crawl at its end: a summary. While it runs: `crawler/live.py`."""

import logging
import shlex
import shutil
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from scrapy.utils.log import get_scrapy_root_handler

from archive.frontier import Resting
from archive.pages.safe_html import seen
from archive.store import Added, Counts
from crawler.plan import shown

DATES = "%Y-%m-%d %H:%M:%S"
MOST = 6  # reasons or rules that the summary names; the rest is one figure
DEFAULT = "data/archive.db"  # the archive that commands take where none is named
FAILURES = 5  # failed addresses that the summary names


@dataclass(slots=True)
class Figures:
    """What a run has done so far."""

    asked: int = 0
    fetched: int = 0
    articles: int = 0
    rejected: int = 0
    conditional: int = 0  # requests that ask for a page only if it has changed
    unchanged: int = 0  # pages that came as they were
    ended: str = ""  # why it ended before its end
    restored_again: int = 0
    added: Added = field(default_factory=Added)
    began: float = field(default_factory=time.monotonic)

    @property
    def documents(self) -> int:
        """Documents that the run found, new or not."""
        return self.added.new + self.added.changed + self.added.unchanged

    @property
    def seconds(self) -> float:
        """How long it has been going."""
        return time.monotonic() - self.began

    def line(self) -> str:
        """The figures in a line."""
        return f"{self.fetched} fetched, {self.documents} documents, {self.rejected} pages rejected"


@dataclass(frozen=True, slots=True)
class Places:
    """Where a run keeps its files."""

    archive: Path
    warc_dir: Path
    log: Path | None

    def named(self) -> dict[str, str]:
        """As the summary lists them."""
        log = str(shown(self.log)) if self.log else ""
        return {"archive": str(shown(self.archive)), "captures": f"{shown(self.warc_dir)}/", "log": log}

    def options(self) -> list[str]:
        """What `python -m archive` must be told to find them."""
        archive, warc_dir = shown(self.archive), shown(self.warc_dir)
        told = [] if archive == Path(DEFAULT) else ["--archive", str(archive)]
        return told if warc_dir == archive.parent / "warc" else [*told, "--warc-dir", str(warc_dir)]


class _Shown(logging.Formatter):
    """Lines of a log in which what a page sent is seen, and does nothing to the terminal that shows it."""

    def format(self, record: logging.LogRecord) -> str:
        """A line."""
        return seen(super().format(record))


def log_lines_of(crawl_id: int) -> None:
    """Begin each line of the log with the crawl: several may share a file."""
    if handler := get_scrapy_root_handler():
        handler.setFormatter(_Shown(f"%(asctime)s crawl {crawl_id} %(levelname)s: %(message)s", DATES))


def summary(
    site: str,
    figures: Figures,
    counts: Counts,
    links: dict[str, dict[str, int]],
    failures: list[tuple[str, str]],
    places: Places,
    resting: Resting,
    left: dict[str, str],
) -> str:
    """What a run found, where it is, and what to do next."""
    share = counts.characters_cut / counts.source_characters if counts.source_characters else 0.0
    added = figures.added
    rows = {
        "sites": f"{counts.sites}",
        "fetched": f"{counts.fetches} exchanges, {counts.pages} pages",
        "documents": f"{counts.documents} ({added.new} new, {added.changed} changed, {added.unchanged} as they were)"
        + (f", {counts.partial} of them partial" if counts.partial else ""),
        "as it was": f"{figures.unchanged} pages, {figures.conditional} requests were conditional"
        if figures.unchanged
        else "",
        "not due": f"{resting.links} known links ({resting.documents} documents), the first on {resting.earliest[:10]}"
        if resting.links
        else "",
        "rejected": _breakdown(counts.rejected, "pages"),
        "not asked": _breakdown(links["refused"], "links"),
        "failed": _breakdown(links["failed"], "addresses"),
        "noise removed": f"{counts.characters_cut:,} of {counts.source_characters:,} characters ({share:.0%}): "
        + _most(counts.cut_by_rule, ",")
        if counts.characters_cut
        else "none",
        "learned": f"{figures.restored_again} pages restored again with what their hosts repeat"
        if figures.restored_again
        else "",
    }
    if left:
        rows["left"] = f"links of {len(left)} hosts; the same command goes on with them"
    why = f" ({figures.ended})" if figures.ended else ""
    lines = [f"Crawled {site} in {figures.seconds:.0f} s{why}", *_table(rows)]
    lines += [f"    {url}: {why}" for url, why in failures[:FAILURES]]
    lines += ["Files", *_table(places.named()), "Next", *_table(_next(places, counts.documents + resting.documents))]
    return seen("\n".join(lines))


def _next(places: Places, documents: int) -> dict[str, str]:
    command = shlex.join([_python(), "-m", "archive", *places.options()])
    if not documents:
        return {"why": f"{command} stats"}
    return {"search": f"{command} search 科普", "browse": f"{command} serve", "figures": f"{command} stats"}


def _python() -> str:
    """What starts this interpreter here: its name where the shell finds it, else its path."""
    found = shutil.which("python")
    active = found and Path(found).parent == Path(sys.executable).parent
    return "python" if active else str(shown(Path(sys.executable)))


def _breakdown(reasons: dict[str, int], noun: str) -> str:
    if not reasons:
        return ""
    return f"{sum(reasons.values())} {noun}: {_most(reasons, ',')}"


def _most(figures: dict[str, int], thousands: str) -> str:
    """The largest figures by name, the rest as one."""
    ranked = sorted(figures.items(), key=lambda item: (-item[1], item[0]))
    rest = sum(count for _, count in ranked[MOST:])
    named = [f"{name} {count:{thousands}}" for name, count in ranked[:MOST]]
    return ", ".join([*named, f"other {rest:{thousands}}"] if rest else named)


def _table(rows: dict[str, str]) -> list[str]:
    return [f"  {name:<14}{text}" for name, text in rows.items() if text]
