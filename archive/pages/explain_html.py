"""The ledger of a page as one HTML file: the whole visible text, every edit in colour, its rule and evidence at hand.

The file needs nothing beside it and asks nothing of any server: its style stands in it, it holds no script, and its
policy forbids both scripts and requests. What a page says can do nothing here: it is escaped, and characters that
would be invisible or turn the text around them are isolated and shown by their numbers.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import escape
from itertools import groupby
from pathlib import Path

from archive.explain import Ledger
from archive.pages.interface import Words
from archive.pages.ledger_view import Piece, borders, pieces
from archive.pages.safe_html import UNSEEN, attribute, text, whole
from archive.rows import Row

STYLE = Path(__file__).parent.parent / "datasette" / "static" / "ledger.css"  # of the ledger, wherever it stands
FRAME = Path(__file__).with_name("explain.css")  # of a file of its own
ENGLISH = Words("en")  # of a file, which has no reader yet

FAMILIES = ("vote", "frame", "repair", "flow", "title")  # of edits: the legend's words are in words/ledger.toml
# The family of a round; every other round repairs.
ROUNDS = {
    "extract": "vote",
    "frame": "frame",
    "frame part": "frame",
    "split": "flow",
    "unflatten": "flow",
    "reflow": "flow",
    "title": "title",
}
TOGGLES = (("cuts", True), ("marks", True), ("only", False), ("names", False))  # and whether they are on
LONG = 160  # characters of a step's text in a note: the page itself shows all of it
SIGNS = str.maketrans({"\n": "⏎", "\t": "→", " ": "␣", "\u3000": "□", "\xa0": "⍽", "\r": "␍"})

_RUN = re.compile(r"([⏎→␣□⍽])\1{3,}")


def page(ledger: Ledger, read_at: str = "") -> str:
    """The whole file. `read_at`: what comes before a document's id in the address where it is read, if there is one."""
    style = STYLE.read_text("utf-8") + FRAME.read_text("utf-8")
    name = str(ledger.page["page_title"] or ledger.path or ledger.page["url"])
    skip = f'<a class="skip" href="#legend">{ENGLISH("ledger.skip")}</a>'
    body = ['<div class="ledger">', skip, *_head(ledger), *inner(ledger, read_at), "</div>"]
    return whole(f"Every edit · {name}", style, body)


def inner(ledger: Ledger, read_at: str = "", t: Words = ENGLISH, tag: str = "main") -> Iterator[str]:
    """The text with its edits, and the legend: what stands in an element of class `ledger`, in its style."""
    body = _Body(ledger, read_at, t)
    main = body.html()
    yield from _toggles(t)
    yield f'<div class="layout">\n<{tag} class="source" id="page" lang="{_language(ledger.documents)}">\n{main}</{tag}>'
    yield from body.legend.html(ledger.gaps, t)
    yield "</div>"


def _head(ledger: Ledger) -> Iterator[str]:
    """What page it is."""
    row = ledger.page
    cut = sum(int(edit["end"] or 0) - int(edit["start"] or 0) for edit in ledger.edits if not edit["replacement"])
    facts = f"{len(str(row['source_text'])):,} characters, {cut:,} of them cut in {len(ledger.edits):,} edits"
    yield f'<header>\n<h1 lang="zh">{text(str(row["page_title"] or "(no title)"))}</h1>'
    yield f"<p>{_link(str(row['url']))}{f' · {text(ledger.path)}' if ledger.path else ''}</p>"
    yield f"<p>{text(str(row['charset']))} · {facts}</p>"
    yield f"<p>{ENGLISH('ledger.how')}</p>"
    if row["rejected"]:
        yield f'<p class="rejected">rejected: {text(str(row["rejected"]))}</p>'
    yield "</header>"


def _toggles(t: Words) -> Iterator[str]:
    for key, on in TOGGLES:
        state = " checked" if on else ""
        yield f'<input type="checkbox" class="toggle" id="{key}"{state}><label for="{key}">{t(f"ledger.{key}")}</label>'


@dataclass(slots=True)
class _Seen:
    """How often something occurs, and where first."""

    first: str
    count: int = 0
    characters: int = 0


