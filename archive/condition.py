"""The conditions that `--where` takes: comparisons of columns with values, and nothing else that SQL can do.

    signed_on >= '2019' AND genre IN ('总结', '汇报') AND NOT (status = 'partial' OR title LIKE '%计划%')

Every word is a column of `documents`, an operator or a value; values are handed to SQLite apart from the condition.
"""

import re
from dataclasses import dataclass

from archive.errors import ArchiveError
from pipelines.document import COLUMNS

NAMES = tuple(column.name for column in COLUMNS)
WORDS = frozenset({"AND", "OR", "NOT", "IN", "LIKE", "GLOB", "BETWEEN", "IS", "NULL"})
TOKEN = re.compile(
    r"(?P<space>\s+)|(?P<text>'(?:[^']|'')*')|(?P<number>-?\d+(?:\.\d+)?)|(?P<word>[A-Za-z_]\w*)"
    r"|(?P<sign><=|>=|<>|!=|==|[=<>(),])"
)


@dataclass(frozen=True, slots=True)
class Condition:
    """What follows WHERE, and its values."""

    sql: str
    values: tuple[str | int | float, ...] = ()


EVERYTHING = Condition("1")


def chosen(where: str | None, min_quality: float | None) -> Condition:
    """What a verb's options ask for: all of them at once."""
    known = parse(where) if where is not None else EVERYTHING
    if min_quality is None:
        return known
    return Condition(f"({known.sql}) AND quality >= ?", (*known.values, min_quality))


def parse(text: str) -> Condition:
    """The condition that `text` says. Raises `ArchiveError` at the first word that it may not hold."""
    pieces: list[str] = []
    values: list[str | int | float] = []
    at = 0
    while at < len(text):
        match = TOKEN.match(text, at)
        if not match:
            raise ArchiveError(f"--where: cannot read {text[at : at + 20]!r}. Text values stand in single quotes.")
        kind, token, at = str(match.lastgroup), match[0], match.end()
        if kind in ("text", "number"):
            pieces.append("?")
            values.append(_value(kind, token))
        elif kind == "word":
            pieces.append(_word(token))
        elif kind == "sign":
            pieces.append(token)
    if not pieces:
        raise ArchiveError("--where is empty. Example: signed_on >= '2019'")
    return Condition(" ".join(pieces), tuple(values))


def _value(kind: str, token: str) -> str | int | float:
    if kind == "text":
        return token[1:-1].replace("''", "'")
    return float(token) if "." in token else int(token)


def _word(token: str) -> str:
    if token.upper() in WORDS:
        return token.upper()
    if token.lower() in NAMES:
        return f'"{token.lower()}"'
    raise ArchiveError(f"--where: there is no column {token!r}. There are: {', '.join(NAMES)}")
