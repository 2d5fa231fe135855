"""`search`: documents by their words."""

import json
import sys

import click

from archive import search
from archive.cli import terminal
from archive.cli.options import with_filters
from archive.cli.place import Place
from archive.condition import Filters
from archive.errors import ArchiveError

COLUMNS = ("id", "url", "title", "genre", "script", "published_on", "signed_by", "signed_on", "status", "quality")


# What begins with a minus is left out of the answers, and no option.
@click.command("search", context_settings={"ignore_unknown_options": True})
@click.argument("query", nargs=-1, required=True)
@with_filters
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="Documents to print.")
@click.option("--skip", type=click.IntRange(0), default=0, help="Documents to leave out before them.")
@click.option("--rank", is_flag=True, help="By relevance (bm25) even where the words are frequent: may take seconds.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
def search_verb(
    place: Place, /, query: tuple[str, ...], filters: Filters, limit: int, skip: int, rank: bool, as_json: bool
) -> None:
    """Find documents that hold all words of QUERY, those with a hit in the title first, then best first.

    A word is found at any length, in Simplified and Traditional characters alike, across spaces and punctuation; runs
    of Latin letters and of digits are matched whole. 'word OR word', 'word NOT word', 'word -word' and parentheses
    do what they say; '"words in quotes"' stand together (the shell wants quotes around the quotes).

    Words that more than 5 % of the documents have say little of any of them: what has them stands by quality and
    date, unless --rank is given.
    """
    for word in query:
        if word.startswith("--") and word.strip("-"):
            raise ArchiveError(f"there is no option {word}. See: python -m archive search --help")
    words = " ".join(query)
    found = place.asked(lambda db: search.search(db, words, limit, filters.condition(), rank=rank, skip=skip))
    for hit in found.hits:
        (terminal.echo_json if as_json else terminal.echo)(_json_hit(hit) if as_json else _hit(hit))
    if not as_json:
        terminal.echo(_summary(found), err=True)


def _summary(found: search.Found) -> str:
    shown = len(found.hits)
    told = f"more than {found.total:,} found" if found.at_least else f"{found.total:,} found"
    told += f", {shown:,} shown" if found.at_least or found.total > shown else ""
    if found.frequent and not found.ranked:
        told += (
            ". More than 5 % of all documents are answers: title hits first, then by quality and date (--rank: bm25)"
        )
    return told


def _hit(hit: search.Hit) -> str:
    document = hit.document
    facts = [str(document[name]) for name in ("id", "genre", "signed_by", "signed_on") if document[name]]
    title = terminal.style(_coloured(hit.title) or "(no title)", bold=True)
    return f"{title}\n  {terminal.style(' · '.join(facts), dim=True)}\n  {_coloured(hit.snippet)}"


def _coloured(text: str) -> str:
    """Hits in colour; on paper in brackets."""
    marks = terminal.style("\0", fg="yellow").split("\0") if sys.stdout.isatty() else ("【", "】")
    return text.replace(search.OPEN, marks[0]).replace(search.CLOSE, marks[1])


def _json_hit(hit: search.Hit) -> str:
    plain = hit.snippet.replace(search.OPEN, "【").replace(search.CLOSE, "】")
    return json.dumps({**{name: hit.document[name] for name in COLUMNS}, "snippet": plain}, ensure_ascii=False)
