"""A document as a page to read: its text in paragraphs, headings and damage in their places, every fact with its proof.

The tables keep marks and gaps by offsets into the page's source text; here they are carried to the document's own
text, through the ledger (`TextMap`). Pure functions on rows, so that what the page says is tested without a browser.
"""

import json
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from archive.rows import Row

DATES = ("signed_on", "title_year", "published_on", "url_date", "era_from", "era_to")
WHO = ("signed_by", "organisation", "org_level", "org_field", "author", "editor", "auditor", "uploader")
WHERE = ("place", "place_code", "province", "prefecture", "county")
WHAT = ("genre", "period", "period_from", "period_to", "document_number", "cited_numbers", "language", "script")
GROUPS = {"dates": DATES, "who": WHO, "where": WHERE, "what": WHAT}
LISTS = frozenset({"cited_numbers", "damage"})
MOST = 40  # places of one kind of damage that are linked (chosen: three lines of them)
BESIDE = 8  # characters that a line of a signature has beside it (chosen: 落款：, a seal's （盖章）)
OWN_WORDS = re.compile("[a-z ]+: ")  # 'signed: …': evidence that begins so is no quotation
AROUND = " 　:：。.；;】]*#"  # what may stand behind a heading on its line
OPEN_LEVEL = 2  # headings of a document begin below the page's own


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the text that is shown in a manner of its own: `text[start:end]`."""

    start: int
    end: int
    kind: str  # mark | fill
    name: str  # the kind of damage
    number: int  # of the mark, in its document
    says: str  # the evidence of a mark, what a fill replaces


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a paragraph: plain (`span` is None), or under a span."""

    text: str
    span: Span | None = None
    first: bool = True  # the first piece of its span: it carries the span's anchor


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One line of the text."""

    pieces: tuple[Piece, ...]
    level: int = 0  # of HTML's headings, where the line is a heading or begins with one; 0: neither
    anchor: str = ""
    alone: bool = True  # the heading is the whole line
    heading: tuple[Piece, ...] = ()  # where the heading stands in front of its paragraph
    gaps: tuple[Row, ...] = ()  # what is missing behind this line
    is_signature: bool = False  # it says who signed, or when, and little else


@dataclass(frozen=True, slots=True)
class Proof:
    """Words that prove something, and where they stand; not `quoted` where a rule says it in words of its own."""

    where: str
    says: str
    quoted: bool


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is known, and the words that prove it."""

    name: str
    value: str
    proofs: tuple[Proof, ...] = ()


@dataclass(frozen=True, slots=True)
class Damage:
    """All damage of one kind in a document."""

    kind: str
    numbers: tuple[int, ...] = ()  # of its marks: '' where it was repaired, or concerns the whole
    says: tuple[str, ...] = ()

    @property
    def linked(self) -> tuple[int, ...]:
        """The places that a reader is led to."""
        return self.numbers[:MOST]


@dataclass(frozen=True, slots=True)
class TextMap:
    """Where offsets of the page's source stand in the document's text."""

    start: int
    end: int
    ends: tuple[int, ...]  # of each edit, in the source
    edits: tuple[tuple[int, int, int], ...] = field(default=())  # start, end, where its replacement begins in the text
    lengths: tuple[int, ...] = ()  # of the replacements

    @classmethod
    def of(cls, document: Row, edits: Iterable[Row]) -> "TextMap":
        """The map of a document, by the edits of its page."""
        start, end = int(document["source_start"] or 0), int(document["source_end"] or 0)
        inside = [row for row in edits if int(row["start"] or 0) >= start and int(row["end"] or 0) <= end]
        placed, lengths, shift = [], [], -start
        for row in inside:
            at, stop, length = int(row["start"] or 0), int(row["end"] or 0), len(str(row["replacement"]))
            placed.append((at, stop, at + shift))
            lengths.append(length)
            shift += length - (stop - at)
        return cls(start, end, tuple(stop for _, stop, _ in placed), tuple(placed), tuple(lengths))

    def at(self, offset: int, *, behind: bool = False) -> int:
        """Where a source offset stands; one inside an edit: where its replacement begins, or (`behind`) ends."""
        offset = min(max(offset, self.start), self.end)
        before = bisect_right(self.ends, offset)
        if before < len(self.edits) and self.edits[before][0] < offset:
            return self.edits[before][2] + (self.lengths[before] if behind else 0)
        if not before:
            return offset - self.start
        _, stop, placed = self.edits[before - 1]
        return placed + self.lengths[before - 1] + offset - stop


def spans(marks: Sequence[Row], places: TextMap) -> tuple[Span, ...]:
    """The marks of a document in its text, in order; of two that overlap, the later begins where the first ends."""
    found: list[Span] = []
    at = 0
    for number, row in enumerate(marks, 1):
        start, end = places.at(int(row["start"] or 0)), places.at(int(row["end"] or 0), behind=True)
        start = max(start, at)
        if start < end:
            found.append(Span(start, end, "mark", str(row["kind"]), number, str(row["evidence"])))
            at = end
    return tuple(found)


def filled(text: str, fills: Sequence[Row]) -> tuple[str, tuple[Span, ...]]:
    """The restored reading, and where it was filled: every fill with what the document itself has there."""
    parts: list[str] = []
    found: list[Span] = []
    at = length = 0
    for number, row in enumerate(fills, 1):
        start, end, after = int(row["start"] or 0), int(row["end"] or 0), str(row["after"])
        parts += [text[at:start], after]
        length += start - at
        found.append(Span(length, length + len(after), "fill", str(row["kinds"]), number, str(row["before"])))
        length += len(after)
        at = end
    return "".join([*parts, text[at:]]), tuple(found)


