"""A page's whole visible text with every edit in its place: what was cut, what was changed, by which rule, and why.

Cut text stands in [-…-], what was put in its place in {+…+}, the rule in ‹round/rule›; on a terminal in colour too.
Below each line stands the evidence of its edits.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import click
from sqlite_utils import Database

from archive import lookup
from archive.errors import ArchiveError
from archive.ledger_view import Piece, borders, gap, pieces, rules_of
from archive.rows import Row, select

VISIBLE = str.maketrans({"\n": "⏎", "\t": "→", " ": "␣", "\u3000": "□", "\xa0": "⍽"})
LONG = 200  # characters of evidence in a note; the archive has all of it


BORDERS = {"page": "── page {}: {}", "begin": "══ document {}: {}", "end": "══ end of {}", "gap": "   gap: {1}"}


@dataclass(frozen=True, slots=True)
class Ledger:
    """All that the archive knows of a page."""

    page: Row
    pages: tuple[Row, ...]
    edits: tuple[Row, ...]
    gaps: tuple[Row, ...]
    documents: tuple[Row, ...]


def ledger(db: Database, name: str) -> Ledger:
    """The ledger of the page that `name` means, or of the page of the document that it means."""
    key = lookup.article(db, name)
    if not key:
        key = str(lookup.documents(db, name).documents[0]["article_id"])
    (page,) = select(db, "SELECT * FROM pages WHERE id = ?", key)
    if page["source_text"] is None:
        raise ArchiveError(f"the page {page['url']} has no text to explain. It was rejected: {page['rejected']}")
    return Ledger(
        page,
        select(db, "SELECT * FROM article_pages WHERE article_id = ? ORDER BY n", key),
        select(db, "SELECT * FROM edits WHERE article_id = ? ORDER BY n", key),
        select(db, "SELECT * FROM gaps WHERE article_id = ? ORDER BY n", key),
        select(db, "SELECT * FROM documents WHERE article_id = ? ORDER BY part", key),
    )


def explained(ledger: Ledger) -> str:
    """The page on a terminal."""
    found = pieces(str(ledger.page["source_text"]), ledger.edits, borders(ledger.documents, ledger.pages, ledger.gaps))
    return "\n".join([*_head(ledger), "", *_Lines().of(found), "", *_foot(ledger)])


def to_json(ledger: Ledger) -> str:
    """The same for programs."""
    spans = [{name: row[name] for name in ("id", "title", "source_start", "source_end")} for row in ledger.documents]
    edits = [
        {
            "start": row["start"],
            "end": row["end"],
            "replacement": row["replacement"],
            "steps": json.loads(str(row["steps"])),
        }
        for row in ledger.edits
    ]
    known = {name: ledger.page[name] for name in ("id", "url", "rejected", "source_text")}
    whole = {**known, "pages": ledger.pages, "edits": edits, "gaps": ledger.gaps, "documents": spans}
    return json.dumps(whole, ensure_ascii=False)


def _head(ledger: Ledger) -> list[str]:
    page = ledger.page
    cut = sum(int(row["end"] or 0) - int(row["start"] or 0) for row in ledger.edits if not row["replacement"])
    facts = f"{len(str(page['source_text'])):,} characters, {cut:,} cut, {len(ledger.edits)} edits"
    lines = [
        click.style(str(page["url"]), bold=True),
        f"{page['page_title'] or '(no title)'} · {page['charset']} · {facts}",
    ]
    return lines + ([click.style(f"rejected: {page['rejected']}", fg="red")] if page["rejected"] else [])


def _foot(ledger: Ledger) -> list[str]:
    lines = [click.style("Documents", bold=True)]
    lines += [f"  {row['id']}  {row['title']}  ({len(str(row['text'])):,} characters)" for row in ledger.documents]
    lines += [click.style("Gaps", bold=True)] if ledger.gaps else []
    lines += [f"  {gap(row)}" for row in ledger.gaps]
    rules = Counter(rules_of(row) for row in ledger.edits)
    return [*lines, click.style("Rules", bold=True), *(f"  {n:>5} × {rule}" for rule, n in rules.most_common())]


class _Lines:
    """Puts pieces into lines, and below each line the evidence of its edits."""

    def __init__(self) -> None:
        self._line = ""
        self._notes: dict[str, int] = {}

    def of(self, found: Iterable[Piece]) -> Iterator[str]:
        """The lines of a page."""
        for piece in found:
            if piece.kind in BORDERS:
                yield from self._end()
                yield click.style(BORDERS[piece.kind].format(piece.before, piece.after), fg="cyan")
                continue
            yield from self._add(piece.before if piece.kind == "plain" else _marked(piece))
            for note in piece.evidence.splitlines():
                self._notes[note] = self._notes.get(note, 0) + 1
        yield from self._end()

    def _add(self, text: str) -> Iterator[str]:
        first, *rest = text.split("\n")
        self._line += first
        for line in rest:
            yield from self._end()
            self._line = line

    def _end(self) -> Iterator[str]:
        if self._line:
            yield self._line
        for note, times in self._notes.items():
            shown = note if len(note) <= LONG else note[:LONG] + "…"
            yield click.style(f"      {shown}{f' (×{times})' if times > 1 else ''}", dim=True)
        self._line, self._notes = "", {}


def _marked(piece: Piece) -> str:
    """An edit in its place. White space is shown by signs where it is all there is."""
    rule = click.style(f"‹{piece.rules}›", fg="yellow")
    if piece.kind == "changed":
        before = click.style(f"[-{_signs(piece.before)}-]", fg="red")
        return f"{before}{click.style(f'{{+{_signs(piece.after)}+}}', fg='green')}{rule}"
    text = piece.before if piece.before.strip() else _signs(piece.before)
    lines = f"[-{text}-]".split("\n")
    cut = "\n".join(click.style(line, fg="red", strikethrough=True) for line in lines)
    return cut + rule + ("\n" if text != piece.before and "\n" in piece.before else "")


def _signs(text: str) -> str:
    return text.translate(VISIBLE) if not text.strip() or "\n" in text else text