@dataclass(slots=True)
class _Legend:
    """What the page shows, counted while it is written."""

    rules: dict[tuple[str, str], _Seen] = field(default_factory=dict)  # by family and round/rule
    marks: dict[str, _Seen] = field(default_factory=dict)  # by kind

    def edit(self, piece: Piece) -> None:
        """One more edit: each rule that had a part in it."""
        acted = {(step.round, step.rule) for step in piece.steps}
        for round, rule in sorted(acted):
            seen = self.rules.setdefault((family(round), f"{round}/{rule}"), _Seen(f"e{piece.number}"))
            seen.count += 1
            seen.characters += sum(len(step.before) for step in piece.steps if (step.round, step.rule) == (round, rule))

    def mark(self, row: Row) -> None:
        """One more mark."""
        self.marks.setdefault(str(row["kind"]), _Seen(f"m{row['n']}")).count += 1

    def html(self, gaps: Iterable[Row], t: Words) -> Iterator[str]:
        """The legend: counts, and links to where each thing occurs first."""
        yield f'<nav class="legend" id="legend" aria-label="{t("ledger.legend")}">\n<h2>{t("ledger.rules")}</h2>'
        ordered = sorted(self.rules.items(), key=lambda item: (FAMILIES.index(item[0][0]), -item[1].count, item[0][1]))
        for kind, some in groupby(ordered, key=lambda item: item[0][0]):
            yield f'<h3><span class="swatch {kind}">{t(f"ledger.{kind}")}</span></h3>'
            yield from _table("rule", [(name, seen) for (_, name), seen in some], t, characters=True)
        if self.marks:
            yield f'<h3><span class="swatch">{t("ledger.damage")}</span></h3>'
            yield from _table("kind", sorted(self.marks.items(), key=lambda item: (-item[1].count, item[0])), t)
        if rows := list(gaps):
            yield f"<h3>{t('ledger.gaps')}</h3>\n<ul>"
            yield from (f'<li><a href="#g{row["n"]}">{text(_gap_note(row, t))}</a></li>' for row in rows)
            yield "</ul>"
        yield "</nav>"


def _table(what: str, rows: Iterable[tuple[str, _Seen]], t: Words, *, characters: bool = False) -> Iterator[str]:
    columns = [what, "times", *(["characters"] if characters else [])]
    head = "".join(f'<th scope="col">{t(f"ledger.{column}")}</th>' for column in columns)
    yield f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>"
    for name, seen in rows:
        size = f"<td>{seen.characters:,}</td>" if characters else ""
        yield f'<tr><th scope="row"><a href="#{seen.first}">{text(name)}</a></th><td>{seen.count:,}</td>{size}</tr>'
    yield "</tbody>\n</table>"


class _Body:
    """The page's text: documents in boxes of their own, a source line a paragraph, what is outside between them."""

    def __init__(self, ledger: Ledger, read_at: str, t: Words) -> None:
        self.legend = _Legend()
        self._t = t
        self._ledger = ledger
        self._read_at = read_at
        self._documents = {str(row["id"]): row for row in ledger.documents}
        self._out: list[str] = []
        self._line: list[str] = []  # of the paragraph that is being written
        self._own = False  # whether it holds more than cuts
        self._box = ""  # what closes the box that is open
        self._marked: set[int] = set()  # marks that have begun
        whole = {id(row): row for row in ledger.marks if _is_whole(row, ledger.documents)}
        self._whole = list(whole.values())
        self._marks = [row for row in ledger.marks if id(row) not in whole]
        self._gaps = {row["n"]: row for row in ledger.gaps}

    def html(self) -> str:
        """All of it."""
        ledger = self._ledger
        found = borders(ledger.documents, ledger.pages, ledger.gaps)
        for piece in pieces(str(ledger.page["source_text"]), ledger.edits, found, self._marks):
            if piece.kind == "begin":
                self._close()
                self._begin(self._documents[piece.before])
            elif piece.kind == "end":
                self._close()
            else:
                self._open()
                self._add(piece)
        self._close()
        return "\n".join(self._out)

    def _begin(self, row: Row) -> None:
        """The box of a document."""
        title = (
            text(str(row["title"]))
            if row["title"]
            else f'<span class="empty-title">{self._t("ledger.no_title")}</span>'
        )
        if self._read_at:
            title = f'<a href="{attribute(self._read_at + str(row["id"]))}">{title}</a>'
        facts = [self._t("ledger.part_of", part=row["part"], parts=row["parts"])] if row["parts"] != 1 else []
        facts += [str(row[name]) for name in ("genre", "signed_by", "signed_on") if row[name]]
        facts += [self._t.named("status", row["status"]), self._t("ledger.quality", quality=row["quality"])]
        self._out.append(
            f'<section class="document" id="{escape(str(row["id"]))}" lang="{_language([row])}">\n<header>'
        )
        self._out.append(f'<h2>{title}</h2>\n<p class="facts">{escape(str(row["id"]))} · {text(" · ".join(facts))}</p>')
        for mark in self._whole:
            if mark["part"] == row["part"]:
                self.legend.mark(mark)
                self._out.append(
                    f'<p class="whole" id="m{mark["n"]}"><mark>{text(_mark_note(mark, self._t))}</mark></p>'
                )
        self._out.append('</header>\n<div class="text">')
        self._box = "</div>\n</section>"

    def _open(self) -> None:
        if not self._box:
            self._out.append('<div class="outside text">')
            self._box = "</div>"

    def _close(self) -> None:
        self._paragraph()
        if self._box:
            self._out.append(self._box)
        self._box = ""

    def _paragraph(self) -> None:
        """The end of a line."""
        if self._line:
            only = "" if self._own else ' class="only-cuts"'
            self._out.append(f"<p{only}>{''.join(self._line)}</p>")
        self._line, self._own = [], False

    def _add(self, piece: Piece) -> None:
        if piece.kind == "plain":
            *lines, rest = piece.before.split("\n")
            for line in lines:
                self._write(text(line + "\n"), piece.marks)
                self._paragraph()
            if rest:
                self._write(text(rest), piece.marks)
        elif piece.kind in ("cut", "changed"):
            self._write(self._edit(piece), piece.marks, own=piece.kind == "changed")
            if piece.before.strip() and (piece.after or piece.before).endswith("\n"):
                self._paragraph()
        elif piece.kind == "gap":
            words = _gap_note(self._gaps[piece.number], self._t)
            self._write(f'<span class="gap" role="note" id="g{piece.number}">{text(words)}</span>', ())
        else:
            words = self._t("ledger.page_note", n=piece.before, what=piece.after)
            self._write(f'<span class="page">{text(words)}</span>', (), own=False)

    def _write(self, html: str, marks: Iterable[Row], *, own: bool = True) -> None:
        for row in marks:
            begins = row["n"] not in self._marked
            if begins:
                self.legend.mark(row)
                self._marked.add(int(row["n"] or 0))
            here = f' id="m{row["n"]}" tabindex="0"' if begins else ""
            html = f'<mark class="{_line_of(row)}"{here} title="{attribute(_mark_note(row, self._t))}">{html}</mark>'
        self._line.append(html)
        self._own = self._own or own

    def _edit(self, piece: Piece) -> str:
        self.legend.edit(piece)
        old = f"<del{_white(piece.before)}>{text(piece.before)}</del>"
        new = f"<ins>{text(piece.after)}</ins>" if piece.after else ""
        # Of a step that took a whole line and one that mended a character in it, the first gives the colour.
        kind = family(max(piece.steps, key=lambda step: len(step.before)).round) if piece.steps else "repair"
        note = attribute(_note(piece, self._t))
        rules = attribute(piece.rules)  # which the style shows, if it is asked to
        return (
            f'<span class="e {kind}" data-rules="{rules}" id="e{piece.number}" tabindex="0" title="{note}">'
            f"{old}{new}</span>"
        )


