"""`crawls`: what each crawl met and fell short of, and what is worse at each site than it was."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime

import click
from sqlite_utils import Database

from archive import crawls, health
from archive.cli import terminal
from archive.cli.place import Place
from archive.crawls import Counts
from archive.errors import ArchiveError
from archive.health import Round
from archive.lock import holder_of
from archive.rows import Row

MOST = 20  # crawls that are listed where nothing else is said
NAMED = 6  # codes of a kind in one line


@click.command("crawls")
@click.argument("crawl", type=int, required=False)
@click.option("--site", help="Only of that site, as `site` names it in the list.")
@click.option("--all", "every", is_flag=True, help=f"All of them, not the last {MOST}.")
@click.option("--health", "as_health", is_flag=True, help="What is worse at each site than it was, and since when.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
def crawls_verb(place: Place, crawl: int | None, site: str | None, every: bool, as_health: bool, as_json: bool) -> None:
    """Print the crawls, or all that is kept of one: settings, software, counts by host, problems, duration.

    With --health a line a site: how its last crawl ended, and what is worse than in the healthy crawls before: a share
    of pages rejected or of addresses failed that rose, documents that fell, lists that name nothing new any more. The
    exit status is 1 then if anything is.
    """
    db = place.open()
    running = holder_of(place.archive)
    at = running.crawl if running else 0
    if crawl is not None:
        row = crawls.crawl(db, crawl)
        if row is None:
            raise ArchiveError(f"there is no crawl {crawl}. python -m archive crawls lists them")
        _print(_facts(db, row, at), as_json, _one)
    elif as_health:
        worse = [name for name in _sites(db, site) if _said(db, name, as_json)]
        if worse:
            raise SystemExit(1)
    else:
        for row in crawls.listed(db, site=site, most=None if every else MOST):
            _print(_facts(db, row, at), as_json, _line)


def _print(facts: dict[str, object], as_json: bool, told: object) -> None:
    if as_json:
        terminal.echo_json(json.dumps(facts, ensure_ascii=False))
    else:
        assert callable(told)
        terminal.echo("\n".join(told(facts)))


def _facts(db: Database, row: Row, running: int) -> dict[str, object]:
    """All that is kept of a crawl, as JSON has it."""
    number = int(str(row["id"]))
    state = str(row["reason"] or ("running" if number == running else "not ended"))
    kept = {
        name: json.loads(str(row[name] or "null")) for name in ("settings", "expected", "problems", "warnings", "stats")
    }
    return {
        "crawl": number,
        "site": row["site"],
        "round": row["round"],
        "software": row["software"],
        "started_at": row["started_at"],
        "ended_at": row["ended_at"],
        "seconds": _seconds(row),
        "reason": state,
        "ending": kept["stats"].get("ending", "") if isinstance(kept["stats"], dict) else "",
        **kept,
        "counts": crawls.counted(db, [number]),
        "hosts": crawls.by_host(db, number),
    }


def _line(facts: Mapping[str, object]) -> Iterator[str]:
    """A crawl in a line, and its problems below."""
    counts = facts["counts"]
    assert isinstance(counts, dict)
    figures = f"{_n(counts, 'answer')} answers, {_found(counts)} documents ({_n(counts, 'document', 'new')} new)"
    figures += "".join(f", {_n(counts, what)} {what}" for what in ("rejected", "gone", "failed") if counts.get(what))
    begun, lasted = str(facts["started_at"])[:16].replace("T", " "), _duration(facts["seconds"])
    head = terminal.style(f"{facts['crawl']:>5}  {begun}", bold=True)
    shared = ", of a shared frontier" if _shared(facts) else ""
    ended = f"{facts['ending'] or facts['reason']}{shared}, {lasted}"
    yield f"{head}  {facts['site']}  {ended}: {figures if counts else 'not counted'}"
    yield from _complaints(facts)


def _shared(facts: Mapping[str, object]) -> str:
    """Where the links of a crawl waited, which round of them it went through, and as which worker; '' for here."""
    settings, stats = (facts[name] if isinstance(facts[name], dict) else {} for name in ("settings", "stats"))
    assert isinstance(settings, dict) and isinstance(stats, dict)
    place = settings.get("settings", {}).get("SHARED_FRONTIER", "")
    said = {name: stats.get(f"shared_frontier/{name}", "") for name in ("round", "worker", "leases", "given_back")}
    told = "round {round}, as {worker}: {leases} leases, {given_back} given back".format(**said)
    return f"{place}, {told}" if place and said["round"] else str(place)


def _complaints(facts: Mapping[str, object]) -> Iterator[str]:
    for name, colour in (("problems", "red"), ("warnings", "yellow")):
        said = facts[name]
        for sentence in said if isinstance(said, list) else []:
            yield terminal.style(f"       {name[:-1]}: {sentence}", fg=colour)


def _one(facts: Mapping[str, object]) -> Iterator[str]:
    """All of a crawl that people read; the rest is in --json."""
    yield from _line(facts)
    settings, expected = facts["settings"], facts["expected"]
    said = settings.get("overridden", {}) if isinstance(settings, dict) else {}
    versions = settings.get("versions", {}) if isinstance(settings, dict) else {}
    yield f"  began        {facts['started_at']}" + (
        f", as part of crawl {facts['round']}" if facts["round"] != facts["crawl"] else ""
    )
    yield f"  ended        {facts['ended_at'] or 'not yet'}"
    yield f"  set to       {', '.join(f'{name}={value}' for name, value in said.items()) or 'all defaults'}"
    yield f"  software     {', '.join(f'{name} {version}' for name, version in versions.items()) or facts['software']}"
    if shared := _shared(facts):
        yield f"  shared       {shared}"
    if isinstance(expected, dict):
        yield f"  expected     {', '.join(f'{name} {value}' for name, value in expected.items()) or 'nothing'}"
    hosts = facts["hosts"]
    assert isinstance(hosts, dict)
    for host, counts in hosts.items():
        yield terminal.style(f"  {host}", bold=True)
        for what in crawls.WHATS:
            if codes := counts.get(what):
                named = [f"{code} {n:,}" for code, n in list(codes.items())[:NAMED]]
                yield f"    {what:<11}{sum(codes.values()):,}: {', '.join(named)}" + (
                    ", …" if len(codes) > NAMED else ""
                )


def _sites(db: Database, site: str | None) -> list[str]:
    """The sites that were crawled, the one crawled last first."""
    names = dict.fromkeys(str(row["site"]) for row in crawls.listed(db, site=site))
    if site and not names:
        raise ArchiveError(f"no crawl of {site}. python -m archive crawls --all lists what was crawled")
    return list(names)


def _said(db: Database, site: str, as_json: bool) -> bool:
    """Print how a site is; True where it is worse than it was."""
    known = health.rounds(db, site)
    found, last = health.findings(known), known[-1]
    wrong = [*last.problems, *map(str, found)]
    if as_json:
        facts = {
            "site": site,
            "rounds": len(known),
            "last": _last(last),
            "problems": last.problems,
            "worse": list(map(str, found)),
        }
        terminal.echo_json(json.dumps(facts, ensure_ascii=False))
    else:
        state = terminal.style("worse", fg="red") if wrong else "well"
        ended = f"last {last.began[:10]} ({last.reason or 'not ended'})"
        terminal.echo(f"{terminal.style(site, bold=True)}  {state}, {len(known)} crawls, {ended}")
        for sentence in wrong:
            terminal.echo(f"  {sentence}")
    return bool(wrong)


def _last(last: Round) -> dict[str, object]:
    return {
        "crawl": last.ids[-1],
        "began": last.began,
        "reason": last.reason,
        "documents": last.documents,
        "new": last.new,
    }


def _n(counts: Counts, what: str, code: str | None = None) -> str:
    codes = counts.get(what, {})
    return f"{codes.get(code, 0) if code else sum(codes.values()):,}"


def _found(counts: Counts) -> str:
    return f"{sum(n for code, n in counts.get('document', {}).items() if code != 'retired'):,}"


def _seconds(row: Row) -> float | None:
    if not row["ended_at"]:
        return None
    began, ended = (datetime.fromisoformat(str(row[name])) for name in ("started_at", "ended_at"))
    return (ended - began).total_seconds()


def _duration(seconds: object) -> str:
    """As people say it; a clock that was set back in between tells none."""
    if not isinstance(seconds, float):
        return "so far"
    if seconds < 0:
        return "of a length that the clock does not tell"
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s" if minutes else f"{rest} s"
