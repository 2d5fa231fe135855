"""python -m benchmarks: quality and speed, side by side with trafilatura in one run; and the seed pages.

Score as the bench data defines it: multisets of character 4-grams with white space dropped, precision and recall per
page, averaged over pages.
"""

import platform
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from importlib.metadata import version

import trafilatura
from rich.console import Console
from rich.table import Table

from benchmarks.pages import SHARED, Case, real_pages, sample_pages, seeds
from benchmarks.seeds import failures, unlawful
from pipelines.decode import decode
from pipelines.document import Knowledge, PageRules, Rejected
from pipelines.process import restore
from pipelines.script import fold

Restorer = Callable[[Case], str]


def ours(case: Case) -> str:
    """The whole corridor, without anything learned of the host."""
    return "\n".join(document.text for document in restore((case.page,), Knowledge(), PageRules()).documents)


def peer(case: Case) -> str:
    """trafilatura's default call, on text that was decoded for it."""
    try:
        return trafilatura.extract(decode(case.page).text) or ""
    except Rejected:
        return ""


def scores(read: str, gold: str) -> tuple[float, float, float]:
    """Precision, recall and F1 of character 4-grams."""
    a, b = (Counter(t[n : n + 4] for n in range(len(t) - 3)) for t in map(_squeeze, (read, gold)))
    common = (a & b).total()
    precision, recall = common / max(1, a.total()), common / max(1, b.total())
    return precision, recall, 2 * precision * recall / (precision + recall) if common else 0.0


def _squeeze(text: str) -> str:
    return "".join(fold(text).split())


def measure(cases: Iterable[Case], restorer: Restorer) -> tuple[float, float, float, float]:
    """Mean precision, recall and F1, and seconds a page."""
    rows, began = [], time.process_time()
    for case in cases:
        rows.append(scores(restorer(case), case.gold))
    took = time.process_time() - began
    n = max(1, len(rows))
    return sum(r[0] for r in rows) / n, sum(r[1] for r in rows) / n, sum(r[2] for r in rows) / n, took / n


def main() -> int:
    """Print the tables; 1 when a seed page is not what it must be."""
    console = Console()
    console.print(
        f"{date.today()} · Python {platform.python_version()} · {platform.machine()} · "
        f"trafilatura {version('trafilatura')}"
    )
    sets = {
        "real pages": list(real_pages()),
        "sample, seed 1": list(sample_pages(1)),
        "sample, seed 2": list(sample_pages(2)),
    }
    table = Table("pages", "n", "restorer", "precision", "recall", "F1", "time, ratio to trafilatura")
    for name, cases in sets.items():
        if not cases:
            console.print(f"{name}: not measured, {SHARED / 'bench'} is not there")
            continue
        theirs = measure(cases, peer)
        own = measure(cases, ours)
        for who, row in (("this project", own), ("trafilatura", theirs)):
            table.add_row(
                name, str(len(cases)), who, *(f"{value:.3f}" for value in row[:3]), f"{row[3] / theirs[3]:.2f}"
            )
    console.print(table)
    if not (SHARED / "seeds").is_dir():
        console.print("seed pages: not checked, they are not there")
        return 0
    wrong = failures() + unlawful([*seeds(), *(case.page for case in sets["real pages"])])
    console.print(
        "seed pages, and the ledger of all real pages: "
        + ("all as they must be" if not wrong else "\n  ".join(["", *wrong]))
    )
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
