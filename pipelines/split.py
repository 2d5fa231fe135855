"""A compilation is several documents glued into one page: where each begins.

The form of the headings is learned from the page itself: lines of one form (`part_forms`), counting up, with the same
words around the number. A form that only compilations have proves itself (`工作总结 篇2`, `第2篇：某某汇报`); one that
numbers the sections of a document as well (`【2】`, `主要做法（2）`) needs the page's title: it promises several, or it
is what the headings say. What numbers the paragraphs of one document (一、 (一) 1、 第一章) is never a heading.
"""

import itertools
import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from statistics import median_low

from pipelines import rules
from pipelines.document import Gap, Part, Proposal
from pipelines.ledger import Draft
from pipelines.lines import Line, likeness, lines, squeeze, without_site
from pipelines.states import Divided, Framed
from pipelines.structure.part_forms import HEADING_LENGTH, NAMES, OF_COMPILATIONS, Heading, readings, value

TEXT = 30  # Han characters that a part holds at least, if it is more than a heading
DOCUMENT = 120  # Han characters from which what stands under a bare number is a document, no section; chosen
PREFACE = 300  # characters of prose above the first part, up to which a site may have written them; chosen
TITLES = 6  # short lines above the first heading that may be the page's title
ALIKE = 0.6  # likeness from which the words of a heading are the page's title
ECHO = 20  # characters of a part's beginning that a site copies in front of its lead-in (phenomena, row BODYECHO)
LISTED = "N标题"  # the form of titles under numbers, which items of a list have too
MOST = 200  # parts that a title may promise: a larger number counts something else

_PROMISE = re.compile(r"(?<!第)(?<![\d一二三四五六七八九十])(\d{1,3}|[一二两三四五六七八九十]{1,3})\s*[篇份则]")
_SITE = re.compile(r"(?:网站?|之家|文库|吧)$")
_COLLECTION = re.compile(r"大全|合集|集锦|锦集|精选|集合|荟萃|汇编|[多几]篇|优秀篇|系列范文")
_HAN_RUN = re.compile(r"[\u3400-\u9fff]+")
_FIRST = re.compile(r"(?:^|[。:;!?])一、")
# What a document's own opening has and filler has not: a number, or the name of a unit.
_OF_A_UNIT = re.compile(
    r"[\dxX*]|[一二三四五六七八九十百千]{2}|[我本全贵该]?(?:[省市县区镇乡村局校院厂司]|支部|党委|协会|学会|委员会|办公室|中心|学校|社区|公司)"
)


def split(framed: Framed) -> Divided:
    """The documents on the page, as spans that cover the source; one part where no form of heading proves more."""
    draft = framed.draft
    length = len(draft.source.text)
    found = lines(draft)
    headings = part_headings(found, draft.source.page_title)
    if not headings:
        return _whole(draft, framed.gaps, found)
    before = found[: headings[0].line]
    shown = _shown(headings, found)
    heads = [found[heading.line] for heading in shown]
    # A preface that stays is a part of its own; one that is cut belongs to the first part's span.
    own = _is_part(before, found, shown, draft.source.page_title)
    gaps = _missing(draft, [(h.number, draft.source_at(found[h.line].start)) for h in shown], own)
    begins = [(0, "")] * own + [(draft.source_at(line.start), line.text) for line in heads]
    empty = [found[heading.line] for heading in headings if heading not in shown]
    draft = draft.edited("split", [*([] if own else _preface(before, len(shown))), *_empty(empty)])
    starts = [0, *(start for start, _ in begins[1:])]
    ends = [*starts[1:], length]
    parts = tuple(
        Part(n, start, end, title)
        for n, (start, end, (_, title)) in enumerate(zip(starts, ends, begins, strict=True), 1)
    )
    return Divided(draft, (*framed.gaps, *gaps), parts)


