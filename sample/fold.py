"""What two spellings of one text have in common: the comparison that score, gold and tests share."""

import re
from functools import cache

import opencc

WIDTHS = str.maketrans("，：；？！（）", ",:;?!()")  # mirrors fold these, so width decides nothing


@cache
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def fold(text: str) -> str:
    """Simplified by characters, half width, no white space."""
    return re.sub(r"\s+", "", str(_simplifier().convert(text))).translate(WIDTHS)


def bare(title: str) -> str:
    """A title without punctuation."""
    return re.sub(r"[\W_]+", "", fold(title))
