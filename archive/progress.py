"""How far a long command is: a bar on a terminal, a line now and then in a log, nothing for a caller.

Every command imports this, and few draw a bar: Rich is imported by those.
"""

import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

LINE_EVERY = 10.0  # seconds between the lines of a log


class Progress:
    """Says nothing."""

    def start(self, label: str, total: int) -> None:
        """Begin a piece of work of `total` steps."""

    def step(self, count: int = 1) -> None:
        """A step is done, or several."""

    def stop(self) -> None:
        """The work is over, or was broken off."""


class Bar(Progress):
    """A bar, for a terminal."""

    def __init__(self, console: "Console") -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        self._bar = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=console
        )

    def start(self, label: str, total: int) -> None:
        """Show a bar."""
        self._bar.start()
        self._task = self._bar.add_task(label, total=total)

    def step(self, count: int = 1) -> None:
        """Move it."""
        self._bar.advance(self._task, count)

    def stop(self) -> None:
        """Leave it as it is."""
        self._bar.stop()


class Lines(Progress):
    """A line every few seconds, for a log."""

    def start(self, label: str, total: int) -> None:
        """Remember what is being done."""
        self._label, self._total, self._done = label, total, 0
        self._last = time.monotonic()

    def step(self, count: int = 1) -> None:
        """Print a line if it is time for one."""
        self._done += count
        if time.monotonic() - self._last >= LINE_EVERY:
            self._last = time.monotonic()
            print(f"{self._label}: {self._done} of {self._total}", file=sys.stderr, flush=True)


def for_terminal() -> Progress:
    """What suits the standard error of this process."""
    if not sys.stderr.isatty():
        return Lines()
    from rich.console import Console

    return Bar(Console(stderr=True))
