"""Where the article begins and ends: the run of blocks with the largest sum of votes, and what belongs to its ends.

A run is contiguous: what stands between two paragraphs is judged on its own (`extract.py`). It is widened to lines
of the same element that nobody objects to (a signature has no full stop), and to the words that close a document.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from pipelines.document import Verdict
from pipelines.extraction.ballot import LINK_SHARE, Ballot, Vote
from pipelines.extraction.furniture import is_edge
from pipelines.facts.signature import signature
from pipelines.lines import likeness, squeeze, without_site

# Chosen by reasoning, with the weights in `voters.py`; do not tune one alone.
PLAIN = 0.2  # a line that nobody knows anything of
SHORT = 8  # a line weighs its length plus this, so that short lines count too
LONG = 160  # and no more than this: one long footer must not outweigh an article

SAME_TITLE = 0.5  # likeness of a heading and the page's title
COPY = 3  # paragraphs in a row that other pages have too: a second copy of a document, and no frame
HEADED = 2  # a list's heading, and the line after the last paragraph
SIGNED = 4  # lines of a signature that stands in an element of its own, at most
REACH = 12  # lines that the run may be widened by at either end

_STOP = re.compile(r"[。！？；!?;]")
_OF_DATE = re.compile(r"[年月\d]")  # every line with a date has one
# How a document closes: many of one unit's do so in the same words.
_CLOSING = re.compile(
    r"^(?:谢谢(?!.{0,4}(?:惠顾|阅读|浏览|下载|光临|支持本))(?:大家|各位)?|特此(?:报告|汇报|总结|说明|通知|函告)|此致|敬礼|(?:汇报|报告|述职|发言)完毕"
    r"|以上(?:报告|汇报|总结|述职|发言)?.{0,8}(?:妥|当|请).{0,16}(?:指正|审议|审阅|评议|批评))"
)

Objections = list[Verdict | None]


class Run(NamedTuple):
    """The blocks from `first` up to `last`, and what is still said against any block of the page."""

    first: int
    last: int
    objections: Objections

    def voter(self, n: int) -> str:
        """Who objects to block `n`; '' if nobody does."""
        return voter_of(self.objections[n])


def voter_of(objection: Verdict | None) -> str:
    """Who objects; '' if nobody does."""
    return objection.voter if objection else ""


def winner(ballot: Ballot, said: Mapping[str, Sequence[Vote | None]]) -> Run:
    """The run that wins under these votes."""
    objections = _objections(said, len(ballot.blocks))
    copied = _copied(ballot, objections)
    objections = [None if n in copied else objection for n, objection in enumerate(objections)]
    run = _best(ballot, objections, said, copied)
    if _misses(ballot, run, copied):
        blocks = range(len(objections))
        objections = [None if _is_bare_name(ballot, n, objections[n]) else objections[n] for n in blocks]
        said = {name: votes for name, votes in said.items() if name != "trafilatura"}  # the same names misled it
        run = _best(ballot, objections, said, frozenset())
    return run


def _objections(said: Mapping[str, Sequence[Vote | None]], size: int) -> Objections:
    """Of the objections to each block, the first voter's."""
    found: Objections = [None] * size
    for name, votes in said.items():
        verdicts: dict[str, Verdict] = {}  # many blocks have the same
        for n, vote in enumerate(votes if any(votes) else ()):
            if vote and (why := vote.objection) and found[n] is None:
                if why not in verdicts:
                    verdicts[why] = Verdict(False, name, why)
                found[n] = verdicts[why]
    return found


def _best(
    ballot: Ballot, objections: Objections, said: Mapping[str, Sequence[Vote | None]], copied: frozenset[int]
) -> Run:
    """The contiguous run with the largest sum (Kadane); blocks of a copy have no weight in it."""
    sums = [PLAIN] * len(objections)
    for name, votes in said.items():
        for n, vote in enumerate(votes if any(votes) else ()):
            if vote and (not vote.objection or voter_of(objections[n]) == name):
                sums[n] += vote.weight
    best, total, start = (0.0, 0, 0), 0.0, 0
    for n, block in enumerate(ballot.blocks):
        if total <= 0:
            total, start = 0.0, n
        total += 0.0 if n in copied else sums[n] * (SHORT + min(block.end - block.start, LONG))
        if total > best[0]:
            best = (total, start, n + 1)
    return Run(best[1], best[2], objections)