def paragraphs(
    text: str,
    outline: Sequence[Sequence[object]] = (),
    found: Sequence[Span] = (),
    gaps: Sequence[tuple[int, Row]] = (),
    signatures: Sequence[tuple[int, int]] = (),
) -> tuple[Paragraph, ...]:
    """The lines of a text with what stands in them; `gaps` and `signatures` come with where they stand in it."""
    headings = {int(str(start)): (int(str(level)), f"{number}{words}") for level, number, words, start in outline}
    waiting = sorted(gaps, key=lambda gap: gap[0])
    made: list[Paragraph] = []
    start = taken = 0
    depth = OPEN_LEVEL - 1
    lines = text.split("\n")
    for n, line in enumerate(lines):
        end = start + len(line)
        here, taken = _within(found, taken, start, end)
        missing = []
        while waiting and (waiting[0][0] <= end or n == len(lines) - 1):
            missing.append(waiting.pop(0)[1])
        at, level, length = _heading(headings, start, line)
        depth = min(OPEN_LEVEL - 1 + level, depth + 1, 6) if level else depth
        found_here = _paragraph(line, start, here, (at, depth if level else 0, length), tuple(missing))
        signed = any(start <= a and b <= end and len(line) <= b - a + BESIDE for a, b in signatures)
        made.append(replace(found_here, is_signature=signed) if signed else found_here)
        start = end + 1
    return tuple(made)


def _heading(headings: Mapping[int, tuple[int, str]], start: int, line: str) -> tuple[int, int, int]:
    """Where in its line a heading begins (its anchor), its level, and how many characters of the line it takes."""
    for at in range(start, start + min(len(line), 6)):  # marks of a list may stand in front of the number
        if at in headings:
            level, words = headings[at]
            return at, level, at - start + _length(line[at - start :], words)
    return 0, 0, 0


def _length(line: str, words: str) -> int:
    """How much of a line a heading takes: its characters are told without the marks between number and words."""
    wanted = "".join(words.split())
    seen = 0
    for at, char in enumerate(line):
        if seen < len(wanted) and char == wanted[seen]:
            seen += 1
        if seen == len(wanted):
            rest = line[at + 1 :]
            return at + 1 + len(rest) if not rest.strip(AROUND) else at + 1 + (rest[:1] in "。.:：；;")
    return len(line)


def _within(found: Sequence[Span], first: int, start: int, end: int) -> tuple[list[Span], int]:
    """The spans that meet a line, and the first that the next line may meet."""
    while first < len(found) and found[first].end <= start:
        first += 1
    here = []
    at = first
    while at < len(found) and found[at].start < end:
        here.append(found[at])
        at += 1
    return here, first


def _paragraph(
    line: str, start: int, found: Sequence[Span], heading: tuple[int, int, int], gaps: tuple[Row, ...]
) -> Paragraph:
    at, level, length = heading
    if not level:
        return Paragraph(tuple(_pieces(line, start, found)), gaps=gaps)
    anchor = f"h{at}"
    if length >= len(line):
        return Paragraph(tuple(_pieces(line, start, found)), level, anchor, gaps=gaps)
    front = tuple(_pieces(line[:length], start, found))
    rest = tuple(_pieces(line[length:], start + length, found))
    return Paragraph(rest, level, anchor, alone=False, heading=front, gaps=gaps)


def _pieces(text: str, start: int, found: Iterable[Span]) -> Iterator[Piece]:
    at = 0
    for span in found:
        first, last = max(span.start - start, at), min(span.end - start, len(text))
        if first >= last:
            continue
        if at < first:
            yield Piece(text[at:first])
        yield Piece(text[first:last], span, first=span.start - start == first)
        at = last
    if at < len(text):
        yield Piece(text[at:])


def facts(document: Row, proofs: Sequence[Row]) -> dict[str, tuple[Fact, ...]]:
    """What is known, by group, each with the words that prove it."""
    by_name: dict[str, list[Proof]] = {}
    for row in proofs:
        where, says = str(row["where"]), str(row["evidence"])
        quoted = bool(where) and not OWN_WORDS.match(says)
        by_name.setdefault(str(row["name"]), []).append(Proof(where, says, quoted))
    return {
        group: tuple(
            Fact(name, _value(name, document[name]), tuple(by_name.get(name, ())))
            for name in names
            if document.get(name) not in (None, "", "[]")
        )
        for group, names in GROUPS.items()
    }


def _value(name: str, value: object) -> str:
    return "、".join(json.loads(str(value))) if name in LISTS else str(value)


def damages(document: Row, found: Sequence[Span]) -> tuple[Damage, ...]:
    """The kinds of damage, those with places in the text first."""
    placed: dict[str, list[Span]] = {}
    for span in found:
        placed.setdefault(span.name, []).append(span)
    kinds = [*placed, *(kind for kind in json.loads(str(document["damage"] or "[]")) if kind not in placed)]
    return tuple(
        Damage(kind, tuple(span.number for span in of), tuple(dict.fromkeys(span.says for span in of))[:MOST])
        for kind, of in ((kind, placed.get(kind, [])) for kind in kinds)
    )


def quality(document: Row) -> tuple[tuple[str, float], ...]:
    """The parts that lower a document's quality, the worst first."""
    parts = json.loads(str(document["quality_parts"] or "{}"))
    return tuple(sorted(((name, share) for name, share in parts.items() if share < 1), key=lambda part: part[1]))


def signatures(proofs: Sequence[Row], places: TextMap) -> tuple[tuple[int, int], ...]:
    """Where in the text stands who signed, and when."""
    return tuple(
        (places.at(int(row["start"])), places.at(int(row["end"] or 0), behind=True))
        for row in proofs
        if row["name"] in ("signed_by", "signed_on") and row["where"] == "text" and row["start"] is not None
    )
