"""What tells a genre in a text's body (`genre.toml`), and the stretches of a text in which it counts."""

import re
import tomllib
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
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
        cue = Cue(row["genre"], row["weight"], row["zone"], tuple(row["keys"]), re.compile(pattern, re.M))
        by_zone[cue.zone].append(cue)
    return {zone: Index(tuple(found)) for zone, found in by_zone.items()}
