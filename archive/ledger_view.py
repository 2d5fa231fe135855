"""A page's source text in pieces, plain, cut or changed, with the borders of its documents: for whatever shows it."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from archive.rows import Row


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of the source that is treated alike."""

    kind: str  # plain | cut | changed | begin | end (of a document)
    before: str  # as the page has it; the document's id for begin and end
    after: str = ""  # as the document has it; the document's title for begin
    rules: str = ""
    evidence: str = ""


def pieces(source: str, edits: Iterable[Row], documents: Iterable[Row]) -> Iterator[Piece]:
    """The source in order, every character once, with the borders of the documents between."""
    borders = sorted(_borders(documents), key=lambda border: border[:2], reverse=True)
    at = 0
    for edit in [*map(_edit, edits), (len(source), len(source), None)]:
        start, end, piece = edit
        while borders and (borders[-1][0] < end or piece is None):
            offset, _, border = borders.pop()
            if at < offset:
                yield Piece("plain", source[at:offset])
            yield border
            at = max(at, offset)
        if at < start:
            yield Piece("plain", source[at:start])
        if piece:
            yield Piece(piece.kind, source[start:end], piece.after, piece.rules, piece.evidence)
        at = max(at, end)


def _edit(row: Row) -> tuple[int, int, Piece]:
    steps = json.loads(str(row["steps"]))
    rules = "+".join(dict.fromkeys(f"{step['round']}/{step['rule']}" for step in steps))
    evidence = "; ".join(dict.fromkeys(step["evidence"] for step in steps))
    kind = "changed" if row["replacement"] else "cut"
    return _at(row, "start"), _at(row, "end"), Piece(kind, "", str(row["replacement"]), rules, evidence)


def _borders(documents: Iterable[Row]) -> Iterator[tuple[int, int, Piece]]:
    for row in documents:
        yield _at(row, "source_start"), 1, Piece("begin", str(row["id"]), str(row["title"]))
        yield _at(row, "source_end"), 0, Piece("end", str(row["id"]))


def _at(row: Row, name: str) -> int:
    return int(row[name] or 0)