def _whole(draft: Draft, gaps: tuple[Gap, ...], found: Sequence[Line]) -> Divided:
    """One document. A page that a site made of one part of a compilation still has its number above the text."""
    part = Part(1, 0, len(draft.source.text), "")
    above = itertools.takewhile(lambda line: not line.is_prose, found[:TITLES])
    numbers = [h for n, line in enumerate(above) for h in readings(n, line) if h.form in OF_COMPILATIONS]
    if len(numbers) != 1 or not (numbers[0].bare or numbers[0].strong):
        return Divided(draft, gaps, (part,))
    number = numbers[0]
    line = found[number.line]
    missing = _missing(draft, [(number.number, draft.source_at(line.start))], own=False)
    if promised([squeeze(draft.source.page_title)]) in (0, MOST):
        missing = []  # a number alone does not say that there were others
    if number.bare:
        draft = draft.edited("split", [line.cut("part_number", "a part's number, above the only part of the page")])
    return Divided(draft, (*gaps, *missing), (part,))


def part_headings(found: Sequence[Line], page_title: str | None = None) -> list[Heading]:
    """The headings of the form that divides the page best, of each series of them; [] where none is proven.

    Without a `page_title` every form is taken that the page's title could prove.
    """
    groups: dict[tuple[str, str], list[Heading]] = defaultdict(list)
    for n, line in enumerate(found):
        for heading in readings(n, line):
            groups[heading.form, heading.stem].append(heading)
            if heading.form in OF_COMPILATIONS or (heading.form == LISTED and line.folded[0].isdigit()):
                groups[heading.form, "*"].append(heading)
    chains = [chain for group in groups.values() if len(group) > 1 for chain in _chains(group, found)]
    proven = [chain for chain in chains if page_title is None or _is_proven(chain, found, page_title)]
    best = max(proven, key=lambda chain: (_is_strong(chain, found), len(chain), chain[0].line), default=[])
    return _all_series(best, proven)


def _all_series(best: list[Heading], proven: Sequence[list[Heading]]) -> list[Heading]:
    """The best chain with those of its form before and after it: some pages number each kind of document anew."""
    for chain in proven:
        if chain[0].form == best[0].form and chain[0].form in OF_COMPILATIONS and chain[0].number == 1:
            if chain[0].line > best[-1].line:
                best = [*best, *chain]
            elif chain[-1].line < best[0].line and best[0].number == 1:
                best = [*chain, *best]
    return best


def _chains(group: Sequence[Heading], found: Sequence[Line]) -> list[list[Heading]]:
    """The stretches of a group that count up, from each 1 on: a list of contents counts as its parts do."""
    runs: list[list[Heading]] = []
    for heading in group:
        if heading.number == 1 or not runs:
            if len(runs) == MOST:
                break
            runs.append([])
        runs[-1].append(heading)
    chains = [_with_repeated(_rising(run), run, found) for run in runs]
    return [chain for chain in chains if _counts(chain) and _has_text(chain, found)]


def _rising(run: Sequence[Heading]) -> list[Heading]:
    """The longest rising subsequence; of two headings of one number the first."""
    tails: list[int] = []  # the smallest last number of a sequence of each length
    ends: list[tuple[Heading, int]] = []  # each heading, with the place in `ends` of the one before it
    last: list[int] = []  # the place in `ends` of each of `tails`
    for heading in run:
        at = bisect_left(tails, heading.number)
        if at < len(tails) and tails[at] == heading.number:
            continue
        ends.append((heading, last[at - 1] if at else -1))
        tails[at : at + 1] = [heading.number]
        last[at : at + 1] = [len(ends) - 1]
    chain: list[Heading] = []
    place = last[-1] if last else -1
    while place >= 0:
        heading, place = ends[place]
        chain.append(heading)
    return chain[::-1]


def _with_repeated(chain: list[Heading], run: Sequence[Heading], found: Sequence[Line]) -> list[Heading]:
    """The chain with `篇2 篇2 篇4` read as `篇2 篇3 篇4`: a number that stands twice where the next one is missing."""
    whole = list(chain[:1])
    for a, b in itertools.pairwise(chain):
        if b.number == a.number + 2:
            between = run[bisect_right(run, a.line, key=_line) : bisect_left(run, b.line, key=_line)]
            twice = [h for h in between if h.number == a.number and h.stem == a.stem]
            if len(twice) == 1 and any(line.is_prose for line in found[a.line + 1 : twice[0].line]):
                whole.append(twice[0]._replace(number=a.number + 1))
        whole.append(b)
    return whole


