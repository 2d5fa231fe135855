"""The signature as a fact: below the text, else above it, where speeches and reports say who spoke and when.

Which day a date was that lost its marks (2022111) only the page's date and the title's year can tell.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from pipelines.facts.date_line import Dated, candidates, date_at_end, date_at_start, date_line, has_date_sign
from pipelines.facts.dates import iso_date
from pipelines.facts.signer import Signer, is_labelled, is_unit, signer
from pipelines.facts.subject import Clue, Facts, Signature, Subject
from pipelines.script import fold

HEAD = 6  # lines between a title and its text, at most
NEAR = 45  # days that a page shows a document after its date, at most, where only that tells two dates apart (chosen)

_OCCASION = re.compile(r"[ (—–―-]{0,6}(?:于|在)?(?=[\d一二])")
_HELD = re.compile(r"\s{0,4},?\s{0,4}(?:上午|下午)?[,\s]{0,2}(?:于|在).{2,60}$")
_DAY_HELD = re.compile(
    r"[ (—–―-]{0,6}(?=.{0,9}[在于])(?:于|在)?(?P<m>1[0-2]|0?[1-9])月(?P<d>3[01]|[12]\d|0?[1-9])日[^,:。]{2,40}上[)]?$"
)
_SALUTATION = re.compile(r"[:]\s*$|^(?:各位|同志们|尊敬的)")
_NUMBERED = re.compile(r"\s*(?:[一二三四五六七八九十]{1,3}[、.]|[(][一二三四五六七八九十\d]{1,3}[)]|\d{1,2}[、.])")
_PROSE = re.compile(r"[。;!?]|,.{8,},")
_SPOKEN = re.compile(r"讲话|发言|致辞|致词|演讲|述职|述廉|政府工作报告|工作报告|[会班]上的|表态")
_ADDRESSES = re.compile(r"\s*(?:现将|根据|按照|依据|遵照|为|兹|接|收到)")
_TITLE_DATE = re.compile(r"[(]([^()]{6,24})[)]\s*$")


class _Row(NamedTuple):
    """A line between a title and its text, and what it says."""

    start: int
    folded: str
    after: str  # the line below, folded
    who: Signer | None
    when: Dated | None
    occasion: bool  # it says where that day was: 2012年1月14日在县政协九届一次会议上


def signed(subject: Subject, known: Facts) -> Iterator[Clue]:
    """Who signed, and when. A head says it where nothing below the text does."""
    below = subject.signed
    if below and below.signed_by:
        yield Clue("signed_by", below.signed_by, "text", *below.by, subject.text[slice(*below.by)])
    if below and (when := below.signed_on or _resolved(below, known)):
        yield Clue("signed_on", when, "text", *below.on, subject.text[slice(*below.on)])
    if below and below.signed_by:
        return
    rows = [_of_year(row, known) for row in _rows(subject)]
    above = [*_signer_above(subject, rows), *([] if below else _date_above(subject, rows))]
    yield from above
    told = {clue.column for clue in above} | ({"signed_on"} if below else set())
    yield from (clue for clue in _in_page_head(subject) if clue.column not in told)


def _resolved(below: Signature, known: Facts) -> str | None:
    """The one date that digits without marks can have been, given a year nearby; None where there are two, or none."""
    if not below.stripped:
        return None
    found = list(candidates(below.stripped))
    if not found:
        return None
    year = int(found[0][:4])
    shown, titled = known.get("published_on") or "", known.number("title_year") or 0
    near_page = len(shown) == 10 and 0 <= int(shown[:4]) - year <= 1
    if not (near_page or abs(titled - year) <= 1):
        return None
    if near_page:
        found = [one for one in found if one <= shown]
    if len(found) > 1 and near_page:
        found = [one for one in found if len(one) == 10 and _days(one, shown) <= NEAR] or found
    if len(found) > 1 and titled != year and titled:
        found = [one for one in found if (one[5:7] <= "04") == (titled < year)]  # what is reported is over, or to come
    return found[0] if len(found) == 1 else None


def _days(first: str, last: str) -> int:
    return (date.fromisoformat(last) - date.fromisoformat(first)).days


def _rows(subject: Subject) -> Iterator[_Row]:
    """The text's lines above its first sentence, heading or salutation."""
    at = 0
    lines = subject.folded[: HEAD * 100].split("\n")
    for n, line in enumerate(lines[:HEAD]):
        if _PROSE.search(line) or _SALUTATION.search(line) or _NUMBERED.match(line) or len(line) > 80:
            return
        after = lines[n + 1] if n + 1 < len(lines) else ""
        shown = subject.text[at : at + len(line)]
        yield _row(at, line, shown, after)
        at += len(line) + 1