def _copied(ballot: Ballot, objections: Objections) -> frozenset[int]:
    """The blocks of a document that the host has more than once: paragraphs in a row that it repeats."""
    copied: set[int] = set()
    for is_repeated, run in groupby(range(len(objections)), key=lambda n: voter_of(objections[n]) == "repeated"):
        if is_repeated:
            blocks = list(run)
            if sum(_is_prose(ballot, n) and not is_edge(ballot.blocks[n]) for n in blocks) >= COPY:
                copied.update(blocks)
    return frozenset(copied)


def _misses(ballot: Ballot, run: Run, copied: frozenset[int]) -> bool:
    """Less than half of the page's prose has won, and most stands where a name or a copy speaks against it."""
    prose = {n: len(ballot.lines[n]) for n in range(len(run.objections)) if _is_prose(ballot, n)}
    inside, total = sum(size for n, size in prose.items() if run.first <= n < run.last), sum(prose.values())
    if inside * 2 >= total:
        return False
    against = (n for n in prose if n in copied or _is_bare_name(ballot, n, run.objections[n]))
    return total < sum(prose[n] for n in against) * 2


def _is_prose(ballot: Ballot, n: int) -> bool:
    return _STOP.search(ballot.lines[n]) is not None


def _is_bare_name(ballot: Ballot, n: int, objection: Verdict | None) -> bool:
    """Nothing but the name of its element speaks against it, and that is no edge of a page."""
    return voter_of(objection) == "markup" and not is_edge(ballot.blocks[n])


def widened(ballot: Ballot, run: Run) -> Run:
    """The run with the lines around it that stand in the same element and that nobody objects to."""
    first, last, objections = run
    if first == last:
        return run
    low, high = ballot.around(first, last)
    while first > low and objections[first - 1] is None:
        first -= 1
    reach = high if (low, high) != (0, len(objections)) else min(high, last + REACH)
    while last < reach and objections[last] is None:
        last += 1
    return _closed(ballot, Run(first, last, objections))


def _closed(ballot: Ballot, run: Run) -> Run:
    """The run with what closes it: the words that a unit ends with, its signature, though repeated or set apart."""
    blocks, last = ballot.blocks, _under_a_list(ballot, run)
    if not last or not (last > run.last or _is_prose(ballot, last - 1)):
        return run
    while (
        last < len(blocks)
        and run.voter(last) == "repeated"
        and blocks[last].path == blocks[last - 1].path
        and _CLOSING.search(ballot.folded[last].strip())
    ):
        last += 1
    last = _signed(ballot, run, last)
    added = [run.objections[n] if ballot.linked[n] > LINK_SHARE else None for n in range(run.last, last)]
    objections = [*run.objections[: run.last], *added, *run.objections[last:]]
    return Run(run.first, last, objections)


def _under_a_list(ballot: Ballot, run: Run) -> int:
    """Where a document closes whose last lines stand below a list of links inside its own element.

    In the element of its last paragraph stand the words that units end with, or a signature; `run.last` without them.
    """
    own = next((n for n in range(run.last - 1, run.first - 1, -1) if _is_prose(ballot, n)), -1)
    if own < 0 or run.last - own > HEADED:
        return run.last
    path, below = ballot.blocks[own].path, run.last
    while below < min(len(ballot.blocks), run.last + REACH) and ballot.linked[below] > LINK_SHARE:
        below += 1
    if below in (run.last, len(ballot.blocks)) or ballot.blocks[below].path != path:
        return run.last
    closed = below + (_CLOSING.search(ballot.folded[below].strip()) is not None)
    end = max(closed, _signed(ballot, run, closed))
    return end if end > below and all(block.path == path for block in ballot.blocks[below:end]) else run.last


def _signed(ballot: Ballot, run: Run, last: int) -> int:
    """Where a signature ends that begins at `last`; `last` if there is none."""
    for end in range(last + 1, min(last + SIGNED, len(ballot.blocks)) + 1):
        below = ballot.lines[last:end]
        if run.voter(end - 1) not in ("", "markup", "repeated"):
            break
        found = signature(below) if any(map(_OF_DATE.search, below)) else None
        if found and found.signed_by and found.line == 0 and (found.signed_on or "年" in below[-1]):
            return end
    return last


def headings_above(ballot: Ballot, first: int) -> set[int]:
    """The blocks above the run that are the page's title: they are the article's, wherever they stand."""
    headings = [n for n, block in enumerate(ballot.blocks[:first]) if block.kind == "heading"]
    title = squeeze(ballot.rendering.page_title)
    if not title:
        return {n for n in headings if n >= first - REACH}
    own = squeeze(without_site(ballot.rendering.page_title))
    lines = {n: squeeze(ballot.lines[n]) for n in headings}
    return {n for n, line in lines.items() if len(line) > 4 and (line in title or likeness(line, own) >= SAME_TITLE)}
