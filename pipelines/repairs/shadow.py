"""Shadow doubling: headings and clauses that a viewer's bold or shadow layer left twice in a row on one line.

Told by an ordinal that cannot come twice (一是…。一是…。), by a year of eight digits, or by several such places on the
page. Refrains, 落实、落实、再落实, and items that a plan repeats on lines of their own stay.
"""

import re
from collections.abc import Iterator
from itertools import accumulate, pairwise

from pipelines.document import Proposal

SHORTEST = 6  # characters of a doubled clause at least: 认真学习，认真学习 is emphasis; chosen
PLACES = 3  # doubled clauses without an ordinal on one page, before they are a layer and not a refrain; chosen

_YEAR = re.compile(r"(?P<year>(?:19|20)\d\d)(?P=year)(?<!\d{9})(?=[ \xa0]?年)")
_ENDS = "。！？!?；;\n"
_SENTENCE = re.compile(rf"[^{_ENDS}]*[{_ENDS}]|[^{_ENDS}]+$")  # whatever stands in a text is in one of them
_ORDINAL = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}(?:是|、|要)|[(（][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}[、.．](?!\d)|第[一二三四五六七八九十]+[,，、])"
)
_HAN = re.compile("[\u4e00-\u9fff]")


def shadow(text: str) -> list[Proposal]:
    """`一是抗疫情。一是抗疫情。` once, `20212021 年` as 2021 年. Leaves refrains and emphasis."""
    found = [(m.start(), m.start() + 4) for m in _YEAR.finditer(text)]
    doubled = list(_doubled(text))
    sure = [span for span in doubled if _ORDINAL.match(text, *span)]
    found += doubled if len(doubled) >= PLACES else sure
    return [
        Proposal(start, end, "", "shadow", f"stands twice in a row: {text[start:end][:30]}")
        for start, end in sorted(found)
    ]


def _doubled(text: str) -> Iterator[tuple[int, int]]:
    """The first of two equal sentences in a row, and the first half of a sentence that is one clause twice."""
    pieces = _SENTENCE.findall(text)
    starts = list(accumulate(map(len, pieces), initial=0))
    for n, (piece, following) in enumerate(pairwise(pieces)):
        if piece == following and piece[-1] != "\n" and _is_clause(piece):
            yield starts[n], starts[n + 1]
    for start, piece in zip(starts, pieces, strict=False):
        size = len(piece) - (piece[-1] in _ENDS)
        half = size // 2
        if half >= SHORTEST and piece[:half] == piece[half:size] and _is_clause(piece[:half]):
            yield start, start + half


def _is_clause(piece: str) -> bool:
    return len(piece) >= SHORTEST and len(set(_HAN.findall(piece))) >= SHORTEST - 1
