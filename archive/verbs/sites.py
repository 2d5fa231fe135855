"""`sites`: the hosts of the archive, their robots.txt and the basis on which they are kept."""

import json

import click

from archive import sites
from archive.cli import terminal
from archive.cli.place import Place
from archive.rows import Row


@click.command("sites")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
def sites_verb(place: Place, as_json: bool) -> None:
    """Print what is known of each host: documents, captures, its robots.txt, rights, and whether it was taken down.

    The robots.txt is the last that a crawl went by, with its place in the WARC files. The rights are what the site's
    profile said when it was crawled (`[rights]`: basis, contact, licence, note).
    """
    for row in sites.sites(place.open()):
        if as_json:
            terminal.echo_json(json.dumps(row, ensure_ascii=False))
        else:
            terminal.echo("\n".join(_lines(row)))


def _lines(row: Row) -> list[str]:
    lines = [terminal.style(str(row["host"]), bold=True)]
    lines.append(f"  documents  {row['documents']:,} on {row['pages']:,} pages")
    lines.append(f"  captured   {_span(row)}")
    lines.append(f"  robots     {_robots(row)}")
    rights = [str(row[name]) for name in ("rights_basis", "licence", "rights_contact", "rights_note") if row[name]]
    lines.append(f"  rights     {'; '.join(rights) or 'not stated (a profile may state them: [rights])'}")
    if row["taken_down_on"]:
        lines.append(f"  opted out  taken down on {str(row['taken_down_on'])[:10]}")
    return lines


def _span(row: Row) -> str:
    first, last = (str(row[name] or "")[:10] for name in ("first_capture", "last_capture"))
    return f"{first} to {last}" if first != last else first or "unknown"


def _robots(row: Row) -> str:
    if not row["robots_on"]:
        return "not noted"
    allows = sites.ALLOWS.get(str(row["robots_allows"]), str(row["robots_allows"]))
    seen = f"{str(row['robots_on'])[:10]}, status {row['robots_status']}, {str(row['robots_digest'])[:12]}"
    return f"{allows}; {seen}, {row['robots_file']} at {row['robots_offset']}"
