"""Paragraphs as the unit wrote them: page marks and spaces out, false breaks joined, no indents.

The order counts: a chunk number or a footer stands between two halves of a sentence, so it goes before breaks are
judged; a text that was chunked has no line breaks, so its glued headings are looked for after that.
"""

import re
from collections.abc import Callable, Sequence

from pipelines.document import Part, Proposal
from pipelines.flat import glued_headings
from pipelines.lines import Line
from pipelines.states import Cleaned, Flowed
from pipelines.structure.breaks import breaks
from pipelines.structure.page_marks import chunk_numbers, inner_page_numbers, page_numbers
from pipelines.structure.passage import HAN, Passage

SPACED = (6, 0.08)  # spaces between characters, and their share of all borders: OCR leaves one at about every tenth

Step = Callable[[Passage], list[Proposal]]

_SPACED = re.compile(rf"(?<=[{HAN}，。；：、！？“”（）《》]) +(?=[{HAN}，。；：、！？“”（）《》])")
_HAN_RUN = re.compile(rf"[{HAN}]+")
_GAP = re.compile(rf" (?<=[{HAN}] ) *(?=[{HAN}])")  # begins with the space, to which a search skips
# Words of two or three characters that spaces set apart: a few are no evidence of OCR, many are a list.
_APART = rf"(?<![{HAN}])[{HAN}]{{2,3}}(?: +[{HAN}]{{2,3}}){{%d,}}(?![{HAN}])"
_NAMES, _SOME_NAMES = re.compile(_APART % 4), re.compile(_APART % 1)
_MARKS = re.compile("[,;:、。]")


def reflow(cleaned: Cleaned) -> Flowed:
    """Page numbers, chunk numbers, spaces and false breaks out; then white space made canonical."""
    draft = cleaned.draft
    for part in cleaned.parts:
        before = Passage.of(draft, part)
        passage = _after(before, part, (chunk_numbers, page_numbers, inner_page_numbers))
        # A part of a page may be one line, which the whole page was not.
        if passage is not before or len(cleaned.parts) > 1:
            passage = _after(passage, part, (unchunked,))
        passage = _after(passage, part, (spaces, breaks))
        draft = passage.draft.edited("reflow", tidy(passage))
    return Flowed(draft, cleaned.gaps, cleaned.parts)


def _after(passage: Passage, part: Part, steps: Sequence[Step]) -> Passage:
    """The passage after these steps; itself if they change nothing."""
    for step in steps:
        if found := step(passage):
            passage = Passage.of(passage.draft.edited("reflow", found), part)
    return passage


def unchunked(passage: Passage) -> list[Proposal]:
    """The glued headings of a text whose chunks, or pages, were put together just now."""
    return glued_headings(passage.draft, passage.start, passage.end)


def spaces(passage: Passage) -> list[Proposal]:
    """Spaces of a text layer or OCR. Leaves lists of names, headings in clauses, and `，␣字` as it was printed."""
    prose = [line for line in passage.rows if _is_running(line)]
    if not any(" " in line.folded for line in prose):
        return []
    everywhere = _is_spaced_out(prose)
    found = []
    # Where whole paragraphs are spaced out, so are the headings: 一、目 标 任 务.
    torn = sum(_is_torn(line.folded) for line in prose) * 2 > len(prose)
    headings = [line for line in passage.rows if torn and not _is_running(line) and _is_torn(line.folded, least=3)]
    for line in [*prose, *headings]:
        evidence = _space_evidence(line.folded, everywhere)
        inside = _SPACED.finditer(_without_names(line.text)) if evidence else ()
        found += [Proposal(line.start + m.start(), line.start + m.end(), "", "inner_space", evidence) for m in inside]
    return found


def _is_running(line: Line) -> bool:
    return line.is_prose or len(line.text) > 40


def _borders(folded: str) -> tuple[int, int]:
    """How many borders between Chinese characters a text has, and how many of them carry spaces."""
    runs = _HAN_RUN.findall(folded.replace(" ", ""))
    return sum(map(len, runs)) - len(runs), len(_GAP.findall(folded))


def _space_evidence(text: str, everywhere: str) -> str:
    if " " not in text:
        return ""
    borders, spaced = _borders(text)
    if _are_most(borders, spaced, least=3):
        return f"{spaced} of {borders} borders between characters of the line carry spaces"
    return everywhere if spaced else ""


def _is_torn(text: str, least: int = 6) -> bool:
    """Whether most borders between the characters of a line carry spaces, of `least` at least."""
    return " " in text and _are_most(*_borders(text), least)


def _are_most(borders: int, spaced: int, least: int) -> bool:
    return borders >= least and spaced * 2 > borders


def _is_spaced_out(prose: Sequence[Line]) -> str:
    """The evidence that spaces fall anywhere in the text: many, in most lines, beside the marks of its clauses."""
    if sum(" " in line.folded for line in prose) * 2 < len(prose):
        return ""
    counts = [_borders(_SOME_NAMES.sub("-", line.folded)) for line in prose]
    borders, spaced = sum(n for n, _ in counts), sum(n for _, n in counts)
    carrying = sum(n > 0 for _, n in counts)
    marks = sum(len(_MARKS.findall(line.folded)) for line in prose)
    if spaced < SPACED[0] or spaced < borders * SPACED[1] or carrying * 2 < len(prose) or marks * 40 < borders:
        return ""
    return f"{spaced} of {borders} borders between characters of the text carry spaces"


def _without_names(text: str) -> str:
    """The line, as long as it is, without words of two or three characters set apart: 王丽 李伟 张强 刘洋."""
    return _NAMES.sub(lambda match: "-" * len(match.group()), text)


def tidy(passage: Passage) -> list[Proposal]:
    """One line break between paragraphs, no indents, no trailing white space, nothing before or after the text."""
    view, rows, at = passage.draft.view, passage.rows, passage.start
    found = []
    for row in rows:
        if at == passage.start:
            found += _cut(at, row.start, "white space at the edge of the text")
        elif row.start != at + 1 or view[at] != "\n":
            # The break itself stays untouched: only what surrounds it is cut.
            line_break = view.index("\n", at)
            found += _cut(at, line_break, "white space around a paragraph")
            found += _cut(line_break + 1, row.start, "white space around a paragraph")
        at = row.end
    return found + _cut(at, passage.end, "white space at the edge of the text")


def _cut(start: int, end: int, evidence: str) -> list[Proposal]:
    return [Proposal(start, end, "", "indent", evidence)] if start < end else []