def _line(heading: Heading) -> int:
    return heading.line


def _counts(chain: Sequence[Heading]) -> bool:
    """Two that follow one another, and no more numbers between first and last that are not there than are."""
    numbers = [heading.number for heading in chain]
    pairs = any(b == a + 1 for a, b in itertools.pairwise(numbers))
    return pairs and numbers[-1] - numbers[0] + 1 <= 2 * len(numbers)


def _has_text(chain: Sequence[Heading], found: Sequence[Line]) -> bool:
    """Most parts hold text, two at least: a list of numbered lines is no compilation."""
    full = sum(any(line.is_prose for line in under) or _han(under) >= TEXT for under in _under(chain, found))
    return full >= 2 and full * 2 > len(chain)


def _under(chain: Sequence[Heading], found: Sequence[Line]) -> list[Sequence[Line]]:
    """The lines under each heading."""
    ends = [*(heading.line for heading in chain[1:]), len(found)]
    return [found[heading.line + 1 : end] for heading, end in zip(chain, ends, strict=True)]


def _shown(chain: Sequence[Heading], found: Sequence[Line]) -> list[Heading]:
    """The headings with a line under them."""
    return [heading for heading, under in zip(chain, _under(chain, found), strict=True) if under]


def _is_strong(chain: Sequence[Heading], found: Sequence[Line]) -> bool:
    """A form that only compilations have, with names of documents; or without, above texts as long as documents."""
    if sum(heading.strong for heading in chain) * 2 > len(chain):
        return True
    form = chain[0].form
    counted = form == "篇N" or (form == "第N篇" and all(heading.bare for heading in chain))
    return counted and _length(chain, found) >= DOCUMENT


def _length(chain: Sequence[Heading], found: Sequence[Line]) -> int:
    """How many Han characters stand under a heading of the chain, in the middle."""
    return median_low([_han(under) for under in _under(chain, found)])


def _is_proven(chain: Sequence[Heading], found: Sequence[Line], page_title: str) -> bool:
    """A strong form proves itself. A weak one has the page's title on its side, or parts that number anew."""
    if _is_strong(chain, found):
        return True
    before = found[: chain[0].line]
    titles = titles_above(before, page_title)
    promise = promised(titles)
    if _is_listed(chain):
        return promise == len(chain) == chain[-1].number and _length(chain, found) >= DOCUMENT
    if promise:
        begins = chain[0].number == 1 or chain[-1].number <= promise
        return begins and _are_documents(chain, titles, promise)
    if chain[0].number != 1 or chain[-1].number != len(chain) or any(_is_own(line) for line in before):
        return False
    return _is_title(chain[0], titles) or numbers_anew(chain, found)


def _is_listed(chain: Sequence[Heading]) -> bool:
    """`1.某街道科普工作总结`, `2.某局执法工作汇报`: titles that differ; only the number promised proves them."""
    return chain[0].form == LISTED and any(heading.stem != chain[0].stem for heading in chain)


def titles_above(before: Sequence[Line], page_title: str) -> list[str]:
    """What the page is called: its `<title>`, and the short lines above the first heading, squeezed."""
    shown = [line.text for line in before if not line.is_prose and len(line.text) < HEADING_LENGTH]
    return [squeeze(title) for title in [_own_title(page_title), *shown][: TITLES + 1]]


def promised(titles: Iterable[str]) -> int:
    """How many documents a title promises; `MOST` where it promises several without a number, 0 where none."""
    for title in titles:
        found = _PROMISE.search(title)
        if found and value(found[1].replace("两", "二")) > 1:
            return value(found[1].replace("两", "二"))
        if _COLLECTION.search(title):
            return MOST
    return 0


def _are_documents(chain: Sequence[Heading], titles: Sequence[str], promise: int) -> bool:
    """Whether the headings under a title that promises several can be those of documents, not of sections."""
    if chain[0].form in OF_COMPILATIONS and chain[-1].number == promise:
        return True
    alike = [h.bare or h.names_a_document(titles) or _is_title(h, titles) for h in chain]
    return sum(alike) * 2 > len(chain)


