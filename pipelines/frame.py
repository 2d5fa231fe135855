"""Frame noise: what template sites put around, above and below a document, cut with two kinds of evidence.

The first kind is a rule's (`rules.py`), the second is position: above the first paragraph, below the last, or a
shape that several lines make together (a heading and the titles under it, the same run of lines twice).
"""

import itertools
import re
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import cache

from pipelines import rules
from pipelines.document import Proposal
from pipelines.framing import wordings
from pipelines.framing.head import FILLER, head, lead_cuts, titles_under
from pipelines.framing.holes import notices
from pipelines.framing.tail import (
    LIST,
    NAMED,
    NUMBERED,
    TITLE_LENGTH,
    is_signed,
    mainland,
    said,
    squeezed,
    tail,
    untitled,
)
from pipelines.ledger import Draft, begin
from pipelines.lines import Line, lines, site_names
from pipelines.script import fold
from pipelines.split import part_headings
from pipelines.states import Cleaned, Divided, Framed, Lined
from pipelines.structure.titles import own_titles, title_of

# What sites add to a title where they print it again.
_ADDED = re.compile(r"(?:范文|\((?:精选|通用|优秀|推荐|合集|汇总|范文)?\d*[篇]?\)|\d{1,2})+$")
_HAN = re.compile("[\u3400-\u9fff]+")

DOUBLED = 150  # Han characters that a repeated run needs at least
DOUBLED_LINES = 3  # and lines: a document may say one thing twice
SIGNED = 3  # lines of a signature, and a title, between a body and its copy at most
CUT_OFF = 10  # characters of a copy's last line that is cut off, at least
REPEATS = 20  # earlier places of a line that are tried: a line that stands everywhere begins no run


def frame(lined: Lined) -> Framed:
    """The page's head and tail, related blocks inside it, and whatever stands on it twice."""
    cuts, gaps = notices(lined.draft)
    draft = lined.draft.edited("frame", cuts)
    draft = draft.edited("frame", debris(draft.view))
    found = lines(draft)
    heads = [heading.line for heading in part_headings(found, draft.source.page_title)]
    parts = {mainland(squeezed(found[n])) for n in heads}
    draft = draft.edited("frame", doubled(found, frozenset(heads)))
    titles = [title for title in _said_titles(draft) if title not in parts]
    names = site_names(draft.source.page_title)
    draft = draft.edited("frame", [cut for page in _pages(draft) for cut in tail(page, names, titles)])
    draft = draft.edited("frame", [cut for page in _pages(draft) for cut in head(page, titles, names)])
    whole = (
        lines(begin(draft.source)) if wordings.PROVERB_SIGN in fold(draft.view) else found
    )  # what the vote cut, farms say too
    draft = draft.edited("frame", inside(said(lines(draft)), titles, _cut_links(draft), parts, whole))
    return Framed(draft, (*lined.gaps, *gaps))


def frame_parts(divided: Divided) -> Cleaned:
    """Each part's own lead-in, repeated titles and tail; its title line moves to its column."""
    draft = divided.draft
    parts = []
    for part in divided.parts:
        start, end = draft.view_at(part.start), draft.view_at(part.end)
        if len(divided.parts) > 1:
            draft = draft.edited("frame part", _part_frame(lines(draft, start, end)))
            start, end = draft.view_at(part.start), draft.view_at(part.end)
        title, cuts = title_of(lines(draft, start, end), part, draft.source.page_title, own_titles(draft))
        draft = draft.edited("title", cuts)
        parts.append(replace(part, title=title))
    return Cleaned(draft, divided.gaps, tuple(parts))


def debris(text: str) -> list[Proposal]:
    """Tags, field codes and a farm's page headers inside lines: what no reader was meant to see.

    Leaves `<p>标签`, of which a text speaks, and a tag that stands alone.
    """
    found: list[tuple[str, re.Match[str], str]] = []
    if "<" in text:
        tags = [m for m in wordings.TAG.finditer(text) if not wordings.ABOUT_TAGS.match(text[m.end() : m.end() + 3])]
        found += [("html_tag", m, f"one of {len(tags)} tags that stand as text") for m in tags if len(tags) > 1]
    if "\\" in text or "_Toc" in text:
        found += [("field_code", m, "a word processor's field code") for m in wordings.FIELD_CODE.finditer(text)]
    if "精品文" in text:
        found += [("promotion", m, "a farm's page header") for m in wordings.FARM_HEADER.finditer(fold(text))]
    return [Proposal(m.start(), m.end(), "", rule, evidence) for rule, m, evidence in found]


def inside(
    found: Sequence[Line],
    titles: Sequence[str],
    cut_links: frozenset[int] = frozenset(),
    headings: Collection[str] = (),
    page: Sequence[Line] = (),
) -> list[Proposal]:
    """Blocks of related titles between paragraphs, captions of widgets, the title again after a paragraph.

    `cut_links`: where in the view the vote has cut links, which leaves the heading above them alone. `page`: the lines
    before any was cut.
    """
    cuts: list[Proposal] = []
    prose_seen = False
    under = -1  # the last line that a part's own head may reach: that is left to the part's round
    again = cache(lambda: _stems(found))  # few pages ask
    stems = {_ADDED.sub("", title) for title in titles}
    for n, line in enumerate(found):
        own = squeezed(line) if len(line.text) <= TITLE_LENGTH else ""
        under = n + FILLER + 1 if own in headings else under
        rule, evidence = rules.first_evidence(rules.ANYWHERE, line)
        if rule:
            cuts.append(line.cut(rule, evidence))
        elif prose_seen and _is_title_again(own, titles, stems, again) and own not in headings:
            cuts.append(line.cut("title_repeat", "the page's title again, between paragraphs"))
        elif own and wordings.PROVERB.search(line.folded) and (again()[own] > 1 or _is_farmed(page or found)):
            cuts.append(line.cut("promotion", "a proverb that a document farm prints on its pages"))
        elif n > under and (evidence := rules.site_lead_in(untitled(line, titles))):
            cuts += lead_cuts(line, "lead_in", evidence, found)
        elif prose_seen and rules.related_head(line):
            block = titles_under(found[n + 1 : n + 1 + LIST], titles)
            certain = line.link_share > 0.3 or line.stop in cut_links or any(other.link_share > 0.5 for other in block)
            if len(block) >= 2 or certain:
                cuts.append(line.cut("related", f"{rules.related_head(line)}, {len(block)} titles under it"))
                cuts += [other.cut("related", "a title in that list") for other in block]
        elif prose_seen and rules.related_line(line) and wordings.FARM_WORD.search(line.folded):
            cuts.append(line.cut("related_line", rules.related_line(line) + ", between paragraphs"))
        prose_seen = prose_seen or line.is_prose
    return cuts


