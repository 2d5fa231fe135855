"""Documents on a terminal: title, what is known of it, text."""

import json

import click

from archive.rows import Row
from pipelines.document import COLUMNS

# Columns that have a place of their own, or say nothing to a reader.
ELSEWHERE = {"title", "title_hans", "text", "text_hans", "part", "parts", "source_start", "source_end"}


def shown(document: Row, path: str, *, hans: bool) -> str:
    """A document as a reader wants it; `path` is that of the file it came from, if it did."""
    suffix = "_hans" if hans else ""
    title = click.style(str(document[f"title{suffix}"]) or "(no title)", bold=True)
    return "\n".join([title, "", *_facts(document, path), "", str(document[f"text{suffix}"])])


def as_object(document: Row) -> dict[str, object]:
    """The columns in their order, lists as lists: what `--json` and the exports give."""
    known = {column.name: document.get(column.name) for column in COLUMNS}
    parts = json.loads(str(known["quality_parts"] or "null"))
    return {**known, "damage": json.loads(str(known["damage"] or "[]")), "quality_parts": parts}


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
