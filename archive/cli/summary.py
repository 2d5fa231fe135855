"""Figures as people read them: the summary at the end of a crawl or an ingest, and `stats`."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from rich.cells import cell_len
from sqlite_utils import Database

from archive.cli import terminal
from archive.counts import Counts, counts
from archive.store import Added

if TYPE_CHECKING:
    from archive.ingest import Report

RULES = 6  # named in a summary; `stats` names all
LISTED = 20  # rejected files named at the end of an ingest
NAMES = {"genre": "genres", "script": "scripts", "status": "status"}


def summary(db: Database, archive: Path, warc_dir: Path, crawl_id: int | None = None) -> str:
    """What is in the archive, or in one crawl's share of it; where the files are; what to try next."""
    found = counts(db, crawl_id)
    lines = [*_figures(found), *_places(archive, warc_dir)]
    return "\n".join([*lines, *_next(db, archive)])


def ingested(db: Database, archive: Path, warc_dir: Path, report: "Report") -> str:
    """The end of an ingest: what was wrong, file by file, and what the archive made of the rest."""
    added = report.added
    found = f"{_n(added.new, 'document')} new, {added.changed:,} changed, {added.unchanged:,} as they were"
    found += f", {_n(report.earlier, 'version')} of before what is here" if report.earlier else ""
    before = f"; {report.repeated:,} captures archived before" if report.repeated else ""
    lines = [terminal.style(f"{_n(report.files, 'file')} read: {found}{before}", bold=True)]
    lines += [f"  skipped        {n} × {what}" for what, n in report.skipped.most_common()]
    lines += [f"  rejected       {name}: {why}" for name, why in report.rejected[:LISTED]]
    if len(report.rejected) > LISTED:
        lines.append(f"  rejected       and {len(report.rejected) - LISTED} more, counted below")
    anything = added != Added() or report.rejected
    return "\n".join([*lines, summary(db, archive, warc_dir, report.crawl_id if anything else None)])


def stats(db: Database, archive: Path, warc_dir: Path) -> str:
    """All figures of the archive."""
    found = counts(db)
    lines = [*_figures(found, rules=len(found.cut_by_rule))]
    lines += _block("changed by rule", found.changed_by_rule)
    for column, label in NAMES.items():
        lines += _block(label, _grouped(db, f"SELECT {column}, count(*) FROM documents"))
    lines += _block("year in title", _grouped(db, "SELECT title_year, count(*) FROM documents", order="1 DESC"))
    lines += _block("damage found", _grouped(db, "SELECT j.value, count(*) FROM documents, json_each(damage) AS j"))
    lines += _block("damage marked", found.marks)
    lines += _block("gaps", _grouped(db, "SELECT kind, count(*) FROM gaps"))
    lines += _block("documents by host", _by_host(db))
    return "\n".join([*lines, *_places(archive, warc_dir)])


def _figures(found: Counts, rules: int = RULES) -> list[str]:
    lines = [
        _line("sites", f"{found.sites:,}" if found.sites else "none (files only)"),
        _line("captures", f"{found.fetches:,}"),
        _line("pages", f"{found.pages:,}, of which {found.restored:,} gave documents"),
        _line("documents", f"{found.documents:,}" + (f", {found.partial:,} partial" if found.partial else "")),
    ]
    if found.rejected:
        lines.append(_line("rejected", f"{sum(found.rejected.values()):,}: {_listed(found.rejected)}"))
    if found.gone:
        lines.append(_line("gone since", f"{found.gone:,} (their documents stay)"))
    if found.versions:
        lines.append(_line("old versions", f"{found.versions:,}"))
    share = found.characters_cut / found.source_characters if found.source_characters else 0
    cut = f"{found.characters_cut:,} of {found.source_characters:,} characters ({share:.0%})"
    lines.append(_line("noise removed", cut))
    return lines + [f"{'':17}{n:>9,}  {rule}" for rule, n in list(found.cut_by_rule.items())[:rules]]


def _places(archive: Path, warc_dir: Path) -> list[str]:
    warcs = sorted(warc_dir.glob("**/*.warc*"))
    return [
        _line("archive", f"{archive} ({_size(archive.parent.glob(archive.name + '*'))})"),
        _line("captures in", f"{warc_dir} ({_n(len(warcs), 'file')}, {_size(warcs)})"),
    ]


def command(archive: Path) -> str:
    """How a command on this archive begins."""
    return "python -m archive" + ("" if archive == Path("data/archive.db") else f" --archive {archive}")


def _next(db: Database, archive: Path) -> list[str]:
    """Commands that work on this archive as it is."""
    row = db.conn.execute("SELECT id FROM documents ORDER BY archived_at DESC, id LIMIT 1").fetchone()
    run = command(archive)
    if not row:
        return [_line("try", f"{run} stats")]
    return [_line("try", f"{run} search 总结"), _line("", f"{run} explain {row[0]}"), _line("", f"{run} serve --open")]


def _by_host(db: Database) -> dict[str, int]:
    return _grouped(
        db, "SELECT iif(p.host = '', '(files)', p.host), count(*) FROM documents d JOIN pages p ON p.id = d.article_id"
    )


def _grouped(db: Database, select: str, order: str = "2 DESC, 1") -> dict[str, int]:
    rows = db.conn.execute(f"{select} GROUP BY 1 ORDER BY {order}")
    return {str(name) if name not in (None, "") else "(none)": n for name, n in rows}


def _block(label: str, figures: Mapping[str, int]) -> list[str]:
    if not figures:
        return []
    width = max(map(cell_len, figures))
    return [terminal.style(label, bold=True), *(f"  {_pad(name, width)}  {n:>8,}" for name, n in figures.items())]


def _line(label: str, text: str) -> str:
    return terminal.style(f"  {label:<15}", dim=True) + text


def _listed(figures: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {n:,}" for name, n in figures.items())


def _pad(text: str, width: int) -> str:
    """`text` filled up to `width` columns of a terminal, where a Han character takes two."""
    return text + " " * (width - cell_len(text))


def _n(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _size(paths: Iterable[Path]) -> str:
    size = sum(path.stat().st_size for path in paths if path.exists())
    return f"{size / 1_000_000:,.1f} MB"
