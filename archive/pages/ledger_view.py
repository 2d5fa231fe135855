"""A page's source text in pieces, plain, cut or changed, with the borders in it: for whatever shows a ledger."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from archive.rows import Row, steps_of
from pipelines.document import Step

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
    steps: tuple[Step, ...] = ()  # of an edit
    number: int = 0  # of an edit on its page, or of a gap
    marks: tuple[Row, ...] = ()  # the damage that is marked here


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
        found.append((_at(row, "start"), GAP, Piece("gap", str(row["kind"]), gap(row), number=_at(row, "n"))))
    return sorted(found, key=lambda border: border[:2])


def gap(row: Row) -> str:
    """A gap in words."""
    part = f" of part {row['part']}" if row["part"] else ""
    missing = f", {row['missing']} missing" if row["missing"] is not None else ""
    return f"{row['kind']}{part}{missing}: {row['evidence']}"


def rules_of(edit: Row) -> str:
    """The rules that made an edit, in the order of their steps."""
    return _rules(steps_of(edit))


def pieces(source: str, edits: Iterable[Row], found: Iterable[Border], marks: Iterable[Row] = ()) -> Iterator[Piece]:
    """The source in order, every character once, with the borders between. None falls inside an edit.

    Plain text is divided where a mark begins or ends; each piece names the marks that lie over it.
    """
    return _with_marks(_pieces(source, edits, found), sorted(marks, key=lambda row: _at(row, "start")))


def _pieces(source: str, edits: Iterable[Row], found: Iterable[Border]) -> Iterator[Piece]:
    due = sorted(found, key=lambda border: border[:2], reverse=True)
    at = 0
    for edit in edits:
        start, end = _at(edit, "start"), _at(edit, "end")
        yield from _plain(source, at, start, due)
        yield _piece(edit, source[start:end])
        at = end
    yield from _plain(source, at, len(source), due)
    yield from (border[2] for border in reversed(due))


def _with_marks(found: Iterator[Piece], marks: Sequence[Row]) -> Iterator[Piece]:
    if not marks:
        yield from found
        return
    due = deque(marks)
    over: list[Row] = []
    at = 0
    for piece in found:
        if piece.kind == "plain":
            text, begin = piece.before, at
            for start, at, here in _stretches(begin, begin + len(text), over, due):
                yield replace(piece, before=text[start - begin : at - begin], marks=here)
        elif piece.kind in ("cut", "changed"):
            over[:] = [*_open(over, at), *_begun(due, at + len(piece.before))]
            yield replace(piece, marks=tuple(over))
            at += len(piece.before)
        else:
            yield piece


def _stretches(at: int, end: int, over: list[Row], due: deque[Row]) -> Iterator[tuple[int, int, tuple[Row, ...]]]:
    """The stretches up to `end` over which the same marks lie. `over` and `due` move on."""
    while at < end:
        over[:] = [*_open(over, at), *_begun(due, at + 1)]
        ahead = [_at(row, "end") for row in over] + ([_at(due[0], "start")] if due else [])
        stop = min([end, *ahead])
        yield at, stop, tuple(over)
        at = stop


def _open(over: Iterable[Row], at: int) -> list[Row]:
    return [row for row in over if _at(row, "end") > at]


def _begun(due: deque[Row], before: int) -> Iterator[Row]:
    """The marks that begin before an offset."""
    while due and _at(due[0], "start") < before:
        yield due.popleft()


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


def _piece(row: Row, before: str) -> Piece:
    steps, after = steps_of(row), str(row["replacement"])
    evidence = "\n".join(dict.fromkeys(f"{step.round}/{step.rule}: {step.evidence}" for step in steps))
    return Piece("changed" if after else "cut", before, after, _rules(steps), evidence, steps, _at(row, "n"))


def _rules(steps: Iterable[Step]) -> str:
    return "+".join(dict.fromkeys(f"{step.round}/{step.rule}" for step in steps))


def _at(row: Row, name: str) -> int:
    return int(row[name] or 0)
