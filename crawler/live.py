"""What people see of a crawl while it runs: a board on a terminal, a line now and then in a log.

The board has the crawl in two lines (pages, documents, rejected, rate, what is known and waits), and below it a line a
host: what it is doing, or why it is asked nothing. Names of hosts come from pages: they are shown, never obeyed.
"""

import sys
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from archive.crawls import Tally
from archive.pages.safe_html import seen
from crawler.show import Figures

LINE_EVERY = 10.0  # seconds between the lines of a log
HOSTS = 12  # of the board: a terminal of 24 lines holds it
SPAN = 60.0  # seconds of which the rate is told


@dataclass(frozen=True, slots=True)
class HostLine:
    """A host at this moment."""

    host: str
    state: str  # asking, waiting, done, or why it is asked nothing
    answers: int
    documents: int
    rejected: int
    failed: int
    waiting: int | None  # links that are known and not asked; None where nobody looked yet


def host_lines(
    tally: Tally, asking: Mapping[str, int], closed: Mapping[str, str], waiting: Mapping[str, int] | None
) -> list[HostLine]:
    """The hosts of a crawl: those that are asked now first, then the others by what is left of them."""
    names = {*(host for host, _, _ in tally.met), *asking, *closed, *(waiting or {})} - {""}
    counts = {name: dict.fromkeys(("answer", "document", "rejected", "failed"), 0) for name in names}
    for (host, what, code), n in tally.met.items():
        if host in counts and what in counts[host] and code != "retired":
            counts[host][what] += n
    lines = []
    for name in names:
        left = waiting.get(name, 0) if waiting is not None else None
        state = closed.get(name) or ("asking" if asking.get(name) else "waiting" if left else "done")
        met = counts[name]
        lines.append(HostLine(name, state, met["answer"], met["document"], met["rejected"], met["failed"], left))
    return sorted(lines, key=lambda line: (line.state != "asking", -(line.waiting or 0), -line.answers, line.host))


class Rate:
    """Pages a minute, of the last minute."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()

    def at(self, now: float, fetched: int) -> float:
        """The rate, now that so many were fetched."""
        self._seen.append((now, fetched))
        while len(self._seen) > 2 and self._seen[0][0] < now - SPAN:
            self._seen.popleft()
        then, before = self._seen[0]
        span = now - then
        return (fetched - before) * 60 / span if span else 0.0


class Screen:
    """The standard error of a run: a board where it is a terminal, else lines."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(stderr=True)
        self._live: Live | None = None
        self._label = self._doing = ""
        self._rate = Rate()
        self._spoke = time.monotonic()

    def begin(self, label: str) -> None:
        """Show that the run began."""
        self._label, self._doing = label, "crawling"
        if self._console.is_terminal:
            self._live = Live(console=self._console, transient=True, auto_refresh=False)
            self._live.start()
        else:
            self.say(f"crawling {label}")

    def show(self, figures: Figures, hosts: Callable[[], Sequence[HostLine]]) -> None:
        """Draw the board anew, or print a line if it is time for one."""
        rate = self._rate.at(time.monotonic(), figures.fetched)
        if self._live:
            self._live.update(self.board(figures, hosts(), rate), refresh=True)
        elif time.monotonic() - self._spoke >= LINE_EVERY:
            self.say(f"{figures.seconds:.0f} s: {figures.line()}, {told(hosts(), rate)}")

    def say(self, what: str) -> None:
        """What is being done now; a line of its own in a log."""
        self._spoke = time.monotonic()
        if self._live:
            self._doing = what
            self._live.update(Text(seen(f"{self._label}: {what}")), refresh=True)
        else:
            print(seen(what), file=sys.stderr, flush=True)

    def end(self) -> None:
        """Clear the board."""
        if self._live:
            self._live.stop()
            self._live = None

    def board(self, figures: Figures, hosts: Sequence[HostLine], rate: float) -> RenderableType:
        """The crawl, and its hosts."""
        head = Text(seen(f"{self._doing} {self._label}"), style="bold", overflow="ellipsis", no_wrap=True)
        line = Text(f"{_clock(figures.seconds)}  {figures.line()}, {told(hosts, rate)}")
        return Group(head, line, _table(hosts[:HOSTS]), *_more(len(hosts) - HOSTS))


def told(hosts: Sequence[HostLine], rate: float) -> str:
    """How fast it goes, and what is left."""
    known = [line.waiting for line in hosts if line.waiting is not None]
    left = f", {sum(known):,} known and waiting" if known else ""
    return f"{rate:.0f} a minute{left}"


def _table(hosts: Sequence[HostLine]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("host", no_wrap=True, overflow="ellipsis", max_width=40)
    for name in ("pages", "documents", "rejected", "failed", "waiting"):
        table.add_column(name, justify="right")
    table.add_column("state", no_wrap=True, overflow="ellipsis")
    for line in hosts:
        figures = (line.answers, line.documents, line.rejected, line.failed)
        left = "" if line.waiting is None else f"{line.waiting:,}"
        style = {"asking": "green", "waiting": "", "done": "dim"}.get(line.state, "yellow")
        state = Text(seen(line.state), style=style)
        table.add_row(Text(seen(line.host)), *(f"{n:,}" for n in figures), left, state)
    return table


def _more(n: int) -> list[Text]:
    return [Text(f"and {n:,} hosts more", style="dim")] if n > 0 else []


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"
