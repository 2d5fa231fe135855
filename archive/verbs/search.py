"""`search`: documents by their words."""

import json
import sys

import click

from archive import search
from archive.condition import Filters
from archive.errors import ArchiveError
from archive.options import with_filters
from archive.place import Place


@click.command("search")
@click.argument("query", nargs=-1, required=True)
@with_filters
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="Documents to print.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
def search_verb(place: Place, query: tuple[str, ...], filters: Filters, limit: int, as_json: bool) -> None:
    """Find documents that hold all words of QUERY, best first.

    Simplified and Traditional characters find each other. "Words in quotes" stand together; a word of Latin
    letters is matched whole.
    """
    chosen = filters.condition()
    db, words = place.open(), " ".join(query)
    if not search.expression(words):
        raise ArchiveError(f"there is no word to search for in {words!r}")
    hits = search.search(db, words, limit, chosen)
    for hit in hits:
        click.echo(_json_hit(hit) if as_json else _hit(hit))
    if not as_json:
        found = search.count(db, words, chosen)
        click.echo(f"{found:,} found" + (f", {len(hits)} shown" if found > len(hits) else ""), err=True)


def _hit(hit: search.Hit) -> str:
    document = hit.document
    facts = [str(document[name]) for name in ("id", "genre", "signed_by", "signed_on") if document[name]]
    title = click.style(_coloured(hit.title) or "(no title)", bold=True)
    return f"{title}\n  {click.style(' · '.join(facts), dim=True)}\n  {_coloured(hit.snippet)}"


def _coloured(text: str) -> str:
    """Hits in colour; on paper in brackets."""
    marks = ("\x1b[33m", "\x1b[39m") if sys.stdout.isatty() else ("【", "】")
    return text.replace(search.OPEN, marks[0]).replace(search.CLOSE, marks[1])


def _json_hit(hit: search.Hit) -> str:
    plain = hit.snippet.replace(search.OPEN, "【").replace(search.CLOSE, "】")
    names = ("id", "url", "title", "genre", "script", "published_on", "signed_by", "signed_on", "status", "score")
    return json.dumps({**{name: hit.document[name] for name in names}, "snippet": plain}, ensure_ascii=False)
