"""Frame noise: what template sites put around, above and below a document, cut with two kinds of evidence.

The first kind is a rule's (`rules.py`), the second is position: above the first paragraph, below the last, or a
shape that several lines make together (a heading and the titles under it, the same run of lines twice).
"""

import itertools
from collections.abc import Sequence
from dataclasses import replace

from pipelines import rules
from pipelines.document import Proposal
from pipelines.head import head, titles_under
from pipelines.holes import notices
from pipelines.ledger import Draft
from pipelines.lines import Line, lines, site_names, squeeze
from pipelines.split import part_headings
from pipelines.states import Cleaned, Divided, Framed, Lined
from pipelines.tail import LIST, NAMED, tail
from pipelines.titles import own_titles, title_of

DOUBLED = 150  # Han characters that a repeated run needs at least
DOUBLED_LINES = 3  # and lines: a document may say one thing twice
REPEATS = 20  # earlier places of a line that are tried: a line that stands everywhere begins no run


def frame(lined: Lined) -> Framed:
    """The page's head and tail, related blocks inside it, and whatever stands on it twice."""
    cuts, gaps = notices(lined.draft)
    draft = lined.draft.edited("frame", cuts)
    draft = draft.edited("frame", doubled(lines(draft)))
    found = lines(draft)
    parts = {squeeze(found[heading.line].text) for heading in part_headings(found, draft.source.page_title)}
    titles = [title for title in own_titles(draft) if title not in parts]
    names = site_names(draft.source.page_title)
    draft = draft.edited("frame", [cut for page in _pages(draft) for cut in tail(page, names)])
    draft = draft.edited("frame", inside(lines(draft), titles, _cut_links(draft)))
    draft = draft.edited("frame", [cut for page in _pages(draft) for cut in head(page, titles)])
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


def inside(found: Sequence[Line], titles: Sequence[str], cut_links: frozenset[int] = frozenset()) -> list[Proposal]:
    """Blocks of related titles between paragraphs, captions of widgets, the title again after a paragraph.

    `cut_links`: where in the view the vote has cut links, which leaves the heading above them alone.
    """
    cuts: list[Proposal] = []
    prose_seen = False
    for n, line in enumerate(found):
        rule, evidence = rules.first_evidence(rules.ANYWHERE, line)
        if rule:
            cuts.append(line.cut(rule, evidence))
        elif prose_seen and squeeze(line.text) in titles and len(line.text) > 5:
            cuts.append(line.cut("title_repeat", "the page's title again, between paragraphs"))
        elif prose_seen and rules.related_head(line):
            block = titles_under(found[n + 1 : n + 1 + LIST], titles)
            certain = line.link_share > 0.3 or line.stop in cut_links or any(other.link_share > 0.5 for other in block)
            if len(block) >= 2 or certain:
                cuts.append(line.cut("related", f"{rules.related_head(line)}, {len(block)} titles under it"))
                cuts += [other.cut("related", "a title in that list") for other in block]
        prose_seen = prose_seen or line.is_prose
    return cuts


def doubled(found: Sequence[Line]) -> list[Proposal]:
    """A run of lines that stands twice, the second time directly after the first: the second is cut.

    A title may stand between them. Leaves a paragraph said again under another heading, and the blanks of a form.
    """
    texts = [squeeze(line.text) for line in found]
    at: dict[str, list[int]] = {}
    n = 0
    cuts: list[Proposal] = []
    while n < len(texts):
        run = max((_run(found, texts, first, n) for first in at.get(texts[n], [])[-REPEATS:]), default=0)
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
    between = found[first + run : second]
    follows = len(between) <= 2 and all(line.heading or NAMED.search(line.folded) for line in between)
    han = sum("\u3400" <= c <= "\u9fff" for text in texts[second : second + run] for c in text)
    return run if run >= DOUBLED_LINES and follows and han >= DOUBLED else 0


def _part_frame(found: Sequence[Line]) -> list[Proposal]:
    """Lead-ins and filler directly under a part's heading, widgets at its end."""
    return head(found[1:], ()) + (tail(found[1:]) if len(found) > 2 else [])


def _pages(draft: Draft) -> list[list[Line]]:
    """The lines of each page of the article: each has a head and a tail of its own."""
    borders = [*(draft.view_at(start) for start in draft.source.starts), len(draft.view)]
    return [lines(draft, start, end) for start, end in itertools.pairwise(borders)]


def _cut_links(draft: Draft) -> frozenset[int]:
    """The places in the view where a block of links was cut."""
    return frozenset(
        at
        for edit, at in zip(draft.edits, draft.at, strict=True)
        if any(step.rule in ("links", "repeated") for step in edit.steps)
    )
