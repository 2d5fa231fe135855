"""Documents as lines and rows: JSON Lines and CSV, columns in the order of `Document`.

A spreadsheet takes a cell that begins with = + - @ (in either width), a tab or a line end for a formula. Such a cell
is written with an apostrophe before it, as OWASP asks; a cell that begins with apostrophes and then one of these gets
one more, so that taking one apostrophe away from every cell that has this form gives back what was there.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from archive.exports.corpus import NAMES, Corpus
from archive.rows import Row, Value
from archive.show import as_object

FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")


def jsonl(corpus: Corpus, out: BinaryIO) -> None:
    """One JSON object a line, in UTF-8, `damage` as a list, `quality_parts` as an object."""
    for row in corpus:
        out.write(json.dumps(as_object(row), ensure_ascii=False).encode() + b"\n")


def table(corpus: Corpus, out: BinaryIO) -> None:
    """CSV as RFC 4180 has it, in UTF-8 with a byte order mark: without one, Excel takes Chinese for another charset.

    Excel shows no more than 32,767 characters of a cell.
    """
    write_csv(corpus, out, "utf-8-sig", safe=not corpus.options.raw_cells)


def write_csv(rows: Iterable[Row], out: BinaryIO, encoding: str, *, safe: bool) -> None:
    """Rows as CSV, with the names of their columns first."""
    text = io.TextIOWrapper(out, encoding, newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(NAMES)
    for row in rows:
        values = [row[name] for name in NAMES]
        writer.writerow(safe_cells(values) if safe else values)
    text.detach()


def safe_cells(values: Iterable[Value]) -> Iterator[Value]:
    """Values of which a spreadsheet computes none."""
    for value in values:
        yield f"'{value}" if isinstance(value, str) and FORMULA.match(value) else value


def cell(written: str) -> str:
    """What a cell of a safe table held before it was made safe."""
    return written[1:] if written.startswith("'") and FORMULA.match(written) else written
