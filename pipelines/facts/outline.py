"""A document's numbered headings as data: 第一部分, 一、, （一）, 1., （1）, ①, each with its level and its place.

A number at the beginning of a line is a heading's only where its list counts on, and where what follows it is short: a
line of its own, or the words up to the first full stop of a paragraph (一、加强领导。我局…).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipelines.document import Heading
from pipelines.marking.numbering import value

LONGEST = 45  # characters of a heading; the longest of official documents met have 38, chosen above them
STEP = 3  # by how much a number may rise in a list that lost an item (chosen; `numbering` marks such lists)

_HAN = "一二三四五六七八九十"
# 一、二、三等奖; 五、六年级; 二、三产业; 一、二月: two neighbouring numbers of one thing, no heading.
_OF_TWO = rf"(?![{_HAN}](?:[、月季等级类区产楼层班线期审村组队号车院]|年级|把手|支部|大队|模式|[{_HAN}]))"
# By rank, the outermost first, as GB/T 9704 orders them: 一、 （一） 1. （1）.
_FORMS = (
    rf"第[{_HAN}\d]{{1,3}}(?:部分|编)[:、,.]?",
    rf"第[{_HAN}\d]{{1,3}}章[:、,.]?",
    rf"第[{_HAN}\d]{{1,3}}节(?!课)[:、,.]?",
    rf"[{_HAN}]{{1,3}}\s{{0,2}}[、.,]{_OF_TWO}",
    rf"[(]\s?[{_HAN}]{{1,3}}\s?[)][、.,]?|[㈠-㈩][、.,]?",
    r"\d{1,2}\s?(?:、|\.(?!\d(?!\d{3}年))|,(?=[\u4e00-\u9fff])|\)[、.]?)|[⒈-⒛][、.,]?",
    r"[(]\s?\d{1,2}\s?[)][、.,]?|[⑴-⒇][、.,]?",
    r"[①-⑳][、.,]?",
)
_HAN_FORMS = 5  # ranks below it are counted in Han numerals, and have no other use at the beginning of a line
_ITEM = re.compile(
    r"^[*#【 ]{0,4}(?:" + "|".join(f"(?P<f{n}>{form})" for n, form in enumerate(_FORMS)) + r")[^\t\n]*$", re.M
)
_NUMBER = re.compile(rf"[{_HAN}]{{1,3}}|\d{{1,2}}")
_SIGNS = {
    chr(first + n): n + 1
    for first, most in ((0x2460, 20), (0x2474, 20), (0x2488, 20), (0x3220, 10))
    for n in range(most)
}
_ENDS = re.compile(r"[。!?;]")  # what ends a heading that stands in front of its paragraph; a colon may
_AROUND = " \u3000\t:：。；;.．,，、*#】-—"


@dataclass(frozen=True, slots=True)
class _Item:
    """One numbered line: `text[start:end]` is its number, `text[end:stop]` what may be its heading."""

    rank: int
    number: int
    start: int
    end: int
    stop: int
    line_end: int
    shaped: bool  # short, as headings are
    sentence: bool  # the heading ends as sentences do, and nothing follows it in its line


def outline(text: str, folded: str) -> tuple[Heading, ...]:
    """The numbered headings of a text, in order. `folded` is `text` in half width and Simplified characters.

    Leaves lists of sentences, rows of tables, dates, decimals, and prizes (一、二、三等奖).
    """
    items = [item for found in _ITEM.finditer(folded) if (item := _item(found))]
    kept = sorted((item for run in _runs(items) if _are_headings(run, folded) for item in run), key=lambda i: i.start)
    levels = _levels(kept, _order(kept))
    return tuple(
        Heading(level, text[item.start : item.end].strip(), text[item.end : item.stop].strip(_AROUND), item.start)
        for item, level in zip(kept, levels, strict=True)
    )


def _item(found: re.Match[str]) -> _Item | None:
    """A numbered line, or None where nothing follows the number."""
    form = str(found.lastgroup)
    start, end = found.span(form)
    number = _number(found[form])
    rest = found.string[end : found.end()]
    if not number or not rest.strip(_AROUND):
        return None
    full_stop = _ENDS.search(rest)
    length = full_stop.start() if full_stop else len(rest)
    if length > LONGEST and 0 < (colon := rest.find(":")) <= LONGEST:
        length = colon
    sentence = full_stop is not None and not rest[length:].strip("。!?; ")
    shaped = length <= LONGEST
    if not shaped:
        length = rest.find(",", 0, LONGEST) if "," in rest[:LONGEST] else LONGEST
    return _Item(int(form[1:]), number, start, end, end + length, found.end(), shaped, sentence)


def _number(written: str) -> int:
    """What a number says, in numerals of any kind; 0 where it is none."""
    if written[0] in _SIGNS:
        return _SIGNS[written[0]]
    found = _NUMBER.search(written)
    return value(found[0]) if found else 0


def _runs(items: Sequence[_Item]) -> Iterator[list[_Item]]:
    """Lists that count up in one form. Another form in between does not end one; a number that does not follow does."""
    open_runs: dict[int, list[_Item]] = {}
    for item in items:
        run = open_runs.get(item.rank)
        if run and 0 < item.number - run[-1].number <= STEP:
            run.append(item)
            continue
        if run:
            yield run
        open_runs[item.rank] = [item]
    yield from open_runs.values()


def _are_headings(run: Sequence[_Item], folded: str) -> bool:
    """Whether a list is one of headings: most of it is short, it is no lone rest, and text stands under it."""
    if sum(item.shaped for item in run) * 2 < len(run) or (len(run) == 1 and run[0].number > 1):
        return False
    if run[0].rank < _HAN_FORMS:
        return len(run) > 1 or not run[0].sentence
    return len(run) > 1 and any(_has_text(item, after, folded) for item, after in _neighbours(run))


def _neighbours(run: Sequence[_Item]) -> Iterable[tuple[_Item, int]]:
    """Each of a list with the place of the next one; -1 for the last."""
    return zip(run, [*(item.start for item in run[1:]), -1], strict=True)


def _has_text(item: _Item, after: int, folded: str) -> bool:
    """Whether a paragraph stands under or behind a heading."""
    if item.shaped and not item.sentence and item.line_end - item.stop > 1:
        return True
    return after > 0 and bool(folded[item.line_end : after].strip())


def _order(kept: Sequence[_Item]) -> dict[int, int]:
    """The place of each form in this document's order: the usual one, unless a form proves to stand inside another.

    Inside is what begins anew between two neighbours of the other's list, twice: 1、 （一） （二） 2、 （一）.
    """
    proofs: dict[tuple[int, int], int] = defaultdict(int)
    last: dict[int, _Item] = {}
    begun: dict[int, set[int]] = defaultdict(set)  # forms that began anew since the last one of this form
    for item in kept:
        before = last.get(item.rank)
        if before and 0 < item.number - before.number <= STEP:
            for other in begun[item.rank]:
                proofs[item.rank, other] += 1
        begun[item.rank] = set()
        last[item.rank] = item
        if item.number == 1:
            for rank in last:
                if rank != item.rank:
                    begun[rank].add(item.rank)
    places = {rank: rank for rank in last}
    for (outer, inner), times in proofs.items():
        if outer > inner and times > 1:
            places[outer], places[inner] = places[inner], places[outer]
    return places


def _levels(kept: Sequence[_Item], places: dict[int, int]) -> Iterator[int]:
    """The level of each heading: how many forms are open around it, its own among them."""
    around: list[int] = []
    for item in kept:
        place = places[item.rank]
        while around and around[-1] >= place:
            around.pop()
        around.append(place)
        yield len(around)
