"""Documents on a terminal: title, what is known of it, text."""

import json
from collections.abc import Sequence

from archive.cli import terminal
from archive.copies import lineage
from archive.copies.lineage import Piece
from archive.rows import Row
from archive.schemas.columns import JSON_COLUMNS
from archive.versioning import history
from pipelines.document import COLUMNS

# Columns that have a place of their own, or say nothing to a reader.
ELSEWHERE = {
    "title", "title_hans", "text", "text_hans", "reading", "part", "parts", "source_start", "source_end", "outline",
}  # fmt: skip
CONTEXT = 30  # characters around a change in a diff
QUOTED = 60  # characters of evidence that are shown


def shown(document: Row, path: str, *, hans: bool, reading: bool = False) -> str:
    """A document as a reader wants it; `path` is that of the file it came from, if it did.

    With `reading`, its masked and lost words stand as its copies have them, where they prove it.
    """
    suffix = "_hans" if hans else ""
    text = document["reading"] if reading and document.get("reading") else document[f"text{suffix}"]
    title = terminal.style(str(document[f"title{suffix}"]) or "(no title)", bold=True)
    return "\n".join([title, "", *_facts(document, path), "", str(text)])


def as_object(document: Row) -> dict[str, object]:
    """The columns in their order, lists as lists: what `--json` and the exports give."""
    return {column.name: _value(column.name, document.get(column.name)) for column in COLUMNS}


def _value(name: str, value: object) -> object:
    if name not in JSON_COLUMNS:
        return value
    return json.loads(str(value)) if value else ([] if name == "damage" else None)


def evidence(document: Row, facts: Sequence[Row]) -> str:
    """What is known of a document, and the words that tell it, a line each."""
    title = terminal.style(f"{document['title'] or '(no title)'}  ({document['id']})", bold=True)
    width = max((len(str(fact["name"])) for fact in facts), default=0)
    lines = [
        f"{terminal.style(str(fact['name']).ljust(width), dim=True)}  {fact['value']}  "
        + terminal.style(f"← {fact['where'] or 'other facts'}: {_in_a_line(str(fact['evidence']))}", dim=True)
        for fact in facts
    ]
    return "\n".join([title, *lines])


def diff(one: Row, other: Row, found: Sequence[Piece]) -> str:
    """Two copies side by side: what differs by kind, then the text with [-what the first has-]{+the second+}."""
    heads = [f"{sign} {row['id']}  {row['title'] or '(no title)'}" for sign, row in (("-", one), ("+", other))]
    first, second = lineage.shares(found)
    lines = [terminal.style(heads[0], fg="red"), terminal.style(heads[1], fg="green")]
    lines.append(f"the second has {first:.0%} of the first, the first {second:.0%} of the second")
    lines += [f"  {lineage.NAMES[kind]:<24}{told}" for kind, told in lineage.summary(found).items()]
    return "\n".join([*lines, "", "".join(map(_side_by_side, found))])


def versions(older: Row, newer: Row, found: history.Difference) -> str:
    """Two versions of a document: what differs in words, then the text as `diff` has it."""
    signs = (("-", older, "red"), ("+", newer, "green"))
    heads = [
        terminal.style(f"{sign} {row['id']}@{row['version']}  {row['title'] or '(no title)'}", fg=colour)
        for sign, row, colour in signs
    ]
    lines = [f"  {line}" for line in history.told(found) or ["no column that a reader sees differs"]]
    return "\n".join([*heads, *lines, "", "".join(map(_side_by_side, found.pieces))])


def _side_by_side(piece: Piece) -> str:
    if piece.kind in ("same", "marks"):
        return _shortened(piece.before)
    lost = terminal.style(f"[-{piece.before}-]", fg="red") if piece.before else ""
    new = terminal.style(f"{{+{piece.after}+}}", fg="green") if piece.after else ""
    return lost + new


def _shortened(text: str) -> str:
    """A long stretch that both have, without its middle."""
    return text if len(text) <= 3 * CONTEXT else f"{text[:CONTEXT]} … {text[-CONTEXT:]}"


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
    return [f"{terminal.style(name.ljust(width), dim=True)}  {value}" for name, value in facts.items()]


def _in_words(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {share}" for name, share in value.items())
    return ", ".join(value) if isinstance(value, list) else str(value)
