"""The county that a text's towns lie in: one name is borne by many, two or three together by one county alone."""

import re
from collections import Counter
from functools import cache
from math import prod
from pathlib import Path
from typing import NamedTuple

COUNTIES = 2850  # in China: chance puts two towns, each borne in m and n counties, into one with about m * n / COUNTIES
CHANCE = 0.03  # chosen: what that chance must stay under
CHANCE_OF_TWO = 0.005  # likewise where there are two only (chosen)
SHARE = 0.6  # of the towns that a text names must lie in the county (chosen)
LONGEST = 5  # characters of a town's name before 镇, 乡, 街道

_DATA = Path(__file__).with_name("towns.txt")
_KINDS = ("镇", "乡", "街道")
_ENDS = re.compile("镇|乡|街道")


class Town(NamedTuple):
    """A town's name at `text[start:end]`, and the codes of the counties that have one so called."""

    start: int
    end: int
    counties: frozenset[str]


def towns(text: str) -> dict[str, Town]:
    """The towns that a folded text names, each at its first place."""
    found: dict[str, Town] = {}
    if not _ENDS.search(text):
        return found
    known, ends = _towns(), _last_two()
    for match in _ENDS.finditer(text):
        if text[match.end() - 2 : match.end()] not in ends:
            continue
        for start in range(max(0, match.start() - LONGEST), match.start()):
            name = text[start : match.end()]
            if name in known:
                found.setdefault(name, Town(start, match.end(), known[name]))
                break
    return found


def county_of(named: dict[str, Town]) -> tuple[str, list[Town]] | None:
    """The code of the one county that towns lie in, and those of them that do; None where chance could do it."""
    counted = Counter(code for town in named.values() for code in town.counties).most_common(2)
    if not counted or counted[0][1] < max(2, SHARE * len(named)):
        return None
    code, most = counted[0]
    here = [town for town in named.values() if code in town.counties]
    alone = len(counted) == 1 or counted[1][1] < most
    chance = prod(len(town.counties) for town in here) / COUNTIES ** (most - 1)
    return (code, here) if alone and chance < (CHANCE if most > 2 else CHANCE_OF_TWO) else None


@cache
def _last_two() -> frozenset[str]:
    """The last two characters of all names: 乡镇, 各乡 and 全镇 are none."""
    return frozenset(name[-2:] for name in _towns())


@cache
def _towns() -> dict[str, frozenset[str]]:
    counties: dict[str, set[str]] = {}
    for line in _DATA.read_text(encoding="utf-8").splitlines():
        code, *words = line.split(" ")
        kind = ""
        for word in words if code.isdigit() else ():
            kind = word if word in _KINDS else kind
            if word != kind:
                counties.setdefault(word + kind, set()).add(code)
    return {name: frozenset(codes) for name, codes in counties.items()}
