"""Families of a cluster of documents, from its verified pairs.

Copies belong together. A text that stands inside a longer one belongs to it as well (a preview, a page of a longer
article), but not where the longer one holds others beside it, or the shorter one stands in several that are not each
other's copies: a compilation would make one family of all that it holds, and every common chapter one of two books.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

OVERLAP = 0.5  # of the shorter span: two texts that stand there in the longer one are the same passage


class Link(NamedTuple):
    """A verified pair: `inner` is the one that is covered more. In `outer` it stands at start:end (of its bones)."""

    inner: str
    outer: str
    is_part: bool
    start: int
    end: int


class Sets:
    """Disjoint sets, each named by its smallest member."""

    def __init__(self, ids: Iterable[str]) -> None:
        self._parent = {id: id for id in ids}

    def name(self, id: str) -> str:
        """The smallest member of the set that `id` is in."""
        root = id
        while self._parent[root] != root:
            root = self._parent[root]
        while self._parent[id] != root:
            self._parent[id], id = root, self._parent[id]
        return root

    def join(self, one: str, other: str) -> None:
        """Make one set of the two that these are in."""
        first, second = sorted((self.name(one), self.name(other)))
        self._parent[second] = first

    def all(self) -> Iterator[set[str]]:
        """The sets, by name."""
        found: dict[str, set[str]] = defaultdict(set)
        for id in self._parent:
            found[self.name(id)].add(id)
        return (found[name] for name in sorted(found))


def groups(ids: Sequence[str], links: Iterable[Link]) -> Iterator[set[str]]:
    """The families of these documents; every document is in one, alone if need be."""
    links = list(links)
    sets = Sets(ids)
    for link in links:
        if not link.is_part:
            sets.join(link.inner, link.outer)
    parts = [link for link in links if link.is_part and sets.name(link.inner) != sets.name(link.outer)]
    for inner, outer in _belonging(sets, parts):
        sets.join(inner, outer)
    return sets.all()


def _belonging(sets: Sets, parts: Sequence[Link]) -> list[tuple[str, str]]:
    """Which copies, by the name of their set, belong to which longer ones."""
    within: dict[str, set[str]] = defaultdict(set)
    for link in parts:
        within[sets.name(link.inner)].add(sets.name(link.outer))
    holds_several = {sets.name(link.outer) for link in parts if _stands_beside(link, parts, sets)}
    found = []
    for inner, outers in within.items():
        for outer in outers:
            if outer not in holds_several and all(_akin(outer, other, within) for other in outers):
                found.append((inner, outer))
    return found


def _stands_beside(link: Link, parts: Sequence[Link], sets: Sets) -> bool:
    """Whether the longer text holds another one elsewhere."""
    return any(
        other.outer == link.outer
        and sets.name(other.inner) != sets.name(link.inner)
        and _overlap(link, other) < OVERLAP * min(link.end - link.start, other.end - other.start)
        for other in parts
    )


def _overlap(one: Link, other: Link) -> int:
    return min(one.end, other.end) - max(one.start, other.start)


def _akin(one: str, other: str, within: dict[str, set[str]]) -> bool:
    """Whether two longer texts are copies, or one stands in the other."""
    return one == other or one in within.get(other, ()) or other in within.get(one, ())
