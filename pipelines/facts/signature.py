"""The signature (落款) below a document: who signed it, and when.

A signer is known by its shape (a unit's last word, a surname, a post) *and* its place: over a date, behind a label, or
below a finished sentence. Of the signatures of nested documents that of the innermost summary counts.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipelines.facts.date_line import Dated, date_at_end, date_at_start, date_line
from pipelines.facts.signer import Signer, is_unit, names_place, signer
from pipelines.facts.subject import Signature
from pipelines.script import fold

TAIL = 16  # non-blank lines in which a signature may stand, attachments and notes behind it included
OPENING = 3  # rows in which a text introduces who speaks
JOINT = 6  # units that sign together, one a line, at most
NOTICE = 400  # characters of a notice that forwards a document, at most (chosen: longer ones say something themselves)

_END = ("。", "!", "?", "…", "”", ")", "。”", "妥")
_SENTENCE_END = re.compile(r"[。!?…][”』」)]?\s{0,8}(?=\S)")
_NUMBERED = re.compile(
    r"(?:[\d一二三四五六七八九十]{1,3}[、.)]|[(][\d一二三四五六七八九十]{1,3}[)]|第[一二三四五六七八九十\d]+[、章节条项部届期名]|[①-⑳●■◆·-])"
)
# Below a signature may stand what belongs to it: attachments, copies to, notes of the printer.
_NOTE = re.compile(
    r"附[件表图注录:]|附\s{1,4}件|[主抄]\s{0,2}[送报]|[报送发]\s{0,4}[:]|分送|主题词|关键词|印发|责任编辑|编辑|责编|编辑|审核|审稿|签发|校[对核]|终审|供稿|撰稿|来源|作者|打印|录入|制作|投稿"
    r"|联\s{0,4}系\s{0,4}[人电]|电\s{0,4}话|传真|邮[箱编]|地址|网址|[(]?此件|[(]?共印|[(]?全?文?完[)]?$|\d{1,2}[.、]|《|[(]|-{2,}|—{2,}|二维码|扫一扫|点击"
)
_RESPECTS = re.compile(r"\s*(?:此致)?\s*敬礼[!。]?\s*")
_PRINTED = re.compile(r"(?:印发|印制|翻印|印)$")
_CONTACT = re.compile(r"联\s{0,4}系\s{0,4}[人电]|电\s{0,4}话|地\s{0,4}[点址]|时\s{0,4}间|参加|主持|记录")
_ATTACHED = re.compile(r"附\s{0,4}件\s{0,4}[\d一二三四五六七八九十]{0,2}\s{0,4}(?:[:]|$)|附\s{0,4}[:]")
_FORWARDS = re.compile(
    r"(?:转发|印发|下发|批转)(?:给你们|你们|如下)|给你们[,。]|请(?:认真|遵照|结合|各|参照|贯彻)?.{0,24}(?:贯彻|执行|落实|学习|参考|阅)|特此通知|现将.{2,60}(?:转发|印发|下发)"
)


class _Rows:
    """The non-blank lines of a text, each folded when it is first asked for."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self.filled = [n for n, line in enumerate(lines) if line and not line.isspace()]
        self._folded: dict[int, str] = {}

    def __len__(self) -> int:
        return len(self.filled)

    def __getitem__(self, k: int) -> str:
        """The k-th non-blank line, folded; '' above the first."""
        if k not in self._folded:
            self._folded[k] = fold(self.lines[self.filled[k]]) if 0 <= k < len(self.filled) else ""
        return self._folded[k]

    def shown(self, k: int) -> str:
        """The same as published."""
        return self.lines[self.filled[k]]

    def offset(self, k: int) -> int:
        """Where the k-th non-blank line begins in the text."""
        n = self.filled[k]
        return sum(map(len, self.lines[:n])) + n


class _Signed(NamedTuple):
    """A signature in rows: its signers from the top, each with its row, and the date's row."""

    first: int
    signers: tuple[tuple[int, Signer], ...]
    date: tuple[int, Dated] | None
    sure: bool  # a signer and a date, or a label: no note is needed below, no sentence above


