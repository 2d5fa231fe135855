"""Items that are missing from a numbered list: 1、2、3、6、 or （一）（三）. Nothing is renumbered.

A list is what counts up at the beginnings of lines in one form, inside the section that a higher form opened. Only a
gap between two numbers that are there is seen: nobody knows how long a list was that lost its end.
"""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.document import Spot

MOST = 4  # items missing at one place: a larger step is another list, or a number that counts something (chosen)
_HANS = "一二三四五六七八九十"
_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("第N", re.compile(r"第([一二三四五六七八九十]{1,3}|\d{1,2})(?=[部章节条编步类]|阶段|方面|[,、:])")),
    ("N、", re.compile(r"([一二三四五六七八九十]{1,3})[、.](?![一二三四五六七八九十、]|等)")),
    ("(N)", re.compile(r"\(([一二三四五六七八九十]{1,3})\)")),
    ("1、", re.compile(r"(\d{1,2})(?:[、.)](?!\d)|,(?=[\u4e00-\u9fff]))")),
    ("(1)", re.compile(r"\((\d{1,2})\)")),
)
_BEGINS = frozenset("第(123456789" + _HANS)
# ① ⑴ ⒈ and ㈠, by what they are.
_CIRCLED = {
    chr(first + n): n + 1
    for first, most in ((0x2460, 20), (0x2474, 20), (0x2488, 20), (0x3220, 10))
    for n in range(most)
}
_CLAUSE = re.compile(r"(?<=[。;:,\n])([一二三四五六七八九十])是")
_TABLE = "\t"


@dataclass(frozen=True, slots=True)
class _Item:
    """One number at the beginning of a line: `text[start:end]`."""

    form: str
    number: int
    start: int
    end: int


def missing_item(text: str) -> Iterator[Spot]:
    """The item after a gap in a list: （三） after （一）. Leaves nested lists, and numbers said another way."""
    for before, after in (*_gaps(_items(text)), *_gaps(_clauses(text))):
        lost = [n for n in range(before.number + 1, after.number) if not _said(text, n, before.end, after.start)]
        if len(lost) == after.number - before.number - 1:
            named = "、".join(map(str, lost))
            evidence = f"{named} missing between {text[before.start : before.end]} and {text[after.start : after.end]}"
            yield Spot(after.start, after.end, "items_missing", evidence)


def _items(text: str) -> list[_Item]:
    """The numbers at the beginnings of lines, in order. Leaves rows of tables."""
    found, end = [], -1
    for line in text.split("\n"):
        start, end = end + 1, end + 1 + len(line)
        if not line or _TABLE in line:
            continue
        if line[0] in _CIRCLED:
            found.append(_Item("①", _CIRCLED[line[0]], start, start + 1))
        elif line[0] in _BEGINS:
            for form, pattern in _FORMS:
                if (match := pattern.match(line)) and (number := value(match[1])):
                    found.append(_Item(form, number, start, start + match.end()))
                    break
    return found


def _clauses(text: str) -> list[_Item]:
    """一是 … 二是 … inside paragraphs."""
    if "二是" not in text:
        return []
    return [_Item("N是", value(match[1]), match.start(), match.end()) for match in _CLAUSE.finditer(text)]


def _gaps(items: list[_Item]) -> Iterator[tuple[_Item, _Item]]:
    """The neighbours in each list between which numbers are missing: fewer of the list are gone than are there."""
    for run in _lists(items):
        steps = [(a, b) for a, b in itertools.pairwise(run) if b.number > a.number + 1]
        missing = sum(b.number - a.number - 1 for a, b in steps)
        least = 2 if run[0].form in ("(N)", "N、") else 3
        if run[0].number == 1 and len(run) >= least and missing < len(run):
            yield from ((a, b) for a, b in steps if b.number - a.number - 1 <= MOST)


def _lists(items: list[_Item]) -> list[list[_Item]]:
    """The lists that count up. A form that opened first encloses those that came under it: they begin anew there."""
    lists: list[list[_Item]] = []
    open_lists: list[list[_Item]] = []  # one a level, the outermost first
    for item in items:
        level = next((n for n, run in enumerate(open_lists) if run[-1].form == item.form), len(open_lists))
        del open_lists[level + 1 :]
        if level == len(open_lists) or item.number <= open_lists[level][-1].number:
            lists.append([])
            open_lists[level:] = [lists[-1]]
        open_lists[level].append(item)
    return lists


def _said(text: str, number: int, start: int, end: int) -> bool:
    """Whether a number stands between two places in any form: 二、, (2), 第二, 二是, ②."""
    hans = _HANS[number - 1] if number <= 10 else f"十{_HANS[number - 11]}" if number < 20 else ""
    between = text[start:end]
    forms = [f"{number}、", f"{number}.", f"{number})", f"{number},", f"({number}", f"第{number}"]
    if hans:
        forms += [f"{hans}、", f"{hans}.", f"{hans})", f"({hans}", f"第{hans}", f"{hans}是", f"{hans}要", f"其{hans}"]
        forms += [f"{hans},", f"{hans}:", f"{hans} "]
    if number <= 20:
        forms.append(chr(0x245F + number))
    return any(form in between for form in forms)


def value(text: str) -> int:
    """A number of one to three digits or Han numerals up to 99; 0 where it is none."""
    if text.isdigit():
        return int(text)
    head, ten, tail = text.partition("十")
    if not ten:
        return _HANS.find(text) + 1 if len(text) == 1 else 0
    if len(head) > 1 or len(tail) > 1 or "十" in tail:
        return 0
    return 10 * (_HANS.find(head) + 1 if head else 1) + (_HANS.find(tail) + 1 if tail else 0)


RULES = (missing_item,)