def family(round: str) -> str:
    """The family of a round's edits: their colour and their place in the legend."""
    return ROUNDS.get(round, "repair")


def _note(piece: Piece, t: Words) -> str:
    """What is told of an edit: each step's rule and evidence, what it found and what it made of it."""
    lines = []
    for step in piece.steps:
        after = f"“{_short(step.after)}”" if step.after else t("ledger.nothing")
        lines.append(f"{step.round}/{step.rule}: {t.evidence(step.evidence)}\n“{_short(step.before)}” → {after}")
    return "\n".join(lines)


def _short(text: str) -> str:
    """A text in a note: white space as signs where it is all there is, and at its ends."""
    head = text if len(text) <= LONG else text[: LONG // 2] + " … " + text[-LONG // 2 :]
    return _signs(head) if not head.strip() else head.replace("\n", "⏎")


def _mark_note(row: Row, t: Words) -> str:
    kind = row["kind"] if t.language == ENGLISH.language else t.named("damage", row["kind"])
    return t("ledger.mark_note", kind=kind, rule=row["rule"], evidence=t.evidence(row["evidence"]))


def _gap_note(row: Row, t: Words) -> str:
    """What is missing, of which part, how much of it, and who says so."""
    kind = str(row["kind"] if t.language == ENGLISH.language else t.named("damage", f"missing_{row['kind']}"))
    kind += t("ledger.gap_of_part", part=row["part"]) if row["part"] else ""
    kind += t("ledger.gap_size", missing=row["missing"]) if row["missing"] is not None else ""
    return t("ledger.gap_note", n=row["n"], kind=kind, evidence=t.evidence(row["evidence"]))


def _is_whole(mark: Row, documents: Iterable[Row]) -> bool:
    """Whether a mark speaks of its document: of more than half of it."""
    size = int(mark["end"] or 0) - int(mark["start"] or 0)
    return any(
        row["part"] == mark["part"] and size * 2 > int(row["source_end"] or 0) - int(row["source_start"] or 0)
        for row in documents
    )


def _line_of(mark: Row) -> str:
    """How a mark of its kind is underlined."""
    kind = str(mark["kind"])
    return "numbers" if kind.startswith("numbers") else "names" if kind.startswith(("names", "censored")) else "lost"


def _white(text: str) -> str:
    """White space that was cut is shown by signs."""
    return f' class="white" data-sign="{_signs(text)}"' if not text.strip() and not UNSEEN.search(text) else ""


def _signs(text: str) -> str:
    return _RUN.sub(lambda run: f"{run[1]}×{len(run[0])}", text.translate(SIGNS))


def _link(url: str) -> str:
    if not url.startswith(("http://", "https://")):
        return text(url)
    return f'<a href="{attribute(url)}" rel="noreferrer nofollow">{text(url)}</a>'


def _language(documents: Iterable[Row]) -> str:
    return "zh-Hant" if any(row["script"] == "hant" for row in documents) else "zh-Hans"
