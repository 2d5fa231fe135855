"""What tells a genre in a text's body (`genre.toml`), and the stretches of a text in which it counts."""

import re
import tomllib
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

OPENING, CLOSING = 600, 300  # characters: where formulas stand, behind the salutation and the reason of the text
HEAD = 28  # characters of a line in which its heading stands


class Cue(NamedTuple):
    """One thing that points to a genre; `genre.toml` says what its parts mean."""

    genre: str
    weight: float
    zone: str
    keys: tuple[str, ...]
    pattern: re.Pattern[str]


class Index:
    """Cues by their keys, all of which one pass over a text finds: forty times as fast as asking for each."""

    def __init__(self, cues: tuple[Cue, ...]) -> None:
        self.cues = cues
        keys = {key for cue in cues for key in cue.keys}
        self._keys = any_of(keys)
        # Of two keys that begin alike only the longer one is found.
        self._by_key = {
            key: [n for n, cue in enumerate(cues) if any(key.startswith(other) for other in cue.keys)] for key in keys
        }

    def in_question(self, text: str) -> list[Cue]:
        """The cues one of whose keys stands in a text."""
        present = set()
        found = self._keys.search(text)
        while found:
            present.add(found[0])
            found = self._keys.search(text, found.start() + 1)
        return [self.cues[n] for n in sorted({n for key in present for n in self._by_key[key]})]


def any_of(words: Iterable[str]) -> re.Pattern[str]:
    """One of some words, the longest that begins there; by first characters, so that a search can skip."""
    tails: dict[str, list[str]] = defaultdict(list)
    for word in sorted(words, key=lambda word: (-len(word), word)):
        tails[word[0]].append(re.escape(word[1:]))
    return re.compile("|".join(f"{re.escape(head)}(?:{'|'.join(rest)})" for head, rest in sorted(tails.items())))


def each(words: str, behind: str) -> str:
    """`words`, as a|b|c, each with what stands `behind`: so a search skips to their first characters."""
    return "|".join(f"{word}(?:{behind})" for word in words.split("|"))


def spread(pattern: str) -> str:
    """A pattern that says the same, its alternatives without groups before them: so a search skips to their beginnings.

    (?:甲|乙)丙|[丁戊]己 becomes 甲丙|乙丙|丁己|戊己.
    """
    return "|".join(one for alternative in _alternatives(pattern) for one in _without_group(alternative))


def _without_group(alternative: str) -> Iterator[str]:
    """What an alternative begins with, each with the rest. Leaves repeated groups, and classes of ranges."""
    opening = _OPENING.match(alternative)
    if opening:
        yield from (character + alternative[opening.end() :] for character in opening[1])
        return
    inside = next(_alternatives(alternative[3:], closed=True), None) if alternative.startswith("(?:") else None
    end = 3 + len(inside) if inside is not None else 0
    if inside is None or alternative[end + 1 : end + 2] in tuple("?*+{"):
        yield alternative
        return
    for one in _alternatives(inside):
        yield from _without_group(one + alternative[end + 1 :])


_OPENING = re.compile(r"\[([^\W\dA-Za-z]+)\](?![?*+{])")  # a class of plain characters
_PARTS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[()|]|[^\\\[()|]+", re.S)


def _alternatives(pattern: str, *, closed: bool = False) -> Iterator[str]:
    """The alternatives of a pattern outside its groups; `closed`: all up to the parenthesis that closes it."""
    depth = start = 0
    for part in _PARTS.finditer(pattern):
        if part[0] == ")" and closed and not depth:
            yield pattern[: part.start()]
            return
        depth += (part[0] == "(") - (part[0] == ")")
        if part[0] == "|" and not depth and not closed:
            yield pattern[start : part.start()]
            start = part.end()
    if not closed:
        yield pattern[start:]


class Zone(NamedTuple):
    """A stretch of a text: where each of its lines begins in the text."""

    text: str
    begins: tuple[int, ...]  # in `text`
    places: tuple[int, ...]  # in the document

    def place(self, at: int) -> int:
        """Where a character of the zone stands in the document."""
        n = bisect_right(self.begins, at) - 1
        return self.places[n] + at - self.begins[n]


def zones_of(folded: str) -> dict[str, Zone]:
    """The stretches in which cues count."""
    lines = folded.split("\n")
    starts = tuple(accumulate((len(line) + 1 for line in lines[:-1]), initial=0))
    heads = [line[:HEAD] for line in lines]
    begins = tuple(accumulate((len(head) + 1 for head in heads[:-1]), initial=0))
    tail = max(0, len(folded) - CLOSING)
    return {
        "opening": Zone(folded[:OPENING], (0,), (0,)),
        "closing": Zone(folded[tail:], (0,), (tail,)),
        "heads": Zone("\n".join(heads), begins, starts),
        "whole": Zone(folded, (0,), (0,)),
    }


@cache
def cues() -> dict[str, Index]:
    """The cues of `genre.toml` by their zones."""
    data = tomllib.loads(Path(__file__).with_name("genre.toml").read_text(encoding="utf-8"))
    by_zone: dict[str, list[Cue]] = defaultdict(list)
    for row in data["cue"]:
        pattern = row["pattern"]
        for word, stands_for in data["words"].items():
            pattern = pattern.replace(word, stands_for)
        cue = Cue(row["genre"], row["weight"], row["zone"], tuple(row["keys"]), re.compile(spread(pattern), re.M))
        by_zone[cue.zone].append(cue)
    return {zone: Index(tuple(found)) for zone, found in by_zone.items()}
