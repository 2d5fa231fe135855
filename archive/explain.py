"""A page's whole visible text with every edit in its place: what was cut, what was changed, by which rule, and why.

Cut text stands in [-…-], what was put in its place in {+…+}, the rule in ‹round/rule›; on a terminal in colour too.
Below each line stands the evidence of its edits.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import click
from sqlite_utils import Database

from archive import lookup
from archive.errors import ArchiveError
from archive.rows import Row, edit_of, select
from pipelines.document import Edit, Step

VISIBLE = str.maketrans({"\n": "⏎", "\t": "→", " ": "␣", "\u3000": "□", "\xa0": "⍽"})
LONG = 200  # characters of evidence in a note; the archive has all of it


@dataclass(frozen=True, slots=True)
class Ledger:
    """All that the archive knows of a page."""

    page: Row
    pages: tuple[Row, ...]
    edits: tuple[Edit, ...]
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
        tuple(edit_of(row) for row in select(db, "SELECT * FROM edits WHERE article_id = ? ORDER BY n", key)),
        select(db, "SELECT * FROM gaps WHERE article_id = ? ORDER BY n", key),
        select(db, "SELECT * FROM documents WHERE article_id = ? ORDER BY part", key),
    )


def explained(ledger: Ledger) -> str:
    """The page on a terminal."""
    return "\n".join([*_head(ledger), "", *_Writer(ledger).lines(), "", *_foot(ledger)])


def as_object(ledger: Ledger) -> dict[str, object]:
    """The same for programs."""
    edits = [
        {"start": edit.start, "end": edit.end, "replacement": edit.replacement, "steps": list(map(_step, edit.steps))}
        for edit in ledger.edits
    ]
    spans = [{name: row[name] for name in ("id", "title", "source_start", "source_end")} for row in ledger.documents]
    return {
        **{name: ledger.page[name] for name in ("id", "url", "rejected", "source_text")},
        "pages": ledger.pages,
        "edits": edits,
        "gaps": ledger.gaps,
        "documents": spans,
    }


def _step(step: Step) -> dict[str, str]:
    return {name: getattr(step, name) for name in ("round", "rule", "before", "after", "evidence")}


def _head(ledger: Ledger) -> list[str]:
    page = ledger.page
    cut = sum(edit.end - edit.start for edit in ledger.edits if not edit.replacement)
    facts = f"{len(str(page['source_text'])):,} characters, {cut:,} cut by {len(ledger.edits)} edits"
    lines = [
        click.style(str(page["url"]), bold=True),
        f"{page['page_title'] or '(no title)'} · {page['charset']} · {facts}",
    ]
    return lines + ([click.style(f"rejected: {page['rejected']}", fg="red")] if page["rejected"] else [])


def _foot(ledger: Ledger) -> list[str]:
    lines = [click.style("Documents", bold=True)]
    lines += [f"  {row['id']}  {row['title']}  ({len(str(row['text'])):,} characters)" for row in ledger.documents]
    lines += [click.style("Gaps", bold=True)] if ledger.gaps else []
    lines += [f"  {_gap(row)}" for row in ledger.gaps]
    rules = Counter(_rules(edit) for edit in ledger.edits)
    return [*lines, click.style("Rules", bold=True), *(f"  {n:>5} × {rule}" for rule, n in rules.most_common())]


def _gap(row: Row) -> str:
    part = f" of part {row['part']}" if row["part"] else ""
    missing = f", {row['missing']} missing" if row["missing"] is not None else ""
    return f"gap: {row['kind']}{part}{missing}: {row['evidence']}"


def _rules(edit: Edit) -> str:
    return "+".join(dict.fromkeys(f"{step.round}/{step.rule}" for step in edit.steps))


class _Writer:
    """Walks the source once, and writes marks, text and edits in the order of their offsets."""

    def __init__(self, ledger: Ledger) -> None:
        self._text = str(ledger.page["source_text"])
        self._edits = ledger.edits
        self._marks = sorted(_marks(ledger), reverse=True)
        self._line = ""
        self._notes: dict[str, int] = {}

    def lines(self) -> Iterator[str]:
        """The lines of the page, each followed by the evidence of its edits."""
        at = 0
        for edit in self._edits:
            yield from self._plain(at, edit.start)
            yield from self._due(edit.start)
            yield from self._add(_marked(self._text[edit.start : edit.end], edit))
            for step in edit.steps:
                note = f"{step.round}/{step.rule}: {step.evidence[:LONG]}"
                self._notes[note] = self._notes.get(note, 0) + 1
            at = edit.end
        yield from self._plain(at, len(self._text))
        yield from self._due(len(self._text))
        yield from self._end_line()

    def _plain(self, start: int, end: int) -> Iterator[str]:
        while self._marks and self._marks[-1][0] < end and start < end:
            stop = max(start, self._marks[-1][0])
            yield from self._add(self._text[start:stop])
            yield from self._due(stop)
            start = stop
        yield from self._add(self._text[start:end])

    def _due(self, offset: int) -> Iterator[str]:
        while self._marks and self._marks[-1][0] <= offset:
            yield from self._end_line()
            yield click.style(self._marks.pop()[2], fg="cyan")

    def _add(self, text: str) -> Iterator[str]:
        *whole, self._line = (self._line + text).split("\n")
        if whole:
            rest, self._line = self._line, whole.pop(0)
            for line in (*whole, rest):
                yield from self._end_line()
                self._line = line

    def _end_line(self) -> Iterator[str]:
        if self._line:
            yield self._line
        for note, times in self._notes.items():
            yield click.style(f"      {note}{f' (×{times})' if times > 1 else ''}", dim=True)
        self._line, self._notes = "", {}


def _marks(ledger: Ledger) -> Iterator[tuple[int, int, str]]:
    """Lines that stand between the characters: where pages and documents begin and end, and gaps."""
    for row in ledger.pages:
        if len(ledger.pages) > 1:
            missing = f" never came: {row['missing']}" if row["missing"] else ""
            yield int(row["start"] or 0), 1, f"── page {row['n']}: {row['url']}{missing}"
    for row in ledger.documents:
        yield int(row["source_end"] or 0), 0, f"══ end of {row['id']}"
        yield (
            int(row["source_start"] or 0),
            2,
            f"══ document {row['part']} of {row['parts']}: {row['title']} ({row['id']})",
        )
    for row in ledger.gaps:
        yield int(row["start"] or 0), 3, f"   {_gap(row)}"


def _marked(before: str, edit: Edit) -> str:
    """An edit in its place. White space is shown by signs where it is all there is."""
    rule = click.style(f"‹{_rules(edit)}›", fg="yellow")
    if edit.replacement:
        old = click.style(f"[-{_signs(before)}-]", fg="red")
        return f"{old}{click.style(f'{{+{_signs(edit.replacement)}+}}', fg='green')}{rule}"
    if not before.strip():
        return (
            click.style(f"[-{_signs(before)}-]", fg="red", strikethrough=True) + rule + ("\n" if "\n" in before else "")
        )
    lines = f"[-{before}-]".split("\n")
    return "\n".join(click.style(line, fg="red", strikethrough=True) for line in lines) + rule


def _signs(text: str) -> str:
    return text.translate(VISIBLE) if not text.strip() or "\n" in text else text


def to_json(ledger: Ledger) -> str:
    """`as_object`, written."""
    return json.dumps(as_object(ledger), ensure_ascii=False)
