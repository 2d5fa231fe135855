"""Which documents a verb is to take: the conditions of `--where`, and the shorter options beside it.

`--where` takes comparisons of columns with values, and nothing else that SQL can do:

    signed_on >= '2019' AND genre IN ('总结', '汇报') AND NOT (status = 'partial' OR title LIKE '%计划%')

Every word is a column of `documents`, an operator or a value; values are handed to SQLite apart from the condition.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, fields

from archive.errors import ArchiveError
from archive.searching.words import segment
from pipelines.document import COLUMNS
from pipelines.taxonomy import PHENOMENA

NAMES = tuple(column.name for column in COLUMNS)
WORDS = frozenset({"AND", "OR", "NOT", "IN", "LIKE", "GLOB", "BETWEEN", "IS", "NULL"})
TOKEN = re.compile(
    r"(?P<space>\s+)|(?P<text>'(?:[^']|'')*')|(?P<number>-?\d+(?:\.\d+)?)|(?P<word>[A-Za-z_]\w*)"
    r"|(?P<sign><=|>=|<>|!=|==|[=<>(),])"
)
HANDLERS = [handler for row in PHENOMENA for way in row.treatments for handler in way.by]
DAMAGE = frozenset(
    f"missing_{one.name}" if one.kind == "gap" else one.name
    for one in HANDLERS
    if one.kind in ("mark", "damage", "gap")
)  # the kinds that `documents.damage` may name
DATE = r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?"
ERA = re.compile(rf"(?P<one>{DATE})|(?P<first>{DATE})?\.\.(?P<last>{DATE})?")


@dataclass(frozen=True, slots=True)
class Condition:
    """What follows WHERE, and its values."""

    sql: str
    values: tuple[str | int | float, ...] = ()


EVERYTHING = Condition("1")


@dataclass(frozen=True, slots=True)
class Filters:
    """The options by which a verb leaves documents out; a document must pass all that are given."""

    where: str | None = None
    genre: tuple[str, ...] = ()
    era: str | None = None
    site: tuple[str, ...] = ()
    organisation: tuple[str, ...] = ()
    damage: tuple[str, ...] = ()
    family: str | None = None
    canonical: bool = False
    complete: bool = False
    min_quality: float | None = None

    def condition(self) -> Condition:
        """All of them as one condition."""
        found = [*self._conditions()]
        if not found:
            return EVERYTHING
        sql = " AND ".join(f"({one.sql})" for one in found)
        return Condition(sql, tuple(value for one in found for value in one.values))

    def given(self) -> dict[str, object]:
        """Those that are given, by name, as a manifest tells them."""
        values = ((one.name, getattr(self, one.name)) for one in fields(self))
        return {name: value for name, value in values if value not in (None, (), False)}

    def _conditions(self) -> Iterator[Condition]:
        if self.where is not None:
            yield parse(self.where)
        if self.genre:
            yield Condition(f"genre IN ({', '.join('?' * len(self.genre))})", self.genre)
        if self.era is not None:
            yield within(self.era)
        if self.site:
            yield _of_sites(self.site)
        if self.organisation:
            yield _of_organisations(self.organisation)
        if self.damage:
            yield _damaged(self.damage)
        if self.family is not None:
            yield _of_family(self.family)
        if self.canonical:
            yield Condition("canonical = 1")
        if self.complete:
            yield Condition("status = 'complete'")
        if self.min_quality is not None:
            yield Condition("quality >= ?", (self.min_quality,))


def within(era: str) -> Condition:
    """Documents that are known to be of a time: signed in it, or, without a date, of an era that lies in it whole."""
    match = ERA.fullmatch(era)
    if not match or not (match["one"] or match["first"] or match["last"]):
        raise ArchiveError(f"--era: cannot read {era!r}. Examples: 2009..2012, 2015-07.., ..2004, 2018")
    first, last = match["one"] or match["first"] or "0000", match["one"] or match["last"] or "9999"
    if first > last and not first.startswith(last):
        raise ArchiveError(f"--era {era}: it ends before it begins")
    if len(last) == 10 and int(last[8:]) >= monthrange(int(last[:4]) or 1, int(last[5:7]))[1]:
        last = last[:7]  # a month ends with its last day
    known = " AND ".join(
        (
            f"{_filled('coalesce(signed_on, era_from)', '-01-01')} >= {_filled('?', '-01-01')}",
            f"{_filled('coalesce(signed_on, era_to)', '-12-31')} <= {_filled('?', '-12-31')}",
        )
    )
    return Condition(known, (first, first, last, last))


def _filled(date: str, ending: str) -> str:
    """SQL: a date as a whole day, where only its year or month is known."""
    return f"({date} || substr('{ending}', length({date}) - 3))"


def _of_sites(hosts: tuple[str, ...]) -> Condition:
    """Documents of these hosts and of the hosts below them."""
    one = "h.host = ? OR substr(h.host, -length(?) - 1) = '.' || ?"
    # Each host is looked at once, in an index: the rows of `pages` hold whole texts.
    known = f"SELECT h.host FROM pages AS h GROUP BY 1 HAVING {' OR '.join([one] * len(hosts))}"
    sql = f"article_id IN (SELECT id FROM pages WHERE host IN ({known}))"
    return Condition(sql, tuple(host.lower() for host in hosts for _ in range(3)))


def _of_organisations(names: tuple[str, ...]) -> Condition:
    """Documents of organisations in whose name one of these stands, in either script."""
    named = [f" {segment(name)} " for name in names]
    if "  " in named:
        raise ArchiveError("--organisation: there is no word in it")
    one = "instr(' ' || segment(o.organisation) || ' ', ?)"
    sql = f"SELECT o.organisation FROM documents AS o GROUP BY 1 HAVING {' OR '.join([one] * len(named))}"
    return Condition(f"organisation IN ({sql})", tuple(named))  # each name is looked at once, in an index


def _damaged(kinds: tuple[str, ...]) -> Condition:
    """Documents with one of these kinds of damage."""
    if unknown := sorted(set(kinds) - DAMAGE):
        raise ArchiveError(f"--damage: there is no kind {unknown[0]!r}. There are: {', '.join(sorted(DAMAGE))}")
    return Condition(f"EXISTS (SELECT 1 FROM json_each(damage) WHERE value IN ({', '.join('?' * len(kinds))}))", kinds)


def _of_family(name: str) -> Condition:
    """The copies of a document, itself among them, by its id or the family's."""
    of = "(SELECT m.family_id FROM documents AS m WHERE m.id = ?)"
    merged = "(SELECT f.merged_into FROM families AS f WHERE f.id = ?)"
    return Condition(f"id = ? OR family_id IN (?, {of}, {merged})", (name,) * 4)


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
