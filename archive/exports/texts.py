"""Documents as plain text, one file each, with a table of what is known of them.

A file's name is its document's id, in a folder named by the id's first two digits: names are safe on every system, and
no folder holds more than a 256th of the files. A file begins with the title, if there is one, in a line of its own.
"""

import csv
from pathlib import Path

from archive.exports.corpus import NAMES, Corpus
from archive.exports.tables import safe_cells

IN_THE_FILE = ("title", "text", "title_hans", "text_hans", "reading", "outline")
METADATA = ("file", "title", *(name for name in NAMES if name not in IN_THE_FILE))


def text(corpus: Corpus, folder: Path) -> None:
    """`00/00451d5032ff-0.txt` …, and metadata.csv: UTF-8 without a byte order mark, line ends LF."""
    with (folder / "metadata.csv").open("w", encoding="utf-8-sig", newline="") as out:
        table = csv.writer(out)
        table.writerow(METADATA)
        for row in corpus:
            name = f"{str(row['id'])[:2]}/{row['id']}.txt"
            place = folder / name
            place.parent.mkdir(exist_ok=True)
            head = f"{row['title']}\n" if row["title"] else ""
            place.write_bytes(f"{head}{row['text']}\n".encode())
            values = [name, *(row[column] for column in METADATA[1:])]
            table.writerow(values if corpus.options.raw_cells else safe_cells(values))
