"""`hosts`: how the crawler goes by each host; pause, block and open one. A running crawl obeys within seconds."""

import json
import re
from datetime import UTC, datetime, timedelta

import click

from archive import hosts
from archive.cli import terminal
from archive.cli.completing import hosts as known_hosts
from archive.cli.place import Place
from archive.errors import ArchiveError
from archive.rows import Row
from archive.store import now

ACTIONS = {"pause": "paused", "block": "blocked", "open": "open"}
UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
FORM = re.compile(r"(\d{1,5})([mhdw])")
DATE = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?Z?)?")
HOST = re.compile(r"[^\s/:@?#]+(\.[^\s/:@?#]+)*")


@click.command("hosts")
@click.argument("action", type=click.Choice([*ACTIONS]), required=False)
@click.argument("host", required=False, shell_complete=known_hosts)
@click.option(
    "--for", "length", metavar="TIME", help="How long a pause lasts: 30m, 6h, 2d, 1w. Without it: until `open`."
)
@click.option("--until", metavar="DATE", help="Its end as a date, such as 2027-02-10, or 2027-02-10T06:00 (UTC).")
@click.option("--why", default="", help="The reason: shown here, in `links` and in the log.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
def hosts_verb(
    place: Place, action: str | None, host: str | None, length: str | None, until: str | None, why: str, as_json: bool
) -> None:
    """Print how the crawler goes by each host; or `pause`, `block` or `open` one.

    A paused host is asked nothing until the pause ends, a blocked one nothing at all; what is known of it stays, and
    its links wait. Opening it ends its rest after failures too. A crawl that is running obeys within seconds.
    """
    if action is None:
        for row in hosts.all_of(place.open()):
            terminal.echo_json(json.dumps(row, ensure_ascii=False)) if as_json else terminal.echo(
                "\n".join(_lines(row))
            )
        return
    if not host or not HOST.fullmatch(host):
        raise ArchiveError(
            f"{host or 'no host'}: name a host, without http:// and port: hosts {action} www.example.org"
        )
    if (length or until) and action != "pause":
        raise ArchiveError(f"--for and --until are for a pause; `{action}` lasts until something else is said")
    end = _end(length, until)
    hosts.set_state(place.open(write=True), host, ACTIONS[action], until=end, why=why)
    terminal.echo(
        f"{host.lower()} is {ACTIONS[action]}" + (f" until {end}" if end else "") + (f": {why}" if why else "")
    )


def _end(length: str | None, until: str | None) -> str:
    """When a pause ends, as the archive writes times; '' where nothing was said."""
    if length and until:
        raise ArchiveError("--for and --until say the same; give one of them")
    if length:
        told = FORM.fullmatch(length)
        if not told:
            raise ArchiveError(f"--for {length}: a number with m, h, d or w is wanted, such as 30m or 2d")
        span = timedelta(**{UNITS[told[2]]: int(told[1])})
        return (datetime.now(UTC) + span).strftime("%Y-%m-%dT%H:%M:%SZ")
    if not until:
        return ""
    try:
        if not DATE.fullmatch(until):
            raise ValueError(until)
        end = datetime.fromisoformat(until).replace(tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except ValueError as error:
        raise ArchiveError(
            f"--until {until}: a date is wanted, such as 2027-02-10 or 2027-02-10T06:00 (UTC)"
        ) from error
    if end <= now():
        raise ArchiveError(f"--until {until} is past")
    return end


def _lines(row: Row) -> list[str]:
    lines = [f"{terminal.style(str(row['host']), bold=True)}  {_state(row)}"]
    if row["why"]:
        lines.append(f"  because      {row['why']}")
    if str(row["not_before"] or "") > now():
        lines.append(f"  rests        until {row['not_before']}, after {row['failures']} failures in a row")
    if row["validators"] == "lie":
        lines.append("  validators   not believed: a page changed, and its ETag or Last-Modified did not")
    if row["visits"]:
        lines.append(f"  visits       {row['visits']:,} of known pages, {row['changes']:,} found them changed")
    return lines


def _state(row: Row) -> str:
    if row["state"] == "paused" and row["until"]:
        over = " (that is over: it is asked again)" if str(row["until"]) <= now() else ""
        return f"paused until {row['until']}{over}"
    return str(row["state"])
