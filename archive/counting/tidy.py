"""Rows as CSV, piece by piece: for a screen, a file or a browser."""

import csv
from collections.abc import Iterable, Iterator, Sequence

from archive.exports.tables import safe_cells
from archive.rows import Value


class _Line:
    """Takes what the writer of the standard library writes."""

    text = ""

    def write(self, text: str) -> None:
        """One row."""
        self.text = text


def as_csv(names: Sequence[str], rows: Iterable[Iterable[Value]]) -> Iterator[str]:
    """A line of names and a line a row, with a byte order mark as Excel wants it; a spreadsheet computes none."""
    line = _Line()
    writer = csv.writer(line)
    writer.writerow(names)
    yield "\ufeff" + line.text
    for row in rows:
        writer.writerow(safe_cells(row))
        yield line.text
