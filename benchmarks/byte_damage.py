"""How much of the byte damage of mirrors is undone: every border of characters that a blind replace can hit.

A text is put into Traditional characters and GBK. At each border where the bytes of a full-width mark (ENC-A) or of an
annotated character (ENC-B) lie across two characters, they are replaced as mirrors do, and what follows is read out of
step. The damaged text is repaired as a whole, and each hit is judged alone: exact; marked (right but for characters of
which a byte is gone for good, shown as U+FFFD); left; or wrong, which is worse than left.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from opencc import OpenCC
from pypinyin import Style, pinyin

from pipelines.decode import UNDECODABLE
from pipelines.document import Edit, Source
from pipelines.ledger import begin
from pipelines.repairs.bytes_repair import lost_lead, misaligned_pinyin
from pipelines.repairs.readings import SYLLABLE
from sample.texts import load

PAIRS = {b"\xa3\xac": b",", b"\xa3\xbf": b"?", b"\xa3\xbb": b";", b"\xa3\xa1": b"!", b"\xa3\xba": b":"}
_READING = re.compile(rf"[(]{SYLLABLE}[)]")
WIDE = str.maketrans(",?;!:", "，？；！：")
KINDS = ("lost lead", "pinyin")
LEADS = ("kept", "shown", "dropped")  # what a page has of a byte that fits nothing: U+F7xx, ?, or nothing at all


class Way(NamedTuple):
    """One way in which mirrors damage a text."""

    kind: str  # one of KINDS
    lead: str  # one of LEADS
    wide: bool  # ASCII marks shown in full width
    script: str  # an OpenCC configuration; '' leaves the text Simplified


@dataclass(frozen=True, slots=True)
class Hit:
    """A stretch of damaged text, `damaged[start:end]`, and what it was."""

    start: int
    end: int
    clean: str


def ways() -> tuple[Way, ...]:
    """Those that are measured: Traditional by either table, and Simplified for the kept byte only."""
    return tuple(
        Way(kind, lead, wide, script)
        for kind in KINDS
        for script in ("s2t", "s2tw")
        for lead in LEADS
        for wide in ((False, True) if kind == "lost lead" else (False,))
    )


def measure(texts: Iterable[str] = (), chosen: Iterable[Way] = ()) -> dict[Way, Counter[str]]:
    """Counts of exact, marked, left, wrong and stray (a repair where there was no damage) for each way."""
    bodies = tuple(texts) or tuple(text.body for text in load())
    return {way: sum((judged(body, way) for body in bodies), Counter[str]()) for way in tuple(chosen) or ways()}


def judged(body: str, way: Way) -> Counter[str]:
    """The counts of one text."""
    damaged, hits = damage(body, way)
    return Counter(verdict for verdict, _, _, _ in verdicts(damaged, hits))


def verdicts(damaged: str, hits: list[Hit]) -> Iterator[tuple[str, str, str, str]]:
    """(verdict, damaged, repaired, clean) of each group of hits and repairs that touch each other."""
    for start, end, found, made in _groups(hits, repairs(damaged)):
        clean = _put(damaged, start, end, [(hit.start, hit.end, hit.clean) for hit in found])
        got = _put(damaged, start, end, [(p.start, p.end, p.replacement) for p in made])
        shown = damaged[start:end]
        if not found:
            yield "stray", shown, got, clean
        elif not made:
            yield from ((("left", shown, got, clean),) * len(found))
        else:
            yield from (((_verdict(got, clean), shown, got, clean),) * len(found))


def repairs(text: str) -> tuple[Edit, ...]:
    """Both byte repairs in their order, as edits of the text."""
    draft = begin(Source("", text, (0,), "", "", "utf-8", False))
    for rule in (misaligned_pinyin, lost_lead):
        draft = draft.edited("bytes", rule(draft.view))
    return draft.edits


def _verdict(got: str, clean: str) -> str:
    got, clean = _READING.sub("", got), _READING.sub("", clean)  # an annotation may tell a character: it is used up
    if got == clean:
        return "exact"
    same = len(got) == len(clean) and all(a in (b, "\ufffd") for a, b in zip(got, clean, strict=True))
    return "marked" if same else "wrong"


def _put(text: str, start: int, end: int, changes: list[tuple[int, int, str]]) -> str:
    pieces, at = [], start
    for first, stop, replacement in changes:
        pieces += [text[at:first], replacement]
        at = stop
    return "".join([*pieces, text[at:end]])


def _groups(hits: list[Hit], made: Iterable[Edit]) -> Iterator[tuple[int, int, list[Hit], list[Edit]]]:
    """Hits and repairs in runs that overlap."""
    rows: list[Hit | Edit] = sorted([*hits, *made], key=lambda row: (row.start, row.end))
    group: list[Hit | Edit] = []
    for row in rows:
        if group and row.start >= max(r.end for r in group):
            yield _group(group)
            group = []
        group.append(row)
    if group:
        yield _group(group)


def _group(rows: list[Hit | Edit]) -> tuple[int, int, list[Hit], list[Edit]]:
    hits = [row for row in rows if isinstance(row, Hit)]
    return rows[0].start, max(r.end for r in rows), hits, [row for row in rows if isinstance(row, Edit)]


# -- damage ------------------------------------------------------------------------------------------------------


@cache
def _converter(name: str) -> OpenCC:
    return OpenCC(name)


def damage(body: str, way: Way) -> tuple[str, list[Hit]]:
    """The text as such a mirror shows it, and where it is damaged."""
    text = _encodable(str(_converter(way.script).convert(body)) if way.script else body)
    table = reading_table_of(text) if way.kind == "pinyin" else {}
    out: list[str] = []
    hits: list[Hit] = []
    at = length = 0
    while at < len(text):
        found = _struck(text, at, table, way)
        if found:
            shown, clean, at = found
            shown = shown.translate(WIDE) if way.wide else shown
            hits.append(Hit(length, length + len(shown), clean))
        else:
            shown = _mark(text[at], way.wide) + (f"({table[text[at]]})" if text[at] in table else "")
            at += 1
        out.append(shown)
        length += len(shown)
    return "".join(out), hits


def reading_table_of(text: str) -> dict[str, str]:
    """An annotator's table: every character of the text that GB2312 lacks, and 請 and 驅, with its first reading."""
    chars = {char for char in text if re.match("[\u4e00-\u9fff]", char) and not _encodes(char, "gb2312")}
    return {char: pinyin(char, style=Style.TONE)[0][0] for char in sorted(chars | set("請驅"))}


