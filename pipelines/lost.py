"""Words and characters that a page has lost: what cannot be read, and what was struck out by filters."""

import re
from collections.abc import Iterator

from pipelines.document import Spot

_UNREADABLE = re.compile("[\uf700-\uf7ff\ufffd]+")
_CENSORED = re.compile(r"党的(?:[xX×*_]{1,3}|__)大|(?<=十)[*xX_]大|\*{3}(?=新时代|总书记)")


def undecodable(text: str) -> Iterator[Spot]:
    """Bytes that are no character of the page's charset, kept as U+F7xx or already replaced by U+FFFD."""
    for match in _UNREADABLE.finditer(text):
        yield Spot(*match.span(), "undecodable", f"{len(match.group())} unreadable characters")


def censored_word(text: str) -> Iterator[Spot]:
    """`***新时代中国特色社会主义思想`, `党的XX大`: a filter's mask over a fixed formula. Leaves **同志."""
    for match in _CENSORED.finditer(text):
        yield Spot(*match.span(), "censored", f"a filter's mask: {match.group()}")


RULES = (undecodable, censored_word)
