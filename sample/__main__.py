"""python -m sample: serve the sample web, print its gold and its start addresses, score an archive against it."""

import json
import sys
from collections import Counter
from pathlib import Path

import click

from sample.faults import Faults
from sample.model import Web
from sample.score import Score, ScoreError, Verdict, score
from sample.server import Server
from sample.texts import TextError
from sample.web import CHANGEABLE, PORT, build

seed_option = click.option("--seed", default=1, show_default=True, type=click.IntRange(1), help="Which web.")
port_option = click.option(
    "--port", default=PORT, show_default=True, type=click.IntRange(0, 65535), help="Port on loopback."
)
edition_option = click.option(
    "--edition",
    default=1,
    show_default=True,
    type=click.IntRange(1, 2),
    help="2: some weeks later, articles corrected.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """A small web of made-up sites for tests, demonstration and benchmarks."""


@main.command()
@seed_option
@port_option
@edition_option
@click.option("--log", type=click.Path(path_type=Path, dir_okay=False), help="Append an access log to this file.")
@click.option("--faults", type=int, help="503s, slow and cut bodies, resets, wrong lengths: which, by this seed.")
@click.option("--changed", default=0, type=click.IntRange(0, CHANGEABLE), help="So many articles were corrected.")
def serve(seed: int, port: int, edition: int, log: Path | None, faults: int | None, changed: int) -> None:
    """Serve all hosts on 127.0.0.1, by Host header, until stopped."""
    web = build(seed, port, edition=edition, changed=changed)
    try:
        server = Server(web, log, faults=None if faults is None else Faults(faults))
    except OSError as error:
        raise click.ClickException(
            f"cannot serve on 127.0.0.1:{port}: {error.strerror}; choose another --port"
        ) from error
    click.echo(f"{len(web.hosts)} hosts, {len(web.pages)} pages, {len(web.gold)} documents on http://127.0.0.1:{port}")
    for url in web.seeds:
        click.echo(f"  {url}")
    sys.stdout.flush()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        click.echo("stopped")


@main.command()
@seed_option
@port_option
@edition_option
def gold(seed: int, port: int, edition: int) -> None:
    """Print the gold, one JSON object a document."""
    for one in build(seed, port, edition=edition).gold:
        click.echo(one.to_json())


@main.command()
@seed_option
@port_option
def urls(seed: int, port: int) -> None:
    """Print the start addresses."""
    click.echo("\n".join(build(seed, port).seeds))


@main.command()
@click.argument("url")
@seed_option
@port_option
def page(url: str, seed: int, port: int) -> None:
    """Print the bytes of one page."""
    web = build(seed, port)
    if url not in web.pages:
        raise click.ClickException(f"{url}: no such page in the web of seed {seed}")
    sys.stdout.buffer.write(web.pages[url].body)


@main.command("score")
@click.option(
    "--archive", default="data/archive.db", show_default=True, type=click.Path(path_type=Path), help="The database."
)
@seed_option
@port_option
@edition_option
@click.option("--log", type=click.Path(path_type=Path), help="The server's access log: checks robots.txt and the trap.")
@click.option("--worst", default=0, help="Show this many of the worst documents.")
@click.option("--min-f1", default=0.0, help="Fail under this mean F1.")
@click.option("--max-leak", default=1.0, help="Fail over this share of noise strings that survived.")
@click.option("--complete", is_flag=True, help="Fail when a gold document is missing or a document has no gold.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def score_command(
    archive: Path, seed: int, port: int, edition: int, log: Path | None, worst: int, min_f1: float, max_leak: float,
    complete: bool, as_json: bool,
) -> None:  # fmt: skip
    """Compare an archive with the gold."""
    web = build(seed, port, edition=edition)
    result = score(archive, web, log)
    click.echo(json.dumps(figures(result), ensure_ascii=False) if as_json else table(result, web))
    for verdict in sorted(result.verdicts, key=badness)[:worst]:
        click.echo(told(verdict))
    failures = result.below(min_f1=min_f1, max_leak=max_leak, complete=complete)
    if failures:
        raise click.ClickException("; ".join(failures))


def figures(result: Score) -> dict[str, float]:
    """The figures by name."""
    names = (
        "gold",
        "found",
        "f1",
        "exact",
        "lines",
        "leak",
        "lost",
        "title",
        "parts",
        "signed_by",
        "signed_on",
        "status",
    )
    counted = {"missing": len(result.missing), "extra": len(result.extra)}
    crawl = {"disallowed_fetched": len(result.disallowed_fetched), "trap_hits": result.trap_hits}
    return {name: round(getattr(result, name), 4) for name in names} | counted | crawl


def table(result: Score, web: Web) -> str:
    """The figures, and F1 by host."""
    lines = [f"{name:>20}  {value}" for name, value in figures(result).items()]
    for host in web.hosts:
        mine = [v for v in result.verdicts if f"//{host}:" in v.gold.urls[0]]
        shown = sum(v.f1 for v in mine) / max(1, len(mine))
        leaks, of = sum(len(v.leaks) for v in mine), sum(len(v.gold.must_not_survive) for v in mine)
        lines.append(f"{host:>28}  {len(mine):3} documents  F1 {shown:.4f}  leaks {leaks}/{of}")
    lines += [f"             missing  {name}" for name in result.missing[:20]]
    lines += [f"               extra  {name}" for name in result.extra[:20]]
    lines += [f"            robots!  {url}" for url in result.disallowed_fetched]
    return "\n".join(lines)


def badness(verdict: Verdict) -> float:
    """Smaller is worse."""
    return verdict.f1 - 0.02 * len(verdict.leaks) - 0.02 * len(verdict.lost) - 0.01 * (not verdict.title)


def told(verdict: Verdict) -> str:
    """What is wrong with one document."""
    gold = verdict.gold
    wrong = [name for name in ("title", "parts", "signed_by", "signed_on", "status") if not getattr(verdict, name)]
    lines = [f"\n{gold.id}  {gold.text_key} {gold.title}  F1 {verdict.f1:.4f}  {'+'.join(gold.damage)}"]
    lines += [f"  wrong: {', '.join(wrong)}"] if wrong and verdict.found else []
    lines += [f"  leak: {s}" for s in verdict.leaks] + [f"  lost: {s}" for s in verdict.lost]
    return "\n".join(lines + [f"  {sign} {line}" for sign, line in differing(gold.text, verdict.read)][:12])


def differing(wanted: str, read: str) -> list[tuple[str, str]]:
    """Lines that stand on one side only, '-' for the gold's."""
    ours, theirs = Counter(read.split("\n")), Counter(wanted.split("\n"))
    return [("-", line[:160]) for line in theirs - ours] + [("+", line[:160]) for line in ours - theirs]


if __name__ == "__main__":
    try:
        main()
    except (ScoreError, TextError) as error:
        sys.exit(f"Error: {error}")
