"""Documents on a terminal: title, what is known of it, text."""

import json
from collections.abc import Sequence

import click

from archive.rows import Row
from archive.schema import JSON_COLUMNS
from pipelines.document import COLUMNS

# Columns that have a place of their own, or say nothing to a reader.
ELSEWHERE = {
    "title", "title_hans", "text", "text_hans", "reading", "part", "parts", "source_start", "source_end", "outline",
}  # fmt: skip
QUOTED = 60  # characters of evidence that are shown


def shown(document: Row, path: str, *, hans: bool) -> str:
    """A document as a reader wants it; `path` is that of the file it came from, if it did."""
    suffix = "_hans" if hans else ""
    title = click.style(str(document[f"title{suffix}"]) or "(no title)", bold=True)
    return "\n".join([title, "", *_facts(document, path), "", str(document[f"text{suffix}"])])


def as_object(document: Row) -> dict[str, object]:
    """The columns in their order, lists as lists: what `--json` and the exports give."""
    return {column.name: _value(column.name, document.get(column.name)) for column in COLUMNS}


def _value(name: str, value: object) -> object:
    if name not in JSON_COLUMNS:
        return value
    return json.loads(str(value)) if value else ([] if name == "damage" else None)


def evidence(document: Row, facts: Sequence[Row]) -> str:
    """What is known of a document, and the words that tell it, a line each."""
    title = click.style(f"{document['title'] or '(no title)'}  ({document['id']})", bold=True)
    width = max((len(str(fact["name"])) for fact in facts), default=0)
    lines = [
        f"{click.style(str(fact['name']).ljust(width), dim=True)}  {fact['value']}  "
        + click.style(f"← {fact['where'] or 'other facts'}: {_in_a_line(str(fact['evidence']))}", dim=True)
        for fact in facts
    ]
    return "\n".join([title, *lines])


def _in_a_line(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= QUOTED else flat[:QUOTED] + "…"


def _facts(document: Row, path: str) -> list[str]:
    facts = {"part": f"{document['part']} of {document['parts']}"} if document["parts"] != 1 else {}
    for column in COLUMNS:
        value = as_object(document)[column.name]
        if column.name not in ELSEWHERE and value not in (None, "", []):
            facts[column.name] = _in_words(value)
    if path:
        facts["path"] = path
    width = max(map(len, facts))
    return [f"{click.style(name.ljust(width), dim=True)}  {value}" for name, value in facts.items()]


def _in_words(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {share}" for name, share in value.items())
    return ", ".join(value) if isinstance(value, list) else str(value)
