"""The table of anchors: what a text can name only from some day on, and what it hardly names after another.

The data are `anchors.toml`, with their sources; here they become patterns, each table one alternation.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple, TypeVar

LOOK = 4  # characters of a name that are looked at before it is looked up; measured: the fewer hits the better
NUMERAL = r"\d{1,3}|[一二三四五六七八九十百]{1,5}"
_DIGITS = {c: n for n, c in enumerate("一二三四五六七八九十", 1)}
_Row = TypeVar("_Row")
_NAMED = ("campaigns", "doctrine", "events", "matters", "works", "institutions")


class Span(NamedTuple):
    """When a thing can be named: from `since` on (hard), hardly after `until` (soft); '' where it is open."""

    since: str
    until: str
    aid: str  # the `until` of a disaster, where help is spoken of
    begun: str  # the `since` of what was announced before it began, where it is spoken of as done
    table: str


class Edition(NamedTuple):
    """Yearly things counted from a base year, while number and year ran together."""

    base: int
    first: int
    last: int


class Anchors(NamedTuple):
    """All tables, ready to search with. Words are those of a text without quotation marks, spaces and 、."""

    congresses: Mapping[int, tuple[str, ...]]
    discipline: Mapping[int, tuple[str, ...]]
    sessions: Mapping[int, int]
    plans: Mapping[str, tuple[int, int]]
    law_education: Mapping[str, tuple[int, int]]
    yearly: Mapping[str, Edition]
    yearly_form: re.Pattern[str]
    anniversaries: Mapping[str, int]
    anniversary_form: re.Pattern[str]
    counts: Mapping[str, Mapping[int, tuple[str, str]]]
    enumerations: Mapping[str, Mapping[int, str]]
    count_form: re.Pattern[str]
    assemblies: Mapping[str, Mapping[int, str]]
    assembly_form: re.Pattern[str]
    laws: Mapping[str, tuple[str, ...]]
    law_form: re.Pattern[str]
    named: Mapping[str, Span]
    by_beginning: Mapping[str, list[str]]
    named_form: re.Pattern[str]


@cache
def anchors() -> Anchors:
    """The tables of `anchors.toml`."""
    data = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    yearly = {word: Edition(base, 1, 199) for word, base in _spelled(data["days"])}
    yearly |= {
        word: Edition(row["base"], row.get("from", 1), row.get("to", 199)) for word, row in _spelled(data["editions"])
    }
    named = {
        word: Span(row.get("since", ""), row.get("until", ""), row.get("aid", ""), row.get("begun", ""), table)
        for table in _NAMED
        for word, row in _spelled(data[table])
    }
    anniversaries = dict(_spelled(data["anniversaries"]))
    counts = {word: {int(n): (a, b) for n, (a, b) in row.items()} for word, row in _spelled(data["counts"])}
    enumerations = {word: {int(n): month for n, month in row.items()} for word, row in _spelled(data["enumerations"])}
    assemblies = {word: {int(n): month for n, month in row.items()} for word, row in _spelled(data["assemblies"])}
    laws = {word: tuple(months) for word, months in _spelled(data["laws"])}
    return Anchors(
        {int(n): tuple(months) for n, months in data["congresses"].items()},
        {int(n): tuple(months) for n, months in data["discipline"].items()},
        {int(n): year for n, year in data["sessions"].items()},
        {name: (first, last) for name, (first, last) in data["plans"].items()},
        {name: (first, last) for name, (first, last) in data["law_education"].items()},
        yearly,
        re.compile(rf"第({NUMERAL})[个届次](?:全国|中国|世界|国际|联合国){{0,2}}({_either(yearly)})"),
        anniversaries,
        re.compile(rf"({_either(anniversaries)})的?({NUMERAL})(?:周年|岁?华诞|岁生日|[多余]年(?=来|以来|间))"),
        counts,
        enumerations,
        re.compile(rf"第({NUMERAL})[届次]({_either(counts)})"),
        assemblies,
        re.compile(
            rf"({_either(assemblies)})的?(?:第({NUMERAL})次全国代表大会|([一二三四五六七八九十]{{1,3}})大(?![类项户队]))"
        ),
        laws,
        re.compile(
            rf"(?P<new>新(?:修[订改]|版)?的?)?《?(?:中华人民共和国)?(?<![省市区县州政洋])(?P<name>{_either(laws)})"
        ),
        named,
        _by_beginning(named),
        re.compile(_beginnings(named)),
    )


def count(text: str) -> int:
    """A number as a text counts with, in digits or numerals up to 199: 37, 三十七, 一百一十三."""
    if text.isdigit():
        return int(text)
    hundred, found, rest = text.rpartition("百")
    tens, ten, ones = rest.rpartition("十")
    value = (_DIGITS.get(hundred, 1) * 100 if found else 0) + (_DIGITS.get(tens, 1) * 10 if ten else 0)
    return value + _DIGITS.get(ones, 0)


def _spelled(table: Mapping[str, _Row]) -> Iterable[tuple[str, _Row]]:
    """Each spelling with its row."""
    return ((word, row) for words, row in table.items() for word in words.split("|"))


def names_in(text: str) -> Iterator[tuple[int, str]]:
    """Where the names of the tables stand in a text, in order, the longest that begins there, also within others."""
    table = anchors()
    for match in table.named_form.finditer(text):
        at = match.start()
        for name in table.by_beginning.get(text[at : at + 2], ()):
            if text.startswith(name, at):
                yield at, name
                break


def _by_beginning(names: Iterable[str]) -> dict[str, list[str]]:
    """The names by their first two characters, the longest first: an alternation of hundreds would be dear."""
    groups: dict[str, list[str]] = {}
    for name in sorted(names, key=lambda name: (-len(name), name)):
        groups.setdefault(name[:2], []).append(name)
    return groups


def _beginnings(words: Iterable[str]) -> str:
    """One character of many, which is sought fast, and a look at those behind it, which spares most of the rest."""
    listed = list(words)
    ahead = []
    for size in sorted({min(len(word), LOOK) for word in listed}, reverse=True):
        alike = [word for word in listed if min(len(word), LOOK) == size]
        ahead.append("".join(_one_of(alike, n) for n in range(1, size)))
    return f"{_one_of(listed, 0)}(?={'|'.join(ahead)})"


def _one_of(words: Iterable[str], n: int) -> str:
    """Any of the n-th characters of the words."""
    return f"[{re.escape(''.join(sorted({word[n] for word in words})))}]"


def _either(words: Iterable[str]) -> str:
    """One alternation, branched by common beginnings: it is tried at each character of each text.

    The longest first: where two begin at one place, the longer name is meant.
    """
    groups: dict[str, list[str]] = {}
    for word in sorted(words, key=lambda word: (-len(word), word)):
        groups.setdefault(word[:1], []).append(word[1:])
    return "|".join(re.escape(first) + _rest(rests) for first, rests in sorted(groups.items()) if first)


def _rest(rests: list[str]) -> str:
    """What follows one first character; optional where the word may end there."""
    inner = _either(rest for rest in rests if rest)
    if not inner:
        return ""
    return f"(?:{inner}){'?' if '' in rests else ''}"