def signature(lines: Sequence[str]) -> Signature | None:
    """The signature in a document's last lines: a unit or person, a date, or both, in either order or on one line.

    Attachments and notes may follow it. Leaves last list items, names in tables, dates inside sentences, times of
    events, contacts, and what a printer notes. Of several (a forwarded notice), that of the innermost summary.
    """
    rows = _Rows(lines)
    if not rows.filled:
        return None
    found = _below(rows, len(rows))
    attached = _attached(rows) if any("附" in line for line in lines) else None
    if attached is not None and not (found and found.first < attached):
        found = _beside_attachment(rows, attached, found)
    return _as_signature(rows, found) if found else None


def _attached(rows: _Rows) -> int | None:
    """The first row that begins an attachment, below the document's own first."""
    return next((k for k in range(1, len(rows)) if _is_attachment(rows, k)), None)


def _is_attachment(rows: _Rows, k: int) -> bool:
    shown = rows.shown(k)
    return "附" in shown[:6] and _ATTACHED.match(rows[k].lstrip(" (【[")) is not None


def _beside_attachment(rows: _Rows, attached: int, found: _Signed | None) -> _Signed | None:
    """Of a signature over an attachment and one in it, the summary's: a notice only forwards what is attached."""
    own = _below(rows, attached, reach=2)
    if not own or not own.sure:
        return found
    above = sum(len(rows.shown(k)) for k in range(own.first))
    forwards = not above or (above <= NOTICE and any(_FORWARDS.search(rows[k]) for k in range(own.first)))
    return found if forwards else own


def _below(rows: _Rows, end: int, reach: int = TAIL) -> _Signed | None:
    """The signature in the last rows above row `end`; only notes may stand below it."""
    strict = False
    k = end - 1
    while k >= max(0, end - reach):
        found = _signed_at(rows, k)
        if found:
            return found if found.sure or not strict else None
        if _is_printed(rows, k):
            k -= 1 + is_unit(rows[k - 1].strip())
            continue
        if not _may_follow(rows[k].strip()):
            return None
        strict = strict or not _is_note(rows[k].strip())
        k -= 1
    return None


def _is_printed(rows: _Rows, k: int) -> bool:
    """`2019年12月20日印发`, without the unit that printed it: that one stands above."""
    row = rows[k].strip()
    return _PRINTED.search(row) is not None and date_line(_PRINTED.sub("", row)) is not None


def _signed_at(rows: _Rows, k: int) -> _Signed | None:
    """The signature whose lowest row is `k`."""
    row = rows[k]
    if _NUMBERED.match(row.lstrip()) and not date_line(row):
        return None
    if dated := date_line(row):
        return _over_date(rows, k, dated)
    return _in_one_row(rows, k) or _under_date(rows, k) or _undated(rows, k) or _behind_sentence(rows, k)


def _over_date(rows: _Rows, k: int, dated: Dated) -> _Signed | None:
    """The units or the person over a date's row."""
    above = k - 1
    while above >= 0 and not rows[above].strip(" ()[]【】公章盖签字名:"):
        above -= 1
    lone = dated.brief or dated.stripped or dated.plain or not dated.iso
    who = _signers(rows, above) or (() if lone and "年" not in rows[k] else _unusual(rows, above))
    if who:
        return _Signed(who[0][0], who, (k, dated), sure=True)
    over = rows[above].rstrip() if above >= 0 else ""
    if lone or over.endswith((":", "、", ",", "至", "-", "—")) or date_line(over) or "\t" in over or _ends_dated(over):
        return None
    return _Signed(k, (), (k, dated), sure=False)


