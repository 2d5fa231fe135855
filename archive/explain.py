"""A page's whole visible text with every edit in its place: what was cut, what was changed, by which rule, and why.

Cut text stands in [-…-], what was put in its place in {+…+}, the rule in ‹round/rule›, text with damage that stays in
{~…~}‹kind›; on a terminal in colour too.
Evidence stands below the line where a rule first names it.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

from sqlite_utils import Database

from archive import lookup
from archive.cli import terminal
from archive.errors import ArchiveError
from archive.pages.ledger_view import Piece, borders, gap, pieces, rules_of
from archive.rows import Row, select, steps_of

VISIBLE = str.maketrans({"\n": "⏎", "\t": "→", " ": "␣", "\u3000": "□", "\xa0": "⍽"})
RUN = re.compile(r"([⏎→␣□⍽])\1{3,}")
LONG = 200  # characters of evidence in a note; the archive has all of it


BORDERS = {"page": "── page {}: {}", "begin": "══ document {}: {}", "end": "══ end of {}", "gap": "   gap: {1}"}


@dataclass(frozen=True, slots=True)
class Ledger:
    """All that the archive knows of a page."""

    page: Row
    path: str  # of an ingested file, relative to what was ingested
    pages: tuple[Row, ...]
    edits: tuple[Row, ...]
    gaps: tuple[Row, ...]
    marks: tuple[Row, ...]
    documents: tuple[Row, ...]


def ledger(db: Database, name: str) -> Ledger:
    """The ledger of the page that `name` means, or of the page of the document that it means."""
    old = lookup.version(db, name)
    if old and not _is_current(db, *old):
        return _old(db, *old)
    key = lookup.article(db, old[0] if old else name)
    if not key:
        key = str(lookup.documents(db, name).documents[0]["article_id"])
    (page,) = select(db, "SELECT * FROM pages WHERE id = ?", key)
    if page["source_text"] is None:
        why = f"It was rejected: {page['rejected']}" if page["rejected"] else "Its documents came from an export."
        raise ArchiveError(f"the page {page['url']} has no text to explain. {why}")
    return Ledger(
        page,
        lookup.path(db, page["fetch_id"]),
        select(db, "SELECT * FROM article_pages WHERE article_id = ? ORDER BY n", key),
        select(db, "SELECT * FROM edits WHERE article_id = ? ORDER BY n", key),
        select(db, "SELECT * FROM gaps WHERE article_id = ? ORDER BY n", key),
        select(db, "SELECT * FROM marks WHERE article_id = ? ORDER BY n", key),
        select(db, "SELECT * FROM documents WHERE article_id = ? ORDER BY part", key),
    )


def _is_current(db: Database, key: str, version: int) -> bool:
    sql = "SELECT 1 FROM documents WHERE id = ? AND version = ?"
    return db.conn.execute(sql, (key, version)).fetchone() is not None


def _old(db: Database, key: str, version: int) -> Ledger:
    """The ledger of an earlier version: the stretch of the page that it was; offsets count from its beginning."""
    document = lookup.documents(db, f"{key}@{version}").documents[0]
    (kept,) = select(db, "SELECT * FROM document_versions WHERE id = ? AND version = ?", key, version)
    (page,) = select(db, "SELECT * FROM pages WHERE id = ?", document["article_id"])
    source = str(page["source_text"] or "")
    if sha256(source.encode()).hexdigest() != kept["source_digest"]:
        raise ArchiveError(
            f"{key}@{version} cannot be explained: its page reads differently now, and only the page's present text is "
            f"kept. Its text: python -m archive show {key}@{version}"
        )
    start, end = int(document["source_start"] or 0), int(document["source_end"] or 0)
    found = json.loads(str(kept["ledger"]))
    gaps = [row for row in found["gaps"] if row["part"] in (0, document["part"])]
    marks = found.get("marks", ())  # a version that was kept before there were marks has none
    return Ledger(
        {**page, "source_text": source[start:end]},
        lookup.path(db, document["fetch_id"]),
        (),
        tuple({**row, "start": row["start"] - start, "end": row["end"] - start} for row in found["edits"]),
        tuple({**row, "start": min(max(row["start"], start), end) - start} for row in gaps),
        tuple({**row, "start": row["start"] - start, "end": row["end"] - start} for row in marks),
        ({**document, "source_start": 0, "source_end": end - start},),
    )


def explained(ledger: Ledger) -> str:
    """The page on a terminal."""
    found = borders(ledger.documents, ledger.pages, ledger.gaps)
    page = pieces(str(ledger.page["source_text"]), ledger.edits, found, ledger.marks)
    return "\n".join([*_head(ledger), "", *_Lines().of(page), "", *_foot(ledger)])


def to_json(ledger: Ledger) -> str:
    """The same for programs."""
    spans = [{name: row[name] for name in ("id", "title", "source_start", "source_end")} for row in ledger.documents]
    edits = [
        {
            "start": row["start"],
            "end": row["end"],
            "replacement": row["replacement"],
            "steps": [step._asdict() for step in steps_of(row)],
        }
        for row in ledger.edits
    ]
    known = {name: ledger.page[name] for name in ("id", "url", "rejected", "source_text")}
    whole = {
        **known,
        "pages": ledger.pages,
        "edits": edits,
        "gaps": ledger.gaps,
        "marks": ledger.marks,
        "documents": spans,
    }
    return json.dumps(whole, ensure_ascii=False)


def _head(ledger: Ledger) -> list[str]:
    page = ledger.page
    cut = sum(int(row["end"] or 0) - int(row["start"] or 0) for row in ledger.edits if not row["replacement"])
    name = f"{ledger.path} · {page['url']}" if ledger.path else str(page["url"])
    facts = f"{len(str(page['source_text'])):,} characters, {cut:,} cut, {len(ledger.edits)} edits"
    lines = [
        terminal.style(name, bold=True),
        f"{page['page_title'] or '(no title)'} · {page['charset']} · {facts}",
    ]
    return lines + ([terminal.style(f"rejected: {page['rejected']}", fg="red")] if page["rejected"] else [])


def _foot(ledger: Ledger) -> list[str]:
    lines = [terminal.style("Documents", bold=True)]
    lines += [f"  {row['id']}  {row['title']}  ({len(str(row['text'])):,} characters)" for row in ledger.documents]
    lines += [terminal.style("Gaps", bold=True)] if ledger.gaps else []
    lines += [f"  {gap(row)}" for row in ledger.gaps]
    kinds = Counter(str(row["kind"]) for row in ledger.marks)
    lines += [terminal.style("Marks", bold=True)] if kinds else []
    lines += [f"  {n:>5} × {kind}" for kind, n in kinds.most_common()]
    rules = Counter(rules_of(row) for row in ledger.edits)
    return [*lines, terminal.style("Rules", bold=True), *(f"  {n:>5} × {rule}" for rule, n in rules.most_common())]


class _Lines:
    """Puts pieces into lines, and evidence below the line where it is new."""

    def __init__(self) -> None:
        self._line: list[str] = []
        self._notes: list[str] = []
        self._said: set[str] = set()

    def of(self, found: Iterable[Piece]) -> Iterator[str]:
        """The lines of a page."""
        for piece in found:
            if piece.kind in BORDERS:
                yield from self._end()
                yield terminal.style(BORDERS[piece.kind].format(piece.before, piece.after), fg="cyan")
                continue
            text = _damaged(piece) if piece.kind == "plain" else _marked(piece)
            yield from self._add(text.removesuffix("\n"))
            said = [
                *piece.evidence.splitlines(),
                *(f"{row['kind']}/{row['rule']}: {row['evidence']}" for row in piece.marks),
            ]
            self._notes += [note for note in said if note not in self._said]
            self._said.update(self._notes)
            if text.endswith("\n"):
                yield from self._add("\n")
        yield from self._end()

    def _add(self, text: str) -> Iterator[str]:
        first, *rest = text.split("\n")
        self._line.append(first)
        for line in rest:
            yield from self._end()
            self._line.append(line)

    def _end(self) -> Iterator[str]:
        if line := "".join(self._line):
            yield line
        for note in self._notes:
            yield terminal.style(f"      {note if len(note) <= LONG else note[:LONG] + '…'}", dim=True)
        self._line, self._notes = [], []


def _damaged(piece: Piece) -> str:
    """Plain text, with what is marked in it. A mark that goes on over the line names its kind on each."""
    if not piece.marks:
        return piece.before
    kinds = "+".join(dict.fromkeys(str(row["kind"]) for row in piece.marks))
    lines = [
        terminal.style(f"{{~{line}~}}", fg="magenta") + terminal.style(f"‹{kinds}›", fg="yellow") if line else ""
        for line in piece.before.split("\n")
    ]
    return "\n".join(lines)


def _marked(piece: Piece) -> str:
    """An edit in its place. White space is shown by signs where it is all there is."""
    rule = terminal.style(f"‹{piece.rules}›", fg="yellow")
    if piece.kind == "changed":
        before = terminal.style(f"[-{_signs(piece.before)}-]", fg="red")
        return f"{before}{terminal.style(f'{{+{_signs(piece.after)}+}}', fg='green')}{rule}"
    body = piece.before.strip()
    lead, _, tail = piece.before.partition(body) if body else (piece.before, "", "")
    lines = f"[-{_signs(lead)}{body}{_signs(tail)}-]".split("\n")
    cut = "\n".join(terminal.style(line, fg="red", strikethrough=True) for line in lines)
    return cut + rule + ("\n" if piece.before.endswith("\n") else "")


def _signs(text: str) -> str:
    """White space as signs, where it is all there is or breaks a line; a long run as its length."""
    if text.strip() and "\n" not in text:
        return text
    return RUN.sub(lambda run: f"{run[1]}×{len(run[0])}", text.translate(VISIBLE))
