"""`trend`: how often words are written in the texts of each year."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from rich.cells import cell_len

from archive import export
from archive.cli import terminal
from archive.cli.options import with_filters, with_once
from archive.cli.place import Place
from archive.condition import Filters
from archive.counting import population, trend_page
from archive.counting.concordance import padded
from archive.counting.occurrences import words
from archive.counting.tidy import as_csv
from archive.counting.timeline import small_note
from archive.counting.trends import TIMES, Bin, Row, Trend, Way, table_of, trend
from archive.errors import ArchiveError

BLOCKS = " ▏▎▍▌▋▊▉█"
BAR = 20  # columns of a bar where there is one word; several share twice as many
LEAST_BAR = 6


@click.command("trend")
@click.argument("word", nargs=-1, required=True)
@with_filters
@with_once
@click.option(
    "--by",
    type=click.Choice(list(TIMES)),
    default="proven",
    show_default=True,
    help="What dates a text: " + "; ".join(f"{name}: {time.help}" for name, time in TIMES.items()) + ".",
)
@click.option("--step", type=click.IntRange(1, 100), default=1, show_default=True, help="Years that count together.")
@click.option("--csv", "form", flag_value="csv", help="A table for spreadsheets, a row a word and year.")
@click.option("--json", "form", flag_value="json", help="The same, one JSON object a line.")
@click.option("--html", "form", flag_value="html", help="A page with a plot, for -o.")
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="The file; the screen without it.")
@click.pass_obj
def trend_verb(
    place: Place,
    /,
    word: tuple[str, ...],
    filters: Filters,
    once: bool,
    form: str | None,
    output: str | None,
    **how: Any,
) -> None:
    """Print how often each WORD is written in the texts of each year, in a million characters.

    A word, or a phrase in quotes; it is found in either script, as `kwic` finds it. Beside every figure stands how much
    text of that year there is, chosen by the same filters. Nothing is smoothed. Texts that are not of one year for
    certain are counted apart; --step 5 (the five-year plans) or 10 dates more of them.
    """
    wanted = words(word)
    where = population.once(filters.condition()) if once else filters.condition()
    if output == "":
        raise ArchiveError("-o names no file. Give one, or leave it out.")
    if output and output != "-":
        export.refuse(Path(output), place.archive, place.warc_dir)
    found = trend(place.open(), wanted, where, Way(how["by"], how["step"]))
    text = FORMS[form](found, place.archive.name)
    if output and output != "-":
        plain = terminal.plain(text)
        export.save(Path(output), lambda out: out.write(plain.encode()))
        terminal.echo(f"Written to {output}", err=True)
    else:
        {"csv": terminal.echo_data, "json": terminal.echo_json}.get(form or "", terminal.echo)(text, nl=False)
    if form in ("csv", "json") or (output and output != "-"):
        terminal.echo(_said(found), err=True)


def _said(found: Trend) -> str:
    """What the reader of bare figures must know."""
    size = found.undated.size
    hits = ", ".join(f"{word} {n.hits:,}" for word, n in zip(found.words, found.undated.counts, strict=True))
    notes = [f"{size.documents:,} documents of no one year ({size.characters:,} characters; {hits}) stand apart"]
    if found.small:
        notes.append(
            f"{len(found.small)} of {len(found.bins)} bins are small (fewer documents or characters than say much)"
        )
    return "; ".join(notes)


def _plain(found: Trend, _: str) -> str:
    """A table with bars."""
    head = [f"{TIMES[found.by].help}; hits in a million characters (hits)"]
    return "\n".join([*head, *_rows(found), *_notes(found)]) + "\n"


def _rows(found: Trend) -> Iterator[str]:
    every = [(bin.name + (" *" if bin.is_small else ""), bin) for bin in found.bins]
    every += [("undated", found.undated), ("all", found.total)]
    names = max(cell_len(name) for name, _ in every)
    top = max(
        (rate for bin in found.bins for n in range(len(found.words)) if (rate := bin.per_million(n))), default=0.0
    )
    bar = max(LEAST_BAR, BAR if len(found.words) == 1 else 2 * BAR // len(found.words))
    figures = [[_figure(bin, n) for n in range(len(found.words))] for _, bin in every]
    wide = [max(map(len, column)) for column in zip(*figures, strict=True)]
    titles = (padded(word, bar + 1 + width) for word, width in zip(found.words, wide, strict=True))
    yield terminal.style(f"{'':{names}}  {'documents':>9}  {'characters':>12}  {'  '.join(titles)}".rstrip(), bold=True)
    for (name, bin), told in zip(every, figures, strict=True):
        cells = (
            f"{_bar(bin, n, top, bar)} {figure:>{wide[n]}}" if bin.first else f"{'':{bar}} {figure:>{wide[n]}}"
            for n, figure in enumerate(told)
        )
        line = f"{name:{names}}  {bin.size.documents:>9,}  {bin.size.characters:>12,}  {'  '.join(cells)}"
        yield terminal.style(line, dim=True) if bin.is_small and bin.first else line


def _figure(bin: Bin, word: int) -> str:
    rate = bin.per_million(word)
    return "–" if rate is None else f"{rate:,.1f} ({bin.counts[word].hits:,})"


def _bar(bin: Bin, word: int, top: float, width: int) -> str:
    """Blocks in eighths of a column; what is there is seen."""
    rate = bin.per_million(word) or 0
    eighths = max(round(8 * width * rate / top), 1) if rate and top else 0
    return f"{BLOCKS[8] * (eighths // 8) + BLOCKS[eighths % 8].strip():{width}}"


def _notes(found: Trend) -> Iterator[str]:
    if found.small:
        wider = "; --step makes wider bins" if any(bin.size.documents for bin in found.bins) else ""
        yield f"{small_note()}{wider}"


def _csv(found: Trend, _: str) -> str:
    return "".join(as_csv(Row._fields, table_of(found)))


def _json(found: Trend, _: str) -> str:
    return "".join(json.dumps(row._asdict(), ensure_ascii=False) + "\n" for row in table_of(found))


FORMS = {None: _plain, "csv": _csv, "json": _json, "html": trend_page.page}
