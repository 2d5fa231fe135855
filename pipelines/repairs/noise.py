"""Marks that scripts scatter over a text: ticks behind 的, random lines of ASCII, a comma beside every mark.

Each is told by its rhythm or its form, and none by a character alone: half-width stops, quotes, formulas, option lists
and single typos of the author stay.
"""

import re
from collections.abc import Iterator

from pipelines.document import Proposal

_HAN = "\\u3400-\\u4dbf\\u4e00-\\u9fff"
# It begins with its mark, so that the search runs from mark to mark.
_TICK = re.compile(
    rf"[`´'.;；](?:(?<=[{_HAN}][`´])(?=[{_HAN}、，,。])|(?<=的['.;])(?=[{_HAN}])|(?<=的[`´'])(?=[、，,。])"
    rf"|(?<=[{_HAN}][;；])(?=。))"
)
_HALF_STOP = re.compile(rf"[.;](?<=[{_HAN}].)(?<![的一二三四五六七八九十].)(?=[{_HAN}\n]|$)")
_CLAUSE_END = re.compile(r"[,，。.;；:：!！?？、\n]")
_NEW_CLAUSE = re.compile(
    "[我你您他她它咱]|这[是就也些个]|那[是就么]|但|而|因[为此]|所以|如果|虽然|同时|并且|不过|可是|于是|今后|希望"
)
_QUOTED = re.compile(r"'[^'\n]{1,30}'")
_BETWEEN_TICKS = re.compile(
    "^'.*[,，。;；:：].*的'$"
)  # no quotation: two ticks behind two 的, and clauses between them

_ASCII_TAIL = re.compile(r"(?:^|(?<=[^\x00-\x7f]))[!-~ ]{8,60}$", re.M)
SHORTEST = 8  # characters of such a run
# Signs that no list of options and no English sentence has fixed to a letter.
_ODD_SIGNS = frozenset("#$%&*+<=>@^_`{|}~\\")
ODD = 2  # different odd signs of a line that proves a jammer; beside such a line one is enough; chosen
JAMMED = 5  # tokens of a jammer line at least; each of one to three characters; chosen from Discuz's own generator

_DOUBLED = re.compile("[,，](?:(?=[、；;。：:！!？?])|(?<=[、；;。：:！!？?].))")
_MARKS = re.compile("[、；。：！？]")
# Places on a page, and share of a line's marks that have a comma beside them, before it is a script's work; chosen.
RHYTHM, RHYTHM_SHARE = 5, 0.6


def ticks(text: str) -> list[Proposal]:
    """A stray ` ' . or ; after 的 (WMTICK). Leaves quotes in pairs, `5'30"`, English, and half-width stops."""
    found = list(_TICK.finditer(text))
    if not found:
        return []
    stops = _HALF_STOP.search(text) is not None or "。" not in text
    quotations = (match for match in _QUOTED.finditer(text) if not _is_between_ticks(text, match))
    quoted = {at for match in quotations for at in range(*match.span())}
    return [
        Proposal(match.start(), match.end(), "", "tick", f"a stray {match.group()} between characters")
        for match in found
        if match.group() not in ".;" or not (stops or _is_stop(text, match.start()))
        if match.group() != "'" or match.start() not in quoted
    ]


def _is_between_ticks(text: str, match: re.Match[str]) -> bool:
    return text[match.start() - 1 : match.start()] == "的" and _BETWEEN_TICKS.match(match.group()) is not None


def _is_stop(text: str, at: int) -> bool:
    """Whether a half-width stop after 的 ends a clause: 是明确的;任务是艰巨的, 中肯的.我喜欢."""
    before, after = _CLAUSE_END.split(text[max(0, at - 40) : at])[-1], text[at + 1 : at + 41]
    clause = _CLAUSE_END.split(after)[0]
    predicate = re.search(r"是.{1,6}的$|^很", before) is not None and re.search("是|有|要|将", clause) is not None
    return predicate or _NEW_CLAUSE.match(clause) is not None


def jammer(text: str) -> list[Proposal]:
    """A forum's random ASCII (`( y5 k, S* L% ?4 m# S`), as a line or behind one. Leaves English, formulas, codes."""
    runs = list(_ascii_tails(text))
    if not any(_is_jammed(run.group()) for run in runs):
        return []
    return [
        Proposal(run.start(), run.end(), "", "jammer", f"random signs: {run.group()[:30]}")
        for run in runs
        if _is_jammed(run.group(), odd=1)
    ]


def _ascii_tails(text: str) -> Iterator[re.Match[str]]:
    """The ASCII at the ends of lines; most lines of a Chinese text end in none, and are not searched."""
    for start, end in _lines(text):
        if end - start >= SHORTEST and text[end - 1].isascii() and (run := _ASCII_TAIL.search(text, start, end)):
            yield run


def _is_jammed(run: str, odd: int = ODD) -> bool:
    """Whether these are random signs, `odd` of them at least of the kind that no list fixes to a letter."""
    tokens = run.split()
    if len(tokens) < JAMMED or max(map(len, tokens)) > 3:
        return False
    mixed = [token for token in tokens if len(token) > 1 and any(map(str.isalnum, token)) and not token.isalnum()]
    signs = {sign for sign in run if not sign.isalnum() and sign != " "}
    letters = any(map(str.isupper, run)) and any(map(str.islower, run)) and any(map(str.isdigit, run))
    return letters and len(signs) >= 4 and len(_ODD_SIGNS.intersection(run)) >= odd and len(mixed) >= 2


def commas_beside_marks(text: str) -> list[Proposal]:
    """A comma beside every mark (`1,、督促…,；`), as a script puts it. Leaves single doubled marks: they are typos."""
    if len(_DOUBLED.findall(text)) < RHYTHM:
        return []
    return [cut for start, end in _lines(text) for cut in _in_rhythm(text, start, end)]


def _in_rhythm(text: str, start: int, end: int) -> list[Proposal]:
    found = list(_DOUBLED.finditer(text, start, end))
    marks = len(_MARKS.findall(text, start, end))
    if len(found) < 2 or len(found) < RHYTHM_SHARE * marks:
        return []
    evidence = f"{len(found)} commas beside {marks} marks of the line"
    return [Proposal(m.start(), m.end(), "", "commas_beside_marks", evidence) for m in found]


def _lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for line in text.split("\n"):
        yield start, start + len(line)
        start += len(line) + 1