def _struck(text: str, at: int, table: dict[str, str], way: Way) -> tuple[str, str, int] | None:
    """(what is shown, what it was, where the text goes on) where the border behind `text[at]` is hit."""
    if at + 1 >= len(text):
        return None
    here, after = text[at].encode("gbk"), text[at + 1].encode("gbk")
    if len(here) != 2 or len(after) != 2 or here in PAIRS or after in PAIRS or text[at] in table:
        return None
    across = here[1:] + after[:1]
    if across in PAIRS:
        head, clean = _shown(here[:1], way.lead) + PAIRS[across].decode(), text[at]
    elif (char := _decoded(across)) in table:
        swallowed = {"kept": _shown(after[:1], "kept") + "(", "shown": "?", "dropped": "("}[way.lead]
        head, clean = f"{text[at]}{swallowed}{table[char]})", text[at]
    else:
        return None
    run, more, end = _out_of_step(text, at + 1, table, way)
    return head + run, clean + more, end


def _out_of_step(text: str, at: int, table: dict[str, str], way: Way) -> tuple[str, str, int]:
    """What is read from the second byte of `text[at]` on, what it was, and where the reading is in step again."""
    pending, clean, shown = text[at].encode("gbk")[1:], text[at], ""
    note = f"({table[text[at]]})" if text[at] in table and way.kind != "pinyin" else ""
    at += 1
    while pending > b"\x80":
        code = text[at].encode("gbk") if at < len(text) and not note else b""
        if len(code) != 2 or code in PAIRS:
            return shown + _shown(pending, way.lead) + note, clean, at
        pair = _decoded(pending + code[:1])
        shown += pair or _shown(pending, way.lead) + _shown(code[:1], way.lead)
        pending, clean = code[1:], clean + text[at]
        note = f"({table[text[at]]})" if text[at] in table else ""
        at += 1
    return shown + (pending.decode() if pending < b"\x80" else _shown(pending, way.lead)) + note, clean, at


def _shown(byte: bytes, lead: str) -> str:
    return {"kept": chr(UNDECODABLE + byte[0]), "shown": "?", "dropped": ""}[lead]


def _mark(char: str, wide: bool) -> str:
    code = char.encode("gbk")
    return char if wide or code not in PAIRS else PAIRS[code].decode()


def _encodable(text: str) -> str:
    return "".join(char if _encodes(char, "gbk") else "□" for char in text)


def _encodes(char: str, charset: str) -> bool:
    try:
        char.encode(charset)
    except UnicodeEncodeError:
        return False
    return True


def _decoded(code: bytes) -> str:
    try:
        return code.decode("gb18030")
    except UnicodeDecodeError:
        return ""
