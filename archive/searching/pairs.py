"""Pairs of neighbouring characters: which documents have them, so that a word is looked up where it may stand.

A single character stands in most documents, two in a row in few; a phrase of single characters would be looked up in
the places of each. So a second index knows of each document its pairs of neighbouring tokens, where both are single
characters, and no places: 溪县 of 村溪县; and, marked by a sign, the tokens and pairs of its titles. What a query asks
of that index is told by `necessary`: each answer fulfils it, and where it is `exact`, nothing else does.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from archive.searching.query import All, Any, Node, Not, Phrase, Query, compiled
from archive.searching.words import is_single, segment, singles

TITLE = "t"  # before what stands in a title; no pair begins so, since letters are no single characters

Codes = NDArray[np.uint32]


def held(title: str | None, text: str | None, title_hans: str | None, text_hans: str | None) -> str:
    """What the index is given of a document, a space between, in an order that tells nothing of its text."""
    titles = dict.fromkeys((title, title_hans))
    of_titles = {column: _pairs(column) for column in titles}
    of_all = [*of_titles.values(), *map(_pairs, dict.fromkeys((text, text_hans)))]
    named = {token for column in titles for token in segment(column).split(" ") if token}
    named |= {pair for pairs in of_titles.values() for pair in _spelt(pairs).split(" ") if pair}
    return " ".join([_spelt(np.concatenate(of_all)), *(TITLE + one for one in sorted(named))]).strip()


def _pairs(text: str | None) -> NDArray[np.uint64]:
    """Two code points in a number."""
    codes, single = singles(text)
    both = single[:-1] & single[1:]
    return codes[:-1][both].astype(np.uint64) << np.uint64(32) | codes[1:][both]


def _spelt(pairs: NDArray[np.uint64]) -> str:
    """Each once, in the order of their code points."""
    known = np.unique(pairs)
    made = np.full((len(known), 3), ord(" "), np.uint32)
    made[:, 0], made[:, 1] = known >> np.uint64(32), known & np.uint64(0xFFFFFFFF)
    return made.tobytes().decode("utf-32-le", "surrogatepass").rstrip(" ")


@dataclass(frozen=True, slots=True)
class Necessary:
    """What every answer holds, for MATCH on the index of pairs."""

    match: str
    exact: bool  # whether nothing else holds it


def necessary(query: Query) -> Necessary | None:
    """Of the answers to a query; None where the index knows nothing of them."""
    return _told(_of(query.node, ""))


def in_titles(query: Query) -> Necessary | None:
    """Of the answers whose title is one as well. What a title lacks may stand in the text: that is left to be seen."""
    found = _told(_of(query.node, TITLE))
    return Necessary(found.match, found.exact and not query.excludes) if found else None


_Found = tuple[Node, bool] | None


def _told(found: _Found) -> Necessary | None:
    if found is None:
        return None
    wanted, match = compiled(found[0])
    return Necessary(match, found[1]) if wanted else None


def _of(node: Node, sign: str) -> _Found:
    """What a part of a query makes necessary, and whether that is exact."""
    if isinstance(node, Phrase):
        return _of_phrase(node.tokens.split(" "), sign)
    if isinstance(node, Not):
        found = _of(node.node, sign)
        return (Not(found[0]), True) if found and found[1] else None
    parts = [_of(one, sign) for one in node.nodes]
    known = [part for part in parts if part]
    if not known or (isinstance(node, Any) and len(known) < len(parts)):
        return None
    exact = len(known) == len(parts) and all(is_exact for _, is_exact in known)
    return type(node)(tuple(part for part, _ in known)), exact


def _of_phrase(tokens: list[str], sign: str) -> _Found:
    told = [one + other for one, other in pairwise(tokens) if is_single(f"{one} {other}")]
    exact = len(tokens) == 1 or len(tokens) == len(told) + 1 == 2
    if sign and not (told and len(told) == len(tokens) - 1):
        told += tokens  # what stands in no pair
    return (All(tuple(Phrase(sign + one) for one in told)), exact) if told else None