def numbers_anew(chain: Sequence[Heading], found: Sequence[Line]) -> bool:
    """Whether the headings may be those of documents, and most of what stands under them has a 一、 of its own."""
    named = all(h.bare or NAMES.search(h.stem) or h.names_a_document(()) for h in chain)
    if not chain or not named or _length(chain, found) < DOCUMENT:
        return False
    anew = sum(any(_FIRST.search(line.folded) for line in under) for under in _under(chain, found))
    return anew >= 2 and anew * 2 > len(chain)


def _own_title(page_title: str) -> str:
    """A `<title>` without the site: its first piece, where the longest is a site's name (and promises 大全)."""
    own = without_site(page_title)
    return page_title.split("_")[0].split("-")[0] if _SITE.search(own) else own


def _is_title(heading: Heading, titles: Iterable[str]) -> bool:
    """The heading says what the page is called, and that is the name of a document."""
    stem = heading.stem if NAMES.search(heading.stem) else heading.name
    if not NAMES.search(stem):
        return False
    return any(likeness(stem, title) >= ALIKE or (len(stem) >= 4 and title.endswith(stem)) for title in titles)


def _is_own(line: Line, heads: Sequence[Line] = ()) -> bool:
    """A paragraph above the first heading that may be a document's: no lead-in, definition or list of the headings."""
    if not line.is_prose or rules.lead_in(line) or rules.definition(line):
        return False
    return sum(head.folded in line.folded for head in heads) < 2


def _is_part(before: Sequence[Line], found: Sequence[Line], shown: Sequence[Heading], page_title: str) -> bool:
    """Whether the paragraphs above the first heading are a document (or the end of one), and not a site's words."""
    heads = [found[heading.line] for heading in shown]
    own = [line for line in before if _is_own(line, heads)]
    own = [line for line in own if not _is_filler(line) and not _echoes(line, found[shown[0].line :])]
    if not own:
        return False
    complete = shown[0].number == 1 and promised(titles_above(before, page_title)) == len(shown)
    return not (complete and sum(len(line.text) for line in own) <= PREFACE)


def _is_filler(line: Line) -> bool:
    """A paragraph of which nothing says whose it is: spun words about work and time."""
    return len(line.text) <= PREFACE and not _OF_A_UNIT.search(line.folded)


def _echoes(line: Line, rest: Sequence[Line]) -> bool:
    """Whether a paragraph begins as one of the parts does: the site copied it in front of its own words."""
    start = line.folded[:ECHO]
    return any(other.folded.startswith(start) for other in rest)


def _preface(before: Sequence[Line], parts: int) -> list[Proposal]:
    return [line.cut("preface", f"above part 1 of {parts}") for line in before]


def _empty(headings: Sequence[Line]) -> list[Proposal]:
    return [line.cut("empty_part", "a part's heading, and the next directly under it") for line in headings]


def _missing(draft: Draft, shown: Sequence[tuple[int, int]], own: bool) -> list[Gap]:
    """The parts that are not there: `shown` are the numbers of those that are, and where they begin.

    `own`: text stands above the first. Where that is not number 1, it is the end of the part before.
    """
    gaps = []
    first = shown[0][0]
    last = total = 0
    if own and first > 1:
        gaps.append(Gap(1, 0, "head", None, f"the end of part {first - 1}: the next heading is number {first}"))
    for number, start in shown:
        if number <= last:  # a second series
            total, last = total + last, 0
        evidence = f"part {number} follows on {last}" if last else f"the first part is number {number}"
        rest = own and number == first and not last and not total
        gaps += [Gap(0, start, "part", n, evidence) for n in range(last + 1, number - rest)]
        last = number
    titles = [squeeze(draft.source.page_title)]
    promise = promised(titles)
    if promise >= MOST:
        return gaps
    end = len(draft.source.text)
    missing = range(total + last + 1, promise + 1)
    return gaps + [Gap(0, end, "part", n, f"the title promises {promise}") for n in missing]


def _han(some: Iterable[Line]) -> int:
    return sum(len(run) for line in some for run in _HAN_RUN.findall(line.text))
