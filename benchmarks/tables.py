"""The tables: built once from the results, shown on a terminal, written into the README between its markers."""

import os
import platform
import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from rich import box
from rich.table import Table as RichTable

from benchmarks.ablation import Without
from benchmarks.figures import Figures, figures
from benchmarks.goals import goals
from benchmarks.measure import Run
from benchmarks.own import Own
from benchmarks.pages import KINDS
from benchmarks.restorers import FIRST_SIGHT, OURS, YARDSTICK
from benchmarks.scores import Score

README = Path(__file__).parent.parent / "README.md"
DETAILS = Path(__file__).parent / "README.md"  # every table; the project's own README has the first ones and the goals
MARKERS = re.compile(r"(<!-- measured: [^>]*-->\n).*?(<!-- end of measured -->)", re.S)
SCALE = re.compile(r"(<!-- scale: [^>]*-->\n).*?(<!-- end of scale -->)", re.S)


COUNTING = re.compile(r"(<!-- counting: [^>]*-->\n).*?(<!-- end of counting -->)", re.S)
SEARCH = re.compile(r"(<!-- search: [^>]*-->\n).*?(<!-- end of search -->)", re.S)


class ReadmeError(Exception):
    """The README cannot be written; str() says why."""


@dataclass(frozen=True, slots=True)
class Table:
    """A title that says what is compared, a header and rows; the first column is text."""

    title: str
    note: str  # what stands behind the title
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def on_terminal(self) -> RichTable:
        """As rich shows it."""
        shown = RichTable(title=self.title + self.note, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
        for n, name in enumerate(self.header):
            shown.add_column(name, justify="right" if n else "left", no_wrap=not n)
        for row in self.rows:
            shown.add_row(*row, style="bold" if row[0] == OURS else "")
        return shown

    def in_markdown(self) -> str:
        """As the README has it."""
        rows = [self.header, ("---", *["--:"] * (len(self.header) - 1)), *map(_emphasised, self.rows)]
        return f"**{self.title}**{self.note}\n\n" + "".join(f"| {' | '.join(row)} |\n" for row in rows)


@dataclass(frozen=True, slots=True)
class Results:
    """All that one run of the bench has measured."""

    real: Sequence[Run]  # empty where the real pages are not there
    sample: dict[int, Sequence[Run]]  # by seed
    own: Own
    ablation: Sequence[Without]
    stages: Sequence[Table]
    corpus: str
    rounds: int
    facts: Sequence[Table] = ()
    fact_figures: Mapping[str, float] = field(default_factory=dict)


def conditions(results: Results) -> str:
    """When, where and with what it was measured."""
    versions = dict.fromkeys(one.restorer.version for one in results.sample[1])
    return (
        f"{date.today()}, {os.cpu_count()} cores {platform.machine()}, {platform.system()}, Python "
        f"{platform.python_version()}; {', '.join(versions)}. Processor time on one core, median of "
        f"{results.rounds} interleaved rounds; sample {results.corpus[:12]}."
    )


def tables(results: Results) -> list[Table]:
    """Every table, in the order of the README."""
    title = f"{len(results.real[0].cases)} real Chinese pages with hand-made gold" if results.real else ""
    found = [text_table(title, results.real)] if results.real else []
    found += [_sample(results.sample), _kinds(results.sample), _script(results.own), *results.stages]
    found += results.facts
    return found + ([ablation_table(results.ablation)] if results.ablation else []) + [_goals(results)]


def update_readmes(results: Results) -> None:
    """Every table into the benchmarks' own README, what a reader asks first into the project's."""
    found = tables(results)
    goals_reached = found[-1]
    write(results, [*found[: 2 if results.real else 1], goals_reached], README)
    write(results, found, DETAILS)


def update_scale(table: Table) -> None:
    """The table of an archive of 200,000 documents, which takes an hour: between markers of its own."""
    text = DETAILS.read_text(encoding="utf-8")
    body = f"{date.today()}\n\n{table.in_markdown()}"
    DETAILS.write_text(SCALE.sub(lambda match: f"{match[1]}\n{body}\n{match[2]}", text), encoding="utf-8")


def update_search(found: Sequence[Table]) -> None:
    """The tables of search, of one archive or several, between markers of their own."""
    _update(SEARCH, f"{date.today()}, SQLite {sqlite3.sqlite_version}", found)


def update_counting(found: Table, load: float) -> None:
    """The table of concordances and trends, between markers of its own."""
    _update(COUNTING, f"{date.today()}, SQLite {sqlite3.sqlite_version}, {load:.0f} programs running", [found])


def _update(place: re.Pattern[str], head: str, found: Sequence[Table]) -> None:
    text = DETAILS.read_text(encoding="utf-8")
    body = "\n".join([f"{head}\n", *(table.in_markdown() for table in found)])
    DETAILS.write_text(place.sub(lambda match: f"{match[1]}\n{body}\n{match[2]}", text), encoding="utf-8")


def write(results: Results, found: Sequence[Table], path: Path) -> None:
    """Put tables between a README's markers."""
    text = path.read_text(encoding="utf-8")
    if not MARKERS.search(text):
        raise ReadmeError(
            f"{path.name} has no place for the tables: <!-- measured: ... --> and <!-- end of measured -->"
        )
    body = "\n".join([f"{conditions(results)}\n", *(table.in_markdown() for table in found)])
    path.write_text(MARKERS.sub(lambda match: f"{match[1]}\n{body}\n{match[2]}", text), encoding="utf-8")


# -- one table each ----------------------------------------------------------------------------------------------


def text_table(title: str, runs: Sequence[Run]) -> Table:
    """Text and speed of several restorers on the same pages."""
    rows = [(one.restorer.name, *_score(figures(one).text), *_speed(one, runs)) for one in runs]
    return Table(title, "", ("", "precision", "recall", "F1", "pages/s", "time ratio"), tuple(rows))


def _sample(sample: dict[int, Sequence[Run]]) -> Table:
    header = (
        "", "F1", "exact", "paragraphs", "noise leak", "look-alikes lost", "split precision", "split recall",
        "false splits", "pages/s", "time ratio",
    )  # fmt: skip
    rows = []
    for runs in zip(*sample.values(), strict=True):
        found = [figures(one) for one in runs]
        divides = runs[0].restorer.name in (OURS, FIRST_SIGHT)
        cells = zip(*(_cells(f, divides) for f in found), strict=True)
        speed = zip(*(_speed(one, all_) for one, all_ in zip(runs, sample.values(), strict=True)), strict=True)
        rows.append((runs[0].restorer.name, *map(_both, cells), *map(_both, speed)))
    sizes = " and ".join(str(figures(runs[0]).documents) for runs in sample.values())
    return Table(f"The sample, two webs of {sizes} documents", " (seed 1 / seed 2)", header, tuple(rows))


def _cells(found: Figures, divides: bool) -> tuple[str, ...]:
    split = (f"{found.split.precision:.3f}", f"{found.split.recall:.3f}", str(found.false_splits))
    return (
        f"{found.text.f1:.4f}", f"{found.exact:.1%}", f"{found.paragraphs:.1%}", f"{found.leak:.2%}", str(found.lost),
        *(split if divides else ("–",) * 3),
    )  # fmt: skip


def _kinds(sample: dict[int, Sequence[Run]]) -> Table:
    rows = []
    for runs in zip(*sample.values(), strict=True):
        row = [runs[0].restorer.name]
        for kind in KINDS:
            parts = [one.of_kind(kind) for one in runs]
            row.append(f"{figures(joined(parts)).text.f1:.4f}")
        rows.append(tuple(row))
    return Table("F1 by kind of page", ", both webs", ("", *KINDS.values()), tuple(rows))


def _script(own: Own) -> Table:
    rows = []
    for (group, name), one in own.converted.items():
        words = one.words
        precision = f"{words.score.precision:.3f}" if words.changed else "–"
        recall = f"{words.score.recall:.3f}" if words.wanted else "–"
        rows.append((name, group, f"{one.rate:.2f}", str(words.wanted), str(words.changed), precision, recall))
    header = (
        "", "pages", "edits in 1,000 characters", "words that conversion had changed", "words changed", "precision",
        "recall",
    )  # fmt: skip
    return Table("Traditional pages into Simplified characters", ", both webs", header, tuple(rows))


def ablation_table(rows: Sequence[Without]) -> Table:
    """What each set of pages loses with each voter."""
    whole, *others = rows
    header = ["without"]
    for name in whole.sets:
        header += [f"{name}: F1", *(() if _is_text_alone(name) else ("exact", "noise leak", "lost"))]
    shown = [("(none)", *_ablated(whole))] + [(one.voter, *_ablated(one, whole)) for one in others]
    note = ": the change when it is left out; strange: the sample, whose sites speak in words that no rule knows"
    return Table("What each voter is worth", note, tuple(header), tuple(shown))


def _is_text_alone(name: str) -> bool:
    """Whether only F1 says something of a set: no strings of noise are known, or no documents were made."""
    return name.startswith("real") or name.endswith("alone")


def _ablated(row: Without, whole: Without | None = None) -> list[str]:
    """The figures, or how far they are from those with all voters."""
    cells = []
    for name, found in row.sets.items():
        zero = whole.sets[name] if whole else None
        sign = "+" if zero else ""
        cells.append(f"{found.text.f1 - (zero.text.f1 if zero else 0):{sign}.4f}")
        if not _is_text_alone(name):
            cells += [
                f"{found.exact - (zero.exact if zero else 0):{sign}.1%}",
                f"{found.leak - (zero.leak if zero else 0):{sign}.2%}",
                f"{found.lost - (zero.lost if zero else 0):{sign}d}",
            ]
    return cells


def _goals(results: Results) -> Table:
    return Table("Goals", "", ("", "to reach", "measured", "reached"), tuple(goals(_named(results))))


def _named(results: Results) -> dict[str, float]:
    """This project's figures by name; those of the real pages where they are there."""
    found = {**results.own.named(), **results.fact_figures}
    beside = _yardstick(results.real)
    if beside:
        found["real: time ratio"] = results.real[0].seconds / beside.seconds
    return found | ({"real: F1": figures(results.real[0]).text.f1} if results.real else {})


# -- cells -------------------------------------------------------------------------------------------------------


def joined(runs: Sequence[Run]) -> Run:
    """Runs of one restorer on several sets as one."""
    cases = tuple(case for one in runs for case in one.cases)
    return Run(runs[0].restorer, cases, tuple(read for one in runs for read in one.reads), runs[0].seconds)


def _yardstick(runs: Iterable[Run]) -> Run | None:
    return next((one for one in runs if one.restorer.name == YARDSTICK), None)


def _speed(one: Run, runs: Sequence[Run]) -> tuple[str, str]:
    """Pages a second on one core, and the time as a ratio to trafilatura's default call."""
    beside = _yardstick(runs)
    return f"{1 / one.seconds:.0f}", f"{one.seconds / beside.seconds:.2f}" if beside else "–"


def _score(score: Score) -> tuple[str, ...]:
    return tuple(f"{value:.3f}" for value in score)


def _both(cells: tuple[str, ...]) -> str:
    return cells[0] if len(set(cells)) == 1 else " / ".join(cells)


def _emphasised(row: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"**{cell}**" for cell in row) if row[0] == OURS else row