def _of_year(row: _Row, known: Facts) -> _Row:
    """A row with an occasion's day (在3月2日政协…会议上): of the page's year, if that is shortly after."""
    held, shown = _DAY_HELD.match(row.folded), known.get("published_on") or ""
    if row.when or row.who or not held or len(shown) != 10:
        return row
    iso = iso_date(int(shown[:4]), int(held["m"]), int(held["d"]))
    if not iso or not 0 <= _days(iso, shown) <= NEAR:
        return row
    return row._replace(when=Dated(held.start("m"), held.end("d") + 1, iso), occasion=True)


def _row(at: int, line: str, shown: str, after: str) -> _Row:
    whole = date_line(line)
    if whole:
        return _Row(at, line, after, None, whole, occasion=False)
    dated, opening = date_at_end(line), _OCCASION.match(line)
    begins = date_at_start(line[opening.end() :]) if opening else None
    if opening and begins and _HELD.match(line, opening.end() + begins.end):
        begins = begins._replace(start=begins.start + opening.end(), end=begins.end + opening.end())
        return _Row(at, line, after, None, begins, occasion=True)
    if dated:
        before = line[: dated.start].rstrip(" (")
        who = signer(shown[: len(before)], before, dated=True)
        return _Row(at, line, after, who, dated if who else None, occasion=False)
    return _Row(at, line, after, signer(shown, line, dated=True), None, occasion=False)


def _in_page_head(subject: Subject) -> Iterator[Clue]:
    """`述职人：王强` and `2012年1月14日在县政协九届一次会议上` among the page's lines above the document."""
    for line in subject.head[-HEAD:] if subject.part == 1 else ():
        if not (has_date_sign(line.text) or is_labelled(line.text)):
            continue
        shown = line.shown or line.text
        row = _row(line.start, line.text, shown, "")
        if row.who and row.who.kind == "label":
            start, end = row.who.start, row.who.end
            yield Clue("signed_by", row.who.value, "head", line.start + start, line.start + end, shown[start:end])
        if row.when and row.occasion and row.when.iso:
            start, end = row.when.start, row.when.end
            yield Clue("signed_on", row.when.iso, "head", line.start + start, line.start + end, shown[start:end])


def _signer_above(subject: Subject, rows: list[_Row]) -> Iterator[Clue]:
    dated = any(row.when for row in rows) or _TITLE_DATE.search(fold(subject.title)) is not None
    spoken = _SPOKEN.search(fold(subject.title)) is not None
    for n, row in enumerate(rows):
        if row.who and _signs(row, row.who, subject, dated=dated, spoken=spoken):
            start, end = row.start + row.who.start, row.start + row.who.end
            value, below = row.who.value, rows[n + 1] if n + 1 < len(rows) else None
            if below and below.who and dated and row.who.kind == below.who.kind == "unit":
                value, end = f"{value}、{below.who.value}", below.start + below.who.end
            yield Clue("signed_by", value, "text", start, end, subject.text[start:end])
            return


def _signs(row: _Row, who: Signer, subject: Subject, *, dated: bool, spoken: bool) -> bool:
    """Whether a signer's line above the text signs it. Leaves authors in brackets, addressees, headings of sections."""
    if row.folded.lstrip().startswith("(") and not row.when and not spoken and who.kind != "unit":
        return False
    if who.kind in ("label", "post"):
        return True
    if who.kind == "name":
        return dated or spoken
    if "、" in who.value or not is_unit(row.folded[who.start : who.end]) or _ADDRESSES.match(row.after):
        return False
    others = (line for line in subject.folded[row.start + len(row.folded) :].split("\n") if 3 <= len(line) <= 24)
    return dated or not any(is_unit(line.strip()) for line in others)


def _date_above(subject: Subject, rows: list[_Row]) -> Iterator[Clue]:
    spoken = _SPOKEN.search(fold(subject.title)) is not None
    for n, row in enumerate(rows):
        beside = row.who or any(other.who for other in rows[max(0, n - 1) : n + 2])
        if row.when and row.when.iso and not row.when.brief and (row.occasion or beside or spoken or "(" in row.folded):
            start, end = row.start + row.when.start, row.start + row.when.end
            yield Clue("signed_on", row.when.iso, "text", start, end, subject.text[start:end])
            return
    titled = _TITLE_DATE.search(fold(subject.title))
    dated = date_line(titled[1]) if titled else None
    if titled and dated and dated.iso and not dated.brief and not dated.plain:
        at = titled.start(1)
        start, end = at + dated.start, at + dated.end
        yield Clue("signed_on", dated.iso, "title", start, end, subject.title[start:end])
