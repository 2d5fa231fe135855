"""A crawl's figures as a text file for Prometheus' node_exporter (its textfile collector), and how it is written.

The collector reads every `*.prom` file of its folder whenever it is asked, so the file is put in its place whole.
Counters are of one crawl and begin anew with the next, as Prometheus expects of a process. A crawl that was killed
leaves its last file: `worksummary_updated_seconds` tells how old it is.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.document import SOFTWARE

PREFIX = "worksummary"
COUNTERS = {  # by what `archive.crawls.Tally` counts: the metric, its label, its help
    "answer": ("answers_total", "code", "Answers of hosts, by HTTP status."),
    "document": ("documents_total", "outcome", "Documents found, by what became of them."),
    "rejected": ("rejected_total", "reason", "Pages that gave no document, by the reason's code."),
    "gone": ("gone_total", "reason", "Pages whose documents stay although they are gone, by the reason's code."),
    "failed": ("failed_total", "reason", "Addresses that never answered, by the reason's code."),
    "refused": ("refused_total", "reason", "Addresses that were not asked, by the reason's code."),
}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What is known of a crawl at one moment. Times are seconds since 1970."""

    site: str
    crawl: int
    began: float
    now: float
    running: bool
    met: Mapping[tuple[str, str, str], int] = field(default_factory=dict)  # by host, what and code
    waiting: int | None = None  # links that are known and not asked
    problems: int = 0
    warnings: int = 0
    success: float | None = None  # end of the last crawl of this site without problems
    free: Mapping[str, int] = field(default_factory=dict)  # bytes by place
    size: int = 0  # bytes of the database


def text(of: Snapshot) -> str:
    """The whole file."""
    return "".join(f"{line}\n" for line in (*_gauges(of), *_counters(of)))


def write(path: Path, content: str) -> None:
    """Put the file in its place whole; its name until then is none that the collector reads."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        part.write_text(content, encoding="utf-8")
        part.chmod(0o644)  # the collector is another user
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _gauges(of: Snapshot) -> Iterator[str]:
    yield from _metric("crawl_info", "What runs.", [({"crawl": str(of.crawl), "software": SOFTWARE}, 1)], of.site)
    figures: dict[str, tuple[str, float | None]] = {
        "running": ("Whether the crawl runs (or was killed: see updated_seconds).", int(of.running)),
        "began_seconds": ("When it began.", of.began),
        "updated_seconds": ("When this file was written.", of.now),
        "last_success_seconds": ("End of the last crawl without problems.", of.success),
        "waiting_links": ("Links that are known and wait.", of.waiting),
        "problems": ("Why the crawl is no success: their number.", of.problems),
        "warnings": ("What is worse than in the crawls before: its number.", of.warnings),
        "database_bytes": ("Size of the database.", of.size),
    }
    for name, (told, value) in figures.items():
        if value is not None:
            yield from _metric(name, told, [({}, value)], of.site)
    if of.free:
        told = "Free room where the archive and its captures stand."
        yield from _metric("free_bytes", told, [({"place": place}, n) for place, n in of.free.items()], of.site)


def _counters(of: Snapshot) -> Iterator[str]:
    for what, (name, label, told) in COUNTERS.items():
        samples = [({"host": host, label: code}, n) for (host, kind, code), n in sorted(of.met.items()) if kind == what]
        if samples:
            yield from _metric(name, told, samples, of.site, kind="counter")


def _metric(
    name: str, told: str, samples: Sequence[tuple[dict[str, str], float]], site: str, kind: str = "gauge"
) -> Iterator[str]:
    yield f"# HELP {PREFIX}_{name} {told}"
    yield f"# TYPE {PREFIX}_{name} {kind}"
    for labels, value in samples:
        named = ",".join(f'{label}="{_quoted(said)}"' for label, said in {"site": site, **labels}.items())
        yield f"{PREFIX}_{name}{{{named}}} {value:.15g}"


def _quoted(said: str) -> str:
    return said.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
