"""Names that a host injects at random places of its pages, told by the words that they break in two.

A token set blindly into unrelated texts falls inside words now and then (认大秘书真, 贯大秘书彻). What belongs to a
text stands between words: the characters on both sides of 县科协 make a word of two in one or two of a hundred places,
those beside an injected token in a third. A copy of the clause without the token, on any page, proves it as well.
Counting is linear in the texts and bounded; which pages are read follows from the set of them alone.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from pipelines.repairs.plausible import is_pair

SHORTEST, LONGEST = 3, 20  # characters of a token
PAGES_READ, TEXT_READ = 300, 20_000  # pages of a host, and characters of each, that are read at most
PAGES = 3  # of a host on which a token breaks words at least
# Broken words, and their share of a token's places, that prove it alone; and beside copies. No token of the sample
# texts, nor of 33 other pages, comes near either.
BROKEN, BROKEN_SHARE = 5, 0.2
BROKEN_WITH_COPIES, COPIES = 2, 2
CLAUSE = 10  # characters of a clause that two pages do not share by chance

# With these begins or ends a phrase that may be left out, not a name.
_PARTICLES = frozenset("的了是在和与一不有个些之而及其")
_RUN = re.compile(r"[\u3400-\u9fffA-Za-z0-9.]{5,}")


@dataclass(frozen=True, slots=True)
class Suspect:
    """A token that breaks words, and what the clauses around it read without it."""

    token: str
    broken: int  # words it breaks
    places: int  # where it stands between two characters
    pages: int  # on which it breaks words
    clauses: frozenset[str]

    @property
    def is_proven(self) -> bool:
        """Whether the words it breaks are enough."""
        return self.broken >= max(BROKEN, BROKEN_SHARE * self.places) and self.pages >= PAGES

    def is_proven_with(self, copies: Collection[str]) -> bool:
        """Whether they are, beside clauses that stand elsewhere without it."""
        return self.broken >= BROKEN_SHARE * self.places and len(self.clauses & set(copies)) >= COPIES


def suspects(texts: Iterable[str]) -> list[Suspect]:
    """The tokens that break words on several of a host's (folded) texts."""
    pages = [_RUN.findall(text[:TEXT_READ]) for text in _read(texts)]
    common = _common(pages)
    broken: dict[str, list[tuple[int, str, str]]] = defaultdict(list)
    for number, runs in enumerate(pages):
        for run in runs:
            for token, pair, clause in _breaks(run, common):
                broken[token].append((number, pair, clause))
    found = {
        token: places
        for token, places in broken.items()
        if len({pair for _, pair, _ in places}) >= BROKEN_WITH_COPIES and len({n for n, _, _ in places}) > 1
        if _PARTICLES.isdisjoint((token[0], token[-1])) and not token.replace(".", "").isdigit()
    }
    counts = _counts(pages, found)
    return [_suspect(token, places, counts[token]) for token, places in sorted(found.items())]


def wanted(found: Iterable[Suspect]) -> frozenset[str]:
    """The clauses whose copies would prove a token."""
    return frozenset(clause for one in found for clause in one.clauses)


def copies(clauses: frozenset[str], texts: Iterable[str]) -> frozenset[str]:
    """Those of `clauses` that stand in (folded) texts as they are."""
    return (
        frozenset(run for text in texts for run in _RUN.findall(text[:TEXT_READ]) if run in clauses)
        if clauses
        else clauses
    )


def proven(found: Iterable[Suspect], copied: frozenset[str]) -> list[str]:
    """The tokens that are injected; of two that overlap, the one that breaks more words."""
    kept: list[str] = []
    sure = (one for one in found if one.is_proven or one.is_proven_with(copied))
    for one in sorted(sure, key=lambda one: (-one.broken, -len(one.token), one.token)):
        if not any(one.token in other or other in one.token for other in kept):
            kept.append(one.token)
    return kept


def _read(texts: Iterable[str]) -> list[str]:
    """Those of the smallest digests: the same whatever their order."""
    return sorted(set(texts), key=lambda text: sha256(text.encode("utf-8", "surrogatepass")).digest())[:PAGES_READ]


def _common(pages: list[list[str]]) -> frozenset[str]:
    """The runs of three characters that several pages have."""
    counts: Counter[str] = Counter()
    for runs in pages:
        counts.update({run[n : n + 3] for run in runs for n in range(len(run) - 2)})
    return frozenset(three for three, n in counts.items() if n > 1)


def _breaks(run: str, common: frozenset[str]) -> Iterable[tuple[str, str, str]]:
    """Each token of the run that stands inside a word: (token, word, run without it)."""
    for start in range(1, len(run) - SHORTEST):
        if run[start : start + 3] not in common or is_pair(run[start - 1], run[start]):
            continue
        for end in range(start + SHORTEST, min(start + LONGEST + 1, len(run))):
            if run[end - 3 : end] not in common:
                break
            if is_pair(run[start - 1], run[end]) and not is_pair(run[end - 1], run[end]):
                yield run[start:end], run[start - 1] + run[end], run[:start] + run[end:]


def _counts(pages: list[list[str]], tokens: Mapping[str, object]) -> Counter[str]:
    """At how many places each of the tokens stands between two characters of a run."""
    lengths = sorted({len(token) for token in tokens})
    counts: Counter[str] = Counter()
    firsts = {token[:3] for token in tokens}
    for runs in pages:
        for run in runs:
            for start in range(1, len(run) - SHORTEST):
                if run[start : start + 3] in firsts:
                    counts.update(
                        token for n in lengths if start + n < len(run) and (token := run[start : start + n]) in tokens
                    )
    return counts


def _suspect(token: str, places: list[tuple[int, str, str]], count: int) -> Suspect:
    clauses = frozenset(clause for _, _, clause in places if len(clause) >= CLAUSE)
    return Suspect(token, len({pair for _, pair, _ in places}), count, len({n for n, _, _ in places}), clauses)
