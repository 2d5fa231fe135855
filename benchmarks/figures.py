"""The figures of a run: how much of each text, which documents to the letter, what leaked or was lost, how divided."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from opencc import OpenCC

from benchmarks.measure import Run, run
from benchmarks.pages import Case, Truth, bare
from benchmarks.restorers import OURS, Part, Restorer
from benchmarks.scores import (
    NO_WORDS,
    Hits,
    Score,
    Words,
    averaged,
    changed_words,
    distance,
    hits,
    matched_parts,
    ratio,
)
from sample.damage import hant_by_character, taiwan
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


# -- script ------------------------------------------------------------------------------------------------------

CONVERTED = {"localised": taiwan, "compilation": taiwan, "readings": hant_by_character}
PLAIN, PEER = "tw2s", "tw2sp"  # OpenCC's conversion of characters, and the one that changes words too
_WIDTHS = str.maketrans("，：；？！（）", ",:;?!()")  # mirrors fold these, so width decides nothing


@dataclass(frozen=True, slots=True)
class Script:
    """How well Traditional pages came back into Simplified characters."""

    characters: int = 0
    edits: int = 0  # the Levenshtein distance to the originals, in characters
    words: Words = NO_WORDS

    def __add__(self, other: "Script") -> "Script":
        words = Words(*(a + b for a, b in zip(self.words, other.words, strict=True)))
        return Script(self.characters + other.characters, self.edits + other.edits, words)

    @property
    def rate(self) -> float:
        """Edits in 1,000 characters."""
        return 1000 * self.edits / max(1, self.characters)


def script(runs: Iterable[Run]) -> dict[str, Script]:
    """The project's own Simplified text, and OpenCC's of the same restored text, against the originals.

    OpenCC is given what this project restored (readings, lost bytes and frames undone), so that only the conversion
    differs. Articles that were not divided as the gold is have no counterpart: they count in the figures of the split.
    """
    found: dict[str, Script] = defaultdict(Script)
    for measured in runs:
        for case, parts in zip(measured.cases, measured.reads, strict=True):
            if case.kind in CONVERTED and len(parts) == len(case.truths):
                for truth, part in zip(case.truths, parts, strict=True):
                    for name, one in _scripts(case, truth, part).items():
                        found[name] += one
    return dict(found)


def _scripts(case: Case, truth: Truth, part: Part) -> dict[str, Script]:
    original = _even(truth, truth.text)
    plain = _even(truth, _converted(PLAIN, CONVERTED[case.kind](truth.text)))
    read_plain = _even(truth, _converted(PLAIN, part.published))
    outputs = {OURS: part.hans, f"OpenCC {PEER}": _converted(PEER, part.published)}
    return {
        name: Script(
            len(original),
            distance(original, (read := _even(truth, text))),
            changed_words(original, plain, read, read_plain),
        )
        for name, text in outputs.items()
    }


@cache
def _converter(config: str) -> OpenCC:
    return OpenCC(config)


def _converted(config: str, text: str) -> str:
    return str(_converter(config).convert(text))


def _even(truth: Truth, text: str) -> str:
    """A text without white space, half width, without optional lines: its script stays as it is."""
    lines = (line for line in text.split("\n") if fold(line) not in truth.optional)
    return "".join("".join(lines).split()).translate(_WIDTHS)


# -- identity ----------------------------------------------------------------------------------------------------


def changed_cases(restorer: Restorer, cases: Sequence[Case]) -> tuple[str, ...]:
    """The names of the documents on bare pages that did not come back to the letter."""
    return tuple(
        case.name
        for case, parts in zip(cases, run(restorer, cases).reads, strict=True)
        if [part.published for part in parts] != [truth.text for truth in case.truths]
    )


def again(measured: Run) -> list[Case]:
    """Every document of a run on a bare page: what was restored is clean, so that nothing is left to do."""
    return [
        bare(f"{case.name}#{n}", part.title, part.published)
        for case, parts in zip(measured.cases, measured.reads, strict=True)
        for n, part in enumerate(parts, 1)
    ]
