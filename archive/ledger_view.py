"""A page's source text in pieces, plain, cut or changed, with the borders in it: for whatever shows a ledger."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from archive.rows import Row, steps_of

# In which order borders at the same offset stand.
END, PAGE, BEGIN, GAP = range(4)


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of the source that is treated alike, or a border between two runs."""

    kind: str  # plain | cut | changed; borders: page | begin | end (of a document) | gap
    before: str  # as the page has it; of a border: the page's number, the document's id, the gap's kind
    after: str = ""  # as the document has it; of a border: what is to be said of it
    rules: str = ""
    evidence: str = ""


Border = tuple[int, int, Piece]


def borders(documents: Iterable[Row], pages: Iterable[Row] = (), gaps: Iterable[Row] = ()) -> list[Border]:
    """Where documents, pages (past the first) and gaps stand in the source."""
    found: list[Border] = []
    for row in documents:
        found.append((_at(row, "source_start"), BEGIN, Piece("begin", str(row["id"]), str(row["title"]))))
        found.append((_at(row, "source_end"), END, Piece("end", str(row["id"]))))
    for row in pages:
        if row["missing"]:
            found.append((_at(row, "start"), PAGE, Piece("page", str(row["n"]), f"never came: {row['missing']}")))
        elif row["n"] != 1:
            found.append((_at(row, "start"), PAGE, Piece("page", str(row["n"]), str(row["url"]))))
    for row in gaps:
        found.append((_at(row, "start"), GAP, Piece("gap", str(row["kind"]), gap(row))))
    return sorted(found, key=lambda border: border[:2])


def gap(row: Row) -> str:
    """A gap in words."""
    part = f" of part {row['part']}" if row["part"] else ""
    missing = f", {row['missing']} missing" if row["missing"] is not None else ""
    return f"{row['kind']}{part}{missing}: {row['evidence']}"


def rules_of(edit: Row) -> str:
    """The rules that made an edit, in the order of their steps."""
    return "+".join(dict.fromkeys(f"{step.round}/{step.rule}" for step in steps_of(edit)))


def pieces(source: str, edits: Iterable[Row], found: Iterable[Border]) -> Iterator[Piece]:
    """The source in order, every character once, with the borders between. None falls inside an edit."""
    due = sorted(found, key=lambda border: border[:2], reverse=True)
    at = 0
    for edit in edits:
        start, end = _at(edit, "start"), _at(edit, "end")
        yield from _plain(source, at, start, due)
        yield replace(_piece(edit), before=source[start:end])
        at = end
    yield from _plain(source, at, len(source), due)
    yield from (border[2] for border in reversed(due))


def _plain(source: str, at: int, end: int, due: list[Border]) -> Iterator[Piece]:
    """The text up to `end`, with the borders that are due up to there."""
    while due and due[-1][0] <= end:
        offset, _, border = due.pop()
        if at < offset:
            yield Piece("plain", source[at:offset])
            at = offset
        yield border
    if at < end:
        yield Piece("plain", source[at:end])


def _piece(row: Row) -> Piece:
    evidence = "\n".join(dict.fromkeys(f"{step.round}/{step.rule}: {step.evidence}" for step in steps_of(row)))
    return Piece("changed" if row["replacement"] else "cut", "", str(row["replacement"]), rules_of(row), evidence)


def _at(row: Row, name: str) -> int:
    return int(row[name] or 0)
