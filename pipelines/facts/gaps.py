"""White space inside a date (截至 2 0 0 9 年 1 0 月 底) closed, with the way back: typesetters and scans set it.

Only what stands in or before a date is closed: digits elsewhere may be the cells of a table.
"""

import re
from bisect import bisect_right
from itertools import accumulate

_GAP = r"[ \t\u3000\xa0]"
_BLANK = re.compile(rf"{_GAP}+")
# Four digits apart from one another, and none before them: 1 2 0 0 9 年 may be cells. Han numerals alike.
_YEAR = re.compile(
    rf"(?:2{_GAP}+0{_GAP}+[0-4]{_GAP}+\d(?<![\d.]{_GAP}.......)|1{_GAP}+9{_GAP}+9{_GAP}+\d(?<![\d.]{_GAP}.......)"
    rf"|[一二]{_GAP}+[〇○零O0九]{_GAP}+[〇○零O0一二三四九]{_GAP}+[〇○零O0一二三四五六七八九]){_GAP}*年"
    rf"(?:{_GAP}*1{_GAP}+[0-2]{_GAP}*(?=月))?"
)
_MONTH_OR_DAY = re.compile(rf"年{_GAP}*1{_GAP}+[0-2]{_GAP}*(?=月)|月{_GAP}*[123]{_GAP}+\d{_GAP}*[日号]")
# It begins with the gap, which is rare, and looks behind from there.
_BESIDE = re.compile(
    rf"{_GAP}(?:(?<=[\d一二三四五六七八九十〇○零].){_GAP}*(?=[年月日号])|(?<=[年月].){_GAP}*(?=[\d底末])"
    rf"|(?<=[至止到比较自从于在以].){_GAP}*(?=(?:20|19)\d\d|2{_GAP}+0|1{_GAP}+9|[一二]{_GAP}*[〇○零九])"
    rf"|(?<=[年月].){_GAP}*(?=[一二三四五六七八九十]{{1,3}}{_GAP}*[月日]))"
)


class Closed:
    """A text without the gaps of its dates, and where each of its places stands in the text itself."""

    def __init__(self, text: str) -> None:
        gaps = sorted(_gaps(text)) if _BESIDE.search(text) else []
        starts = [0, *(end for _, end in gaps)]
        ends = [*(start for start, _ in gaps), len(text)]
        pieces = [text[start:end] for start, end in zip(starts, ends, strict=True)]
        self.text = "".join(pieces)
        self._places = list(accumulate(map(len, pieces[:-1])))
        self._lost = [0, *accumulate(end - start for start, end in gaps)]

    def place(self, at: int) -> int:
        """Where the character stands in the text that is at `at` in this one."""
        return at + self._lost[bisect_right(self._places, at)]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span in the text, of one in this."""
        return (self.place(start), self.place(end - 1) + 1) if self._places and end > start else (start, end)


def _gaps(text: str) -> set[tuple[int, int]]:
    """The spans of white space in and before dates."""
    return {
        gap.span()
        for form in (_YEAR, _MONTH_OR_DAY, _BESIDE)
        for match in form.finditer(text)
        for gap in _BLANK.finditer(text, *match.span())
    }
