"""A document's own number (文号), apart from the numbers that it cites."""

import re
from collections.abc import Sequence

from pipelines.script import fold

MAX_NUMBER_LINES = 12  # a number stands above the text, or in the index table above it
_NUMBER_FIELD = re.compile(r"^(?:发文字号|发文字號|文\s*号|文\s*號)\s*[:：]\s*")
_OWN_NUMBER = re.compile(
    r"^(?!根据|按照|依据|转发|见|附)[一-鿿]{1,12}\s*[〔\[(【]\s*(?:(?:19|20)\d\d|20[xX×*]{2}|[xX]{2,4})\s*[〕\])】]\s*第?\s*\d{1,4}\s*号$"
)


def document_number(lines: Sequence[str]) -> str | None:
    """The document's own number (科普函〔2018〕3号), as published: a line or field of its own, never a cited one."""
    for line in lines[:MAX_NUMBER_LINES]:
        bare = _NUMBER_FIELD.sub("", line.strip())
        if bare.endswith(("号", "號")) and _OWN_NUMBER.match(fold(bare)):
            return bare
    return None
