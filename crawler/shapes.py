"""What addresses have in common: a regular expression for many, that leaves others out.

Numbers differ from article to article; words that are few are kept, words that are many are any word.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

FEW = 6  # words in one place that are written out; a site has as many sections, and more are not all known yet
SPLIT = 12  # shapes into which one that matches too much is taken apart; chosen
ANY_HOST, MARK = "^https?://[^/]+", r"\?"

_WORDS = (r"\d+", r"[\w-]+", r"[^/?&]+", r"[^/&]*")  # the narrowest that holds all words of a place
_ENDING = re.compile(r"\.[A-Za-z]{2,6}$")


@dataclass(frozen=True, slots=True)
class Shape:
    """A pattern, to be searched in whole addresses."""

    pattern: str
    matched: tuple[str, ...]  # of the addresses that it was made from
    others: tuple[str, ...]  # that it should not match and does


@dataclass(frozen=True, slots=True)
class _Form:
    """What addresses of one shape share."""

    segments: int
    ending: str
    asks: bool  # it has a query
    keys: tuple[str, ...]  # of the query, with their signs of equality


@dataclass(frozen=True, slots=True)
class _Address:
    """An address in places: the segments of its path, the values of its query."""

    url: str
    form: _Form
    places: tuple[str, ...]


def shapes(urls: Iterable[str], others: Sequence[str]) -> list[Shape]:
    """Patterns that match all of `urls` and as few of `others` as can be, the most frequent first."""
    groups: dict[object, list[_Address]] = defaultdict(list)
    for address in map(_parsed, dict.fromkeys(urls)):
        groups[address.form].append(address)
    found = [shape for group in groups.values() for shape in _shapes_of(group, others)]
    return sorted(found, key=lambda shape: (-len(shape.matched), shape.pattern))


def _shapes_of(group: Sequence[_Address], others: Sequence[str]) -> list[Shape]:
    """One shape for a group; several, where one would match others too."""
    whole = _shape(group, others)
    exact: dict[object, list[_Address]] = defaultdict(list)
    for address in group:
        exact[tuple(map(_skeleton, address.places))].append(address)
    if not whole.others or not 1 < len(exact) <= SPLIT:
        return [whole]
    return [_shape(part, others) for part in exact.values()]


def _shape(group: Sequence[_Address], others: Sequence[str]) -> Shape:
    form = group[0].form
    columns = [_column(values) for values in zip(*(address.places for address in group), strict=True)]
    path = "".join(f"/{column}" for column in columns[: form.segments]) + re.escape(form.ending)
    query = "&".join(
        re.escape(key) + column for key, column in zip(form.keys, columns[form.segments :], strict=True)
    )  # fmt: skip
    pattern = f"{ANY_HOST}{path}{MARK + query if form.asks else ''}$"
    return Shape(
        pattern, tuple(a.url for a in group), tuple(dict.fromkeys(url for url in others if re.search(pattern, url)))
    )


def _parsed(url: str) -> _Address:
    path, asks, query = url.partition("?")
    path = path.partition("://")[2].partition("/")[2]
    ending = _ENDING.search(path)
    segments = (path[: ending.start()] if ending else path).split("/")
    pairs = [re.match(r"[^=]*=?", pair) for pair in query.split("&")] if asks else []
    keys = tuple(found.group() for found in pairs if found)
    values = (pair[len(key) :] for pair, key in zip(query.split("&"), keys, strict=False))
    return _Address(url, _Form(len(segments), ending.group() if ending else "", bool(asks), keys), (*segments, *values))


def _column(values: Sequence[str]) -> str:
    """What stands in one place of all addresses."""
    skeletons = dict.fromkeys(map(_skeleton, values))
    if len(skeletons) == 1:
        return next(iter(skeletons))
    if len(skeletons) <= FEW and len(values) >= 2 * len(skeletons):
        return f"(?:{'|'.join(sorted(skeletons))})"
    return next((word for word in _WORDS if all(re.fullmatch(word, value) for value in values)), ".*")


def _skeleton(value: str) -> str:
    """A word with any number in the place of its numbers."""
    return r"\d+".join(re.escape(piece).replace(r"\-", "-") for piece in re.split(r"\d+", value))