def _signers(rows: _Rows, k: int) -> tuple[tuple[int, Signer], ...]:
    """Who stands in row `k` and above it over a date: joint units, a person and the unit or post above."""
    last = signer(rows.shown(k), rows[k], dated=True) if k >= 0 else None
    if not last and k >= 0 and (start := _last_sentence(rows[k])):
        glued = signer(rows.shown(k)[start:], rows[k][start:])
        return ((k, glued.moved(start)),) if glued and glued.kind != "name" else ()
    if not last:
        return ()
    if last.kind == "seal":
        above = signer(rows.shown(k - 1), rows[k - 1], dated=True) if k else None
        return ((k - 1, above),) if above and above.kind == "unit" else ((k, last),)
    if last.kind in ("name", "unit"):
        return (*_joint(rows, k - 1), (k, last))
    return ((k, last),)


def _unusual(rows: _Rows, k: int) -> tuple[tuple[int, Signer], ...]:
    """Several persons, or a unit of no usual name (XX村两委), right below the last sentence and over a date."""
    if k < 1 or not _is_closed(rows[k - 1]):
        return ()
    who = signer(rows.shown(k), rows[k], dated=True, closed=True)
    return ((k, who),) if who else ()


def _joint(rows: _Rows, k: int) -> tuple[tuple[int, Signer], ...]:
    """The units above a signer that sign with it, from the top. Leaves a list of units: no sentence ends above it."""
    found: list[tuple[int, Signer]] = []
    while k >= 0 and len(found) < JOINT:
        one = signer(rows.shown(k), rows[k])
        if not one or one.kind != "unit":
            break
        found.append((k, one))
        k -= 1
    listed = (k >= 0 and not _is_closed(rows[k])) or len(found) == JOINT
    if listed and len(found) > 1:
        return ()
    return tuple(reversed(found)) if not listed or (found and _is_whole(rows[k])) else ()


def _is_whole(row: str) -> bool:
    """Whether a row may stand right above a signature though no sentence ends in it: an attachment, a short closing."""
    bare = row.strip()
    return _ATTACHED.match(bare) is not None or _NUMBERED.match(bare) is not None or len(bare) > 30


def _in_one_row(rows: _Rows, k: int) -> _Signed | None:
    """Signer and date in one row, in either order. Leaves rows of a list, each with a unit and a date."""
    row, shown = rows[k], rows.shown(k)
    if len(row) > 90 or "\t" in (rows[k - 1] if k else row):
        return None
    who, dated = None, date_at_end(row)
    if dated:
        before = re.sub(r"[\s:(,\-—|]{0,8}(?:(?:日期|时间)\s{0,4}[:])?[\s(|]{0,4}$", "", row[: dated.start])
        who = signer(shown[: len(before)], before, dated=True) if before else None
    elif (dated := date_at_start(row)) and dated.end < len(row) and row[dated.end] in " \t,)|":
        who = signer(shown[dated.end :].lstrip(",)|"), row[dated.end :].lstrip(",)|"), dated=True)
        who = who and who.moved(len(row) - len(row[dated.end :].lstrip(",)|")))
    if not who or not dated or (k and _ends_dated(rows[k - 1]) and not _is_closed(rows[k - 1])):
        return None
    joint = _joint(rows, k - 1) if who.kind == "unit" and k and _is_closed(rows[k - 2] if k > 1 else "") else ()
    return _Signed(joint[0][0] if joint else k, (*joint, (k, who)), (k, dated), sure=True)


def _ends_dated(row: str) -> bool:
    return date_at_end(row) is not None and len(row) <= 40


def _under_date(rows: _Rows, k: int) -> _Signed | None:
    """A unit or person below a date's row. Leaves a printer's name below a signature that has one above its date."""
    dated = date_line(rows[k - 1]) if k else None
    who = signer(rows.shown(k), rows[k], dated=True) if dated else None
    if not dated or not who or _CONTACT.match(rows[k].strip()):
        return None
    if over := _over_date(rows, k - 1, dated):
        if over.signers:
            return over
    elif dated.iso and not dated.plain and not dated.brief:
        return None
    return _Signed(k - 1, ((k, who),), (k - 1, dated), sure=True)


