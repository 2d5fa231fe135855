"""Two stages alone, on clean texts damaged for the purpose: script conversion, and the repair of lost bytes."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor

from benchmarks import byte_damage, script_accuracy
from benchmarks.own import Progress
from benchmarks.tables import Table
from sample.texts import load

VERDICTS = ("exact", "marked", "left", "wrong", "stray")


def stages(progress: Progress) -> list[Table]:
    """Both tables, a process each."""
    progress("script and lost bytes: the stages alone")
    with ProcessPoolExecutor(2) as pool:
        return list(pool.map(_made, (conversion, lost_bytes)))


def _made(table: Callable[[], Table]) -> Table:
    return table()


def conversion() -> Table:
    """Every original, converted by each of OpenCC's ways and told back, beside OpenCC's own way back."""
    bodies = [text.body for text in load()]
    rows = []
    for way in script_accuracy.WAYS:
        one = script_accuracy.accuracy(bodies, way)
        other = script_accuracy.accuracy(bodies, way, script_accuracy.peer(way))
        cells = (_share(one.exact, one.texts), f"{one.error_rate:.1f}", f"{one.precision:.3f}", f"{one.recall:.3f}")
        rows.append((way, *cells, f"{other.error_rate:.1f}", f"{other.precision:.3f}", f"{other.recall:.3f}"))
    header = (
        "converted by", "texts exact", "edits in 10,000", "precision", "recall", "OpenCC: edits in 10,000",
        "precision", "recall",
    )  # fmt: skip
    return Table("Script alone", f", {len(bodies)} originals", header, tuple(rows))


def lost_bytes() -> Table:
    """Every border of characters that a mirror's blind replace hits, by what the page still has of the byte."""
    found: dict[tuple[str, str], Counter[str]] = {}
    for way, counts in byte_damage.measure().items():
        found.setdefault((way.kind, way.lead), Counter()).update(counts)
    rows = []
    for (kind, lead), counts in found.items():
        hits = sum(counts[verdict] for verdict in VERDICTS[:4])
        shares = (_share(counts[verdict], hits) for verdict in VERDICTS[:4])
        rows.append((f"{kind}, {lead}", str(hits), *shares, str(counts["stray"])))
    header = ("damage, the byte is", "hits", *VERDICTS)
    return Table("Lost bytes alone", ": marked where a byte is gone for good, left as it was", header, tuple(rows))


def _share(part: int, whole: int) -> str:
    return f"{part / max(1, whole):.1%}"