def _is_farmed(found: Sequence[Line]) -> bool:
    """Whether a document farm speaks elsewhere on the page: slogans, notices, or fields of a file's record."""
    fields = sum(wordings.FIELD.search(line.folded) is not None for line in found)
    return fields > 1 or any(rules.promotion(line) or rules.site_notice(line) for line in found)


def _stems(found: Sequence[Line]) -> Counter[str]:
    """How often each short line stands on the page, without what sites and compilations add to a title."""
    return Counter(_ADDED.sub("", squeezed(line)) for line in found if len(line.text) <= TITLE_LENGTH)


def _is_title_again(
    own: str, titles: Collection[str], stems: Collection[str], again: Callable[[], Counter[str]]
) -> bool:
    """The page's title, or that with what sites add to it: not where several lines differ in that alone."""
    if len(own) <= 5 or own in titles:
        return len(own) > 5
    if own[-1] not in "文)" and not own[-1].isdecimal():
        return False  # nothing is added to it
    stem = _ADDED.sub("", own)
    return stem != own and stem in stems and again()[stem] <= 2


def doubled(found: Sequence[Line], headings: frozenset[int] = frozenset()) -> list[Proposal]:
    """A run of lines that stands twice, the second time directly after the first: the second is cut.

    A title may stand between them, and the copy may leave out the opening, or be cut off in its last line. Leaves a
    paragraph said again under another heading, the blanks of a form, and what stands in two parts of a compilation:
    `headings` are the lines that head one.
    """
    texts = [squeezed(line) for line in found]
    at: dict[str, list[int]] = {}
    n = 0
    cuts: list[Proposal] = []
    while n < len(texts):
        runs = [(first, _run(found, texts, first, n)) for first in at.get(texts[n], ())[-REPEATS:]]
        run = max((run for first, run in runs if run and headings.isdisjoint(range(first, n))), default=0)
        if run:
            cuts += [
                line.cut("doubled", f"line {k + 1} of {run} that stand directly above too")
                for k, line in enumerate(found[n : n + run])
            ]
            n += run
        else:
            at.setdefault(texts[n], []).append(n)
            n += 1
    return cuts


def _run(found: Sequence[Line], texts: Sequence[str], first: int, second: int) -> int:
    """How many lines from `first` on stand again from `second` on; 0 unless they are long and directly follow."""
    run = 0
    while second + run < len(texts) and first + run < second and texts[first + run] == texts[second + run]:
        run += 1
    cut_off = texts[second + run] if second + run < len(texts) else ""
    if run and first + run < second and len(cut_off) >= CUT_OFF and texts[first + run].startswith(cut_off):
        run += 1
    if run < DOUBLED_LINES or second - first - run > max(2, SIGNED):
        return 0
    between = found[first + run : second]
    signed = any(map(is_signed, between)) and not any(x.is_prose or NUMBERED.search(x.folded) for x in between)
    titled = len(between) <= 2 and all(line.heading or NAMED.search(line.folded) for line in between)
    follows = titled or (signed and len(between) <= SIGNED)
    han = len("".join(_HAN.findall("".join(texts[second : second + run]))))
    return run if follows and han >= DOUBLED else 0


def _part_frame(found: Sequence[Line]) -> list[Proposal]:
    """Lead-ins and filler directly under a part's heading, widgets at its end."""
    below = said(found[1:])
    return head(below, ()) + (tail(below) if len(found) > 2 else [])


def _pages(draft: Draft) -> list[list[Line]]:
    """The lines of each page of the article: each has a head and a tail of its own."""
    borders = [*(draft.view_at(start) for start in draft.source.starts), len(draft.view)]
    return [said(lines(draft, start, end)) for start, end in itertools.pairwise(borders)]


def _said_titles(draft: Draft) -> list[str]:
    """What the page calls itself, squeezed, in the words in which its lines are read."""
    titles = own_titles(draft) or _first_line(draft)
    return list(dict.fromkeys([*titles, *map(mainland, titles)]))


def _first_line(draft: Draft) -> list[str]:
    """A text file's title: the line it opens with, if that names a document."""
    first = next(iter(lines(draft)), None)
    named = first is not None and len(first.text) <= TITLE_LENGTH and NAMED.search(first.folded)
    return [squeezed(first)] if first is not None and named else []


def _cut_links(draft: Draft) -> frozenset[int]:
    """The places in the view where a block of links was cut."""
    return frozenset(
        at
        for edit, at in zip(draft.edits, draft.at, strict=True)
        if any(step.rule in ("links", "repeated") for step in edit.steps)
    )