def _undated(rows: _Rows, k: int) -> _Signed | None:
    """A signer without a date: behind a label, or below the last sentence a unit, a post and a name, a known name."""
    who = signer(rows.shown(k), rows[k])
    if who and who.kind == "label":
        return _Signed(k, ((k, who),), None, sure=True)
    if not who:
        who = signer(rows.shown(k), rows[k], dated=True) if k else None
        letter = k and _RESPECTS.fullmatch(rows[k - 1]) is not None
        if who and (letter or (_is_closed(rows[k - 1]) and _is_told(rows, k, who))):
            return _Signed(k, ((k, who),), None, sure=letter is True)
        return None
    joint = _joint(rows, k - 1) if who.kind == "unit" else ()
    first = joint[0][0] if joint else k
    if first == 0 or not _is_closed(rows[first - 1]):
        return None
    if who.kind == "unit" and (not names_place(who.value) and len(who.value) < 5 and not _is_told(rows, k, who)):
        return None
    if who.kind == "unit" and any(is_unit(rows[j].strip()) for j in range(first) if len(rows.shown(j)) <= 24):
        return None  # such rows head the document's sections
    return _Signed(first, (*joint, (k, who)), None, sure=False)


def _is_told(rows: _Rows, k: int, who: Signer) -> bool:
    """Whether a name is spaced as printers set a signature, or the text speaks of who signs in its opening."""
    spaced = who.kind == "name" and who.end - who.start > len(who.value)
    opening = "".join(rows[j] for j in range(min(k, OPENING)))[: OPENING * 100]
    return spaced or fold(who.value) in opening


def _behind_sentence(rows: _Rows, k: int) -> _Signed | None:
    """A signature behind the last sentence, in its row: a preview lost the line breaks."""
    row = rows[k]
    if k + 1 != len(rows) and not _is_note(rows[k + 1].strip()):
        return None
    start = _last_sentence(row)
    dated = date_at_end(row) if start else None
    if not start:
        return None
    if not dated:
        who = signer(rows.shown(k)[start:], row[start:])
        return _Signed(k, ((k, who.moved(start)),), None, sure=True) if who and who.kind == "label" else None
    before = row[start : dated.start].rstrip(" (")
    if not before:
        return _Signed(k, (), (k, dated), sure=False) if dated.iso and not dated.plain else None
    who = signer(rows.shown(k)[start : start + len(before)], before, dated=True)
    return _Signed(k, ((k, who.moved(start)),), (k, dated), sure=True) if who else None


def _last_sentence(row: str) -> int:
    """Where the words begin that stand behind a row's last sentence; 0 where none do."""
    ends = [found.end() for found in _SENTENCE_END.finditer(row, max(0, len(row) - 120))]
    return ends[-1] if ends else 0


def _is_closed(row: str) -> bool:
    """Whether a row ends a sentence."""
    return row.rstrip().endswith(_END)


def _is_note(row: str) -> bool:
    return not re.search("[一-鿿]", row) or _NOTE.match(row) is not None


def _may_follow(row: str) -> bool:
    """Whether a row may stand under a signature: an attachment, a note, the scrap of a page (`");`)."""
    return _is_note(row) or (len(row) <= 20 and not re.search("[。;,]", row) and not is_unit(row))


def _as_signature(rows: _Rows, found: _Signed) -> Signature:
    spans = [(rows.offset(k) + one.start, rows.offset(k) + one.end) for k, one in found.signers]
    by = (spans[0][0], spans[-1][1]) if spans else (0, 0)
    first = rows.filled[found.first]
    if not found.date:
        return Signature(_named(found.signers), None, first, by)
    k, dated = found.date
    at = rows.offset(k)
    on = (at + dated.start, at + dated.end)
    return Signature(_named(found.signers), dated.iso or None, first, by, on, dated.stripped)


def _named(signers: Sequence[tuple[int, Signer]]) -> str | None:
    """The signers as one value: joint units with 、 between them, a person behind the unit."""

    def joined() -> Iterator[str]:
        for n, (_, one) in enumerate(signers):
            if n:
                yield " " if one.kind == "name" else "、"
            yield one.value

    return "".join(joined()) or None
