"""Script: how Traditional pages came back into Simplified characters, beside OpenCC on the same restored text.

Two measures against the originals: the Levenshtein distance in characters (white space and width decide nothing), and
precision and recall on the words that conversion changes (`scores.changed_words`).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from opencc import OpenCC

from benchmarks.measure import Run
from benchmarks.pages import Case, Kind, Truth
from benchmarks.restorers import OURS, Part
from benchmarks.scores import NO_WORDS, Words, changed_words, distance
from sample.damage import hant_by_character, taiwan
from sample.fold import fold

# How the sample made its Traditional pages: OpenCC's s2twp, words and all, or a table of characters.
TAIWAN, BY_TABLE = "localised by machine", "by table, with readings"
FORWARD = {TAIWAN: taiwan, BY_TABLE: hant_by_character}
GROUPS: dict[Kind, str] = {"localised": TAIWAN, "compilation": TAIWAN, "readings": BY_TABLE}
PLAIN, PEER = "tw2s", "tw2sp"  # OpenCC's conversion of characters, and the one that changes words too
_WIDTHS = str.maketrans("，：；？！（）", ",:;?!()")  # mirrors fold these


@dataclass(frozen=True, slots=True)
class Conversion:
    """One converter on some texts; they add up."""

    characters: int = 0
    edits: int = 0  # the Levenshtein distance to the originals
    words: Words = NO_WORDS

    def __add__(self, other: "Conversion") -> "Conversion":
        words = Words(*(a + b for a, b in zip(self.words, other.words, strict=True)))
        return Conversion(self.characters + other.characters, self.edits + other.edits, words)

    @property
    def rate(self) -> float:
        """Edits in 1,000 characters."""
        return 1000 * self.edits / max(1, self.characters)


Conversions = dict[tuple[str, str], Conversion]  # by group of pages and converter


def conversions(runs: Iterable[Run]) -> Conversions:
    """The project's own Simplified text, and OpenCC's of the same restored text.

    OpenCC is given what this project restored (readings, lost bytes and frames undone), so that only the conversion
    differs. Articles that were not divided as the gold is have no counterpart: they count in the figures of the split.
    """
    found: Conversions = defaultdict(Conversion)
    for measured in runs:
        for case, parts in zip(measured.cases, measured.reads, strict=True):
            if case.kind in GROUPS and len(parts) == len(case.truths):
                for truth, part in zip(case.truths, parts, strict=True):
                    for name, one in _each(case, truth, part).items():
                        found[GROUPS[case.kind], name] += one
    return dict(found)


def total(found: Conversions, name: str) -> Conversion:
    """One converter on all pages."""
    return sum((one for (_, who), one in found.items() if who == name), Conversion())


def _each(case: Case, truth: Truth, part: Part) -> dict[str, Conversion]:
    original = _even(truth, truth.text)
    plain = _even(truth, _converted(PLAIN, FORWARD[GROUPS[case.kind]](truth.text)))
    read_plain = _even(truth, _converted(PLAIN, part.published))
    outputs = {
        OURS: _even(truth, part.hans),
        f"OpenCC {PEER}": _even(truth, _converted(PEER, part.published)),
        f"OpenCC {PLAIN}": read_plain,
    }
    return {
        name: Conversion(len(original), distance(original, read), changed_words(original, plain, read, read_plain))
        for name, read in outputs.items()
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
