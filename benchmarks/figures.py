"""The figures of a run: how much of each text, which documents to the letter, what leaked or was lost, how divided."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.measure import Run
from benchmarks.pages import Case, Truth
from benchmarks.restorers import Part
from benchmarks.scores import (
    Hits,
    Score,
    averaged,
    hits,
    matched_parts,
    ratio,
)
from sample.fold import fold


@dataclass(frozen=True, slots=True)
class Figures:
    """What one run is worth. Shares are of 1."""

    documents: int
    text: Score  # over articles: all parts of the output against all documents of the gold
    exact: float  # share of documents that a part of the output is, to the letter
    paragraphs: float  # share of the gold's lines that stand as a line of their own
    leak: float  # share of noise strings that survive anywhere in the article's output
    lost: int  # look-alikes of noise that are missing from it
    split: Score  # on compilations: parts that are a document of the gold
    false_splits: int  # articles of one document that became several


def figures(measured: Run) -> Figures:
    """All figures of a run."""
    pairs = list(zip(measured.cases, measured.reads, strict=True))
    judged = [judge(case, parts) for case, parts in pairs]
    documents = sum(len(case.truths) for case, _ in pairs)
    lines, noise = sum(j.lines for j in judged), sum(j.noise for j in judged)
    divided = [(case, parts) for case, parts in pairs if len(case.truths) > 1]
    return Figures(
        documents=documents,
        text=averaged(_hits(case, parts) for case, parts in pairs),
        exact=sum(j.exact for j in judged) / max(1, documents),
        paragraphs=sum(j.found_lines for j in judged) / max(1, lines),
        leak=sum(len(j.leaks) for j in judged) / max(1, noise),
        lost=sum(len(j.lost) for j in judged),
        split=_split(divided),
        false_splits=sum(len(case.truths) == 1 and len(parts) > 1 for case, parts in pairs),
    )


@dataclass(frozen=True, slots=True)
class Judgement:
    """What became of one article."""

    exact: int  # documents
    lines: int
    found_lines: int
    noise: int  # strings that must not survive
    leaks: tuple[str, ...]
    lost: tuple[str, ...]


def judge(case: Case, parts: Sequence[Part]) -> Judgement:
    """One article. Script and width decide nothing, nor do lines that are optional."""
    whole = fold("".join(part.hans for part in parts))
    shown = fold("".join(part.published for part in parts))
    own = fold("".join("".join((truth.text, *truth.optional)) for truth in case.truths))
    noise = [s for s in dict.fromkeys(s for truth in case.truths for s in truth.must_not_survive) if fold(s) not in own]
    read = [{"".join(truth.lines(part.hans)) for part in parts} for truth in case.truths]
    standing = {line for part in parts for line in map(fold, part.hans.split("\n"))}
    wanted = [line for truth in case.truths for line in truth.lines(truth.text)]
    return Judgement(
        exact=sum("".join(truth.lines(truth.text)) in texts for truth, texts in zip(case.truths, read, strict=True)),
        lines=len(wanted),
        found_lines=sum(line in standing for line in wanted),
        noise=len(noise),
        leaks=tuple(s for s in noise if fold(s) in whole or fold(s) in shown),
        lost=tuple(s for truth in case.truths for s in truth.must_survive if fold(s) not in whole),
    )


def _hits(case: Case, parts: Sequence[Part]) -> Hits:
    """Real pages are compared as published, as their score is defined; the sample folded, without optional lines."""
    if case.kind == "real":
        return hits("\n".join(part.published for part in parts), case.truths[0].text)
    counting = _counting(case)
    read = "\n".join("".join(counting.lines(part.hans)) for part in parts)
    return hits(read, "\n".join("".join(counting.lines(truth.text)) for truth in case.truths))


def _counting(case: Case) -> Truth:
    """Knows which lines of an article count: those that no document of it may leave out."""
    return Truth("", frozenset[str]().union(*(truth.optional for truth in case.truths)))


def _split(divided: Sequence[tuple[Case, Sequence[Part]]]) -> Score:
    right = proposed = wanted = 0
    for case, parts in divided:
        counting = _counting(case)
        gold = ["".join(counting.lines(truth.text)) for truth in case.truths]
        right += matched_parts(["".join(counting.lines(part.hans)) for part in parts], gold)
        proposed, wanted = proposed + len(parts), wanted + len(gold)
    return ratio(right, proposed, wanted)
