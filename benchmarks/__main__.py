"""python -m benchmarks: quality and speed beside the peers, in one run; floors, ablation, the README's tables."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console

from benchmarks import counting, facts, families, searches
from benchmarks.ablation import ablation
from benchmarks.fact_pages import GoldError
from benchmarks.fact_tables import fact_tables
from benchmarks.floors import FloorsError, check, pin
from benchmarks.measure import Run, race, run
from benchmarks.misses import misses
from benchmarks.own import measured, own
from benchmarks.pages import REAL, SEEDS, SHARED, Case, PagesError, digest, real_cases, sample_cases, seeds
from benchmarks.restorers import FIRST_SIGHT, Restorer, learned, ours, peers
from benchmarks.seeds import failures, unlawful
from benchmarks.stages import stages
from benchmarks.tables import (
    ReadmeError,
    Results,
    ablation_table,
    conditions,
    tables,
    text_table,
    update_counting,
    update_readmes,
    update_scale,
    update_search,
)
from pipelines.document import Knowledge

OUT = Console(width=None if sys.stdout.isatty() else 180)  # a pipe has no width of its own


def progress(step: str) -> None:
    """Say on the error output what is being done."""
    click.echo(f"  {step} ...", err=True)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--check", "task", flag_value="check", help="Only this project: fail where a figure is under its floor.")
@click.option("--raise-floors", "task", flag_value="raise", help="Pin what is better; refuse where anything is worse.")
@click.option("--lower-floors", "task", flag_value="lower", help="Pin what is measured; say why in the commit.")
@click.option("--ablation", "task", flag_value="ablation", help="Only what each voter of the extraction is worth.")
@click.option("--families", "task", flag_value="families", help="Only the families of copies, beside datasketch.")
@click.option("--scale", "task", flag_value="scale", help="Only what families cost, up to 200,000 documents: an hour.")
@click.option("--search", "task", flag_value="search", help="Only search, beside FTS5 as it comes and a scan: minutes.")
@click.option("--counting", "task", flag_value="counting", help="Only concordances and trends: some minutes.")
@click.option(
    "--documents",
    multiple=True,
    default=(10_000,),
    show_default=True,
    type=click.IntRange(1_000),
    help="With --search: among so many; several may be given. 200,000 take an hour and 8 GB.",
)
@click.option("--misses", "task", flag_value="misses", help="Only what falls short, document by document.")
@click.option(
    "--facts", "task", flag_value="facts", help="Only what is known of documents, and what of it falls short."
)
@click.option(
    "--held-misses", is_flag=True, help="With --facts: name the misses of the held set too. Not for rule writers."
)
@click.option("--rounds", default=3, show_default=True, type=click.IntRange(1), help="How often each page is timed.")
@click.option("--every", default=1, show_default=True, type=click.IntRange(1), help="Race on every n-th article only.")
@click.option("--real", default=REAL, type=click.Path(path_type=Path), help="Pages and gold.jsonl of your own.")
@click.option(
    "--update-readme",
    "readme",
    is_flag=True,
    help="Write the tables into README.md and benchmarks/README.md, between their markers.",
)
def main(
    task: str | None, held_misses: bool, rounds: int, every: int, real: Path, readme: bool, documents: Sequence[int]
) -> None:
    """Measure this project beside its peers on real pages and on the sample, and print the tables.

    The real pages and the seed pages lie beside the project, in ../shared; without them the sample is measured alone.
    The peers stand in an environment of their own, which `make bench` sets up; those that are missing are named.
    """
    try:
        if task in ("check", "raise", "lower"):
            _floors(task)
        elif task == "ablation":
            OUT.print(ablation_table(ablation(progress, _real_cases(real))).on_terminal())
        elif task == "families":
            for table in families.measured(progress)[0]:
                OUT.print(table.on_terminal())
        elif task == "scale":
            _scale(readme)
        elif task == "search":
            _search(documents, readme)
        elif task == "counting":
            _counting(readme)
        elif task == "misses":
            _misses(_real_cases(real))
        elif task == "facts":
            _facts(held_misses)
        elif every > 1:
            _sparse(_real_cases(real), rounds, every)
        else:
            _bench(_real_cases(real), rounds, readme)
    except (FloorsError, ReadmeError, PagesError, GoldError) as error:
        raise click.ClickException(str(error)) from error
    _seed_pages()


def _floors(task: str) -> None:
    found, corpus = {**own(progress).named(), **facts.named(facts.measured(progress))}, digest()
    for name, value in found.items():
        click.echo(f"{name:>36}  {value:.4f}")
    click.echo(check(found, corpus) if task == "check" else pin(found, corpus, lower=task == "lower"))


def _bench(real: Sequence[Case], rounds: int, readme: bool) -> None:
    others, complete = _peers()
    if readme and not (complete and real):
        raise ReadmeError("the README's tables need all peers and the real pages")
    runs = _race("real pages", [ours(Knowledge()), *others], real, rounds) if real else []
    sample: dict[int, Sequence[Run]] = {}
    for seed in SEEDS:
        cases = sample_cases(seed)
        both = [ours(learned(cases)), ours(Knowledge(), FIRST_SIGHT)]
        sample[seed] = _race(f"sample, seed {seed}", [*both, *others], cases, rounds)
    known, first = ({seed: runs[n] for seed, runs in sample.items()} for n in (0, 1))
    parts = measured(known, first, progress), ablation(progress, real), stages(progress)
    known_facts = facts.measured(progress)
    kin, kin_figures = families.measured(progress)
    more = [*fact_tables(known_facts), *kin], {**facts.named(known_facts), **kin_figures}
    results = Results(runs, sample, *parts, digest(), rounds, *more)
    for table in tables(results):
        OUT.print(table.on_terminal())
    OUT.print(conditions(results))
    if readme:
        update_readmes(results)


def _scale(readme: bool) -> None:
    table = families.scale(families.SIZES, progress)
    OUT.print(table.on_terminal())
    if readme:
        update_scale(table)


def _search(documents: Sequence[int], readme: bool) -> None:
    found = [table for size in documents for table in searches.measured(size, progress)]
    for table in found:
        OUT.print(table.on_terminal())
    if readme:
        update_search(found)


def _counting(readme: bool) -> None:
    table = counting.counting(progress)
    OUT.print(table.on_terminal())
    if readme:
        update_counting(table, os.getloadavg()[1])


def _misses(real: Sequence[Case]) -> None:
    found = own(progress)
    for line in misses(found, run(ours(Knowledge()), real) if real else None):
        click.echo(line)


def _facts(held: bool) -> None:
    found = facts.measured(progress)
    for line in facts.misses(found, held=held):
        click.echo(line)
    for table in fact_tables(found):
        OUT.print(table.on_terminal())


def _sparse(real: Sequence[Case], rounds: int, every: int) -> None:
    """A quick look: all restorers on every n-th article, at first sight."""
    others, _ = _peers()
    for name, cases in (("real pages", real), *((f"sample, seed {n}", sample_cases(n)) for n in SEEDS)):
        if cases:
            runs = _race(name, [ours(Knowledge()), *others], cases[::every], rounds)
            OUT.print(text_table(f"{name}: one article in {every}", runs).on_terminal())


def _peers() -> tuple[list[Restorer], bool]:
    found, missing = peers()
    if missing:
        click.echo(f"not measured, not installed: {', '.join(missing)}; `make bench` has all of them", err=True)
    return found, not missing


def _real_cases(folder: Path) -> list[Case]:
    cases = real_cases(folder)
    if not cases:
        click.echo(f"real pages: not measured, {folder / 'gold.jsonl'} is not there", err=True)
    return cases


def _race(name: str, restorers: Sequence[Restorer], cases: Sequence[Case], rounds: int) -> list[Run]:
    """A race with a bar on a terminal, and a line elsewhere."""
    label = f"  {name}: {len(restorers)} restorers, {len(cases)} articles, {rounds} rounds"
    with click.progressbar(length=rounds * len(cases), label=label, file=sys.stderr) as bar:
        return race(restorers, cases, rounds, lambda: bar.update(1))


def _seed_pages() -> None:
    """Fail where a seed page is not what it must be, or a real page breaks the law of the ledger."""
    if not (SHARED / "seeds").is_dir():
        click.echo("seed pages: not checked, they are not there")
        return
    wrong = failures() + unlawful([*seeds(), *(page for case in real_cases() for page in case.pages)])
    if wrong:
        raise click.ClickException("\n  ".join(["seed pages, and the ledger of all real pages:", *wrong]))
    click.echo("seed pages, and the ledger of all real pages: all as they must be")


if __name__ == "__main__":
    main()
