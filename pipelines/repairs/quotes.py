"""Quotation marks that a converter spoiled, mended where both halves of the pair prove it.

What is consistent stays as published (〝…〞, '…', nested “…“…”…”); an unpaired mark stays too.
"""

import re

from pipelines.document import Proposal

_INSIDE = "[^“”‘’‚‛〝〞'\\n]"
_PAIRS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(f"‚({_INSIDE}{{1,40}})‛"), "‚ and ‛ are a pair of quotes in no script"),
    (re.compile(f"“({_INSIDE}{{1,60}})〞"), "“ is closed by 〞"),
    (re.compile(f"〝({_INSIDE}{{1,60}})”"), "〝 is closed by ”"),
    (re.compile(f"““({_INSIDE}{{1,60}})””"), "both quotes stand twice"),
    # '小田变大田“改造: the first lost its form, the second its direction; no ” may follow that “ would open.
    (re.compile(f"'({_INSIDE}{{2,20}})“(?=[\\u4e00-\\u9fff])(?!{_INSIDE}*[”'])"), "' opens what “ closes"),
)


def quotes(text: str) -> list[Proposal]:
    """`‚三个代表‛`, `““十四五””`, `'小田变大田“改造` with their quotes. Leaves all that is no proven pair."""
    found = []
    for pattern, evidence in _PAIRS:
        if pattern.pattern[0] in text:
            for match in pattern.finditer(text):
                start, end = match.span(1)
                found.append(Proposal(match.start(), start, "“", "quote", evidence))
                found.append(Proposal(end, match.end(), "”", "quote", evidence))
    return found
